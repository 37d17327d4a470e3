"""`{from-the-notes}`: a box that takes a number of the notes, "8.3", "Theorem 9.7", "Section 7.2.2", and goes there.

What it knows is written into the page, so that it works without a server: chapters, sections,
equations, results, and the figures of the notes that a caption here names. The search page gets the same,
and shows a number's place above what it finds. `gathered.js` does the rest.
"""

import json
import re

import ledger
from cores import noted
from docutils import nodes
from gathered import figures
from ledger import book
from sphinx.util.docutils import SphinxDirective

SYMBOLS = {"sqrt": "√", "eta": "η", "tau": "τ", "kappa": "κ", "rho": "ρ", "sigma": "σ", "alpha": "α", "mid": "| ", "log": "log "}
FORM = """<form class="from-the-notes pst-js-only not-printed" role="search" aria-label="From the notes">
<label for="from-the-notes">{label}</label>
<input id="from-the-notes" type="text" autocomplete="off" spellcheck="false"
placeholder="8.3, Theorem 9.7, Section 7.2.2, Figure 3.2">
<button type="submit">Go</button><p role="status"></p><ul></ul>
<script type="application/json">{index}</script></form>"""


class notes_box(nodes.General, nodes.Element):
    """Stands for the box, until every page is read and numbered."""


class FromTheNotes(SphinxDirective):
    """`{from-the-notes} label`."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        self.env.notes_boxes[self.env.docname] = True
        return [notes_box(label=self.arguments[0])]


def plain(text):
    """A name of the catalogue without TeX: `$1/\\sqrt d$` reads 1/√d."""
    text = re.sub(r"\\([A-Za-z]+)\s?", lambda match: SYMBOLS.get(match[1], ""), text)
    return re.sub(r"\\,|[${}]", "", text)


def index(chapters, sections):
    """The pages, and [kind, number, name, page, anchor] of everything that the notes number and the book has.

    Args:
        chapters: those of the ledger that have a page.
        sections: a function from a page's name to (number, title, anchor) of its sections.
    """
    found = []
    for place, chapter in enumerate(chapters):
        found.append(["Chapter", str(chapter.number), chapter.title, place, ""])
        found += [["Section", number, title, place, anchor] for number, title, anchor in sections(chapter.docname)]
        for entry in (e for e in chapter.entries if e.stated):
            kind, _, number = entry.subject.rpartition(" ")
            label = ledger.label_of(entry.subject)
            found.append([kind or "Equation", number, plain(entry.name), place, label if kind else f"equation-{label}"])
        for figure in figures(chapter.page, chapter.number):
            found += [["Figure", number, "", place, figure.label] for number in dict.fromkeys(figure.mirrors)]
    return found


def _sections(env):
    def of(docname):
        numbers = env.toc_secnumbers.get(docname, {})
        for reference in env.tocs[docname].findall(nodes.reference):
            anchor = reference["anchorname"]
            if anchor and numbers.get(anchor):
                yield ".".join(map(str, numbers[anchor])), reference.astext(), anchor.removeprefix("#")

    return of


def known(app, docname):
    """The index with its addresses as seen from a page, as JSON that may stand in a script element."""
    chapters = [c for c in book() if c.page is not None]
    pages = [app.builder.get_relative_uri(docname, c.docname) for c in chapters]
    waiting = [c.number for c in book() if c.page is None]
    found = {"pages": pages, "entries": index(chapters, _sections(app.env)), "waiting": waiting}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def fill(app, doctree, docname):
    """Write the box and what it knows into the page."""
    for placeholder in list(doctree.findall(notes_box)):
        form = FORM.format(label=placeholder["label"], index=known(app, docname))
        placeholder.replace_self(nodes.raw("", form, format="html"))


def fill_search(app, pagename, templatename, context, doctree):
    """Let the template of the search page write the index."""
    if pagename == "search":
        context["notes_index"] = known(app, pagename)


def rewrite(app, env):
    """Pages with a box are written anew when what it knows has changed."""
    found = known(app, env.config.root_doc)
    if found == getattr(env, "notes_known", None):
        return []
    env.notes_known = found
    return sorted(env.notes_boxes)


def setup(app):
    """Register the directive, and serve the search page."""
    app.add_node(notes_box)
    app.add_directive("from-the-notes", FromTheNotes)
    noted(app, "notes_boxes")
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", fill_search)
    app.connect("env-updated", rewrite)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
