"""The fruit of Section 3.4.2: pictures with or without one, and box features "mostly red inside".

A picture is the map of its red pixels, an array of 0 and 1. Every picture of a pair holds
the same number of red pixels; with a fruit they form a disc, without one they are strewn.
"""

import numpy as np
from jaxtyping import Bool, Float, Int, Num

from principles.signatures import checked
from principles.validation import array, count, generator, same_length, signs


def pictures(
    *, n: int, size: int = 100, radius: int = 10, rng: np.random.Generator
) -> tuple[Bool[np.ndarray, "n size size"], Float[np.ndarray, " n"]]:
    """n pictures, half of them (label +1) with a red disc at a random place, half with as many red pixels strewn.

    Args:
        n: how many; even.
        size: of the picture, in pixels.
        radius: of the fruit.
        rng: a numpy generator.

    Raises:
        ValueError: if `n` is odd or the fruit does not fit into the picture.
    """
    if count("n", n, least=2) % 2:
        raise ValueError(f"n must be even, a picture of each label; got {n}")
    size, radius = count("size", size), count("radius", radius, most=size // 2 - 1)
    rows, columns = np.mgrid[:size, :size]
    red = np.zeros((n, size, size), dtype=bool)
    for k in range(0, len(red), 2):
        i, j = generator("rng", rng).integers(radius, size - radius, 2)
        red[k] = (rows - i) ** 2 + (columns - j) ** 2 <= radius**2
        red[k + 1].flat[rng.choice(size * size, red[k].sum(), replace=False)] = True
    return red, np.tile([1.0, -1.0], len(red) // 2)


def random_boxes(p: int, *, size: int = 100, rng: np.random.Generator) -> Int[np.ndarray, "p 4"]:
    """p boxes (i, j, k, l) between two random pixels (i, j) and (k, l), the far corner exclusive."""
    corners = generator("rng", rng).integers(0, count("size", size), (count("p", p), 2, 2))
    return np.hstack([corners.min(axis=1), corners.max(axis=1) + 1])


@checked
def features(red: Bool[np.ndarray, "n size size"], boxes: Int[np.ndarray, "p 4"]) -> Float[np.ndarray, "n p"]:
    """φ_{ij,kl} = 1{more than half of the pixels in box (ij), (kl) are red}, by sums over corners of the running total.

    Raises:
        ValueError: if a box is empty or leaves the picture.

    >>> features(np.eye(2, dtype=bool)[None], np.array([[0, 0, 1, 1], [0, 0, 2, 2]]))
    array([[1., 0.]])
    """
    red, boxes = array("red", red, ndim=3), array("boxes", boxes, shape=(None, 4)).astype(int)
    i, j, k, l = boxes.T
    outside = (i < 0) | (j < 0) | (k <= i) | (l <= j) | (k > red.shape[1]) | (l > red.shape[2])
    if outside.any():
        raise ValueError(f"boxes must be inside the picture and not empty; box {outside.argmax()} is {boxes[outside.argmax()]}")
    total = np.pad(red.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0)))
    inside = total[:, k, l] - total[:, i, l] - total[:, k, j] + total[:, i, j]
    return (inside > (k - i) * (l - j) / 2).astype(float)


def detect(Phi: Num[np.ndarray, "n p"]) -> Float[np.ndarray, " n"]:
    """+1 where any box is mostly red, else -1: the linear classifier sign(Σφ - ½)."""
    return np.where(array("Phi", Phi, ndim=2).any(axis=1), 1.0, -1.0)


def select(Phi: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], *, keep: int) -> Int[np.ndarray, " keep"]:
    """Choose features by what they see: greedily the box that finds most fruit not found yet, minus its false alarms.

    Args:
        Phi: features of the training pictures, each 0 or 1.
        y: labels, each -1 or +1.
        keep: how many to choose.
    """
    Φ, y = array("Phi", Phi, ndim=2), same_length("y", signs("y", y), "Phi", Phi)
    missing, gains = np.ones(len(y), dtype=bool), y @ Φ
    chosen: list[int] = []
    for _ in range(count("keep", keep, most=Φ.shape[1])):
        chosen.append(int(gains.argmax()))
        found = missing & (Φ[:, chosen[-1]] > 0)
        gains -= y[found] @ Φ[found]
        gains[chosen[-1]] = -np.inf
        missing &= ~found
    return np.array(chosen)


@checked(counts=("pool",))
def compare(
    sizes: list[int], *, pool: int, radius: int, n: int, repeats: int, rng: np.random.Generator
) -> Float[np.ndarray, "s r 2"]:
    """Held-out error of `detect` with p random boxes of a pool, and with p boxes selected from it on training pictures.

    Args:
        sizes: numbers of boxes p.
        pool: random boxes to choose from.
        radius: of the fruit.
        n: pictures to train on, and again to test on.
        repeats: fresh pictures and pools.
        rng: a numpy generator.

    Returns:
        errors by size, repeat, and (random, selected).
    """
    errors = np.empty((len(sizes), count("repeats", repeats), 2))
    for r in range(repeats):
        (red, y), (red_test, y_test) = (pictures(n=n, radius=radius, rng=rng) for _ in range(2))
        boxes = random_boxes(pool, rng=rng)
        Φ, Φ_test = features(red, boxes), features(red_test, boxes)
        best = select(Φ, y, keep=max(sizes))
        for k, p in enumerate(sizes):
            errors[k, r] = [(detect(Φ_test[:, chosen]) != y_test).mean() for chosen in (np.arange(p), best[:p])]
    return errors


@checked(counts=("pool",))
def hit_share(radii: list[int], *, pool: int, n: int, rng: np.random.Generator) -> Float[np.ndarray, " s"]:
    """Share of random boxes that are mostly red in a picture with a fruit, for each radius.

    Args:
        radii: of the fruit, in pixels.
        pool: random boxes.
        n: pictures for each radius.
        rng: a numpy generator.
    """
    boxes = random_boxes(pool, rng=rng)
    return np.array([features(pictures(n=n, radius=radius, rng=rng)[0][::2], boxes).mean() for radius in radii])
