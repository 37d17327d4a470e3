"""Do the checks earn their place? A wrong sign behind every numbered equation in turn, and who notices it.

    python benchmarks/planted.py [chapter or equation ...]

`signs.py` turns one sign, in memory. Then tests run, those marked with the equation first and then all of its subpackages,
and so do the cells of its page from the first that calls the function, until one fails. The table goes into planted.md;
rows of equations that were not asked for stay as they are.
"""

import ast
import contextlib
import io
import json
import os
import re
import signal
import sys
import tempfile
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", HYPOTHESIS_STORAGE_DIRECTORY=tempfile.gettempdir())
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

import pytest  # noqa: E402
import sklearn.linear_model  # noqa: E402, F401 - imported once, for every process that is forked below
import torch  # noqa: E402, F401
from IPython.lib.pretty import pretty  # noqa: E402
from ledger import read  # noqa: E402
from signs import CALLED, EQUIVALENT, plant  # noqa: E402

TABLE, SECONDS = Path(__file__).with_suffix(".md"), 60  # of the processor, at most, for a wrong sign
WHO = ("Unit test", "Check on the page", "nbval")
INTRODUCTION = """Written by planted.py: a wrong sign behind every numbered equation in turn, and who notices it.

A unit test is named when none of those marked with the equation notices, a check when it is that of another equation;
"past" says that something else stopped the page before, which nbval notices too.
"""


def child(work, seconds=SECONDS):
    """What `work()` returns in a forked process that prints nothing; None if it failed or took too much processor time."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as answer:
        if (process := os.fork()) == 0:
            try:
                signal.setitimer(signal.ITIMER_PROF, seconds)
                os.dup2(silent := os.open(os.devnull, os.O_WRONLY), 1), os.dup2(silent, 2)
                Path(answer.name).write_text(json.dumps(work()), encoding="utf-8")
            finally:
                os._exit(0)
        os.waitpid(process, 0)
        return json.loads(answer.read() or "null")


class Loop:
    """A pytest plugin: collects once, then runs the tests for every wrong sign until one fails."""

    def __init__(self, plants, marked):
        self.plants, self.marked, self.found, self.failed = plants, marked, {}, None

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed = self.failed or re.search(r"::(\w+)", report.nodeid)[1]

    def first_failure(self, items, planted=None):
        if planted:
            planted.install()
        for item, following in zip(items, [*items[1:], None]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return self.failed
        return ""

    def pytest_runtestloop(self, session):
        for planted in [] if child(lambda: self.first_failure(session.items)) else self.plants:
            own = self.marked[planted.equation]
            items = sorted(session.items, key=lambda item: item.originalname not in own)
            name = child(lambda items=items, planted=planted: self.first_failure(items, planted))
            self.found[planted.equation] = "no" if name == "" else "yes" if name in own else f"yes, `{name or 'it hangs'}`"
        return True


def by_tests(plants, marked, folders):
    """Equation to who notices: `yes` for a test marked with it, else the name of another."""
    loop = Loop(plants, marked)
    pytest.main(["-q", "-x", "-p", "no:cacheprovider", f"--rootdir={ROOT}", *folders], plugins=[loop])
    return loop.found


def run(cell, names):
    """What a cell prints and shows, as text."""
    tree, out = ast.parse(cell), io.StringIO()
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(out):
        exec(compile(tree, "<cell>", "exec"), names)
        value = last and eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    return out.getvalue() + ("" if value is None else pretty(value))


def with_sign(planted, cells, names):
    """[what the checks say, the texts of the cells that ran]. A cell where something else fails takes its names with it."""
    planted.install()
    texts, stop = [], ""
    for cell in cells:
        try:
            texts.append(run(cell, names))
        except Exception as error:
            if check := re.match(r"\((\d+\.\d+)\)|([A-Z]\w+ [\d.]+\d):", str(error)):
                subject = check[1] or check[2]
                return ["yes" + f", {subject}" * (subject != planted.equation) + f", past a {stop}" * bool(stop), texts]
            stop = stop or type(error).__name__
            for node in ast.walk(ast.parse(cell)):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names.pop(node.id, None)
    return ["no" + f", stops: {stop}" * bool(stop), texts]


def before_cell(number, cells, names, plants, folder):
    """A process that keeps the state before a cell; it awaits what the cell calls first and tries these wrong signs there."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(reading)
        return writing
    os.close(writing)
    called = os.read(reading, 10**6).decode().split()
    for planted in (p for p in plants if p.name in called):
        answer = child(lambda p=planted: with_sign(p, cells[number:], names)) or ["no, hangs", []]
        Path(folder, planted.equation).write_text(json.dumps([*answer, number]), encoding="utf-8")
    os._exit(0)


def by_page(plants, cells):
    """[the texts of the cells as they are, {equation: [what the check says, texts from a cell on, that cell]}].

    It ends early when every wrong sign has been noticed.
    """
    names, texts, known = {"__name__": "__main__"}, [], set()
    for planted in plants:
        planted.watch()
    with tempfile.TemporaryDirectory() as folder:
        for number, cell in enumerate(cells):
            pipe = before_cell(number, cells, names, plants, folder)
            texts.append(run(cell, names))
            os.write(pipe, " ".join(CALLED - known).encode())
            os.close(pipe)
            os.wait()
            known |= CALLED
            found = {p.name: json.loads(p.read_text(encoding="utf-8")) for p in Path(folder).iterdir()}
            if len(found) == len(plants) and all(check.startswith("yes") for check, *_ in found.values()):
                break
    return texts, found


def rows(chapter, wanted):
    """Equation to row of the table, for the wanted equations of a chapter that functions implement."""
    entries = [e for e in chapter.entries if wanted & {e.subject, str(chapter.number)} and e.subject not in EQUIVALENT]
    plants = [p for e in entries if e.subject[0].isdigit() and (p := plant(e, ROOT / "src" / "principles" / chapter.subpackage))]
    if not plants:
        return {}
    marked = {e.subject: {place.name for place in e.tested} for e in entries}
    folders = {str(ROOT / "tests" / name) for name in (chapter.subpackage, *(p.path.parent.name for p in plants))}
    units = child(lambda: by_tests(plants, marked, sorted(folders)), 7200)
    cells = [source for _, source in chapter.page.cells] if chapter.page else []
    texts, seen = child(lambda: by_page(plants, cells), 7200) or (None, None)
    if not (units and texts):
        sys.exit(f"{chapter.docname} or its tests fail before any sign is turned")
    found = {}
    for planted in plants:
        check, after, first = seen.get(planted.equation, ["no", texts, 0])
        differs = "no" if check == "no" and after == texts[first:] else "yes"
        cells = f"({planted.equation})", f"`{planted.name}`", planted.change, units[planted.equation], check, differs
        found[planted.equation] = f"| {' | '.join(cells)} |"
    return found


def table(rows):
    """The totals, a line a chapter, then every row."""
    order, totals = sorted(rows.keys() - EQUIVALENT.keys(), key=lambda subject: [*map(int, subject.split("."))]), []
    for chapter in [*dict.fromkeys(s.split(".")[0] for s in order), "all"]:
        verdicts = [rows[s].split(" | ")[3:] for s in order if chapter in ("all", s.split(".")[0])]
        totals.append([chapter, len(verdicts), *(sum(v[i].startswith("yes") for v in verdicts) for i in range(3))])
    heads = ["Chapter", "Planted", *WHO], ["Equation", "Function", "Change", *WHO]
    head, full = (f"| {' | '.join(h)} |\n|{'---|' * len(h)}\n" for h in heads)
    lines = "".join("| " + " | ".join(map(str, line)) + " |\n" for line in totals)
    reasons = "".join(f"Not planted: ({subject}), {reason}.\n" for subject, reason in EQUIVALENT.items())
    return f"{INTRODUCTION}\n{head}{lines}\n{reasons}\n{full}" + "\n".join(rows[s] for s in order) + "\n"


def main(arguments):
    """Turn a sign and ask, chapter by chapter; the table is rewritten after each."""
    found = dict(re.findall(r"^(?=\| \((\d+\.\d+)\))(.*)$", TABLE.read_text("utf-8") if TABLE.exists() else "", re.M))
    for chapter in read(drafts=range(1, 17)):
        if new := rows(chapter, set(arguments) or {str(chapter.number)}):
            print("\n".join(new.values()), flush=True)
            found |= new
            TABLE.write_text(table(found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
