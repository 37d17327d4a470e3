"""How large the first weights of a convolutional layer should be, and what other sizes do."""

import numpy as np
from jaxtyping import Float

from principles import validation as valid
from principles.signatures import checked


def weight_std(channels: int, kernel: int) -> float:
    """σ = √(1 / (C_in k²)), one over the square root of the inputs that a neuron adds up (Section 5.6).

    >>> round(weight_std(4, 5), 12)
    0.1
    """
    return float((valid.count("channels", channels) * valid.count("kernel", kernel) ** 2) ** -0.5)


@checked
def gaussian(shape: tuple[int, ...], *, std: float, rng: np.random.Generator) -> Float[np.ndarray, "..."]:
    """Weights from N(0, std²)."""
    return valid.generator("rng", rng).normal(0.0, valid.number("std", std, above=0), shape)


@checked
def uniform(shape: tuple[int, ...], *, half_width: float, rng: np.random.Generator) -> Float[np.ndarray, "..."]:
    """Weights from U(-s, s), whose standard deviation is s/√3."""
    s = valid.number("half_width", half_width, above=0)
    return valid.generator("rng", rng).uniform(-s, s, shape)


@checked(counts=("channels", "size"))
def signal_growth(
    draw, *, depth: int, channels: int = 16, size: int = 12, relu: bool = False, rng: np.random.Generator
) -> Float[np.ndarray, " d"]:
    """Root mean square of the signal after each of `depth` random 3 × 3 layers, the first being the input's (Section 5.6).

    Args:
        draw: function of a shape that returns weights.
        depth: number of layers.
        channels: of every layer.
        size: pixels a side; pictures wrap round, so no border weakens the signal.
        relu: put max(0, ·) behind every layer.
        rng: draws the input.
    """
    h = valid.generator("rng", rng).standard_normal((channels, size, size))
    sizes = [np.sqrt((h**2).mean())]
    for _ in range(valid.count("depth", depth)):
        wrapped = np.pad(h, ((0, 0), (1, 1), (1, 1)), mode="wrap")
        windows = np.lib.stride_tricks.sliding_window_view(wrapped, (3, 3), axis=(1, 2))
        h = np.tensordot(draw((channels, channels, 3, 3)), windows, axes=([1, 2, 3], [0, 3, 4]))
        sizes.append(np.sqrt((h**2).mean()))
        h = np.maximum(h, 0.0) if relu else h
    return np.array(sizes)


@checked
def power_ratio(draw, *, depth: int, repeats: int, relu: bool = False, rng: np.random.Generator) -> tuple[float, float]:
    """Mean square of the last signal over that of the first layer's, averaged over random networks (Section 5.6).

    Args:
        draw: function of a shape that returns weights.
        depth: number of layers after the first.
        repeats: how many networks.
        relu: put max(0, ·) behind every layer.
        rng: draws the inputs.

    Returns:
        the mean ratio and its standard error.
    """
    runs = [signal_growth(draw, depth=depth + 1, relu=relu, rng=rng) for _ in range(valid.count("repeats", repeats, least=2))]
    ratios = np.array([(run[-1] / run[1]) ** 2 for run in runs])
    return float(ratios.mean()), float(ratios.std(ddof=1) / np.sqrt(repeats))
