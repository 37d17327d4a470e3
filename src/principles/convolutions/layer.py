"""The convolutional layer of a network: many channels in, many out, and what it costs."""

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.convolutions import direct, padding
from principles.signatures import checked


@checked
def forward(
    A: Num[np.ndarray, "c h w"],
    kernels: Num[np.ndarray, "o c k l"],
    bias: Num[np.ndarray, " o"],
    *,
    zeros: int = 0,
    step: int = 1,
) -> Float[np.ndarray, "o r s"]:
    """The layer B_j = v_j + Σ_i A_i * w^{ij} (Section 5.3), all channels and pixels in one matrix product.

    Args:
        A: input channels A_i.
        kernels: w^{ij}, indexed [j, i] as in PyTorch.
        bias: v_j, one number an output channel.
        zeros: padding on each side.
        step: the stride.

    Raises:
        ValueError: if channels or biases do not match the kernels, or these do not fit.
    """
    A, K, v = _checked(A, kernels, bias)
    z = valid.count("zeros", zeros, least=0)
    padded = np.pad(A, ((0, 0), (z, z), (z, z)))
    padding.output_length(min(A.shape[1:]), max(K.shape[2:]), zeros=z)
    windows = np.lib.stride_tricks.sliding_window_view(padded, K.shape[2:], axis=(1, 2))
    windows = windows[:, :: valid.count("step", step), ::step]
    return np.einsum("crskl,ockl->ors", windows, K[:, :, ::-1, ::-1], optimize=True) + v[:, None, None]


@checked
def forward_by_channels(
    A: Num[np.ndarray, "c h w"], kernels: Num[np.ndarray, "o c k k"], bias: Num[np.ndarray, " o"], *, mode: str = "same"
) -> Float[np.ndarray, "o r s"]:
    """The same layer word for word (Section 5.3): one two-dimensional convolution (5.2) for each pair of channels, added up."""

    def one(a, w):
        return padding.crop(direct.convolve2d(a, w), w.shape, mode=mode)

    A, K, v = _checked(A, kernels, bias)
    return np.stack([v_j + sum(one(a, w) for a, w in zip(A, row)) for v_j, row in zip(v, K)])


def _checked(A, kernels, bias):
    A, K, v = valid.array("A", A, ndim=3), valid.array("kernels", kernels, ndim=4), valid.array("bias", bias, ndim=1)
    if K.shape[1] != len(A) or K.shape[0] != len(v):
        raise ValueError(f"kernels must be (outputs, inputs, k, k) = ({len(v)}, {len(A)}, k, k); got {K.shape}")
    return A, K, v


@checked
def parameters(inputs: int, outputs: int, kernel: int, *, bias: bool = True) -> int:
    """inputs·outputs·kernel² weights, plus one bias an output channel (Section 5.3).

    >>> parameters(10, 25, 5), parameters(10, 25, 5, bias=False)
    (6275, 6250)
    """
    weights = valid.count("inputs", inputs) * valid.count("outputs", outputs) * valid.count("kernel", kernel) ** 2
    return weights + (outputs if bias else 0)


def multiply_adds(inputs: int, outputs: int, kernel: int, *, pixels: int) -> int:
    """Products that a layer needs for an output of that many pixels: parameters without biases, once a pixel."""
    return parameters(inputs, outputs, kernel, bias=False) * valid.count("pixels", pixels)


def resnet50() -> tuple[int, int]:
    """Weights of the ImageNet network ResNet-50 (He et al., 2016): (convolutional, all), counted layer by layer.

    Batch-normalisation's two numbers a channel are in the second count only, as is the last, fully-connected layer.
    """
    convolutions, channels = [(3, 64, 7)], 64
    for width, blocks in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for block in range(blocks):
            convolutions += [(channels, width, 1), (width, width, 3), (width, 4 * width, 1)]
            convolutions += [(channels, 4 * width, 1)] if block == 0 else []
            channels = 4 * width
    weights = sum(parameters(*shape, bias=False) for shape in convolutions)
    return weights, weights + sum(2 * outputs for _, outputs, _ in convolutions) + parameters(channels, 1000, 1)
