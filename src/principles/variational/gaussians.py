"""Gaussian densities and the divergences between them, in closed form."""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, covariance, generator, number


@checked
def log_density(z: Float[np.ndarray, "n m"], mean: Float[np.ndarray, " m"], cov: Float[np.ndarray, "m m"]):
    """log N(z; mean, cov) of each row of z."""
    z, d = array("z", z, ndim=2), np.shape(z)[1]
    mean, cov = array("mean", mean, shape=(d,)), covariance("cov", array("cov", cov, shape=(d, d)))
    factor = np.linalg.cholesky(cov)
    white = np.linalg.solve(factor, (z - mean).T)
    return -0.5 * (white**2).sum(axis=0) - np.log(np.diag(factor)).sum() - 0.5 * len(cov) * np.log(2 * np.pi)


def log_prior(z: Float[np.ndarray, "n m"]) -> Float[np.ndarray, " n"]:
    """log p(z) for the mean-field prior: a sum of the log-densities of m standard Gaussians (15.7)."""
    z = array("z", z, ndim=2)
    return (-0.5 * z**2 - 0.5 * np.log(2 * np.pi)).sum(axis=1)  # (15.7)


def log_factored(
    z: Float[np.ndarray, "n m"], mean: Float[np.ndarray, " m"], std: Float[np.ndarray, " m"]
) -> Float[np.ndarray, " n"]:
    """log q(z | x) as a sum over coordinates of log N(z_j; μ_j, σ_j²) (15.14).

    Args:
        z: points, a row each.
        mean: μ_j.
        std: σ_j, positive.
    """
    z, (μ, σ) = array("z", z, ndim=2), _moments(mean, std, np.shape(z)[1])
    return (-0.5 * ((z - μ) / σ) ** 2 - np.log(σ) - 0.5 * np.log(2 * np.pi)).sum(axis=1)  # (15.14)


def kl_standard(mean: float, std: float) -> float:
    """KL(N(μ, σ²) ‖ N(0, 1)) = log(1/σ) + (σ² + μ²)/2 - 1/2 (15.15).

    >>> kl_standard(0.0, 1.0), kl_standard(2.0, 1.0)
    (0.0, 2.0)
    """
    μ, σ = number("mean", mean), number("std", std, above=0)
    return float(np.log(1 / σ) + (σ**2 + μ**2) / 2 - 0.5)  # (15.15)


def kl_univariate(mean1: float, std1: float, mean2: float, std2: float) -> float:
    """KL(N(μ₁, σ₁²) ‖ N(μ₂, σ₂²)) = log(σ₂/σ₁) + (σ₁² + (μ₁-μ₂)²)/(2σ₂²) - 1/2 (15.16).

    >>> kl_univariate(1.0, 2.0, 3.0, 2.0)
    0.5
    """
    μ1, μ2 = number("mean1", mean1), number("mean2", mean2)
    σ1, σ2 = number("std1", std1, above=0), number("std2", std2, above=0)
    return float(np.log(σ2 / σ1) + (σ1**2 + (μ1 - μ2) ** 2) / (2 * σ2**2) - 0.5)  # (15.16)


@checked
def kl_mean_field(mean: Float[np.ndarray, "*n m"], std: Float[np.ndarray, "*n m"]):
    """KL of a factored Gaussian to the mean-field prior, -½ Σ_j (log σ_j² - σ_j² - μ_j² + 1) (15.17).

    Args:
        mean, std: μ_j and σ_j, in the last axis; one row a sample where there are two axes.
    """
    μ, σ = array("mean", mean), _positive("std", array("std", std, shape=np.shape(mean)))
    return -0.5 * (np.log(σ**2) - σ**2 - μ**2 + 1).sum(axis=-1)  # (15.17)


@checked
def kl(mean1, cov1: Float[np.ndarray, "m m"], mean2, cov2: Float[np.ndarray, "m m"]) -> float:
    """KL between two Gaussians with any covariances, for instance one to the mean-field prior (15.13).

    Args:
        mean1, cov1: of the first argument, over which the expectation runs.
        mean2, cov2: of the second.

    >>> kl(np.zeros(2), np.eye(2), np.array([3.0, 4.0]), np.eye(2))
    12.5
    """
    Σ1 = covariance("cov1", cov1)
    Σ2, d = covariance("cov2", array("cov2", cov2, shape=Σ1.shape)), len(Σ1)
    gap = array("mean2", mean2, shape=(d,)) - array("mean1", mean1, shape=(d,))
    trace = np.trace(np.linalg.solve(Σ2, Σ1))
    logs = np.linalg.slogdet(Σ2)[1] - np.linalg.slogdet(Σ1)[1]
    return float(0.5 * (trace + gap @ np.linalg.solve(Σ2, gap) - d + logs))


@checked
def kl_estimate(mean, std, *, n: int, rng: np.random.Generator) -> tuple[float, float]:
    """KL of a factored Gaussian to the mean-field prior as an average of log q - log p over draws from q (15.13).

    Returns:
        The estimate and its standard error.
    """
    n, μ = count("n", n, least=2), array("mean", mean, ndim=1)
    z = μ + _moments(μ, std, len(μ))[1] * generator("rng", rng).standard_normal((n, len(μ)))
    terms = log_factored(z, mean, std) - log_prior(z)  # (15.13)
    return float(terms.mean()), float(terms.std(ddof=1) / np.sqrt(n))


def _moments(mean, std, d):
    return array("mean", mean, shape=(d,)), _positive("std", array("std", std, shape=(d,)))


def _positive(name, value):
    value = array(name, value)
    if (value <= 0).any():
        raise ValueError(f"{name} must be positive; the least entry is {value.min():g}")
    return value
