"""Functions that satisfy the Polyak–Łojasiewicz inequality without being convex, or without a unique minimum."""

import numpy as np
from jaxtyping import Float

from principles.gradient_descent.objectives import Objective, Real, points
from principles.signatures import checked
from principles.validation import array, number


def wavy() -> Objective:
    """w² + 3 sin² w: not convex (its curvature goes down to −4), yet every critical point is the minimum."""
    return Objective(
        r"$w^2+3\sin^2 w$",
        1,
        lambda w: w[..., 0] ** 2 + 3 * np.sin(w[..., 0]) ** 2,
        lambda w: 2 * w + 3 * np.sin(2 * w),
        lambda w: (2 + 6 * np.cos(2 * w))[..., None],
        np.nan,
        8.0,
        np.zeros(1),
    )


def rugged() -> Objective:
    """w²/20 − cos w: smooth, with local minima on either side of the global one at w = 0."""
    return Objective(
        r"$w^2/20-\cos w$",
        1,
        lambda w: w[..., 0] ** 2 / 20 - np.cos(w[..., 0]),
        lambda w: w / 10 + np.sin(w),
        lambda w: (0.1 + np.cos(w))[..., None],
        np.nan,
        1.1,
        np.zeros(1),
    )


def two_layers() -> Objective:
    """½ (ab − 1)²: a linear network of two weights. Its minima form a curve; at the origin it has a saddle."""

    def hessian(w):
        a, b = w[..., 0], w[..., 1]
        return np.stack([np.stack([b * b, 2 * a * b - 1], -1), np.stack([2 * a * b - 1, a * a], -1)], -2)

    return Objective(
        "two-layer network",
        2,
        lambda w: (w[..., 0] * w[..., 1] - 1) ** 2 / 2,
        lambda w: (w[..., 0] * w[..., 1] - 1)[..., None] * w[..., ::-1],
        hessian,
        np.nan,
        np.inf,
        np.ones(2),
    )


@checked
def constant(objective: Objective, w: Float[np.ndarray, "n p"]) -> float:
    """The largest m with which the Polyak–Łojasiewicz inequality holds at all of these points (9.8).

    Points with a gap below 1e-12 are left out, where the quotient is rounding.
    """
    w = points("w", array("w", w, ndim=2), objective)
    gap, g = objective.value(w) - objective.least, objective.gradient(w)
    away = gap > 1e-12
    if not away.any():
        raise ValueError("w must hold points that are not minima")
    return float(((g**2).sum(axis=-1)[away] / (2 * gap[away])).min())


@checked
def guaranteed_gap(t: Float[np.ndarray, " k"], *, m: Real, step_size: Real, first_gap: Real) -> Float[np.ndarray, " k"]:
    """(1 − ηm)^t (ℓ(w^(0)) − ℓ(w*)), which gradient descent with η ≤ 1/L stays below under the inequality alone."""
    η, m = number("step_size", step_size, above=0), number("m", m, above=0)
    if η * m > 1:
        raise ValueError(f"step_size must be at most 1/m = {1 / m:.6g}; got {η:.6g}")
    return (1 - η * m) ** array("t", t) * number("first_gap", first_gap, least=0)
