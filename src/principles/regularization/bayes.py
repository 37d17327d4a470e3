"""Weights as random variables: prior, posterior, and the weights that maximise the posterior."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Posterior:
    """A Gaussian over weights, with the logarithm of the evidence p(D)."""

    mean: Float[np.ndarray, " d"]
    covariance: Float[np.ndarray, "d d"]
    log_evidence: float


def log_likelihood(w: Num[np.ndarray, " d"], X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, noise_std: float) -> float:
    """Σᵢ log p_w(yⁱ | xⁱ) of the linear model y = w·x + Gaussian noise."""
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)
    valid.same_length("X", X, "y", y)
    residual, σ = y - X @ valid.array("w", w, shape=(X.shape[1],)), valid.number("noise_std", noise_std, above=0)
    return float(-0.5 * residual @ residual / σ**2 - len(residual) * np.log(σ * np.sqrt(2 * np.pi)))


def gaussian_log_prior(w: Num[np.ndarray, " d"], *, variance: float) -> float:
    """log of the density of independent Gaussians with mean zero."""
    w, variance = valid.array("w", w, ndim=1), valid.number("variance", variance, above=0)
    return float(-0.5 * w @ w / variance - 0.5 * len(w) * np.log(2 * np.pi * variance))


def laplace_log_prior(w: Num[np.ndarray, " d"], *, scale: float) -> float:
    """log of Π exp(-|wⱼ|/b) / 2b, the Laplace density with mean zero.

    >>> round(laplace_log_prior(np.zeros(1), scale=0.5), 12) + 0.0
    0.0
    """
    w, b = valid.array("w", w, ndim=1), valid.number("scale", scale, above=0)
    return float(np.sum(-np.abs(w) / b - np.log(2 * b)))


@checked(sizes=True)
def on_grid(
    log_likelihood: Float[np.ndarray, " m"], log_prior: Float[np.ndarray, " m"], *, step: float
) -> tuple[Float[np.ndarray, " m"], float]:
    """Bayes' law p(w | D) = p(D | w) p(w) / p(D) for one weight on an even grid, the integral by the midpoint rule (7.10).

    Args:
        log_likelihood, log_prior: of each w of the grid.
        step: distance of neighbours.

    Returns:
        The posterior density on the grid, and log p(D), the evidence.
    """
    a = valid.array("log_likelihood", log_likelihood, ndim=1) + valid.array("log_prior", log_prior, ndim=1)
    valid.same_length("log_likelihood", log_likelihood, "log_prior", log_prior)
    top = a.max()
    log_Z = top + np.log(np.sum(np.exp(a - top)) * valid.number("step", step, above=0))
    return np.exp(a - log_Z), float(log_Z)  # (7.10)


@checked
def gaussian_posterior(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, noise_std: float, prior_variance: float
) -> Posterior:
    """p(w | D) of the linear model with a Gaussian prior, in closed form (7.10).

    Args:
        X, y: samples.
        noise_std: σ of the targets.
        prior_variance: of each weight, mean zero.

    Source: Bishop (2006), Section 3.3.
    """
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)
    valid.same_length("X", X, "y", y)
    σ2 = valid.number("noise_std", noise_std, above=0) ** 2
    precision = X.T @ X / σ2 + np.eye(X.shape[1]) / valid.number("prior_variance", prior_variance, above=0)
    mean = np.linalg.solve(precision, X.T @ y / σ2)
    marginal = σ2 * np.eye(len(y)) + prior_variance * X @ X.T
    log_Z = -0.5 * (y @ np.linalg.solve(marginal, y) + np.linalg.slogdet(2 * np.pi * marginal)[1])
    return Posterior(mean, np.linalg.inv(precision), float(log_Z))


@checked
def map_objective(
    w: Num[np.ndarray, " d"],
    X: Num[np.ndarray, "n d"],
    y: Num[np.ndarray, " n"],
    *,
    noise_std: float,
    log_prior: Callable[[np.ndarray], float],
    log_evidence: float = 0.0,
) -> float:
    """Σᵢ log p_w(yⁱ | xⁱ) + Ω(w) - log Z with Ω(w) = log p(w); MAP maximises it (7.11).

    Args:
        w: weights.
        X, y: samples.
        noise_std: σ of the targets.
        log_prior: Ω.
        log_evidence: log Z, the same for every w; with it the value is log p(w | D).
    """
    return log_likelihood(w, X, y, noise_std=noise_std) + log_prior(w) - log_evidence  # (7.11)
