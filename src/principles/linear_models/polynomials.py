"""Polynomials of rising degree, fitted by the same least squares: linear in the weights, not in x."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.linear_models import least_squares
from principles.signatures import checked


@dataclass(frozen=True)
class Sample:
    """Inputs in [0, 1] and their noisy targets."""

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]


@checked
def truth(x: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Nature's own function in this experiment, sin 2πx."""
    return np.sin(2 * np.pi * valid.array("x", x))


def sample(n: int, *, noise_std: float, rng: np.random.Generator) -> Sample:
    """n evenly spaced inputs in [0, 1] and targets sin 2πx plus Gaussian noise.

    Args:
        n: how many, at least 2.
        noise_std: standard deviation of the noise.
        rng: the source of randomness.
    """
    x = np.linspace(0, 1, valid.count("n", n, least=2))
    return Sample(x, truth(x) + valid.generator("rng", rng).normal(0, valid.number("noise_std", noise_std, least=0), n))


def powers(x: Num[np.ndarray, " n"], degree: int) -> Float[np.ndarray, "n degree"]:
    """The features x, x², …, x^degree, a column each; the constant comes from the bias.

    Example:
        >>> powers(np.array([2.0]), 3)
        array([[2., 4., 8.]])
    """
    x = valid.array("x", x, ndim=1)
    return x[:, None] ** np.arange(1, valid.count("degree", degree, least=0) + 1)


@checked
def fit(data: Sample, degree: int) -> least_squares.Affine:
    """The polynomial of that degree with the least squared error on `data`; its coefficients are b, w₁, …, w_degree."""
    if degree == 0:
        return least_squares.Affine(np.zeros(0), float(valid.array("data.y", data.y, ndim=1).mean()))
    return least_squares.minimum_norm(powers(data.x, degree), data.y)


@checked
def evaluate(polynomial: least_squares.Affine, x: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The values of a fitted polynomial at x.

    Example:
        >>> evaluate(least_squares.Affine(np.array([0.0, 1.0]), 2.0), np.array([3.0]))
        array([11.])
    """
    return powers(x, len(polynomial.w)) @ polynomial.w + polynomial.b


@checked
def error(polynomial: least_squares.Affine, data: Sample) -> float:
    """The root of the mean squared error of a polynomial on `data`, in the unit of y."""
    valid.same_length("data.y", data.y, "data.x", data.x)
    return float(np.sqrt(np.mean((data.y - evaluate(polynomial, data.x)) ** 2)))


def best_line(noise_variance: float) -> tuple[float, float, float]:
    """Slope, intercept and mean squared error of the best straight line for x uniform on [0, 1]; exact.

    No number of samples can get a straight line below that error.

    Example:
        >>> [round(v, 4) for v in best_line(0.0)]
        [-1.9099, 0.9549, 0.196]
    """
    slope = -6 / np.pi
    return slope, -slope / 2, 0.5 - 3 / np.pi**2 + valid.number("noise_variance", noise_variance, least=0)
