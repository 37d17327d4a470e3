"""Feature maps: write the coordinates out, then use a linear method on them.

`phi` maps inputs, a row a sample, to features, a row a sample. A map made here matches a kernel
of `functions`: the rows' inner products are that kernel's values.
"""

from collections.abc import Callable
from itertools import combinations_with_replacement
from math import comb, factorial, prod

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.linear_models import perceptron
from principles.linear_models.perceptron import Run
from principles.signatures import checked


@checked
def polynomial(X: Float[np.ndarray, "n d"], *, degree: int, offset: float = 1.0) -> Float[np.ndarray, "n p"]:
    """All monomials up to `degree`, weighted so that φ(x)·φ(x') = (offset + x·x')^degree.

    A monomial of powers k_1, ..., k_d carries the square root of its coefficient in the
    multinomial expansion; for d = 1 and degree 2 that gives [1, √2 x, x²].

    Args:
        X: inputs, a row a sample.
        degree: at least 1.
        offset: c ≥ 0 in (c + x·x')^degree; with 0 all but the monomials of full degree vanish.

    Raises:
        ValueError: if `offset` is negative, where no real feature map exists.

    >>> polynomial(np.array([[3.0]]), degree=2).round(3)
    array([[1.   , 4.243, 9.   ]])
    """
    X = validation.array("X", X, ndim=2)
    validation.count("degree", degree)
    validation.number("offset", offset, least=0)
    columns = []
    for factors in combinations_with_replacement(range(X.shape[1] + 1), degree):  # 0 stands for the offset
        powers = np.bincount(factors, minlength=X.shape[1] + 1)
        coefficient = factorial(degree) / prod(map(factorial, powers.tolist())) * offset ** powers[0]
        columns.append(np.sqrt(coefficient) * np.prod(X ** powers[1:], axis=1))
    return np.stack(columns, axis=1)


def count_monomials(d: int, degree: int) -> int:
    """How many monomials of at most `degree` there are in `d` variables, (d + degree choose degree).

    >>> count_monomials(3, 10)
    286
    """
    return comb(validation.count("d", d) + validation.count("degree", degree), degree)


@checked
def quadratic_as_printed(X: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 6"]:
    """The map [1, x1, x2, √2 x1 x2, x1², x2²] that the notes print for two inputs.

    Its inner products are 1 + x·x' + (x·x')², a kernel, but not (1 + x·x')².

    Args:
        X: inputs with two columns.

    Raises:
        ValueError: if there are not two columns.
    """
    X = validation.array("X", X, shape=(None, 2))
    a, b = X.T
    return np.stack([np.ones(len(X)), a, b, np.sqrt(2) * a * b, a**2, b**2], axis=1)


def squares(X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """Each coordinate squared: circles and ellipses around the origin become straight lines."""
    return validation.array("X", X, ndim=2) ** 2


def with_bias(X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d_1"]:
    """Append a 1 to every input, so that the last weight is the bias."""
    X = validation.array("X", X, ndim=2)
    return np.hstack([X, np.ones((len(X), 1))])


def train(
    X: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    *,
    phi: Callable,
    order: Int[np.ndarray, " iterations"],
    ties: str = "mistake",
) -> Run:
    """The perceptron in feature space: w + y φ(x) at every mistake, from w = 0 (3.4).

    Args:
        X: inputs, a row a sample.
        y: labels, -1 or +1.
        phi: the feature map, inputs to features, row by row.
        order: the sample of each iteration.
        ties: `"mistake"`, or `"positive"` for the rule as printed, sign(w·φ(x)) ≠ y with sign(0) = +1.

    Raises:
        ValueError: if shapes disagree or labels are not ±1.
    """
    return perceptron.train(_mapped(phi, X), y, order=order, ties=ties)  # (3.4)


@checked(sizes=True)
def predict(
    X_new: Float[np.ndarray, "m d"],
    alpha: Int[np.ndarray, " n"],
    X: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    *,
    phi: Callable,
) -> Float[np.ndarray, " m"]:
    """Predictions from mistake counts and features, sign(Σ_i α^i y^i φ(x^i)·φ(x)) (3.5).

    Args:
        X_new: inputs to predict.
        alpha: α^i, how often sample i was a mistake.
        X: the training inputs.
        y: their labels.
        phi: the feature map.

    Raises:
        ValueError: if shapes disagree or labels are not ±1.

    >>> predict(np.array([[2.0], [-2.0]]), np.array([1, 0]), np.array([[3.0], [1.0]]), np.ones(2), phi=with_bias)
    array([ 1., -1.])
    """
    features, new = _mapped(phi, X), _mapped(phi, X_new)
    y = validation.same_length("y", validation.signs("y", y), "X", X)
    alpha = validation.same_length("alpha", validation.array("alpha", alpha, ndim=1), "X", X)
    scores = [sum(a * label * (f @ x) for a, label, f in zip(alpha, y, features)) for x in new]  # (3.5)
    return np.where(np.array(scores) >= 0, 1.0, -1.0)


def _mapped(phi, X):
    if not callable(phi):
        raise TypeError(f"phi must be a function from inputs to features; got {phi!r}")
    X = validation.array("X", X, ndim=2)
    return validation.same_length("phi(X)", validation.array("phi(X)", phi(X), ndim=2), "X", X)
