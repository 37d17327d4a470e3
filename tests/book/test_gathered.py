"""The gathered lists and the box "from the notes" find what the pages hold."""

import ledger
import pytest
from from_the_notes import index, plain
from gathered import figures, question, section_number, solution_checks

PAGE = """# Kernels

:::{exercise-start} Early
:label: exr-3-early
:::
Why?

Say it twice.
:::{exercise-end}
:::

:::{solution-start} exr-3-early
:::
In words.
:::{solution-end}
:::

## First

### Inside

## Second

### Deep

```{code-cell} ipython3
---
mystnb:
  figure:
    caption: After the notes' Figure 3.2, and unlike Figure 10.1 of another book.
    name: fig-3-after
---
show()
```

```{code-cell} ipython3
---
tags: [hide-input]
---
verify("3.1", "outside", 1, 1)
```

:::{exercise-start} Late
:label: exr-3-late
:::
How?
:::{exercise-end}
:::

:::{solution-start} exr-3-late
:::
```{code-cell} ipython3
verify("3.1", "inside", 1, 1)
```
:::{solution-end}
:::

```{math}
:label: eq-3-1
x
```
"""


@pytest.fixture
def page(tmp_path):
    (tmp_path / "03-kernels.md").write_text(PAGE, encoding="utf-8")
    return ledger.Page(tmp_path / "03-kernels.md")


def test_a_figure_has_its_caption_and_mirrors_only_figures_of_its_own_chapter(page):
    assert [(f.label, f.mirrors) for f in figures(page, 3)] == [("fig-3-after", ["3.2"])]
    assert [f.mirrors for f in figures(page, 10)] == [["10.1"]]


def test_an_exercise_has_its_question_its_section_and_the_checks_of_its_solution(page):
    early, late = page.exercises
    assert question(page, early) == "Why?\n\nSay it twice."
    assert question(page, late) == "How?"
    assert [section_number(page, 3, e.line) for e in (early, late)] == ["3", "3.2.1"]
    assert [solution_checks(page, e) for e in (early, late)] == [0, 1]


def test_the_index_leads_to_chapters_sections_equations_results_and_figures(page):
    entry, result = ledger.Entry("3.1", "the $1/\\sqrt d$ law", stated=[1]), ledger.Entry("Lemma 3.2", "a lemma", stated=[1])
    chapter = ledger.Chapter(3, "Kernels", "kernels", "book/03-kernels", page, [entry, result, ledger.Entry("3.9", "missing")])
    assert index([chapter], lambda docname: [("3.1", "First", "first")]) == [
        ["Chapter", "3", "Kernels", 0, ""],
        ["Section", "3.1", "First", 0, "first"],
        ["Equation", "3.1", "the 1/√d law", 0, "equation-eq-3-1"],
        ["Lemma", "3.2", "a lemma", 0, "lem-3-2"],
        ["Figure", "3.2", "", 0, "fig-3-after"],
    ]


def test_no_name_of_the_catalogue_keeps_its_tex():
    names = [plain(e.name) for c in ledger.book() for e in c.entries]
    assert not [name for name in names if set(name) & set("\\${}")]
