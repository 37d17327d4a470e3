"""A diffusion model of one number with a linear decoder: every quantity of the bound in closed form.

p(z_T) = N(0, 1),   p(z_{t-1} | z_t) = N(g_t z_t, σ_t²)   for t = T ... 1, with x = z_0
"""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, generator, number, same_length
from principles.variational import gaussians
from principles.variational.sampling import one_step
from principles.variational.schedule import Schedule, posterior_coefficients


@checked
def exact_slopes(data_variance: float, schedule: Schedule) -> Float[np.ndarray, " T"]:
    """g_t for t = 1 ... T with g_t z the mean of z_{t-1} given z_t, for data of law N(0, data_variance)."""
    v, β = level_variances(data_variance, schedule), schedule.betas[1:]
    return np.sqrt(1 - β) * v[:-1] / v[1:]


@checked
def level_variances(data_variance: float, schedule: Schedule) -> Float[np.ndarray, " steps"]:
    """The variance of z_t for t = 0 ... T when x has this variance and mean 0."""
    return schedule.kept * number("data_variance", data_variance, above=0) + 1 - schedule.kept


@checked
def reverse_variances(data_variance: float, schedule: Schedule) -> Float[np.ndarray, " T"]:
    """The variance of z_{t-1} given z_t alone, t = 1 ... T; it lies between σ_t² (a point) and β_t (noise)."""
    v, β = level_variances(data_variance, schedule), schedule.betas[1:]
    return β * v[:-1] / v[1:]


@checked
def log_evidence(x: float, slopes: Float[np.ndarray, " T"], variances: Float[np.ndarray, " T"]) -> float:
    """log p(x): the decoder's steps, run from N(0, 1), give a Gaussian whose variance is a recursion."""
    x, slopes, variances = number("x", x), array("slopes", slopes, ndim=1), array("variances", variances, ndim=1)
    if (variances <= 0).any():
        raise ValueError(f"variances must be positive; the least is {variances.min():g}")
    v = 1.0
    for g, σ2 in zip(slopes[::-1], same_length("variances", variances, "slopes", slopes)[::-1]):
        v = g**2 * v + σ2
    return float(-0.5 * x**2 / v - 0.5 * np.log(2 * np.pi * v))


@checked
def bound_estimate(x: float, slopes, schedule: Schedule, *, n: int, rng: np.random.Generator) -> tuple[float, float]:
    """E_q[log p(x | z_1) - Σ_t log q(z_t | z_{t-1}) / p(z_t | z_{t+1})] by drawing chains (15.20).

    Args:
        x: the datum.
        slopes: g_t of the decoder, t = 1 ... T.
        schedule: the noise levels.
        n: chains.
        rng: for the encoder's noise.

    Returns:
        The estimate and its standard error.
    """
    x, slopes, σ2 = number("x", x), array("slopes", slopes, shape=(schedule.T,)), schedule.variances
    z, rng = [np.full(count("n", n, least=2), x)], generator("rng", rng)
    for β in schedule.betas[1:]:
        z.append(np.sqrt(1 - β) * z[-1] + np.sqrt(β) * rng.standard_normal(n))
    total = _log(x, slopes[0] * z[1], σ2[1])
    for t in range(1, schedule.T + 1):
        encoder = _log(z[t], np.sqrt(1 - schedule.betas[t]) * z[t - 1], schedule.betas[t])
        decoder = _log(z[t], slopes[t] * z[t + 1], σ2[t + 1]) if t < schedule.T else _log(z[t], 0.0, 1.0)
        total = total - (encoder - decoder)  # (15.20)
    return float(total.mean()), float(total.std(ddof=1) / np.sqrt(n))


@checked
def mean_matching(x: float, slopes: Float[np.ndarray, " T"], schedule: Schedule) -> float:
    """The expectations of the mean-matching objective for one datum, in closed form (15.26).

    With z_t = √β̄_t x + √(1-β̄_t) ε the residual is linear in ε, and its square has mean
    (mean residual)² + (slope of ε)².
    """
    x, slopes, t = number("x", x), array("slopes", slopes, shape=(schedule.T,)), np.arange(1, schedule.T + 1)
    of_x, of_z = posterior_coefficients(t, schedule)
    kept = schedule.kept[1:]
    middle = (of_x + (of_z - slopes) * np.sqrt(kept)) * x
    square = middle**2 + (of_z - slopes) ** 2 * (1 - kept)
    return float((square / (2 * schedule.variances[1:])).sum())  # (15.26)


@checked
def bound(x: float, slopes: Float[np.ndarray, " T"], schedule: Schedule) -> float:
    """The T-level bound in closed form: minus the objective, minus the terms without weights (15.20)."""
    T, σ1 = schedule.T, schedule.variances[1]
    last = gaussians.kl_standard(np.sqrt(schedule.kept[T]) * x, np.sqrt(1 - schedule.kept[T]))
    return -mean_matching(x, slopes, schedule) - last - 0.5 * np.log(2 * np.pi * σ1)


@checked
def difficulty(data_variance: float, schedule: Schedule) -> tuple[np.ndarray, np.ndarray]:
    """For t = 1 ... T the least mean squared error of x given z_t, and of the noise given z_t."""
    kept, v = schedule.kept[1:], level_variances(data_variance, schedule)[1:]
    return data_variance * (1 - kept) / v, kept * data_variance / v


def decoder(slopes: Float[np.ndarray, " T"]):
    """μ_v(z, t) = g_t z as a function of z and the steps (one step for all rows)."""
    slopes = array("slopes", slopes, ndim=1)
    return lambda z, steps: slopes[one_step(steps, most=len(slopes)) - 1] * z


def _log(x, mean, variance):
    return -0.5 * (x - mean) ** 2 / variance - 0.5 * np.log(2 * np.pi * variance)
