"""What past data are worth to an agent that computes perfectly."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.signatures import checked


@dataclass(frozen=True)
class Problem:
    """A decision under a hidden state: prior (states), loss (actions × states), and P(event = 1 | state) for each state."""

    prior: np.ndarray
    loss: np.ndarray
    chance: np.ndarray

    def __post_init__(self):
        prior = validation.distribution("prior", self.prior)
        validation.array("loss", self.loss, shape=(None, len(prior)))
        chance = validation.array("chance", self.chance, shape=(len(prior),))
        if (chance < 0).any() or (chance > 1).any():
            raise ValueError("chance must lie between 0 and 1 for every state")


def bayes_loss(prior: Float[np.ndarray, " s"], likelihood: Float[np.ndarray, "o s"], loss: Float[np.ndarray, "a s"]) -> float:
    """Least mean loss of any agent that sees an observation (Section 1.1): Σ_o min_a Σ_s loss(a, s) P(o | s) P(s).

    Args:
        prior: P(s), a probability a state.
        likelihood: P(o | s), a row an observation; each column sums to 1.
        loss: a row an action.

    >>> bayes_loss(np.array([0.5, 0.5]), np.ones((1, 2)), 1.0 - np.eye(2))
    0.5
    """
    prior = validation.distribution("prior", prior)
    joint = validation.array("likelihood", likelihood, shape=(None, len(prior))) * prior
    loss = validation.array("loss", loss, shape=(None, len(prior)))
    if (joint < 0).any():
        raise ValueError("likelihood must not be negative")
    if np.abs(joint.sum(axis=0) - prior).max() > 1e-9:
        raise ValueError("the columns of likelihood must sum to 1: something is always observed")
    return float((joint @ loss.T).min(axis=1).sum())


def histories(n: int) -> Int[np.ndarray, "rows n"]:
    """All 2ⁿ histories of n binary events, a row each (n = 0 gives one empty history)."""
    validation.count("n", n, least=0, most=14)
    return np.array(list(product((0, 1), repeat=n)), dtype=int).reshape(2**n, n)


@checked(empty=("past",))
def history_likelihood(chance: Float[np.ndarray, " s"], past: Int[np.ndarray, "rows n"]) -> Float[np.ndarray, "rows s"]:
    """P(history | state) for events that are independent given the state (Section 1.1)."""
    if not np.isin(past, (0, 1)).all():
        raise ValueError("past must hold events, 0 or 1")
    chance = validation.array("chance", chance, ndim=1)
    if (chance < 0).any() or (chance > 1).any():
        raise ValueError("chance must lie between 0 and 1 for every state")
    ones, n = past.sum(axis=1)[:, None], past.shape[1]
    return chance**ones * (1 - chance) ** (n - ones)


@checked
def loss_with_history(problem: Problem, n: int) -> float:
    """Least mean loss after n past events, the whole history kept (Section 1.1)."""
    return bayes_loss(problem.prior, history_likelihood(problem.chance, histories(n)), problem.loss)


@checked
def loss_with_count(problem: Problem, n: int) -> float:
    """Least mean loss when only the number of ones among n past events is kept (Section 1.1)."""
    past = histories(n)
    likelihood, ones = history_likelihood(problem.chance, past), past.sum(axis=1)
    merged = np.stack([likelihood[ones == k].sum(axis=0) for k in range(n + 1)])
    return bayes_loss(problem.prior, merged, problem.loss)


@checked
def loss_with_state(problem: Problem) -> float:
    """Mean loss of an agent that is told the hidden state (Section 1.1): the limit of all data."""
    return float(problem.prior @ np.asarray(problem.loss, float).min(axis=0))


@checked
def value_of_history(problem: Problem, n: int) -> float:
    """How much n past events lower the least mean loss (Section 1.1); never negative, zero when they cannot change the action."""
    return loss_with_history(problem, 0) - loss_with_history(problem, n)


def markov_losses(
    move: Float[np.ndarray, "s s"], start: Float[np.ndarray, " s"], loss: Float[np.ndarray, "a s"], steps: int
) -> tuple[float, float]:
    """Least mean loss on the next state of a Markov chain from its whole past, and from its present state (Section 1.1).

    Args:
        move: P(next | present), a row a present state.
        start: law of the first state.
        loss: of an action and the next state.
        steps: how many states are seen before the decision.
    """
    move, start = validation.distribution("move", move, ndim=2), validation.distribution("start", start)
    validation.array("move", move, shape=(len(start), len(start)))
    losses = validation.array("loss", loss, shape=(None, len(start))).T
    paths = np.array(list(product(range(len(start)), repeat=validation.count("steps", steps, most=8))))
    weight = start[paths[:, 0]] * move[paths[:, :-1], paths[:, 1:]].prod(axis=1)
    joint = weight[:, None] * move[paths[:, -1]]  # P(past, next)
    merged = np.stack([joint[paths[:, -1] == s].sum(axis=0) for s in range(len(start))])
    return float((joint @ losses).min(axis=1).sum()), float((merged @ losses).min(axis=1).sum())
