"""Losses ℓ(y, ŷ) with their slope in ŷ, and the average over a data set."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num
from scipy.special import expit, log_softmax, softmax

from principles import validation
from principles.backpropagation.network import Network, f, logits
from principles.signatures import checked


@dataclass(frozen=True)
class Loss:
    """A loss of one sample and its derivative with respect to the prediction.

    Args:
        name: for legends.
        value: (y, ŷ) -> losses of shape (n,).
        slope: (y, ŷ) -> dℓ/dŷ of shape (n, C).
    """

    name: str
    value: Callable[[np.ndarray, np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray]


def _margin(y, ŷ):
    return y[:, None] * ŷ


def _one_hot(y, ŷ):
    return np.eye(ŷ.shape[1])[y]


def _target(y, ŷ):
    return y.reshape(ŷ.shape)


LOSSES = {
    "squared": Loss("½(y − ŷ)²", lambda y, ŷ: 0.5 * ((_target(y, ŷ) - ŷ) ** 2).sum(1), lambda y, ŷ: ŷ - _target(y, ŷ)),
    "hinge": Loss(
        "hinge",
        lambda y, ŷ: np.maximum(0.0, 1.0 - _margin(y, ŷ)).sum(1),
        lambda y, ŷ: np.where(_margin(y, ŷ) < 1, -y[:, None], 0.0).astype(float),
    ),
    "logistic": Loss(
        "logistic",
        lambda y, ŷ: np.logaddexp(0.0, -_margin(y, ŷ)).sum(1),
        lambda y, ŷ: -y[:, None] * expit(-_margin(y, ŷ)),
    ),
    "cross_entropy": Loss(
        "cross-entropy",
        lambda y, ŷ: -(log_softmax(ŷ, axis=1) * _one_hot(y, ŷ)).sum(1),
        lambda y, ŷ: softmax(ŷ, axis=1) - _one_hot(y, ŷ),
    ),
}


@checked
def fitting(y: Num[np.ndarray, "n *targets"], *, loss: str, like: Network) -> np.ndarray:
    """The labels, once it is clear that they suit the loss and the outputs of the network.

    Args:
        y: ±1 for "hinge" and "logistic", whole numbers 0, ..., C - 1 for "cross_entropy", a number an output for "squared".
        loss: a key of `LOSSES`.
        like: the network that predicts them.

    Raises:
        ValueError: if the loss is unknown, or the labels do not suit.
    """
    loss_called(loss)
    C = like.v.shape[1]
    if loss == "cross_entropy":
        y = np.asarray(y)
        if y.ndim != 1 or y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= C:
            raise ValueError(f"y must hold whole numbers 0, ..., {C - 1}, a class a sample; got {y}")
        return y
    if loss == "squared":
        y = validation.array("y", y, ndim=(1, 2))
        if y.size != C * len(y):
            raise ValueError(f"y must hold {C} targets a sample, one an output; got shape {y.shape}")
        return y
    if C != 1:
        raise ValueError(f"v must have one column for the loss {loss!r} of two classes; got {C}")
    return validation.signs("y", y)


@checked
def loss_called(name: str) -> Loss:
    """The loss called `name`.

    Raises:
        ValueError: if there is none of that name.
    """
    if name not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}; got {name!r}")
    return LOSSES[name]


@checked
def hinge_objective(net: Network, X: Float[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> float:
    """(1/n) Σ max(0, 1 - y ŷ), the objective whose minimiser fits the classifier (4.2).

    Args:
        net: a network with one output.
        X: inputs, a row a sample.
        y: labels, each -1 or +1.

    Raises:
        ValueError: if a label is not ±1, or X and y differ in length.

    >>> net = Network((np.eye(1),), np.array([[0.5]]))
    >>> hinge_objective(net, np.array([[1.0], [4.0]]), np.array([1, 1]))  # losses 1/2 and 0
    0.25
    """
    y = validation.signs("y", y)
    validation.same_length("X", X, "y", y)
    return float(np.maximum(0.0, 1.0 - y * logits(net, X)[:, 0]).mean())  # (4.2)


@checked
def empirical_risk(
    w: Float[np.ndarray, " weights"], X: Float[np.ndarray, "n d"], y: Num[np.ndarray, "n *targets"], *, loss: str, like: Network
) -> float:
    """(1/n) Σ ℓ(y^i, ŷ^i; w), the objective of any loss as a function of one weight vector (4.5).

    Args:
        w: all weights, as `flatten` orders them.
        X: inputs, a row a sample.
        y: labels or targets.
        loss: a key of `LOSSES`.
        like: a network of the wanted shape and activation.
    """
    validation.same_length("X", X, "y", fitting(y, loss=loss, like=like))
    return float(loss_called(loss).value(y, f(X, w, like=like)).mean())  # (4.5)
