"""Whitening: decorrelate the features and give each variance 1. Batch-normalisation does only the second half."""

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.signatures import checked


@checked
def zca(h: Num[np.ndarray, "n p"], *, eps: float = 0.0) -> Float[np.ndarray, "n p"]:
    """Cov(h)^(-1/2) (h - mean), of all whitenings the one that moves the data least.

    Args:
        h: activations, a row a sample.
        eps: added to the eigenvalues of the covariance.

    Raises:
        ValueError: if the covariance is singular and `eps` is zero.
    """
    h = valid.array("h", h, ndim=2)
    λ, U = np.linalg.eigh(np.cov(h.T, bias=True).reshape(h.shape[1], -1))
    λ = λ + valid.number("eps", eps, least=0)
    if λ[0] <= 1e-12 * λ[-1]:
        raise ValueError(f"the covariance of h must have full rank, or eps be positive; its least eigenvalue is {λ[0]:.3g}")
    return (h - h.mean(axis=0)) @ (U / np.sqrt(λ)) @ U.T


@checked
def covariance(h: Num[np.ndarray, "n p"]) -> Float[np.ndarray, "p p"]:
    """Covariance of the columns, divided by n."""
    return np.cov(valid.array("h", h, ndim=2).T, bias=True)


def rectified_moments(mean: float, std: float) -> tuple[float, float]:
    """Mean and variance of max(0, z) for a Gaussian z, in closed form."""
    from scipy.stats import norm

    u = valid.number("mean", mean) / valid.number("std", std, above=0)
    first = mean * norm.cdf(u) + std * norm.pdf(u)
    second = (mean**2 + std**2) * norm.cdf(u) + mean * std * norm.pdf(u)
    return float(first), float(second - first**2)
