"""The rendered references: every executed page with its expected outputs, images stripped.

`python tests/reference.py [page ...]` rewrites them from a fresh execution; nbval compares.
"""

import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
RENDERED = ROOT / "tests" / "rendered"
IMAGES = {"image/svg+xml", "image/png", "image/jpeg"}


def pages(root=ROOT):
    """The pages of the table of contents that hold code cells."""
    listed = re.findall(r"^\s*-?\s*(?:root|file):\s*(\S+)", (root / "_toc.yml").read_text(encoding="utf-8"), re.M)
    paths = [root / f"{name}.md" for name in listed]
    return [p for p in paths if p.exists() and "```{code-cell}" in p.read_text(encoding="utf-8")]


def code_cells(notebook):
    """The source of the code cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def execute(page):
    """A page as a notebook of its code cells, with outputs but without images, times and ids."""
    source = jupytext.read(page)
    cells = [nbformat.v4.new_code_cell(code, id=f"cell-{i}") for i, code in enumerate(code_cells(source))]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(page.parent)}}).execute()
    for cell in notebook.cells:
        cell.metadata.clear()
        cell.outputs = joined(cell.outputs)
        for output in cell.outputs:
            output.get("metadata", {}).clear()
            for mime in IMAGES & set(output.get("data", {})):
                del output["data"][mime]
    notebook.metadata.pop("language_info", None)
    return notebook


def joined(outputs):
    """The outputs with neighbouring pieces of one stream put together: a kernel sends its lines as they come."""
    found = []
    for output in outputs:
        if found and output.output_type == "stream" == found[-1].output_type and output.name == found[-1].name:
            found[-1].text += output.text
        else:
            found.append(output)
    return found


def write(page):
    """Execute a page and write its reference; returns the seconds it took."""
    start = time.perf_counter()
    nbformat.write(execute(page), RENDERED / f"{page.stem}.ipynb")
    return time.perf_counter() - start


def main(names):
    """Rewrite the references of the pages named (all, if none is), two at a time, and drop those without a page."""
    wanted = [p for p in pages() if not names or p.stem in names]
    if not wanted:
        sys.exit(f"no page of the table of contents is called {' or '.join(names)}")
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for page, seconds in zip(wanted, pool.map(write, wanted)):
            print(f"{page.stem}: {seconds:.1f} s")
    for orphan in {p.stem for p in RENDERED.glob("*.ipynb")} - {p.stem for p in pages()}:
        (RENDERED / f"{orphan}.ipynb").unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
