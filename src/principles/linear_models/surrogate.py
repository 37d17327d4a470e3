"""Losses that stand in for counting mistakes.

Each is a function of z = y w·x, positive when the sample is classified correctly. A `Surrogate`
carries its value and its slope dℓ/dz; where a loss has a kink the slope is the one that learns,
so a tie z = 0 is a mistake for the perceptron loss.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import expit

from principles import validation
from principles.linear_models.perceptron import predict
from principles.signatures import checked


@dataclass(frozen=True)
class Surrogate:
    """A loss ℓ(z) of z = y w·x with its slope.

    Attributes:
        name: as plots call it.
        value: ℓ(z), element by element.
        slope: dℓ/dz, element by element, never positive.
    """

    name: str
    value: Callable
    slope: Callable

    def loss(self, X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"]) -> float:
        """The mean of ℓ(y w·x) over the samples."""
        X, y, w = _sample(X, y, w)
        return float(self.value(y * (X @ w)).mean())

    def gradient(
        self, X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        """The gradient of `loss` in w, the mean of ℓ'(y w·x) y x; pass one row for the gradient of one sample."""
        X, y, w = _sample(X, y, w)
        return (self.slope(y * (X @ w)) * y) @ X / len(X)


PERCEPTRON = Surrogate("perceptron", lambda z: np.maximum(0.0, -z), lambda z: np.where(z <= 0, -1.0, 0.0))
HINGE = Surrogate("hinge", lambda z: np.maximum(0.0, 1 - z), lambda z: np.where(z <= 1, -1.0, 0.0))
EXPONENTIAL = Surrogate("exponential", lambda z: np.exp(-z), lambda z: -np.exp(-z))
LOGISTIC = Surrogate("logistic", lambda z: np.logaddexp(0.0, -z), lambda z: -expit(-z))
SURROGATES = (PERCEPTRON, HINGE, EXPONENTIAL, LOGISTIC)


def zero_one(X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"]) -> float:
    """The share of samples that sign(w·x) gets wrong, the zero-one loss (2.9).

    Args:
        X: inputs, a row a sample.
        y: labels, -1 or +1.
        w: weights.

    Raises:
        ValueError: if shapes disagree or labels are not ±1.

    >>> zero_one(np.array([[1.0], [2.0]]), np.array([1.0, -1.0]), np.array([3.0]))
    0.5
    """
    X, y, w = _sample(X, y, w)
    return float((predict(X, w) != y).mean())  # (2.9)


@checked
def perceptron_gradient(w: Float[np.ndarray, " d"], x: Float[np.ndarray, " d"], y: float) -> Float[np.ndarray, " d"]:
    """The gradient of max(0, -y w·x) in w: -y x for a mistake, 0 otherwise (2.10).

    At a tie, where the loss has a kink, this is the subgradient -y x: ties are mistakes.

    Args:
        w: weights.
        x: one input.
        y: its label, -1 or +1.

    Raises:
        ValueError: if shapes disagree or the label is neither.

    >>> perceptron_gradient(np.array([1.0, 0.0]), np.array([2.0, 5.0]), -1.0)
    array([2., 5.])
    """
    w = validation.array("w", w, ndim=1)
    x = validation.array("x", x, shape=w.shape)
    (y,) = validation.signs("y", [y])
    return -y * x if y * (w @ x) <= 0 else np.zeros(len(w))  # (2.10)


def _sample(X, y, w):
    X = validation.array("X", X, ndim=2)
    y = validation.same_length("y", validation.signs("y", y), "X", X)
    return X, y, validation.array("w", w, shape=(X.shape[1],))
