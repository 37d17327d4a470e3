"""Looking for lost keys: how many looks it takes, with a prior and without."""

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.intelligence.coding import entropy
from principles.signatures import checked


@checked
def expected_looks(p: Float[np.ndarray, " n"], order: Int[np.ndarray, " n"]) -> float:
    """Mean number of looks when the places are tried in a fixed order (Section 1.1), Σ k p(k-th place).

    Args:
        p: where the keys truly are, a probability for each place.
        order: a permutation of the places.

    Raises:
        ValueError: if `order` is no permutation.

    >>> expected_looks(np.full(9, 1 / 9), np.arange(9))
    5.0
    """
    p = validation.distribution("p", p)
    if sorted(np.asarray(order).tolist()) != list(range(len(p))):
        raise ValueError(f"order must list each of the {len(p)} places once; got {np.asarray(order).tolist()}")
    return float(np.arange(1, len(p) + 1) @ p[order])


def best_order(belief: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """The order of looking that a belief recommends (Section 1.1): most probable place first, ties in their order."""
    return np.argsort(-validation.distribution("belief", belief), kind="stable")


def after_a_miss(belief: Float[np.ndarray, " n"], place: int, *, detection: float = 1.0) -> Float[np.ndarray, " n"]:
    """Belief after looking in vain (Section 1.1), Bayes' rule with P(seen | there) = detection.

    Args:
        belief: the probability of each place before the look.
        place: where the agent looked.
        detection: the chance to notice the keys when they are there.

    >>> after_a_miss(np.array([0.5, 0.3, 0.2]), 0).tolist()
    [0.0, 0.6, 0.4]
    """
    belief = validation.distribution("belief", belief)
    validation.number("detection", detection, least=0.0, most=1.0)
    validation.count("place", place, least=0, most=len(belief) - 1)
    missed = belief.copy()
    missed[place] *= 1 - detection
    if missed.sum() <= 0:
        raise ValueError("belief must leave a place where the keys can still be")
    return missed / missed.sum()


def search_path(
    prior: Float[np.ndarray, " n"], *, detection: float, looks: int
) -> tuple[Int[np.ndarray, " looks"], Float[np.ndarray, "beliefs n"]]:
    """Where a searcher looks who always tries the likeliest place and never finds the keys (Section 1.1).

    Looks are imperfect, so the likeliest place may be one that was searched before.

    Returns:
        The places in order, and the beliefs before the first look and after each.
    """
    beliefs, places = [validation.distribution("prior", prior)], []
    for _ in range(validation.count("looks", looks)):
        places.append(int(beliefs[-1].argmax()))
        beliefs.append(after_a_miss(beliefs[-1], places[-1], detection=detection))
    return np.array(places), np.array(beliefs)


@checked
def chance_found(prior: Float[np.ndarray, " n"], places: Int[np.ndarray, " looks"], *, detection: float) -> float:
    """Chance that the keys are found by one of the looks (Section 1.1), 1 - Σ p(place) (1 - detection)^(looks there)."""
    prior = validation.distribution("prior", prior)
    validation.number("detection", detection, least=0.0, most=1.0)
    if np.min(places) < 0 or np.max(places) >= len(prior):
        raise ValueError(f"places must lie between 0 and {len(prior) - 1}; got {np.min(places)} to {np.max(places)}")
    visits = np.bincount(places, minlength=len(prior))
    return float(1 - prior @ (1 - detection) ** visits)


def entropy_bound(p: Float[np.ndarray, " n"]) -> float:
    """The fewest looks that any order can promise (Section 1.1): 2^H / 4 + 1 when the entropy H is at least 2 bits.

    Below 2 bits the look-by-look bound max(H, 1) is used: each look answers one yes/no question.

    Source: J. L. Massey, Guessing and entropy, 1994.
    """
    H = entropy(p)
    return 2**H / 4 + 1 if H >= 2 else max(H, 1.0)


def zipf(n: int, *, exponent: float) -> Float[np.ndarray, " n"]:
    """Probabilities that fall with the rank as rank^-exponent: a few favourite places and a long tail (Section 1.1)."""
    weights = np.arange(1, validation.count("n", n) + 1) ** -validation.number("exponent", exponent, least=0.0)
    return weights / weights.sum()


@checked
def learned_prior(counts: Int[np.ndarray, "*runs n"], *, pseudocount: float = 1.0) -> Float[np.ndarray, "*runs n"]:
    """A prior from past finds (Section 1.1), (count + a) / (total + n a): every place starts with a imagined finds."""
    a = validation.number("pseudocount", pseudocount, above=0.0)
    counts = validation.array("counts", counts)
    if (counts < 0).any():
        raise ValueError(f"counts must not be negative; got {counts.min():g}")
    counts = counts + a
    return counts / counts.sum(axis=-1, keepdims=True)


@checked
def learning_curve(
    p: Float[np.ndarray, " n"], finds: Int[np.ndarray, " lengths"], *, runs: int, rng: np.random.Generator
) -> tuple[Float[np.ndarray, " lengths"], Float[np.ndarray, " lengths"]]:
    """Mean looks of a searcher that has found the keys N times before (Section 1.1), for each N, with its standard error.

    Past finds are drawn from p; the next search follows the learned prior. Given the past,
    the number of looks is exact; only the past is averaged over.

    Args:
        p: where the keys truly are.
        finds: the numbers N of past finds.
        runs: how many pasts to draw for each N.
        rng: a numpy generator.
    """
    p = validation.distribution("p", p)
    validation.generator("rng", rng)
    validation.count("runs", runs, least=2)
    means, errors = [], []
    for N in finds:
        shuffled = np.stack([rng.permutation(len(p)) for _ in range(runs)])  # names of the places carry no hint
        truth = p[shuffled]
        belief = learned_prior(np.stack([rng.multinomial(N, row) for row in truth]))
        ranks = np.argsort(np.argsort(-belief, kind="stable")) + 1
        looks = (ranks * truth).sum(axis=1)
        means.append(looks.mean())
        errors.append(looks.std(ddof=1) / np.sqrt(runs))
    return np.array(means), np.array(errors)


def guided_looks(p: Float[np.ndarray, " n"]) -> float:
    """Fewest mean looks when each look also tells left or right (Section 1.1), by dynamic programming.

    The places stand in a row; a look says "here", "further left" or "further right". The best
    plan is the optimal binary search tree: the cost of an interval is its probability plus
    the costs of the two parts that the best first look leaves.

    >>> round(7 * guided_looks(np.full(7, 1 / 7)), 9) == 1 + 2 * 2 + 4 * 3
    True
    """
    p = validation.distribution("p", p)
    n = len(p)
    total = np.concatenate([[0.0], np.cumsum(p)])
    cost = np.zeros((n + 1, n + 1))
    for width in range(1, n + 1):
        for i in range(n - width + 1):
            j = i + width
            left, right = cost[i, i:j], cost[i + 1 : j + 1, j]
            cost[i, j] = total[j] - total[i] + (left + right).min()
    return float(cost[0, n])
