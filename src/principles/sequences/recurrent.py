"""Recurrent networks as updates of a statistic: one layer, several layers, both directions.

Arrays are `(..., T, d)`: any batch axes first, then time, then features. A weight w of shape (p, d) acts as w x,
which on rows is `x @ w.T`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.sequences.inputs import rows, same_shape
from principles.signatures import checked
from principles.validation import array


@dataclass(frozen=True)
class RNN:
    """Weights w_h (p, p) and w_x (p, d) of one recurrent layer; the same at every time."""

    w_h: np.ndarray
    w_x: np.ndarray

    def __post_init__(self):
        p = array("w_h", self.w_h, ndim=2).shape[0]
        array("w_h", self.w_h, shape=(p, p))
        array("w_x", self.w_x, shape=(p, None))


@checked
def sigmoid(a: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """1 / (1 + e^{-a}), safe for large |a|.

    Args:
        a: any numbers.
    """
    return 0.5 * (1 + np.tanh(0.5 * a))


@checked
def relu(a: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """max(a, 0).

    Args:
        a: any numbers.
    """
    return np.maximum(a, 0.0)


@checked
def scan(update: Callable, h: object, xs: Float[np.ndarray, "*batch T d"]) -> list:
    """Every statistic of a sequence, h_{t+1} = φ(h_t, x_{t+1}), one after the other (8.4).

    Args:
        update: φ, a function of the old statistic and the newest element.
        h: the statistic h_0 before anything is seen; any object.
        xs: the sequence.

    Returns:
        [h_1, ..., h_T].

    >>> scan(lambda total, x: total + x[0], 0.0, np.array([[1.0], [2.0], [3.0]]))  # a running sum
    [np.float64(1.0), np.float64(3.0), np.float64(6.0)]
    """
    states, xs = [], rows("xs", xs, None, least_axes=2)
    for t in range(xs.shape[-2]):
        h = update(h, xs[..., t, :])  # (8.4)
        states.append(h)
    return states


@checked
def step(
    weights: RNN, h: Float[np.ndarray, "*batch p"], x: Float[np.ndarray, "*batch d"], *, nonlinearity: Callable = np.tanh
) -> Float[np.ndarray, "*batch p"]:
    """The next hidden state σ(w_h h + w_x x) (8.5).

    Args:
        weights: of the layer.
        h: the current state h_t.
        x: the newest element x_{t+1}.
        nonlinearity: σ, applied to every entry.
    """
    p, d = weights.w_x.shape
    h, x = rows("h", h, p), rows("x", x, d)
    same_shape("the batch axes of h", h.shape[:-1], "those of x", x.shape[:-1])
    return nonlinearity(h @ weights.w_h.T + x @ weights.w_x.T)  # (8.5)


@checked
def states(
    weights: RNN,
    xs: Float[np.ndarray, "*batch T d"],
    *,
    start: Float[np.ndarray, " p"] | None = None,
    nonlinearity: Callable = np.tanh,
) -> Float[np.ndarray, "*batch T p"]:
    """All hidden states h_1, ..., h_T of one layer.

    Args:
        weights: of the layer.
        xs: the sequence.
        start: h_0, zero unless given.
        nonlinearity: σ.
    """
    p, d = weights.w_x.shape
    xs = rows("xs", xs, d, least_axes=2)
    start = np.zeros(p) if start is None else array("start", start, shape=(p,))
    h = np.broadcast_to(start, (*xs.shape[:-2], p))
    return np.stack(scan(lambda h, x: step(weights, h, x, nonlinearity=nonlinearity), h, xs), axis=-2)


def predictions(v: Float[np.ndarray, "p k"], states: Float[np.ndarray, "*batch p"]) -> Float[np.ndarray, "*batch k"]:
    """The outputs ŷ_t = vᵀ h_t, the same readout at every time (8.6).

    Args:
        v: readout weights.
        states: h_t.
    """
    v = array("v", v, ndim=2)
    return rows("states", states, len(v)) @ v  # (8.6)


def squared_error(targets: Float[np.ndarray, "*batch k"], guesses: Float[np.ndarray, "*batch k"]) -> Float[np.ndarray, "*batch"]:
    """‖y - ŷ‖² at every step.

    Args:
        targets: y.
        guesses: ŷ.
    """
    targets, guesses = array("targets", targets), array("guesses", guesses)
    same_shape("targets", targets.shape, "guesses", guesses.shape)
    return ((targets - guesses) ** 2).sum(axis=-1)


@checked
def average_loss(
    targets: Float[np.ndarray, "n T k"], guesses: Float[np.ndarray, "n T k"], *, loss: Callable = squared_error
) -> float:
    """The loss of every step of every sequence, averaged: 1/(nT) Σ_i Σ_t ℓ(y, ŷ) (8.7).

    Args:
        targets: y_t^i.
        guesses: ŷ_t^i.
        loss: ℓ, which turns the last axis into one number.
    """
    n, T, _ = array("targets", targets, ndim=3).shape
    same_shape("targets", np.shape(targets), "guesses", array("guesses", guesses).shape)
    return float(sum(loss(y, y_hat).sum() for y, y_hat in zip(targets, guesses)) / (n * T))  # (8.7)


def perplexity(log_probabilities: Float[np.ndarray, "*shape"]) -> float:
    """exp of the average of -log p(truth): the number of equally likely choices that would confuse as much.

    Args:
        log_probabilities: natural logarithms of the probabilities given to what came.

    >>> round(perplexity(np.log(np.full(7, 1 / 12))), 10)
    12.0
    """
    log_p = array("log_probabilities", log_probabilities)
    if log_p.max() > 1e-9:
        raise ValueError(f"log_probabilities must not be positive, for no probability exceeds 1; got {log_p.max():g}")
    return float(np.exp(-np.mean(log_p)))


@checked
def stacked(
    layers: list[RNN], xs: Float[np.ndarray, "*batch T d"], *, nonlinearity: Callable = np.tanh
) -> Float[np.ndarray, "*batch T p"]:
    """Hidden states of the top layer; each layer reads the states of the one below as its sequence.

    Args:
        layers: from the bottom up; w_x of each takes the states of the layer below (w_hh in the notes), w_h those of
            time t - 1 (w_tt).
        xs: the sequence.
        nonlinearity: σ.
    """
    if not layers:
        raise ValueError("layers must hold at least one RNN; got none")
    for layer in layers:
        xs = states(layer, xs, nonlinearity=nonlinearity)
    return xs


@checked
def bidirectional(
    forward: RNN, backward: RNN, v: tuple[Float[np.ndarray, "p k"], Float[np.ndarray, "p k"]], xs: Float[np.ndarray, "*batch T d"]
) -> Float[np.ndarray, "*batch T k"]:
    """Outputs of two recurrent layers that read the sequence in opposite directions, added at every time (8.15).

    Args:
        forward: weights of the layer that reads x_1, x_2, ...
        backward: weights of the layer that reads x_T, x_{T-1}, ...
        v: the readouts of both.
        xs: the sequence.
    """
    ahead = states(forward, xs)
    back = states(backward, xs[..., ::-1, :])[..., ::-1, :]
    same_shape("the outputs of v[0]", np.shape(v[0])[1:], "those of v[1]", np.shape(v[1])[1:])
    return predictions(v[0], ahead) + predictions(v[1], back)  # (8.15)
