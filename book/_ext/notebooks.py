"""Each chapter as a notebook to take along: the page's words as plain Markdown, its cells ready to run.

Numbers and references are those of the site. When the book is published, `BOOK_URL` is the site's address and
`GITHUB_REPOSITORY` the repository's name (GitHub's workflows set it): links then lead to the site, the first cell
installs the package from the repository, and every page offers to launch its notebook from the branch `notebooks`.
"""

import os
import re
from functools import singledispatch
from pathlib import Path
from posixpath import join, normpath

import jupytext
import ledger
import nbformat
from docutils import nodes
from numbering import CHAPTER
from pictures import picture
from sphinx import addnodes

LOCAL = """# Run this cell first: it looks for the book's package, `principles`.
import importlib.util

if importlib.util.find_spec("principles") is None:
    raise ModuleNotFoundError("in the folder of the book run: pip install '.[training]', then restart the notebook")"""
REMOTE = """# Run this cell first: it installs the book's package, `principles`, where it is missing.
import importlib.util

if importlib.util.find_spec("principles") is None:
    %pip install --quiet "principles[training] @ git+https://github.com/{repository}\""""


class Writer:
    """Markdown and code cells from a page's document tree.

    Args:
        app: the Sphinx application.
        docname: the page, such as "book/03-kernels".
        sources: the page's cells as jupytext reads them.
    """

    def __init__(self, app, docname, sources):
        self.app, self.docname, self.sources = app, docname, sources
        self.cells, self.text, self.level = [], [], 0

    def say(self, text):
        """Add a block of Markdown."""
        if text.strip():
            self.text.append(text.strip())

    def run(self, source):
        """Add a code cell, after what was said so far."""
        self.flush()
        self.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{len(self.cells)}"))

    def flush(self):
        """Turn what was said into a cell."""
        if self.text:
            self.cells.append(nbformat.v4.new_markdown_cell("\n\n".join(self.text), id=f"cell-{len(self.cells)}"))
            self.text = []

    def children(self, node):
        """Write the children of a node one after the other."""
        for child in node.children:
            block(child, self)

    def number(self, kind, node):
        """The number that Sphinx gave to a figure, an exercise or a result, such as "3.2"."""
        numbers = self.app.env.toc_fignumbers.get(self.docname, {}).get(kind, {})
        found = next((numbers[name] for name in node["ids"] if name in numbers), ())
        return ".".join(map(str, found))

    def address(self, uri):
        """Where a link of the page leads: on the published site, or nowhere while the book has no address."""
        if re.match(r"https?:", uri):
            return uri
        base = os.environ.get("BOOK_URL", "").rstrip("/")
        place = normpath(join(self.docname, "..", uri)) if not uri.startswith("#") else f"{self.docname}.html{uri}"
        return f"{base}/{place}" if base else ""

    def inline(self, node):
        """The text of a node with its emphasis, formulas and links."""
        return "".join(phrase(child, self) for child in node.children)


@singledispatch
def phrase(node, writer):
    """A piece of a line as Markdown."""
    return writer.inline(node)


@phrase.register
def _(node: nodes.Text, writer):
    return re.sub(r"(?<!\\)([*_`$<\[\]])", r"\\\1", str(node)).replace("\n", " ")


@phrase.register
def _(node: nodes.raw, writer):
    return ""


@phrase.register
def _(node: nodes.math, writer):
    return f"${node.astext().strip()}$"


@phrase.register
def _(node: nodes.literal, writer):
    return f"`{node.astext()}`"


@phrase.register
def _(node: nodes.emphasis, writer):
    return f"*{writer.inline(node)}*"


@phrase.register
def _(node: nodes.strong, writer):
    text = writer.inline(node)
    return f"**{text.strip()}**" + " " * text.endswith(" ")


@phrase.register
def _(node: nodes.reference, writer):
    text = writer.inline(node)
    uri = node.get("refuri") or (f"#{node['refid']}" if "refid" in node else "")
    address = writer.address(uri) if uri else ""
    return " " * text.startswith(" ") + f"[{text.strip()}]({address})" if address else text


@singledispatch
def block(node, writer):
    """Write a block of the page."""


@block.register
def _(node: nodes.section, writer):
    if "what-we-verified" not in node["ids"]:  # the table leads to places of the site
        writer.level += 1
        writer.children(node)
        writer.level -= 1


@block.register
def _(node: nodes.Element, writer):
    """A box: results as quotations, since they hold no cells; solutions and errata end with a rule."""
    if "realtype" in node:
        inside = Writer(writer.app, writer.docname, writer.sources)
        inside.children(node)
        writer.say("\n>\n".join("> " + text.replace("\n", "\n> ") for text in inside.text))
    elif isinstance(node, nodes.TextElement) and not isinstance(node, addnodes.pending_xref):
        writer.say(writer.inline(node))
    else:
        writer.children(node)
        if {"erratum", "solution"} & set(node.get("classes", ())):
            writer.say("---")


@block.register
def _(node: nodes.title, writer):
    box = node.parent
    if "realtype" in box or "exercise" in box["classes"]:
        kind = box.get("realtype", "exercise")
        number = writer.number(box.get("countertype", kind), box)
        writer.say(f"**{kind.title()} {number}".strip() + f"** {writer.inline(node).strip()}")
        return
    secnumbers = writer.app.env.toc_secnumbers.get(writer.docname, {})
    anchor = "" if writer.level == 1 else f"#{node.parent['ids'][0]}" if node.parent["ids"] else None
    number = ".".join(map(str, secnumbers.get(anchor) or ()))
    heading = isinstance(node.parent, nodes.section)
    text = f"{number} {writer.inline(node)}".strip()
    writer.say(f"{'#' * writer.level} {text}" if heading else f"**{text}**")


@block.register
def _(node: nodes.container, writer):
    if node.get("nb_element") == "cell_code":
        writer.run(writer.sources[node["cell_index"]].source)
    writer.children(node)


@block.register
def _(node: nodes.literal_block, writer):
    if "python" not in node.get("language", "") and "output" not in node["classes"]:
        writer.say(f"```{node.get('language', '')}\n{node.astext()}\n```")


@block.register(picture)
@block.register(nodes.raw)
@block.register(nodes.image)
@block.register(nodes.comment)
@block.register(nodes.target)
def _(node, writer):
    """Nothing: running the cell shows it."""


@block.register
def _(node: nodes.math_block, writer):
    numbered = ledger.LABEL.match(node.get("label") or "")
    tag = f"\n\\tag{{{numbered[2]}.{numbered[3]}}}" if numbered else ""
    writer.say(f"$$\n{node.astext().strip()}{tag}\n$$")


@block.register
def _(node: nodes.caption, writer):
    number = writer.number("figure", node.parent)
    writer.say(f"**Figure {number}.** {writer.inline(node)}" if number else writer.inline(node))


@block.register
def _(node: nodes.bullet_list, writer):
    _list(node, writer, lambda number: "-")


@block.register
def _(node: nodes.enumerated_list, writer):
    _list(node, writer, lambda number: f"{number}.")


def _list(node, writer, mark):
    """Items of one paragraph each make one block; an item that holds more is written block by block."""
    if all(len(item.children) == 1 and isinstance(item[0], nodes.paragraph) for item in node):
        writer.say("\n".join(f"{mark(number)} {writer.inline(item[0])}" for number, item in enumerate(node, 1)))
    else:
        for number, item in enumerate(node, 1):
            writer.say(f"{mark(number)} {writer.inline(item[0])}")
            for rest in item[1:]:
                block(rest, writer)


@block.register
def _(node: nodes.table, writer):
    rows = [[" ".join(map(writer.inline, entry)) for entry in row] for row in node.findall(nodes.row)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    writer.say("\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]))


def chapter_notebook(app, docname, doctree, source):
    """The notebook of a chapter.

    Args:
        source: the page's Markdown file.
    """
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    writer = Writer(app, docname, jupytext.read(source).cells)
    writer.run(REMOTE.format(repository=repository) if repository else LOCAL)
    writer.children(doctree)
    writer.flush()
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=writer.cells, metadata={"kernelspec": kernel})


def offer_notebook(app, pagename, templatename, context, doctree):
    """Write the chapter's notebook beside the site's pages, and put its buttons into the page's header."""
    if doctree is None or not CHAPTER.fullmatch(pagename):
        return
    name = f"{Path(pagename).name}.ipynb"
    target = Path(app.outdir) / "notebooks" / name
    target.parent.mkdir(exist_ok=True)
    nbformat.write(chapter_notebook(app, pagename, doctree, app.env.doc2path(pagename)), target)
    buttons = [("download", context["pathto"](f"notebooks/{name}", 1), "Notebook", "Download this page as a notebook")]
    if repository := os.environ.get("GITHUB_REPOSITORY"):
        colab = f"https://colab.research.google.com/github/{repository}/blob/notebooks/{name}"
        binder = f"https://mybinder.org/v2/gh/{repository}/notebooks?labpath={name}"
        buttons += [("launch", binder, "Binder", "Run this page on Binder"), ("launch", colab, "Colab", "Run this page on Colab")]
    context["header_buttons"] += [
        {"type": "link", "url": url, "icon": f"fas fa-{icon}", "text": name, "tooltip": tip, "label": f"{name.lower()}-button"}
        for icon, url, name, tip in buttons
    ]


def setup(app):
    """Write notebooks as their pages are written."""
    app.connect("html-page-context", offer_notebook, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
