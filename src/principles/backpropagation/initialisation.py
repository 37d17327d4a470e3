"""Ways to draw the first weights of a layer with d inputs and p outputs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles import validation
from principles.signatures import checked


@dataclass(frozen=True)
class Scheme:
    """A distribution of weights with mean zero.

    Args:
        name: for legends.
        variance: (d, p) -> variance of a weight.
        uniform: draw from U(-√(3 variance), √(3 variance)) instead of a Gaussian.
        bias_variance: d -> variance of a bias, None where the layer has none.
    """

    name: str
    variance: Callable[[int, int], float]
    uniform: bool = False
    bias_variance: Callable[[int], float] | None = None

    def draw(self, inputs: int, outputs: int, *, rng: np.random.Generator) -> Float[np.ndarray, "d p"]:
        """A weight matrix S of shape (inputs, outputs)."""
        d, p = validation.count("inputs", inputs), validation.count("outputs", outputs)
        return self._sample((d, p), self.variance(d, p), rng)

    def draw_bias(self, inputs: int, outputs: int, *, rng: np.random.Generator) -> Float[np.ndarray, " p"]:
        """A bias for each output; zeros where the scheme has none."""
        if self.bias_variance is None:
            return np.zeros(outputs)
        return self._sample((outputs,), self.bias_variance(inputs), rng)

    def _sample(self, shape, variance, rng):
        if self.uniform:
            return rng.uniform(-1, 1, size=shape) * np.sqrt(3 * variance)
        return rng.normal(size=shape) * np.sqrt(variance)


SCHEMES = {
    "inputs": Scheme("1/d, (4.14)", lambda d, p: 1 / d),
    "outputs": Scheme("1/p", lambda d, p: 1 / p),
    "xavier": Scheme("Xavier, Gaussian", lambda d, p: 2 / (d + p)),
    "xavier_uniform": Scheme("Xavier, uniform", lambda d, p: 2 / (d + p), uniform=True),
    "he": Scheme("He, 2/d", lambda d, p: 2 / d),
    "torch_linear": Scheme("torch.nn.Linear", lambda d, p: 1 / (3 * d), uniform=True, bias_variance=lambda d: 1 / (3 * d)),
}


def standard_deviation(inputs: int) -> float:
    """σ = √(1 / inputs): the standard deviation that keeps the variance of a linear layer (4.14).

    Args:
        inputs: d, the number of inputs to the layer.

    >>> standard_deviation(100)
    0.1
    """
    return (1 / validation.count("inputs", inputs)) ** 0.5  # (4.14)


def pre_activation_variance(inputs: int, *, weight_std: float, input_std: float) -> float:
    """d σ² γ²: the variance of z = w·x for independent w_i ~ N(0, σ²) and x_i ~ N(0, γ²) (Section 4.3.1).

    Args:
        inputs: d.
        weight_std: σ.
        input_std: γ.
    """
    σ, γ = validation.number("weight_std", weight_std, least=0), validation.number("input_std", input_std, least=0)
    return validation.count("inputs", inputs) * σ**2 * γ**2


@checked
def sampled_variance(
    inputs: int, *, weight_std: float, input_std: float, samples: int, rng: np.random.Generator
) -> tuple[float, float]:
    """The variance of z = w·x over fresh w and x, estimated, and its standard error.

    Args:
        inputs: d.
        weight_std: σ.
        input_std: γ.
        samples: how many z to draw.
        rng: a numpy generator.
    """
    size = validation.count("samples", samples, least=2), validation.count("inputs", inputs)
    w = rng.normal(size=size) * validation.number("weight_std", weight_std, least=0)
    x = rng.normal(size=size) * validation.number("input_std", input_std, least=0)
    squares = (w * x).sum(axis=1) ** 2
    return float(squares.mean()), float(squares.std(ddof=1) / np.sqrt(samples))


@checked(counts=("inputs", "outputs"), naturals=("seed",))
def torch_default(inputs: int, outputs: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights, as S of shape (inputs, outputs), and biases that `torch.nn.Linear` draws when it is made.

    Args:
        inputs: d.
        outputs: p.
        seed: of torch's generator, whose state is put back afterwards.
    """
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        layer = torch.nn.Linear(inputs, outputs, dtype=torch.float64)
    return layer.weight.detach().numpy().T, layer.bias.detach().numpy()
