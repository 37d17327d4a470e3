"""The Gibbs distribution exp(-ℓ(w)/T)/Z, where SGD with small steps spends its time, in one and two dimensions."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Num
from scipy.integrate import quad
from scipy.special import erf

from principles.signatures import checked
from principles.validation import array, number, same_length


@checked
def wells(
    w: Num[np.ndarray, "*k"] | float, *, centres: list[float], values: list[float], curvatures: list[float]
) -> Float[np.ndarray, "*k"] | float:
    """A loss with several minima: the lowest of the parabolas v + κ(w - c)²/2.

    >>> wells(np.array([-1.0, 1.0]), centres=[-1.0, 1.0], values=[0.0, 0.5], curvatures=[4.0, 1.0]).tolist()
    [0.0, 0.5]
    """
    same_length("values", values, "centres", centres)
    if (array("curvatures", same_length("curvatures", curvatures, "centres", centres)) <= 0).any():
        raise ValueError(f"curvatures must be above 0; got {curvatures}")
    parabolas = [v + κ * (w - c) ** 2 / 2 for c, v, κ in zip(centres, values, curvatures)]
    return np.minimum.reduce(parabolas)


@checked
def density(function: Callable, w: Num[np.ndarray, " k"], *, temperature: float) -> Float[np.ndarray, " k"]:
    """exp(-ℓ(w)/T)/Z on an even grid that covers all of its mass, Z by the trapezoidal rule.

    Args:
        function: ℓ, acting on arrays.
        w: an even grid.
        temperature: T.

    >>> w = np.linspace(-8, 8, 801)
    >>> round(float(density(lambda v: v**2 / 2, w, temperature=1.0)[400] * np.sqrt(2 * np.pi)), 9)
    1.0
    """
    w, T = _increasing("w", w), number("temperature", temperature, above=0)
    values = array("function(w)", function(w), shape=w.shape)
    unnormalised = np.exp(-(values - values.min()) / T)
    return unnormalised / np.trapezoid(unnormalised, w)


@checked
def masses(function: Callable, borders: list[float | int], *, temperature: float) -> Float[np.ndarray, " basins"]:
    """Probability between neighbouring borders, by adaptive quadrature.

    Args:
        function: ℓ.
        borders: ends of the basins; the outer ones cut the tails off.
        temperature: T.
    """
    T, borders = number("temperature", temperature, above=0), list(_increasing("borders", borders))
    parts = [
        quad(lambda v: np.exp(-function(v) / T), a, b, epsabs=1e-13, limit=200)[0] for a, b in zip(borders[:-1], borders[1:])
    ]
    return np.array(parts) / np.sum(parts)


def laplace_masses(
    values: Num[np.ndarray, " k"], curvatures: Num[np.ndarray, " k"], *, temperature: float
) -> Float[np.ndarray, " k"]:
    """Masses of narrow basins, proportional to exp(-ℓ_k/T)/√ℓ''_k: depth counts, and so does width.

    Args:
        values: ℓ at the minima.
        curvatures: ℓ'' there.
        temperature: T.

    >>> laplace_masses(np.zeros(2), np.array([1.0, 4.0]), temperature=0.1).round(6).tolist()
    [0.666667, 0.333333]
    """
    values, curvatures = array("values", values, ndim=1), array("curvatures", curvatures, ndim=1)
    if (same_length("curvatures", curvatures, "values", values) <= 0).any():
        raise ValueError(f"curvatures must be above 0; got {curvatures.min():g}")
    weights = np.exp(-(values - values.min()) / number("temperature", temperature, above=0)) / np.sqrt(curvatures)
    return weights / weights.sum()


@checked
def valley_mass(radius: float, *, temperature: float) -> float:
    """∫∫ exp(-(1 - ab)²/2T) da db over the square |a|, |b| ≤ R; it grows like 4√(2πT) log R for ever.

    The integral over b is exact; the one over a is by quadrature, over log a once a > 2/R.

    Args:
        radius: R, at least 2.
        temperature: T.
    """
    R, T = number("radius", radius, least=2), number("temperature", temperature, above=0)

    def inner(a):
        return np.sqrt(np.pi * T / 2) * (erf((a * R - 1) / np.sqrt(2 * T)) + erf((a * R + 1) / np.sqrt(2 * T))) / a

    near = quad(inner, 0, 2 / R)[0]
    far = quad(lambda z: np.exp(z) * inner(np.exp(z)), np.log(2 / R), np.log(R))[0]
    return float(2 * (near + far))


@checked
def decayed_mass(radius: float, *, temperature: float, strength: float) -> float:
    """The same integral with weight decay λ(a² + b²) added to the loss: b is integrated over the whole line."""
    R, T = number("radius", radius, above=0), number("temperature", temperature, above=0)
    λ = number("strength", strength, above=0)

    def slice_(a):  # complete the square in b: (a² + 2λ) b² - 2ab
        k = a * a + 2 * λ
        return np.sqrt(2 * np.pi * T / k) * np.exp(-(1 - a * a / k + 2 * λ * a * a) / (2 * T))

    return float(2 * quad(slice_, 0, R, epsabs=1e-13)[0])


def _increasing(name, values):
    values = array(name, values, ndim=1)
    if len(values) < 2 or (np.diff(values) <= 0).any():
        raise ValueError(
            f"{name} must be at least two increasing numbers; got {len(values)}, least step {np.diff(values).min(initial=0):g}"
        )
    return values
