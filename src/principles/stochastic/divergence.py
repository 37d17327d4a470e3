"""The Kullback–Leibler divergence, and why a Markov chain never moves away from its invariant law."""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float
from scipy.special import rel_entr

from principles.signatures import checked
from principles.stochastic import chains, gibbs
from principles.validation import count, distribution, number


def discrete(p: Float[np.ndarray, "*b k"], q: Float[np.ndarray, "*b k"]) -> Float[np.ndarray, "*b"]:
    """KL(p ‖ q) = Σ p(w) log(p(w)/q(w)) along the last axis; +∞ where q is 0 and p is not (11.33).

    >>> float(discrete(np.array([1.0, 0.0]), np.array([0.5, 0.5])).round(6))  # log 2
    0.693147
    """
    p, q = (distribution(name, v, ndim=(1, 2, 3)) for name, v in (("p", p), ("q", q)))
    if p.shape != q.shape:
        raise ValueError(f"p and q must be laws on the same states; got shapes {p.shape} and {q.shape}")
    return np.asarray(rel_entr(p, q).sum(axis=-1))  # (11.33)


def continuous(p: Float[np.ndarray, " g"], q: Float[np.ndarray, " g"], grid: Float[np.ndarray, " g"]) -> float:
    """KL(p ‖ q) = ∫ p log(p/q) dw for densities known on a grid, by the trapezoidal rule (11.34).

    Args:
        p, q: densities at the points of `grid`, each with integral 1.
        grid: increasing points that cover where p and q live.

    Raises:
        ValueError: if p or q is no density on the grid.
    """
    p, q = gibbs.on_grid("p", p, grid, total=1), gibbs.on_grid("q", q, grid, total=1)
    return float(np.trapezoid(rel_entr(p, q), grid))  # (11.34)


@checked
def gaussian(mean: float, variance: float, other_mean: float, other_variance: float) -> float:
    """KL between two Gaussians in one dimension, ½ (log(s/v) + (v + (μ − ν)²)/s − 1), s the second variance.

    >>> gaussian(1.0, 1.0, 0.0, 1.0)
    0.5
    """
    v, s = number("variance", variance, above=0), number("other_variance", other_variance, above=0)
    mean, other_mean = number("mean", mean), number("other_mean", other_mean)
    return float((np.log(s / v) + (v + (mean - other_mean) ** 2) / s - 1) / 2)


@dataclass(frozen=True)
class Proof:
    """The lines of the proof that KL(π_∞ ‖ π_t) never rises, each as a number a chain.

    `jensen` is the one line that is an inequality: everything above it equals `after`, everything from it on `before`.
    """

    after: np.ndarray
    substituted: np.ndarray
    negated: np.ndarray
    reversed: np.ndarray
    jensen: np.ndarray
    exchanged: np.ndarray
    summed: np.ndarray
    before: np.ndarray

    def lines(self):
        """All eight, a row a line, in the order of the proof."""
        return np.array([getattr(self, f.name) for f in fields(self)])


def proof(P: Float[np.ndarray, "b k k"], π: Float[np.ndarray, "b k"], law: Float[np.ndarray, "b k"]) -> Proof:
    """Every line of the proof of KL(π_∞ ‖ π_{t+1}) ≤ KL(π_∞ ‖ π_t), Lemma 11.7 (11.35), for a stack of chains.

    Args:
        P: transition matrices.
        π: their invariant laws π_∞, positive.
        law: π_t, positive.

    Raises:
        ValueError: if a law has a zero; there both sides are infinite or undefined.
    """
    for name, value in (("π", π), ("law", law)):
        if (distribution(name, value, ndim=2) <= 0).any():
            raise ValueError(f"{name} must be positive, or a divergence in the proof is infinite")
    if law.shape != π.shape:
        raise ValueError(f"law and π must hold a law for each chain; got shapes {law.shape} and {π.shape}")
    back, ratio = chains.reverse(P, π), law / π
    step = np.einsum("bij,bi->bj", P, law)  # Σ_w' P_w'w π_t(w')
    weights = back * π[:, :, None]
    return Proof(
        after=discrete(π, chains.propagate(P, law)),
        substituted=(π * np.log(π / step)).sum(axis=1),
        negated=-(π * np.log(step / π)).sum(axis=1),
        reversed=-(π * np.log(np.einsum("bwv,bv->bw", back, ratio))).sum(axis=1),
        jensen=-(π * np.einsum("bwv,bv->bw", back, np.log(ratio))).sum(axis=1),  # (11.35)
        exchanged=np.einsum("bwv,bv->b", weights, np.log(1 / ratio)),
        summed=(π * np.log(π / law)).sum(axis=1),
        before=discrete(π, law),
    )


@checked(sizes=True)
def path(
    P: Float[np.ndarray, "b k k"], law: Float[np.ndarray, "b k"], steps: int
) -> tuple[Float[np.ndarray, "t b"], Float[np.ndarray, "t b"]]:
    """KL(π_∞ ‖ π_t) and KL(π_t ‖ π_∞) for t = 0, ..., steps: both never rise, Lemma 11.7 (11.35).

    Args:
        P: transition matrices of chains with one closed class.
        law: π_0 of each chain.
        steps: how many times to apply P.
    """
    π = chains.invariant(P)
    forward, backward = [], []
    for _ in range(count("steps", steps, least=0) + 1):
        forward.append(discrete(π, law))
        backward.append(discrete(law, π))
        law = chains.propagate(P, law)
    return np.array(forward), np.array(backward)
