"""First and second derivatives by autograd, and what the signs of a Hessian say about a critical point."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Num

from principles.landscape.critical import Inertia
from principles.landscape.inputs import layers as fitting
from principles.landscape.inputs import symmetric
from principles.signatures import checked
from principles.validation import array, number, same_length


def network_loss(X: Num[np.ndarray, "n dx"], Y: Num[np.ndarray, "n dy"], *, penalty: float = 0.0) -> Callable:
    """The loss (12.1) of a linear network of any depth as a torch function of its layers, first layer first.

    Only sums over the data matter, so the n rows of [X Y] are first replaced by the few of a triangular factor
    R with RᵀR = [X Y]ᵀ[X Y]; the loss is the same function of the weights and its Hessian comes much faster.

    Args:
        X: inputs, a row a sample.
        Y: targets, a row a sample.
        penalty: λ of the weight decay λ Σ‖W_l‖².
    """
    n, dx = array("X", X, ndim=2).shape
    dy = same_length("Y", array("Y", Y, ndim=2), "X", X).shape[1]
    R, λ = torch.tensor(np.linalg.qr(np.hstack([X, Y]), mode="r")), number("penalty", penalty, least=0)

    def value(*layers):
        fitting("layers", layers, into=1, inputs=dx, outputs=dy)
        hidden = R[:, :dx]
        for W in layers:
            hidden = hidden @ W.T
        return ((R[:, dx:] - hidden) ** 2).sum() / (2 * n) + λ * sum((W**2).sum() for W in layers)

    return value


@checked
def gradient(function: Callable, *weights: Num[np.ndarray, "..."]) -> Float[np.ndarray, " params"]:
    """The gradient of a torch function of several arrays, by autograd, as one long vector."""
    tensors = [torch.tensor(array("weights", w), requires_grad=True) for w in weights]
    parts = torch.autograd.grad(_single(function(*tensors)), tensors)
    return np.concatenate([part.numpy().ravel() for part in parts])


@checked
def steepest(function: Callable, *weights: Num[np.ndarray, "..."]) -> float:
    """The largest entry of the gradient, in absolute value: zero at a critical point and nowhere else.

    >>> steepest(lambda w: (w**2).sum(), np.array([1.0, -3.0]))
    6.0
    """
    return float(np.abs(gradient(function, *weights)).max())


@checked
def hessian(function: Callable, *weights: Num[np.ndarray, "..."]) -> Float[np.ndarray, "params params"]:
    """The Hessian of a torch function of several arrays, by autograd, over their concatenation.

    >>> hessian(lambda w: (w**3).sum(), np.array([2.0])).tolist()
    [[12.0]]
    """
    shapes = [np.shape(w) for w in weights]
    flat = torch.tensor(np.concatenate([array("weights", w).ravel() for w in weights]))
    sizes = [int(np.prod(shape)) for shape in shapes]

    def joined(vector):
        return _single(function(*(part.reshape(shape) for part, shape in zip(torch.split(vector, sizes), shapes))))

    H = torch.autograd.functional.hessian(joined, flat, vectorize=True).numpy()
    return (H + H.T) / 2


@checked
def measured_inertia(H: Num[np.ndarray, "k k"], *, tolerance: float = 1e-9) -> Inertia:
    """How many eigenvalues are negative, zero and positive, zero meaning within `tolerance` times the largest.

    >>> measured_inertia(np.diag([2.0, 0.0, -1.0, -3.0]))
    Inertia(negative=2, zero=1, positive=1)
    """
    λ = np.linalg.eigvalsh(symmetric("H", H))
    cut = number("tolerance", tolerance, least=0, below=1) * np.abs(λ).max()
    return Inertia(int((λ < -cut).sum()), int((np.abs(λ) <= cut).sum()), int((λ > cut).sum()))


@checked
def verdict(H: Num[np.ndarray, "k k"], *, tolerance: float = 1e-9) -> str:
    """What the Hessian at a critical point proves: "minimum", "maximum", "strict saddle", or "undecided".

    Without a zero eigenvalue the signs decide. With one they decide only if both signs occur, or if the
    function is known to be constant along the zero directions.

    >>> verdict(np.diag([1.0, 2.0])), verdict(np.diag([1.0, -2.0])), verdict(np.zeros((2, 2)))
    ('minimum', 'strict saddle', 'undecided')
    """
    signs = measured_inertia(H, tolerance=tolerance)
    if signs.negative and signs.positive:
        return "strict saddle"
    if signs.zero:
        return "undecided"
    return "maximum" if signs.negative else "minimum"


@checked
def in_printed_set(H: Num[np.ndarray, "k k"], *, tolerance: float = 1e-9) -> bool:
    """Whether a critical point satisfies ∇²ℓ ⪰ 0, which the notes take for the definition of a local minimum."""
    return measured_inertia(H, tolerance=tolerance).negative == 0


def _single(value):
    if not isinstance(value, torch.Tensor) or value.ndim:
        raise ValueError(f"function must return one torch number; got {value!r:.60}")
    return value
