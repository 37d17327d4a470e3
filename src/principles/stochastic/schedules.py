"""Step sizes that fall: which of them let SGD converge."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, number


def inverse(beta: int | float, offset: int | float) -> Callable[[int], float]:
    """η_t = β/(t + t_0) for t = 0, 1, …

    >>> inverse(2.0, 4.0)(0)
    0.5
    """
    number("beta", beta, above=0)
    number("offset", offset, above=0)
    return lambda t: beta / (t + offset)


def power(first: int | float, exponent: float) -> Callable[[int], float]:
    """η_t = first / (t + 1)^exponent for t = 0, 1, …"""
    number("first", first, above=0)
    number("exponent", exponent, least=0)
    return lambda t: first / (t + 1) ** exponent


def divided(first: int | float, *, every: int, factor: float) -> Callable[[int], float]:
    """The training heuristic: divide the step by `factor` once every `every` updates.

    >>> divided(1.0, every=10, factor=2.0)(20)
    0.25
    """
    number("first", first, above=0)
    number("factor", factor, above=1)
    count("every", every)
    return lambda t: first / factor ** (t // every)


@checked
def sums(step_size: Callable[[int], float], terms: int) -> tuple[float, float]:
    """The partial sums Σ η_t and Σ η_t² of the first `terms` steps (11.12)."""
    steps = np.array([step_size(t) for t in range(count("terms", terms))])
    return float(steps.sum()), float((steps**2).sum())  # (11.12)


def satisfies(exponent: float) -> bool:
    """Whether η_t ∝ t^(−exponent) has Σ η_t = ∞ and Σ η_t² < ∞: for exponents above ½ and at most 1 (11.12).

    >>> [satisfies(a) for a in (0.5, 0.75, 1.0, 1.5)]
    [False, True, True, False]
    """
    a = number("exponent", exponent, least=0)
    return 0.5 < a <= 1


def reach(steps: Float[np.ndarray, " t"], curvature: float) -> float:
    """Π (1 − η_t m), the share of the starting distance that gradient descent keeps on a quadratic of curvature m."""
    return float(np.prod(1 - array("steps", steps, ndim=1) * number("curvature", curvature, above=0)))
