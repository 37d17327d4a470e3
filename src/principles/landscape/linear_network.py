"""The two-layer linear network x -> A B x and its squared loss.

Data are rows: X of shape (n, dx), Y of shape (n, dy). A is (dy, p), B is (p, dx), and the notes'
dx = dy = d is a special case. All sums over the data are kept in `Moments`.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles.landscape.inputs import pair, symmetric
from principles.signatures import checked
from principles.validation import array, count, same_length


@dataclass(frozen=True)
class Moments:
    """The sums over the data that the loss needs.

    Attributes:
        xx: Σ_xx = Σ_i xⁱxⁱᵀ, (dx, dx).
        yx: Σ_yx = Σ_i yⁱxⁱᵀ, (dy, dx).
        yy: Σ_yy = Σ_i yⁱyⁱᵀ, (dy, dy).
        n: number of samples.
    """

    xx: Float[np.ndarray, "dx dx"]
    yx: Float[np.ndarray, "dy dx"]
    yy: Float[np.ndarray, "dy dy"]
    n: int

    def __post_init__(self):
        dx, dy = len(symmetric("xx", self.xx)), len(symmetric("yy", self.yy))
        array("yx", self.yx, shape=(dy, dx))
        count("n", self.n)

    @property
    def white(self) -> bool:
        """Whether Σ_xx = n I."""
        return bool(np.allclose(self.xx, self.n * np.eye(len(self.xx)), rtol=0, atol=1e-8 * self.n))

    @property
    def explained(self) -> Float[np.ndarray, "dy dy"]:
        """Σ = Σ_yx Σ_xx⁻¹ Σ_xy, what a linear map can explain of Σ_yy."""
        return self.yx @ np.linalg.solve(self.xx, self.yx.T)


def moments(X: Num[np.ndarray, "n dx"], Y: Num[np.ndarray, "n dy"]) -> Moments:
    """The sums Σ_xx, Σ_yx and Σ_yy of the data (not centred, not divided by n).

    Args:
        X: inputs, a row a sample.
        Y: targets, a row a sample.

    Raises:
        ValueError: if the rows do not match, or Σ_xx is singular.
    """
    X, Y = array("X", X, ndim=2), same_length("Y", array("Y", Y, ndim=2), "X", X)
    rank = np.linalg.matrix_rank(X)
    if rank < X.shape[1]:
        raise ValueError(f"X must have independent columns for Σ_xx to be invertible; rank {rank} of {X.shape[1]}")
    return Moments(X.T @ X, Y.T @ X, Y.T @ Y, len(X))


def centred(X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """X with the mean of every column removed."""
    X = array("X", X, ndim=2)
    return X - X.mean(axis=0)


@checked
def principal(X: Num[np.ndarray, "n d"], *, keep: int) -> Float[np.ndarray, "n keep"]:
    """The first principal coordinates of the centred data, in the data's own unit.

    Args:
        X: data, a row a sample.
        keep: how many coordinates.
    """
    X = centred(X)
    _, _, Vt = np.linalg.svd(X, full_matrices=False)
    Vt = Vt * np.sign(Vt[np.arange(len(Vt)), np.abs(Vt).argmax(axis=1)])[:, None]
    return X @ Vt[: count("keep", keep, most=len(Vt))].T


@checked
def whitened(X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """Centred data turned and scaled so that Σ_xx = n I.

    Raises:
        ValueError: if the centred columns of X are dependent.

    >>> Z = whitened(np.array([[1.0, 2.0], [3.0, 1.0], [0.0, 0.0]]))
    >>> np.round(Z.T @ Z / 3, 12).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    X = _full_rank("X, centred,", centred(X))
    factor = np.linalg.cholesky(X.T @ X / len(X))
    return np.linalg.solve(factor, X.T).T


@checked
def loss(X: Num[np.ndarray, "n dx"], Y: Num[np.ndarray, "n dy"], A: Num[np.ndarray, "dy p"], B: Num[np.ndarray, "p dx"]) -> float:
    """Half the mean squared error of the network x -> A B x (12.1).

    Args:
        X: inputs, a row a sample.
        Y: targets, a row a sample.
        A: second layer.
        B: first layer.

    >>> loss(np.eye(2), 2 * np.eye(2), np.ones((2, 1)), np.zeros((1, 2)))
    2.0
    """
    X, Y = array("X", X, ndim=2), same_length("Y", array("Y", Y, ndim=2), "X", X)
    A, B = pair(A, B, dx=X.shape[1], dy=Y.shape[1])
    return float(((Y - X @ (A @ B).T) ** 2).sum() / (2 * len(X)))  # (12.1)


@checked
def product_loss(m: Moments, W: Num[np.ndarray, "dy dx"]) -> float:
    """The loss of the linear map W from the sums alone, (tr Σ_yy - 2 tr WΣ_xy + tr WΣ_xxWᵀ) / 2n.

    Args:
        m: sums over the data.
        W: a linear map, for a network W = AB.
    """
    W = array("W", W, shape=m.yx.shape)
    return float((np.trace(m.yy) - 2 * (W * m.yx).sum() + ((W @ m.xx) * W).sum()) / (2 * m.n))


@checked
def least_squares(m: Moments) -> Float[np.ndarray, "dy dx"]:
    """L* = Σ_yx Σ_xx⁻¹, the best linear map without a bottleneck (12.2).

    >>> least_squares(moments(np.eye(2), 3 * np.eye(2))).tolist()
    [[3.0, 0.0], [0.0, 3.0]]
    """
    return np.linalg.solve(m.xx, m.yx.T).T  # (12.2)


def projection(M: Num[np.ndarray, "d k"]) -> Float[np.ndarray, "d d"]:
    """P_M = M (MᵀM)⁻¹ Mᵀ, the orthogonal projection onto the columns of M.

    Raises:
        ValueError: if the columns of M are dependent.

    >>> projection(np.array([[1.0], [1.0]])).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    M = _full_rank("M", M)
    return M @ np.linalg.solve(M.T @ M, M.T)


@checked
def best_B(m: Moments, A: Num[np.ndarray, "dy p"]) -> Float[np.ndarray, "p dx"]:
    """B̂(A) = (AᵀA)⁻¹AᵀΣ_yxΣ_xx⁻¹, the minimiser of the convex problem in B for fixed A (12.3), Fact 12.1.

    Args:
        m: sums over the data.
        A: second layer, with independent columns.

    Raises:
        ValueError: if A has dependent columns (always so for p > dy).
    """
    A = _full_rank("A", array("A", A, shape=(len(m.yy), None)))
    return np.linalg.solve(A.T @ A, A.T @ least_squares(m))  # (12.3)


@checked
def stationarity_in_A(
    m: Moments, A: Num[np.ndarray, "dy p"], B: Num[np.ndarray, "p dx"]
) -> tuple[Float[np.ndarray, "dy p"], Float[np.ndarray, "dy p"]]:
    """Both sides of ABΣ_xxBᵀ = Σ_yxBᵀ, equal exactly where ∂ℓ/∂A = 0 (12.4), Fact 12.2."""
    A, B = pair(A, B, dx=len(m.xx), dy=len(m.yy))
    return A @ B @ m.xx @ B.T, m.yx @ B.T  # (12.4)


@checked
def best_A(m: Moments, B: Num[np.ndarray, "p dx"]) -> Float[np.ndarray, "dy p"]:
    """Â(B) = Σ_yxBᵀ(BΣ_xxBᵀ)⁻¹, the minimiser of the convex problem in A for fixed B (12.5).

    Args:
        m: sums over the data.
        B: first layer, with independent rows.

    Raises:
        ValueError: if B has dependent rows.
    """
    B = _full_rank("Bᵀ", array("B", B, shape=(None, len(m.xx))).T).T
    return np.linalg.solve(B @ m.xx @ B.T, B @ m.yx.T).T  # (12.5)


@checked
def projected_least_squares(m: Moments, A: Num[np.ndarray, "dy p"]) -> Float[np.ndarray, "dy dx"]:
    """W = P_A Σ_yxΣ_xx⁻¹, the network with the best B: least squares, then a projection onto the columns of A (12.6)."""
    return projection(array("A", A, shape=(len(m.yy), None))) @ least_squares(m)  # (12.6)


@checked
def commutators(m: Moments, A: Num[np.ndarray, "dy p"]) -> tuple[Float[np.ndarray, "dy dy"], Float[np.ndarray, "dy dy"]]:
    """P_AΣ - ΣP_A and P_AΣ - P_AΣP_A, both zero exactly where some B makes (A, B) critical (Fact 12.3).

    Args:
        m: sums over the data.
        A: second layer, with independent columns.
    """
    P, Σ = projection(array("A", A, shape=(len(m.yy), None))), m.explained
    return P @ Σ - Σ @ P, P @ Σ - P @ Σ @ P


@checked
def gradients(
    m: Moments, A: Num[np.ndarray, "dy p"], B: Num[np.ndarray, "p dx"]
) -> tuple[Float[np.ndarray, "dy p"], Float[np.ndarray, "p dx"]]:
    """∂ℓ/∂A and ∂ℓ/∂B, by hand."""
    A, B = pair(A, B, dx=len(m.xx), dy=len(m.yy))
    G = (A @ B @ m.xx - m.yx) / m.n
    return G @ B.T, A.T @ G


@checked
def alternate(m: Moments, A: Num[np.ndarray, "dy p"], *, rounds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Solve for B, then for A, then for B, ...: the pairs (A, B̂(A)) after 0, 1, ..., `rounds` rounds.

    Args:
        m: sums over the data.
        A: where to start, with independent columns.
        rounds: how often to solve for A.
    """
    states = [(A, best_B(m, A))]
    for _ in range(count("rounds", rounds)):
        A = np.linalg.qr(best_A(m, states[-1][1]))[0]
        states.append((A, best_B(m, A)))
    return states


def _full_rank(name, M):
    M = array(name, M, ndim=2)
    rank = np.linalg.matrix_rank(M)
    if rank < M.shape[1]:
        raise ValueError(f"{name} must have independent columns; rank {rank} of {M.shape[1]}")
    return M
