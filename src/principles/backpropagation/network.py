"""A deep fully-connected network, as data, and what it computes.

Convention of this subpackage: a row of X is a sample, so a layer reads `H @ S` where
the notes write S^T h. Layer l turns its input into the pre-activation (z^l in Section
4.2, h^l in (4.3)) and that into the layer's output h^l = σ(z^l).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.backpropagation.activations import activation
from principles.signatures import checked


@dataclass(frozen=True)
class Network:
    """The weights w = {S_1, ..., S_L, v} of a network and the nonlinearity between them.

    Args:
        S: feature matrices; S_l has shape (width below, width above).
        v: the last layer, (p, C): a column a class, one column for a binary classifier or a regression.
        activation: a key of `ACTIVATIONS`.

    Raises:
        ValueError: if the widths do not fit, a weight is not finite, or the activation is unknown.
    """

    S: tuple[np.ndarray, ...]
    v: np.ndarray
    activation: str = "relu"

    def __post_init__(self):
        activation(self.activation)
        matrices = [validation.array(f"S_{l}", S, ndim=2) for l, S in enumerate(self.S, 1)]
        matrices.append(validation.array("v", self.v, ndim=2))
        for l, (below, above) in enumerate(zip(matrices, matrices[1:]), 1):
            if below.shape[1] != above.shape[0]:
                name = f"S_{l + 1}" if l < len(self.S) else "v"
                raise ValueError(f"{name} must have {below.shape[1]} rows, one a feature of layer {l}; got {above.shape[0]}")

    @property
    def weights(self) -> tuple[np.ndarray, ...]:
        """All matrices in the order in which an input meets them: S_1, ..., S_L, v."""
        return (*self.S, self.v)


@checked(counts=("outputs",))
def random_network(widths: tuple[int, ...], *, outputs: int, activation: str, gain: float, rng: np.random.Generator) -> Network:
    """A network with weights N(0, gain / inputs), inputs being the width of the layer below.

    Args:
        widths: d, p_1, ..., p_L: of the input and of every hidden layer.
        outputs: C, columns of v.
        activation: a key of `ACTIVATIONS`.
        gain: 1 is (4.14), 2 suits ReLU.
        rng: a numpy generator.
    """
    sizes = [validation.count("a width", w) for w in (*widths, outputs)]
    gain = validation.number("gain", gain, least=0)
    matrices = [rng.normal(size=(d, p)) * np.sqrt(gain / d) for d, p in zip(sizes, sizes[1:])]
    return Network(tuple(matrices[:-1]), matrices[-1], activation)


@checked
def pre_activations(net: Network, X: Float[np.ndarray, "n d"]) -> tuple[np.ndarray, ...]:
    """S_l^T ... σ(S_2^T σ(S_1^T x)) for each hidden layer l: the pre-activations (4.3).

    Args:
        net: the network.
        X: inputs, a row a sample.

    Returns:
        L arrays, the l-th of shape (n, p_l).

    Raises:
        ValueError: if X does not have as many columns as S_1 has rows.
    """
    σ, h = activation(net.activation).value, _inputs(net, X)
    computed = []
    for S in net.S:
        computed.append(h @ S)  # (4.3)
        h = σ(computed[-1])
    return tuple(computed)


@checked
def features(net: Network, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n p"]:
    """σ(h^L), the post-activations of the last hidden layer: the network's feature map φ(x).

    Args:
        net: the network.
        X: inputs, a row a sample.
    """
    return activation(net.activation).value(pre_activations(net, X)[-1]) if net.S else _inputs(net, X)


@checked
def logits(net: Network, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n C"]:
    """ŷ = v^T σ(S_L^T ... σ(S_1^T x)), the network's output before any decision.

    Args:
        net: the network.
        X: inputs, a row a sample.

    >>> net = Network((np.array([[1.0, -1.0]]),), np.array([[1.0], [1.0]]))
    >>> logits(net, np.array([[3.0], [-2.0]])).ravel().tolist()  # |x| from two ReLUs
    [3.0, 2.0]
    """
    return features(net, X) @ net.v


@checked
def classify(net: Network, X: Float[np.ndarray, "n d"]) -> Int[np.ndarray, " n"]:
    """sign(ŷ), the binary classifier (4.1); with C > 1 outputs, the class of the largest logit.

    A logit of exactly zero is called +1.

    Args:
        net: the network.
        X: inputs, a row a sample.
    """
    ŷ = logits(net, X)
    if ŷ.shape[1] > 1:
        return ŷ.argmax(axis=1)
    return np.where(ŷ[:, 0] >= 0, 1, -1)  # (4.1)


@checked
def flatten(net: Network) -> Float[np.ndarray, " weights"]:
    """All weights as one long vector w, S_1 first and v last, each row by row."""
    return np.concatenate([matrix.ravel() for matrix in net.weights])


@checked
def unflatten(w: Float[np.ndarray, " weights"], *, like: Network) -> Network:
    """The network whose weights are the long vector w, shaped as those of `like`.

    Raises:
        ValueError: if w has another number of entries.
    """
    shapes = [matrix.shape for matrix in like.weights]
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    w = validation.array("w", w, shape=(int(ends[-1]),))
    parts = [part.reshape(shape) for part, shape in zip(np.split(w, ends[:-1]), shapes)]
    return Network(tuple(parts[:-1]), parts[-1], like.activation)


@checked
def f(X: Float[np.ndarray, "n d"], w: Float[np.ndarray, " weights"], *, like: Network) -> Float[np.ndarray, "n C"]:
    """f(x, w), the network as a function of its input and one long weight vector (4.4).

    Args:
        X: inputs, a row a sample.
        w: all weights, as `flatten` orders them.
        like: a network of the wanted shape and activation.
    """
    return logits(unflatten(w, like=like), X)  # (4.4)


def _inputs(net, X):
    return validation.array("X", X, shape=(None, net.weights[0].shape[0]))
