"""Pictures of the pages, written into the page as SVG.

Inline, their colours follow light and dark mode through the style sheet's variables.
The first line of a picture's text is its title, the digest of its data its description.
A picture of several frames has a slider under it, which `slider.js` sets to work.
"""

import html
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

SVG, TEXT = "image/svg+xml", "text/plain"


class picture(nodes.General, nodes.Element):
    """An SVG with the text that describes it."""


class InlinePictures(SphinxTransform):
    """Replace the image file of each SVG output by the SVG itself."""

    default_priority = 850  # before Sphinx collects the images of a page

    def apply(self, **kwargs):
        """Look through the page's outputs."""
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") == "mime_bundle":
                _inline(bundle)


def _inline(bundle):
    shown = {child["mime_type"]: child for child in bundle.children}
    if SVG not in shown or TEXT not in shown:
        return
    env = bundle.document.settings.env
    for image in list(shown[SVG].findall(nodes.image)):
        _, path = env.relfn2path(image["uri"], env.docname)
        svg = Path(path).read_text(encoding="utf-8")
        image.replace_self(picture(svg=svg, **(_frames(svg) or _described(shown[TEXT].astext()))))


def _described(text):
    alt, _, digest = text.partition("\n")
    return {"alt": alt, "digest": digest}


def _frames(svg):
    """What a slider and its first frame say, or nothing if the picture has a single frame."""
    found = re.search(r' data-slider="([^"]*)"', svg)
    if not found:
        return {}
    slider = json.loads(html.unescape(found[1]))
    frame = slider["frames"][slider["shown"]]
    return {"slider": slider, "alt": frame["alt"], "digest": frame["data"]}


def visit_picture(self, node):
    """Write the picture in a box that scrolls where the screen is narrower than the labels allow."""
    svg = node["svg"][node["svg"].index("<svg") :]
    head, body = svg.split(">", 1)
    number = getattr(self, "_pictures", 0)
    self._pictures = number + 1
    name = f"picture-{number}"
    width = float(re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+)', head)[1])
    head = re.sub(r'\s(?:width|height|role|style)="[^"]*"', "", head)
    labels = f'role="img" aria-labelledby="{name}-title" aria-describedby="{name}-data"'
    self.body.append(
        f'<div class="picture" style="--natural: {width * 4 / 3:.0f}px" data-scroll-name="Picture, scrolls sideways">'
        f'{head} {labels}><title id="{name}-title">{html.escape(node["alt"])}</title>'
        f'<desc id="{name}-data">{html.escape(node["digest"])}</desc>{_shared(self, body.strip())}</div>\n'
    )
    if "slider" in node:
        self.body.append(_control(name, node["slider"]))
    raise nodes.SkipNode


def _control(name, slider):
    """A slider under the picture; it can be moved once the script that shows the frames is there."""
    frames, shown = slider["frames"], slider["shown"]
    value, alt = (html.escape(frames[shown][key]) for key in ("value", "alt"))
    label, symbol = (html.escape(slider[key]) for key in ("name", "symbol"))
    widest = max(len(frame["value"]) for frame in frames)
    return (
        f'<div class="slider"><label for="{name}-slider">{label}{f" <i>{symbol}</i>" if symbol else ""}</label>'
        f'<input id="{name}-slider" type="range" max="{len(frames) - 1}" value="{shown}" disabled autocomplete="off" '
        f'aria-valuetext="{value}. {alt}"><output for="{name}-slider" style="min-width: {widest}ch">{value}</output></div>\n'
    )


def _shared(page, body):
    """The picture's body with each letter that an earlier picture of the page has drawn taken from there."""
    letters = page.__dict__.setdefault("_letters", {})
    for whole, name, shape in re.findall(r'(<path id="([^"]+)" (d="[^"]+" transform="scale\([^"]+\)")/>\s*)', body):
        first = letters.setdefault(shape, name)
        if first != name:
            body = body.replace(whole, "").replace(f'#{name}"', f'#{first}"')
    return body


def skip(self, node):
    """Other formats show the caption alone."""
    raise nodes.SkipNode


def setup(app):
    """Register the node and the transform."""
    app.add_node(picture, html=(visit_picture, None), latex=(skip, None), text=(skip, None))
    app.add_transform(InlinePictures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
