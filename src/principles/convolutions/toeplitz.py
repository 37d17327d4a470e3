"""Convolution as a matrix: constant along its diagonals, mostly zero, full of shared weights."""

import numpy as np
from jaxtyping import Num

from principles import validation as valid
from principles.signatures import checked


def matrix(w: Num[np.ndarray, " m"], n: int) -> Num[np.ndarray, "l n"]:
    """The Toeplitz matrix T with T x = x * w, so that (5.1) is a matrix-vector product.

    Args:
        w: filter, m entries.
        n: length of the signals it will meet.

    Returns:
        n + m - 1 rows; row k holds w_{k-τ} in column τ.

    >>> matrix(np.array([1.0, 1.0, 2.0]), 3).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [2, 1, 1], [0, 2, 1], [0, 0, 2]]
    """
    w, n = valid.array("w", w, ndim=1), valid.count("n", n)
    T = np.zeros((n + len(w) - 1, n))
    for τ in range(n):
        T[τ : τ + len(w), τ] = w  # (5.1): T[k, τ] = w[k - τ]
    return T


@checked
def matrix2d(w: Num[np.ndarray, "p q"], shape: tuple[int, int]) -> Num[np.ndarray, "l r"]:
    """The block matrix of Toeplitz blocks with T vec(x) = vec(x * w), so that (5.2) is a matrix-vector product.

    Args:
        w: filter, p rows and q columns.
        shape: (n, m) of the images it will meet.

    Returns:
        (n + p - 1)(m + q - 1) rows and n m columns; block (i, s) is the Toeplitz matrix of row i - s of w.
    """
    w = valid.array("w", w, ndim=2)
    n, m = (valid.count("shape", side) for side in shape)
    p, height = len(w), m + w.shape[1] - 1
    T = np.zeros(((n + p - 1) * height, n * m))
    for s in range(n):
        for a in range(p):
            T[(s + a) * height : (s + a + 1) * height, s * m : (s + 1) * m] = matrix(w[a], m)
    return T


@checked
def convolve2d(x: Num[np.ndarray, "n m"], w: Num[np.ndarray, "p q"]) -> Num[np.ndarray, "n+p-1 m+q-1"]:
    """The convolution (5.2) as one product with the matrix of `matrix2d`."""
    x, w = valid.array("x", x, ndim=2), valid.array("w", w, ndim=2)
    y = matrix2d(w, x.shape) @ x.ravel()
    return y.reshape(x.shape[0] + w.shape[0] - 1, x.shape[1] + w.shape[1] - 1)
