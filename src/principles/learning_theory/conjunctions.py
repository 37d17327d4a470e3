"""Monotone conjunctions and the elimination learner of Valiant.

A conjunction is a mask of d truth values: the literals that it contains.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Num
from scipy.stats import binom

from principles.signatures import checked
from principles.validation import array, count, generator, number


def predict(literals: Bool[np.ndarray, " d"], X: Num[np.ndarray, "n d"]) -> Bool[np.ndarray, " n"]:
    """The conjunction c(x) = ∧ x_i over its literals, on every row; the empty one is always true (Example 13.2).

    >>> c = np.array([True, False, True, True, False])  # x1 ∧ x3 ∧ x4
    >>> predict(c, np.array([[1, 0, 0, 1, 1], [1, 1, 1, 1, 0]])).tolist()
    [False, True]
    """
    X = _bits("X", X)
    return X[:, _mask("literals", literals, X.shape[1])].all(axis=1)


def eliminate(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"] | Bool[np.ndarray, " n"]) -> Bool[np.ndarray, " d"]:
    """The learner of Example 13.2: start with all literals, drop those that are 0 in a positive sample.

    Args:
        X: inputs of zeros and ones.
        y: labels, 0 or 1.

    Returns:
        The literals that remain, always a superset of those of the true conjunction.

    Raises:
        ValueError: if an entry of `X` or `y` is neither 0 nor 1, or if the lengths differ.
    """
    X, y = _bits("X", X), _bits("y", y, ndim=1)
    if len(y) != len(X):
        raise ValueError(f"y must have one label a row of X; got {len(y)} and {len(X)}")
    return X[y].all(axis=0)


@checked
def errors(literals: Bool[np.ndarray, " d"], target: Bool[np.ndarray, " d"], X: Num[np.ndarray, "n d"]) -> tuple[float, float]:
    """Shares of the rows of X that are false positives and false negatives of `literals`.

    >>> errors(np.array([True, True]), np.array([True, False]), np.array([[1, 1], [1, 0], [0, 1], [0, 0]]))
    (0.0, 0.25)
    """
    f, c = predict(literals, X), predict(target, X)
    return float((f & ~c).mean()), float((~f & c).mean())


@checked
def risk(literals: Bool[np.ndarray, " d"], target: Bool[np.ndarray, " d"], *, probability: float) -> float:
    """R(f) = P(f ≠ c) when the bits are independent and 1 with the given probability, in closed form.

    >>> risk(np.array([True, True]), np.array([True, False]), probability=0.5)
    0.25
    """
    q = number("probability", probability, least=0, most=1)
    f, c = _mask("literals", literals, len(literals)), _mask("target", target, len(literals))
    return float(q ** f.sum() + q ** c.sum() - 2 * q ** (f | c).sum())


@checked(sizes=True)
def risk_terms(target: Bool[np.ndarray, " d"], X: Num[np.ndarray, "n d"]) -> Num[np.ndarray, " d"]:
    """p_i = P(c(x) = 1, x_i = 0) on a population of equally likely rows: R(f) ≤ Σ p_i over the literals of f.

    >>> risk_terms(np.array([True, False]), np.array([[1, 1], [1, 0], [0, 1], [0, 0]])).tolist()
    [0.0, 0.25]
    """
    return (predict(target, X)[:, None] & ~_bits("X", X)).mean(axis=0)


def failure_bound(n: int, *, d: int, epsilon: float) -> float:
    """d e^{-nε/d}, the chance at most that elimination returns a risk of ε or more, for any P (Example 13.2).

    >>> round(failure_bound(1000, d=10, epsilon=0.1), 6)
    0.000454
    """
    ε = number("epsilon", epsilon, above=0, most=1)
    return float(count("d", d) * np.exp(-count("n", n, least=0) * ε / d))


def sample_size(*, d: int, epsilon: float, delta: float) -> float:
    """(d/ε) log(d/δ), with more samples elimination fails with probability at most δ (Example 13.2).

    Args:
        d: number of variables.
        epsilon: the risk that counts as failure.
        delta: the probability of failure allowed.

    >>> round(sample_size(d=10, epsilon=0.1, delta=0.05), 1)
    529.8
    """
    ε, δ = number("epsilon", epsilon, above=0, most=1), number("delta", delta, above=0, below=1)
    return float(count("d", d) / ε * np.log(d / δ))


def exact_failure(n: int, *, d: int, k: int, probability: float, epsilon: float) -> float:
    """P_D(R(f_D) ≥ ε) of the elimination learner on independent bits, for a target of k literals (Example 13.2).

    Of n samples m ~ Bin(n, q^k) are positive; each foreign literal survives them with probability q^m;
    s survivors cost a risk of q^k (1 - q^s).

    >>> round(exact_failure(1, d=2, k=1, probability=0.5, epsilon=0.2), 12)
    0.75
    """
    n, d, k = count("n", n), count("d", d), count("k", k, least=0, most=d)
    q, ε = number("probability", probability, above=0, below=1), number("epsilon", epsilon, above=0, most=1)
    costly = np.flatnonzero(q**k * (1 - q ** np.arange(d - k + 1)) >= ε)
    if not costly.size:
        return 0.0
    m = np.arange(n + 1)
    return float(binom.pmf(m, n, q**k) @ binom.sf(costly[0] - 1, d - k, q**m))


def independent_bits(d: int, target: Bool[np.ndarray, " d"], *, probability: float) -> Callable:
    """A `draw(n, rng)` of n inputs of independent bits with the labels of `target`."""
    d, q = count("d", d), number("probability", probability, least=0, most=1)
    target = _mask("target", target, d)
    return lambda n, rng: _labelled((generator("rng", rng).random((count("n", n), d)) < q).astype(int), target)


def resampled(X: Num[np.ndarray, "m d"], target: Bool[np.ndarray, " d"]) -> Callable:
    """A `draw(n, rng)` of n rows of X, equally likely and with replacement, with the labels of `target`."""
    X = _bits("X", X).astype(int)
    target = _mask("target", target, X.shape[1])
    return lambda n, rng: _labelled(X[generator("rng", rng).integers(len(X), size=count("n", n))], target)


def _labelled(X, target):
    return X, predict(target, X)


def _bits(name, value, ndim=2):
    result = array(name, value, ndim=ndim)
    if not np.isin(result, (0, 1)).all():
        wrong = tuple(map(int, np.argwhere(~np.isin(result, (0, 1)))[0]))
        raise ValueError(f"{name} must hold zeros and ones; entry {wrong} is {result[wrong]:g}")
    return result.astype(bool)


def _mask(name, value, d):
    value = np.asarray(value)
    if value.dtype != bool or value.shape != (d,):
        raise ValueError(f"{name} must be {d} truth values, one a literal; got dtype {value.dtype}, shape {value.shape}")
    return value
