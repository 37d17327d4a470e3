// A link to an equation, result, figure or exercise of the same page shows it, as long as the pointer or the focus is there.
(function () {
  "use strict";
  var box = document.createElement("div"), from = null, timer = 0;
  box.className = "bd-article preview";
  box.setAttribute("aria-hidden", "true"); // the link itself is read

  function linkAt(place) {
    var link = place.closest && place.closest("article a[href^='#']:not(.headerlink)");
    return link && targetOf(link) ? link : null;
  }
  function targetOf(link) {
    var target = document.getElementById(decodeURIComponent((link.hash || "").slice(1)));
    return target && target.matches(".math.display, figure, .proof, .exercise") && !target.contains(link) ? target : null;
  }
  function copied(target) {
    var clone = target.cloneNode(true);
    clone.querySelectorAll(".headerlink, input, button, script").forEach(function (part) { part.remove(); });
    [clone].concat([].slice.call(clone.querySelectorAll("*"))).forEach(function (part) {
      ["id", "tabindex", "data-scroll-name"].forEach(function (name) { part.removeAttribute(name); });
      if (part.matches("a")) { part.removeAttribute("href"); part.removeAttribute("xlink:href"); }
    });
    return clone;
  }
  function open(link) {
    clearTimeout(timer);
    if (from === link) { return; }
    from = link;
    box.replaceChildren(copied(targetOf(link)));
    document.body.append(box);
    box.scrollTop = 0;
    var line = link.getClientRects()[0], height = box.offsetHeight;
    var left = Math.min(line.left, document.documentElement.clientWidth - box.offsetWidth - 8);
    var above = innerHeight - line.bottom < height + 12 && line.top > innerHeight - line.bottom;
    box.style.left = Math.max(8, left) + scrollX + "px";
    box.style.top = (above ? line.top - height - 4 : line.bottom + 4) + scrollY + "px";
  }
  function close() {
    clearTimeout(timer);
    from = null;
    box.remove();
  }

  document.addEventListener("pointerover", function (event) {
    if (event.pointerType !== "mouse") { return; }
    var link = linkAt(event.target);
    clearTimeout(timer);
    if (link && link !== from) { timer = setTimeout(open, 200, link); }
    else if (!link && from && from !== document.activeElement && !box.contains(event.target)) { timer = setTimeout(close, 250); }
  });
  document.addEventListener("focusin", function (event) {
    var link = linkAt(event.target);
    if (link && link.matches(":focus-visible")) { open(link); }
  });
  document.addEventListener("focusout", close);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { close(); } });
  document.addEventListener("click", function (event) { if (!box.contains(event.target)) { close(); } });
})();
