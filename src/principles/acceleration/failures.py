"""Convex functions of one variable on which heavy ball fails although it converges on every quadratic.

Both have piecewise linear gradients. Their arrays hold many independent starts, one an entry.
"""

import numpy as np
from jaxtyping import Float

from principles.acceleration.objectives import Objective
from principles.acceleration.rates import update_matrix
from principles.signatures import checked
from principles.validation import array, number, same_length


def lessard_recht_packard() -> Objective:
    """A function with 1 ≤ curvature ≤ 25 around which the best heavy ball of its κ can run for ever.

    The gradient is 25w below 1, w + 24 between 1 and 2, and 25w − 24 above 2; the minimum is at 0.

    Source: Lessard, Recht and Packard (2016).

    >>> [float(lessard_recht_packard().gradient(np.array([w]))[0]) for w in (1.0, 2.0, 3.0)]
    [25.0, 26.0, 51.0]
    """

    def value(w):
        pieces = [12.5 * w**2, w**2 / 2 + 24 * w - 12, 12.5 * w**2 - 24 * w + 36]
        return np.select([w < 1, w < 2], pieces[:2], pieces[2]).sum(axis=-1)

    def gradient(w):
        return np.select([w < 1, w < 2], [25 * w, w + 24], 25 * w - 24)

    return Objective(value, gradient, 1.0, 25.0, np.zeros(1))


def cycle() -> Float[np.ndarray, " 3"]:
    """The three points that tuned heavy ball, η = 1/9 and ρ = 4/9, visits in turn on that function.

    Two lie where the gradient is 25w and one where it is 25w − 24, so they solve three linear equations.

    >>> cycle() * 1225
    array([  792., -2208.,  2592.])
    """
    η, ρ = 1 / 9, 4 / 9
    shift = np.roll(np.eye(3), -1, axis=0)  # (shift @ x)[k] = x[k + 1]
    A = shift - (1 + ρ - 25 * η) * np.eye(3) + ρ * shift.T
    return np.linalg.solve(A, η * np.array([0.0, 0.0, 24.0])).round(15)


def trapped(starts: Float[np.ndarray, " k"], states: Float[np.ndarray, "t k"]) -> np.ndarray:
    """Which starts ended at a distance from the minimum, at 0, that is more than 1e-3."""
    first, W = array("starts", starts, ndim=1), array("states", states, ndim=2)
    if len(W) < 3:
        raise ValueError(f"states must hold the last three states at least; got {len(W)}")
    same_length("starts", first, "a row of states", W[0])
    return np.abs(W[-3:]).max(axis=0) > 1e-3


def kinked(slope: float) -> Objective:
    """w²/2 to the right of the minimum and `slope` w²/2 to its left, so that m = `slope` and L = 1.

    Args:
        slope: in (0, 1].

    >>> kinked(0.25).gradient(np.array([-2.0, 2.0]))
    array([-0.5,  2. ])
    """
    q = number("slope", slope, above=0, most=1)

    def steepness(w):
        return np.where(w > 0, 1.0, q)

    return Objective(lambda w: (steepness(w) * w**2).sum(axis=-1) / 2, lambda w: steepness(w) * w, q, 1.0, np.zeros(1))


def lap(weights: Float[np.ndarray, " t"]) -> list[int]:
    """The shortest pattern of sides (1 right, 0 left of the minimum) that the last part of a path repeats.

    Args:
        weights: a path in one dimension, the last 61 states of which show the pattern.

    Raises:
        ValueError: if no pattern of up to 30 sides repeats.

    >>> lap(np.tile([1.0, -1.0, -2.0], 40))
    [1, 0, 0]
    """
    w = array("weights", weights, ndim=1)
    if len(w) < 61:
        raise ValueError(f"weights must hold at least 61 states; got {len(w)}")
    sides = (w[-61:] > 0).astype(int)
    for period in range(1, 31):
        if (sides[period:] == sides[:-period]).all():
            return list(map(int, sides[-period:]))
    raise ValueError("weights must end in a repeated pattern of sides; none of up to 30 was found")


@checked(unsigned=("slope",))
def growth(sides: list[int], *, slope: float, step_size: float, momentum: float) -> float:
    """By which factor a lap through these sides multiplies w at fixed momentum: a spectral radius of a product.

    Args:
        sides: 1 where the curvature is 1, 0 where it is `slope`.
        slope: of `kinked`.
        step_size: η.
        momentum: ρ.
    """
    if not sides or any(side not in (0, 1) for side in sides):
        raise ValueError(f"sides must hold zeros and ones, one at least; got {sides}")
    product = np.eye(2)
    for side in sides:
        A = update_matrix(1.0 if side else slope, step_size=step_size, momentum=momentum, nesterov=False)
        product = A @ product
    return float(np.abs(np.linalg.eigvals(product)).max())
