"""What the page trains on real digits, put together from the modules of this chapter."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from principles import data
from principles.signatures import checked
from principles.validation import array, count, generator, number
from principles.variational import denoiser, quality, sampling, schedule, vae


@dataclass(frozen=True)
class Parts:
    """Digits in three parts: `train` for models and classifier, `real` to judge against, `fresh` as a baseline."""

    train: Float[np.ndarray, "n 64"]
    train_labels: Int[np.ndarray, " n"]
    real: Float[np.ndarray, "m 64"]
    real_labels: Int[np.ndarray, " m"]
    fresh: Float[np.ndarray, "m 64"]


def digit_parts(*, held_out: int, rng: np.random.Generator) -> Parts:
    """All 1797 digits, shuffled: twice `held_out` are kept apart, the rest is for training."""
    digits, m = data.digits(), count("held_out", held_out, least=2, most=800)
    order = generator("rng", rng).permutation(len(digits))
    real, fresh, train = order[:m], order[m : 2 * m], order[2 * m :]
    return Parts(digits.X[train], digits.y[train], digits.X[real], digits.y[real], digits.X[fresh])


@dataclass(frozen=True)
class DigitDiffusion:
    """A trained noise predictor for scaled digits: z = (x - mean) / scale."""

    predict: object
    schedule: schedule.Schedule
    mean: Float[np.ndarray, " d"]
    scale: float
    losses: Float[np.ndarray, " steps"]

    def scaled(self, X):
        """Pixels as the network sees them."""
        return (X - self.mean) / self.scale

    def pixels(self, z):
        """The way back, cut to [0, 1]."""
        return np.clip(z * self.scale + self.mean, 0, 1)

    def path(self, n, *, rng):
        """All states on the way from noise to n samples, by t."""
        return dict(sampling.sample(n, len(self.mean), self.predict, self.schedule, rng=rng))


@checked(counts=("width",))
def train_diffusion(
    X: Float[np.ndarray, "n d"], *, steps: int, width: int, T: int, rng: np.random.Generator, batch: int = 128, rate: float = 3e-3
) -> DigitDiffusion:
    """A diffusion model of the rows of X; the error of step t is weighted by 1/β̄_t, at most 20.

    Args:
        X: training rows.
        steps: updates.
        width: of the network's two residual layers.
        T: levels of noise.
        rng: for weights, batches, steps and noise.
        batch, rate: of the optimiser.
    """
    X, levels = array("X", X, ndim=2), schedule.cosine(T)
    mean, scale = X.mean(axis=0), number("the spread of X", X.std(), above=0)
    model = denoiser.Denoiser(X.shape[1], width=width, depth=2, schedule=levels, rng=rng)
    weights, rows = np.minimum(1 / levels.kept, 20.0), denoiser.rows_of((X - mean) / scale)
    losses = denoiser.train(model, rows, steps=steps, batch=batch, rate=rate, rng=rng, weights=weights)
    return DigitDiffusion(denoiser.noise_predictor(model), levels, mean, scale, losses)


@checked(counts=("width",))
def train_vae(
    X: Float[np.ndarray, "n d"], *, latents: int, kind: str, steps: int, rng: np.random.Generator, width: int = 128
) -> vae.VAE:
    """A variational auto-encoder of the rows of X, batches of 128, rate 8e-3."""
    model = vae.VAE(X.shape[1], latents=latents, width=width, kind=kind, rng=rng)
    vae.train(model, X, steps=steps, batch=128, rate=8e-3, rng=rng)
    return model


def independent_pixels(X: Float[np.ndarray, "m d"], n: int, *, rng: np.random.Generator) -> Float[np.ndarray, "n d"]:
    """n rows in which each pixel is drawn by itself from its column of X: right marginals, no digit."""
    X, n = array("X", X, ndim=2), count("n", n)
    return np.take_along_axis(X, generator("rng", rng).integers(len(X), size=(n, X.shape[1])), axis=0)


@checked
def independent_log_likelihood(train: Float[np.ndarray, "n d"], X: Float[np.ndarray, "m d"], *, levels: int = 16):
    """log p of each row of X when pixels are independent, with the frequencies of the training rows (one added to each count)."""
    seen = _whole_levels("train", array("train", train, ndim=2), levels)
    asked = _whole_levels("X", array("X", X, shape=(None, seen.shape[1])), levels)
    counts = 1 + (seen[..., None] == np.arange(levels + 1)).sum(axis=0)
    logs = np.log(counts / counts.sum(axis=1, keepdims=True))
    return logs[np.arange(seen.shape[1]), asked].sum(axis=1)


def _whole_levels(name, X, levels):
    k = np.round(X * levels).astype(int)
    if (k < 0).any() or (k > levels).any() or (np.abs(X * levels - k) > 1e-9).any():
        raise ValueError(f"{name} must hold the levels 0, 1/{levels}, ..., 1; it runs from {X.min():g} to {X.max():g}")
    return k


@checked
def column(rows: list[tuple[str, list[quality.Quality]]], field: str, *names: str) -> np.ndarray:
    """One measure of every set of samples under these names, over all seeds."""
    known = [name for name, _ in rows]
    if not names or not set(names) <= set(known):
        raise ValueError(f"names must be among {known}; got {list(names)}")
    return np.array([getattr(q, field) for name, judged in rows if name in names for q in judged])


@checked
def table(rows: list[tuple[str, list[quality.Quality]]]) -> str:
    """A line for each kind of sample: the mean of every measure, and ± half its range over seeds."""
    heads = {"frechet": 1, "precision": 2, "recall": 2, "imbalance": 2, "nearest": 2, "copying": 2}
    lines = [" " * 24 + "".join(f"{name:>13}" for name in heads)]
    for name, judged in rows:
        cells = []
        for field, digits in heads.items():
            values = np.array([getattr(q, field) for q in judged])
            spread = f" ±{np.ptp(values) / 2:.{digits}f}" if len(values) > 1 else ""
            cells.append(f"{values.mean():.{digits}f}{spread}".rjust(13))
        lines.append(f"{name:<24}" + "".join(cells))
    return "\n".join(lines)
