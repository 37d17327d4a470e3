"""Nesterov's worst function: a chain that hands on information one coordinate an update.

ℓ(w) = (L/4) (½ (w_1² + Σ (w_i − w_{i+1})² + w_k²) − w_1) on the first k of p coordinates.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from principles.gradient_descent.objectives import Objective, Real, points
from principles.signatures import checked
from principles.validation import array, count, number


def worst_function(
    p: int, *, active: int | None = None, L: Real = 1.0, start: Float[np.ndarray, " p"] | None = None
) -> Objective:
    """The convex L-smooth function on which t updates of any first-order method get nowhere, t = (k − 1)/2, Theorem 9.7.

    Args:
        p: dimension.
        active: k ≤ p, how many coordinates the chain has; all if left out.
        L: smoothness to allow; the largest eigenvalue is a little less.
        start: w^(0); the function is moved so that the chain starts there.

    Returns:
        The objective, with m its least curvature if all coordinates are active, else 0.
    """
    p = count("p", p)
    k = p if active is None else count("active", active, most=p)
    L, w0 = number("L", L, above=0), np.zeros(p) if start is None else array("start", start, shape=(p,))
    chain = np.zeros((p, p))
    chain[:k, :k] = 2 * np.eye(k) - np.eye(k, k=1) - np.eye(k, k=-1)
    solution = np.zeros(p)
    solution[:k] = 1 - np.arange(1, k + 1) / (k + 1)
    curvature = L / 4 * chain
    return Objective(
        "Nesterov's worst function",
        p,
        lambda w: (((w - w0) @ curvature) * (w - w0)).sum(axis=-1) / 2 - L / 4 * (w - w0)[..., 0],
        lambda w: (w - w0) @ curvature - L / 4 * np.eye(p)[0],
        lambda w: np.broadcast_to(curvature, (*w.shape[:-1], p, p)),
        float(np.linalg.eigvalsh(curvature)[0]) if k == p else 0.0,
        L,
        w0 + solution,
    )


def printed_value(w: Float[np.ndarray, " p"], *, L: Real = 1.0) -> float:
    """(L/4) (½ (w_1² + Σ (w_i − w_{i+1})² + w_p²) − w_1), spelt out as a sum.

    >>> printed_value(np.array([1.0]), L=4)
    0.0
    """
    w, L = array("w", w, ndim=1), number("L", L, above=0)
    return float(L / 4 * ((w[0] ** 2 + (np.diff(w) ** 2).sum() + w[-1] ** 2) / 2 - w[0]))


def bound(steps: int, *, L: Real, distance: Real) -> float:
    """3L‖w^(0) − w*‖²/(32 (t + 1)²), below which no first-order method gets in t ≤ (p − 1)/2 updates, Theorem 9.7.

    Args:
        steps: t.
        L: smoothness.
        distance: ‖w^(0) − w*‖.
    """
    L, distance = number("L", L, above=0), number("distance", distance, least=0)
    return 3 / 32 * L * distance**2 / (count("steps", steps, least=0) + 1) ** 2  # Theorem 9.7


def gap_in_span(steps: int, *, L: Real = 1.0, active: int | None = None) -> float:
    """(L/8) (1/(t + 1) − 1/(k + 1)): the least gap within reach of t updates, since only t coordinates can be non-zero."""
    t = count("steps", steps, least=0)
    k = 2 * t + 1 if active is None else count("active", active, least=t)
    return float(number("L", L, above=0) / 8 * (1 / (t + 1) - 1 / (k + 1)))


@checked
def ratio(method: Callable, steps: int, *, L: Real = 1.0, start: Float[np.ndarray, " p"] | None = None) -> float:
    """The gap after t updates of a method on the worst function for t, over the bound; Theorem 9.7 says at least 1."""
    p = 2 * count("steps", steps) + 1
    w0 = np.zeros(p) if start is None else start
    ℓ = worst_function(p, L=L, start=w0)
    gap = float(ℓ.value(method(ℓ, w0, steps)[-1])) - ℓ.least
    return gap / bound(steps, L=L, distance=float(np.linalg.norm(w0 - ℓ.known_minimiser())))


@checked
def in_span(objective: Objective, path: Float[np.ndarray, "t p"], *, tolerance: Real = 1e-8) -> bool:
    """Whether every w^(t) lies in w^(0) + span of the gradients at w^(0), …, w^(t−1)."""
    path = points("path", array("path", path, ndim=2), objective)
    for t in range(1, len(path)):
        seen, target = objective.gradient(path[:t]).T, path[t] - path[0]
        scale = np.linalg.norm(seen, axis=0)
        left = target - seen / scale @ np.linalg.lstsq(seen / scale, target, rcond=1e-12)[0]
        if np.linalg.norm(left) > tolerance * max(1.0, float(np.linalg.norm(target))):
            return False
    return True
