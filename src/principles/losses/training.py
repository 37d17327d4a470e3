"""Training a ReLU network on a loss whose slope in the logits is known, by stochastic gradient descent."""

import numpy as np
from jaxtyping import Float, Int, Num

from principles import validation
from principles.losses import binary, softmax
from principles.losses.softmax import Network
from principles.signatures import checked

SLOPES = {"softmax": softmax.cross_entropy_slope, "binary": binary.cross_entropy_slope}


def with_one(X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n d_plus_1"]:
    """The inputs with a 1 appended to each row, so that the first layer has a bias."""
    return np.column_stack([validation.array("X", X, ndim=2), np.ones(len(X))])


@checked
def start(widths: tuple[int, ...], *, rng: np.random.Generator) -> Network:
    """Random weights of the given widths (inputs, hidden layers, classes), with variance 2 over the width below."""
    for width in widths:
        validation.count("a width", width)
    normal, pairs = validation.generator("rng", rng).normal, zip(widths, widths[1:])
    draw = [normal(size=(below, above)) * np.sqrt(2 / below) for below, above in pairs]
    return Network(tuple(draw[:-1]), draw[-1] / 2)


@checked
def gradients(net: Network, X: Num[np.ndarray, "n d"], targets: Num[np.ndarray, "n m"], *, loss: str) -> tuple[np.ndarray, ...]:
    """The gradient of the mean loss in S_1, ..., S_L and v.

    Args:
        net: the weights.
        X: inputs, a row a sample.
        targets: a distribution (loss "softmax") or independent answers (loss "binary") in each row.
        loss: "softmax" for -Σ tₖ log pₖ, "binary" for the binary cross-entropy.

    Raises:
        ValueError: if the loss is unknown.
    """
    if loss not in SLOPES:
        raise ValueError(f"loss must be one of {', '.join(SLOPES)}; got {loss!r}")
    layers = [validation.array("X", X, ndim=2)]
    for S in net.S:
        layers.append(np.maximum(layers[-1] @ S, 0.0))
    back = SLOPES[loss](layers[-1] @ net.v, targets) / len(X)
    found = [layers[-1].T @ back]
    for weights, h, below in zip((net.v, *net.S[:0:-1]), layers[:0:-1], layers[-2::-1]):
        back = (back @ weights.T) * (h > 0)
        found.append(below.T @ back)
    return tuple(found[::-1])


@checked
def train(
    X: Num[np.ndarray, "n d"],
    targets: Num[np.ndarray, "n m"],
    *,
    loss: str = "softmax",
    hidden: tuple[int, ...] = (64,),
    steps: int = 400,
    batch: int = 64,
    rate: float = 0.1,
    momentum: float = 0.9,
    rng: np.random.Generator,
) -> Network:
    """A network trained by SGD with momentum, its step falling to zero along a cosine.

    Args:
        X: inputs; a 1 is appended to each (use `predict`, which does the same).
        targets: what the loss wants, a row a sample.
        loss: a key of `SLOPES`.
        hidden: widths of the hidden layers.
        steps: number of updates.
        batch: samples an update, drawn with replacement.
        rate: the first step length.
        momentum: share of the velocity that is kept.
        rng: a numpy generator.
    """
    Z, targets = with_one(X), validation.array("targets", targets, ndim=2)
    validation.same_length("targets", targets, "X", Z)
    net = start((Z.shape[1], *hidden, targets.shape[1]), rng=rng)
    velocity = [0.0] * (len(hidden) + 1)
    batch, rate = validation.count("batch", batch), validation.number("rate", rate, above=0)
    momentum = validation.number("momentum", momentum, least=0, below=1)
    for step in range(validation.count("steps", steps)):
        drawn = rng.integers(len(Z), size=batch)
        found = gradients(net, Z[drawn], targets[drawn], loss=loss)
        eta = 0.5 * rate * (1 + np.cos(np.pi * step / steps))
        velocity = [momentum * v - eta * g for v, g in zip(velocity, found)]
        weights = [w + v for w, v in zip((*net.S, net.v), velocity)]
        net = Network(tuple(weights[:-1]), weights[-1])
    return net


@checked
def predict(net: Network, X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n m"]:
    """The logits of a network from `train`."""
    return softmax.logits(net, with_one(X))


@checked(sizes=True)
def error(net: Network, X: Num[np.ndarray, "n d"], y: Int[np.ndarray, " n"]) -> float:
    """The share of samples that a network from `train` puts into the wrong class."""
    return float((softmax.classify(predict(net, X)) != y).mean())
