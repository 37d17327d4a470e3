"""Newton's method and what is left of it when the Hessian is too large: outer products, their diagonal, its square root."""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.stochastic.objectives import FiniteSum, gradient, hessian, sample_gradients
from principles.validation import array, covariance, number


def _positive_definite(G):
    values, vectors = np.linalg.eigh(covariance("G", G))
    if values[0] <= 1e-14 * values[-1]:
        raise ValueError(f"G must be positive definite, or it has no inverse root; its least eigenvalue is {values[0]:.3g}")
    return values, vectors


@checked
def newton(problem: FiniteSum, w: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
    """w − (∇²ℓ(w))⁻¹ ∇ℓ(w), one step of Newton's method (11.21).

    Raises:
        ValueError: if the Hessian is singular there.

    >>> newton(FiniteSum(np.ones((2, 1)), np.array([0.0, 2.0])), np.array([7.0]))
    array([1.])
    """
    H = hessian(problem, w)
    if np.linalg.cond(H) > 1e14:
        raise ValueError("problem must have a regular Hessian at w, or there is no Newton step")
    return w - np.linalg.solve(H, gradient(problem, w))  # (11.21)


@checked
def preconditioned(
    w: Float[np.ndarray, " p"], slope: Float[np.ndarray, " p"], G: Float[np.ndarray, "p p"], *, step_size: int | float
) -> Float[np.ndarray, " p"]:
    """w − η G^(−1/2) ∇ℓ(w), with G positive definite (11.22).

    Args:
        w: weights.
        slope: ∇ℓ(w).
        G: the preconditioner, symmetric and positive definite.
        step_size: η.

    Raises:
        ValueError: if G is singular or indefinite.
    """
    values, vectors = _positive_definite(G)
    w, slope = array("w", w, shape=values.shape), array("slope", slope, shape=values.shape)
    return w - number("step_size", step_size, above=0) * vectors @ ((vectors.T @ slope) / np.sqrt(values))  # (11.22)


@checked
def outer_products(problem: FiniteSum, w: Float[np.ndarray, " p"]) -> Float[np.ndarray, "p p"]:
    """(1/n) Σ ∇ℓⁱ(w)∇ℓⁱ(w)ᵀ, a stand-in for the Hessian of a log-likelihood near the truth (11.23)."""
    g = sample_gradients(problem, w)
    return g.T @ g / problem.n  # (11.23)


@checked
def diagonal_direction(problem: FiniteSum, w: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
    """∂ℓ/∂w_k divided by the root mean square of the samples' ∂ℓⁱ/∂w_k, weight by weight (11.24)."""
    g = sample_gradients(problem, w)
    rms = np.sqrt((g**2).mean(axis=0))
    if (rms == 0).any():
        raise ValueError(f"problem must have a sample that moves weight {int(rms.argmin())} at w; there all its slopes are 0")
    return g.mean(axis=0) / rms  # (11.24)


def condition_number(G: Float[np.ndarray, "p p"]) -> float:
    """λ_max/λ_min of a symmetric positive definite matrix."""
    values, _ = _positive_definite(G)
    return float(values[-1] / values[0])


def inverse_root(G: Float[np.ndarray, "p p"]) -> Float[np.ndarray, "p p"]:
    """G^(−1/2) of a symmetric positive definite matrix."""
    values, vectors = _positive_definite(G)
    return (vectors / np.sqrt(values)) @ vectors.T
