"""The built site and a browser that looks at it, page by page."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from browser import HELP, find
from inspector import Inspector, visit_all
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
BROWSERS = 2
NO_SITE = "there is no built site in {}; run `make book` first, or set BOOK_SITE to the folder of a built site"


@pytest.fixture(scope="session")
def site():
    """The folder of the built site."""
    folder = Path(os.environ.get("BOOK_SITE", ROOT / "_build" / "html"))
    if not (folder / "book").is_dir():
        pytest.fail(NO_SITE.format(folder))
    return folder


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium."""
    program = find()
    if program is None:
        pytest.fail(HELP)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def inspector(site, browser):
    """Visits pages of the built site."""
    inspector = Inspector(browser, site)
    yield inspector
    inspector.close()


@pytest.fixture
def inspect(browser, tmp_path):
    """A function that visits a page with the given HTML, to show that each test can fail."""
    inspector = Inspector(browser, tmp_path)

    def visit(html):
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        return inspector.visit("page.html")

    yield visit
    inspector.close()


@pytest.fixture(scope="session")
def reports(inspector, site):
    """A report on every page. Of the pages of one template (API, source, tests) a browser opens two of middle size.

    The links and ids of the others are read from their source: axe takes half a minute for a long listing.
    """
    pages = [path for path in site.rglob("*.html") if 'http-equiv="Refresh"' not in path.read_text(encoding="utf-8")]
    names = sorted(path.relative_to(site).as_posix() for path in pages)
    read = set()
    for folder in "book/api/", "_modules/", "tests/":
        alike = sorted((n for n in names if n.startswith(folder)), key=lambda n: (site / n).stat().st_size)
        middle = len(alike) // 3
        read |= set(alike) - set(alike[middle : middle + 2])
    opened = sorted(set(names) - read, key=lambda name: -(site / name).stat().st_size)
    with ProcessPoolExecutor(BROWSERS, mp_context=get_context("spawn")) as pool:
        shares = [pool.submit(visit_all, site, inspector.base, opened[first::BROWSERS]) for first in range(BROWSERS)]
        found = {name: inspector.read(name) for name in read}
        for share in shares:
            found |= share.result()
    return {name: found[name] for name in names}
