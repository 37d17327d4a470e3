"""Two classes in the plane and the same augmentation, rotation about the origin: right for one task, wrong for the other."""

import numpy as np
from jaxtyping import Float, Int, Num

from principles import validation
from principles.losses import softmax, training
from principles.signatures import checked

TASKS = ("rings", "halves")


@checked
def sample(task: str, n: int, *, rng: np.random.Generator) -> tuple[Float[np.ndarray, "n 2"], Int[np.ndarray, " n"]]:
    """n points of the disc of radius 2; class 1 lies farther out than √2 ("rings") or to the right ("halves").

    Either way the classes are equally likely.

    Raises:
        ValueError: if the task is neither.
    """
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}; got {task!r}")
    angle, radius = rng.uniform(0, 2 * np.pi, validation.count("n", n)), 2 * np.sqrt(rng.uniform(size=n))
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return X, (radius > np.sqrt(2) if task == "rings" else X[:, 0] > 0).astype(int)


@checked
def turned(X: Num[np.ndarray, "n 2"], *, copies: int, rng: np.random.Generator) -> Float[np.ndarray, "m 2"]:
    """`copies` copies of the points, each point turned about the origin by its own random angle."""
    X = np.tile(validation.array("X", X, shape=(None, 2)), (validation.count("copies", copies), 1))
    angle = rng.uniform(0, 2 * np.pi, len(X))
    c, s = np.cos(angle), np.sin(angle)
    return np.column_stack([c * X[:, 0] - s * X[:, 1], s * X[:, 0] + c * X[:, 1]])


@checked(naturals=("seed",))
def compare(task: str, *, n: int, copies: int, seed: int, steps: int = 600) -> dict:
    """Train with and without turned copies of n points; the held-out errors, the training points and maps of p(1 | x)."""
    rng = np.random.default_rng(seed)
    (X, y), (new, truth) = sample(task, n, rng=rng), sample(task, 2000, rng=rng)
    both = np.concatenate([X, turned(X, copies=copies, rng=rng)]), np.tile(y, copies + 1)
    axis = np.linspace(-2, 2, 61)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    found = {"X": X, "y": y, "axis": axis, "errors": [], "maps": []}
    for inputs, labels in ((X, y), both):
        net = training.train(inputs, softmax.one_hot(labels, 2), hidden=(32,), steps=steps, rng=np.random.default_rng(seed))
        found["errors"].append(training.error(net, new, truth))
        found["maps"].append(softmax.softmax(training.predict(net, grid))[:, 1].reshape(61, 61))
    return found
