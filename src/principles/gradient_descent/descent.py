"""Descent directions and step sizes: gradient descent, line searches, Newton's method, and search without gradients.

Time: row t of a path is w^(t), so row 0 is the start and a path of T updates has T + 1 rows.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from principles.gradient_descent.objectives import Objective, Real, Values, points
from principles.signatures import checked
from principles.validation import array, count, generator, number

Direction = Callable[[Objective, np.ndarray], np.ndarray]
StepRule = Callable[[Objective, np.ndarray, np.ndarray], float]


def move(w: Float[np.ndarray, "... p"], direction: Float[np.ndarray, "... p"], *, step_size: Real) -> Float[np.ndarray, "... p"]:
    """w + ηd, one step of size η along d (9.11).

    >>> move(np.array([1.0]), np.array([-2.0]), step_size=0.25).tolist()
    [0.5]
    """
    w, η = array("w", w), number("step_size", step_size)
    return w + η * array("direction", direction, shape=w.shape)  # (9.11)


@checked
def steepest(objective: Objective, w):
    """−∇ℓ(w)."""
    return -objective.gradient(w)


@checked
def newton_direction(objective: Objective, w):
    """−(∇²ℓ(w))⁻¹ ∇ℓ(w), by solving, not inverting."""
    try:
        return -np.linalg.solve(objective.hessian(w), objective.gradient(w)[..., None])[..., 0]
    except np.linalg.LinAlgError:
        raise ValueError(
            "the Hessian must be invertible along the run; it is singular here, so there is no Newton step"
        ) from None


@checked
def slope(objective: Objective, w, direction) -> Values:
    """⟨∇ℓ(w), d⟩: negative exactly if d is a descent direction."""
    w, d = points("w", w, objective), points("direction", direction, objective)
    return (objective.gradient(w) * d).sum(axis=-1)


@checked
def descend(
    objective: Objective, start: Float[np.ndarray, " p"], *, steps: int, direction: Direction, rule: StepRule
) -> Float[np.ndarray, "t p"]:
    """w^(t+1) = w^(t) + η_t d^(t) with a rule for the direction and one for the step (9.11).

    Args:
        objective: ℓ.
        start: w^(0).
        steps: T, how many updates.
        direction: of (ℓ, w), gives d.
        rule: of (ℓ, w, d), gives η.

    Returns:
        The path w^(0), …, w^(T).
    """
    path = [points("start", start, objective)]
    for _ in range(count("steps", steps)):
        d = direction(objective, path[-1])
        path.append(move(path[-1], d, step_size=rule(objective, path[-1], d)))
    return np.array(path)


@checked
def gradient_descent(
    objective: Objective, start: Float[np.ndarray, "*runs p"], *, steps: int, step_size: Real | Callable
) -> Float[np.ndarray, "t *runs p"]:
    """w^(t+1) = w^(t) − η∇ℓ(w^(t)), with a fixed step or one that depends on t (9.12).

    Args:
        objective: ℓ.
        start: w^(0), or several to run side by side.
        steps: T.
        step_size: η, or a function of t = 0, 1, ….

    Raises:
        ValueError: if a step is not positive.

    >>> bowl = Objective("w²/2", 1, lambda w: w[..., 0] ** 2 / 2, lambda w: w)
    >>> gradient_descent(bowl, np.array([8.0]), steps=3, step_size=0.5)[:, 0].tolist()
    [8.0, 4.0, 2.0, 1.0]
    """
    path = [points("start", start, objective)]
    schedule = step_size if callable(step_size) else lambda t: step_size
    for t in range(count("steps", steps)):
        η = number("step_size", schedule(t), above=0)
        path.append(path[-1] - η * objective.gradient(path[-1]))  # (9.12)
    return np.array(path)


@checked
def newton(objective: Objective, start: Float[np.ndarray, " p"], *, steps: int) -> Float[np.ndarray, "t p"]:
    """w^(t+1) = w^(t) − (∇²ℓ(w^(t)))⁻¹ ∇ℓ(w^(t)), by solving, not inverting (9.13).

    Args:
        objective: ℓ with a Hessian.
        start: w^(0).
        steps: T.
    """
    path = [points("start", start, objective)]
    for _ in range(count("steps", steps)):
        path.append(path[-1] + newton_direction(objective, path[-1]))  # (9.13)
    return np.array(path)


def fixed(step_size: Real) -> StepRule:
    """The same η at every step."""
    η = number("step_size", step_size, above=0)
    return lambda objective, w, d: η


@checked
def exact_line_search(objective: Objective, w, d) -> float:
    """η = argmin over η ≥ 0 of ℓ(w + ηd): where the slope along d vanishes, by bracketing and bisection.

    Raises:
        ValueError: if d is not a descent direction, or the slope never changes sign.
    """
    w, d = points("w", w, objective), points("d", d, objective)
    along = lambda η: float(slope(objective, w + η * d, d))  # noqa: E731
    if not np.any(d):
        return 0.0
    if along(0.0) >= 0:
        raise ValueError(f"d must be a descent direction; its slope is {along(0.0):.3g}")
    low, high = 0.0, 1.0
    while along(high) < 0:
        low, high = high, 2 * high
        if high > 2.0**60:
            raise ValueError("ℓ falls without end along d; it has no best step")
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if along(middle) < 0 else (low, middle)
        if high - low <= 1e-15 * high:
            break
    return (low + high) / 2


def backtracking(*, first: Real = 1.0, shrink: Real = 0.5, share: Real = 1e-4) -> StepRule:
    """Halve η until ℓ falls by at least `share` of what its slope promises (Armijo)."""
    η0, β, c = (
        number("first", first, above=0),
        number("shrink", shrink, above=0, below=1),
        number("share", share, above=0, below=1),
    )

    def rule(objective, w, d):
        here, promise, η = objective.value(w), slope(objective, w, d), η0
        if promise > 0:
            raise ValueError(f"d must be a descent direction; its slope is {promise:.3g}")
        while objective.value(w + η * d) > here + c * η * promise and η > 1e-16:
            η *= β
        return η

    return rule


@checked(undefined=True)
def solve(objective: Objective, start: Float[np.ndarray, " p"] | None = None, *, steps: int = 50) -> Objective:
    """The same objective with its minimiser, found by Newton's method with backtracking (convex, with a Hessian).

    Its m stays NaN where that is not known.

    Raises:
        ValueError: if the gradient has not vanished after `steps`, or vanishes only far out.
    """
    w0 = np.zeros(objective.dimension) if start is None else start
    path = descend(objective, w0, steps=steps, direction=newton_direction, rule=backtracking())
    w = path[-1]
    if not np.linalg.norm(objective.gradient(w)) < 1e-9:
        raise ValueError(f"Newton's method did not converge; the gradient is still {np.linalg.norm(objective.gradient(w)):.3g}")
    if not np.linalg.norm(newton_direction(objective, w)) < 1e-4 * (1 + np.linalg.norm(w)):
        raise ValueError("objective must have a minimum; it falls towards infinity, ever more slowly")
    return replace(objective, minimiser=w)


@checked
def gradient_norm(objective: Objective, w) -> Values:
    """‖∇ℓ(w)‖, zero exactly at the minima of a convex differentiable ℓ (9.10)."""
    return np.linalg.norm(objective.gradient(points("w", w, objective)), axis=-1)  # (9.10)


@checked
def two_minimisers(objective: Objective, w, v) -> tuple[float, float, float]:
    """ℓ(w), ℓ(v) and ℓ((w + v)/2): if w, v minimise a convex ℓ all three agree, so a strictly convex one has no two (9.9)."""
    w, v = (array(name, x, shape=(objective.dimension,)) for name, x in (("w", w), ("v", v)))
    ends, middle = (float(objective.value(w)), float(objective.value(v))), float(objective.value((w + v) / 2))
    return *ends, middle  # (9.9)


@checked
def random_search(
    objective: Objective, start: Float[np.ndarray, " p"], *, steps: int, width: Real, rng: np.random.Generator
) -> Float[np.ndarray, "t p"]:
    """Try a random step; keep it if ℓ falls. The width grows after a success and shrinks after a failure (1/5 rule).

    Uses values of ℓ only.
    """
    σ, draw = number("width", width, above=0), generator("rng", rng)
    path = [points("start", start, objective)]
    for _ in range(count("steps", steps)):
        trial = path[-1] + σ * draw.normal(size=objective.dimension) / np.sqrt(objective.dimension)
        better = objective.value(trial) < objective.value(path[-1])
        σ *= np.exp(0.8) if better else np.exp(-0.2)
        path.append(trial if better else path[-1])
    return np.array(path)


@checked
def largest_monotone_step(objective: Objective, w: Float[np.ndarray, "n p"]) -> float:
    """The largest η for which one step lowers ℓ by at least (η/2)‖∇ℓ‖² at each of these points (9.22).

    Lemma 9.3 promises at least 1/L. Found by root finding along the gradient, with no knowledge of L.

    Args:
        objective: convex, so that what is gained less what is promised is concave in η.
        w: points that are not minima.
    """

    def most(x):
        g = objective.gradient(x)
        if not g.any():
            raise ValueError("w must hold points that are not minima")
        excess = lambda η: float(objective.value(x) - objective.value(x - η * g) - η / 2 * (g @ g))  # noqa: E731
        high = 1.0
        while excess(high) > 0:
            high *= 2
            if high > 2.0**60:
                raise ValueError("ℓ falls without end along its gradient; every step makes progress")
        low = 0.0  # the excess is concave and zero there, so it is positive up to its other zero
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if excess(middle) > 0 else (low, middle)
        return low

    return min(most(x) for x in points("w", array("w", w, ndim=2), objective))
