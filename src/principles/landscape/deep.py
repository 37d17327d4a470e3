"""Linear networks of any depth, and gradient descent on them.

`weights` lists the layers from the input up, W_1 (p_1, dx), W_2 (p_2, p_1), ..., W_L (dy, p_{L-1});
the two-layer network of the notes is [B, A].
"""

from dataclasses import dataclass
from functools import reduce
from itertools import accumulate

import numpy as np
from jaxtyping import Float, Num

from principles.landscape.inputs import alike, layers
from principles.landscape.linear_network import Moments
from principles.signatures import checked
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Descent:
    """A run of gradient descent.

    Attributes:
        losses: at every step, the start included.
        weights: at the end.
        path: weights at every `every`-th step, the start included.
    """

    losses: Float[np.ndarray, " steps"]
    weights: list[np.ndarray]
    path: list[list[np.ndarray]]


@checked
def random_weights(widths: list[int], *, scale: float, rng: np.random.Generator) -> list[np.ndarray]:
    """Gaussian layers between the given widths (dx, p_1, ..., dy), each with entries of variance scale²/fan-in."""
    number("scale", scale, above=0)
    widths = [count("widths", width) for width in widths]
    if len(widths) < 2:
        raise ValueError(f"widths must hold at least the inputs and the outputs; got {widths}")
    return [generator("rng", rng).normal(size=(b, a)) * scale / np.sqrt(a) for a, b in zip(widths[:-1], widths[1:])]


def product(weights: list[np.ndarray]) -> Float[np.ndarray, "dy dx"]:
    """W = W_L ... W_1, the linear map that the network is.

    >>> product([np.array([[2.0]]), np.array([[3.0]]), np.array([[-1.0]])]).tolist()
    [[-6.0]]
    """
    return reduce(lambda W, layer: layer @ W, layers("weights", weights, into=1))


@checked
def gradients(m: Moments, weights: list[np.ndarray]) -> list[np.ndarray]:
    """∂ℓ/∂W_l = (W_L...W_{l+1})ᵀ G (W_{l-1}...W_1)ᵀ with G = (WΣ_xx - Σ_yx)/n, for every layer."""
    return _backpropagate(m, layers("weights", weights, into=1, inputs=len(m.xx), outputs=len(m.yy)))[1]


def _backpropagate(m, weights):
    """The loss, as `product_loss` has it, and its gradients."""
    below = list(accumulate(weights, lambda W, layer: layer @ W))  # W_l...W_1
    predicted, gradients = below[-1] @ m.xx, []
    G = (predicted - m.yx) / m.n
    loss = (np.trace(m.yy) + np.vdot(below[-1], predicted - 2 * m.yx)) / (2 * m.n)
    for W, W_below in zip(weights[:0:-1], below[-2::-1]):
        gradients.append(G @ W_below.T)
        G = W.T @ G
    return float(loss), [G, *gradients[::-1]]


@checked
def descend(m: Moments, weights: list[np.ndarray], *, step: float, steps: int, penalty: float = 0.0, every: int = 1) -> Descent:
    """Gradient descent on all layers at once; from almost every start it ends at the global minimum (Fact 12.9).

    Args:
        m: sums over the data.
        weights: where to start.
        step: step size.
        steps: how many.
        penalty: λ of the weight decay λ Σ‖W_l‖².
        every: keep the weights of every so many steps.
    """
    number("step", step, above=0)
    number("penalty", penalty, least=0)
    count("every", every)
    weights, losses, path = layers("weights", weights, into=1, inputs=len(m.xx), outputs=len(m.yy)), [], []
    for t in range(count("steps", steps, least=0) + 1):
        loss, gradients = _backpropagate(m, weights)
        losses.append(loss + penalty * sum(np.vdot(W, W) for W in weights))
        if t % every == 0:
            path.append(weights)
        if t < steps:
            weights = [W - step * (g + 2 * penalty * W) for W, g in zip(weights, gradients)]
    return Descent(np.array(losses), weights, path)


@checked
def best_loss(m: Moments, *, width: int) -> float:
    """The least loss of any linear network whose narrowest layer has `width` units, through a singular value decomposition.

    Eckart and Young's theorem on Σ_yxΣ_xx^{-1/2}; no eigenvectors of Σ and no index sets are involved.

    Args:
        m: sums over the data.
        width: rank that the product may have.
    """
    factor = np.linalg.cholesky(m.xx)
    s = np.linalg.svd(np.linalg.solve(factor, m.yx.T), compute_uv=False)
    return float((np.trace(m.yy) - (s[: count("width", width)] ** 2).sum()) / (2 * m.n))


def imbalance(weights: list[np.ndarray]) -> list[np.ndarray]:
    """W_{l+1}ᵀW_{l+1} - W_lW_lᵀ for neighbouring layers, which gradient flow keeps for ever."""
    weights = layers("weights", weights, into=1, least=2)
    return [upper.T @ upper - lower @ lower.T for lower, upper in zip(weights[:-1], weights[1:])]


@checked
def distance(first: list[np.ndarray], last: list[np.ndarray]) -> float:
    """Euclidean distance between two networks, all weights together.

    >>> distance([np.zeros((1, 2)), np.zeros((1, 1))], [np.ones((1, 2)), np.full((1, 1), np.sqrt(2.0))])
    2.0
    """
    return float(np.sqrt(sum(((a - b) ** 2).sum() for a, b in zip(alike("first", first, "last", last), last))))


def scalar_loss(factors: Num[np.ndarray, "*k depth"]) -> Float[np.ndarray, "*k"] | float:
    """½ (1 - w_1 w_2 ... w_L)², the smallest deep linear network.

    >>> scalar_loss(np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])).tolist()
    [0.0, 0.5]
    """
    factors = array("factors", factors)
    if not factors.ndim:
        raise ValueError("factors must have a weight a layer along its last axis; got a single number")
    return (1 - np.prod(factors, axis=-1)) ** 2 / 2
