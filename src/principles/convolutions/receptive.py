"""Which pixels can an output see? By a formula, and by asking the gradient."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Layer:
    """A convolution's geometry: `kernel` entries a side, `stride` and `dilation`."""

    kernel: int = 3
    stride: int = 1
    dilation: int = 1

    def __post_init__(self):
        for name in ("kernel", "stride", "dilation"):
            valid.count(name, getattr(self, name))


@checked
def field_size(layers: list[Layer]) -> int:
    """Pixels a side that one output sees: 1 + Σ_l (k_l - 1) d_l Π_{m<l} s_m (Section 5.1.2, Remark 5.3).

    >>> [field_size([Layer()] * depth) for depth in range(4)]
    [1, 3, 5, 7]
    """
    size, jump = 1, 1
    for one in layers:
        size += (one.kernel - 1) * one.dilation * jump
        jump *= one.stride
    return size


@checked(counts=("channels", "size"))
def gradient_map(
    layers: list[Layer], *, size: int, rng: np.random.Generator, channels: int = 4, networks: int = 1
) -> Float[np.ndarray, "n n"]:
    """Mean |∂ output / ∂ pixel| of the centre output of random networks, by autograd (Section 5.1.2, Remark 5.3).

    Args:
        layers: the convolutions, with odd kernels; padding keeps each output centred on its window.
        size: of the input picture, a side.
        rng: draws the weights and the picture.
        channels: of the hidden layers.
        networks: how many are averaged.

    Returns:
        the gradient's size at each pixel; it is nonzero exactly on the receptive field.
    """
    valid.generator("rng", rng)
    if any(one.kernel % 2 == 0 for one in layers):
        raise ValueError(f"layers must have odd kernels, whose windows have a middle; got {[one.kernel for one in layers]}")
    maps = [_one_gradient(layers, size, channels, rng) for _ in range(valid.count("networks", networks))]
    return np.mean(maps, axis=0)


def _one_gradient(layers, size, channels, rng):
    x = torch.tensor(rng.standard_normal((1, 1, size, size)), requires_grad=True)
    h = x
    for one in layers:
        weight = torch.tensor(rng.random((channels, h.shape[1], one.kernel, one.kernel)) / (h.shape[1] * one.kernel**2))
        zeros = one.dilation * (one.kernel - 1) // 2
        h = torch.nn.functional.conv2d(h, weight, stride=one.stride, padding=zeros, dilation=one.dilation)
        h = torch.nn.functional.leaky_relu(h, 0.5)
    h[0, 0, h.shape[2] // 2, h.shape[3] // 2].backward()
    return x.grad[0, 0].abs().numpy()


def extent(seen: Float[np.ndarray, "n n"]) -> int:
    """Rows between the first and the last pixel whose gradient is not zero, both counted."""
    rows = np.flatnonzero((valid.array("seen", seen, ndim=2) != 0).any(axis=1))
    if not rows.size:
        raise ValueError("seen must have a pixel that is not zero; all are 0")
    return int(rows[-1] - rows[0] + 1)
