"""Runs and tables that the page shows: the zoo searched, constants estimated, promises compared with what happened."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from principles.gradient_descent import convexity, descent, first_order, inequalities, lower_bound, objectives, progress
from principles.gradient_descent.objectives import Objective, Real
from principles.gradient_descent.zoo import Member
from principles.signatures import checked


@checked(undefined=True)
def search_zoo(members: list[Member], *, rng: np.random.Generator) -> Float[np.ndarray, "k 4"]:
    """The least curvature that each definition finds in each member's box; NaN where it does not apply."""
    table = np.full((len(members), len(convexity.DEFINITIONS)), np.nan)
    for i, member in enumerate(members):
        box = {"low": member.low, "high": member.high}
        for j, (name, definition) in enumerate(convexity.DEFINITIONS.items()):
            if name in convexity.usable(member.objective):
                table[i, j] = convexity.lowest(definition, member.objective, rng=rng, **box).curvature
    return table


@checked
def chords(members: list[Member], *, rng: np.random.Generator) -> list[tuple]:
    """For members of one weight: name, grid, values, and a chord; where the search finds one, the deepest below the graph."""
    panels = []
    for member in members:
        ℓ, low, high = member.objective, max(member.low, -4.0), min(member.high, 4.0)
        high = min(high, 2.0) if member.convex else high
        grid, ends = np.linspace(low, high, 201), np.array([[0.9 * low + 0.1 * high], [0.2 * low + 0.8 * high]])
        if not member.convex:
            worst = convexity.lowest(convexity.chord_gap, ℓ, low=low, high=high, rng=rng)
            ends = np.stack([worst.w, worst.v])
        panels.append((ℓ.name, grid, ℓ.value(grid[:, None]), ends[:, 0], ℓ.value(ends)))
    return panels


@checked
def estimates(
    objective: Objective, pairs: list[int], *, low: Real, high: Real, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Definition to estimates of m and L (two rows) from random pairs alone, one column a number of pairs."""
    options = {"low": low, "high": high, "rng": rng, "rounds": 0}
    return {
        name: np.array([convexity.estimate_constants(definition, objective, pairs=n, **options) for n in pairs]).T
        for name, definition in convexity.DEFINITIONS.items()
    }


@checked(undefined=True)
def pair_ratios(objective: Objective, w, v) -> dict[str, np.ndarray]:
    """Lower over upper side of the two-point inequalities, the descent lemma after subtracting the tangent.

    NaN where both sides are zero, as for points that coincide.
    """
    sides = {
        "(9.15) Lipschitz gradient": inequalities.smoothness(objective, w, v),
        "(9.20) left, gradient": inequalities.gap_from_gradient(objective, w),
        "(9.20) right, distance": inequalities.gap_from_distance(objective, w),
        "(9.21) co-coercive": inequalities.cocoercivity(objective, w, v),
        "(9.27) with $m$ and $L$": inequalities.strong_cocoercivity(objective, w, v),
    }
    parabola = {"(9.18) descent lemma": np.asarray(convexity.tangent_curvature(objective, w, v)) / objective.L}
    return parabola | {name: np.asarray(lower) / upper for name, (lower, upper) in sides.items()}


@checked(undefined=True)
def run_ratios(objective: Objective, start, *, steps: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What happened over what was promised, along runs with η = 1/L (9.23 to 9.26) and η = 2/(m + L) (9.28 to 9.31).

    NaN once a run has reached the minimum, where nothing happens and nothing is promised.
    """
    safe, best = progress.safe_step(objective.L), progress.best_step(objective.m, objective.L)
    slow, fast = (descent.gradient_descent(objective, start, steps=steps, step_size=η) for η in (safe, best))
    value, t = objective.value(slow)[:-1], np.arange(1, steps + 1)
    after, promised = progress.decrease(objective, slow, step_size=safe)
    sides = {
        "(9.23) decrease": (value - promised, value - after),
        "(9.24) telescope": progress.telescope(objective, slow, step_size=safe),
        "(9.26) sub-linear": progress.sublinear(objective, slow, step_size=safe),
        "(9.28) one contraction": progress.contraction(objective, fast, step_size=best),
        "(9.29) all so far": [side[1:] for side in progress.geometric(objective, fast, step_size=best)],
        "(9.31) gap": [side[1:] for side in progress.linear_gap(objective, fast, step_size=best)],
    }
    return {name: (t, np.asarray(lower) / np.asarray(upper)) for name, (lower, upper) in sides.items()}


@checked(undefined=True)
def slack_along(objective: Objective, start, *, steps: int) -> dict[str, np.ndarray]:
    """Lower over upper side of the inequalities (9.14) to (9.31), update by update of the runs of `run_ratios`.

    Two-point inequalities are taken between one iterate and the next. For (9.14), B = L‖w^(0) − w*‖, the largest
    slope possible in the ball that the iterates never leave. NaN once a run has reached the minimum.
    """
    step = progress.safe_step(objective.L)
    path = descent.gradient_descent(objective, start, steps=steps, step_size=step)
    w, v, radius = path[:-1], path[1:], float(np.sqrt(progress.square_distances(objective, path[0])))
    sides = {
        "(9.14) Lipschitz": inequalities.lipschitz(objective, w, v, B=objective.L * radius),
        "(9.16) Hessian": inequalities.largest_curvature(objective, w),
        "(9.17) aligned change": inequalities.aligned_change(objective, w, v),
        "(9.25) approach": progress.approach(objective, path),
    }
    shares = {name: np.asarray(lower) / upper for name, (lower, upper) in sides.items()}
    along = {name: values for name, (_, values) in run_ratios(objective, start, steps=steps).items()}
    return dict(sorted((shares | pair_ratios(objective, w, v) | along).items()))


def tightest() -> dict[str, float]:
    """The same shares where they are largest: a stiff direction, a slope far from its end, the worst Huber function."""
    ℓ, stiff, slope = objectives.spectrum(np.array([1.0, 9.0])), np.array([0.0, 1.0]), objectives.huber(slope=1.0)
    shares = slack_along(ℓ, stiff, steps=1) | slack_along_slope(slope, steps=3)
    largest = {name: float(np.max(values)) for name, values in shares.items()}
    return largest | {"(9.26) sub-linear": 2 * 1000 * float(worst_gaps([1000])[0])}


@checked(undefined=True)
def slack_along_slope(slope: Objective, *, steps: int, start: Real = 4000) -> dict[str, np.ndarray]:
    """(9.14), (9.24) and (9.25) far out on the straight part of a Huber function with slope 1 and L = 1.

    NaN once the run has reached the minimum.
    """
    path = descent.gradient_descent(slope, np.array([float(start)]), steps=steps, step_size=1.0)
    sides = {
        "(9.14) Lipschitz": inequalities.lipschitz(slope, path[:-1], path[1:], B=1.0),
        "(9.24) telescope": progress.telescope(slope, path, step_size=1.0),
        "(9.25) approach": progress.approach(slope, path),
    }
    return {name: np.asarray(lower) / upper for name, (lower, upper) in sides.items()}


@checked
def worst_gaps(counts: list[int]) -> Float[np.ndarray, " k"]:
    """Gaps after t updates with η = 1/L = 1 from distance 1, on the Huber function that is worst for each t."""
    one = np.ones(1)
    made = [(objectives.worst_huber(t), t) for t in counts]
    return np.array([progress.gaps(ℓ, descent.gradient_descent(ℓ, one, steps=t, step_size=1.0))[-1] for ℓ, t in made])


@checked
def contour(A: Float[np.ndarray, "2 2"], *, title: str, start, steps: int, reach: Real) -> tuple:
    """A panel of level lines of ⟨w, Aw⟩ and a run with η = 2/(m + L)."""
    ℓ = objectives.inner_product_form(A)
    x = np.linspace(-reach, reach, 121)
    W = np.stack(np.meshgrid(x, x), axis=-1)
    path = descent.gradient_descent(ℓ, np.asarray(start, float), steps=steps, step_size=progress.best_step(ℓ.m, ℓ.L))
    return title, x, x, ℓ.value(W), path


@checked
def level_panel(objective: Objective, *, title: str, starts, steps: int, reach: Real) -> tuple:
    """A panel of level lines and the ends of runs from many starts with η = 1/L."""
    x = np.linspace(-reach, reach, 81)
    W = np.stack(np.meshgrid(x, x), axis=-1)
    ends = descent.gradient_descent(objective, starts, steps=steps, step_size=1 / objective.L)[-1]
    return title, x, x, objective.value(W), ends


@checked
def above_bound(steps: list[int], methods: dict[str, Callable] | None = None) -> dict[str, np.ndarray]:
    """Gap over lower bound of each method, a function of its own for each t."""
    chosen = first_order.METHODS if methods is None else methods
    return {name: np.array([lower_bound.ratio(method, t) for t in steps]) for name, method in chosen.items()}


@checked
def newton_landing(objective: Objective, grid: Float[np.ndarray, " k"]) -> tuple[np.ndarray, np.ndarray]:
    """Where one Newton update lands from each start of one weight: the full step, and with backtracking."""
    rule, starts = descent.backtracking(), grid[:, None]
    full = np.array([descent.newton(objective, w, steps=1)[-1, 0] for w in starts])
    damped = [descent.descend(objective, w, steps=1, direction=descent.newton_direction, rule=rule)[-1, 0] for w in starts]
    return full, np.array(damped)


def soft_absolute() -> Objective:
    """√(1 + w²): convex and smooth, and Newton's method sends w to −w³."""
    return Objective(
        r"$\sqrt{1+w^2}$",
        1,
        lambda w: np.sqrt(1 + w[..., 0] ** 2),
        lambda w: w / np.sqrt(1 + w**2),
        lambda w: ((1 + w**2) ** -1.5)[..., None],
        0.0,
        1.0,
        np.zeros(1),
    )


def bent() -> Objective:
    """A Huber function plus a flat parabola: curvature 2.4 near zero and 0.4 far out."""
    line = objectives.huber(slope=1.5, curvature=2.0)
    return Objective(
        "bent",
        1,
        lambda w: line.value(w) + 0.2 * w[..., 0] ** 2,
        lambda w: line.gradient(w) + 0.4 * w,
        lambda w: line.hessian(w) + 0.4,
        0.4,
        2.4,
        np.zeros(1),
    )
