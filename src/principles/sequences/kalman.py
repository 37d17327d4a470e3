"""The scalar Kalman filter, its smoother, and the likelihood that chooses its variances.

Time index: h_1 is the first hidden value and x_1 the first observation of it,
x_t = h_t + ν_t, h_{t+1} = a h_t + ξ_t. A belief with index t has seen x_1, ..., x_t.
Arrays hold time along the first axis; every further axis is a series of its own.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import optimize

from principles.signatures import checked
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Model:
    """A linear Gaussian signal: `a`, the variance σ_ξ² of its steps, the variance σ_ν² of its observations."""

    a: float
    state_variance: float
    observation_variance: float

    def __post_init__(self):
        number("a", self.a)
        number("state_variance", self.state_variance, least=0)
        number("observation_variance", self.observation_variance, above=0)


@dataclass(frozen=True)
class Belief:
    """A Gaussian law of the hidden value: `mean` (one entry a series) and `variance` (shared by all series)."""

    mean: float | np.ndarray
    variance: float

    def __post_init__(self):
        array("mean", self.mean)
        number("variance", self.variance, least=0)


@dataclass(frozen=True)
class Filtered:
    """Everything the filter computes: entry t of each belongs to x_t; the gains and variances are one for all series."""

    means: np.ndarray
    variances: np.ndarray
    gains: np.ndarray
    innovations: np.ndarray
    innovation_variances: np.ndarray
    diffuse: bool


@checked
def predict(belief: Belief, model: Model) -> Belief:
    """The law of h_{t+1} before x_{t+1} is seen: mean a μ_t, variance a²σ_t² + σ_ξ².

    Args:
        belief: the law of h_t.
        model: of the signal.
    """
    a, q = model.a, model.state_variance
    return Belief(a * belief.mean, a**2 * belief.variance + q)


@checked
def condition(belief: Belief, x: float | Float[np.ndarray, "*series"], model: Model) -> Belief:
    """The law of h_{t+1} once x_{t+1} is seen, which moves the mean by the gain times the surprise.

    Args:
        belief: the law of h_{t+1} before.
        x: the observation, one entry a series.
        model: of the signal.
    """
    if np.shape(belief.mean) not in ((), array("x", x).shape):
        raise ValueError(f"x must have one entry a series; got shape {np.shape(x)} for means of shape {np.shape(belief.mean)}")
    k = belief.variance / (belief.variance + model.observation_variance)
    return Belief(belief.mean + k * (x - belief.mean), belief.variance * (1 - k))


@checked
def step(belief: Belief, x: float | Float[np.ndarray, "*series"], model: Model) -> Belief:
    """One Kalman update, from the law of h_t given x_1, ..., x_t to that of h_{t+1} (8.3).

    Args:
        belief: mean μ_t and variance σ_t².
        x: the new observation x_{t+1}, one entry a series.
        model: a, σ_ξ² and σ_ν².

    Returns:
        μ_{t+1} and σ_{t+1}².

    >>> step(Belief(0.0, 1.0), 3.0, Model(1.0, 1.0, 1.0))  # a gain of 2/3
    Belief(mean=2.0, variance=0.6666666666666667)
    """
    return condition(predict(belief, model), x, model)  # (8.3)


@checked
def run(xs: Float[np.ndarray, "T *series"], model: Model, *, first: Belief | None) -> Filtered:
    """The Kalman filter (8.3) over whole series, all of them at once.

    Args:
        xs: observations; time first, then any number of series.
        model: a, σ_ξ² and σ_ν².
        first: the law of h_1 before x_1; None for the exact diffuse start, the limit of an
            infinite variance, after which h_1 given x_1 is N(x_1, σ_ν²).

    Returns:
        Posterior means μ_t, variances σ_t², gains, innovations x_t - a μ_{t-1} and their variances.
    """
    xs = array("xs", xs)
    if xs.ndim == 0 or (first is not None and np.shape(first.mean) not in ((), xs.shape[1:])):
        raise ValueError(f"xs must have time first, then one entry a series as first.mean has; got shape {xs.shape}")
    r, T = model.observation_variance, len(xs)
    μ, e = np.empty_like(xs), np.zeros_like(xs)
    variances, gains, S = np.empty(T), np.ones(T), np.full(T, np.inf)
    belief = Belief(xs[0], r) if first is None else first
    for t in range(T):
        if t > 0 or first is not None:
            prior = belief if t == 0 else predict(belief, model)
            e[t], S[t] = xs[t] - prior.mean, prior.variance + r
            gains[t] = prior.variance / S[t]
            belief = condition(prior, xs[t], model)
        μ[t], variances[t] = belief.mean, belief.variance
    return Filtered(μ, variances, gains, e, S, first is None)


@checked
def log_likelihood(filtered: Filtered) -> float | Float[np.ndarray, "*series"]:
    """The log-density of the observations, summed from the innovations; of x_2, ..., x_T given x_1 when the start is diffuse.

    Args:
        filtered: from `run`.
    """
    seen = slice(1, None) if filtered.diffuse else slice(None)
    S = filtered.innovation_variances[seen]
    S = S.reshape((-1,) + (1,) * (filtered.innovations.ndim - 1))
    return -0.5 * (np.log(2 * np.pi * S) + filtered.innovations[seen] ** 2 / S).sum(axis=0)


@checked
def smooth(filtered: Filtered, model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances of every h_t given the whole series, past and future, by one pass backwards.

    Args:
        filtered: from `run`.
        model: the one that was run.

    Raises:
        ValueError: if `model` is another one.

    Source:
        Rauch, Tung and Striebel (1965).
    """
    a, q = model.a, model.state_variance
    predicted = a**2 * filtered.variances[:-1] + q
    if not np.allclose(filtered.innovation_variances[1:], predicted + model.observation_variance):
        raise ValueError(f"model must be the one that was run; its innovations would have other variances; got {model}")
    m, s = filtered.means.copy(), filtered.variances.copy()
    for t in range(len(m) - 2, -1, -1):
        ahead = predicted[t]
        J = a * filtered.variances[t] / ahead if ahead > 0 else 0.0
        m[t] = filtered.means[t] + J * (m[t + 1] - a * filtered.means[t])
        s[t] = filtered.variances[t] + J**2 * (s[t + 1] - ahead)
    return m, s


@checked
def steady_gain(model: Model) -> float:
    """The gain that the filter settles at, from the positive root of the scalar Riccati equation.

    The predicted variance P solves P = a² P r / (P + r) + q.

    Args:
        model: with r = σ_ν² and q = σ_ξ².

    >>> round(steady_gain(Model(1.0, 1.0, 1.0)), 6)  # the golden ratio less one
    0.618034
    """
    a, q, r = model.a, model.state_variance, model.observation_variance
    b = r - a**2 * r - q
    P = (-b + np.sqrt(b**2 + 4 * q * r)) / 2
    return float(P / (P + r))


def fit_local_level(xs: Float[np.ndarray, " T"]) -> Model:
    """The variances that maximise the exact diffuse likelihood of a random walk (a = 1) seen in noise.

    One of the two scales drops out, σ_ν² = mean of e_t²/S_t at σ_ν² = 1, so a search over the ratio σ_ξ²/σ_ν² is left.

    Args:
        xs: one series of at least 4 values, not all equal.

    Source:
        Durbin and Koopman (2012), Section 2.10.
    """
    xs = array("xs", xs, ndim=1)
    if len(xs) < 4 or np.ptp(xs) == 0:
        raise ValueError(f"xs must hold at least 4 values, not all equal; got {len(xs)} values with range {np.ptp(xs):g}")

    def noise(ratio):
        run_ = run(xs, Model(1.0, ratio, 1.0), first=None)
        e, S = run_.innovations[1:], run_.innovation_variances[1:]
        return np.mean(e**2 / S), np.log(S).sum()

    def minus_log_likelihood(log_ratio):
        r, log_determinant = noise(np.exp(log_ratio))
        return 0.5 * ((len(xs) - 1) * np.log(r) + log_determinant)

    best = optimize.minimize_scalar(minus_log_likelihood, bounds=(-12, 6), method="bounded", options={"xatol": 1e-10})
    r, _ = noise(np.exp(best.x))
    return Model(1.0, float(np.exp(best.x) * r), float(r))


@checked
def simulate(model: Model, T: int, *, series: int, first: Belief, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Hidden values and observations of independent series, each of shape (T, series).

    Args:
        model: of the signal.
        T: how many steps.
        series: how many copies.
        first: the law of h_1.
        rng: numpy generator.
    """
    T, n = count("T", T), count("series", series)
    noise = generator("rng", rng).normal(size=(2, T, n))
    h = np.empty((T, n))
    h[0] = first.mean + np.sqrt(first.variance) * noise[0, 0]
    for t in range(T - 1):
        h[t + 1] = model.a * h[t] + np.sqrt(model.state_variance) * noise[0, t + 1]
    return h, h + np.sqrt(model.observation_variance) * noise[1]
