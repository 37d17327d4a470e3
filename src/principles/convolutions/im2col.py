"""Convolution as a product of patches: copy every window of the image into a row, multiply once."""

import numpy as np
from jaxtyping import Num

from principles import validation as valid
from principles.signatures import checked


@checked
def patches(x: Num[np.ndarray, "n m"], shape: tuple[int, int]) -> Num[np.ndarray, "l r"]:
    """Every window of the image as a row (im2col, Section 5.2): the input is expanded, not the filter.

    Args:
        x: image.
        shape: (p, q) of the windows.

    Returns:
        (n - p + 1)(m - q + 1) rows of p q entries.

    Raises:
        ValueError: if the window is larger than the image.

    >>> patches(np.arange(6.0).reshape(2, 3), (2, 2)).astype(int).tolist()
    [[0, 1, 3, 4], [1, 2, 4, 5]]
    """
    x = valid.array("x", x, ndim=2)
    if any(a > b for a, b in zip(shape, x.shape)):
        raise ValueError(f"shape must fit into the image; got windows {shape} in {x.shape}")
    windows = np.lib.stride_tricks.sliding_window_view(x, shape)
    return windows.reshape(-1, shape[0] * shape[1])


@checked
def convolve2d(x: Num[np.ndarray, "n m"], w: Num[np.ndarray, "p q"]) -> Num[np.ndarray, "n+p-1 m+q-1"]:
    """The convolution (5.2) as the patches of the padded image times the mirrored filter."""
    x, w = valid.array("x", x, ndim=2), valid.array("w", w, ndim=2)
    p, q = w.shape
    padded = np.pad(x, ((p - 1, p - 1), (q - 1, q - 1)))
    y = patches(padded, (p, q)) @ w[::-1, ::-1].ravel()  # (5.2)
    return y.reshape(x.shape[0] + p - 1, x.shape[1] + q - 1)
