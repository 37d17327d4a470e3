"""What one update with inertia does to each curvature: a 2 × 2 matrix, its roots, and the best η and ρ.

On h w²/2 the pair (w^(t), w^(t−1)) is multiplied by a matrix whose eigenvalues solve λ² − bλ + c = 0. For heavy ball
b = 1 + ρ − ηh and c = ρ; for Nesterov's method b = (1 + ρ)(1 − ηh) and c = ρ(1 − ηh).
"""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, number

OVERDAMPED, CRITICAL, RINGING, ALTERNATING = range(4)


@checked
def update_matrix(curvature: float, *, step_size: float, momentum: float, nesterov: bool) -> Float[np.ndarray, "2 2"]:
    """The map (w^(t), w^(t−1)) → (w^(t+1), w^(t)) of one update on h w²/2, for (10.4) or for (10.8).

    Args:
        curvature: h.
        step_size: η.
        momentum: ρ.
        nesterov: the gradient at the extrapolated point instead of at w^(t).

    >>> update_matrix(1.0, step_size=0.5, momentum=0.5, nesterov=False)
    array([[ 1. , -0.5],
           [ 1. ,  0. ]])
    """
    b, c = _polynomial(number("curvature", curvature, least=0), step_size, number("momentum", momentum), nesterov)
    return np.array([[b, -c], [1.0, 0.0]])


def _polynomial(h, η, ρ, nesterov):
    """The coefficients b and c of the module's first lines, from checked parameters."""
    h, η, ρ = _within("curvature", h, None), number("step_size", η, above=0), _within("momentum", ρ, 1)
    if h.shape != ρ.shape and h.ndim and ρ.ndim:
        raise ValueError(f"curvature and momentum must have one shape, or one be a number; got {h.shape} and {ρ.shape}")
    return ((1 + ρ) * (1 - η * h), ρ * (1 - η * h)) if nesterov else (1 + ρ - η * h, ρ)


@checked
def spectral_radius(
    curvature: float | Float[np.ndarray, "*s"],
    *,
    step_size: float,
    momentum: float | Float[np.ndarray, "*s"],
    nesterov: bool,
) -> np.ndarray:
    """The larger modulus of the two roots: by which factor an update shrinks w in the long run, curvature by curvature.

    Args: as for `update_matrix`; `curvature` and `momentum` may be arrays, of one shape if both are.

    >>> float(spectral_radius(0.75, step_size=1.0, momentum=0.25, nesterov=False))
    0.5
    """
    b, c = _polynomial(curvature, step_size, momentum, nesterov)
    real = b**2 - 4 * c >= 0
    larger = (np.abs(b) + np.sqrt(np.where(real, b**2 - 4 * c, 0))) / 2
    return np.where(real, larger, np.sqrt(np.where(real, 0, c)))


@checked
def regime(
    curvature: float | Float[np.ndarray, "*s"],
    *,
    step_size: float,
    momentum: float | Float[np.ndarray, "*s"],
    nesterov: bool,
) -> np.ndarray:
    """How w approaches the minimum: 0 creeping (overdamped), 1 critical, 2 ringing (underdamped), 3 alternating in sign.

    Two positive roots creep, a double root is critical, a complex pair rings, a root that is negative and the larger
    in modulus alternates. Critical is decided to 1e-12.
    """
    b, c = _polynomial(curvature, step_size, momentum, nesterov)
    discriminant = b**2 - 4 * c
    kind = np.where(discriminant < 0, RINGING, np.where(b < 0, ALTERNATING, OVERDAMPED))
    return np.where(np.abs(discriminant) < 1e-12, CRITICAL, kind)


def gradient_descent_tuned(m: float, L: float) -> float:
    """The step 2/(m + L) with the best guarantee for gradient descent; its factor is (κ − 1)/(κ + 1).

    >>> gradient_descent_tuned(1.0, 3.0)
    0.5
    """
    m, L = _bounds(m, L)
    return 2 / (m + L)


def polyak_tuned(m: float, L: float) -> tuple[float, float]:
    """Heavy ball's best (η, ρ) on quadratics: 4/(√L + √m)² and ((√κ − 1)/(√κ + 1))².

    >>> polyak_tuned(1.0, 25.0)
    (0.1111111111111111, 0.4444444444444444)
    """
    m, L = _bounds(m, L)
    return float(4 / (np.sqrt(L) + np.sqrt(m)) ** 2), float(((np.sqrt(L) - np.sqrt(m)) / (np.sqrt(L) + np.sqrt(m))) ** 2)


def nesterov_momentum(condition: float) -> float:
    """The momentum (√κ − 1)/(√κ + 1) for strongly convex functions (10.14).

    Args:
        condition: κ = L/m.

    >>> nesterov_momentum(1.0), nesterov_momentum(9.0)
    (0.0, 0.5)
    """
    κ = number("condition", condition, least=1)
    return float((np.sqrt(κ) - 1) / (np.sqrt(κ) + 1))  # (10.14)


def condition_served(momentum: float) -> float:
    """The κ for which a fixed ρ is the choice of (10.14), ((1 + ρ)/(1 − ρ))².

    >>> round(condition_served(0.9), 9)
    361.0
    """
    ρ = number("momentum", momentum, least=0, below=1)
    return ((1 + ρ) / (1 - ρ)) ** 2


@checked
def largest_step(L: float, *, momentum: float, nesterov: bool) -> float:
    """The step beyond which the steepest direction of a quadratic diverges.

    2(1 + ρ)/L for heavy ball, 2(1 + ρ)/((1 + 2ρ)L) for Nesterov's method, and 2/L for both without momentum.

    >>> largest_step(1.0, momentum=0.0, nesterov=True), largest_step(1.0, momentum=1.0, nesterov=True)
    (2.0, 1.3333333333333333)
    """
    L, ρ = number("L", L, above=0), number("momentum", momentum, least=0, most=1)
    return 2 * (1 + ρ) / (1 + 2 * ρ) / L if nesterov else 2 * (1 + ρ) / L


@checked
def slowest(curvatures: Float[np.ndarray, " p"], *, step_size: float, momentum: float, nesterov: bool) -> float:
    """The factor an update of the worst direction: the largest spectral radius over the curvatures."""
    h = array("curvatures", curvatures, ndim=1)
    return float(spectral_radius(h, step_size=step_size, momentum=momentum, nesterov=nesterov).max())


def _within(name, value, most):
    """Finite numbers from 0 to `most`."""
    x = array(name, value)
    if x.min() < 0 or (most is not None and x.max() > most):
        rule = "at least 0" if x.min() < 0 else f"at most {most}"
        raise ValueError(f"{name} must be {rule}; got {x.min() if x.min() < 0 else x.max():g}")
    return x


def _bounds(m, L):
    m = number("m", m, above=0)
    return m, number("L", L, least=m)


@checked
def after(curvature: float, t: int, *, step_size: float, momentum: float, nesterov: bool) -> float:
    """w^(t) on h w²/2 from w = 1 at rest, by the t-th power of the update's matrix instead of by t updates."""
    A = update_matrix(curvature, step_size=step_size, momentum=momentum, nesterov=nesterov)
    return float((np.linalg.matrix_power(A, count("t", t, least=0)) @ np.ones(2))[0])
