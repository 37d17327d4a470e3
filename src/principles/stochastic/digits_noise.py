"""The covariance of single-sample gradients of a small network on images: few of its eigenvalues are large."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import log_softmax

from principles.signatures import checked
from principles.stochastic import adam
from principles.validation import array, count, generator, number, same_length


@dataclass(frozen=True)
class Shape:
    """A network inputs → tanh units → classes, without biases but for the appended 1 in its inputs."""

    inputs: int
    hidden: int
    classes: int

    @property
    def weights(self):
        """Number of weights."""
        return self.hidden * (self.inputs + self.classes)

    def __post_init__(self):
        for name in ("inputs", "hidden", "classes"):
            count(name, getattr(self, name))

    def split(self, w):
        """The two weight matrices in the flat vector w."""
        cut = self.hidden * self.inputs
        return w[:cut].reshape(self.hidden, self.inputs), w[cut:].reshape(self.classes, self.hidden)


@checked
def initial(shape: Shape, *, rng: np.random.Generator) -> Float[np.ndarray, " p"]:
    """Gaussian weights of standard deviation 1/√(inputs of the layer)."""
    sizes = [(shape.hidden, shape.inputs), (shape.classes, shape.hidden)]
    return np.concatenate([(generator("rng", rng).normal(size=s) / np.sqrt(s[1])).ravel() for s in sizes])


def _checked(shape, w, X, y):
    w, X, y = array("w", w, shape=(shape.weights,)), array("X", X, shape=(None, shape.inputs)), np.atleast_1d(y)
    if same_length("y", y, "X", X).dtype.kind not in "iu" or y.min() < 0 or y.max() >= shape.classes:
        raise ValueError(f"y must hold class numbers from 0 to {shape.classes - 1}; got {y.min()} to {y.max()}")
    return w, X, y


def _errors(shape, w, X, y):
    w, X, y = _checked(shape, w, X, y)
    V, U = shape.split(w)
    h = np.tanh(X @ V.T)
    logp = log_softmax(h @ U.T, axis=1)
    e = np.exp(logp)
    e[np.arange(len(y)), y] -= 1
    return h, e, (e @ U) * (1 - h**2), logp


@checked
def loss(shape: Shape, w: Float[np.ndarray, " p"], X: Float[np.ndarray, "n d"], y: Int[np.ndarray, " n"]) -> float:
    """Mean cross-entropy."""
    logp = _errors(shape, w, X, y)[3]
    return float(-logp[np.arange(len(y)), y].mean())


@checked
def error_rate(shape: Shape, w: Float[np.ndarray, " p"], X: Float[np.ndarray, "n d"], y: Int[np.ndarray, " n"]) -> float:
    """Share of the samples whose largest score belongs to another class."""
    return float((_errors(shape, w, X, y)[3].argmax(axis=1) != y).mean())


@checked
def gradient(shape: Shape, w: Float[np.ndarray, " p"], X: Float[np.ndarray, "n d"], y: Int[np.ndarray, " n"]):
    """Gradient of the mean cross-entropy, flat."""
    h, e, back, _ = _errors(shape, w, X, y)
    return np.concatenate([(back.T @ X).ravel(), (e.T @ h).ravel()]) / len(y)


@checked
def sample_gradients(shape: Shape, w: Float[np.ndarray, " p"], X: Float[np.ndarray, "n d"], y: Int[np.ndarray, " n"]):
    """The gradient of each sample's cross-entropy, a row a sample."""
    h, e, back, _ = _errors(shape, w, X, y)
    return np.concatenate(
        [np.einsum("nh,nd->nhd", back, X).reshape(len(y), -1), np.einsum("nc,nh->nch", e, h).reshape(len(y), -1)], 1
    )


@checked
def train(
    shape: Shape, w: Float[np.ndarray, " p"], X, y, *, steps: int, batch: int, first: int | float, rng: np.random.Generator
):
    """The weights after `steps` updates of Adam on mini-batches, with a step that falls to 0 linearly."""
    number("first", first, above=0)
    w, X, y = _checked(shape, w, X, y)
    draws = generator("rng", rng).integers(len(y), size=(count("steps", steps), count("batch", batch)))

    def noisy(w, t):
        return gradient(shape, w, X[draws[t]], y[draws[t]])

    for state in adam.descend(noisy, w, steps=steps, step_size=lambda t: first * (1 - t / steps)):  # noqa: B007
        pass
    return state.w


@dataclass(frozen=True)
class Noise:
    """Eigenvalues of the covariance of single-sample gradients, in decreasing order, and the squared norm of their mean."""

    eigenvalues: np.ndarray
    signal: float
    weights: int

    @property
    def trace(self):
        """E‖∇ℓ^ω − ∇ℓ‖², the noise of one sample."""
        return float(self.eigenvalues.sum())

    def needed(self, share):
        """How many eigenvalues carry this share of the trace."""
        cumulative = np.cumsum(self.eigenvalues) / self.trace
        return int(min(np.searchsorted(cumulative, number("share", share, above=0, most=1)) + 1, len(cumulative)))


def noise(gradients: Float[np.ndarray, "n p"]) -> Noise:
    """The spectrum of (1/n) Σ (gⁱ − g)(gⁱ − g)ᵀ, from the n × n matrix of inner products."""
    gradients = array("gradients", gradients, ndim=2)
    g = gradients.mean(axis=0)
    spread = gradients - g
    values = np.linalg.eigvalsh(spread @ spread.T / len(spread))[::-1]
    return Noise(np.maximum(values, 0.0), float(g @ g), gradients.shape[1])
