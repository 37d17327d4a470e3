"""A small network for classification, its predictions, their derivatives, and its Fisher information."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Num
from scipy.special import logsumexp

from principles.signatures import checked
from principles.validation import array, count, generator


@dataclass(frozen=True)
class Network:
    """A network x → tanh(xV + b) W + c with all its weights in one vector, in the order V, b, W, c."""

    inputs: int
    hidden: int
    classes: int

    def __post_init__(self):
        for name in ("inputs", "hidden", "classes"):
            count(name, getattr(self, name))

    @property
    def size(self) -> int:
        """p, the number of weights."""
        return (self.inputs + 1) * self.hidden + (self.hidden + 1) * self.classes

    def layers(self, w):
        """V, b, W, c from the vector w (a numpy array or a torch tensor)."""
        d, h, c = self.inputs, self.hidden, self.classes
        cuts = np.cumsum([0, d * h, h, h * c, c])
        V, b, W, bias = (w[i:j] for i, j in zip(cuts, cuts[1:]))
        return V.reshape(d, h), b, W.reshape(h, c), bias


@checked
def random_weights(network: Network, *, rng: np.random.Generator) -> Float[np.ndarray, " p"]:
    """Weights with variance 1/fan-in and zero biases, as one vector."""
    d, h, c = network.inputs, network.hidden, network.classes
    V, W = generator("rng", rng).normal(size=d * h) / np.sqrt(d), rng.normal(size=h * c) / np.sqrt(h)
    return np.concatenate([V, np.zeros(h), W, np.zeros(c)])


@checked
def probabilities(network: Network, w: Num[np.ndarray, " p"], X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n c"]:
    """p_w(c | xⁱ), a row a sample."""
    z = _logits(network, w, X)
    return np.exp(z - logsumexp(z, axis=1, keepdims=True))


@checked
def logit_jacobian(network: Network, w: Num[np.ndarray, " p"], X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n c p"]:
    """Derivatives of every logit by every weight."""
    V, b, W, _ = network.layers(_weights(network, w))
    X, C = _inputs(network, X), network.classes
    n, h = len(X), np.tanh(X @ V + b)
    back = (1 - h**2)[:, None] * W.T
    to_V = X[:, None, :, None] * back[:, :, None, :]
    to_W = np.einsum("nk,ce->ncke", h, np.eye(C))
    to_bias = np.broadcast_to(np.eye(C), (n, C, C))
    return np.concatenate([to_V.reshape(n, C, -1), back, to_W.reshape(n, C, -1), to_bias], axis=2)


@checked
def fisher_root(network: Network, w: Num[np.ndarray, " p"], X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "nc p"]:
    """S with g = SᵀS: rows ∂_w p(c|xⁱ) / √(n p(c|xⁱ)), one for each sample and class."""
    P, J = probabilities(network, w, X), logit_jacobian(network, w, X)
    scores = J - (P[:, None] @ J)
    return (np.sqrt(P / len(P))[:, :, None] * scores).reshape(-1, network.size)


@checked
def fisher(network: Network, w: Num[np.ndarray, " p"], X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "p p"]:
    """g = (1/n) Σ_i Σ_c ∂p(c|xⁱ) ∂p(c|xⁱ)ᵀ / p(c|xⁱ), the Fisher information; it needs no labels."""
    S = fisher_root(network, w, X)
    return S.T @ S


@checked
def sample_gradients(
    network: Network, w: Num[np.ndarray, " p"], X: Num[np.ndarray, "n d"], y: Int[np.ndarray, " n"]
) -> Float[np.ndarray, "n p"]:
    """∇ of each sample's cross-entropy, a row a sample."""
    P, J = probabilities(network, w, X), logit_jacobian(network, w, X)
    return ((P - np.eye(network.classes)[labels(network, y, X)])[:, None] @ J)[:, 0]


@checked
def empirical_fisher(
    network: Network, w: Num[np.ndarray, " p"], X: Num[np.ndarray, "n d"], y: Int[np.ndarray, " n"]
) -> Float[np.ndarray, "p p"]:
    """(1/n) Σ ∇ℓ_i ∇ℓ_iᵀ with the true labels: not the Fisher information, though it is often called so."""
    G = sample_gradients(network, w, X, y)
    return G.T @ G / len(G)


@checked
def accuracy(network: Network, w: Num[np.ndarray, " p"], X: Num[np.ndarray, "n d"], y: Int[np.ndarray, " n"]) -> float:
    """Share of samples whose most probable class is the label."""
    return float((_logits(network, w, X).argmax(axis=1) == labels(network, y, X)).mean())


@checked
def labels(network: Network, y, X):
    """y as whole numbers from 0 to C - 1, one a row of X."""
    found = array("y", y, shape=(len(X),))
    if (found != np.round(found)).any() or found.min() < 0 or found.max() >= network.classes:
        raise ValueError(f"y must hold classes 0 to {network.classes - 1}; got {found.min():g} to {found.max():g}")
    return found.astype(int)


def directions(g: Num[np.ndarray, "p p"], *, keep: int) -> Float[np.ndarray, "p keep"]:
    """The `keep` stiffest eigenvectors of g, as columns, stiffest first, each with its largest entry positive."""
    g = array("g", g, shape=(len(g), len(g)))
    if not np.allclose(g, g.T, rtol=1e-9, atol=1e-12 * np.abs(g).max()):
        raise ValueError("g must be symmetric")
    U = np.linalg.eigh(g)[1][:, ::-1][:, : count("keep", keep, most=len(g))]
    return U * np.sign(U[np.abs(U).argmax(axis=0), np.arange(U.shape[1])])


@checked
def same_span(basis: Num[np.ndarray, "p k"], mixed: Num[np.ndarray, "p k"]) -> Float[np.ndarray, "p k"]:
    """Another orthonormal basis of the span, made from the shadows of `mixed`: the same whichever basis comes in.

    Eigenvectors of equal eigenvalues are arbitrary, and so is what Adam, which looks at coordinates, makes of them.
    """
    U, M = array("basis", basis, ndim=2), array("mixed", mixed, shape=np.shape(basis))
    return np.linalg.qr(U @ (U.T @ M))[0]


def _logits(network, w, X):
    V, b, W, bias = network.layers(_weights(network, w))
    return np.tanh(_inputs(network, X) @ V + b) @ W + bias


def _weights(network, w):
    return array("w", w, shape=(network.size,))


def _inputs(network, X):
    return array("X", X, shape=(None, network.inputs))
