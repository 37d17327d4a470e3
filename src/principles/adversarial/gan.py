"""A generator and a discriminator trained against each other, several seeds side by side.

float64, every random number from numpy, steps that decay to zero. Tensors have a first axis for
the seeds, and each seed draws from its own generator, so that a run does not depend on its neighbours.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from torch.nn.functional import silu, softplus

from principles.signatures import checked
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        steps: updates of each player.
        batch: rows of data, and of latents, in each.
        rate, discriminator_rate: first step sizes of the two players (Adam).
        momentum: Adam's first β.
        saturating: the generator lowers log(1 - d), or else -log d.
        decay: whether step sizes fall to 0 along a cosine.
        pack: rows that the discriminator sees, and judges, together.
        averaging: the share that the averaged generator keeps at each update.
    """

    steps: int
    batch: int = 64
    rate: float = 1e-3
    discriminator_rate: float = 4e-3
    momentum: float = 0.0
    saturating: bool = False
    decay: bool = True
    pack: int = 1
    averaging: float = 0.99

    def __post_init__(self):
        count("steps", self.steps), count("batch", self.batch, least=2)
        number("rate", self.rate, above=0), number("discriminator_rate", self.discriminator_rate, above=0)
        if self.batch % count("pack", self.pack):
            raise ValueError(f"pack must divide the batch of {self.batch}; got {self.pack}")
        number("momentum", self.momentum, least=0, below=1), number("averaging", self.averaging, least=0, below=1)


@dataclass(frozen=True)
class Trained:
    """What training leaves behind.

    Attributes:
        generator: averaged weights.
        discriminator: last weights.
        moments: step -> weights of the generator (not averaged) at the steps that were asked for.
    """

    generator: list
    discriminator: list
    moments: dict = field(default_factory=dict)


@checked(unsigned=("last",))
def layers(sizes: Sequence[int], rngs: list, *, last: float = 1.0) -> list:
    """Weights and biases of a network for each seed: N(0, 2/inputs), the last layer times `last`; biases zero."""
    sizes = [count("sizes", size) for size in sizes]
    if len(sizes) < 2 or not rngs:
        raise ValueError(f"sizes must hold two sizes or more and rngs one generator or more; got {len(sizes)} and {len(rngs)}")
    out = []
    for k, (a, b) in enumerate(zip(sizes, sizes[1:])):
        scale = np.sqrt(2 / a) * (last if k == len(sizes) - 2 else 1.0)
        weights = np.stack([generator("rngs", r).standard_normal((a, b)) * scale for r in rngs])
        out += [torch.from_numpy(weights), torch.zeros(len(rngs), 1, b, dtype=torch.float64)]
    return [p.requires_grad_() for p in out]


@checked
def network(weights: list, x: torch.Tensor) -> torch.Tensor:
    """Linear layers with silu between them; x is seeds × rows × inputs."""
    for k in range(0, len(weights), 2):
        x = torch.baddbmm(weights[k + 1], x, weights[k])
        if k < len(weights) - 2:
            x = silu(x)
    return x


@checked
def generate(weights: list, z: torch.Tensor) -> torch.Tensor:
    """x = g_v(z): the network, plus a linear map zA if the weights end with an A."""
    if len(weights) % 2:
        return network(weights[:-1], z) + z @ weights[-1]
    return network(weights, z)


@checked
def discriminator_loss(of_data: torch.Tensor, of_generated: torch.Tensor) -> torch.Tensor:
    """Minus the value of the game in its sample form, from logits, a number a seed (16.7).

    The same as the logistic loss (16.3): what the discriminator lowers, the min-max problem calls raising.
    """
    return softplus(-of_data).mean(dim=(1, 2)) + softplus(of_generated).mean(dim=(1, 2))


@checked
def generator_loss(of_generated: torch.Tensor, *, saturating: bool) -> torch.Tensor:
    """What the generator lowers, from logits, a number a seed: log(1 - d) as in (16.7), or -log d.

    The second is only for the generator's step.
    """
    return (-softplus(of_generated) if saturating else softplus(-of_generated)).mean(dim=(1, 2))


@checked
def train(
    draw: Callable,
    *,
    latents: int,
    width: int,
    recipe: Recipe,
    rngs: list,
    start: Float[np.ndarray, "k d"] | None = None,
    watch: Collection[int] = (),
) -> Trained:
    """Adam on both players in turn, the discriminator first (16.7).

    Args:
        draw: (batch, rng) -> rows of data.
        latents: length of z.
        width: of the two hidden layers of each network.
        recipe: step sizes and the like.
        rngs: a generator for each seed.
        start: A (latents × d); then the generator starts as zA, its network at zero.
        watch: steps after which to keep the generator's weights.
    """
    latents, width = count("latents", latents), count("width", width)
    d = array("draw must return rows: what it returns", draw(1, np.random.default_rng(0)), ndim=2).shape[1]
    G = layers([latents, width, width, d], rngs, last=1.0 if start is None else 0.0)
    D, moments = layers([recipe.pack * d, width, width, 1], rngs), {}
    if start is not None:
        A = array("start", start, shape=(latents, d))
        G.append(torch.from_numpy(np.stack([A] * len(rngs))).requires_grad_())
    averaged = [p.detach().clone() for p in G]
    down, up = (torch.optim.Adam(p, betas=(recipe.momentum, 0.99), fused=True) for p in (G, D))
    for k in range(recipe.steps):
        fall = 0.5 * (1 + np.cos(np.pi * k / recipe.steps))
        down.param_groups[0]["lr"], up.param_groups[0]["lr"] = (
            rate * (fall if recipe.decay else 1.0) for rate in (recipe.rate, recipe.discriminator_rate)
        )
        x, fake = (_packed(rows, recipe.pack) for rows in _batch(draw, G, latents, recipe.batch, rngs))
        _step(up, D, discriminator_loss(network(D, x), network(D, fake.detach())).sum())
        _step(down, G, generator_loss(network(D, fake), saturating=recipe.saturating).sum())
        torch._foreach_lerp_(averaged, [p.detach() for p in G], 1 - recipe.averaging)
        if k + 1 in watch:
            moments[k + 1] = [p.detach().clone() for p in G]
    return Trained(averaged, [p.detach() for p in D], moments)


@checked
@torch.no_grad()
def sample(weights: list, n: int, *, rng: np.random.Generator) -> Float[np.ndarray, "seeds n d"]:
    """n rows of every seed's generator, all from the same latents z ~ N(0, I); the discriminator is not needed."""
    z = torch.from_numpy(generator("rng", rng).standard_normal((count("n", n), weights[0].shape[1])))
    return generate(weights, z.expand(len(weights[0]), *z.shape)).numpy()


@checked
@torch.no_grad()
def logits(weights: list, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "seeds n"]:
    """The logit of d_u at each row, for every seed's discriminator."""
    X = torch.from_numpy(array("X", X, shape=(None, weights[0].shape[1])))
    return network(weights, X.expand(len(weights[0]), *X.shape))[..., 0].numpy()


def _batch(draw, G, latents, batch, rngs):
    x = torch.from_numpy(np.stack([draw(batch, r) for r in rngs]))
    z = torch.from_numpy(np.stack([r.standard_normal((batch, latents)) for r in rngs]))
    return x, generate(G, z)


def _packed(rows, pack):
    return rows.reshape(len(rows), -1, pack * rows.shape[2])


def _step(optimizer, weights, objective):
    for p, g in zip(weights, torch.autograd.grad(objective, weights)):
        p.grad = g
    optimizer.step()
