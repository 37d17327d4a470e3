"""Nyström's method: a Gram matrix of n samples from m of its columns.

With C the m landmark columns of G and W the rows of C at the landmarks, G ≈ C W⁺ Cᵀ: n m numbers
instead of n², and explicit features of dimension m.
"""

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.kernels.functions import symmetric
from principles.linear_models.perceptron import visits
from principles.signatures import checked


@checked
def features(
    columns: Float[np.ndarray, "n m"], landmarks: Int[np.ndarray, " m"], *, cutoff: float = 1e-12
) -> Float[np.ndarray, "n p"]:
    """Explicit features Φ = C W^(-1/2), whose inner products approximate the kernel; p ≤ m.

    Args:
        columns: C, the kernel between all n samples and the m landmarks.
        landmarks: which samples the landmarks are, without repetition.
        cutoff: eigenvalues of W below this share of its largest count as zero.

    Raises:
        ValueError: if `landmarks` repeats or names no sample, its length is not C's width, or the
            landmarks' own block is not symmetric positive semi-definite.

    Source: Williams and Seeger (2001).
    """
    C = validation.array("columns", columns, ndim=2)
    landmarks = _distinct(landmarks, len(C))
    if len(landmarks) != C.shape[1]:
        raise ValueError(f"columns must have a column a landmark; got {C.shape[1]} columns and {len(landmarks)} landmarks")
    values, vectors = np.linalg.eigh(validation.covariance("columns[landmarks]", C[landmarks]))
    kept = values > validation.number("cutoff", cutoff, least=0) * values[-1]
    return C @ (vectors[:, kept] / np.sqrt(values[kept]))


@checked
def approximation(
    G: Float[np.ndarray, "n n"], landmarks: Int[np.ndarray, " m"], *, cutoff: float = 1e-12
) -> Float[np.ndarray, "n n"]:
    """The whole approximate Gram matrix, C W⁺ Cᵀ, to compare with the true one.

    Args:
        G: Gram matrix; only its landmark columns are read.
        landmarks: which samples, without repetition.
        cutoff: as for `features`.

    Raises:
        ValueError: as for `features`.

    >>> approximation(np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([0]))
    array([[1., 2.],
           [2., 4.]])
    """
    G = symmetric("G", G)
    Phi = features(G[:, _distinct(landmarks, len(G))], landmarks, cutoff=cutoff)
    return Phi @ Phi.T


@checked
def relative_error(G: Float[np.ndarray, "n n"], approximate: Float[np.ndarray, "n n"]) -> float:
    """‖G - G̃‖ / ‖G‖ in the Frobenius norm.

    Raises:
        ValueError: if the shapes differ or `G` is zero.
    """
    G = validation.array("G", G, ndim=2)
    approximate = validation.array("approximate", approximate, shape=G.shape)
    if not G.any():
        raise ValueError("G must not be zero; no error is relative to it")
    return float(np.linalg.norm(G - approximate) / np.linalg.norm(G))


@checked
def best_relative_errors(G: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " n"]:
    """The least relative error of any matrix of rank k, for k = 0, ..., n - 1 (Eckart and Young).

    Args:
        G: Gram matrix.

    Raises:
        ValueError: if `G` is not symmetric positive semi-definite.

    >>> best_relative_errors(np.diag([4.0, 3.0]))
    array([1. , 0.6])
    """
    values = np.sort(np.abs(np.linalg.eigvalsh(validation.covariance("G", G))))
    if not values.any():
        raise ValueError("G must not be zero; no error is relative to it")
    tails = np.sqrt(np.cumsum(values**2))[::-1]
    return tails / tails[0]


def _distinct(landmarks, n):
    landmarks = visits(landmarks, n, name="landmarks")
    if len(np.unique(landmarks)) < len(landmarks):
        raise ValueError(f"landmarks must be distinct; got {len(landmarks)} of which {len(np.unique(landmarks))} differ")
    return landmarks
