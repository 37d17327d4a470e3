"""The Gibbs distribution of a loss in one dimension, and the potentials on which it is measured."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, generator, number, same_length


@dataclass(frozen=True)
class Potential:
    """A loss of one weight with its slope."""

    value: Callable
    slope: Callable


def on_grid(name: str, p: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"], *, total: int | float | None = None):
    """`p` as a density known on a grid: a value that is not negative at each of the increasing points.

    Args:
        name: of p, for the error.
        p, grid: the density and its points.
        total: what the trapezoidal rule must give for its integral, to one per cent; None for anything above 0.

    Raises:
        ValueError: if one of these does not hold.
    """
    p = same_length(name, array(name, p, ndim=1), "grid", _increasing(grid))
    if (p < 0).any():
        raise ValueError(f"{name} must not be negative, it is a density; entry {int(p.argmin())} is {p.min():g}")
    mass = np.trapezoid(p, grid)
    if mass <= 0 or (total is not None and abs(mass - total) > 0.01):
        raise ValueError(f"{name} must have the integral {total or 'above 0'} on the grid; it is {mass:.3g}")
    return p


def _increasing(grid):
    grid = array("grid", grid, ndim=1)
    if len(grid) < 2 or (np.diff(grid) <= 0).any():
        raise ValueError("grid must hold at least two increasing points")
    return grid


def quadratic(curvature: float) -> Potential:
    """curvature·w²/2."""
    c = number("curvature", curvature, above=0)
    return Potential(lambda w: c * w**2 / 2, lambda w: c * w)


def double_well(height: float, *, tilt: float = 0.0) -> Potential:
    """height·(w² − 1)² + tilt·w: two valleys near ±1, with a barrier of about `height` between them.

    With a positive tilt the left valley is the global minimum.
    """
    h, tilt = number("height", height, above=0), number("tilt", tilt)
    return Potential(lambda w: h * (w**2 - 1) ** 2 + tilt * w, lambda w: 4 * h * w * (w**2 - 1) + tilt)


def stationary_points(height: float, *, tilt: float = 0.0) -> Float[np.ndarray, " k"]:
    """The real roots of the double well's slope, in increasing order: valley, barrier, valley (if there are three)."""
    h = number("height", height, above=0)
    roots = np.roots([4 * h, 0.0, -4 * h, number("tilt", tilt)])
    return np.sort(roots[np.abs(roots.imag) < 1e-9].real)


def inverse_temperature(step_size: int | float, batch: int | float = 1) -> float:
    """β = 2b/η (11.30).

    >>> inverse_temperature(0.5, 4)
    16.0
    """
    return 2 * number("batch", batch, above=0) / number("step_size", step_size, above=0)  # (11.30)


@checked
def density(potential: Potential, grid: Float[np.ndarray, " g"], beta: int | float) -> Float[np.ndarray, " g"]:
    """ρ(w) = exp(−βℓ(w))/Z(β) on a grid, Z by the trapezoidal rule (11.29).

    Args:
        potential: the loss ℓ.
        grid: increasing points that cover where ρ lives.
        beta: inverse temperature.
    """
    ℓ = potential.value(_increasing(grid))
    weights = np.exp(-number("beta", beta, above=0) * (ℓ - ℓ.min()))  # a shift that Z undoes
    return weights / np.trapezoid(weights, grid)  # (11.29)


@checked
def mean(values: Float[np.ndarray, " g"], p: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"]) -> float:
    """∫ values(w) p(w) dw on a grid."""
    p, values = on_grid("p", p, grid), array("values", values, ndim=1)
    return float(np.trapezoid(same_length("values", values, "grid", grid) * p, grid))


def total_variation(p: Float[np.ndarray, " g"], q: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"]) -> float:
    """½ ∫ |p − q| dw: the largest difference between the probabilities that p and q give to any set."""
    p, q = on_grid("p", p, grid), on_grid("q", q, grid)
    return float(np.trapezoid(np.abs(p - q), grid) / 2)


def sample(p: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"], n: int, *, rng: np.random.Generator):
    """`n` draws from a density on a grid, by inverting its distribution function."""
    p = on_grid("p", p, grid)
    steps = np.r_[0.0, np.cumsum((p[1:] + p[:-1]) * np.diff(grid))]  # twice the area so far
    return np.interp(generator("rng", rng).random(count("n", n)) * steps[-1], steps, grid)
