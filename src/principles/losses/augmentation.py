"""The augmented data set, how much it is worth, and what noise on the inputs does to a regression."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num
from numpy.polynomial import hermite_e

from principles import validation
from principles.signatures import checked


@checked
def augment(X: Num[np.ndarray, "n *shape"], y: Num[np.ndarray, " n"], T: Callable) -> tuple[np.ndarray, np.ndarray]:
    """The augmented data set {(T(xⁱ), yⁱ)} ∪ {(xⁱ, yⁱ)}, 2n samples, the new ones first (6.1).

    Args:
        X: inputs, an entry of the first axis a sample.
        y: labels; T leaves them alone.
        T: takes all inputs and returns as many of the same shape.

    Returns:
        Inputs and labels.

    Raises:
        ValueError: if the lengths differ, or T changes the shape.

    >>> augment(np.array([[1.0], [2.0]]), np.array([0, 1]), lambda X: -X)[0].ravel()
    array([-1., -2.,  1.,  2.])
    """
    validation.same_length("y", y, "X", X)
    return np.concatenate([_same_shape(T(X), X), X]), np.concatenate([y, y])  # (6.1)


@checked
def augment_often(X: np.ndarray, y: np.ndarray, changes: list[Callable]) -> tuple[np.ndarray, np.ndarray]:
    """The data and one changed copy of them for each of `changes`, (6.1) repeated; the copies come first.

    Raises:
        ValueError: if the lengths differ, or a change alters the shape.
    """
    validation.same_length("y", y, "X", X)
    copies = [_same_shape(T(X), X) for T in changes]
    return np.concatenate([*copies, X]), np.concatenate([y] * (len(changes) + 1))


def _same_shape(changed, X):
    if np.shape(changed) != np.shape(X):
        raise ValueError(f"T must keep the shape {np.shape(X)} of the inputs; got {np.shape(changed)}")
    return changed


def effective_samples(n: int, *, copies: int, correlation: float) -> float:
    """How many independent samples average as well as n groups of `copies` that correlate within: nk/(1 + (k - 1)ρ).

    >>> effective_samples(100, copies=2, correlation=1.0), effective_samples(100, copies=2, correlation=0.0)
    (100.0, 200.0)
    """
    ρ = validation.number("correlation", correlation, least=0, most=1)
    return validation.count("n", n) * copies / (1 + (validation.count("copies", copies) - 1) * ρ)


def variance_of_means(n: int, *, copies: int, correlation: float, repeats: int, rng: np.random.Generator) -> tuple[float, float]:
    """The variance of the mean of n groups of `copies` correlated Gaussians, over `repeats` draws, and its standard error."""
    ρ = validation.number("correlation", correlation, least=0, most=1)
    shape = validation.count("repeats", repeats, least=2), validation.count("n", n)
    shared = validation.generator("rng", rng).normal(size=(*shape, 1))
    own = rng.normal(size=(*shape, validation.count("copies", copies)))
    means = (np.sqrt(ρ) * shared + np.sqrt(1 - ρ) * own).mean(axis=(1, 2))
    return float(means.var(ddof=1)), float(means.var(ddof=1) * np.sqrt(2 / (repeats - 1)))


@dataclass(frozen=True)
class Curve:
    """A polynomial in Hermite form, Σ cₖ Heₖ(x / scale).

    Args:
        coefficients: c₀, c₁, ....
        scale: standard deviation of the inputs it was made for.
    """

    coefficients: np.ndarray
    scale: float = 1.0

    def __call__(self, x: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """The values at x."""
        return hermite_e.hermeval(np.asarray(x, float) / self.scale, self.coefficients)


@checked
def jittered(truth: Curve, *, jitter_std: float) -> Curve:
    """The best prediction of y from z = x + ξ: the degree-k part of the truth times (1 + s²)^(-k/2).

    For standard Gaussian inputs x and independent Gaussian jitter ξ of standard deviation s, x and
    z/√(1 + s²) are Gaussians with correlation 1/√(1 + s²), and E[Heₖ(x) | z] is that to the power k
    times Heₖ of the other (Mehler).

    Args:
        truth: E[y | x], with scale 1.
        jitter_std: s ≥ 0.
    """
    scale = np.sqrt(1 + validation.number("jitter_std", jitter_std, least=0) ** 2)
    return Curve(truth.coefficients / scale ** np.arange(len(truth.coefficients)), float(scale))


@checked(unsigned=("noise_std",))
def sample_curve(
    truth: Curve, n: int, *, noise_std: float, rng: np.random.Generator
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """n standard Gaussian inputs and the truth there plus Gaussian noise."""
    x = validation.generator("rng", rng).normal(size=validation.count("n", n))
    return x, truth(x) + noise_std * rng.normal(size=n)


def fit_curve(x: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"], *, degree: int, scale: float = 1.0) -> Curve:
    """The least-squares polynomial of the given degree, in Hermite form.

    Raises:
        ValueError: if the lengths differ or there are not more samples than the degree.
    """
    x, y = validation.array("x", x, ndim=1), validation.array("y", y, ndim=1)
    validation.same_length("x", x, "y", y)
    degree = validation.count("degree", degree, least=0, most=len(x) - 1)
    return Curve(hermite_e.hermefit(x / validation.number("scale", scale, above=0), y, degree), scale)


@checked(counts=("copies",))
def kept_by_jitter(
    truth: Curve, *, n: int, copies: int, jitter_std: float, repeats: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the coefficients c₁, c₂, ... of the truth that a fit to jittered copies finds, and their standard errors.

    Args:
        truth: with no coefficient zero from degree 1 on.
        n: samples of each data set.
        copies: jittered copies of each sample.
        jitter_std: of the jitter.
        repeats: number of data sets.
        rng: a numpy generator.
    """
    if not np.all(truth.coefficients[1:]):
        raise ValueError(f"truth must have no coefficient zero from degree 1 on; got {truth.coefficients}")
    shares, scale = [], np.sqrt(1 + validation.number("jitter_std", jitter_std, least=0) ** 2)
    for _ in range(validation.count("repeats", repeats, least=2)):
        x, y = sample_curve(truth, n, noise_std=0.1, rng=rng)
        z = np.tile(x, copies) + jitter_std * rng.normal(size=n * copies)
        found = fit_curve(z, np.tile(y, copies), degree=len(truth.coefficients) - 1, scale=scale)
        shares.append(found.coefficients[1:] / truth.coefficients[1:])
    return np.mean(shares, axis=0), np.std(shares, axis=0, ddof=1) / np.sqrt(repeats)


@checked
def risk(curve: Curve, truth: Curve, *, jitter_std: float = 0.0) -> float:
    """The mean square of curve(x + ξ) - truth(x) over standard Gaussian x and Gaussian jitter ξ, by quadrature."""
    nodes, weights = hermite_e.hermegauss(40)
    weights = weights / weights.sum()
    x, ξ = np.meshgrid(nodes, validation.number("jitter_std", jitter_std, least=0) * nodes, indexing="ij")
    gap = curve((x + ξ).ravel()) - truth(x.ravel())
    return float(np.outer(weights, weights).ravel() @ gap**2)
