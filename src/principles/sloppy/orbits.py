"""An ellipse seen by an observer inside it: how well do measured distances fix its foci?"""

import numpy as np
from jaxtyping import Float, Num

from principles.signatures import checked
from principles.validation import array, number


@checked
def radii(angles: Num[np.ndarray, " n"], foci: Num[np.ndarray, "2 2"], *, half_axis: float) -> Float[np.ndarray, " n"]:
    """Distance from the origin to the ellipse |z - f₁| + |z - f₂| = 2a, in each direction.

    Args:
        angles: directions, in radians.
        foci: f₁ and f₂, a row each.
        half_axis: a; the origin must lie inside the ellipse.

    >>> radii(np.array([0.0, 1.0]), np.zeros((2, 2)), half_axis=3.0).tolist()
    [3.0, 3.0]
    """
    (f, h), a = _inside(foci, half_axis)
    u = _directions(angles)
    c, s = a**2 + (h @ h - f @ f) / 4, u @ (f - h) / 2
    # a|ρu - h| = c + ρs, squared: a quadratic in ρ
    A, B, C = a**2 - s**2, a**2 * (u @ h) + c * s, a**2 * (h @ h) - c**2
    return (B + np.sqrt(B**2 - A * C)) / A


@checked
def radii_jacobian(angles: Num[np.ndarray, " n"], foci: Num[np.ndarray, "2 2"], *, half_axis: float) -> Float[np.ndarray, "n 5"]:
    """Derivatives of the distances by f₁ (2 columns), f₂ (2 columns) and a, by implicit differentiation."""
    foci, a = _inside(foci, half_axis)
    u = _directions(angles)
    z = radii(angles, foci, half_axis=a)[:, None] * u
    e, h = ((z - f) / np.linalg.norm(z - f, axis=1, keepdims=True) for f in foci)
    across = (u * (e + h)).sum(axis=1, keepdims=True)
    return np.hstack([e, h, np.full_like(across, 2.0)]) / across


def _directions(angles):
    φ = array("angles", angles, ndim=1)
    return np.column_stack([np.cos(φ), np.sin(φ)])


def _inside(foci, half_axis):
    f, a = array("foci", foci, shape=(2, 2)), number("half_axis", half_axis, above=0)
    if np.linalg.norm(f, axis=1).sum() >= 2 * a:
        raise ValueError(f"half_axis must exceed half of the sum of the origin's distances to the foci; got {a:g}")
    return f, a
