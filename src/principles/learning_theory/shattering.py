"""Shattering, the VC dimension and the growth function, for any class given by its labellings.

The labellings of n points by a class are the distinct rows of a table of truth values.
"""

from itertools import combinations, product

import numpy as np
from jaxtyping import Bool
from scipy.special import comb

from principles.validation import count


def all_labellings(n: int) -> Bool[np.ndarray, "labellings n"]:
    """The 2ⁿ labellings of n points, a row each.

    >>> all_labellings(2).astype(int).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    return np.array(list(product([False, True], repeat=count("n", n, most=16))))


def labellings(predictions: Bool[np.ndarray, "f n"]) -> Bool[np.ndarray, "k n"]:
    """The distinct rows of a table of predictions, a hypothesis a row."""
    return np.unique(_table(predictions), axis=0)


def shatters(predictions: Bool[np.ndarray, "f n"]) -> bool:
    """Whether all 2ⁿ labellings of the n points occur among the predictions.

    >>> shatters(np.array([[False], [True]])), shatters(np.array([[False, True], [True, False]]))
    (True, False)
    """
    predictions = labellings(predictions)
    return len(predictions) == 2 ** predictions.shape[1]


def shattered_sets(predictions: Bool[np.ndarray, "f m"], size: int) -> list[tuple[int, ...]]:
    """All sets of `size` of the m points that the class shatters, by trying every one."""
    predictions, size = labellings(predictions), count("size", size)
    codes = 1 << np.arange(size)
    columns = predictions.astype(int)
    return [
        chosen
        for chosen in combinations(range(columns.shape[1]), size)
        if len(np.unique(columns[:, list(chosen)] @ codes)) == 2**size
    ]


def vc_dimension(predictions: Bool[np.ndarray, "f m"]) -> int:
    """The size of the largest set among the m points that is shattered, by trying every set.

    Subsets of a shattered set are shattered, so the search stops at the first size without one.

    >>> vc_dimension(np.array([[False, False, False], [True, False, False], [True, True, False], [True, True, True]]))
    1
    """
    predictions, size = labellings(predictions), 0
    while shattered_sets(predictions, size + 1):
        size += 1
    return size


def growth(predictions: Bool[np.ndarray, "f m"], n: int) -> int:
    """The most labellings that the class gives to any n of the m points."""
    predictions, n = labellings(predictions), count("n", n, most=np.shape(predictions)[1])
    columns, codes = predictions.astype(int), 1 << np.arange(n)
    return max(len(np.unique(columns[:, list(c)] @ codes)) for c in combinations(range(columns.shape[1]), n))


def sauer(n: int, dimension: int) -> int:
    """Σ_{i ≤ V} C(n, i), the most labellings of n points by a class of VC dimension V (Sauer, Shelah).

    >>> [sauer(n, 2) for n in (1, 2, 3, 4)]
    [2, 4, 7, 11]
    """
    n, V = count("n", n), count("dimension", dimension, least=0)
    return sum(comb(n, i, exact=True) for i in range(min(n, V) + 1))


def sauer_log_bound(n: int, dimension: int) -> float:
    """V (log(n/V) + 1) ≥ log Σ_{i ≤ V} C(n, i) for n ≥ V, the power law that (13.4) uses with 2n points."""
    V = count("dimension", dimension)
    return float(V * (np.log(count("n", n, least=V) / V) + 1))


def _table(predictions):
    predictions = np.asarray(predictions)
    if predictions.dtype != bool or predictions.ndim != 2 or predictions.size == 0:
        raise ValueError(
            f"predictions must be a table of truth values, a hypothesis a row; got dtype {predictions.dtype}, "
            f"shape {predictions.shape}"
        )
    return predictions
