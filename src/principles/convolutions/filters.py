"""Small filters and what they do to a picture: blur, sharpen, find edges; and filters with holes."""

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.convolutions import fourier, padding
from principles.signatures import checked

SOBEL = np.array([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])  # differences along x, smooths along y
SHARPEN = np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])


def box_blur(size: int) -> Float[np.ndarray, "k k"]:
    """The filter that averages a window of size × size pixels (Section 5.1.2).

    >>> float(box_blur(3).sum().round(12))
    1.0
    """
    k = valid.count("size", size)
    return np.full((k, k), 1 / k**2)


@checked
def filtered(image: Num[np.ndarray, "n m"], kernel: Num[np.ndarray, "p q"]) -> Float[np.ndarray, "r c"]:
    """The convolution of a picture with a filter where it fits whole ("valid"), so no border shows (Section 5.1.2)."""
    return padding.crop(fourier.convolve2d(image, kernel), kernel.shape, mode="valid")


@checked
def edges(image: Num[np.ndarray, "n m"]) -> Float[np.ndarray, "r c"]:
    """Strength √(gx² + gy²) of the edges in any direction, from the Sobel filter and its transpose (Section 5.1.2)."""
    return np.hypot(filtered(image, SOBEL), filtered(image, SOBEL.T))


def shrink(image: Num[np.ndarray, "n m"], factor: int) -> Float[np.ndarray, "r c"]:
    """A smaller picture: the mean of every factor × factor block; an incomplete last row or column of blocks is dropped."""
    image, f = valid.array("image", image, ndim=2), valid.count("factor", factor)
    n, m = (side // valid.count("factor", f, most=min(image.shape)) for side in image.shape)
    return image[: n * f, : m * f].reshape(n, f, m, f).mean(axis=(1, 3))


def dilate(w: Num[np.ndarray, "*shape"], rate: int) -> Float[np.ndarray, "*larger"]:
    """The filter that a dilated convolution corresponds to: rate - 1 zeros between neighbouring weights (Remark 5.3).

    >>> dilate(np.array([1.0, 2.0, 3.0]), 2).tolist()
    [1.0, 0.0, 2.0, 0.0, 3.0]
    """
    w, d = valid.array("w", w), valid.count("rate", rate)
    holes = np.zeros([d * (side - 1) + 1 for side in w.shape])
    holes[tuple(slice(None, None, d) for _ in w.shape)] = w
    return holes


@checked
def dilated_convolve2d(x: Num[np.ndarray, "n m"], w: Num[np.ndarray, "p q"], *, rate: int) -> Float[np.ndarray, "r c"]:
    """Dilated convolution without storing a zero: windows that skip pixels, "valid" outputs only (Remark 5.3).

    Args:
        x: image.
        w: filter.
        rate: distance between the pixels that the filter reads.
    """
    x, w = valid.array("x", x, ndim=2), valid.array("w", w, ndim=2)
    d = valid.count("rate", rate)
    (n, m), (p, q) = x.shape, w.shape
    rows, columns = n - d * (p - 1), m - d * (q - 1)
    if min(rows, columns) < 1:
        raise ValueError(f"the dilated filter must fit into the image; it spans {(n - rows + 1, m - columns + 1)} of {x.shape}")
    flipped = w[::-1, ::-1]
    return sum(flipped[a, b] * x[a * d : a * d + rows, b * d : b * d + columns] for a in range(p) for b in range(q))
