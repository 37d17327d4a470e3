"""The subnetworks that dropout can pick from a network with two hidden layers."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles import validation as valid
from principles.regularization.dropout import every_mask
from principles.signatures import checked


@dataclass(frozen=True)
class Count:
    """Masks of the hidden units, and how many different functions the masked networks are."""

    masks: int
    functions: int


@checked
def count(width: int, *, biases: bool, rng: np.random.Generator) -> Count:
    """Try every mask of two hidden layers of `width` tanh units on random inputs and count the different outputs.

    Args:
        width: units in each hidden layer, at most 6.
        biases: whether hidden units have biases; without them an empty layer makes the output zero.
        rng: draws weights and inputs.
    """
    normal, masks = valid.generator("rng", rng).standard_normal, every_mask(valid.count("width", width, most=6))
    X, A, B, v = normal((40, 4)), normal((4, width)), normal((width, width)), normal(width)
    b, c = (1.0, 1.0) if biases else (0.0, 0.0)
    first = np.tanh(X @ A + b * normal(width))
    second = np.tanh((first * masks[:, None]) @ B + c * normal(width))
    outputs = np.einsum("anw,bw,w->abn", second, masks, v).reshape(-1, len(X))
    return Count(len(outputs), len(np.unique(outputs.round(9) + 0.0, axis=0)))


def sizes(width: int, *, p_drop: float) -> Float[np.ndarray, " units"]:
    """The probability that 0, 1, ..., 2·width of the units are kept: it depends on p, the number of masks does not."""
    from scipy.stats import binom

    units = 2 * valid.count("width", width)
    return binom.pmf(np.arange(units + 1), units, 1 - valid.number("p_drop", p_drop, least=0, most=1))


def kept_units(width: int, *, p_drop: float, rng: np.random.Generator) -> Int[np.ndarray, "2 width"]:
    """One mask for both layers."""
    p = valid.number("p_drop", p_drop, least=0, most=1)
    return (valid.generator("rng", rng).uniform(size=(2, valid.count("width", width))) >= p).astype(int)
