// A link to an equation, result, figure or exercise shows it, as long as the pointer or the focus is there.
// What another page numbers comes with a script of that page, when the first link into it is met.
(function () {
  "use strict";
  var box = document.createElement("div"), from = null, timer = 0, asked = {}, style;
  var root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  box.className = "bd-article preview";
  box.setAttribute("aria-hidden", "true"); // the link itself is read
  window.previews = {};

  function linkAt(place) {
    var link = place.closest && place.closest("article a[href*='#']:not(.headerlink)");
    return link && (here(link) || chapter(link)) ? link : null;
  }
  function name(link) { return decodeURIComponent((link.hash || "").slice(1)); }
  function here(link) {
    var target = link.pathname === location.pathname && document.getElementById(name(link));
    return target && target.matches(".math.display, figure, .proof, .exercise") && !target.contains(link) ? target : null;
  }
  function chapter(link) {
    var page = link.host === location.host && link.pathname !== location.pathname && /\/book\/(\d\d-[^/]+)\.html$/.exec(link.pathname);
    return page && /^(equation-eq|thm|lem|cor|fact|def|ex|rem|exr)-\d/.test(name(link)) ? page[1] : null;
  }
  function load(tag, attributes) {
    return new Promise(function (done) {
      document.head.append(Object.assign(document.createElement(tag), attributes, { onload: done }));
    });
  }
  function ask(page) {
    style = style || document.querySelector("link[href*='katex']") || load("link", { rel: "stylesheet", href: root + "_static/katex/katex.min.css" });
    return asked[page] = asked[page] || Promise.all([style, load("script", { src: root + "_static/previews/" + page + ".js" })]);
  }
  function there(link) {
    var parsed = document.createElement("template");
    parsed.innerHTML = window.previews[chapter(link)][name(link)] || "";
    return parsed.content.firstElementChild;
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
    close();
    from = link;
    if (here(link)) { show(link, here(link)); }
    else { ask(chapter(link)).then(function () { if (from === link && there(link)) { show(link, there(link)); } }); }
  }
  function show(link, target) {
    box.replaceChildren(copied(target));
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
    if (link && link !== from) {
      if (chapter(link)) { ask(chapter(link)); }
      timer = setTimeout(open, 200, link);
    } else if (!link && from && from !== document.activeElement && !box.contains(event.target)) { timer = setTimeout(close, 250); }
  });
  document.addEventListener("focusin", function (event) {
    var link = linkAt(event.target);
    if (link && link.matches(":focus-visible")) { open(link); }
  });
  document.addEventListener("focusout", close);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { close(); } });
  document.addEventListener("click", function (event) { if (!box.contains(event.target)) { close(); } });
})();
