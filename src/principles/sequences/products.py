"""Long products: what repeated multiplication does to a vector, how clipping and orthogonal weights answer it."""

import numpy as np
from jaxtyping import Float

from principles.sequences.inputs import square
from principles.signatures import checked
from principles.validation import array, count, generator, number


@checked
def power_norms(A: Float[np.ndarray, "p p"], x: Float[np.ndarray, " p"], *, steps: int) -> Float[np.ndarray, " steps_plus_1"]:
    """‖A^k x‖₂ for k = 0, ..., steps, by multiplying again and again (8.9).

    Args:
        A: a square matrix.
        x: where to start.
        steps: the largest k.

    >>> power_norms(np.array([[0.0, 2.0], [0.0, 0.0]]), np.array([0.0, 1.0]), steps=3)
    array([1., 2., 0., 0.])
    """
    A = square("A", A)
    x = array("x", array("x", x, ndim=1), shape=(len(A),))
    norms = [np.linalg.norm(x)]
    for _ in range(count("steps", steps, least=0)):
        x = A @ x  # (8.9)
        norms.append(np.linalg.norm(x))
    return np.array(norms)


def spectral_radius(A: Float[np.ndarray, "p p"]) -> float:
    """The largest |eigenvalue|, which is what decides whether A^k vanishes or grows.

    Args:
        A: a square matrix.
    """
    return float(np.abs(np.linalg.eigvals(square("A", A))).max())


def orthogonal(p: int, *, rng: np.random.Generator) -> Float[np.ndarray, "p p"]:
    """A random orthogonal matrix, every rotation equally likely: QR of a Gaussian matrix with the signs of R's diagonal.

    Args:
        p: size.
        rng: numpy generator.

    Source:
        Mezzadri (2007).
    """
    Q, R = np.linalg.qr(generator("rng", rng).normal(size=(count("p", p), p)))
    return Q * np.sign(np.diag(R))


def orthogonal_from_svd(p: int, *, rng: np.random.Generator) -> Float[np.ndarray, "p p"]:
    """The recipe of the notes: the left singular vectors of a Gaussian matrix, with whatever signs the SVD returns.

    Args:
        p: size.
        rng: numpy generator.
    """
    return np.linalg.svd(generator("rng", rng).normal(size=(count("p", p), p)))[0]


def clip_norm(gradient: Float[np.ndarray, "*shape"], limit: float, *, ε: float = 1e-6) -> Float[np.ndarray, "*shape"]:
    """The gradient, shortened to norm `limit` if it is longer, and left alone otherwise.

    Args:
        gradient: any shape.
        limit: c.
        ε: keeps the division safe.
    """
    gradient, ε = array("gradient", gradient), number("ε", ε, least=0)
    return gradient * min(1.0, number("limit", limit, above=0) / (_length(gradient) + ε))


@checked
def rescale_norm(gradient: Float[np.ndarray, "*shape"], limit: float, *, ε: float = 1e-6) -> Float[np.ndarray, "*shape"]:
    """The clipping formula as the notes print it, c v / (‖v‖ + ε), which stretches short gradients as well.

    Args:
        gradient: any shape.
        limit: c.
        ε: keeps the division safe.
    """
    gradient, ε = array("gradient", gradient), number("ε", ε, least=0)
    return number("limit", limit, above=0) * gradient / (_length(gradient) + ε)


def clip_entries(gradient: Float[np.ndarray, "*shape"], limit: float) -> Float[np.ndarray, "*shape"]:
    """Every entry moved into [-c, c], which can turn the gradient's direction.

    Args:
        gradient: any shape.
        limit: c.
    """
    c = number("limit", limit, above=0)
    return np.minimum(np.maximum(-c, array("gradient", gradient)), c)


def _length(gradient):
    with np.errstate(over="ignore"):
        return number("the norm of gradient", np.linalg.norm(gradient))
