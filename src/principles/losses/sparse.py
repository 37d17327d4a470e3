"""Few weights that matter: subset selection, the ℓ1 penalty, and how much a variable is worth.

Inputs and targets are centred here, so that a bias, which is never penalised or dropped, needs no column.
"""

from itertools import combinations

import numpy as np
from jaxtyping import Float, Num

from principles import validation
from principles.signatures import checked


def mean_square(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], chosen) -> float:
    """The mean squared residual of the least-squares fit (with bias) to the columns `chosen` only.

    Raises:
        ValueError: if one of them is not a column of X, or the lengths differ.
    """
    X, y = _centred(X, y)
    columns = X[:, sorted(validation.count("a column", j, least=0, most=X.shape[1] - 1) for j in chosen)]
    w = np.linalg.lstsq(columns, y)[0]
    return float(np.mean((y - columns @ w) ** 2))


def forward(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> list[frozenset[int]]:
    """The nested subsets of forward selection, sizes 0 to d: add the column that lowers the residuals most."""
    d = validation.array("X", X, ndim=2).shape[1]
    path: list[frozenset[int]] = [frozenset()]
    while len(path) <= d:
        rest = set(range(d)) - path[-1]
        path.append(path[-1] | {min(rest, key=lambda j: mean_square(X, y, path[-1] | {j}))})
    return path


def backward(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> list[frozenset[int]]:
    """The nested subsets of backward selection, sizes 0 to d: from all columns, drop the one that is missed least.

    Raises:
        ValueError: if there are more columns than samples: the full fit is then perfect, and says nothing about what to drop.
    """
    n, d = validation.array("X", X, ndim=2).shape
    if d >= n:
        raise ValueError(f"X must have more rows than columns for backward selection; got {n} and {d}; use forward")
    path = [frozenset(range(d))]
    while path[0]:
        path.insert(0, path[0] - {min(path[0], key=lambda j: mean_square(X, y, path[0] - {j}))})
    return path


def best_subsets(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> list[frozenset[int]]:
    """The subset of each size 0 to d with the smallest residuals, by trying all 2^d (at most 12 columns)."""
    d = validation.count("the number of columns of X", validation.array("X", X, ndim=2).shape[1], most=12)
    return [frozenset(min(combinations(range(d), k), key=lambda c: mean_square(X, y, c))) for k in range(d + 1)]


def lasso(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, penalty: float, start: Num[np.ndarray, " d"] | None = None
) -> Float[np.ndarray, " d"]:
    """Weights that minimise (1/2n) Σ (w·x - y)² + λ ‖w‖₁, one coordinate at a time (the bias is free).

    Each coordinate's minimiser is its least-squares value, moved towards zero by λ over the variance of its column and set
    to zero if it would cross.

    Args:
        X: inputs, a row a sample.
        y: targets.
        penalty: λ ≥ 0.
        start: weights to begin from; zero by default.

    Raises:
        ValueError: if λ is negative, a column of X is constant, or 100 000 sweeps do not settle it.
    """
    X, y = _centred(X, y)
    G, c, λ = X.T @ X / len(y), X.T @ y / len(y), validation.number("penalty", penalty, least=0)
    w = np.zeros(len(c)) if start is None else validation.array("start", start, shape=c.shape).copy()
    if (np.diag(G) < 1e-14).any():
        raise ValueError(f"X must have no constant column; column {int(np.diag(G).argmin())} is")
    for _ in range(100_000):
        moved = max(_update(w, j, G, c, λ) for j in range(len(w)))
        if moved <= 1e-12 * max(1.0, np.abs(w).max()):
            return w
        if not np.isfinite(w).all():
            raise ValueError(f"X and y must be small enough that no weight overflows; X is up to {np.abs(X).max():.3g} in size")
    raise ValueError("X must let the coordinates settle in 100 000 sweeps; are two of its columns nearly equal?")


def _update(w, j, G, c, λ):
    pull = c[j] - G[j] @ w + G[j, j] * w[j]
    new = np.sign(pull) * max(abs(pull) - λ, 0.0) / G[j, j]
    moved, w[j] = abs(new - w[j]), new
    return moved


@checked
def least_silent_penalty(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> float:
    """The smallest λ at which all weights of `lasso` are zero: the largest |xⱼ·y|/n."""
    X, y = _centred(X, y)
    return float(np.abs(X.T @ y).max() / len(y))


@checked
def lasso_path(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], penalties: Num[np.ndarray, " k"]) -> Float[np.ndarray, "k d"]:
    """The weights of `lasso` at each penalty, each started from the one before."""
    weights, w = [], None
    for penalty in penalties:
        w = lasso(X, y, penalty=penalty, start=w)
        weights.append(w)
    return np.array(weights)


@checked
def importance(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Float[np.ndarray, " d"]:
    """How much the mean squared residual grows when a weight is fixed to zero and all others are fitted anew."""
    everything = frozenset(range(X.shape[1]))
    full = mean_square(X, y, everything)
    return np.array([mean_square(X, y, everything - {j}) - full for j in sorted(everything)])


@checked
def importance_from_one_fit(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Float[np.ndarray, " d"]:
    """The same without a second fit: wⱼ² / (n [(XᵀX)⁻¹]ⱼⱼ), X centred.

    Raises:
        ValueError: if the columns are linearly dependent.
    """
    X, y = _centred(X, y)
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise ValueError(f"X must have independent columns; once centred, its {X.shape[1]} have rank {np.linalg.matrix_rank(X)}")
    inverse = np.linalg.inv(X.T @ X)
    w = inverse @ (X.T @ y)
    return w**2 / (len(y) * np.diag(inverse))


@checked
def kernel_importance(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, bandwidth: float, penalty: float, folds: int
) -> Float[np.ndarray, " d"]:
    """How much the held-out mean squared residual of kernel ridge regression grows when a column is taken away.

    Args:
        X: standardised inputs; sample i is held out in fold i mod `folds`.
        y: targets.
        bandwidth: of the Gaussian kernel.
        penalty: added to the diagonal of the Gram matrix.
        folds: number of parts, each held out once.
    """
    columns = range(X.shape[1])
    full = held_out_kernel_error(X, y, bandwidth=bandwidth, penalty=penalty, folds=folds)
    without = [np.delete(X, j, axis=1) for j in columns]
    return np.array([held_out_kernel_error(Z, y, bandwidth=bandwidth, penalty=penalty, folds=folds) - full for Z in without])


@checked
def held_out_kernel_error(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, bandwidth: float, penalty: float, folds: int
) -> float:
    """The mean squared residual of Gaussian kernel ridge regression on held-out samples (fold i mod `folds`)."""
    X, y, squares = validation.array("X", X, ndim=2), validation.array("y", y, ndim=1), []
    validation.same_length("X", X, "y", y)
    penalty = validation.number("penalty", penalty, above=0)
    distances = ((X[:, None] - X) ** 2).sum(axis=2)
    gram = np.exp(-distances / (2 * validation.number("bandwidth", bandwidth, above=0) ** 2))
    part = np.arange(len(X)) % validation.count("folds", folds, least=2, most=len(X))
    for fold in range(folds):
        seen, held = part != fold, part == fold
        mean = y[seen].mean()
        alpha = np.linalg.solve(gram[np.ix_(seen, seen)] + penalty * np.eye(seen.sum()), y[seen] - mean)
        squares.append((y[held] - mean - gram[np.ix_(held, seen)] @ alpha) ** 2)
    return float(np.concatenate(squares).mean())


def _centred(X, y):
    X, y = validation.array("X", X, ndim=2), validation.array("y", y, ndim=1)
    validation.same_length("X", X, "y", y)
    return X - X.mean(axis=0), y - y.mean()
