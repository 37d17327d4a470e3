"""The search page finds a number of the notes, a function by its name, and the words of the notation page."""

import re

import pytest

pytestmark = pytest.mark.site


@pytest.fixture
def search(inspector):
    """A function that asks the search page, and gives it when its results are there."""

    def ask(query):
        inspector.page.set_viewport_size({"width": 1280, "height": 900})
        inspector.page.goto(f"{inspector.base}search.html?q={query.replace(' ', '+')}")
        inspector.page.wait_for_function("document.querySelector('#search-results p')")
        return inspector.page

    return ask


@pytest.mark.parametrize(
    ("query", "shown", "address"),
    [
        ("3.6", "(3.6)", "book/03-kernels.html#equation-eq-3-6"),
        ("(3.6)", "(3.6)", "book/03-kernels.html#equation-eq-3-6"),
        ("eq 3.6", "(3.6)", "book/03-kernels.html#equation-eq-3-6"),
        ("Theorem 3.1", "Theorem 3.1", "book/03-kernels.html#thm-3-1"),
        ("Section 3.3.1", "Section 3.3.1", "book/03-kernels.html#kernel-perceptron"),
        ("Figure 3.2", "Figure 3.2", "book/03-kernels.html#fig-3-"),
        ("chapter 3", "Chapter 3", "book/03-kernels.html"),
    ],
)
def test_a_number_of_the_notes_stands_first(query, shown, address, search):
    page = search(query)
    link = page.locator(".notes-hits a").first
    assert link.inner_text() == shown
    assert page.evaluate("document.querySelector('.notes-hits').nextElementSibling.id") == "search-results"
    link.click()
    page.wait_for_url(re.compile(re.escape(address)), wait_until="commit")


def test_a_number_that_stands_first_is_not_said_to_be_missing(search):
    assert not search("3.6").get_by_text("did not match").is_visible()
    page = search("3.99")
    assert page.get_by_text("did not match").is_visible()
    assert page.locator(".notes-hits").count() == 0


@pytest.mark.parametrize("query", ["kernel", "kernel 3"])
def test_words_are_left_to_the_search(query, search):
    assert search(query).locator(".notes-hits").count() == 0


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("perceptron.train", "#principles.linear_models.perceptron.train"),
        ("bandwidth", "book/api/principles.losses.sparse.html"),
        ("raised index", "book/notation.html"),
        ("letters with several meanings", "book/notation.html#"),
    ],
)
def test_names_and_notation_are_found(query, address, search):
    page = search(query)
    page.wait_for_function("document.querySelector('#search-results p').textContent.includes('finished')")
    found = page.locator("#search-results > ul > li > a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert any(address in link for link in found)
    assert query != "perceptron.train" or address in found[0]


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_page_is_followed_by_its_sections_that_name_the_word(scheme, site, inspector, browser):
    page, errors = browser.new_page(), []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    base = inspector.base if scheme == "http" else (site / "search.html").as_uri().removesuffix("search.html")
    page.goto(f"{base}search.html?q=mercer")
    section = page.locator("#search-results li:has(> a[href='book/03-kernels.html']) a[href$='#mercer-s-theorem']")
    section.wait_for()
    assert section.inner_text() == "Mercer’s theorem"
    page.wait_for_function("document.querySelector('#search-results p').textContent.includes('finished')")
    page.wait_for_timeout(200)
    assert errors == []
    section.click()
    page.wait_for_url("**/book/03-kernels.html#mercer-s-theorem", wait_until="commit")
    page.close()
