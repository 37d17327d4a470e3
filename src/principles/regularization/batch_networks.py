"""Small networks with batch-normalisation, trained in torch: depth, dropout beneath it, and changed inputs."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from principles import validation as valid
from principles.signatures import checked


@dataclass
class Masks:
    """Draws dropout masks from numpy, so that every processor draws the same."""

    rng: np.random.Generator

    def __call__(self, h: torch.Tensor, p: float) -> torch.Tensor:
        """h ⊙ r / (1 - p)."""
        return h * torch.from_numpy((self.rng.random(h.shape) >= p) / (1 - p))


class Net(torch.nn.Module):
    """Blocks of linear, batch norm (if any), ReLU, dropout (if any), and a linear layer at the end.

    Args:
        widths: inputs, hidden widths, outputs.
        norm: whether to normalise before each ReLU.
        p_drop: dropout after each ReLU while `dropping` is on.
        rng: of weights and masks.
    """

    def __init__(self, widths, *, norm, p_drop, rng):
        super().__init__()
        self.linear = torch.nn.ModuleList(torch.nn.Linear(i, o).double() for i, o in zip(widths, widths[1:]))
        self.norms = torch.nn.ModuleList(torch.nn.BatchNorm1d(o).double() for o in widths[1:-1]) if norm else None
        self.p_drop, self.masks, self.dropping = p_drop, Masks(rng), True
        with torch.no_grad():
            for layer in self.linear:
                layer.weight.copy_(torch.from_numpy(rng.standard_normal(layer.weight.shape) * np.sqrt(2 / layer.in_features)))
                layer.bias.zero_()

    def forward(self, x):
        """The outputs; dropout acts if `dropping` and p > 0, batch norm according to `training`."""
        for k, layer in enumerate(self.linear[:-1]):
            z = layer(x)
            x = torch.relu(self.norms[k](z) if self.norms is not None else z)
            if self.dropping and self.p_drop:
                x = self.masks(x, self.p_drop)
        return self.linear[-1](x)

    def before_norm(self, x, k):
        """What enters the k-th batch norm."""
        for j, layer in enumerate(self.linear):
            z = layer(x)
            if j == k:
                return z
            x = torch.relu(self.norms[j](z))
            if self.dropping and self.p_drop:
                x = self.masks(x, self.p_drop)


@checked(undefined=True, counts=("batch",), positive=("rate",))
def train(
    net: Net,
    X: Float[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    steps: int,
    batch: int,
    rate: float,
    rng: np.random.Generator,
) -> Float[np.ndarray, " steps"]:
    """SGD on the cross-entropy, steps falling to zero along a cosine; the loss of each batch (NaN or infinite if it diverges)."""
    valid.same_length("X", X, "y", y)
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, foreach=True)
    A, labels, losses = torch.from_numpy(X), torch.from_numpy(np.asarray(y, dtype=np.int64)), []
    net.train()
    for t in range(valid.count("steps", steps)):
        optimizer.param_groups[0]["lr"] = rate * 0.5 * (1 + np.cos(np.pi * t / steps))
        chosen = torch.from_numpy(rng.integers(len(X), size=batch))
        loss = torch.nn.functional.cross_entropy(net(A[chosen]), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)


@checked
def accuracy(net: Net, X: Float[np.ndarray, "n d"], y: Int[np.ndarray, " n"]) -> float:
    """Share of right labels in evaluation: buffers for the norms, no masks."""
    valid.same_length("X", X, "y", y)
    net.eval()
    net.dropping = False
    with torch.no_grad():
        right = (net(torch.from_numpy(X)).argmax(dim=1).numpy() == y).mean()
    net.dropping = True
    return float(right)


@checked
def masked_outputs(net: Net, X: Float[np.ndarray, "n d"], *, draws: int) -> Float[np.ndarray, "draws n C"]:
    """Outputs under random masks, the norms in evaluation."""
    net.eval()
    with torch.no_grad():
        return np.stack([net(torch.from_numpy(X)).numpy() for _ in range(valid.count("draws", draws))])


@checked
def scaled_output(net: Net, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n C"]:
    """The output at test time: no masks."""
    net.eval()
    net.dropping = False
    with torch.no_grad():
        result = net(torch.from_numpy(X)).numpy()
    net.dropping = True
    return result


@checked
def settle(net: Net, X: Float[np.ndarray, "n d"], *, dropping: bool, passes: int = 1) -> None:
    """Replace the buffers by averages over X, no weight changed, with dropout on or off.

    A layer's buffers depend on the layers below, so the passes run with the batch's own statistics.

    Args:
        net: changed in place (buffers only).
        X: inputs, all in one batch.
        dropping: whether masks act meanwhile.
        passes: to average over.
    """
    _normed(net)
    net.train()
    net.dropping = dropping
    for norm in net.norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain average
    with torch.no_grad():
        for _ in range(valid.count("passes", passes)):
            net(torch.from_numpy(X))
    net.dropping = True


@checked(counts=("draws",), naturals=("k",))
def spread_before_norm(
    net: Net, X: Float[np.ndarray, "n d"], k: int, *, draws: int
) -> tuple[Float[np.ndarray, " p"], Float[np.ndarray, " p"]]:
    """Variance of what enters the k-th batch norm, over samples: with masks (averaged over draws), and without.

    The norms below use their buffers both times.
    """
    _normed(net)
    valid.count("k", k, least=0, most=len(net.norms) - 1)
    net.eval()
    x = torch.from_numpy(X)
    with torch.no_grad():
        variances = [net.before_norm(x, k).var(dim=0).numpy() for _ in range(draws)]
        net.dropping = False
        still = net.before_norm(x, k).var(dim=0).numpy()
    net.dropping = True
    return np.mean(variances, axis=0), still


@checked(sizes=True, counts=("seeds", "steps"))
def final_losses(
    rates: list[float],
    X: Float[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    hidden: list[int],
    norm: bool,
    steps: int,
    seeds: int,
) -> Float[np.ndarray, "rates seeds"]:
    """Average loss of the last tenth of training at each rate; infinite where it diverged."""
    result = np.empty((len(rates), seeds))
    for i, rate in enumerate(rates):
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            net = Net([X.shape[1], *hidden, 10], norm=norm, p_drop=0.0, rng=rng)
            tail = train(net, X, y, steps=steps, batch=64, rate=rate, rng=rng)[-steps // 10 :]
            result[i, seed] = tail.mean() if np.isfinite(tail).all() else np.inf
    return result


def _normed(net):
    if net.norms is None:
        raise ValueError("net must have batch norms; it was made with norm=False")
