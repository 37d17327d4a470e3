"""What every page has in common is made, kept and read once."""

from types import SimpleNamespace

import housekeeping
import pytest
from docutils import nodes
from docutils.utils import new_document


def test_an_exercise_is_registered_with_its_title_and_without_its_page():
    page = new_document("book/03-kernels")
    exercise = nodes.admonition("", nodes.title("", "Why"), nodes.paragraph("", "A question."), label="exr-3-why")
    page += exercise
    entry = {"docname": "book/03-kernels", "node": exercise.deepcopy()}
    env = SimpleNamespace(docname="book/03-kernels", sphinx_exercise_registry={"exr-3-why": entry})
    housekeeping.keep_titles(SimpleNamespace(env=env), page)
    assert (entry["node"].astext(), entry["node"]["label"]) == ("Why", "exr-3-why")
    assert all(node.document is None for node in entry["node"].findall())
    assert exercise.astext() == "Why\n\nA question."


@pytest.fixture
def sidebar():
    """A function from a page to its sidebar, which the theme makes, naming the page for which it did."""
    env = SimpleNamespace(toctree_includes={"book/index": ["book/a", "book/api"], "book/api": ["book/api/x", "book/api/y"]})
    app = SimpleNamespace(env=env, builder=SimpleNamespace())

    def of(page):
        context = {"generate_toctree_html": lambda depth: f"{depth} made for {page}"}
        housekeeping.share_sidebar(app, page, "page.html", context, None)
        return context["shared_sidebar"](depth=1)

    return of


def test_pages_of_a_folder_under_the_same_entry_share_a_sidebar(sidebar):
    pages = ["book/index", "book/a", "book/api", "book/api/x", "book/api/y", "_modules/p", "_modules/q", "search"]
    made = [sidebar(page).removeprefix("1 made for ") for page in pages]
    assert made == ["book/index", "book/a", "book/api", "book/api/x", "book/api/x", "_modules/p", "_modules/p", "search"]
