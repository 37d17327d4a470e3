"""Quantities that never grow along a run, and the rates that follow from them in a few lines."""

import numpy as np
from jaxtyping import Float

from principles.acceleration.objectives import Objective
from principles.acceleration.ode import Curve
from principles.acceleration.updates import _point
from principles.signatures import checked
from principles.validation import array, number


@checked
def oscillation(weights: Float[np.ndarray, " t"], *, curvature: float, step_size: float) -> Float[np.ndarray, " s"]:
    """w_t² + w_{t+1}² − (2 − ηh) w_t w_{t+1}, which the frictionless (10.3) keeps constant on h w²/2.

    Args:
        weights: a path in one dimension.
        curvature: h.
        step_size: η.
    """
    w, h, η = _path(weights, 1), number("curvature", curvature, least=0), number("step_size", step_size, above=0)
    return w[:-1] ** 2 + w[1:] ** 2 - (2 - η * h) * w[:-1] * w[1:]


@checked
def mechanical(objective: Objective, weights: Float[np.ndarray, "t p"], *, step_size: float) -> Float[np.ndarray, " s"]:
    """ℓ(w^(t)) − ℓ(w*) + ‖w^(t) − w^(t−1)‖²/(2η): height plus motion, for t = 1, 2, …"""
    W, η = _path(weights, 2), number("step_size", step_size, above=0)
    return objective.gap(W[1:]) + (np.diff(W, axis=0) ** 2).sum(axis=1) / (2 * η)


@checked
def along_curve(objective: Objective, curve: Curve) -> Float[np.ndarray, " t"]:
    """τ² (ℓ(W) − ℓ*) + 2 ‖W + τ dW/dτ /2 − w*‖², which never grows along (10.13) if ℓ is convex.

    At τ = 0 it is 2 ‖w⁰ − w*‖², hence ℓ(W) − ℓ* ≤ 2 ‖w⁰ − w*‖²/τ².

    Source: Su, Boyd and Candès (2016), Theorem 3.
    """
    τ = curve.times
    ahead = curve.position + τ[:, None] * curve.velocity / 2
    return τ**2 * objective.gap(curve.position) + 2 * objective.distance(ahead) ** 2


@checked
def along_updates(objective: Objective, weights: Float[np.ndarray, "t p"], *, step_size: float) -> Float[np.ndarray, " s"]:
    """The same for the updates (10.9), at t = 1, 2, …: 2η s² (ℓ(w^(t)) − ℓ*) + ‖s w^(t) − (s−1) w^(t−1) − w*‖², s = (t+1)/2.

    It never grows if ℓ is convex and η ≤ 1/L, and begins below ‖w⁰ − w*‖².

    Source: Beck and Teboulle (2009), Lemma 4.1.
    """
    W, η = _path(weights, 2), number("step_size", step_size, above=0)
    s = (np.arange(1, len(W)) + 1)[:, None] / 2
    ahead = s * W[1:] - (s - 1) * W[:-1]
    return 2 * η * s[:, 0] ** 2 * objective.gap(W[1:]) + objective.distance(ahead) ** 2


@checked
def nesterov_bound(objective: Objective, start: Float[np.ndarray, " p"], t, *, step_size: float) -> np.ndarray:
    """2 ‖w⁰ − w*‖²/(η (t + 1)²), above ℓ(w^(t)) − ℓ* for Nesterov's (10.9) on every convex function with η ≤ 1/L.

    In the curve's time it is 2 ‖w⁰ − w*‖²/(τ + √η)².
    """
    η = number("step_size", step_size, above=0, most=1 / objective.L)
    return np.asarray(2 * objective.distance(start) ** 2 / (η * (_updates(t) + 1) ** 2))


@checked
def tuned_bound(objective: Objective, start: Float[np.ndarray, " p"], t) -> np.ndarray:
    """(L + m)/2 ‖w⁰ − w*‖² (1 − 1/√κ)ᵗ, above ℓ(w^(t)) − ℓ(w*) for Nesterov's method with η = 1/L and the momentum (10.14).

    It holds for every function with curvatures between m and L, quadratic or not.

    Source: Nesterov (2018), Theorem 2.2.3.
    """
    first = (objective.L + number("m", objective.m, above=0)) / 2 * objective.distance(start) ** 2
    return np.asarray(first * (1 - 1 / np.sqrt(objective.condition)) ** _updates(t))


@checked(sizes=True)
def promise(objective: Objective, ahead: Float[np.ndarray, " p"], z: Float[np.ndarray, " p"], *, step_size: float) -> float:
    """⟨∇ℓ(u), u − z⟩ − η ‖∇ℓ(u)‖²/2: a gradient step of η ≤ 1/L from u ends at most this far above ℓ(z), if ℓ is convex.

    Args:
        objective: the function.
        ahead: u.
        z: any point.
        step_size: η.
    """
    u, z = _point(objective.gradient, "ahead", ahead), array("z", z, shape=np.shape(ahead))
    g, η = objective.gradient(u), number("step_size", step_size, above=0, most=1 / objective.L)
    return float(g @ (u - z) - η * g @ g / 2)


def _path(weights, ndim):
    W = array("weights", weights, ndim=ndim)
    if len(W) < 2:
        raise ValueError(f"weights must hold at least two states; got {len(W)}")
    return W


def _updates(t):
    t = array("t", t)
    if t.min() < 0:
        raise ValueError(f"t must not be negative; the least is {t.min():g}")
    return t
