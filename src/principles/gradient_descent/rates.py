"""How fast a sequence of gaps falls: the ratio of successive gaps, its name, fitted slopes, and updates to ε."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from principles.gradient_descent.objectives import Objective, Real, points, spectrum
from principles.signatures import checked
from principles.validation import array, count, number, same_length


def ratios(gaps: Float[np.ndarray, " t"]) -> Float[np.ndarray, " t-1"]:
    """gap_{t+1}/gap_t."""
    gaps = array("gaps", gaps, ndim=1)
    if (gaps[:-1] <= 0).any():
        raise ValueError("gaps must be positive, except perhaps the last")
    return gaps[1:] / gaps[:-1]


def name(limit: Real) -> str:
    """What a limit ρ of the ratios is called: super-linear at 0, linear in between, sub-linear at 1."""
    ρ = number("limit", limit, least=0, most=1)
    return "super-linear" if ρ == 0 else "sub-linear" if ρ == 1 else "linear"


@checked
def log_slope(t: Float[np.ndarray, " k"], gaps: Float[np.ndarray, " k"], *, log_time: bool) -> float:
    """Slope of log(gap) against t, or against log t: a straight line is linear in the first, a power law in the second."""
    t, gaps = array("t", t, ndim=1), array("gaps", gaps, ndim=1)
    same_length("gaps", gaps, "t", t)
    if (gaps <= 0).any() or (log_time and (t <= 0).any()):
        raise ValueError("gaps must be positive, and so must t on a logarithmic axis")
    return float(np.polyfit(np.log(t) if log_time else t, np.log(gaps), 1)[0])


def first_below(gaps: Float[np.ndarray, " t"], epsilon: Real) -> int:
    """The least t with gap_t ≤ ε.

    Raises:
        ValueError: if no gap is that small.
    """
    hits = np.flatnonzero(array("gaps", gaps, ndim=1) <= number("epsilon", epsilon, above=0))
    if not hits.size:
        raise ValueError(f"no gap reaches {epsilon:g}; the least is {np.min(gaps):.3g}")
    return int(hits[0])


@checked
def updates_to(objective: Objective, start, *, epsilon: Real, step_size: Real, most: int = 100_000) -> int:
    """Updates of gradient descent until ‖w − w*‖ ≤ ε‖w^(0) − w*‖."""
    w, goal, η = points("start", start, objective), objective.known_minimiser(), number("step_size", step_size, above=0)
    radius = number("epsilon", epsilon, above=0) * np.linalg.norm(w - goal)
    for t in range(count("most", most) + 1):
        if np.linalg.norm(w - goal) <= radius:
            return t
        w = w - η * objective.gradient(w)
    raise ValueError(f"not within ε after {most} updates; the step may be too large")


def sufficient(condition: Real, epsilon: Real) -> float:
    """(κ/2) log(1/ε), enough updates at η = 2/(m + L) to divide the distance by 1/ε."""
    return number("condition", condition, least=1) / 2 * np.log(1 / number("epsilon", epsilon, above=0, most=1))


@checked
def costs_against_condition(
    conditions: Float[np.ndarray, " k"], *, epsilon: Real, step: Callable[[float], float]
) -> Float[np.ndarray, " k"]:
    """Updates to ε on quadratics with curvatures 1 and κ from (1, 1), the step a function of κ."""
    made = [spectrum(np.array([1.0, κ])) for κ in conditions]
    start = np.ones(2)
    return np.array([updates_to(ℓ, start, epsilon=epsilon, step_size=step(float(κ))) for ℓ, κ in zip(made, conditions)], float)
