"""The smooth curves behind the updates: time is τ = √η t, inertia a mass, and what is missing from ρ = 1 is friction."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.integrate import solve_ivp
from scipy.special import jv

from principles.acceleration.updates import _point, rising_momentum
from principles.signatures import checked
from principles.validation import array, number

MOST_SLOPES = 200_000  # that one curve may ask for; the book's ask for some thousands


@dataclass(frozen=True)
class Curve:
    """A curve at given times: position W, velocity dW/dτ, acceleration d²W/dτ², a row a time."""

    times: np.ndarray
    position: np.ndarray
    velocity: np.ndarray
    acceleration: np.ndarray


def rescaled_time(t, *, step_size: float):
    """The time τ = √η t at which the curve passes w^(t) (10.10).

    >>> float(rescaled_time(100, step_size=0.04))
    20.0
    """
    if array("t", t).min() < 0:
        raise ValueError(f"t must not be negative; got {np.min(t)}")
    return np.sqrt(number("step_size", step_size, above=0)) * np.asarray(t, float)  # (10.10)


@checked
def expansion(curve: Curve, *, step_size: float, sign: int = 1) -> np.ndarray:
    """The displacement of one update to second order, √η dW/dτ + ½ η d²W/dτ² (10.11).

    With sign −1 it is W(τ) − W(τ − √η), the displacement of the update before.

    Args:
        curve: where the update starts.
        step_size: η.
        sign: of the second term, +1 or −1.
    """
    if sign not in (1, -1):
        raise ValueError(f"sign must be 1 or -1; got {sign}")
    η = number("step_size", step_size, above=0)
    return np.sqrt(η) * curve.velocity + sign * η * curve.acceleration / 2  # (10.11)


@checked
def lookahead_gradient(gradient: Callable, current: np.ndarray, before: np.ndarray, *, t: int) -> np.ndarray:
    """∇ℓ at the extrapolated point w^(t) + (t−1)/(t+2) (w^(t) − w^(t−1)), which is ∇ℓ(W(τ)) to order √η (10.12).

    Args:
        gradient: ∇ℓ.
        current, before: w^(t) and w^(t−1).
        t: the index of the update.
    """
    current, before = _point(gradient, "current", current), array("before", before, shape=np.shape(current))
    return gradient(current + rising_momentum(t) * (current - before))  # (10.12)


@checked
def flow(gradient: Callable, start: Float[np.ndarray, " p"], times: Float[np.ndarray, " t"]) -> Curve:
    """The solution of d²W/dτ² + (3/τ) dW/dτ + ∇ℓ(W) = 0 that starts at rest (10.13).

    The equation is singular at τ = 0, where the solution is W = w⁰ − τ² ∇ℓ(w⁰)/8 + O(τ⁴); the integration starts
    on that parabola at τ = 1e-4.

    Args:
        gradient: ∇ℓ.
        start: w⁰.
        times: increasing, from 1e-4 on.

    Raises:
        ValueError: if the times do not increase, or the integration does not reach the last of them.
    """
    w, times, τ0 = _point(gradient, "start", start), array("times", times, ndim=1), 1e-4
    if times[0] < τ0 or (np.diff(times) <= 0).any():
        raise ValueError(f"times must increase from {τ0} on; the first is {times[0]:g}")
    p, g, asked = len(w), gradient(w), itertools.count()

    def motion(τ, state):
        if next(asked) > MOST_SLOPES:
            raise ValueError(f"times must be within reach of {MOST_SLOPES} gradients; the last is {times[-1]:.3g}")
        W, V = state[:p], state[p:]
        return np.concatenate([V, -3 / τ * V - gradient(W)])  # (10.13)

    first = np.concatenate([w - τ0**2 * g / 8, -τ0 * g / 4])
    solved = solve_ivp(motion, (τ0, times[-1] + τ0), first, t_eval=times, method="DOP853", rtol=1e-11, atol=1e-12)
    if not solved.success:
        raise ValueError(f"start must let the integration reach the last of times; from {w}: {solved.message}")
    return Curve(times, solved.y[:p].T, solved.y[p:].T, np.array([motion(τ, y)[p:] for τ, y in zip(times, solved.y.T)]))


@checked
def bessel(curvature: float, times: Float[np.ndarray, " t"]) -> Curve:
    """The solution of (10.13) for h w²/2 from W(0) = 1 in closed form: 2 J₁(s)/s with s = √h τ.

    Args:
        curvature: h > 0.
        times: τ > 0.

    Source: Su, Boyd and Candès (2016), Section 3.2.
    """
    h, τ = number("curvature", curvature, above=0), array("times", times, ndim=1)
    if τ.min() <= 0:
        raise ValueError(f"times must be above 0; the least is {τ.min():g}")
    s = np.sqrt(h) * τ
    velocity = -2 * np.sqrt(h) * jv(2, s) / s
    acceleration = -2 * h * (jv(1, s) / s - 3 * jv(2, s) / s**2)
    return Curve(τ, (2 * jv(1, s) / s)[:, None], velocity[:, None], acceleration[:, None])


@checked
def oscillator(curvature: float, friction: float, times: Float[np.ndarray, " t"]) -> Float[np.ndarray, " t"]:
    """The damped harmonic oscillator d²w/dτ² + c dw/dτ + h w = 0 from w(0) = 1 at rest.

    It creeps if c > 2√h (overdamped), rings if c < 2√h (underdamped), and is critically damped between.

    Args:
        curvature: h > 0, the stiffness of the spring.
        friction: c ≥ 0.
        times: τ.

    >>> oscillator(1.0, 0.0, np.array([0.0, np.pi])).round(12)
    array([ 1., -1.])
    """
    h, c = number("curvature", curvature, above=0), number("friction", friction, least=0)
    τ = array("times", times, ndim=1)
    if τ.min() < 0:
        raise ValueError(f"times must not be negative; the least is {τ.min():g}")
    ω = np.sqrt(complex(h - c**2 / 4))
    if ω == 0:
        return np.exp(-c * τ / 2) * (1 + c * τ / 2)
    r, s = -c / 2 + 1j * ω, -c / 2 - 1j * ω  # the roots of r² + c r + h = 0
    return ((r * np.exp(s * τ) - s * np.exp(r * τ)) / (r - s)).real


def friction(momentum: float, *, step_size: float) -> float:
    """The friction (1 − ρ)/√η that heavy ball with fixed momentum ρ applies.

    >>> friction(1.0, step_size=0.1), round(friction(0.9, step_size=0.01), 12)
    (0.0, 1.0)
    """
    ρ, η = number("momentum", momentum, least=0, most=1), number("step_size", step_size, above=0)
    return float((1 - ρ) / np.sqrt(η))
