"""When a function is a kernel: Mercer's condition, by quadrature, and the Gram test.

A kernel here is any function `k(X, X2)` that maps inputs of shapes (n, d) and (m, d) to
the (n, m) array of its values.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles.kernels.functions import symmetric
from principles.signatures import checked
from principles.validation import array, count, generator, number


@dataclass(frozen=True)
class GramTest:
    """The outcome of (3.8) on one Gram matrix, as Remark 3.2 proposes it.

    `passes` if no eigenvalue lies below -`tolerance`; `witness` is the unit vector u that
    makes uᵀGu least, and `least` that value. A failure refutes a kernel; a pass proves nothing.
    """

    least: float
    witness: np.ndarray
    tolerance: float

    @property
    def passes(self) -> bool:
        return self.least >= -self.tolerance


@dataclass(frozen=True)
class Counterexample:
    """Points (n, d), coefficients u (n,) and the negative value of Σ u_i u_j k(x^i, x^j)."""

    points: np.ndarray
    coefficients: np.ndarray
    value: float


@dataclass(frozen=True)
class Quadrature:
    """Nodes (m, 1) and weights (m,) with Σ weights · f(nodes) ≈ ∫ f."""

    nodes: np.ndarray
    weights: np.ndarray


@checked
def legendre(lower: float, upper: float, *, nodes: int) -> Quadrature:
    """Gauss–Legendre quadrature on [lower, upper], exact for polynomials of degree 2·nodes - 1.

    Raises:
        ValueError: if the interval is empty or `nodes` < 1.

    >>> rule = legendre(0.0, 1.0, nodes=4)
    >>> round(float(rule.weights @ rule.nodes[:, 0] ** 7), 12)
    0.125
    """
    lower = number("lower", lower)
    width = number("upper", upper, above=lower) - lower
    x, weights = np.polynomial.legendre.leggauss(count("nodes", nodes))
    return Quadrature((lower + width * (x + 1) / 2)[:, None], weights * width / 2)


@checked
def hermite(std: float, *, nodes: int) -> Quadrature:
    """Gauss–Hermite quadrature for expectations over N(0, std²); the weights sum to 1.

    >>> rule = hermite(2.0, nodes=5)
    >>> round(float(rule.weights @ rule.nodes[:, 0] ** 4), 9)     # 3 std⁴
    48.0
    """
    x, weights = np.polynomial.hermite_e.hermegauss(count("nodes", nodes))
    return Quadrature(number("std", std, above=0) * x[:, None], weights / weights.sum())


@checked
def random_functions(quadrature: Quadrature, *, functions: int, terms: int, rng: np.random.Generator) -> Float[np.ndarray, "m q"]:
    """Values at the nodes of random trigonometric polynomials with ∫ f² = 1, one function a column.

    Args:
        quadrature: nodes and weights of the domain.
        functions: how many, q.
        terms: frequencies up to this one, each with a normal cosine and sine coefficient.
        rng: a numpy generator.
    """
    angles = quadrature.nodes * np.arange(1, count("terms", terms) + 1)
    basis = np.hstack([np.ones((len(angles), 1)), np.cos(angles), np.sin(angles)])
    F = basis @ generator("rng", rng).standard_normal((basis.shape[1], count("functions", functions)))
    return F / np.sqrt(quadrature.weights @ F**2)


@checked
def integral_form(kernel: Callable, F: Num[np.ndarray, "m q"], quadrature: Quadrature) -> Float[np.ndarray, " q"]:
    """∬ k(x, x') f(x) f(x') dx dx' for every column f of `F`, by quadrature; Mercer's condition (3.7) asks for ≥ 0.

    Args:
        kernel: a function k(X, X2) of two sets of points.
        F: values of the functions f at the nodes, (m, q).
        quadrature: nodes and weights of the domain.

    Raises:
        ValueError: if `F` has not one row a node, or the kernel's values are not one for each pair of nodes.

    >>> rule = legendre(0.0, 1.0, nodes=8)
    >>> k = lambda X, X2: X @ X2.T                      # ∬ x x' dx dx' = 1/4
    >>> round(float(integral_form(k, np.ones((8, 1)), rule)[0]), 12)
    0.25
    """
    x, weights = quadrature.nodes, quadrature.weights
    weighted = weights[:, None] * array("F", F, shape=(len(x), None))
    K = array("kernel(nodes, nodes)", kernel(x, x), shape=(len(x), len(x)))
    return np.einsum("iq,iq->q", weighted, K @ weighted)  # (3.7)


@checked
def quadratic_form(G: Num[np.ndarray, "n n"], u: Num[np.ndarray, " n"]) -> float:
    """uᵀGu, which (3.8) wants to be at least zero for every u.

    Raises:
        ValueError: if `G` is not symmetric or `u` does not fit it.

    >>> quadratic_form(np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([1.0, -1.0]))
    -2.0
    """
    G = symmetric("G", G)
    u = array("u", u, shape=(len(G),))
    return float(u @ G @ u)  # (3.8)


@checked
def gram_test(G: Num[np.ndarray, "n n"], *, tolerance: float | None = None) -> GramTest:
    """Whether uᵀGu ≥ 0 for every u (3.8), as far as rounding lets one see (Remark 3.2).

    Args:
        G: a symmetric matrix.
        tolerance: how negative an eigenvalue may be; by default n ε max|λ|, the size of
            the rounding error of the eigenvalues themselves.

    Raises:
        ValueError: if `G` is not symmetric.

    >>> gram_test(np.array([[0.0, 1.0], [1.0, 0.0]])).least
    -1.0
    """
    λ, U = np.linalg.eigh(symmetric("G", G))
    if tolerance is None:
        tolerance = len(λ) * np.finfo(float).eps * float(np.abs(λ).max())
    return GramTest(float(λ[0]), U[:, 0], number("tolerance", tolerance, least=0))


@checked
def falsify(
    kernel: Callable, sample: Callable, *, sizes: tuple[int, ...] = (2, 3, 5, 10, 30), tries: int = 20, rng: np.random.Generator
) -> Counterexample | None:
    """Search for a finite dataset that violates (3.8); Remark 3.2 asks for every dataset, so one is enough.

    Draws sets of each size, keeps the one with the most negative λ_min / (n max|k|), and returns
    it with its eigenvector as coefficients, or `None` if every set passed.

    Args:
        kernel: the function under suspicion.
        sample: `sample(n, rng)` draws n points, (n, d).
        sizes: numbers of points to try.
        tries: how many sets of each size.
        rng: a numpy generator.

    Raises:
        ValueError: if there is no size, `sample` draws another number of points, or the kernel is not symmetric.
    """
    generator("rng", rng), count("len(sizes)", len(sizes))
    worst, found = 0.0, None
    for size in sizes:
        for _ in range(count("tries", tries)):
            points = array("sample(n, rng)", sample(count("sizes", size), rng), shape=(size, None))
            G = kernel(points, points)
            test = gram_test(G)
            score = test.least / max(float(np.abs(G).max()), 1e-300) / size
            if not test.passes and score < worst:
                worst, found = score, Counterexample(points, test.witness, test.least)
    return found


@checked
def remark_lines(
    eigenvalues: Num[np.ndarray, " terms"], Phi: Num[np.ndarray, "n terms"], u: Num[np.ndarray, " n"]
) -> Float[np.ndarray, "5"]:
    """The five lines by which Remark 3.2 derives (3.8) from an expansion, each computed as it is written.

    Args:
        eigenvalues: λ_k.
        Phi: features, Φ[i, k] = φ_k(x^i).
        u: coefficients.

    Returns:
        uᵀGu; the sum over i, j with the expansion put in; the sum over k pulled out; the
        inner sum as a product of two; the sum of λ_k times a square.
    """
    λ = array("eigenvalues", eigenvalues, ndim=1)
    Φ = array("Phi", Phi, shape=(None, len(λ)))
    u = array("u", u, shape=(len(Φ),))
    n, terms = range(len(u)), range(len(λ))
    G = Φ @ np.diag(λ) @ Φ.T
    inserted = sum(u[i] * u[j] * sum(λ[k] * Φ[i, k] * Φ[j, k] for k in terms) for i in n for j in n)
    swapped = sum(λ[k] * sum(u[i] * u[j] * Φ[i, k] * Φ[j, k] for i in n for j in n) for k in terms)
    product = sum(λ[k] * sum(u[i] * Φ[i, k] for i in n) * sum(u[j] * Φ[j, k] for j in n) for k in terms)
    squares = sum(λ[k] * abs(u @ Φ[:, k]) ** 2 for k in terms)
    return np.array([u @ G @ u, inserted, swapped, product, squares])  # (3.8)
