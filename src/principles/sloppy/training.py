"""Training the small network, in all directions or in a few, and derivatives of its loss by autograd."""

import numpy as np
import torch
from jaxtyping import Float, Int, Num

from principles.signatures import checked
from principles.sloppy.classifier import Network, labels
from principles.validation import array, count, number


@checked
def train(
    network: Network,
    start: Num[np.ndarray, " p"],
    X: Num[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    rate: float,
    steps: int,
    basis: Num[np.ndarray, "p k"] | None = None,
) -> Float[np.ndarray, " p"]:
    """Adam on the whole data with a step that decays to zero; with `basis` U only w = w₀ + Uz is searched.

    Args:
        network: its sizes.
        start: w₀.
        X, y: training samples, classes counted from 0.
        rate: of the first step.
        steps: how many.
        basis: U, a column a direction; all directions if absent.
    """
    w0 = torch.tensor(array("start", start, shape=(network.size,)))
    U = None if basis is None else torch.tensor(array("basis", basis, shape=(network.size, None)).copy())
    z = torch.zeros(network.size if U is None else U.shape[1], dtype=torch.float64, requires_grad=True)
    loss, T = _loss(network, X, y), count("steps", steps)
    optimizer = torch.optim.Adam([z], lr=number("rate", rate, above=0))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: (1 + np.cos(np.pi * t / T)) / 2)
    for _ in range(T):
        optimizer.zero_grad()
        loss(w0 + (z if U is None else U @ z)).backward()
        optimizer.step()
        schedule.step()
    return (w0 + (z if U is None else U @ z)).detach().numpy()


@checked
def hessian(
    network: Network, w: Num[np.ndarray, " p"], X: Num[np.ndarray, "n d"], y: Int[np.ndarray, " n"]
) -> Float[np.ndarray, "p p"]:
    """∇² of the mean cross-entropy, by autograd."""
    at = torch.tensor(array("w", w, shape=(network.size,)))
    H = torch.autograd.functional.hessian(_loss(network, X, y), at, vectorize=True).numpy()
    return (H + H.T) / 2


@checked
def fisher_by_divergence(network: Network, w: Num[np.ndarray, " p"], X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "p p"]:
    """The second derivative at w' = w of the mean divergence KL(p_w ‖ p_w'), by autograd: the Fisher information again."""
    at, X = torch.tensor(array("w", w, shape=(network.size,))), torch.tensor(array("X", X, shape=(None, network.inputs)))
    P = torch.softmax(_logits(network, at, X), dim=1)

    def divergence(v):
        return -(P * torch.log_softmax(_logits(network, v, X), dim=1)).sum() / len(X)

    return torch.autograd.functional.hessian(divergence, at, vectorize=True).numpy()


def _logits(network, w, X):
    V, b, W, bias = network.layers(w)
    return torch.tanh(X @ V + b) @ W + bias


def _loss(network, X, y):
    inputs, targets = torch.tensor(array("X", X, shape=(None, network.inputs))), torch.tensor(labels(network, y, X))
    return lambda w: torch.nn.functional.cross_entropy(_logits(network, w, inputs), targets)
