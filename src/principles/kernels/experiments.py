"""Experiments of the chapter that repeat a run over many settings."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.kernels import dual, functions, nystrom
from principles.linear_models import margin, perceptron
from principles.signatures import checked


@dataclass(frozen=True)
class HeldOut:
    """A kernel perceptron beside a support vector machine on the same Gram matrix.

    Attributes:
        perceptron_error, machine_error: share of held-out samples that each gets wrong.
        updates: mistakes of the perceptron during training.
        support, machine_support: how many samples each remembers.
    """

    perceptron_error: float
    machine_error: float
    updates: int
    support: int
    machine_support: int


@checked
def updates_by_dimension(
    rooms: list, dimensions: list, *, n: int, passes: int, rng: np.random.Generator
) -> tuple[Int[np.ndarray, "rooms dimensions"], Float[np.ndarray, "rooms dimensions"]]:
    """How many updates a perceptron makes on `margin.separable` data of each margin and dimension, and the bound on them.

    Args:
        rooms: least margins of the data, whose inputs have norm 1.
        dimensions: of the inputs.
        n: samples in each data set.
        passes: through the data; too few and the run ends before it separates the data.
        rng: a numpy generator.

    Raises:
        ValueError: if a run has not separated its data after all passes.
    """
    updates = np.zeros((len(rooms), len(dimensions)), dtype=int)
    bounds = np.zeros(updates.shape)
    for cell in np.ndindex(updates.shape):
        X, y, separator = margin.separable(n, dimensions[cell[1]], margin=rooms[cell[0]], rng=rng)
        run = perceptron.train(X, y, order=perceptron.shuffled_passes(n, passes, rng=rng))
        if (y * (X @ run.final) <= 0).any():
            raise ValueError(f"passes must be enough to separate the data; {passes} leave mistakes")
        updates[cell], bounds[cell] = run.updates, margin.mistake_bound(X, y, separator)
    return updates, bounds


def coupon_collector(n: int) -> float:
    """Expected draws until each of `n` coupons has come up, n (1 + 1/2 + ... + 1/n).

    >>> coupon_collector(2)
    3.0
    """
    return float(n * (1 / np.arange(1, validation.count("n", n) + 1)).sum())


@checked(counts=("n",))
def iterations_until_all_seen(n: int, *, repeats: int, rng: np.random.Generator) -> Float[np.ndarray, " repeats"]:
    """The iteration of the last update on n orthonormal inputs that are sampled with replacement.

    Its mean is that of `coupon_collector`.

    Args:
        n: how many inputs.
        repeats: independent runs.
        rng: a numpy generator.

    Raises:
        ValueError: if 25 n iterations did not meet every input, of probability below n e⁻²⁵.
    """
    last = np.zeros(validation.count("repeats", repeats))
    for r in range(repeats):
        run = perceptron.train(np.eye(n), np.ones(n), order=perceptron.uniform_samples(n, 25 * n, rng=rng))
        if run.updates < n:
            raise ValueError(f"n must allow every input to be met in 25 n iterations; {n - run.updates} of {n} were not")
        last[r] = run.when[-1]
    return last


@checked
def mean_alpha(
    X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"], *, runs: int, passes: int, rng: np.random.Generator
) -> Float[np.ndarray, " n"]:
    """How often each sample is a mistake, averaged over runs in different orders.

    Args:
        X: inputs, a row a sample.
        y: labels, -1 or +1.
        runs: how many.
        passes: through the data in each run.
        rng: a numpy generator.
    """
    orders = [perceptron.shuffled_passes(len(X), passes, rng=rng) for _ in range(validation.count("runs", runs))]
    return np.mean([perceptron.train(X, y, order=order).alpha for order in orders], axis=0)


def held_out(kernel: Callable, train, test, *, order: Int[np.ndarray, " iterations"], C: float) -> HeldOut:
    """Train a kernel perceptron and scikit-learn's `SVC` on one Gram matrix; test both on held-out data.

    Args:
        kernel: a function of two sets of inputs, as in `functions`.
        train: a `Data` with labels -1 and +1.
        test: another.
        order: the perceptron's sample at each iteration.
        C: what the support vector machine pays for a violated margin.

    Raises:
        ValueError: if labels are not ±1, `C` is not positive, or the machine's solver does not converge.
    """
    G, K = functions.gram(kernel, train.X), kernel(train.X, test.X)
    run = dual.train(G, train.y, order=order)
    machine = dual.machine(G, train.y, C=C)
    wrong = dual.predict(K, run.alpha, train.y) != validation.signs("test.y", test.y)
    machine_wrong = machine.predict(K.T) != test.y
    return HeldOut(
        float(wrong.mean()), float(machine_wrong.mean()), run.updates, int((run.alpha > 0).sum()), len(machine.support_)
    )


def noise_error(
    kernel: Callable, train, test, *, coordinates: int, noise_std: float, passes: int, rng: np.random.Generator
) -> float:
    """Held-out error of a kernel perceptron after meaningless features are appended to the kernel's own.

    Args:
        kernel: a function of two sets of inputs, as in `functions`.
        train: a `Data` with labels -1 and +1.
        test: another.
        coordinates: how many Gaussian features to append; 0 for none.
        noise_std: their standard deviation.
        passes: through the training data.
        rng: a numpy generator.
    """
    validation.count("coordinates", coordinates, least=0)
    validation.number("noise_std", noise_std, least=0)
    order = perceptron.shuffled_passes(len(train), passes, rng=rng)
    noise, new_noise = (noise_std * rng.standard_normal((len(part), coordinates)) for part in (train, test))
    run = dual.train(functions.gram(kernel, train.X) + noise @ noise.T, train.y, order=order)
    K = kernel(train.X, test.X) + noise @ new_noise.T
    return float((dual.predict(K, run.alpha, train.y) != test.y).mean())


@checked
def nystrom_errors(
    G: Float[np.ndarray, "n n"], ranks: list, *, draws: int, rng: np.random.Generator
) -> Float[np.ndarray, "ranks draws"]:
    """Relative error of Nyström's approximation with landmarks drawn uniformly, for each rank and draw.

    Args:
        G: Gram matrix.
        ranks: numbers of landmarks.
        draws: sets of landmarks for each.
        rng: a numpy generator.
    """
    errors = np.zeros((len(ranks), validation.count("draws", draws)))
    for i, draw in np.ndindex(errors.shape):
        landmarks = rng.choice(len(G), validation.count("ranks", ranks[i], most=len(G)), replace=False)
        errors[i, draw] = nystrom.relative_error(G, nystrom.approximation(G, landmarks))
    return errors
