"""A small ReLU network trained on real digits, for bounds that know its weights but not its data."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Num

from principles.signatures import checked
from principles.validation import array, count, generator, number, same_length, signs


def centred(X: Num[np.ndarray, "n d"], rows: Int[np.ndarray, " r"]) -> Float[np.ndarray, "n d"]:
    """X minus the mean of some of its rows, over one standard deviation of all entries of these rows.

    One scale for all pixels: those that are the same in every row must not be blown up.

    >>> centred(np.array([[0.0, 2.0], [2.0, 4.0], [5.0, 5.0]]), np.array([0, 1])).round(3).tolist()
    [[-0.707, -0.707], [0.707, 0.707], [2.828, 1.414]]
    """
    X, rows = array("X", X, ndim=2), np.asarray(rows)
    if rows.dtype.kind not in "iu" or rows.ndim != 1 or not rows.size or rows.min() < 0 or rows.max() >= len(X):
        raise ValueError(f"rows must be whole numbers from 0 to {len(X) - 1}; got dtype {rows.dtype}, shape {rows.shape}")
    spread = X[rows].std()
    if spread == 0:
        raise ValueError("X must vary over the chosen rows; all their entries are equal")
    if not np.isfinite(spread):
        raise ValueError(f"X must be small enough that its spread is finite; its entries go up to {np.abs(X).max():.3g} in size")
    return (X - X[rows].mean(axis=0)) / spread


@dataclass(frozen=True)
class Network:
    """x ↦ a·max(0, Wx + b) + c, the sign of which is the label."""

    W: Float[np.ndarray, "h d"]
    b: Float[np.ndarray, " h"]
    a: Float[np.ndarray, " h"]
    c: Float[np.ndarray, ""]

    @property
    def weights(self) -> int:
        """p, the number of weights and biases."""
        return sum(np.size(part) for part in (self.W, self.b, self.a, self.c))


@checked
def scores(network: Network, X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
    """The output of the network on every row."""
    X = array("X", X, shape=(None, network.W.shape[1]))
    return np.maximum(X @ network.W.T + network.b, 0) @ network.a + network.c


@checked
def error(network: Network, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> float:
    """The share of rows whose label ±1 is not the sign of the output."""
    y = same_length("y", signs("y", y), "X", X)
    return float((np.sign(scores(network, X)) != y).mean())


@checked
def train(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, hidden: int, steps: int, rate: float, rng: np.random.Generator
) -> Network:
    """Minimise the logistic loss with Adam on the whole sample, the step falling linearly to zero.

    Args:
        X, y: inputs and labels ±1.
        hidden: h, the number of ReLU units.
        steps: of Adam.
        rate: its first step.
        rng: draws the initial weights, of variance 2/d and 1/h.
    """
    X, y, hidden, rng = array("X", X, ndim=2), signs("y", y), count("hidden", hidden), generator("rng", rng)
    same_length("y", y, "X", X)
    d, rate, steps = X.shape[1], number("rate", rate, above=0), count("steps", steps)
    start = [rng.normal(size=(hidden, d)) * np.sqrt(2 / d), np.zeros(hidden), rng.normal(size=hidden) / np.sqrt(hidden), 0.0]
    W, b, a, c = parameters = [torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in start]
    inputs, labels = torch.tensor(X), torch.tensor(y)
    optimiser = torch.optim.Adam(parameters, lr=rate)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = rate * (1 - step / steps)
        optimiser.zero_grad()
        output = torch.relu(inputs @ W.T + b) @ a + c
        torch.nn.functional.softplus(-labels * output).mean().backward()
        optimiser.step()
    return Network(*(np.asarray(part.detach().numpy()) for part in parameters))
