"""What the lemmas promise along a run of gradient descent. Each function returns both sides, lower ≤ upper.

A path has shape (T + 1, p), row t being w^(t). `Sides` hold an entry for each update, or for each t ≥ 1.
"""

import numpy as np
from jaxtyping import Float

from principles.gradient_descent.inequalities import Sides
from principles.gradient_descent.objectives import Objective, Real, Values, points
from principles.signatures import checked
from principles.validation import array, number


def safe_step(L: Real) -> float:
    """1/L, the largest step for which every update is sure to make progress (9.22)."""
    return 1 / number("L", L, above=0)  # (9.22)


@checked
def best_step(m: Real, L: Real) -> float:
    """2/(m + L), the step with the best guaranteed rate."""
    return 2 / (number("m", m, above=0) + number("L", L, least=m))


def _run(objective, path):
    path = points("path", path, objective)
    if path.ndim != 2 or len(path) < 2:
        raise ValueError(f"path must hold at least two points in its rows; got shape {path.shape}")
    return path


@checked
def gaps(objective: Objective, path) -> Values:
    """ℓ(w^(t)) − ℓ(w*)."""
    return objective.value(points("path", path, objective)) - objective.least


@checked
def square_distances(objective: Objective, path) -> Values:
    """‖w^(t) − w*‖²."""
    return ((points("path", path, objective) - objective.known_minimiser()) ** 2).sum(axis=-1)


@checked
def decrease(objective: Objective, path, *, step_size: Real) -> Sides:
    """ℓ(w^(t+1)) ≤ ℓ(w^(t)) − (η/2)‖∇ℓ(w^(t))‖², the first part of Lemma 9.3 (9.23)."""
    path, η = _run(objective, path), number("step_size", step_size, above=0)
    value, g = objective.value(path), objective.gradient(path[:-1])
    return Sides(value[1:], value[:-1] - η / 2 * (g**2).sum(axis=-1))  # (9.23)


@checked
def telescope(objective: Objective, path, *, step_size: Real) -> Sides:
    """ℓ(w^(t+1)) − ℓ(w*) ≤ (‖w^(t) − w*‖² − ‖w^(t+1) − w*‖²)/(2η), the second part of Lemma 9.3 (9.24)."""
    path, η = _run(objective, path), number("step_size", step_size, above=0)
    square = square_distances(objective, path)
    return Sides(gaps(objective, path)[1:], (square[:-1] - square[1:]) / (2 * η))  # (9.24)


@checked
def approach(objective: Objective, path) -> Sides:
    """‖w^(t+1) − w*‖² ≤ ‖w^(t) − w*‖², the last part of Lemma 9.3 (9.25)."""
    square = square_distances(objective, _run(objective, path))
    return Sides(square[1:], square[:-1])  # (9.25)


@checked
def sublinear(objective: Objective, path, *, step_size: Real) -> Sides:
    """ℓ(w^(t)) − ℓ(w*) ≤ ‖w^(0) − w*‖²/(2tη) for t ≥ 1, Lemma 9.4 (9.26).

    The statement prints ℓ(w^(t+1)) on the left, which is weaker by one update.
    """
    path, η = _run(objective, path), number("step_size", step_size, above=0)
    t = np.arange(1, len(path))
    return Sides(gaps(objective, path)[1:], square_distances(objective, path)[0] / (2 * t * η))  # (9.26)


@checked
def factor(m: Real, L: Real, *, step_size: Real) -> float:
    """c = 1 − 2ηmL/(m + L), by which an update shrinks the squared distance, for 0 < η ≤ 2/(m + L) (9.29).

    >>> factor(1, 3, step_size=0.5)
    0.25
    """
    η = number("step_size", step_size, above=0, most=best_step(m, L) * (1 + 1e-12))
    return 1 - η * 2 * m * L / (m + L)


@checked
def contraction(objective: Objective, path, *, step_size: Real) -> Sides:
    """‖w^(t+1) − w*‖² ≤ (1 − 2ηmL/(m + L)) ‖w^(t) − w*‖², the step of Lemma 9.6 (9.28)."""
    square = square_distances(objective, _run(objective, path))
    return Sides(square[1:], factor(objective.m, objective.L, step_size=step_size) * square[:-1])  # (9.28)


@checked
def geometric(objective: Objective, path, *, step_size: Real) -> Sides:
    """‖w^(t) − w*‖² ≤ c^t ‖w^(0) − w*‖², Lemma 9.6 (9.29)."""
    square = square_distances(objective, _run(objective, path))
    c = factor(objective.m, objective.L, step_size=step_size)
    return Sides(square, c ** np.arange(len(path)) * square[0])  # (9.29)


@checked
def best_factor(condition: Real) -> float:
    """c = ((κ − 1)/(κ + 1))², the factor at η = 2/(m + L) (9.30).

    >>> best_factor(3)
    0.25
    """
    κ = number("condition", condition, least=1)
    return ((κ - 1) / (κ + 1)) ** 2  # (9.30)


@checked
def linear_gap(objective: Objective, path, *, step_size: Real) -> Sides:
    """ℓ(w^(t)) − ℓ(w*) ≤ (L/2) c^t ‖w^(0) − w*‖² (9.31)."""
    bound = objective.L / 2 * geometric(objective, path, step_size=step_size).upper
    return Sides(gaps(objective, _run(objective, path)), bound)  # (9.31)


@checked
def exponential(t: Float[np.ndarray, " k"], condition: Real) -> Float[np.ndarray, " k"]:
    """e^{−4t/κ}, above ‖w^(t) − w*‖²/‖w^(0) − w*‖² at η = 2/(m + L) (9.32).

    The notes print it for the distance itself, for which it is false: its square root e^{−2t/κ} holds.
    """
    return np.exp(-4 * array("t", t) / number("condition", condition, least=1))  # (9.32), squared distance


@checked
def quadratic_factor(m: Real, L: Real, *, step_size: Real) -> float:
    """max(|1 − ηm|, |1 − ηL|)², by which the squared distance shrinks at worst on a quadratic, whatever η."""
    η, m, L = number("step_size", step_size, above=0), number("m", m, least=0), number("L", L, least=m)
    return max(abs(1 - η * m), abs(1 - η * L)) ** 2
