"""Data whose score is known: a mixture of Gaussians with equal round components."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import logsumexp, softmax

from principles.signatures import checked
from principles.validation import array, count, distribution, generator, number
from principles.variational.schedule import Schedule, _steps


@dataclass(frozen=True)
class Mixture:
    """Weights (k), means (k × d) and the common variance of every coordinate."""

    weights: Float[np.ndarray, " k"]
    means: Float[np.ndarray, "k d"]
    variance: float

    def __post_init__(self):
        array("means", self.means, shape=(len(distribution("weights", self.weights)), None))
        number("variance", self.variance, above=0)


@checked(unsigned=("radius",))
def ring(k: int, *, radius: float, std: float) -> Mixture:
    """k components on a circle in the plane, with weights that grow like 1, 2, ..., k."""
    k, radius, std = count("k", k), number("radius", radius), number("std", std, above=0)
    angle = 2 * np.pi * np.arange(k) / k
    weights = np.arange(1.0, k + 1)
    return Mixture(weights / weights.sum(), radius * np.stack([np.cos(angle), np.sin(angle)], axis=1), std**2)


@checked
def draw(m: Mixture, n: int, *, rng: np.random.Generator) -> Float[np.ndarray, "n d"]:
    """n rows of the mixture."""
    which = generator("rng", rng).choice(len(m.weights), size=count("n", n), p=m.weights)
    return m.means[which] + np.sqrt(m.variance) * rng.standard_normal((n, m.means.shape[1]))


@checked(counts=("size",))
def draw_rows(m: Mixture, size: int, rng: np.random.Generator) -> Float[np.ndarray, "n d"]:
    """As `draw`, in the form that training asks for."""
    return draw(m, size, rng=rng)


@checked
def noised(m: Mixture, kept: float) -> Mixture:
    """The law of z_t, again a mixture: means shrink by √β̄_t, variances become β̄_t v + 1 - β̄_t."""
    kept = number("kept", kept, least=0, most=1)
    return Mixture(m.weights, np.sqrt(kept) * m.means, kept * m.variance + 1 - kept)


@checked
def log_density(m: Mixture, z: Float[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
    """log of the mixture's density at each row."""
    d = m.means.shape[1]
    return logsumexp(_logits(m, z), axis=1) - 0.5 * d * np.log(2 * np.pi * m.variance)


@checked
def score(m: Mixture, z: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """∇ log density with respect to the point z (not to a parameter)."""
    return (softmax(_logits(m, z), axis=1) @ m.means - z) / m.variance


@checked
def posterior_mean(m: Mixture, z: Float[np.ndarray, "n d"], kept: float) -> Float[np.ndarray, "n d"]:
    """E[x | z_t] by Bayes' rule: each component's own regression, weighted by how likely it is given z_t.

    Args:
        m: the law of x.
        z: z_t, a row each.
        kept: β̄_t.
    """
    level = noised(m, kept)
    gain = np.sqrt(kept) * m.variance / level.variance
    share = softmax(_logits(level, z), axis=1)
    return gain * z + share @ (m.means - gain * level.means)


@checked
def noise_predictor(m: Mixture, schedule: Schedule):
    """The best possible predictor of the noise, E[ε | z_t] = (z_t - √β̄_t E[x | z_t]) / √(1-β̄_t), as (z, t) -> ε."""

    def predict(z, t):
        out, t = np.empty_like(array("z", z, ndim=2)), _steps(t, len(z), schedule)
        for step in np.unique(t):
            rows, kept = t == step, schedule.kept[step]
            out[rows] = (z[rows] - np.sqrt(kept) * posterior_mean(m, z[rows], kept)) / np.sqrt(1 - kept)
        return out

    return predict


@checked
def assign(m: Mixture, x: Float[np.ndarray, "n d"]) -> np.ndarray:
    """The share of rows nearest to each component's mean."""
    nearest = _logits(Mixture(np.full(len(m.weights), 1 / len(m.weights)), m.means, 1.0), x).argmax(axis=1)
    return np.bincount(nearest, minlength=len(m.weights)) / len(x)


def _logits(m, z):
    z = array("z", z, shape=(None, m.means.shape[1]))
    square = ((z[:, None, :] - m.means) ** 2).sum(axis=2)
    return np.log(m.weights) - 0.5 * square / m.variance
