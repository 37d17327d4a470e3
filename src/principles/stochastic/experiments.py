"""Experiments of the chapter that repeat runs over settings."""

import numpy as np
from jaxtyping import Float, Int

from principles.signatures import checked
from principles.stochastic import averaging, bounds, confusion, descent, gaussian_model, gibbs, moments, schedules
from principles.stochastic.objectives import FiniteSum, curvatures, mean_loss, minimum
from principles.validation import array, count, generator, number


def first_below(gaps: Float[np.ndarray, " t"], epsilon: int | float) -> int:
    """The first time at which the gap is at most ε; -1 if it never is.

    >>> first_below(np.array([3.0, 1.0, 0.5]), 1.0)
    1
    """
    hits = array("gaps", gaps, ndim=1) <= number("epsilon", epsilon)
    return int(hits.argmax()) if hits.any() else -1


def _gaps_wanted(epsilons):
    epsilons = array("epsilons", epsilons, ndim=1)
    if (epsilons <= 0).any():
        raise ValueError(f"epsilons must be above 0, or they are never reached; the least is {epsilons.min():g}")
    return epsilons


def cost_of_gd(problem: FiniteSum, start: Float[np.ndarray, " p"], epsilons: Float[np.ndarray, " k"]) -> Float[np.ndarray, " k"]:
    """Sample gradients that gradient descent with η = 2/(m + L) spends on each gap ε: n an update."""
    epsilons, (m, L) = _gaps_wanted(epsilons), curvatures(problem)
    path: list[float] = []
    w_star = minimum(problem)
    w = array("start", start, shape=w_star.shape)
    H = problem.X.T @ problem.X / problem.n
    while not path or path[-1] > min(epsilons):
        if len(path) == 100_000:
            raise ValueError(f"epsilons must be reached in 100 000 steps; after them the gap is {path[-1]:.3g}")
        path.append((w - w_star) @ H @ (w - w_star) / 2)
        w = w - 2 / (m + L) * H @ (w - w_star)
    return np.array([problem.n * first_below(np.array(path), ε) for ε in epsilons], dtype=float)


@checked
def cost_of_sgd(
    problem: FiniteSum,
    start: Float[np.ndarray, " p"],
    epsilons: Float[np.ndarray, " k"],
    *,
    beta: int | float,
    offset: int | float,
    most: int,
) -> Float[np.ndarray, " k"]:
    """Sample gradients that SGD with η_t = β/(t + t_0) spends on each expected gap ε, by the exact recursion."""
    schedule, epsilons = schedules.inverse(beta, offset), _gaps_wanted(epsilons)
    gaps = moments.gaps(problem, start, step_sizes=[schedule(t) for t in range(count("most", most))])
    found = np.array([first_below(gaps, ε) for ε in epsilons], dtype=float)
    if (found < 0).any():
        raise ValueError(f"most must be large enough to reach every epsilon; {most} updates reach {gaps.min():.2g}")
    return found


@checked
def updates_to_reach(problem: FiniteSum, start, batches, epsilon: int | float, *, step, most: int) -> Int[np.ndarray, " k"]:
    """Updates until the expected gap is below ε for each batch size, with the step `step(b)`; -1 if never in `most`."""
    times, batches, ε = count("most", most), array("batches", batches, ndim=1), number("epsilon", epsilon, above=0)
    runs = (moments.gaps(problem, start, step_sizes=[step(b)] * times, batch=int(b)) for b in batches)
    return np.array([first_below(gaps, ε) for gaps in runs])


@checked
def averaging_gaps(problem: FiniteSum, start, *, steps: int, step_size, repeats: int, decay: int | float, rng):
    """Expected gaps of the last iterate, of the uniform mean and of the exponential mean, over common runs."""
    order = list(descent.with_replacement(problem.n, steps, repeats=repeats, rng=rng))
    least, W = float(mean_loss(problem, minimum(problem))), np.tile(start, (repeats, 1))
    path = np.array(list(descent.sgd(problem, W, order=order, step_size=step_size)))
    kinds = (path, averaging.uniform(path), averaging.exponential(path, decay=decay))
    return [descent.expected_gap(problem, states, least) for states in kinds]


def zone_paths(x, y, starts, *, steps: int, step_size: int | float, rng) -> Float[np.ndarray, "t_plus_1 r"]:
    """One-dimensional SGD from each start, a column each."""
    x, starts = array("x", x, ndim=1), array("starts", starts, ndim=1)
    problem = FiniteSum(x[:, None], array("y", y, ndim=1))
    order = descent.with_replacement(len(x), steps, repeats=len(starts), rng=rng)
    states = descent.sgd(problem, starts[:, None], order=order, step_size=step_size)
    return np.array([W[:, 0] for W in states])


def safe_share(x, y, step_sizes, *, steps: int, repeats: int, rng) -> Float[np.ndarray, " k"]:
    """The share of iterates inside the zone of confusion, for runs that start at its middle."""
    low, high = confusion.zone(x, y)
    starts, shares = np.full(count("repeats", repeats), (low + high) / 2), []
    for η in array("step_sizes", step_sizes, ndim=1):
        path = zone_paths(x, y, starts, steps=steps, step_size=float(η), rng=rng)
        shares.append(((path >= low - 1e-12) & (path <= high + 1e-12)).mean())
    return np.array(shares)


def scaled_rule(potential, grid, steps, *, beta: int | float) -> tuple[Float[np.ndarray, "k g"], Float[np.ndarray, " k"]]:
    """Exact stationary densities with η and b grown together at fixed β = 2b/η, and their distance to the Gibbs density."""
    target = gibbs.density(potential, grid, beta)
    steps = array("steps", steps, ndim=1)
    found = [gaussian_model.stationary(potential, grid, step_size=η, batch=beta * η / 2) for η in steps]
    return np.array(found), np.array([gibbs.total_variation(p, target, grid) for p in found])


@checked
def lemma_sides(
    problem: FiniteSum, known: bounds.Constants, *, points: int, spread: int | float, rng
) -> Float[np.ndarray, "3 k"]:
    """At random w and random η ≤ 1/(Lσ): the expected change of the loss, and the bounds of Lemmas 11.1 and 11.2."""
    rows, w_star, rng = [], minimum(problem), generator("rng", rng)
    for _ in range(count("points", points)):
        w, η = (
            w_star + number("spread", spread, above=0) * rng.normal(size=len(w_star)),
            known.largest_step * rng.uniform(0.01, 1.0),
        )
        change = bounds.expected_change(problem, w, step_size=η)
        first = bounds.descent_lemma(problem, w, step_size=η)
        rows.append([change, first, bounds.descent_lemma_with_growth(problem, w, known, step_size=η)])
    return np.array(rows).T


@checked
def replacement(problem: FiniteSum, steps, *, travel: int | float, repeats: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """Mean final gaps with samples drawn with replacement and dealt by shuffling, for each fixed step.

    Args:
        problem: the finite sum.
        steps: η of each experiment, which runs travel/η epochs.
        travel: epochs times step.
        repeats: independent runs.
        rng: a numpy generator.
    """
    w_star, found = minimum(problem), []
    start, least = np.tile(w_star + 0.3, (count("repeats", repeats), 1)), float(mean_loss(problem, w_star))
    for η in array("steps", steps, ndim=1):
        epochs = count("travel / steps", round(number("travel", travel, above=0) / number("steps", η, above=0)), most=10_000)
        orders = (
            descent.with_replacement(problem.n, problem.n * epochs, repeats=repeats, rng=rng),
            descent.shuffled(problem.n, epochs, repeats=repeats, rng=rng),
        )
        ends = [list(descent.sgd(problem, start, order=order, step_size=float(η)))[-1] for order in orders]
        found.append([(mean_loss(problem, W) - least).mean() for W in ends])
    return tuple(np.array(found).T)


def shared_noise(slope, start: int | float, noise: Float[np.ndarray, "t r"], *, step_size: int | float):
    """Every state of the Gaussian model (b = 1) from one start, driven by given noise."""
    noise = array("noise", noise, ndim=2)
    W = np.full(noise.shape[1], number("start", start))
    yield W
    for ξ in noise:
        W = gaussian_model.step(slope, W, ξ, step_size=step_size, batch=1)
        yield W
