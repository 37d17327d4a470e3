"""What it means to learn: probably (over data sets), approximately (in risk) correct."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Num

from principles.signatures import checked
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Rate:
    """A probability estimated from independent trials, and the standard error of the estimate."""

    value: float
    standard_error: float
    trials: int


def rate(outcomes: Bool[np.ndarray, " trials"]) -> Rate:
    """The share of trials that came out true; its standard error is at least that of a single true trial.

    >>> rate(np.array([True, False, True, True])).value
    0.75
    """
    outcomes = _zeros_and_ones("outcomes", outcomes)
    share, trials = float(outcomes.mean()), len(outcomes)
    return Rate(share, float(np.sqrt(max(share * (1 - share), (trials - 1) / trials**2) / trials)), trials)


@checked
def risks(
    learner: Callable, draw: Callable, risk: Callable, *, n: int, trials: int, rng: np.random.Generator
) -> Num[np.ndarray, " trials"]:
    """Population risks R(f_D) of what a learner returns on `trials` independent data sets of n samples.

    Args:
        learner: maps inputs and labels to a hypothesis, L.
        draw: `draw(n, rng)` returns n i.i.d. inputs and their labels c(x).
        risk: the population risk of a hypothesis.
        n: samples a data set.
        trials: how many data sets.
        rng: source of randomness.

    Raises:
        ValueError: if `n` or `trials` is below 1.
    """
    n, trials, rng = count("n", n), count("trials", trials), generator("rng", rng)
    return np.array([risk(learner(*draw(n, rng))) for _ in range(trials)], dtype=float)


def success_rate(found: Num[np.ndarray, " trials"], *, epsilon: float) -> Rate:
    """P_D(R(f_D) < ε), which Definition 13.1 wants to be at least 1 - δ, from the risks of many data sets.

    Args:
        found: population risks, one a data set, in [0, 1].
        epsilon: ε, above 0. At ε = 0 no risk is small enough, so no class could be learned.

    Raises:
        ValueError: if `epsilon` is not in (0, 1/2) or a risk is not in [0, 1].

    >>> success_rate(np.array([0.0, 0.02, 0.3, 0.04]), epsilon=0.1).value
    0.75
    """
    found, ε = array("found", found, ndim=1), _half("epsilon", epsilon)
    if (found < 0).any() or (found > 1).any():
        raise ValueError(f"found must hold risks between 0 and 1; got {found.min():g} to {found.max():g}")
    return rate(found < ε)  # Definition 13.1


def memoriser_risk(seen: Num[np.ndarray, " n"], labels: Num[np.ndarray, " m"]) -> float:
    """Risk of a learner that remembers labels of m equally likely points and answers 0 where it has seen none.

    Args:
        seen: numbers of the points in the sample, 0 to m - 1.
        labels: c(x) of every point, 0 or 1.

    >>> memoriser_risk(np.array([0, 0, 2]), np.array([1, 1, 1, 0]))
    0.25
    """
    labels, seen = _zeros_and_ones("labels", labels), array("seen", seen, ndim=1)
    if seen.min() < 0 or seen.max() >= len(labels) or (seen != np.floor(seen)).any():
        raise ValueError(f"seen must hold whole numbers of points, 0 to {len(labels) - 1}; got {seen.min():g} to {seen.max():g}")
    unknown = np.ones(len(labels), dtype=bool)
    unknown[seen.astype(int)] = False
    return float((unknown & (labels == 1)).mean())


def unseen_mass(m: int, n: int) -> float:
    """(1 - 1/m)ⁿ, the expected share of m equally likely points that a sample of n misses.

    >>> unseen_mass(2, 3)
    0.125
    """
    return float((1 - 1 / count("m", m)) ** count("n", n, least=0))


def _half(name, value):
    return number(name, value, above=0, below=0.5)


def _zeros_and_ones(name, value):
    result = array(name, value, ndim=1)
    if not np.isin(result, (0, 1)).all():
        raise ValueError(f"{name} must be 0 or 1 (false or true); got {result[~np.isin(result, (0, 1))][0]:g}")
    return result
