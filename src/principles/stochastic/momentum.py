"""Momentum on noisy gradients, solved exactly: least squares whose inputs are unit vectors, drawn with given probabilities.

Coordinate j is seen with probability p_j, so the full objective has curvatures p_j and condition number
max p / min p. A sample moves one coordinate only, hence E[w²], E[wv], E[v²] of each coordinate
(v the last displacement) obey a linear recursion of their own, and its spectral radius is the rate.
"""

import numpy as np
from jaxtyping import Float
from scipy import optimize

from principles.signatures import checked
from principles.validation import distribution, number


def _moments(A):
    """The map on (w², wv, v²) that the linear map A makes on (w, v)."""
    (a, b), (c, d) = A
    return np.array([[a * a, 2 * a * b, b * b], [a * c, a * d + b * c, b * d], [c * c, 2 * c * d, d * d]])


@checked
def update(curvature: float, *, step_size: int | float, momentum: float, nesterov: bool) -> Float[np.ndarray, "2 2"]:
    """The map (w, v) → (w', v') of one momentum step on curvature·w²/2, with v the last displacement.

    >>> update(1.0, step_size=0.5, momentum=0.0, nesterov=False)
    array([[ 0.5,  0. ],
           [-0.5,  0. ]])
    """
    η, h = number("step_size", step_size, least=0), number("curvature", curvature, least=0)
    μ = number("momentum", momentum, least=0, most=1)
    v = np.array([-η * h, μ - η * h * μ if nesterov else μ])
    return np.array([np.array([1.0, 0.0]) + v, v])


@checked
def stochastic_rate(p: Float[np.ndarray, " k"], *, step_size: int | float, momentum: float, nesterov: bool) -> float:
    """By which factor an SGD update with momentum shrinks E[ℓ(w_t)], in the long run.

    Args:
        p: probabilities of the unit vectors.
        step_size, momentum: η and μ.
        nesterov: take the gradient at w + μv instead of at w.
    """
    distribution("p", p)
    seen = _moments(update(1.0, step_size=step_size, momentum=momentum, nesterov=nesterov))
    unseen = _moments(update(0.0, step_size=step_size, momentum=momentum, nesterov=nesterov))
    return max(np.abs(np.linalg.eigvals(q * seen + (1 - q) * unseen)).max() for q in p)


@checked
def full_rate(p: Float[np.ndarray, " k"], *, step_size: int | float, momentum: float, nesterov: bool) -> float:
    """By which factor an update with the full gradient shrinks ℓ(w_t) on the same problem, in the long run."""
    distribution("p", p)
    maps = (update(q, step_size=step_size, momentum=momentum, nesterov=nesterov) for q in p)
    return max(np.abs(np.linalg.eigvals(A)).max() for A in maps) ** 2


@checked
def best_rate(rate, p: Float[np.ndarray, " k"], *, momentum: bool, nesterov: bool) -> float:
    """The smallest `rate` over all steps and momenta, by a grid and a local search from its best points.

    Args:
        rate: `stochastic_rate` or `full_rate`.
        p: probabilities of the unit vectors.
        momentum: False keeps μ = 0.
        nesterov: which form of momentum.
    """

    distribution("p", p)

    def value(z):
        η, μ = np.exp(z[0]), (1 / (1 + np.exp(-z[1])) if momentum else 0.0)
        return rate(p, step_size=η, momentum=μ, nesterov=nesterov)

    steps, logits = np.linspace(np.log(0.01), np.log(4 / max(p)), 12), np.linspace(-4, 7, 12) if momentum else [0.0]
    grid = sorted((value((s, m)), s, m) for s in steps for m in logits)[:2]
    options = {"fatol": 1e-12, "maxiter": 300}
    found = [optimize.minimize(value, start[1:], method="Nelder-Mead", options=options).fun for start in grid]
    return float(min(found))


def two_directions(condition: float) -> Float[np.ndarray, " 2"]:
    """Probabilities (κ, 1)/(κ + 1), for which the full objective has condition number κ."""
    κ = number("condition", condition, least=1)
    return np.array([κ, 1.0]) / (κ + 1)
