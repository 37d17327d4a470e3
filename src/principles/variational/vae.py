"""A variational auto-encoder: an encoder x -> (μ, σ), a decoder z -> p(x | z), trained together."""

import numpy as np
import torch
from jaxtyping import Float

from principles.validation import array, count, generator, number
from principles.variational.denoiser import linear
from principles.variational.likelihoods import KINDS, draw_image, mean_image


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
        self.kind, self.latents = kind, latents
        self.log_likelihood, outputs = KINDS[kind]
        self.read, self.code = linear(dimension, width, rng=rng), linear(width, 2 * latents, rng=rng, scale=0.3)
        self.write, self.paint = linear(latents, width, rng=rng), linear(width, dimension * outputs, rng=rng, scale=0.3)

    def encode(self, x):
        """μ(x; u) and log σ(x; u)."""
        return self.code(torch.nn.functional.silu(self.read(x))).chunk(2, dim=-1)

    def decode(self, z):
        """What parameterises p_v(x | z)."""
        return self.paint(torch.nn.functional.silu(self.write(z)))


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
    μ, log_σ = model.encode(x)
    z = μ + torch.exp(log_σ) * noise
    divergence = -0.5 * (2 * log_σ - torch.exp(2 * log_σ) - μ**2 + 1).sum(-1)  # (15.17)
    return model.log_likelihood(model.decode(z), x.expand(*noise.shape[:-1], -1)) - divergence / beta  # (15.8)


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
    X, rng = array("X", X, ndim=2), generator("rng", rng)
    optimizer = torch.optim.Adam(model.parameters(), lr=number("rate", rate, above=0))
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


@torch.no_grad()
def held_out_elbo(model: VAE, X: Float[np.ndarray, "n d"], *, draws: int, rng: np.random.Generator) -> np.ndarray:
    """The ELBO of each row, averaged over draws of ε."""
    noise = torch.from_numpy(generator("rng", rng).standard_normal((draws, len(X), model.latents)))
    return elbo(model, torch.from_numpy(array("X", X, ndim=2)), noise).mean(dim=0).numpy()


@torch.no_grad()
def log_evidence(model: VAE, X: Float[np.ndarray, "n d"], *, draws: int, rng: np.random.Generator) -> np.ndarray:
    """A tighter bound on log p_v(x) of each row: the log of an average of K importance weights.

    Source: Burda, Grosse and Salakhutdinov (2016).
    """
    x = torch.from_numpy(array("X", X, ndim=2))
    μ, log_σ = model.encode(x)
    noise = torch.from_numpy(generator("rng", rng).standard_normal((draws, len(X), model.latents)))
    z = μ + torch.exp(log_σ) * noise
    weights = model.log_likelihood(model.decode(z), x.expand(draws, -1, -1)) - 0.5 * (z**2).sum(-1)
    weights = weights + (0.5 * noise**2 + log_σ).sum(-1)
    return (torch.logsumexp(weights, dim=0) - np.log(draws)).numpy()


@torch.no_grad()
def codes(model: VAE, X: Float[np.ndarray, "n d"]) -> tuple[np.ndarray, np.ndarray]:
    """μ and σ of each row."""
    μ, log_σ = model.encode(torch.from_numpy(array("X", X, ndim=2)))
    return μ.numpy(), torch.exp(log_σ).numpy()


@torch.no_grad()
def images(model: VAE, z: Float[np.ndarray, "n m"]) -> np.ndarray:
    """The mean image E[x | z] of each row of z."""
    return mean_image(model.decode(torch.from_numpy(array("z", z, ndim=2))), kind=model.kind).numpy()


@torch.no_grad()
def sample(model: VAE, n: int, *, rng: np.random.Generator, draw: bool = True) -> Float[np.ndarray, "n d"]:
    """n samples: z from the prior, then a draw from p(x | z), or the mean image with `draw=False`."""
    z = generator("rng", rng).standard_normal((count("n", n), model.latents))
    if not draw:
        return images(model, z)
    return draw_image(model.decode(torch.from_numpy(z)), kind=model.kind, rng=rng)


def latent_gradients(model: VAE, x: Float[np.ndarray, " d"], z: Float[np.ndarray, "n m"]) -> tuple[np.ndarray, np.ndarray]:
    """φ(z) = log p_v(x | z) and its gradient in z, for each row of z."""
    points = torch.from_numpy(array("z", z, ndim=2)).requires_grad_(True)
    values = model.log_likelihood(model.decode(points), torch.from_numpy(x).expand(len(z), -1))
    (gradients,) = torch.autograd.grad(values.sum(), points)
    return values.detach().numpy(), gradients.numpy()
