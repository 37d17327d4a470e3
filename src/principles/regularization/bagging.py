"""The bootstrap, and committees of models fitted to bootstrapped data."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Num

from principles import validation as valid
from principles.regularization.risk import Nature
from principles.signatures import checked

Learner = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Committees:
    """Predictions of single members at some inputs: shape (datasets, members, points)."""

    members: Float[np.ndarray, "datasets members points"]

    def variance(self, size: int) -> float:
        """Variance over data sets of the average of `size` members, averaged over the inputs and over disjoint committees."""
        datasets, members, points = self.members.shape
        whole = members // valid.count("size", size, most=members)
        averages = self.members[:, : whole * size].reshape(datasets, whole, size, points).mean(axis=2)
        return float(averages.var(axis=0, ddof=1).mean())

    def correlation(self) -> float:
        """ρ, the correlation over data sets of two members, averaged over pairs and inputs."""
        f = self.members - self.members.mean(axis=0)
        m = f.shape[1]
        single = np.mean(f**2)
        return float((m * np.mean(f.mean(axis=1) ** 2) / single - 1) / (m - 1))


def bootstrap(n: int, replicates: int, *, rng: np.random.Generator) -> Int[np.ndarray, "replicates n"]:
    """Indices of `replicates` data sets of n samples each, drawn with replacement from n samples."""
    n, replicates = valid.count("n", n), valid.count("replicates", replicates)
    return valid.generator("rng", rng).integers(n, size=(replicates, n))


@checked
def bootstrap_mean(sample: Num[np.ndarray, " n"], replicates: int, *, rng: np.random.Generator) -> tuple[float, float]:
    """Mean and standard deviation of the means of bootstrapped samples: an estimate and its uncertainty."""
    sample, replicates = valid.array("sample", sample, ndim=1), valid.count("replicates", replicates, least=2)
    means = sample[bootstrap(len(sample), replicates, rng=rng)].mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1))


@checked
def committee_variance(
    variance: float, correlation: float, members: int | Int[np.ndarray, " k"]
) -> float | Float[np.ndarray, " k"]:
    """ρs² + (1 - ρ)s²/M, the variance of the average of M variables with variance s² and correlation ρ.

    >>> committee_variance(2.0, 0.5, 4)
    1.25
    """
    s2, ρ = valid.number("variance", variance, least=0), valid.number("correlation", correlation, least=-1, most=1)
    if (np.asarray(members) < 1).any():
        raise ValueError(f"members must be at least 1; got {np.min(members)}")
    return ρ * s2 + (1 - ρ) * s2 / members


def tree(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], points: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
    """A fully grown regression tree on one input: it splits halfway between samples until every sample has its own leaf.

    So it says what the nearest sample says.
    """
    x, y, points = _line(x, y, points)
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    return y[np.searchsorted((x[1:] + x[:-1]) / 2, points)]


def average(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], points: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
    """The learner that predicts the average target everywhere."""
    x, y, points = _line(x, y, points)
    return np.full(len(points), y.mean())


def _line(x, y, points):
    x, y = valid.array("x", x, ndim=1), valid.array("y", y, ndim=1)
    valid.same_length("x", x, "y", y)
    return x, y, valid.array("points", points, ndim=1)


@checked
def committees(
    nature: Nature,
    points: Float[np.ndarray, " m"],
    learner: Learner,
    *,
    n: int,
    datasets: int,
    members: int,
    fresh: bool,
    rng: np.random.Generator,
) -> Committees:
    """Committees of models, one committee a data set.

    Args:
        nature: draws the data.
        points: inputs to predict at.
        learner: maps (x, y, points) to predictions.
        n: samples in a data set.
        datasets: how many.
        members: models in a committee.
        fresh: give every member a data set of its own, instead of a bootstrap of the committee's.
        rng: a numpy generator.
    """
    valid.count("datasets", datasets, least=2)
    result = np.empty((datasets, valid.count("members", members), len(points)))
    for i in range(datasets):
        x, y = nature.draw(n, rng=rng)
        for k, chosen in enumerate(bootstrap(n, members, rng=rng)):
            result[i, k] = learner(*(nature.draw(n, rng=rng) if fresh else (x[chosen], y[chosen])), points)
    return Committees(result)
