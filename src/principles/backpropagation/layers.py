"""Backpropagation as layers: each knows how to go forward and how to send a gradient back.

A layer's `backward` needs the layer's *input*, which the forward pass cached, and the
gradient of the loss with respect to the layer's output. It knows nothing of the rest.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import validation
from principles.backpropagation.activations import Activation, activation
from principles.backpropagation.losses import fitting, loss_called
from principles.backpropagation.network import Network
from principles.signatures import checked


@dataclass(frozen=True)
class Linear:
    """h ↦ S^T h for every row of a batch.

    Args:
        weight: S, shape (inputs, outputs).
    """

    weight: np.ndarray

    def forward(self, inputs: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n p"]:
        """The layer's output."""
        return inputs @ self.weight

    def backward(self, inputs: Float[np.ndarray, "n d"], output_bar: Float[np.ndarray, "n p"]) -> tuple[np.ndarray, np.ndarray]:
        """The bar of the weight, then the bar of the input."""
        return inputs.T @ output_bar, output_bar @ self.weight.T


@dataclass(frozen=True)
class Elementwise:
    """h ↦ σ(h), entry by entry; it has no weights."""

    activation: Activation

    def forward(self, inputs: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
        """The layer's output."""
        return self.activation.value(inputs)

    def backward(self, inputs: Float[np.ndarray, "n d"], output_bar: Float[np.ndarray, "n d"]) -> tuple[None, np.ndarray]:
        """None in place of a weight's bar, then the bar of the input."""
        return None, output_bar * self.activation.slope(inputs)


@checked
def layers_of(net: Network) -> list[Linear | Elementwise]:
    """The network as a list: Linear, Elementwise, Linear, Elementwise, ..., Linear."""
    return _layers_of(net)


def _layers_of(net):
    σ = Elementwise(activation(net.activation))
    hidden = [layer for S in net.S for layer in (Linear(S), σ)]
    return [*hidden, Linear(net.v)]


@checked
def forward_pass(layers: list, X: Float[np.ndarray, "n d"]) -> list[np.ndarray]:
    """The input followed by the output of every layer: the cache of the backward pass."""
    return _forward_pass(layers, X)


def _forward_pass(layers, X):
    cache = [X]
    for layer in layers:
        cache.append(layer.forward(cache[-1]))
    return cache


@checked
def backward_pass(layers: list, cache: list[np.ndarray], output_bar: Float[np.ndarray, "n C"]) -> tuple[list, np.ndarray]:
    """From the last layer to the first, hand each layer its cached input and the bar of its output.

    Args:
        layers: as they ran forward.
        cache: what `forward_pass` returned.
        output_bar: gradient of the loss with respect to the last output.

    Returns:
        The bars of the weights, first layer first, and the bar of X.
    """
    return _backward_pass(layers, cache, output_bar)


def _backward_pass(layers, cache, output_bar):
    weight_bars, bar = [], output_bar
    for layer, inputs in zip(reversed(layers), reversed(cache[:-1])):
        weight_bar, bar = layer.backward(inputs, bar)
        if weight_bar is not None:
            weight_bars.insert(0, weight_bar)
    return weight_bars, bar


@dataclass(frozen=True)
class Gradient:
    """The loss averaged over a batch and its gradient: by weight matrix, as one vector, and by input."""

    loss: float
    weights: tuple[np.ndarray, ...]
    X: np.ndarray

    @property
    def w(self) -> np.ndarray:
        """The weights' gradient as one long vector, ordered as `network.flatten` orders them."""
        return np.concatenate([bar.ravel() for bar in self.weights])


@checked
def gradient(net: Network, X: Float[np.ndarray, "n d"], y: Num[np.ndarray, "n *targets"], *, loss: str) -> Gradient:
    """Backpropagation for a whole network: w̄ and, as a by-product, the bar x̄ of every input (Remark 4.2).

    Args:
        net: the network.
        X: inputs, a row a sample.
        y: labels or targets.
        loss: a key of `LOSSES`.

    Returns:
        The average loss, its gradient in the weights, and its gradient in each row of X.

    Raises:
        ValueError: if shapes do not fit, the loss is unknown, or the labels do not suit it.
    """
    ℓ, y = loss_called(loss), fitting(y, loss=loss, like=net)
    X = validation.array("X", X, shape=(None, net.weights[0].shape[0]))
    return _gradient(net, validation.same_length("X", X, "y", y), y, ℓ)


def _gradient(net, X, y, ℓ):
    """`gradient` for arguments already checked: training asks for it ten thousand times."""
    layers = _layers_of(net)
    cache = _forward_pass(layers, X)
    weight_bars, X_bar = _backward_pass(layers, cache, ℓ.slope(y, cache[-1]) / len(X))
    return Gradient(float(ℓ.value(y, cache[-1]).mean()), tuple(weight_bars), X_bar)
