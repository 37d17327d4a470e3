"""Functions to be minimised: value, gradient, Hessian, and the constants m and L that the theorems need.

Weights have shape (..., p): value, gradient and Hessian act on the last axis, so a whole run or
a cloud of points is one call.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from scipy.special import expit

from principles.signatures import checked
from principles.validation import array, count, covariance, generator, number, same_length, signs

Real = int | float
Values = np.ndarray | float  # one entry a point, a plain number for a single point


def no_gradient(w):
    """Stands where a function has none."""
    raise ValueError("this objective has no gradient; use its values alone, as the chord does")


def no_hessian(w):
    """Stands where a function has no Hessian."""
    raise ValueError("this objective has no Hessian; use its gradient or its values")


@dataclass(frozen=True)
class Objective:
    """A function ℓ on R^p with what is known of it.

    Args:
        name: for legends.
        dimension: p.
        value, gradient, hessian: of weights (..., p), with shapes (...), (..., p) and (..., p, p);
            the last two may be missing, and then raise.
        m: strong convexity (0 if only convex, negative or NaN if not even that).
        L: smoothness.
        minimiser: w*, or one of several.
    """

    name: str
    dimension: int
    value: Callable
    gradient: Callable = no_gradient
    hessian: Callable = no_hessian
    m: float = 0.0
    L: float = np.inf
    minimiser: np.ndarray | None = None

    def __post_init__(self):
        count("dimension", self.dimension)
        if self.m > self.L * (1 + 1e-12):
            raise ValueError(f"m must be at most L; got m = {self.m:.6g} and L = {self.L:.6g}")

    @property
    def condition(self) -> float:
        """κ = L/m."""
        return self.L / self.m

    @property
    def least(self) -> float:
        """ℓ(w*)."""
        return float(self.value(self.known_minimiser()))

    def known_minimiser(self):
        """w*, or an error that says how to find it."""
        if self.minimiser is None:
            raise ValueError(f"the minimiser of {self.name} is not known; find it first with descent.solve")
        return self.minimiser


def points(name: str, value, objective: Objective) -> np.ndarray:
    """`value` as weights of `objective`: its last axis must have length p."""
    result = array(name, value)
    if result.ndim == 0 or result.shape[-1] != objective.dimension:
        raise ValueError(f"the last axis of {name} must have length p = {objective.dimension}; got shape {result.shape}")
    return result


@checked
def two_points(w, v, objective: Objective) -> tuple[np.ndarray, np.ndarray]:
    """Both as weights of `objective`, in equal numbers, or one point against many."""
    w, v = points("w", w, objective), points("v", v, objective)
    if w.ndim > 1 and v.ndim > 1 and w.shape != v.shape:
        raise ValueError(f"w and v must hold equally many points; got shapes {w.shape} and {v.shape}")
    return w, v


def average(losses: Float[np.ndarray, "n *more"]) -> Float[np.ndarray, "*more"]:
    """(1/n) Σ_i ℓ(w; x^i, y^i): the training objective, from a row of losses for each sample."""
    return array("losses", losses).mean(axis=0)


@checked
def quadratic(A: Float[np.ndarray, "p p"], centre: Float[np.ndarray, " p"] | None = None) -> Objective:
    """ℓ(w) = ½ (w − c)ᵀA(w − c) for a symmetric A, whose extreme eigenvalues are m and L.

    Args:
        A: its Hessian; need not be positive.
        centre: c, zero if left out.

    >>> quadratic(np.diag([1.0, 4.0])).condition
    4.0
    """
    A, p = array("A", A, ndim=2), len(A)
    if A.shape[0] != A.shape[1] or not np.allclose(A, A.T):
        raise ValueError(f"A must be square and symmetric; got shape {A.shape}")
    c = np.zeros(p) if centre is None else array("centre", centre, shape=(p,))
    λ = np.linalg.eigvalsh(A)
    return Objective(
        "quadratic",
        p,
        lambda w: (((w - c) @ A) * (w - c)).sum(axis=-1) / 2,
        lambda w: (w - c) @ A,
        lambda w: np.broadcast_to(A, (*w.shape[:-1], p, p)),
        float(λ[0]),
        float(max(abs(λ[0]), abs(λ[-1]))),
        c if λ[0] >= -1e-12 else None,
    )


@checked
def spectrum(eigenvalues: Float[np.ndarray, " p"], *, rng: np.random.Generator | None = None) -> Objective:
    """A quadratic with these curvatures along the axes, or along random orthogonal directions if `rng` is given."""
    λ = array("eigenvalues", eigenvalues, ndim=1)
    if rng is None:
        return quadratic(np.diag(λ))
    Q, _ = np.linalg.qr(generator("rng", rng).normal(size=(len(λ), len(λ))))
    return quadratic((Q * λ @ Q.T + (Q * λ @ Q.T).T) / 2)


@checked
def least_squares(X: Float[np.ndarray, "n p"], y: Float[np.ndarray, " n"]) -> Objective:
    """ℓ(w) = ½ ‖y − Xw‖², with Hessian XᵀX, and the minimiser of least norm."""
    X, y = array("X", X, ndim=2), array("y", y, ndim=1)
    same_length("y", y, "X", X)
    G, b, p = X.T @ X, X.T @ y, X.shape[1]
    λ = np.linalg.eigvalsh(G)
    return Objective(
        "least squares",
        p,
        lambda w: ((w @ X.T - y) ** 2).sum(axis=-1) / 2,
        lambda w: w @ G - b,
        lambda w: np.broadcast_to(G, (*w.shape[:-1], p, p)),
        float(λ[0]) if λ[0] > 1e-10 * λ[-1] else 0.0,
        float(λ[-1]),
        np.linalg.lstsq(X, y, rcond=None)[0],
    )


@checked
def logistic(X: Float[np.ndarray, "n p"], y: Float[np.ndarray, " n"], *, penalty: Real = 0.0) -> Objective:
    """ℓ(w) = (1/n) Σ_i log(1 + exp(−y^i w·x^i)) + (penalty/2) ‖w‖².

    Its curvature is largest at w = 0, so L = λ_max(XᵀX)/(4n) + penalty; far out it sinks to m = penalty.
    """
    X, y = array("X", X, ndim=2), signs("y", y)
    same_length("y", y, "X", X)
    n, p, α = len(y), X.shape[1], number("penalty", penalty, least=0)
    Z = -y[:, None] * X  # loss of a sample is log(1 + exp(z)) with z = w·Z_i

    def hessian(w):
        s = expit(w @ Z.T)
        return np.einsum("...i,ij,ik->...jk", s * (1 - s), X, X, optimize=True) / n + α * np.eye(p)

    return Objective(
        "logistic regression",
        p,
        lambda w: np.logaddexp(0.0, w @ Z.T).mean(axis=-1) + α / 2 * (w**2).sum(axis=-1),
        lambda w: expit(w @ Z.T) @ Z / n + α * w,
        hessian,
        α,
        float(np.linalg.eigvalsh(X.T @ X)[-1] / (4 * n) + α),
    )


@checked
def huber(*, slope: Real, curvature: Real = 1.0) -> Objective:
    """|w| with a rounded tip: curvature L for |w| ≤ slope/L, then straight with that slope (one weight)."""
    s, L = number("slope", slope, above=0), number("curvature", curvature, above=0)
    knee = s / L

    def value(w):
        r = np.abs(w[..., 0])
        return np.where(r <= knee, L * r**2 / 2, s * (r - knee / 2))

    return Objective(
        "Huber",
        1,
        value,
        lambda w: np.clip(L * w, -s, s),
        lambda w: np.where(np.abs(w) <= knee, L, 0.0)[..., None],
        0.0,
        L,
        np.zeros(1),
    )


@checked
def worst_huber(steps: int, *, curvature: Real = 1.0, radius: Real = 1.0) -> Objective:
    """The Huber function on which gradient descent with η = 1/L is slowest after `steps` updates from `radius`."""
    return huber(slope=curvature * radius / (2 * count("steps", steps) + 1), curvature=curvature)


@checked(undefined=True)
def tilted(objective: Objective, m: Real) -> Objective:
    """ℓ(w) − (m/2) ‖w‖², whose convexity is the definition of m-strong convexity of ℓ (9.5).

    Its own m is NaN if that of ℓ is.

    >>> bowl = tilted(quadratic(np.diag([2.0, 3.0])), 2)
    >>> float(bowl.value(np.array([5.0, 0.0])))
    0.0
    """
    m = number("m", m)
    gradient, hessian = objective.gradient, objective.hessian
    return replace(
        objective,
        name=f"{objective.name} less its parabola",
        value=lambda w: objective.value(w) - m / 2 * (w**2).sum(axis=-1),  # (9.5)
        gradient=lambda w: gradient(w) - m * w,
        hessian=lambda w: hessian(w) - m * np.eye(objective.dimension),
        m=objective.m - m,
        L=max(abs(objective.L - m), abs(objective.m - m)),
        minimiser=None,
    )


@checked(undefined=True)
def tipped(objective: Objective, w: Float[np.ndarray, " p"]) -> Objective:
    """g(u) = ℓ(u) − ⟨∇ℓ(w), u⟩: as curved as ℓ (m is NaN if that of ℓ is), with its critical point moved to w."""
    w = points("w", w, objective)
    slope, gradient = objective.gradient(w), objective.gradient
    return replace(
        objective,
        name=f"{objective.name}, tipped",
        value=lambda u: objective.value(u) - u @ slope,
        gradient=lambda u: gradient(u) - slope,
        minimiser=w,
    )


@checked
def on_line(objective: Objective, w: Float[np.ndarray, " p"], v: Float[np.ndarray, " p"]) -> Objective:
    """g(λ) = ℓ(w + λ(v − w)): the function along a line, of one weight."""
    w, v = points("w", w, objective), points("v", v, objective)
    along, gradient = v - w, objective.gradient
    return Objective(
        f"{objective.name} on a line",
        1,
        lambda λ: objective.value(w + λ * along),
        lambda λ: (gradient(w + λ * along) * along).sum(axis=-1, keepdims=True),
        L=objective.L * float(along @ along),
    )


@checked
def inner_product_form(A: Float[np.ndarray, "p p"]) -> Objective:
    """ℓ(w) = ⟨w, Aw⟩ without the half: its Hessian is 2A, so L and m are twice the eigenvalues of A ≻ 0."""
    return quadratic(2 * covariance("A", A))
