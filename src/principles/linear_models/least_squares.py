"""Least squares: the affine predictor, its objective, and four ways to the minimum.

A fit is a pair of weights `w` (one a feature) and bias `b`. With a 1 appended to
every input the two become one vector [w, b] of d + 1 entries.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from jaxtyping import Float, Num

from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Affine:
    """Weights `w` of shape (d,) and bias `b` of a predictor w·x + b."""

    w: Float[np.ndarray, " d"]
    b: float

    @property
    def stacked(self) -> Float[np.ndarray, " d_plus_1"]:
        """The weights and the bias in one vector [w, b]."""
        return np.append(self.w, self.b)

    def predict(self, X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
        """The predictions w·x + b at every row of X."""
        return predict(X, self.w, self.b)


def append_one(X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n d_plus_1"]:
    """The matrix X̃ whose i-th row is [xⁱ, 1], which hides the bias among the weights.

    Example:
        >>> append_one(np.array([[2.0], [3.0]]))
        array([[2., 1.],
               [3., 1.]])
    """
    X = valid.array("X", X, ndim=2)
    return np.column_stack([X, np.ones(len(X))])


@checked
def predict(X: Num[np.ndarray, "n d"], w: Num[np.ndarray, " d"], b: float) -> Float[np.ndarray, " n"]:
    """The affine predictor f(x; w, b) = w·x + b at every row of X (2.1).

    Args:
        X: inputs, a row a sample, shape (n, d).
        w: weights, one a feature.
        b: bias, the prediction at x = 0.

    Returns:
        n predictions, in the unit of the targets.

    Raises:
        ValueError: if X and w disagree about the number of features.

    Example:
        >>> predict(np.array([[1.0, 2.0]]), np.array([3.0, 4.0]), 5.0)
        array([16.])
    """
    X, w = valid.array("X", X, ndim=2), valid.array("w", w, ndim=1)
    if X.shape[1] != len(w):
        raise ValueError(f"w must have one weight a feature; X has {X.shape[1]} features, w has {len(w)} weights")
    return X @ w + valid.number("b", b)  # (2.1)


@checked
def objective(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], w: Num[np.ndarray, " d"], b: float) -> float:
    """The average over the samples of ½ (yⁱ − ŷⁱ)² (2.2).

    Args:
        X: inputs, shape (n, d).
        y: targets, shape (n,).
        w: weights, shape (d,).
        b: bias.

    Returns:
        ℓ(w, b), in squared units of the targets. Half of what other libraries call the mean squared error.

    Raises:
        ValueError: if X and y differ in length, or X and w in the number of features.

    Example:
        >>> objective(np.array([[0.0], [1.0]]), np.array([0.0, 3.0]), np.array([1.0]), 0.0)
        1.0
    """
    X, y = _samples(X, y)
    residuals = y - predict(X, w, b)
    return float(np.sum(residuals**2) / (2 * len(y)))  # (2.2)


@checked
def error(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], fit: Affine) -> float:
    """The root of the mean squared residual of a fit on these samples, in the unit of y."""
    return float(np.sqrt(2 * objective(X, y, fit.w, fit.b)))


@checked
def gradient(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], w: Num[np.ndarray, " d"], b: float) -> Affine:
    """The gradient of the objective: its parts along w and along b, −X̃ᵀ(Y − X̃[w, b]) / n."""
    X, y = _samples(X, y)
    slope = -append_one(X).T @ (y - predict(X, w, b)) / len(y)
    return Affine(slope[:-1], float(slope[-1]))


@checked
def normal_equations(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Affine:
    """The stacked solution [w*, b*] = (X̃ᵀX̃)⁻¹ X̃ᵀY, where it exists (2.4).

    Args:
        X: inputs, shape (n, d), at least d + 1 of them.
        y: targets, shape (n,).

    Returns:
        The only minimiser of the objective.

    Raises:
        ValueError: if the columns of X̃ are linearly dependent, so that X̃ᵀX̃ has no inverse.

    Example:
        >>> fit = normal_equations(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
        >>> round(float(fit.w[0]), 6), round(fit.b, 6)
        (2.0, 1.0)
    """
    X, y = _samples(X, y)
    A = append_one(X)
    if (rank := np.linalg.matrix_rank(A)) < A.shape[1]:
        raise ValueError(f"X with ones appended must have rank {A.shape[1]}; it has rank {rank}, so use minimum_norm instead")
    stacked = np.linalg.solve(A.T @ A, A.T @ y)  # (2.4)
    return Affine(stacked[:-1], float(stacked[-1]))


@checked
def orthogonal(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Affine:
    """The minimiser of the objective by a QR factorisation of X̃, which never forms X̃ᵀX̃ (2.3).

    With X̃ = QR the objective is ‖R[w, b] − QᵀY‖² plus a constant: one triangular system.

    Args:
        X: inputs, shape (n, d), with X̃ of full column rank.
        y: targets, shape (n,).

    Raises:
        ValueError: if the columns of X̃ are linearly dependent.
    """
    X, y = _samples(X, y)
    A = append_one(X)
    if (rank := np.linalg.matrix_rank(A)) < A.shape[1]:
        raise ValueError(f"X with ones appended must have rank {A.shape[1]}; it has rank {rank}, so use minimum_norm instead")
    Q, R = np.linalg.qr(A)
    stacked = scipy.linalg.solve_triangular(R, Q.T @ y)
    return Affine(stacked[:-1], float(stacked[-1]))


@checked
def minimum_norm(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Affine:
    """A minimiser of the objective for any data: of all [w, b] that reach the minimum, the shortest (2.3).

    This is what `numpy.linalg.lstsq` computes from the singular values of X̃. Where X̃ has full
    column rank it is the only minimiser.

    Args:
        X: inputs, shape (n, d), any n and d.
        y: targets, shape (n,).

    Example:
        >>> fit = minimum_norm(np.array([[1.0, 1.0], [3.0, 3.0]]), np.array([2.0, 6.0]))
        >>> [round(float(v), 6) + 0.0 for v in (*fit.w, fit.b)]
        [1.0, 1.0, 0.0]
    """
    X, y = _samples(X, y)
    stacked = np.linalg.lstsq(append_one(X), y, rcond=None)[0]  # (2.3)
    return Affine(stacked[:-1], float(stacked[-1]))


@checked
def descend(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, steps: int) -> Iterator[Affine]:
    """Every state of gradient descent on the objective from w = 0, b = 0, `steps` + 1 of them (2.3).

    The step is 1/L, where L is the largest eigenvalue of X̃ᵀX̃/n: the largest curvature of the
    objective, so that no step overshoots. Standardise the features first, or many steps are needed.

    Args:
        X: inputs, shape (n, d).
        y: targets, shape (n,).
        steps: how many.

    Raises:
        ValueError: if X̃ᵀX̃ overflows, or the weights do, to NaN.
    """
    X, y = _samples(X, y)
    A = append_one(X)
    largest = np.linalg.eigvalsh(valid.array("X̃ᵀX̃/n", A.T @ A / len(y)))[-1]
    stacked = np.zeros(A.shape[1])
    for step in range(valid.count("steps", steps, least=0) + 1):
        if step:
            stacked = stacked + A.T @ (y - A @ stacked) / (len(y) * largest)
        yield Affine(stacked[:-1], float(stacked[-1]))


def flat_directions(X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "k d_plus_1"]:
    """Orthonormal directions [w, b] along which no prediction at X, hence no objective, changes.

    There are d + 1 − rank X̃ of them. None means that the normal equations have one solution.
    """
    return np.ascontiguousarray(scipy.linalg.null_space(append_one(X)).T)


@checked
def mean_distances(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], w: Num[np.ndarray, " d"], b: float
) -> tuple[float, float]:
    """Mean distance of the points (xⁱ, yⁱ) to the plane y = w·x + b: along the y axis, and perpendicular to the plane.

    Example:
        >>> mean_distances(np.array([[0.0]]), np.array([5.0]), np.array([0.75]), 0.0)
        (5.0, 4.0)
    """
    X, y = _samples(X, y)
    w = valid.array("w", w, ndim=1)
    vertical = np.abs(y - predict(X, w, b)).mean()
    return float(vertical), float(vertical / np.sqrt(1 + w @ w))


@checked
def total_least_squares(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Affine:
    """The plane with the least mean squared perpendicular distance to the points (xⁱ, yⁱ).

    Its normal is the last right singular vector of the centred points.

    Raises:
        ValueError: if that plane is vertical, so that it is no function of x.
    """
    X, y = _samples(X, y)
    points = np.column_stack([X, y])
    centre = points.mean(axis=0)
    normal = np.linalg.svd(points - centre)[2][-1]
    if abs(normal[-1]) < 1e-12:
        raise ValueError(f"the closest plane must not be vertical; its normal is {normal}")
    w = -normal[:-1] / normal[-1]
    return Affine(w, float(centre[-1] - w @ centre[:-1]))


def _samples(X, y):
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)
    valid.same_length("X", X, "y", y)
    return X, y
