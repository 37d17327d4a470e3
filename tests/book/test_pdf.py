"""The book on paper: one document whose links stay inside it, with bookmarks and page numbers."""

import sys

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from reference import ROOT

sys.path.append(str(ROOT / "book"))
import pdf

PAGES = ["book/02-linear-models", "book/notation"]
pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def articles(site):
    return [pdf.article(site, page, set(PAGES)) for page in PAGES]


def test_every_page_but_those_about_code_is_in_the_document():
    toc = {
        "parts": [
            {"chapters": [{"file": "book/02-linear-models"}]},
            {"chapters": [{"file": "book/api"}, {"file": "book/errata"}]},
        ]
    }
    assert pdf.pages(toc) == ["book/02-linear-models", "book/errata"]


def test_ids_are_unique_and_links_lead_to_them_or_to_other_hosts(site, articles):
    soup = BeautifulSoup(pdf.document(site, articles), "html.parser").body
    ids = [node["id"] for node in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    inside = [a["href"][1:] for a in soup.select("a[href]") if a["href"].startswith("#")]
    assert len(inside) > 50
    assert not set(inside) - set(ids)
    assert all(a["href"].startswith(("#", "http")) for a in soup.select("a[href]"))


def test_folded_solutions_are_open(articles):
    assert all(fold.has_attr("open") for fold in articles[0].select("details"))
    assert not articles[0].select(".toggle-hidden, button, .headerlink")


def test_the_pdf_has_bookmarks_and_the_contents_name_the_right_pages(site, articles, tmp_path):
    source, target = tmp_path / "book.html", tmp_path / "book.pdf"
    source.write_text(pdf.document(site, articles[1:]), encoding="utf-8")
    pdf.render(source, target)
    reader, numbers = PdfReader(target), pdf.page_numbers(target)
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)][-1] == "Notation and conventions"
    place, number = next((place, number) for place, number in numbers.items() if place.startswith("book-notation"))
    assert "Notation and conventions" in reader.pages[number - 1].extract_text()
    assert f"Notation and conventions {number}" in " ".join(reader.pages[1].extract_text().split())
