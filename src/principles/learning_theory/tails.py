"""How far the mean of n coin flips strays from p: exactly, in simulation, in the limit, and under bounds.

`n` flips with P(A_i = 1) = p have the mean p̂; ε is the deviation asked about.
"""

import numpy as np
from jaxtyping import Float
from scipy.special import rel_entr
from scipy.stats import binom, norm

from principles.learning_theory.pac import Rate, rate
from principles.validation import count, generator, number


def exact(n: int, p: float, epsilon: float) -> float:
    """P(|p̂ - p| > ε), summed over the binomial distribution.

    >>> exact(4, 0.5, 0.3)
    0.125
    """
    n, p, ε = _setting(n, p, epsilon)
    k = np.arange(n + 1)
    return float(binom.pmf(k, n, p)[np.abs(k - n * p) > n * ε + 1e-9].sum())


def exact_upper(n: int, p: float, epsilon: float) -> float:
    """P(p̂ ≥ p + ε), summed over the binomial distribution.

    >>> exact_upper(4, 0.5, 0.25)
    0.3125
    """
    n, p, ε = _setting(n, p, epsilon)
    return float(binom.sf(np.ceil(n * (p + ε) - 1e-9) - 1, n, p))


def simulate(n: int, p: float, epsilon: float, *, trials: int, rng: np.random.Generator) -> Rate:
    """P(|p̂ - p| > ε) estimated from independent samples of n flips."""
    n, p, ε = _setting(n, p, epsilon)
    heads = generator("rng", rng).binomial(n, p, size=count("trials", trials))
    return rate(np.abs(heads - n * p) > n * ε + 1e-9)


def markov(p: float, epsilon: float) -> float:
    """P(p̂ ≥ p + ε) ≤ p/(p + ε): it knows the mean alone.

    >>> markov(0.25, 0.75)
    0.25
    """
    return float(number("p", p, least=0, most=1) / (p + number("epsilon", epsilon, above=0)))


def chebyshev(n: int, p: float, epsilon: float) -> float:
    """P(|p̂ - p| ≥ ε) ≤ p(1-p)/(nε²): it knows the variance.

    >>> round(chebyshev(100, 0.5, 0.1), 9)
    0.25
    """
    n, p, ε = _setting(n, p, epsilon)
    return p * (1 - p) / (n * ε**2)


def hoeffding(n: int, epsilon: float) -> float:
    """P(|p̂ - p| ≥ ε) ≤ 2 exp(-2nε²) for every p: the bound that the notes call Chernoff's.

    >>> round(hoeffding(100, 0.1), 4)
    0.2707
    """
    return float(2 * np.exp(-2 * count("n", n) * number("epsilon", epsilon, above=0) ** 2))


def chernoff(n: int, p: float, epsilon: float) -> float:
    """P(|p̂ - p| ≥ ε) ≤ exp(-n KL(p+ε‖p)) + exp(-n KL(p-ε‖p)), the best exponent there is."""
    n, p, ε = _setting(n, p, epsilon)
    return float(sum(np.exp(-n * divergence(q, p)) for q in (p + ε, p - ε) if 0 <= q <= 1))


def bernstein(n: int, p: float, epsilon: float) -> float:
    """P(|p̂ - p| ≥ ε) ≤ 2 exp(-nε²/(2σ² + 2ε/3)): the Gaussian exponent with the correction that makes it true."""
    n, p, ε = _setting(n, p, epsilon)
    return float(2 * np.exp(-n * ε**2 / (2 * p * (1 - p) + 2 * ε / 3)))


def gaussian_as_printed(n: int, p: float, epsilon: float) -> float:
    """2 exp(-nε²/2σ²), which the notes read off the central limit theorem; it does not bound every binomial tail."""
    n, p, ε = _setting(n, p, epsilon)
    return float(2 * np.exp(-n * gaussian_exponent(p, ε)))


def gaussian_exponent(p: float, epsilon: float) -> float:
    """ε²/2σ², the decay rate in n of the Gaussian curve; that of the binomial tail is a `divergence`.

    >>> round(gaussian_exponent(0.5, 0.1), 9)
    0.02
    """
    _, p, ε = _setting(1, p, epsilon)
    return ε**2 / (2 * p * (1 - p))


def normal_limit(n: int, p: float, epsilon: float) -> float:
    """P(|Z| > √n ε/σ) for a standard normal Z, what the central limit theorem puts in place of `exact`.

    >>> round(normal_limit(100, 0.5, 0.098), 3)
    0.05
    """
    n, p, ε = _setting(n, p, epsilon)
    return float(2 * norm.sf(np.sqrt(n / (p * (1 - p))) * ε))


def divergence(q: float, p: float) -> float:
    """KL(q‖p) = q log(q/p) + (1-q) log((1-q)/(1-p)) between two coins, in nats.

    >>> round(divergence(1.0, 0.5), 6)
    0.693147
    """
    q, p = number("q", q, least=0, most=1), number("p", p, least=0, most=1)
    return float(rel_entr(q, p) + rel_entr(1 - q, 1 - p))


def sample_size(epsilon: float, delta: float) -> float:
    """log(2/δ)/(2ε²): with so many flips |p̂ - p| ≤ ε with probability at least 1 - δ, whatever p.

    >>> round(sample_size(0.01, 0.05))
    18444
    """
    ε, δ = number("epsilon", epsilon, above=0), number("delta", delta, above=0, below=1)
    return float(np.log(2 / δ) / (2 * ε**2))


def running_means(p: float, *, n: int, paths: int, rng: np.random.Generator) -> Float[np.ndarray, "paths n"]:
    """Means of the first 1, 2, ..., n flips along independent paths."""
    p = number("p", p, least=0, most=1)
    flips = generator("rng", rng).random((count("paths", paths), count("n", n))) < p
    return np.cumsum(flips, axis=1) / np.arange(1, n + 1)


def strays_after(n: int, epsilon: float) -> float:
    """Σ_{m ≥ n} 2 exp(-2mε²) ≥ P(|p̂(m) - p| > ε for some m ≥ n), Hoeffding and a union bound over all later times.

    It is finite and vanishes with n, which proves the strong law.
    """
    return hoeffding(n, epsilon) / float(-np.expm1(-2 * epsilon**2))


def normal_distance(n: int, p: float) -> float:
    """sup_z |P(√n(p̂ - p)/σ ≤ z) - Φ(z)|, the distance from the limit, on both sides of every jump."""
    n, p, _ = _setting(n, p, 1.0)
    k = np.arange(n + 1)
    Φ, F = norm.cdf((k - n * p) / np.sqrt(n * p * (1 - p))), binom.cdf(k, n, p)
    return float(max(np.abs(F - Φ).max(), np.abs(F - binom.pmf(k, n, p) - Φ).max()))


def berry_esseen(n: int, p: float) -> float:
    """0.4748 (p² + (1-p)²)/(σ√n) ≥ `normal_distance`: E|A - p|³/σ³ over √n with Shevtsova's constant.

    >>> round(berry_esseen(100, 0.5), 5)
    0.04748
    """
    n, p, _ = _setting(n, p, 1.0)
    return float(0.4748 * (p**2 + (1 - p) ** 2) / np.sqrt(n * p * (1 - p)))


def gaussian_norms(n: int, *, samples: int, rng: np.random.Generator) -> Float[np.ndarray, " samples"]:
    """Lengths ‖Y‖ of independent standard normal vectors Y in n dimensions."""
    return np.linalg.norm(generator("rng", rng).normal(size=(count("samples", samples), count("n", n))), axis=1)


def _setting(n, p, epsilon):
    return count("n", n), number("p", p, above=0, below=1), number("epsilon", epsilon, above=0)
