"""A small network that predicts the noise in z_t, and its training.

float64, every random number from numpy, steps that decay to zero: the printed digits
are then the same on another processor.
"""

import numpy as np
import torch
from jaxtyping import Float, Int

from principles.signatures import checked
from principles.validation import array, count, generator, number
from principles.variational.schedule import jump


@checked
def time_features(t: Int[np.ndarray, " n"], *, T: int, size: int) -> Float[np.ndarray, "n size"]:
    """The step t on a Fourier basis: cosines and sines of πt/T times 1, 2, 4, ..., a row a step.

    Args:
        t: steps.
        T: the last step.
        size: how many features, an even number.
    """
    size, T, t = count("size", size, least=2), count("T", T), array("t", t, ndim=1)
    if t.min() < 0 or t.max() > T:
        raise ValueError(f"t must lie between 0 and {T}; got {t.min():g} to {t.max():g}")
    if size % 2:
        raise ValueError(f"size must be even, half cosines and half sines; got {size}")
    angles = np.pi * t[:, None] / T * 2.0 ** np.arange(size // 2)
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)


class Denoiser(torch.nn.Module):
    """ε_v(z, t): residual layers that see z and the Fourier features of t.

    The output is √(1-β̄_t) z + √β̄_t (network), so that the untrained network (zero last layer)
    is already right for data of law N(0, I).

    Args:
        dimension: of z.
        width: of the hidden layers.
        depth: the number of residual layers.
        schedule: the noise levels.
        rng: for the initial weights.
    """

    def __init__(self, dimension, *, width, depth, schedule, rng, embedding=12):
        super().__init__()
        self.schedule = schedule
        steps = np.arange(schedule.T + 1)
        self.table = torch.from_numpy(time_features(steps, T=schedule.T, size=embedding))
        self.kept = torch.from_numpy(schedule.kept)
        self.enter, self.clock = linear(dimension, width, rng=rng), linear(embedding, width, rng=rng)
        self.inner = torch.nn.ModuleList(linear(width, width, rng=rng) for _ in range(count("depth", depth)))
        self.clocks = torch.nn.ModuleList(linear(embedding, width, rng=rng) for _ in range(depth))
        self.leave = linear(width, dimension, rng=rng, scale=0.0)

    def forward(self, z, t):
        """The predicted noise, a row for each row of z; t holds the steps."""
        time, kept = self.table[t], self.kept[t][:, None]
        h = self.enter(z) + self.clock(time)
        for layer, clock in zip(self.inner, self.clocks):
            h = h + layer(torch.nn.functional.silu(h + clock(time)))
        out = self.leave(torch.nn.functional.silu(h))
        return torch.sqrt(1 - kept) * z + torch.sqrt(kept) * out


def linear(inputs, outputs, *, rng, scale=1.0):
    """A float64 linear layer with weights N(0, scale²/inputs) from numpy and zero bias."""
    inputs, outputs, rng = count("inputs", inputs), count("outputs", outputs), generator("rng", rng)
    layer = torch.nn.Linear(inputs, outputs, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(rng.standard_normal((outputs, inputs)) * scale / np.sqrt(inputs)))
        layer.bias.zero_()
    return layer


@checked
def train(
    model: Denoiser, sampler, *, steps: int, batch: int, rate: float, rng: np.random.Generator, weights=None
) -> Float[np.ndarray, " steps"]:
    """Adam on the mean of w_t ‖ε - ε_v(z_t, t)‖² over random rows, steps t and noise; returns the losses.

    Args:
        model: changed in place.
        sampler: a function of (batch, rng) that returns rows of data.
        steps: how many updates; the step size falls from `rate` to 0 along a cosine.
        batch: rows in each.
        rate: the first step size.
        rng: for rows, steps and noise.
        weights: w_t for t = 0 ... T (w_0 is not used); all 1 if left out.
    """
    weights = np.ones(model.schedule.T + 1) if weights is None else array("weights", weights, shape=(model.schedule.T + 1,))
    steps, batch, rng = count("steps", steps), count("batch", batch), generator("rng", rng)
    optimizer = torch.optim.Adam(model.parameters(), lr=number("rate", rate, above=0), betas=(0.9, 0.99), fused=True)
    losses = np.empty(steps)
    for k in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * 0.5 * (1 + np.cos(np.pi * k / steps))
        x = sampler(batch, rng)
        t = 1 + np.floor((rng.permutation(batch) + rng.random(batch)) / batch * model.schedule.T).astype(int)
        noise = rng.standard_normal(x.shape)
        z = torch.from_numpy(jump(x, t, noise, model.schedule))
        error = (model(z, torch.from_numpy(t)) - torch.from_numpy(noise)).square().mean(dim=1)
        loss = (error * torch.from_numpy(weights[t])).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses[k] = loss.item()
    return losses


def rows_of(X: Float[np.ndarray, "n d"]):
    """A sampler that draws rows of X with replacement."""
    X = array("X", X, ndim=2)
    return lambda size, rng: X[rng.integers(len(X), size=size)]


@checked
def noise_predictor(model: Denoiser):
    """The trained network as a plain function of numpy arrays, (z, t) -> predicted noise."""

    @torch.no_grad()
    def predict(z, t):
        return model(torch.from_numpy(np.asarray(z, float)), torch.from_numpy(np.asarray(t))).numpy()

    return predict
