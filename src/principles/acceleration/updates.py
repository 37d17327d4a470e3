"""Gradient descent with inertia, in every form that the notes print.

State t is w^(t), and state 0 the start; there was no motion before it, w^(-1) := w^(0), and velocities start at 0.
A step size η or momentum ρ may be a number or a function of t, the index of the state that is left.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count, number

Schedule = int | float | Callable[[int], float]


@dataclass(frozen=True)
class Path:
    """Every state of a run: `weights[t]` is w^(t), `auxiliary[t]` is the form's u^(t)."""

    weights: np.ndarray
    auxiliary: np.ndarray


def displacements(weights: Float[np.ndarray, "t p"]) -> Float[np.ndarray, "s p"]:
    """The velocities v^(t) = w^(t+1) − w^(t) of a path (10.1).

    Args:
        weights: states w^(0), w^(1), …, a row each, two at least.

    >>> displacements(np.array([[0.0], [1.0], [3.0]]))
    array([[1.],
           [2.]])
    """
    W = array("weights", weights, ndim=2)
    if len(W) < 2:
        raise ValueError(f"weights must hold at least two states; got {len(W)}")
    return W[1:] - W[:-1]  # (10.1)


@checked
def gradient_velocity(gradient: Callable, weights: Float[np.ndarray, "t p"], *, step_size: float) -> Float[np.ndarray, "t p"]:
    """The velocity −η ∇ℓ(w) that gradient descent gives a particle without inertia, at every state (10.2).

    Args:
        gradient: ∇ℓ.
        weights: states, a row each.
        step_size: η.
    """
    η = number("step_size", step_size, above=0)
    return np.array([-η * gradient(w) for w in array("weights", weights, ndim=2)])  # (10.2)


@checked
def frictionless(gradient: Callable, start: Float[np.ndarray, " p"], *, step_size: float, steps: int) -> Float[np.ndarray, "t p"]:
    """Newton's second law for a unit mass, step by step: (w^(t+1) − 2 w^(t) + w^(t−1))/η = −∇ℓ(w^(t)) (10.3).

    Time advances by √η a step. Nothing is ever lost: the particle does not come to rest.

    Args:
        gradient: ∇ℓ.
        start: w^(0), at rest.
        step_size: η.
        steps: updates to make.

    >>> frictionless(lambda w: w, np.array([1.0]), step_size=1.0, steps=6)[:, 0]
    array([ 1.,  0., -1., -1.,  0.,  1.,  1.])
    """
    W, η = _room(gradient, start, steps), number("step_size", step_size, above=0)
    for t in range(steps):
        before = W[max(t - 1, 0)]
        W[t + 1] = W[t] - η * gradient(W[t]) + (W[t] - before)  # (10.3)
    return W


@checked
def heavy_ball(
    gradient: Callable, start: Float[np.ndarray, " p"], *, step_size: Schedule, momentum: Schedule, steps: int
) -> Float[np.ndarray, "t p"]:
    """Polyak's heavy ball: a gradient step plus ρ times the last displacement (10.4).

    Args:
        gradient: ∇ℓ.
        start: w^(0).
        step_size: η, or a function of t.
        momentum: ρ, or a function of t; 0 is gradient descent.
        steps: updates to make.

    >>> heavy_ball(lambda w: w, np.array([1.0]), step_size=0.5, momentum=0.5, steps=3)[:, 0]
    array([ 1.  ,  0.5 ,  0.  , -0.25])
    """
    W = _room(gradient, start, steps)
    for t in range(steps):
        η, ρ, before = _at("step_size", step_size, t), _at("momentum", momentum, t), W[max(t - 1, 0)]
        W[t + 1] = W[t] - η * gradient(W[t]) + ρ * (W[t] - before)  # (10.4)
    return W


@checked
def heavy_ball_extrapolated(
    gradient: Callable, start: Float[np.ndarray, " p"], *, step_size: Schedule, momentum: Schedule, steps: int
) -> Path:
    """Heavy ball by an extrapolated point: u = (1+ρ) w^(t) − ρ w^(t−1), then w^(t+1) = u − η ∇ℓ(w^(t)) (10.5).

    Args: as for `heavy_ball`.

    Returns:
        The weights, and u^(0), …, u^(steps−1).
    """
    W = _room(gradient, start, steps)
    U = np.empty_like(W[1:])
    for t in range(steps):
        η, ρ, before = _at("step_size", step_size, t), _at("momentum", momentum, t), W[max(t - 1, 0)]
        U[t] = (1 + ρ) * W[t] - ρ * before  # (10.5)
        W[t + 1] = U[t] - η * gradient(W[t])
    return Path(W, U)


@checked
def heavy_ball_velocity(
    gradient: Callable, start: Float[np.ndarray, " p"], *, step_size: Schedule, momentum: Schedule, steps: int
) -> Path:
    """Heavy ball by a velocity: u^(t+1) = ρ u^(t) − ∇ℓ(w^(t)), then w^(t+1) = w^(t) + η u^(t+1) (10.6).

    Args: as for `heavy_ball`.

    Returns:
        The weights, and u^(0) = 0, …, u^(steps).
    """
    W = _room(gradient, start, steps)
    U = np.zeros_like(W)
    for t in range(steps):
        η, ρ = _at("step_size", step_size, t), _at("momentum", momentum, t)
        U[t + 1] = ρ * U[t] - gradient(W[t])  # (10.6)
        W[t + 1] = W[t] + η * U[t + 1]
    return Path(W, U)


@checked
def nesterov_velocity(
    gradient: Callable, start: Float[np.ndarray, " p"], *, step_size: Schedule, momentum: Schedule, steps: int
) -> Path:
    """Nesterov's method by a velocity: as heavy ball, with the gradient at w^(t) + η ρ u^(t) (10.7).

    Args: as for `heavy_ball`.

    Returns:
        The weights, and u^(0) = 0, …, u^(steps).
    """
    W = _room(gradient, start, steps)
    U = np.zeros_like(W)
    for t in range(steps):
        η, ρ = _at("step_size", step_size, t), _at("momentum", momentum, t)
        U[t + 1] = ρ * U[t] - gradient(W[t] + η * ρ * U[t])  # (10.7)
        W[t + 1] = W[t] + η * U[t + 1]
    return Path(W, U)


@checked
def nesterov(gradient: Callable, start: Float[np.ndarray, " p"], *, step_size: Schedule, momentum: Schedule, steps: int) -> Path:
    """Nesterov's method by an extrapolated point: u = (1+ρ) w^(t) − ρ w^(t−1), then w^(t+1) = u − η ∇ℓ(u) (10.8).

    Args: as for `heavy_ball`.

    Returns:
        The weights, and u^(0), …, u^(steps−1).
    """
    W = _room(gradient, start, steps)
    U = np.empty_like(W[1:])
    for t in range(steps):
        η, ρ, before = _at("step_size", step_size, t), _at("momentum", momentum, t), W[max(t - 1, 0)]
        U[t] = (1 + ρ) * W[t] - ρ * before  # (10.8)
        W[t + 1] = U[t] - η * gradient(U[t])
    return Path(W, U)


def rising_momentum(t: int) -> float:
    """The momentum (t − 1)/(t + 2) of (10.9); at t = 0 it multiplies no motion, and is set to 0.

    >>> [rising_momentum(t) for t in (0, 1, 4)]
    [0.0, 0.0, 0.5]
    """
    return max(count("t", t, least=0) - 1, 0) / (t + 2)


@checked
def nesterov_rising(
    gradient: Callable, start: Float[np.ndarray, " p"], *, step_size: float, steps: int
) -> Float[np.ndarray, "t p"]:
    """Nesterov's method with ρ = (t−1)/(t+2), its two lines collapsed into one for the displacement (10.9).

    Args:
        gradient: ∇ℓ.
        start: w^(0).
        step_size: η.
        steps: updates to make.
    """
    W, η = _room(gradient, start, steps), number("step_size", step_size, above=0)
    displacement = np.zeros_like(W[0])
    for t in range(steps):
        ρ = rising_momentum(t)
        displacement = ρ * displacement - η * gradient(W[t] + ρ * displacement)  # (10.9)
        W[t + 1] = W[t] + displacement
    return W


def _room(gradient, start, steps):
    """An array for all states, with the start in its first row."""
    w = _point(gradient, "start", start)
    W = np.empty((count("steps", steps) + 1, len(w)))
    W[0] = w
    return W


def _point(gradient, name, value):
    """`value` as a vector of weights, at which the gradient must be a finite vector of the same length."""
    w = array(name, value, ndim=1)
    if array("gradient", gradient(w)).shape != w.shape:
        raise ValueError(f"gradient must return as many entries as {name} has, {len(w)}; got shape {np.shape(gradient(w))}")
    return w


def _at(name, schedule, t):
    value = schedule(t) if callable(schedule) else schedule
    return number(name, value, **({"above": 0} if name == "step_size" else {"least": 0, "most": 1}))
