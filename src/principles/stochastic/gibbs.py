"""The Gibbs distribution of a loss in one dimension, and the potentials on which it is measured."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Potential:
    """A loss of one weight with its slope."""

    value: Callable
    slope: Callable


def quadratic(curvature: float) -> Potential:
    """curvature·w²/2."""
    c = number("curvature", curvature, above=0)
    return Potential(lambda w: c * w**2 / 2, lambda w: c * w)


def double_well(height: float, *, tilt: float = 0.0) -> Potential:
    """height·(w² − 1)² + tilt·w: two valleys near ±1, with a barrier of about `height` between them.

    With a positive tilt the left valley is the global minimum.
    """
    h = number("height", height, above=0)
    return Potential(lambda w: h * (w**2 - 1) ** 2 + tilt * w, lambda w: 4 * h * w * (w**2 - 1) + tilt)


def stationary_points(height: float, *, tilt: float = 0.0) -> Float[np.ndarray, " k"]:
    """The real roots of the double well's slope, in increasing order: valley, barrier, valley (if there are three)."""
    roots = np.roots([4 * height, 0.0, -4 * height, tilt])
    return np.sort(roots[np.abs(roots.imag) < 1e-9].real)


def inverse_temperature(step_size: int | float, batch: int | float = 1) -> float:
    """β = 2b/η (11.30).

    >>> inverse_temperature(0.5, 4)
    16.0
    """
    return 2 * number("batch", batch, above=0) / number("step_size", step_size, above=0)  # (11.30)


def density(potential: Potential, grid: Float[np.ndarray, " g"], beta: int | float) -> Float[np.ndarray, " g"]:
    """ρ(w) = exp(−βℓ(w))/Z(β) on a grid, Z by the trapezoidal rule (11.29).

    Args:
        potential: the loss ℓ.
        grid: increasing points that cover where ρ lives.
        beta: inverse temperature.
    """
    ℓ = potential.value(array("grid", grid, ndim=1))
    weights = np.exp(-number("beta", beta, above=0) * (ℓ - ℓ.min()))  # a shift that Z undoes
    return weights / np.trapezoid(weights, grid)  # (11.29)


def mean(values: Float[np.ndarray, " g"], p: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"]) -> float:
    """∫ values(w) p(w) dw on a grid."""
    return float(np.trapezoid(values * p, grid))


def total_variation(p: Float[np.ndarray, " g"], q: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"]) -> float:
    """½ ∫ |p − q| dw: the largest difference between the probabilities that p and q give to any set."""
    return float(np.trapezoid(np.abs(p - q), grid) / 2)


def sample(p: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"], n: int, *, rng: np.random.Generator):
    """`n` draws from a density on a grid, by inverting its distribution function."""
    steps = np.r_[0.0, np.cumsum((p[1:] + p[:-1]) / 2 * np.diff(grid))]
    return np.interp(generator("rng", rng).random(count("n", n)) * steps[-1], steps, grid)
