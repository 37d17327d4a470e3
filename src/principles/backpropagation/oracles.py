"""Slow, independent ways to obtain a derivative."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from principles import validation
from principles.backpropagation.network import Network, random_network
from principles.signatures import checked


@checked
def finite_differences(g: Callable[[np.ndarray], float], at: Float[np.ndarray, " p"], *, step: float) -> Float[np.ndarray, " p"]:
    """(g(w + s e_i) - g(w - s e_i)) / 2s for every coordinate i: central differences.

    The error is O(s²) until rounding, O(1e-16 / s), takes over. It calls g 2p times.

    Args:
        g: the function.
        at: w, where the gradient is wanted.
        step: s.

    >>> finite_differences(lambda w: float(w @ w), np.array([1.0, -2.0]), step=0.5).tolist()
    [2.0, -4.0]
    """
    w, s = validation.array("at", at, ndim=1), validation.number("step", step, above=0)
    return np.array([g(w + s * e) - g(w - s * e) for e in np.eye(len(w))]) / (2 * s)


@checked
def directional_derivative(
    g: Callable[[np.ndarray], float], at: Float[np.ndarray, " p"], direction: Float[np.ndarray, " p"], *, step: float
) -> float:
    """(g(w + s u) - g(w - s u)) / 2s, the slope of g along u.

    Args:
        g: the function.
        at: w.
        direction: u, as long as w.
        step: s.
    """
    w, u = validation.array("at", at, ndim=1), validation.array("direction", direction, ndim=1)
    validation.same_length("direction", u, "at", w)
    s = validation.number("step", step, above=0)
    return (g(w + s * u) - g(w - s * u)) / (2 * s)


@checked
def random_problem(rng: np.random.Generator) -> tuple[Network, np.ndarray, np.ndarray, str]:
    """A random network of one to six weight matrices and one to seven units a layer, four samples, their targets, and a loss.

    Args:
        rng: a numpy generator.
    """
    widths = tuple(int(width) for width in rng.integers(1, 8, size=rng.integers(1, 7)))
    loss = str(rng.choice(["squared", "hinge", "logistic", "cross_entropy"]))
    activation = str(rng.choice(["tanh", "sigmoid", "swish", "relu", "leaky_relu"]))
    outputs = 3 if loss == "cross_entropy" else 1
    net = random_network(widths, outputs=outputs, activation=activation, gain=2.0, rng=rng)
    y = rng.integers(3, size=4) if outputs == 3 else rng.choice([-1.0, 1.0], size=4)
    return net, rng.normal(size=(4, widths[0])), y, loss
