"""Gradient dynamics of min over x, max over y, on the saddle f(x, y) = xy and on games of one weight a player.

A game is a function (x, y) -> (∂f/∂x, ∂f/∂y). Every method is a generator of states and starts with the given one.
"""

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float
from scipy.special import expit

from principles.signatures import checked
from principles.validation import array, count, number


@checked
def saddle(x: float, y: float) -> tuple[float, float]:
    """The gradients (y, x) of f = xy."""
    return y, x


@checked
def two_point_gan(data: float = 0.0, *, penalty: float = 0.0) -> Callable:
    """The smallest GAN: all data at c (`data`), all generated rows at x, logit y·(point).

    The value is log s(yc) + log(1 - s(yx)), less penalty/2 · y² (the squared slope of the logit).

    Source: Mescheder, Geiger and Nowozin (2018), "Dirac-GAN".
    """
    c, γ = number("data", data), number("penalty", penalty, least=0)

    def gradients(x, y):
        return -y * expit(y * x), c * expit(-y * c) - x * expit(y * x) - γ * y

    return gradients


@checked
def simultaneous(game: Callable, start: tuple[float, float], *, rate: float) -> Iterator[tuple[float, float]]:
    """x goes down and y up, both from the same point: one step of min-max gradient descent-ascent on (16.6)."""
    (x, y), η = _start(start), number("rate", rate, above=0)
    while True:
        yield x, y
        gx, gy = game(x, y)
        x, y = x - η * gx, y + η * gy


@checked
def alternating(game: Callable, start: tuple[float, float], *, rate: float, inner: int = 1) -> Iterator[tuple[float, float]]:
    """y takes `inner` steps up, then x one step down, as GANs are trained."""
    (x, y), η, inner = _start(start), number("rate", rate, above=0), count("inner", inner)
    while True:
        yield x, y
        for _ in range(inner):
            y = y + η * game(x, y)[1]
        x = x - η * game(x, y)[0]


@checked
def extragradient(game: Callable, start: tuple[float, float], *, rate: float) -> Iterator[tuple[float, float]]:
    """Look one step ahead, then step from here with the gradients found there.

    Source: Korpelevich (1976).
    """
    (x, y), η = _start(start), number("rate", rate, above=0)
    while True:
        yield x, y
        gx, gy = game(x, y)
        gx, gy = game(x - η * gx, y + η * gy)
        x, y = x - η * gx, y + η * gy


@checked
def consensus(start: tuple[float, float], *, rate: float, weight: float) -> Iterator[tuple[float, float]]:
    """On xy: simultaneous steps, each player also descending weight/2 · (squared length of both gradients).

    Source: Mescheder, Nowozin and Geiger (2017).
    """
    (x, y), η, γ = _start(start), number("rate", rate, above=0), number("weight", weight, least=0)
    while True:
        yield x, y
        x, y = x - η * (y + γ * x), y + η * (x - γ * y)


@checked
def growth(method: str, *, rate: float, weight: float = 0.0) -> float:
    """The factor by which a step on xy stretches: the largest modulus of an eigenvalue of its matrix, in closed form.

    Args:
        method: "simultaneous", "alternating", "extragradient" or "consensus".
        rate: η; below 2 for "alternating".
        weight: of consensus.
    """
    η, γ = number("rate", rate, above=0), number("weight", weight, least=0)
    if method == "alternating":
        number("rate", rate, below=2)
    known = {
        "simultaneous": np.hypot(1, η),
        "alternating": 1.0,
        "extragradient": np.hypot(1 - η**2, η),
        "consensus": np.hypot(1 - η * γ, η),
    }
    if method not in known:
        raise ValueError(f"method must be one of {', '.join(known)}; got {method!r}")
    return float(known[method])


@checked
def states(path: Iterator[tuple[float, float]], steps: int) -> Float[np.ndarray, "k 2"]:
    """The start and the first `steps` states, a row each."""
    return np.array([state for state, _ in zip(path, range(count("steps", steps) + 1))])


@checked
def best_responses(values: Float[np.ndarray, "n m"]) -> tuple[float, float]:
    """min over rows of the max over columns, and max over columns of the min over rows; a saddle needs both equal.

    >>> best_responses(np.array([[0.0, 1.0], [1.0, 0.0]]))
    (1.0, 0.0)
    """
    values = array("values", values, ndim=2)
    return float(values.max(axis=1).min()), float(values.min(axis=0).max())


def _start(start):
    x, y = array("start", start, shape=(2,))
    return float(x), float(y)
