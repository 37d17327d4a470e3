"""How large a signal is after many layers, on the way up and on the way down."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles import validation
from principles.backpropagation.activations import activation
from principles.backpropagation.initialisation import Scheme
from principles.signatures import checked

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(100)  # an even number, so that no node sits on the kink at zero
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True)
class Signals:
    """Mean squares in many random networks, a row a network.

    Args:
        forward: mean of (h_i^l)², column l = 0 being the input.
        backward: mean of (h̄_i^l)², column L being the gradient put in at the top, column 0 what reaches the input.
    """

    forward: np.ndarray
    backward: np.ndarray


@checked
def measure(scheme: Scheme, *, widths: list[int], activation_name: str, networks: int, rng: np.random.Generator) -> Signals:
    """Send a Gaussian input up and a Gaussian gradient down through freshly drawn networks.

    Args:
        scheme: how to draw the weights.
        widths: d, p_1, ..., p_L.
        activation_name: a key of `ACTIVATIONS`.
        networks: how many to draw.
        rng: a numpy generator.
    """
    validation.count("networks", networks)
    rows = [_one(scheme, _layers(widths), activation(activation_name), rng) for _ in range(networks)]
    return Signals(*(np.array(part) for part in zip(*rows)))


def _layers(widths):
    if len(widths) < 2:
        raise ValueError(f"widths must name the input and at least one layer; got {widths}")
    return [validation.count("a width", width) for width in widths]


def _one(scheme, widths, σ, rng):
    h = rng.normal(size=widths[0])
    passed, forward = [], [np.mean(h**2)]
    for d, p in zip(widths, widths[1:]):
        S = scheme.draw(d, p, rng=rng)
        z = h @ S + scheme.draw_bias(d, p, rng=rng)
        h = σ.value(z)
        passed.append((S, z))
        forward.append(np.mean(h**2))
    h_bar = rng.normal(size=widths[-1])
    backward = [np.mean(h_bar**2)]
    for S, z in reversed(passed):
        h_bar = S @ (h_bar * σ.slope(z))
        backward.append(np.mean(h_bar**2))
    return forward, backward[::-1]


@checked
def ratios(signal: Float[np.ndarray, "networks layers"], *, toward_input: bool = False) -> tuple[float, float]:
    """Mean factor by which a layer multiplies the mean square, over layers and networks, with its standard error.

    Args:
        signal: `forward` or `backward` of `Signals`.
        toward_input: count from the top down, as the gradient travels.
    """
    signal = validation.array("signal", signal, ndim=2)
    if signal.shape[1] < 2 or signal.size < 4 or not (signal > 0).all():
        raise ValueError(f"signal must hold at least two ratios of positive mean squares; got shape {signal.shape}")
    steps = signal[:, :-1] / signal[:, 1:] if toward_input else signal[:, 1:] / signal[:, :-1]
    return float(steps.mean()), float(steps.std(ddof=1) / np.sqrt(steps.size))


@checked
def predict(scheme: Scheme, *, widths: list[int], activation_name: str) -> Signals:
    """The mean squares that very wide layers have, from Gaussian integrals instead of samples.

    With q the mean square of a layer's input, z is Gaussian with variance d σ² q (plus that of
    the bias), so h has the mean square E[σ(z)²], and a gradient passes down with the factor
    p σ² E[σ'(z)²].

    Args:
        scheme: how the weights are drawn.
        widths: d, p_1, ..., p_L.
        activation_name: a key of `ACTIVATIONS`.
    """
    σ, forward, factors, widths = activation(activation_name), [1.0], [], _layers(widths)
    for d, p in zip(widths, widths[1:]):
        bias = scheme.bias_variance(d) if scheme.bias_variance else 0.0
        z = np.sqrt(d * scheme.variance(d, p) * forward[-1] + bias) * NODES
        forward.append(float(WEIGHTS @ σ.value(z) ** 2))
        factors.append(float(p * scheme.variance(d, p) * (WEIGHTS @ σ.slope(z) ** 2)))
    backward = np.cumprod([1.0, *factors[::-1]])[::-1]
    return Signals(np.array([forward]), backward[None])


@checked(undefined=True, counts=("width",))
def single_precision(weight_std: float, *, width: int, depth: int, rng: np.random.Generator) -> Float[np.ndarray, " layers"]:
    """Largest |h_i| after each layer of a ReLU network in 32-bit arithmetic, from a Gaussian input.

    Infinite once a number overflows, and NaN from the next layer on, where infinities of both signs are added.

    Args:
        weight_std: σ of the weights.
        width: of every layer.
        depth: how many layers.
        rng: a numpy generator.
    """
    weight_std, depth = validation.number("weight_std", weight_std, least=0), validation.count("depth", depth)
    h, largest = rng.normal(size=width).astype(np.float32), []
    for _ in range(depth):
        S = (rng.normal(size=(width, width)) * weight_std).astype(np.float32)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            h = np.maximum(h @ S, np.float32(0))
        largest.append(float(np.abs(h).max()))
    return np.array(largest)


@checked
def contrast(
    scheme: Scheme, *, widths: list[int], activation_name: str, networks: int, rng: np.random.Generator
) -> Float[np.ndarray, "networks layers"]:
    """|h^l(x) - h^l(x')|² relative to |h^l(x)|² + |h^l(x')|², for two independent inputs: what a layer still knows of its input.

    It is 1 for unrelated vectors and 0 where the output has become a constant.

    Args:
        scheme: how the weights and biases are drawn.
        widths: d, p_1, ..., p_L.
        activation_name: a key of `ACTIVATIONS`.
        networks: how many to draw.
        rng: a numpy generator.
    """
    widths = _layers(widths)
    σ, kept = activation(activation_name).value, np.empty((validation.count("networks", networks), len(widths)))
    for row in kept:
        h = rng.normal(size=(2, widths[0]))
        row[0] = _apart(h)
        for l, (d, p) in enumerate(zip(widths, widths[1:]), 1):
            h = σ(h @ scheme.draw(d, p, rng=rng) + scheme.draw_bias(d, p, rng=rng))
            row[l] = _apart(h)
    return kept


def _apart(pair):
    return np.sum((pair[0] - pair[1]) ** 2) / np.sum(pair**2)
