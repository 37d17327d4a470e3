"""The notebooks to take along: complete, in plain Markdown, and they run where nothing but the package is installed."""

import re
import shutil
import subprocess
import sys
import venv

import nbformat
import pytest
from ledger import Page
from reference import ROOT, pages

CHAPTERS = [page for page in pages() if page.stem[:2].isdigit()]
MYST = re.compile(r"^\s*(?::{3,}|`{3,})\{|\{(?:eq|prf:ref|numref|cite|doc|ref)\}`", re.M)
SHORT = "02-linear-models"


@pytest.mark.site
@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_a_notebook_holds_every_cell_and_every_number_of_its_page(site, page):
    notebook = nbformat.read(site / "notebooks" / f"{page.stem}.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell.source.strip() for cell in notebook.cells if cell.cell_type == "code"]
    assert "find_spec" in code[0]
    assert code[1:] == [source.strip() for _, source in Page(page).cells]
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    stated = Page(page).stated
    assert re.findall(r"\\tag\{([\d.]+)\}", text) == [subject for subject in stated if " " not in subject]
    assert all(f"**{subject}**" in text for subject in stated if " " in subject)
    assert not MYST.search(text)


@pytest.mark.site
def test_a_notebook_runs_in_an_empty_folder(site, tmp_path):
    _run(sys.executable, site / "notebooks" / f"{SHORT}.ipynb", tmp_path)


@pytest.mark.slow
def test_a_notebook_runs_in_a_fresh_environment_after_one_command(site, tmp_path):
    python = tmp_path / "venv" / "bin" / "python"
    (tmp_path / "book").mkdir()
    venv.create(tmp_path / "venv", with_pip=True)
    torch = next(line for line in (ROOT / "requirements.txt").read_text().splitlines() if line.startswith("torch=="))
    for name in ("src", "pyproject.toml", "README.md", "LICENSE"):  # a copy: setuptools leaves files beside what it builds
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / "book" / name)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, f"{tmp_path / 'book'}[training]", torch, "nbclient", "ipykernel"], check=True)
    _run(python, site / "notebooks" / f"{SHORT}.ipynb", tmp_path)


def _run(python, notebook, folder):
    command = "import nbformat, sys; from nbclient import NotebookClient; NotebookClient(nbformat.read(sys.argv[1], 4)).execute()"
    done = subprocess.run([python, "-c", command, notebook], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
