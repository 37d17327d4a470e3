"""A square wave, a saw-tooth wave, and their convolution in closed form."""

import numpy as np
from jaxtyping import Float

from principles import validation as valid
from principles.signatures import checked


@checked
def square(t: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The square wave of period 1: +1 on [0, ½), -1 on [½, 1)."""
    return np.where(valid.array("t", t) % 1 < 0.5, 1.0, -1.0)


@checked
def saw_tooth(t: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The saw-tooth wave of period 1: 2t - 1 on [0, 1)."""
    return 2 * (valid.array("t", t) % 1) - 1


@checked
def triangle(t: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The integral of square(τ) saw_tooth(t - τ) over one period: the triangle wave ½ - 2t on [0, ½), 2t - 3/2 on [½, 1).

    >>> triangle(np.array([0.0, 0.25, 0.5])).tolist()
    [0.5, 0.0, -0.5]
    """
    return 2 * np.abs(valid.array("t", t) % 1 - 0.5) - 0.5


@checked
def box(t: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """One pulse of height 1 on [0, 1), zero elsewhere."""
    t = valid.array("t", t)
    return ((t >= 0) & (t < 1)).astype(float)


@checked
def tooth(t: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """One tooth, t on [0, 1), zero elsewhere."""
    return valid.array("t", t) * box(t)


@checked
def box_with_tooth(t: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The convolution integral of box and tooth: t²/2 on [0, 1], (1 - (t - 1)²)/2 on [1, 2], zero elsewhere.

    >>> box_with_tooth(np.array([0.5, 1.0, 2.0])).tolist()
    [0.125, 0.5, 0.0]
    """
    t = np.clip(valid.array("t", t), 0.0, 2.0)
    return np.where(t < 1, t**2 / 2, (1 - (t - 1) ** 2) / 2)
