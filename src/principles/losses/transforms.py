"""Changes of a picture that may or may not leave its label alone.

A picture is an array of grey values in [0, 1]; the last two axes are its rows and columns, so that
every function takes one picture or a stack. Bright is 1. What comes in from outside is 0.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from scipy.ndimage import map_coordinates

from principles import validation
from principles.signatures import checked

Pictures = Float[np.ndarray, "*stack rows columns"]


def brightness(x: Pictures, shift: float) -> Pictures:
    """Every pixel brighter by `shift` (darker if negative), kept within [0, 1]."""
    return np.clip(_pictures(x) + validation.number("shift", shift), 0, 1)


def contrast(x: Pictures, factor: float) -> Pictures:
    """Distances from the picture's mean multiplied by `factor`, kept within [0, 1]."""
    mean = _pictures(x).mean(axis=(-2, -1), keepdims=True)
    return np.clip(mean + validation.number("factor", factor, least=0) * (x - mean), 0, 1)


def occlude(x: Pictures, *, top: int, left: int, height: int, width: int) -> Pictures:
    """A black rectangle in front of the picture; what sticks out of it is cut off."""
    covered = _pictures(x).copy()
    top, left = validation.count("top", top, least=0), validation.count("left", left, least=0)
    covered[..., top : top + validation.count("height", height), left : left + validation.count("width", width)] = 0
    return covered


def mirror(x: Pictures) -> Pictures:
    """Left and right exchanged: the columns in reverse order, a reflection across the vertical axis."""
    return _pictures(x)[..., ::-1].copy()


def water(x: Pictures) -> Pictures:
    """Up and down exchanged, as in a lake: the rows in reverse order, a reflection across the horizontal axis."""
    return _pictures(x)[..., ::-1, :].copy()


def half_turn(x: Pictures) -> Pictures:
    """The picture upside down, turned by 180°: rows and columns in reverse order."""
    return water(mirror(x))


def sensor_noise(x: Pictures, *, std: float, rng: np.random.Generator) -> Pictures:
    """Independent Gaussian noise on every pixel, kept within [0, 1]."""
    noise = validation.generator("rng", rng).normal(size=np.shape(x))
    return np.clip(_pictures(x) + validation.number("std", std, least=0) * noise, 0, 1)


@checked
def pad(x: Pictures, border: int, *, mode: str = "constant") -> Float[np.ndarray, "*stack taller wider"]:
    """A border of zeros (or "reflect", "edge" as `numpy.pad` has them) around the picture, which grows."""
    width = validation.count("border", border, least=0)
    if mode not in ("constant", "edge", "reflect", "symmetric", "wrap"):
        raise ValueError(f"mode must be a mode of numpy.pad, such as constant, edge or reflect; got {mode!r}")
    return np.pad(_pictures(x), [(0, 0)] * (np.ndim(x) - 2) + [(width, width)] * 2, mode=mode)


def threshold(x: Pictures, level: float) -> Pictures:
    """Pixels above `level` to 1, the others to 0."""
    return (_pictures(x) > validation.number("level", level)).astype(float)


@checked
def translate(x: Pictures, rows: int, columns: int) -> Pictures:
    """The picture moved down by `rows` and right by `columns` whole pixels."""
    x = _pictures(x)
    height, width = x.shape[-2:]
    rows = int(np.clip(validation.count("rows", rows, least=-np.inf), -height, height))
    columns = int(np.clip(validation.count("columns", columns, least=-np.inf), -width, width))
    moved = np.zeros_like(x)
    into = slice(max(rows, 0), height + min(rows, 0)), slice(max(columns, 0), width + min(columns, 0))
    out = slice(max(-rows, 0), height + min(-rows, 0)), slice(max(-columns, 0), width + min(-columns, 0))
    moved[(..., *into)] = x[(..., *out)]
    return moved


def rotate(x: Pictures, degrees: float) -> Pictures:
    """The picture turned anticlockwise about its centre."""
    angle = np.deg2rad(validation.number("degrees", degrees))
    c, s = np.cos(angle), np.sin(angle)
    return project(x, np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]))


def zoom(x: Pictures, factor: float) -> Pictures:
    """The picture magnified about its centre, cut to its old size."""
    factor = validation.number("factor", factor, above=0)
    return project(x, np.diag([1 / factor, 1 / factor, 1.0]))


def tilt(x: Pictures, strength: float) -> Pictures:
    """The picture as a camera sees it whose right side is farther away: a projective map.

    Args:
        x: pictures.
        strength: 0 for none; the depth grows by this share from the centre to the right edge.
    """
    half = (np.shape(x)[-1] - 1) / 2
    strength = validation.number("strength", strength, least=0, below=1)
    return project(x, np.array([[1.0, 0, 0], [0, 1.0, 0], [0, -strength / half, 1.0]]))


def project(x: Pictures, H: Float[np.ndarray, "3 3"]) -> Pictures:
    """The picture under a projective map, with values between pixels interpolated linearly.

    Args:
        x: pictures.
        H: matrix that takes (row, column, 1) of the new picture, counted from the centre, to where the old one is read.
    """
    x = _pictures(x)
    height, width = x.shape[-2:]
    centre = np.array([(height - 1) / 2, (width - 1) / 2])[:, None]
    grid = np.indices((height, width)).reshape(2, -1) - centre
    row, column, scale = validation.array("H", H, shape=(3, 3)) @ np.vstack([grid, np.ones(height * width)])
    if (scale <= 0).any():
        raise ValueError(f"H must keep every pixel in front of the camera; the least scale is {scale.min():g}")
    places = np.stack([row / scale, column / scale]) + centre
    flat = [map_coordinates(picture, places, order=1, mode="grid-constant") for picture in x.reshape(-1, height, width)]
    return np.reshape(flat, x.shape)


@checked
def gallery(x: Float[np.ndarray, "rows columns"], *, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """One picture under each of the usual changes, by name."""
    rows, columns = x.shape
    hole = {"top": rows // 3, "left": columns // 4, "height": rows // 3, "width": columns // 4}
    return {
        "original": x,
        "brightness": brightness(x, 0.25),
        "contrast": contrast(x, 0.4),
        "occlusion": occlude(x, **hole),
        "sensor noise": sensor_noise(x, std=0.12, rng=rng),
        "padding": pad(x, rows // 6),
        "viewpoint": tilt(x, 0.45),
        "zoom": zoom(x, 1.8),
        "threshold": threshold(x, 0.5),
    }


@checked
def each(pictures: Float[np.ndarray, "n rows columns"], change: Callable) -> Float[np.ndarray, "n rows columns"]:
    """The stack with `change`, a function of one picture, applied to each: for changes that draw their strength anew."""
    return np.array([change(picture) for picture in pictures])


def _pictures(x):
    x = validation.array("x", x)
    if x.ndim < 2:
        raise ValueError(f"x must have rows and columns; got shape {x.shape}")
    return x
