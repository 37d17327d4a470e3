"""Markov chains with finitely many states. P is a transition matrix, P[i, j] = P(w_{t+1} = j | w_t = i), rows summing to 1.

Functions on P take a stack of chains as well, shape (..., k, k), where their annotation says so. Time starts at 0.
"""

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.sparse.csgraph import connected_components, shortest_path

from principles.signatures import checked
from principles.validation import count, distribution, generator

MOLE = np.array([[0.1, 0.4, 0.5], [0.4, 0.0, 0.6], [0.0, 0.6, 0.4]])
TWO_STATES = np.array([[0.5, 0.5], [0.4, 0.6]])


def _chain(P):
    P = distribution("P", P, ndim=(2, 3))
    if P.shape[-1] != P.shape[-2]:
        raise ValueError(f"P must be square, a row and a column a state; got shape {P.shape}")
    return P


def _single(P):
    if np.ndim(P) != 2:
        raise ValueError(f"P must have 2 axes, one chain; got shape {np.shape(P)}")
    return _chain(P)


def _law(name, P, π):
    """The chains and a law for each."""
    P, π = _chain(P), distribution(name, π, ndim=(1, 2))
    if π.shape != P.shape[:-1]:
        raise ValueError(f"{name} must hold a probability for each state of P; got shapes {π.shape} and {P.shape}")
    return P, π


def _state(name, state, P):
    return count(name, state, least=0, most=len(P) - 1)


def propagate(P: Float[np.ndarray, "*b k k"], π: Float[np.ndarray, "*b k"]) -> Float[np.ndarray, "*b k"]:
    """π_{t+1} = Pᵀ π_t, the law of the next state."""
    P, π = _law("π", P, π)
    return np.einsum("...ij,...i->...j", P, π)


def laws(P: Float[np.ndarray, "k k"], start: Float[np.ndarray, " k"], steps: int) -> Float[np.ndarray, "steps_plus_1 k"]:
    """π_0, ..., π_steps, each from the last by `propagate`.

    >>> laws(MOLE, np.array([1.0, 0.0, 0.0]), 2)[-1].round(3)
    array([0.17, 0.34, 0.49])
    """
    P, first = _law("start", _single(P), start)
    rows = [first]
    for _ in range(count("steps", steps, least=0)):
        rows.append(propagate(P, rows[-1]))
    return np.array(rows)


def invariant(P: Float[np.ndarray, "*b k k"]) -> Float[np.ndarray, "*b k"]:
    """π = Pᵀπ with Σ π = 1, solved as a linear system, as by hand in Example 11.5.

    Args:
        P: one irreducible chain, or a stack of them.

    Raises:
        ValueError: if an invariant law is not unique (the chain has more than one closed class).

    >>> 9 * invariant(TWO_STATES)
    array([4., 5.])
    """
    P = _chain(P)
    k = P.shape[-1]
    A = np.swapaxes(P, -1, -2) - np.eye(k)
    A[..., -1, :] = 1.0  # the k equations are dependent: one of them is replaced by Σ π = 1
    if np.linalg.cond(A).max() > 1e12:
        raise ValueError("P must have one closed class; here more than one law is invariant")
    return np.linalg.solve(A, np.broadcast_to(np.eye(k)[:, -1:], (*A.shape[:-1], 1)))[..., 0]


def eigenvector(P: Float[np.ndarray, "k k"]) -> Float[np.ndarray, " k"]:
    """The eigenvector of Pᵀ for the eigenvalue 1, scaled to sum to 1.

    Raises:
        ValueError: if there are several (the chain has more than one closed class).
    """
    values, vectors = np.linalg.eig(_single(P).T)
    if (np.abs(values - 1) < 1e-9).sum() > 1:
        raise ValueError("P must have one closed class; here more than one law is invariant")
    v = vectors[:, np.abs(values - 1).argmin()].real
    return v / v.sum()


def average_law(P: Float[np.ndarray, "k k"], start: Float[np.ndarray, " k"], steps: int) -> Float[np.ndarray, " k"]:
    """(1/T) Σ_{t<T} π_t, which tends to an invariant law for every finite chain, periodic or not."""
    return laws(P, start, count("steps", steps) - 1).mean(axis=0)


def classes(P: Float[np.ndarray, "k k"]) -> Int[np.ndarray, " k"]:
    """The communicating class of every state: i and j share one if each can reach the other."""
    return connected_components(_single(P) > 0, directed=True, connection="strong")[1]


def is_irreducible(P: Float[np.ndarray, "k k"]) -> bool:
    """Whether every state reaches every other."""
    return bool(classes(P).max() == 0)


def period(P: Float[np.ndarray, "k k"], state: int) -> int:
    """The greatest common divisor of the times t with (Pᵗ)_ii > 0; 0 if there is none.

    With d(w) the fewest steps from i to w, every step w → w' within the class of i has d(w) + 1 - d(w') divisible by
    the period, and these differences add up along each way back to i.

    >>> period(np.roll(np.eye(12), 1, axis=1), 0)  # a clock
    12
    """
    group, edges = classes(P), _single(P) > 0
    inside = group == group[_state("state", state, P)]
    d = shortest_path(edges, unweighted=True, indices=state)
    w, after = np.nonzero(edges & inside & inside[:, None])
    return int(np.gcd.reduce((d[w] + 1 - d[after]).astype(int)))


def return_possible(P: Float[np.ndarray, "k k"], state: int, times: int) -> Bool[np.ndarray, " t"]:
    """Whether (Pᵗ)_ii > 0, for t = 1, ..., times."""
    P, powers = _single(P), np.linalg.matrix_power
    _state("state", state, P)
    return np.array([powers(P, t)[state, state] > 0 for t in range(1, count("times", times) + 1)])


def walk(P: Float[np.ndarray, "k k"], start: int, steps: int, *, rng: np.random.Generator) -> Int[np.ndarray, " steps_plus_1"]:
    """One trajectory of the chain."""
    edges, u = np.cumsum(_single(P), axis=1), generator("rng", rng).random(count("steps", steps))
    states = [_state("start", start, P)]
    for z in u:
        states.append(min(int(np.searchsorted(edges[states[-1]], z, side="right")), len(P) - 1))
    return np.array(states)


def reverse(P: Float[np.ndarray, "*b k k"], π: Float[np.ndarray, "*b k"]) -> Float[np.ndarray, "*b k k"]:
    """P^rev[w, w'] = P[w', w] π(w') / π(w): from where the chain came, when it runs in its invariant law π > 0."""
    P, π = _law("π", P, π)
    if (π <= 0).any():
        raise ValueError("π must be positive; from a state that is never reached the chain cannot be run backwards")
    return np.swapaxes(P, -1, -2) * π[..., None, :] / π[..., :, None]


def is_reversible(P: Float[np.ndarray, "*b k k"], π: Float[np.ndarray, "*b k"]) -> Bool[np.ndarray, "*b"]:
    """Whether P^rev = P, that is, flow balances along every edge: π(w) P[w, w'] = π(w') P[w', w]."""
    P, π = _law("π", P, π)
    flow = π[..., :, None] * P
    return (np.abs(flow - np.swapaxes(flow, -1, -2)) < 1e-12).all(axis=(-1, -2))


@checked
def random_chains(number: int, k: int, *, reversible: bool, rng: np.random.Generator) -> Float[np.ndarray, "number k k"]:
    """Random chains with positive entries, some of them nearly zero.

    Args:
        number: of chains.
        k: states of each.
        reversible: walk on symmetric random weights, which balances flows; else independent rows.
        rng: a numpy generator.
    """
    size = (count("number", number), count("k", k), k)
    weights = generator("rng", rng).gamma(0.5, size=size) + 1e-6
    if reversible:
        weights = weights + np.swapaxes(weights, -1, -2)
    return weights / weights.sum(axis=-1, keepdims=True)
