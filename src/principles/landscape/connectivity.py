"""Curves of low loss between two separately trained nonlinear networks: mode connectivity.

The curve is quadratic, (1-t)² w_0 + 2t(1-t) m + t² w_1, and only its middle m is trained.
"""

import numpy as np
import torch
from jaxtyping import Float, Int, Num

from principles.landscape.inputs import alike
from principles.landscape.slices import loss, samples
from principles.signatures import checked
from principles.validation import count, number


@checked
def on_curve(first: list, middle: list, last: list, t: float) -> list:
    """The weights at t of the quadratic curve that starts at `first`, ends at `last` and is pulled towards `middle`."""
    alike("middle", middle, "first", first)
    alike("last", last, "first", first)
    number("t", t, least=0, most=1)
    return [(1 - t) ** 2 * a + 2 * t * (1 - t) * m + t**2 * b for a, m, b in zip(first, middle, last)]


@checked
def train_curve(
    first: list[np.ndarray],
    last: list[np.ndarray],
    X: Num[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    rate: float,
    steps: int,
    nodes: int,
) -> list[np.ndarray]:
    """The middle point that makes the mean loss at `nodes` inner points of the curve small, by Adam from the mean of the ends.

    Args:
        first, last: weights of two trained networks without skip connections.
        X: inputs, a row a sample.
        y: classes.
        rate: first step size; it falls to zero like a half cosine.
        steps: how many.
        nodes: points of the curve, evenly spaced, the ends left out.
    """
    X, y = samples(alike("first", first, "last", last), X, y)
    ends = [[torch.tensor(W) for W in weights] for weights in (first, last)]
    middle = [((a + b) / 2).requires_grad_() for a, b in zip(*ends)]
    adam = torch.optim.Adam(middle, lr=number("rate", rate, above=0))
    for step in range(count("steps", steps)):
        adam.param_groups[0]["lr"] = rate * (1 + np.cos(np.pi * step / steps)) / 2
        adam.zero_grad()
        for t in np.linspace(0, 1, count("nodes", nodes) + 2)[1:-1]:
            (loss(on_curve(ends[0], middle, ends[1], t), X, y, skip=False) / nodes).backward()
        adam.step()
    return [W.detach().numpy() for W in middle]


@checked
def curve_losses(
    first: list[np.ndarray],
    middle: list[np.ndarray],
    last: list[np.ndarray],
    X: Num[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    points: int,
) -> Float[np.ndarray, " points"]:
    """The loss at evenly spaced t along the curve; the straight line is the curve with the mean of its ends in the middle."""
    X, y = samples(first, X, y)
    ts = np.linspace(0, 1, count("points", points, least=2))
    curves = ([torch.tensor(W) for W in on_curve(first, middle, last, t)] for t in ts)
    return np.array([loss(weights, X, y, skip=False).item() for weights in curves])
