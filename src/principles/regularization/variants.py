"""Relatives of batch-normalisation: over which entries of (batch, channel, height, width) the statistics run."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Num

from principles import validation as valid
from principles.regularization.normalization import standardize, statistics
from principles.signatures import checked


@checked
def layer_norm(h: Num[np.ndarray, "n *features"], *, eps: float = 1e-5) -> Float[np.ndarray, "n *features"]:
    """Each sample by its own mean and variance over all of its features."""
    return _by(h, tuple(range(1, np.ndim(h))), eps)


@checked
def instance_norm(h: Num[np.ndarray, "n c *places"], *, eps: float = 1e-5) -> Float[np.ndarray, "n c *places"]:
    """Each channel of each sample by its own mean and variance over all places."""
    return _by(h, tuple(range(2, np.ndim(h))), eps)


@checked
def group_norm(h: Num[np.ndarray, "n c *places"], *, groups: int, eps: float = 1e-5) -> Float[np.ndarray, "n c *places"]:
    """Each group of channels of each sample by its own mean and variance; one group is the layer norm.

    Raises:
        ValueError: if the channels cannot be parted evenly.
    """
    h = valid.array("h", h)
    n, c = h.shape[:2]
    if c % valid.count("groups", groups):
        raise ValueError(f"groups must divide the {c} channels; got {groups}")
    parted = h.reshape(n, groups, c // groups, *h.shape[2:])
    return _by(parted, tuple(range(2, parted.ndim)), eps).reshape(h.shape)


@checked
def batch_parts(h: Num[np.ndarray, "n c *places"], *, parts: int, eps: float = 1e-5) -> Float[np.ndarray, "n c *places"]:
    """Batch-normalisation of each part of the mini-batch on its own (sometimes called ghost batch-normalisation)."""
    h = valid.array("h", h)
    pieces = np.array_split(h, valid.count("parts", parts, most=len(h)))
    return np.concatenate([standardize(part, statistics(part), eps=eps) for part in pieces])


@checked
def influence(
    norm: Callable[[np.ndarray], np.ndarray], shape: tuple[int, ...], *, rng: np.random.Generator
) -> Bool[np.ndarray, "..."]:
    """Which entries of the input change the first sample's first output: the entries that share its statistics.

    Args:
        norm: a normalisation.
        shape: of its input.
        rng: draws the input.
    """
    h = valid.generator("rng", rng).standard_normal(shape)
    first, moved = norm(h)[(0,) * h.ndim], np.zeros(shape, dtype=bool)
    for index in np.ndindex(*shape):
        nudged = h.copy()
        nudged[index] += 0.5
        moved[index] = abs(norm(nudged)[(0,) * h.ndim] - first) > 1e-9
    return moved


def _by(h, axes, eps):
    h = valid.array("h", h)
    variance = h.var(axis=axes, keepdims=True) + valid.number("eps", eps, least=0)
    if (variance == 0).any():
        raise ValueError(f"eps must be positive where all entries of a group of h are equal; got {eps:g}")
    return (h - h.mean(axis=axes, keepdims=True)) / np.sqrt(variance)
