"""Linear threshold functions: separability by linear programming, Radon's theorem, Cover's count."""

from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float, Num
from scipy.linalg import null_space
from scipy.optimize import linprog
from scipy.special import comb

from principles.learning_theory.shattering import all_labellings
from principles.validation import array, count


def separator(X: Num[np.ndarray, "n d"], y: Bool[np.ndarray, " n"]) -> Float[np.ndarray, " d1"] | None:
    """(w, b) with w·x + b > 0 exactly where y, by linear programming, or None if there is no such half-space.

    With the points centred and scaled to [-1, 1] it maximises the least signed score t ≤ 1 over weights within
    [-1, 1] and any b; they separate when t > 0.

    Args:
        X: points.
        y: labels.

    >>> separator(np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]]), np.array([True, True, False, False]))
    """
    X, y = array("X", X, ndim=2), np.asarray(y)
    if y.dtype != bool or y.shape != (len(X),):
        raise ValueError(f"y must be {len(X)} truth values, one a row of X; got dtype {y.dtype}, shape {y.shape}")
    signs = np.where(y, 1.0, -1.0)
    centre = X.mean(axis=0)
    scale = np.abs(X - centre).max() or 1.0
    rows = np.column_stack([-signs[:, None] * (X - centre) / scale, -signs, np.ones(len(X))])
    bounds = [(-1, 1)] * X.shape[1] + [(None, None), (None, 1)]
    found = linprog(np.r_[np.zeros(X.shape[1] + 1), -1.0], A_ub=rows, b_ub=np.zeros(len(X)), bounds=bounds)
    w, b, t = found.x[:-2] / scale, found.x[-2], found.x[-1]
    separates = t > 1e-9 and (signs * ((X - centre) @ w + b) > 0).all()
    return np.r_[w, b - w @ centre] if separates else None


def labellings(X: Num[np.ndarray, "n d"]) -> Bool[np.ndarray, "k n"]:
    """All labellings of the points by half-spaces: a linear program for each of the 2ⁿ."""
    X = array("X", X, ndim=2)
    return np.array([y for y in all_labellings(len(X)) if separator(X, y) is not None])


def labellings_by_turning(X: Num[np.ndarray, "n 2"]) -> Bool[np.ndarray, "k n"]:
    """The same for points of the plane, no three on a line: every line can be moved until it passes two of them.

    The two points on the line then take any labels, and the others keep their side.

    Raises:
        ValueError: if three points lie on a line, or two coincide.
    """
    X = array("X", X, shape=(None, 2))
    found = {(False,) * len(X), (True,) * len(X)}
    for i, j in combinations(range(len(X)), 2):
        normal = np.array([[0.0, -1.0], [1.0, 0.0]]) @ (X[j] - X[i])
        scores = np.delete((X - X[i]) @ normal, [i, j])
        if not normal.any() or (np.abs(scores) < 1e-12 * np.abs(X - X[i]).max() * np.abs(normal).max()).any():
            raise ValueError(f"X must have no three points on a line and no two equal; rows {i} and {j} lie on such a line")
        side = (X - X[i]) @ normal > 0
        for at_i, at_j, flip in np.ndindex(2, 2, 2):
            y = side ^ bool(flip)
            y[i], y[j] = bool(at_i), bool(at_j)
            found.add(tuple(map(bool, y)))
    return np.array(sorted(found))


def radon(X: Num[np.ndarray, "n d"]) -> tuple[Bool[np.ndarray, " n"], Float[np.ndarray, " d"]]:
    """A labelling that no half-space gives to d + 2 or more points, and a point common to both hulls (Radon's theorem).

    n points have λ ≠ 0 with Σλ_i = 0 and Σλ_i x_i = 0. Label by the sign of λ: positive and negative points
    both average to the same Radon point, which cannot lie strictly on both sides.

    Raises:
        ValueError: if there are fewer than d + 2 points.

    >>> radon(np.array([[0.0], [1.0], [3.0]]))[1].round(9).tolist()
    [1.0]
    """
    X = array("X", X, ndim=2)
    if len(X) < X.shape[1] + 2:
        raise ValueError(f"X must hold at least d + 2 = {X.shape[1] + 2} points; got {len(X)}")
    λ = null_space(np.vstack([X.T, np.ones(len(X))]))[:, 0]
    λ = np.where(np.abs(λ) > 1e-10, λ, 0.0)  # of length 1 until here
    λ = λ * np.sign(λ[np.flatnonzero(λ)[0]])
    positive = np.maximum(λ, 0)
    return λ > 0, positive @ X / positive.sum()


def simplex(d: int) -> Float[np.ndarray, "d1 d"]:
    """The origin and the d unit vectors: d + 1 points that half-spaces shatter.

    >>> simplex(2).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    d = count("d", d)
    return np.vstack([np.zeros(d), np.eye(d)])


def simplex_weights(y: Bool[np.ndarray, " d1"]) -> Float[np.ndarray, " d1"]:
    """(w, b) that gives the simplex the labels y: b = ±1/2 decides the origin, w_i = ±1 the unit vectors."""
    y = np.asarray(y)
    if y.dtype != bool or y.ndim != 1 or len(y) < 2:
        raise ValueError(f"y must be d + 1 >= 2 truth values; got dtype {y.dtype}, shape {y.shape}")
    signs = np.where(y, 1.0, -1.0)
    return np.r_[signs[1:], signs[0] / 2]


def cover_count(n: int, d: int) -> int:
    """2 Σ_{k ≤ d} C(n-1, k), the labellings of n points in general position in d dimensions by half-spaces (Cover).

    >>> cover_count(3, 2), cover_count(4, 2)
    (8, 14)
    """
    n, d = count("n", n), count("d", d)
    return 2 * sum(comb(n - 1, k, exact=True) for k in range(d + 1))
