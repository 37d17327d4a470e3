"""Laplace's approximation: for large n, an integral of exp(-nℓ) is that of a Gaussian at the minimum of ℓ."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import expit

from principles.signatures import checked
from principles.validation import array, count, covariance, number


@dataclass(frozen=True)
class Peak:
    """The minimum of ℓ.

    Attributes:
        mode: w*, the minimiser.
        value: ℓ(w*).
        curvature: the Hessian of ℓ there, positive definite.
    """

    mode: Float[np.ndarray, " d"]
    value: float
    curvature: Float[np.ndarray, "d d"]


@checked(positive=("tolerance",))
def peak(loss, gradient, hessian, *, start: Float[np.ndarray, " d"], tolerance: float = 1e-12) -> Peak:
    """The minimum of a convex ℓ by Newton's method.

    Args:
        loss, gradient, hessian: functions of a vector.
        start: where to begin.
        tolerance: stop when the step is shorter.

    Raises:
        ValueError: if the curvature is not positive or the steps do not end.
    """
    w = array("start", start, ndim=1)
    for _ in range(100):
        if np.linalg.eigvalsh(hessian(w))[0] <= 0:
            raise ValueError(f"the curvature must be positive at every step; it is not at w = {w}")
        step = np.linalg.solve(hessian(w), gradient(w))
        w = w - step
        if np.linalg.norm(step) < tolerance * (1 + np.linalg.norm(w)):
            return Peak(w, float(loss(w)), hessian(w))
    raise ValueError("Newton's method did not settle in 100 steps; start nearer to the minimum")


@checked(counts=("points",))
def integral(peak: Peak, n: float, weight=None, *, points: int = 40) -> float:
    """∫ exp(-nℓ) φ dw with ℓ replaced by its second-order expansion at w* (15.2).

    The Gaussian integral of φ is done by Gauss-Hermite quadrature.

    Args:
        peak: w*, ℓ(w*) and the Hessian.
        n: the factor of ℓ, positive.
        weight: φ, a function of the rows of a matrix; 1 if it is left out.
        points: of the quadrature, for each dimension.

    >>> flat = Peak(np.zeros(1), 0.0, np.eye(1))
    >>> bool(np.isclose(integral(flat, 2.0), np.sqrt(np.pi)))
    True
    """
    n, d = number("n", n, above=0), len(array("mode", peak.mode, ndim=1))
    Σ = np.linalg.inv(n * covariance("curvature", array("curvature", peak.curvature, shape=(d, d))))
    mass = np.exp(-n * number("value", peak.value)) * np.sqrt((2 * np.pi) ** d * np.linalg.det(Σ))
    if weight is None:
        return float(mass)
    nodes, weights = np.polynomial.hermite_e.hermegauss(count("points", points))
    grid = np.stack([g.ravel() for g in np.meshgrid(*[nodes] * d, indexing="ij")], axis=1)
    shares = np.prod(np.stack([g.ravel() for g in np.meshgrid(*[weights] * d, indexing="ij")]), axis=0) / (2 * np.pi) ** (d / 2)
    values = array("weight", weight(peak.mode + grid @ np.linalg.cholesky(Σ).T), shape=shares.shape)
    return float(mass * (shares @ values))  # (15.2)


def factorial(n: float) -> float:
    """Stirling's formula: n! = n^{n+1} e^{-n} ∫ exp(-n(w - 1 - log w)) dw with Laplace's approximation of the integral (15.2).

    >>> round(factorial(10.0) / 3628800, 4)
    0.9917
    """
    n = number("n", n, above=0)
    top = Peak(np.ones(1), 0.0, np.eye(1))
    return float(np.exp((n + 1) * np.log(n) - n) * integral(top, n))


def tilted(z: Float[np.ndarray, " g"]) -> Float[np.ndarray, " g"]:
    """exp(-z²/2) s(20z + 4), s the logistic function: Bishop's example of a skewed density, not normalised."""
    z = array("z", z, ndim=1)
    return np.exp(-(z**2) / 2) * expit(20 * z + 4)


def tilted_peak() -> Peak:
    """The mode of the skewed density and the curvature of minus its logarithm."""

    def loss(w):
        return float(-np.log(tilted(w))[0])

    def gradient(w):
        return w - 20 * expit(-(20 * w + 4))

    def hessian(w):
        s = expit(20 * w + 4)
        return np.diag(1 + 400 * s * (1 - s))

    return peak(loss, gradient, hessian, start=np.array([0.0]))
