"""Double descent on handwritten digits: least squares on random ReLU features, more and more of them.

With p features and n samples the weights are those of least norm, in closed form. At p = n the
model can just pass through every training target.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles import data
from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Curve:
    """For each number of features: errors of every data set, and how bias and variance share the test error.

    `train`, `test` (mean squared error), `mistakes` (share of wrong digits): shape (datasets, widths).
    `variance`, `rest`: shape (widths,); `rest` is bias² plus Bayes error, which data without a
    known f* cannot tell apart.
    """

    widths: Int[np.ndarray, " widths"]
    train: Float[np.ndarray, "datasets widths"]
    test: Float[np.ndarray, "datasets widths"]
    mistakes: Float[np.ndarray, "datasets widths"]
    variance: Float[np.ndarray, " widths"]
    rest: Float[np.ndarray, " widths"]


@checked(sizes=True)
def features(X: Float[np.ndarray, "n d"], S: Float[np.ndarray, "d p"]) -> Float[np.ndarray, "n p"]:
    """max(0, Xsⱼ) for each random direction sⱼ, a column of S."""
    return np.maximum(0.0, valid.array("X", X, ndim=2) @ S)


@checked
def least_norm(Phi: Float[np.ndarray, "n p"], Y: Float[np.ndarray, "n C"], *, penalty: float = 0.0) -> Float[np.ndarray, "p C"]:
    """The shortest least-squares weights, or with a penalty α the ridge weights, from the singular values of Φ."""
    U, s, Vt = np.linalg.svd(valid.array("Phi", Phi, ndim=2), full_matrices=False)
    valid.same_length("Phi", Phi, "Y", valid.array("Y", Y, ndim=2))
    kept = s > 1e-12 * s[0]
    factors = np.where(kept, s / np.where(kept, s**2 + valid.number("penalty", penalty, least=0), 1.0), 0.0)
    return Vt.T @ (factors[:, None] * (U.T @ Y))


def isotropic_fits(*, n: int, d: int, datasets: int, rng: np.random.Generator) -> Float[np.ndarray, "datasets d"]:
    """Least-norm weights for the noiseless target x₁, fitted to n standard Gaussian inputs in d dimensions, data set by data set.

    For d ≥ n the average over data sets is n/d on x₁ and 0 elsewhere, so at a new input bias² is (1 - n/d)² on average,
    and the variance is (n/d)(1 - n/d): the fit is the projection of the true weights on n random directions.
    """
    shape = valid.count("datasets", datasets), valid.count("n", n), valid.count("d", d)
    inputs = valid.generator("rng", rng).standard_normal(shape)
    return np.stack([least_norm(X, X[:, :1])[:, 0] for X in inputs])


def digit_sets(
    *, n: int, datasets: int, flipped: float, rng: np.random.Generator
) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray, np.ndarray]:
    """Disjoint training sets of handwritten digits, and all other digits to test with.

    Args:
        n: samples in each training set.
        datasets: how many training sets.
        flipped: the share of training labels replaced by a random digit.
        rng: a numpy generator.

    Returns:
        The training sets as (X, codes), codes being ±1 over ten classes; test inputs; test labels, all right.

    Raises:
        ValueError: if there are not enough digits.
    """
    raw, labels = data.digits(), data.digits().y.copy()
    used = valid.count("n", n) * valid.count("datasets", datasets)
    if used >= len(raw):
        raise ValueError(f"n · datasets must be below {len(raw)}, so that digits are left to test with; got {used}")
    rest, held = np.split(valid.generator("rng", rng).permutation(len(raw)), [used])
    X = raw.X - raw.X[rest].mean(axis=0)
    X /= np.sqrt(X[rest].var(axis=0).mean())
    wrong = rest[rng.uniform(size=used) < valid.number("flipped", flipped, least=0, most=1)]
    labels[wrong] = rng.integers(10, size=len(wrong))
    return [(X[part], 2 * np.eye(10)[labels[part]] - 1) for part in np.split(rest, datasets)], X[held], raw.y[held]


@checked(sizes=True)
def sweep(
    widths: list[int],
    sets: list[tuple[np.ndarray, np.ndarray]],
    X: Float[np.ndarray, "m d"],
    y: Int[np.ndarray, " m"],
    *,
    rng: np.random.Generator,
    penalty: float = 0.0,
) -> Curve:
    """Fit every training set with every number of features; each set draws its own features.

    Args:
        widths: numbers of features p.
        sets: training sets (inputs, codes).
        X, y: test inputs and digits.
        rng: draws the features.
        penalty: α of a ridge; 0 is the least-norm fit.
    """
    if len(sets) < 2:
        raise ValueError(f"sets must hold at least 2 training sets, or there is no variance over them; got {len(sets)}")
    codes = 2 * np.eye(10)[y] - 1
    scores = np.empty((len(sets), len(widths), *codes.shape))
    train = np.empty((len(sets), len(widths)))
    for i, (A, B) in enumerate(sets):
        S = rng.standard_normal((A.shape[1], max(widths))) / np.sqrt(A.shape[1])
        Phi, held = features(A, S), features(X, S)
        for j, p in enumerate(widths):
            W = least_norm(Phi[:, :p], B, penalty=penalty)
            train[i, j], scores[i, j] = np.mean((Phi[:, :p] @ W - B) ** 2), held[:, :p] @ W
    test = np.mean((scores - codes) ** 2, axis=(2, 3))
    variance = np.mean(scores.var(axis=0, ddof=1), axis=(1, 2))
    mistakes = np.mean(scores.argmax(axis=3) != y, axis=2)
    return Curve(np.array(widths), train, test, mistakes, variance, test.mean(axis=0) - variance)
