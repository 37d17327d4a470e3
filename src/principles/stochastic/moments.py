"""Exact expectations of SGD on least squares: mean and second moment of w_t − w* obey linear recursions.

With d = w − w*, r = x·w* − y and H = E[xxᵀ], an update is d ← d − η (x xᵀd + r x), and E[r x] = 0.
No sampling enters, so these numbers are what Monte Carlo has to meet.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.stochastic.objectives import SQUARED, FiniteSum, hessian, minimum
from principles.validation import array, count, number


def _squared(problem):
    if problem.loss is not SQUARED or problem.penalty:
        raise ValueError("problem must be least squares without penalty; only there do second moments obey a closed recursion")
    return problem


@checked
def gaps(
    problem: FiniteSum, start: Float[np.ndarray, " p"], *, step_sizes: Iterable[float], batch: int = 1
) -> Float[np.ndarray, " t_plus_1"]:
    """E[ℓ(w_t)] − ℓ(w*) = ½ tr(H E[d dᵀ]) for every t, without sampling.

    Args:
        problem: least squares without penalty.
        start: w_0.
        step_sizes: η of every update.
        batch: b, the mini-batch size, drawn with replacement.

    Raises:
        ValueError: if the problem is not least squares, or a step is negative.
    """
    X, w_star = _squared(problem).X, minimum(problem)
    b, H, n = count("batch", batch), hessian(problem, w_star), problem.n
    r, μ = X @ w_star - problem.y, array("start", start, shape=w_star.shape) - w_star
    S = np.outer(μ, μ)
    values = [np.trace(H @ S) / 2]
    for step in step_sizes:
        η = number("step_sizes", step, least=0)
        HS = H @ S
        HSH = HS @ H
        second = (X @ S * X).sum(axis=1) + 2 * (X @ μ) * r + r**2
        noise = (X.T * second) @ X / n - HSH
        S = S - η * (HS + HS.T) + η**2 * (HSH + noise / b)
        μ = μ - η * H @ μ
        values.append(np.trace(H @ S) / 2)
    return np.array(values)


@checked
def growth(problem: FiniteSum, *, sigma: float) -> float:
    """The least σ_0 for which E‖∇ℓ^ω(w)‖² ≤ σ_0 + σ‖∇ℓ(w)‖² at every w, for a given σ (11.9).

    Args:
        problem: least squares without penalty.
        sigma: σ, above `least_sigma(problem)`.

    Raises:
        ValueError: if σ is too small: then no σ_0 is large enough.
    """
    A, linear, constant = _second_moment(problem)
    H = hessian(problem, minimum(problem))
    room = number("sigma", sigma, above=0) * H @ H - A
    if np.linalg.eigvalsh(room)[0] <= 0:
        raise ValueError(f"sigma must be above {least_sigma(problem):.4g}, or no sigma_0 is large enough; got {sigma:g}")
    return float(constant + linear @ np.linalg.solve(room, linear))  # (11.9), the maximum of a concave quadratic


@checked
def least_sigma(problem: FiniteSum) -> float:
    """The least σ that the growth condition allows far from the minimum; never below 1, since E‖g‖² ≥ ‖E g‖²."""
    A, _, _ = _second_moment(problem)
    inverse = np.linalg.inv(hessian(problem, minimum(problem)))
    return float(np.linalg.eigvalsh(inverse @ A @ inverse)[-1])


def _second_moment(problem):
    X = _squared(problem).X
    w_star, length = minimum(problem), (X**2).sum(axis=1)
    r = X @ w_star - problem.y
    return (X.T * length) @ X / problem.n, X.T @ (length * r) / problem.n, float((length * r**2).mean())
