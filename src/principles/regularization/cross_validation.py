"""Cross-validation, and what happens to a validation set that is asked too often."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int, Num

from principles import validation as valid
from principles.signatures import checked

Fit = Callable[[np.ndarray, np.ndarray], Callable[[np.ndarray], np.ndarray]]


def folds(n: int, k: int, *, rng: np.random.Generator) -> list[Int[np.ndarray, " m"]]:
    """A random partition of n samples into k validation parts whose sizes differ by at most one.

    Raises:
        ValueError: if k is below 2 or above n.
    """
    order = valid.generator("rng", rng).permutation(valid.count("n", n, least=2))
    return np.array_split(order, valid.count("k", k, least=2, most=n))


@checked(counts=("n",))
def split(n: int, *, validation: int, test: int, rng: np.random.Generator) -> tuple[Int[np.ndarray, " m"], ...]:
    """Indices of a training, a validation and a test set that together are all n samples.

    Raises:
        ValueError: if nothing is left to train with.
    """
    valid.count("validation", validation), valid.count("test", test, most=n - validation - 1)
    order = valid.generator("rng", rng).permutation(n)
    return order[validation + test :], order[:validation], order[validation : validation + test]


@checked
def scores(
    fit: Fit, X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], parts: list[Int[np.ndarray, " m"]]
) -> Float[np.ndarray, " k"]:
    """Mean squared error on each part of the model that is fitted to all other parts.

    Args:
        fit: maps inputs and targets to a predictor.
        X, y: all samples.
        parts: disjoint validation parts, as `folds` gives them.

    Raises:
        ValueError: if a sample stands in two parts, or a part names one that there is not.
    """
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)
    valid.same_length("X", X, "y", y)
    named = np.concatenate(parts)
    if len(np.unique(named)) < len(named):
        raise ValueError("parts must be disjoint; a sample stands in two of them")
    if named.min() < 0 or named.max() >= len(y):
        raise ValueError(f"parts must hold indices from 0 to {len(y) - 1}; got {named.min()} to {named.max()}")
    result = []
    for part in parts:
        rest = np.setdiff1d(np.arange(len(y)), part)
        result.append(np.mean((fit(X[rest], y[rest])(X[part]) - y[part]) ** 2))
    return np.array(result)


@checked
def leave_one_out(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, alpha: float) -> Float[np.ndarray, " n"]:
    """Squared errors of n-fold cross-validation of a ridge without bias, from a single fit: (rᵢ / (1 - Hᵢᵢ))²."""
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)
    valid.same_length("X", X, "y", y)
    H = X @ np.linalg.solve(X.T @ X + valid.number("alpha", alpha, least=0) * np.eye(X.shape[1]), X.T)
    if (np.diag(H) > 1 - 1e-12).any():
        raise ValueError(
            f"alpha must be positive where the fit passes through a sample; sample {int(np.diag(H).argmax())} is one"
        )
    return ((y - H @ y) / (1 - np.diag(H))) ** 2


@checked(counts=("test", "validation"))
def best_of_guesses(guesses: int, *, validation: int, test: int, rng: np.random.Generator) -> tuple[float, float]:
    """Validation and test accuracy of the best, on the validation set, of many coin-flipping classifiers."""
    right = valid.generator("rng", rng).uniform(size=(valid.count("guesses", guesses), validation + test)) < 0.5
    chosen = right[right[:, :validation].sum(axis=1).argmax()]
    return float(chosen[:validation].mean()), float(chosen[validation:].mean())
