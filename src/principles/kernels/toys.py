"""Two-dimensional data that no line separates, and a stream whose last mistake is late."""

import numpy as np
from jaxtyping import Float

from principles import validation


def rings(
    n: int, *, inner: float = 1.0, outer: float = 2.0, noise_std: float = 0.1, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, " n"]]:
    """Points around two concentric circles, label -1 on the inner and +1 on the outer.

    Args:
        n: how many samples.
        inner: radius of the circle labelled -1.
        outer: radius of the other.
        noise_std: standard deviation of the distance from the centre.
        rng: a numpy generator.
    """
    validation.number("inner", inner, above=0)
    validation.number("outer", outer, above=inner)
    _drawing(n, noise_std, rng)
    y, angle = rng.choice([-1.0, 1.0], n), rng.uniform(0, 2 * np.pi, n)
    radius = np.where(y > 0, outer, inner) + noise_std * rng.standard_normal(n)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), y


def moons(
    n: int, *, noise_std: float = 0.1, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, " n"]]:
    """Points along two interleaved half circles, label +1 on the upper and -1 on the lower.

    Args:
        n: how many samples.
        noise_std: standard deviation of each coordinate.
        rng: a numpy generator.
    """
    _drawing(n, noise_std, rng)
    y, angle = rng.choice([-1.0, 1.0], n), rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    return y[:, None] * upper + noise_std * rng.standard_normal((n, 2)), y


def rare_direction(
    n: int, *, chance: float, rng: np.random.Generator
) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, " n"]]:
    """A stream of (1, 0), and of (0, 1) with probability `chance`; all labelled +1, so R²/ρ² = 2.

    Args:
        n: how many samples.
        chance: of the rare input, between 0 and 1.
        rng: a numpy generator.
    """
    validation.count("n", n)
    validation.number("chance", chance, above=0, below=1)
    rare = validation.generator("rng", rng).random(n) < chance
    return np.stack([1.0 - rare, 1.0 * rare], axis=1), np.ones(n)


def _drawing(n, noise_std, rng):
    validation.count("n", n)
    validation.number("noise_std", noise_std, least=0)
    validation.generator("rng", rng)
