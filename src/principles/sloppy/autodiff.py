"""The metric and the Hessian by automatic differentiation."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Num

from principles.signatures import checked
from principles.validation import array, same_length


def exponentials(times: Num[np.ndarray, " n"]) -> Callable:
    """The model ŷ(t) = Σ_k exp(-θ_k t) as a torch function of the rates."""
    t = torch.tensor(array("times", times, ndim=1))
    return lambda θ: torch.exp(-t[:, None] * θ).sum(dim=1)


@checked
def metric(predict: Callable, w: Num[np.ndarray, " p"]) -> Float[np.ndarray, "p p"]:
    """g = ∂²_w' Σ(ŷ_i(w) - ŷ_i(w'))²/2n at w' = w, literally: autograd differentiates the distance twice (14.3).

    Args:
        predict: a torch function from weights to predictions.
        w: where.

    >>> metric(lambda w: 3 * w, np.array([2.0])).tolist()
    [[9.0]]
    """
    here = predict(_tensor(w)).detach()
    return _hessian(lambda v: ((here - predict(v)) ** 2).sum() / (2 * len(here)), w)  # (14.3)


@checked
def gradient_of_distance(predict: Callable, w: Num[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
    """∂_w' of the distance at w' = w, the first-order term of (14.2), which is zero."""
    here, at = predict(_tensor(w)).detach(), _tensor(w).requires_grad_()
    return torch.autograd.grad(((here - predict(at)) ** 2).sum() / (2 * len(here)), at)[0].numpy()


@checked
def jacobian(predict: Callable, w: Num[np.ndarray, " p"]) -> Float[np.ndarray, "n p"]:
    """∂ŷ_i/∂w_k by autograd."""
    return torch.autograd.functional.jacobian(predict, _tensor(w)).numpy()


@checked
def curvatures(predict: Callable, w: Num[np.ndarray, " p"]) -> Float[np.ndarray, "n p p"]:
    """∇²ŷ_i for each sample i, by autograd."""
    n = len(predict(_tensor(w)))
    return np.array([_hessian(lambda v, i=i: predict(v)[i], w) for i in range(n)])


@checked
def hessian(predict: Callable, w: Num[np.ndarray, " p"], targets: Num[np.ndarray, " n"]) -> Float[np.ndarray, "p p"]:
    """∇²C of the cost C = Σ (ŷ_i - y*_i)²/2n, by autograd."""
    y = torch.tensor(array("targets", targets, ndim=1))
    same_length("targets", y, "predict(w)", predict(_tensor(w)))
    return _hessian(lambda v: ((predict(v) - y) ** 2).sum() / (2 * len(y)), w)


def _tensor(w):
    return torch.tensor(array("w", w, ndim=1))


def _hessian(function, w):
    return torch.autograd.functional.hessian(function, _tensor(w)).numpy()
