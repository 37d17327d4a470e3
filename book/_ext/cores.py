"""Pages are read and written on every core, by Sphinx's own processes.

Jupyter Book leaves Sphinx a single process, so their number is set here. Sphinx writes what extensions add, here the
source of modules and tests, last and one after the other; here two processes do so while the others write.
"""

import os
import sys

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.parallel import ParallelTasks, SerialTasks
from sphinx_proof.domain import ProofDomain


def noted(app, name):
    """Keep `env.<name>`, a dictionary from pages to what was noted of each when it was read, by whichever process."""

    def begin(app):
        setattr(app.env, name, getattr(app.env, name, {}))

    def forget(app, env, docname):
        getattr(env, name).pop(docname, None)

    def merge(app, env, docnames, other):
        theirs = getattr(other, name)
        getattr(env, name).update({docname: theirs[docname] for docname in docnames if docname in theirs})

    app.connect("builder-inited", begin)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)


def terminate(tasks, end=ParallelTasks.terminate):
    """End the other processes; a failure goes on its way, which Sphinx forgets while it still adds tasks."""
    failure = sys.exc_info()[1]
    try:
        end(tasks)
    finally:
        if failure:
            raise failure


def copy_assets(builder, copy=StandaloneHTMLBuilder.copy_assets):
    """Begin with the pages that extensions add, as soon as what every page loads is in its place."""

    def write(pages):
        for page in pages:
            builder.handle_page(*page)

    copy(builder)
    builder.added = ParallelTasks(os.cpu_count()) if builder.parallel_ok else SerialTasks()
    for pages in builder.events.emit("html-collect-pages"):
        builder.added.add_task(write, pages)


def await_added_pages(builder):
    """All other pages are written."""
    builder.added.join()


def setup(app):
    """Set Sphinx to work."""
    app.parallel = (os.cpu_count() or 1) + 1  # one of them reads what the others write
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True  # it does not say so, but waits until all are read
    ProofDomain.merge_domaindata = lambda *_: None  # the domain holds no data, and does not say so
    ParallelTasks.terminate = terminate
    StandaloneHTMLBuilder.copy_assets = copy_assets
    StandaloneHTMLBuilder.gen_pages_from_extensions = await_added_pages
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
