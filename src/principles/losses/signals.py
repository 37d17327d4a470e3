"""Augmentation beyond pictures: sounds, and sentences whose labels must change with them."""

from itertools import permutations, product

import numpy as np
from jaxtyping import Float, Int

from principles import data, validation
from principles.losses import softmax, training
from principles.losses.augmentation import augment_often
from principles.signatures import checked

NAMES = ("Ada", "Ben", "Cem", "Dora", "Eli", "Fay")
VERBS = {"beat": 0, "lost to": 1}  # where the winner stands: first or second


@checked
def sound_changes(rng: np.random.Generator) -> dict:
    """Changes of a stack of signals, a row a signal: what a microphone, a room and a speaker do, and playing it backwards."""
    return {
        "none": None,
        "shift in time": lambda X: np.array([np.roll(x, rng.integers(-8, 9)) for x in X]),
        "volume": lambda X: X * rng.uniform(0.7, 1.4, (len(X), 1)),
        "background noise": lambda X: X + 0.1 * rng.normal(size=X.shape),
        "backwards": lambda X: X[:, ::-1],
    }


@checked(counts=("n", "copies", "seeds", "steps"))
def sound_errors(*, n: int, copies: int, seeds: int, steps: int = 800) -> dict[str, Float[np.ndarray, " seeds"]]:
    """Held-out errors on MNIST-1D, 40-step signals of ten kinds, with `copies` changed copies of n training signals.

    Args:
        n: training signals; the rest of 4000 are held out.
        copies: changed copies of each.
        seeds: number of splits.
        steps: updates of each network.
    """
    signals = data.mnist1d(samples=4000)
    errors: dict[str, list[float]] = {name: [] for name in sound_changes(np.random.default_rng(0))}
    for seed in range(validation.count("seeds", seeds)):
        train, test = data.split(signals, test=len(signals) - n, rng=np.random.default_rng(seed))
        for name, T in sound_changes(np.random.default_rng(seed)).items():
            X, y = augment_often(train.X, train.y, [T] * copies if T else [])
            rng = np.random.default_rng(seed)
            net = training.train(X, softmax.one_hot(y, 10), hidden=(128,), steps=steps, rate=0.05, rng=rng)
            errors[name].append(training.error(net, test.X, test.y))
    return {name: np.array(values) for name, values in errors.items()}


def sentences() -> list[tuple[str, str, str]]:
    """All reports "A verb B" of a game between two different people."""
    return [(a, verb, b) for (a, b), verb in product(permutations(NAMES, 2), VERBS)]


@checked
def winner(sentence: tuple[str, str, str]) -> str:
    """Who won.

    >>> winner(("Ada", "lost to", "Ben"))
    'Ben'
    """
    first, verb, second = sentence
    return (first, second)[VERBS[verb]]


@checked
def encode(reports: list[tuple[str, str, str]]) -> Float[np.ndarray, "n d"]:
    """One-hot vectors of the three places of a sentence, side by side."""
    rows = [[*(a == x for x in NAMES), *(v == x for x in VERBS), *(b == x for x in NAMES)] for a, v, b in reports]
    return np.array(rows, float)


@checked
def rename(reports: list[tuple[str, str, str]], order: tuple[int, ...]) -> list[tuple[str, str, str]]:
    """The same stories about other people: name i becomes name order[i] everywhere.

    Raises:
        ValueError: if `order` is not a permutation of 0, ..., 5.
    """
    if sorted(order) != list(range(len(NAMES))):
        raise ValueError(f"order must be a permutation of 0, ..., {len(NAMES) - 1}; got {order}")
    new = {name: NAMES[i] for name, i in zip(NAMES, order)}
    return [(new[a], verb, new[b]) for a, verb, b in reports]


@checked(naturals=("seed",))
def renaming_experiment(*, seed: int, steps: int = 600) -> dict[str, float]:
    """Who won? Errors on all sentences after training on games of Ada against the others, as they are and renamed.

    Renamed with the old label kept (as {(T(x), y)} would have it), and with the label renamed too.
    """
    rng, everything = np.random.default_rng(seed), sentences()
    seen = [s for s in everything if "Ada" in (s[0], s[2])]
    orders = [tuple(map(int, rng.permutation(len(NAMES)))) for _ in range(20)]
    renamed = [s for order in orders for s in rename(seen, order)]
    old, new = [winner(s) for s in seen] * len(orders), [winner(s) for s in renamed]
    sets = {"as they are": (seen, [winner(s) for s in seen]), "label kept": (renamed, old), "label renamed": (renamed, new)}
    truth = _indices([winner(s) for s in everything])
    errors = {}
    for name, (reports, answers) in sets.items():
        targets = softmax.one_hot(_indices(answers), len(NAMES))
        net = training.train(encode(reports), targets, hidden=(64,), steps=steps, rng=np.random.default_rng(seed))
        errors[name] = training.error(net, encode(everything), truth)
    return errors


def _indices(names) -> Int[np.ndarray, " n"]:
    return np.array([NAMES.index(name) for name in names])
