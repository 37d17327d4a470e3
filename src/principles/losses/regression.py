"""Losses of a real-valued prediction, each with its slope in the prediction.

The residual is r = f(x; w) - y for all but the quantile loss, where it is y - f(x; w).
"""

import numpy as np
from jaxtyping import Float, Num

from principles import validation


def squared(prediction: Num[np.ndarray, " n"], target: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Half the squared residual, ½ (f(x; w) - y)², of each sample (6.2).

    Args:
        prediction: f(x; w), in the unit of the target.
        target: y.

    Returns:
        Losses in the squared unit of the target. `torch.nn.MSELoss` has no ½ and averages.

    >>> squared(np.array([3.0]), np.array([1.0]))
    array([2.])
    """
    r = _residual(prediction, target)
    return 0.5 * r**2  # (6.2)


def squared_slope(prediction: Num[np.ndarray, " n"], target: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The slope of `squared` in the prediction: the residual itself, without limit."""
    return _residual(prediction, target)


def huber(prediction: Num[np.ndarray, " n"], target: Num[np.ndarray, " n"], *, delta: float) -> Float[np.ndarray, " n"]:
    """Squared for residuals up to δ, straight beyond: δ (|r| - δ/2), of each sample (6.3).

    Args:
        prediction: f(x; w).
        target: y.
        delta: δ > 0, the residual where the loss turns straight, in the unit of the target.

    Raises:
        ValueError: if δ is not positive.

    >>> huber(np.array([1.0, 5.0]), np.zeros(2), delta=2.0)
    array([0.5, 8. ])
    """
    r, δ = _residual(prediction, target), validation.number("delta", delta, above=0)
    return np.where(np.abs(r) <= δ, 0.5 * r**2, δ * (np.abs(r) - 0.5 * δ))  # (6.3)


def huber_slope(prediction: Num[np.ndarray, " n"], target: Num[np.ndarray, " n"], *, delta: float) -> Float[np.ndarray, " n"]:
    """The slope of `huber` in the prediction: the residual, cut off at ±δ."""
    δ = validation.number("delta", delta, above=0)
    return np.clip(_residual(prediction, target), -δ, δ)


def absolute(prediction: Num[np.ndarray, " n"], target: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The absolute residual |f(x; w) - y| of each sample (6.4).

    >>> absolute(np.array([3.0]), np.array([5.0]))
    array([2.])
    """
    return np.abs(_residual(prediction, target))  # (6.4)


def absolute_slope(prediction: Num[np.ndarray, " n"], target: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The slope of `absolute` in the prediction: the sign of the residual, 0 at the kink (as torch has it)."""
    return np.sign(_residual(prediction, target))


def quantile(prediction: Num[np.ndarray, " n"], target: Num[np.ndarray, " n"], *, tau: float) -> Float[np.ndarray, " n"]:
    """The pinball loss r (τ - 1{r < 0}) of each sample, with r = y - f(x; w) (6.5).

    Args:
        prediction: f(x; w), a guess of the τ-quantile of the target.
        target: y.
        tau: 0 < τ < 1; a prediction that is too low costs τ a unit, one too high 1 - τ.

    Raises:
        ValueError: if τ is not strictly between 0 and 1.

    >>> quantile(np.array([0.0, 2.0]), np.ones(2), tau=0.9)
    array([0.9, 0.1])
    """
    r, τ = -_residual(prediction, target), _tau(tau)
    return r * (τ - (r < 0))  # (6.5)


def quantile_slope(prediction: Num[np.ndarray, " n"], target: Num[np.ndarray, " n"], *, tau: float) -> Float[np.ndarray, " n"]:
    """The slope of `quantile` in the prediction: 1 - τ when it is too high, -τ when it is not."""
    return (_residual(prediction, target) > 0) - _tau(tau)


def empirical_quantile(targets: Num[np.ndarray, " n"], tau: float) -> float:
    """The least y with F(y) ≥ τ, where F is the share of targets that are at most y.

    >>> empirical_quantile(np.array([4.0, 1.0, 3.0, 2.0]), 0.5)
    2.0
    """
    targets = np.sort(validation.array("targets", targets, ndim=1))
    share = np.arange(1, len(targets) + 1) / len(targets)
    return float(targets[np.argmax(share >= _tau(tau) - 1e-12)])


def log_features(X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """The logarithm of every input, for inputs whose ratios matter more than their differences.

    Raises:
        ValueError: if an input is not positive; names it and the remedy.
    """
    X = validation.array("X", X, ndim=2)
    if (X <= 0).any():
        i, j = map(int, np.argwhere(X <= 0)[0])
        raise ValueError(f"X must be positive to take its logarithm; entry ({i}, {j}) is {X[i, j]:g}; use log1p for counts")
    return np.log(X)


def _residual(prediction, target):
    prediction = validation.array("prediction", prediction, ndim=1)
    target = validation.array("target", target, ndim=1)
    return validation.same_length("prediction", prediction, "target", target) - target


def _tau(tau):
    return validation.number("tau", tau, above=0, below=1)
