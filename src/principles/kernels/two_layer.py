"""A two-layer network: the features of (3.9) with S learned along with w.

Weights are a pair (w, S) with w of shape (p,) and S of shape (d, p); inputs carry a 1
(`random_features.with_one`) when hidden units need an offset. The gradient is by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles.kernels import random_features
from principles.signatures import checked
from principles.validation import array, count, generator, number, same_length, signs


@dataclass(frozen=True)
class Weights:
    """The weights of the network: w (p,) of the output, S (d, p) of the features."""

    w: np.ndarray
    S: np.ndarray

    def __post_init__(self):
        array("w", self.w, shape=(array("S", self.S, ndim=2).shape[1],))


def initial(d: int, p: int, *, rng: np.random.Generator) -> Weights:
    """Random weights: S ~ N(0, 2/d), w ~ N(0, 1/p), which keep a ReLU network's output of order 1."""
    d, p = count("d", d), count("p", p)
    S = generator("rng", rng).standard_normal((d, p)) * np.sqrt(2 / d)
    return Weights(rng.standard_normal(p) / np.sqrt(p), S)


@checked
def relu(z: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """max(0, z), the nonlinearity σ of this module.

    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(0.0, z)


@checked
def score(X: Num[np.ndarray, "n d"], weights: Weights) -> Float[np.ndarray, " n"]:
    """ŷ = wᵀσ(Sᵀx) for every row of X, before the sign is taken."""
    return random_features.features(X, weights.S, activation=relu) @ weights.w


@checked
def classify(X: Num[np.ndarray, "n d"], weights: Weights) -> Float[np.ndarray, " n"]:
    """f(x; w, S) = sign(wᵀσ(Sᵀx)), a two-layer neural network, with sign(0) = +1 (3.12).

    >>> classify(np.array([[3.0], [-3.0]]), Weights(np.array([1.0, -2.0]), np.array([[1.0, -1.0]])))
    array([ 1., -1.])
    """
    return np.where(score(X, weights) >= 0, 1.0, -1.0)  # (3.12)


@checked
def objective(weights: Weights, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> float:
    """The mean hinge loss (1/n) Σ max(0, 1 - y^i ŷ^i) as a function of w and S together (3.13).

    Args:
        weights: w and S.
        X: inputs.
        y: labels, each -1 or +1.
    """
    y = same_length("y", signs("y", y), "X", X)
    return float(np.maximum(0.0, 1 - y * score(X, weights)).mean())  # (3.13)


@checked
def gradient(weights: Weights, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Weights:
    """The gradient of (3.13) in w and in S, by the chain rule.

    With g_i = -y^i/n where the loss of sample i is positive, ∂w = Σ g_i σ(Sᵀx^i) and
    ∂S = Σ g_i x^i (w ⊙ σ'(Sᵀx^i))ᵀ.
    """
    X, y = array("X", X, shape=(None, len(weights.S))), same_length("y", signs("y", y), "X", X)
    return Weights(*_gradient(weights, X, y))


def _gradient(weights, X, y):
    w, S = weights.w, weights.S
    Z = X @ S
    Φ = np.maximum(0.0, Z)
    g = -y / len(y) * (1 - y * (Φ @ w) > 0)
    return Φ.T @ g, X.T @ (g[:, None] * w * (Z > 0))


@checked(sizes=True)
def train(
    weights: Weights,
    X: Num[np.ndarray, "n d"],
    y: Num[np.ndarray, " n"],
    *,
    steps: int,
    step_size: float = 0.02,
    batch: int = 64,
    rng: np.random.Generator,
) -> Iterator[Weights]:
    """Minimise (3.13) over w and S together by Adam on random batches, its steps falling linearly to zero.

    Yields the weights after each step.

    Args:
        weights: where to start.
        X: inputs.
        y: labels, each -1 or +1.
        steps: how many.
        step_size: of the first step.
        batch: samples a step.
        rng: a numpy generator, for the batches.

    Source: Kingma and Ba (2015), for the steps.
    """
    steps, step_size = count("steps", steps), number("step_size", step_size, above=0)
    batch = min(count("batch", batch), len(X))
    generator("rng", rng)
    X, y = array("X", X, shape=(None, len(weights.S))), same_length("y", signs("y", y), "X", X)
    first, second = ([np.zeros_like(weights.w), np.zeros_like(weights.S)] for _ in range(2))
    for t in range(1, steps + 1):
        i = rng.choice(len(X), batch, replace=False)
        rate = step_size * (1 - (t - 1) / steps)
        moved = []
        for k, (θ, dθ) in enumerate(zip((weights.w, weights.S), _gradient(weights, X[i], y[i]))):
            first[k] = 0.9 * first[k] + 0.1 * dθ
            second[k] = 0.999 * second[k] + 0.001 * dθ**2
            moved.append(θ - rate * (first[k] / (1 - 0.9**t)) / (np.sqrt(second[k] / (1 - 0.999**t)) + 1e-8))
        weights = Weights(*moved)
        yield weights


def last(trajectory: Iterator[Weights]) -> Weights:
    """The final weights of a training run.

    Raises:
        ValueError: if the run made no step.
    """
    weights = None
    for weights in trajectory:  # noqa: B007
        pass
    if weights is None:
        raise ValueError("trajectory must hold at least one step")
    return weights


@checked
def permuted(weights: Weights, order: Num[np.ndarray, " p"]) -> Weights:
    """The same function with its hidden units renamed.

    Raises:
        ValueError: if `order` is no permutation of 0, ..., p - 1.
    """
    order = np.asarray(order)
    if not np.array_equal(np.sort(order), np.arange(len(weights.w))):
        raise ValueError(f"order must be a permutation of the {len(weights.w)} hidden units; got {order}")
    return Weights(weights.w[order], weights.S[:, order])


@checked
def segment(start: Weights, end: Weights, *, points: int) -> tuple[Float[np.ndarray, " points"], list[Weights]]:
    """Weights on the straight line from `start` (0) to `end` (1), and their places on it.

    Raises:
        ValueError: if the two networks differ in shape.
    """
    array("end.S", end.S, shape=start.S.shape)
    places = np.linspace(0.0, 1.0, count("points", points, least=2))
    return places, [Weights((1 - s) * start.w + s * end.w, (1 - s) * start.S + s * end.S) for s in places]


def product_network(d: int) -> Weights:
    """Four units for inputs (x, 1) in d + 1 dimensions whose output is |x_1 + x_2| - |x_1 - x_2|, of the sign of x_1 x_2."""
    S = np.zeros((count("d", d, least=2) + 1, 4))
    S[:2] = [[1, -1, 1, -1], [1, -1, -1, 1]]
    return Weights(np.array([1.0, 1.0, -1.0, -1.0]), S)


@checked
def errors(
    p: int,
    train_set: tuple[np.ndarray, np.ndarray],
    test_set: tuple[np.ndarray, np.ndarray],
    *,
    steps: int,
    passes: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Held-out error with the p features learned, and with the same p features left as they were drawn.

    Both start from the same random S; the second fits w alone, by `random_features.fit` with a
    ridge of 1e-6.

    Args:
        p: hidden units.
        train_set: inputs and labels.
        test_set: inputs and labels, held out.
        steps: of `train`, for the learned features.
        passes: of `fit`, for the random ones.
        rng: a numpy generator.

    Returns:
        (learned, random).
    """
    (X, y), (X_test, y_test) = train_set, test_set
    y_test = same_length("test labels", signs("test labels", y_test), "test inputs", X_test)
    start = initial(X.shape[1], p, rng=rng)
    learned = last(train(start, X, y, steps=steps, rng=rng))
    w = random_features.fit(_scaled(X, start), y, penalty=1e-6, passes=passes, rng=rng)
    by_chance = random_features.classify(_scaled(X_test, start), w)
    return float((classify(X_test, learned) != y_test).mean()), float((by_chance != y_test).mean())


@checked
def sweep(
    sizes: list[int],
    train_set: tuple[np.ndarray, np.ndarray],
    test_set: tuple[np.ndarray, np.ndarray],
    *,
    steps: int,
    passes: int,
    repeats: int,
    rng: np.random.Generator,
) -> Float[np.ndarray, "s r 2"]:
    """`errors` for several numbers of hidden units, repeated: by size, repeat, and (learned, random).

    Args:
        sizes: numbers of hidden units.
        train_set: inputs and labels.
        test_set: inputs and labels, held out.
        steps, passes: as for `errors`.
        repeats: fresh starts for each size.
        rng: a numpy generator.
    """
    return np.array(
        [
            [errors(p, train_set, test_set, steps=steps, passes=passes, rng=rng) for _ in range(count("repeats", repeats))]
            for p in sizes
        ]
    )


def _scaled(X, weights):
    return random_features.features(X, weights.S, activation=relu) / np.sqrt(len(weights.w))


def hidden_directions(*, n: int, d: int, rng: np.random.Generator) -> tuple[Float[np.ndarray, "n e"], Float[np.ndarray, " n"]]:
    """Normal inputs in d dimensions (with a 1 appended) whose label sign(x_1 x_2) depends on two of them only."""
    X = generator("rng", rng).standard_normal((count("n", n), count("d", d, least=2)))
    return random_features.with_one(X), np.where(X[:, 0] * X[:, 1] >= 0, 1.0, -1.0)
