"""A browser that looks at the built site, page by page, and reports what it sees."""

import functools
import gzip
import importlib.resources
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from browser import find
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

FACTS = r"""() => {
  const texts = (selector, root = document) => [...root.querySelectorAll(selector)].map(e => e.textContent.trim());
  const prose = (document.querySelector("article") || document.body).cloneNode(true);
  prose.querySelectorAll("pre, code, script, style, .katex, .highlight, dt.sig, svg").forEach(e => e.remove());
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  return {
    ids, repeated: ids.filter((id, i) => ids.indexOf(id) !== i),
    links: [...document.querySelectorAll("a[href], link[href]")].map(a =>
      new URL(a.getAttribute("href"), document.baseURI).href),
    images: [...document.querySelectorAll("img")].map(i => [i.src, i.naturalWidth, i.alt]),
    unnamed: [...document.querySelectorAll("article svg")].filter(s => !s.closest("button")
      && !s.querySelector("title")?.textContent.trim() && !s.closest(".katex")).length,
    raw: prose.textContent.match(/\$[^$\n]{1,200}\$|\\[(\[]|\\(begin|frac|sum|mathbb|operatorname)\b/g) || [],
    math_errors: texts(".katex-error"),
    equations: [...document.querySelectorAll("[id^='equation-eq-']")].map(e =>
      [e.id, (e.querySelector(".eqno")?.firstChild?.textContent || "").trim()]),
    results: [...document.querySelectorAll("div.proof[id]")].map(e =>
      [e.id, (e.querySelector(".caption-number, .admonition-title")?.textContent || "").trim()]),
    numbers: texts("article .section-number, article div.exercise .caption-number, figcaption .caption-number"),
  };
}"""
# In the dark, formulas and pictures take the colours of the text around them: two thirds of the nodes need no second look.
STRIP = "document.querySelectorAll('.katex-html, .picture svg').forEach(e => e.remove())"
AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(v => ["serious", "critical"].includes(v.impact))
  .flatMap(v => v.nodes.map(n => `${v.id} (${v.impact}): ${n.target.join(" ")}`)))"""


@dataclass
class Report:
    """What the browser saw on one page; every list but `requests`, `facts` should be empty."""

    facts: dict = field(default_factory=dict)
    requests: set = field(default_factory=set)
    errors: list = field(default_factory=list)
    foreign: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    axe: list = field(default_factory=list)
    overflow: list = field(default_factory=list)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a log, and without letting the browser keep them, so that each page's weight is seen."""

    def end_headers(self):
        """Forbid the cache."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_):
        """Say nothing."""


class Inspector:
    """One browser page that visits the pages of a folder served on localhost.

    Args:
        browser: a playwright browser.
        folder: the site.
        base: the address at which another inspector serves it already.
    """

    def __init__(self, browser, folder, base=None):
        self.folder = Path(folder)
        self.server = None if base else ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
        if self.server:
            threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.base = base or f"http://127.0.0.1:{self.server.server_address[1]}/"
        self.page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        self.axe = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        self.report = Report()
        self.page.on("console", lambda m: m.type == "error" and self.report.errors.append(m.text))
        self.page.on("pageerror", lambda error: self.report.errors.append(str(error)))
        self.page.on("request", self._note_request)
        self.page.on("requestfailed", lambda request: self.report.failed.append(request.url))
        self.page.on("response", lambda r: r.status >= 400 and self.report.failed.append(f"{r.status} {r.url}"))

    def _note_request(self, request):
        self.report.requests.add(request.url)
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.report.foreign.append(request.url)

    def visit(self, name, accessibility=True):
        """Open a page wide and light, then on a phone, then dark.

        Args:
            name: path of the page within the site.
            accessibility: whether axe looks at it too.
        """
        self.report = Report()
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.page.goto(self.base + name, wait_until="load")
        self.report.facts = self.page.evaluate(FACTS)
        if accessibility:
            self.page.evaluate(self.axe)
            self.report.axe += [f"light: {violation}" for violation in self.page.evaluate(AXE)]
        self.page.set_viewport_size({"width": 360, "height": 780})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.report.overflow += [f"{width} px wide at 360 px"] if width > 360 else []
        if accessibility:
            self.page.set_viewport_size({"width": 1280, "height": 900})
            self.page.emulate_media(color_scheme="dark")
            self.page.evaluate(STRIP)
            self.report.axe += [f"dark: {violation}" for violation in self.page.evaluate(AXE)]
        return self.report

    def read(self, name):
        """Ids and links of a page from its source, without opening it."""
        page = BeautifulSoup((self.folder / name).read_text(encoding="utf-8"), "lxml" if find_spec("lxml") else "html.parser")
        ids = [tag["id"] for tag in page.find_all(id=True)]
        links = [urljoin(self.base + name, tag["href"]) for tag in page.find_all(["a", "link"], href=True)]
        facts = {"ids": ids, "repeated": [i for i, n in Counter(ids).items() if n > 1], "links": links}
        return Report(
            facts | dict.fromkeys(("images", "raw", "math_errors", "equations", "results", "numbers"), []) | {"unnamed": 0}
        )

    def path(self, url):
        """The file behind a URL of the site, or None."""
        path = self.folder / unquote(urlsplit(url).path).lstrip("/")
        path = path / "index.html" if path.is_dir() else path
        return path if path.is_file() else None

    def weight(self, report):
        """Bytes over the wire, compressed as a server would."""
        return sum(compressed(self.path(url)) for url in {urldefrag(u)[0] for u in report.requests} if self.path(url))

    def close(self):
        """End the page and the server."""
        self.page.close()
        if self.server:
            self.server.shutdown()
            self.server.server_close()


@functools.cache
def compressed(path):
    """Size of a file, gzipped unless it is compressed already."""
    data = path.read_bytes()
    return len(data) if path.suffix in {".woff2", ".woff", ".png", ".jpg"} else len(gzip.compress(data, 6))


def visit_all(folder, base, names):
    """Reports on the pages named, from a browser of its own: axe keeps a processor busy for half a minute a chapter."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find())
        inspector = Inspector(browser, folder, base)
        return {name: inspector.visit(name) for name in names}
