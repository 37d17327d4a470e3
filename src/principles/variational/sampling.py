"""Running a diffusion model backwards: from noise to a sample, one decoder step at a time."""

import numpy as np
from jaxtyping import Float, Int

from principles.signatures import checked
from principles.validation import array, count, generator
from principles.variational.schedule import Schedule


@checked
def decoder_mean(
    z: Float[np.ndarray, "n d"], noise: Float[np.ndarray, "n d"], t: int, schedule: Schedule
) -> Float[np.ndarray, "n d"]:
    """μ_v(z_t, t) of a decoder that predicts the noise: (z_t - β_t/√(1-β̄_t) ε_v) / √(1-β_t).

    Args:
        z: z_t, a row a sample.
        noise: the predicted ε_v(z_t, t).
        t: the step, 1 ... T.
        schedule: the noise levels.
    """
    z, noise = array("z", z, ndim=2), array("noise", noise, shape=np.shape(z))
    β, kept = schedule.betas[count("t", t, most=schedule.T)], schedule.kept[t]
    return (z - β / np.sqrt(1 - kept) * noise) / np.sqrt(1 - β)


@checked
def guess(z: Float[np.ndarray, "n d"], noise: Float[np.ndarray, "n d"], t: int, schedule: Schedule) -> Float[np.ndarray, "n d"]:
    """The datum x that belongs to z_t if the noise is the predicted one: √β̄_t x + √(1-β̄_t) ε = z_t, solved for x.

    Args:
        z: z_t, a row a sample.
        noise: the predicted ε_v(z_t, t).
        t: the step, 1 ... T.
        schedule: the noise levels.
    """
    z, noise = array("z", z, ndim=2), array("noise", noise, shape=np.shape(z))
    kept = schedule.kept[count("t", t, most=schedule.T)]
    return (z - np.sqrt(1 - kept) * noise) / np.sqrt(kept)


@checked
def decoder_step(
    z: Float[np.ndarray, "n d"], t: int, predict, schedule: Schedule, *, rng: np.random.Generator
) -> Float[np.ndarray, "n d"]:
    """A draw of z_{t-1} from the decoder N(μ_v(z_t, t), σ_t² I) (15.23).

    Args:
        z: z_t, a row a sample.
        t: the step, 1 ... T.
        predict: the noise predictor, a function of z and the steps.
        schedule: the noise levels.
        rng: for the draw; at t = 1 the mean itself is returned, as is usual.
    """
    z, t, rng = array("z", z, ndim=2), count("t", t, most=schedule.T), generator("rng", rng)
    mean = decoder_mean(z, predict(z, steps_of(len(z), t)), t, schedule)
    if t == 1:
        return mean
    return mean + np.sqrt(schedule.variances[t]) * rng.standard_normal(z.shape)  # (15.23)


@checked
def sample(n: int, d: int, predict, schedule: Schedule, *, rng: np.random.Generator):
    """Yields (t, z_t) for t = T, T-1, ..., 0, from z_T of law N(0, I) down to the samples z_0."""
    z = generator("rng", rng).standard_normal((count("n", n), count("d", d)))
    yield schedule.T, z
    for t in range(schedule.T, 0, -1):
        z = decoder_step(z, t, predict, schedule, rng=rng)
        yield t - 1, z


def steps_of(n: int, t: int) -> Int[np.ndarray, " n"]:
    """The step t, once for each of n rows."""
    return np.full(count("n", n), count("t", t, least=0))


@checked
def one_step(steps: Int[np.ndarray, " n"], *, most: int) -> int:
    """The step that all rows share, from 1 to `most`; rows at different steps are refused."""
    steps = np.asarray(steps)
    if (steps != steps[0]).any():
        raise ValueError(f"steps must be one and the same for all rows; got {np.unique(steps)}")
    return count("steps", steps[0], most=most)
