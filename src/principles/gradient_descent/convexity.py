"""Four definitions of convexity, each as a measured curvature and a search for a counterexample.

Each definition says that some difference is not negative. Divided by what the parabola ½‖w‖² gives
for the same points, that difference becomes a curvature between w and v: its least value over all
points is m, its largest is L, whichever definition is used; ℓ is convex when no value is negative.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.gradient_descent.objectives import Objective, Real, Values, no_gradient, no_hessian, points, two_points
from principles.signatures import checked
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Counterexample:
    """Two points, a mixing weight, and the negative curvature between them."""

    w: np.ndarray
    v: np.ndarray
    mix: float
    curvature: float


def _square(w, v):
    """‖w − v‖², NaN where the points coincide and no curvature is defined."""
    square = ((w - v) ** 2).sum(axis=-1)
    return np.where(square > 0, square, np.nan)


def _mix(mix):
    λ = array("mix", mix)
    if not ((λ > 0) & (λ < 1)).all():
        raise ValueError("mix must lie strictly between 0 and 1")
    return λ


@checked
def chord_gap(objective: Objective, w, v, mix) -> Values:
    """λℓ(w) + (1 − λ)ℓ(v) − ℓ(λw + (1 − λ)v), not negative for a convex ℓ (9.1).

    Args:
        objective: ℓ.
        w, v: points, shape (..., p).
        mix: λ in (0, 1), shape (...).

    Returns:
        How far the chord lies above the function, shape (...).
    """
    (w, v), λ = two_points(w, v, objective), _mix(mix)
    if λ.ndim and λ.shape != np.broadcast_shapes(w.shape, v.shape)[:-1]:
        raise ValueError(f"mix must hold one weight for each pair; got shape {λ.shape} for w of shape {w.shape}")
    between = λ[..., None] * w + (1 - λ[..., None]) * v
    return λ * objective.value(w) + (1 - λ) * objective.value(v) - objective.value(between)  # (9.1)


@checked
def tangent_gap(objective: Objective, w, v) -> Values:
    """ℓ(v) − ℓ(w) − ⟨∇ℓ(w), v − w⟩, not negative for a convex ℓ (9.2)."""
    w, v = two_points(w, v, objective)
    return objective.value(v) - objective.value(w) - (objective.gradient(w) * (v - w)).sum(axis=-1)  # (9.2)


@checked
def gradient_gap(objective: Objective, w, v) -> Values:
    """⟨∇ℓ(w) − ∇ℓ(v), w − v⟩, not negative for a convex ℓ: the gradient is monotone (9.3)."""
    w, v = two_points(w, v, objective)
    return ((objective.gradient(w) - objective.gradient(v)) * (w - v)).sum(axis=-1)  # (9.3)


@checked(undefined=True)
def chord_curvature(objective: Objective, w, v, mix) -> Values:
    """The chord's gap over λ(1 − λ)‖w − v‖²/2, the gap of the parabola; NaN where the points coincide."""
    return chord_gap(objective, w, v, mix) / (_mix(mix) * (1 - _mix(mix)) * _square(w, v) / 2)


@checked(undefined=True)
def tangent_curvature(objective: Objective, w, v, mix=None) -> Values:
    """The tangent's gap over ‖w − v‖²/2; NaN where the points coincide."""
    return tangent_gap(objective, w, v) / (_square(w, v) / 2)


@checked(undefined=True)
def gradient_curvature(objective: Objective, w, v, mix=None) -> Values:
    """⟨∇ℓ(w) − ∇ℓ(v), w − v⟩ / ‖w − v‖²; NaN where the points coincide."""
    return gradient_gap(objective, w, v) / _square(w, v)


@checked
def hessian_curvature(objective: Objective, w, v=None, mix=None) -> Values:
    """The least eigenvalue of ∇²ℓ(w), not negative for a convex ℓ (9.4)."""
    return np.linalg.eigvalsh(objective.hessian(points("w", w, objective)))[..., 0]  # (9.4)


DEFINITIONS: dict[str, Callable] = {
    "chord (9.1)": chord_curvature,
    "tangent (9.2)": tangent_curvature,
    "gradient (9.3)": gradient_curvature,
    "Hessian (9.4)": hessian_curvature,
}


@checked
def usable(objective: Objective) -> dict[str, Callable]:
    """The definitions that apply: without a gradient only the chord, without a Hessian not the last."""
    smooth, twice = objective.gradient is not no_gradient, objective.hessian is not no_hessian
    applies = dict(zip(DEFINITIONS, (True, smooth, smooth, twice)))
    return {name: definition for name, definition in DEFINITIONS.items() if applies[name]}


@checked
def falsify(
    definition: Callable,
    objective: Objective,
    *,
    low: Real,
    high: Real,
    rng: np.random.Generator,
    pairs: int = 1000,
    rounds: int = 20,
    tolerance: Real = 1e-6,
) -> Counterexample | None:
    """Search a box for points between which ℓ curves downwards; None if none is found.

    Random pairs first; then the 25 worst are shaken, with a shrinking radius, round after round.

    Args:
        definition: one of `DEFINITIONS`.
        objective: ℓ.
        low, high: the box [low, high]^p, inside the domain.
        rng: a numpy generator.
        pairs: how many random pairs, and how many shaken ones a round.
        rounds: of shaking.
        tolerance: curvatures above minus this count as rounding.

    >>> falsify(chord_curvature, Objective("w", 1, lambda w: w[..., 0]), low=-1, high=1, rng=np.random.default_rng(0))
    """
    worst = lowest(definition, objective, low=low, high=high, rng=rng, pairs=pairs, rounds=rounds)
    return worst if worst.curvature < -number("tolerance", tolerance, above=0) else None


@checked
def lowest(
    definition: Callable, objective: Objective, *, low: Real, high: Real, rng: np.random.Generator, pairs=1000, rounds=20
) -> Counterexample:
    """The pair with the least curvature that the search finds; an upper estimate of m."""
    low, high = number("low", low), number("high", high, above=low)
    draw, p, N = generator("rng", rng), objective.dimension, count("pairs", pairs, least=50)
    w, v = draw.uniform(low, high, (2, N, p))
    λ, width = draw.uniform(0.05, 0.95, N), (high - low) * np.sqrt(p)
    for k in range(count("rounds", rounds, least=0) + 1):
        curvature = definition(objective, w, v, λ)
        curvature = np.where(((w - v) ** 2).sum(axis=-1) > (0.01 * width) ** 2, curvature, np.inf)
        keep = np.argsort(curvature, kind="stable")[:25]
        if k < rounds:
            many = np.r_[keep, np.tile(keep, N // 25 - 1)]
            radius = np.where(np.arange(len(many)) < 25, 0.0, (high - low) / 4 * 0.75**k)[:, None]
            shaken = [np.clip(x[many] + radius * draw.normal(size=(len(many), p)), low, high) for x in (w, v)]
            (w, v), λ = shaken, λ[many]
    i = keep[0]
    return Counterexample(w[i], v[i], float(λ[i]), float(curvature[i]))


@checked
def estimate_constants(
    definition: Callable, objective: Objective, *, low: Real, high: Real, rng: np.random.Generator, pairs=1000, rounds=20
) -> tuple[float, float]:
    """Estimates of m from above and of L from below: the extreme curvatures that the search finds in a box."""
    options = {"low": low, "high": high, "pairs": pairs, "rounds": rounds}
    least = lowest(definition, objective, rng=rng, **options).curvature
    return least, -lowest(definition, negative(objective), rng=rng, **options).curvature


@checked
def negative(objective: Objective) -> Objective:
    """−ℓ: ℓ is concave when this is convex."""
    value, gradient, hessian = objective.value, objective.gradient, objective.hessian
    return Objective(
        f"−{objective.name}",
        objective.dimension,
        lambda w: -value(w),
        no_gradient if gradient is no_gradient else lambda w: -gradient(w),
        no_hessian if hessian is no_hessian else lambda w: -hessian(w),
        -objective.L if np.isfinite(objective.L) else 0.0,
    )


@checked
def dyadic(value: Callable, w: Real, v: Real, *, depth: int) -> Float[np.ndarray, " k"]:
    """Bounds on ℓ(w + (k/2^n)(v − w)), k = 0..2^n, from the midpoint inequality alone, used n times.

    Halving repeatedly: the bound in the middle of two known ones is their average.
    """
    bounds = np.array([value(number("w", w)), value(number("v", v))], float)
    for _ in range(count("depth", depth, least=0)):
        refined = np.empty(2 * len(bounds) - 1)
        refined[::2], refined[1::2] = bounds, (bounds[:-1] + bounds[1:]) / 2
        bounds = refined
    return bounds


@checked
def holder(a: Float[np.ndarray, "... n"], b: Float[np.ndarray, "... n"], *, p: Real) -> tuple[np.ndarray, np.ndarray]:
    """Σ|a_i b_i| and (Σ|a_i|^p)^{1/p} (Σ|b_i|^q)^{1/q} with 1/p + 1/q = 1."""
    a, p = np.abs(array("a", a)), number("p", p, above=0)
    b = np.abs(array("b", b, shape=a.shape))
    if p == 1:
        raise ValueError("p must not be 1, which makes q infinite; use the largest |b_i| instead")
    q = p / (p - 1)
    return (a * b).sum(axis=-1), (a**p).sum(axis=-1) ** (1 / p) * (b**q).sum(axis=-1) ** (1 / q)
