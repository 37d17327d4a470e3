"""Residuals, the distance between two models, and the metric that it becomes for neighbours."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Num

from principles.signatures import checked
from principles.validation import array, number, same_length


def residuals(targets: Num[np.ndarray, " n"], predictions: Num[np.ndarray, " n"], *, noise_std: float) -> Float[np.ndarray, " n"]:
    """r_i = (y*_i - ŷ_i)/σ, the errors in units of the noise (14.1).

    Args:
        targets: y*.
        predictions: ŷ, in the unit of the targets.
        noise_std: σ > 0, in the unit of the targets.

    >>> residuals(np.array([3.0, 1.0]), np.array([1.0, 1.0]), noise_std=2.0).tolist()
    [1.0, 0.0]
    """
    y, σ = array("targets", targets, ndim=1), number("noise_std", noise_std, above=0)
    ŷ = same_length("predictions", array("predictions", predictions, ndim=1), "targets", y)
    return (y - ŷ) / σ  # (14.1)


def log_likelihood(r: Num[np.ndarray, " n"]) -> float:
    """log P(r) = -½ Σ r_i² - ½ n log 2π, the density of n independent standard normal residuals."""
    r = array("r", r, ndim=1)
    return float(-0.5 * r @ r - 0.5 * len(r) * np.log(2 * np.pi))


def distance(predictions: Num[np.ndarray, " n"], others: Num[np.ndarray, " n"]) -> float:
    """Half of the mean squared difference of two predictions, Σ (ŷ_i - ŷ'_i)²/2n (14.2).

    Between a model and the truth it is the cost C.

    >>> distance(np.array([2.0, 0.0]), np.array([0.0, 0.0]))
    1.0
    """
    ŷ = array("predictions", predictions, ndim=1)
    other = same_length("others", array("others", others, ndim=1), "predictions", ŷ)
    return float(((ŷ - other) ** 2).sum() / (2 * len(ŷ)))  # (14.2)


@checked
def by_differences(predict: Callable, w: Num[np.ndarray, " p"], *, step: float = 1e-4) -> Float[np.ndarray, "p p"]:
    """g = ∂²_w' Σ(ŷ_i(w) - ŷ_i(w'))²/2n at w' = w, by central differences of the distance alone (14.3).

    Args:
        predict: from weights to predictions; nothing else of the model is used.
        w: where.
        step: h, error O(h²).
    """
    w, h = array("w", w, ndim=1), number("step", step, above=0)
    here, E = predict(w), h * np.eye(len(w))

    def d(dw):
        return distance(here, predict(w + dw))

    mixed = [[d(a + b) - d(a - b) - d(b - a) + d(-a - b) for b in E] for a in E]
    return np.array(mixed) / (4 * h**2)  # (14.3)


def residual_jacobian(prediction_jacobian: Num[np.ndarray, "n p"], *, noise_std: float) -> Float[np.ndarray, "n p"]:
    """J_ik = dr_i/dw_k, from the derivatives of the predictions: the targets drop out."""
    return -array("prediction_jacobian", prediction_jacobian, ndim=2) / number("noise_std", noise_std, above=0)


@checked
def from_jacobian(J: Num[np.ndarray, "n p"], *, noise_std: float = 1.0) -> Float[np.ndarray, "p p"]:
    """g = (σ²/n) JᵀJ, the Fisher information metric from the residuals' Jacobian (14.4).

    Args:
        J: dr_i/dw_k (for σ = 1 the sign does not matter, so the predictions' Jacobian will do).
        noise_std: σ of the residuals.

    >>> from_jacobian(np.array([[1.0], [3.0]])).tolist()
    [[5.0]]
    """
    J, σ = array("J", J, ndim=2), number("noise_std", noise_std, above=0)
    return σ**2 / len(J) * J.T @ J


@checked
def neighbour_distance(g: Num[np.ndarray, "p p"], dw: Num[np.ndarray, " p"]) -> float:
    """½ dwᵀ g dw, the distance between neighbours up to second order (14.4).

    >>> neighbour_distance(np.eye(2), np.array([1.0, 1.0]))
    1.0
    """
    dw = array("dw", dw, ndim=1)
    return float(0.5 * dw @ array("g", g, shape=(len(dw), len(dw))) @ dw)  # (14.4)


@checked
def taylor_errors(
    predict: Callable,
    w: Num[np.ndarray, " p"],
    g: Num[np.ndarray, "p p"],
    direction: Num[np.ndarray, " p"],
    sizes: Num[np.ndarray, " s"],
) -> Float[np.ndarray, " s"]:
    """|distance - ½ dwᵀ g dw| for steps of several sizes along a direction: the remainder of (14.2) after (14.4).

    Args:
        predict: from weights to predictions.
        w: where.
        g: the metric there.
        direction: of dw.
        sizes: multiples of the direction.
    """
    w, v = array("w", w, ndim=1), array("direction", direction, shape=(len(w),))
    here = predict(w)
    found = [distance(here, predict(w + s * v)) - neighbour_distance(g, s * v) for s in array("sizes", sizes, ndim=1)]
    return np.abs(found)


@checked
def levels(
    predict: Callable,
    w: Num[np.ndarray, " 2"],
    g: Num[np.ndarray, "2 2"],
    xs: Num[np.ndarray, " a"],
    ys: Num[np.ndarray, " b"],
    *,
    unit: float,
) -> tuple[Float[np.ndarray, "b a"], Float[np.ndarray, "b a"]]:
    """½ (w' - w)ᵀ g (w' - w) and the exact distance of predictions on a grid of two weights, in multiples of `unit`.

    Args:
        predict: from weights to predictions.
        w: the centre.
        g: the metric there.
        xs, ys: values of the first and the second weight.
        unit: the distance that counts as 1.
    """
    w, unit = array("w", w, shape=(2,)), number("unit", unit, above=0)
    here, points = predict(w), [[np.array([x, y]) for x in array("xs", xs, ndim=1)] for y in array("ys", ys, ndim=1)]
    quadratic = [[neighbour_distance(g, v - w) for v in row] for row in points]
    exact = [[distance(here, predict(v)) for v in row] for row in points]
    return np.array(quadratic) / unit, np.array(exact) / unit


@checked
def cost_hessian(
    prediction_jacobian: Num[np.ndarray, "n p"], curvatures: Num[np.ndarray, "n p p"], errors: Num[np.ndarray, " n"]
) -> Float[np.ndarray, "p p"]:
    """∇²C = g + (1/n) Σ (ŷ_i - y*_i) ∇²ŷ_i, the metric plus a term that vanishes with the errors.

    Args:
        prediction_jacobian: ∂ŷ_i/∂w_k.
        curvatures: ∇²ŷ_i, a p × p matrix for each sample.
        errors: ŷ_i - y*_i.
    """
    J, e = array("prediction_jacobian", prediction_jacobian, ndim=2), array("errors", errors, ndim=1)
    same_length("errors", e, "prediction_jacobian", J)
    return from_jacobian(J) + np.einsum("i,ikl->kl", e, array("curvatures", curvatures, shape=(*J.shape, J.shape[1]))) / len(J)
