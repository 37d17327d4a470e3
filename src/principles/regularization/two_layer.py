"""Many two-layer networks ŷ = Vᵀ dropout(σ(Sᵀx + s)) + v, trained side by side.

The first axis of every array of weights counts networks. Each network has its own dropout
probability, weight decay, initial weights and training samples, so that one run compares them all.
σ is the ReLU; dropout is inverted; gradients are written out.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Num

from principles import validation as valid
from principles.regularization.dropout import inverted, mask
from principles.signatures import checked


@dataclass(frozen=True)
class Networks:
    """Weights of K networks: S (K, d, h), s (K, 1, h), V (K, h, C), v (K, 1, C)."""

    S: Float[np.ndarray, "K d h"]
    s: Float[np.ndarray, "K 1 h"]
    V: Float[np.ndarray, "K h C"]
    v: Float[np.ndarray, "K 1 C"]

    def pick(self, chosen: list[int] | slice) -> "Networks":
        """Some of the networks."""
        return Networks(self.S[chosen], self.s[chosen], self.V[chosen], self.v[chosen])


@checked(counts=("count", "d", "h", "outputs"), unsigned=("bias_std",))
def initial(count: int, *, d: int, h: int, outputs: int, rng: np.random.Generator, bias_std: float = 0.0) -> Networks:
    """Gaussian weights of variance 2/d and 1/h, biases of standard deviation `bias_std` below and zero above."""
    normal = valid.generator("rng", rng).standard_normal
    S, V = normal((count, d, h)) * np.sqrt(2 / d), normal((count, h, outputs)) / np.sqrt(h)
    return Networks(S, bias_std * normal((count, 1, h)), V, np.zeros((count, 1, outputs)))


@checked
def hidden(nets: Networks, X: Float[np.ndarray, "*K n d"]) -> Float[np.ndarray, "K n h"]:
    """σ(Sᵀx + s) for every network and sample."""
    return np.maximum(0.0, X @ nets.S + nets.s)


@checked
def predict(nets: Networks, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "K n C"]:
    """The outputs at test time: nothing is masked, nothing needs scaling."""
    return hidden(nets, valid.array("X", X, ndim=2)) @ nets.V + nets.v


@checked(counts=("draws",))
def masked(
    nets: Networks, X: Float[np.ndarray, "n d"], *, p_drop: float, draws: int, rng: np.random.Generator
) -> Float[np.ndarray, "draws n C"]:
    """Outputs of the first network under random masks, one mask for each draw and sample."""
    h, V = hidden(nets, X)[0], nets.V[0]
    return np.stack([inverted(h, mask(h.shape, p_drop=p_drop, rng=rng), p_drop=p_drop) @ V + nets.v[0] for _ in range(draws)])


@checked
def mistakes(nets: Networks, X: Float[np.ndarray, "n d"], y: Int[np.ndarray, " n"]) -> Float[np.ndarray, " K"]:
    """The share of wrong labels of every network."""
    said = predict(nets, X).argmax(axis=2)
    return np.mean(said != valid.array("y", y, shape=(said.shape[1],)), axis=1)


@checked(sizes=True)
def knocked_out(
    nets: Networks,
    X: Float[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    share: float,
    repeats: int,
    rng: np.random.Generator,
) -> Float[np.ndarray, " K"]:
    """Mistakes after a random share of the hidden units has gone silent: how much networks lean on single units (Remark 7.1).

    Args:
        nets: trained networks.
        X, y: samples to test on.
        share: of the hidden units that are removed, for good, the others scaled up to make good for it.
        repeats: sets of removed units to average over.
        rng: a numpy generator.
    """
    h, lost = hidden(nets, X), []
    silent = valid.count("units", round(valid.number("share", share, least=0, below=1) * h.shape[2]), least=0)
    for _ in range(valid.count("repeats", repeats)):
        r = np.ones(h.shape[2])
        r[rng.permutation(h.shape[2])[:silent]] = 0.0
        said = ((h * (r / r.mean())) @ nets.V + nets.v).argmax(axis=2)
        lost.append(np.mean(said != y, axis=1))
    return np.mean(lost, axis=0)


@checked
def dropout_penalty(nets: Networks, X: Float[np.ndarray, "n d"], *, p_drop: float) -> Float[np.ndarray, " K"]:
    """What dropout adds on average to the squared loss, p/(1-p) Σᵢⱼ hⱼ(xⁱ)² ‖Vⱼ‖²: no weight decay (Remark 7.2).

    It weighs the upper weights by how active their unit is on the data, and the lower weights through that
    activity only: S times c and V over c leave it as it is. Exact for masks on the last hidden layer.

    Args:
        nets: networks.
        X: inputs; the penalty belongs to the sum of their losses ‖ŷ - y‖².
        p_drop: probability of a zero.
    """
    p = valid.number("p_drop", p_drop, least=0, below=1)
    activity, squares = np.sum(hidden(nets, X) ** 2, axis=1), np.sum(nets.V**2, axis=2)
    return p / (1 - p) * np.sum(activity * squares, axis=1)


@checked
def rescaled(nets: Networks, factor: float) -> Networks:
    """The same functions with other weights: S and s times `factor`, V divided by it."""
    c = valid.number("factor", factor, above=0)
    return Networks(c * nets.S, c * nets.s, nets.V / c, nets.v)


@checked(sizes=True, counts=("batch",), positive=("step_size",))
def train(
    nets: Networks,
    X: Float[np.ndarray, "n d"],
    targets: Float[np.ndarray, "n C"],
    samples: Int[np.ndarray, "K m"],
    *,
    loss: str,
    p_drop: Num[np.ndarray, " K"],
    alpha: Num[np.ndarray, " K"],
    steps: int,
    batch: int,
    step_size: float,
    rng: np.random.Generator,
) -> tuple[Networks, Float[np.ndarray, "records K"]]:
    """SGD with momentum 0.9 and a step that falls to zero; dropout and decay of the weights, not of the biases.

    Args:
        nets: where to start.
        X: inputs of all samples.
        targets: codes (one-hot for "cross_entropy") or values (for "squared").
        samples: which rows of X each network trains on.
        loss: "cross_entropy" or "squared".
        p_drop, alpha: dropout probability and weight decay of each network.
        steps, batch, step_size: of SGD; the step falls to zero along a cosine.
        rng: draws batches and masks.

    Returns:
        The trained networks, and the batch loss every 20 steps.
    """
    if loss not in ("cross_entropy", "squared"):
        raise ValueError(f'loss must be "cross_entropy" or "squared"; got {loss!r}')
    valid.same_length("X", valid.array("X", X, ndim=2), "targets", valid.array("targets", targets, ndim=2))
    w = [nets.S, nets.s, nets.V, nets.v]
    velocity, record = [np.zeros_like(part) for part in w], []
    p, α = np.asarray(p_drop, float)[:, None, None], np.asarray(alpha, float)[:, None, None]
    for t in range(valid.count("steps", steps)):
        rows = samples[:, rng.integers(samples.shape[1], size=batch)]
        shape = len(p), batch, w[0].shape[2]
        keep = (rng.random(shape, dtype=np.float32) >= p) / (1 - p) if p.any() else np.ones((1, 1, 1))
        value, slopes = _gradient(w, X[rows], targets[rows], keep, loss)
        slopes[0], slopes[2] = slopes[0] + α * w[0], slopes[2] + α * w[2]
        η = step_size * 0.5 * (1 + np.cos(np.pi * t / steps))
        velocity = [0.9 * u - η * g for u, g in zip(velocity, slopes)]
        w = [part + u for part, u in zip(w, velocity)]
        if t % 20 == 0:
            record.append(value)
    return Networks(*w), np.array(record)


def _gradient(w, x, y, keep, loss):
    S, s, V, v = w
    h = np.maximum(0.0, x @ S + s)
    g = h * keep
    out = g @ V + v
    if loss == "squared":
        bar, value = out - y, 0.5 * np.mean(((out - y) ** 2).sum(axis=2), axis=1)
    else:
        out = out - out.max(axis=2, keepdims=True)
        log_q = out - np.log(np.exp(out).sum(axis=2, keepdims=True))
        bar, value = np.exp(log_q) - y, -np.mean((y * log_q).sum(axis=2), axis=1)
    bar = bar / y.shape[1]
    bar_h = (bar @ V.swapaxes(1, 2)) * keep * (h > 0)
    parts = [x.swapaxes(1, 2) @ bar_h, bar_h.sum(1, keepdims=True), g.swapaxes(1, 2) @ bar, bar.sum(1, keepdims=True)]
    return value, parts
