"""What PyTorch computes, and with which routine."""

import os
from contextlib import contextmanager

import numpy as np
import torch
from jaxtyping import Float, Num

from principles import validation as valid
from principles.signatures import checked


@checked(naturals=("zeros",))
def conv1d(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"], *, zeros: int = 0) -> Float[np.ndarray, " l"]:
    """`torch.nn.functional.conv1d` of a signal and a filter, in float64: a cross-correlation."""
    signal, kernel = _tensor("x", x, 1)[None, None], _tensor("w", w, 1)[None, None]
    _fits(np.shape(w), np.shape(x), zeros)
    return torch.nn.functional.conv1d(signal, kernel, padding=zeros)[0, 0].numpy()


@checked(sizes=True, counts=("step",), naturals=("zeros",))
def conv2d(
    A: Num[np.ndarray, "c h w"],
    kernels: Num[np.ndarray, "o c k l"],
    bias: Num[np.ndarray, " o"],
    *,
    zeros: int = 0,
    step: int = 1,
) -> Float[np.ndarray, "o r s"]:
    """`torch.nn.functional.conv2d` of one multi-channel picture, in float64: a cross-correlation."""
    picture, weight, offset = _tensor("A", A, 3)[None], _tensor("kernels", kernels, 4), _tensor("bias", bias, 1)
    _fits(weight.shape[2:], picture.shape[2:], zeros)
    return torch.nn.functional.conv2d(picture, weight, offset, stride=step, padding=zeros)[0].numpy()


@checked
def true_conv2d(x: Num[np.ndarray, "n m"], w: Num[np.ndarray, "p q"]) -> Float[np.ndarray, "r c"]:
    """The full convolution (5.2) by PyTorch: its cross-correlation with the filter mirrored beforehand."""
    picture, kernel = _tensor("x", x, 2)[None, None], _tensor("w", w, 2).flip(0, 1)[None, None]
    return torch.nn.functional.conv2d(picture, kernel, padding=(w.shape[0] - 1, w.shape[1] - 1))[0, 0].numpy()


@checked(counts=("size", "step"), naturals=("zeros",))
def max_pool(x: Num[np.ndarray, "n m"], *, size: int, step: int, zeros: int = 0) -> Float[np.ndarray, "r c"]:
    """`torch.nn.functional.max_pool2d` of one picture."""
    return torch.nn.functional.max_pool2d(_pooled(x, size, zeros), size, step, zeros)[0, 0].numpy()


@checked(counts=("size", "step"), naturals=("zeros",))
def average_pool(x: Num[np.ndarray, "n m"], *, size: int, step: int, zeros: int = 0) -> Float[np.ndarray, "r c"]:
    """`torch.nn.functional.avg_pool2d` of one picture."""
    return torch.nn.functional.avg_pool2d(_pooled(x, size, zeros), size, step, zeros)[0, 0].numpy()


def operations(*, kernel: int, size: int = 16) -> list[str]:
    """What PyTorch runs for one float64 convolution of one picture on this processor, as its profiler records it.

    Args:
        kernel: entries of the filter a side.
        size: pixels of the picture a side.
    """
    k, n = valid.count("kernel", kernel), valid.count("size", size, least=kernel)
    x, w = torch.ones(1, 1, n, n, dtype=torch.float64), torch.ones(1, 1, k, k, dtype=torch.float64)
    with _quiet(), torch.autograd.profiler.profile(use_kineto=False) as record:
        torch.nn.functional.conv2d(x, w)
    return [event.name.removeprefix("aten::") for event in record.function_events]


@contextmanager
def _quiet():
    """Nothing on standard error, where the profiler itself reports that it starts and stops."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@checked(sizes=True)
def unfolded(A: Num[np.ndarray, "c h w"], kernels: Num[np.ndarray, "o c k l"]) -> Float[np.ndarray, "o r s"]:
    """The layer without bias as PyTorch's `unfold` (copy the windows of the input) and one matrix product."""
    picture, weight = _tensor("A", A, 3), _tensor("kernels", kernels, 4)
    _fits(weight.shape[2:], picture.shape[1:], 0)
    columns = torch.nn.functional.unfold(picture[None], kernels.shape[2:])[0]
    rows, width = A.shape[1] - kernels.shape[2] + 1, A.shape[2] - kernels.shape[3] + 1
    return (weight.flatten(1) @ columns).reshape(-1, rows, width).numpy()


@checked(counts=("channels", "kernel", "outputs"))
def default_half_width(channels: int, kernel: int, *, outputs: int = 2000) -> float:
    """The largest |weight| of a fresh `torch.nn.Conv2d` with very many weights: the half-width of its uniform law.

    PyTorch's own generator is put back afterwards.
    """
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return float(torch.nn.Conv2d(channels, outputs, kernel).weight.detach().abs().max())


@checked(counts=("kernel",))
def layer_output_shape(A: Num[np.ndarray, "c h w"], *, outputs: int, kernel: int, padding: str | None = None) -> tuple[int, ...]:
    """The shape that a fresh `torch.nn.Conv2d` makes of one picture, with its default padding unless one is named.

    PyTorch's own generator is put back afterwards.
    """
    if padding not in (None, "same", "valid"):
        raise ValueError(f'padding must be "same" or "valid", or left out; got {padding!r}')
    picture, options = _tensor("A", A, 3)[None], {} if padding is None else {"padding": padding}
    _fits((kernel, kernel), picture.shape[2:], kernel if padding == "same" else 0)
    with torch.random.fork_rng():
        fresh = torch.nn.Conv2d(picture.shape[1], valid.count("outputs", outputs), kernel, dtype=torch.float64, **options)
    return tuple(fresh(picture).shape[1:])


@checked
def has(name: str) -> bool:
    """Whether PyTorch has the attribute, such as `backends.cudnn.benchmark`."""
    thing: object = torch
    for part in name.split("."):
        if not hasattr(thing, part):
            return False
        thing = getattr(thing, part)
    return True


def benchmark_default() -> bool:
    """The value of `torch.backends.cudnn.benchmark`, which nobody in this book sets."""
    return bool(torch.backends.cudnn.benchmark)


def _tensor(name, value, ndim):
    return torch.tensor(valid.array(name, value, ndim=ndim).copy())


def _fits(window, shape, zeros):
    """Refuse a window that is larger than the input with its border."""
    for k, n in zip(window, shape):
        if k > n + 2 * zeros:
            raise ValueError(f"the window must fit into the input; it spans {k} of {n} entries and {2 * zeros} zeros")


def _pooled(x, size, zeros):
    picture = _tensor("x", x, 2)[None, None]
    valid.count("zeros", zeros, least=0, most=size // 2)
    _fits((size, size), picture.shape[2:], zeros)
    return picture
