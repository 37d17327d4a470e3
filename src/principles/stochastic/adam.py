"""Adam, as its authors and torch compute it, AMSGrad, and the recursion as the notes print it.

Weights may have any shape: everything is element-wise, so an array of weights is also a stack of runs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Settings:
    """β_1, β_2, ε and whether to keep the largest second moment (AMSGrad)."""

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    amsgrad: bool = False

    def __post_init__(self):
        number("beta_1", self.beta_1, least=0, below=1)
        number("beta_2", self.beta_2, least=0, below=1)
        number("epsilon", self.epsilon, least=0)


@dataclass(frozen=True)
class State:
    """Weights w, the averages m and v and the largest v so far (none debiased), and the number t of updates made."""

    w: np.ndarray
    m: np.ndarray
    v: np.ndarray
    largest: np.ndarray
    t: int

    @property
    def numbers(self):
        """How many floats Adam keeps: weights and both averages."""
        return self.w.size + self.m.size + self.v.size


def initial(w: Float[np.ndarray, "*p"]) -> State:
    """The state before the first update: both averages zero."""
    w = array("w", w)
    return State(w, np.zeros_like(w), np.zeros_like(w), np.zeros_like(w), 0)


@checked
def step(state: State, g: Float[np.ndarray, "*p"], *, step_size: int | float, settings: Settings = Settings()) -> State:
    """One update of Adam: m and v average g and g², m̂ and v̂ undo their start at zero, w ← w − η m̂/(√v̂ + ε) (11.25).

    Args:
        state: weights and averages after t updates.
        g: the stochastic gradient ∇ℓ^ω(w_t).
        step_size: η.
        settings: β_1, β_2, ε.

    Raises:
        ValueError: if g is not of the shape of the weights, or the step is negative.

    >>> float(step(initial(np.array([1.0])), np.array([5.0]), step_size=0.1).w[0].round(6))  # the first step is η sign(g)
    0.9
    """
    g, η = array("g", g, shape=state.w.shape), number("step_size", step_size, least=0)
    b1, b2, t = settings.beta_1, settings.beta_2, state.t + 1
    m = b1 * state.m + (1 - b1) * g  # (11.25)
    v = b2 * state.v + (1 - b2) * g**2
    largest = np.maximum(state.largest, v) if settings.amsgrad else v
    w = state.w - η * (m / (1 - b1**t)) / (np.sqrt(largest / (1 - b2**t)) + settings.epsilon)
    return State(w, m, v, largest, t)


@checked
def descend(
    gradient: Callable[[np.ndarray, int], np.ndarray],
    start: Float[np.ndarray, "*p"],
    *,
    steps: int,
    step_size: int | float | Callable[[int], float],
    settings: Settings = Settings(),
) -> Iterator[State]:
    """Every state of Adam, one more than `steps`; `gradient(w, t)` gives the stochastic gradient of update t + 1."""
    state = initial(start)
    yield state
    for t in range(count("steps", steps)):
        η = step_size(t) if callable(step_size) else step_size
        state = step(state, gradient(state.w, t), step_size=η, settings=settings)
        yield state


def printed_averages(g: Float[np.ndarray, " t"], *, beta: int | float) -> Float[np.ndarray, " t"]:
    """m_{t+1} = (β m_t + (1 − β) g_t)/(1 − βᵗ) for t = 1, 2, …, the recursion as the notes print it, from m = 0.

    The debiased value is fed back, so the correction is applied again and again.
    """
    number("beta", beta, above=0, below=1)
    m, values = 0.0, []
    for t, gradient in enumerate(array("g", g, ndim=1), 1):
        m = (beta * m + (1 - beta) * gradient) / (1 - beta**t)
        values.append(m)
    return np.array(values)


def averages(g: Float[np.ndarray, " t"], *, beta: int | float) -> Float[np.ndarray, " t"]:
    """m̂_t = (1 − β)/(1 − βᵗ) Σ_s β^(t−s) g_s, the debiased exponential average as a weighted sum.

    >>> averages(np.array([3.0, 3.0]), beta=0.9).round(12)
    array([3., 3.])
    """
    number("beta", beta, least=0, below=1)
    g = array("g", g, ndim=1)
    weights = [beta ** np.arange(t, -1, -1) for t in range(len(g))]
    return np.array([w @ g[: t + 1] / w.sum() for t, w in enumerate(weights)])


def reddi_gradients(steps: int, *, large: float, chance: float, repeats: int, rng: np.random.Generator):
    """Slopes of random linear losses: `large` with the given chance, else −1; on average they point to −1 on [−1, 1].

    Reddi, Kale and Kumar (2018) show that Adam drifts to the wrong end when the rare slope is large.
    """
    number("chance", chance, above=0, below=1)
    u = generator("rng", rng).random((count("steps", steps), count("repeats", repeats)))
    return np.where(u < chance, number("large", large, above=0), -1.0)


@checked
def online(
    g: Float[np.ndarray, "t r"], *, step_size: Callable[[int], float], settings: Settings
) -> Float[np.ndarray, "t_plus_1 r"]:
    """Adam on linear losses with the slopes g, its weights clipped to [−1, 1] after every step, from 0."""
    g = array("g", g, ndim=2)
    state = initial(np.zeros(g.shape[1]))
    path = [state.w]
    for t, slope in enumerate(g):
        new = step(state, slope, step_size=step_size(t), settings=settings)
        state = State(np.clip(new.w, -1.0, 1.0), new.m, new.v, new.largest, new.t)
        path.append(state.w)
    return np.array(path)
