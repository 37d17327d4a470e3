"""What weight decay λ(‖A‖² + ‖B‖²) leaves of the critical points, in closed form for whitened inputs (Σ_xx = n I).

With σ_j = √(λ_j/n), the singular values of Σ_yx/n, every critical point has W = Σ_J (σ_j - 2λ) u_j v_jᵀ for a set J
of at most p values above 2λ, shared equally between the layers.
"""

import numpy as np
from jaxtyping import Float, Num

from principles.landscape.critical import Inertia, index_sets
from principles.landscape.inputs import positions, square
from principles.landscape.linear_network import Moments
from principles.signatures import checked
from principles.validation import array, count, number


@checked
def singular(m: Moments) -> tuple[Float[np.ndarray, "dy k"], Float[np.ndarray, " k"], Float[np.ndarray, "k dx"]]:
    """U, σ, Vᵀ of Σ_yx/n.

    Raises:
        ValueError: if the inputs are not whitened.
    """
    if not m.white:
        raise ValueError("inputs must be whitened, Σ_xx = n I, for the closed form")
    return np.linalg.svd(m.yx / m.n, full_matrices=False)


@checked
def penalty(weights: list[np.ndarray], *, strength: float) -> float:
    """λ(‖A‖² + ‖B‖²), the notes' Ω; `torch.optim.SGD(weight_decay=2λ)` descends it.

    >>> penalty([np.ones((2, 2)), np.ones(2)], strength=0.5)
    3.0
    """
    return float(number("strength", strength, least=0) * sum((array("weights", w) ** 2).sum() for w in weights))


@checked
def surviving_sets(m: Moments, p: int, *, strength: float) -> list[tuple[int, ...]]:
    """All J of a decayed landscape: at most p indices, each with σ_j > 2λ. Without decay, every set of every rank.

    Args:
        m: sums over whitened data.
        p: hidden units.
        strength: λ.
    """
    above = int((singular(m)[1] > 2 * number("strength", strength, least=0)).sum())
    return [J for r in range(min(count("p", p), above) + 1) for J in (index_sets(above, r) if above else [()])]


@checked
def decayed_point(
    m: Moments, indices: tuple[int, ...], Q: Num[np.ndarray, "p p"], *, strength: float
) -> tuple[Float[np.ndarray, "dy p"], Float[np.ndarray, "p dx"]]:
    """A = [U_J √(σ_J - 2λ), 0] Q and B = Qᵀ[√(σ_J - 2λ) V_Jᵀ; 0] with an orthogonal Q: critical under weight decay.

    Args:
        m: sums over whitened data.
        indices: J.
        Q: an orthogonal p x p matrix.
        strength: λ.

    Raises:
        ValueError: if Q is not orthogonal or some σ_j ≤ 2λ.
    """
    U, σ, Vt = singular(m)
    J, Q = _alive(σ, indices, strength), square("Q", Q)
    count("p = len(Q)", len(Q), least=len(J))
    if not np.allclose(Q.T @ Q, np.eye(len(Q)), atol=1e-10):
        raise ValueError("Q must be orthogonal: weight decay fixes everything else")
    root, rest = np.sqrt(σ[J] - 2 * strength), ((0, len(Q) - len(J)), (0, 0))
    return np.pad(root[:, None] * U[:, J].T, rest).T @ Q, Q.T @ np.pad(root[:, None] * Vt[J], rest)


@checked
def decayed_loss(m: Moments, indices: tuple[int, ...], *, strength: float) -> float:
    """The penalised loss at a decayed critical point, (tr Σ_yy/n - Σσ²)/2 + Σ_{j∉J} σ_j²/2 + Σ_J (2λσ_j - 2λ²)."""
    σ = singular(m)[1]
    J = _alive(σ, indices, strength)
    inside, outside = σ[J], np.delete(σ, J)
    rest = (np.trace(m.yy) / m.n - (σ**2).sum() + (outside**2).sum()) / 2
    return float(rest + (2 * strength * inside - 2 * strength**2).sum())


@checked
def decayed_inertia(m: Moments, indices: tuple[int, ...], p: int, *, strength: float) -> Inertia:
    """Signs of the Hessian under weight decay: a descent for each larger σ left out, and for each idle unit and σ_j > 2λ.

    Only r(r-1)/2 + r(p-r) directions stay flat, the rotations of the hidden units; where σ_j = 2λ, each idle unit adds one.

    Args:
        m: sums over whitened data.
        indices: J.
        p: hidden units.
        strength: λ > 0.
    """
    σ = singular(m)[1]
    r = len(_alive(σ, indices, number("strength", strength, above=0)))
    count("p", p, least=r)
    outside = [j for j in range(1, len(σ) + 1) if j not in indices]
    negative = sum(j < k for k in indices for j in outside)
    at_the_edge = [j for j in outside if np.isclose(σ[j - 1], 2 * strength)]
    negative += (p - r) * sum(σ[j - 1] > 2 * strength for j in outside if j not in at_the_edge)
    zero = r * (r - 1) // 2 + r * (p - r) + (p - r) * len(at_the_edge)
    return Inertia(int(negative), zero, int(p * sum(m.yx.shape) - negative - zero))


def _alive(σ, indices, strength):
    J = positions(indices, len(σ))
    if (σ[J] <= 2 * number("strength", strength, least=0)).any():
        raise ValueError(f"indices: every σ_j must exceed 2λ = {2 * strength:g}; got {σ[J].min():.3g}")
    return J
