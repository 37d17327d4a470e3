"""Experiments with augmentation on handwritten digits: right and wrong ones, their worth, animals on backgrounds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles import data, validation
from principles.losses import softmax, training, transforms
from principles.losses.augmentation import augment_often
from principles.signatures import checked

SHIFTS = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0)]


@checked
def changes(rng: np.random.Generator) -> dict[str, Callable]:
    """Ways to change a stack of small pictures, by name; those that are random draw anew for each picture."""

    def shift(X):
        return transforms.each(X, lambda x: transforms.translate(x, *map(int, rng.choice(SHIFTS))))

    def turn(X):
        return transforms.each(X, lambda x: transforms.rotate(x, rng.uniform(-20, 20)))

    return {
        "none": lambda X: X,
        "shift": shift,
        "small turn": turn,
        "noise": lambda X: transforms.sensor_noise(X, std=0.3, rng=rng),
        "mirror": transforms.mirror,
        "water": transforms.water,
        "half turn": transforms.half_turn,
    }


@dataclass(frozen=True)
class Costs:
    """Held-out errors, a row a training augmentation, a column a change of the test pictures, and who is taken for whom.

    Args:
        names: of the changes, in order.
        errors: mean share of wrong labels, over seeds.
        confusions: counts on unchanged test pictures, [augmentation, true class, predicted class].
        tested: number of test pictures behind the counts, over all seeds.
    """

    names: tuple[str, ...]
    errors: np.ndarray
    confusions: np.ndarray
    tested: int


@checked(counts=("n",))
def wrong_augmentation(*, n: int, seeds: int, steps: int = 400) -> Costs:
    """Train on n digits and four changed copies of each, one kind of change at a time; test on every kind.

    Args:
        n: training digits; the rest are held out.
        seeds: number of splits.
        steps: updates of each network.
    """
    digits, tables, confusions = data.digits(), [], []
    for seed in range(validation.count("seeds", seeds)):
        train, test = data.split(digits, test=len(digits) - n, rng=np.random.default_rng(seed))
        nets = [_augmented_net(train, T, seed, steps) for T in changes(np.random.default_rng(seed)).values()]
        seen = {name: T(_square(test.X)) for name, T in changes(np.random.default_rng(99 + seed)).items()}
        tables.append([[training.error(net, _flat(x), test.y) for x in seen.values()] for net in nets])
        confusions.append([_confusion(net, test) for net in nets])
    return Costs(tuple(seen), np.mean(tables, axis=0), np.sum(confusions, axis=0), seeds * len(test))


def _augmented_net(train, T, seed, steps):
    X, y = augment_often(_square(train.X), train.y, [T] * 4)
    return training.train(_flat(X), softmax.one_hot(y, 10), steps=steps, rng=np.random.default_rng(seed))


def _confusion(net, test):
    table = np.zeros((10, 10), int)
    np.add.at(table, (test.y, softmax.classify(training.predict(net, test.X))), 1)
    return table


@checked
def shift_errors(
    sizes: list[int], *, step: float | None, width: int, seeds: int, steps: int = 800
) -> Float[np.ndarray, "seeds sizes"]:
    """Held-out errors of networks that saw n digits and their eight neighbours, moved by `step` pixels (None: n digits only).

    Args:
        sizes: numbers n of digits; the held-out 797 are the same for all.
        step: 1 for whole pixels, a share of one for values in between.
        width: of the hidden layer.
        seeds: number of splits.
        steps: updates of each network.
    """
    digits, errors = data.digits(), []
    sizes = [validation.count("a size", n, most=1000) for n in sizes]
    moves = [] if step is None else [lambda X, r=r, c=c: _moved(X, r * step, c * step) for r, c in SHIFTS]
    for seed in range(validation.count("seeds", seeds)):
        pool, test = data.split(digits, test=797, rng=np.random.default_rng(seed))
        for n in sizes:
            X, y = augment_often(_square(pool.X[:n]), pool.y[:n], moves)
            rng = np.random.default_rng(seed)
            net = training.train(_flat(X), softmax.one_hot(y, 10), hidden=(width,), steps=steps, rng=rng)
            errors.append(training.error(net, test.X, test.y))
    return np.reshape(errors, (seeds, -1))


def _moved(X, rows, columns):
    each_pixel = np.eye(64).reshape(64, 8, 8)  # the move is linear: what it does to single pixels says all
    moved = transforms.project(each_pixel, np.array([[1, 0, -rows], [0, 1, -columns], [0, 0, 1.0]]))
    return (_flat(X) @ _flat(moved)).reshape(X.shape)


@dataclass(frozen=True)
class Herd:
    """Animals before backgrounds.

    Args:
        pictures: (n, 8, 8).
        y: 0 for cows (which are threes here), 1 for camels (eights).
        animals: the animals alone; their values say how much they cover.
    """

    pictures: np.ndarray
    y: np.ndarray
    animals: np.ndarray


@checked(counts=("n",))
def backgrounds(name: str, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """n random 8 × 8 pieces of a photograph ("flower" or "china") at a quarter of its size, or of "noise", in [0, 0.9]."""
    if name == "noise":
        return 0.9 * rng.uniform(size=(n, 8, 8))
    photo = data.photograph(name)
    small = photo[: len(photo) // 4 * 4].reshape(len(photo) // 4, 4, -1, 4).mean(axis=(1, 3))
    tops, lefts = (rng.integers(size - 7, size=n) for size in small.shape)
    return 0.9 * np.array([small[t : t + 8, l : l + 8] for t, l in zip(tops, lefts)])


@checked
def herd(animals: np.ndarray, y: np.ndarray, places: tuple[str, str], *, rng: np.random.Generator) -> Herd:
    """Put cows before pieces of places[0] and camels before pieces of places[1]."""
    behind = np.where(y[:, None, None] == 0, *(backgrounds(place, len(y), rng=rng) for place in places))
    return Herd(np.maximum(animals, (1 - animals) * behind), y, animals)


@checked
def new_backgrounds(animals: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """The animals, cut out, before pieces of either photograph, whichever animal it is."""
    either = rng.random(len(animals))[:, None, None] < 0.5
    behind = np.where(either, *(backgrounds(place, len(animals), rng=rng) for place in ("flower", "china")))
    return np.maximum(animals, (1 - animals) * behind)


@checked(counts=("copies",), naturals=("seed",))
def cows(*, seed: int, copies: int = 4, steps: int = 400) -> tuple[dict, dict, dict]:
    """Errors of a classifier trained where cows live on meadows, tested at home, abroad and elsewhere.

    Returns:
        Errors of the plain classifier, those of one that also saw new backgrounds, and example herds, each by place.
    """
    rng, digits = np.random.default_rng(seed), data.digits()
    chosen = rng.permutation(np.flatnonzero((digits.y == 3) | (digits.y == 8)))
    animals, y = _square(digits.X[chosen]), (digits.y[chosen] == 8).astype(int)
    home = herd(animals[:200], y[:200], ("flower", "china"), rng=rng)
    places = {"home": ("flower", "china"), "abroad": ("china", "flower"), "elsewhere": ("noise", "noise")}
    tests = {name: herd(animals[200:], y[200:], place, rng=rng) for name, place in places.items()}
    T = [lambda _: new_backgrounds(home.animals, rng=rng)] * copies
    errors = []
    for X, labels in (augment_often(home.pictures, home.y, []), augment_often(home.pictures, home.y, T)):
        net = training.train(_flat(X), softmax.one_hot(labels, 2), steps=steps, rng=np.random.default_rng(seed))
        errors.append({name: training.error(net, _flat(test.pictures), test.y) for name, test in tests.items()})
    return errors[0], errors[1], tests


def _square(X):
    return X.reshape(-1, 8, 8)


def _flat(X):
    return X.reshape(len(X), -1)
