"""Covariate shift: inputs of training and of use are distributed differently, y given x is not."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Gaussian:
    """A distribution of inputs on the line."""

    mean: float
    std: float

    def __post_init__(self):
        valid.number("mean", self.mean), valid.number("std", self.std, above=0)

    def density(self, x: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """The density at each x."""
        return np.exp(-0.5 * ((np.asarray(x) - self.mean) / self.std) ** 2) / (self.std * np.sqrt(2 * np.pi))

    def draw(self, n: int, *, rng: np.random.Generator) -> Float[np.ndarray, " n"]:
        """n independent inputs."""
        return rng.normal(self.mean, self.std, size=n)


TRAINING, USE = Gaussian(0.9, 0.5), Gaussian(2.0, 0.3)


@checked
def truth(x: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """sin(πx)/(πx), which no polynomial is."""
    return np.sinc(np.asarray(x, float))


def powers(x: Num[np.ndarray, " n"], degree: int) -> Float[np.ndarray, "n p"]:
    """1, x, ..., x^degree in columns."""
    return np.vander(valid.array("x", x, ndim=1), valid.count("degree", degree, least=0) + 1, increasing=True)


@checked
def density_ratio(x: Num[np.ndarray, " n"], *, training: Gaussian = TRAINING, use: Gaussian = USE) -> Float[np.ndarray, " n"]:
    """pⁱ, how much more often xⁱ is met in use than in training, where both densities are known."""
    x = valid.array("x", x, ndim=1)
    return use.density(x) / training.density(x)


def learned_ratio(x: Num[np.ndarray, " n"], new: Num[np.ndarray, " m"]) -> Float[np.ndarray, " n"]:
    """pⁱ without knowing the densities: the odds that a classifier gives that xⁱ is one of the `new` inputs.

    The classifier is logistic in 1, x, x², fitted by Newton's method; for two Gaussians that is its true form.
    """
    points = np.concatenate([valid.array("x", x, ndim=1), valid.array("new", new, ndim=1)])
    centre, spread = points.mean(), points.std()
    A, y = powers((points - centre) / spread, 2), np.repeat([0.0, 1.0], [len(x), len(new)])
    w = np.zeros(3)
    for _ in range(50):
        p = 1 / (1 + np.exp(-A @ w))
        H = (A * (p * (1 - p))[:, None]).T @ A + 1e-9 * np.eye(3)
        w = w + np.linalg.solve(H, A.T @ (y - p) - 1e-9 * w)
    return np.exp(A[: len(x)] @ w) * len(x) / len(new)


@checked(unsigned=("alpha",))
def objective(
    w: Num[np.ndarray, " p"],
    A: Num[np.ndarray, "n p"],
    y: Num[np.ndarray, " n"],
    weights: Num[np.ndarray, " n"],
    *,
    anchor: Num[np.ndarray, " p"],
    alpha: float,
) -> float:
    """(1/N) Σᵢ pⁱ ℓⁱ(w) + α/2 ‖w - ŵ‖² with the squared loss, over old and new samples together (7.16).

    Args:
        w: weights.
        A: features of all N = n + m samples.
        y: their targets.
        weights: pⁱ, how similar each sample is to the data in use.
        anchor: ŵ, fitted to the training data alone.
        alpha: how firmly w is tied to ŵ.
    """
    A, y, p = valid.array("A", A, ndim=2), valid.array("y", y, ndim=1), valid.array("weights", weights, ndim=1)
    valid.same_length("A", A, "y", y), valid.same_length("A", A, "weights", p)
    w = valid.array("w", w, shape=(A.shape[1],))
    moved = w - valid.array("anchor", anchor, shape=w.shape)
    return float(np.mean(p * (y - A @ w) ** 2) + alpha / 2 * moved @ moved)  # (7.16)


@checked
def correct(
    A: Num[np.ndarray, "n p"],
    y: Num[np.ndarray, " n"],
    weights: Num[np.ndarray, " n"],
    *,
    anchor: Num[np.ndarray, " p"],
    alpha: float,
) -> Float[np.ndarray, " p"]:
    """The minimiser w* of the corrected objective, in closed form (7.16).

    Args:
        A, y, weights, anchor, alpha: as for `objective`.

    Raises:
        ValueError: if a weight is negative or the lengths differ.
    """
    A, y, p = valid.array("A", A, ndim=2), valid.array("y", y, ndim=1), valid.array("weights", weights, ndim=1)
    valid.same_length("A", A, "y", y), valid.same_length("A", A, "weights", p)
    anchor = valid.array("anchor", anchor, shape=(A.shape[1],))
    if (p < 0).any():
        raise ValueError(f"weights must not be negative; entry {int(p.argmin())} is {p.min():g}")
    H = 2 * (A * p[:, None]).T @ A / len(y) + valid.number("alpha", alpha, least=0) * np.eye(A.shape[1])
    return np.linalg.solve(H, 2 * A.T @ (p * y) / len(y) + alpha * anchor)  # (7.16)


def effective_samples(weights: Num[np.ndarray, " n"]) -> float:
    """(Σ pⁱ)² / Σ (pⁱ)²: to how many equally weighted samples the weighted ones amount."""
    p = valid.array("weights", weights, ndim=1)
    if (p < 0).any() or not p.any():
        raise ValueError(f"weights must not be negative, nor all zero; the least is {p.min():g}")
    p = p / p.max()
    return float(p.sum() ** 2 / (p**2).sum())


@checked(counts=("n", "repeats"), unsigned=("noise",))
def excess_errors(
    degree: int,
    *,
    n: int,
    noise: float,
    repeats: int,
    rng: np.random.Generator,
    target: Callable[[np.ndarray], np.ndarray] = truth,
    use: Gaussian = USE,
) -> Float[np.ndarray, "repeats 2"]:
    """Excess risk in use of a polynomial fitted to n training samples: unweighted, and weighted by the density ratio.

    Args:
        degree: of the polynomial.
        n: training samples.
        noise: standard deviation of the targets.
        repeats: independent training sets, a row each.
        rng: a numpy generator.
        target: the true regression function.
        use: distribution of the inputs in use.
    """
    grid = use.mean + use.std * np.linspace(-4, 4, 401)
    share, B = use.density(grid) / use.density(grid).sum(), powers(grid, degree)
    errors = []
    for _ in range(repeats):
        x = TRAINING.draw(n, rng=rng)
        y, A, zero = target(x) + noise * rng.normal(size=n), powers(x, degree), np.zeros(degree + 1)
        fits = [correct(A, y, p, anchor=zero, alpha=0.0) for p in (np.ones(n), density_ratio(x, use=use))]
        errors.append([share @ (B @ w - target(grid)) ** 2 for w in fits])
    return np.array(errors)


@checked(counts=("m", "n", "repeats"), unsigned=("noise",))
def few_new_samples(
    alphas: list[float], *, n: int, m: int, noise: float, repeats: int, rng: np.random.Generator
) -> Float[np.ndarray, "repeats alphas"]:
    """Excess risk in use of a cubic after n training samples and m labelled samples from use, for each firmness α."""
    grid = USE.mean + USE.std * np.linspace(-4, 4, 401)
    share, B, errors = USE.density(grid) / USE.density(grid).sum(), powers(grid, 3), []
    for _ in range(repeats):
        x = np.concatenate([TRAINING.draw(n, rng=rng), USE.draw(m, rng=rng)])
        y, A = truth(x) + noise * rng.normal(size=n + m), powers(x, 3)
        old = correct(A[:n], y[:n], np.ones(n), anchor=np.zeros(4), alpha=0.0)
        p = np.repeat([0.0, (n + m) / m], [n, m])
        fits = [correct(A, y, p, anchor=old, alpha=alpha) for alpha in alphas]
        errors.append([share @ (B @ w - truth(grid)) ** 2 for w in fits])
    return np.array(errors)
