"""Runs whose lengths and errors are fitted: condition numbers, convex functions, the limit of small steps."""

import numpy as np
from jaxtyping import Float, Num

from principles.acceleration import rates, updates
from principles.acceleration.objectives import Objective, diagonal
from principles.acceleration.ode import bessel, expansion, flow, lookahead_gradient, oscillator, rescaled_time
from principles.signatures import checked
from principles.validation import array, count, number, same_length

METHODS = ("gradient descent", "heavy ball", "Nesterov")
MOST_UPDATES = 100_000  # of one run; the book's have up to 40 000


@checked
def updates_until(values: Float[np.ndarray, " t"], level: float) -> int:
    """The first t from which on `values` stay at or below `level`.

    Raises:
        ValueError: if the last value is still above.

    >>> updates_until(np.array([4.0, 1.0, 2.0, 0.5]), 1.0)
    3
    """
    above = np.flatnonzero(array("values", values, ndim=1) > level)
    if len(above) and above[-1] == len(values) - 1:
        raise ValueError(f"values must end at or below the level {level:g}; the last is {values[-1]:.3g}, so run longer")
    return int(above[-1]) + 1 if len(above) else 0


@checked
def tuned(objective: Objective, start: Float[np.ndarray, " p"], *, method: str, steps: int) -> Float[np.ndarray, "t p"]:
    """The path of a method with the parameters that its theory gives for m and L.

    Gradient descent with η = 2/(m+L), heavy ball with Polyak's pair, Nesterov's with η = 1/L and (10.14).
    """
    m, L = objective.m, objective.L
    if method == "gradient descent":
        η = rates.gradient_descent_tuned(m, L)
        return updates.heavy_ball(objective.gradient, start, step_size=η, momentum=0.0, steps=steps)
    if method == "heavy ball":
        η, ρ = rates.polyak_tuned(m, L)
        return updates.heavy_ball(objective.gradient, start, step_size=η, momentum=ρ, steps=steps)
    if method == "Nesterov":
        ρ = rates.nesterov_momentum(objective.condition)
        return updates.nesterov(objective.gradient, start, step_size=1 / L, momentum=ρ, steps=steps).weights
    raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")


def condition_scaling(conditions: Float[np.ndarray, " k"], *, level: float, dimension: int = 20) -> dict[str, np.ndarray]:
    """Updates until the distance to w* has fallen by the factor `level`, for each condition number and method.

    The function is a quadratic with curvatures spread evenly in logarithm from 1/κ to 1, and the start (1, …, 1).
    """
    found: dict[str, list[int]] = {name: [] for name in METHODS}
    level, dimension = number("level", level, above=0, below=1), count("dimension", dimension, least=2)
    for κ in (number("conditions", κ, least=1) for κ in array("conditions", conditions, ndim=1)):
        objective, start = diagonal(np.geomspace(1 / κ, 1, dimension)), np.ones(dimension)
        for name in METHODS:
            pace = κ / 2 if name == METHODS[0] else 1.5 * np.sqrt(κ)
            steps = count("updates for conditions and level", int(pace * np.log(dimension * κ / level)) + 10, most=MOST_UPDATES)
            path = tuned(objective, start, method=name, steps=steps)
            found[name].append(updates_until(objective.distance(path) / np.sqrt(dimension), level))
    return {name: np.array(values, float) for name, values in found.items()}


def power(x: Num[np.ndarray, " k"], y: Num[np.ndarray, " k"]) -> float:
    """The exponent a of the power law y ∝ xᵃ, fitted to the logarithms.

    >>> round(power(np.array([1.0, 2.0, 4.0]), np.array([1.0, 4.0, 16.0])), 12)
    2.0
    """
    x, y = _positive("x", x), _positive("y", y)
    same_length("y", y, "x", x)
    if len(x) < 2:
        raise ValueError(f"x must hold at least two values; got {len(x)}")
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


@checked
def limit_errors(
    objective: Objective, start: Float[np.ndarray, " p"], step_sizes: Float[np.ndarray, " k"], *, horizon: float, nesterov: bool
) -> Float[np.ndarray, " k"]:
    """How far the updates with ρ = (t−1)/(t+2) stray from the curve (10.13), which is one for both methods (Remark 10.1).

    Args:
        objective: the function.
        start: w⁰.
        step_sizes: values of η.
        horizon: the largest τ.
        nesterov: (10.9), or heavy ball with the same momentum.

    Returns:
        The largest distance up to the horizon, for each η.
    """
    errors = []
    for η in _positive("step_sizes", step_sizes):
        steps = count("horizon/√η", int(number("horizon", horizon, above=0) / np.sqrt(η) + 1e-9), most=MOST_UPDATES)
        if nesterov:
            W = updates.nesterov_rising(objective.gradient, start, step_size=η, steps=steps)
        else:
            momentum = updates.rising_momentum
            W = updates.heavy_ball(objective.gradient, start, step_size=η, momentum=momentum, steps=steps)
        curve = flow(objective.gradient, start, rescaled_time(np.arange(1, steps + 1), step_size=η))
        errors.append(np.linalg.norm(W[1:] - curve.position, axis=1).max())
    return np.array(errors)


@checked(positive=("horizon",))
def separations(
    objective: Objective, start: Float[np.ndarray, " p"], step_sizes: Float[np.ndarray, " k"], *, horizon: float
) -> Float[np.ndarray, " k"]:
    """The largest distance between heavy ball and Nesterov's method, both with ρ = (t−1)/(t+2), up to a horizon in τ."""
    found = []
    for η in _positive("step_sizes", step_sizes):
        steps = count("horizon/√η", round(horizon / np.sqrt(η)), most=MOST_UPDATES)
        heavy = updates.heavy_ball(objective.gradient, start, step_size=η, momentum=updates.rising_momentum, steps=steps)
        ahead = updates.nesterov_rising(objective.gradient, start, step_size=η, steps=steps)
        found.append(np.linalg.norm(heavy - ahead, axis=1).max())
    return np.array(found)


@checked(unsigned=("momentum_friction", "curve_friction"))
def oscillator_errors(step_sizes: Float[np.ndarray, " k"], *, momentum_friction: float, curve_friction: float) -> np.ndarray:
    """How far heavy ball on w²/2 strays from a damped oscillator, up to τ = 10, for each η.

    Args:
        step_sizes: values of η.
        momentum_friction: c of the run; its momentum is 1 − c √η.
        curve_friction: c of the oscillator.
    """
    found = []
    for η in _positive("step_sizes", step_sizes):
        steps, ρ = count("10/√η", round(10 / np.sqrt(η)), most=MOST_UPDATES), float(1 - momentum_friction * np.sqrt(η))
        W = updates.heavy_ball(lambda w: w, np.ones(1), step_size=η, momentum=ρ, steps=steps)[:, 0]
        curve = oscillator(1.0, curve_friction, rescaled_time(np.arange(steps + 1), step_size=η))
        found.append(np.abs(W - curve).max())
    return np.array(found)


@checked
def contest(objective: Objective, start: Float[np.ndarray, " p"], *, steps: int) -> dict[str, np.ndarray]:
    """The gap, relative to the first, of the tuned methods and of Nesterov's with ρ = 0.9 and with rising momentum."""
    g, η, first = objective.gradient, 1 / objective.L, number("the first gap", float(objective.gap(start)), above=0)
    paths = {name: tuned(objective, start, method=name, steps=steps) for name in METHODS}
    paths["ρ = 0.9"] = updates.nesterov(g, start, step_size=η, momentum=0.9, steps=steps).weights
    paths["ρ rising"] = updates.nesterov_rising(g, start, step_size=η, steps=steps)
    return {name: objective.gap(W) / first for name, W in paths.items()}


@checked(positive=("time",))
def remainders(
    curvature: float, time: float, step_sizes: Float[np.ndarray, " k"], *, half: float = 0.5, sign: int = 1
) -> np.ndarray:
    """|W(τ + √η) − W(τ) − √η dW/dτ − `half` η d²W/dτ²| on the closed-form curve: what (10.11) leaves out.

    Args:
        curvature: h of h w²/2.
        time: τ.
        step_sizes: values of η.
        half: the coefficient of the last term, ½ in Taylor's formula.
        sign: −1 for the second line of (10.11), the displacement W(τ) − W(τ − √η).
    """
    here, left = bessel(curvature, np.array([time])), []
    for η in _positive("step_sizes", step_sizes):
        there = bessel(curvature, np.array([time + sign * np.sqrt(η)]))
        kept = expansion(here, step_size=float(η), sign=sign) + sign * (half - 0.5) * η * here.acceleration
        left.append(abs((sign * (there.position - here.position) - kept).item()))
    return np.array(left)


@checked(undefined=True, counts=("most",))
def updates_by_momentum(
    objective: Objective, start: Float[np.ndarray, " p"], momenta: Float[np.ndarray, " k"], *, level: float, most: int
) -> Float[np.ndarray, " k"]:
    """Updates of Nesterov's method with η = 1/L until the gap has fallen by the factor `level`, for each fixed ρ.

    Runs that take more than `most` updates are NaN.
    """
    first, found = number("the first gap", float(objective.gap(start)), above=0), []
    number("level", level, above=0, below=1)
    for ρ in array("momenta", momenta, ndim=1):
        path = updates.nesterov(objective.gradient, start, step_size=1 / objective.L, momentum=float(ρ), steps=most)
        gaps = objective.gap(path.weights) / first
        found.append(updates_until(gaps, level) if gaps[-1] <= level else np.nan)
    return np.array(found, float)


@checked
def lookahead_differences(curvature: float, time: float, step_sizes: Float[np.ndarray, " k"]) -> Float[np.ndarray, " k"]:
    """How far the gradient at the extrapolated point is from ∇ℓ(W(τ)), on the closed-form curve for h w²/2.

    Args:
        curvature: h.
        time: τ, a multiple of every √η.
        step_sizes: values of η.
    """
    h, found = curvature, []
    for η in _positive("step_sizes", step_sizes):
        if abs(time / np.sqrt(η) - round(time / np.sqrt(η))) > 1e-6 or time <= np.sqrt(η):
            raise ValueError(f"time must be a multiple of √η, two at least; got {time:g} for η = {η:g}")
        before, now = bessel(h, np.array([time - np.sqrt(η), time])).position
        seen = lookahead_gradient(lambda w: h * w, now, before, t=round(time / np.sqrt(η)))
        found.append(abs((seen - h * now).item()))
    return np.array(found)


@checked
def step_lengths(
    objective: Objective, weights: Float[np.ndarray, "t p"], *, step_size: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each update of a heavy-ball path after the first: ⟨w^(t) − w^(t−1), ∇ℓ(w^(t))⟩, the step's length, and η‖∇ℓ(w^(t))‖.

    Args:
        objective: the function.
        weights: the path.
        step_size: η.
    """
    W, η = array("weights", weights, ndim=2), number("step_size", step_size, above=0)
    if len(W) < 3 or W.shape[1] != len(objective.minimizer):
        raise ValueError(f"weights must be three states or more of {len(objective.minimizer)} weights; got shape {W.shape}")
    moves, slopes = np.diff(W, axis=0), np.array([objective.gradient(w) for w in W[1:-1]])
    return (moves[:-1] * slopes).sum(axis=1), np.linalg.norm(moves[1:], axis=1), η * np.linalg.norm(slopes, axis=1)


def _positive(name, values):
    x = array(name, values, ndim=1)
    if x.min() <= 0:
        raise ValueError(f"{name} must be above 0; the least is {x.min():g}")
    return x
