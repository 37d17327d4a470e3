"""Shift first or filter first: the same, except where the border interferes."""

import numpy as np
from jaxtyping import Bool, Float, Num

from principles import validation as valid
from principles.convolutions import fourier, padding
from principles.signatures import checked


def delay(x: Num[np.ndarray, "*shape"], shift: int) -> Float[np.ndarray, "*longer"]:
    """x moved by `shift` along every axis, x'_{τ} = x_{τ-Δ}, on an infinite line: nothing is lost, Δ zeros come in front."""
    x, Δ = valid.array("x", x), valid.count("shift", shift, least=0)
    return np.pad(x, (Δ, 0))


@checked
def shift_then_filter(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"], shift: int) -> Float[np.ndarray, " l"]:
    """(x' * w)_k for the delayed signal x', summed as the first line of (5.3) says, without appeal to equivariance.

    Returns:
        entries k = 0, ..., n + m - 2 + Δ.
    """
    delayed, w = delay(x, shift), valid.array("w", w, ndim=1)
    n, m = len(delayed), len(w)
    return np.array([sum(delayed[τ] * w[k - τ] for τ in range(max(0, k - m + 1), min(n, k + 1))) for k in range(n + m - 1)])


def filter_then_shift(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"], shift: int) -> Float[np.ndarray, " l"]:
    """(x * w)_{k-Δ}, the last line of (5.3): the output of the signal that did not move, moved afterwards."""
    return delay(fourier.convolve(x, w), shift)  # (5.3)


@checked
def translate(image: Num[np.ndarray, "*shape"], shifts: tuple[int, ...]) -> Float[np.ndarray, "*shape"]:
    """The picture moved inside its frame: pixels that leave are lost, zeros enter.

    Args:
        image: array with as many axes as there are shifts.
        shifts: Δ along each axis, positive towards larger indices.

    >>> translate(np.array([1.0, 2.0, 3.0]), (1,)).tolist()
    [0.0, 1.0, 2.0]
    """
    image = valid.array("image", image, ndim=len(shifts))
    moved = np.zeros_like(image)
    into = tuple(slice(max(0, Δ), n + min(0, Δ)) for Δ, n in zip(shifts, image.shape))
    out_of = tuple(slice(max(0, -Δ), n - max(0, Δ)) for Δ, n in zip(shifts, image.shape))
    if all(abs(Δ) < n for Δ, n in zip(shifts, image.shape)):
        moved[into] = image[out_of]
    return moved


@checked
def same(image: Num[np.ndarray, "n m"], kernel: Num[np.ndarray, "p q"]) -> Float[np.ndarray, "n m"]:
    """Convolution with zeros around the picture, of the picture's own size."""
    return padding.crop(fourier.convolve2d(image, kernel), kernel.shape, mode="same")


@checked
def gap(image: Num[np.ndarray, "n m"], kernel: Num[np.ndarray, "p q"], shifts: tuple[int, int]) -> Float[np.ndarray, "n m"]:
    """How much (5.3) fails at each pixel of a framed picture: |filter(shift(x)) - shift(filter(x))|."""
    return np.abs(same(translate(image, shifts), kernel) - translate(same(image, kernel), shifts))


@checked
def interior(shape: tuple[int, int], kernel: tuple[int, int], shifts: tuple[int, int]) -> Bool[np.ndarray, "n m"]:
    """Pixels whose window never meets the frame, before or after the shift: there (5.3) must hold in a framed picture.

    Args:
        shape: of the picture.
        kernel: shape of the filter, odd sides.
        shifts: Δ along each axis.
    """
    if any(k % 2 == 0 for k in kernel):
        raise ValueError(f"kernel must have odd sides, so that its window has a middle; got {kernel}")
    inside = np.zeros(shape, bool)
    reach = [k // 2 for k in kernel]
    inside[tuple(slice(r + max(0, Δ), n - r + min(0, Δ)) for r, Δ, n in zip(reach, shifts, shape))] = True
    return inside
