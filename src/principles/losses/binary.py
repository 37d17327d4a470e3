"""Losses of yes-or-no answers: one logit, or m of them that do not know of each other.

Probabilities never appear where a logit will do: log p(1) = -log(1 + e^-ŷ) and log p(0) = -log(1 + e^ŷ)
are accurate for every logit ŷ.
"""

import numpy as np
from jaxtyping import Float, Num
from scipy.special import expit

from principles import validation
from principles.signatures import checked


def logit(X: Num[np.ndarray, "n d"], w: Num[np.ndarray, " d"]) -> Float[np.ndarray, " n"]:
    """The linear model of the log-odds, log p(1 | x)/p(0 | x) = w·x (6.8).

    Args:
        X: inputs, a row a sample.
        w: weights.

    >>> logit(np.array([[1.0, 2.0]]), np.array([3.0, -1.0]))
    array([1.])
    """
    X = validation.array("X", X, ndim=2)
    return X @ validation.array("w", w, shape=(X.shape[1],))  # (6.8)


def probability(logits: Num[np.ndarray, "n *m"]) -> Float[np.ndarray, "n *m"]:
    """The probability whose log-odds are the logit: the sigmoid 1/(1 + e^-ŷ), the same model as (6.8).

    >>> probability(np.zeros(2))
    array([0.5, 0.5])
    """
    return expit(validation.array("logits", logits))


def likelihood(logits: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"]) -> float:
    """The probability of all labels given the inputs, as a plain product: it underflows when there are many."""
    p = probability(logits)
    y = validation.same_length("y", _zero_one(y), "logits", p)
    return float(np.prod(p**y * (1 - p) ** (1 - y)))


@checked
def logistic(logits: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"]) -> float:
    """Minus the log-likelihood of 0/1 labels, -Σ [y log p(1 | x) + (1 - y) log p(0 | x)], a sum over samples (6.9).

    Args:
        logits: log-odds ŷ of the samples.
        y: labels, each 0 or 1.

    Raises:
        ValueError: if a label is neither, or the lengths differ.

    >>> round(float(logistic(np.zeros(4), np.array([0, 1, 1, 0])) / np.log(2)), 12)
    4.0
    """
    log_one, log_zero = log_probabilities(logits)
    y = validation.same_length("y", _zero_one(y), "logits", log_one)
    return float(-np.sum(y * log_one + (1 - y) * log_zero))  # (6.9)


def logistic_slope(logits: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The slope of `logistic` in each logit: p(1 | x) - y."""
    p = probability(logits)
    return p - validation.same_length("y", _zero_one(y), "logits", p)


def signed_logistic(logits: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """log(1 + e^(-yŷ)) of each sample, for labels -1 and +1."""
    ŷ = validation.array("logits", logits, ndim=1)
    return np.logaddexp(0.0, -validation.same_length("y", validation.signs("y", y), "logits", ŷ) * ŷ)


@checked
def cross_entropy(logits: Num[np.ndarray, "n m"], targets: Num[np.ndarray, "n m"]) -> Float[np.ndarray, " n"]:
    """The binary cross-entropy of m independent answers, -Σₖ [tₖ log pₖ + (1 - tₖ) log(1 - pₖ)] (6.10), (6.16).

    Args:
        logits: a row a sample, a column a class.
        targets: tₖ in [0, 1]: one-hot for a single class (6.10), multi-hot for several (6.16).

    Returns:
        A loss a sample, the sum over its classes.

    Raises:
        ValueError: if a target lies outside [0, 1] or the shapes differ.

    >>> cross_entropy(np.zeros((1, 3)), np.array([[1, 0, 1]])) / np.log(2)
    array([3.])
    """
    log_one, log_zero = log_probabilities(logits)
    t = _targets(targets, log_one.shape)
    return -np.sum(t * log_one + (1 - t) * log_zero, axis=1)  # (6.10), (6.16)


@checked
def cross_entropy_slope(logits: Num[np.ndarray, "n m"], targets: Num[np.ndarray, "n m"]) -> Float[np.ndarray, "n m"]:
    """The slope of `cross_entropy` in each logit: p - t."""
    p = probability(logits)
    return p - _targets(targets, p.shape)


@checked
def positive_half(logits: Num[np.ndarray, "n m"], targets: Num[np.ndarray, "n m"]) -> Float[np.ndarray, " n"]:
    """-Σₖ tₖ log pₖ with independent pₖ, the half of the binary cross-entropy that the notes print."""
    log_one, _ = log_probabilities(logits)
    return -np.sum(_targets(targets, log_one.shape) * log_one, axis=1)


@checked
def multi_hot(classes: list, m: int) -> Float[np.ndarray, "n m"]:
    """A row Σ eₖ over the classes present, a sample a row; a sample may have none.

    Args:
        classes: for each sample the classes 0, ..., m - 1 that are present.
        m: number of classes.

    Raises:
        ValueError: if a class is out of range.

    >>> multi_hot([[0, 2], []], 3)
    array([[1., 0., 1.],
           [0., 0., 0.]])
    """
    rows = np.zeros((len(classes), validation.count("m", m)))
    for row, present in zip(rows, classes):
        for k in present:
            row[validation.count("a class", k, least=0, most=m - 1)] = 1.0
    return rows


def log_probabilities(logits: Num[np.ndarray, "n *m"]) -> tuple[Float[np.ndarray, "n *m"], Float[np.ndarray, "n *m"]]:
    """log p(1) and log p(0) of each logit, without a probability in between."""
    ŷ = validation.array("logits", logits)
    return -np.logaddexp(0.0, -ŷ), -np.logaddexp(0.0, ŷ)


def _zero_one(y):
    y = validation.array("y", y, ndim=1)
    wrong = np.flatnonzero((y != 0) & (y != 1))
    if wrong.size:
        raise ValueError(f"y must hold labels 0 and 1; entry {wrong[0]} is {y[wrong[0]]:g}; for -1 and +1 use signed_logistic")
    return y


def _targets(targets, shape):
    t = validation.array("targets", targets, shape=shape)
    if (t < 0).any() or (t > 1).any():
        raise ValueError(f"targets must lie between 0 and 1; they range from {t.min():g} to {t.max():g}")
    return t
