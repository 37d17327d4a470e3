"""Lengths of paths as the metric measures them, and the shortest paths."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Num
from scipy.interpolate import CubicSpline
from scipy.optimize import least_squares

from principles.signatures import checked
from principles.validation import array, count


@checked
def path_length(metric: Callable, path: Num[np.ndarray, "m p"]) -> float:
    """∫ √(w'(s)ᵀ g w'(s)) ds along a path of weights, by the midpoint rule on its pieces (Remark 14.1).

    Args:
        metric: from weights to g(w).
        path: a row a point, close together.

    >>> path_length(lambda w: np.eye(2), np.array([[0.0, 0.0], [3.0, 4.0]]))
    5.0
    """
    w = array("path", path, ndim=2)
    if len(w) < 2:
        raise ValueError(f"path must have at least 2 points; got {len(w)}")
    pieces = [dw @ metric(middle) @ dw for middle, dw in zip((w[1:] + w[:-1]) / 2, np.diff(w, axis=0))]
    return float(np.sqrt(np.maximum(pieces, 0)).sum())


@checked
def geodesic(
    predict: Callable, start: Num[np.ndarray, " p"], end: Num[np.ndarray, " p"], *, nodes: int = 33, between: int = 8
) -> Float[np.ndarray, "m p"]:
    """The shortest path between two models, found as the path of least energy Σ ‖ŷ(w_j+1) - ŷ(w_j)‖² (Remark 14.1).

    A chain of springs in data space whose links must lie on the manifold: with its ends held fixed, it settles on a
    (locally) shortest path, walked at constant speed.

    Args:
        predict: from weights to predictions.
        start, end: the two models.
        nodes: links of the chain plus one.
        between: points that a cubic spline through the nodes puts on each link.

    Raises:
        ValueError: if the chain does not settle in 100 steps.

    Returns:
        A row a point, (nodes - 1)·between + 1 of them, in weight space.
    """
    a, b = array("start", start, ndim=1), array("end", end, ndim=1)
    if a.shape != b.shape:
        raise ValueError(f"start and end must have equally many weights; got {len(a)} and {len(b)}")
    line = np.linspace(a, b, count("nodes", nodes, least=3))

    def links(inner):
        chain = np.vstack([a, inner.reshape(-1, len(a)), b])
        return np.diff([predict(w) for w in chain], axis=0).ravel()

    found = least_squares(links, line[1:-1].ravel(), xtol=1e-12, ftol=1e-12, gtol=1e-12, max_nfev=100)
    if found.status == 0:
        raise ValueError("start and end must let the chain settle in 100 steps; are they very far apart?")
    chain, s = np.vstack([a, found.x.reshape(-1, len(a)), b]), np.linspace(0, 1, nodes)
    return CubicSpline(s, chain)(np.linspace(0, 1, (nodes - 1) * count("between", between) + 1))


def sphere(w: Num[np.ndarray, " 2"]) -> Float[np.ndarray, " 3"]:
    """A point of the unit sphere from (latitude, longitude) in radians: a manifold of two weights in three dimensions."""
    latitude, longitude = array("w", w, shape=(2,))
    return np.array([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)])


def sphere_metric(w: Num[np.ndarray, " 2"]) -> Float[np.ndarray, "2 2"]:
    """JᵀJ of the unit sphere: diag(1, cos² latitude)."""
    return np.diag([1.0, np.cos(array("w", w, shape=(2,))[0]) ** 2])


@checked(sizes=True)
def great_circle(start: Num[np.ndarray, " 2"], end: Num[np.ndarray, " 2"]) -> float:
    """The angle between two points of the unit sphere, which is the length of the shorter great-circle arc.

    >>> round(great_circle(np.array([0.0, 0.0]), np.array([0.0, np.pi / 2])), 10)
    1.5707963268
    """
    start, end = array("start", start, shape=(2,)), array("end", end, shape=(2,))
    return float(np.arccos(np.clip(sphere(start) @ sphere(end), -1, 1)))
