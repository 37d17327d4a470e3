"""The ledger finds what is there, and names what is missing."""

import ledger
import pytest

CATALOGUE = """
- chapter: 3
  title: Kernels
  subpackage: kernels
  page: book/03-kernels
  equations:
    "3.1": the bound
    "3.2": the dual
  results:
    Theorem 3.1: Mercer
- chapter: 4
  title: Networks
  subpackage: networks
  page: book/04-networks
"""
PAGE = """# Kernels

```{math}
:label: eq-3-1
t \\le 1
```

:::{prf:theorem} Mercer
:label: thm-3-1
Words.
:::

```{math}
:label: eq-3-2
w
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-3-1
---
verify("3.1", "equal", 1, 1)
bounded("3.2", "under", 1, 2)
verify("Theorem 3.1", "holds", True)
```

:::{erratum-start} A slip
:at: (3.1), Section 3.1
:claim: as printed
:correct: as it is
:::
```{code-cell} ipython3
refute("3.1", "as printed", 1, "==", 2)
verify("3.1", "as it is", 1, 1)
```
:::{erratum-end}
:::

:::{exercise-start} Draw it
:label: exr-3-draw
:::
:::{exercise-end}
:::
:::{solution-start} exr-3-draw
:::
:::{solution-end}
:::
"""
CODE = '''
def bound():
    """The bound (3.1) of Theorem 3.1.

    Not (3.7).
    """

class Dual:
    """The dual (3.2)."""

def _hidden():
    """Nothing public (3.2)."""
'''
TESTS = """
@pytest.mark.equation("3.1", "3.2")
@pytest.mark.parametrize("d", [1])
def test_bound(d): ...

@pytest.mark.result("Theorem 3.1")
def test_mercer(): ...
"""
FILES = {
    "_toc.yml": "root: book/index\nchapters:\n- file: book/03-kernels\n",
    "book/catalogue.yml": CATALOGUE,
    "book/03-kernels.md": PAGE,
    "src/principles/kernels/dual.py": CODE,
    "tests/kernels/test_dual.py": TESTS,
}


@pytest.fixture
def project(tmp_path):
    """Build a small project; `changed` maps a file to (old, new) text."""

    def build(**changed):
        for name, text in FILES.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            for old, new in changed.get(name.split("/")[-1].split(".")[0].replace("-", "_"), []):
                assert old in text
                text = text.replace(old, new)
            path.write_text(text)
        return ledger.read(tmp_path)

    return build


def test_a_complete_chapter_misses_nothing(project):
    kernels, networks = project()
    assert kernels.missing() == []
    assert ledger.summary(kernels) == (
        "Chapter  3  3/3 stated, 3/3 implemented, 3/3 verified live, 3/3 tested, 5 checks, 1 erratum, 1 exercise"
    )
    assert networks.missing() == ["Chapter 4: book/04-networks.md is not written or not in _toc.yml"]
    first = kernels.entries[0]
    assert [p.name for p in first.implemented] == ["principles.kernels.dual.bound"]
    assert [p.name for p in first.tested] == ["test_bound"]
    assert first.corrected == [1]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"03_kernels": [("eq-3-2", "eq-dual")]}, "(3.2) is not stated: label it eq-3-2 in book/03-kernels.md"),
        ({"dual": [("The dual (3.2)", "The dual")]}, "(3.2) is not implemented: no public function of src/principles/kernels"),
        ({"dual": [("class Dual", "class _Dual")]}, "(3.2) is not implemented"),
        ({"03_kernels": [('bounded("3.2", "under", 1, 2)', "")]}, '(3.2) is not verified live: no verify("3.2", ...)'),
        ({"test_dual": [('"3.1", "3.2"', '"3.1"')]}, '(3.2) is not tested: no test is marked @pytest.mark.equation("3.2")'),
        ({"test_dual": [("Theorem 3.1", "Theorem 3.2")]}, "Theorem 3.1 is not tested: no test is marked @pytest.mark.result"),
        ({"03_kernels": [("eq-3-1", "eq-3-x"), ("eq-3-2", "eq-3-1"), ("eq-3-x", "eq-3-2")]}, "stand in another order"),
        ({"03_kernels": [("eq-3-2", "eq-3-9")]}, "the notes have no (3.9)"),
        ({"03_kernels": [('bounded("3.2"', 'bounded("3.9"')]}, "checks (3.9), which the notes do not have"),
        ({"03_kernels": [('refute("3.1", "as printed", 1, "==", 2)', "")]}, "does not refute the printed claim"),
        ({"03_kernels": [('verify("3.1", "as it is", 1, 1)', "")]}, "does not verify the correction"),
        ({"03_kernels": [(":claim: as printed\n", "")]}, "has no :claim:"),
        ({"03_kernels": [(":::{erratum-end}\n:::", "")]}, "has no erratum-end"),
        (
            {"03_kernels": [(":::{solution-start} exr-3-draw", ":::{solution-start} other")]},
            "“Draw it” (exr-3-draw) has no solution",
        ),
    ],
)
def test_each_gap_is_named(project, changed, message):
    gaps = project(**changed)[0].missing()
    assert any(message in gap for gap in gaps), gaps


def test_an_erratum_without_code_needs_a_reason(project):
    cell = '```{code-cell} ipython3\nrefute("3.1", "as printed", 1, "==", 2)\nverify("3.1", "as it is", 1, 1)\n```\n'
    option = (":correct: as it is\n", ":correct: as it is\n:not-run: a matter of wording\n")
    assert project(**{"03_kernels": [(cell, ""), option]})[0].missing() == []
    assert len(project(**{"03_kernels": [(cell, "")]})[0].missing()) == 2


def test_a_check_whose_subject_is_computed_is_named(project):
    gaps = project(**{"03_kernels": [('verify("3.1", "equal"', 'verify(f"3.{1}", "equal"')]})[0].missing()
    assert gaps == ["book/03-kernels.md:24: verify needs its subject written out as a string"]


def test_ranges_and_lists_are_read():
    assert ledger.cited("(3.2)–(3.4) and Theorem 3.1, 3.9") == ["3.2", "3.4", "Theorem 3.1", "3.3"]


def test_the_catalogue_holds_the_236_equations_and_40_results_of_the_notes():
    entries = [e.subject for c in ledger.book() for e in c.entries]
    assert sum(s[0].isdigit() for s in entries) == 236
    assert sum(not s[0].isdigit() for s in entries) == 40
    assert len(set(entries)) == 276


@pytest.mark.parametrize("chapter", [c for c in ledger.book() if c.page is not None], ids=lambda c: c.docname)
def test_every_published_chapter_is_complete(chapter):
    assert chapter.missing() == []
