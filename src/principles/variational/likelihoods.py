"""What the numbers that leave a decoder mean: log p(x | z) for three kinds of pixel, and the mean image."""

import math

import numpy as np
import torch

LEVELS = 16


def bernoulli(output: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Pixels 0 or 1, one logit each: minus the logistic loss, summed over pixels."""
    return -torch.nn.functional.binary_cross_entropy_with_logits(output, x, reduction="none").sum(-1)


def binomial(output: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Pixels k/16 that count the ink in 16 cells, one logit each: k is binomial(16, sigmoid(output))."""
    k = x * LEVELS
    choose = math.lgamma(LEVELS + 1) - torch.lgamma(k + 1) - torch.lgamma(LEVELS - k + 1)
    on, off = torch.nn.functional.logsigmoid(output), torch.nn.functional.logsigmoid(-output)
    return (choose + k * on + (LEVELS - k) * off).sum(-1)


def categorical(output: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Pixels k/16 with 17 logits each: a softmax over the grey levels."""
    k = (x * LEVELS).round().long()
    logits = output.reshape(*x.shape, LEVELS + 1)
    return torch.log_softmax(logits, dim=-1).gather(-1, k.unsqueeze(-1)).squeeze(-1).sum(-1)


def mean_image(output: torch.Tensor, *, kind: str) -> torch.Tensor:
    """E[x | z] in [0, 1] for each row of outputs."""
    if kind == "categorical":
        shares = torch.softmax(output.reshape(*output.shape[:-1], -1, LEVELS + 1), dim=-1)
        return shares @ (torch.arange(LEVELS + 1, dtype=output.dtype) / LEVELS)
    return torch.sigmoid(output)


def draw_image(output: torch.Tensor, *, kind: str, rng: np.random.Generator) -> np.ndarray:
    """A draw from p(x | z) for each row of outputs, as numpy; the random numbers come from numpy."""
    if kind == "categorical":
        shares = torch.softmax(output.reshape(*output.shape[:-1], -1, LEVELS + 1), dim=-1)
        level = rng.random((*shares.shape[:-1], 1))
        return (np.cumsum(shares.numpy(), axis=-1) < level).sum(axis=-1).clip(max=LEVELS) / LEVELS
    p = torch.sigmoid(output).numpy()
    return rng.binomial(LEVELS, p) / LEVELS if kind == "binomial" else rng.binomial(1, p) * 1.0


KINDS = {"bernoulli": (bernoulli, 1), "binomial": (binomial, 1), "categorical": (categorical, LEVELS + 1)}
