"""The probability of a union: Boole's bound, inclusion-exclusion, Bonferroni's inequalities.

Events are columns of truth values over equally many outcomes, each outcome with a probability.
"""

from itertools import combinations

import numpy as np
from jaxtyping import Bool, Num
from scipy.special import comb

from principles.validation import distribution


def union(events: Bool[np.ndarray, "outcomes n"], weights: Num[np.ndarray, " outcomes"]) -> float:
    """P(∪ A_i), by adding up the outcomes that lie in some event.

    >>> union(np.array([[True, True], [True, False], [False, False]]), np.array([0.2, 0.3, 0.5]))
    0.5
    """
    events, weights = _events(events, weights)
    return float(weights @ events.any(axis=1))


def intersection(events: Bool[np.ndarray, "outcomes n"], weights: Num[np.ndarray, " outcomes"]) -> float:
    """P(∩ A_i), by adding up the outcomes that lie in all events."""
    events, weights = _events(events, weights)
    return float(weights @ events.all(axis=1))


def union_bound(events: Bool[np.ndarray, "outcomes n"], weights: Num[np.ndarray, " outcomes"]) -> float:
    """Σ P(A_i) ≥ P(∪ A_i): it counts an outcome once for each event that holds it.

    >>> union_bound(np.array([[True, True], [True, False], [False, False]]), np.array([0.2, 0.3, 0.5]))
    0.7
    """
    events, weights = _events(events, weights)
    return float((weights @ events).sum())


def intersection_bound(events: Bool[np.ndarray, "outcomes n"], weights: Num[np.ndarray, " outcomes"]) -> float:
    """1 - Σ P(A_iᶜ) ≤ P(∩ A_i), the union bound on the complements."""
    events, weights = _events(events, weights)
    return float(1 - (weights @ ~events).sum())


def joint_sums(events: Bool[np.ndarray, "outcomes n"], weights: Num[np.ndarray, " outcomes"]) -> Num[np.ndarray, " n"]:
    """S_k = Σ P(A_i1, ..., A_ik) over all k-subsets, k = 1, ..., n, subset by subset."""
    events, weights = _events(events, weights)
    n = events.shape[1]
    return np.array(
        [sum(weights @ events[:, list(chosen)].all(axis=1) for chosen in combinations(range(n), k)) for k in range(1, n + 1)]
    )


def bonferroni(events: Bool[np.ndarray, "outcomes n"], weights: Num[np.ndarray, " outcomes"]) -> Num[np.ndarray, " n"]:
    """S_1 - S_2 + ... ± S_k for k = 1, ..., n: above P(∪ A_i) for odd k, below for even k, equal at k = n.

    An outcome in N events lies in C(N, k) of the intersections of k, so S_k = E C(N, k).

    >>> bonferroni(np.ones((1, 3), dtype=bool), np.ones(1)).tolist()
    [3.0, 0.0, 1.0]
    """
    events, weights = _events(events, weights)
    N, k = events.sum(axis=1), np.arange(1, events.shape[1] + 1)
    S = weights @ comb(N[:, None], k)
    return np.cumsum((-1.0) ** (k + 1) * S)


def _events(events, weights):
    events, weights = np.asarray(events), distribution("weights", weights)
    if events.dtype != bool or events.ndim != 2 or len(events) != len(weights):
        raise ValueError(
            f"events must be a table of truth values with a row for each of the {len(weights)} weights; "
            f"got dtype {events.dtype}, shape {events.shape}"
        )
    return events, weights
