"""Average and maximum over a window, with and without a stride, and how far they go towards invariance."""

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.convolutions import equivariance
from principles.signatures import checked


def average_kernel(size: int = 3) -> Float[np.ndarray, "k k"]:
    """The filter of ones over size² whose convolution is average pooling (5.5).

    >>> (9 * average_kernel()).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    k = valid.count("size", size)
    return np.ones((k, k)) / k**2  # (5.5)


@checked
def average_pool(x: Num[np.ndarray, "n m"], *, size: int = 3) -> Float[np.ndarray, "n m"]:
    """Average pooling at stride 1: the convolution with the kernel (5.5), zeros around the picture."""
    return equivariance.same(x, average_kernel(size))


def max_pool(x: Num[np.ndarray, "n m"], *, reach: int) -> Float[np.ndarray, "n m"]:
    """The largest of the (2k + 1) × (2k + 1) pixels around each pixel (5.6); beyond the border there is nothing to choose.

    Args:
        x: picture.
        reach: k, how far the window extends to each side.

    >>> max_pool(np.array([[1.0, 5.0, 2.0, 0.0]]), reach=1).tolist()
    [[5.0, 5.0, 5.0, 2.0]]
    """
    x, k = valid.array("x", x, ndim=2), valid.count("reach", reach, least=0)
    padded = np.pad(x, k, constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(padded, (2 * k + 1, 2 * k + 1)).max(axis=(2, 3))  # (5.6)


def blocks(x: Num[np.ndarray, "n m"], *, size: int, step: int) -> Float[np.ndarray, "r c size size"]:
    """Every window of size × size pixels at steps of `step`: what a pooling layer of a library looks at."""
    x, size = valid.array("x", x, ndim=2), valid.count("size", size, most=min(x.shape))
    return np.lib.stride_tricks.sliding_window_view(x, (size, size))[:: valid.count("step", step), ::step]


def max_blocks(x: Num[np.ndarray, "n m"], *, size: int = 2, step: int = 2) -> Float[np.ndarray, "r c"]:
    """Max-pooling as in Figure 5.4: the largest of each window, windows `step` apart; most of the input is lost (Remark 5.6)."""
    return blocks(x, size=size, step=step).max(axis=(2, 3))


def average_blocks(x: Num[np.ndarray, "n m"], *, size: int = 2, step: int = 2) -> Float[np.ndarray, "r c"]:
    """Average pooling with a stride: the mean of each window, windows `step` apart."""
    return blocks(x, size=size, step=step).mean(axis=(2, 3))


def survivors(x: Num[np.ndarray, "n m"], *, size: int = 2) -> float:
    """The fraction of pixels whose small change the pooled picture notices: one a block without ties (Remark 5.6).

    Counts, by trying each pixel, whether lowering it by a little changes the max-pooled picture.
    """
    x = valid.array("x", x, ndim=2)
    before, noticed = max_blocks(x, size=size, step=size), 0
    for where in np.ndindex(x.shape):
        lowered = x.copy()
        lowered[where] -= 1e-6
        noticed += not np.array_equal(max_blocks(lowered, size=size, step=size), before)
    return noticed / x.size


def centre(x: Num[np.ndarray, "n m"]) -> Float[np.ndarray, " 2"]:
    """The centre of mass (row, column) of a picture that is not negative."""
    x = valid.array("x", x, ndim=2)
    if x.min() < -1e-12 or x.sum() <= 0:
        raise ValueError(f"x must be a picture without negative values and not black; its least value is {x.min():.3g}")
    return np.array([(index * x).sum() for index in np.indices(x.shape)]) / x.sum()


@checked
def displacements(pool, x: Num[np.ndarray, "n m"], shifts: list[int]) -> Float[np.ndarray, " s"]:
    """How many columns the centre of mass of pool(x) moves when x moves by each of `shifts` columns.

    Args:
        pool: a function from a picture to a picture.
        x: picture, not negative.
        shifts: columns to the right.
    """
    still = centre(pool(x))
    return np.array([(centre(pool(equivariance.translate(x, (0, shift)))) - still)[1] for shift in shifts])


@checked
def relative_change(pool, x: Num[np.ndarray, "n m"], shift: int) -> float:
    """‖pool(x') - pool(x)‖ / ‖pool(x)‖ for x' = x moved by `shift` columns: 0 is invariant.

    Args:
        pool: a function from a picture to a picture.
        x: picture.
        shift: columns to the right.
    """
    before, after = pool(x), pool(equivariance.translate(x, (0, shift)))
    if not np.linalg.norm(before) > 0:
        raise ValueError("x must have a pooled picture that is not all zero, to compare the change with")
    return float(np.linalg.norm(after - before) / np.linalg.norm(before))
