"""Calculators for the generalization bounds, with the conditions under which they hold.

The size of a class enters as its natural logarithm, since 2^d overflows.
"""

from collections.abc import Callable

import numpy as np

from principles.signatures import checked
from principles.validation import count, number


def finite_sample_size(log_size: float, *, epsilon: float, delta: float) -> float:
    """n of (13.1): so many samples make |R̂(f) - R(f)| ≤ ε for all f of a finite class with probability 1 - δ.

    Args:
        log_size: log|F|, natural.
        epsilon: ε, above 0.
        delta: δ in (0, 1).

    >>> round(finite_sample_size(0.0, epsilon=0.01, delta=0.05))
    18444
    """
    ε, δ = number("epsilon", epsilon, above=0), _delta(delta)
    return float((np.log(2 / δ) + number("log_size", log_size, least=0)) / (2 * ε**2))  # (13.1)


def finite_gap(log_size: float, *, n: int, delta: float) -> float:
    """ε of (13.1), solved for it: with probability 1 - δ all f of a finite class have |R̂(f) - R(f)| ≤ ε.

    Args:
        log_size: log|F|, natural; 0 for one hypothesis fixed in advance.
        n: samples.
        delta: δ in (0, 1).

    >>> round(finite_gap(0.0, n=18444, delta=0.05), 4)
    0.01
    """
    δ = _delta(delta)
    return float(np.sqrt((number("log_size", log_size, least=0) + np.log(2 / δ)) / (2 * count("n", n))))  # (13.1)


def finite_excess_risk(log_size: float, *, n: int, delta: float) -> float:
    """The last term of (13.2), R(f_ERM) - R(f*) is no larger with probability 1 - δ, for a finite class.

    Args:
        log_size: log|F|, natural.
        n: samples.
        delta: δ in (0, 1).

    >>> round(finite_excess_risk(1000 * np.log(2), n=1000, delta=1e-3), 2)
    1.18
    """
    δ = _delta(delta)
    return float(2 * np.sqrt((number("log_size", log_size, least=0) + np.log(4 / δ)) / (2 * count("n", n))))  # (13.2)


def union_failure(log_size: float, *, n: int, epsilon: float) -> float:
    """|F| 2 exp(-2nε²), the chance at most that some f of the class has |R̂(f) - R(f)| > ε.

    >>> round(union_failure(np.log(10), n=100, epsilon=0.2), 6)
    0.006709
    """
    log_size, ε = number("log_size", log_size, least=0), number("epsilon", epsilon, above=0)
    return float(2 * np.exp(log_size - 2 * count("n", n) * ε**2))


def consistent_sample_size(log_size: float, *, epsilon: float, delta: float) -> float:
    """(log|F| + log 1/δ)/ε: enough for any learner that is right on all samples, when the truth is in the class.

    >>> round(consistent_sample_size(10 * np.log(2), epsilon=0.1, delta=0.05), 1)
    99.3
    """
    ε, δ = number("epsilon", epsilon, above=0, most=1), _delta(delta)
    return float((number("log_size", log_size, least=0) - np.log(δ)) / ε)


def coarse_vc_excess_risk(dimension: float | int, *, n: int, delta: float) -> float:
    """The last term of (13.3), 2 √((2V - log δ)/n), to be read as a scaling law in V/n.

    Args:
        dimension: V, the VC dimension or an upper bound on it.
        n: samples.
        delta: δ in (0, 1).

    >>> round(coarse_vc_excess_risk(1e8, n=50_000, delta=0.05), 1)
    126.5
    """
    V, δ = number("dimension", dimension, least=0), _delta(delta)
    return float(2 * np.sqrt((2 * V - np.log(δ)) / count("n", n)))  # (13.3)


def vc_excess_risk(dimension: float | int, *, n: int, delta: float) -> float:
    """The last term of (13.4), 2 √((V (log(2n/V) + 1) + log(4/δ))/n), which needs 2n ≥ V.

    Args:
        dimension: V > 0, the VC dimension or an upper bound on it.
        n: samples, at least V/2: the count of labellings behind the bound holds only there.
        delta: δ in (0, 1).

    Raises:
        ValueError: if 2n < V; the printed formula may then be the root of a negative number.

    >>> round(vc_excess_risk(3, n=1000, delta=0.05), 3)
    0.328
    """
    V, δ, n = number("dimension", dimension, above=0), _delta(delta), count("n", n)
    if 2 * n < V:
        raise ValueError(f"n must be at least dimension/2 = {V / 2:g}, for below that Sauer's power law fails; got {n}")
    return float(2 * np.sqrt((V * (np.log(2 * n / V) + 1) + np.log(4 / δ)) / n))  # (13.4)


def vc_radicand_as_printed(dimension: float | int, *, n: int, delta: float) -> float:
    """What stands under the root of the printed bound, whatever its sign."""
    V, δ, n = number("dimension", dimension, above=0), _delta(delta), count("n", n)
    return float((V * (np.log(2 * n / V) + 1) + np.log(4 / δ)) / n)


def vapnik_log_failure(log_labellings: float, *, n: int, epsilon: float) -> float:
    """log of 4 m(2n) exp(-nε²), Vapnik's bound on P(|R̂ - R| > ε for some f), m(2n) labellings of 2n points."""
    log_labellings, ε = number("log_labellings", log_labellings, least=0), number("epsilon", epsilon, above=0)
    return float(np.log(4) + log_labellings - count("n", n) * ε**2)


def relu_dimension(weights: float | int, layers: float | int) -> float:
    """p L log p, the order of the largest VC dimension of ReLU networks with p weights in L layers.

    >>> round(relu_dimension(1e6, 10) / 1e8, 2)
    1.38
    """
    p = number("weights", weights, least=1)
    return float(p * number("layers", layers, least=1) * np.log(p))


def sign_network_dimension(weights: int, units: int) -> float:
    """2p log₂(e N) ≥ VC of a network of N ≥ 2 sign units with p weights in all (Baum and Haussler).

    >>> round(sign_network_dimension(10, 2), 1)
    48.9
    """
    return float(2 * count("weights", weights) * np.log2(np.e * count("units", units, least=2)))


def sign_network_log_labellings(n: int, *, weights: int, units: int) -> float:
    """p log(N e n/p), at least the log of the number of labellings of n ≥ p points by such a network."""
    p, N = count("weights", weights), count("units", units)
    return float(p * np.log(N * np.e * count("n", n, least=p) / p))


@checked
def first_below(bound: Callable[[int], float], level: float, *, least: int = 1) -> int:
    """The first n ≥ `least` at which a bound that falls with n is below `level`, by doubling and halving.

    >>> first_below(lambda n: 10 / n, 1.0)
    11
    """
    low, high, level = count("least", least) - 1, count("least", least), number("level", level)
    while bound(high) >= level:
        low, high = high, 2 * high
        if high > 10**15:
            raise ValueError(f"bound must fall below level = {level:g} before n = 1e15; it is {bound(low):g} at {low}")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if bound(middle) < level else (middle, high)
    return high


def _delta(value):
    return number("delta", value, above=0, below=1)
