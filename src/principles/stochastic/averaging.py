"""Averages of the iterates of SGD: the uniform mean and the exponential one."""

from collections.abc import Iterable, Iterator

import numpy as np
from jaxtyping import Float

from principles.validation import array, number


def _alike(states):
    """The states as arrays, all of the shape of the first."""
    shape = None
    for w in states:
        w = array("states", w, shape=shape)
        shape = w.shape
        yield w


def uniform(states: Iterable[Float[np.ndarray, "*r p"]]) -> Iterator[Float[np.ndarray, "*r p"]]:
    """u_t = (w_0 + ... + w_t)/(t + 1), kept up to date with one extra copy of the weights (11.15).

    Args:
        states: w_0, w_1, ...

    >>> [float(u[0]) for u in uniform([np.array([0.0]), np.array([2.0]), np.array([4.0])])]
    [0.0, 1.0, 2.0]
    """
    u = None
    for t, w in enumerate(_alike(states)):
        u = w if u is None else u + (w - u) / (t + 1)  # (11.15)
        yield u


def exponential(states: Iterable[Float[np.ndarray, "*r p"]], *, decay: float) -> Iterator[Float[np.ndarray, "*r p"]]:
    """u_t = ρ u_{t−1} + (1 − ρ) w_t with u_0 = w_0: the same memory, but a window of about 1/(1 − ρ) iterates.

    Args:
        states: w_0, w_1, ...
        decay: ρ, from 0 to below 1.
    """
    ρ = number("decay", decay, least=0, below=1)
    u = None
    for w in _alike(states):
        u = w if u is None else ρ * u + (1 - ρ) * w
        yield u
