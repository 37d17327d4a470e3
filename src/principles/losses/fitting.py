"""Linear models that minimise the losses of regression, and where the minimum puts a constant.

A design `A` holds a row of features a sample, the constant 1 among them if a bias is wanted.
"""

import numpy as np
from jaxtyping import Float, Num
from scipy.optimize import linprog

from principles import validation
from principles.losses import regression
from principles.signatures import checked


def least_squares(A: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"]) -> Float[np.ndarray, " p"]:
    """Weights that minimise the mean of the squared loss, from numpy's least squares."""
    A, y = _samples(A, y)
    return np.linalg.lstsq(A, y)[0]


def huber(A: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], *, delta: float) -> Float[np.ndarray, " p"]:
    """Weights that minimise the mean Huber loss, by least squares with weights min(1, δ/|r|) until nothing moves.

    Args:
        A: design, a row a sample.
        y: targets.
        delta: δ > 0, in the unit of the targets.

    Raises:
        ValueError: if δ is not positive, the lengths differ, or 10 000 rounds do not settle it.
    """
    A, y = _samples(A, y)
    δ, w = validation.number("delta", delta, above=0), least_squares(A, y)
    for _ in range(10_000):
        r = np.abs(A @ w - y)
        root = np.sqrt(np.minimum(1.0, δ / np.maximum(r, 1e-300)))
        w, old = np.linalg.lstsq(root[:, None] * A, root * y)[0], w
        if np.abs(A @ (w - old)).max() <= 1e-12 * max(1.0, np.abs(y).max()):
            return w
    raise ValueError(
        f"delta must let the fit settle in 10 000 rounds; got {δ:g}, with targets up to {np.abs(y).max():.3g} in size;"
        " is A close to losing rank?"
    )


def quantile(A: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], *, tau: float) -> Float[np.ndarray, " p"]:
    """Weights that minimise the mean quantile loss, as a linear program: y = A w + u - v with u, v ≥ 0 costs τu + (1 - τ)v.

    Args:
        A: design, a row a sample.
        y: targets.
        tau: 0 < τ < 1; τ = ½ minimises the absolute loss.

    Raises:
        ValueError: if τ is not strictly between 0 and 1, the lengths differ, or the columns of A are dependent.
    """
    A, y = _samples(A, y)
    (n, p), τ = A.shape, validation.number("tau", tau, above=0, below=1)
    cost = np.concatenate([np.zeros(p), np.full(n, τ), np.full(n, 1 - τ)])
    bounds = [(None, None)] * p + [(0, None)] * (2 * n)
    if np.linalg.matrix_rank(A) < p:
        raise ValueError(f"A must have independent columns, or the weights are not determined; got rank below {p}")
    found = linprog(cost, A_eq=np.hstack([A, np.eye(n), -np.eye(n)]), b_eq=y, bounds=bounds, method="highs")
    return found.x[:p]


def absolute(A: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"]) -> Float[np.ndarray, " p"]:
    """Weights that minimise the mean absolute loss: the quantile fit with τ = ½."""
    return quantile(A, y, tau=0.5)


def robust_fits(A: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], *, delta: float) -> dict[str, np.ndarray]:
    """The weights of the squared, the Huber and the absolute loss, by name."""
    return {"squared": least_squares(A, y), "Huber": huber(A, y, delta=delta), "absolute": absolute(A, y)}


@checked
def follow_outlier(y: Num[np.ndarray, " n"], places: Num[np.ndarray, " k"], *, delta: float) -> dict[str, np.ndarray]:
    """Where each loss puts a constant prediction when one more target stands at each of `places`."""
    ones = np.ones((len(y) + 1, 1))
    fits = [robust_fits(ones, np.append(y, place), delta=delta) for place in places]
    return {name: np.array([fit[name][0] for fit in fits]) for name in fits[0]}


@checked(unsigned=("noise_std",))
def contaminated_line(
    n: int, *, share: float, weights: Num[np.ndarray, " two"], noise_std: float, lift: float, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, " n"]]:
    """Samples of a line with Gaussian noise, a share of them, at the largest inputs, lifted: (design, targets).

    Args:
        n: number of samples, inputs evenly spread over [0, 10].
        share: of samples that are outliers.
        weights: bias and slope of the line.
        noise_std: of the honest noise.
        lift: added to the target of an outlier.
        rng: a numpy generator.
    """
    x = np.linspace(0, 10, validation.count("n", n))
    A = np.column_stack([np.ones(n), x])
    y = A @ validation.array("weights", weights, shape=(2,)) + rng.normal(size=n) * noise_std
    outliers = np.arange(n) >= n - round(validation.number("share", share, least=0, most=1) * n)
    return A, y + lift * outliers


def spreading_cloud(n: int, *, rng: np.random.Generator) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, " n"]]:
    """Samples y = 1 + x + (0.2 + 0.3 x) ε with Gaussian ε and x uniform on [0, 5]: every quantile is a line of its own."""
    x = validation.generator("rng", rng).uniform(0, 5, validation.count("n", n))
    return np.column_stack([np.ones(n), x]), 1 + x + (0.2 + 0.3 * x) * rng.normal(size=n)


def below_and_on(A: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], w: Num[np.ndarray, " p"]) -> tuple[float, float]:
    """Shares of the samples strictly below the plane A w, and below or on it (to rounding)."""
    A, y = _samples(A, y)
    r, tiny = y - A @ validation.array("w", w, shape=(A.shape[1],)), 1e-7 * max(1.0, np.abs(y).max())
    return float((r < -tiny).mean()), float((r <= tiny).mean())


@checked(sizes=True)
def mean_quantile_loss(A: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], w: Num[np.ndarray, " p"], *, tau: float) -> float:
    """The mean quantile loss of the linear predictions A w."""
    A, y = _samples(A, y)
    return float(regression.quantile(A @ w, y, tau=tau).mean())


def _samples(A, y):
    A, y = validation.array("A", A, ndim=2), validation.array("y", y, ndim=1)
    validation.same_length("A", A, "y", y)
    return A, y
