"""The notation page links to what exists, names what the package holds, and lists no symbol twice."""

import ast
import re
from collections import Counter
from functools import cache

import ledger
from gathered import figures

TEXT = (ledger.ROOT / "book" / "notation.md").read_text(encoding="utf-8")
GROUP = re.compile(r"^## (.+)$|^\| (?!Symbol|---|Letter)(.+) \|$", re.M)
LINK = re.compile(r"\{(eq|prf:ref|ref|numref)\}`(?:[^`<]*<)?([^`>]+)>?`")
NAME = re.compile(r"`(?!np\.)([^\W\d]\w*(?:\.\w+)*)`")
CHAPTERS = {c.number: c for c in ledger.book() if c.page is not None}


def rows(text):
    """(group, symbol, meaning, code, where) of every row."""
    group = ""
    for title, cells in GROUP.findall(text):
        group = title or group
        if cells and cells.count(" | ") == 3:
            yield group, *cells.split(" | ")


@cache
def labels():
    """Every label of the published chapters: role to names."""
    found = {"eq": set(), "prf:ref": set(), "numref": set(), "ref": set(re.findall(r"^\((.+)\)=$", TEXT, re.M))}
    for chapter in CHAPTERS.values():
        for subject in chapter.page.stated:
            found["prf:ref" if " " in subject else "eq"].add(ledger.label_of(subject))
        found["numref"] |= {figure.label for figure in figures(chapter.page, chapter.number)}
        found["ref"] |= {exercise.label for exercise in chapter.page.exercises}
    return found


@cache
def names(subpackage):
    """Every function, class, argument and attribute that a subpackage defines, and its modules."""
    found = set()
    for path in (ledger.ROOT / "src" / "principles" / subpackage).glob("*.py"):
        found.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found.add(node.name)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.add(node.target.id)
    return found


@cache
def imported(chapter):
    """The subpackages that the cells of a chapter import from."""
    return {name for _, cell in CHAPTERS[chapter].page.cells for name in re.findall(r"from principles\.(\w+)", cell)}


def missing_names(row):
    """The names of a row that no chapter which the row links to has in its part of the package."""
    linked = {int(label.split("-")[1]) for _, label in LINK.findall(row[-1])}
    known = set().union(*(names(name) for number in linked for name in imported(number)))
    return [part for name in NAME.findall(row[3]) for part in name.split(".") if part not in known]


def missing_targets(text):
    """The labels that a text links to and no published page has."""
    return [label for role, label in LINK.findall(text) if label not in labels()[role]]


def repeated(text):
    """The symbols that stand in more than one row of a group."""
    counts = Counter((group, symbol) for group, cell, *_ in rows(text) for symbol in re.findall(r"\$[^$]+\$[^,$]*", cell))
    return [pair for pair, count in counts.items() if count > 1]


def test_every_link_leads_to_a_published_page():
    assert missing_targets(TEXT) == []


def test_a_row_links_to_a_chapter_whose_code_has_its_names():
    assert [row[:2] for row in rows(TEXT) if not LINK.search(row[-1])] == []
    assert {row[:2]: found for row in rows(TEXT) if (found := missing_names(row))} == {}


def test_no_symbol_is_repeated_within_a_group():
    assert repeated(TEXT) == []


def test_every_chapter_has_its_symbols():
    assert {int(label.split("-")[1]) for row in rows(TEXT) for _, label in LINK.findall(row[-1])} == set(CHAPTERS)


def test_each_defect_is_seen():
    row = "| $x$, $y$ | inputs | `not_there`, `X` | {{eq}}`{}` |\n"
    assert missing_names(next(rows("## G\n" + row.format("eq-2-2")))) == ["not_there"]
    assert missing_targets(row.format("eq-2-99")) == ["eq-2-99"]
    assert repeated("## G\n" + row.format("eq-2-2") * 2) == [("G", "$x$"), ("G", "$y$")]
    assert repeated("## G\n" + row.format("eq-2-2") + "## H\n" + row.format("eq-2-2")) == []
