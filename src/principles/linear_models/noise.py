"""What the noise is decides what to minimise: three fits that are not least squares.

Each is the maximum-likelihood fit under another noise, and each is a linear program.
"""

import numpy as np
import scipy.optimize
from jaxtyping import Num

from principles import validation as valid
from principles.linear_models.least_squares import Affine, append_one


def least_absolute(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Affine:
    """The w and b with the least mean |y − w·x − b|: maximum likelihood under Laplace noise.

    Minimise Σ tᵢ subject to −tᵢ ≤ yⁱ − w·xⁱ − b ≤ tᵢ.

    Example:
        >>> least_absolute(np.zeros((3, 1)), np.array([0.0, 1.0, 50.0])).b
        1.0
    """
    A, y = _system(X, y)
    one = np.eye(len(y))
    return _program(np.r_[np.zeros(A.shape[1]), np.ones(len(y))], np.block([[A, -one], [-A, -one]]), np.r_[y, -y], A.shape[1])


def least_maximum(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Affine:
    """The w and b with the least largest |y − w·x − b|: maximum likelihood under uniform noise of unknown width.

    Minimise t subject to −t ≤ yⁱ − w·xⁱ − b ≤ t.

    Example:
        >>> least_maximum(np.zeros((3, 1)), np.array([0.0, 1.0, 50.0])).b
        25.0
    """
    A, y = _system(X, y)
    one = np.ones((len(y), 1))
    return _program(np.r_[np.zeros(A.shape[1]), 1.0], np.block([[A, -one], [-A, -one]]), np.r_[y, -y], A.shape[1])


def least_delay(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"]) -> Affine:
    """The w and b with the least mean y − w·x − b among those never above y: maximum likelihood under exponential noise.

    Maximise Σ w·xⁱ + b subject to w·xⁱ + b ≤ yⁱ. The noise can only delay; its fitted mean is the mean residual.

    Example:
        >>> least_delay(np.zeros((3, 1)), np.array([4.0, 1.0, 50.0])).b
        1.0
    """
    A, y = _system(X, y)
    return _program(-A.sum(axis=0), A, y, A.shape[1])


def _system(X, y):
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)
    valid.same_length("X", X, "y", y)
    return append_one(X), y


def _program(cost, A, limit, width):
    solution = scipy.optimize.linprog(cost, A_ub=A, b_ub=limit, bounds=(None, None), method="highs")
    if not solution.success:
        raise ValueError(f"X and y must leave a best fit; the linear program answers: {solution.message}")
    stacked = solution.x[:width]
    return Affine(stacked[:-1], float(stacked[-1]))
