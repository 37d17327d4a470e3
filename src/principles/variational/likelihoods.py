"""What the numbers that leave a decoder mean: log p(x | z) for three kinds of pixel, and the mean image."""

import math

import numpy as np
import torch

from principles.validation import generator

LEVELS = 16


def bernoulli(output: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Pixels 0 or 1, one logit each: minus the logistic loss, summed over pixels."""
    return -torch.nn.functional.binary_cross_entropy_with_logits(output, _like(x, output), reduction="none").sum(-1)


def binomial(output: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Pixels k/16 that count the ink in 16 cells, one logit each: k is binomial(16, sigmoid(output))."""
    k = _like(x, output) * LEVELS
    choose = math.lgamma(LEVELS + 1) - torch.lgamma(k + 1) - torch.lgamma(LEVELS - k + 1)
    on, off = torch.nn.functional.logsigmoid(output), torch.nn.functional.logsigmoid(-output)
    return (choose + k * on + (LEVELS - k) * off).sum(-1)


def categorical(output: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Pixels k/16 with 17 logits each: a softmax over the grey levels."""
    logits = output.unflatten(-1, (-1, LEVELS + 1))
    k = (_like(x, logits[..., 0]) * LEVELS).round().long()
    return -torch.nn.functional.cross_entropy(logits.movedim(-1, 1), k, reduction="none").sum(-1)


def mean_image(output: torch.Tensor, *, kind: str) -> torch.Tensor:
    """E[x | z] in [0, 1] for each row of outputs."""
    if _known(kind) == "categorical":
        shares = torch.softmax(output.unflatten(-1, (-1, LEVELS + 1)), dim=-1)
        return shares @ (torch.arange(LEVELS + 1, dtype=output.dtype) / LEVELS)
    return torch.sigmoid(output)


def draw_image(output: torch.Tensor, *, kind: str, rng: np.random.Generator) -> np.ndarray:
    """A draw from p(x | z) for each row of outputs, as numpy; the random numbers come from numpy."""
    rng = generator("rng", rng)
    if _known(kind) == "categorical":
        shares = torch.softmax(output.unflatten(-1, (-1, LEVELS + 1)), dim=-1)
        level = rng.random((*shares.shape[:-1], 1))
        return (np.cumsum(shares.numpy(), axis=-1) < level).sum(axis=-1).clip(max=LEVELS) / LEVELS
    p = torch.sigmoid(output).numpy()
    return rng.binomial(LEVELS, p) / LEVELS if kind == "binomial" else rng.binomial(1, p) * 1.0


KINDS = {"bernoulli": (bernoulli, 1), "binomial": (binomial, 1), "categorical": (categorical, LEVELS + 1)}


def _like(x, output):
    if x.shape != output.shape:
        raise ValueError(f"x must have one pixel for each of the decoder's, shape {tuple(output.shape)}; got {tuple(x.shape)}")
    return x


def _known(kind):
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")
    return kind
