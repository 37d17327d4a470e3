"""Least squares with one weight: every sample pulls towards its own best weight, and between them lies the zone of confusion."""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, number, same_length


def _data(x, y):
    x, y = array("x", x, ndim=1), array("y", y, ndim=1)
    same_length("y", y, "x", x)
    if (x == 0).any():
        raise ValueError(
            f"every entry of x must differ from 0, or the sample has no best weight; entry {int((x == 0).argmax())} is 0"
        )
    return x, y


def objective(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, "*r"]) -> Float[np.ndarray, "*r"]:
    """ℓ(w) = 1/(2n) Σ (xⁱw − yⁱ)², for every number in w (11.5).

    >>> float(objective(np.ones(2), np.array([0.0, 2.0]), np.array(1.0)))
    0.5
    """
    x, y = _data(x, y)
    return np.asarray(((np.multiply.outer(array("w", w), x) - y) ** 2).mean(axis=-1) / 2)  # (11.5)


def sample_minimisers(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """w*(i) = yⁱ/xⁱ, the weight that sample i would like."""
    x, y = _data(x, y)
    return y / x


def zone(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]) -> tuple[float, float]:
    """The ends w_min and w_max of the zone of confusion, least and largest of the samples' own minimisers (11.6).

    >>> zone(np.array([1.0, 2.0]), np.array([3.0, 2.0]))
    (1.0, 3.0)
    """
    own = sample_minimisers(x, y)
    return float(own.min()), float(own.max())  # (11.6)


@checked
def minimiser(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]) -> float:
    """w* = Σ xⁱyⁱ / Σ (xⁱ)², the compromise: an average of the w*(i) with weights (xⁱ)²."""
    x, y = _data(x, y)
    return float(x @ y / (x @ x))


def safe_step(x: Float[np.ndarray, " n"]) -> float:
    """1/max (xⁱ)², the largest step with which no update can leave the zone."""
    return float(1 / (_data(x, x)[0] ** 2).max())


def directions(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], w: Float[np.ndarray, " k"]) -> Float[np.ndarray, "k n"]:
    """The sign of −∇ℓⁱ(w) = xⁱ(yⁱ − xⁱw): +1 where sample i moves the weight to the right, -1 to the left."""
    x, y = _data(x, y)
    return np.sign(x * (y - np.multiply.outer(array("w", w, ndim=1), x)))


@checked
def stationary_variance(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], *, step_size: int | float) -> float:
    """E[(w − w*)²] once SGD with a fixed step has settled, from the fixed point of its second moment.

    With r = xw* − y and h = E[x²], the second moment obeys v ← v (1 − 2ηh + η²E[x⁴]) + η²E[x²r²].

    Raises:
        ValueError: if the step is so large that the second moment grows.
    """
    x, y = _data(x, y)
    η = number("step_size", step_size, above=0)
    r = x * minimiser(x, y) - y
    shrink = 2 * η * (x**2).mean() - η**2 * (x**4).mean()
    if shrink <= 0:
        raise ValueError(
            f"step_size must be below {2 * (x**2).mean() / (x**4).mean():.3g} for the second moment to settle; got {η:g}"
        )
    return float(η**2 * (x**2 * r**2).mean() / shrink)
