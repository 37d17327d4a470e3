"""Regression by weighted neighbours, the ancestor of attention."""

import numpy as np
from jaxtyping import Float

from principles.sequences.inputs import rows
from principles.signatures import checked
from principles.validation import array, number

KERNELS = {
    "gaussian": lambda u: np.exp(-(u**2) / 2),
    "box": lambda u: (u <= 1).astype(float),
    "laplace": lambda u: np.exp(-u),
}


def similarities(
    x: Float[np.ndarray, "m d"], train: Float[np.ndarray, "n d"], *, width: float, kernel: str
) -> Float[np.ndarray, "m n"]:
    """k(x, x^i) = K(‖x - x^i‖ / width) for the three kernels of the notes: Gaussian, box, Laplace.

    Args:
        x: test inputs.
        train: training inputs.
        width: σ of the Gaussian, c of the box, 1/λ of the Laplace kernel.
        kernel: "gaussian", "box" or "laplace".
    """
    if kernel not in KERNELS:
        raise ValueError(f"kernel must be one of {', '.join(KERNELS)}; got {kernel!r}")
    train = array("train", train, ndim=2)
    x = rows("x", array("x", x, ndim=2), train.shape[1])
    u = np.sqrt(((x[:, None] - train[None]) ** 2).sum(axis=-1)) / number("width", width, above=0)
    return KERNELS[kernel](u)


@checked
def weighted_sum(k: Float[np.ndarray, "m n"], y: Float[np.ndarray, " n"]) -> Float[np.ndarray, " m"]:
    """Σ_i k(x, x^i) y^i, an average only if the rows of k sum to 1 (8.16).

    Args:
        k: similarity of each test input to each training input.
        y: training targets.
    """
    k = array("k", k, ndim=2)
    return k @ array("y", y, shape=(k.shape[1],))  # (8.16)


def attention_map(k: Float[np.ndarray, "m n"]) -> Float[np.ndarray, "m n"]:
    """The kernel divided by its sum over the training inputs, so that every row adds up to 1.

    Args:
        k: similarities.

    Raises:
        ValueError: if a similarity is negative, or a test input has no neighbour at all (a box, or a Gaussian that underflows).
    """
    if array("k", k, ndim=2).min() < 0:
        raise ValueError(f"k must not be negative; its least entry is {np.min(k):g}")
    sums = k.sum(axis=1, keepdims=True)
    lonely = np.flatnonzero(sums[:, 0] == 0)
    if lonely.size:
        raise ValueError(
            f"every test input needs a neighbour with positive similarity; input {lonely[0]} has none (widen the kernel)"
        )
    return k / sums


def nadaraya_watson(
    x: Float[np.ndarray, "m d"],
    train: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    *,
    width: float,
    kernel: str = "gaussian",
) -> Float[np.ndarray, " m"]:
    """The weighted average of the targets of near training inputs: (8.16) with the normalised kernel.

    Args:
        x: test inputs.
        train: training inputs.
        y: training targets.
        width: of the kernel.
        kernel: "gaussian", "box" or "laplace".

    Source:
        Nadaraya (1964), Watson (1964).

    >>> nadaraya_watson(np.array([[0.5]]), np.array([[0.0], [1.0]]), np.array([1.0, 3.0]), width=1.0)
    array([2.])
    """
    return weighted_sum(attention_map(similarities(x, train, width=width, kernel=kernel)), y)
