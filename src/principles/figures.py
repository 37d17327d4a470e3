"""The book's look, and pictures that say in words what they show.

Plotting functions of a chapter live in `<chapter>/figures.py`. They draw on
`canvas()` and return a `Picture`, whose text representation is its alternative
text plus a rounded digest of the drawn data. The site reads it to screen readers,
and the rendered references compare it, so a wrong curve is noticed although
images are not compared.

An artist whose data differ between machines (timings, rounding noise) is kept
out of the digest by `artist.set_gid("unstable")`.
"""

import base64
import hashlib
import io
import re

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

# Wong's colour-blind-safe palette; the site's style sheet lightens each in dark mode.
BLUE, ORANGE, GREEN, PINK, GOLD, SKY = "#0072b2", "#d55e00", "#009e73", "#c2699b", "#b8860b", "#56a0d3"
INK, MUTED, GRID = "#22262e", "#6b7280", "#d5d8de"
THEMED = {BLUE: "blue", ORANGE: "orange", GREEN: "green", PINK: "pink", GOLD: "gold", SKY: "sky",
          INK: "ink", MUTED: "muted", GRID: "grid"}  # fmt: skip
COLOURS = [BLUE, ORANGE, GREEN, PINK, GOLD, SKY]
LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1))]
SEQUENTIAL, DIVERGING = "cividis", "RdBu_r"

STYLE = {
    "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none", "legend.facecolor": "none",
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": MUTED, "axes.titlecolor": INK,
    "xtick.color": MUTED, "ytick.color": MUTED, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.6, "axes.axisbelow": True,
    "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 11, "axes.titlelocation": "left",
    "axes.labelsize": 11, "xtick.labelsize": 10, "ytick.labelsize": 10, "legend.fontsize": 10, "legend.frameon": False,
    "lines.linewidth": 1.8, "lines.markersize": 5, "font.size": 10.5, "mathtext.fontset": "cm",
    "image.cmap": SEQUENTIAL, "axes.prop_cycle": cycler(color=COLOURS, linestyle=LINES),
    "svg.fonttype": "path", "svg.hashsalt": "principles",
}  # fmt: skip
PANEL = (4.6, 3.2)  # inches, one panel


def canvas(rows=1, columns=1, *, width=None, height=None, **subplots):
    """A figure in the book's style and its axes, as `matplotlib.pyplot.subplots` would give them.

    Args:
        rows, columns: the grid of panels.
        width, height: of the whole figure in inches; one panel is 4.6 × 3.2, several share 7.6.
        subplots: passed to `Figure.subplots` (`sharex`, `gridspec_kw`, ...).
    """
    matplotlib.rcParams.update(STYLE)
    size = width or (PANEL[0] if columns == 1 else 7.6), height or (PANEL[1] if rows == 1 else 2.7 * rows)
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasSVG(figure)
    return figure, figure.subplots(rows, columns, **subplots)


class Picture:
    """A finished figure with its description, shown as SVG and compared as text.

    Args:
        figure: a matplotlib figure.
        alt: what the picture shows and what to conclude, in one or two sentences.

    Raises:
        ValueError: if `alt` is empty.
    """

    def __init__(self, figure, alt):
        if not isinstance(alt, str) or len(alt.split()) < 4:
            raise ValueError(f"alt must describe the picture in at least four words; got {alt!r}")
        self.figure, self.alt = figure, " ".join(alt.split())

    def __repr__(self):
        return "\n".join([self.alt, *digest(self.figure)])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/svg+xml": self.svg(), "text/plain": repr(self)}

    def svg(self):
        """The picture as SVG text: palette colours as CSS variables, ids unique to the picture."""
        matplotlib.rcParams.update(STYLE)
        stream = io.StringIO()
        self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        text = stream.getvalue()
        text = _light(text[text.index("<svg") :])
        for colour, name in THEMED.items():
            text = text.replace(colour, f"var(--fig-{name}, {colour})")
        mark = hashlib.sha256(text.encode()).hexdigest()[:8]
        text = re.sub(r'\bid="([^"]+)"', rf'id="f{mark}-\1"', text)
        return re.sub(r'(url\(#|href="#)', rf"\1f{mark}-", text)


def _light(svg):
    """The same picture in fewer bytes: coordinates to a hundredth of a point, compact images, no marks of ours."""
    svg = re.sub(r'(?<= d=")[^"]+|(?<= x=")[^"]+|(?<= y=")[^"]+', lambda match: re.sub(r"(\.\d\d)\d+", r"\1", match[0]), svg)
    svg = re.sub(r"data:image/png;base64,([^\"]+)", lambda match: _compact(match[1]), svg)
    return svg.replace(' id="unstable"', "")


def _compact(encoded):
    """A data address of a base64 PNG: as grey values or with a palette where that is exact, photographs as WebP."""
    image, stream = Image.open(io.BytesIO(base64.b64decode(encoded))), io.BytesIO()
    if image.mode == "RGBA" and image.getextrema()[3] == (255, 255):
        image = image.convert("RGB")
    if image.mode == "RGB" and all(
        red == green == blue for _, (red, green, blue) in image.getcolors(image.size[0] * image.size[1])
    ):
        image = image.convert("L")
    elif image.getcolors(256):
        image = image.quantize(256, dither=Image.Dither.NONE)
    kind = "webp" if image.mode in ("RGB", "RGBA") else "png"
    image.save(stream, kind, **({"quality": 85, "method": 6} if kind == "webp" else {"optimize": True}))
    return f"data:image/{kind};base64,{base64.b64encode(stream.getvalue()).decode()}"


def digest(figure):
    """A line for each drawn line, point set, set of bars or image, its numbers rounded to what is stable."""
    lines = []
    for number, ax in enumerate(figure.axes, 1):
        title = ax.get_title(loc="left") or ax.get_title() or ax.get_ylabel() or ax.get_xlabel()
        drawn = [*ax.lines, *ax.collections, *ax.images, *ax.patches]
        described = [text for artist in drawn if (text := _describe(artist))]
        if described:
            lines += [f"[{number}] {title}".rstrip(), *(f"  {text}" for text in described)]
    return lines


def _describe(artist):
    if artist.get_gid() == "unstable" or not artist.get_visible():
        return None
    if isinstance(artist, matplotlib.lines.Line2D):
        x, y = (np.asarray(v, float) for v in artist.get_data(orig=False))
        ax = artist.axes
        return _summary("line", artist, _scaled(x, ax.get_xscale()), _scaled(y, ax.get_yscale()))
    if isinstance(artist, matplotlib.collections.PathCollection):
        points = np.asarray(artist.get_offsets(), float)
        return _summary("points", artist, points[:, 0], points[:, 1]) if len(points) else None
    if isinstance(artist, matplotlib.image.AxesImage):
        values = np.ma.filled(np.ma.asarray(artist.get_array(), float), np.nan)
        return f"image {'×'.join(map(str, values.shape))}: {_spread(values)}"
    if isinstance(artist, matplotlib.patches.Rectangle):
        return f"bar at {_rounded(artist.get_x() + artist.get_width() / 2)}: {_rounded(artist.get_height())}"
    if isinstance(artist, matplotlib.collections.QuadMesh):
        return f"mesh: {_spread(np.ma.filled(np.ma.asarray(artist.get_array(), float), np.nan))}"
    if isinstance(artist, matplotlib.collections.PolyCollection):
        path = np.concatenate([p.vertices for p in artist.get_paths()])
        return _summary("band", artist, path[:, 0], path[:, 1])
    return None


def _scaled(values, scale):
    if scale != "log":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def _summary(kind, artist, x, y):
    label = artist.get_label()
    name = f" “{label}”" if label and not str(label).startswith("_") else ""
    return f"{kind}{name}: {len(y)} points, x {_spread(x, mean=False)}, y {_spread(y)}"


def _spread(values, mean=True):
    values = values[np.isfinite(values)]
    if not values.size:
        return "nothing"
    scale = np.abs(values).max()
    text = f"{_rounded(values.min(), scale)} to {_rounded(values.max(), scale)}"
    return f"{text}, mean {_rounded(values.mean(), scale)}" if mean else text


def _rounded(value, scale=None):
    scale = abs(value) if scale is None else scale
    if scale < 1e-12:
        return "0"
    decimals = 2 - int(np.floor(np.log10(scale)))
    value = round(float(value), decimals)
    return f"{value + 0.0:.{max(decimals, 0)}f}" if -4 < decimals < 8 else f"{value + 0.0:.3g}"
