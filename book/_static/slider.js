// The slider under a picture of several frames shows one of them and says which; in print, the one that the page chose.
(function () {
  "use strict";
  document.querySelectorAll(".slider").forEach(function (slider) {
    var svg = slider.previousElementSibling.querySelector("svg");
    var input = slider.querySelector("input");
    var output = slider.querySelector("output");
    var about = JSON.parse(svg.dataset.slider);
    var parts = svg.querySelectorAll("[data-frame]");
    function show(number) {
      var frame = about.frames[number];
      parts.forEach(function (part) {
        if (part.dataset.frame.split(" ").includes(String(number))) { part.removeAttribute("display"); }
        else { part.setAttribute("display", "none"); }
      });
      svg.querySelector("title").textContent = frame.alt;
      svg.querySelector("desc").textContent = frame.data;
      output.textContent = frame.value;
      input.setAttribute("aria-valuetext", frame.value + ". " + frame.alt);
    }
    function chosen() { show(input.value); }
    input.disabled = false;
    input.addEventListener("input", chosen);
    matchMedia("print").addEventListener("change", function (event) {
      if (event.matches) { show(about.shown); } else { chosen(); }
    });
    chosen();
  });
})();
