"""Two estimates of the gradient of E[φ(z)], z ~ N(μ, diag σ²), one row a draw, so that callers see the variance."""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, generator, number, same_length
from principles.variational.gaussians import _moments


def draws(mean: Float[np.ndarray, " m"], std: Float[np.ndarray, " m"], *, n: int, rng: np.random.Generator):
    """n draws z^j from the encoder's distribution q_u(z | x), here N(μ, diag σ²) (15.12)."""
    μ, σ = _moments(mean, std, len(array("mean", mean, ndim=1)))
    return μ + σ * generator("rng", rng).standard_normal((count("n", n), len(μ)))  # (15.12)


def score(z: Float[np.ndarray, "n m"], mean: Float[np.ndarray, " m"], std: Float[np.ndarray, " m"]):
    """∇ log q(z) in μ and in σ, the score function (15.11).

    Args:
        z: points, a row each.
        mean, std: μ and σ.

    Returns:
        One row a point: the derivatives in μ_1 ... μ_m, then in σ_1 ... σ_m.
    """
    z, (μ, σ) = array("z", z, ndim=2), _moments(mean, std, np.shape(z)[1])
    white = (z - μ) / σ
    return np.concatenate([white / σ, (white**2 - 1) / σ], axis=1)  # (15.11)


@checked
def score_function(values: Float[np.ndarray, " n"], z: Float[np.ndarray, "n m"], mean, std, *, baseline: float = 0.0):
    """(φ(z^j) - baseline) ∇ log q(z^j), whose average is the score-function estimate of the gradient (15.10).

    Args:
        values: φ at each draw; no derivative is needed.
        z: the draws.
        mean, std: μ and σ.
        baseline: any constant; it changes the variance and not the mean.
    """
    values = same_length("values", array("values", values, ndim=1), "z", z)
    return (values - number("baseline", baseline))[:, None] * score(z, mean, std)  # (15.10)


def reparameterised(
    gradients: Float[np.ndarray, "n m"], z: Float[np.ndarray, "n m"], mean: Float[np.ndarray, " m"], std: Float[np.ndarray, " m"]
) -> Float[np.ndarray, "n two_m"]:
    """∇φ(μ + σ ⊙ ε^j) by the chain rule: ∇φ for μ, and ∇φ ⊙ ε for σ.

    Args:
        gradients: ∇φ at each draw.
        z: the draws, from which ε = (z - μ)/σ.
        mean, std: μ and σ.
    """
    z, (μ, σ) = array("z", z, ndim=2), _moments(mean, std, np.shape(z)[1])
    gradients = array("gradients", gradients, shape=z.shape)
    return np.concatenate([gradients, gradients * (z - μ) / σ], axis=1)


def variances_for_square(mean: float, std: float, *, baseline: float = 0.0) -> tuple[float, float]:
    """The exact variance of one draw's estimate of d/dμ E[z²] = 2μ: reparameterised, score-function.

    With z = μ + σε they are 4σ², and μ⁴/σ² + 14μ² + 15σ² for a zero baseline.
    """
    μ, σ, b = number("mean", mean), number("std", std, above=0), number("baseline", baseline)
    second = (μ**4 + 18 * μ**2 * σ**2 + 15 * σ**4 - 2 * b * (μ**2 + 3 * σ**2) + b**2) / σ**2
    return 4 * σ**2, second - 4 * μ**2
