"""Filters that split into a column and a row, and the sum of such filters that any filter is."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.convolutions import direct
from principles.signatures import checked


@dataclass(frozen=True)
class Parts:
    """A filter as Σ_i σ_i u_i v_iᵀ: `strengths` σ (largest first), `columns` u_i and `rows` v_i (one a row)."""

    strengths: np.ndarray
    columns: np.ndarray
    rows: np.ndarray


def split(A: Num[np.ndarray, "p q"]) -> Parts:
    """The singular value decomposition of a filter, a sum of separable ones (Remark 5.4).

    >>> split(np.outer([3.0, 4.0], [0.6, 0.8])).strengths.round(12).tolist()
    [5.0, 0.0]
    """
    U, σ, Vt = np.linalg.svd(valid.array("A", A, ndim=2), full_matrices=False)
    return Parts(σ, U.T, Vt)


@checked(unsigned=("rtol",))
def rank(A: Num[np.ndarray, "p q"], *, rtol: float = 1e-10) -> int:
    """How many separable filters must be added to give A; 1 means that A is separable (Remark 5.4).

    >>> rank(np.array([[3.0, 6.0, 9.0], [4.0, 8.0, 12.0], [5.0, 10.0, 15.0]])), rank(np.eye(3))
    (1, 3)
    """
    σ = split(A).strengths
    return int((σ > rtol * σ[0]).sum())


@checked
def approximate(A: Num[np.ndarray, "p q"], terms: int) -> Float[np.ndarray, "p q"]:
    """The best sum of that many separable filters, the first terms of the singular value decomposition (Remark 5.4)."""
    parts = split(A)
    r = valid.count("terms", terms, most=len(parts.strengths))
    return sum(σ * np.outer(u, v) for σ, u, v in zip(parts.strengths[:r], parts.columns, parts.rows))


@checked
def convolve2d(x: Num[np.ndarray, "n m"], column: Num[np.ndarray, " p"], row: Num[np.ndarray, " q"]) -> Float[np.ndarray, "r c"]:
    """Convolve every column with `column`, then every row with `row`: p + q products a pixel, not p q (Remark 5.4).

    Returns:
        the full convolution with the filter column rowᵀ.
    """
    x = valid.array("x", x, ndim=2)
    down = np.stack([direct.convolve(one, column) for one in x.T], axis=1)
    return np.stack([direct.convolve(one, row) for one in down])


@checked
def multiplications(size: int, *, dimensions: int = 2, separated: bool) -> int:
    """Products an output pixel for a filter with `size` entries a side: size^d whole, d·size separated (Remark 5.4).

    >>> multiplications(3, separated=False), multiplications(3, separated=True)
    (9, 6)
    """
    k, d = valid.count("size", size), valid.count("dimensions", dimensions)
    return d * k if separated else k**d


@checked(positive=("period",))
def gabor(size: int, *, angle: float, period: float = 6.0) -> Float[np.ndarray, "k k"]:
    """A wave under a Gaussian window: the slanted stripe detector seen in first layers of trained networks.

    Args:
        size: pixels a side, odd.
        angle: direction of the wave in radians.
        period: its wavelength in pixels.
    """
    k = _half(size)
    y, x = np.mgrid[-k : k + 1, -k : k + 1]
    along = x * np.cos(angle) + y * np.sin(angle)
    return np.cos(2 * np.pi * along / period) * np.exp(-(x**2 + y**2) / (2 * (size / 5) ** 2))


def disc(size: int) -> Float[np.ndarray, "k k"]:
    """Ones inside the circle that just fits into size × size pixels, zeros outside."""
    k = _half(size)
    y, x = np.mgrid[-k : k + 1, -k : k + 1]
    return (x**2 + y**2 <= (k + 0.25) ** 2).astype(float)


@checked
def errors_left(A: Num[np.ndarray, "p q"]) -> Float[np.ndarray, " r"]:
    """‖A - first r terms‖ / ‖A‖ (root of the sum of squares) for r = 0, 1, ..., up to all terms (Remark 5.4).

    >>> errors_left(np.diag([4.0, 3.0])).round(12).tolist()
    [1.0, 0.6, 0.0]
    """
    σ = split(A).strengths
    if not σ[0] > 0:
        raise ValueError("A must not be all zero; there would be nothing to approximate")
    squares = np.ldexp(σ, -np.frexp(σ[0])[1]) ** 2  # divided by a power of two near the largest, so that none overflows
    left = np.append(np.cumsum(squares[::-1])[::-1], 0.0)
    return np.sqrt(left / squares.sum())


def _half(size):
    if valid.count("size", size) % 2 == 0:
        raise ValueError(f"size must be odd, so that there is a middle pixel; got {size}")
    return size // 2
