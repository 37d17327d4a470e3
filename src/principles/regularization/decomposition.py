"""Bias and variance: one model fitted to many data sets from the same Nature.

The models are sums of p cosines, 1, √2 cos πx, √2 cos 2πx, ..., fitted by least squares;
p, the number of weights, is the capacity.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles import validation as valid
from principles.regularization.risk import NODES, WEIGHTS, Nature, bayes_error, optimal_regressor
from principles.signatures import checked


@dataclass(frozen=True)
class Decomposition:
    """Squared bias and variance at each input."""

    bias_squared: Float[np.ndarray, " points"]
    variance: Float[np.ndarray, " points"]


@dataclass(frozen=True)
class Estimate:
    """An average over data sets and its standard error."""

    value: float
    error: float


@checked
def cosines(x: Float[np.ndarray, " n"], p: int) -> Float[np.ndarray, "n p"]:
    """The first p orthonormal cosines on [0, 1], a column each."""
    x = valid.array("x", x, ndim=1)
    table = np.sqrt(2) * np.cos(np.pi * np.outer(x, np.arange(valid.count("p", p))))
    table[:, 0] = 1.0
    return table


def fit(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], p: int) -> Float[np.ndarray, " p"]:
    """Least-squares weights of p cosines; the shortest ones if p > n."""
    A, y = cosines(x, p), valid.array("y", y, ndim=1)
    return np.linalg.lstsq(A, valid.same_length("y", y, "x", A), rcond=None)[0]


@checked
def predictions(
    nature: Nature, points: Float[np.ndarray, " points"], *, p: int, n: int, datasets: int, rng: np.random.Generator
) -> Float[np.ndarray, "datasets points"]:
    """f(x; D) at the given points, a row a data set D of n samples drawn anew."""
    basis = cosines(points, p)
    return np.stack([basis @ fit(*nature.draw(n, rng=rng), p) for _ in range(valid.count("datasets", datasets, least=2))])


def decompose(predicted: Float[np.ndarray, "datasets points"], optimal: Float[np.ndarray, " points"]) -> Decomposition:
    """E_D (f(x; D) - f*(x))² at each x as squared bias plus variance (7.6).

    Args:
        predicted: f(x; D), a row a data set, a column an input x.
        optimal: f*(x).

    Returns:
        Averages over the rows; their sum is the mean squared distance to `optimal` exactly.

    Raises:
        ValueError: if the columns are not as many as the optimal values.

    >>> decompose(np.array([[1.0], [3.0]]), np.array([0.0]))
    Decomposition(bias_squared=array([4.]), variance=array([1.]))
    """
    f = valid.array("predicted", predicted, ndim=2)
    f_star = valid.array("optimal", optimal, shape=(f.shape[1],))
    average = f.mean(axis=0)
    return Decomposition((average - f_star) ** 2, np.mean((f - average) ** 2, axis=0))  # (7.6)


@checked
def expected_risk(nature: Nature, *, p: int, n: int, datasets: int, rng: np.random.Generator) -> tuple[Estimate, Decomposition]:
    """E_x[bias² + variance] + Bayes error, from many data sets (7.7).

    Returns:
        The risk with the standard error of its variable part, and the decomposition at `risk.NODES`.
    """
    f = predictions(nature, NODES, p=p, n=n, datasets=datasets, rng=rng)
    f_star = optimal_regressor(NODES, nature)
    parts = decompose(f, f_star)
    value = WEIGHTS @ (parts.bias_squared + parts.variance) + bayes_error(nature)  # (7.7)
    spread = ((f - f_star) ** 2 @ WEIGHTS).std(ddof=1)
    return Estimate(float(value), float(spread / np.sqrt(datasets))), parts


@checked(counts=("test",))
def measured_risk(nature: Nature, *, p: int, n: int, datasets: int, test: int, rng: np.random.Generator) -> Estimate:
    """The risk as one would measure it: fit on a data set, test on fresh pairs (x, y), repeat, average.

    Knows neither f* nor the decomposition.
    """
    losses = np.empty(valid.count("datasets", datasets, least=2))
    for k in range(datasets):
        w = fit(*nature.draw(n, rng=rng), p)
        x, y = nature.draw(test, rng=rng)
        losses[k] = np.mean((cosines(x, p) @ w - y) ** 2)
    return Estimate(float(losses.mean()), float(losses.std(ddof=1) / np.sqrt(datasets)))


def integrate(values: Float[np.ndarray, " points"]) -> float:
    """E_x of values given at `risk.NODES`."""
    return float(WEIGHTS @ valid.array("values", values, shape=(len(NODES),)))


@checked(counts=("datasets",))
def learning_curve(
    nature: Nature, sizes: list[int], *, p: int, datasets: int, rng: np.random.Generator
) -> tuple[Float[np.ndarray, " sizes"], Float[np.ndarray, " sizes"]]:
    """Average training and test error of p cosines on data sets of each size."""
    rows = []
    for n in sizes:
        pairs = []
        for _ in range(datasets):
            x, y = nature.draw(n, rng=rng)
            u, v = nature.draw(500, rng=rng)
            w = fit(x, y, p)
            pairs.append([np.mean((cosines(x, p) @ w - y) ** 2), np.mean((cosines(u, p) @ w - v) ** 2)])
        rows.append(np.mean(pairs, axis=0))
    train, test = np.array(rows).T
    return train, test


@checked
def gap_on_training_inputs(nature: Nature, *, p: int, n: int, datasets: int, rng: np.random.Generator) -> Estimate:
    """The average of (f(xⁱ; D) - f*(xⁱ))² over the *training* inputs."""
    gaps = []
    for _ in range(valid.count("datasets", datasets, least=2)):
        x, y = nature.draw(n, rng=rng)
        gaps.append(np.mean((cosines(x, p) @ fit(x, y, p) - nature.signal(x)) ** 2))
    return Estimate(float(np.mean(gaps)), float(np.std(gaps, ddof=1) / np.sqrt(datasets)))
