"""A latent variable model whose posterior is known: linear Gaussian, also called probabilistic PCA.

    z ~ N(0, I),    x | z ~ N(W z + b, s² I)

so that every term of the evidence lower bound has a closed form.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, covariance, generator, number
from principles.variational import gaussians


@dataclass(frozen=True)
class LinearModel:
    """W (d × m), b (d) and the variance s² of the noise."""

    W: Float[np.ndarray, "d m"]
    b: Float[np.ndarray, " d"]
    noise_variance: float

    def __post_init__(self):
        array("b", self.b, shape=(len(array("W", self.W, ndim=2)),))
        number("noise_variance", self.noise_variance, above=0)


@dataclass(frozen=True)
class Encoder:
    """q(z | x) = N(A (x - b), S): one mean for each x, one covariance for all."""

    A: Float[np.ndarray, "m d"]
    S: Float[np.ndarray, "m m"]

    def __post_init__(self):
        array("A", self.A, shape=(len(covariance("S", self.S)), None))


def fit(X: Float[np.ndarray, "n d"], *, latents: int) -> LinearModel:
    """The maximum-likelihood model: the leading principal components, and the mean of the other variances as noise.

    Source: Tipping and Bishop (1999).
    """
    X = array("X", X, ndim=2)
    m = count("latents", latents, most=X.shape[1] - 1)
    values, vectors = np.linalg.eigh(np.cov(X.T, bias=True))
    values, vectors = values[::-1], vectors[:, ::-1]
    s2 = float(values[m:].mean())
    return LinearModel(vectors[:, :m] * np.sqrt(values[:m] - s2), X.mean(axis=0), s2)


@checked
def log_evidence(model: LinearModel, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
    """log p(x) = log N(x; b, W Wᵀ + s² I) of each row."""
    W, d = model.W, len(model.b)
    return gaussians.log_density(_rows(model, X), np.zeros(d), W @ W.T + model.noise_variance * np.eye(d))


@checked
def posterior(model: LinearModel) -> Encoder:
    """p(z | x), the encoder that needs no approximation."""
    W, s2 = model.W, model.noise_variance
    precision = np.eye(W.shape[1]) + W.T @ W / s2
    return Encoder(np.linalg.solve(precision, W.T) / s2, np.linalg.inv(precision))


@checked
def factored_posterior(model: LinearModel) -> Encoder:
    """The best encoder with independent latents, the maximiser of the average ELBO in that family (15.5)."""
    exact = posterior(model)
    return Encoder(exact.A, np.diag(1 / np.diag(np.linalg.inv(exact.S))))  # (15.5)


@checked
def neighbours(q: Encoder, n: int, *, rng: np.random.Generator) -> list[Encoder]:
    """n encoders near q with independent latents: variances moved by about a fifth and, in every second one, its map by 0.03."""
    moves = rng.standard_normal((count("n", n), *q.A.shape))
    moves[::2] = 0
    factors = np.exp(0.2 * rng.standard_normal((n, len(q.S))))
    return [Encoder(q.A + 0.03 * move, q.S * np.diag(factor)) for move, factor in zip(moves, factors)]


@checked
def kl_to_posterior(model: LinearModel, q: Encoder, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
    """KL(q(z | x) ‖ p(z | x)) of each row; its average is what variational inference minimises (15.3)."""
    exact = posterior(model)
    pairs = zip(_codes(model, q, X), _codes(model, exact, X))
    return np.array([gaussians.kl(ours, q.S, theirs, exact.S) for ours, theirs in pairs])  # (15.3)


@checked
def elbo(model: LinearModel, q: Encoder, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
    """E_q[log p(z, x)] - E_q[log q(z | x)] of each row (15.4).

    Args:
        model: p.
        q: the encoder.
        X: data, a row a sample.
    """
    μ, m = _codes(model, q, X), len(q.S)
    prior = -0.5 * ((μ**2).sum(axis=1) + np.trace(q.S) + m * np.log(2 * np.pi))
    negative_entropy = -0.5 * (m * (1 + np.log(2 * np.pi)) + np.linalg.slogdet(q.S)[1])
    return expected_log_likelihood(model, q, X) + prior - negative_entropy  # (15.4)


@checked
def elbo_regularized(model: LinearModel, q: Encoder, X: Float[np.ndarray, "n d"], *, beta: float = 1.0) -> np.ndarray:
    """E_q[log p(x | z)] - KL(q(z | x) ‖ p(z)), a fit and a regulariser (15.6).

    Args:
        model, q, X: as for `elbo`.
        beta: divides the regulariser: ELBO_β. Only β ≤ 1 leaves a lower bound on log p(x) for certain.
    """
    μ, m = _codes(model, q, X), len(q.S)
    penalty = np.array([gaussians.kl(row, q.S, np.zeros(m), np.eye(m)) for row in μ])
    return expected_log_likelihood(model, q, X) - penalty / number("beta", beta, above=0)  # (15.6)


@checked
def expected_log_likelihood(model: LinearModel, q: Encoder, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
    """E_q[log p(x | z)] of each row, the term that asks for a good reconstruction."""
    s2, d = model.noise_variance, len(model.b)
    left = _rows(model, X) - _codes(model, q, X) @ model.W.T
    spread = np.trace(model.W @ q.S @ model.W.T)
    return -0.5 * ((left**2).sum(axis=1) + spread) / s2 - 0.5 * d * np.log(2 * np.pi * s2)


@checked
def elbo_estimate(model: LinearModel, q: Encoder, x: Float[np.ndarray, " d"], *, n: int, rng: np.random.Generator):
    """The ELBO of one datum as an average of log p(z, x) - log q(z | x) over n draws from q (15.4).

    Returns:
        The estimate and its standard error.
    """
    x, n, factor = array("x", x, ndim=1), count("n", n, least=2), np.linalg.cholesky(q.S)
    μ = _codes(model, q, x[None])[0]
    z = μ + generator("rng", rng).standard_normal((n, len(μ))) @ factor.T
    likelihood = gaussians.log_density(x - z @ model.W.T, model.b, model.noise_variance * np.eye(len(x)))
    terms = likelihood + gaussians.log_prior(z) - gaussians.log_density(z, μ, q.S)
    return float(terms.mean()), float(terms.std(ddof=1) / np.sqrt(n))


def _rows(model, X):
    return array("X", X, shape=(None, len(model.b))) - model.b


def _codes(model, q, X):
    if q.A.shape != model.W.T.shape:
        raise ValueError(f"the encoder's A must have the shape of Wᵀ, {model.W.T.shape}; got {q.A.shape}")
    return _rows(model, X) @ q.A.T
