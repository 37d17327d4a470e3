"""A coin whose bias depends on x through one weight, p(1|x) = 1/(1 + exp(-e^{wx})): Fisher information against Hessian."""

import numpy as np
from jaxtyping import Float, Num
from scipy.optimize import minimize_scalar
from scipy.special import expit

from principles.signatures import checked
from principles.validation import array, number, same_length


def loss(w: float, x: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"]) -> float:
    """Mean cross-entropy of labels 0 and 1."""
    z, y = np.exp(number("w", w) * array("x", x, ndim=1)), _labels(x, y)
    return float(np.logaddexp(0, np.where(y == 1, -z, z)).mean())


@checked
def fisher(w: float, x: Num[np.ndarray, " n"]) -> float:
    """Mean of p(1 - p)(dz/dw)² for the logit z = e^{wx}: no label in sight."""
    x = array("x", x, ndim=1)
    z = np.exp(number("w", w) * x)
    p = expit(z)
    return float((p * (1 - p) * (x * z) ** 2).mean())


@checked
def hessian(w: float, x: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"]) -> float:
    """Second derivative of the loss: the Fisher information plus the mean of (p - y) d²z/dw²."""
    z = np.exp(number("w", w) * array("x", x, ndim=1))
    return fisher(w, x) + float(((expit(z) - _labels(x, y)) * x**2 * z).mean())


@checked
def bend(w: float, x: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"], *, step: float) -> float:
    """The loss's second derivative again, by a central difference of the loss alone, with an error of order step²."""
    h = number("step", step, above=0)
    return (loss(w + h, x, y) - 2 * loss(w, x, y) + loss(w - h, x, y)) / h**2


def minimum(x: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"], *, reach: float = 5.0) -> float:
    """The weight of least loss between ±reach: the best of a fine grid, then refined.

    Raises:
        ValueError: if the loss still falls at the end of the grid.
    """
    grid = np.linspace(-number("reach", reach, above=0), reach, 401)
    best = grid[np.argmin([loss(w, x, y) for w in grid])]
    if abs(best) == reach:
        raise ValueError(f"reach must be larger: the loss still falls at {best:g}")
    width = grid[1] - grid[0]
    return float(minimize_scalar(loss, (best - width, best, best + width), args=(x, y)).x)


def _labels(x, y) -> Float[np.ndarray, " n"]:
    found = same_length("y", array("y", y, ndim=1), "x", x)
    if not np.isin(found, (0, 1)).all():
        raise ValueError(f"y must hold labels 0 and 1; got {found.min():g} to {found.max():g}")
    return found
