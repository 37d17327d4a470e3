"""A page that shows what stands elsewhere is read again when that has changed, and not with every word of prose.

A directive that shows the whole book calls `gathers(self.env)`, one that shows what code and tests say of a chapter
`gathers(self.env, 3)`.
"""

import hashlib
from functools import cache

import dependencies
from cores import noted
from ledger import HEADING, ROOT, book, remembered


def gathers(env, number=None):
    """Note what the page that is being read takes from elsewhere."""
    env.gathered.setdefault(env.docname, {})[number] = mark(number)


@cache
def mark(number=None):
    """A hash of what code and tests say of a chapter; without a number of the book, with its pages and its calls."""
    chapters = [c for c in book() if c.page is not None and number in (None, c.number)]
    shown = [(c.title, [_cited(entry) for entry in c.entries]) for c in chapters]
    if number is None:
        shown += [(skeleton(c.page), dependencies.references(c.page)) for c in chapters]
        shown += remembered(dependencies.calls, ROOT / "src" / "principles")
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _cited(entry):
    tested = [(place.path.relative_to(ROOT).as_posix(), place.line, place.name) for place in entry.tested]
    return entry.subject, entry.name, [place.name for place in entry.implemented], tested


def skeleton(page):
    """The page without plain prose: its headings, directives, exercises, solutions and errata."""
    kept = set()
    for first, last in dependencies.enclosed(page).items():
        kept.update(range(first, last + 1))
    for _, _, _, line, body in page.directives:
        kept.update(range(line, line + len(body) + 1))
    lines = enumerate(page.lines, 1)
    return [text for number, text in lines if number in kept or HEADING.match(text)]


def outdated(app, env, added, changed, removed):
    """The pages whose gathered facts are no longer what they were."""
    return [doc for doc, marks in env.gathered.items() if doc in env.found_docs and any(mark(n) != m for n, m in marks.items())]


def setup(app):
    """Connect to Sphinx."""
    noted(app, "gathered")
    app.connect("env-get-outdated", outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
