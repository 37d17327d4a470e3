"""How many zeros go around the input, and how long the output is then."""

import numpy as np
from jaxtyping import Num

from principles import validation as valid
from principles.signatures import checked

MODES = ("full", "same", "valid")


def zeros_needed(kernel: int, mode: str) -> int:
    """Zeros on each side for a filter with 2k + 1 entries: 2k "full", k "same", 0 "valid" (Remark 5.2).

    Args:
        kernel: the number of entries 2k + 1; must be odd for "same".
        mode: "full", "same" or "valid".

    Raises:
        ValueError: for another mode, or "same" with an even filter.

    >>> [zeros_needed(5, mode) for mode in MODES]
    [4, 2, 0]
    """
    kernel = valid.count("kernel", kernel)
    if mode not in MODES:
        raise ValueError(f"mode must be one of {', '.join(MODES)}; got {mode!r}")
    if mode == "same" and kernel % 2 == 0:
        raise ValueError(f"kernel must be odd for mode 'same', to pad both sides alike; got {kernel}")
    return {"full": kernel - 1, "same": (kernel - 1) // 2, "valid": 0}[mode]


@checked
def pad_and_slide(x: Num[np.ndarray, " n"], w: Num[np.ndarray, " m"], *, zeros: int) -> Num[np.ndarray, " l"]:
    """Convolution as a machine does it: pad with zeros, slide the mirrored filter over what fits (Remark 5.2).

    Args:
        x: signal.
        w: filter.
        zeros: how many are added on each side.

    Raises:
        ValueError: if the filter is longer than the padded signal.
    """
    x, w = valid.array("x", x, ndim=1), valid.array("w", w, ndim=1)
    padded = np.pad(x, valid.count("zeros", zeros, least=0))
    if len(w) > len(padded):
        raise ValueError(f"w must not be longer than the padded signal; got {len(w)} entries over {len(padded)}")
    return np.array([padded[k : k + len(w)] @ w[::-1] for k in range(len(padded) - len(w) + 1)])


@checked
def crop(full: Num[np.ndarray, "*shape"], kernel: tuple[int, ...], *, mode: str) -> Num[np.ndarray, "*cropped"]:
    """The "same" or "valid" part of a full convolution: what fewer zeros would have given (Remark 5.2).

    Args:
        full: a full convolution.
        kernel: the filter's shape.
        mode: "full", "same" or "valid".

    >>> crop(np.arange(7.0), (3,), mode="same").tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    if len(kernel) != full.ndim:
        raise ValueError(f"kernel must have one length an axis of full; got {kernel} for shape {full.shape}")
    cuts = [m - 1 - zeros_needed(m, mode) for m in kernel]
    if any(2 * c >= n for c, n in zip(cuts, full.shape)):
        raise ValueError(f"kernel must fit into the input for mode {mode!r}; got {kernel} for a full output of {full.shape}")
    return full[tuple(slice(c, n - c) for c, n in zip(cuts, full.shape))]


def output_length(n: int, kernel: int, *, zeros: int = 0, stride: int = 1, dilation: int = 1) -> int:
    """⌊(n + 2·zeros - dilation·(kernel - 1) - 1) / stride⌋ + 1 outputs along an axis (Remark 5.5).

    Args:
        n: length of the input along this axis.
        kernel: entries of the filter.
        zeros: added on each side.
        stride: steps between outputs.
        dilation: steps between entries of the filter.

    Raises:
        ValueError: if the filter does not fit.

    >>> output_length(8, 3, stride=2), output_length(8, 3, zeros=1, stride=2), output_length(8, 3, zeros=2, stride=2)
    (3, 4, 5)
    """
    span = valid.count("dilation", dilation) * (valid.count("kernel", kernel) - 1) + 1
    room = valid.count("n", n) + 2 * valid.count("zeros", zeros, least=0) - span
    if room < 0:
        raise ValueError(f"kernel must fit into the padded input; it spans {span} of {n} + 2·{zeros}")
    return room // valid.count("stride", stride) + 1


@checked
def stride(y: Num[np.ndarray, "*shape"], step: int) -> Num[np.ndarray, "*shorter"]:
    """Keep every `step`-th entry along every axis: what a strided convolution computes of it (Remark 5.5).

    >>> stride(np.arange(6.0), 2).tolist()
    [0.0, 2.0, 4.0]
    """
    return y[tuple(slice(None, None, valid.count("step", step)) for _ in range(y.ndim))]
