"""Stochastic gradient descent on networks whose gradients we compute ourselves."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import validation
from principles.backpropagation import layers
from principles.backpropagation.losses import fitting, loss_called
from principles.backpropagation.network import Network
from principles.signatures import checked


@dataclass(frozen=True)
class State:
    """A moment of training.

    Args:
        net: the network after the step.
        loss: average loss of the batch before the step.
        step: how many steps were taken.
    """

    net: Network
    loss: float
    step: int


@checked
def sgd(
    net: Network,
    X: Float[np.ndarray, "n d"],
    y: Num[np.ndarray, "n *targets"],
    *,
    loss: str,
    steps: int,
    batch: int,
    step_size: float,
    momentum: float = 0.0,
    rng: np.random.Generator,
) -> Iterator[State]:
    """w ← w - η dℓ/dw on random batches, with a step size that falls to zero along a cosine.

    Args:
        net: where to start.
        X: inputs, a row a sample.
        y: labels or targets.
        loss: a key of `LOSSES`.
        steps: how many.
        batch: samples in a batch, drawn anew at each step.
        step_size: η of the first step.
        momentum: the fraction of the last step that is taken again.
        rng: a numpy generator.

    Yields:
        The state after each step.
    """
    ℓ, y = loss_called(loss), fitting(y, loss=loss, like=net)
    X = validation.array("X", X, shape=(None, net.weights[0].shape[0]))
    n = len(validation.same_length("X", X, "y", y))
    step_size, momentum = (
        validation.number("step_size", step_size, above=0),
        validation.number("momentum", momentum, least=0, below=1),
    )
    steps, batch = validation.count("steps", steps), validation.count("batch", batch, most=n)
    last = [np.zeros_like(matrix) for matrix in net.weights]
    for t in range(steps):
        chosen = rng.choice(n, size=batch, replace=False) if batch < n else np.arange(n)
        result = layers._gradient(net, X[chosen], y[chosen], ℓ)
        η = step_size * 0.5 * (1 + np.cos(np.pi * t / steps))
        last = [momentum * m - η * bar for m, bar in zip(last, result.weights)]
        moved = [matrix + m for matrix, m in zip(net.weights, last)]
        net = Network(tuple(moved[:-1]), moved[-1], net.activation)
        yield State(net, result.loss, t + 1)
