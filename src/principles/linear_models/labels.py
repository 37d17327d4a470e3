"""Noise in the labels: flipping them, and outvoting the flips."""

import numpy as np
import scipy.stats
from jaxtyping import Float, Num

from principles import validation as valid
from principles.linear_models import costs, least_squares
from principles.signatures import checked


def flip(y: Num[np.ndarray, " n"], *, share: float, rng: np.random.Generator) -> Float[np.ndarray, " n"]:
    """The labels, each replaced by its opposite with probability `share`.

    Args:
        y: labels, each -1 or +1.
        share: between 0 and 1.
        rng: the source of randomness.
    """
    y = valid.signs("y", y)
    flipped = valid.generator("rng", rng).random(len(y)) < valid.number("share", share, least=0, most=1)
    return np.where(flipped, -y, y)


def majority(votes: Num[np.ndarray, "annotators n"]) -> Float[np.ndarray, " n"]:
    """The label that most annotators give each sample; their number must be odd.

    Example:
        >>> majority(np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, -1.0]]))
        array([ 1., -1.])
    """
    votes = valid.array("votes", votes, ndim=2)
    valid.signs("votes", votes.ravel())
    if len(votes) % 2 == 0:
        raise ValueError(f"votes must come from an odd number of annotators, so that none are tied; got {len(votes)}")
    return np.sign(votes.sum(axis=0))


def majority_error(annotators: int, *, share: float) -> float:
    """How often the majority is wrong when each annotator errs independently with probability `share`.

    Example:
        >>> round(majority_error(3, share=0.1), 3)
        0.028
    """
    k = valid.count("annotators", annotators)
    return float(scipy.stats.binom.sf(k // 2, k, valid.number("share", share, least=0, most=1)))


def nearest(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], X_new: Num[np.ndarray, "m d"]) -> Float[np.ndarray, " m"]:
    """The label of the nearest remembered sample: a memory that always has an answer."""
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)
    valid.same_length("y", y, "X", X)
    X_new = valid.array("X_new", X_new, shape=(None, X.shape[1]))
    distance = ((X_new[:, None] - X[None]) ** 2).sum(axis=-1)
    return y[distance.argmin(axis=1)]


@checked
def trained_on_flips(
    train, test, *, shares: Num[np.ndarray, " k"], repeats: int, rng: np.random.Generator
) -> dict[str, list[float]]:
    """Errors on clean test labels of a linear fit and of a memory, when a share of the training labels is flipped.

    Args:
        train: a `Data` with labels -1 and +1, of which some are flipped.
        test: a `Data` with clean labels.
        shares: how many to flip, each between 0 and 1.
        repeats: over how many random flips to average.
        rng: the source of randomness.

    Returns:
        The mean errors of "least squares" and of "copy the nearest", one for each share.
    """
    wrong: dict[str, list[float]] = {"least squares": [], "copy the nearest": []}
    for share in shares:
        noisy = [flip(train.y, share=float(share), rng=rng) for _ in range(valid.count("repeats", repeats))]
        lines = [least_squares.normal_equations(train.X, y) for y in noisy]
        wrong["least squares"].append(float(np.mean([costs.error_rate(line, test.X, test.y) for line in lines])))
        wrong["copy the nearest"].append(float(np.mean([nearest(train.X, y, test.X) != test.y for y in noisy])))
    return wrong
