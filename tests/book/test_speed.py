"""A chapter is there at once, and what is there stays in its place."""

import pytest

pytestmark = pytest.mark.site
OBSERVE = """window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shift += entry.hadRecentInput ? 0 : entry.value; }))
  .observe({type: "layout-shift", buffered: true});"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length && document.fonts.status === 'loaded'"
MEASURE = """() => new Promise(done => requestAnimationFrame(() => setTimeout(() =>
  done([performance.getEntriesByName("first-contentful-paint")[0].startTime, window.shift]))))"""


def first_visit(browser, address):
    """Milliseconds to the first content and the layout shift until everything is loaded, in a browser that has kept nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(OBSERVE)
    page.goto(address, wait_until="load")
    page.wait_for_function(PAINTED)
    found = page.evaluate(MEASURE)
    context.close()
    return found


def heaviest(site):
    """The two longest chapters."""
    return sorted((site / "book").glob("[0-9][0-9]-*.html"), key=lambda path: -path.stat().st_size)[:2]


def test_a_long_chapter_is_readable_within_a_second_and_does_not_move(site, inspector, browser):
    for chapter in heaviest(site):
        for _ in range(10):  # a busy machine only adds to the time, so one visit of ten is enough
            time, shift = first_visit(browser, f"{inspector.base}book/{chapter.name}")
            assert shift < 0.05
            if time < 1000:
                break
        assert time < 1000


def test_a_page_that_moves_is_seen(tmp_path, browser):
    late = "setTimeout(() => document.body.prepend(Object.assign(document.createElement('div'), {style: 'height: 300px'})), 100)"
    (tmp_path / "page.html").write_text(
        f"<!doctype html><p style='height: 400px'>text</p><script>{late}</script>", encoding="utf-8"
    )
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(OBSERVE)
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("window.shift > 0.05")
    context.close()
