"""Symmetric functions that look like kernels and are none (or only on some domains).

Each maps inputs (n, d) and (m, d) to the (n, m) array of its values, as a kernel would.
"""

from functools import partial

import numpy as np
from jaxtyping import Float
from scipy.spatial.distance import cdist

from principles.kernels import functions
from principles.signatures import checked
from principles.validation import array, number


@checked(sizes=True)
def sigmoid(
    X: Float[np.ndarray, "n d"], X2: Float[np.ndarray, "m d"], *, slope: float, offset: float
) -> Float[np.ndarray, "n m"]:
    """tanh(slope · xᵀx' + offset), the "sigmoid kernel" that support-vector libraries offer.

    >>> sigmoid(np.ones((1, 2)), np.ones((1, 2)), slope=0.5, offset=-1.0)
    array([[0.]])
    """
    X, X2 = array("X", X, ndim=2), array("X2", X2, ndim=2)
    return np.tanh(number("slope", slope) * X @ X2.T + number("offset", offset))


@checked(sizes=True)
def negative_squared_distance(X: Float[np.ndarray, "n d"], X2: Float[np.ndarray, "m d"]) -> Float[np.ndarray, "n m"]:
    """-‖x - x'‖², large for similar inputs; its diagonal is zero, so no Gram matrix of two points can be semi-definite.

    >>> negative_squared_distance(np.zeros((1, 2)), np.ones((1, 2)))
    array([[-2.]])
    """
    return -cdist(array("X", X, ndim=2), array("X2", X2, ndim=2), "sqeuclidean")


@checked(sizes=True)
def box(X: Float[np.ndarray, "n d"], X2: Float[np.ndarray, "m d"], *, radius: float) -> Float[np.ndarray, "n m"]:
    """1 where two inputs lie within `radius`, else 0: "similar or not"."""
    distances = cdist(array("X", X, ndim=2), array("X2", X2, ndim=2))
    return (distances <= number("radius", radius, above=0)).astype(float)


@checked(sizes=True)
def tent(X: Float[np.ndarray, "n d"], X2: Float[np.ndarray, "m d"]) -> Float[np.ndarray, "n m"]:
    """max(0, 1 - ‖x - x'‖): a kernel on the line, none in the plane.

    On the line it is the overlap of two unit intervals, hence an inner product.

    >>> tent(np.zeros((1, 1)), np.array([[0.25], [2.0]]))
    array([[0.75, 0.  ]])
    """
    return np.maximum(0.0, 1.0 - cdist(array("X", X, ndim=2), array("X2", X2, ndim=2)))


@checked(sizes=True)
def minus_identity(X: Float[np.ndarray, "n d"], X2: Float[np.ndarray, "m d"]) -> Float[np.ndarray, "n m"]:
    """-1 where two inputs are equal, else 0: whose integrals vanish although it is negative on its diagonal."""
    return -(cdist(array("X", X, ndim=2), array("X2", X2, ndim=2)) == 0).astype(float)


SUSPECTS = {
    "(x·x' + 1)²": (partial(functions.polynomial, offset=1.0), True),
    "exp(-‖x - x'‖²/2)": (partial(functions.gaussian, width=1.0), True),
    "x·x'": (functions.linear, True),
    "(x·x' - 1)²": (partial(functions.polynomial, offset=-1.0), False),
    "tanh(x·x' - 1)": (partial(sigmoid, slope=1.0, offset=-1.0), False),
    "-‖x - x'‖²": (negative_squared_distance, False),
    "‖x - x'‖ ≤ 1": (partial(box, radius=1.0), False),
    "max(0, 1 - ‖x - x'‖)": (tent, False),
}  # name: (function, whether it is a kernel on the plane)
