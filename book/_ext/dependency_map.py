"""`{dependency-map}`: what rests on what, drawn a strip a chapter, and `{dependency-list}`: the same in words.

The drawing is plain SVG made here; `walk.js` lights up what a chosen number rests on and what rests on it.
"""

import html
from functools import cache

import dependencies
import ledger
from docutils import nodes
from from_the_notes import plain
from gathering import gathers
from ledger import book
from sphinx.util.docutils import SphinxDirective

PITCH, SIZE, LINE = 24, 21, 28  # px from number to number, side of a box, numbers in a line at most
LETTERS = {kind: kind[0] for kind in ledger.KINDS.values()} | {"Example": "Ex"}
ROOT = ledger.ROOT


@cache
def network():
    """The network of this book, and pairs of chapter and its nodes; read once a build."""
    chapters = [c for c in book() if c.page is not None]
    found = dependencies.network(chapters, ROOT / "src" / "principles")
    parts = [(c, [n for n in found.values() if n.docname == c.docname]) for c in chapters]
    return found, [(chapter, part) for chapter, part in parts if part]


class DependencyMap(SphinxDirective):
    """A section a chapter, each with its strip."""

    def run(self):
        gathers(self.env)
        _, parts = network()
        invitation = "Choose a number to see what it rests on and what rests on it."
        panel = f'<div class="walk-panel pst-js-only not-printed" aria-live="polite">{invitation}</div>'
        found = [nodes.raw("", panel, format="html")]
        for chapter, part in parts:
            section = nodes.section(ids=[f"map-{chapter.number}"], classes=["map-chapter"])
            section += nodes.title("", f"Chapter {chapter.number} · {chapter.title}")
            section += nodes.raw("", strip(chapter, part), format="html")
            found.append(section)
        return found


class DependencyList(SphinxDirective):
    """A line a number: its page, what it rests on, what rests on it, what it announces."""

    def run(self):
        gathers(self.env)
        known, parts = network()
        return [node for chapter, part in parts for node in self._chapter(chapter, part, known)]

    def _chapter(self, chapter, part, known):
        items = nodes.bullet_list(classes=["dependencies"])
        for node in part:
            item = nodes.list_item(ids=[f"on-{ledger.label_of(node.subject)}"])
            item += nodes.paragraph("", "", *self.parse_inline(_sentence(node, known), lineno=self.lineno)[0])
            items += item
        return [nodes.paragraph("", "", nodes.strong("", f"Chapter {chapter.number} · {chapter.title}")), items]


def _sentence(node, network):
    role = "prf:ref" if " " in node.subject else "eq"
    words = [f"{{{role}}}`{ledger.label_of(node.subject)}` {node.name}"]
    for spoken, subjects in ("rests on", node.rests_on), ("used by", node.used_by), ("looks ahead to", node.ahead):
        links = [f'<a href="#on-{ledger.label_of(s)}">{ledger.spell(s)}</a>{_how(subjects, s)}' for s in subjects]
        words += [f'<span class="relation">{spoken} {", ".join(links)}</span>'] if links else []
    return " · ".join(words)


def _how(relations, subject):
    kinds = relations[subject] if isinstance(relations, dict) else ["text"]
    return " (in code)" if kinds == ["code"] else ""


def strip(chapter, part):
    """The SVG of one chapter: its numbers in the notes' order, arcs from each to those that rest on it."""
    lines = -(-len(part) // LINE)
    width = -(-len(part) // lines)
    reach = [0] * lines
    place = {node.subject: (i % width, i // width) for i, node in enumerate(part)}
    edges = [(a, node.subject, kinds) for node in part for a, kinds in node.rests_on.items() if a in place]
    for a, b, _ in edges:
        if place[a][1] == place[b][1]:
            reach[place[a][1]] = max(reach[place[a][1]], _height(place[b][0] - place[a][0]))
    tops = [sum(reach[: i + 1]) + i * (SIZE + 26) + 4 for i in range(lines)]
    corner = {s: (column * PITCH + PITCH / 2, tops[line]) for s, (column, line) in place.items()}
    arcs = [_arc(a, b, kinds, corner) for a, b, kinds in edges]
    boxes = [_box(node, *corner[node.subject]) for node in part]
    across, down = max(width * PITCH, 60), tops[-1] + SIZE + 4
    counts = f"{ledger.counted(len(part), 'number')} and {ledger.counted(len(edges), 'arc')}"
    title = f"Chapter {chapter.number}, {counts} from a number to one that rests on it"
    name = f"strip-{chapter.number}"
    return (
        f'<div class="strip" data-scroll-name="Map of Chapter {chapter.number}, scrolls sideways">'
        f'<svg viewBox="0 0 {across:g} {down:g}" width="{across:g}" height="{down:g}" role="group" aria-labelledby="{name}">'
        f'<title id="{name}">{title}</title>{"".join(arcs + boxes)}</svg></div>'
    )


def _height(span):
    return min(10 + 5 * span, 76)


def _arc(a, b, kinds, corner):
    (x1, y1), (x2, y2) = corner[a], corner[b]
    if y1 == y2:
        rise = _height((x2 - x1) / PITCH) * 4 / 3
        shape = f"M{x1:g} {y1:g}C{x1:g} {y1 - rise:g} {x2:g} {y2 - rise:g} {x2:g} {y2:g}"
    else:
        y1 += SIZE
        bend = (y2 - y1) / 2
        shape = f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"
    return f'<path class="{" ".join(kinds)}" data-from="{ledger.label_of(a)}" data-to="{ledger.label_of(b)}" d="{shape}"/>'


def _box(node, x, y):
    kind, _, number = node.subject.rpartition(" ")
    label, text = ledger.label_of(node.subject), LETTERS.get(kind, "") + number.split(".")[1]
    below = " ".join(ledger.label_of(s) for s in node.rests_on)
    name = html.escape(f"{ledger.spell(node.subject)} {plain(node.name)}")
    return (
        f'<a href="#on-{label}" data-label="{label}" data-on="{below}"{" class=result" if kind else ""}><title>{name}</title>'
        f'<rect x="{x - SIZE / 2:g}" y="{y:g}" width="{SIZE}" height="{SIZE}" rx="{2 if kind else 8}"/>'
        f'<text x="{x:g}" y="{y + 14.5:g}">{text}</text></a>'
    )


def setup(app):
    """Register the directives."""
    app.add_directive("dependency-map", DependencyMap)
    app.add_directive("dependency-list", DependencyList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
