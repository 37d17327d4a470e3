"""Nonlinearities and their slopes.

Each is data: two functions that act entry by entry. At a kink (threshold, ReLU and
leaky ReLU at zero) the slope is the one from the left, which is PyTorch's choice too.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import expit

from principles.signatures import checked

LEAK = 0.1
Values = Float[np.ndarray, "*shape"]


@dataclass(frozen=True)
class Activation:
    """An activation function σ with its derivative σ'.

    Args:
        name: as the notes call it.
        value: σ, entry by entry.
        slope: σ', entry by entry.
    """

    name: str
    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]


@checked
def threshold(z: Values) -> Values:
    """1 where z ≥ 0, else 0 (Section 4.1.1); `torch.heaviside`, not `torch.nn.Threshold`.

    >>> threshold(np.array([-1.0, 0.0, 2.0])).tolist()
    [0.0, 1.0, 1.0]
    """
    return np.where(z >= 0, 1.0, 0.0)


@checked
def relu(z: Values) -> Values:
    """max(0, z), the rectified linear unit (Section 4.1.1)."""
    return np.maximum(0.0, z)


@checked
def leaky_relu(z: Values) -> Values:
    """z where z > 0, else c z with c = 0.1 (Section 4.1.1); `torch.nn.functional.leaky_relu`."""
    return np.where(z > 0, z, LEAK * z)


@checked
def swish(z: Values) -> Values:
    """z sigmoid(z) (Section 4.1.1); `torch.nn.functional.silu`."""
    return z * expit(z)


def _sigmoid_slope(z):
    return expit(z) * expit(-z)


def _swish_slope(z):
    return expit(z) + z * _sigmoid_slope(z)


ACTIVATIONS = {
    "threshold": Activation("threshold", threshold, np.zeros_like),
    "sigmoid": Activation("sigmoid", expit, _sigmoid_slope),
    "tanh": Activation("tanh", np.tanh, lambda z: 1.0 - np.tanh(z) ** 2),
    "relu": Activation("ReLU", relu, lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": Activation("leaky ReLU", leaky_relu, lambda z: np.where(z > 0, 1.0, LEAK)),
    "swish": Activation("swish", swish, _swish_slope),
    "identity": Activation("identity", lambda z: z, np.ones_like),
}


@checked
def activation(name: str) -> Activation:
    """The activation called `name`.

    Raises:
        ValueError: if there is none of that name.

    >>> float(activation("sigmoid").slope(np.array(0.0)))
    0.25
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {name!r}")
    return ACTIVATIONS[name]
