"""The built site as a reader meets it: in a browser, on a phone, with a screen reader, without network."""

import re
from urllib.parse import unquote, urldefrag

import pytest

pytestmark = pytest.mark.site

WEIGHT = 600_000  # bytes over the wire
KINDS = {
    "thm": "Theorem",
    "lem": "Lemma",
    "cor": "Corollary",
    "fact": "Fact",
    "def": "Definition",
    "ex": "Example",
    "rem": "Remark",
}


def expected_equation(label):
    """The number that the label `equation-eq-3-6` promises, `(3.6)`."""
    return "({}.{})".format(*re.fullmatch(r"equation-eq-(\d+)-(\d+)", label).groups())


def expected_result(label):
    """The name that the label `thm-3-1` promises, `Theorem 3.1`; None for other labels."""
    match = re.fullmatch(rf"({'|'.join(KINDS)})-(\d+)-(\d+)", label)
    return match and f"{KINDS[match[1]]} {match[2]}.{match[3]}"


def misnumbered(report):
    """Equations and results whose printed number is not their label's."""
    facts = report.facts
    wrong = [(label, number) for label, number in facts["equations"] if number != expected_equation(label)]
    named = [(label, name, expected_result(label)) for label, name in facts["results"]]
    return wrong + [(label, name) for label, name, expected in named if expected and not f"{name} ".startswith(f"{expected} ")]


def unrendered(report):
    """Math left as TeX, or refused by KaTeX."""
    return report.facts["raw"] + report.facts["math_errors"]


def broken_images(report):
    """Images that did not load or say nothing."""
    return [src for src, width, alt in report.facts["images"] if not width or not alt] + ["svg without title"] * report.facts[
        "unnamed"
    ]


def broken_links(reports, inspector):
    """Links within the site to a page, file or anchor that does not exist, with the page they stand on."""
    ids = {name: set(report.facts["ids"]) for name, report in reports.items()}
    broken = []
    for name, report in reports.items():
        for url in set(report.facts["links"]):
            if url.startswith(inspector.base):
                address, anchor = urldefrag(url)
                path = inspector.path(address)
                target = path and path.relative_to(inspector.folder).as_posix()
                if not path or (anchor and target in ids and unquote(anchor) not in ids[target]):
                    broken.append(f"{name}: {url.removeprefix(inspector.base)}")
    return broken


def collect(reports, look):
    """{page: what `look` finds there}, without the pages where it finds nothing."""
    return {name: found for name, report in reports.items() if (found := look(report))}


@pytest.mark.parametrize(
    ("what", "look"),
    [
        ("console errors", lambda r: r.errors),
        ("requests to other hosts", lambda r: r.foreign),
        ("failed requests", lambda r: r.failed),
        ("unrendered math", unrendered),
        ("broken or unnamed images", broken_images),
        ("repeated ids", lambda r: r.facts["repeated"]),
        ("serious accessibility violations", lambda r: r.axe),
        ("sideways scrolling on a phone", lambda r: r.overflow),
        ("numbers that differ from their labels", misnumbered),
    ],
)
def test_no_page_has(what, look, reports):
    found = collect(reports, look)
    assert not found, f"{what}: {found}"


def test_every_link_within_the_site_arrives(reports, inspector):
    assert broken_links(reports, inspector) == []


def test_no_page_is_heavier_than_600_kB_over_the_wire(reports, inspector):
    weights = {name: inspector.weight(report) for name, report in reports.items()}
    heavy = {name: weight for name, weight in weights.items() if weight > WEIGHT}
    print("bytes:", sorted(((w, n) for n, w in weights.items()), reverse=True)[:5])
    assert not heavy


def chapters(reports):
    """Chapter number and report of each chapter's page."""
    return [(int(m[1]), r) for name, r in reports.items() if (m := re.fullmatch(r"book/(\d\d)-[\w-]+\.html", name))]


def test_every_chapter_numbers_its_sections_figures_and_exercises_with_its_own_number(reports):
    assert chapters(reports)
    for chapter, report in chapters(reports):
        assert report.facts["equations"] or chapter == 1
        for text in report.facts["numbers"]:
            assert re.match(rf"(?:[A-Z]\w+ )?{chapter}(?:\.|\s|$)", text), f"Chapter {chapter} prints {text!r}"


def test_what_a_cell_prints_stands_in_one_block(site):
    pages = {page.name: page.read_text(encoding="utf-8") for page in (site / "book").glob("*.html")}
    parted = re.compile(r'<div class="output stream[^>]*>(?:(?!</div>).)*</div>\s*<div class="output stream', re.DOTALL)
    assert [name for name, html in pages.items() if parted.search(html)] == []


def test_the_front_door_leads_to_the_front_page(site):
    door = (site / "index.html").read_text(encoding="utf-8")
    target = re.search(r"url=([^\"]+)", door)
    assert (site / target[1]).is_file() if target else "<main" in door


def test_search_finds_a_word_without_a_server(site, browser):
    page = browser.new_page()
    page.goto((site / "search.html").as_uri() + "?q=kernel")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    page.close()


def test_the_colour_mode_switches_and_stays_without_a_server(site, browser):
    page = browser.new_page(color_scheme="light")
    page.goto((site / "book" / "index.html").as_uri())
    for _ in range(3):
        page.click(".theme-switch-button >> visible=true")
        if page.evaluate("document.documentElement.dataset.mode") == "dark":
            break
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.close()


def test_math_is_readable_without_script(site, browser):
    chapter = next(iter(sorted((site / "book").glob("[0-9][0-9]-*.html"))))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(chapter.as_uri())
    assert page.locator(".math.display .katex-html").first.bounding_box()["width"] > 0
    assert page.locator(".math math").count() == page.locator(".math").count()
    context.close()


GOOD = """<!doctype html><html lang="en"><title>t</title><link rel="icon" href="data:,">
<body><main><article><h1>t</h1>{}</article></main></body></html>"""
EQUATION = '<div class="math" id="equation-eq-3-6"><span class="eqno">({})</span></div>'
RESULT = '<div class="proof" id="{}"><b class="caption-number">{}</b></div>'


def test_a_good_page_passes_every_look(inspect):
    report = inspect(
        GOOD.format(EQUATION.format("3.6") + '<div class="proof" id="thm-3-1"><b class="caption-number">Theorem 3.1</b></div>')
    )
    looks = [report.errors, report.foreign, report.failed, unrendered(report), broken_images(report), misnumbered(report)]
    assert looks + [report.axe, report.overflow, report.facts["repeated"]] == [[]] * 9


@pytest.mark.parametrize(
    ("html", "look"),
    [
        ("<script>console.error('no')</script>", lambda r: r.errors),
        ("<script>undefined.f()</script>", lambda r: r.errors),
        ('<img alt="far" src="http://127.0.0.1:9/far.png">', lambda r: r.foreign),
        ('<img alt="gone" src="gone.png">', lambda r: r.failed),
        ('<img alt="gone" src="gone.png">', broken_images),
        ("<svg viewBox='0 0 1 1'></svg>", broken_images),
        ("<p>Let $x^2$ be.</p>", unrendered),
        (r"<p>Let \(x^2\) be.</p>", unrendered),
        ('<span class="katex-error">x</span>', unrendered),
        ('<p id="a">a</p><p id="a">b</p>', lambda r: r.facts["repeated"]),
        ('<p style="color: #bbb">pale</p>', lambda r: r.axe),
        ("<button></button>", lambda r: r.axe),
        ('<div style="width: 500px">wide</div>', lambda r: r.overflow),
        (EQUATION.format("3.7"), misnumbered),
        (RESULT.format("thm-3-1", "Theorem 3.2"), misnumbered),
        (RESULT.format("fact-12-1", "Observation 12.1"), misnumbered),
    ],
)
def test_each_defect_is_seen(html, look, inspect):
    assert look(inspect(GOOD.format(html)))


@pytest.mark.parametrize("link", ["gone.html", "page.html#gone"])
def test_a_broken_link_is_seen(link, browser, tmp_path, inspect):
    report = inspect(GOOD.format(f'<a href="{link}">there</a> <a href="page.html#here" id="here">here</a>'))
    inspector = type("Site", (), {"base": report.facts["links"][1].rsplit("/", 1)[0] + "/", "folder": tmp_path})
    inspector.path = lambda url: next((p for p in [tmp_path / url.rsplit("/", 1)[1]] if p.is_file()), None)
    assert len(broken_links({"page.html": report}, inspector)) == 1
