"""What `peers.py` compares: functions of the book, and what one would take from a library in their place.

A builder gets a random generator and the numbers of a size, and returns two functions without arguments, ours and the
peer's, whose results must agree. What is not timed (inputs, models, tensors) is prepared before.
"""

from functools import partial

import numpy as np
import torch
from scipy import signal
from sklearn.linear_model import Perceptron
from sklearn.metrics import pairwise
from statsmodels.tsa.statespace.structural import UnobservedComponents

from principles.convolutions import direct, fourier, im2col, layer
from principles.kernels import dual, functions
from principles.sequences import attention, gates, kalman, recurrent
from principles.stochastic import adam, chains
from principles.variational import sampling, schedule

# Reasons to be slow, of those that several functions share.
CHECKS = "arguments are checked at each call, so that an error names the wrong one: microseconds, whatever the size"
STEPS = "a step is a public function that checks its arguments, a gate a line under its equation's number"
DEFINITION = "the definition, index by index; `im2col` and `fourier` are the fast ways"
NUMPY = "padding, windows and sum are a line of NumPy each: some 50 to 100 µs, whatever the size"
UNIQUE = "also refuses what is no chain, or has several such laws, which costs a condition number"
DIFFERENCES = "subtracts before it squares, as the equation does; the peer expands the square and loses digits far from 0"
VISITS = "a visit is a few lines of Python with the n products that the page counts; the peer's whole pass is one compiled loop"
COPIES = "copies every pixel into as many rows as the filter has entries, which is the idea it shows"

PRIMITIVES = []  # (name, what stands for the peer, label of a size, sizes, reasons to be slow, function that builds both)


def primitive(name, peer, label, *sizes, reasons=("", "")):
    """Register a function that returns ours and the peer's, ready to be called, for the numbers of a size."""

    def register(build):
        PRIMITIVES.append((name, peer, label, sizes, reasons, build))
        return build

    return register


@primitive("sequences.kalman.run", "statsmodels", "{} series of 100 years", (1,), (1000,), reasons=(
    "a year is two public functions, those of (8.3), with their checks; a thousand series cost hardly more", ""))  # fmt: skip
def kalman_filter(rng, n):
    model = kalman.Model(1.0, 1500.0, 15000.0)
    _, xs = kalman.simulate(model, 100, series=n, first=kalman.Belief(1000.0, 1e4), rng=rng)
    peers = [UnobservedComponents(x, "llevel", use_exact_diffuse=True) for x in xs.T]
    for peer in peers:
        peer.update([model.observation_variance, model.state_variance])
    return lambda: kalman.run(xs, model, first=None).means, lambda: np.stack([p.ssm.filter().filtered_state[0] for p in peers], 1)


def gram_matrices(kernel, peer, rng, n, d):
    X = rng.normal(size=(n, d))
    return lambda: functions.gram(kernel, X), lambda: peer(X)


for kernel, peer, reason in (
    (partial(functions.gaussian, width=5.0), partial(pairwise.rbf_kernel, gamma=0.02), DIFFERENCES),
    (partial(functions.polynomial, degree=3), partial(pairwise.polynomial_kernel, degree=3, gamma=1.0), ""),
):
    name, build = f"kernels.functions.gram, {kernel.func.__name__}", partial(gram_matrices, kernel, peer)
    primitive(name, "scikit-learn", "{} inputs of {} numbers", (50, 64), (1500, 64), reasons=("", reason))(build)


@primitive("kernels.dual.train", "scikit-learn's Perceptron on features with the same Gram matrix",
           "{} inputs, {} passes", (50, 10), (1500, 5), reasons=(VISITS, VISITS))  # fmt: skip
def kernel_perceptron(rng, n, passes):
    X = rng.normal(size=(n, 8))
    y = np.where(X[:, 0] * X[:, 1] >= 0, 1.0, -1.0)
    G = functions.gram(partial(functions.gaussian, width=2.0), X) + 1e-6 * np.eye(n)
    features, order = np.linalg.cholesky(G), np.tile(np.arange(n), passes)
    peer = Perceptron(fit_intercept=False, shuffle=False, tol=None, max_iter=passes)
    return (
        lambda: dual.train(G, y, order=order).alpha * y @ features,  # the weights in feature space, by (3.2)
        lambda: peer.fit(features, y).coef_[0],
    )


def convolutions(ours, peer, rng, *sizes):
    """Of arrays with the same number of axes: half of the sizes are the signal's, the others the filter's."""
    x, w = rng.normal(size=sizes[: len(sizes) // 2]), rng.normal(size=sizes[len(sizes) // 2 :])
    return lambda: ours(x, w), lambda: peer(x, w)


for ours, method, sizes, reasons in (
    (direct.convolve, partial(signal.convolve, method="direct"), [(20, 5), (1000, 50)], (DEFINITION, DEFINITION)),
    (direct.convolve2d, signal.convolve2d, [(8, 8, 3, 3), (64, 64, 5, 5)], (DEFINITION, DEFINITION)),
    (fourier.convolve, signal.fftconvolve, [(100, 10), (100000, 1000)], ("", "")),
    (fourier.convolve2d, signal.fftconvolve, [(8, 8, 3, 3), (512, 512, 31, 31)], ("", "")),
    (im2col.convolve2d, signal.convolve2d, [(8, 8, 3, 3), (256, 256, 9, 9)], (NUMPY, COPIES)),
):
    name = f"{ours.__module__.removeprefix('principles.')}.{ours.__name__}"
    label = "{} × {} with {} × {}" if ours.__name__ == "convolve2d" else "{} with {}"
    peer = f"scipy.signal.{'convolve' if isinstance(method, partial) else method.__name__}"
    primitive(name, peer, label, *sizes, reasons=reasons)(partial(convolutions, ours, method))


@primitive("convolutions.layer.forward", "torch", "{} to {} channels, side {}",
           (3, 8, 16), (32, 64, 64), reasons=(NUMPY, ""))  # fmt: skip
def convolutional_layer(rng, c, o, side):
    A, K, bias = rng.normal(size=(c, side, side)), rng.normal(size=(o, c, 3, 3)), rng.normal(size=o)
    a, k, b = map(torch.tensor, (A[None], K[:, :, ::-1, ::-1].copy(), bias))
    return lambda: layer.forward(A, K, bias, zeros=1), lambda: torch.nn.functional.conv2d(a, k, b, padding=1)[0]


@primitive("sequences.attention.attend, causal", "torch", "{} × {} × {} (heads, elements, numbers)", (1, 8, 8), (8, 256, 64),
           reasons=(CHECKS, ""))  # fmt: skip
def dot_product_attention(rng, heads, T, p):
    q, k, v = rng.normal(size=(3, heads, T, p))
    mask, tensors = attention.causal_mask(T), [torch.tensor(a) for a in (q, k, v)]
    peer = partial(torch.nn.functional.scaled_dot_product_attention, is_causal=True)
    return lambda: attention.attend(q, k, v, scale=p**-0.5, mask=mask), lambda: peer(*tensors)


def recurrent_layer(kind, rng, n, T, p):
    peer = getattr(torch.nn, kind)(p, p, batch_first=True, dtype=torch.float64)
    for weight in peer.parameters():
        weight.copy_(torch.tensor(rng.normal(size=weight.shape) / np.sqrt(p)))
    cell = gates.from_torch(*(weight.numpy() for weight in peer.parameters()))
    xs, zero = rng.normal(size=(n, T, p)), np.zeros((n, p))
    inputs = torch.tensor(xs)
    if kind == "LSTM":
        step, start = partial(gates.lstm_step, cell), (zero, zero)
        return lambda: np.stack([h for h, _ in recurrent.scan(step, start, xs)], axis=1), lambda: peer(inputs)[0]
    step = partial(gates.gru_step, gates.swap_update_gate(cell), reset_first=False)
    return lambda: np.stack(recurrent.scan(step, zero, xs), axis=1), lambda: peer(inputs)[0]


for kind in ("GRU", "LSTM"):
    name, label = f"sequences.gates.{kind.lower()}_step, scanned", "{} × {} × {} (sequences, steps, features)"
    primitive(name, f"torch.nn.{kind}", label, (1, 20, 8), (64, 50, 128), reasons=(STEPS, ""))(partial(recurrent_layer, kind))


@primitive("stochastic.adam.step", "torch.optim.Adam", "{} weights, {} steps", (10, 100), (1000000, 10),
           reasons=("", "returns a new state and keeps the old one, as (11.25) has it; torch overwrites it"))  # fmt: skip
def adam_steps(rng, p, steps):
    start, slopes = rng.normal(size=p), rng.normal(size=(3, p))
    tensors = [torch.tensor(g) for g in slopes]

    def ours():
        state = adam.initial(start)
        for t in range(steps):
            state = adam.step(state, slopes[t % 3], step_size=0.01)
        return state.w

    def peer():
        w = torch.tensor(start)
        optimizer = torch.optim.Adam([w], lr=0.01)
        for t in range(steps):
            w.grad = tensors[t % 3]
            optimizer.step()
        return w

    return ours, peer


@primitive("stochastic.chains.invariant", "numpy.linalg.eig", "{} states", (5,), (300,), reasons=(UNIQUE, ""))
def stationary_law(rng, k):
    P = chains.random_chains(1, k, reversible=False, rng=rng)[0]

    def peer():
        values, vectors = np.linalg.eig(P.T)
        v = vectors[:, np.abs(values - 1).argmin()].real
        return v / v.sum()

    return lambda: chains.invariant(P), peer


@primitive("variational.sampling.sample", "the loop in plain NumPy", "{} samples of {} numbers, 50 steps", (10, 2), (1000, 64),
           reasons=(CHECKS, ""))  # fmt: skip
def diffusion_steps(rng, n, d):
    levels = np.linspace(1e-3, 0.2, 50)
    plan = schedule.schedule(levels)

    def ours():
        *_, (_, z) = sampling.sample(n, d, lambda z, t: 0.5 * z, plan, rng=np.random.default_rng(0))
        return z

    def peer():
        rng, left = np.random.default_rng(0), np.cumprod(1 - levels)
        z = rng.standard_normal((n, d))
        for t in range(len(levels) - 1, -1, -1):
            z = (z - levels[t] / np.sqrt(1 - left[t]) * 0.5 * z) / np.sqrt(1 - levels[t])
            if t > 0:
                z = z + np.sqrt(levels[t] * (1 - left[t - 1]) / (1 - left[t])) * rng.standard_normal((n, d))
        return z

    return ours, peer
