"""The book's look, and pictures that say in words what they show.

Plotting functions of a chapter live in `<chapter>/figures.py`. They draw on
`canvas()` and return a `Picture`, whose text representation is its alternative
text plus a rounded digest of the drawn data. The site reads it to screen readers,
and the rendered references compare it, so a wrong curve is noticed although
images are not compared.

Several pictures that differ by one parameter make a `Slider`, which the reader moves.

An artist whose data differ between machines (timings, rounding noise) is kept
out of the digest by `artist.set_gid("unstable")`.
"""

import base64
import hashlib
import html
import io
import json
import re

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from principles.frames import merged

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
    figure.get_layout_engine().set(w_pad=0.08)
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
        return _themed(self._drawn())

    def _drawn(self):
        matplotlib.rcParams.update(STYLE)
        stream = io.StringIO()
        self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        text = stream.getvalue()
        return _light(text[text.index("<svg") :])


class Slider:
    """Pictures that differ by one parameter, as one figure whose slider chooses among them.

    Every picture is computed and embedded when the page is built; what they share is written
    once. In print, and where no script runs, the one named by `shown` stands alone.

    Args:
        pictures: a `Picture` for each value, all of one size and with the same axes.
        name: of the parameter, in words.
        values: what the parameter is in each picture, numbers or short texts.
        shown: the value to begin with.
        symbol, unit: of the parameter, where it has one.

    Raises:
        ValueError: if there are fewer than two pictures, their sizes, axes or limits differ,
            values are missing or repeated, or `shown` is none of them.
    """

    def __init__(self, pictures, *, name, values, shown, symbol="", unit=""):
        self.pictures, self.values = list(pictures), [v if isinstance(v, str) else f"{v:g}" for v in values]
        if len(self.pictures) < 2 or not all(isinstance(p, Picture) for p in self.pictures):
            raise ValueError(f"pictures must be two or more Pictures; got {self.pictures!r:.80}")
        if len(set(self.values)) != len(self.pictures) or len(self.values) != len(self.pictures):
            raise ValueError(f"values must hold {len(self.pictures)} different values, one a picture; got {self.values}")
        if not name.strip():
            raise ValueError("name must say in words what the slider changes; got nothing")
        if shown not in list(values):
            raise ValueError(f"shown must be one of the values {', '.join(self.values)}; got {shown!r}")
        self.name, self.symbol, self.unit, self.shown = name, symbol, unit, list(values).index(shown)
        _require_shared_axes(self.pictures, self.values)

    def __repr__(self):
        heading = f"Slider, {self._label()}: {', '.join(self.values)}{self._unit()}; at first {self.values[self.shown]}"
        return "\n".join([heading, *(f"{value}: {p!r}" for value, p in zip(self.values, self.pictures))])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/svg+xml": self.svg(), "text/plain": repr(self)}

    def svg(self):
        """All pictures as one SVG; its attribute `data-slider` tells the page what to write on the slider."""
        _align([p.figure for p in self.pictures], self.pictures[self.shown].figure)
        text = merged([p._drawn() for p in self.pictures], shown=self.shown)
        frames = [
            {"value": value + self._unit(), "alt": p.alt, "data": "\n".join(digest(p.figure))}
            for value, p in zip(self.values, self.pictures)
        ]
        about = {"name": self.name, "symbol": self.symbol, "shown": self.shown, "frames": frames}
        return _themed(text.replace("<svg", f'<svg data-slider="{html.escape(json.dumps(about, ensure_ascii=False))}"', 1))

    def _label(self):
        return f"{self.name} {self.symbol}".strip()

    def _unit(self):
        return f" {self.unit}" if self.unit else ""


def _require_shared_axes(pictures, values):
    frames = [(tuple(p.figure.get_size_inches()), [[*ax.get_xlim(), *ax.get_ylim()] for ax in p.figure.axes]) for p in pictures]
    (size, limits), *others = frames
    for value, (other_size, other_limits) in zip(values[1:], others):
        if size != other_size:
            raise ValueError(f"pictures must have one size; at {values[0]} it is {size} inches, at {value} {other_size}")
        if np.shape(limits) != np.shape(other_limits) or not np.allclose(limits, other_limits):
            raise ValueError(f"pictures must share their axes; limits are {limits} at {values[0]} but {other_limits} at {value}")


def _align(figures, model):
    """Put the axes of all figures where the model's layout has them."""
    model.draw_without_rendering()
    places = [ax.get_position() for ax in model.axes]
    for figure in figures:
        figure.set_layout_engine("none")
        for ax, place in zip(figure.axes, places):
            ax.set_position(place)


def _themed(svg):
    """The drawing with palette colours as CSS variables and ids of its own."""
    for colour, name in THEMED.items():
        svg = svg.replace(colour, f"var(--fig-{name}, {colour})")
    mark = hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="f{mark}-\1"', svg)
    return re.sub(r'(url\(#|href="#)', rf"\1f{mark}-", svg)


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
    image.save(stream, kind, **({"quality": 85} if kind == "webp" else {"optimize": True}))
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
