// For readers who come with a number: a box goes there, the search page shows it first, another box narrows a list.
(function () {
  "use strict";
  var WORDS = {
    eq: "Equation", eqn: "Equation", equation: "Equation", thm: "result", theorem: "result", lem: "result", lemma: "result",
    cor: "result", corollary: "result", fact: "result", def: "result", definition: "result", ex: "result", example: "result",
    rem: "result", remark: "result", sec: "Section", section: "Section", "§": "Section", fig: "Figure", figure: "Figure",
    ch: "Chapter", chapter: "Chapter"
  };
  var ORDER = ["Equation", "result", "Section", "Figure", "Chapter"];

  function group(kind) { return ORDER.indexOf(kind) < 0 ? "result" : kind; }
  function spelled(entry) { return entry[0] === "Equation" ? "(" + entry[1] + ")" : entry[0] + " " + entry[1]; }

  // What a reader may mean: the number itself first, then those that begin with it, or names that hold the words.
  function matches(text, entries) {
    var typed = text.trim().toLowerCase().replace(/[()]/g, " ").trim();
    var parts = /^(?:([a-z§]+)\.?\s*)?(\d+(?:\.\d+)*)\.?$/.exec(typed);
    var kind = parts && parts[1] && WORDS[parts[1]];
    if (!typed || (parts && parts[1] && !kind)) { return []; }
    if (!parts) {
      var words = typed.split(/\s+/);
      return entries.filter(function (e) {
        var name = (spelled(e) + " " + e[2]).toLowerCase();
        return words.every(function (word) { return name.indexOf(word) >= 0; });
      });
    }
    var fits = entries.filter(function (e) { return !kind || group(e[0]) === kind; });
    var exact = fits.filter(function (e) { return e[1] === parts[2]; });
    exact.sort(function (a, b) { return ORDER.indexOf(group(a[0])) - ORDER.indexOf(group(b[0])); });
    return exact.concat(fits.filter(function (e) { return e[1] !== parts[2] && e[1].indexOf(parts[2]) === 0; }));
  }

  function address(entry, known) { return known.pages[entry[3]] + (entry[4] ? "#" + entry[4] : ""); }
  function item(entry, known) {
    var item = document.createElement("li"), link = document.createElement("a");
    link.href = address(entry, known);
    link.textContent = spelled(entry);
    item.append(link, entry[2] ? " " + entry[2] : "");
    return item;
  }

  document.querySelectorAll("script.notes-index").forEach(function (script) {
    var known = JSON.parse(script.textContent), list = document.createElement("ul");
    var asked = new URLSearchParams(location.search).get("q") || "", number = /\d+(\.\d+)*/.exec(asked);
    var found = matches(asked, known.entries).filter(function (e) { return number && e[1] === number[0]; });
    if (!found.length) { return; }
    list.className = "notes-hits";
    list.setAttribute("aria-label", "From the notes");
    list.append.apply(list, found.map(function (entry) { return item(entry, known); }));
    document.getElementById("search-results").before(list);
  });

  // Under a page that the search finds: its sections, results and exercises whose names hold a searched word.
  var results = document.getElementById("search-results");
  function places(item) {
    var link = item.querySelector("a"), index = Search._index, line = document.createElement("p"), found = [];
    var page = index.docnames.indexOf(link.getAttribute("href").replace(/\.html$/, ""));
    var words = (new URLSearchParams(location.search).get("q") || "").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(function (w) { return w.length > 2; });
    Object.keys(index.alltitles).forEach(function (title) {
      var fits = words.some(function (word) { return title.toLowerCase().indexOf(word) >= 0; }) && !/^Solution to/.test(title);
      index.alltitles[title].forEach(function (place) { if (fits && place[0] === page && place[1]) { found.push([title, place[1]]); } });
    });
    found.slice(0, 5).forEach(function (place, i) {
      var there = document.createElement("a");
      there.href = link.href + "#" + place[1];
      there.textContent = place[0].trim().replace(/^\((.*)\)$/, "$1");
      line.append(i ? " · " : "", there);
    });
    if (found.length) { item.append(line); }
  }
  if (results) {
    if (location.protocol === "file:") { DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false; } // it would be fetched, which a file may not
    new MutationObserver(function (changes) {
      changes.forEach(function (change) {
        change.addedNodes.forEach(function (node) { if (node.matches && node.matches("#search-results > ul > li")) { places(node); } });
      });
    }).observe(results, { childList: true, subtree: true });
  }

  document.querySelectorAll("form.from-the-notes").forEach(function (form) {
    var known = JSON.parse(form.querySelector("script").textContent);
    var input = form.querySelector("input"), list = form.querySelector("ul"), status = form.querySelector("[role=status]");
    function around(text) { // the section or chapter in which a number that the book lacks would stand
      var number = (/\d+(?:\.\d+)*/.exec(text) || [""])[0], near = [];
      while (!near.length && number.indexOf(".") > 0) {
        number = number.replace(/\.\d+$/, "");
        near = known.entries.filter(function (e) { return (e[0] === "Section" || e[0] === "Chapter") && e[1] === number; });
      }
      return near;
    }
    function show() {
      var found = matches(input.value, known.entries), number = /\d+/.exec(input.value);
      var offered = found.length ? found.slice(0, 6) : around(input.value);
      list.replaceChildren.apply(list, offered.map(function (entry) { return item(entry, known); }));
      var draft = number && known.waiting.indexOf(+number[0]) >= 0;
      status.textContent = !input.value.trim() ? "" : found.length > 6 ? found.length + " places, six of them here" :
        found.length ? found.length + (found.length === 1 ? " place" : " places") :
        draft ? "Chapter " + number[0] + " is not in the book yet." :
        "The book has nothing under that number." + (offered.length ? " It would stand here:" : "");
      return found;
    }
    input.addEventListener("input", show);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var found = show();
      if (found.length) { location.href = address(found[0], known); }
    });
    addEventListener("pageshow", show);
  });

  document.querySelectorAll(".filter").forEach(function (box) {
    var input = box.querySelector("input"), output = box.querySelector("output");
    var items = [].slice.call(document.querySelectorAll("article :is(table.ledger tbody tr, .entry, .erratum-entry, .mirrored li)"));
    var sections = [].slice.call(document.querySelectorAll("article section section"));
    var texts = items.map(function (item) {
      var titles = [].map.call(item.querySelectorAll("[title]"), function (e) { return e.title; });
      return (item.textContent + " " + titles.join(" ")).toLowerCase();
    });
    function test(word) { // 8.3 finds (8.3) and 8.3.1, not 8.30 or 18.3
      var number = /^\(?(\d+(?:\.\d+)*)\)?$/.exec(word), short = /^(thm|lem|cor|def|rem|fig|sec)\.?$/.exec(word);
      if (short) { word = { thm: "theorem", lem: "lemma", cor: "corollary", def: "definition", rem: "remark", fig: "fig", sec: "section" }[short[1]]; }
      var pattern = number && new RegExp("(^|[^\\d.])" + number[1].replace(/\./g, "\\.") + "(?!\\d)");
      return function (text) { return pattern ? pattern.test(text) : text.indexOf(word) >= 0; };
    }
    function narrow() {
      var tests = input.value.toLowerCase().split(/\s+/).filter(Boolean).map(test), shown = 0;
      items.forEach(function (item, i) {
        item.hidden = !tests.every(function (fits) { return fits(texts[i]); });
        shown += !item.hidden;
      });
      sections.forEach(function (section) {
        var inside = items.filter(function (item) { return section.contains(item); });
        section.hidden = tests.length > 0 && inside.every(function (item) { return item.hidden; });
      });
      output.textContent = tests.length ? shown + " of " + items.length : items.length + " entries";
      dispatchEvent(new Event("resize"));
    }
    input.addEventListener("input", narrow);
    addEventListener("pageshow", narrow);
  });
})();
