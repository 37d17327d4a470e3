"""Pictures with a slider: by keyboard, with a screen reader, in print and without script."""

import json

import pytest

pytestmark = pytest.mark.site

# What a reader meets: the frame displayed (exactly its parts, no others), and what is said about it in each place.
STATE = """figure => {
  const parts = [...figure.querySelectorAll("[data-frame]")].map(part =>
    [getComputedStyle(part).display !== "none", part.dataset.frame.split(" ")]);
  const {frames} = JSON.parse(figure.querySelector("svg").dataset.slider);
  return {
    displayed: frames.map((_, k) => k).filter(k => parts.every(([shown, owners]) => shown === owners.includes(String(k)))),
    spoken: figure.querySelector("input").getAttribute("aria-valuetext"),
    written: figure.querySelector("output").textContent,
    title: figure.querySelector("svg > title").textContent,
    height: figure.getBoundingClientRect().height,
  };
}"""


@pytest.fixture(scope="module")
def addresses(site):
    """Where the pages with a slider are."""
    return [p.as_uri() for p in sorted((site / "book").glob("*.html")) if 'class="slider"' in p.read_text(encoding="utf-8")]


def figures(page, address):
    """Each figure of a page that has a slider, its slider, and what its frames are; solutions are unfolded."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('.toggle-hidden').forEach(fold => fold.classList.remove('toggle-hidden'))")
    for figure in page.locator("figure:has(.slider)").all():
        about = json.loads(figure.locator(".picture > svg").get_attribute("data-slider"))
        yield figure, figure.locator("input"), about


def chosen_by_the_page(figure, control, about):
    """Whether the figure shows the frame to begin with, says its value, and offers nothing to move."""
    state, value = figure.evaluate(STATE), about["frames"][about["shown"]]["value"]
    return state["displayed"] == [about["shown"]] and state["written"] == value and not control.is_visible()


def test_every_chapter_has_a_figure_to_move(site):
    chapters = sorted((site / "book").glob("[0-9][0-9]-*.html"))
    assert chapters
    assert [p.stem for p in chapters if 'class="slider"' not in p.read_text(encoding="utf-8")] == []


def test_keys_move_every_slider_through_its_frames_and_nothing_else_moves(addresses, browser):
    page = browser.new_page()
    for address in addresses:
        for figure, control, about in figures(page, address):
            height = figure.evaluate(STATE)["height"]
            control.press("Home")
            for number, frame in enumerate(about["frames"]):
                assert figure.evaluate(STATE) == {
                    "displayed": [number],
                    "spoken": f"{frame['value']}. {frame['alt']}",
                    "written": frame["value"],
                    "title": frame["alt"],
                    "height": height,
                }, f"{address}: {about['name']} {frame['value']}"
                page.keyboard.press("ArrowRight")
    page.close()


def test_every_slider_has_a_label(addresses, browser):
    page = browser.new_page()
    for address in addresses:
        for figure, _, about in figures(page, address):
            name = f"{about['name']} {about['symbol']}".strip()
            assert figure.get_by_role("slider", name=name, exact=True).count() == 1
    page.close()


def test_print_shows_the_frame_that_the_page_chose_whatever_the_reader_did(addresses, browser):
    page = browser.new_page()
    figure, control, about = next(figures(page, addresses[0]))
    control.press("End")
    page.emulate_media(media="print")
    assert chosen_by_the_page(figure, control, about)
    page.emulate_media(media="screen")
    assert figure.evaluate(STATE)["displayed"] == [len(about["frames"]) - 1]
    page.close()


def test_without_script_the_frame_that_the_page_chose_stands_alone_and_says_its_value(addresses, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    figure, control, about = next(figures(page, addresses[0]))
    assert chosen_by_the_page(figure, control, about)
    context.close()
