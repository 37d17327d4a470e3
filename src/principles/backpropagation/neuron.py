"""One hidden neuron, ℓ = ½(y - v σ(w·x))²: the smallest network that shows all of backpropagation."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles import validation
from principles.backpropagation.activations import activation
from principles.signatures import checked


@dataclass(frozen=True)
class Neuron:
    """A datum and the weights that predict it.

    Args:
        w: weights of the hidden neuron, (d,).
        v: weight of its output.
        x: input, (d,).
        y: target.
        activation: a key of `ACTIVATIONS`.
    """

    w: np.ndarray
    v: float
    x: np.ndarray
    y: float
    activation: str

    def __post_init__(self):
        w, x = validation.array("w", self.w, ndim=1), validation.array("x", self.x, ndim=1)
        validation.same_length("w", w, "x", x)
        validation.number("v", self.v)
        validation.number("y", self.y)
        activation(self.activation)


@dataclass(frozen=True)
class Cache:
    """What each operation of the forward graph put out: z = w·x, h = σ(z), e = v h and the loss."""

    z: float
    h: float
    e: float
    loss: float


@dataclass(frozen=True)
class Bars:
    """The bar of everything in the graph: `v` is v̄ = dℓ/dv, and so on for each name (4.9)."""

    loss: float
    e: float
    v: float
    h: float
    z: float
    w: np.ndarray
    x: np.ndarray


@checked
def forward(neuron: Neuron) -> Cache:
    """Walk the graph (4.6) from the input to the loss, keeping every result: (4.10), (4.11), (4.12), (4.13).

    >>> forward(Neuron(np.array([1.0, 2.0]), 3.0, np.array([1.0, 1.0]), 4.0, "relu"))
    Cache(z=3.0, h=3.0, e=9.0, loss=12.5)
    """
    z = float(neuron.w @ neuron.x)  # (4.10)
    h = _of_one_number(activation(neuron.activation).value)(z)  # (4.11)
    e = neuron.v * h  # (4.12)
    return Cache(z, h, e, 0.5 * (neuron.y - e) ** 2)  # (4.13)


@checked
def backward(neuron: Neuron, cache: Cache) -> Bars:
    """Walk the graph back from the loss and collect every derivative, dℓ/dv written v̄ as in (4.9).

    Each line uses the bar of the line before it and one cached value, nothing else.

    Args:
        neuron: the datum and the weights.
        cache: what `forward` returned for them.
    """
    σ_slope = _of_one_number(activation(neuron.activation).slope)
    loss = 1.0
    e = loss * -(neuron.y - cache.e)  # (4.9)
    v = e * cache.h
    h = e * neuron.v
    z = h * σ_slope(cache.z)
    return Bars(loss, e, v, h, z, w=z * neuron.x, x=z * neuron.w)


@checked
def derivative_v(neuron: Neuron) -> float:
    """(y - v σ(w·x)) (-σ(w·x)), the chain rule written out with nothing cached (4.7)."""
    σ = _of_one_number(activation(neuron.activation).value)
    w, v, x, y = neuron.w, neuron.v, neuron.x, neuron.y
    return float((y - v * σ(w @ x)) * -σ(w @ x))  # (4.7)


@checked
def derivative_w(neuron: Neuron) -> Float[np.ndarray, " d"]:
    """(y - v σ(w·x)) (-v σ'(w·x)) x, the chain rule written out with nothing cached (4.8)."""
    bent = activation(neuron.activation)
    σ, σ_slope = _of_one_number(bent.value), _of_one_number(bent.slope)
    w, v, x, y = neuron.w, neuron.v, neuron.x, neuron.y
    return (y - v * σ(w @ x)) * (-v * σ_slope(w @ x)) * x  # (4.8)


def _of_one_number(function):
    return lambda z: float(function(np.array([z]))[0])


def shares(
    weights: Float[np.ndarray, " parts"], inputs: Float[np.ndarray, " parts"], z_bar: float
) -> tuple[np.ndarray, np.ndarray]:
    """For z = Σ w_i x_i: the bars w̄_i = z̄ x_i of the weights and x̄_i = z̄ w_i of the parts (Remark 4.1).

    Args:
        weights: w_i, the multipliers.
        inputs: x_i, the activations of the parts that are combined.
        z_bar: z̄, the gradient that arrives at the sum.

    Raises:
        ValueError: if weights and inputs differ in length.
    """
    weights = validation.array("weights", weights, ndim=1)
    inputs = validation.same_length("inputs", validation.array("inputs", inputs, ndim=1), "weights", weights)
    z_bar = validation.number("z_bar", z_bar)
    return z_bar * inputs, z_bar * weights
