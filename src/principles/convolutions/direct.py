"""Convolution written as its definition: sums, index by index.

Time index: arrays start at index 0. A finite array stands for an infinite one that is zero
elsewhere, so only indices with a stored entry are visited. If x and w start at indices a and b
instead, the output starts at a + b.
"""

import numpy as np
from jaxtyping import Num

from principles import validation as valid
from principles.signatures import checked


@checked
def convolve(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"]) -> Num[np.ndarray, " n+m-1"]:
    """Every nonzero (x * w)_k of the one-dimensional convolution (5.1), by two loops.

    Args:
        x: signal x, n entries.
        w: filter w, m entries.

    Returns:
        the "full" convolution for k = 0, ..., n + m - 2.

    Raises:
        ValueError: if x or w is empty, not a vector or not finite.

    >>> convolve(np.array([2.0, -1.0, 1.0]), np.array([1.0, 1.0, 2.0])).tolist()
    [2.0, 1.0, 4.0, -1.0, 2.0]
    """
    x, w = valid.array("x", x, ndim=1), valid.array("w", w, ndim=1)
    n, m = len(x), len(w)
    y = np.zeros(n + m - 1)
    for k in range(n + m - 1):
        for τ in range(max(0, k - m + 1), min(n, k + 1)):
            y[k] += x[τ] * w[k - τ]  # (5.1)
    return y


@checked
def by_spikes(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"]) -> Num[np.ndarray, " n+m-1"]:
    """The same sums with x and w in exchanged roles: every entry of x paints one scaled, moved copy of w (Remark 5.1).

    This is commutativity and linearity put to work: (x * w)_k = Σ_s w_s x_{k-s}, and each spike of x answers for itself.

    >>> by_spikes(np.array([2.0, -1.0, 1.0]), np.array([1.0, 1.0, 2.0])).tolist()
    [2.0, 1.0, 4.0, -1.0, 2.0]
    """
    x, w = valid.array("x", x, ndim=1), valid.array("w", w, ndim=1)
    y = np.zeros(len(x) + len(w) - 1)
    for τ, height in enumerate(x):
        y[τ : τ + len(w)] += height * w
    return y


def terms(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"], k: int) -> Num[np.ndarray, "2 l"]:
    """The two rows multiplied at output k of (5.1): x_τ and the mirrored, shifted filter w_{k-τ}.

    Returns:
        both rows for τ = 1 - m, ..., n + m - 2, zeros where an array has no entry.
    """
    x, w = valid.array("x", x, ndim=1), valid.array("w", w, ndim=1)
    n, m = len(x), len(w)
    k = valid.count("k", k, least=0, most=n + m - 2)
    padded = np.pad(x, m - 1)
    slid = np.zeros(n + 2 * (m - 1))
    slid[k : k + m] = w[::-1]
    return np.stack([padded, slid])


@checked
def convolve2d(x: Num[np.ndarray, "n m"], w: Num[np.ndarray, "p q"]) -> Num[np.ndarray, "n+p-1 m+q-1"]:
    """Every nonzero (x * w)_{i,j} of the two-dimensional convolution (5.2), by four loops.

    Args:
        x: image x, n rows and m columns.
        w: filter w, p rows and q columns.

    Returns:
        the "full" convolution; `padding.crop` cuts "same" and "valid" out of it.

    Raises:
        ValueError: if x or w is empty, not a matrix or not finite.

    >>> convolve2d(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])).tolist()
    [[3.0, 6.0], [4.0, 8.0]]
    """
    x, w = valid.array("x", x, ndim=2), valid.array("w", w, ndim=2)
    (n, m), (p, q) = x.shape, w.shape
    y = np.zeros((n + p - 1, m + q - 1))
    for i in range(n + p - 1):
        for j in range(m + q - 1):
            for s in range(max(0, i - p + 1), min(n, i + 1)):
                for t in range(max(0, j - q + 1), min(m, j + 1)):
                    y[i, j] += x[s, t] * w[i - s, j - t]  # (5.2)
    return y


@checked
def correlate(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"]) -> Num[np.ndarray, " n+m-1"]:
    """Cross-correlation Σ_τ x_{k+τ} w_τ, what deep learning libraries compute under the name convolution (Section 5.1.1).

    Returns:
        the sums for k = 1 - m, ..., n - 1, in this order.
    """
    x, w = valid.array("x", x, ndim=1), valid.array("w", w, ndim=1)
    n, m = len(x), len(w)
    lags = range(1 - m, n)
    return np.array([sum(x[k + τ] * w[τ] for τ in range(m) if 0 <= k + τ < n) for k in lags], float)


@checked
def correlate_mirrored(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"]) -> Num[np.ndarray, " n+m-1"]:
    """The sum Σ_τ x_τ w_{k+τ} as the notes print it: the cross-correlation of `correlate`, read backwards.

    Returns:
        the sums for k = 1 - n, ..., m - 1, in this order.
    """
    x, w = valid.array("x", x, ndim=1), valid.array("w", w, ndim=1)
    n, m = len(x), len(w)
    lags = range(1 - n, m)
    return np.array([sum(x[τ] * w[k + τ] for τ in range(n) if 0 <= k + τ < m) for k in lags], float)
