"""Logistic regression by stochastic gradient descent, in weights and in dual coefficients.

The perceptron adds y x at a mistake; logistic regression adds a fraction of it at every sample,
σ(-y w·x), the probability that it gives to the wrong label. Both stay in the span of the inputs,
so both have a dual form. The feature-space version is `sgd` on features.

The objective is the mean of log(1 + exp(-y w·x)) plus λ/2 ‖w‖². Row t of what a function returns
holds the state after t iterations.
"""

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.kernels import functions
from principles.linear_models.perceptron import visits
from principles.linear_models.surrogate import LOGISTIC
from principles.signatures import checked


@checked
def sgd(
    X: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    *,
    order: Int[np.ndarray, " iterations"],
    steps: Float[np.ndarray, " iterations"],
    penalty: float = 0.0,
) -> Float[np.ndarray, "iterations_1 d"]:
    """Weights after each iteration, w ← (1 - ηλ) w + η σ(-y w·x) y x, from w = 0.

    Args:
        X: inputs, or their features, a row a sample.
        y: labels, -1 or +1.
        order: the sample of each iteration.
        steps: η of each iteration, as `decaying_steps` makes them.
        penalty: λ ≥ 0.

    Raises:
        ValueError: if shapes disagree, labels are not ±1, or a step is not positive.
    """
    X = validation.array("X", X, ndim=2)
    y, order, steps, penalty = _options(X, y, order, steps, penalty)
    weights = np.zeros((len(order) + 1, X.shape[1]))
    for t, (i, step) in enumerate(zip(order, steps)):
        w = weights[t]
        pull = -LOGISTIC.slope(y[i] * (w @ X[i]))
        weights[t + 1] = (1 - step * penalty) * w + step * pull * y[i] * X[i]
    return weights


@checked
def kernel_sgd(
    G: Float[np.ndarray, "n n"],
    y: Float[np.ndarray, " n"],
    *,
    order: Int[np.ndarray, " iterations"],
    steps: Float[np.ndarray, " iterations"],
    penalty: float = 0.0,
) -> Float[np.ndarray, "iterations_1 n"]:
    """Dual coefficients after each iteration: β ← (1 - ηλ) β, then β_ω gains η σ(-y βᵀG e_ω) y.

    The weights that they stand for are w = Σ_i β_i φ(x^i).

    Args:
        G: Gram matrix of the samples.
        y: labels, -1 or +1.
        order: the sample of each iteration.
        steps: η of each iteration.
        penalty: λ ≥ 0.

    Raises:
        ValueError: as for `sgd`, and if `G` is not (n, n) and symmetric.
    """
    G = functions.symmetric("G", validation.array("G", G, shape=(len(y), len(y))))
    y, order, steps, penalty = _options(G, y, order, steps, penalty)
    coefficients = np.zeros((len(order) + 1, len(y)))
    for t, (i, step) in enumerate(zip(order, steps)):
        beta = coefficients[t]
        pull = -LOGISTIC.slope(y[i] * (beta @ G[:, i]))
        coefficients[t + 1] = (1 - step * penalty) * beta
        coefficients[t + 1, i] += step * pull * y[i]
    return coefficients


@checked
def objective(
    X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " d"], *, penalty: float = 0.0
) -> float:
    """What `sgd` descends: the mean logistic loss plus λ/2 ‖w‖².

    Args:
        X: inputs, a row a sample.
        y: labels, -1 or +1.
        w: weights.
        penalty: λ ≥ 0.

    >>> round(objective(np.eye(2), np.ones(2), np.zeros(2)), 4)
    0.6931
    """
    return LOGISTIC.loss(X, y, w) + validation.number("penalty", penalty, least=0) / 2 * float(np.dot(w, w))


def decaying_steps(iterations: int, *, first: float, half_life: float) -> Float[np.ndarray, " iterations"]:
    """η_t = first / (1 + t / half_life) for t = 0, 1, ...: half the first step after `half_life` iterations.

    Args:
        iterations: how many.
        first: η_0 > 0.
        half_life: in iterations, positive.

    >>> decaying_steps(3, first=1.0, half_life=1.0).round(3)
    array([1.   , 0.5  , 0.333])
    """
    first, half_life = validation.number("first", first, above=0), validation.number("half_life", half_life, above=0)
    return first / (1 + np.arange(validation.count("iterations", iterations)) / half_life)


def _options(rows, y, order, steps, penalty):
    y = validation.same_length("y", validation.signs("y", y), "X", rows)
    order = visits(order, len(rows))
    steps = validation.array("steps", steps, shape=order.shape)
    if (steps <= 0).any():
        raise ValueError(f"steps must be positive; entry {steps.argmin()} is {steps.min():g}")
    return y, order, steps, validation.number("penalty", penalty, least=0)
