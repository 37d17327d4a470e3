"""Which numbered statement rests on which: read from the pages' own references and from the package's calls.

Three relations, each from a number to earlier ones:

- text: the prose about a number names the other. Prose after a number's block is about it, up to the
  first cell, heading or number; the paragraph that runs into a block, and all other prose, leads to the
  next number of the section or of its subsections. A paragraph that names more than `SURVEY` others
  compares rather than derives, and does not count; nor do errata, exercises, figures and output.
- code: a function that implements the number uses one that implements the other, directly or through
  helpers that implement nothing. A function that cites, or uses in this way, more than `SURVEY` numbers
  compares as well.
- part: the equation stands in the box of a result.

A reference to a later number is not a foundation: it looks ahead.
"""

import ast
import re
from dataclasses import dataclass, field

from ledger import HEADING, KINDS, LABEL, cited

SURVEY = 3
ROLE = re.compile(r"\{(?:eq|prf:ref)\}`(?:[^`<]*<)?([\w-]+)>?`")


@dataclass
class Node:
    """A numbered statement: `rests_on` maps earlier subjects to relations, `used_by` later ones; `ahead` is what it announces."""

    subject: str
    name: str
    docname: str
    rests_on: dict = field(default_factory=dict)
    used_by: dict = field(default_factory=dict)
    ahead: list = field(default_factory=list)


def network(chapters, folder):
    """Subject to node, in the book's order, of every number that the chapters' pages state.

    Args:
        chapters: those of the ledger; a chapter without a page is left out.
        folder: the package's source.
    """
    chapters = [c for c in chapters if c.page is not None]
    names = {e.subject: (e.name, c.docname) for c in chapters for e in c.entries}
    nodes = {s: Node(s, *names[s]) for c in chapters for s in c.page.stated if s in names}
    place = {subject: i for i, subject in enumerate(nodes)}
    found = [pair for c in chapters for pair in references(c.page)] + calls(folder)
    for later, earlier, kind in found:
        if later in nodes and earlier in nodes and later != earlier:
            if place[earlier] < place[later]:
                nodes[later].rests_on.setdefault(earlier, []).append(kind)
                nodes[earlier].used_by.setdefault(later, []).append(kind)
            elif kind == "text" and earlier not in nodes[later].ahead:
                nodes[later].ahead.append(earlier)
    for node in nodes.values():
        node.rests_on, node.used_by = _tidy(node.rests_on, place), _tidy(node.used_by, place)
        node.ahead = [s for s in node.ahead if "part" not in node.used_by.get(s, ())]
    return nodes


def _tidy(relations, place):
    return {s: sorted(set(relations[s])) for s in sorted(relations, key=place.get)}


def references(page):
    """(number, number it names, "text" or "part") for each reference made on the way to a number or in speaking of it."""
    found, about, leading, level = [], None, [], 1
    for kind, value in _blocks(page):
        if kind == "heading":
            about, level, leading = None, value, [(at, named) for at, named in leading if at < value]
        elif kind == "cell":
            about = None
        elif kind == "prose" and about:
            found += [(about, other, "text") for other in value]
        elif kind == "prose":
            leading.append((level, value))
        elif kind == "number":
            about, box = value
            found += [(about, other, "text") for _, named in leading for other in named]
            found += [(part, about, "part") for part in box]
            leading = []
    return found


def _blocks(page):
    """What the page consists of: ("heading", level), ("cell", None), ("prose", numbers named), ("number", (subject, parts)).

    The paragraph that runs into a number's block comes after it, so that it is taken to be about it.
    """
    stated = {line: subject for subject, line in page.stated.items()}
    silent, ends = enclosed(page), {d[3]: d[3] + len(d[4]) + 1 for d in page.directives}
    cells = {line for line, _ in page.cells}
    paragraph, line = [], page.lines.index("---", 1) + 2 if page.lines[0] == "---" else 1
    while line <= len(page.lines):
        text = page.lines[line - 1]
        opens = line in stated or line in cells or line in silent or HEADING.match(text) or not text.strip()
        if opens and paragraph and not (line in stated or _runs_into(page, line, stated)):
            yield "prose", _named(paragraph)
            paragraph = []
        if line in silent:
            line = silent[line]
        elif line in cells:
            yield "cell", None
            line = ends[line]
        elif line in stated:
            box = [stated[n] for n in range(line + 1, ends[line]) if n in stated]
            yield "number", (stated[line], box)
            yield "prose", _named(paragraph)
            yield "prose", _named(page.lines[line : ends[line] - 1])
            paragraph, line = [], ends[line]
        elif match := HEADING.match(text):
            yield "heading", len(match[1])
        elif text.strip():
            paragraph.append(text)
        line += 1
    yield "prose", _named(paragraph)


def _runs_into(page, line, stated):
    """Whether only blank lines separate this line from a number's block."""
    return next((n in stated for n in range(line, len(page.lines) + 1) if page.lines[n - 1].strip()), False)


def enclosed(page):
    """First line to last line of every exercise, solution and erratum."""
    spans = {e.first: e.last + 1 for e in page.errata if e.last}
    for name, _, _, line, _ in page.directives:
        if name in ("exercise-start", "solution-start"):
            closing = (d for d in page.directives if d[3] > line and d[0] == name.replace("start", "end"))
            spans[line] = next((d[3] + len(d[4]) + 1 for d in closing), line)
    return spans


def _named(lines):
    """The numbers that a paragraph names; none if it names so many that it is a survey."""
    text = "\n".join(lines)
    roles = [LABEL.match(label) for label in ROLE.findall(text)]
    subjects = [(KINDS[m[1]] + " " if m[1] in KINDS else "") + f"{m[2]}.{m[3]}" for m in roles if m]
    found = list(dict.fromkeys([*subjects, *cited(text)]))
    return found if len(found) <= SURVEY + 1 else []


def calls(folder):
    """(number, number whose code its own code uses, "code") for the functions and classes of a package."""
    cites, uses = {}, {}
    for path in sorted(folder.rglob("*.py")):
        module = ".".join(path.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        defined = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
        known = {n.name: f"{module}.{n.name}" for n in defined}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                known |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        for node in defined:
            name = f"{module}.{node.name}"
            public = not node.name.startswith("_")
            cites[name] = cited((ast.get_docstring(node) or "").split("\n\n")[0]) if public else []
            uses[name] = _used(node, known)
    found = []
    for name in (n for n, subjects in cites.items() if 0 < len(subjects) <= SURVEY):
        behind = {s for other in _reached(name, cites, uses) for s in cites[other]}
        if len(behind) <= SURVEY:
            found += [(later, earlier, "code") for later in cites[name] for earlier in sorted(behind)]
    return found


def _used(node, known):
    """The dotted names that the body of a function or class mentions: `name` or `module.name`."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in known:
            found.add(known[part.id])
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in known:
            found.add(f"{known[part.value.id]}.{part.attr}")
    return found


def _reached(name, cites, uses):
    """The functions that cite a number and that this one uses, directly or through functions that cite none."""
    waiting, seen = list(uses[name]), {name}
    while waiting:
        other = waiting.pop()
        if other in seen or other not in cites:
            continue
        seen.add(other)
        if cites[other]:
            yield other
        else:
            waiting += uses[other]
