"""Inputs that are moved a little, in the direction that hurts the most."""

import numpy as np
from jaxtyping import Float, Num

from principles import validation
from principles.backpropagation.layers import gradient
from principles.backpropagation.network import Network, classify
from principles.signatures import checked


@checked
def input_gradient(net: Network, X: Float[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, loss: str) -> Float[np.ndarray, "n d"]:
    """dℓ/dx of each sample's own loss (Remark 4.2).

    Args:
        net: the network.
        X: inputs, a row a sample.
        y: labels.
        loss: a key of `LOSSES`.
    """
    return gradient(net, X, y, loss=loss).X * len(X)


@checked
def perturb(
    net: Network,
    X: Float[np.ndarray, "n d"],
    y: Num[np.ndarray, " n"],
    *,
    size: float,
    loss: str,
    low: float = 0.0,
    high: float = 1.0,
) -> Float[np.ndarray, "n d"]:
    """x + ε sign(x̄), kept within the range of a pixel: an adversarial example in one step (Remark 4.2).

    Of all changes of at most ε a pixel, this one raises the loss the most to first order, by ε Σ|x̄_i|.

    Args:
        net: the network.
        X: inputs, a row a sample.
        y: true labels.
        size: ε, the change of a pixel.
        loss: a key of `LOSSES`.
        low, high: range of a pixel.

    Source: Goodfellow, Shlens and Szegedy (2015).
    """
    ε = validation.number("size", size, least=0)
    return np.clip(X + ε * np.sign(input_gradient(net, X, y, loss=loss)), low, high)


@checked
def random_perturbation(
    X: Float[np.ndarray, "n d"], *, size: float, rng: np.random.Generator, low: float = 0.0, high: float = 1.0
) -> Float[np.ndarray, "n d"]:
    """x ± ε with a coin flipped for every pixel, kept within the range: noise of the same size."""
    X, ε = validation.array("X", X, ndim=2), validation.number("size", size, least=0)
    signs = validation.generator("rng", rng).choice([-1.0, 1.0], size=X.shape)
    return np.clip(X + ε * signs, low, high)


@checked
def accuracy(net: Network, X: Float[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> float:
    """Fraction of the samples that the network classifies as labelled.

    Args:
        net: the network.
        X: inputs, a row a sample.
        y: labels.
    """
    validation.same_length("X", X, "y", y)
    return float(np.mean(classify(net, X) == y))
