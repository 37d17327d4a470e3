"""Labellings by rectangles, thresholds, conjunctions, monotone Boolean functions and sines."""

from itertools import permutations, product

import numpy as np
from jaxtyping import Bool, Float, Num

from principles.learning_theory.shattering import all_labellings
from principles.validation import array, count


def rectangle_labellings(X: Num[np.ndarray, "n d"]) -> Bool[np.ndarray, "k n"]:
    """Labellings by axis-aligned boxes: those where the smallest box around the positives holds no negative.

    >>> len(rectangle_labellings(np.array([[0.0], [1.0], [2.0]])))  # intervals miss only + - +
    7
    """
    X = array("X", X, ndim=2)
    rows = all_labellings(len(X))
    least = np.where(rows[:, :, None], X, np.inf).min(axis=1)
    most = np.where(rows[:, :, None], X, -np.inf).max(axis=1)
    inside = ((least[:, None] <= X) & (most[:, None] >= X)).all(axis=2)
    return rows[(inside == rows).all(axis=1)]


def rectangle_growth(n: int) -> tuple[int, Num[np.ndarray, "n 2"]]:
    """The most labellings of n points of the plane by rectangles, over all n! orders of their coordinates.

    What rectangles cut out depends only on the order of the x's and that of the y's, and ties allow fewer
    labellings, so n points with x = 0, ..., n-1 and y a permutation are all the cases.

    Returns:
        The largest number, and points where it is reached.

    >>> rectangle_growth(4)[0]
    16
    """
    x = np.arange(count("n", n, most=7))
    cases = [np.column_stack([x, y]) for y in permutations(range(n))]
    sizes = [len(rectangle_labellings(case)) for case in cases]
    return max(sizes), cases[int(np.argmax(sizes))]


def diamond() -> Float[np.ndarray, "4 2"]:
    """Four points that rectangles shatter: left, right, top and bottom."""
    return np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])


def threshold_labellings(n: int) -> Bool[np.ndarray, "k n"]:
    """Labellings of n increasing numbers by 1{x > t}: n + 1 of them.

    >>> len(threshold_labellings(5))
    6
    """
    return np.arange(count("n", n)) >= np.arange(n + 1)[:, None]


def conjunction_table(d: int) -> Bool[np.ndarray, "f m"]:
    """Predictions of all 2^d monotone conjunctions on the 2^d inputs, as counted in Example 13.2.

    >>> conjunction_table(1).astype(int).tolist()  # the empty conjunction, then x1
    [[1, 1], [0, 1]]
    """
    X = all_labellings(count("d", d))
    return np.array([X[:, literals].all(axis=1) for literals in X])


def leave_one_out(d: int) -> Num[np.ndarray, "d d"]:
    """d inputs that conjunctions shatter: the i-th has a 0 in place i and ones elsewhere."""
    return 1 - np.eye(count("d", d), dtype=int)


def monotone_table(d: int) -> Bool[np.ndarray, "f m"]:
    """Predictions of all monotone Boolean functions of d variables, constants included, on the 2^d inputs.

    A monotone function is a pair f(0, ·) ≤ f(1, ·) of monotone functions of d - 1 variables.

    >>> [len(monotone_table(d)) for d in (1, 2, 3)]  # Dedekind numbers
    [3, 6, 20]
    """
    if count("d", d, least=0, most=5) == 0:
        return np.array([[False], [True]])
    smaller = monotone_table(d - 1)
    return np.array([np.r_[low, high] for low, high in product(smaller, smaller) if (low <= high).all()])


def sine_frequency(y: Bool[np.ndarray, " n"]) -> float:
    """w for which sin(w x) > 0 exactly where y, at x = 1/2, 1/4, ..., 2⁻ⁿ.

    w/π = 1 + Σ 2^j over the negative points j. At x = 2^-i the powers j > i add whole turns, j = i adds half a
    turn, which flips the sign, and all the rest is less than half a turn.

    >>> sine_frequency(np.array([True, True])) == np.pi
    True
    """
    y = np.asarray(y)
    if y.dtype != bool or y.ndim != 1 or not 1 <= len(y) <= 16:
        raise ValueError(f"y must be 1 to 16 truth values; got dtype {y.dtype}, shape {y.shape}")
    return float(np.pi * (1 + np.sum(2.0 ** np.arange(1, len(y) + 1)[~y])))


def sine_points(n: int) -> Float[np.ndarray, " n"]:
    """1/2, 1/4, ..., 2⁻ⁿ.

    >>> sine_points(2).tolist()
    [0.5, 0.25]
    """
    return 2.0 ** -np.arange(1, count("n", n) + 1)


def even_sine_labellings(n: int) -> Bool[np.ndarray, "k n"]:
    """All labellings of x = 1, 2, ..., n by sin(w x) > 0: one for each interval of w between zeros of some sin(w x).

    >>> len(even_sine_labellings(4))
    12
    """
    x = np.arange(1, count("n", n) + 1)
    zeros = np.unique([2 * np.pi * float(np.round(j / (2 * k), 12)) for k in x for j in range(2 * k + 1)])
    middles = (zeros[1:] + zeros[:-1]) / 2
    return np.unique(np.sin(np.outer(np.r_[0.0, middles], x)) > 0, axis=0)
