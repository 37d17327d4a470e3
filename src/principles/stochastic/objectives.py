"""Finite sums: the average over n samples of a loss of the weights, with gradients for many weight vectors at once.

Weights W have shape (..., p): every leading index is a run of its own. Sample i costs
ℓⁱ(w) = loss(w·xⁱ, yⁱ) + penalty/2 ‖w‖².
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import expit

from principles.signatures import checked
from principles.validation import array, count, generator, number, same_length, signs


@dataclass(frozen=True)
class Loss:
    """A loss of the prediction z = w·x on a target y, with its first two derivatives in z."""

    name: str
    value: Callable
    slope: Callable
    curvature: Callable
    most_curvature: float


SQUARED = Loss("squared", lambda z, y: (z - y) ** 2 / 2, lambda z, y: z - y, lambda z, y: np.ones_like(z * y), 1.0)
LOGISTIC = Loss(
    "logistic",
    lambda z, y: np.logaddexp(0.0, -y * z),
    lambda z, y: -y * expit(-y * z),
    lambda z, y: expit(z) * expit(-z),
    0.25,
)


@dataclass(frozen=True)
class FiniteSum:
    """The objective ℓ(w) = (1/n) Σ ℓⁱ(w) over a finite data set, with ℓⁱ(w) = loss(w·xⁱ, yⁱ) + penalty/2 ‖w‖² (11.2).

    Args:
        X: inputs, shape (n, p).
        y: targets, shape (n,); -1 or +1 for `LOGISTIC`.
        loss: `SQUARED` or `LOGISTIC`.
        penalty: weight decay, at least 0.
    """

    X: np.ndarray
    y: np.ndarray
    loss: Loss = SQUARED
    penalty: float = 0.0

    def __post_init__(self):
        array("X", self.X, ndim=2)
        array("y", self.y, ndim=1)
        same_length("y", self.y, "X", self.X)
        number("penalty", self.penalty, least=0)
        if not isinstance(self.loss, Loss):
            raise TypeError(f"loss must be a Loss, SQUARED or LOGISTIC; got {self.loss!r}")
        if self.loss is LOGISTIC:
            signs("y", self.y)

    @property
    def n(self):
        """Number of samples."""
        return len(self.X)


def _weights(problem, W, ndim=None):
    name = "w" if ndim == 1 else "W"
    W = array(name, W, ndim=ndim)
    if W.ndim == 0 or W.shape[-1] != problem.X.shape[1]:
        raise ValueError(f"{name} must have {problem.X.shape[1]} entries, one a column of X; got shape {W.shape}")
    return W


@checked
def mean_loss(problem: FiniteSum, W: Float[np.ndarray, "*r p"]) -> Float[np.ndarray, "*r"]:
    """ℓ(w) = (1/n) Σ ℓⁱ(w) for every w in W (11.2).

    >>> two = FiniteSum(np.ones((2, 1)), np.array([0.0, 2.0]))
    >>> float(mean_loss(two, np.array([1.0])))
    0.5
    """
    W = _weights(problem, W)
    losses = problem.loss.value(W @ problem.X.T, problem.y)
    return np.asarray(losses.mean(axis=-1) + problem.penalty / 2 * (W**2).sum(axis=-1))  # (11.2)


@checked
def gradient(problem: FiniteSum, W: Float[np.ndarray, "*r p"]) -> Float[np.ndarray, "*r p"]:
    """The full gradient ∇ℓ(w) = (1/n) Σ ∇ℓⁱ(w) for every w in W."""
    W = _weights(problem, W)
    slopes = problem.loss.slope(W @ problem.X.T, problem.y)
    return slopes @ problem.X / problem.n + problem.penalty * W


@checked
def sample_gradients(problem: FiniteSum, w: Float[np.ndarray, " p"]) -> Float[np.ndarray, "n p"]:
    """∇ℓⁱ(w), a row a sample; drawing a row uniformly is unbiased, E_ω[∇ℓ^ω(w)] = ∇ℓ(w) (11.8)."""
    w = _weights(problem, w, 1)
    slopes = problem.loss.slope(problem.X @ w, problem.y)
    return slopes[:, None] * problem.X + problem.penalty * w


def samples(name: str, value: Int[np.ndarray, "*t"], n: int, *, ndim: int = 1) -> Int[np.ndarray, "*t"]:
    """`value` as an array of `ndim` axes that holds indices of samples, whole numbers from 0 to n − 1.

    Raises:
        TypeError: if it does not hold whole numbers.
        ValueError: if it is empty, has other axes, or an index is outside.
    """
    indices = np.asarray(value)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold whole numbers, indices of samples; got dtype {indices.dtype}")
    if indices.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes; got shape {indices.shape}")
    if indices.size == 0 or indices.min() < 0 or indices.max() >= count("n", n):
        held = f"{indices.min()} to {indices.max()}" if indices.size else "nothing"
        raise ValueError(f"{name} must hold indices from 0 to {n - 1}; got {held}")
    return indices


@checked
def batch_gradient(problem: FiniteSum, W: Float[np.ndarray, "r p"], batch: Int[np.ndarray, "r b"]) -> Float[np.ndarray, "r p"]:
    """∇ℓ_b(w) = (1/b) Σ_k ∇ℓ^{ω_k}(w), the gradient on a mini-batch of its own for each row of W (11.4).

    Args:
        problem: the finite sum.
        W: weights, a row a run.
        batch: the indices ω_1, ..., ω_b of each run's mini-batch.

    Raises:
        ValueError: if an index is no sample, or batch and W have other numbers of rows.
    """
    W, batch = _weights(problem, W, 2), samples("batch", batch, problem.n, ndim=2)
    if len(batch) != len(W):
        raise ValueError(f"batch must hold a row of samples for each row of W; got shapes {batch.shape} and {W.shape}")
    x, y = problem.X[batch], problem.y[batch]
    slopes = problem.loss.slope(np.einsum("rbp,rp->rb", x, W), y)
    return np.einsum("rb,rbp->rp", slopes, x) / batch.shape[1] + problem.penalty * W  # (11.4)


@checked
def hessian(problem: FiniteSum, w: Float[np.ndarray, " p"]) -> Float[np.ndarray, "p p"]:
    """∇²ℓ(w) = (1/n) Σ loss''(w·xⁱ, yⁱ) xⁱxⁱᵀ + penalty·I."""
    w = _weights(problem, w, 1)
    curvatures = problem.loss.curvature(problem.X @ w, problem.y)
    return (problem.X.T * curvatures) @ problem.X / problem.n + problem.penalty * np.eye(problem.X.shape[1])


@checked
def minimum(problem: FiniteSum) -> Float[np.ndarray, " p"]:
    """The minimiser w* by Newton's method (one step for the squared loss).

    Raises:
        ValueError: if there is none to be found: separable data without penalty have no minimiser, and the curvature dies out.
    """
    w = np.zeros(problem.X.shape[1])
    for _ in range(100):
        slope = gradient(problem, w)
        H = hessian(problem, w)
        if np.linalg.eigvalsh(H)[0] < 1e-12:
            break
        if np.abs(slope).max() < 1e-12:
            return w
        w = w - np.linalg.solve(H, slope)
    raise ValueError(
        "problem must have one minimiser; here the curvature or the steps of Newton's method die out before the gradient does"
    )


@checked
def curvatures(problem: FiniteSum) -> tuple[float, float]:
    """m and L of the full objective: eigenvalues of the Hessian, or their bounds over all w for the logistic loss."""
    eigenvalues = np.linalg.eigvalsh(problem.X.T @ problem.X / problem.n)
    least = eigenvalues[0] if problem.loss is SQUARED else 0.0
    return float(least + problem.penalty), float(problem.loss.most_curvature * eigenvalues[-1] + problem.penalty)


def linear_data(n: int, scales: Float[np.ndarray, " p"], *, noise_std: float, rng: np.random.Generator) -> FiniteSum:
    """Least squares with Gaussian inputs of the given standard deviations and y = Σ_j x_j + noise."""
    scales = array("scales", scales, ndim=1)
    X = generator("rng", rng).normal(size=(count("n", n), len(scales))) * scales
    return FiniteSum(X, X.sum(axis=1) + number("noise_std", noise_std, least=0) * rng.normal(size=n))
