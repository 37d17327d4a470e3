"""What a link leads to is seen without leaving the place, on the same page and on others, and never in the way."""

import gzip
import json
import re

import previews
import pytest
from inspector import AXE
from ledger import ROOT

pytestmark = pytest.mark.site
LINK = "article a[href='#equation-eq-3-1']:not(.headerlink) >> visible=true"
BOX = ".preview"


@pytest.fixture
def page(site, browser):
    """The third chapter from its file; what reads it aloud and what runs wrong is noted."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / "book" / "03-kernels.html").as_uri())
    page.add_style_tag(content="html { scroll-behavior: auto !important; }")
    yield page
    page.close()
    assert errors == []


def test_focus_shows_the_equation_and_escape_hides_it(page):
    page.locator(LINK).first.focus()
    assert page.locator(BOX).is_visible()
    assert page.locator(f"{BOX} .eqno").inner_text() == "(3.1)"
    formula = "e => e.querySelector('annotation').textContent"
    assert page.locator(BOX).evaluate(formula) == page.locator("#equation-eq-3-1").evaluate(formula)
    page.keyboard.press("Escape")
    assert page.locator(BOX).count() == 0


def test_it_goes_when_the_focus_moves_on(page):
    page.locator(LINK).first.focus()
    page.keyboard.press("Tab")
    assert page.locator(f"{BOX}:has-text('(3.1)')").count() == 0


@pytest.mark.parametrize("target", ["equation-eq-3-1", "thm-3-1", "rem-3-2", "fig-3-random-digits", "exr-3-margin"])
def test_the_pointer_may_move_onto_it_and_away(target, page):
    page.locator(f"article a[href='#{target}']:not(.headerlink) >> visible=true").first.hover()
    page.locator(BOX).wait_for()
    page.locator(BOX).hover(position={"x": 20, "y": 20})
    page.wait_for_timeout(500)
    assert page.locator(BOX).is_visible()
    page.mouse.move(2, 2)
    page.locator(BOX).wait_for(state="detached")


def test_the_copy_repeats_no_id_and_takes_no_focus(page):
    page.locator("#equation-eq-3-1").evaluate("e => e.insertAdjacentHTML('beforeend', '<a id=a href=#b>c</a><input>')")
    page.locator(LINK).first.focus()
    assert page.locator(BOX).get_attribute("aria-hidden") == "true"
    assert page.locator(f"{BOX} :is([id], [href], [tabindex], input, button)").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(scheme, page, inspector):
    page.emulate_media(color_scheme=scheme)
    page.locator(LINK).first.focus()
    page.evaluate(inspector.axe)
    assert page.evaluate(AXE.replace("document", "'.preview, p:has(a:focus)'", 1)) == []
    assert page.locator(BOX).is_visible()


def test_it_fits_on_a_phone(page):
    page.set_viewport_size({"width": 360, "height": 740})
    links = page.locator("article a[href^='#']:not(.headerlink) >> visible=true")
    seen = 0
    for link in links.all()[:40]:
        link.focus()
        if page.locator(BOX).count():
            place = page.locator(BOX).bounding_box()
            assert place["x"] >= 0
            assert place["x"] + place["width"] <= 360
            seen += 1
    assert seen > 10
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_touch_follows_the_link_and_shows_nothing(site, browser):
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto((site / "book" / "03-kernels.html").as_uri())
    page.locator(LINK).first.tap()
    page.wait_for_function("location.hash === '#equation-eq-3-1'")
    page.locator(LINK).first.dispatch_event("pointerover", {"pointerType": "touch"})
    page.wait_for_timeout(400)
    assert page.locator(BOX).count() == 0
    page.locator("article a[href='#thm-3-1'] >> visible=true").first.focus()  # as a long press does
    assert page.locator(BOX).count() == 0
    context.close()


ELSEWHERE = [
    ("equations", "equation-eq-3-1"),
    ("errata", "equation-eq-3-1"),
    ("exercises", "exr-3-margin"),
    ("api/principles.kernels.expansion", "thm-3-1"),  # a page without math of its own
]


@pytest.fixture
def open_page(site, browser):
    """A function that opens a page of the book from its file; what runs wrong is noted."""
    pages, errors = [], []

    def opened(name):
        page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.goto((site / "book" / f"{name}.html").as_uri())
        page.add_style_tag(content="html { scroll-behavior: auto !important; }")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert errors == []


def link_to(page, target):
    return page.locator(f"article a[href$='03-kernels.html#{target}'] >> visible=true").first


@pytest.mark.parametrize(("name", "target"), ELSEWHERE)
def test_what_another_page_numbers_is_shown_as_it_stands_there(name, target, open_page):
    page = open_page(name)
    assert page.locator("script[src*=previews]").count() == 0
    link_to(page, target).hover()
    page.locator(BOX).wait_for()
    words = "e => [...e.querySelectorAll('.caption-number, annotation, p')].map(p => p.textContent)"
    there = open_page("03-kernels").locator(f"#{target}").evaluate(words)
    assert len(there) > 0
    assert page.locator(f"{BOX} > *").evaluate(words) == there
    assert "KaTeX" in page.locator(f"{BOX} .katex").first.evaluate("e => getComputedStyle(e).fontFamily")
    assert page.locator(f"{BOX} :is([id], [href], [tabindex], input, button)").count() == 0
    page.mouse.move(2, 2)
    page.locator(BOX).wait_for(state="detached")


@pytest.mark.parametrize(("name", "target"), ELSEWHERE)
def test_it_answers_the_keyboard_across_pages_as_well(name, target, open_page):
    page = open_page(name)
    link_to(page, target).focus()
    page.locator(BOX).wait_for()
    assert page.locator(BOX).get_attribute("aria-hidden") == "true"
    assert page.evaluate("document.activeElement.hash") == f"#{target}"
    page.keyboard.press("Escape")
    assert page.locator(BOX).count() == 0
    assert page.evaluate("document.activeElement.hash") == f"#{target}"


def test_one_page_is_asked_once_and_an_answer_that_comes_too_late_is_not_shown(inspector, browser):
    page, waiting, asked = browser.new_page(), [], []
    page.route("**/previews/*.js", lambda route: (asked.append(route.request.url), waiting.append(route)))
    page.goto(f"{inspector.base}book/equations.html")
    link_to(page, "equation-eq-3-1").focus()
    page.wait_for_function("document.querySelector('script[src*=previews]')")
    page.keyboard.press("Escape")
    waiting.pop().continue_()
    page.wait_for_function("window.previews['03-kernels']")
    page.wait_for_timeout(100)
    assert page.locator(BOX).count() == 0
    link_to(page, "equation-eq-3-2").focus()
    page.locator(f"{BOX}:has-text('(3.2)')").wait_for()
    assert asked == [f"{inspector.base}_static/previews/03-kernels.js"]
    page.close()


def test_every_chapter_offers_all_that_it_numbers_and_stays_light(site):
    chapters = sorted((site / "book").glob("[0-9][0-9]-*.html"))
    assert chapters
    for chapter in chapters:
        script = site / "_static" / "previews" / f"{chapter.stem}.js"
        shown = json.loads(re.fullmatch(r'previews\["[\w-]+"\]=(.*);\n', script.read_text(encoding="utf-8"))[1])
        labels = r' id="((?:equation-eq|thm|lem|cor|fact|def|ex|rem|exr)-\d[^"]*)(?<!-statement)"'
        assert set(shown) == set(re.findall(labels, chapter.read_text(encoding="utf-8")))
        assert len(gzip.compress(script.read_bytes())) <= 60_000


def test_an_element_ends_with_its_own_end():
    inner = '<div class="math display" id="equation-eq-1-1"><div class="scroll">x</div><span>(1.1)</span></div>'
    result = f'<div class="proof theorem admonition" id="thm-1-2"><p>T</p>{inner}</div>'
    assert previews.numbered(f"<div>{result}<p>after</p></div>") == {"thm-1-2": result, "equation-eq-1-1": inner}
    with pytest.raises(ValueError, match="has no end"):
        previews.numbered('<div class="proof" id="thm-1-1"><div></div>')


def test_the_script_weighs_at_most_5_kB():
    assert (ROOT / "book" / "_static" / "preview.js").stat().st_size <= 5000
