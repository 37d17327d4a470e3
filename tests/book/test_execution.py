"""A page's fingerprint follows the source that its cells use, and nothing else."""

import pytest
from execution import files_behind, fingerprint

FILES = {
    "src/principles/__init__.py": "",
    "src/principles/checks.py": "import numpy",
    "src/principles/kernels/__init__.py": "",
    "src/principles/kernels/gram.py": "from principles.kernels import functions",
    "src/principles/kernels/functions.py": "import numpy as np",
    "src/principles/sequences/__init__.py": "",
    "src/principles/sequences/kalman.py": "x = 1",
    "pins.txt": "numpy==2.4.6",
    "page.md": "prose\n\n```{code-cell} ipython3\nfrom principles.kernels import gram\nimport principles.checks\n```\n",
    "plain.md": "# Title\n\nNo code.\n",
}


@pytest.fixture
def project(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def mark(project):
    return fingerprint(project / "page.md", project / "src", project / "pins.txt")


def test_the_files_behind_a_page_are_found_through_other_modules(project):
    names = {
        str(p.relative_to(project / "src" / "principles"))
        for p in files_behind("from principles.kernels import gram", project / "src")
    }
    assert names == {"__init__.py", "kernels/__init__.py", "kernels/gram.py", "kernels/functions.py"}


BEHIND = ["src/principles/kernels/functions.py", "src/principles/kernels/functions.txt", "src/principles/checks.py", "pins.txt"]


@pytest.mark.parametrize("changed", BEHIND)
def test_a_change_behind_the_page_changes_its_fingerprint(project, changed):
    before = mark(project)
    (project / changed).write_text("changed = True\n")
    assert mark(project) != before


def test_a_change_elsewhere_or_in_prose_does_not(project):
    before = mark(project)
    (project / "src/principles/sequences/kalman.py").write_text("x = 2\n")
    (project / "page.md").write_text(FILES["page.md"].replace("prose", "other prose"))
    assert mark(project) == before


def test_a_page_without_cells_has_none(project):
    assert fingerprint(project / "plain.md", project / "src", project / "pins.txt") == ""
