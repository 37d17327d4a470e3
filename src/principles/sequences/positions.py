"""Where in the sequence? Sines and cosines of many wavelengths."""

import numpy as np
from jaxtyping import Float, Num

from principles.signatures import checked
from principles.validation import array, count, number


def frequencies(d: int) -> Float[np.ndarray, " half"]:
    """ω_i = 10^{-8 (i - 1)/d} for i = 1, ..., d/2, from 1 down to almost 10⁻⁴.

    Args:
        d: even number of features.

    >>> frequencies(4)
    array([1.  , 0.01])
    """
    if count("d", d, least=2) % 2:
        raise ValueError(f"d must be even, a sine and a cosine each; got {d}")
    return 10.0 ** (-8 * np.arange(d // 2) / d)


@checked
def sinusoids(t: Num[np.ndarray, " T"], d: int) -> Float[np.ndarray, "T d"]:
    """The position encoding [sin ω_1 t, cos ω_1 t, sin ω_2 t, cos ω_2 t, ...] of each time (8.20).

    Args:
        t: positions.
        d: even number of features.

    Source:
        Vaswani et al. (2017).
    """
    angles = array("t", t, ndim=1)[:, None] * frequencies(d)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(angles), d)  # (8.20)


@checked(counts=("d",))
def shift(s: int | float, d: int) -> Float[np.ndarray, "d d"]:
    """The rotation R with φ(t + s) = R φ(t) for every t: moving on in time is a linear map.

    Args:
        s: how far.
        d: even number of features.
    """
    R = np.zeros((d, d))
    for i, angle in enumerate(number("s", s) * frequencies(d)):
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    return R
