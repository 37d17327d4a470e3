"""A PAC-Bayes bound for a network that only moves, and is only pinned down, in its stiff directions."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Num

from principles.signatures import checked
from principles.sloppy.classifier import Network, accuracy
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Certificate:
    """What the bound is made of: the sampled training error, the divergence in nats, and the bound on the true error."""

    training_error: float
    divergence: float
    bound: float


def bernoulli_divergence(q: float, p: float) -> float:
    """kl(q ‖ p) of two coins, in nats.

    >>> round(bernoulli_divergence(0.0, 0.5), 6)
    0.693147
    """
    q, p = number("q", q, least=0, most=1), number("p", p, above=0, below=1)
    return float(sum(a * np.log(a / b) for a, b in ((q, p), (1 - q, 1 - p)) if a > 0))


def largest_error(q: float, budget: float) -> float:
    """The largest p with kl(q ‖ p) ≤ budget, by bisection from above.

    >>> round(largest_error(0.0, np.log(2)), 10)
    0.5
    """
    low, high = number("q", q, least=0, most=1), 1.0
    budget = number("budget", budget, least=0)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if middle < 1 and bernoulli_divergence(q, middle) <= budget else (low, middle)
    return high


@checked
def gaussian_divergence(shift: Num[np.ndarray, " k"], posterior_std: Num[np.ndarray, " k"], *, prior_std: float) -> float:
    """KL(N(m, diag s²) ‖ N(0, s₀²I)) in nats; directions with m = 0 and s = s₀ cost nothing.

    >>> gaussian_divergence(np.array([2.0]), np.array([1.0]), prior_std=1.0)
    2.0
    """
    m, s = array("shift", shift, ndim=1), array("posterior_std", posterior_std, shape=(len(shift),))
    s0 = number("prior_std", prior_std, above=0)
    if s.min() <= 0:
        raise ValueError(f"posterior_std must be positive; got {s.min():g}")
    ratio = (s / s0) ** 2
    return float(0.5 * (ratio - 1 - np.log(ratio) + (m / s0) ** 2).sum())


def posterior_stds(eigenvalues: Num[np.ndarray, " k"], *, n: int, prior_std: float) -> Float[np.ndarray, " k"]:
    """s = 1/√(1/s₀² + nλ): as wide as the prior where the model is sloppy, pinned down by the data where it is stiff.

    >>> posterior_stds(np.array([0.0, 3.0]), n=1, prior_std=1.0).tolist()
    [1.0, 0.5]
    """
    λ, s0 = array("eigenvalues", eigenvalues, ndim=1), number("prior_std", prior_std, above=0)
    if λ.min() < -1e-9 * np.abs(λ).max():
        raise ValueError(f"eigenvalues must not be negative; got {λ.min():g}")
    return 1 / np.sqrt(1 / s0**2 + count("n", n) * np.maximum(λ, 0))


@checked(sizes=True)
def sampled_error(
    network: Network,
    mean: Num[np.ndarray, " p"],
    basis: Num[np.ndarray, "p k"],
    stds: Num[np.ndarray, " k"],
    X: Num[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    draws: int,
    rng: np.random.Generator,
) -> float:
    """Mean error over `draws` networks whose weights are drawn around `mean`, with the given stds along the basis."""
    U, s = array("basis", basis, shape=(network.size, None)), array("stds", stds, shape=(np.shape(basis)[1],))
    if s.min() < 0:
        raise ValueError(f"stds must not be negative; got {s.min():g}")
    noise = generator("rng", rng).normal(size=(count("draws", draws), len(s))) * s
    return float(np.mean([1 - accuracy(network, mean + U @ z, X, y) for z in noise]))


def certificate(
    *, training_error: float, draws: int, divergence: float, n: int, confidence: float, choices: int = 1
) -> Certificate:
    """The PAC-Bayes bound of Maurer and Langford–Seeger on the true error of the randomized network.

    With probability `confidence` over the n samples and the draws. Half of the failure probability goes to the draws
    with which the training error was estimated, half to the theorem, kl(ê ‖ e) ≤ (KL + log(2√n/δ))/n; both are
    shared by as many `choices` of a prior as were tried (a union bound).

    Args:
        training_error: mean over the draws, a share of wrong answers.
        draws: of networks.
        divergence: KL of the posterior from the prior, in nats.
        n: training samples, at least 8 and independent, of which the prior must know nothing.
        confidence: 1 - δ.
        choices: of the prior among which the best was, or could have been, taken.
    """
    n, half = count("n", n, least=8), (1 - number("confidence", confidence, above=0, below=1)) / 2
    KL, choices = number("divergence", divergence, least=0), count("choices", choices)
    error = largest_error(
        number("training_error", training_error, least=0, most=1), np.log(2 * choices / half) / count("draws", draws)
    )
    budget = (KL + np.log(2 * np.sqrt(n) * choices / half)) / n
    return Certificate(training_error, KL, largest_error(error, budget))


@checked(sizes=True, counts=("sharpness", "choices"), positive=("confidence",))
def certify(
    network: Network,
    initial: Num[np.ndarray, " p"],
    trained: Num[np.ndarray, " p"],
    basis: Num[np.ndarray, "p k"],
    eigenvalues: Num[np.ndarray, " k"],
    X: Num[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    prior_std: float,
    sharpness: int,
    draws: int,
    confidence: float,
    choices: int,
    rng: np.random.Generator,
) -> tuple[Certificate, Float[np.ndarray, " k"]]:
    """The bound for a network trained from `initial` within the span of a basis, and the stds of its posterior.

    Args:
        network: its sizes.
        initial: mean of the prior.
        trained: mean of the posterior.
        basis: orthonormal columns, chosen without the training samples.
        eigenvalues: of the metric along them.
        X, y: the training samples.
        prior_std: s₀.
        sharpness: m of the posterior 1/s² = 1/s₀² + mλ; any value is valid.
        draws: networks for the training error.
        confidence: 1 - δ.
        choices: of basis and prior among which the best is, or could have been, taken.
        rng: for the draws.

    Raises:
        ValueError: if the basis is not orthonormal or the training left its span.
    """
    U, shift = array("basis", basis, shape=(network.size, None)), array("trained", trained) - array("initial", initial)
    if np.abs(U.T @ U - np.eye(U.shape[1])).max() > 1e-9:
        raise ValueError("basis must have orthonormal columns")
    z = U.T @ shift
    if np.abs(U @ z - shift).max() > 1e-9 * max(1.0, np.abs(shift).max()):
        raise ValueError("trained must differ from initial by a combination of the basis")
    s = posterior_stds(array("eigenvalues", eigenvalues, shape=(len(z),)), n=sharpness, prior_std=prior_std)
    error = sampled_error(network, trained, U, s, X, y, draws=draws, rng=rng)
    price = gaussian_divergence(z, s, prior_std=prior_std)
    options = {"draws": draws, "n": len(X), "choices": choices}
    return certificate(training_error=error, divergence=price, confidence=confidence, **options), s
