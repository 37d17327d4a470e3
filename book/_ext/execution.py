"""Execute the pages side by side, from a cache that knows the package's source.

jupyter-cache recognises a page by its code cells and its kernel specification. Two
things are added here: a fingerprint of the source of every `principles` module that
the page's cells import, directly or not, goes into the kernel specification, so that a
change in the package re-executes just the pages that depend on it; and the pages that are
not in the cache are executed side by side, one thread each, before Sphinx reads them.
"""

import ast
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from ledger import Page, pages_in_toc
from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader
from sphinx.errors import ExtensionError
from sphinx.util.console import bold
from sphinx.util.logging import getLogger

logger = getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@cache
def imported(code, package="principles"):
    """The dotted names of `package` that Python source imports: `from a.b import c` gives a, a.b and a.b.c."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
    parts = [name.split(".") for name in names]
    return frozenset(".".join(p[:depth]) for p in parts if p[0] == package for depth in range(1, len(p) + 1))


def files_behind(code, source=SOURCE):
    """Every file of the package that `code` imports, directly or through other modules."""
    waiting, found = set(imported(code)), set()
    while waiting:
        name = waiting.pop()
        for path in (source / Path(*name.split("."))).with_suffix(".py"), source / Path(*name.split(".")) / "__init__.py":
            if path.exists() and path not in found:
                found.add(path)
                waiting |= imported(path.read_text(encoding="utf-8"))
    return sorted(found)


def fingerprint(page, source=SOURCE, pins=ROOT / "requirements.txt"):
    """A hash of the files behind a page's cells and of the pinned versions; empty for a page without cells."""
    code = "\n".join(cell for _, cell in Page(page).cells)
    if not code:
        return ""
    return _digest([*files_behind(code, source), pins])


def _digest(paths):
    mark = hashlib.sha256()
    for path in paths:
        mark.update(path.name.encode() + path.read_bytes())
    return mark.hexdigest()[:16]


def mark_source(app, docname, text):
    """Write the fingerprint into the page's kernel specification, which is part of the cache's key."""
    path = Path(app.env.doc2path(docname))
    if path.suffix == ".md" and "\nkernelspec:\n" in text[0][:600] and (mark := fingerprint(path)):
        text[0] = text[0].replace("\nkernelspec:\n", f"\nkernelspec:\n  fingerprint: {mark}\n", 1)
        app.env.fingerprints = {**getattr(app.env, "fingerprints", {}), docname: mark}


def outdated(app, env, added, changed, removed):
    """Pages whose source fingerprint has changed are read again; no page, when the package is as it was."""
    before, env.package = getattr(env, "package", None), _digest(sorted(SOURCE.rglob("*.py")))
    if env.package == before:
        return []
    known = getattr(env, "fingerprints", {})
    return [doc for doc, mark in known.items() if doc in env.found_docs and fingerprint(Path(env.doc2path(doc))) != mark]


def execute_pages(app, env, docnames):
    """Execute those of the pages to be read that the cache does not hold, one thread each on every core."""
    os.environ.update({k: os.environ.get(k, v) for k, v in ENVIRONMENT.items()})
    os.environ["IPYTHONDIR"] = str(_own_ipython(Path(app.outdir).parent / ".ipython"))
    if app.config.nb_execution_mode != "cache":
        return
    known = get_cache(app.config.nb_execution_cache_path or str(Path(app.outdir).parent / ".jupyter_cache"))
    # The long runs stand at the end of the book: started first, none is left alone at the end.
    pages = ((doc, _notebook(app, doc)) for doc in sorted(docnames, reverse=True))
    waiting = [(doc, nb) for doc, nb in pages if nb is not None and not _in(known, nb)]
    if not waiting:
        return
    logger.info(bold("executing ") + ", ".join(doc for doc, _ in waiting))
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        results = list(pool.map(lambda item: (item[0], _run(app, *item)), waiting))
    for doc, result in results:
        if result.err is None:
            uri = str(app.env.doc2path(doc))
            bundle = CacheBundleIn(result.nb, uri, data={"execution_seconds": result.time})
            known.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            logger.info("  %s took %.1f s", doc, result.time)
    failed = [f"{doc}: {result.exc_string}" for doc, result in results if result.err is not None]
    if failed:
        raise ExtensionError("a cell failed, so the book is not built.\n" + "\n".join(failed))


def _own_ipython(folder):
    """An IPython folder of the build's own: no startup file of the reader's runs, and kernels keep their log to themselves."""
    profile = folder / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 40\n")
    return folder


def _notebook(app, docname):
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".md" or not Page(path).cells:
        return None
    text = [path.read_text(encoding="utf-8")]
    mark_source(app, docname, text)
    reader = create_nb_reader(str(path), app.env.myst_config, NbParserConfig(), text[0])
    return reader.read(text[0]) if reader else None


def _in(known, notebook):
    try:
        known.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def _run(app, docname, notebook):
    folder = str(Path(app.env.doc2path(docname)).parent)
    return single_nb_execution(notebook, cwd=folder, timeout=app.config.nb_execution_timeout, allow_errors=False)


def leave_drafts(app, config):
    """A page that `_toc.yml` does not list is a draft: it is neither executed nor built."""
    listed = pages_in_toc(ROOT)
    config.exclude_patterns += [f"book/{p.name}" for p in (ROOT / "book").glob("*.md") if f"book/{p.stem}" not in listed]


def setup(app):
    """Connect to Sphinx: fingerprints when pages are read, execution before."""
    app.connect("config-inited", leave_drafts)
    app.connect("source-read", mark_source)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute_pages, priority=400)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
