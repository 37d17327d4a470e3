"""The signal and its observations as one joint Gaussian: the slow road that the Kalman filter must agree with.

Every function conditions by solving the full T × T system, with no recursion anywhere.
"""

import numpy as np
from jaxtyping import Float

from principles.sequences.kalman import Belief, Model
from principles.signatures import checked
from principles.validation import array, count, number


@checked
def signal_moments(model: Model, T: int, *, first: Belief) -> tuple[Float[np.ndarray, " T"], Float[np.ndarray, "T T"]]:
    """Mean and covariance of (h_1, ..., h_T), from h_t = a^(t-1) h_1 + Σ_s a^(t-s) ξ_(s-1).

    Args:
        model: of the signal.
        T: how many steps.
        first: the law of h_1.
    """
    t = np.arange(count("T", T))
    L = np.where(t[:, None] >= t, float(model.a) ** np.maximum(t[:, None] - t, 0), 0.0)
    D = np.r_[first.variance, np.full(T - 1, model.state_variance)]
    return L[:, 0] * number("first.mean", first.mean), (L * D) @ L.T


@checked
def posterior(xs: Float[np.ndarray, " T"], model: Model, *, first: Belief) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the whole signal (h_1, ..., h_T) given the whole series.

    Args:
        xs: the observations.
        model: of the signal.
        first: the law of h_1.
    """
    xs = array("xs", xs, ndim=1)
    m, C = signal_moments(model, len(xs), first=first)
    G = np.linalg.solve(C + model.observation_variance * np.eye(len(xs)), C).T
    return m + G @ (xs - m), C - G @ C


@checked
def filtering_moments(xs: Float[np.ndarray, " T"], model: Model, *, first: Belief) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of h_t given x_1, ..., x_t, for each t, by conditioning anew every time (8.2).

    Args:
        xs: the observations.
        model: of the signal.
        first: the law of h_1.

    >>> filtering_moments(np.array([3.0]), Model(1.0, 1.0, 1.0), first=Belief(0.0, 2.0))
    (array([2.]), array([0.66666667]))
    """
    xs = array("xs", xs, ndim=1)
    pairs = [posterior(xs[: t + 1], model, first=first) for t in range(len(xs))]
    return np.array([m[-1] for m, _ in pairs]), np.array([C[-1, -1] for _, C in pairs])  # (8.2)


@checked
def expected_squared_error(weights: Float[np.ndarray, " T"], offset: float, model: Model, *, first: Belief) -> float:
    """E (h_T - ĥ_T)² of the estimate ĥ_T = w·x + b, in closed form: the objective (8.1) over affine estimates.

    The best estimate of a Gaussian is affine, so nothing is lost by the restriction.

    Args:
        weights: w, one entry an observation x_1, ..., x_T.
        offset: b.
        model: of the signal.
        first: the law of h_1.
    """
    w = array("weights", weights, ndim=1)
    m, C = signal_moments(model, len(w), first=first)
    bias = m[-1] - w @ m - number("offset", offset)
    return float(C[-1, -1] - 2 * w @ C[:, -1] + w @ C @ w + model.observation_variance * w @ w + bias**2)  # (8.1)


@checked(counts=("T",))
def remaining_covariance(
    model: Model, T: int, *, first: Belief, estimate_weights: Float[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    """Covariance of the next value h_{T+1} with each observation, once the estimate w·x is known; zero if w·x is sufficient.

    Args:
        model: of the signal.
        T: how many observations.
        first: the law of h_1.
        estimate_weights: w.
    """
    w = array("estimate_weights", estimate_weights, shape=(T,))
    if not w.any():
        raise ValueError("estimate_weights must not all be zero; the estimate would be a constant")
    _, C = signal_moments(model, T, first=first)
    X = C + model.observation_variance * np.eye(T)
    next_with_x, estimate_with_x = model.a * C[-1], X @ w
    return next_with_x - (next_with_x @ w) / (w @ X @ w) * estimate_with_x


@checked
def difference_log_likelihood(xs: Float[np.ndarray, " T"], model: Model) -> float:
    """Log-density of x_2 - x_1, ..., x_T - x_{T-1} for a random walk (a = 1) in noise, from their joint covariance.

    The differences do not contain h_1, so this is the likelihood under total ignorance of where the walk began:
    each has variance σ_ξ² + 2 σ_ν², and neighbours share one ν with opposite signs.

    Args:
        xs: the observations.
        model: with a = 1.

    >>> round(difference_log_likelihood(np.array([1.0, 1.0]), Model(1.0, 1.0, 1.0)), 6)  # N(0, 3) at 0
    -1.468245
    """
    d = np.diff(array("xs", xs, ndim=1))
    if model.a != 1 or len(d) == 0:
        raise ValueError(f"xs must hold at least 2 values and model.a must be 1; got {len(d) + 1} and {model.a}")
    q, r = model.state_variance, model.observation_variance
    C = (q + 2 * r) * np.eye(len(d)) - r * (np.eye(len(d), k=1) + np.eye(len(d), k=-1))
    return float(-0.5 * (d @ np.linalg.solve(C, d) + np.linalg.slogdet(2 * np.pi * C)[1]))
