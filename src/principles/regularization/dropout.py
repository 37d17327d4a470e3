"""Dropout: the layer, and linear regression with it, where everything has a closed form.

`p_drop` is the probability that an entry is zeroed (p in the notes, and in torch).
"""

import itertools

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.signatures import checked


@checked
def mask(shape: tuple[int, ...], *, p_drop: float, rng: np.random.Generator) -> Float[np.ndarray, "..."]:
    """r: independent entries, 0 with probability p and 1 with probability 1 - p."""
    p = valid.number("p_drop", p_drop, least=0, most=1)
    return (valid.generator("rng", rng).uniform(size=shape) >= p).astype(float)


def dropout(h: Num[np.ndarray, "..."], r: Num[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """h ⊙ r for a mask r of zeros and ones (7.12).

    Raises:
        ValueError: if an entry of r is neither 0 nor 1.

    >>> dropout(np.array([5.0, 7.0]), np.array([0.0, 1.0]))
    array([0., 7.])
    """
    h = valid.array("h", h)
    return h * _zeros_and_ones("r", valid.array("r", r, shape=h.shape))  # (7.12)


def inverted(h: Num[np.ndarray, "..."], r: Num[np.ndarray, "..."], *, p_drop: float) -> Float[np.ndarray, "..."]:
    """h ⊙ r / (1 - p): what libraries do in training, so that nothing needs scaling afterwards."""
    return dropout(h, r) / (1 - valid.number("p_drop", p_drop, least=0, below=1))


def every_mask(d: int) -> Float[np.ndarray, "masks d"]:
    """All 2ᵈ masks of d entries."""
    return np.array(list(itertools.product([0.0, 1.0], repeat=valid.count("d", d, most=16))))


def probabilities(masks: Num[np.ndarray, "masks d"], *, p_drop: float) -> Float[np.ndarray, " masks"]:
    """The probability of each mask: pᶻ (1 - p)ᵈ⁻ᶻ with z zeros."""
    masks, p = _zeros_and_ones("masks", valid.array("masks", masks, ndim=2)), valid.number("p_drop", p_drop, least=0, most=1)
    kept = masks.sum(axis=1)
    return (1 - p) ** kept * p ** (masks.shape[1] - kept)


@checked
def objective(w: Num[np.ndarray, " d"], X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, p_drop: float) -> float:
    """E_R ‖y - (R ⊙ X)w‖², summed over every mask of every row with its probability (7.13).

    Args:
        w: weights.
        X, y: samples, at most 16 features.
        p_drop: probability of a zero.
    """
    w, X, y = _model(w, X, y)
    masks = every_mask(X.shape[1])
    residuals = y[:, None] - (X * w) @ masks.T
    return float(np.sum(residuals**2 @ probabilities(masks, p_drop=p_drop)))  # (7.13)


@checked
def sampled_objective(
    w: Num[np.ndarray, " d"],
    X: Num[np.ndarray, "n d"],
    y: Num[np.ndarray, " n"],
    *,
    p_drop: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """The same expectation from random R, with its standard error (7.13)."""
    w, X, y = _model(w, X, y)
    R = mask((valid.count("draws", draws, least=2), *np.shape(X)), p_drop=p_drop, rng=rng)
    losses = np.sum((y - (R * X) @ w) ** 2, axis=1)  # (7.13)
    return float(losses.mean()), float(losses.std(ddof=1) / np.sqrt(draws))


@checked
def second_moments(X: Num[np.ndarray, "n d"], *, p_drop: float) -> Float[np.ndarray, "d d"]:
    """E_R[(R ⊙ X)ᵀ(R ⊙ X)]: (1 - p)² XᵀX off the diagonal, (1 - p) XᵀX on it."""
    X, q = valid.array("X", X, ndim=2), 1 - valid.number("p_drop", p_drop, least=0, most=1)
    G = X.T @ X
    return q**2 * G + (q - q**2) * np.diag(np.diag(G))


@checked
def ridge_form(w_tilde: Num[np.ndarray, " d"], X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, p_drop: float) -> float:
    """‖y - Xw̃‖² + p/(1 - p) w̃ᵀ diag(XᵀX) w̃ with w̃ = (1 - p)w (7.14).

    Args:
        w_tilde: the weights that act at test time.
        X, y: samples.
        p_drop: probability of a zero, below 1.
    """
    w̃, X, y = _model(w_tilde, X, y, "w_tilde")
    p = valid.number("p_drop", p_drop, least=0, below=1)
    residual, squares = y - X @ w̃, np.sum(X**2, axis=0)
    return float(residual @ residual + p / (1 - p) * (squares @ w̃**2))  # (7.14)


@checked
def minimizer(X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, p_drop: float) -> Float[np.ndarray, " d"]:
    """The w̃ that dropout regression finds, (XᵀX + p/(1-p) diag XᵀX)⁻¹ Xᵀy (7.14)."""
    _, X, y = _model(np.zeros(np.shape(X)[-1]), X, y)
    p, G = valid.number("p_drop", p_drop, least=0, below=1), X.T @ X
    return np.linalg.solve(G + p / (1 - p) * np.diag(np.diag(G)), X.T @ y)


@checked(counts=("batch", "steps"))
def train(
    X: Num[np.ndarray, "n d"], y: Num[np.ndarray, " n"], *, p_drop: float, steps: int, batch: int, rng: np.random.Generator
) -> Float[np.ndarray, "steps d"]:
    """(1 - p) w after every step of SGD on y - w·dropout(x), a fresh mask for every input of every batch.

    The step size is c / (t + t₀) of a curvature-scaled start, so that the noise dies out.
    """
    _, X, y = _model(np.zeros(np.shape(X)[-1]), X, y)
    n, d = X.shape
    valid.number("p_drop", p_drop, least=0, below=1)
    curvature = np.linalg.eigvalsh(second_moments(X, p_drop=p_drop) / n)
    w, states = np.zeros(d), np.empty((steps, d))
    for t in range(steps):
        chosen = rng.integers(n, size=batch)
        masked = X[chosen] * mask((batch, d), p_drop=p_drop, rng=rng)
        η = 0.3 / (curvature[-1] + 0.3 * 0.5 * curvature[0] * t)
        w = w - η * masked.T @ (masked @ w - y[chosen]) / batch
        states[t] = (1 - p_drop) * w
    return states


@checked
def committee(x: Num[np.ndarray, "n d"], w: Num[np.ndarray, " d"], masks: Num[np.ndarray, "M d"]) -> Float[np.ndarray, " n"]:
    """(1/M) Σₖ Σᵢ wᵢ rᵢᵏ xᵢ, the average prediction of M masked linear models (7.15)."""
    x, w = _inputs(x, w)
    masks = valid.array("masks", masks, shape=(None, len(w)))
    return np.mean([x @ (w * r) for r in masks], axis=0)  # (7.15)


def scaled(x: Num[np.ndarray, "n d"], w: Num[np.ndarray, " d"], *, p_drop: float) -> Float[np.ndarray, " n"]:
    """Σᵢ wᵢ (1 - p) xᵢ, the one prediction that replaces the committee's (7.15)."""
    x, w = _inputs(x, w)
    return x @ (w * (1 - valid.number("p_drop", p_drop, least=0, most=1)))  # (7.15)


@checked
def prediction_variance(x: Num[np.ndarray, "n d"], w: Num[np.ndarray, " d"], *, p_drop: float) -> Float[np.ndarray, " n"]:
    """Variance over masks of a linear model's prediction, p(1 - p) Σᵢ wᵢ² xᵢ²."""
    x, w = _inputs(x, w)
    p = valid.number("p_drop", p_drop, least=0, most=1)
    return p * (1 - p) * x**2 @ w**2


def _zeros_and_ones(name, r):
    if not np.isin(r, (0.0, 1.0)).all():
        raise ValueError(f"{name} must hold zeros and ones; got {r[~np.isin(r, (0.0, 1.0))][0]:g}")
    return r


def _inputs(x, w):
    x = valid.array("x", x, ndim=2)
    return x, valid.array("w", w, shape=(x.shape[1],))


def _model(w, X, y, name="w"):
    X, y = valid.array("X", X, ndim=2), valid.array("y", y, ndim=1)
    valid.same_length("X", X, "y", y)
    return valid.array(name, w, shape=(X.shape[1],)), X, y
