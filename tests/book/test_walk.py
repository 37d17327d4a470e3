"""A reader with a number in hand: the box "from the notes", the filters and the map, in a browser without a server."""

import re

import pytest
from ledger import ROOT

pytestmark = pytest.mark.site
ITEMS = "article :is(table.ledger tbody tr, .entry, .erratum-entry, .mirrored li)"


@pytest.fixture
def page(site, browser):
    """A function that opens a page of the site from its file."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def open_page(name):
        page.goto((site / "book" / name).as_uri())
        return page

    yield open_page
    page.close()
    assert errors == []


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("8.3", "08-sequences.html#equation-eq-8-3"),
        ("(8.3)", "08-sequences.html#equation-eq-8-3"),
        ("Theorem 9.7", "09-gradient-descent.html#thm-9-7"),
        ("thm 9.2", "09-gradient-descent.html#cor-9-2"),
        ("Section 7.2.2", "07-regularization.html#maximum-a-posteriori-map-estimation"),
        ("Figure 3.2", "03-kernels.html#fig-3-"),
        ("fig. 2.1", "02-linear-models.html#fig-2-"),
        ("mercer's theorem", "03-kernels.html#thm-3-1"),
        ("9", "09-gradient-descent.html"),
    ],
)
def test_a_number_of_the_notes_arrives(typed, address, page):
    opened = page("equations.html" if typed == "(8.3)" else "index.html")
    opened.fill("#from-the-notes", typed)
    opened.press("#from-the-notes", "Enter")
    opened.wait_for_url(re.compile(re.escape(address)), wait_until="commit")


def test_every_address_that_the_box_knows_exists(site, page):
    opened = page("index.html")
    known = opened.evaluate("JSON.parse(document.querySelector('form.from-the-notes script').textContent)")
    anchors = {}
    for _, _, _, place, anchor in known["entries"]:
        anchors.setdefault(known["pages"][place], set()).add(anchor)
    for name, wanted in anchors.items():
        ids = set(re.findall(r'\bid="([^"]+)"', (site / "book" / name).read_text(encoding="utf-8")))
        assert wanted - {""} <= ids, name


def test_a_number_that_the_book_lacks_leads_to_where_it_would_stand(page):
    opened = page("index.html")
    opened.fill("#from-the-notes", "Section 7.1.9")
    assert "nothing under that number" in opened.inner_text(".from-the-notes [role=status]")
    assert opened.inner_text(".from-the-notes li a") == "Section 7.1"
    opened.fill("#from-the-notes", "8.1")
    assert opened.locator(".from-the-notes li a").first.inner_text() == "(8.1)"


@pytest.mark.parametrize("name", ["equations", "errata", "exercises", "figures"])
def test_the_filter_narrows_a_list_and_says_how_far(name, page):
    opened = page(f"{name}.html")
    items = opened.locator(f"{ITEMS} >> visible=true")
    total = items.count()
    opened.focus("#filter")
    opened.keyboard.type("9.2")
    shown = items.all_inner_texts()
    assert 0 < len(shown) < total
    assert opened.inner_text(".filter output") == f"{len(shown)} of {total}"
    assert not any(re.search(r"(?<![\d.])9\.2\d", text) and not re.search(r"(?<![\d.])9\.2(?!\d)", text) for text in shown)
    assert opened.locator("article section section:visible").count() < opened.locator("article section section").count()
    opened.fill("#filter", "")
    assert items.count() == total


def test_the_map_is_walked_by_click_and_by_keyboard(page):
    opened = page("map.html")
    opened.click(".strip [data-label=lem-9-3]")
    below, above = (
        opened.locator(f".strip a.{kind}").evaluate_all("all => all.map(a => a.dataset.label)") for kind in ("below", "above")
    )
    assert {"eq-9-18", "lem-9-1"} <= set(below)  # the second only through the first
    assert {"eq-9-24", "eq-9-26"} <= set(above)
    assert not {"eq-10-1", "lem-9-3"} & {*below, *above}
    assert "Lemma 9.3" in opened.inner_text(".walk-panel")
    opened.click(".walk-panel a:text('(9.18)')")
    assert opened.evaluate("document.activeElement.dataset.label") == "eq-9-18"
    opened.keyboard.press("ArrowUp")
    assert opened.evaluate("document.activeElement.dataset.label") == "lem-9-1"
    assert opened.evaluate("location.hash") == "#on-lem-9-1"
    opened.keyboard.press("Escape")
    assert opened.locator(".strip .chosen").count() == 0
    opened.go_back()
    assert opened.locator(".strip .chosen").get_attribute("data-label") == "lem-9-3"


def test_without_script_the_lists_are_whole_and_the_map_leads_to_its_words(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "book" / "equations.html").as_uri())
    assert page.locator(":is(.filter, .from-the-notes):visible").count() == 0
    assert page.locator("table.ledger tbody tr:visible").count() == page.locator("table.ledger tbody tr").count()
    page.goto((site / "book" / "map.html").as_uri())
    page.click(".strip [data-label=lem-9-3]")
    assert "rests on" in page.inner_text("#on-lem-9-3")
    assert "(9.18)" in page.inner_text("#on-lem-9-3")
    context.close()


def test_the_scripts_of_the_book_weigh_at_most_30_kB():
    scripts = list((ROOT / "book" / "_static").glob("*.js"))
    assert scripts
    assert sum(path.stat().st_size for path in scripts) <= 30_000
