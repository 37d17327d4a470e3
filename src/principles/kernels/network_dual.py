"""What is left of the dual view in a two-layer network: its features from inner products of inputs.

Stochastic gradient descent moves each column of S by multiples of the sample that it meets. So
S = S_0 + Σ_i x^i β^iᵀ, with p numbers β^i for a sample where the perceptron has one count.
"""

import numpy as np
from jaxtyping import Float, Int, Num

from principles.kernels.two_layer import Weights, gradient, relu
from principles.linear_models.perceptron import visits
from principles.signatures import checked
from principles.validation import array, number, same_length, signs


@checked
def sgd(
    start: Weights, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, order: Int[np.ndarray, " t"], step_size: float
) -> Weights:
    """Descend (3.13) from `start` by steps of one size along the gradient of one sample at a time.

    Args:
        start: w and S of the first step.
        X: inputs.
        y: labels, each -1 or +1.
        order: the sample of each iteration.
        step_size: of every step.
    """
    y, step_size = same_length("y", signs("y", y), "X", X), number("step_size", step_size, above=0)
    weights = start
    for i in visits(order, len(X)):
        g = gradient(weights, X[i : i + 1], y[i : i + 1])
        weights = Weights(weights.w - step_size * g.w, weights.S - step_size * g.S)
    return weights


@checked
def dual_sgd(
    start: Weights, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, order: Int[np.ndarray, " t"], step_size: float
) -> tuple[Float[np.ndarray, " p"], Float[np.ndarray, "n p"]]:
    """The descent of `sgd` on (3.13) without S: hidden units are fed by the Gram matrix of the inputs.

    At a violated margin β^i gains step_size · y^i w ⊙ σ'(z) and w gains step_size · y^i σ(z), where
    z = S_0ᵀx^i + Σ_j β^j x^j·x^i is Sᵀx^i.

    Args:
        start, X, y, order, step_size: as for `sgd`.

    Returns:
        w, and β with a row a sample.
    """
    X = array("X", X, shape=(None, len(start.S)))
    y, step_size = same_length("y", signs("y", y), "X", X), number("step_size", step_size, above=0)
    G, first, w, β = X @ X.T, X @ start.S, start.w, np.zeros((len(X), len(start.w)))
    for i in visits(order, len(X)):
        z = first[i] + G[i] @ β
        if y[i] * (w @ relu(z)) < 1:
            β[i] += step_size * y[i] * w * (z > 0)
            w = w + step_size * y[i] * relu(z)
    return w, β


@checked
def feature_matrix(
    S: Num[np.ndarray, "d p"], beta: Num[np.ndarray, "n p"], X: Num[np.ndarray, "n d"]
) -> Float[np.ndarray, "d p"]:
    """S_0 + Σ_i x^i β^iᵀ, the feature matrix from its start and its dual variables.

    >>> feature_matrix(np.zeros((2, 1)), np.array([[3.0]]), np.array([[1.0, 2.0]]))
    array([[3.],
           [6.]])
    """
    X = array("X", X, ndim=2)
    S, β = array("S", S, shape=(X.shape[1], None)), same_length("beta", array("beta", beta, ndim=2), "X", X)
    return S + X.T @ array("beta", β, shape=(None, S.shape[1]))


@checked
def outside_span(vector: Num[np.ndarray, " p"], rows: Num[np.ndarray, "n p"]) -> float:
    """The distance of a vector from all combinations of the rows, as a share of its length.

    >>> outside_span(np.array([3.0, 4.0]), np.array([[2.0, 0.0]]))
    0.8
    """
    rows = array("rows", rows, ndim=2)
    vector = array("vector", vector, shape=(rows.shape[1],))
    if not vector.any():
        raise ValueError("vector must not be zero; no share of its length is defined")
    coefficients = np.linalg.lstsq(rows.T, vector, rcond=None)[0]
    return float(np.linalg.norm(vector - coefficients @ rows) / np.linalg.norm(vector))
