"""Small networks that learn XOR from many random starts at once."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import validation
from principles.signatures import checked


@dataclass(frozen=True)
class Weights:
    """Weights of many two-layer tanh networks: first layer (runs, n + 1, hidden), second layer (runs, hidden + 1)."""

    first: np.ndarray
    second: np.ndarray


def initial(runs: int, *, inputs: int, hidden: int, rng: np.random.Generator) -> Weights:
    """Standard normal weights for every run."""
    validation.generator("rng", rng)
    validation.count("inputs", inputs)
    first = rng.standard_normal((validation.count("runs", runs), inputs + 1, validation.count("hidden", hidden)))
    return Weights(first, rng.standard_normal((runs, hidden + 1)))


@checked
def outputs(weights: Weights, X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "runs n"]:
    """Outputs of all networks (Section 1.5), v·tanh(Wᵀx + b) + c."""
    X = np.column_stack([X, np.ones(len(X))])
    h = np.tanh(X @ weights.first)
    return np.einsum("rnh,rh->rn", h, weights.second[:, :-1]) + weights.second[:, -1:]


@checked
def losses(weights: Weights, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Float[np.ndarray, " runs"]:
    """Half the mean squared error of every network (Section 1.5)."""
    validation.same_length("y", y, "X", X)
    return 0.5 * ((outputs(weights, X) - y) ** 2).mean(axis=1)


@checked(sizes=True)
def gradient(weights: Weights, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Weights:
    """Gradient of every network's own loss (Section 1.5); Chapter 4 derives it."""
    augmented = np.column_stack([X, np.ones(len(X))])
    h = np.tanh(augmented @ weights.first)
    error = (outputs(weights, X) - y) / len(X)
    second = np.concatenate([np.einsum("rn,rnh->rh", error, h), error.sum(axis=1, keepdims=True)], axis=1)
    back = error[:, :, None] * weights.second[:, None, :-1] * (1 - h**2)
    return Weights(np.einsum("nd,rnh->rdh", augmented, back), second)


@checked
def descend(
    weights: Weights, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, rate: float, steps: int
) -> tuple[Weights, Float[np.ndarray, "steps runs"]]:
    """Gradient descent on every network at once (Section 1.5): the final weights and the losses before each step."""
    validation.number("rate", rate, above=0.0)
    X, y = validation.array("X", X, ndim=2), validation.array("y", y, ndim=1)
    history = []
    for _ in range(validation.count("steps", steps)):
        history.append(losses(weights, X, y))
        slope = gradient(weights, X, y)
        weights = Weights(weights.first - rate * slope.first, weights.second - rate * slope.second)
    return weights, np.array(history)


@checked
def solved(weights: Weights, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> np.ndarray:
    """Which networks answer every input within 0.1 of its label (Section 1.5)."""
    validation.same_length("y", y, "X", X)
    return np.abs(outputs(weights, X) - y).max(axis=1) < 0.1
