"""Wide networks fit anything: an explicit construction, and what it needs."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from principles import validation
from principles.backpropagation.network import Network, features
from principles.signatures import checked


def with_one(X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n e"]:
    """Every input with a 1 appended, so that first-layer weights include a bias."""
    return np.hstack([validation.array("X", X, ndim=2), np.ones((len(X), 1))])


@checked
def interpolant(g: Callable[[np.ndarray], np.ndarray], *, low: float, high: float, pieces: int) -> Network:
    """A one-hidden-layer ReLU network that equals g at pieces + 1 equally spaced points (universal approximation, Section 4.1).

    Between two of the points it is straight, so for twice differentiable g its error is at most
    s² max|g''| / 8, s being the spacing. Each unit is a hinge relu(x - t) that bends the line at
    a point t; feed it `with_one(x)`.

    Args:
        g: a function of one variable.
        low, high: the interval, low below high.
        pieces: straight pieces, and hidden units less one.

    >>> net = interpolant(np.abs, low=-1.0, high=1.0, pieces=2)
    >>> [S.shape for S in net.weights]
    [(2, 3), (3, 1)]
    """
    low, high = validation.number("low", low), validation.number("high", high, above=low)
    t = np.linspace(low, high, validation.count("pieces", pieces) + 1)
    values = validation.array("g(t)", g(t), shape=t.shape)
    slopes = np.diff(values) / np.diff(t)
    bends = np.diff(slopes, prepend=0.0)
    constant = np.array([[0.0], [1.0]])
    hinges = np.vstack([np.ones(pieces), -t[:-1]])
    return Network((np.hstack([constant, hinges]),), np.concatenate([values[:1], bends])[:, None])


@checked
def memorise(
    X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], *, units: int, activation: str, rng: np.random.Generator
) -> Network:
    """A network with random S_1 and the v of least squared error: with enough units it fits any n targets.

    Args:
        X: distinct inputs with a 1 appended, a row a sample.
        y: targets.
        units: p, hidden units.
        activation: a key of `ACTIVATIONS`.
        rng: a numpy generator.
    """
    X, y = validation.array("X", X, ndim=2), validation.array("y", y, ndim=1)
    validation.same_length("X", X, "y", y)
    S = rng.normal(size=(X.shape[1], validation.count("units", units)))
    φ = features(Network((S,), np.zeros((units, 1)), activation), X)
    return Network((S,), np.linalg.lstsq(φ, y, rcond=None)[0][:, None], activation)
