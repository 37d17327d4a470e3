"""Convex functions to be minimised, each with its curvature bounds m ≤ L and its minimiser.

Weights stand on the last axis, so that `value` and `gap` take a whole path at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, number, same_length, signs


@dataclass(frozen=True)
class Objective:
    """A convex function ℓ with m ≤ curvature ≤ L.

    Args:
        value: ℓ(w), for weights on the last axis.
        gradient: ∇ℓ(w), of one vector of weights.
        m, L: bounds of the curvature; m = 0 if there is none.
        minimizer: w*.
    """

    value: Callable
    gradient: Callable
    m: float
    L: float
    minimizer: np.ndarray

    @property
    def condition(self) -> float:
        """κ = L/m."""
        return self.L / self.m if self.m > 0 else np.inf

    def gap(self, weights: Float[np.ndarray, "... p"]) -> np.ndarray:
        """ℓ(w) − ℓ(w*)."""
        return np.asarray(self.value(self._checked(weights)) - self.value(self.minimizer))

    def distance(self, weights: Float[np.ndarray, "... p"]) -> np.ndarray:
        """‖w − w*‖."""
        return np.asarray(np.linalg.norm(self._checked(weights) - self.minimizer, axis=-1))

    def _checked(self, weights):
        w, p = array("weights", weights), len(self.minimizer)
        if w.shape[-1:] != (p,):
            raise ValueError(f"weights must have {p} entries on the last axis; got shape {w.shape}")
        return w


def diagonal(curvatures: Float[np.ndarray, " p"]) -> Objective:
    """Σ h_j w_j²/2, with curvature h_j along coordinate j.

    Args:
        curvatures: h, none negative, one at least positive.

    >>> ℓ = diagonal(np.array([1.0, 4.0]))
    >>> float(ℓ.value(np.array([2.0, 1.0]))), ℓ.gradient(np.array([2.0, 1.0])), ℓ.condition
    (4.0, array([2., 4.]), 4.0)
    """
    h = array("curvatures", curvatures, ndim=1)
    if (h < 0).any():
        raise ValueError(f"curvatures must not be negative; the least is {h.min():g}")
    if not h.any():
        raise ValueError("curvatures must not all be 0")
    return Objective(lambda w: (h * w**2).sum(axis=-1) / 2, lambda w: h * w, float(h.min()), float(h.max()), np.zeros(len(h)))


@checked
def least_squares(X: Float[np.ndarray, "n p"], y: Float[np.ndarray, " n"]) -> Objective:
    """‖y − X w‖²/(2n) less its minimum, so that small gaps lose no digits.

    Args:
        X: inputs, a row a sample, of full column rank.
        y: targets.

    Raises:
        ValueError: if columns of X depend on one another.
    """
    X, y = array("X", X, ndim=2), array("y", y, ndim=1)
    same_length("y", y, "X", X)
    A = X.T @ X / len(X)
    h = np.linalg.eigvalsh(A)
    if h[0] <= 1e-12 * h[-1]:
        raise ValueError(f"X must have independent columns; XᵀX/n has least eigenvalue {h[0]:.2g}")
    w_star = np.linalg.lstsq(X, y)[0]
    return Objective(
        lambda w: (((w - w_star) @ A) * (w - w_star)).sum(axis=-1) / 2,
        lambda w: A @ (w - w_star),
        float(h[0]),
        float(h[-1]),
        w_star,
    )


@checked
def logistic(X: Float[np.ndarray, "n p"], y: Float[np.ndarray, " n"], *, penalty: float) -> Objective:
    """Mean log(1 + exp(−y x·w)) + penalty ‖w‖²/2, a strongly convex function that is not quadratic.

    Args:
        X: inputs, a row a sample.
        y: labels −1 and +1.
        penalty: λ > 0; then m = λ and L = λ + λ_max(XᵀX)/(4n).
    """
    X, y, λ = array("X", X, ndim=2), signs("y", y), number("penalty", penalty, above=0)
    same_length("y", y, "X", X)
    Z, n = X * y[:, None], len(X)

    def value(w):
        return np.logaddexp(0, -(w @ Z.T)).mean(axis=-1) + λ * (w**2).sum(axis=-1) / 2

    def gradient(w):
        return -(_sigmoid(-(Z @ w)) @ Z) / n + λ * w

    L = λ + float(np.linalg.eigvalsh(Z.T @ Z)[-1]) / (4 * n)
    return Objective(value, gradient, λ, L, _newton(gradient, Z, λ))


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def _newton(gradient, Z, λ):
    """The minimiser of the logistic objective, by Newton's method with the step halved while the gradient grows."""
    w = np.zeros(Z.shape[1])
    for _ in range(100):
        g, s = gradient(w), _sigmoid(Z @ w)
        H = (Z * (s * (1 - s))[:, None]).T @ Z / len(Z) + λ * np.eye(len(w))
        step, scale = np.linalg.solve(H, g), 1.0
        while np.linalg.norm(gradient(w - scale * step)) > np.linalg.norm(g) and scale > 1e-6:
            scale /= 2
        w = w - scale * step
        if np.linalg.norm(g) < 1e-14:
            break
    return w


@checked(counts=("dimension",))
def flat_spectrum(dimension: int, *, least: float) -> Objective:
    """Curvatures spread evenly in logarithm from `least` to 1: all but flat in many directions.

    On it, from w = (1, …, 1), the gap of gradient descent falls like 1/t until t is about 1/`least`,
    the slowest that a convex function allows.
    """
    return diagonal(np.geomspace(number("least", least, above=0, below=1), 1.0, dimension))
