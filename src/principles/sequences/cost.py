"""What a layer costs: operations counted while it runs, and the length of its longest chain of dependent steps."""

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from principles.sequences.transformer import Block
from principles.signatures import checked
from principles.validation import count


@checked
def measured_operations(T: int, p: int, *, rng: np.random.Generator) -> dict[str, int]:
    """Multiplications in the matrix products of self-attention and of an RNN on one sequence, counted by torch as they run.

    Args:
        T: length.
        p: features in and out.
        rng: numpy generator for weights and input.
    """
    h, block = _attention(T, p, rng)
    w_h, w_x = (torch.tensor(rng.normal(size=(p, p))) for _ in range(2))
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        return {"attention": _count(lambda: block.attend(h)), "RNN": _count(lambda: _rnn(h[0], w_h, w_x))}


def predicted_operations(T: int, p: int) -> dict[str, int]:
    """4 T p² + 2 T² p for self-attention (three projections and an output, scores and sums), 2 T p² for an RNN.

    Args:
        T: length.
        p: features.
    """
    T, p = count("T", T), count("p", p)
    return {"attention": 4 * T * p**2 + 2 * T**2 * p, "RNN": 2 * T * p**2}


@checked
def seconds(T: int, p: int, *, rng: np.random.Generator, repeats: int = 3) -> dict[str, float]:
    """The shortest of a few runs of self-attention and of `torch.nn.RNN`, forward only, on one sequence.

    Args:
        T: length.
        p: features.
        rng: numpy generator.
        repeats: how many runs.
    """
    (h, block), repeats = _attention(T, p, rng), count("repeats", repeats)
    layer = nn.RNN(p, p, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        return {"attention": _fastest(lambda: block.attend(h), repeats), "RNN": _fastest(lambda: layer(h), repeats)}


def _attention(T, p, rng):
    """A sequence, and a block of one head that looks at all of it."""
    h = torch.tensor(rng.normal(size=(1, count("T", T), count("p", p))))
    return h, Block(p, 1, rng=rng, causal=False)


def _rnn(x, w_h, w_x):
    h = torch.zeros(1, w_h.shape[0], dtype=x.dtype)
    for row in x:
        h = torch.tanh(h @ w_h + row[None] @ w_x)
    return h


def _count(run: Callable) -> int:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        run()
    return counter.get_total_flops() // 2


def _fastest(run: Callable, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)
