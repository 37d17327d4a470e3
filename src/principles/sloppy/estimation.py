"""How precisely the data fix the weights, and how precisely the predictions."""

import numpy as np
from jaxtyping import Float, Num

from principles.signatures import checked
from principles.sloppy.manifold import exponentials, exponentials_jacobian
from principles.validation import array, count, covariance, generator, number, same_length


def cramer_rao(g: Num[np.ndarray, "p p"], *, n: int, noise_std: float) -> Float[np.ndarray, "p p"]:
    """(σ²/n) g⁻¹, below which no unbiased estimator's covariance can lie (14.5).

    Args:
        g: the metric, positive definite.
        n: samples.
        noise_std: σ.

    >>> cramer_rao(np.diag([1.0, 4.0]), n=10, noise_std=1.0).diagonal().tolist()
    [0.1, 0.025]
    """
    g, σ = covariance("g", g), number("noise_std", noise_std, above=0)
    if np.linalg.eigvalsh(g)[0] <= 0:
        raise ValueError("g must be positive definite, else some weight cannot be estimated at all")
    return σ**2 / count("n", n) * np.linalg.inv(g)  # (14.5)


@checked
def efficiencies(cov: Num[np.ndarray, "p p"], bound: Num[np.ndarray, "p p"]) -> Float[np.ndarray, " p"]:
    """Eigenvalues of L⁻¹ Cov L⁻ᵀ with bound = LLᵀ, in increasing order: Cov ⪰ bound if and only if all are at least 1.

    >>> efficiencies(np.diag([2.0, 3.0]), np.eye(2)).tolist()
    [2.0, 3.0]
    """
    L, C = _root("bound", bound), covariance("cov", cov)
    if len(L) != len(C):
        raise ValueError(f"cov and bound must have one size; got {len(C)} and {len(L)}")
    half = np.linalg.solve(L, C)
    return np.linalg.eigvalsh(np.linalg.solve(L, half.T))


def noisy_targets(
    truth: Num[np.ndarray, " n"], *, noise_std: float, draws: int, rng: np.random.Generator
) -> Float[np.ndarray, "draws n"]:
    """`draws` data sets y* = ŷ(w) + σξ of the same true model."""
    y, σ = array("truth", truth, ndim=1), number("noise_std", noise_std, above=0)
    return y + σ * generator("rng", rng).normal(size=(count("draws", draws), len(y)))


def linear_estimates(
    A: Num[np.ndarray, "n p"],
    targets: Num[np.ndarray, "m n"],
    *,
    penalty: float = 0.0,
    weights: Num[np.ndarray, " n"] | None = None,
) -> Float[np.ndarray, "m p"]:
    """Least-squares estimates for many data sets; with `penalty` ridge (biased), with `weights` weighted (unbiased).

    Args:
        A: design matrix.
        targets: a row a data set.
        penalty: λ of (1/2n)‖y - Aw‖² + (λ/2)‖w‖².
        weights: positive, of the samples.
    """
    A, Y = array("A", A, ndim=2), array("targets", targets, ndim=2)
    same_length("targets, transposed,", Y.T, "A", A)
    shares = np.ones(len(A)) if weights is None else array("weights", weights, shape=(len(A),))
    if shares.min() <= 0:
        raise ValueError(f"weights must be positive; got {shares.min():g}")
    roots = np.sqrt(shares)
    extra = np.sqrt(number("penalty", penalty, least=0) * len(A)) * np.eye(A.shape[1])
    tall = np.vstack([roots[:, None] * A, extra])
    right = np.hstack([Y * roots, np.zeros((len(Y), A.shape[1]))])
    return np.linalg.lstsq(tall, right.T, rcond=None)[0].T


def exponential_fits(
    times: Num[np.ndarray, " n"], targets: Num[np.ndarray, "m n"], start: Num[np.ndarray, " p"], *, steps: int = 20
) -> Float[np.ndarray, "m p"]:
    """Maximum-likelihood rates of a sum of exponentials for many data sets, by Gauss–Newton steps from `start`."""
    Y, begin = array("targets", targets, ndim=2), array("start", start, ndim=1)
    same_length("targets, transposed,", Y.T, "times", times)
    found = np.tile(begin, (len(Y), 1))
    for row, y in zip(found, Y):
        for _ in range(count("steps", steps)):
            J = exponentials_jacobian(times, row)
            row += np.linalg.lstsq(J, y - exponentials(times, row), rcond=None)[0]
    return found


@checked
def prediction_variances(J: Num[np.ndarray, "n p"], at: Num[np.ndarray, "m p"], *, noise_std: float) -> Float[np.ndarray, " m"]:
    """σ² jᵀ(JᵀJ)⁻¹j, the variance of the fitted model's prediction where its derivatives are j (first order in the noise).

    Args:
        J: ∂ŷ_i/∂w_k at the training samples.
        at: the derivatives j of the predictions asked for, a row each.
        noise_std: σ.
    """
    J, j = array("J", J, ndim=2), array("at", at, ndim=2)
    if J.shape[1] != j.shape[1]:
        raise ValueError(f"at and J must have equally many columns; got {j.shape[1]} and {J.shape[1]}")
    _, s, Vt = np.linalg.svd(J, full_matrices=False)
    if len(J) < J.shape[1] or s[-1] == 0:
        raise ValueError("J must have full column rank, else some predictions are not determined at all")
    return number("noise_std", noise_std, above=0) ** 2 * ((j @ Vt.T / s) ** 2).sum(axis=1)


def ring(centre: Num[np.ndarray, " 2"], cov: Num[np.ndarray, "2 2"], *, radius: float) -> Float[np.ndarray, "m 2"]:
    """Points at `radius` standard deviations from the centre, the ellipse of a covariance in two dimensions."""
    φ = np.linspace(0, 2 * np.pi, 121)
    L = _root("cov", array("cov", cov, shape=(2, 2)))
    circle = np.column_stack([np.cos(φ), np.sin(φ)])
    return array("centre", centre, shape=(2,)) + number("radius", radius, above=0) * circle @ L.T


def _root(name, value):
    C = covariance(name, value)
    if np.linalg.eigvalsh(C)[0] <= 0:
        raise ValueError(f"{name} must be positive definite")
    return np.linalg.cholesky(C)
