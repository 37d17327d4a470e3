"""Mercer's expansion of one kernel in closed form: the Gaussian kernel for Gaussian inputs."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, generator, number


@checked
def gaussian_eigenvalues(terms: int, *, width: float, std: float) -> Float[np.ndarray, " terms"]:
    """λ_0, λ_1, ... of exp(-(x - x')²/(2 width²)) when x ~ N(0, std²): the numbers that Theorem 3.1 promises.

    They fall geometrically, λ_i = √(2a/A) (b/A)^i with a = 1/(4 std²), b = 1/(2 width²),
    A = a + b + √(a² + 2ab), and sum to E k(x, x) = 1.

    Source: Zhu, Williams, Rohwer and Morciniec (1998); Rasmussen and Williams (2006), Section 4.3.1.

    >>> round(float(gaussian_eigenvalues(60, width=1.0, std=1.0).sum()), 12)
    1.0
    """
    a, b, _, A = _gaussian_constants(width, std)
    return np.sqrt(2 * a / A) * (b / A) ** np.arange(count("terms", terms))


@checked
def gaussian_eigenfunctions(x: Float[np.ndarray, " n"], terms: int, *, width: float, std: float) -> Float[np.ndarray, "n terms"]:
    """φ_0(x), φ_1(x), ... of the Gaussian kernel under N(0, std²): the functions that Theorem 3.1 promises.

    φ_i(x) = (c/a)^¼ (2^i i!)^(-½) exp(-(c - a) x²) H_i(√(2c) x) with c = √(a² + 2ab) and the
    (physicists') Hermite polynomials H_i; orthonormal under the measure.

    Source: Zhu, Williams, Rohwer and Morciniec (1998), with the normalisation written out.
    """
    x = array("x", x, ndim=1)
    a, _, c, _ = _gaussian_constants(width, std)
    z = np.sqrt(2 * c) * x
    H = [np.ones_like(z), np.sqrt(2) * z]  # H_i / √(2^i i!), whose recursion does not overflow
    for i in range(1, count("terms", terms) - 1):
        H.append(np.sqrt(2 / (i + 1)) * z * H[i] - np.sqrt(i / (i + 1)) * H[i - 1])
    return (c / a) ** 0.25 * np.exp(-(c - a) * x**2)[:, None] * np.stack(H[:terms], axis=1)


@checked
def truncated_gaussian(
    X: Float[np.ndarray, "n 1"], X2: Float[np.ndarray, "m 1"], terms: int, *, width: float, std: float
) -> Float[np.ndarray, "n m"]:
    """Σ_{i < terms} λ_i φ_i(x) φ_i(x'), the expansion of Theorem 3.1 cut off, for the Gaussian kernel.

    Raises:
        ValueError: if the inputs are not one column each: the closed form is for one dimension.
    """
    X, X2 = array("X", X, shape=(None, 1)), array("X2", X2, shape=(None, 1))
    λ = gaussian_eigenvalues(terms, width=width, std=std)
    left, right = (gaussian_eigenfunctions(x[:, 0], terms, width=width, std=std) for x in (X, X2))
    return (left * λ) @ right.T


@checked
def gaussian_tail(terms: int, *, width: float, std: float) -> float:
    """Σ_{i ≥ terms} λ_i, the expected error E[k(x, x) - Σ_{i < terms} λ_i φ_i(x)²] of the truncation, (b/A)^terms."""
    _, b, _, A = _gaussian_constants(width, std)
    return float((b / A) ** count("terms", terms, least=0))


@checked(counts=("n",))
def sample_spectra(
    kernel: Callable, sample: Callable, *, n: int, keep: int, repeats: int, rng: np.random.Generator
) -> tuple[Float[np.ndarray, " keep"], Float[np.ndarray, " keep"]]:
    """The largest eigenvalues of G/n for fresh samples: their mean over `repeats` and its standard error.

    They estimate the numbers λ_i of Theorem 3.1 for the distribution of the samples.

    Args:
        kernel: a function k(X, X2).
        sample: `sample(n, rng)` draws n points, (n, d).
        n: samples a matrix.
        keep: how many eigenvalues.
        repeats: how many matrices.
        rng: a numpy generator.
    """
    spectra = np.empty((count("repeats", repeats, least=2), count("keep", keep, most=n)))
    for r in range(repeats):
        points = sample(count("n", n), generator("rng", rng))
        spectra[r] = np.linalg.eigvalsh(kernel(points, points) / n)[::-1][:keep]
    return spectra.mean(axis=0), spectra.std(axis=0, ddof=1) / np.sqrt(repeats)


def _gaussian_constants(width, std):
    a = 1 / (4 * number("std", std, above=0) ** 2)
    b = 1 / (2 * number("width", width, above=0) ** 2)
    c = np.sqrt(a**2 + 2 * a * b)
    return a, b, c, a + b + c
