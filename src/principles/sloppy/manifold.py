"""Sums of decaying exponentials, ŷ(t) = Σ_k exp(-θ_k t): a model whose manifold can be drawn, with its edges."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles.validation import array, count


@dataclass(frozen=True)
class Edges:
    """The three borders of the two-exponential manifold, each an array of points in data space."""

    resting: Float[np.ndarray, "m n"]
    vanished: Float[np.ndarray, "m n"]
    fold: Float[np.ndarray, "m n"]


def exponentials(times: Num[np.ndarray, " n"], rates: Num[np.ndarray, "*batch p"]) -> Float[np.ndarray, "*batch n"]:
    """Predictions ŷ(t) = Σ_k exp(-θ_k t), a point of data space for each set of rates.

    Args:
        times: t, not negative.
        rates: θ ≥ 0, the last axis runs over the p exponentials; infinity is allowed and means a term that is gone.

    >>> exponentials(np.array([1.0, 2.0]), np.array([0.0, np.inf])).tolist()
    [1.0, 1.0]
    """
    t, θ = _times(times), _rates(rates)
    if (t == 0).any() and np.isinf(θ).any():
        raise ValueError("times must be positive where a rate is infinite; one of them is 0")
    return np.exp(-θ[..., None, :] * t[:, None]).sum(axis=-1)


def exponentials_jacobian(times: Num[np.ndarray, " n"], rates: Num[np.ndarray, " p"]) -> Float[np.ndarray, "n p"]:
    """Derivatives ∂ŷ(t_i)/∂θ_k = -t_i exp(-θ_k t_i)."""
    t, θ = _times(times), array("rates", rates, ndim=1)
    return -t[:, None] * np.exp(-t[:, None] * θ)


def from_logs(times: Num[np.ndarray, " n"], log_rates: Num[np.ndarray, " p"]) -> Float[np.ndarray, " n"]:
    """The same predictions from the logarithms of the rates, so that every weight vector is allowed."""
    return exponentials(times, np.exp(array("log_rates", log_rates, ndim=1)))


def from_logs_jacobian(times: Num[np.ndarray, " n"], log_rates: Num[np.ndarray, " p"]) -> Float[np.ndarray, "n p"]:
    """Derivatives of the predictions by the logarithms of the rates, θ_k ∂ŷ/∂θ_k."""
    θ = np.exp(array("log_rates", log_rates, ndim=1))
    return exponentials_jacobian(times, θ) * θ


def edges(times: Num[np.ndarray, " n"], *, points: int = 60) -> Edges:
    """Where the two-exponential manifold ends: a rate 0 (`resting`), a rate ∞ (`vanished`), equal rates (`fold`).

    Args:
        times: t > 0.
        points: on each border.
    """
    θ = border_rates(points=points)
    zero, gone = np.zeros_like(θ), np.full_like(θ, np.inf)
    return Edges(*(exponentials(times, np.stack([θ, other], axis=1)) for other in (zero, gone, θ)))


def border_rates(*, points: int = 60) -> Float[np.ndarray, " points"]:
    """Rates from 0 to ∞ along a border: tan² of evenly spaced angles, the last of them infinite."""
    angles = np.linspace(0, np.pi / 2, count("points", points, least=2))
    return np.append(np.tan(angles[:-1]) ** 2, np.inf)


def principal_view(points: Num[np.ndarray, "m n"]) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, "n n"]]:
    """The mean of a cloud in data space and its principal directions (columns), the widest first, mostly positive."""
    Y = array("points", points, ndim=2)
    mean = Y.mean(axis=0)
    axes = np.linalg.svd(Y - mean, full_matrices=True)[2].T
    return mean, axes * np.where(axes.sum(axis=0) < 0, -1.0, 1.0)


def widths(points: Num[np.ndarray, "m n"]) -> Float[np.ndarray, " n"]:
    """How far a cloud in data space extends along its principal directions, from one end to the other.

    >>> widths(np.array([[0.0, 0.0], [2.0, 0.0]])).tolist()
    [2.0, 0.0]
    """
    mean, axes = principal_view(points)
    return np.ptp((points - mean) @ axes, axis=0)


def _times(times):
    t = array("times", times, ndim=1)
    if (t < 0).any():
        raise ValueError(f"times must not be negative; got {t.min():g}")
    return t


def _rates(rates):
    θ = array("rates", rates, finite=False)
    if θ.ndim == 0:
        raise ValueError("rates must have at least 1 axis, one rate an exponential; got a single number")
    if np.isnan(θ).any() or (θ < 0).any():
        raise ValueError(f"rates must not be negative or NaN; got {θ.min():g}")
    return θ
