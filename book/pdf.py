"""The whole book as one PDF: the pages of the built site in one document, printed by Chromium.

Numbers, references, math and figures are those of the site; links stay inside the document, and the
headings become bookmarks. `make pdf` runs it after `make book`.
"""

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag

import yaml
from browser import HELP, find
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

ROOT = Path(__file__).parents[1]
LEFT_OUT = {"book/api", "book/equations", "book/map", "book/figures", "book/exercises"}  # they gather, or lead to code
NOT_PRINTED = ".headerlink, .copybtn, button, script, noscript, .not-printed"
FOOTER = '<div style="font: 8pt sans-serif; color: #545b66; width: 100%; text-align: center" class="pageNumber"></div>'
SHEETS = {
    "format": "A4",
    "margin": {"top": "18mm", "bottom": "20mm", "left": "20mm", "right": "20mm"},
    "print_background": True,
    "display_header_footer": True,
    "header_template": "<span></span>",
    "footer_template": FOOTER,
}
NUMBER = """numbers => document.querySelectorAll(".contents li").forEach(line => {
  line.querySelector("span").textContent = numbers[line.querySelector("a").getAttribute("href").slice(1)] || "";
})"""


def pages(toc):
    """The pages of the document in the order of the table of contents, without the front page."""
    listed = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    return [page for page in listed if page not in LEFT_OUT]


def identifier(page, anchor=""):
    """The document's id for a place of the site: the page's name before the anchor's."""
    return f"{page.replace('/', '-')}--{anchor}"


def article(site, page, included):
    """One page's article: ids made unique over the book, links turned to the document's own, folds opened.

    Raises:
        FileNotFoundError: if the site was not built.
    """
    soup = BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    body = soup.select_one("article")
    for node in body.select(NOT_PRINTED):
        node.decompose()
    for node in body.select("details"):
        node["open"] = ""
    for node in body.select(".toggle-hidden"):
        node["class"].remove("toggle-hidden")
    for node in body.select("[id]"):
        node["id"] = identifier(page, node["id"])
    for name in ("aria-labelledby", "aria-describedby", "href", "xlink:href"):
        for node in body.find_all(attrs={name: True}):
            node[name] = _pointing(node, name, page, included)
    for node in body.select("a[href='']"):
        del node["href"]
    body["id"] = identifier(page)
    return body


def _pointing(node, name, page, included):
    """An attribute's value after the move: ids of this page, links to pages of the document, addresses outside."""
    value = node[name]
    if name.startswith("aria"):
        return " ".join(identifier(page, part) for part in value.split())
    if re.match(r"[a-z]+:", value):
        return value
    path, anchor = urldefrag(unquote(value))
    target = page if not path else str((Path("/") / page).parent.joinpath(path).resolve().relative_to("/")).removesuffix(".html")
    return f"#{identifier(target, anchor)}" if target in included else ""


def contents(articles):
    """The table of contents: chapters and their sections, with a place for the page on which each begins."""
    lines = []
    for body in articles:
        for heading in body.select("h1, h2"):
            place = heading.find_parent(id=True)["id"]
            text = " ".join(heading.get_text(" ", strip=True).split())
            lines.append(f'<li class="contents-{heading.name}"><a href="#{place}">{text}</a><span></span></li>')
    return f'<section class="contents"><h1>Contents</h1><ol>{"".join(lines)}</ol></section>'


def document(site, articles):
    """The HTML to be printed: the site's style sheets, a title page, the contents and all articles."""
    soup = BeautifulSoup((site / "book" / "notation.html").read_text(encoding="utf-8"), "html.parser")
    styles = "".join(str(link) for link in soup.select("link[rel=stylesheet]")).replace("../_static", (site / "_static").as_uri())
    title = """<section class="cover"><h1>Principles of Deep Learning, executable</h1>
      <p>A textbook whose every statement runs. It follows the lecture notes of <i>ESE 546: Principles of Deep Learning</i>
      by Pratik Chaudhari, University of Pennsylvania, version of 10 December 2025, in its own words.</p></section>"""
    body = title + contents(articles) + "".join(map(str, articles))
    head = f'<meta charset="utf-8"><title>Principles of Deep Learning, executable</title>{styles}'
    return f'<!DOCTYPE html><html lang="en" data-theme="light"><head>{head}</head><body class="printed">{body}</body></html>'


def render(source, target):
    """Print an HTML file to PDF, with bookmarks and tags for screen readers.

    It is printed twice from one loaded page: the first time tells the pages that the table of contents names.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(600_000)
        page.goto(source.as_uri(), wait_until="load")
        page.evaluate("document.fonts.ready")
        page.pdf(path=target, **SHEETS)
        page.evaluate(NUMBER, page_numbers(target))
        page.pdf(path=target, outline=True, tagged=True, **SHEETS)
        browser.close()


def page_numbers(pdf):
    """The page, counted from one, of every named place of a PDF."""
    reader = PdfReader(pdf)
    return {name.lstrip("/"): reader.get_destination_page_number(place) + 1 for name, place in reader.named_destinations.items()}


def main():
    """Print the pages of the built site."""
    site, target = ROOT / "_build" / "html", ROOT / "_build" / "pdf"
    target.mkdir(parents=True, exist_ok=True)
    included = pages(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    articles = [article(site, page, set(included)) for page in included]
    source, pdf = target / "book.html", target / "principles-of-deep-learning.pdf"
    source.write_text(document(site, articles), encoding="utf-8")
    render(source, pdf)
    print(f"{pdf}: {len(PdfReader(pdf).pages)} pages")


if __name__ == "__main__":
    main() if find() else sys.exit(HELP)
