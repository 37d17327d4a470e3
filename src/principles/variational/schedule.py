"""The encoder of a diffusion model, which has no weights: noise is added on a fixed schedule.

Time runs t = 0, 1, ..., T with z_0 = x. Arrays over time have T + 1 entries and are indexed by t,
so `betas[0] = 0` is never used as a noise level and `kept[0] = 1` (the empty product).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles.signatures import checked
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Schedule:
    """β_t and what follows from it, indexed by t = 0 ... T.

    Attributes:
        betas: β_t, the variance of the noise added at step t; β_0 = 0.
        kept: the product over s ≤ t of (1 - β_s), the share of the signal's power that is left.
        variances: σ_t², the variance of z_{t-1} given z_t and x; σ_1² is replaced by β_1.
    """

    betas: Float[np.ndarray, " steps"]
    kept: Float[np.ndarray, " steps"]
    variances: Float[np.ndarray, " steps"]

    def __post_init__(self):
        for name in ("betas", "kept", "variances"):
            array(name, getattr(self, name), shape=np.shape(self.betas))

    @property
    def T(self):
        """The number of steps."""
        return len(self.betas) - 1


def schedule(betas: Float[np.ndarray, " T"]) -> Schedule:
    """The schedule of given noise levels β_1 ... β_T.

    Raises:
        ValueError: unless every level lies strictly between 0 and 1.

    >>> schedule(np.array([0.5, 0.5])).kept.tolist()
    [1.0, 0.5, 0.25]
    """
    betas = array("betas", betas, ndim=1)
    if (betas <= 0).any() or (betas >= 1).any():
        raise ValueError(f"betas must lie strictly between 0 and 1; got values from {betas.min():g} to {betas.max():g}")
    β = np.r_[0.0, betas]
    kept = np.cumprod(1 - β)
    return Schedule(β, kept, np.r_[0.0, betas[0], posterior_variance(β, kept)[2:]])


def cosine(T: int, *, offset: float = 0.008) -> Schedule:
    """Noise levels for which √(kept share) falls along a cosine from 1 to 0; each is at most 0.999.

    Source: Nichol and Dhariwal (2021).
    """
    T, s = count("T", T, least=2), number("offset", offset, above=0)
    level = np.cos((np.arange(T + 1) / T + s) / (1 + s) * np.pi / 2) ** 2
    return schedule(np.minimum(1 - level[1:] / level[:-1], 0.999))


def posterior_variance(betas: Float[np.ndarray, " steps"], kept: Float[np.ndarray, " steps"]) -> Float[np.ndarray, " steps"]:
    """σ_t² = (1 - β̄_{t-1}) / (1 - β̄_t) β_t, the variance that the decoder copies from the encoder (15.25).

    Args:
        betas, kept: β_t and β̄_t for t = 0 ... T.

    Returns:
        σ_t² for t = 0 ... T. The first two are 0: σ_1² vanishes since β̄_0 = 1.
    """
    betas, kept = array("betas", betas, ndim=1), array("kept", kept, shape=np.shape(betas))
    if kept[0] != 1 or (np.diff(kept) > 0).any() or kept[-1] < 0:
        raise ValueError(f"kept must fall from 1 and not below 0; it runs from {kept[0]:g} to {kept[-1]:g}")
    before = np.r_[1.0, kept[:-1]]
    left = np.where(kept < 1, 1 - kept, 1.0)
    return (1 - before) / left * betas  # (15.25)


@checked
def add_noise(z: Float[np.ndarray, "n d"], t: int, schedule: Schedule, *, rng: np.random.Generator) -> Float[np.ndarray, "n d"]:
    """One step of the encoder, a draw from N(√(1-β_t) z_{t-1}, β_t I) (15.21)."""
    z, t, rng = array("z", z, ndim=2), count("t", t, most=schedule.T), generator("rng", rng)
    β = schedule.betas[t]
    return np.sqrt(1 - β) * z + np.sqrt(β) * rng.standard_normal(z.shape)  # (15.21)


@checked
def jump(
    x: Float[np.ndarray, "n d"], t: Int[np.ndarray, " n"], noise: Float[np.ndarray, "n d"], schedule: Schedule
) -> Float[np.ndarray, "n d"]:
    """z_t straight from x and standard normal noise, √β̄_t x + √(1-β̄_t) ε (15.22).

    Args:
        x: data, a row a sample.
        t: the step of each row, 0 ... T.
        noise: ε, of the shape of x.
        schedule: the noise levels.
    """
    x, noise = array("x", x, ndim=2), array("noise", noise, shape=np.shape(x))
    kept = schedule.kept[_steps(t, len(x), schedule, least=0)][:, None]
    return np.sqrt(kept) * x + np.sqrt(1 - kept) * noise  # (15.22)


@checked
def posterior_mean(
    z: Float[np.ndarray, "n d"], x: Float[np.ndarray, "n d"], t: Int[np.ndarray, " n"], schedule: Schedule
) -> Float[np.ndarray, "n d"]:
    """The mean of z_{t-1} given z_t and x, from which the decoder learns (15.24).

    The variance that goes with it is `posterior_variance`.

    Args:
        z: z_t, a row a sample.
        x: the datum of each row.
        t: the step of each row, 1 ... T.
        schedule: the noise levels.
    """
    z, x = array("z", z, ndim=2), array("x", x, shape=np.shape(z))
    of_x, of_z = posterior_coefficients(_steps(t, len(z), schedule), schedule)
    return of_x[:, None] * x + of_z[:, None] * z  # (15.24)


@checked
def posterior_coefficients(t, schedule: Schedule):
    """The weights of x and of z_t in the posterior mean of z_{t-1}, for each step in t."""
    t = _within(t, schedule, least=1)
    β, kept, before = schedule.betas[t], schedule.kept[t], schedule.kept[t - 1]
    return np.sqrt(before) * β / (1 - kept), np.sqrt(1 - β) * (1 - before) / (1 - kept)


def _steps(t, n, schedule, *, least=1):
    if np.shape(t) != (n,):
        raise ValueError(f"t must hold one step a row, shape ({n},); got {np.shape(t)}")
    return _within(t, schedule, least=least)


def _within(t, schedule, *, least):
    t = np.asarray(t)
    if t.dtype.kind not in "iu":
        raise TypeError(f"t must hold whole numbers; got dtype {t.dtype}")
    if t.size == 0 or t.min() < least or t.max() > schedule.T:
        raise ValueError(f"t must lie between {least} and {schedule.T}; got {t}")
    return t
