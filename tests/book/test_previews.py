"""What a link on the same page leads to is seen without leaving the place, and never in the way."""

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


def test_the_script_weighs_at_most_3_kB():
    assert (ROOT / "book" / "_static" / "preview.js").stat().st_size <= 3000
