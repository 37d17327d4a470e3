"""Two-sample tests built on a classifier: train on one part of the rows, count right answers on the other."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import stats

from principles.adversarial import discriminator
from principles.adversarial.two_sample import _pair
from principles.signatures import checked
from principles.validation import array, count, number


@dataclass(frozen=True)
class ClassifierTest:
    """A classifier-based two-sample test: statistic, level and threshold (Example 16.1).

    Half of each set trains a logistic discriminator (16.3); the statistic is the sum of its two shares of
    right answers on the other half. If both sets have one law, the classifier's answers say nothing of the
    held-out labels, and the number of right answers among the data is hypergeometric (Fisher's exact test).

    Attributes:
        level: α.
        degree: 1 for a linear logit, 2 for a quadratic one.
        ridge: weight decay of the discriminator.
        held_out: whether to count on rows that the classifier has not seen; without, the level is lost.

    Source: Lopez-Paz and Oquab (2017); the exact null distribution in place of their normal one.
    """

    level: float = 0.05
    degree: int = 2
    ridge: float = 1e-2
    held_out: bool = True

    def __post_init__(self):
        number("level", self.level, above=0, below=1)
        count("degree", self.degree, most=2)
        number("ridge", self.ridge, above=0)

    def answers(self, D1, D2):
        """Whether each counted row of the first and of the second set is called "data"."""
        φ1, φ2 = (discriminator.polynomial(D, degree=self.degree) for D in _pair(D1, D2))
        half = len(φ1) // 2 if self.held_out else 0
        seen = slice(half, None)
        u = discriminator.fit(φ1[seen], φ2[seen], ridge=self.ridge)
        counted = slice(0, half or None)
        return φ1[counted] @ u > 0, φ2[counted] @ u > 0

    def rejects(self, D1, D2, *, rng):
        """Whether t̂ > t_α; `rng` is not used, as the rows come in random order."""
        one, two = self.answers(D1, D2)
        return p_value(one, two) <= self.level


@checked
def statistic(one: Bool[np.ndarray, " n"], two: Bool[np.ndarray, " m"]) -> float:
    """Share of the data called data + share of the generated called generated: 1 for a coin, 2 for no error.

    >>> statistic(np.array([True, True]), np.array([True, False]))
    1.5
    """
    return float(_answers("one", one).mean() + (~_answers("two", two)).mean())


@checked
def p_value(one: Bool[np.ndarray, " n"], two: Bool[np.ndarray, " m"]) -> float:
    """P(as many right answers or more) when labels are shuffled among the counted rows.

    >>> round(p_value(np.array([True, True]), np.array([False, False])), 6)
    0.166667
    """
    one, two = _answers("one", one), _answers("two", two)
    n, called = len(one), int(one.sum() + two.sum())
    return float(stats.hypergeom.sf(int(one.sum()) - 1, n + len(two), called, n))


@checked
def printed_statistic(of_data: Float[np.ndarray, " n"], of_generated: Float[np.ndarray, " m"]) -> float:
    """The same statistic from probabilities d, with the cut at 0 in place of 1/2: always 1, as d is never negative."""
    d, e = discriminator._probabilities("of_data", of_data), discriminator._probabilities("of_generated", of_generated)
    return float((d > 0).mean() + (e < 0).mean())


@checked
def accuracy_power(accuracy: float, *, n: int, level: float = 0.05) -> float:
    """The power when each of 2n held-out answers is right with the same probability, by the normal law.

    Args:
        accuracy: the classifier's true share of right answers, at least 1/2.
        n: held-out rows in each set.
        level: α.

    Source: Lopez-Paz and Oquab (2017), Theorem 1.
    """
    a, m = number("accuracy", accuracy, least=0.5, below=1), 2 * count("n", n)
    threshold = 0.5 + stats.norm.isf(number("level", level, above=0, below=1)) * np.sqrt(0.25 / m)
    return float(stats.norm.sf((threshold - a) / np.sqrt(a * (1 - a) / m)))


def _answers(name, value):
    array(name, value, ndim=1)
    if np.asarray(value).dtype != bool:
        raise TypeError(f"{name} must hold truth values, an answer a row; got dtype {np.asarray(value).dtype}")
    return np.asarray(value)
