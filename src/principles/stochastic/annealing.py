"""Annealing: equilibrate, lower the step, repeat; and how often that ends in the global minimum."""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.stochastic import gaussian_model, gibbs
from principles.validation import array, count, number


def stages(first: int | float, last: int | float, number_of_stages: int) -> Float[np.ndarray, " k"]:
    """Step sizes from `first` down to `last`, falling by the same factor at every stage.

    >>> stages(0.8, 0.2, 3).round(12)
    array([0.8, 0.4, 0.2])
    """
    number("first", first, above=0)
    number("last", last, above=0, most=first)
    return np.geomspace(first, last, count("number_of_stages", number_of_stages))


@checked(counts=("wait",))
def anneal(
    potential: gibbs.Potential, start: Float[np.ndarray, " r"], *, steps: Float[np.ndarray, " k"], wait: int, batch: int, rng
) -> Float[np.ndarray, "k r"]:
    """Runs of the Gaussian model through falling steps, `wait` updates at each; where every run is at the end of each stage.

    Args:
        potential: the loss.
        start: of every run.
        steps: η of every stage.
        wait: updates at each stage.
        batch: b.
        rng: a numpy generator.
    """
    W, ends = array("start", start, ndim=1), []
    for η in array("steps", steps, ndim=1):
        W = gaussian_model.final(potential.slope, W, steps=wait, step_size=float(η), batch=batch, rng=rng)
        ends.append(W)
    return np.array(ends)


def share_left(W: Float[np.ndarray, "*k r"], barrier: int | float) -> Float[np.ndarray, "*k"]:
    """The share of the runs that are left of the barrier."""
    return np.asarray((number("barrier", barrier) > array("W", W)).mean(axis=-1))


def expected_share_left(p: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"], barrier: int | float) -> float:
    """The probability that a density gives to the left of the barrier."""
    p, barrier = gibbs.on_grid("p", p, grid), number("barrier", barrier)
    cumulative = np.r_[0.0, np.cumsum((p[1:] + p[:-1]) * np.diff(grid))]  # twice the area so far
    return float(np.interp(barrier, grid, cumulative) / cumulative[-1])


def bin_shares(
    p: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"], edges: Float[np.ndarray, " e"]
) -> Float[np.ndarray, " b"]:
    """The probability that a density gives to each bin between neighbouring edges."""
    edges = array("edges", edges, ndim=1)
    if len(edges) < 2 or (np.diff(edges) <= 0).any():
        raise ValueError("edges must increase, and there must be at least two of them")
    return np.diff([expected_share_left(p, grid, float(edge)) for edge in edges])
