"""Small repairs of what the theme and its extensions ship: weight, accessibility, stale files."""

import gc
import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from posixpath import dirname

from docutils import nodes
from sphinx.environment.adapters.toctree import TocTree
from sphinx.ext import viewcode
from sphinx.transforms.post_transforms import SphinxPostTransform

UNUSED_STYLES = ("proof.css", "exercise.css")  # book.css styles results and exercises
UNUSED_FILES = (
    "vendor/fontawesome",
    "scripts/fontawesome.js",
    "scripts/fontawesome.js.LICENSE.txt",
    "locales",
    "images",
    "webpack-macros.html",
    "sbt-webpack-macros.html",
)
CHECK = re.compile(r"^(?P<mark>[✓✗])\s(?P<rest>.*)$")


def setup(app):
    """Connect the repairs; register what Jupyter Book passes on for an extension that this book does not load."""
    gc.set_threshold(200_000, 50, 100)  # half of the time of reading large document trees back is spent looking for garbage
    viewcode.get_module_filename = module_filename
    app.add_config_value("comments_config", {}, "")
    app.add_node(checks, html=(visit_checks, None))
    app.add_post_transform(MarkChecks)
    app.connect("builder-inited", drop_stale_stubs, priority=100)
    app.connect("builder-inited", keep_stubs, priority=200)
    app.connect("builder-inited", stubs_are_made, priority=900)
    app.connect("doctree-read", keep_titles, priority=900)
    app.connect("html-page-context", share_sidebar, priority=400)
    app.connect("html-page-context", repair_page, priority=900)
    app.connect("build-finished", drop_unused_files, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def drop_stale_stubs(app):
    """Remove generated API pages of modules that are gone."""
    for stub in Path(app.srcdir, "book", "api").glob("principles*.rst"):
        if not _exists(stub.stem):
            stub.unlink()


def keep_stubs(app):
    """Let autosummary import and scan the package only when a module has changed since its pages were generated."""
    folders = (Path(app.srcdir, "src"), Path(app.srcdir, "book", "_templates"))
    sources = [path for folder in folders for path in (folder, *folder.rglob("*")) if "__pycache__" not in path.parts]
    newest = max(path.stat().st_mtime for path in (Path(app.srcdir, "book", "api.md"), *filter(Path.exists, sources)))
    made = _marker(app)
    app.config.autosummary_generate = not (made.exists() and made.stat().st_mtime > newest)


def stubs_are_made(app):
    """Note the time; the setting is put back, for a changed setting would have every page read again."""
    app.config.autosummary_generate = True
    _marker(app).parent.mkdir(exist_ok=True)
    _marker(app).touch()


def module_filename(app, modname):
    """Where a module's source stands, found without importing it (and torch with it) at every build."""
    return find_spec(modname).origin


def _marker(app):
    return Path(app.srcdir, "book", "api", ".made")


def _exists(module):
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def keep_titles(app, doctree):
    """Register an exercise with its title alone: it holds on to its page, and every build would read and write them all."""
    for entry in getattr(app.env, "sphinx_exercise_registry", {}).values():
        if entry["docname"] == app.env.docname:
            node, title = entry["node"], entry["node"][0].deepcopy()
            for part in title.findall():
                part.document = None
            entry["node"] = type(node)("", title, **node.attributes)


class checks(nodes.literal_block):
    """The output of a cell that holds checks."""


class MarkChecks(SphinxPostTransform):
    """Set the lines that `principles.checks` prints as checks rather than as a terminal."""

    default_priority = 300
    formats = ("html",)

    def run(self, **kwargs):
        """Look at every text output; leave those without a check alone."""
        for block in list(self.document.findall(nodes.literal_block)):
            lines = block.astext().strip().splitlines()
            if "stream" in block["classes"] and any(map(CHECK.match, lines)):
                block.replace_self(checks("", block.astext(), classes=block["classes"]))


def visit_checks(self, node):
    """Write a line a check, its mark apart, and other lines as they are."""
    self.body.append('<div class="output stream checks"><pre>')
    for line in node.astext().strip("\n").splitlines():
        found = CHECK.match(line)
        if not found:
            self.body.append(f"{self.encode(line)}\n")
            continue
        kind = "holds" if found["mark"] == "✓" else "fails"
        self.body.append(f'<span class="check {kind}"><b>{found["mark"]}</b> {self.encode(found["rest"])}\n</span>')
    self.body.append("</pre></div>\n")
    raise nodes.SkipNode


def share_sidebar(app, pagename, templatename, context, doctree):
    """Make the sidebar once for the pages of a folder that stand under the same entry; the theme makes it twice a page."""
    top = next(reversed(TocTree(app.env).get_toctree_ancestors(pagename)), None)
    made, place = vars(app.builder).setdefault("sidebars", {}), (dirname(pagename), top, top == pagename)

    def shared(**options):
        if place not in made:
            made[place] = str(context["generate_toctree_html"](**options))
        return made[place]

    context["shared_sidebar"] = shared


def repair_page(app, pagename, templatename, context, doctree):
    """Do not load style sheets that book.css replaces; drop a role that promises what is not there."""
    files = context.get("css_files", [])
    context["css_files"] = [file for file in files if Path(str(file.filename)).name not in UNUSED_STYLES]
    if "body" in context:  # docutils calls a bibliography a list, but its entries are not list items
        context["body"] = re.sub(r'role="list"(?=[^>]*citation-list)|(?<=citation-list")\s+role="list"', "", context["body"])


def drop_unused_files(app, exception):
    """Remove icon fonts and other files that no page loads, and the rules that name them."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for name in UNUSED_FILES:
        path = static / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    for path in static.rglob("*.map"):
        path.unlink()
    sheet = static / "styles" / "pydata-sphinx-theme.css"
    sheet.write_text(without_icons(sheet.read_text(encoding="utf-8")), encoding="utf-8")


def without_icons(css):
    """The theme's style sheet without Font Awesome: its fonts and its two thousand icon rules."""
    css = re.sub(r"@font-face\{[^}]*Font Awesome[^}]*\}", "", css)
    return re.sub(r"(?<=[}/])(?:\.fa(?:[brs]|-[\w-]+)?(?![\w-])(?::{1,2}\w+)?,?)+\{[^}]*\}", "", css)
