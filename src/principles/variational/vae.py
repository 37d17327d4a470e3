"""A variational auto-encoder: an encoder x -> (μ, σ), a decoder z -> p(x | z), trained together."""

import numpy as np
import torch
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, generator, number
from principles.variational.denoiser import linear
from principles.variational.likelihoods import KINDS, LEVELS, draw_image, mean_image

ROWS = 4000  # how many codes are decoded at a time where many are drawn


class VAE(torch.nn.Module):
    """Encoder weights u, decoder weights v, one hidden layer each.

    Args:
        dimension: of x.
        latents: m, the dimension of z.
        width: of the hidden layers.
        kind: the likelihood, "bernoulli", "binomial" or "categorical".
        rng: for the initial weights.
    """

    def __init__(self, dimension, *, latents, width, kind, rng):
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")
        self.kind, self.latents, self.dimension = kind, count("latents", latents), count("dimension", dimension)
        self.log_likelihood, outputs = KINDS[kind]
        self.read, self.code = linear(dimension, width, rng=rng), linear(width, 2 * latents, rng=rng, scale=0.3)
        self.write, self.paint = linear(latents, width, rng=rng), linear(width, dimension * outputs, rng=rng, scale=0.3)

    def encode(self, x):
        """μ(x; u) and log σ(x; u)."""
        return self.code(torch.nn.functional.silu(self.read(x))).chunk(2, dim=-1)

    def decode(self, z):
        """What parameterises p_v(x | z)."""
        return self.paint(torch.nn.functional.silu(self.write(z)))


@checked
def elbo(model: VAE, x: torch.Tensor, noise: torch.Tensor, *, beta: float = 1.0) -> torch.Tensor:
    """log p_v(x | z) at z = μ + σ ⊙ ε, minus KL(q_u(z | x) ‖ p(z)) (15.8).

    Args:
        model: encoder and decoder.
        x: data, a row a sample.
        noise: ε, standard normal, a row for each row of x (more leading axes are more draws).
        beta: divides the divergence (ELBO_β).

    Returns:
        One value a row; its mean over ε is the ELBO of that row.
    """
    if noise.shape[-2:] != (len(x), model.latents):
        raise ValueError(f"noise must end in shape ({len(x)}, {model.latents}), a row for each of x; got {tuple(noise.shape)}")
    beta, (μ, log_σ) = number("beta", beta, above=0), model.encode(x)
    z = μ + torch.exp(log_σ) * noise
    divergence = -0.5 * (2 * log_σ - torch.exp(2 * log_σ) - μ**2 + 1).sum(-1)  # (15.17)
    return model.log_likelihood(model.decode(z), x.expand(*noise.shape[:-1], -1)) - divergence / beta  # (15.8)


@checked
def train(
    model: VAE,
    X: Float[np.ndarray, "n d"],
    *,
    steps: int,
    batch: int,
    rate: float,
    rng: np.random.Generator,
    beta: float = 1.0,
) -> Float[np.ndarray, " steps"]:
    """Adam on minus the average ELBO over both sets of weights, steps falling to zero (15.9).

    Args:
        model: changed in place.
        X: training rows.
        steps, batch, rate: of the optimiser.
        rng: for batches and ε.
        beta: of ELBO_β.

    Returns:
        The average ELBO of each batch.
    """
    X, batch, rng = _pixels(model, X), count("batch", batch), generator("rng", rng)
    optimizer = torch.optim.Adam(model.parameters(), lr=number("rate", rate, above=0), fused=True)
    history = np.empty(count("steps", steps))
    for k in range(steps):
        optimizer.param_groups[0]["lr"] = rate * 0.5 * (1 + np.cos(np.pi * k / steps))
        x = torch.from_numpy(X[rng.integers(len(X), size=batch)])
        value = elbo(model, x, torch.from_numpy(rng.standard_normal((batch, model.latents))), beta=beta).mean()  # (15.9)
        optimizer.zero_grad()
        (-value).backward()
        optimizer.step()
        history[k] = value.item()
    return history


@checked
@torch.no_grad()
def held_out_elbo(model: VAE, X: Float[np.ndarray, "n d"], *, draws: int, rng: np.random.Generator) -> np.ndarray:
    """The ELBO of each row, averaged over draws of ε."""
    x, shape = torch.from_numpy(_pixels(model, X)), (count("draws", draws), len(X), model.latents)
    noise = torch.from_numpy(generator("rng", rng).standard_normal(shape))
    return torch.cat([elbo(model, x, some) for some in _parts(noise)]).mean(dim=0).numpy()


@checked
@torch.no_grad()
def log_evidence(model: VAE, X: Float[np.ndarray, "n d"], *, draws: int, rng: np.random.Generator) -> np.ndarray:
    """A tighter bound on log p_v(x) of each row: the log of an average of K importance weights.

    Source: Burda, Grosse and Salakhutdinov (2016).
    """
    x, shape = torch.from_numpy(_pixels(model, X)), (count("draws", draws), len(X), model.latents)
    μ, log_σ = model.encode(x)
    noise = torch.from_numpy(generator("rng", rng).standard_normal(shape))
    z = μ + torch.exp(log_σ) * noise
    fit = torch.cat([model.log_likelihood(model.decode(some), x.expand(len(some), -1, -1)) for some in _parts(z)])
    weights = fit - 0.5 * (z**2).sum(-1) + (0.5 * noise**2 + log_σ).sum(-1)
    return (torch.logsumexp(weights, dim=0) - np.log(draws)).numpy()


@checked
@torch.no_grad()
def codes(model: VAE, X: Float[np.ndarray, "n d"]) -> tuple[np.ndarray, np.ndarray]:
    """μ and σ of each row."""
    μ, log_σ = model.encode(torch.from_numpy(_pixels(model, X)))
    return μ.numpy(), torch.exp(log_σ).numpy()


@checked
@torch.no_grad()
def images(model: VAE, z: Float[np.ndarray, "n m"]) -> np.ndarray:
    """The mean image E[x | z] of each row of z."""
    z = array("z", z, shape=(None, model.latents))
    return mean_image(model.decode(torch.from_numpy(z)), kind=model.kind).numpy()


@checked
@torch.no_grad()
def sample(model: VAE, n: int, *, rng: np.random.Generator, draw: bool = True) -> Float[np.ndarray, "n d"]:
    """n samples: z from the prior, then a draw from p(x | z), or the mean image with `draw=False`."""
    z = generator("rng", rng).standard_normal((count("n", n), model.latents))
    if not draw:
        return images(model, z)
    return draw_image(model.decode(torch.from_numpy(z)), kind=model.kind, rng=rng)


@checked
def latent_gradients(model: VAE, x: Float[np.ndarray, " d"], z: Float[np.ndarray, "n m"]) -> tuple[np.ndarray, np.ndarray]:
    """φ(z) = log p_v(x | z) and its gradient in z, for each row of z."""
    points = torch.from_numpy(array("z", z, shape=(None, model.latents))).requires_grad_(True)
    x = torch.from_numpy(_pixels(model, array("x", x, ndim=1)[None]))
    values = model.log_likelihood(model.decode(points), x.expand(len(z), -1))
    (gradients,) = torch.autograd.grad(values.sum(), points)
    return values.detach().numpy(), gradients.numpy()


def _pixels(model, X):
    X, levels = array("X", X, shape=(None, model.dimension)), 1 if model.kind == "bernoulli" else LEVELS
    if (X < 0).any() or (X > 1).any() or (X * levels != np.round(X * levels)).any():
        raise ValueError(f"X must hold the levels 0, 1/{levels}, ..., 1 of {model.kind} pixels; got {X.min():g} to {X.max():g}")
    return X


def _parts(draws):
    return draws.split(max(1, ROWS // draws.shape[1]))
