"""Two-dimensional slices through the loss of small deep networks, with and without skip connections.

A network has a first layer, `depth` square layers and a last layer, h -> φ(hW) or, with skips,
h -> h + φ(hW), φ = tanh; its loss is the cross-entropy. Weights are a list of arrays (inputs, outputs of the layer).
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Num

from principles.landscape.inputs import alike, layers
from principles.signatures import checked
from principles.validation import array, count, generator, number, same_length


@dataclass(frozen=True)
class Trained:
    """Weights after training, and the loss at every step, the start included."""

    weights: list[np.ndarray]
    losses: Float[np.ndarray, " steps"]


def random_network(inputs: int, width: int, depth: int, outputs: int, *, rng: np.random.Generator) -> list[np.ndarray]:
    """Gaussian weights with variance 1/fan-in.

    Args:
        inputs: input size.
        width: of every hidden layer.
        depth: square layers between the first and the last.
        outputs: classes.
        rng: a numpy generator.
    """
    inputs, width, outputs = (count(n, v) for n, v in (("inputs", inputs), ("width", width), ("outputs", outputs)))
    widths = [inputs, *[width] * (count("depth", depth) + 1), outputs]
    return [generator("rng", rng).normal(size=(a, b)) / np.sqrt(a) for a, b in zip(widths[:-1], widths[1:])]


@checked
def loss(weights: list, X: torch.Tensor, y: torch.Tensor, *, skip: bool) -> torch.Tensor:
    """Mean cross-entropy of the network with (`skip`) or without skip connections."""
    layers("weights", weights, into=0, inputs=X.shape[1], least=2)
    return torch.nn.functional.cross_entropy(_scores(weights, X, skip=skip, φ=torch.tanh), y)


def _scores(weights, X, *, skip, φ):
    first, *middle, last = weights
    h = φ(X @ first)
    for W in middle:
        h = h + φ(h @ W) if skip else φ(h @ W)
    return h @ last


@checked
def samples(weights: list[np.ndarray], X: Num[np.ndarray, "n d"], y: Int[np.ndarray, " n"]) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and classes as tensors, once they fit the network.

    Raises:
        ValueError: if the layers do not fit X or one another, or y does not hold a class a row.
    """
    X, y = array("X", X, ndim=2), same_length("y", np.asarray(y), "X", X)
    classes = layers("weights", weights, into=0, inputs=X.shape[1], least=2)[-1].shape[1]
    if y.dtype.kind not in "iu" or y.ndim != 1 or y.min() < 0 or y.max() >= classes:
        raise ValueError(f"y must hold a class from 0 to {classes - 1} a row; got {y.dtype} of shape {y.shape}, up to {y.max()}")
    return torch.tensor(X), torch.tensor(y)


@checked
def train(
    weights: list[np.ndarray], X: Num[np.ndarray, "n d"], y: Int[np.ndarray, " n"], *, skip: bool, rate: float, steps: int
) -> Trained:
    """Full-batch Adam with a step size that falls to zero like a half cosine.

    Args:
        weights: where to start.
        X: inputs, a row a sample.
        y: classes.
        skip: with skip connections.
        rate: first step size.
        steps: how many.
    """
    X, y = samples(weights, X, y)
    tensors = [torch.tensor(W, requires_grad=True) for W in layers("weights", weights, into=0)]
    adam, losses = torch.optim.Adam(tensors, lr=number("rate", rate, above=0)), []
    for t in range(count("steps", steps)):
        adam.param_groups[0]["lr"] = rate * (1 + np.cos(np.pi * t / steps)) / 2
        adam.zero_grad()
        value = loss(tensors, X, y, skip=skip)
        value.backward()
        adam.step()
        losses.append(value.item())
    with torch.no_grad():
        losses.append(loss(tensors, X, y, skip=skip).item())
    return Trained([W.detach().numpy() for W in tensors], np.array(losses))


def filter_normalised(weights: list[np.ndarray], *, rng: np.random.Generator) -> list[np.ndarray]:
    """A Gaussian direction whose every filter (the weights into one unit) is as long as the network's own (Figure 12.1).

    Args:
        weights: of the network.
        rng: a numpy generator.
    """
    direction = []
    for W in layers("weights", weights, into=0):
        D = generator("rng", rng).normal(size=W.shape)
        direction.append(D * np.linalg.norm(W, axis=0) / np.linalg.norm(D, axis=0))
    return direction


@checked
def surface(
    weights: list[np.ndarray], first: list[np.ndarray], second: list[np.ndarray], grid: Num[np.ndarray, " k"],
    X: Num[np.ndarray, "n d"], y: Int[np.ndarray, " n"], *, skip: bool,
) -> Float[np.ndarray, "k k"]:  # fmt: skip
    """The loss at w + αδ + βη for all α, β of a grid, α along the second axis (Figure 12.1).

    Args:
        weights: w.
        first, second: directions δ and η.
        grid: values of α and of β.
        X: inputs, a row a sample.
        y: classes.
        skip: with skip connections.
    """
    grid, (X, y) = array("grid", grid, ndim=1), samples(weights, X, y)
    alike("first", first, "weights", weights)
    alike("second", second, "weights", weights)
    values = np.empty((len(grid), len(grid)))
    for i, β in enumerate(grid):
        base = [W + β * V for W, V in zip(weights, second)]
        for j, α in enumerate(grid):  # by numpy, whose tanh is three times as fast as torch's
            scores = _scores([W + α * D for W, D in zip(base, first)], X.numpy(), skip=skip, φ=np.tanh)
            values[i, j] = torch.nn.functional.cross_entropy(torch.from_numpy(scores), y)
    return values


@checked
def around(
    weights: list[np.ndarray],
    grid: Num[np.ndarray, " k"],
    X: Num[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    skip: bool,
    rng: np.random.Generator,
) -> Float[np.ndarray, "k k"]:
    """The surface around `weights` along two random filter-normalised directions (Figure 12.1); arguments as for `surface`."""
    first, second = (filter_normalised(weights, rng=rng) for _ in range(2))
    return surface(weights, first, second, grid, X, y, skip=skip)


def convex_share(values: Num[np.ndarray, "r c"]) -> float:
    """Share of the inner grid points where the slice's own 2 x 2 Hessian, by differences, has no negative eigenvalue.

    >>> u = np.linspace(-1, 1, 5)
    >>> convex_share(u[:, None] ** 2 + u**2), convex_share(u[:, None] ** 2 - u**2)
    (1.0, 0.0)
    """
    v = _with_middle(values)
    aa = v[1:-1, 2:] - 2 * v[1:-1, 1:-1] + v[1:-1, :-2]
    bb = v[2:, 1:-1] - 2 * v[1:-1, 1:-1] + v[:-2, 1:-1]
    ab = (v[2:, 2:] - v[2:, :-2] - v[:-2, 2:] + v[:-2, :-2]) / 4
    least = (aa + bb) / 2 - np.sqrt(((aa - bb) / 2) ** 2 + ab**2)
    return float((least >= -1e-12).mean())


def local_minima(values: Num[np.ndarray, "r c"]) -> int:
    """Inner grid points below all eight neighbours.

    >>> local_minima(np.array([[1.0, 1, 1, 1, 1], [1, 0, 1, 0, 1], [1, 1, 1, 1, 1]]))
    2
    """
    v = _with_middle(values)
    rows, columns = v.shape
    around = [v[1 + i : rows - 1 + i, 1 + j : columns - 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)]
    return int((v[1:-1, 1:-1] < np.min(around, axis=0)).sum())


def _with_middle(values):
    v = array("values", values, ndim=2)
    if min(v.shape) < 3:
        raise ValueError(f"values must have at least three rows and columns to have inner points; got {v.shape}")
    return v
