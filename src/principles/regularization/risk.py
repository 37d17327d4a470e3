"""A world whose distribution we know, and the risks of a regressor in it.

Inputs are uniform on [0, 1]. Targets are f*(x) plus noise that is skewed and grows with x:
y = sin 5x + s (½ + x) (E - 1), where E is exponential with mean 1. So mean, median and mode of y
differ, and every expectation is an integral that Gauss quadrature computes to rounding.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.signatures import checked

Regressor = Callable[[np.ndarray], np.ndarray]
NODES, WEIGHTS = (v / 2 for v in np.polynomial.legendre.leggauss(120))
NODES = NODES + 0.5  # of [0, 1]
WAITS, SHARES = np.polynomial.laguerre.laggauss(20)  # of the exponential distribution


@dataclass(frozen=True)
class Nature:
    """What draws the data. `noise` is s; s = 0 is a deterministic Nature."""

    noise: float

    def __post_init__(self):
        valid.number("noise", self.noise, least=0)

    def signal(self, x: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """sin 5x, known to Nature only."""
        return np.sin(5 * np.asarray(x, float))

    def noise_std(self, x: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """The standard deviation of y given x."""
        return self.noise * (0.5 + np.asarray(x, float))

    def targets(self, x: Float[np.ndarray, " n"], waits: Float[np.ndarray, "n *m"]) -> Float[np.ndarray, "n *m"]:
        """y for each exponential variable in `waits`, a row an input."""
        shape = (-1,) + (1,) * (np.ndim(waits) - 1)
        return self.signal(x).reshape(shape) + self.noise_std(x).reshape(shape) * (waits - 1)

    def draw(self, n: int, *, rng: np.random.Generator) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        """n independent pairs (x, y)."""
        valid.generator("rng", rng)
        x = rng.uniform(size=valid.count("n", n))
        return x, self.targets(x, rng.exponential(size=n))


def empirical_risk(prediction: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"]) -> float:
    """The training loss, the average of (f(xⁱ) - yⁱ)² over the samples (7.1).

    Args:
        prediction: f(xⁱ), one a sample.
        y: targets.

    Raises:
        ValueError: if the lengths differ.

    >>> empirical_risk(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    2.0
    """
    f, y = valid.array("prediction", prediction, ndim=1), valid.array("y", y, ndim=1)
    valid.same_length("prediction", f, "y", y)
    return float(np.mean((f - y) ** 2))  # (7.1)


@checked
def population_risk(f: Regressor, nature: Nature) -> float:
    """E (f(x) - y)² over the joint distribution of x and y, by quadrature in both (7.2).

    Args:
        f: a regressor; maps inputs of shape (n,) to predictions of shape (n,).
        nature: draws x and y.

    >>> round(population_risk(lambda x: 0 * x, Nature(0.0)), 6)
    0.527201
    """
    y = nature.targets(NODES, np.broadcast_to(WAITS, (len(NODES), len(WAITS))))
    return float(WEIGHTS @ ((f(NODES)[:, None] - y) ** 2 @ SHARES))  # (7.2)


@checked
def conditional_risk(c: float, x: float, nature: Nature) -> float:
    """∫ (c - y)² P(y | x) dy, the risk of saying c at x."""
    y = nature.targets(np.array([valid.number("x", x)]), WAITS[None])[0]
    return float(SHARES @ (valid.number("c", c) - y) ** 2)


@checked
def optimal_regressor(x: Float[np.ndarray, " n"], nature: Nature) -> Float[np.ndarray, " n"]:
    """f*(x) = E[y | x] = ∫ y P(y | x) dy, by quadrature (7.3).

    Args:
        x: inputs in [0, 1].
        nature: draws y.
    """
    x = valid.array("x", x, ndim=1)
    return nature.targets(x, np.broadcast_to(WAITS, (len(x), len(WAITS)))) @ SHARES  # (7.3)


@checked
def excess_risk(f: Regressor, nature: Nature) -> float:
    """E_x (f(x) - f*(x))², the part of the risk that depends on f."""
    return float(WEIGHTS @ (f(NODES) - optimal_regressor(NODES, nature)) ** 2)


@checked
def bayes_error(nature: Nature) -> float:
    """E (f*(x) - y)², the risk of the best regressor of all (7.5).

    >>> round(bayes_error(Nature(1.0)), 12) == round(13 / 12, 12)
    True
    """
    return population_risk(lambda x: optimal_regressor(x, nature), nature)  # (7.5)


@checked(sizes=True)
def noise_between_neighbours(x: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"]) -> tuple[float, float]:
    """The Bayes error from samples alone, and its standard error: half the mean squared jump of y between neighbours.

    Neighbours have nearly the same f*(x), so with many samples what is left of the jump is noise. The pairs are disjoint.

    Args:
        x, y: at least four samples.
    """
    x, y = valid.array("x", x, ndim=1), valid.array("y", y, ndim=1)
    pairs = valid.count("the number of samples", len(x), least=4) // 2
    first, second = y[np.argsort(x, kind="stable")][: 2 * pairs].reshape(pairs, 2).T
    jumps = (second - first) ** 2 / 2
    return float(jumps.mean()), float(jumps.std(ddof=1) / np.sqrt(pairs))


@checked
def decomposed_risk(f: Regressor, nature: Nature) -> float:
    """The excess of f over f* plus the Bayes error (7.4)."""
    return excess_risk(f, nature) + bayes_error(nature)  # (7.4)


@checked
def cross_term(f: Regressor, nature: Nature) -> float:
    """E 2 (f(x) - f*(x)) (f*(x) - y), which the decomposition says is zero."""
    optimal = optimal_regressor(NODES, nature)
    y = nature.targets(NODES, np.broadcast_to(WAITS, (len(NODES), len(WAITS))))
    return float(WEIGHTS @ (2 * (f(NODES) - optimal) * ((optimal[:, None] - y) @ SHARES)))
