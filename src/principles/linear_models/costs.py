"""What a mistake costs: counting mistakes along a line of weights, and counts that weigh them differently.

Scores are w·x; a sample is classified +1 where its score is at least the threshold.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.linear_models.least_squares import Affine
from principles.signatures import checked


@checked
def mistake(z: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The zero-one loss as a function of z = y w·x: 1 for z ≤ 0, so that a tie counts as a mistake, else 0.

    Example:
        >>> mistake(np.array([-2.0, 0.0, 0.1]))
        array([1., 1., 0.])
    """
    return (valid.array("z", z) <= 0).astype(float)


@checked(sizes=True)
def along(
    loss: Callable, w: Num[np.ndarray, " d"], direction: Num[np.ndarray, " d"], t: Num[np.ndarray, " k"]
) -> Float[np.ndarray, " k"]:
    """The values of a loss on the line w + t · direction, one for each t."""
    return np.array([float(loss(w + s * direction)) for s in t])


@checked
def error_rate(fit: Affine, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> float:
    """The share of samples whose label is not the sign of the fit's prediction.

    Example:
        >>> error_rate(Affine(np.array([1.0]), 0.0), np.array([[3.0], [-2.0]]), np.array([1.0, 1.0]))
        0.5
    """
    valid.same_length("y", valid.signs("y", y), "X", X)
    return float(((fit.predict(X) >= 0) != (y > 0)).mean())


def false_alarms(scores: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"], *, threshold: float) -> int:
    """How many samples with label -1 are called +1."""
    scores, y, threshold = _scored(scores, y, threshold)
    return int(((scores >= threshold) & (y < 0)).sum())


def misses(scores: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"], *, threshold: float) -> int:
    """How many samples with label +1 are called -1."""
    scores, y, threshold = _scored(scores, y, threshold)
    return int(((scores < threshold) & (y > 0)).sum())


def total_cost(scores: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"], *, threshold: float, miss: float, alarm: float) -> float:
    """The cost of all mistakes where a miss and a false alarm have different prices.

    Example:
        >>> total_cost(np.array([1.0, -1.0]), np.array([-1.0, 1.0]), threshold=0.0, miss=10.0, alarm=1.0)
        11.0
    """
    missed, alarms = misses(scores, y, threshold=threshold), false_alarms(scores, y, threshold=threshold)
    return valid.number("miss", miss, least=0) * missed + valid.number("alarm", alarm, least=0) * alarms


def ranking(scores: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"]) -> float:
    """The chance that a random +1 sample scores above a random -1 sample (the area under the ROC curve); ties count half.

    Example:
        >>> ranking(np.array([3.0, 2.0, 1.0]), np.array([1.0, -1.0, 1.0]))
        0.5
    """
    scores, y, _ = _scored(scores, y, 0.0)
    if abs(y.sum()) == len(y):
        raise ValueError(f"y must hold both labels; all {len(y)} are {y[0]:+g}")
    difference = scores[y > 0][:, None] - scores[y < 0][None, :]
    return float((difference > 0).mean() + (difference == 0).mean() / 2)


def outside(residuals: Num[np.ndarray, " n"], tolerance: float) -> Float[np.ndarray, " n"]:
    """The zero-one loss of regression: 1 where a prediction misses its target by more than the tolerance, else 0."""
    return (np.abs(valid.array("residuals", residuals, ndim=1)) > valid.number("tolerance", tolerance, above=0)).astype(float)


def _scored(scores, y, threshold):
    scores, y = valid.array("scores", scores, ndim=1), valid.signs("y", y)
    return valid.same_length("scores", scores, "y", y), y, valid.number("threshold", threshold)
