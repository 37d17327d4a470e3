"""What a link from another page to an equation, a result or an exercise shows before it is followed.

Each chapter gets a script, `_static/previews/03-kernels.js`, with the HTML of all that it numbers; `preview.js` loads it
when the pointer or the focus first reaches a link into that chapter. It is a script since a page that was opened from a
file may load scripts and style sheets, and nothing else.
"""

import json
import re
from pathlib import Path

CHAPTER = re.compile(r"book/(\d\d-[\w-]+)")
NUMBERED = re.compile(r'<div class="(?:math display|proof|exercise)\b[^"]*" id="([^"]+)"')
DIV = re.compile(r"<(/?)div\b")


def element(html, start):
    """The `div` that begins at `start`, up to its end."""
    depth = 0
    for tag in DIV.finditer(html, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return html[start : html.index(">", tag.start()) + 1]
    raise ValueError(f"the div at {start} has no end: {html[start : start + 60]!r}")


def numbered(html):
    """{id: HTML} of a page's equations, results and exercises."""
    return {begin[1]: element(html, begin.start()) for begin in NUMBERED.finditer(html)}


def write(app, pagename, templatename, context, doctree):
    """Write what a chapter numbers beside the site's other scripts."""
    chapter = CHAPTER.fullmatch(pagename)
    if chapter:
        folder = Path(app.outdir, "_static", "previews")
        folder.mkdir(parents=True, exist_ok=True)
        shown = json.dumps(numbered(context["body"]), ensure_ascii=False, separators=(",", ":"))
        (folder / f"{chapter[1]}.js").write_text(f'previews["{chapter[1]}"]={shown};\n', encoding="utf-8")


def setup(app):
    """Write along with each page."""
    app.connect("html-page-context", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
