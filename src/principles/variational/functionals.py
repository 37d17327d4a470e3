"""Functionals of densities on a grid, and their derivatives by perturbation (Section 15.2.1).

A density is its values on an equally spaced grid; integrals are sums times the spacing.
"""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, distribution, number


def entropy(p: Float[np.ndarray, " g"], *, spacing: float) -> float:
    """H[p] = -∫ p log p.

    >>> round(entropy(np.full(4, 0.5), spacing=0.5), 4)
    0.6931
    """
    p, h = _density("p", p), number("spacing", spacing, above=0)
    return float(-_xlogy(p, p).sum() * h)


def kl(p: Float[np.ndarray, " g"], q: Float[np.ndarray, " g"], *, spacing: float) -> float:
    """KL(p ‖ q) = ∫ p log(p/q), infinite where q vanishes and p does not."""
    p, q, h = _density("p", p), _density("q", q, like=p), number("spacing", spacing, above=0)
    if ((q == 0) & (p > 0)).any():
        return float("inf")
    return float((_xlogy(p, p) - _xlogy(p, q)).sum() * h)


def entropy_derivative(p: Float[np.ndarray, " g"]) -> Float[np.ndarray, " g"]:
    """δH/δp = -log p - 1, up to a constant that no admissible perturbation sees."""
    return -np.log(_positive("p", p)) - 1


def kl_derivatives(p: Float[np.ndarray, " g"], q: Float[np.ndarray, " g"]) -> tuple[np.ndarray, np.ndarray]:
    """The derivatives of KL(p ‖ q) in p, log(p/q) + 1, and in q, -p/q."""
    p, q = _positive("p", p), _positive("q", array("q", q, shape=np.shape(p)))
    return np.log(p / q) + 1, -p / q


@checked
def perturbation_slope(functional, p: Float[np.ndarray, " g"], φ: Float[np.ndarray, " g"], *, step: float = 1e-4) -> float:
    """(F[p + εφ] - F[p - εφ]) / 2ε, the directional derivative that defines the functional derivative.

    Args:
        functional: a function of a density on the grid.
        p: the density.
        φ: the direction; its integral must be 0, and p ± εφ must not be negative.
        step: ε.

    Raises:
        ValueError: if the perturbed function is no density.
    """
    p, φ, ε = _density("p", p), array("φ", φ, shape=np.shape(p)), number("step", step, above=0)
    if abs(φ.sum()) > 1e-9 * np.abs(φ).sum():
        raise ValueError(f"φ must integrate to 0, or p + εφ has another mass; its sum is {φ.sum():.3g}")
    if (p - ε * np.abs(φ) < 0).any():
        raise ValueError(f"p ± εφ must not be negative; it is at grid point {int((p - ε * np.abs(φ)).argmin())}")
    return float((functional(p + ε * φ) - functional(p - ε * φ)) / (2 * ε))


@checked
def earth_mover(positions: Float[np.ndarray, " g"], p: Float[np.ndarray, " g"], q: Float[np.ndarray, " g"], *, order: int):
    """W_r between weights p and q on a line: the r-th root of the mean r-th power of the distance moved.

    Args:
        positions: increasing places of the weights.
        p, q: weights that sum to one.
        order: r; 1 is the work of the earth mover, 2 is not.
    """
    positions, r = array("positions", positions, ndim=1), number("order", order, least=1)
    if (np.diff(positions) <= 0).any():
        raise ValueError("positions must increase from each to the next")
    p, q = (distribution(name, array(name, w, shape=positions.shape)) for name, w in (("p", p), ("q", q)))
    levels = np.unique(np.concatenate([[0.0], np.cumsum(p), np.cumsum(q)]).round(12))
    middle = (levels[1:] + levels[:-1]) / 2
    last = len(positions) - 1  # rounding may leave a level above the last sum of one of the two
    from_, to = (positions[np.searchsorted(np.cumsum(w).round(12), middle).clip(max=last)] for w in (p, q))
    return float((np.diff(levels) @ np.abs(from_ - to) ** r) ** (1 / r))


def _density(name, value, like=None):
    value = array(name, value, ndim=1, shape=None if like is None else like.shape)
    if (value < 0).any():
        raise ValueError(f"{name} must not be negative; entry {int(value.argmin())} is {value.min():g}")
    return value


def _positive(name, value):
    value = array(name, value, ndim=1)
    if (value <= 0).any():
        raise ValueError(f"{name} must be positive; entry {int(value.argmin())} is {value.min():g}")
    return value


def _xlogy(a, b):
    return np.where(a > 0, a * np.log(np.where(b > 0, b, 1.0)), 0.0)
