"""Punched cards with a mark on the left, on the right, on both sides or on neither."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.signatures import checked

ROWS, COLUMNS = 12, 80  # of a punched card
MARK = (5, 12)  # holes of one mark, rows × columns


@dataclass(frozen=True)
class Deck:
    """Cards as 0/1 images, flattened with a constant 1 appended, and whether each half carries a mark."""

    X: np.ndarray
    left: np.ndarray
    right: np.ndarray


def punch(left: Int[np.ndarray, " n"], right: Int[np.ndarray, " n"], *, rng: np.random.Generator) -> Deck:
    """Cards (Section 1.3) with a block of holes somewhere in the left half, the right half, both or none.

    Args:
        left: 1 where the card gets a mark in its left half, else 0.
        right: the same for the right half.
        rng: places the marks.
    """
    validation.generator("rng", rng)
    validation.same_length("right", right, "left", left)
    for name, marked in (("left", left), ("right", right)):
        if not np.isin(validation.array(name, marked, ndim=1), (0, 1)).all():
            raise ValueError(f"{name} must hold 0 or 1 for every card")
    images = np.zeros((len(left), ROWS, COLUMNS))
    for offset, marked in ((0, left), (COLUMNS // 2, right)):
        row = rng.integers(0, ROWS - MARK[0] + 1, size=len(left))
        column = rng.integers(0, COLUMNS // 2 - MARK[1] + 1, size=len(left)) + offset
        for card in np.flatnonzero(marked):
            r, c = row[card], column[card]
            images[card, r : r + MARK[0], c : c + MARK[1]] = 1.0
    holes = images.reshape(len(left), -1)
    return Deck(np.column_stack([holes, np.ones(len(left))]), np.asarray(left), np.asarray(right))


def one_sided(n: int, *, rng: np.random.Generator) -> tuple[Deck, Float[np.ndarray, " n"]]:
    """n cards marked on one side (Section 1.3), labelled -1 for left and +1 for right."""
    right = validation.generator("rng", rng).integers(0, 2, size=validation.count("n", n))
    return punch(1 - right, right, rng=rng), 2.0 * right - 1


def odd_sided(n: int, *, rng: np.random.Generator) -> tuple[Deck, Float[np.ndarray, " n"]]:
    """n cards marked left, right, on both sides or on neither (Section 1.3), labelled +1 when exactly one side is marked."""
    left, right = validation.generator("rng", rng).integers(0, 2, size=(2, validation.count("n", n)))
    return punch(left, right, rng=rng), 2.0 * (left ^ right) - 1


@checked
def association(
    deck: Deck, wiring: Float[np.ndarray, "d units"], thresholds: Float[np.ndarray, " units"]
) -> Float[np.ndarray, "n m"]:
    """Outputs of fixed association units (Section 1.3), 1[w·x ≥ θ], with a constant 1 appended."""
    wiring = validation.array("wiring", wiring, shape=(ROWS * COLUMNS, None))
    validation.array("thresholds", thresholds, shape=(wiring.shape[1],))
    active = (deck.X[:, :-1] @ wiring >= thresholds).astype(float)
    return np.column_stack([active, np.ones(len(active))])


def random_wiring(units: int, *, inputs: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random association units (Section 1.3): each adds some holes, subtracts as many others, and has a random threshold."""
    validation.generator("rng", rng)
    validation.count("inputs", inputs, most=ROWS * COLUMNS // 2)
    wiring = np.zeros((ROWS * COLUMNS, validation.count("units", units)))
    for column in wiring.T:
        chosen = rng.choice(ROWS * COLUMNS, size=2 * inputs, replace=False)
        column[chosen[:inputs]], column[chosen[inputs:]] = 1.0, -1.0
    return wiring, rng.integers(1, 4, size=units).astype(float)


@checked(sizes=True)
def accuracy_after(
    weights: Float[np.ndarray, "t d"], X: Float[np.ndarray, "n d"], y: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " t"]:
    """Share of right answers on a deck for each of a sequence of weights (Section 1.3)."""
    X, weights = validation.array("X", X, ndim=2), validation.array("weights", weights, ndim=2)
    validation.same_length("y", validation.signs("y", y), "X", X)
    return (np.where(X @ weights.T >= 0, 1.0, -1.0) == y[:, None]).mean(axis=0)


def halves() -> Float[np.ndarray, " d"]:
    """A separator that needs no learning (Section 1.3): -1 on every hole of the left half, +1 on the right, no bias."""
    image = np.ones((ROWS, COLUMNS))
    image[:, : COLUMNS // 2] = -1.0
    return np.append(image.ravel(), 0.0)
