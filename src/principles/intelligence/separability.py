"""Which truth tables one neuron can compute, with a proof either way."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Float, Num
from scipy.optimize import linprog

from principles import validation
from principles.intelligence import threshold
from principles.signatures import checked


@dataclass(frozen=True)
class Separation:
    """The widest gap between the two classes: w·x - θ is at least `gap` on one side and at most -`gap` on the other."""

    weights: np.ndarray
    threshold: float
    gap: float


def _constraints(X, outputs):
    """Rows s (x, -1) with s = ±1, so that a neuron computes the outputs when every row times (w, θ) is positive."""
    X = validation.array("X", X, ndim=2)
    outputs = validation.same_length("outputs", validation.array("outputs", outputs, ndim=1), "X", X)
    if not np.isin(outputs, (0, 1)).all():
        raise ValueError("outputs must be binary, 0 or 1")
    return (2 * outputs - 1)[:, None] * np.column_stack([X, -np.ones(len(X))])


@checked
def separate(X: Num[np.ndarray, "rows n"], outputs: Num[np.ndarray, " rows"]) -> Separation:
    """The neuron with the widest gap, by linear programming (Section 1.2); a gap of zero means that no neuron exists.

    Maximise the gap g over weights and threshold in [-1, 1], so that s (w·x - θ) ≥ g for
    every input, s = +1 where the output must be 1 and -1 where it must be 0.

    Args:
        X: inputs, a row each.
        outputs: wanted outputs, 0 or 1.
    """
    A = _constraints(X, outputs)
    m = A.shape[1]
    solution = linprog(
        np.append(np.zeros(m), -1.0),
        A_ub=np.column_stack([-A, np.ones(len(A))]),
        b_ub=np.zeros(len(A)),
        bounds=[(-1, 1)] * m + [(0, None)],
    )
    return Separation(solution.x[: m - 1], float(solution.x[m - 1]), float(solution.x[m]) + 0.0)


@checked
def impossibility(X: Num[np.ndarray, "rows n"], outputs: Num[np.ndarray, " rows"]) -> Float[np.ndarray, " rows"] | None:
    """Proof that no neuron computes the outputs (Section 1.2): weights λ ≥ 0 on the inputs whose conditions add up to 0 > 0.

    Every condition reads s (w·x - θ) > 0. If Σ λ s (x, -1) = 0 with λ ≥ 0 and Σ λ = 1, then
    the λ-weighted sum of the left sides is 0 whatever w and θ are. Gordan's theorem says
    that either such λ or a neuron exists, never both.

    Returns:
        λ, or None when there is none.
    """
    A = _constraints(X, outputs)
    rows = np.column_stack([A, np.ones(len(A))]).T
    solution = linprog(np.zeros(len(A)), A_eq=rows, b_eq=np.append(np.zeros(A.shape[1]), 1.0), bounds=(0, None))
    return solution.x if solution.success else None


@checked(sizes=True)
def contradiction(
    X: Num[np.ndarray, "rows n"], outputs: Num[np.ndarray, " rows"], multipliers: Num[np.ndarray, " rows"]
) -> Float[np.ndarray, " m"]:
    """Coefficients of (w, θ) in the λ-weighted sum of all conditions (Section 1.2); all zero proves impossibility."""
    return np.asarray(multipliers, float) @ _constraints(X, outputs)


def tables_by_programming(n: int) -> set[tuple[int, ...]]:
    """All truth tables of n inputs that one neuron computes (Section 1.2), each decided by a linear programme."""
    X = threshold.inputs(n)
    tables = product((0, 1), repeat=2 ** validation.count("n", n, most=3))
    return {table for table in tables if separate(X, np.array(table)).gap > 1e-9}


@checked(counts=("largest",))
def tables_by_trying(n: int, *, largest: int) -> set[tuple[int, ...]]:
    """All truth tables met by neurons with whole weights up to `largest` in size (Section 1.2), found by trying every one.

    A table met this way is computed by a real neuron, so this count never exceeds the true one.

    Raises:
        ValueError: if there are more than 20 000 settings of the weights to try.
    """
    X = threshold.inputs(validation.count("n", n, most=4))
    validation.count("(2 largest + 1)ⁿ", (2 * largest + 1) ** n, most=20_000)
    W = np.array(list(product(range(-largest, largest + 1), repeat=n)))
    sums = W @ X.T
    thresholds = np.arange(sums.min(), sums.max() + 2)
    return {tuple(row) for θ in thresholds for row in (sums >= θ).astype(int).tolist()}
