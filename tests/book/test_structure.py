"""The house rules that a machine can hold: what may import what, what is documented, how long a cell is."""

import ast
import re
from pathlib import Path

import ledger
import pytest
import reference
from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader
from myst_parser.config.main import MdParserConfig

ROOT = ledger.ROOT
MODULES = sorted((ROOT / "src" / "principles").rglob("*.py"))
PAGES = [c for c in ledger.book() if c.page is not None]
MATHEMATICS = [p for p in MODULES if not p.name.startswith("figures")]


def name(path):
    return str(Path(path).relative_to(ROOT))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", MATHEMATICS, ids=name)
def test_mathematics_does_not_import_plotting_or_the_pages_checks(path):
    roots = {i.split(".")[0] for i in imports(path)}
    assert not roots & {"matplotlib", "IPython", "sphinx"}
    assert path.name == "checks.py" or "principles.checks" not in set(imports(path))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_everything_public_is_documented(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{name(path)} has no docstring"
    bare = [
        n.name
        for n in tree.body
        if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and n.name[0] != "_" and not ast.get_docstring(n)
        if "typing.overload" not in map(ast.unparse, n.decorator_list)
    ]
    assert not bare, f"{name(path)}: no docstring on {', '.join(bare)}"


@pytest.mark.parametrize("chapter", PAGES, ids=lambda c: c.docname)
def test_cells_are_short_and_hold_no_mathematics(chapter):
    for line, source in chapter.page.cells:
        written = [text for text in source.split("\n") if text.strip()]
        assert 1 <= len(written) <= 12, f"{chapter.docname}.md:{line}: {len(written)} lines in a cell"
        for node in ast.walk(ast.parse(source)):
            glue = not isinstance(node, ast.FunctionDef) or [type(part) for part in node.body] == [ast.Return]
            assert glue, f"{chapter.docname}.md:{line}: a function of more than one line belongs into the package"


@pytest.mark.parametrize("chapter", PAGES, ids=lambda c: c.docname)
def test_no_cell_is_swallowed_by_an_unclosed_block(chapter):
    text = chapter.page.path.read_text(encoding="utf-8")
    config = MdParserConfig(
        enable_extensions=["colon_fence", "deflist", "dollarmath", "fieldlist", "attrs_inline", "attrs_block"]
    )
    read = create_nb_reader(str(chapter.page.path), config, NbParserConfig(), text).read(text)
    seen = reference.code_cells(read)
    lost = [line for line, source in chapter.page.cells if source.strip() not in map(str.strip, seen)]
    assert not lost, f"{chapter.docname}.md:{lost[0]}: the cell stands inside another block, so it would not run"


@pytest.mark.parametrize("chapter", PAGES, ids=lambda c: c.docname)
def test_each_chapter_ends_with_its_ledger(chapter):
    text = chapter.page.path.read_text(encoding="utf-8").rstrip()
    assert text.endswith(f"## What we verified\n\n```{{ledger}} {chapter.number}\n```")


def test_the_build_of_a_clone_needs_nothing_outside_of_it():
    for path in [*MODULES, *(c.page.path for c in PAGES), ROOT / "_config.yml", ROOT / "Makefile"]:
        assert not re.search(r"\.\./shared|/(?:work|home|root)/\w", path.read_text(encoding="utf-8")), name(path)


@pytest.mark.parametrize("page", reference.pages(), ids=lambda p: p.stem)
def test_the_rendered_reference_has_the_cells_of_its_page(page):
    import jupytext
    import nbformat

    path = reference.RENDERED / f"{page.stem}.ipynb"
    assert path.exists(), f"run: make reference (there is no {name(path)})"
    rendered, current = (reference.code_cells(n) for n in (nbformat.read(path, 4), jupytext.read(page)))
    stale = [i for i, (old, new) in enumerate(zip(rendered, current)) if old != new]
    assert not stale, f"cell {stale[0]} of {page.name} differs from its reference; run: make reference, and review the diff"
    assert len(rendered) == len(current), "run: make reference, and review the diff"


def test_no_reference_is_left_without_a_page():
    assert {p.stem for p in reference.RENDERED.glob("*.ipynb")} == {p.stem for p in reference.pages()}
