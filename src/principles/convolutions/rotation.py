"""Two tricks against rotation: turn the filter, or change to coordinates in which a turn is a shift."""

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.convolutions import star


def turning_maximum(x: Num[np.ndarray, "n n"], w: Num[np.ndarray, "k k"]) -> float:
    """The largest answer anywhere to the filter in any of its four quarter turns: unchanged by quarter turns of the picture."""
    return max(float(star.feature_map(x, np.rot90(w, turns)).max()) for turns in range(4))


def polar(picture, *, radii: int, angles: int) -> Float[np.ndarray, "r a"]:
    """A picture on a polar grid, a row a radius in (0, 1], a column an angle: a turn about the centre becomes a circular shift.

    Args:
        picture: function of two coordinate arrays (x, y) in the unit disc.
        radii: rows of the grid.
        angles: columns of the grid.
    """
    r = np.arange(1, valid.count("radii", radii) + 1)[:, None] / radii
    φ = 2 * np.pi * np.arange(valid.count("angles", angles))[None] / angles
    return np.asarray(picture(r * np.cos(φ), r * np.sin(φ)))


def rotated(picture, angle: float):
    """The picture turned by `angle` (radians, anticlockwise) about its centre, again a function of (x, y)."""
    c, s = np.cos(valid.number("angle", angle)), np.sin(angle)
    return lambda x, y: picture(c * x + s * y, -s * x + c * y)


def from_pixels(image: Num[np.ndarray, "n n"]):
    """A square picture as a function of (x, y) in [-1, 1]², linear between pixels, y upwards."""
    from scipy.ndimage import map_coordinates

    image = valid.array("image", image, ndim=2)
    if image.shape[0] != image.shape[1]:
        raise ValueError(f"image must be square; got {image.shape}")
    half = (image.shape[0] - 1) / 2
    return lambda x, y: map_coordinates(image, [half - half * y, half + half * x], order=1)


def ring_filter(grid: Float[np.ndarray, "r a"], w: Num[np.ndarray, "p q"]) -> Float[np.ndarray, "r a"]:
    """Convolution on the polar grid: angles wrap round, radii are surrounded by zeros; commutes with every turn of the grid."""
    w = valid.array("w", w, ndim=2)
    wrapped = np.pad(valid.array("grid", grid, ndim=2), ((0, 0), (w.shape[1] // 2,) * 2), mode="wrap")
    inner = slice(w.shape[1] // 2, wrapped.shape[1] - w.shape[1] // 2)
    return star.feature_map(wrapped, w)[:, inner]
