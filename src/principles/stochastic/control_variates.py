"""Control variates: subtract what is known to be zero on average, and lose variance."""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, number, same_length


def controlled(
    X: Float[np.ndarray, " k"], Y: Float[np.ndarray, " k"], *, mean_of_Y: float, coefficient: float
) -> Float[np.ndarray, " k"]:
    """X̂ = X + c (Y − E[Y]), with the mean of X whatever c is (11.16).

    Args:
        X: draws of the variable whose mean is wanted.
        Y: draws of a companion, jointly with X.
        mean_of_Y: E[Y], known exactly.
        coefficient: c.

    >>> controlled(np.array([1.0, 3.0]), np.array([2.0, 4.0]), mean_of_Y=3.0, coefficient=-1.0)
    array([2., 2.])
    """
    X, Y = array("X", X, ndim=1), array("Y", Y, ndim=1)
    same_length("Y", Y, "X", X)
    return X + number("coefficient", coefficient) * (Y - number("mean_of_Y", mean_of_Y))  # (11.16)


@checked
def variance(var_X: float, var_Y: float, cov: float, coefficient: float | Float[np.ndarray, " k"]):
    """Var(X̂) = Var(X) + c² Var(Y) + 2c Cov(X, Y)."""
    number("var_X", var_X, least=0)
    number("var_Y", var_Y, least=0)
    if number("cov", cov) ** 2 > var_X * var_Y * (1 + 1e-9):
        raise ValueError(f"cov must be at most √(var_X var_Y) in size, by Cauchy and Schwarz; got {cov}")
    coefficient = array("coefficient", coefficient)
    return var_X + coefficient**2 * var_Y + 2 * coefficient * cov


def best_coefficient(var_Y: float, cov: float) -> float:
    """c* = −Cov(X, Y)/Var(Y), for which Var(X̂) = (1 − corr²) Var(X)."""
    return -number("cov", cov) / number("var_Y", var_Y, above=0)
