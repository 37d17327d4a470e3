"""The convex functions that everybody should know, and impostors that are convex nowhere near everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, softmax

from principles.gradient_descent.objectives import Objective, no_gradient, no_hessian, quadratic


@dataclass(frozen=True)
class Member:
    """A function with the box in which to examine it, and whether it is convex there."""

    objective: Objective
    low: float
    high: float
    convex: bool


def _scalar(name, value: Callable, slope: Callable = no_gradient, curvature: Callable | None = None):
    hessian = no_hessian if curvature is None else lambda w: curvature(w)[..., None]
    return Objective(name, 1, lambda w: value(w[..., 0]), slope, hessian, np.nan)


def _norm(order):
    name = {np.inf: r"$\|w\|_\infty$"}.get(order, rf"$\|w\|_{{{order:g}}}$")
    if order == np.inf:
        return Objective(name, 3, lambda w: np.abs(w).max(axis=-1), m=np.nan)
    return Objective(name, 3, lambda w: (np.abs(w) ** order).sum(axis=-1) ** (1 / order), m=np.nan)


def _power(α):
    name = rf"$w^{{{α:g}}}$"
    return _scalar(name, lambda w: w**α, lambda w: α * w ** (α - 1), lambda w: α * (α - 1) * w ** (α - 2))


def _log_sum_exp():
    def hessian(w):
        s = softmax(w, axis=-1)
        return s[..., None] * np.eye(3) - s[..., None] * s[..., None, :]

    return Objective("log-sum-exp", 3, lambda w: logsumexp(w, axis=-1), lambda w: softmax(w, axis=-1), hessian, np.nan)


def _affine():
    a = np.array([1.0, -2.0])
    return Objective("affine", 2, lambda w: w @ a + 3, lambda w: 0 * w + a, lambda w: np.zeros((*w.shape, 2)), np.nan)


def convex() -> list[Member]:
    """The convex functions of Section 9.1, each with a box inside its domain."""
    A = np.array([[2.0, 1.0], [1.0, 0.5]])  # positive semi-definite, singular
    return [
        *(Member(_power(α), 0.05, 3.0, True) for α in (1.0, 1.5, 4.0)),
        *(Member(_scalar(rf"$|w|^{{{α:g}}}$", lambda w, α=α: np.abs(w) ** α), -2.0, 2.0, True) for α in (1.0, 1.5)),
        Member(_scalar(r"$e^w$", np.exp, np.exp, np.exp), -3.0, 3.0, True),
        Member(_scalar(r"$-\log w$", lambda w: -np.log(w), lambda w: -1 / w, lambda w: w**-2.0), 0.05, 3.0, True),
        Member(_affine(), -3.0, 3.0, True),
        Member(quadratic(A), -3.0, 3.0, True),
        *(Member(_norm(order), -2.0, 2.0, True) for order in (1, 2, 3, np.inf)),
        Member(_log_sum_exp(), -3.0, 3.0, True),
    ]


def _dent():
    """A parabola with a dent so narrow that few random chords feel it."""
    bump = lambda w: 0.03 * np.exp(-((w - 1) ** 2) / 0.02)  # noqa: E731
    return _scalar(
        "a narrow dent",
        lambda w: w**2 / 2 - bump(w),
        lambda w: w + bump(w) * (w - 1) / 0.01,
        lambda w: 1 + bump(w) / 0.01 - bump(w) * (w - 1) ** 2 / 1e-4,
    )


def impostors() -> list[Member]:
    """Functions that break one condition of the list: a power below 1, an indefinite matrix, a norm that is none."""
    return [
        Member(_power(0.5), 0.05, 3.0, False),
        Member(_scalar(r"$|w|^{0.5}$", lambda w: np.abs(w) ** 0.5), -2.0, 2.0, False),
        Member(_scalar(r"$w^3$", lambda w: w**3, lambda w: 3 * w**2, lambda w: 6 * w), -2.0, 2.0, False),
        Member(quadratic(np.array([[1.0, 2.0], [2.0, 1.0]])), -3.0, 3.0, False),
        Member(_norm(0.5), -2.0, 2.0, False),
        Member(_scalar(r"$\sin w$", np.sin, np.cos, lambda w: -np.sin(w)), -4.0, 4.0, False),
        Member(_dent(), -4.0, 4.0, False),
    ]


def quartic() -> Objective:
    """w⁴: strictly convex, though its second derivative is zero at w = 0."""
    return _power(4)
