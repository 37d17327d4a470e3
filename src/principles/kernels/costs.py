"""What a kernel perceptron's iteration costs, counted rather than argued.

The two ways to score sample ω are the display of the notes, (α ⊙ Y)ᵀ G e_ω, and reading column ω of G.
"""

from collections.abc import Callable
from time import perf_counter

import numpy as np
from jaxtyping import Shaped

from principles import validation
from principles.signatures import checked


class _Counted(float):
    """A number that counts the multiplications it takes part in."""

    total = 0

    def __mul__(self, other):
        _Counted.total += 1
        return _Counted(float(self) * float(other))

    def __add__(self, other):
        return _Counted(float(self) + float(other))

    __rmul__, __radd__ = __mul__, __add__


class Counted:
    """A kernel that counts its values.

    Args:
        kernel: a function of two sets of inputs, as in `functions`.

    >>> linear = Counted(lambda X, Z: X @ Z.T)
    >>> _ = linear(np.eye(3), np.eye(3))
    >>> linear.evaluations
    9
    """

    def __init__(self, kernel: Callable):
        self.kernel, self.evaluations = kernel, 0

    def __call__(self, X: Shaped[np.ndarray, "n d"], Z: Shaped[np.ndarray, "m d"]) -> Shaped[np.ndarray, "n m"]:
        values = self.kernel(X, Z)
        self.evaluations += values.size
        return values


@checked(sizes=True)
def score_by_unit_vector(
    alpha: Shaped[np.ndarray, " n"], y: Shaped[np.ndarray, " n"], G: Shaped[np.ndarray, "n n"], unit: Shaped[np.ndarray, " n"]
):
    """The score as displayed, (α ⊙ Y)ᵀ G e_ω with the unit vector e_ω multiplied out."""
    return (alpha * y) @ G @ unit


@checked(sizes=True)
def score_by_column(
    alpha: Shaped[np.ndarray, " n"], y: Shaped[np.ndarray, " n"], G: Shaped[np.ndarray, "n n"], unit: Shaped[np.ndarray, " n"]
):
    """The same score from column ω of G alone, the column in which e_ω holds its 1."""
    return (alpha * y) @ G[:, int(unit.argmax())]


@checked
def multiplications(score: Callable, n: int) -> int:
    """How many numbers `score` multiplies for `n` samples, counted by numbers that notice.

    Args:
        score: `score_by_unit_vector` or `score_by_column`.
        n: how many samples.

    >>> multiplications(score_by_column, 10)
    20
    """
    validation.count("n", n)
    counted = np.frompyfunc(_Counted, 1, 1)
    unit = np.eye(n)[n // 2]
    _Counted.total = 0
    score(counted(np.ones(n)), counted(np.ones(n)), counted(np.ones((n, n))), counted(unit))
    return _Counted.total


@checked
def seconds(score: Callable, n: int, *, repeats: int) -> float:
    """The least time that `score` took for `n` samples; it differs between machines and runs.

    Args:
        score: `score_by_unit_vector` or `score_by_column`.
        n: how many samples.
        repeats: how often to try.
    """
    alpha, G, unit = np.ones(validation.count("n", n)), np.ones((n, n)), np.eye(1, n)[0]
    times = []
    for _ in range(validation.count("repeats", repeats)):
        begin = perf_counter()
        score(alpha, alpha, G, unit)
        times.append(perf_counter() - begin)
    return min(times)


def gram_bytes(n: int, *, itemsize: int = 8) -> int:
    """Memory of an n × n Gram matrix.

    Args:
        n: how many samples.
        itemsize: bytes a number; 8 for float64.

    >>> gram_bytes(10**6)
    8000000000000
    """
    return validation.count("n", n) ** 2 * validation.count("itemsize", itemsize)
