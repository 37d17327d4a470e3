"""Gradient flow, natural gradient flow, and what ill-conditioning costs gradient descent."""

from collections.abc import Callable
from itertools import count as counter

import numpy as np
from jaxtyping import Float, Num
from scipy.integrate import solve_ivp

from principles.signatures import checked
from principles.sloppy.metric import from_jacobian
from principles.validation import array, count, number, same_length


@checked
def flow(
    predict: Callable,
    jacobian: Callable,
    start: Num[np.ndarray, " p"],
    targets: Num[np.ndarray, " n"],
    *,
    natural: bool,
    times: Num[np.ndarray, " m"],
) -> Float[np.ndarray, "m p"]:
    """The path dw/dt = -∇C, or with `natural` dw/dt = -g⁻¹∇C, which walks downhill as data space measures steepness.

    Args:
        predict: from weights to predictions ŷ.
        jacobian: from weights to ∂ŷ_i/∂w_k.
        start: w(0).
        targets: y*.
        natural: precondition by the inverse metric.
        times: increasing, at which the path is reported; the first is t = 0.

    Raises:
        ValueError: if the path ends before the last of them, or is so stiff that 10 000 slopes do not lead there.
    """
    w, y, t = array("start", start, ndim=1), array("targets", targets, ndim=1), array("times", times, ndim=1)
    same_length("predict(start)", predict(w), "targets", y)
    if (np.diff(t) <= 0).any():
        raise ValueError("times must increase")

    if len(t) == 1:
        return w[None]
    asked = counter()

    def velocity(now, w):
        if next(asked) == 10_000:
            raise ValueError(f"times must be reached with 10 000 slopes, up to {t[-1]:g}; after them t is {now:.3g}")
        J = jacobian(w)
        slope = J.T @ (predict(w) - y) / len(y)
        return -np.linalg.solve(from_jacobian(J), slope) if natural else -slope

    found = solve_ivp(velocity, t[[0, -1]], w, t_eval=t, method="LSODA", rtol=1e-9, atol=1e-11)
    if not found.success:
        raise ValueError(f"the path cannot be followed to the end of times: {found.message}")
    return found.y.T


@checked
def steps_needed(eigenvalues: Num[np.ndarray, " k"], *, tolerance: float, momentum: bool = False, most: int = 10**5) -> int:
    """Steps until ‖w - w*‖ has fallen by `tolerance`, from equal errors in all directions, at the best constant step.

    Plain gradient descent takes about ½κ log(1/tolerance) steps, heavy-ball momentum about ½√κ log(1/tolerance) or a little more.

    Args:
        eigenvalues: of the Hessian of a quadratic, positive.
        tolerance: between 0 and 1.
        momentum: use Polyak's heavy ball.
        most: give up after so many.

    >>> steps_needed(np.array([1.0, 1.0]), tolerance=0.1)
    1
    """
    λ, ε = array("eigenvalues", eigenvalues, ndim=1), number("tolerance", tolerance, above=0, below=1)
    if λ.min() <= 0:
        raise ValueError(f"eigenvalues must be positive; got {λ.min():g}")
    low, high = np.sqrt(λ.min()), np.sqrt(λ.max())
    step, β = (4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2) if momentum else (2 / (low**2 + high**2), 0.0)
    w, before = np.ones_like(λ), np.ones_like(λ)
    for t in range(1, count("most", most) + 1):
        w, before = w - step * λ * w + β * (w - before), w
        if np.linalg.norm(w) <= ε * np.sqrt(len(λ)):
            return t
    raise ValueError(f"most must allow convergence; {most} steps did not reach {tolerance:g}")


@checked
def error_by_direction(
    A: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], times: Num[np.ndarray, " m"]
) -> tuple[Float[np.ndarray, "m p"], Float[np.ndarray, " m"]]:
    """Gradient flow from w = 0 for linear least squares, exactly: what is left in each direction, and the excess cost.

    Along an eigenvector of g = AᵀA/n with eigenvalue λ the error decays like exp(-λt).

    Args:
        A: design matrix of full column rank.
        y: targets.
        times: t ≥ 0.

    Returns:
        The share of the initial error left in each direction, stiffest first; and C(t) - C(∞).
    """
    A, t = array("A", A, ndim=2), array("times", times, ndim=1)
    if t.min() < 0:
        raise ValueError(f"times must not be negative; got {t.min():g}")
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    if len(A) < A.shape[1] or s[-1] == 0:
        raise ValueError("A must have full column rank, else some errors never fall")
    λ = s**2 / len(A)
    left = np.exp(-np.outer(t, λ))
    parts = U.T @ same_length("y", array("y", y, ndim=1), "A", A)
    return left, ((left * parts) ** 2).sum(axis=1) / (2 * len(A))
