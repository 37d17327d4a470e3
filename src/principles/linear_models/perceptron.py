"""The perceptron: at every mistake, add y x to the weights.

Two counters run side by side. An *iteration* looks at one sample; an *update* happens only
when that sample is a mistake. `Run.scores[t - 1]` belongs to iteration t = 1, 2, ...;
`Run.weights[k]` holds the weights after k updates, so `weights[0]` is where the run started.

A mistake is y w·x ≤ 0: a tie is a mistake for either label. The rule printed in (2.11),
sign(w·x) ≠ y with sign(0) = +1, is `ties="positive"`.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.signatures import checked

TIES = ("mistake", "positive")


@dataclass(frozen=True)
class Run:
    """A perceptron's training: every score it computed and every mistake it made.

    Attributes:
        weights: (updates + 1, d), the weights before the first update and after each.
        scores: (iterations,), w·x when the sample was met.
        mistakes: (updates,), the sample of each update, in order.
        when: (updates,), the iteration of each update, counted from 1.
        alpha: (n,), how often each sample was a mistake.
    """

    weights: Float[np.ndarray, "updates_1 d"]
    scores: Float[np.ndarray, " iterations"]
    mistakes: Int[np.ndarray, " updates"]
    when: Int[np.ndarray, " updates"]
    alpha: Int[np.ndarray, " n"]

    @property
    def final(self) -> Float[np.ndarray, " d"]:
        """The weights at the end."""
        return self.weights[-1]

    @property
    def updates(self) -> int:
        """How many mistakes were made."""
        return len(self.mistakes)


def predict(X: Float[np.ndarray, "n d"], w: Float[np.ndarray, " d"]) -> Float[np.ndarray, " n"]:
    """The side of the hyperplane that each input lies on, sign(w·x) with sign(0) = +1 (2.8).

    Args:
        X: inputs, a row a sample; append a 1 to have a bias.
        w: weights.

    Returns:
        -1 or +1 for each row.

    Raises:
        ValueError: if shapes disagree or an entry is not finite.

    >>> predict(np.array([[2.0], [0.0], [-1.0]]), np.array([3.0]))
    array([ 1.,  1., -1.])
    """
    X = validation.array("X", X, ndim=2)
    w = validation.array("w", w, shape=(X.shape[1],))
    return np.where(validation.array("X @ w", X @ w) >= 0, 1.0, -1.0)  # (2.8)


@checked
def is_mistake(score: float, y: float, *, ties: str = "mistake") -> bool:
    """Whether `score` is on the wrong side for label `y`.

    Args:
        score: w·x.
        y: label, -1 or +1.
        ties: what a score of exactly 0 is: `"mistake"` for either label, or `"positive"`,
            the prediction +1, as sign(0) = +1 has it.

    Raises:
        ValueError: if `ties` is neither, the label is not ±1, or the score is not a number.
    """
    if abs(y) != 1 or np.isnan(score):
        raise ValueError(f"score must be a number and y a label -1 or +1; got {score} and {y}")
    return bool(_is_mistake(score, y, ties))


def _is_mistake(score, y, ties):
    if ties not in TIES:
        raise ValueError(f"ties must be one of {', '.join(TIES)}; got {ties!r}")
    return y * score <= 0 if ties == "mistake" else (1.0 if score >= 0 else -1.0) != y


@checked
def update(w: Float[np.ndarray, " d"], x: Float[np.ndarray, " d"], y: float, *, ties: str = "mistake") -> Float[np.ndarray, " d"]:
    """One iteration: w + y x if (x, y) is a mistake, else w (2.11).

    Args:
        w: weights.
        x: the sampled input.
        y: its label, -1 or +1.
        ties: see `is_mistake`; `"positive"` is the rule as printed.

    Raises:
        ValueError: if shapes disagree, the label is neither, or `ties` is unknown.

    >>> update(np.zeros(2), np.array([1.0, 2.0]), -1.0)
    array([-1., -2.])
    """
    w = validation.array("w", w, ndim=1)
    x = validation.array("x", x, shape=w.shape)
    (y,) = validation.signs("y", [y])
    return w + y * x if is_mistake(w @ x, y, ties=ties) else w  # (2.11)


@checked
def train(
    X: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    *,
    order: Int[np.ndarray, " iterations"],
    start: Float[np.ndarray, " d"] | None = None,
    ties: str = "mistake",
) -> Run:
    """The perceptron algorithm: meet the samples in the given order, apply (2.11) to each.

    Args:
        X: inputs, a row a sample.
        y: labels, -1 or +1.
        order: the sample of each iteration, as `shuffled_passes` or `uniform_samples` draw it.
        start: the first weights; zero if not given.
        ties: see `is_mistake`.

    Raises:
        ValueError: if shapes disagree, labels are not ±1, or `order` names no sample.

    >>> train(np.eye(2), np.array([1.0, -1.0]), order=np.array([0, 1, 0, 1])).final
    array([ 1., -1.])
    """
    X = validation.array("X", X, ndim=2)
    y = validation.same_length("y", validation.signs("y", y), "X", X)
    order = visits(order, len(X))
    w = np.zeros(X.shape[1]) if start is None else validation.array("start", start, shape=(X.shape[1],))
    weights, scores, when = [w], [], []
    for t, i in enumerate(order, 1):
        scores.append(w @ X[i])
        if _is_mistake(scores[-1], y[i], ties):
            w = w + y[i] * X[i]  # (2.11)
            weights.append(w)
            when.append(t)
    updated = np.array(when, dtype=int)
    mistakes = order[updated - 1]
    return Run(np.array(weights), np.array(scores), mistakes, updated, np.bincount(mistakes, minlength=len(X)))


@checked(counts=("n",))
def visits(order: Int[np.ndarray, " iterations"], n: int, *, name: str = "order") -> Int[np.ndarray, " iterations"]:
    """`order`, checked: every entry must name one of `n` samples.

    Args:
        order: sample numbers, from 0.
        n: how many samples there are.
        name: of the argument, for the error.

    Raises:
        ValueError: naming the first entry that is no sample.
    """
    result = np.asarray(order)
    if result.ndim != 1 or result.size == 0 or result.dtype.kind not in "iu":
        raise ValueError(f"{name} must be a vector of sample numbers; got shape {result.shape}, dtype {result.dtype}")
    wrong = np.flatnonzero((result < 0) | (result >= n))
    if wrong.size:
        raise ValueError(f"{name} must name samples 0 to {n - 1}; entry {wrong[0]} is {result[wrong[0]]}")
    return result


def shuffled_passes(n: int, passes: int, *, rng: np.random.Generator) -> Int[np.ndarray, " iterations"]:
    """Every sample once a pass, in a new random order each time.

    Args:
        n: how many samples.
        passes: how often to go through them.
        rng: a numpy generator.
    """
    validation.count("n", n)
    validation.generator("rng", rng)
    return np.concatenate([rng.permutation(n) for _ in range(validation.count("passes", passes))])


def uniform_samples(n: int, iterations: int, *, rng: np.random.Generator) -> Int[np.ndarray, " iterations"]:
    """One of the `n` samples drawn uniformly, with replacement, at each iteration.

    Args:
        n: how many samples.
        iterations: how many draws.
        rng: a numpy generator.
    """
    validation.generator("rng", rng)
    return rng.integers(validation.count("n", n), size=validation.count("iterations", iterations))
