// Boxes that scroll sideways can be reached with the keyboard, under a name, as long as they do scroll.
(function () {
  "use strict";
  function update() {
    document.querySelectorAll("[data-scroll-name]").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", box.dataset.scrollName);
      } else {
        ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
      }
    });
  }
  addEventListener("load", update);
  addEventListener("resize", update);
  document.addEventListener("click", function () { setTimeout(update, 50); }); // a folded solution has opened
})();
