"""What a gradient costs, in multiplications and in seconds."""

import time

import numpy as np

from principles import validation
from principles.backpropagation.layers import backward_pass, forward_pass, layers_of
from principles.backpropagation.network import Network
from principles.signatures import checked


@checked
def multiplications(net: Network, *, samples: int) -> tuple[int, int]:
    """Multiplications in the matrix products of a forward and of a backward pass (Section 4.2).

    A product of (n, d) and (d, p) takes n d p of them. Going back a layer needs two such
    products, one for the weight's bar and one for the input's.

    Args:
        net: the network.
        samples: n, rows of the batch.

    >>> multiplications(Network((np.ones((3, 4)),), np.ones((4, 2))), samples=10)
    (200, 400)
    """
    n = validation.count("samples", samples)
    forward = sum(n * matrix.size for matrix in net.weights)
    return forward, 2 * forward


@checked
def counted_multiplications(net: Network, X: np.ndarray) -> tuple[int, int]:
    """The same two numbers, counted by arrays that watch every matrix product while the two passes run.

    Args:
        net: the network.
        X: inputs, a row a sample.
    """
    _Watched.products = []
    watched = Network(tuple(S.view(_Watched) for S in net.S), net.v.view(_Watched), net.activation)
    layers = layers_of(watched)
    cache = forward_pass(layers, X.view(_Watched))
    forward = sum(_Watched.products)
    backward_pass(layers, cache, np.ones(cache[-1].shape).view(_Watched))
    return forward, sum(_Watched.products) - forward


class _Watched(np.ndarray):
    products: list[int] = []

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        plain = [np.asarray(x) for x in inputs]
        if ufunc is np.matmul:
            (n, d), (_, p) = plain[0].shape, plain[1].shape
            self.products.append(n * d * p)
        return getattr(ufunc, method)(*plain, **options).view(_Watched)


@checked
def seconds(net: Network, X: np.ndarray, *, repeats: int) -> tuple[float, float]:
    """Shortest wall-clock time of a forward and of a backward pass, in seconds, over `repeats` runs.

    Args:
        net: the network.
        X: inputs, a row a sample.
        repeats: how often to run each.
    """
    layers, X = layers_of(net), validation.array("X", X, shape=(None, net.weights[0].shape[0]))
    times = np.empty((validation.count("repeats", repeats), 2))
    for run in times:
        start = time.perf_counter()
        cache = forward_pass(layers, X)
        middle = time.perf_counter()
        backward_pass(layers, cache, cache[-1])
        run[:] = middle - start, time.perf_counter() - middle
    forward, backward = times.min(axis=0)
    return float(forward), float(backward)
