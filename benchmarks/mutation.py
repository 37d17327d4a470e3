"""Would the tests notice a wrong formula? mutmut plants mistakes in a chapter's mathematics; its own tests must fail on each.

    python benchmarks/mutation.py                        every chapter, then the table
    python benchmarks/mutation.py kernels                one subpackage, or `shared`: checks, data and validation
    python benchmarks/mutation.py kernels --one-in 6     a sample, the same each time; --part 1, 2, ... takes another one

Counted is what a slip of the pen would be: another operator, number, comparison, truth value or branch, a dropped factor
or option, two arguments swapped. Not counted are figures, annotations, text, properties, constants outside functions, and
what refuses malformed input (`raise`, and calls of `validation`, whose own module is counted as shared).

A second run tries again only what survived, changed or was left out. Verdicts stand in _build/mutation/<subpackage>/ and
its survivors, line by line, in survivors.txt there; remove the folder to begin afresh. A mutant that no test can tell from
the original is listed in equivalent.txt, as survivors.txt has it less the line number, with the reason below; it counts no more.
"""

import argparse
import ast
import difflib
import gc
import importlib
import os
import shutil
import sys
import zlib
from collections import Counter
from pathlib import Path

import libcst as cst
import libcst.matchers as m
import pytest
from _pytest.config import _prepareconfig
from mutmut import __main__ as mutmut
from mutmut import configuration
from mutmut.mutation import file_mutation, mutators
from mutmut.mutation.data import MutantLineSpans, SourceFileMutationData
from mutmut.runners import harness
from mutmut.state import reset_state, state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import change_cwd
from mutmut.workers import isolation

ROOT = Path(__file__).resolve().parents[1]
PACKAGE, BUILD = ROOT / "src/principles", ROOT / "_build/mutation"
EQUIVALENT = ROOT / "benchmarks/equivalent.txt"
SHARED = ["checks", "data", "validation"]
SYMMETRIC = {"allclose", "array_equal", "isclose", "logaddexp", "max", "maximum", "min", "minimum", "hypot", "gcd"}
FACTORS = m.BinaryOperation(operator=m.Multiply() | m.Divide())
HARMLESS = m.Name("checked") | m.Call(func=m.Name("checked") | m.Attribute(attr=m.Name("no_grad")))
ENTERED = m.FunctionDef(decorators=[m.AtLeastN(m.Decorator(HARMLESS), n=1)])
CHECKS = ["array", "number", "count", "same_length", "signs", "distribution", "covariance", "generator"]
REFUSAL = m.Raise() | m.Call(func=m.Attribute(value=m.Name("validation") | m.Name("valid")) | m.OneOf(*map(m.Name, CHECKS)))
DETECTED = {"killed", "timeout", "segfault", "suspicious"}
LEFT_OUT = 34  # mutmut's exit code for "skipped"
SLOW_IMPORTS = ["sklearn.datasets", "sklearn.neural_network", "sklearn.svm", "scipy.ndimage", "scipy.stats", "statsmodels.api"]


def dropped_factor(node):
    """a * b → a and b; a / b → a."""
    kept = [node.left] if m.matches(node, FACTORS) else []
    kept += [node.right] if m.matches(node.operator, m.Multiply()) else []
    for factor in kept:
        yield factor.with_changes(lpar=[*node.lpar, *factor.lpar], rpar=[*factor.rpar, *node.rpar])


def dropped_option(node):
    """f(a, option=b) → f(a)."""
    for i, arg in enumerate(node.args):
        if arg.keyword:
            yield node.with_changes(args=[*node.args[:i], *node.args[i + 1 :]])


def swapped_arguments(node):
    """f(a, b) → f(b, a), for neighbours that differ, unless f is symmetric."""
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    if isinstance(name, cst.Name) and name.value in SYMMETRIC:
        return
    for i, (a, b) in enumerate(zip(node.args, node.args[1:])):
        plain = not (a.keyword or b.keyword or a.star or b.star)
        if plain and not a.value.deep_equals(b.value):
            pair = [a.with_changes(value=b.value), b.with_changes(value=a.value)]
            yield node.with_changes(args=[*node.args[:i], *pair, *node.args[i + 2 :]])


OPERATORS = [
    (cst.BaseNumber, mutators.operator_number),
    (cst.Name, mutators.operator_name),
    (cst.AugAssign, mutators.operator_augmented_assignment),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, mutators.operator_swap_op),
    (cst.IfExp, mutators.operator_if_exp),
    (cst.BinaryOperation, dropped_factor),
    (cst.Call, dropped_option),
    (cst.Call, swapped_arguments),
]


class Mathematics(file_mutation.MutationVisitor):
    """mutmut's visitor, which passes refusals by and enters functions whose decorators only check or switch gradients off."""

    def _skip_node_and_children(self, node):
        if m.matches(node, REFUSAL):
            return True
        return not m.matches(node, ENTERED) and super()._skip_node_and_children(node)


class Collected(harness.PytestRunner):
    """Collect the tests once; each mutant forks from there and runs the items it needs, the fastest first."""

    session = None

    def warm_up(self):
        with change_cwd("mutants"):
            arguments = ["--rootdir=.", "--tb=native", "-q", "-s", *self._pytest_add_cli_args]
            config = _prepareconfig([*arguments, *self._pytest_add_cli_args_test_selection])
            config._do_configure()
            self.session = pytest.Session.from_config(config)
            config.hook.pytest_sessionstart(session=self.session)
            config.hook.pytest_collection(session=self.session)
        for name in SLOW_IMPORTS:
            importlib.import_module(name)
        gc.freeze()

    def run_tests(self, *, mutant_name, tests):
        if self.session is None:
            self.warm_up()
        known = {item.nodeid: item for item in self.session.items}
        items = sorted((known[test] for test in tests or known), key=lambda item: state().duration_by_test.get(item.nodeid, 0))
        with change_cwd("mutants"):
            for item, following in zip(items, [*items[1:], None]):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.session.testsfailed:
                    break
        return int(self.session.testsfailed > 0)

    def run_stats(self, *, tests):
        """In the open: a test that fails without any mutant must be seen."""
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        return super().run_stats(tests=tests)

    def run_forced_fail(self):
        """Not needed: mutmut has just counted which tests reach which function."""
        return 1


def prepare(chapter):
    """A working copy of the package and of the chapter's tests, in which earlier verdicts stay, and its mutants."""
    work, hidden = BUILD / chapter, shutil.ignore_patterns("__pycache__", "rendered", "book")
    for old in ("src", "tests", "mutants/tests"):
        shutil.rmtree(work / old, ignore_errors=True)
    shutil.copytree(PACKAGE, work / "src/principles", ignore=hidden)
    shutil.copytree(ROOT / "tests", work / "tests", ignore=hidden)
    shutil.copy2(ROOT / "pyproject.toml", work)
    (work / "mutants").mkdir(exist_ok=True)
    (work / "mutants/mutmut-stats.json").unlink(missing_ok=True)  # which test reaches which function
    os.chdir(work)
    reset_state()
    configuration.reset_config()
    options = configuration.config()
    modules = SHARED if chapter == "shared" else [f"{chapter}/*"]
    options.only_mutate = [f"src/principles/{name.removesuffix('*')}*.py" for name in modules]
    tests = [f"test_{name}.py" for name in SHARED] if chapter == "shared" else [chapter]
    options.pytest_add_cli_args_test_selection = [f"tests/{name}" for name in tests]
    mutmut.copy_src_dir()
    mutmut.create_mutants(os.cpu_count())


def verdicts():
    """Of the chapter in the working directory: (source file, data of its mutants)."""
    for path in sorted(mutmut.walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        yield path, data


def choose(drawn):
    """Forget who survived, so that better tests get their chance, and leave out who is not drawn."""
    for _, data in verdicts():
        for name, code in data.exit_code_by_key.items():
            if status_by_exit_code[code] not in DETECTED:
                data.exit_code_by_key[name] = None if drawn(name) else LEFT_OUT
        if data.exit_code_by_key:
            data.save()


def equivalent(chapter):
    """Which mutants of the chapter are listed as equivalent: each a line, its reason indented below."""
    lines = [line for line in EQUIVALENT.read_text().splitlines() if line.strip() and not line.startswith("#")]
    listed = {entry: reason for entry, reason in zip(lines, lines[1:]) if not entry.startswith(" ")}
    for entry, reason in listed.items():
        if not reason.startswith("    "):
            raise ValueError(f"{EQUIVALENT.name} must give a reason, indented, below each mutant; {entry!r} has none")
    places = [f"{name}.py" for name in SHARED] if chapter == "shared" else [f"{chapter}/"]
    return {entry for entry in listed if any(entry.startswith(f"src/principles/{place}") for place in places)}


def change(path, name):
    """Of a mutant: its line, and what it changes as text."""
    mutant = name.rpartition(".")[2]
    function = mutant.partition("__mutmut")[0]
    *owner, plain = function[2:].split("ǁ")  # x_function or xǁClassǁmethod
    scope = ast.parse(path.read_text())
    if owner:
        scope = next(node for node in scope.body if isinstance(node, ast.ClassDef) and node.name == owner[0])
    line = next(node.lineno for node in scope.body if isinstance(node, ast.FunctionDef) and node.name == plain)
    names = [f"{function}__mutmut_orig", mutant]
    sources = zip(MutantLineSpans.load(path).read_function_sources(names), names)
    before, after = (text[text.index("def ") :].replace(name, plain, 1).splitlines() for text, name in sources)
    changes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    _, i, j, k, l = next(step for step in changes if step[0] != "equal")
    old, new = (" ".join(text.strip() for text in lines) for lines in (before[i:j], after[k:l]))
    return line + i, f"{old}  →  {new}"


def report(chapter, drawn, *, whole):
    """Write the survivors; return the chapter's line: how many mutants were tried and what share the tests detected."""
    tally, lines, listed, met = Counter(), [], equivalent(chapter), set()
    for path, data in verdicts():
        for name, code in data.exit_code_by_key.items():
            if not drawn(name):
                continue
            status = status_by_exit_code[code]
            if status not in DETECTED:
                line, text = change(path, name)
                if f"{path}: {text}" in listed:
                    met.add(f"{path}: {text}")
                    status = "equivalent"
                else:
                    lines.append(f"{path}:{line}: {text}  [{status}] {name}")
            tally[status] += 1
    tried, detected = sum(tally.values()) - tally["equivalent"], sum(tally[status] for status in DETECTED)
    share = detected / max(tried, 1)
    error = "" if whole else f" ± {(share * (1 - share) / max(tried, 1)) ** 0.5:.1%}"
    summary = f"{chapter:17}{tried:6} tried  {share:6.1%}{error} detected  {tried - detected:4} survive"
    summary += f"  {tally['equivalent']:4} equivalent"
    stale = [f"no survivor, but listed as equivalent: {entry}" for entry in sorted(listed - met)] if whole else []
    Path("survivors.txt").write_text("\n".join([summary, str(dict(tally)), *lines, *stale, ""]))
    return "\n".join([summary, *stale])


def main():
    os.chdir(ROOT)
    known = [*sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()), "shared"]
    parser = argparse.ArgumentParser()
    parser.add_argument("chapter", nargs="*", choices=[*known, []])
    parser.add_argument("--one-in", type=int, default=1)
    parser.add_argument("--part", type=int, default=0)
    arguments = parser.parse_args()
    one_in, part = arguments.one_in, arguments.part
    if not 0 <= part < one_in:
        parser.error(f"--part must lie from 0 to {one_in - 1}, for --one-in {one_in}; got {part}")

    def drawn(name):
        return zlib.crc32(name.encode()) % one_in == part

    file_mutation.mutation_operators, file_mutation.MutationVisitor = OPERATORS, Mathematics
    isolation.PytestRunner = Collected
    summaries = []
    for chapter in arguments.chapter or known:
        prepare(chapter)
        choose(drawn)
        mutmut._run((), os.cpu_count())
        summaries.append(report(chapter, drawn, whole=one_in == 1))
    print("\n".join(["", *summaries]))


if __name__ == "__main__":
    main()
