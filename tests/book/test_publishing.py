"""What a published book adds: settings that follow from its address alone."""

from queue import Queue
from types import SimpleNamespace

import pytest
from publishing import settings, sort_sitemap


@pytest.mark.parametrize("address", ["https://someone.example/book", "https://someone.example/book/"])
def test_every_address_of_the_site_begins_with_the_books(address):
    found = settings(address)
    assert found["html_baseurl"] == found["ogp_site_url"] == "https://someone.example/book/"
    assert found["ogp_image"] == "https://someone.example/book/_static/card.png"
    assert found["notfound_urls_prefix"] == "/book/"


def test_a_site_at_the_root_of_its_host():
    assert settings("https://someone.example")["notfound_urls_prefix"] == "/"


@pytest.mark.parametrize("address", ["someone.example/book", "file:///book", "  "])
def test_an_address_that_is_none_is_named(address):
    with pytest.raises(ValueError, match="BOOK_URL must be the address"):
        settings(address)


def test_the_sitemap_is_in_order():
    links = Queue()
    for name in "c.html", "a.html", "b.html":
        links.put((name, None))
    sort_sitemap(SimpleNamespace(sitemap_links=links), None)
    assert [links.get() for _ in range(3)] == [("a.html", None), ("b.html", None), ("c.html", None)]
