"""Checks of the arguments that this chapter's functions share: index sets, layers, pairs of layers, symmetric matrices."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Num

from principles.signatures import checked
from principles.validation import array, count


@checked(counts=("d",))
def positions(indices: Sequence[int], d: int) -> list[int]:
    """Index set → positions from 0.

    Raises:
        ValueError: if a number repeats or lies outside 1, ..., d.

    >>> positions((1, 3), 4)
    [0, 2]
    """
    found = [count("indices", i, least=1, most=count("d", d)) - 1 for i in indices]
    if len(set(found)) < len(found):
        raise ValueError(f"indices must be distinct numbers from 1 to {d}; got {tuple(indices)}")
    return found


def square(name: str, M: Num[np.ndarray, "k k"], *, size: int | None = None) -> Float[np.ndarray, "k k"]:
    """M, which must be a square matrix (of `size` rows, if given)."""
    M = array(name, M, ndim=2)
    if M.shape[0] != M.shape[1] or size not in (None, len(M)):
        raise ValueError(f"{name} must have shape ({size or 'k'}, {size or 'k'}); got {M.shape}")
    return M


def symmetric(name: str, M: Num[np.ndarray, "k k"]) -> Float[np.ndarray, "k k"]:
    """M, which must be square and symmetric (to rounding)."""
    M = square(name, M)
    if np.abs(M - M.T).max() > 1e-8 * np.abs(M).max():
        raise ValueError(f"{name} must be symmetric; it differs from its transpose by {np.abs(M - M.T).max():.3g}")
    return M


def invertible(name: str, M: Num[np.ndarray, "k k"], *, size: int | None = None) -> Float[np.ndarray, "k k"]:
    """M, which must be square and of full rank."""
    M = square(name, M, size=size)
    if np.linalg.matrix_rank(M) < len(M):
        raise ValueError(f"{name} must be invertible; it has rank {np.linalg.matrix_rank(M)} of {len(M)}")
    return M


def pair(
    A: Num[np.ndarray, "dy p"], B: Num[np.ndarray, "p dx"], *, dx: int | None = None, dy: int | None = None
) -> tuple[Float[np.ndarray, "dy p"], Float[np.ndarray, "p dx"]]:
    """(A, B), second layer first, which must lead from dx inputs through p hidden units to dy outputs."""
    A = array("A", A, shape=(dy, None))
    return A, array("B", B, shape=(A.shape[1], dx))


def layers(
    name: str, weights: Sequence, *, into: int, inputs: int | None = None, outputs: int | None = None, least: int = 1
) -> list:
    """`weights` as a list of matrices, each of which takes what the one before it gives.

    Args:
        name: of the argument, for the error.
        weights: arrays (or tensors, of which only the shapes are checked), first layer first.
        into: the axis that takes the input, 0 for hW and 1 for Wh.
        inputs, outputs: of the whole network, where they are known.
        least: number of layers.
    """
    if not isinstance(weights, (list, tuple)) or len(weights) < least:
        raise ValueError(f"{name} must be a list of at least {least} layers; got {type(weights).__name__}")
    found = [array(f"{name}[{i}]", W, ndim=2) if not hasattr(W, "requires_grad") else W for i, W in enumerate(weights)]
    gives, takes = [inputs, *(W.shape[1 - into] for W in found)], [*(W.shape[into] for W in found), outputs]
    if any(None not in link and link[0] != link[1] for link in zip(gives, takes)):
        ends = "" if inputs is None and outputs is None else f", from {inputs or 'any'} inputs to {outputs or 'any'} outputs"
        raise ValueError(f"{name} must be layers that fit together{ends}; got shapes {[tuple(W.shape) for W in found]}")
    return found


def alike(name: str, weights: Any, other_name: str, other: Sequence) -> Any:
    """`weights`, whose shapes must be those of `other`."""
    shapes, wanted = ([tuple(np.shape(W)) for W in network] for network in (weights, other))
    if shapes != wanted:
        raise ValueError(f"{name} must have the shapes of {other_name}, {wanted}; got {shapes}")
    return weights
