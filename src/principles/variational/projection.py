"""The best member of a family, in either order of the two arguments of the divergence."""

import numpy as np
from jaxtyping import Float
from scipy import optimize
from scipy.special import logsumexp

from principles.signatures import checked
from principles.validation import array, covariance, distribution, number
from principles.variational import gaussians


def factored_exclusive(cov: Float[np.ndarray, "d d"]) -> Float[np.ndarray, " d"]:
    """Variances of the factored Gaussian nearest to N(m, Σ) in KL(q ‖ p), the minimiser of (15.1): 1 / (Σ⁻¹)_jj.

    >>> factored_exclusive(np.array([[1.0, 0.6], [0.6, 1.0]])).round(6).tolist()
    [0.64, 0.64]
    """
    return 1 / np.diag(np.linalg.inv(covariance("cov", cov)))


def factored_inclusive(cov: Float[np.ndarray, "d d"]) -> Float[np.ndarray, " d"]:
    """Variances of the factored Gaussian nearest to N(m, Σ) in KL(p ‖ q): Σ_jj, the marginals' own."""
    return np.diag(covariance("cov", cov)).copy()


@checked
def factored_numerically(mean, cov: Float[np.ndarray, "d d"], *, exclusive: bool):
    """Mean and variances of the nearest factored Gaussian by numerical minimisation of the divergence.

    Args:
        mean, cov: of p.
        exclusive: minimise KL(q ‖ p); otherwise KL(p ‖ q).
    """
    mean, cov = array("mean", mean, ndim=1), covariance("cov", array("cov", cov, shape=(len(mean), len(mean))))
    d = len(mean)

    def objective(parameters):
        μ, Σ = parameters[:d], np.diag(np.exp(parameters[d:]))
        return gaussians.kl(μ, Σ, mean, cov) if exclusive else gaussians.kl(mean, cov, μ, Σ)

    result = optimize.minimize(objective, np.zeros(2 * d), method="BFGS", options={"gtol": 1e-9})
    return result.x[:d], np.exp(result.x[d:])


@checked
def fit_on_grid(p: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"], *, start: tuple[float, float]):
    """Mean and standard deviation of the Gaussian q with the least KL(q ‖ p), by quadrature on a grid.

    Args:
        p: a density on the grid, need not be normalised.
        grid: equally spaced points that carry nearly all of q.
        start: the first mean and standard deviation.
    """
    p, grid = array("p", p, ndim=1), array("grid", grid, shape=np.shape(p))
    if (p < 0).any():
        raise ValueError(f"p must not be negative; entry {int(p.argmin())} is {p.min():g}")
    h, log_p = _spacing(grid), np.log(np.maximum(p, 1e-300))
    first = [number("the first mean", start[0]), np.log(number("the first standard deviation", start[1], above=0))]

    def objective(parameters):
        μ, s = parameters
        q = np.exp(-0.5 * ((grid - μ) / np.exp(s)) ** 2 - s - 0.5 * np.log(2 * np.pi))
        return -s - h * (q @ log_p)

    result = optimize.minimize(objective, first, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13})
    return float(result.x[0]), float(np.exp(result.x[1]))


def moment_match(weights: Float[np.ndarray, " k"], means: Float[np.ndarray, "k d"], covs: Float[np.ndarray, "k d d"]):
    """Mean and covariance of a mixture, the Gaussian with the least KL(p ‖ q)."""
    w, m, covs = _mixture(weights, means, covs)
    centre = w @ m
    spread = m - centre
    return centre, np.einsum("k,kij->ij", w, covs) + (spread.T * w) @ spread


def exclusive_to_mixture(weights, means, covs, *, start: Float[np.ndarray, " d"], draws: Float[np.ndarray, "n d"]):
    """Mean, covariance and value of a local minimum of KL(q ‖ p) over Gaussians q, p a mixture.

    The expectation over q is an average over fixed standard normal draws, pushed through
    z = μ + Lε, so the objective is smooth and the same at every call.

    Args:
        weights, means, covs: of the mixture.
        start: the first mean; the first covariance is I.
        draws: standard normal rows.

    Raises:
        ValueError: if the draws do not spread in all directions, where nothing bounds q, or 200 iterations are too few.
    """
    weights, means, covs = _mixture(weights, means, covs)
    start = array("start", start, shape=means.shape[1:])
    draws, d, lower = array("draws", draws, shape=(None, len(start))), len(start), np.tril_indices(len(start))
    if np.linalg.matrix_rank(draws - draws.mean(axis=0)) < d:
        raise ValueError(f"draws must spread in all {d} directions, or the covariance is not bounded")

    def unpack(parameters):
        L = np.zeros((d, d))
        L[lower] = parameters[d:]
        L[np.diag_indices(d)] = np.exp(np.diag(L))
        return parameters[:d], L

    def objective(parameters):
        μ, L = unpack(parameters)
        z = μ + draws @ L.T
        logs = [np.log(w) + gaussians.log_density(z, m, S) for w, m, S in zip(weights, means, covs)]
        return -np.log(np.diag(L)).sum() - logsumexp(logs, axis=0).mean()

    first = np.concatenate([start, np.zeros(len(lower[0]))])
    result = optimize.minimize(objective, first, method="BFGS", options={"gtol": 1e-7, "maxiter": 200})
    if result.status == 1:
        raise ValueError("start and draws must let the fit settle in 200 iterations; are they of very different sizes?")
    μ, L = unpack(result.x)
    entropy = 0.5 * d * (1 + np.log(2 * np.pi))
    return μ, L @ L.T, float(result.fun - entropy)


def _spacing(grid):
    h = grid[1:] - grid[:-1]
    if len(grid) < 3 or not np.allclose(h, h[0], rtol=1e-6, atol=0) or h[0] <= 0:
        raise ValueError("grid must hold three points or more, increasing by equal steps")
    return h[0]


def _mixture(weights, means, covs):
    w = distribution("weights", weights)
    m = array("means", means, shape=(len(w), None))
    covs = array("covs", covs, shape=(len(w), m.shape[1], m.shape[1]))
    return w, m, np.array([covariance(f"covs[{k}]", S) for k, S in enumerate(covs)])
