"""Batch-normalisation from scratch: statistics, forward, backward, running buffers, in one and two dimensions.

Activations `h` have shape (batch, features), or (batch, channels, height, width) for images,
where a channel is a feature and its statistics run over the batch and all places.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Statistics:
    """Mean and (biased) variance of each feature over a mini-batch, and the number of values behind them."""

    mean: Float[np.ndarray, " p"]
    variance: Float[np.ndarray, " p"]
    count: int


@dataclass(frozen=True)
class Gradients:
    """dℓ/dh, dℓ/da, dℓ/db."""

    h: Float[np.ndarray, "..."]
    a: Float[np.ndarray, " p"]
    b: Float[np.ndarray, " p"]


@dataclass(frozen=True)
class Buffers:
    """Running averages of a layer; not weights. `rho` is the share of the old value that is kept."""

    mean: Float[np.ndarray, " p"]
    variance: Float[np.ndarray, " p"]
    rho: float = 0.9

    @staticmethod
    def start(features: int, *, rho: float = 0.9) -> "Buffers":
        """Zeros and ones, as libraries start."""
        features, rho = valid.count("features", features), valid.number("rho", rho, least=0, most=1)
        return Buffers(np.zeros(features), np.ones(features), rho)

    def update(self, batch: Statistics) -> "Buffers":
        """ρ old + (1 - ρ) new; the variance enters without bias, multiplied by ℓ/(ℓ - 1)."""
        if batch.count < 2:
            raise ValueError(f"a batch must have at least 2 values a feature to update the variance; got {batch.count}")
        valid.array("batch.mean", batch.mean, shape=self.mean.shape)
        ρ, unbiased = self.rho, batch.variance * batch.count / (batch.count - 1)
        return replace(self, mean=ρ * self.mean + (1 - ρ) * batch.mean, variance=ρ * self.variance + (1 - ρ) * unbiased)

    def statistics(self) -> Statistics:
        """The buffers in the place of a batch's statistics, as in evaluation."""
        return Statistics(self.mean, self.variance, 0)


def statistics(h: Num[np.ndarray, "n p *places"]) -> Statistics:
    """μ and σ² of each feature over a mini-batch; for images also over height and width (7.18).

    Args:
        h: activations, shape (n, p) or (n, p, height, width).

    >>> statistics(np.array([[1.0], [3.0]]))
    Statistics(mean=array([2.]), variance=array([1.]), count=2)
    """
    h = valid.array("h", h, ndim=(2, 4))
    axes = _axes(h)
    return Statistics(h.mean(axis=axes), h.var(axis=axes), h.size // h.shape[1])  # (7.18)


@checked
def standardize(h: Num[np.ndarray, "n p *places"], by: Statistics, *, eps: float = 1e-5) -> Float[np.ndarray, "n p *places"]:
    """ĥ = (h - μ) / √(σ² + ε), feature by feature (7.17).

    Args:
        h: activations.
        by: statistics of this batch (training), or of the buffers (evaluation).
        eps: ε, keeps the quotient small where a feature hardly varies.

    Raises:
        ValueError: if there are not as many statistics as features, or σ² + ε is not positive.
    """
    h = valid.array("h", h, ndim=(2, 4))
    μ, σ2 = valid.array("by.mean", by.mean, shape=(h.shape[1],)), valid.array("by.variance", by.variance, shape=(h.shape[1],))
    if (σ2 + valid.number("eps", eps, least=0) <= 0).any():
        raise ValueError(f"by.variance + eps must be positive; feature {int(σ2.argmin())} has variance {σ2.min():g}")
    return (h - _spread(μ, h)) / np.sqrt(_spread(σ2, h) + eps)  # (7.17)


@checked(sizes=True)
def batch_norm(
    h: Num[np.ndarray, "n p *places"], a: Num[np.ndarray, " p"], b: Num[np.ndarray, " p"], by: Statistics, *, eps: float = 1e-5
) -> Float[np.ndarray, "n p *places"]:
    """a ⊙ (h - μ)/√(σ² + ε) + b, each feature with its own multiplier and bias (7.19).

    Args:
        h: activations.
        a, b: the layer's trainable parameters.
        by: statistics of this batch (training), or of the buffers (evaluation).
        eps: ε.
    """
    ĥ = standardize(h, by, eps=eps)
    a, b = (valid.array(name, v, shape=(ĥ.shape[1],)) for name, v in (("a", a), ("b", b)))
    return _spread(a, ĥ) * ĥ + _spread(b, ĥ)  # (7.19)


@checked
def backward(
    bar: Num[np.ndarray, "n p *places"], h: Num[np.ndarray, "n p *places"], a: Num[np.ndarray, " p"], *, eps: float = 1e-5
) -> Gradients:
    """Gradients of a loss through the layer in training, where μ and σ² are functions of h too.

    With g = a ⊙ bar / √(σ² + ε): dℓ/dh = g - mean(g) - ĥ mean(g ĥ), means over the batch.

    Args:
        bar: dℓ/d(output).
        h: the layer's input.
        a: multipliers.
        eps: ε.

    Source: Ioffe and Szegedy (2015), Section 3.
    """
    by, axes = statistics(h), _axes(h)
    ĥ, bar, a = _inputs(bar, h, a, by, eps)
    g = bar * _spread(a / np.sqrt(by.variance + eps), bar)
    through = g - _spread(g.mean(axis=axes), g) - ĥ * _spread((g * ĥ).mean(axis=axes), g)
    return Gradients(through, np.sum(bar * ĥ, axis=axes), np.sum(bar, axis=axes))


@checked(sizes=True)
def backward_constant(
    bar: Num[np.ndarray, "n p *places"],
    h: Num[np.ndarray, "n p *places"],
    a: Num[np.ndarray, " p"],
    by: Statistics,
    *,
    eps: float = 1e-5,
) -> Gradients:
    """Gradients where μ and σ² are constants: dℓ/dh = a ⊙ bar / √(σ² + ε). Right in evaluation, wrong in training.

    Args:
        bar: dℓ/d(output).
        h: the layer's input.
        a: multipliers.
        by: the constants, in evaluation those of the buffers.
        eps: ε.
    """
    ĥ, bar, a = _inputs(bar, h, a, by, eps)
    slope = _spread(a / np.sqrt(by.variance + eps), ĥ)
    return Gradients(bar * slope, np.sum(bar * ĥ, axis=_axes(ĥ)), np.sum(bar, axis=_axes(ĥ)))


def bias_gradients(bar: Num[np.ndarray, "n p"]) -> tuple[Float[np.ndarray, " p"], Float[np.ndarray, " p"]]:
    """dℓ/db of h = x + b followed by ĥ = h - mean(h), given bar = dℓ/dĥ: with the mean held fixed, and true.

    Returns:
        Σ bar, and Σ (bar - mean(bar)), which is zero up to rounding.
    """
    bar = valid.array("bar", bar, ndim=2)
    return bar.sum(axis=0), (bar - bar.mean(axis=0)).sum(axis=0)


def _inputs(bar, h, a, by, eps):
    ĥ = standardize(h, by, eps=eps)
    return ĥ, valid.array("bar", bar, shape=ĥ.shape), valid.array("a", a, shape=(ĥ.shape[1],))


def _axes(h):
    return (0, *range(2, h.ndim))


def _spread(values, h):
    return values.reshape(1, -1, *(1,) * (h.ndim - 2))
