"""The ledger on the site: tables of what is stated, implemented, verified and tested, and the tests' source.

`{ledger}` shows the whole book, `{ledger} 3` one chapter with its checks, errata and exercises.
"""

import html
from pathlib import Path

import ledger
from docutils import nodes
from errata import linked
from from_the_notes import plain
from gathering import gathers
from ledger import book
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx.util.docutils import SphinxDirective

ROOT = ledger.ROOT
BEHIND_LISTINGS = [ROOT / "_toc.yml", ROOT / "_config.yml", *(ROOT / "book" / "_ext").glob("*.py")]
COLUMNS = ["Number", "What it says", "Code", "Live checks", "Tests", "Errata"]


class Ledger(SphinxDirective):
    """`{ledger}` or `{ledger} chapter`, computed from the sources at every build."""

    optional_arguments = 1

    def run(self):
        wanted = int(self.arguments[0]) if self.arguments else None
        chapters = [c for c in book() if c.page is not None and c.number == (wanted or c.number)]
        gathers(self.env, wanted)
        return self.parse_text_to_nodes(self._chapter(chapters[0])) if wanted else self._book(chapters)

    def _book(self, chapters):
        waiting = [c for c in book() if c.page is None]
        intro = [_counts("The book so far", chapters)]
        if waiting:
            names = "; ".join(f"{c.number} {c.title} ({len(c.entries)})" for c in waiting)
            intro.append(f"Not written yet, with what the notes number in them: {names}.")
        found = self.parse_text_to_nodes("\n\n".join(intro))
        for chapter in chapters:
            section = nodes.section(ids=[f"chapter-{chapter.number}"])
            section += nodes.title("", f"Chapter {chapter.number} · {chapter.title}")
            section += self.parse_text_to_nodes(self._table(chapter) if chapter.entries else "The notes number nothing here.")
            found.append(section)
        return found

    def _chapter(self, chapter):
        page = chapter.page
        parts = [_counts("This page", [chapter]), self._table(chapter)] if chapter.entries else [_counts("This page", [chapter])]
        if page.errata:
            links = [f"{self._erratum(chapter, i)} {e.title}" for i, e in enumerate(page.errata, 1)]
            parts.append(f"**Errata.** {'; '.join(links)}. All of them: {{doc}}`/book/errata`.")
        if page.exercises:
            links = [f"{{ref}}`{e.label}` {e.title}" for e in page.exercises]
            parts.append(f"**Exercises, all with running solutions.** {'; '.join(links)}.")
        return "\n\n".join(parts)

    def _table(self, chapter):
        rows = [self._row(chapter, entry) for entry in chapter.entries]
        lines = [":::{list-table}", ":header-rows: 1", ":class: ledger", ""]
        for row in [COLUMNS, *rows]:
            lines += [("* - " if i == 0 else "  - ") + cell for i, cell in enumerate(row)]
        return "\n".join([*lines, ":::"])

    def _row(self, chapter, entry):
        here = self.env.docname
        code = ", ".join(f"{{py:obj}}`~{p.name}`" for p in entry.implemented)
        page = _relative(here, chapter.docname)
        checks = ", ".join(_link(f"{page}#cell-{c.cell}", i, c.statement) for i, c in enumerate(entry.verified, 1))
        files = {}
        for place in entry.tested:
            files.setdefault(place.path.relative_to(ROOT / "tests"), []).append(place)
        tests = [_test_link(here, p, i) for i, p in enumerate((p for places in files.values() for p in places), 1)]
        errata = [self._erratum(chapter, n) for n in entry.corrected]
        number = linked(ledger.spell(entry.subject), self.env) if entry.stated else ledger.spell(entry.subject)
        return [number, entry.name, code or "none", checks or "none", ", ".join(tests) or "none", ", ".join(errata)]

    def _erratum(self, chapter, number):
        page, erratum = _relative(self.env.docname, chapter.docname), chapter.page.errata[number - 1]
        return _link(f"{page}#erratum-{chapter.number}-{number}", f"E{chapter.number}.{number}", plain(erratum.title))


def _counts(what, chapters):
    entries = [e for c in chapters for e in c.entries]
    total = len(entries)
    said = ", ".join(f"{sum(bool(getattr(e, a)) for e in entries)} {spoken}" for a, spoken in ledger.ASPECTS.items())
    checks, errata, exercises = (sum(len(getattr(c.page, kind)) for c in chapters) for kind in ("checks", "errata", "exercises"))
    also = f"{ledger.counted(errata, 'erratum')} and {ledger.counted(exercises, 'exercise')}"
    live = f"{ledger.counted(checks, 'check')} run at every build, with {also}."
    return f"{what}: of {total} numbered equations and results {said}. {live}" if total else f"{what}: {live}"


def _relative(here, docname):
    depth = here.count("/")
    return "../" * depth + docname + ".html" if here != docname else ""


def _test_link(here, place, number):
    page = place.path.relative_to(ROOT).with_suffix("").as_posix()
    return _link(f"{_relative(here, page)}#L{place.line}", number, place.name.removeprefix("test_").replace("_", " "))


def _link(href, text, title):
    return f'<a class="reference internal" href="{href}" title="{html.escape(title)}">{text}</a>'


def anchor_cells(app, doctree):
    """Give every code cell that holds a check an id of its own, `cell-4`, for the ledger's links."""
    docname = app.env.docname
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".md" or path.parent != ROOT / "book":
        return
    page = ledger.Page(path)
    numbered = {source.strip(): number for number, (_, source) in enumerate(page.cells)}
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code":
            source = next((b.astext().strip() for b in cell.findall(nodes.literal_block)), None)
            if source in numbered:
                cell["ids"].append(f"cell-{numbered[source]}")


def test_pages(app):
    """The source of every test file as a page, each line with an anchor, for the ledger's links.

    A page that is newer than all it was made from is left as it is.
    """
    formatter = HtmlFormatter(linenos="inline", lineanchors="L", anchorlinenos=False, cssclass="highlight")
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = path.relative_to(ROOT).with_suffix("").as_posix()
        if _is_newer(Path(app.outdir, f"{name}.html"), [path, *BEHIND_LISTINGS]):
            continue
        body = highlight(path.read_text(encoding="utf-8"), PythonLexer(), formatter)
        body = body.replace('name="L-', 'id="L').replace('id="L-', 'id="L')
        yield name, {"title": path.name, "body": f"<h1>{path.relative_to(ROOT).as_posix()}</h1>{body}"}, "page.html"


def _is_newer(page, sources):
    return page.exists() and page.stat().st_mtime > max(source.stat().st_mtime for source in sources)


def setup(app):
    """Register the directive, the anchors and the test pages."""
    app.add_directive("ledger", Ledger)
    app.connect("doctree-read", anchor_cells)
    app.connect("html-collect-pages", test_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
