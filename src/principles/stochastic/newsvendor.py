"""A stochastic optimisation problem with a known answer: how much to order when the demand is random.

Each item ordered costs `cost`, each sold brings `price`, and nothing can be sold beyond the demand ξ:
ℓ(w, ξ) = cost·w − price·min(w, ξ). The demand is exponential with the given mean.
"""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, generator, number


def _prices(cost, price):
    number("cost", cost, above=0)
    number("price", price, above=cost)


@checked
def expected_loss(w: float | Float[np.ndarray, "*r"], *, cost: float, price: float, mean: float):
    """E_ξ[ℓ(w, ξ)] = cost·w − price·E[min(w, ξ)], the objective of the stochastic problem (11.1).

    Args:
        w: order, at least 0; a number or an array.
        cost: of an item.
        price: for which it sells, above `cost`.
        mean: of the exponential demand ξ.

    >>> round(float(expected_loss(0.0, cost=1.0, price=3.0, mean=10.0)), 12)
    0.0
    """
    _prices(cost, price)
    μ = number("mean", mean, above=0)
    w = array("w", w)
    if (w < 0).any():
        raise ValueError(f"w must be at least 0, it is an order; got {w.min():g}")
    return cost * w + price * μ * np.expm1(-w / μ)  # (11.1)


def best_order(*, cost: float, price: float, mean: float) -> float:
    """The minimiser w* of E_ξ[ℓ(w, ξ)]: the quantile of the demand at 1 − cost/price (11.1).

    Args:
        cost, price, mean: as for `expected_loss`.

    >>> round(best_order(cost=1.0, price=np.e, mean=10.0), 12)  # the quantile at 1 - 1/e of an exponential is its mean
    10.0
    """
    _prices(cost, price)
    return float(number("mean", mean, above=0) * np.log(price / cost))


def learn(
    demands: Float[np.ndarray, "t r"], *, cost: float, price: float, start: int | float, first: int | float, half: float
) -> Float[np.ndarray, "t_plus_1 r"]:
    """Follow one demand at a time, without knowing their law: w ← w − η_t (cost − price·1{w < ξ}).

    Args:
        demands: ξ of every day (row) in every repetition (column), each used once.
        cost, price: as for `expected_loss`.
        start: the first order.
        first, half: the step η_t = first / (1 + t/half).

    Returns:
        The orders before the first day and after each.
    """
    _prices(cost, price)
    ξ = array("demands", demands, ndim=2)
    number("first", first, above=0)
    number("half", half, above=0)
    orders = np.full((len(ξ) + 1, ξ.shape[1]), number("start", start, least=0))
    for t, demand in enumerate(ξ):
        w = orders[t]
        orders[t + 1] = w - first / (1 + t / half) * (cost - price * (w < demand))
    return orders


def demands(days: int, *, repeats: int, mean: float, rng: np.random.Generator) -> Float[np.ndarray, "t r"]:
    """Exponential demands with the given mean, a row a day, a column a repetition."""
    return generator("rng", rng).exponential(number("mean", mean, above=0), (count("days", days), count("repeats", repeats)))
