"""Margins, and the bound on the perceptron's mistakes that they give.

The margin of a sample is its signed distance to the hyperplane through the origin. The bound
counts updates, not iterations: t is the number of mistakes so far.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import nnls

from principles import validation
from principles.linear_models.perceptron import Run
from principles.signatures import checked


@dataclass(frozen=True)
class GrowthLaws:
    """The two laws of the proof of (3.1) along a run: an entry for each t = 0, 1, ..., updates.

    Attributes:
        updates: t.
        projection: ⟨w_t, w*⟩ / ‖w*‖, the weights' component along the separator.
        least_projection: what it is at least, ⟨w_0, w*⟩ / ‖w*‖ + t ρ.
        norm_squared: ‖w_t‖².
        most_norm_squared: what it is at most, ‖w_0‖² + t R².
    """

    updates: Float[np.ndarray, " t"]
    projection: Float[np.ndarray, " t"]
    least_projection: Float[np.ndarray, " t"]
    norm_squared: Float[np.ndarray, " t"]
    most_norm_squared: Float[np.ndarray, " t"]

    @property
    def cosine(self) -> Float[np.ndarray, " t"]:
        """cos(w_t, w*), from the first update on."""
        return self.projection[1:] / np.sqrt(self.norm_squared[1:])

    @property
    def least_cosine(self) -> Float[np.ndarray, " t"]:
        """What the two laws together force it to be, from the first update on; the bound is where this reaches 1."""
        return self.least_projection[1:] / np.sqrt(self.most_norm_squared[1:])


@checked
def margins(
    X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], separator: Float[np.ndarray, " d"], *, bias: float = 0.0
) -> Float[np.ndarray, " n"]:
    """Signed distance of each sample to the boundary, ρ^i = y (w·x + b) / ‖w‖; negative on the wrong side.

    Args:
        X: inputs, a row a sample.
        y: labels, -1 or +1.
        separator: w, not zero.
        bias: b; 0 for a boundary through the origin, which (3.1) is about.

    Raises:
        ValueError: if shapes disagree, labels are not ±1, or `separator` is zero.

    >>> margins(np.array([[3.0, 9.0]]), np.array([1.0]), np.array([2.0, 0.0]))
    array([3.])
    """
    X = validation.array("X", X, ndim=2)
    y = validation.same_length("y", validation.signs("y", y), "X", X)
    w = validation.array("separator", separator, shape=(X.shape[1],))
    if not w.any():
        raise ValueError("separator must not be zero; it has no direction")
    return y * (X @ w + validation.number("bias", bias)) / np.linalg.norm(w)


@checked
def feet(X: Float[np.ndarray, "n d"], separator: Float[np.ndarray, " d"]) -> Float[np.ndarray, "n d"]:
    """The boundary point nearest to each input, x - (u·x) u with u = w / ‖w‖.

    Args:
        X: inputs, a row a sample.
        separator: w, not zero.

    Raises:
        ValueError: if shapes disagree or `separator` is zero.

    >>> feet(np.array([[3.0, 9.0]]), np.array([2.0, 0.0]))
    array([[0., 9.]])
    """
    along, w = margins(X, np.ones(len(X)), separator), np.asarray(separator)
    return X - np.outer(along, w / np.linalg.norm(w))


@checked
def mistake_bound(
    X: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    separator: Float[np.ndarray, " d"],
    *,
    start: Float[np.ndarray, " d"] | None = None,
) -> float:
    """R²/ρ², the most updates that a perceptron started at zero can make (3.1).

    With a start w_0 ≠ 0 the two laws become (⟨w_0, w*⟩/‖w*‖ + t ρ)² ≤ ‖w_0‖² + t R²; the bound
    is the larger root in t.

    Args:
        X: inputs, a row a sample; append a 1 to learn a bias.
        y: labels, -1 or +1.
        separator: any w* with y w*·x > 0 for every sample; the bound is smallest for the
            one whose smallest margin is largest, which `largest_margin` finds.
        start: w_0; zero if not given.

    Raises:
        ValueError: if `separator` misclassifies a sample; names it and its margin.

    Source: Novikoff (1962).

    >>> float(round(mistake_bound(np.eye(7), np.ones(7), np.ones(7)), 12))
    7.0
    """
    rho, R = _strict_margin(X, y, separator), np.linalg.norm(X, axis=1).max()
    w0 = np.zeros(len(separator)) if start is None else validation.array("start", start, shape=np.shape(separator))
    a, b = w0 @ separator / np.linalg.norm(separator), np.linalg.norm(w0)
    p, beside = R**2 - 2 * a * rho, max(0.0, b**2 - a**2)  # rounding may take ‖w_0‖² - a² below zero
    return float((p + np.sqrt(p**2 + 4 * rho**2 * beside)) / (2 * rho**2))  # (3.1)


@checked
def growth_laws(
    run: Run, X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], separator: Float[np.ndarray, " d"]
) -> GrowthLaws:
    """Follow the two laws behind (3.1) along a run: how far the weights turn, how little they grow.

    Args:
        run: of `perceptron.train` on `X` and `y`.
        X: inputs, a row a sample.
        y: labels, -1 or +1.
        separator: w*, classifying every sample strictly.

    Raises:
        ValueError: if `separator` misclassifies a sample, or `run` is of other data.
    """
    rho, R = _strict_margin(X, y, separator), np.linalg.norm(X, axis=1).max()
    trained = (len(run.alpha), run.weights.shape[1])
    if trained != np.shape(X):
        raise ValueError(f"run must be of a perceptron trained on X, of shape {np.shape(X)}; it met data of shape {trained}")
    t = np.arange(run.updates + 1.0)
    along, squared = run.weights @ separator / np.linalg.norm(separator), (run.weights**2).sum(axis=1)
    return GrowthLaws(t, along, along[0] + t * rho, squared, squared[0] + t * R**2)


def largest_margin(X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"]) -> Float[np.ndarray, " d"]:
    """The unit vector w* whose smallest margin min_i ρ^i is largest.

    The shortest w with y w·x ≥ 1 for all samples, found as a non-negative least-squares problem.

    Args:
        X: inputs, a row a sample.
        y: labels, -1 or +1.

    Raises:
        ValueError: if no hyperplane through the origin separates the data strictly.

    Source: Lawson and Hanson (1974), Chapter 23, least-distance programming.

    >>> largest_margin(np.array([[10.0, 1.0], [-1.0, 1.0]]), np.ones(2)).round(9) + 0.0
    array([0., 1.])
    """
    residual = _least_distance(X, y)
    if residual is None:
        raise ValueError("X and y must be strictly separable by a hyperplane through the origin; append a 1 to allow a bias")
    return residual[:-1] / np.linalg.norm(residual[:-1])


def is_separable(X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"]) -> bool:
    """Whether some hyperplane through the origin separates the data strictly."""
    return _least_distance(X, y) is not None


def average_margin_direction(X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"]) -> Float[np.ndarray, " d"]:
    """The unit vector of largest *average* margin, along Σ y x; it need not separate the data.

    Args:
        X: inputs, a row a sample.
        y: labels, -1 or +1.

    Raises:
        ValueError: if that sum is zero, so that every direction is as good.
    """
    X = validation.array("X", X, ndim=2)
    y = validation.same_length("y", validation.signs("y", y), "X", X)
    total = y @ X
    if not total.any():
        raise ValueError("the sum of y x over the samples must not be zero; every direction has average margin 0")
    return total / np.linalg.norm(total)


def separable(
    n: int, d: int, *, margin: float, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "n d"], Float[np.ndarray, " n"], Float[np.ndarray, " d"]]:
    """Points on the unit sphere, none nearer than `margin` to a random hyperplane and none farther than twice that.

    Args:
        n: how many samples.
        d: their dimension, at least 2.
        margin: least distance, between 0 and ½.
        rng: a numpy generator.

    Returns:
        Inputs, labels, and the unit normal that separates them.
    """
    validation.count("n", n)
    validation.count("d", d, least=2)
    validation.number("margin", margin, above=0, most=0.5)
    validation.generator("rng", rng)
    u = rng.standard_normal(d)
    u /= np.linalg.norm(u)
    y, along = rng.choice([-1.0, 1.0], n), rng.uniform(margin, 2 * margin, n)
    across = rng.standard_normal((n, d))
    across -= np.outer(across @ u, u)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    return np.outer(y * along, u) + np.sqrt(1 - along**2)[:, None] * across, y, u


def _strict_margin(X, y, separator):
    rho = margins(X, y, separator)
    worst = int(rho.argmin())
    if rho[worst] <= 0:
        raise ValueError(f"separator must classify every sample strictly; sample {worst} has margin {rho[worst]:.3g}")
    return rho[worst]


def _least_distance(X, y, *, tolerance=1e-10):
    """Lawson and Hanson's residual, along (w*, ·), or None where its length says that no w separates."""
    X = validation.array("X", X, ndim=2)
    y = validation.same_length("y", validation.signs("y", y), "X", X)
    A = y[:, None] * X / max(np.linalg.norm(X, axis=1).max(), np.finfo(float).tiny)
    E = np.vstack([A.T, np.ones(len(A))])
    target = np.r_[np.zeros(X.shape[1]), 1.0]
    solution, length = nnls(E, target)
    return E @ solution - target if length**2 > tolerance else None
