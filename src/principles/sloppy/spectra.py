"""Spectra of the metric, the ellipse of nearly equal predictions, and the Vandermonde matrix."""

import numpy as np
from jaxtyping import Float, Num
from scipy.special import gammaln

from principles.validation import array, count, covariance, number


def spectrum(J: Num[np.ndarray, "n p"]) -> Float[np.ndarray, " k"]:
    """Eigenvalues of g = JᵀJ/n, largest first, as squared singular values of J, which keeps the small ones accurate.

    >>> spectrum(np.diag([2.0, 4.0])).tolist()
    [8.0, 2.0]
    """
    J = array("J", J, ndim=2)
    return np.linalg.svd(J, compute_uv=False) ** 2 / len(J)


def decades(eigenvalues: Num[np.ndarray, " k"]) -> float:
    """How many powers of ten lie between the largest and the smallest of positive eigenvalues.

    >>> decades(np.array([100.0, 1.0]))
    2.0
    """
    λ = array("eigenvalues", eigenvalues, ndim=1)
    if λ.min() <= 0:
        raise ValueError(f"eigenvalues must be positive; got {λ.min():g}")
    return float(np.log10(λ.max() / λ.min()))


def axes(g: Num[np.ndarray, "p p"]) -> tuple[Float[np.ndarray, " p"], Float[np.ndarray, "p p"]]:
    """Half-axes √(2/λ) of the ellipse {v : ½ vᵀ g v ≤ 1} and their directions (columns), stiffest first.

    >>> axes(np.diag([2.0, 8.0]))[0].tolist()
    [0.5, 1.0]
    """
    λ, U = np.linalg.eigh(_positive(g))
    return np.sqrt(2 / λ[::-1]), U[:, ::-1]


def ellipse_volume(g: Num[np.ndarray, "p p"]) -> float:
    """Volume of {v : ½ vᵀ g v ≤ 1}: that of the unit ball times 2^{p/2} / √det g.

    >>> round(ellipse_volume(np.diag([2.0, 2.0])) / np.pi, 10)
    1.0
    """
    p = len(_positive(g))
    log_ball = p / 2 * np.log(np.pi) - gammaln(p / 2 + 1)
    return float(np.exp(log_ball + p / 2 * np.log(2) - 0.5 * np.linalg.slogdet(g)[1]))


def vandermonde(points: Num[np.ndarray, " n"], *, degree: int) -> Float[np.ndarray, "n d"]:
    """The matrix A with rows 1, a, a², ..., a^degree."""
    return np.vander(array("points", points, ndim=1), count("degree", degree, least=0) + 1, increasing=True)


def log_determinant(points: Num[np.ndarray, " n"]) -> float:
    """log det AᵀA = 2 Σ_{i<j} log|a_i - a_j| of the square Vandermonde matrix of distinct points.

    >>> round(float(np.exp(log_determinant(np.array([0.0, 1.0, 3.0])))), 10)
    36.0
    """
    a = array("points", points, ndim=1)
    gaps = np.abs(a[:, None] - a)[np.triu_indices(len(a), 1)]
    if len(a) < 2 or gaps.min() == 0:
        raise ValueError("points must be at least 2 distinct numbers")
    return float(2 * np.log(gaps).sum())


def input_correlation(X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "d d"]:
    """(1/n) Σ xⁱ xⁱᵀ, the correlation matrix of the inputs."""
    X = array("X", X, ndim=2)
    return X.T @ X / len(X)


def positive_part(eigenvalues: Num[np.ndarray, " k"], *, decades: float = 12.0) -> Float[np.ndarray, " m"]:
    """The eigenvalues that rounding leaves meaningful: those within so many decades of the largest, largest first."""
    λ, decades = np.sort(array("eigenvalues", eigenvalues, ndim=1))[::-1], number("decades", decades, above=0)
    return λ[λ > λ[0] * 10.0**-decades]


def _positive(g):
    g = covariance("g", g)
    least = np.linalg.eigvalsh(g)[0]
    if least <= 0:
        raise ValueError(f"g must be positive definite, else the ellipse has no end; its least eigenvalue is {least:.3g}")
    return g
