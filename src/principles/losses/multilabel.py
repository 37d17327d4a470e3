"""Several digits in one picture: independent answers, or one softmax with several targets."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Num

from principles import data, validation
from principles.losses import binary, softmax, training
from principles.signatures import checked


@dataclass(frozen=True)
class Crowd:
    """Pictures of one to three different digits side by side in three places, and who is there.

    Args:
        X: inputs, 3 · 64 pixels a row.
        present: multi-hot rows.
    """

    X: np.ndarray
    present: np.ndarray


@checked(sizes=True)
def crowd(X: Num[np.ndarray, "pool 64"], y: Num[np.ndarray, " pool"], n: int, *, rng: np.random.Generator) -> Crowd:
    """n pictures with one, two or three digits of different classes at random places, other places empty."""
    X = validation.array("X", X, shape=(len(y), 64))
    if set(range(10)) - set(y):
        raise ValueError("y must hold each of the digits 0 to 9")
    pictures, classes = np.zeros((validation.count("n", n), 3, 64)), []
    for picture in pictures:
        kinds = rng.choice(10, size=rng.integers(1, 4), replace=False)
        for place, kind in zip(rng.permutation(3), kinds):
            picture[place] = X[rng.choice(np.flatnonzero(y == kind))]
        classes.append([int(k) for k in kinds])
    return Crowd(pictures.reshape(n, -1), binary.multi_hot(classes, 10))


@checked
def exact(answers: Bool[np.ndarray, "n m"], present: Num[np.ndarray, "n m"]) -> float:
    """The share of samples whose whole set of classes is right."""
    if np.shape(answers) != np.shape(present):
        raise ValueError(f"answers and present must have one shape; got {np.shape(answers)} and {np.shape(present)}")
    return float((answers == (present == 1)).all(axis=1).mean())


@checked
def above(scores: Num[np.ndarray, "n m"], threshold: float) -> Bool[np.ndarray, "n m"]:
    """Say yes to every class whose score exceeds the threshold."""
    return scores > threshold


@checked
def largest(scores: Num[np.ndarray, "n m"], counts: Num[np.ndarray, " n"]) -> Bool[np.ndarray, "n m"]:
    """Say yes to as many classes, those of the largest scores, as there are digits in the picture."""
    scores = validation.array("scores", scores, ndim=2)
    counts = validation.same_length("counts", validation.array("counts", counts, ndim=1), "scores", scores)
    ranks = (-scores).argsort(axis=1).argsort(axis=1)
    return ranks < counts[:, None]


@checked(counts=("test", "train"), naturals=("seed",))
def compare(*, seed: int, train: int = 2000, test: int = 1000, steps: int = 1500) -> dict[str, np.ndarray]:
    """Scores of both losses on new pictures, by loss ("binary", "softmax"), and the truth ("present").

    Returns:
        For "binary" its m probabilities, for "softmax" its distribution, and the multi-hot truth.
    """
    rng = np.random.default_rng(seed)
    seen, held = data.split(data.digits(), test=700, rng=rng)
    learn, new = crowd(seen.X, seen.y, train, rng=rng), crowd(held.X, held.y, test, rng=rng)
    found = {"present": new.present}
    for loss, turn in (("binary", binary.probability), ("softmax", softmax.softmax)):
        net = training.train(learn.X, learn.present, loss=loss, hidden=(128,), steps=steps, rng=np.random.default_rng(seed))
        found[loss] = turn(training.predict(net, new.X))
    return found


def descend(present: Num[np.ndarray, " m"], *, loss: str, rate: float, steps: int) -> Float[np.ndarray, " m"]:
    """Logits of one sample after gradient descent from zero, on "binary", "softmax" or the "positive half"."""
    slopes = {
        "softmax": softmax.cross_entropy_slope,
        "binary": binary.cross_entropy_slope,
        "positive half": lambda ŷ, t: t * (binary.probability(ŷ) - 1),
    }
    if loss not in slopes:
        raise ValueError(f"loss must be one of {', '.join(slopes)}; got {loss!r}")
    t, ŷ = validation.array("present", present, ndim=1)[None], np.zeros((1, len(present)))
    rate = validation.number("rate", rate, above=0)
    for _ in range(validation.count("steps", steps)):
        ŷ = ŷ - rate * slopes[loss](ŷ, t)
    return ŷ[0]
