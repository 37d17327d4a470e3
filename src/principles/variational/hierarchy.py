"""Two levels of latent factors, linear and Gaussian, so that every term has a closed form.

z₂ ~ N(0, 1),  z₁ | z₂ ~ N(a z₂, s₁²),  x | z₁ ~ N(b z₁, s²)
q(z₁ | x) = N(c x, τ²),  q(z₂ | z₁) = N(e z₁, r²)
"""

from dataclasses import dataclass

import numpy as np

from principles.signatures import checked
from principles.validation import count, generator, number
from principles.variational.gaussians import kl_univariate


@dataclass(frozen=True)
class TwoLevels:
    """The decoder: slopes a and b, standard deviations s₁ (of z₁ given z₂) and s (of x given z₁)."""

    a: float
    b: float
    inner_std: float
    outer_std: float

    def __post_init__(self):
        _refuse_flat(self, "inner_std", "outer_std")


@dataclass(frozen=True)
class TwoEncoders:
    """The encoders: slopes c and e, standard deviations τ (of z₁ given x) and r (of z₂ given z₁)."""

    c: float
    e: float
    first_std: float
    second_std: float

    def __post_init__(self):
        _refuse_flat(self, "first_std", "second_std")


@checked
def log_evidence(p: TwoLevels, x: float) -> float:
    """log p(x): x is Gaussian with variance b² (a² + s₁²) + s²."""
    x, variance = number("x", x), p.b**2 * (p.a**2 + p.inner_std**2) + p.outer_std**2
    return float(-0.5 * x**2 / variance - 0.5 * np.log(2 * np.pi * variance))


@checked
def exact_encoders(p: TwoLevels) -> TwoEncoders:
    """The posteriors p(z₁ | x) and p(z₂ | z₁), for which the bound is tight."""
    prior = p.a**2 + p.inner_std**2
    first = 1 / (1 / prior + p.b**2 / p.outer_std**2)
    second = 1 / (1 + p.a**2 / p.inner_std**2)
    return TwoEncoders(first * p.b / p.outer_std**2, second * p.a / p.inner_std**2, np.sqrt(first), np.sqrt(second))


@checked
def bound_estimate(p: TwoLevels, q: TwoEncoders, x: float, *, n: int, rng: np.random.Generator) -> tuple[float, float]:
    """E_q[log p(x, z₁, z₂) - log q(z₁, z₂ | x)], the bound from Jensen's inequality, by averaging over draws (15.18).

    Returns:
        The estimate and its standard error.
    """
    x, n, rng = number("x", x), count("n", n, least=2), generator("rng", rng)
    z1 = q.c * x + q.first_std * rng.standard_normal(n)
    z2 = q.e * z1 + q.second_std * rng.standard_normal(n)
    joint = _log(x, p.b * z1, p.outer_std) + _log(z1, p.a * z2, p.inner_std) + _log(z2, 0.0, 1.0)
    terms = joint - _log(z1, q.c * x, q.first_std) - _log(z2, q.e * z1, q.second_std)  # (15.18)
    return float(terms.mean()), float(terms.std(ddof=1) / np.sqrt(n))


@checked
def terms(p: TwoLevels, q: TwoEncoders, x: float) -> tuple[float, float, float]:
    """The three terms of the two-level bound: fit, upper complexity, lower complexity (15.19).

    The bound is the first minus the other two. In the last, z₂ is drawn given the very z₁ that
    stands in the logarithm: E log q(z₁ | x) - E log p(z₁ | z₂) over q(z₁, z₂ | x).
    """
    x, μ, τ2 = number("x", x), q.c * x, q.first_std**2
    fit = _log(x, p.b * μ, p.outer_std) - 0.5 * p.b**2 * τ2 / p.outer_std**2
    upper = kl_univariate(0.0, q.second_std, 0.0, 1.0) + 0.5 * q.e**2 * (μ**2 + τ2)
    gap = (1 - p.a * q.e) ** 2 * (μ**2 + τ2) + p.a**2 * q.second_std**2
    lower = -0.5 * np.log(2 * np.pi * np.e * τ2) + 0.5 * np.log(2 * np.pi * p.inner_std**2) + 0.5 * gap / p.inner_std**2
    return float(fit), float(upper), float(lower)  # (15.19)


@checked
def separate_divergence(p: TwoLevels, q: TwoEncoders, x: float) -> float:
    """E over z₁ and z₂ given z₁ of KL(q(z₁ | x) ‖ p(z₁ | z₂)), in which the divergence draws a z₁ of its own."""
    μ, τ2 = q.c * number("x", x), q.first_std**2
    gap = (μ - p.a * q.e * μ) ** 2 + p.a**2 * (q.e**2 * τ2 + q.second_std**2)
    return float(np.log(p.inner_std / q.first_std) + (τ2 + gap) / (2 * p.inner_std**2) - 0.5)


@checked
def mutual_information(q: TwoEncoders) -> float:
    """I(z₁; z₂) under q for a given x, ½ log(1 + e² τ² / r²)."""
    return float(0.5 * np.log1p(q.e**2 * q.first_std**2 / q.second_std**2))


def _refuse_flat(model, *names):
    for name, value in vars(model).items():
        number(name, value, above=0 if name in names else None)


def _log(x, mean, std):
    return -0.5 * ((x - mean) / std) ** 2 - np.log(std) - 0.5 * np.log(2 * np.pi)
