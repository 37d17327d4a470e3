"""The ledger: what the book states, implements, verifies and tests, read from the sources alone.

`book/catalogue.yml` lists what the notes number. Everything else is found:

- stated: a labelled equation (`eq-3-6`) or result (`thm-3-1`) on its chapter's page,
- implemented: public functions and classes whose docstring's first paragraph cites the number,
- verified live: `verify(...)` or `bounded(...)` with that subject in a cell of the page,
- tested: tests marked `@pytest.mark.equation("3.6")` or `@pytest.mark.result("Theorem 3.1")`,
- corrected: errata whose `:at:` names it.

Run as a program it prints a line a chapter and what is missing: `python book/_ext/ledger.py [chapter ...]`.
"""

import ast
import hashlib
import re
import sys
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import takewhile
from pathlib import Path

import yaml
from joblib import Memory

ROOT = Path(__file__).resolve().parents[2]
KINDS = {
    "thm": "Theorem",
    "lem": "Lemma",
    "cor": "Corollary",
    "fact": "Fact",
    "def": "Definition",
    "ex": "Example",
    "rem": "Remark",
}
LABEL = re.compile(rf"^(eq|{'|'.join(KINDS)})-(\d+)-(\d+)$")
CITED = re.compile(rf"\((\d+\.\d+)\)|\b((?:{'|'.join(KINDS.values())}) \d+\.\d+)\b")
HEADING = re.compile(r"(#{1,3}) ")
RANGE = re.compile(r"\((\d+)\.(\d+)\)\s*[–-]\s*\((\d+)\.(\d+)\)")
MEMORY = Memory(ROOT / "_build" / "sources", verbose=0)
ASPECTS = {"stated": "stated", "implemented": "implemented", "verified": "verified live", "tested": "tested"}


@dataclass(frozen=True)
class Place:
    """Where something stands: a file, a line, and its name there."""

    path: Path
    line: int
    name: str


@dataclass(frozen=True)
class Check:
    """A `verify`, `bounded` or `refute` on a page: its word, subject, statement and cell (counted from 0).

    What is computed, and so unknown to the source, is written "…".
    """

    word: str
    subject: str
    statement: str
    cell: int
    line: int


@dataclass(frozen=True)
class Erratum:
    """An erratum on a page; `first` and `last` are the lines that enclose it."""

    title: str
    options: dict
    first: int
    last: int

    @property
    def subjects(self):
        return cited(self.options.get("at", ""))


@dataclass(frozen=True)
class Exercise:
    """An exercise on a page, and the line of its solution if it has one."""

    label: str
    title: str
    line: int
    solution: int | None


def cited(text):
    """The numbers that a text cites: "3.6" for (3.6), every one of (3.2)–(3.5), "Theorem 3.1"."""
    found = [equation or result for equation, result in CITED.findall(text)]
    for chapter, first, same, last in RANGE.findall(text):
        if chapter == same:
            found += [f"{chapter}.{n}" for n in range(int(first), int(last) + 1)]
    return list(dict.fromkeys(found))


def label_of(subject):
    """The label of an equation or result: `eq-3-6`, `thm-3-1`."""
    kind, _, number = subject.rpartition(" ")
    prefix = next(p for p, k in {**KINDS, "eq": ""}.items() if k == kind)
    return f"{prefix}-{number.replace('.', '-')}"


class Page:
    """A chapter's Markdown, read for labels, checks, errata and exercises."""

    def __init__(self, path):
        self.path, self.lines = path, path.read_text(encoding="utf-8").split("\n")

    @cached_property
    def directives(self):
        """(name, argument, options, line, body lines) of every directive, nested ones included."""
        found, stack = [], []
        for number, line in enumerate(self.lines, 1):
            if stack and re.fullmatch(rf"\s*{stack[-1][0]}\s*", line):
                fence, start, match = stack.pop()
                body = self.lines[start:number - 1]  # fmt: skip
                matches = takewhile(bool, (re.match(r"\s*:([\w-]+):\s*(.*)$", b) for b in body))
                options = dict(m.groups() for m in matches)
                found.append((match[2], match[3].strip(), options, start, body))
            elif match := re.match(r"\s*(`{3,}|:{3,})\{([\w:-]+)\}(.*)$", line):
                stack.append((match[1], number, match))
        return sorted(found, key=lambda d: d[3])

    @cached_property
    def stated(self):
        """Subject to line of every labelled equation and result, in the page's order."""
        found = {}
        for name, _, options, line, _ in self.directives:
            match = LABEL.match(options.get("label", ""))
            if match and (name == "math" or name.startswith("prf:")):
                kind = "" if match[1] == "eq" else KINDS[match[1]] + " "
                found[f"{kind}{match[2]}.{match[3]}"] = line
        return found

    @cached_property
    def cells(self):
        """(line, source) of every code cell."""
        return [(line, _code(body)) for name, _, _, line, body in self.directives if name == "code-cell"]

    @cached_property
    def checks(self):
        """Every check of the page, in order."""
        found = []
        for number, (line, source) in enumerate(self.cells):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("verify", "bounded", "refute"):
                    subject, statement = (_literal(a) for a in (*node.args, None, None)[:2])
                    found.append(Check(node.func.id, subject or "…", statement or "…", number, line + node.lineno))
        return found

    @cached_property
    def errata(self):
        """Every erratum of the page, in order."""
        starts = [d for d in self.directives if d[0] == "erratum-start"]
        ends = [d[3] for d in self.directives if d[0] == "erratum-end"]
        return [Erratum(d[1], d[2], d[3], min((e for e in ends if e > d[3]), default=0)) for d in starts]

    @cached_property
    def exercises(self):
        """Every exercise of the page, in order."""
        solutions = {d[1]: d[3] for d in self.directives if d[0] in ("solution", "solution-start")}
        found = [d for d in self.directives if d[0] in ("exercise", "exercise-start")]
        return [Exercise(o.get("label", ""), title, line, solutions.get(o.get("label", ""))) for _, title, o, line, _ in found]


def _literal(node):
    """The text of a string in the source, with … for what an f-string fills in; None if it is no string."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [p.value if isinstance(p, ast.Constant) else "…" if isinstance(p, ast.FormattedValue) else None for p in parts]
    return "".join(texts) if all(isinstance(t, str) for t in texts) else None


def _code(body):
    if body and body[0].strip() == "---":
        end = next(i for i, line in enumerate(body[1:], 1) if line.strip() == "---")
        return "\n" * (end + 1) + "\n".join(body[end + 1 :])
    skip = next((i for i, line in enumerate(body) if not re.match(r":[\w-]+:", line)), len(body))
    return "\n" * skip + "\n".join(body[skip:])


def implementations(folder):
    """Subject to places: public functions and classes whose docstring's first paragraph cites it."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        module = ".".join(path.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                for subject in cited((ast.get_docstring(node) or "").split("\n\n")[0]):
                    found.setdefault(subject, []).append(Place(path, node.lineno, f"{module}.{node.name}"))
    return found


def tests(folder):
    """Subject to places: tests that are marked with it."""
    found = {}
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) in ("pytest.mark.equation", "pytest.mark.result"):
                        for argument in mark.args:
                            found.setdefault(ast.literal_eval(argument), []).append(Place(path, node.lineno, node.name))
    return found


@dataclass
class Entry:
    """What the book knows of one numbered equation or result."""

    subject: str
    name: str
    stated: list = field(default_factory=list)
    implemented: list = field(default_factory=list)
    verified: list = field(default_factory=list)
    tested: list = field(default_factory=list)
    corrected: list = field(default_factory=list)


@dataclass
class Chapter:
    """A chapter of the catalogue; `page` is None as long as it is not in the table of contents."""

    number: int
    title: str
    subpackage: str
    docname: str
    page: Page | None
    entries: list

    def missing(self):
        """One sentence for every gap of this chapter."""
        if self.page is None:
            return [f"Chapter {self.number}: {self.docname}.md is not written or not in _toc.yml"]
        return [*self._missing_coverage(), *self._wrong_order(), *self._unknown(), *self._errata(), *self._exercises()]

    def _missing_coverage(self):
        hints = {
            "stated": f"label it {{}} in {self.docname}.md",
            "implemented": f"no public function of src/principles/{self.subpackage} cites it in its docstring's first paragraph",
            "verified": f'no verify("{{}}", ...) or bounded("{{}}", ...) in a cell of {self.docname}.md',
            "tested": 'no test is marked @pytest.mark.{}("{}")',
        }
        for entry in self.entries:
            mark = "result" if " " in entry.subject else "equation"
            values = {"stated": [label_of(entry.subject)], "verified": [entry.subject] * 2, "tested": [mark, entry.subject]}
            for aspect, spoken in ASPECTS.items():
                if not getattr(entry, aspect):
                    yield f"{spell(entry.subject)} is not {spoken}: {hints[aspect].format(*values.get(aspect, []))}"

    def _wrong_order(self):
        for kind in ("equations", "results"):
            wanted = [e.subject for e in self.entries if (" " in e.subject) == (kind == "results")]
            found = [s for s in self.page.stated if (" " in s) == (kind == "results")]
            extra = [s for s in found if s not in wanted]
            if extra:
                yield f"Chapter {self.number}: the notes have no {', '.join(map(spell, extra))}"
            elif found != [s for s in wanted if s in found]:
                yield f"Chapter {self.number}: {kind} stand in another order than in the notes: {', '.join(found)}"

    def _unknown(self):
        known = {e.subject for e in self.entries}
        for check in self.page.checks:
            if "…" in check.subject:
                yield f"{self.docname}.md:{check.line}: {check.word} needs its subject written out as a string"
                continue
            own = check.subject.split(" ")[-1].split(".")[0] == str(self.number)
            if own and not check.subject.startswith(("Section", "Figure")) and check.subject not in known:
                yield f"{self.docname}.md:{check.line} checks {spell(check.subject)}, which the notes do not have"

    def _errata(self):
        for erratum in self.page.errata:
            where = f"{self.docname}.md:{erratum.first}: the erratum “{erratum.title}”"
            words = {c.word for c in self.page.checks if erratum.first < c.line < erratum.last}
            for option in ("at", "claim", "correct"):
                if not erratum.options.get(option):
                    yield f"{where} has no :{option}:"
            if not erratum.last:
                yield f"{where} has no erratum-end"
            elif "not-run" not in erratum.options:
                if "refute" not in words:
                    yield f"{where} does not refute the printed claim; add refute(...), or :not-run: with the reason"
                if not words & {"verify", "bounded"}:
                    yield f"{where} does not verify the correction; add verify(...), or :not-run: with the reason"
            elif not erratum.options["not-run"]:
                yield f"{where} gives no reason after :not-run:"

    def _exercises(self):
        for exercise in self.page.exercises:
            if exercise.solution is None:
                yield f"{self.docname}.md:{exercise.line}: the exercise “{exercise.title}” ({exercise.label}) has no solution"


def spell(subject):
    """A subject as a reader writes it: (3.6), Theorem 3.1."""
    return f"({subject})" if subject[0].isdigit() else subject


def pages_in_toc(root):
    """The document names that `_toc.yml` lists."""
    return set(re.findall(r"^\s*-?\s*(?:root|file):\s*(\S+)", (root / "_toc.yml").read_text(encoding="utf-8"), re.M))


def remembered(find, folder, pattern="*.py"):
    """`find(folder)`, from the last time if none of the files that it reads, nor these tools, have changed since."""
    mark = hashlib.sha256()
    for path in [*sorted(Path(__file__).parent.glob("*.py")), *sorted(folder.rglob(pattern))]:
        mark.update(str(path).encode() + path.read_bytes())
    return _found(find, folder, mark.hexdigest())


@MEMORY.cache
def _found(find, folder, mark):
    return find(folder)


def read(root=ROOT, drafts=(), *, found=lambda find, folder, *pattern: find(folder)):
    """The ledger: every chapter of the catalogue with what was found about it.

    Pages are read when `_toc.yml` lists them; of the chapters in `drafts`, when they exist.
    """
    package, tested = found(implementations, root / "src" / "principles"), found(tests, root / "tests", "test_*.py")
    listed, chapters = pages_in_toc(root), []
    for item in yaml.safe_load((root / "book" / "catalogue.yml").read_text(encoding="utf-8")):
        path = root / f"{item['page']}.md"
        wanted = item["page"] in listed or item["chapter"] in drafts
        page = Page(path) if wanted and path.exists() else None
        names = {**item.get("equations", {}), **item.get("results", {})}
        entries = [Entry(s, n, implemented=package.get(s, []), tested=tested.get(s, [])) for s, n in names.items()]
        for entry in entries if page else []:
            subject = entry.subject
            entry.stated = [Place(page.path, page.stated[subject], subject)] if subject in page.stated else []
            entry.verified = [c for c in page.checks if c.subject == subject and c.word != "refute"]
            entry.corrected = [n for n, e in enumerate(page.errata, 1) if subject in e.subjects]
        chapters.append(Chapter(item["chapter"], item["title"], item["subpackage"], item["page"], page, entries))
    return chapters


@cache
def book():
    """The ledger of this book, read once a build."""
    return read(found=remembered)


def summary(chapter):
    """One line: how much of the chapter is stated, implemented, verified live and tested."""
    if chapter.page is None:
        return f"Chapter {chapter.number:2}  not written yet ({len(chapter.entries)} numbered)"
    total = len(chapter.entries)
    counts = [f"{sum(bool(getattr(e, aspect)) for e in chapter.entries)}/{total} {spoken}" for aspect, spoken in ASPECTS.items()]
    page = chapter.page
    found = (counted(len(page.checks), "check"), counted(len(page.errata), "erratum"), counted(len(page.exercises), "exercise"))
    return f"Chapter {chapter.number:2}  {', '.join([*counts, *found])}"


def counted(number, noun):
    """1 erratum, 2 errata, 3 checks."""
    plural = {"erratum": "errata"}.get(noun, f"{noun}s")
    return f"{number} {noun if number == 1 else plural}"


def main(arguments):
    """Print the summary and the gaps of the chapters in the table of contents, or of those named."""
    wanted = set(map(int, arguments))
    chapters = [c for c in read(drafts=wanted) if not wanted or c.number in wanted]
    for chapter in chapters:
        print(summary(chapter))
    gaps = [gap for c in chapters if c.page is not None for gap in c.missing()]
    print("\n".join(gaps) if gaps else "complete")
    return bool(gaps)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
