"""Execute the pages side by side, from a cache that knows the package's source.

jupyter-cache recognises a page by its code cells and its kernel specification. Two
things are added here: a fingerprint of the source of every `principles` module that
the page's cells import, directly or not, goes into the kernel specification, so that a
change in the package re-executes just the pages that depend on it; and the pages that are
not in the cache are executed side by side, one thread each, before Sphinx reads them.

Each page enters the cache as soon as it has run, so that an interrupted build goes on where it stopped. Several
machines can divide the work: the builder `execute` fills the cache with a share of the pages and builds nothing, and
what is copied into the cache's folder from other machines is taken in.
"""

import ast
import hashlib
import os
import re
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Event

import psutil
from cores import noted
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.executors.utils import single_nb_execution
from ledger import Page, pages_in_toc
from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader
from packaging.requirements import Requirement
from sphinx.builders import Builder
from sphinx.util.console import bold
from sphinx.util.logging import getLogger
from sqlalchemy.exc import SQLAlchemyError

logger = getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
NEEDED, LEAST = 250, 5  # megabytes: to begin with, and below which nothing can be written
COLOUR = re.compile(r"\x1b\[[\d;]*m")
UNUSABLE = """The executed pages cannot be kept in {folder}: {error}
Is the disk full? If not, delete that folder and build again."""
FULL = """for the disk of {folder} is full, whatever the message above says.
Make room and run the same command again: it goes on where it stopped."""
INTERRUPTED = """Interrupted. The pages executed so far are kept: run the same command again to go on."""
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
    """Every file of the package that `code` imports, directly or through other modules, with the data beside a module."""
    waiting, found = set(imported(code)), set()
    while waiting:
        name = waiting.pop()
        module = source / Path(*name.split("."))
        for path in module.with_suffix(".py"), module / "__init__.py", module.with_suffix(".txt"):
            if path.exists() and path not in found:
                found.add(path)
                waiting |= imported(path.read_text(encoding="utf-8")) if path.suffix == ".py" else set()
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
        app.env.fingerprints[docname] = mark


def outdated(app, env, added, changed, removed):
    """Pages whose source fingerprint has changed are read again; no page, when the package is as it was."""
    before, env.package = getattr(env, "package", None), _digest(sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.txt")]))
    if env.package == before:
        return []
    known = env.fingerprints.items()
    return [doc for doc, mark in known if doc in env.found_docs and fingerprint(Path(env.doc2path(doc))) != mark]


def execute_pages(app, env, docnames):
    """Execute those of the pages to be read that the cache does not hold, one thread each on every core."""
    os.environ.update({k: os.environ.get(k, v) for k, v in ENVIRONMENT.items()})
    os.environ["IPYTHONDIR"] = str(_own_ipython(Path(app.outdir).parent / ".ipython"))
    if app.config.nb_execution_mode != "cache":
        return
    folder = Path(app.config.nb_execution_cache_path or Path(app.outdir).parent / ".jupyter_cache")
    try:
        _fill(app, get_cache(str(folder)), docnames)
    except (OSError, RuntimeError, SQLAlchemyError) as error:
        raise SystemExit(UNUSABLE.format(folder=folder, error=error.__cause__ or error)) from error


def _fill(app, known, docnames):
    adopt(known)
    # The long runs stand at the end of the book: started first, none is left alone at the end.
    pages = ((doc, _notebook(app, doc)) for doc in sorted(docnames, reverse=True))
    waiting = [(doc, nb) for doc, nb in pages if nb is not None and not holds(known, nb)]
    if not waiting:
        return
    logger.info(bold("executing ") + ", ".join(doc for doc, _ in waiting))
    if failed := _execute(app, known, waiting):
        raise SystemExit("\n\n".join(["A cell failed, so the book is not built.", *sorted(failed), *strangers()]))


def _execute(app, known, waiting):
    """Execute the pages side by side and keep each at once; returns what is to be said of those that failed."""
    failed, stopped = [], Event()

    def stop(*_):
        stopped.set()
        _end_kernels()

    def run(doc, notebook):
        return (0.0, INTERRUPTED) if stopped.is_set() else _run(app, doc, notebook)

    # A handler of its own, since Python swallows a KeyboardInterrupt that falls into a callback of the garbage collector.
    before = signal.signal(signal.SIGINT, stop)
    try:
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            runs = {pool.submit(run, *item): item for item in waiting}
            for done in as_completed(runs):
                (doc, notebook), (seconds, error) = runs[done], done.result()
                if error:
                    failed.append(where(Page(Path(app.env.doc2path(doc))), notebook, error))
                else:
                    _keep_or_stop(stop, known, notebook, str(app.env.doc2path(doc)), seconds)
                if not stopped.is_set():
                    logger.info("  %s %s %.1f s", doc, "failed after" if error else "took", seconds)
    finally:
        signal.signal(signal.SIGINT, before)
    if stopped.is_set():
        sys.unraisablehook = lambda _: None  # at exit nbclient would complain that its kernels are gone
        raise SystemExit(INTERRUPTED)
    return failed


def _run(app, docname, notebook):
    """Execute a page in place; returns the seconds it took and what went wrong, or None."""
    folder = str(Path(app.env.doc2path(docname)).parent)
    try:
        result = single_nb_execution(notebook, cwd=folder, timeout=app.config.nb_execution_timeout, allow_errors=False)
    except RuntimeError as error:  # a kernel that died
        return 0.0, f"{error} (is there enough memory?)"
    return result.time, result.err and str(result.err)


def _end_kernels():
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "ipykernel_launcher" in process.cmdline():
                process.kill()


def keep(known, notebook, uri, seconds):
    """Enter an executed page into the cache, over what a killed build may have left of it."""
    _, key = known.create_hashed_notebook(notebook)
    shutil.rmtree(known.path / "executed" / key, ignore_errors=True)
    bundle = CacheBundleIn(notebook, uri, data={"execution_seconds": seconds})
    known.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def _keep_or_stop(stop, *page):
    try:
        keep(*page)
    except Exception:
        stop()  # or the pages that wait would still be executed, for nothing
        raise


def adopt(known):
    """Enter into the cache's index what lies in its folder without being listed: pages that another machine executed."""
    for path in sorted(known.path.glob("executed/*/base.ipynb")):
        try:
            NbCacheRecord.record_from_hashkey(path.parent.name, known.db)
        except KeyError:
            NbCacheRecord.create_record(uri=str(path), hashkey=path.parent.name, db=known.db, data={})


def holds(known, notebook):
    """Whether the cache holds the page's outputs, whole: a build that was killed may have left half a file."""
    try:
        known.merge_match_into_notebook(notebook)
    except (KeyError, ValueError):
        return False
    return True


def where(page, notebook, error):
    """The failure of a page as its reader looks for it: file, line, cell and the end of the traceback."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for (line, _), cell in zip(page.cells, cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return f"{page.path.relative_to(ROOT)}, line {line + 1}:\n{COLOUR.sub('', chr(10).join(output.traceback))}"
    return f"{page.path.relative_to(ROOT)}: {COLOUR.sub('', error)}"


def strangers(pins=ROOT / "requirements.txt"):
    """A line on the packages whose installed version is not the pinned one, if there are any: they may be the cause."""
    found = []
    for pin in (Requirement(line) for line in pins.read_text(encoding="utf-8").splitlines() if line[:1].isalnum()):
        try:
            installed = version(pin.name)
        except PackageNotFoundError:
            installed = "missing"
        if (pin.marker is None or pin.marker.evaluate()) and (installed == "missing" or installed not in pin.specifier):
            found.append(f"{pin.name} {installed} ({pin.specifier})")
    if found:
        yield f"Installed are other versions than requirements.txt pins: {', '.join(found)}. `make setup` installs the pinned."


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


class Execute(Builder):
    """Fills the cache and builds nothing; `SHARE=2/4` in the environment leaves it the second of every four pages."""

    name = "execute"

    def get_outdated_docs(self):
        """Nothing is to be written."""
        return []

    def build(self, *_, **__):
        """Execute this machine's share of the pages, instead of reading and writing them."""
        self.env.find_files(self.config, self)
        pages = sorted(doc for doc in self.env.found_docs if _notebook(self.app, doc) is not None)
        execute_pages(self.app, self.env, share(pages, os.environ.get("SHARE") or "1/1"))


def share(pages, which):
    """The share "2/4" of the pages: the second, the sixth, the tenth, so that neighbours go to different machines."""
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", which)
    if not found or int(found[1]) > int(found[2]):
        raise SystemExit(f"SHARE must look like 2/4, the second of four; got {which!r}")
    return pages[int(found[1]) - 1 :: int(found[2])]


def say_once(folder, kind, error, traceback):
    """Sphinx has said what is wrong; leave out the traceback of its caller that jupyter-book adds."""
    if kind is RuntimeError and "Look above for the cause" in str(error):
        full = FULL.format(folder=folder) if _free(folder) < LEAST else ""
        print(f"The book is not built; {full or 'the reason stands above. CONTRIBUTING.md lists remedies.'}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, traceback)


def need_space(app):
    """Refuse to start on a full disk, which would fail somewhere in the middle with a message about something else."""
    folder = Path(app.outdir).parent
    if _free(folder) < NEEDED:
        raise SystemExit(f"The build needs {NEEDED} MB in {folder}, and {_free(folder)} MB are free there.")


def _free(folder):
    """Megabytes that are free on the disk of a folder."""
    return shutil.disk_usage(folder).free >> 20


def begin_writing(app, builder):
    """Leave a mark while pages are written."""
    _mark(app).touch()


def end_writing(app, error):
    """All pages are there."""
    if error is None:
        _mark(app).unlink(missing_ok=True)


def write_all_again(app):
    """A build that stopped while it wrote may have left half a page, which looks as if it were new: begin with none."""
    if _mark(app).exists():
        shutil.rmtree(app.outdir, ignore_errors=True)
        Path(app.outdir).mkdir(exist_ok=True)


def _mark(app):
    return Path(app.outdir) / ".writing"


def leave_drafts(app, config):
    """A page that `_toc.yml` does not list is a draft: it is neither executed nor built."""
    listed = pages_in_toc(ROOT)
    config.exclude_patterns += [f"book/{p.name}" for p in (ROOT / "book").glob("*.md") if f"book/{p.stem}" not in listed]


def setup(app):
    """Connect to Sphinx: fingerprints when pages are read, execution before."""
    sys.excepthook = partial(say_once, Path(app.outdir).parent)
    app.add_builder(Execute)
    app.connect("config-inited", leave_drafts)
    app.connect("builder-inited", need_space, priority=1)
    app.connect("builder-inited", write_all_again, priority=1)
    app.connect("write-started", begin_writing)
    app.connect("build-finished", end_writing)
    noted(app, "fingerprints")
    app.connect("source-read", mark_source)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute_pages, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
