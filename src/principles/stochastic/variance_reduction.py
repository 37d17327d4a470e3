"""SAGA, SAG and SVRG: gradients corrected by what earlier iterations computed. One sample an iteration.

`buffer[i]` holds the gradient of sample i as it was when i was last drawn.
"""

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float, Int

from principles.signatures import checked
from principles.stochastic.objectives import FiniteSum, gradient, sample_gradients, samples
from principles.validation import array, count, number


def _directions(fresh, stored, average):
    fresh = array("fresh", fresh)
    return fresh, array("stored", stored, shape=fresh.shape), array("average", average, shape=fresh.shape[-1:])


def corrected(
    fresh: Float[np.ndarray, "*k p"], stored: Float[np.ndarray, "*k p"], average: Float[np.ndarray, " p"], *, scale: float
) -> Float[np.ndarray, "*k p"]:
    """λ∇ℓ^ω(w) − (λg^ω − (1/n) Σ gⁱ): unbiased for ∇ℓ(w) when λ = 1, which is SAGA's direction (11.17).

    Args:
        fresh: ∇ℓ^ω(w).
        stored: g^ω, from the buffer.
        average: (1/n) Σ gⁱ of the buffer, before it is updated.
        scale: λ.
    """
    fresh, stored, average = _directions(fresh, stored, average)
    return number("scale", scale) * (fresh - stored) + average  # (11.17)


def sag_direction(
    fresh: Float[np.ndarray, "*k p"], stored: Float[np.ndarray, "*k p"], average: Float[np.ndarray, " p"], n: int
) -> Float[np.ndarray, "*k p"]:
    """∇ℓ^ω(w)/n − (g^ω/n − (1/n) Σ gⁱ), SAG's biased direction, λ = 1/n (11.19)."""
    fresh, stored, average = _directions(fresh, stored, average)
    n = count("n", n)
    return fresh / n - (stored / n - average)  # (11.19)


@checked(sizes=True)
def svrg_direction(
    fresh: Float[np.ndarray, "*k p"], at_checkpoint: Float[np.ndarray, "*k p"], full: Float[np.ndarray, " p"]
) -> Float[np.ndarray, "*k p"]:
    """∇ℓ^ω(w) − (∇ℓ^ω(w_s) − ∇ℓ(w_s)), the direction of SVRG, unbiased for ∇ℓ(w) (11.18)."""
    fresh, at_checkpoint, full = _directions(fresh, at_checkpoint, full)
    return fresh - (at_checkpoint - full)  # (11.18)


def updated_average(buffer: Float[np.ndarray, "n p"], fresh: Float[np.ndarray, " p"], i: int) -> Float[np.ndarray, " p"]:
    """(1/n) Σ g'ⁱ once entry i of the buffer is replaced by the fresh gradient: SAG's direction again (11.20)."""
    after = array("buffer", buffer, ndim=2).copy()
    after[count("i", i, least=0, most=len(after) - 1)] = array("fresh", fresh, shape=after.shape[1:])
    return after.mean(axis=0)  # (11.20)


def _one(problem: FiniteSum, w, i):
    slope = problem.loss.slope(problem.X[i] @ w, problem.y[i])
    return slope * problem.X[i] + problem.penalty * w


def _buffered(problem, start, order, step_size, scale):
    η, w = number("step_size", step_size, above=0), array("start", start, ndim=1)
    order, buffer = samples("order", order, problem.n), sample_gradients(problem, w)
    average = buffer.mean(axis=0)
    yield w
    for i in order:
        fresh = _one(problem, w, i)
        w = w - η * corrected(fresh, buffer[i], average, scale=scale)
        average = average + (fresh - buffer[i]) / problem.n
        buffer[i] = fresh
        yield w


@checked
def saga(
    problem: FiniteSum, start: Float[np.ndarray, " p"], *, order: Int[np.ndarray, " t"], step_size: int | float
) -> Iterator[Float[np.ndarray, " p"]]:
    """Every state of SAGA; the buffer starts with all gradients at w_0.

    Args:
        problem: the finite sum.
        start: w_0.
        order: the sample of every iteration.
        step_size: η; 1/(3 max L_i) converges linearly.
    """
    return _buffered(problem, start, order, step_size, 1.0)


@checked
def sag(
    problem: FiniteSum, start: Float[np.ndarray, " p"], *, order: Int[np.ndarray, " t"], step_size: int | float
) -> Iterator[Float[np.ndarray, " p"]]:
    """Every state of SAG, the biased λ = 1/n; arguments as for `saga`, η = 1/(16 max L_i) is proven to converge."""
    return _buffered(problem, start, order, step_size, 1.0 / problem.n)


@checked
def svrg(
    problem: FiniteSum, start: Float[np.ndarray, " p"], *, order: Int[np.ndarray, " t"], step_size: int | float, every: int
) -> Iterator[Float[np.ndarray, " p"]]:
    """Every state of SVRG, which takes the full gradient at a new checkpoint w_s once every `every` iterations."""
    η, w = number("step_size", step_size, above=0), array("start", start, ndim=1)
    count("every", every)
    order = samples("order", order, problem.n)
    yield w
    for t, i in enumerate(order):
        if t % every == 0:
            checkpoint, full = w, gradient(problem, w)
        w = w - η * svrg_direction(_one(problem, w, i), _one(problem, checkpoint, i), full)
        yield w


@checked
def plain(
    problem: FiniteSum,
    start: Float[np.ndarray, " p"],
    *,
    order: Int[np.ndarray, " t"],
    step_size: int | float | Callable[[int], float],
) -> Iterator[Float[np.ndarray, " p"]]:
    """Every state of SGD, for comparison; `step_size` may be a function of the iteration."""
    w, order = array("start", start, shape=(problem.X.shape[1],)), samples("order", order, problem.n)
    yield w
    for t, i in enumerate(order):
        w = w - number("step_size", step_size(t) if callable(step_size) else step_size, least=0) * _one(problem, w, i)
        yield w


@checked
def largest_curvature(problem: FiniteSum) -> float:
    """max_i L_i, the largest curvature of any one sample's loss."""
    return float(problem.loss.most_curvature * (problem.X**2).sum(axis=1).max() + problem.penalty)
