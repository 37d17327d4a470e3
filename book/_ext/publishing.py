"""What only a published book needs: its own address in every page, a sitemap, cards for links, a page for lost readers.

`BOOK_URL` is the address at which the site will stand; the publishing workflow sets it. Without it none of this is loaded.
"""

import os
from urllib.parse import urlsplit

EXTENSIONS = ("sphinx_sitemap", "sphinxext.opengraph", "notfound.extension")
LOST = {
    "title": "Page not found",
    "body": "<h1>Page not found</h1><p>There is no page at this address. The book’s first page leads to every chapter; "
    "the page of all numbers leads from an equation of the notes to its place.</p>",
}


def settings(address):
    """The settings of the extensions for a site at an address, with or without a slash at its end.

    Raises:
        ValueError: if the address does not begin with http:// or https://.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError(f"BOOK_URL must be the address of the published site, https://...; got {address!r}")
    address = address.rstrip("/") + "/"
    return {
        "html_baseurl": address,
        "sitemap_url_scheme": "{link}",
        "sitemap_show_lastmod": False,
        "ogp_site_url": address,
        "ogp_image": f"{address}_static/card.png",
        "ogp_image_alt": "Principles of Deep Learning, executable: a textbook whose every statement runs",
        "ogp_social_cards": {"enable": False},
        "notfound_urls_prefix": urlsplit(address).path,
        "notfound_context": LOST,
    }


def configure(app, config):
    """Hand the settings to the extensions."""
    for name, value in settings(os.environ["BOOK_URL"]).items():
        config[name] = value


def sort_sitemap(app, error):
    """The sitemap lists pages by their address; several processes have noted them as they were written."""
    links = app.sitemap_links
    noted = sorted(links.get() for _ in range(links.qsize()))
    for link in noted:
        links.put(link)


def setup(app):
    """Load the extensions when the book has an address."""
    if os.environ.get("BOOK_URL"):
        for name in EXTENSIONS:
            app.setup_extension(name)
        app.connect("config-inited", configure, priority=1)
        app.connect("build-finished", sort_sitemap, priority=1)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
