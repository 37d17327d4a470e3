"""Bias and variance for any loss, after Domingos (2000), with every expectation a finite sum.

At each input there are two distributions: of the label, P(y | x), and of the prediction over
data sets, P_D(f(x; D) = k). Labels are the classes 0, ..., C - 1; a loss is a table
`loss[truth, said]`. Rows of every array are inputs.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Num

from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Parts:
    """At each input: bias, variance, noise, and the coefficients of noise and variance in the risk."""

    bias: Float[np.ndarray, " n"]
    variance: Float[np.ndarray, " n"]
    noise: Float[np.ndarray, " n"]
    c1: Float[np.ndarray, " n"]
    c2: Float[np.ndarray, " n"]


def zero_one(classes: int) -> Float[np.ndarray, "C C"]:
    """The loss that is 1 for a mistake and 0 otherwise."""
    return 1.0 - np.eye(valid.count("classes", classes, least=2))


@checked(sizes=True)
def optimal(posterior: Num[np.ndarray, "n C"], loss: Num[np.ndarray, "C K"]) -> Int[np.ndarray, " n"]:
    """f*(x): what to say, of all that can be said, to lose least on the labels at x."""
    return np.argmin(valid.distribution("posterior", posterior, ndim=2) @ loss, axis=1)


@checked(sizes=True)
def main(predicted: Num[np.ndarray, "n K"], loss: Num[np.ndarray, "C K"]) -> Int[np.ndarray, " n"]:
    """f^avg(x): what lies nearest, in the loss, to the predictions of the models; for the zero-one loss the most frequent."""
    return np.argmin(valid.distribution("predicted", predicted, ndim=2) @ loss, axis=1)


def decompose(posterior: Num[np.ndarray, "n C"], predicted: Num[np.ndarray, "n C"]) -> Parts:
    """Bias ℓ(f*, f^avg), variance E_D ℓ(f^avg, f) and Bayes error E ℓ(y, f*) at each input, zero-one loss, two classes (7.8).

    Args:
        posterior: P(y | x), a row an input.
        predicted: the share of data sets whose model says each class, a row an input.

    Returns:
        The parts, with c1 = 2 P_D(f = f*) - 1 and c2 = ±1 such that
        bias + c2 variance + c1 noise is the risk at each input.

    Raises:
        ValueError: if a row is no distribution or the classes are not two.

    Source: Domingos (2000).
    """
    P, F = valid.distribution("posterior", posterior, ndim=2), valid.distribution("predicted", predicted, ndim=2)
    if P.shape != F.shape or P.shape[1] != 2:
        raise ValueError(f"posterior and predicted must both have shape (n, 2); got {P.shape} and {F.shape}")
    loss, rows = zero_one(2), np.arange(len(P))
    best, average = optimal(P, loss), main(F, loss)
    bias = loss[best, average]  # (7.8)
    variance = np.sum(F * loss[average], axis=1)  # (7.8)
    noise = np.sum(P * loss[best], axis=1)  # (7.8)
    return Parts(bias, variance, noise, 2 * F[rows, best] - 1, np.where(best == average, 1.0, -1.0))


def risk(posterior: Num[np.ndarray, "n C"], predicted: Num[np.ndarray, "n C"]) -> Float[np.ndarray, " n"]:
    """The probability, at each input, that label and prediction differ; they are independent given x."""
    P, F = valid.distribution("posterior", posterior, ndim=2), valid.distribution("predicted", predicted, ndim=2)
    if P.shape != F.shape:
        raise ValueError(f"posterior and predicted must have the same shape; got {P.shape} and {F.shape}")
    return 1 - np.sum(P * F, axis=1)


@checked
def average_prediction(values: Num[np.ndarray, " m"], *, loss: str, candidates: Float[np.ndarray, " k"]) -> float:
    """The candidate with the least average loss to real predictions: the mean for "squared", the median for "absolute".

    Args:
        values: predictions f(x; D) of m models at one x.
        loss: "squared" or "absolute".
        candidates: where to look.

    Raises:
        ValueError: if there is no such loss.
    """
    power = {"squared": 2, "absolute": 1}.get(loss)
    if power is None:
        raise ValueError(f'loss must be "squared" or "absolute"; got {loss!r}')
    costs = np.mean(np.abs(valid.array("values", values, ndim=1)[:, None] - candidates) ** power, axis=0)
    return float(candidates[costs.argmin()])


@checked
def posterior(x: Num[np.ndarray, " n"], *, steepness: float = 6.0) -> Float[np.ndarray, "n 2"]:
    """P(y | x) of a Nature with two classes: class 1 with probability σ(steepness · sin 3x)."""
    one = 1 / (1 + np.exp(-steepness * np.sin(3 * valid.array("x", x, ndim=1))))
    return np.column_stack([1 - one, one])


@checked(counts=("n",))
def neighbour_votes(
    points: Float[np.ndarray, " n"], *, k: int, n: int, datasets: int, rng: np.random.Generator
) -> Float[np.ndarray, "n 2"]:
    """How often a k-nearest-neighbour classifier says each class at the points, over data sets of n samples on [-3, 3]."""
    points = valid.array("points", points, ndim=1)
    ones = np.zeros(len(points))
    for _ in range(valid.count("datasets", datasets)):
        x = rng.uniform(-3, 3, n)
        y = rng.uniform(size=n) < posterior(x)[:, 1]
        nearest = np.argsort(np.abs(points[:, None] - x), axis=1)[:, : valid.count("k", k, most=n)]
        ones += y[nearest].mean(axis=1) > 0.5
    return np.column_stack([1 - ones / datasets, ones / datasets])
