import gathering
import ledger
import pytest
from ledger import Page

TEXT = """# A chapter

Prose that may change.

```{math}
:label: eq-3-1
a = b
```

:::{exercise-start} Why
:label: exr-3-why
:::
A question.
:::{exercise-end}
:::

More prose about {eq}`eq-3-1`.

## A section
"""


@pytest.fixture
def skeleton(tmp_path):
    def of(text):
        (tmp_path / "03-kernels.md").write_text(text, encoding="utf-8")
        return gathering.skeleton(Page(tmp_path / "03-kernels.md"))

    return of


def test_a_change_of_prose_leaves_the_gathered_pages_as_they_are(skeleton):
    assert skeleton(TEXT.replace("Prose that may", "Sentences that\nmay")) == skeleton(TEXT)


@pytest.mark.parametrize(
    ("old", "new"), [("A section", "A place"), ("a = b", "a = c"), ("A question", "Another question"), ("} Why", "} Whether")]
)
def test_a_change_of_what_other_pages_show_does_not(skeleton, old, new):
    assert skeleton(TEXT.replace(old, new)) != skeleton(TEXT)


def test_what_is_remembered_is_found_anew_when_a_file_changes(tmp_path):
    module = tmp_path / "package" / "kernels.py"
    module.parent.mkdir()
    for subject in ("3.1", "3.2"):
        module.write_text(f'def k():\n    """A kernel ({subject})."""\n', encoding="utf-8")
        for _ in range(2):
            assert list(ledger.remembered(ledger.implementations, module.parent)) == [subject]


def test_pages_whose_marks_are_old_are_read_again():
    class Env:
        docname, found_docs, gathered = "book/03-kernels", {"book/03-kernels", "book/errata"}, {}

    gathering.gathers(Env, 3)
    assert gathering.outdated(None, Env, set(), set(), set()) == []
    Env.gathered["book/errata"] = {None: "an old mark"}
    assert gathering.outdated(None, Env, set(), set(), set()) == ["book/errata"]
