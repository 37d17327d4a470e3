"""The erratum directive and the gathered page.

An erratum encloses code cells that run, and MyST-NB runs no cell inside another
directive, so it is written as a pair, like the gated exercises:

    :::{erratum-start} Which separator defines the margin
    :at: (3.1), Section 3.1.1
    :claim: as printed
    :correct: what holds
    :::
    prose and cells
    :::{erratum-end}
    :::

A transform gathers what stands between. `{errata-list}` collects every erratum of
the book with the refutations that ran.
"""

import ledger
from cores import noted
from docutils import nodes
from docutils.parsers.rst import directives
from gathering import gathers
from housekeeping import checks
from ledger import cited, label_of
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective, new_document
from sphinx.util.logging import getLogger

logger = getLogger(__name__)


class erratum_end(nodes.Element):
    """Marks where an erratum ends, until the transform has gathered it."""


class errata_list(nodes.General, nodes.Element):
    """Stands for the errata of a chapter, until every page is read."""


class ErratumStart(SphinxDirective):
    """`{erratum-start} title` with `:at:`, `:claim:`, `:correct:`, and `:not-run:` if no code can show it."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = dict.fromkeys(("at", "claim", "correct", "not-run"), directives.unchanged_required)

    def run(self):
        for option in ("at", "claim", "correct"):
            if option not in self.options:
                logger.warning("erratum “%s” needs :%s:", self.arguments[0], option, location=self.get_location())
        number = self.env.temp_data["errata"] = self.env.temp_data.get("errata", 0) + 1
        chapter = _chapter(self.env.docname)
        name = f"E{chapter}.{number}"
        box = nodes.admonition(classes=["erratum", "dropdown"], ids=[f"erratum-{chapter}-{number}"])
        box["erratum"] = {"name": name, "title": self.arguments[0], **self.options}
        self.set_source_info(box)
        box += nodes.title("", f"Erratum {name} · ", *self._inline(self.arguments[0]))
        for term, option in (("The notes, at ", "claim"), ("Instead", "correct")):
            where = self._places() if option == "claim" else []
            label = nodes.strong("", "", nodes.Text(term), *where, nodes.Text(": "))
            line = nodes.paragraph("", "", label, classes=[f"erratum-{option}"])
            line += self._inline(linked(self.options.get(option, ""), self.env))
            box += line
        return [box]

    def _places(self):
        return self._inline(linked(self.options.get("at", ""), self.env))

    def _inline(self, text):
        return self.parse_inline(text, lineno=self.lineno)[0]


class ErratumEnd(SphinxDirective):
    """`{erratum-end}` closes the erratum."""

    def run(self):
        end = erratum_end()
        self.set_source_info(end)
        return [end]


class ErrataList(SphinxDirective):
    """`{errata-list}`: every erratum of the book."""

    def run(self):
        gathers(self.env)
        self.env.errata_pages[self.env.docname] = True
        found = []
        for chapter in (c for c in ledger.book() if c.page is not None):
            if not chapter.page.errata:
                continue
            section = nodes.section(ids=[f"errata-{chapter.number}"])
            section += [nodes.title("", f"Chapter {chapter.number} · {chapter.title}"), errata_list(docname=chapter.docname)]
            found.append(section)
        return found


class GatherErrata(SphinxTransform):
    """Move everything between `erratum-start` and `erratum-end` into the erratum."""

    default_priority = 9

    def apply(self):
        for box in [n for n in self.document.findall(nodes.admonition) if "erratum" in n]:
            siblings, start = box.parent, box.parent.index(box)
            ends = [i for i, n in enumerate(siblings) if i > start and isinstance(n, erratum_end)]
            if not ends or any("erratum" in n for n in siblings[start + 1 : ends[0]] if isinstance(n, nodes.admonition)):
                logger.warning("erratum “%s” is never closed in its section", box["erratum"]["title"], location=box)
                continue
            inside = siblings[start + 1 : ends[0]]
            del siblings[start + 1 : ends[0] + 1]
            box += inside
        for end in list(self.document.findall(erratum_end)):
            logger.warning("erratum-end without an erratum-start", location=end)
            end.parent.remove(end)


def linked(text, env):
    """`text` with each number that the written chapters state turned into a MyST cross-reference."""
    for subject in cited(text):
        if _chapter_of(subject) in written(env):
            role = "prf:ref" if " " in subject else "eq"
            text = text.replace(f"({subject})" if role == "eq" else subject, f"{{{role}}}`{label_of(subject)}`")
    return text


def written(env):
    """The numbers of the chapters that the book has."""
    return {_chapter(doc) for doc in env.found_docs if doc.rpartition("/")[2][:2].isdigit()}


def _chapter_of(subject):
    return int(subject.split(" ")[-1].split(".")[0])


def _chapter(docname):
    digits = docname.rpartition("/")[2][:2]
    return int(digits) if digits.isdigit() else 0


def fill_lists(app, doctree, docname):
    """Replace each list by the errata of its chapter, with the refutations that ran."""
    for placeholder in list(doctree.findall(errata_list)):
        chapter = placeholder["docname"]
        boxes = [n for n in app.env.get_doctree(chapter).findall(nodes.admonition) if "erratum" in n]
        placeholder.replace_self([_listed(app, docname, chapter, box) for box in boxes])


def _listed(app, here, chapter, box):
    uri = f"{app.builder.get_relative_uri(here, chapter)}#{box['ids'][0]}"
    entry = nodes.container(classes=["erratum-entry"])
    link = nodes.reference("", "", *box[0].deepcopy().children, internal=True, refuri=uri)
    heading = nodes.paragraph("", "", link, classes=["erratum-heading"])
    entry += [heading, *(box[i].deepcopy() for i in (1, 2))]
    refuted = [line for block in box.findall(nodes.literal_block) for line in block.astext().split("\n") if line.startswith("✗")]
    if refuted:
        entry += checks("", "\n".join(refuted))
    elif "not-run" in box["erratum"]:
        entry += nodes.paragraph("", f"Not run: {box['erratum']['not-run']}")
    _resolve(app, entry, here)
    return entry


def _resolve(app, entry, here):
    """Resolve the references of nodes copied from another page."""
    for reference in entry.findall(pending_xref):
        reference["refdoc"] = here
    document = new_document("")
    document.settings.env = app.env
    document += entry
    app.env.resolve_references(document, here, app.builder)
    document.remove(entry)


def note_texts(app, doctree):
    """Keep a page's errata, with what their cells print, to see whether the lists must be written anew."""
    app.env.errata_texts[app.env.docname] = [box.astext() for box in doctree.findall(nodes.admonition) if "erratum" in box]


def rewrite_lists(app, env):
    """Pages with a list are written anew when an erratum, or what its cells print, has changed."""
    if env.errata_texts == getattr(env, "errata_written", None):
        return []
    env.errata_written = dict(env.errata_texts)
    return sorted(env.errata_pages)


def setup(app):
    """Register the directives, the transform and the list."""
    for node in (erratum_end, errata_list):
        app.add_node(node)
    app.add_directive("erratum-start", ErratumStart)
    app.add_directive("erratum-end", ErratumEnd)
    app.add_directive("errata-list", ErrataList)
    app.add_transform(GatherErrata)
    noted(app, "errata_texts")
    noted(app, "errata_pages")
    app.connect("doctree-read", note_texts)
    app.connect("doctree-resolved", fill_lists)
    app.connect("env-updated", rewrite_lists)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
