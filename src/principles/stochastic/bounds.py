"""The descent lemmas and the convergence theorems as numbers: left sides by exact averages, right sides from the constants."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles.signatures import checked
from principles.stochastic import moments
from principles.stochastic.objectives import FiniteSum, curvatures, gradient, mean_loss, sample_gradients
from principles.validation import array, count, number


@dataclass(frozen=True)
class Constants:
    """What the theorems know of a problem: strong convexity m, smoothness L, and σ_0, σ of the noise."""

    m: float
    L: float
    sigma_0: float
    sigma: float

    def __post_init__(self):
        number("m", self.m, above=0)
        number("L", self.L, least=self.m)
        number("sigma_0", self.sigma_0, least=0)
        number("sigma", self.sigma, least=1)

    @property
    def largest_step(self):
        """1/(Lσ)."""
        return 1 / (self.L * self.sigma)


def constants(problem: FiniteSum, *, slack: float = 1.5) -> Constants:
    """m, L, σ_0 and σ of a least-squares problem, with σ = slack × the least possible."""
    m, L = curvatures(problem)
    σ = number("slack", slack, above=1) * moments.least_sigma(problem)
    return Constants(m, L, moments.growth(problem, sigma=σ), σ)


@checked
def expected_change(problem: FiniteSum, w: Float[np.ndarray, " p"], *, step_size: int | float) -> float:
    """E_ω[ℓ(w − η∇ℓ^ω(w)) − ℓ(w)], the left side of the descent lemma, averaged over all n samples (11.7)."""
    after = w - number("step_size", step_size, above=0) * sample_gradients(problem, w)
    return float(mean_loss(problem, after).mean() - mean_loss(problem, w))


@checked
def second_moment(problem: FiniteSum, w: Float[np.ndarray, " p"]) -> float:
    """E_ω‖∇ℓ^ω(w)‖², the left side of the growth condition (11.9)."""
    return float((sample_gradients(problem, w) ** 2).sum(axis=1).mean())


@checked
def descent_lemma(problem: FiniteSum, w: Float[np.ndarray, " p"], *, step_size: int | float) -> float:
    """−η⟨∇ℓ, E_ω∇ℓ^ω⟩ + (Lη²/2) E_ω‖∇ℓ^ω‖², which one update stays below on average, Lemma 11.1 (11.7).

    Args:
        problem: the finite sum.
        w: weights before the update.
        step_size: η.
    """
    η, (_, L) = number("step_size", step_size, above=0), curvatures(problem)
    mean = sample_gradients(problem, w).mean(axis=0)
    return float(-η * gradient(problem, w) @ mean + L * η**2 / 2 * second_moment(problem, w))  # (11.7)


@checked
def descent_lemma_with_growth(
    problem: FiniteSum, w: Float[np.ndarray, " p"], known: Constants, *, step_size: int | float
) -> float:
    """−η(1 − ηLσ/2)‖∇ℓ‖² + η²Lσ_0/2, the bound from unbiasedness and the growth condition, Lemma 11.2 (11.10)."""
    η = number("step_size", step_size, above=0)
    square = (gradient(problem, array("w", w, ndim=1)) ** 2).sum()
    return float(-η * (1 - η * known.L * known.sigma / 2) * square + η**2 * known.L * known.sigma_0 / 2)  # (11.10)


@checked
def floor(known: Constants, *, step_size: int | float, batch: int = 1) -> float:
    """ηLσ_0/(2mb), the gap that a fixed step is not guaranteed to go below."""
    return number("step_size", step_size, above=0) * known.L * known.sigma_0 / (2 * known.m * count("batch", batch))


def _times(updates):
    updates = array("updates", updates)
    if (updates < 0).any():
        raise ValueError(f"updates must be at least 0, they are counted from the start; got {updates.min():g}")
    return updates


@checked
def optimality_gap(
    updates: Int[np.ndarray, " k"], known: Constants, *, step_size: int | float, first_gap: float
) -> Float[np.ndarray, " k"]:
    """ηLσ_0/(2m) + (1 − ηm)^t (ℓ(w_0) − ℓ* − ηLσ_0/(2m)) after t updates with η ≤ 1/(Lσ), Theorem 11.3 (11.11).

    Args:
        updates: t, how many updates have been made.
        known: constants of the problem.
        step_size: η.
        first_gap: ℓ(w_0) − ℓ(w*).

    Raises:
        ValueError: if the step is above 1/(Lσ), or a number of updates or the first gap is negative.

    >>> float(optimality_gap(np.array([1]), Constants(1.0, 1.0, 0.0, 1.0), step_size=0.5, first_gap=8.0)[0])
    4.0
    """
    η = number("step_size", step_size, above=0, most=known.largest_step * (1 + 1e-12))
    updates, first_gap = _times(updates), number("first_gap", first_gap, least=0)
    C = floor(known, step_size=η)
    return C + (1 - η * known.m) ** updates * (first_gap - C)  # (11.11)


@checked
def mini_batch_constants(known: Constants, batch: int) -> Constants:
    """σ_0/b and 1 + (σ − 1)/b, with which the growth condition holds for a mini-batch of b."""
    b = count("batch", batch)
    return Constants(known.m, known.L, known.sigma_0 / b, 1 + (known.sigma - 1) / b)


@checked
def mini_batch_gap(
    updates: Int[np.ndarray, " k"], known: Constants, *, step_size: int | float, batch: int, first_gap: float
) -> Float[np.ndarray, " k"]:
    """The optimality gap with mini-batches: ηLσ_0/(2mb) in both places, for η ≤ 1/(Lσ_b), σ_b = 1 + (σ − 1)/b (11.14).

    Args:
        updates, step_size, first_gap: as for `optimality_gap`.
        known: constants of single samples.
        batch: b.
    """
    return optimality_gap(updates, mini_batch_constants(known, batch), step_size=step_size, first_gap=first_gap)  # (11.14)


@checked
def decaying_gap(updates: Int[np.ndarray, " k"], known: Constants, *, beta: int | float, offset: int | float, first_gap: float):
    """ν/(t + t_0) after t updates with η_t = β/(t + t_0), βm > 1 and η_0 ≤ 1/(Lσ), Theorem 11.4 (11.13).

    ν = max(β²Lσ_0 / (2(βm − 1)), t_0 (ℓ(w_0) − ℓ*)), by induction over the descent lemma.

    Args:
        updates: t, how many updates have been made; update t + 1 uses η_t.
        known: constants of the problem.
        beta, offset: β and t_0.
        first_gap: ℓ(w_0) − ℓ(w*).

    Raises:
        ValueError: if βm ≤ 1 or the first step is above 1/(Lσ).
    """
    number("beta", beta, above=1 / known.m)
    number("beta / offset", beta / number("offset", offset, above=0), most=known.largest_step * (1 + 1e-12))
    first_gap = number("first_gap", first_gap, least=0)
    ν = max(beta**2 * known.L * known.sigma_0 / (2 * (beta * known.m - 1)), offset * first_gap)
    return ν / (_times(updates) + offset)  # (11.13)
