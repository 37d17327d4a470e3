"""The discriminator: a classifier that tells data (label 1) from generated rows (label 0).

A discriminator is given by its logit a, d = s(a) with s the logistic function, wherever
log d or log(1 - d) is needed: s(a) rounds to 0 or 1 long before a does.
"""

import numpy as np
from jaxtyping import Float
from scipy.special import expit, xlogy

from principles.signatures import checked
from principles.validation import array, count, number


@checked
def loss(of_data: Float[np.ndarray, " n"], of_generated: Float[np.ndarray, " m"]) -> float:
    """-(mean of log d over the data) - (mean of log(1 - d) over generated rows), from logits (16.3).

    >>> round(loss(np.zeros(3), np.zeros(5)), 12) == round(np.log(4), 12)
    True
    """
    a, b = array("of_data", of_data, ndim=1), array("of_generated", of_generated, ndim=1)
    return float(np.logaddexp(0, -a).mean() + np.logaddexp(0, b).mean())  # (16.3)


@checked
def fit(
    of_data: Float[np.ndarray, "n k"], of_generated: Float[np.ndarray, "m k"], *, ridge: float = 0.0, steps: int = 50
) -> Float[np.ndarray, " k"]:
    """The weights u* of the logit u·φ that minimise the logistic loss (16.3), by damped Newton steps.

    Args:
        of_data, of_generated: features φ of the two sets, a row a sample.
        ridge: adds ridge ‖u‖²/2; needed when the sets can be separated.
        steps: most steps; it stops when the gradient has vanished.

    Raises:
        ValueError: if there is no minimum, as for separable sets without a ridge, or it was not found.
    """
    A, B = array("of_data", of_data, ndim=2), array("of_generated", of_generated, shape=(None, np.shape(of_data)[1]))
    ridge, u = number("ridge", ridge, least=0), np.zeros(A.shape[1])
    for _ in range(count("steps", steps)):
        a, b = A @ u, B @ u
        if ridge == 0 and (a > 0).all() and (b < 0).all():
            raise ValueError("no minimum: the features separate the two sets; give a ridge above 0")
        gradient = -A.T @ expit(-a) / len(A) + B.T @ expit(b) / len(B) + ridge * u
        if np.abs(gradient).max() < 1e-10:
            return u
        curvature = (A.T * (expit(a) * expit(-a))) @ A / len(A) + (B.T * (expit(b) * expit(-b))) @ B / len(B)
        if not (np.isfinite(curvature).all() and np.isfinite(gradient).all()):  # LAPACK may not return from these
            largest = max(np.abs(A).max(), np.abs(B).max())
            raise ValueError(f"the features must be small enough for finite products; the largest is {largest:.3g}")
        move = np.linalg.lstsq(curvature + ridge * np.eye(len(u)), gradient, rcond=None)[0]
        value, size = loss(a, b) + ridge * u @ u / 2, 1.0
        while loss(A @ (u - size * move), B @ (u - size * move)) + ridge * ((u - size * move) ** 2).sum() / 2 > value + 1e-12:
            size /= 2
        u = u - size * move
    raise ValueError(f"no minimum after {steps} steps; give more steps or a ridge above {ridge:g}")


@checked
def polynomial(X: Float[np.ndarray, "n d"], *, degree: int) -> Float[np.ndarray, "n k"]:
    """Features 1, x_1 ... x_d and, for degree 2, all products x_i x_j.

    >>> polynomial(np.array([[2.0, 3.0]]), degree=2)
    array([[1., 2., 3., 4., 6., 9.]])
    """
    X, degree = array("X", X, ndim=2), count("degree", degree, most=2)
    i, j = np.triu_indices(X.shape[1])
    return np.hstack([np.ones((len(X), 1)), X] + ([X[:, i] * X[:, j]] if degree == 2 else []))


@checked
def objective(d: Float[np.ndarray, " n"], p: Float[np.ndarray, " n"], q: Float[np.ndarray, " n"], *, spacing: float) -> float:
    """E_p log d + E_q log(1 - d) on a grid (16.4); it is minus the risk, so the best d has the largest.

    Args:
        d: values of the discriminator, between 0 and 1.
        p, q: densities on the same grid.
        spacing: area of a cell.
    """
    d, p, q = _on_one_grid(d, p, q)
    return float((xlogy(p, d) + xlogy(q, 1 - d)).sum() * number("spacing", spacing, above=0))  # (16.4)


@checked
def derivative(d: Float[np.ndarray, " n"], p: Float[np.ndarray, " n"], q: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The variational derivative p/d - q/(1-d) of the objective (16.4)."""
    d, p, q = _on_one_grid(d, p, q)
    if d.min() == 0 or d.max() == 1:
        raise ValueError(f"d must lie strictly between 0 and 1; it runs from {d.min():g} to {d.max():g}")
    return p / d - q / (1 - d)


@checked
def optimal(p: Float[np.ndarray, " n"], q: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The ideal discriminator p/(p+q); 1/2 where both vanish (16.5).

    >>> optimal(np.array([0.3, 0.1, 0.0]), np.array([0.1, 0.1, 0.0]))
    array([0.75, 0.5 , 0.5 ])
    """
    p, q = _densities(p, q)
    total = p + q
    return np.divide(p, total, out=np.full(p.shape, 0.5), where=total > 0)  # (16.5)


@checked
def optimal_logit(log_p: Float[np.ndarray, " n"], log_q: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The logit log p - log q of the ideal discriminator (16.5)."""
    log_p = array("log_p", log_p, ndim=1)
    return log_p - array("log_q", log_q, shape=log_p.shape)


@checked
def jensen_shannon(p: Float[np.ndarray, " n"], q: Float[np.ndarray, " n"], *, spacing: float) -> float:
    """½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p+q)/2, on a grid, in nats: 0 for equal laws, at most log 2.

    >>> round(jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0]), spacing=1.0), 12) == round(np.log(2), 12)
    True
    """
    p, q = _densities(p, q)
    m = np.where(p + q > 0, (p + q) / 2, 1.0)
    return float((xlogy(p, p / m) + xlogy(q, q / m)).sum() / 2 * number("spacing", spacing, above=0))


def _on_one_grid(d, p, q):
    d = _probabilities("d", d)
    return d, *_densities(array("p", p, shape=d.shape), q)


def _densities(p, q):
    p = array("p", p, ndim=1)
    q = array("q", q, shape=p.shape)
    for name, values in (("p", p), ("q", q)):
        if values.min() < 0:
            raise ValueError(f"{name} must not be negative, as it is a density; its least value is {values.min():g}")
    return p, q


def _probabilities(name, value):
    d = array(name, value, ndim=1)
    if d.min() < 0 or d.max() > 1:
        raise ValueError(f"{name} must lie between 0 and 1; it runs from {d.min():g} to {d.max():g}")
    return d
