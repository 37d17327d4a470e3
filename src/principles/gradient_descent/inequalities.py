"""What smoothness and strong convexity say about two points. Each function returns both sides, lower ≤ upper.

Points w, v have shape (..., p); sides have shape (...). Time does not enter here; see `progress`.
"""

from typing import NamedTuple

import numpy as np

from principles.gradient_descent.objectives import Objective, Real, Values, points, two_points
from principles.signatures import checked
from principles.validation import array, count, number


class Sides(NamedTuple):
    """The two sides of an inequality, `lower` ≤ `upper`, one entry a pair of points or a step."""

    lower: Values
    upper: Values


def _dot(a, b):
    return (a * b).sum(axis=-1)


def _changes(objective, w, v):
    w, v = two_points(w, v, objective)
    return w - v, objective.gradient(w) - objective.gradient(v)


@checked
def strong_chord(objective: Objective, w, v, mix) -> Sides:
    """The chord inequality of ℓ − (m/2)‖·‖², both sides spelt out (9.6).

    Args:
        objective: ℓ, with its m.
        w, v: points.
        mix: λ in [0, 1], shape (...).
    """
    (w, v), m, λ = two_points(w, v, objective), objective.m, array("mix", mix)
    if not ((λ >= 0) & (λ <= 1)).all():
        raise ValueError("mix must lie between 0 and 1")
    between = λ[..., None] * w + (1 - λ[..., None]) * v
    lower = objective.value(between) - m / 2 * _dot(between, between)
    ends = [objective.value(x) - m / 2 * _dot(x, x) for x in (w, v)]
    return Sides(lower, λ * ends[0] + (1 - λ) * ends[1])  # (9.6)


@checked
def strong_tangent(objective: Objective, w, v) -> Sides:
    """ℓ(w) + ⟨∇ℓ(w), v − w⟩ + (m/2)‖v − w‖² ≤ ℓ(v) for an m-strongly convex ℓ (9.7)."""
    w, v = two_points(w, v, objective)
    parabola = objective.value(w) + _dot(objective.gradient(w), v - w) + objective.m / 2 * _dot(v - w, v - w)
    return Sides(parabola, objective.value(v))  # (9.7)


@checked
def polyak_lojasiewicz(objective: Objective, w, *, m: Real | None = None) -> Sides:
    """ℓ(w) − ℓ(w*) ≤ ‖∇ℓ(w)‖²/(2m), which strong convexity implies and which does not imply convexity (9.8).

    Args:
        objective: ℓ with a known minimiser.
        w: points.
        m: the constant; that of strong convexity if left out.
    """
    w, m = points("w", w, objective), number("m", objective.m if m is None else m, above=0)
    g = objective.gradient(w)
    return Sides(objective.value(w) - objective.least, _dot(g, g) / (2 * m))  # (9.8)


@checked
def coercivity(objective: Objective, w, v) -> Sides:
    """m‖w − v‖² ≤ ⟨∇ℓ(w) − ∇ℓ(v), w − v⟩: the gradient of an m-strongly convex ℓ is strongly monotone."""
    Δw, Δg = _changes(objective, w, v)
    return Sides(objective.m * _dot(Δw, Δw), _dot(Δg, Δw))


@checked
def lipschitz(objective: Objective, w, v, *, B: Real) -> Sides:
    """|ℓ(w) − ℓ(v)| ≤ B‖w − v‖ (9.14)."""
    w, v = two_points(w, v, objective)
    bound = number("B", B, above=0) * np.linalg.norm(w - v, axis=-1)
    return Sides(np.abs(objective.value(w) - objective.value(v)), bound)  # (9.14)


@checked
def smoothness(objective: Objective, w, v) -> Sides:
    """‖∇ℓ(w) − ∇ℓ(v)‖ ≤ L‖w − v‖ (9.15)."""
    Δw, Δg = _changes(objective, w, v)
    return Sides(np.linalg.norm(Δg, axis=-1), objective.L * np.linalg.norm(Δw, axis=-1))  # (9.15)


@checked
def largest_curvature(objective: Objective, w) -> Sides:
    """The largest eigenvalue of ∇²ℓ(w), at most L: ∇²ℓ ⪯ L I (9.16)."""
    top = np.linalg.eigvalsh(objective.hessian(points("w", w, objective)))[..., -1]
    return Sides(top, np.full(top.shape, objective.L))  # (9.16)


@checked
def aligned_change(objective: Objective, w, v) -> Sides:
    """⟨∇ℓ(w) − ∇ℓ(v), w − v⟩ ≤ L‖w − v‖², by Cauchy–Schwarz from smoothness (9.17)."""
    Δw, Δg = _changes(objective, w, v)
    return Sides(_dot(Δg, Δw), objective.L * _dot(Δw, Δw))  # (9.17)


@checked
def descent_lemma(objective: Objective, w, v) -> Sides:
    """ℓ(v) ≤ ℓ(w) + ⟨∇ℓ(w), v − w⟩ + (L/2)‖v − w‖², Lemma 9.1 (9.18)."""
    w, v = two_points(w, v, objective)
    parabola = objective.value(w) + _dot(objective.gradient(w), v - w) + objective.L / 2 * _dot(v - w, v - w)
    return Sides(objective.value(v), parabola)  # (9.18)


@checked
def taylor_integral(objective: Objective, w, v, *, nodes: int = 20) -> Values:
    """ℓ(w) + ∫₀¹ ⟨∇ℓ(w + λ(v − w)), v − w⟩ dλ, which is ℓ(v), by Gauss–Legendre quadrature (9.19).

    >>> bowl = Objective("w⁴", 1, lambda w: w[..., 0] ** 4, lambda w: 4 * w**3)
    >>> round(float(taylor_integral(bowl, np.array([1.0]), np.array([2.0]))), 12)
    16.0
    """
    w, v = two_points(w, v, objective)
    x, weight = np.polynomial.legendre.leggauss(count("nodes", nodes))
    slopes = [_dot(objective.gradient(w + λ * (v - w)), v - w) for λ in (x + 1) / 2]
    return objective.value(w) + np.tensordot(weight / 2, np.array(slopes), axes=1)  # (9.19)


@checked
def gap_from_gradient(objective: Objective, w) -> Sides:
    """‖∇ℓ(w)‖²/(2L) ≤ ℓ(w) − ℓ(w*), the left half of Corollary 9.2 (9.20)."""
    w = points("w", w, objective)
    g = objective.gradient(w)
    return Sides(_dot(g, g) / (2 * objective.L), objective.value(w) - objective.least)  # (9.20), left


@checked
def gap_from_distance(objective: Objective, w) -> Sides:
    """ℓ(w) − ℓ(w*) ≤ (L/2)‖w − w*‖², the right half of Corollary 9.2 (9.20)."""
    w = points("w", w, objective)
    away = w - objective.known_minimiser()
    return Sides(objective.value(w) - objective.least, objective.L / 2 * _dot(away, away))  # (9.20), right


@checked
def cocoercivity(objective: Objective, w, v) -> Sides:
    """‖∇ℓ(w) − ∇ℓ(v)‖²/L ≤ ⟨∇ℓ(w) − ∇ℓ(v), w − v⟩ for a convex, L-smooth ℓ (9.21)."""
    Δw, Δg = _changes(objective, w, v)
    return Sides(_dot(Δg, Δg) / objective.L, _dot(Δg, Δw))  # (9.21)


@checked
def strong_cocoercivity(objective: Objective, w, v) -> Sides:
    """mL/(m+L)‖w − v‖² + ‖∇ℓ(w) − ∇ℓ(v)‖²/(m+L) ≤ ⟨∇ℓ(w) − ∇ℓ(v), w − v⟩, Lemma 9.5 (9.27)."""
    (Δw, Δg), m, L = _changes(objective, w, v), objective.m, objective.L
    return Sides(m * L / (m + L) * _dot(Δw, Δw) + _dot(Δg, Δg) / (m + L), _dot(Δg, Δw))  # (9.27)
