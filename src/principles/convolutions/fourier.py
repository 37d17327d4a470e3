"""Convolution as a product of Fourier transforms, with and without the padding that makes it true."""

import numpy as np
from jaxtyping import Num
from scipy import fft

from principles import validation as valid
from principles.signatures import checked


@checked
def convolve(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"]) -> Num[np.ndarray, " n+m-1"]:
    """The convolution (5.1) as F⁻¹[F[x] F[w]], both padded to n + m - 1 or more so that nothing wraps round.

    >>> convolve(np.array([2.0, -1.0, 1.0]), np.array([1.0, 1.0, 2.0])).round(12).tolist()
    [2.0, 1.0, 4.0, -1.0, 2.0]
    """
    x, w = valid.array("x", x, ndim=1), valid.array("w", w, ndim=1)
    length = len(x) + len(w) - 1
    fast = fft.next_fast_len(length, real=True)
    return fft.irfft(fft.rfft(x, fast) * fft.rfft(w, fast), fast)[:length]  # (5.1)


@checked
def convolve2d(x: Num[np.ndarray, "n m"], w: Num[np.ndarray, "p q"]) -> Num[np.ndarray, "n+p-1 m+q-1"]:
    """The convolution (5.2) through padded two-dimensional Fourier transforms."""
    x, w = valid.array("x", x, ndim=2), valid.array("w", w, ndim=2)
    shape = tuple(a + b - 1 for a, b in zip(x.shape, w.shape))
    fast = [fft.next_fast_len(side, real=True) for side in shape]
    return fft.irfft2(fft.rfft2(x, fast) * fft.rfft2(w, fast), fast)[: shape[0], : shape[1]]  # (5.2)


@checked
def circular(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"]) -> Num[np.ndarray, " n"]:
    """F⁻¹[F[x] F[w]] without padding: the signal is treated as periodic, and outputs past its end wrap round to its start.

    Args:
        x: one period of the signal, n entries.
        w: filter with at most n entries.

    >>> circular(np.array([2.0, -1.0, 1.0]), np.array([1.0, 1.0, 2.0])).round(12).tolist()
    [1.0, 3.0, 4.0]
    """
    x, w = valid.array("x", x, ndim=1), valid.array("w", w, ndim=1)
    if len(w) > len(x):
        raise ValueError(f"w must not be longer than the period; got {len(w)} entries for {len(x)}")
    return fft.irfft(fft.rfft(x) * fft.rfft(w, len(x)), len(x))
