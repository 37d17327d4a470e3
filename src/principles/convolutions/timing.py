"""Seconds that an implementation takes here, and products that it needs anywhere."""

import time

import numpy as np
from jaxtyping import Float

from principles import validation as valid
from principles.signatures import checked


def seconds(function, *, repeats: int = 3) -> float:
    """The shortest of several runs of `function()`, in seconds; depends on the machine."""
    durations = []
    for _ in range(valid.count("repeats", repeats)):
        start = time.perf_counter()
        function()
        durations.append(time.perf_counter() - start)
    return min(durations)


@checked(undefined=True, counts=("side",), positive=("longest",))
def measure(methods: dict, kernels: list[int], *, side: int, rng: np.random.Generator, longest: float = 0.25) -> dict:
    """Seconds for each method and kernel size on a picture with `side` pixels a side; a method retires once it is too slow.

    Args:
        methods: name to function of (picture, kernel).
        kernels: sizes in rising order.
        side: of the picture.
        rng: draws picture and kernels.
        longest: seconds after which a method is not asked about larger kernels; NaN stands there.
    """
    x = valid.generator("rng", rng).standard_normal((side, side))
    table: dict[str, list[float]] = {name: [] for name in methods}
    for k in kernels:
        w = rng.standard_normal((k, k))
        for name, method in methods.items():
            slow = table[name] and not table[name][-1] < longest
            table[name].append(np.nan if slow else seconds(lambda m=method, w=w: m(x, w)))
    return {name: np.array(values) for name, values in table.items()}


@checked(counts=("side",))
def products(kernels: list[int], *, side: int) -> dict[str, Float[np.ndarray, " n"]]:
    """Multiplications for a "full" convolution: outputs·k² for sums, about 2.5 N log₂ N a real transform of N outputs for FFT.

    >>> products([3], side=6)["sums"].tolist()
    [576.0]
    """
    k = np.asarray(kernels, float)
    N = (side + k - 1) ** 2
    return {"sums": N * k**2, "separable sums": N * 2 * k, "FFT": 3 * 2.5 * N * np.log2(N) + 2 * N}
