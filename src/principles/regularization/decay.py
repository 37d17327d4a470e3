"""Weight decay: as a penalty, as shrinkage in every step, and as ridge regression."""

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.signatures import checked


@checked
def penalty(w: Num[np.ndarray, " d"], alpha: float) -> float:
    """Ω(w) = α/2 ‖w‖² (7.9).

    >>> penalty(np.array([3.0, 4.0]), 0.1)
    1.25
    """
    w = valid.array("w", w, ndim=1)
    return float(valid.number("alpha", alpha, least=0) / 2 * (w @ w))  # (7.9)


@checked
def descend(
    gradient: Callable[[np.ndarray], np.ndarray], w: Float[np.ndarray, " d"], *, alpha: float, eta: float, steps: int
) -> Iterator[Float[np.ndarray, " d"]]:
    """Every state of w ← (1 - ηα) w - η ∇ℓ(w), the descent on ℓ + Ω (7.9).

    Args:
        gradient: ∇ℓ, without the penalty.
        w: where to start.
        alpha: of the penalty.
        eta: step size.
        steps: how many.
    """
    w = valid.array("w", w, ndim=1)
    shrink = 1 - valid.number("eta", eta, above=0) * valid.number("alpha", alpha, least=0)
    for _ in range(valid.count("steps", steps)):
        w = shrink * w - eta * gradient(w)
        yield w


@checked
def ridge(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, alpha: float) -> Float[np.ndarray, " d"]:
    """(XᵀX + αI)⁻¹ Xᵀy, the minimiser of ½‖y - Xw‖² + α/2 ‖w‖² (7.9).

    Args:
        X: inputs, a row a sample.
        y: targets.
        alpha: positive, or 0 where XᵀX has an inverse.

    Raises:
        ValueError: if the lengths differ, or α = 0 and XᵀX is singular.

    >>> ridge(np.array([[1.0], [1.0]]), np.array([2.0, 4.0]), alpha=1.0)
    array([2.])
    """
    X, y = _samples(X, y)
    α = valid.number("alpha", alpha, least=0)
    if α == 0 and np.linalg.matrix_rank(X) < X.shape[1]:
        raise ValueError(f"alpha must be positive where XᵀX is singular; X has rank {np.linalg.matrix_rank(X)}")
    return np.linalg.solve(X.T @ X + α * np.eye(X.shape[1]), X.T @ y)


@checked
def ridge_with_bias(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, alpha: float, penalize_bias: bool
) -> tuple[Float[np.ndarray, " d"], float]:
    """Weights and bias of a ridge whose bias is, or is not, penalised like a weight.

    Args:
        X, y: samples.
        alpha: of the penalty on the weights.
        penalize_bias: whether the bias is one of them.
    """
    X, y = _samples(X, y)
    A = np.column_stack([X, np.ones(len(X))])
    D = np.full(A.shape[1], valid.number("alpha", alpha, least=0))
    D[-1] = alpha if penalize_bias else 0.0
    stacked = np.linalg.solve(A.T @ A + np.diag(D), A.T @ y)
    return stacked[:-1], float(stacked[-1])


@checked
def shrinkage(X: Num[np.ndarray, "n d"], alpha: float) -> tuple[Float[np.ndarray, " r"], Float[np.ndarray, " r"]]:
    """Singular values s of X, and s²/(s² + α), by which a ridge multiplies the fit along each direction."""
    s = np.linalg.svd(valid.array("X", X, ndim=2), compute_uv=False)
    return s, s**2 / (s**2 + valid.number("alpha", alpha, above=0))


def condition(X: Num[np.ndarray, "n d"], alpha: float) -> float:
    """Largest over smallest eigenvalue of XᵀX + αI; infinite where the smallest is zero to rounding."""
    X = valid.array("X", X, ndim=2)
    λ = np.linalg.eigvalsh(X.T @ X) + valid.number("alpha", alpha, least=0)
    return float(λ[-1] / λ[0]) if λ[0] > 1e-12 * λ[-1] else float("inf")


@checked(unsigned=("level",))
def soft_threshold(z: Float[np.ndarray, " d"] | float, level: float) -> Float[np.ndarray, " d"] | float:
    """Move every entry towards zero by `level`, and stop there.

    >>> soft_threshold(np.array([3.0, -0.5]), 1.0)
    array([ 2., -0.])
    """
    return np.sign(z) * np.maximum(np.abs(z) - level, 0.0)


def lasso(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, alpha: float, sweeps: int = 500) -> Float[np.ndarray, " d"]:
    """The minimiser of ½‖y - Xw‖² + α‖w‖₁ by coordinate descent: each weight in turn, exactly.

    Args:
        X, y: samples; no column may be zero.
        alpha: of the penalty.
        sweeps: passes over the coordinates.
    """
    X, y = _samples(X, y)
    alpha = valid.number("alpha", alpha, least=0)
    w, squares = np.zeros(X.shape[1]), (X**2).sum(axis=0)
    if not squares.all():
        raise ValueError(f"no column of X may be zero; column {int(squares.argmin())} is")
    residual = y.copy()
    for _ in range(valid.count("sweeps", sweeps)):
        before = w.copy()
        for j in range(len(w)):
            residual += X[:, j] * w[j]
            w[j] = soft_threshold(X[:, j] @ residual, alpha) / squares[j]
            residual -= X[:, j] * w[j]
        if np.abs(w - before).max() <= 1e-13 * max(1.0, np.abs(w).max()):
            break
    return w


def _samples(X, y):
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)
    valid.same_length("X", X, "y", y)
    return X, y
