"""Two-sample tests: do two sets of rows come from one law?

Both sets have n rows. A statistic is evaluated on the pooled rows (2n × d) under many
labellings at once: row k of `labels` says +1 for "first set" and -1 for "second set".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import stats
from scipy.spatial.distance import cdist

from principles.signatures import checked
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Rate:
    """How often something happened, and the standard error of that share."""

    share: float
    standard_error: float


@dataclass(frozen=True)
class PermutationTest:
    """The three ingredients of a two-sample test: statistic, level and threshold (Example 16.1).

    The threshold is that order statistic of the statistic under random relabellings which at most a
    share α of them exceeds. If both sets have one law, all labellings are alike and the level is kept
    for every n and every law.

    Attributes:
        statistic: (pooled rows, labels) -> a value for each labelling.
        level: α.
        relabellings: how many, besides the true one.

    Source: Lehmann and Romano (2005), Section 15.2.
    """

    statistic: Callable
    level: float = 0.05
    relabellings: int = 199

    def __post_init__(self):
        if not callable(self.statistic):
            raise TypeError(f"statistic must be a function of pooled rows and labels; got {self.statistic!r}")
        least = 1 / (1 + count("relabellings", self.relabellings))
        number("level", self.level, least=least, below=1)

    def values(self, D1, D2, *, rng):
        """The statistic under the true labelling, then under random ones."""
        D1, D2 = _pair(D1, D2)
        labels = np.vstack([truth(len(D1)), relabel(len(D1), self.relabellings, rng=rng)])
        return self.statistic(np.vstack([D1, D2]), labels)

    def threshold(self, D1, D2, *, rng):
        """t_α: the observed statistic rejects when it lies above."""
        values = np.sort(self.values(D1, D2, rng=rng))
        return float(values[-1 - int(np.floor(self.level * len(values) + 1e-9))])

    def p_value(self, D1, D2, *, rng):
        """The share of labellings, the true one among them, whose statistic is at least the observed one."""
        values = self.values(D1, D2, rng=rng)
        return float((values >= values[0]).mean())

    def rejects(self, D1, D2, *, rng):
        """Whether t̂ > t_α."""
        return self.p_value(D1, D2, rng=rng) <= self.level + 1e-9


@checked
def truth(n: int) -> Float[np.ndarray, "1 m"]:
    """The true labelling of n and n pooled rows, as one row of ±1."""
    return np.repeat([1.0, -1.0], count("n", n))[None]


@checked
def relabel(n: int, times: int, *, rng: np.random.Generator) -> Float[np.ndarray, "times m"]:
    """Random labellings of 2n pooled rows, n of each sign."""
    order = generator("rng", rng).random((count("times", times), 2 * count("n", n))).argsort(axis=1)
    return np.where(order < n, 1.0, -1.0)


@checked
def mean_difference(pooled: Float[np.ndarray, "m d"], labels: Float[np.ndarray, "k m"]) -> Float[np.ndarray, " k"]:
    """‖mean of the first set - mean of the second‖ for each labelling.

    >>> mean_difference(np.array([[1.0], [2.0], [4.0], [5.0]]), truth(2))
    array([3.])
    """
    pooled, labels = _labelled(pooled, labels)
    return np.linalg.norm(labels @ pooled, axis=1) * 2 / len(pooled)


@checked
def kernel_discrepancy(pooled: Float[np.ndarray, "m d"], labels: Float[np.ndarray, "k m"]) -> Float[np.ndarray, " k"]:
    """Squared MMD for each labelling, Gaussian kernel, bandwidth the median distance of the pooled rows.

    The bandwidth does not see the labels, so relabelling stays fair.

    Source: Gretton, Borgwardt, Rasch, Schölkopf and Smola (2012).
    """
    pooled, labels = _labelled(pooled, labels)
    squared = cdist(pooled, pooled, "sqeuclidean")
    if not squared.any():
        raise ValueError("pooled must hold different rows, as their median distance is the bandwidth; all are equal")
    K = np.exp(-squared / (2 * np.median(squared[squared > 0])))
    return ((labels @ K) * labels).sum(axis=1) * (2 / len(pooled)) ** 2


@checked
def level(test, draw: Callable, *, n: int, repeats: int, rng: np.random.Generator) -> Rate:
    """P(t̂ > t_α) when both sets come from one law, estimated (16.1).

    Args:
        test: has `rejects(D1, D2, rng=...)`.
        draw: (n, rng) -> rows of p.
        n: rows in each set.
        repeats: independent pairs of sets.
        rng: for all of them.
    """
    return power(test, draw, draw, n=n, repeats=repeats, rng=rng)  # (16.1)


@checked
def power(test, first: Callable, second: Callable, *, n: int, repeats: int, rng: np.random.Generator) -> Rate:
    """P(t̂ > t_α) when the sets come from p and from q, estimated (16.2).

    Args:
        test: has `rejects(D1, D2, rng=...)`.
        first, second: (n, rng) -> rows of p and of q.
        n: rows in each set.
        repeats: independent pairs of sets.
        rng: for all of them.
    """
    repeats, n, rng = count("repeats", repeats, least=2), count("n", n, least=2), generator("rng", rng)
    share = np.mean([test.rejects(first(n, rng), second(n, rng), rng=rng) for _ in range(repeats)])  # (16.2)
    return Rate(float(share), float(np.sqrt(share * (1 - share) / repeats)))


@checked
def gaussian_threshold(level: float, *, n: int, std: float = 1.0) -> float:
    """The t_α with P(|difference of means| > t_α) = α for two sets from one Gaussian (16.1).

    >>> round(gaussian_threshold(0.05, n=50), 4)
    0.392
    """
    level, n, std = number("level", level, above=0, below=1), count("n", n), number("std", std, above=0)
    return float(std * np.sqrt(2 / n) * stats.norm.isf(level / 2))


@checked
def gaussian_power(threshold: float, shift: Float[np.ndarray, " k"], *, n: int, std: float = 1.0) -> Float[np.ndarray, " k"]:
    """P(|difference of means| > t) for Gaussians whose means differ by each shift (16.2).

    The difference of two means of n is N(shift, 2 std²/n).

    >>> gaussian_power(gaussian_threshold(0.05, n=50), np.array([0.0]), n=50).round(12)
    array([0.05])
    """
    t, shift = number("threshold", threshold, least=0), array("shift", shift, ndim=1)
    error = number("std", std, above=0) * np.sqrt(2 / count("n", n))
    return stats.norm.sf((t - shift) / error) + stats.norm.cdf((-t - shift) / error)


def _pair(D1, D2):
    D1 = array("D1", D1, ndim=2)
    D2 = array("D2", D2, ndim=2)
    if D1.shape != D2.shape or len(D1) < 2:
        raise ValueError(f"D1 and D2 must have equal shapes and two rows or more; got {D1.shape} and {D2.shape}")
    return D1, D2


def _labelled(pooled, labels):
    pooled, labels = array("pooled", pooled, ndim=2), array("labels", labels, shape=(None, len(pooled)))
    if (np.abs(labels) != 1).any() or labels.sum(axis=1).any():
        raise ValueError("labels must hold +1 and -1, equally often in every row")
    return pooled, labels
