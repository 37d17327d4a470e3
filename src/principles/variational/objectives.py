"""What a diffusion model minimises: matching means, or predicting noise."""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, generator
from principles.variational.sampling import decoder_mean, one_step, steps_of
from principles.variational.schedule import Schedule, jump, posterior_mean


@checked
def noise_weight(schedule: Schedule) -> Float[np.ndarray, " T"]:
    """β_t² / (2 σ_t² (1-β_t) (1-β̄_t)) for t = 1 ... T, what a squared error of the noise costs in the bound (15.27)."""
    β, kept, σ2 = schedule.betas[1:], schedule.kept[1:], schedule.variances[1:]
    return β**2 / (2 * σ2 * (1 - β) * (1 - kept))


@checked
def mean_residual(
    x: Float[np.ndarray, "n d"], noise: Float[np.ndarray, "n d"], t: int, mean, schedule: Schedule
) -> Float[np.ndarray, " n"]:
    """One term of the objective for given noise, ‖μ̂(z_t, x) - μ_v(z_t, t)‖² / 2σ_t² (15.26).

    At t = 1 the target μ̂ is x itself and σ_1² is β_1.

    Args:
        x: data, a row a sample.
        noise: ε, from which z_t is made.
        t: the step.
        mean: μ_v, a function of z and the steps.
        schedule: the noise levels.
    """
    steps = steps_of(len(x), count("t", t, most=schedule.T))
    z = jump(x, steps, noise, schedule)
    residual = posterior_mean(z, x, steps, schedule) - _like(z, mean(z, steps))
    return (residual**2).sum(axis=1) / (2 * schedule.variances[t])  # (15.26)


@checked
def noise_residual(
    x: Float[np.ndarray, "n d"], noise: Float[np.ndarray, "n d"], t: int, predict, schedule: Schedule
) -> Float[np.ndarray, " n"]:
    """The same term in the form of noise: weight times ‖ε - ε_v(√β̄_t x + √(1-β̄_t) ε, t)‖² (15.27).

    Args:
        x, noise, t, schedule: as for `mean_residual`.
        predict: ε_v, a function of z and the steps.
    """
    steps = steps_of(len(x), count("t", t, most=schedule.T))
    z = jump(x, steps, noise, schedule)
    return noise_weight(schedule)[t - 1] * ((noise - _like(z, predict(z, steps))) ** 2).sum(axis=1)  # (15.27)


@checked
def mean_function(predict, schedule: Schedule):
    """μ_v of a noise predictor, a function of z and the steps (one step for all rows)."""
    return lambda z, steps: decoder_mean(z, predict(z, steps), one_step(steps, most=schedule.T), schedule)


@checked
def objective(x: Float[np.ndarray, "n d"], mean, schedule: Schedule, *, draws: int, rng: np.random.Generator):
    """The mean-matching objective, summed over t and averaged over data and noise (15.26).

    Args:
        x: data, a row a sample.
        mean: μ_v.
        schedule: the noise levels.
        draws: of the noise, for each row and step.
        rng: for the noise.

    Returns:
        The estimate and its standard error (over draws; data are held fixed).
    """
    rows, rng = np.tile(array("x", x, ndim=2), (count("draws", draws, least=2), 1)), generator("rng", rng)
    totals = np.zeros(draws)
    for t in range(1, schedule.T + 1):
        residuals = mean_residual(rows, rng.standard_normal(rows.shape), t, mean, schedule)
        totals += residuals.reshape(draws, -1).mean(axis=1)
    return float(totals.mean()), float(totals.std(ddof=1) / np.sqrt(draws))


@checked
def noise_error(x: Float[np.ndarray, "n d"], predict, schedule: Schedule, *, rng: np.random.Generator):
    """The mean of ‖ε - ε_v(z_t, t)‖² / d for each t = 1 ... T, over the rows of x with fresh noise for each t."""
    x, rng = array("x", x, ndim=2), generator("rng", rng)
    errors = []
    for t in range(1, schedule.T + 1):
        noise, steps = rng.standard_normal(x.shape), steps_of(len(x), t)
        errors.append(((noise - _like(x, predict(jump(x, steps, noise, schedule), steps))) ** 2).mean())
    return np.array(errors)


@checked
def disagreement(
    x: Float[np.ndarray, "n d"], predict, other, schedule: Schedule, *, rng: np.random.Generator
) -> Float[np.ndarray, " T"]:
    """The mean of the squared distance of two predictors, per coordinate, for each t = 1 ... T, at the z_t of `noise_error`."""
    x, rng = array("x", x, ndim=2), generator("rng", rng)
    gaps = []
    for t in range(1, schedule.T + 1):
        steps = steps_of(len(x), t)
        z = jump(x, steps, rng.standard_normal(x.shape), schedule)
        gaps.append(((_like(z, predict(z, steps)) - _like(z, other(z, steps))) ** 2).mean())
    return np.array(gaps)


def wavy_predictor(T: int):
    """A predictor of the noise that is good for nothing, tanh(z) t/T, to test identities that must hold for any."""
    T = count("T", T)
    return lambda z, steps: np.tanh(z) * np.asarray(steps)[:, None] / T


def _like(z, prediction):
    return array("the prediction", prediction, shape=z.shape)
