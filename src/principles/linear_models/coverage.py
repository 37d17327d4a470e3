"""How often predictive intervals keep their promise on samples that the fit has not seen."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.linear_models import likelihood
from principles.signatures import checked


@dataclass(frozen=True)
class Coverage:
    """Measured shares of targets inside their interval, each with its standard error; `expected` is theory for the plug-in.

    Entry k belongs to the k-th level, or to the k-th training size.
    """

    plug_in: Float[np.ndarray, " k"]
    plug_in_error: Float[np.ndarray, " k"]
    student: Float[np.ndarray, " k"]
    student_error: Float[np.ndarray, " k"]
    expected: Float[np.ndarray, " k"]


@checked
def by_level(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, levels: Float[np.ndarray, " k"], folds: int, rng
) -> Coverage:
    """Coverage at each level by cross-validation: every sample is judged once, by a fit that did not see it.

    Args:
        X: inputs, shape (n, d).
        y: targets, shape (n,).
        levels: what the intervals promise, each between 0 and 1.
        folds: into how many parts the samples are split, at least 2.
        rng: the source of randomness.
    """
    valid.same_length("y", y, "X", X)
    parts = np.array_split(valid.generator("rng", rng).permutation(len(y)), valid.count("folds", folds, least=2, most=len(y)))
    table = []
    for level in levels:
        hits = np.hstack([_hits(X, y, np.setdiff1d(np.arange(len(y)), part), part, level) for part in parts])
        mean = hits.mean(axis=1)
        table.append([*mean[:2], *np.sqrt(mean[:2] * (1 - mean[:2]) / len(y)), mean[2]])
    return _coverage(table)


@checked
def by_size(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, sizes: Num[np.ndarray, " k"], level: float, repeats: int, rng
) -> Coverage:
    """Coverage at one level when the fit sees only a few samples, averaged over random training sets.

    Args:
        X: inputs, shape (n, d).
        y: targets, shape (n,).
        sizes: how many samples to fit to, each more than d + 1 and less than n.
        level: what the intervals promise.
        repeats: how many training sets of each size, at least 2.
        rng: the source of randomness.
    """
    valid.same_length("y", y, "X", X)
    table = []
    for size in sizes:
        valid.count("sizes", size, least=X.shape[1] + 2, most=len(y) - 1)
        orders = [valid.generator("rng", rng).permutation(len(y)) for _ in range(valid.count("repeats", repeats, least=2))]
        shares = np.array([_hits(X, y, order[:size], order[size:], level).mean(axis=1) for order in orders])
        mean, error = shares.mean(axis=0), shares.std(axis=0) / np.sqrt(repeats)
        table.append([*mean[:2], *error[:2], mean[2]])
    return _coverage(table)


def _hits(X, y, fitted, held, level):
    """Three rows, an entry a held-out sample: inside plug-in? inside Student? probability of the former in theory."""
    A, b, new = X[fitted], y[fitted], X[held]
    plug_in = likelihood.interval(likelihood.fit(A, b), new, level=float(level))
    student = likelihood.student_interval(A, b, new, level=float(level))
    expected = likelihood.expected_coverage(A, new, level=float(level))
    return np.array([likelihood.inside(plug_in, y[held]), likelihood.inside(student, y[held]), expected])


def _coverage(table):
    plug_in, student, plug_in_error, student_error, expected = np.array(table).T
    return Coverage(plug_in, plug_in_error, student, student_error, expected)
