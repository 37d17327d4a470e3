"""Kernel functions and the Gram matrix.

A kernel takes two sets of inputs, a row a sample, and returns k(x, x') for all pairs:
`kernel(X, Z)` has shape (n, m). Fix a kernel's options with `functools.partial`.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from scipy.spatial.distance import cdist

from principles import validation
from principles.signatures import checked


@checked
def linear(X: Float[np.ndarray, "n d"], Z: Float[np.ndarray, "m d"]) -> Float[np.ndarray, "n m"]:
    """k(x, x') = x·x', the kernel of the identity map.

    Args:
        X: inputs, a row a sample.
        Z: other inputs of the same dimension.

    Raises:
        ValueError: if the inputs differ in dimension.
    """
    X, Z = _pair(X, Z)
    return X @ Z.T


@checked
def polynomial(
    X: Float[np.ndarray, "n d"], Z: Float[np.ndarray, "m d"], *, degree: int = 2, offset: float = 1.0
) -> Float[np.ndarray, "n m"]:
    """k(x, x') = (x·x' + c)^degree: the inner product of all monomials up to that degree.

    A kernel for c ≥ 0 only. A negative `offset` is computed all the same, to see it fail.

    Args:
        X: inputs, a row a sample.
        Z: other inputs of the same dimension.
        degree: at least 1.
        offset: c.

    Raises:
        ValueError: if the inputs differ in dimension or `degree` is below 1.

    >>> polynomial(np.array([[2.0]]), np.array([[3.0]]))
    array([[49.]])
    """
    X, Z = _pair(X, Z)
    return (X @ Z.T + validation.number("offset", offset)) ** validation.count("degree", degree)


@checked
def gaussian(X: Float[np.ndarray, "n d"], Z: Float[np.ndarray, "m d"], *, width: float) -> Float[np.ndarray, "n m"]:
    """k(x, x') = exp(-‖x - x'‖² / (2σ²)), with infinitely many features.

    Args:
        X: inputs, a row a sample.
        Z: other inputs of the same dimension.
        width: σ, in the unit of the inputs.

    Raises:
        ValueError: if the inputs differ in dimension or `width` is not positive.

    >>> gaussian(np.array([[0.0]]), np.array([[2.0]]), width=2.0).round(4)
    array([[0.6065]])
    """
    X, Z = _pair(X, Z)
    return np.exp(-cdist(X, Z, "sqeuclidean") / (2 * validation.number("width", width, above=0) ** 2))


def gram(kernel: Callable, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n n"]:
    """The Gram matrix, G_ij = k(x^i, x^j) for all pairs of samples (3.6).

    Args:
        kernel: a function of two sets of inputs, as in this module.
        X: inputs, a row a sample.

    Raises:
        ValueError: if what the kernel returns is not (n, n), finite and symmetric.

    >>> gram(linear, np.array([[1.0, 0.0], [1.0, 2.0]]))
    array([[1., 1.],
           [1., 5.]])
    """
    if not callable(kernel):
        raise TypeError(f"kernel must be a function of two sets of inputs; got {kernel!r}")
    X = validation.array("X", X, ndim=2)
    return symmetric("kernel(X, X)", validation.array("kernel(X, X)", kernel(X, X), shape=(len(X), len(X))))  # (3.6)


def symmetric(name: str, G: Float[np.ndarray, "n n"]) -> Float[np.ndarray, "n n"]:
    """`G`, checked: a Gram matrix must be square and symmetric, to rounding.

    Args:
        name: of the argument, for the error.
        G: the matrix.

    Raises:
        ValueError: naming the shape, or the pair of entries that differ most.
    """
    G = validation.array(name, G, ndim=2)
    if G.shape[0] != G.shape[1]:
        raise ValueError(f"{name} must be square and symmetric; got shape {G.shape}")
    asymmetry = np.abs(G - G.T)
    if asymmetry.max() > 1e-9 * max(1.0, np.abs(G).max()):
        i, j = map(int, np.unravel_index(asymmetry.argmax(), G.shape))
        raise ValueError(f"{name} must be square and symmetric; entries {i}, {j} are {G[i, j]:.6g} and {G[j, i]:.6g}")
    return G


def _pair(X, Z):
    X, Z = validation.array("X", X, ndim=2), validation.array("Z", Z, ndim=2)
    if X.shape[1] != Z.shape[1]:
        raise ValueError(f"X and Z must have inputs of one dimension; got {X.shape[1]} and {Z.shape[1]}")
    return X, Z
