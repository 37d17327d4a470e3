"""SGD for many independent runs at once. State 0 is the start; state t has seen t mini-batches.

`order[t]` holds the mini-batch of update t + 1, a row of indices for each run.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles.signatures import checked
from principles.stochastic.objectives import FiniteSum, batch_gradient, mean_loss
from principles.validation import array, count, generator, number, same_length


@dataclass(frozen=True)
class Estimate:
    """A Monte-Carlo mean and its standard error."""

    mean: np.ndarray
    standard_error: np.ndarray

    def at(self, times):
        """The estimate at some of its times."""
        return Estimate(self.mean[times], self.standard_error[times])


def with_replacement(n: int, steps: int, *, repeats: int, batch: int = 1, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Mini-batches drawn uniformly and independently, `batch` indices for each of `repeats` runs at every step."""
    generator("rng", rng)
    size = (count("repeats", repeats), count("batch", batch))
    for _ in range(count("steps", steps, least=0)):
        yield rng.integers(count("n", n), size=size)


def shuffled(n: int, epochs: int, *, repeats: int, batch: int = 1, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Mini-batches as PyTorch's `DataLoader(shuffle=True)` deals them: every epoch a new permutation, cut into pieces.

    Args:
        n: samples; a multiple of `batch`.
        epochs: passes through the data.
        repeats: independent runs.
        batch: size of a mini-batch.
        rng: a numpy generator.
    """
    generator("rng", rng)
    if count("n", n) % count("batch", batch):
        raise ValueError(f"n must be a multiple of batch; got {n} and {batch}")
    for _ in range(count("epochs", epochs)):
        order = rng.permuted(np.tile(np.arange(n), (count("repeats", repeats), 1)), axis=1)
        yield from np.split(order, n // batch, axis=1)


@checked
def sgd(
    problem: FiniteSum,
    start: Float[np.ndarray, "r p"],
    *,
    order: Iterable[Int[np.ndarray, "r b"]],
    step_size: int | float | Callable[[int], float],
) -> Iterator[Float[np.ndarray, "r p"]]:
    """Every state of w ← w − η ∇ℓ^ω(w), one sample at a time or a mini-batch at a time (11.3).

    Args:
        problem: the finite sum.
        start: first weights, a row a run.
        order: the mini-batch of every update, a row a run.
        step_size: η, or a function of the update t = 0, 1, …

    Raises:
        ValueError: if a step is negative, or a mini-batch holds no row of samples for each run.

    >>> problem = FiniteSum(np.ones((2, 1)), np.array([10.0, 20.0]))
    >>> [float(w[0, 0]) for w in sgd(problem, np.zeros((1, 1)), order=[np.array([[0]]), np.array([[1]])], step_size=0.5)]
    [0.0, 5.0, 12.5]
    """
    W = array("start", start, ndim=2)
    yield W
    for t, batch in enumerate(order):
        η = number("step_size", step_size(t) if callable(step_size) else step_size, least=0)
        W = W - η * batch_gradient(problem, W, batch)  # (11.3)
        yield W


@checked
def expected_gap(problem: FiniteSum, states: Iterable[Float[np.ndarray, "r p"]], least: float) -> Estimate:
    """E[ℓ(w_t)] − ℓ(w*) at every state, estimated over the runs.

    Args:
        problem: the finite sum.
        states: of independent runs.
        least: ℓ(w*).
    """
    gaps = np.array([mean_loss(problem, W) for W in states]) - number("least", least)
    if gaps.ndim != 2 or gaps.shape[1] < 2:
        raise ValueError(f"states must hold at least two runs, a row each; their losses have shape {gaps.shape}")
    return Estimate(gaps.mean(axis=1), gaps.std(axis=1, ddof=1) / np.sqrt(gaps.shape[1]))


def _positive(name, values):
    values = array(name, values, ndim=1)
    if len(values) < 2 or (values <= 0).any():
        raise ValueError(f"{name} must be at least two positive numbers, whose logarithms can be fitted; got {values}")
    return values


def power(times: Float[np.ndarray, " k"], values: Float[np.ndarray, " k"]) -> float:
    """The exponent a of the power law values ∝ timesᵃ, fitted to the logarithms.

    >>> round(power(np.array([1.0, 2.0, 4.0]), np.array([8.0, 4.0, 2.0])), 12)
    -1.0
    """
    times, values = _positive("times", times), _positive("values", values)
    same_length("values", values, "times", times)
    return float(np.polyfit(np.log(times), np.log(values), 1)[0])


def factor(values: Float[np.ndarray, " k"]) -> float:
    """The factor ρ per step of the geometric law values ∝ ρᵗ, fitted to the logarithms.

    >>> round(factor(np.array([8.0, 4.0, 2.0])), 12)
    0.5
    """
    values = _positive("values", values)
    return float(np.exp(np.polyfit(np.arange(len(values)), np.log(values), 1)[0]))


def factor_above(values: Float[np.ndarray, " k"], floor: float) -> float:
    """`factor` over the values before the first that is below `floor`, where rounding takes over."""
    values = array("values", values, ndim=1)
    below = np.flatnonzero(values < number("floor", floor, above=0))
    return factor(values[: below[0]] if len(below) else values)
