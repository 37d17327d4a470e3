"""Distances between laws: the Wasserstein distance of two Gaussians, and the maximum mean discrepancy."""

import numpy as np
from jaxtyping import Float
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from principles.signatures import checked
from principles.validation import array, covariance, number


@checked
def gaussian_squared(
    mean_p: Float[np.ndarray, " d"],
    cov_p: Float[np.ndarray, "d d"],
    mean_q: Float[np.ndarray, " d"],
    cov_q: Float[np.ndarray, "d d"],
) -> float:
    """The squared Wasserstein distance W₂² of two Gaussians: the formula of the Fréchet inception distance.

    ‖μ_p - μ_q‖² + trace(Σ_p + Σ_q - 2 (Σ_p Σ_q)^½).

    Source: Dowson and Landau (1982).

    >>> gaussian_squared(np.zeros(1), np.eye(1), np.array([3.0]), 4 * np.eye(1))
    10.0
    """
    μ, Σ, ν, Λ = _moments(mean_p, cov_p, mean_q, cov_q)
    root = _root(Σ)
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ Λ @ root), 0)).sum()  # trace of (Σ Λ)^½
    return float(((μ - ν) ** 2).sum() + np.trace(Σ) + np.trace(Λ) - 2 * cross)


@checked
def gaussian_map(
    x: Float[np.ndarray, "n d"],
    mean_p: Float[np.ndarray, " d"],
    cov_p: Float[np.ndarray, "d d"],
    mean_q: Float[np.ndarray, " d"],
    cov_q: Float[np.ndarray, "d d"],
) -> Float[np.ndarray, "n d"]:
    """Where the cheapest transport of one Gaussian to the other sends each row: ν + T(x - μ), T symmetric, TΣT = Λ."""
    μ, Σ, ν, Λ = _moments(mean_p, cov_p, mean_q, cov_q)
    if np.linalg.matrix_rank(Σ) < len(Σ):
        raise ValueError("cov_p must be positive definite; a Gaussian on a plane cannot be mapped to any other")
    root = _root(Σ)
    back = np.linalg.inv(root)
    return ν + (array("x", x, shape=(None, len(μ))) - μ) @ (back @ _root(root @ Λ @ root) @ back)


@checked
def assignment_squared(A: Float[np.ndarray, "n d"], B: Float[np.ndarray, "n d"]) -> float:
    """W₂² of two sets of equally many rows, by the best one-to-one assignment."""
    A = array("A", A, ndim=2)
    cost = cdist(A, array("B", B, shape=A.shape), "sqeuclidean")
    return float(cost[linear_sum_assignment(cost)].mean())


@checked
def discrepancy(A: Float[np.ndarray, "n d"], B: Float[np.ndarray, "m d"], *, bandwidth: float) -> float:
    """Squared maximum mean discrepancy of two sets, Gaussian kernel, without bias (so it may be below 0).

    Source: Gretton, Borgwardt, Rasch, Schölkopf and Smola (2012), Lemma 6.
    """
    A, h = array("A", A, ndim=2), number("bandwidth", bandwidth, above=0)
    B = array("B", B, shape=(None, A.shape[1]))
    for name, rows in (("A", A), ("B", B)):
        if len(rows) < 2:
            raise ValueError(f"{name} must have two rows or more, as its own rows are compared; got {len(rows)}")
    within = sum((_kernel(X, X, h).sum() - len(X)) / (len(X) * (len(X) - 1)) for X in (A, B))
    return float(within - 2 * _kernel(A, B, h).mean())


@checked
def gaussian_discrepancy(
    mean_p: Float[np.ndarray, " d"],
    cov_p: Float[np.ndarray, "d d"],
    mean_q: Float[np.ndarray, " d"],
    cov_q: Float[np.ndarray, "d d"],
    *,
    bandwidth: float,
) -> float:
    """The squared discrepancy of two Gaussians in closed form: E k(x, y) is a Gaussian integral."""
    μ, Σ, ν, Λ = _moments(mean_p, cov_p, mean_q, cov_q)
    h = number("bandwidth", bandwidth, above=0)

    def mean_kernel(gap, spread):
        total = spread / h**2 + np.eye(len(gap))
        return np.exp(-0.5 * gap @ np.linalg.solve(total, gap) / h**2) / np.sqrt(np.linalg.det(total))

    zero = np.zeros(len(μ))
    return float(mean_kernel(zero, 2 * Σ) + mean_kernel(zero, 2 * Λ) - 2 * mean_kernel(μ - ν, Σ + Λ))


def _kernel(A, B, h):
    return np.exp(-cdist(A, B, "sqeuclidean") / (2 * h**2))


def _root(Σ):
    values, vectors = np.linalg.eigh(Σ)
    return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T


def _moments(mean_p, cov_p, mean_q, cov_q):
    μ = array("mean_p", mean_p, ndim=1)
    Σ, Λ = covariance("cov_p", cov_p), covariance("cov_q", cov_q)
    ν = array("mean_q", mean_q, shape=μ.shape)
    for name, C in (("cov_p", Σ), ("cov_q", Λ)):
        if len(C) != len(μ):
            raise ValueError(f"{name} must be {len(μ)} × {len(μ)}, as mean_p has {len(μ)} entries; got shape {C.shape}")
    return μ, Σ, ν, Λ
