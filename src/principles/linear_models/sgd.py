"""Stochastic gradient descent: follow the gradient of one sample's loss at a time.

`order[t]` is ω_{t+1}, the sample that iteration t + 1 looks at; state 0 is the start,
state t the weights after t iterations. A gradient is a plain function of (w, i).
"""

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float, Int, Num

from principles import validation as valid
from principles.linear_models.surrogate import Surrogate
from principles.signatures import checked

Gradient = Callable[[np.ndarray, int], np.ndarray]


@checked
def descend(
    gradient: Gradient, start: Num[np.ndarray, " p"], *, order: Int[np.ndarray, " t"], step_size: float | Callable[[int], float]
) -> Iterator[Float[np.ndarray, " p"]]:
    """Every state of stochastic gradient descent, w ← w − η ∇ℓ^ω(w), one more than `order` is long (2.12).

    Args:
        gradient: gives ∇ℓⁱ(w), shape (p,), from w and the index i of a sample.
        start: the first weights, shape (p,).
        order: the index of the sample of each iteration.
        step_size: η, not negative: one number, or a function of the iteration t = 0, 1, …

    Raises:
        ValueError: if a step is negative, or the weights overflow to NaN.

    Example:
        >>> toward = lambda w, i: w - [10.0, 20.0][i]
        >>> [float(w[0]) for w in descend(toward, np.zeros(1), order=np.array([0, 1]), step_size=0.5)]
        [0.0, 5.0, 12.5]
    """
    if np.asarray(order).dtype.kind not in "iu" or np.min(order, initial=0) < 0:
        raise ValueError("order must hold the indices of samples, whole numbers from 0")
    η = step_size if callable(step_size) else lambda t: step_size
    w = valid.array("start", start, ndim=1)
    yield w
    for t, ω in enumerate(order):
        slope = gradient(w, int(ω))
        if np.shape(slope) != w.shape:
            raise ValueError(f"gradient must give one slope a weight, shape {w.shape}; it gave {np.shape(slope)}")
        w = w - valid.number("step_size", η(t), least=0) * slope  # (2.12)
        yield w


@checked
def states(
    gradient: Gradient, start: Num[np.ndarray, " p"], *, order: Int[np.ndarray, " t"], step_size
) -> Float[np.ndarray, "t_plus_1 p"]:
    """All states of `descend` in one array, a row each."""
    return np.array(list(descend(gradient, start, order=order, step_size=step_size)))


@checked
def changes(path: Float[np.ndarray, "t_plus_1 p"]) -> Int[np.ndarray, " k"]:
    """The iterations, counted from 1, that changed the weights.

    Example:
        >>> changes(np.array([[0.0], [0.0], [2.0], [2.0]]))
        array([2])
    """
    return 1 + np.flatnonzero((np.diff(path, axis=0) != 0).any(axis=1))


def decaying(first: float, *, half: int) -> Callable[[int], float]:
    """The step size first / (1 + t/half): halved after `half` iterations, and falling like 1/t in the end.

    Example:
        >>> decaying(0.5, half=100)(100)
        0.25
    """
    valid.number("first", first, above=0)
    valid.count("half", half)
    return lambda t: first / (1 + t / half)


def squared(X: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"]) -> Gradient:
    """The gradient of one sample's squared loss ½ (yⁱ − w·xⁱ)²: −(yⁱ − w·xⁱ) xⁱ."""
    valid.same_length("y", valid.array("y", y, ndim=1), "X", valid.array("X", X, ndim=2))
    return lambda w, i: -(y[i] - X[i] @ w) * X[i]


@checked
def surrogate(X: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], loss: Surrogate) -> Gradient:
    """The gradient of one sample's surrogate loss ℓ(yⁱ w·xⁱ): ℓ'(yⁱ w·xⁱ) yⁱ xⁱ."""
    valid.same_length("y", valid.signs("y", y), "X", valid.array("X", X, ndim=2))
    return lambda w, i: loss.slope(y[i] * (X[i] @ w)) * y[i] * X[i]
