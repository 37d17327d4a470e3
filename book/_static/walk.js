// The dependency map: choose a number, and see what it rests on and what rests on it, step by step.
(function () {
  "use strict";
  var panel = document.querySelector(".walk-panel");
  if (!panel) { return; }
  var boxes = [].slice.call(document.querySelectorAll(".strip a")), arcs = [].slice.call(document.querySelectorAll(".strip path"));
  var box = {}, below = {}, above = {}, chosen = null, first = panel.innerHTML;
  boxes.forEach(function (b) {
    var label = b.dataset.label;
    box[label] = b;
    below[label] = b.dataset.on ? b.dataset.on.split(" ") : [];
    above[label] = above[label] || [];
    below[label].forEach(function (other) { (above[other] = above[other] || []).push(label); });
    b.setAttribute("tabindex", "-1"); // one stop for the Tab key, arrows within
  });
  boxes[0].setAttribute("tabindex", "0");

  function reach(label, next) {
    var seen = {}, waiting = next[label].slice();
    while (waiting.length) {
      var other = waiting.pop();
      if (!seen[other]) { seen[other] = true; waiting = waiting.concat(next[other]); }
    }
    return seen;
  }

  function say(label, down, up) {
    var words = document.getElementById("on-" + label).firstElementChild.cloneNode(true);
    var all = document.createElement("span");
    all.className = "relation";
    all.textContent = " · followed to the ends, rests on " + Object.keys(down).length + " and carries " + Object.keys(up).length;
    words.append(all);
    panel.replaceChildren(words);
  }

  function choose(label) {
    var old = boxes.find(function (b) { return b.getAttribute("tabindex") === "0"; });
    chosen = label;
    var down = label ? reach(label, below) : {}, up = label ? reach(label, above) : {};
    document.body.classList.toggle("walking", !!label);
    boxes.forEach(function (b) {
      var name = b.dataset.label;
      b.classList.toggle("chosen", name === label);
      b.classList.toggle("below", !!down[name]);
      b.classList.toggle("above", !!up[name]);
      if (name === label) { b.setAttribute("aria-current", "true"); } else { b.removeAttribute("aria-current"); }
    });
    arcs.forEach(function (arc) {
      var from = arc.dataset.from, to = arc.dataset.to;
      arc.classList.toggle("below", (to === label || !!down[to]) && !!down[from]);
      arc.classList.toggle("above", (from === label || !!up[from]) && !!up[to]);
    });
    if (!label) { panel.innerHTML = first; return; }
    old.setAttribute("tabindex", "-1");
    box[label].setAttribute("tabindex", "0");
    say(label, down, up);
  }

  function go(label, quietly) {
    history[quietly ? "replaceState" : "pushState"](null, "", label ? "#on-" + label : location.pathname + location.search);
    choose(label);
    if (label) { box[label].focus({ preventScroll: true }); box[label].scrollIntoView({ block: "nearest", inline: "nearest" }); }
  }

  function labelOf(link) {
    var href = (link && link.getAttribute("href")) || "", label = href.replace(/^#on-/, "");
    return href.indexOf("#on-") === 0 && box[label] ? label : null;
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest(".strip a, .walk-panel a"), label = labelOf(link);
    if (label && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      go(label === chosen && link.closest(".strip") ? null : label);
    }
  });
  document.addEventListener("keydown", function (event) {
    var here = event.target.closest && event.target.closest(".strip a");
    if (!here) { return; }
    var label = here.dataset.label, place = boxes.indexOf(here), on = below[label], by = above[label];
    var next = {
      ArrowRight: boxes[place + 1], ArrowLeft: boxes[place - 1], ArrowUp: box[on[on.length - 1]], ArrowDown: box[by[0]],
      Home: boxes[0], End: boxes[boxes.length - 1]
    };
    if (event.key in next) {
      event.preventDefault();
      if (next[event.key]) { go(next[event.key].dataset.label, true); }
    } else if (event.key === "Escape") { go(null, true); }
  });
  function arrive() { choose(labelOf({ getAttribute: function () { return location.hash; } })); }
  addEventListener("popstate", arrive);
  arrive();
})();
