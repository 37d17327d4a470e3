"""Every critical point of the two-layer linear network, and how the loss curves there.

Eigenvalues of Σ = Σ_yxΣ_xx⁻¹Σ_xy are counted from 1, largest first, as in the notes. The formulas
assume that they are distinct and positive.
"""

from itertools import combinations, zip_longest
from math import comb
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Num

from principles.landscape.inputs import invertible, positions
from principles.landscape.linear_network import Moments, least_squares
from principles.signatures import checked
from principles.validation import array, count, generator, number


class Inertia(NamedTuple):
    """How many eigenvalues of a Hessian are negative, zero and positive."""

    negative: int
    zero: int
    positive: int


@checked
def eigen(m: Moments) -> tuple[Float[np.ndarray, " dy"], Float[np.ndarray, "dy dy"]]:
    """Σ = UΛUᵀ with λ_1 ≥ λ_2 ≥ ...; each column of U has its largest entry positive."""
    λ, U = np.linalg.eigh(m.explained)
    λ, U = λ[::-1], U[:, ::-1]
    return λ, U * np.sign(U[np.abs(U).argmax(axis=0), np.arange(len(λ))])


def index_sets(d: int, p: int) -> list[tuple[int, ...]]:
    """All binom(d, p) sets I of p of the d eigenvalues, each a kind of full-rank critical point (Fact 12.6).

    >>> index_sets(3, 2)
    [(1, 2), (1, 3), (2, 3)]
    """
    return list(combinations(range(1, count("d", d) + 1), count("p", p, least=0, most=d)))


def saddle_sets(d: int, p: int) -> int:
    """Index sets that belong to full-rank saddle points, binom(d, p) - 1 (Fact 12.6).

    >>> [saddle_sets(10, p) for p in (1, 5, 9, 10)]
    [9, 251, 9, 0]
    """
    return comb(count("d", d), count("p", p, most=d)) - 1


@checked
def critical_point(
    m: Moments, indices: tuple[int, ...], C: Num[np.ndarray, "p p"]
) -> tuple[Float[np.ndarray, "dy p"], Float[np.ndarray, "p dx"]]:
    """A = U_I C and B = C⁻¹ U_IᵀΣ_yxΣ_xx⁻¹, the critical points of full rank (12.7), Fact 12.4.

    Args:
        m: sums over the data.
        indices: I, distinct numbers from 1 to dy.
        C: an invertible matrix, p = len(indices).

    Raises:
        ValueError: if an index repeats or does not exist, or C is singular or of another size.
    """
    U = eigen(m)[1][:, positions(indices, len(m.yy))]
    C = invertible("C", C, size=count("the number of indices", U.shape[1]))
    return U @ C, np.linalg.solve(C, U.T @ least_squares(m))  # (12.7)


def random_mixing(p: int, *, stretch: float = 2.0, rng: np.random.Generator) -> Float[np.ndarray, "p p"]:
    """A random invertible matrix whose singular values lie between 1/stretch and stretch.

    Args:
        p: size.
        stretch: at least 1; the condition number is at most its square.
        rng: a numpy generator.
    """
    limit = np.log(number("stretch", stretch, least=1))
    left, right = (np.linalg.qr(generator("rng", rng).normal(size=(count("p", p), p)))[0] for _ in range(2))
    return left * np.exp(rng.uniform(-limit, limit, size=p)) @ right


@checked(empty=("idle",))
def deficient_point(
    m: Moments, indices: tuple[int, ...], G: Num[np.ndarray, "p p"], *, idle: Num[np.ndarray, "q dx"] | None = None
) -> tuple[Float[np.ndarray, "dy p"], Float[np.ndarray, "p dx"]]:
    """A = [U_J 0] G and B = G⁻¹[U_JᵀL*; Z], a critical point whose rank r = |J| may be below p: Fact 12.4 completed.

    Args:
        m: sums over the data.
        indices: J, r distinct numbers from 1 to dy, possibly none.
        G: an invertible p x p matrix, p ≥ r.
        idle: Z, the input weights (p - r, dx) of the hidden units that the second layer ignores; zero by default.

    Raises:
        ValueError: if Z is such that the second layer would gain by listening: U_jᵀΣ_yx Zᵀ ≠ 0 for some j outside J.
    """
    λ, U = eigen(m)
    J, G = positions(indices, len(λ)), invertible("G", G)
    p = count("p = len(G)", len(G), least=len(J))
    shape = (p - len(J), len(m.xx))
    if idle is not None and np.shape(idle) != shape:
        raise ValueError(f"idle must have shape {shape}; got {np.shape(idle)}")
    Z = np.zeros(shape) if idle is None or not np.size(idle) else array("idle", idle)
    rest = np.delete(U, J, axis=1)
    gain = np.abs(rest.T @ m.yx @ Z.T).max(initial=0.0)
    if gain > 1e-8 * np.abs(m.yx).max():
        raise ValueError(f"idle must be orthogonal to what is left to explain; largest gain {gain:.3g}")
    A = np.hstack([U[:, J], np.zeros((len(λ), p - len(J)))])
    return A @ G, np.linalg.solve(G, np.vstack([U[:, J].T @ least_squares(m), Z]))


@checked
def silent_inputs(m: Moments, indices: tuple[int, ...]) -> Float[np.ndarray, "k dx"]:
    """An orthonormal basis of the rows that `deficient_point` allows as `idle`."""
    U = eigen(m)[1]
    rest = np.delete(U, positions(indices, len(U)), axis=1)
    _, s, Vt = np.linalg.svd(rest.T @ m.yx)
    return Vt[len(s) :]


@checked
def critical_loss(m: Moments, indices: tuple[int, ...]) -> float:
    """(tr Σ_yy - Σ_I λ) / 2n, the loss at every critical point with index set I (12.8), Fact 12.5.

    Args:
        m: sums over the data.
        indices: I, distinct numbers from 1 to dy.
    """
    λ = eigen(m)[0]
    return float((np.trace(m.yy) - λ[positions(indices, len(λ))].sum()) / (2 * m.n))  # (12.8)


@checked
def best_indices(m: Moments, p: int) -> tuple[int, ...]:
    """The index set of least loss, {1, ..., p} (Fact 12.5)."""
    return min(index_sets(len(m.yy), p), key=lambda I: critical_loss(m, I))


@checked(counts=("d",))
def inversions(indices: tuple[int, ...], d: int) -> int:
    """Pairs of a chosen and a larger, unchosen eigenvalue: Σ_k (i_k - k) for i_1 < i_2 < ...

    >>> inversions((1, 2), 4), inversions((1, 3), 4), inversions((3, 4), 4)
    (0, 1, 4)
    """
    chosen = {int(i) + 1 for i in positions(indices, d)}
    return sum(j < k for k in chosen for j in range(1, d + 1) if j not in chosen)


@checked(counts=("dy",))
def inertia(indices: tuple[int, ...], *, dx: int, dy: int, p: int) -> Inertia:
    """Signs of the Hessian at a critical point: a descent for each inversion and each idle unit (Fact 12.6, Fact 12.7).

    With r = |J|: inversions(J) + (p-r)(dy-r) negative, r² + (p-r)(2r + dx - dy) zero, the rest positive.

    Args:
        indices: J, r ≤ p distinct numbers from 1 to dy.
        dx: inputs, dx ≥ dy.
        dy: outputs.
        p: hidden units, p ≤ dy.

    >>> inertia((1,), dx=2, dy=2, p=1), inertia((2,), dx=2, dy=2, p=1)
    (Inertia(negative=0, zero=1, positive=3), Inertia(negative=1, zero=1, positive=2))
    """
    r = len(positions(indices, dy))
    dy = count("dy", dy, most=count("dx", dx))
    count("p", p, least=r, most=dy)
    negative = inversions(indices, dy) + (p - r) * (dy - r)
    zero = r**2 + (p - r) * (2 * r + dx - dy)
    return Inertia(negative, zero, p * (dx + dy) - negative - zero)


@checked
def balanced(m: Moments, indices: tuple[int, ...]) -> Float[np.ndarray, "p p"]:
    """C = diag(√σ_k) with σ_k = √(λ_k/n): for whitened inputs both layers then have the same singular values."""
    λ = eigen(m)[0][positions(indices, len(m.yy))]
    if (λ <= 0).any():
        raise ValueError(f"indices must belong to positive eigenvalues of Σ; got {λ.min():.3g}")
    return np.diag((λ / m.n) ** 0.25)


@checked
def balanced_spectrum(m: Moments, indices: tuple[int, ...]) -> Float[np.ndarray, " params"]:
    """Every eigenvalue of the Hessian at the balanced critical point, for whitened inputs, ascending.

    With σ_j = √(λ_j/n): σ_k ± σ_j for k in I and j outside; σ_k + σ_l and 0 for k, l in I; σ_k for every
    surplus input. One is negative for each larger eigenvalue left out.

    Args:
        m: sums over data with Σ_xx = n I.
        indices: I.

    Raises:
        ValueError: if the inputs are not whitened.
    """
    if not m.white:
        raise ValueError("inputs must be whitened, Σ_xx = n I, for the closed form")
    σ = np.sqrt(eigen(m)[0] / m.n)
    I = positions(indices, len(σ))
    inside, outside = σ[I], np.delete(σ, I)
    crossed = [np.add.outer(inside, outside), np.subtract.outer(inside, outside), np.add.outer(inside, inside)]
    surplus = [np.zeros(len(I) ** 2), np.repeat(inside, len(m.xx) - len(σ))]
    return np.sort(np.concatenate([part.ravel() for part in crossed + surplus]))


@checked(counts=("d",))
def gaussian_binomial(d: int, p: int) -> list[int]:
    """How many index sets have 0, 1, 2, ... inversions: the coefficients of the Gaussian binomial [d choose p]_q.

    By Pascal's rule [d, p] = [d-1, p-1] + q^p [d-1, p], without listing a single set.

    >>> gaussian_binomial(4, 2)
    [1, 1, 2, 1, 1]
    """
    if count("p", p, least=0, most=count("d", d, least=0)) in (0, d):
        return [1]
    left, right = gaussian_binomial(d - 1, p - 1), [0] * p + gaussian_binomial(d - 1, p)
    return [a + b for a, b in zip_longest(left, right, fillvalue=0)]
