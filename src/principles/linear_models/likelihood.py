"""Maximum likelihood: least squares with a statement about its own errors.

The model says y = w·x + b + ε with Gaussian noise ε of variance `noise_variance`,
the same at every x. `noise_std` is its square root.
"""

from dataclasses import dataclass

import numpy as np
import scipy.optimize
import scipy.stats
from jaxtyping import Bool, Float, Num

from principles import validation as valid
from principles.linear_models import least_squares
from principles.signatures import checked


@dataclass(frozen=True)
class GaussianModel:
    """A fitted statistical model: y is Gaussian around w·x + b with variance `noise_variance`."""

    w: Float[np.ndarray, " d"]
    b: float
    noise_variance: float

    def __post_init__(self):
        valid.number("noise_variance", self.noise_variance, above=0)


@dataclass(frozen=True)
class Band:
    """Lower and upper ends of predictive intervals, one a sample."""

    lower: Float[np.ndarray, " n"]
    upper: Float[np.ndarray, " n"]


def simulate(
    X: Num[np.ndarray, "n d"], w: Num[np.ndarray, " d"], b: float, *, noise_std: float, rng: np.random.Generator
) -> Float[np.ndarray, " n"]:
    """Targets drawn from the statistical model y = w·x + b + ε with ε ~ N(0, noise_std²) (2.5).

    Args:
        X: inputs, shape (n, d).
        w: weights, shape (d,).
        b: bias.
        noise_std: σ, the standard deviation of the noise, in the unit of y; not negative.
        rng: the source of randomness.

    Returns:
        n targets.
    """
    noise_std = valid.number("noise_std", noise_std, least=0)
    ε = valid.generator("rng", rng).normal(0.0, noise_std, size=len(X))
    return least_squares.predict(X, w, b) + ε  # (2.5)


def density(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], w: Num[np.ndarray, " d"], b: float, *, noise_variance: float
) -> Float[np.ndarray, " n"]:
    """The conditional density p(yⁱ | xⁱ; w, b) of each target under the statistical model (2.5).

    A density, not a probability: its unit is one over that of y and it may exceed 1.

    Example:
        >>> density(np.array([[0.0]]), np.array([0.0]), np.array([1.0]), 0.0, noise_variance=1 / (2 * np.pi))
        array([1.])
    """
    s2 = valid.number("noise_variance", noise_variance, above=0)
    residuals = _residuals(X, y, w, b)
    return np.exp(-(residuals**2) / (2 * s2)) / np.sqrt(2 * np.pi * s2)


def negative_log_likelihood(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], w: Num[np.ndarray, " d"], b: float, *, noise_variance: float
) -> float:
    """The objective −log p(D; w, b) of maximum likelihood, in its three terms (2.6).

    n/2 log σ² + n/2 log 2π + Σᵢ (yⁱ − w·xⁱ − b)² / (2σ²).

    Args:
        X: inputs, shape (n, d).
        y: targets, shape (n,).
        w: weights, shape (d,).
        b: bias.
        noise_variance: σ², positive.

    Raises:
        ValueError: if `noise_variance` is not positive.

    Example:
        >>> X, y, w = np.array([[0.0]]), np.array([0.0]), np.array([1.0])
        >>> negative_log_likelihood(X, y, w, 0.0, noise_variance=1 / (2 * np.pi))
        0.0
    """
    n, s2 = len(y), valid.number("noise_variance", noise_variance, above=0)
    return float(n / 2 * np.log(s2) + n / 2 * np.log(2 * np.pi) + scaled_squares(X, y, w, b, noise_variance=s2))


def scaled_squares(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], w: Num[np.ndarray, " d"], b: float, *, noise_variance: float
) -> float:
    """The only term of the negative log-likelihood that knows w and b: Σᵢ (yⁱ − w·xⁱ − b)² / (2σ²) (2.7).

    Args:
        X: inputs, shape (n, d).
        y: targets, shape (n,).
        w: weights, shape (d,).
        b: bias.
        noise_variance: σ², positive.

    Example:
        >>> scaled_squares(np.array([[0.0]]), np.array([3.0]), np.array([1.0]), 1.0, noise_variance=2.0)
        1.0
    """
    s2 = valid.number("noise_variance", noise_variance, above=0)
    residuals = _residuals(X, y, w, b)
    return float(np.sum(residuals**2) / (2 * s2))  # (2.7)


def search(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, noise_variance: float) -> least_squares.Affine:
    """The w and b of largest likelihood, found by a numerical search that knows only the objective's values (2.6).

    Slow and blind on purpose: it uses no gradient and no least squares, so it can check both.
    """
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)

    def surprise(v):
        return negative_log_likelihood(X, y, v[:-1], float(v[-1]), noise_variance=noise_variance)

    start = np.zeros(X.shape[1] + 1)
    v = scipy.optimize.minimize(surprise, start, method="Powell", options={"xtol": 1e-10, "ftol": 1e-14}).x
    return least_squares.Affine(v[:-1], float(v[-1]))


def fit(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> GaussianModel:
    """All three unknowns w, b and σ² by maximum likelihood: least squares, then the mean squared residual (2.6).

    Args:
        X: inputs, shape (n, d).
        y: targets, shape (n,).

    Returns:
        The maximiser. Its noise variance is too small on average, by the factor (n − d − 1)/n.

    Raises:
        ValueError: if some w and b fit every target, so that the likelihood has no maximum.
    """
    affine = least_squares.minimum_norm(X, y)
    variance = 2 * least_squares.objective(X, y, affine.w, affine.b)
    if variance <= 1e-20 * float(np.mean(np.square(y))):
        raise ValueError(
            f"some target must differ from its prediction; all {len(y)} are fitted, and the likelihood grows as σ shrinks"
        )
    return GaussianModel(affine.w, affine.b, variance)


@checked
def interval(model: GaussianModel, X: Num[np.ndarray, "n d"], *, level: float) -> Band:
    """The middle `level` of the predicted distribution N(w·x + b, σ²) at every row of X, taking the fit at its word.

    Args:
        model: a fitted model.
        X: new inputs, shape (n, d).
        level: share of new targets meant to fall inside, between 0 and 1.
    """
    level = valid.number("level", level, above=0, below=1)
    centre, std = least_squares.predict(X, model.w, model.b), np.sqrt(model.noise_variance)
    reach = scipy.stats.norm.ppf((1 + level) / 2) * std
    return Band(centre - reach, centre + reach)


@checked
def student_interval(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], X_new: Num[np.ndarray, "m d"], *, level: float) -> Band:
    """The interval that owns up to a fit from n samples: Student's t, widened by the doubt about w and b.

    Under the Gaussian model it contains a new target with probability `level`, for every n > d + 1.

    Args:
        X: the inputs of the fit, shape (n, d), with n > d + 1 and X̃ of full column rank.
        y: their targets.
        X_new: new inputs.
        level: between 0 and 1.

    Raises:
        ValueError: if n ≤ d + 1, which leaves no residual to estimate the noise from.
    """
    ν, level = _freedom(X), valid.number("level", level, above=0, below=1)
    affine = least_squares.normal_equations(X, y)
    s2 = 2 * len(y) * least_squares.objective(X, y, affine.w, affine.b) / ν
    reach = scipy.stats.t.ppf((1 + level) / 2, ν) * np.sqrt(s2 * (1 + leverage(X, X_new)))
    centre = least_squares.predict(X_new, affine.w, affine.b)
    return Band(centre - reach, centre + reach)


@checked
def leverage(X: Num[np.ndarray, "n d"], X_new: Num[np.ndarray, "m d"]) -> Float[np.ndarray, " m"]:
    """The variance of the prediction at each new input, from the noise in the training targets, in units of σ²."""
    A, A_new = least_squares.append_one(X), least_squares.append_one(X_new)
    valid.array("X_new", X_new, shape=(None, A.shape[1] - 1))
    if (rank := np.linalg.matrix_rank(A)) < A.shape[1]:
        raise ValueError(f"X with ones appended must have rank {A.shape[1]}; it has rank {rank}")
    R = np.linalg.qr(A)[1]
    return np.sum(np.linalg.solve(R.T, A_new.T) ** 2, axis=0)


def standard_errors(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Float[np.ndarray, " d"]:
    """How uncertain each fitted weight is: the standard deviation of w* over redrawn noise, estimated from the residuals."""
    ν, A = _freedom(X), least_squares.append_one(X)
    affine = least_squares.normal_equations(X, y)
    s2 = 2 * len(y) * least_squares.objective(X, y, affine.w, affine.b) / ν
    return np.sqrt(s2 * np.diag(np.linalg.inv(A.T @ A)))[:-1]


@checked
def expected_coverage(X: Num[np.ndarray, "n d"], X_new: Num[np.ndarray, "m d"], *, level: float) -> Float[np.ndarray, " m"]:
    """The probability with which `interval` of a model fitted at X holds a new target at each row of X_new.

    Exact under the Gaussian model, whatever w, b and σ are; below `level`, and far below it when n is near d + 1.
    """
    ν, n, level = _freedom(X), len(X), valid.number("level", level, above=0, below=1)
    z = scipy.stats.norm.ppf((1 + level) / 2)
    return 1 - 2 * scipy.stats.t.sf(z * np.sqrt(ν / n) / np.sqrt(1 + leverage(X, X_new)), ν)


@checked
def inside(band: Band, y: Num[np.ndarray, " n"]) -> Bool[np.ndarray, " n"]:
    """Which targets fall into their interval; the mean of the answer is the measured coverage."""
    y = valid.same_length("y", valid.array("y", y, ndim=1), "band", band.lower)
    return (band.lower <= y) & (y <= band.upper)


def _residuals(X, y, w, b):
    y = valid.same_length("y", valid.array("y", y, ndim=1), "X", X)
    return y - least_squares.predict(X, w, b)


def _freedom(X):
    n, d = valid.array("X", X, ndim=2).shape
    if n <= d + 1:
        raise ValueError(f"X must have more than d + 1 = {d + 1} rows, or no residual is left to judge the noise by; got {n}")
    return n - d - 1
