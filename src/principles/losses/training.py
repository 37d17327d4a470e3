"""Training a ReLU network on a loss whose slope in the logits is known, by stochastic gradient descent."""

import numpy as np
from jaxtyping import Float, Int, Num
from scipy.special import expit

from principles import validation
from principles.losses import softmax
from principles.losses.softmax import Network
from principles.signatures import checked

LOSSES = ("softmax", "binary")


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
    _known(loss)
    X = validation.array("X", X, ndim=2)
    targets = validation.array("targets", targets, shape=(len(X), net.v.shape[1]))
    return tuple(_gradients((*net.S, net.v), X, targets, loss))


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
        loss: one of `LOSSES`.
        hidden: widths of the hidden layers.
        steps: number of updates.
        batch: samples an update, drawn with replacement.
        rate: the first step length.
        momentum: share of the velocity that is kept.
        rng: a numpy generator.
    """
    Z, targets = with_one(X), validation.array("targets", targets, ndim=2)
    validation.same_length("targets", targets, "X", Z)
    _known(loss)
    net = start((Z.shape[1], *hidden, targets.shape[1]), rng=rng)
    weights = [*net.S, net.v]
    velocity = [np.zeros_like(w) for w in weights]
    batch, rate = validation.count("batch", batch), validation.number("rate", rate, above=0)
    momentum = validation.number("momentum", momentum, least=0, below=1)
    for step in range(validation.count("steps", steps)):
        drawn = rng.integers(len(Z), size=batch)
        eta = 0.5 * rate * (1 + np.cos(np.pi * step / steps))
        for w, v, g in zip(weights, velocity, _gradients(weights, Z[drawn], targets[drawn], loss)):
            v *= momentum
            v -= eta * g
            w += v
    return Network(tuple(weights[:-1]), weights[-1])


@checked
def predict(net: Network, X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n m"]:
    """The logits of a network from `train`."""
    return softmax.logits(net, with_one(X))


@checked(sizes=True)
def error(net: Network, X: Num[np.ndarray, "n d"], y: Int[np.ndarray, " n"]) -> float:
    """The share of samples that a network from `train` puts into the wrong class."""
    return float((softmax.classify(predict(net, X)) != y).mean())


def _gradients(weights, X, targets, loss):
    """`gradients` for arrays already checked: training takes this step a hundred thousand times."""
    layers = [X]
    for S in weights[:-1]:
        layers.append(np.maximum(layers[-1] @ S, 0.0))
    back = _slope(layers[-1] @ weights[-1], targets, loss) / len(X)
    found = [layers[-1].T @ back]
    for above, h, below in zip(weights[:0:-1], layers[:0:-1], layers[-2::-1]):
        back = (back @ above.T) * (h > 0)
        found.append(below.T @ back)
    return found[::-1]


def _slope(ŷ, t, loss):
    """(Σt) p - t of each row with the softmax's p, or p - t with independent ones."""
    if loss == "binary":
        return expit(ŷ) - t
    p = np.exp(ŷ - ŷ.max(axis=1, keepdims=True))
    return t.sum(axis=1, keepdims=True) * (p / p.sum(axis=1, keepdims=True)) - t


def _known(loss):
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}; got {loss!r}")
