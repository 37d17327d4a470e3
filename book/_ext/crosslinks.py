"""Links between the chapters and the package, both ways.

Names in a chapter's code cells lead to their API page: imports are followed through the
page, and a name is linked where it resolves to a documented object. Numbers in the API
pages, "(3.6)" or "Theorem 3.1", lead to the statement where its chapter is in the book.
"""

import ast
import html
import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

PREFIXES = {
    "Theorem": "thm",
    "Lemma": "lem",
    "Corollary": "cor",
    "Fact": "fact",
    "Definition": "def",
    "Example": "ex",
    "Remark": "rem",
}
CITATION = re.compile(rf"\((\d+)\.(\d+)\)|\b({'|'.join(PREFIXES)})\s(\d+)\.(\d+)\b")
PIECE = re.compile(r"<[^>]*>|&[^;]+;|[^<&]")


class linked_code(nodes.literal_block):
    """A code block with `links`: (start, end, address, name) in characters of its text."""


class LinkCode(SphinxPostTransform):
    """Find the names in a chapter's code cells that the API pages document."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs):
        """Follow the imports from cell to cell."""
        known = {}
        for block in list(self.document.findall(nodes.literal_block)):
            if "python" in block.get("language", ""):
                links = self._links(block.astext(), known)
                block.replace_self(linked_code(block.rawsource, "", *block.children, links=links, **_basic(block)))

    def _links(self, source, known):
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return []
        offsets = _line_offsets(source)
        links = [self._link(node, offsets, known) for node in _in_order(tree)]
        return [link for link in links if link]

    def _link(self, node, offsets, known):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            _learn(node, known)
            return None
        if isinstance(node, ast.alias):
            return self._address(known.get(node.asname or node.name), node, offsets)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._address(_dotted(node, known), node, offsets)
        return None

    def _address(self, name, node, offsets):
        entry = self.env.domains["py"].objects.get(name)
        if entry is None:
            return None
        page = self.app.builder.get_relative_uri(self.env.docname, entry.docname)
        start = offsets(node.lineno, node.col_offset)
        return start, offsets(node.end_lineno, node.end_col_offset), f"{page}#{entry.node_id}", name


def _basic(block):
    return {key: value for key, value in block.attributes.items() if key not in ("dupnames", "backrefs") and value}


def _in_order(node):
    """Nodes in reading order; of `module.name` only the longest, so that links do not nest."""
    yield node
    if not isinstance(node, ast.Attribute):
        for child in ast.iter_child_nodes(node):
            yield from _in_order(child)
    elif not _is_name(node):
        yield from _in_order(node.value)


def _is_name(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _learn(node, known):
    source = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        known[alias.asname or alias.name] = source + alias.name


def _dotted(node, known):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return ".".join([known[node.id], *parts]) if isinstance(node, ast.Name) and node.id in known else None


def _line_offsets(source):
    """A function from (line, byte column) of the syntax tree to the character's place in `source`."""
    lines = source.splitlines(keepends=True)
    return lambda line, column: sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def visit_linked_code(self, node):
    """Write the block as Sphinx does, then wrap the linked names, and each line, so that a long one continues indented."""
    try:
        self.visit_literal_block(node)
    except nodes.SkipNode:
        head, pre, rest = self.body[-1].partition("<pre>")
        code, end, tail = rest.partition("</pre>")
        lines = _wrap(code, node["links"]).rstrip("\n").split("\n")
        self.body[-1] = head + pre + "\n".join(f'<span class="line">{line}</span>' for line in lines) + "\n" + end + tail
        raise


def _wrap(code, links):
    starts = {start: f'<a class="api" href="{html.escape(address)}" title="{name}">' for start, _, address, name in links}
    ends = {end for _, end, *_ in links}
    out, place = [], 0
    for piece in PIECE.findall(code.removeprefix("<span></span>")):
        if piece.startswith("<"):
            out.append(piece)
            continue
        if place in starts:
            _before_tags(out, starts[place])
        out.append(piece)
        place += 1
        if place in ends:
            out.append("\0")
    return "<span></span>" + re.sub(r"\0((?:</span>)*)", r"\1</a>", "".join(out))


def _before_tags(out, tag):
    """Insert `tag` before the opening tags that directly precede the next character."""
    place = len(out)
    while place and out[place - 1].startswith("<span"):
        place -= 1
    out.insert(place, tag)


class LinkNumbers(SphinxPostTransform):
    """Turn the numbers that the API pages cite into links to the chapters."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs):
        """Look through the descriptions of modules and objects."""
        if self.env.docname.startswith("book/api/"):
            for text in list(self.document.findall(nodes.Text)):
                if _is_prose(text) and CITATION.search(text):
                    text.parent.replace(text, list(self._pieces(text.astext())))

    def _pieces(self, text):
        place = 0
        for match in CITATION.finditer(text):
            link = self._reference(match)
            if link is not None:
                yield nodes.Text(text[place : match.start()])
                yield link
                place = match.end()
        yield nodes.Text(text[place:])

    def _reference(self, match):
        chapter, number, kind, result_chapter, result_number = match.groups()
        if kind:
            label = f"{PREFIXES[kind]}-{result_chapter}-{result_number}"
            entry = getattr(self.env, "proof_list", {}).get(label)
            target = entry and (entry["docname"], label)
        else:
            label = f"eq-{chapter}-{number}"
            equation = self.env.domains["math"].equations.get(label)
            target = equation and (equation[0], f"equation-{label}")
        if not target:
            return None
        return make_refnode(self.app.builder, self.env.docname, *target, nodes.Text(match[0]))


def _is_prose(text):
    parent = text.parent
    while parent is not None:
        if isinstance(parent, (nodes.literal, nodes.literal_block, nodes.reference, nodes.title, addnodes.desc_signature)):
            return False
        parent = parent.parent
    return True


def setup(app):
    """Register both directions."""
    app.add_node(linked_code, html=(visit_linked_code, None))
    app.add_post_transform(LinkCode)
    app.add_post_transform(LinkNumbers)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
