"""Label smoothing: the encoding, its loss, where the loss is least, and what descent does without it."""

import numpy as np
from jaxtyping import Float, Int, Num
from scipy import special
from scipy.optimize import minimize

from principles import validation
from principles.losses import softmax
from principles.signatures import checked


def smooth(y: Int[np.ndarray, " n"], m: int, *, epsilon: float) -> Float[np.ndarray, "n m"]:
    """Targets 1 - ε for the true class and ε/(m - 1) for each other (6.13).

    Args:
        y: labels 0, ..., m - 1.
        m: number of classes, at least 2.
        epsilon: 0 ≤ ε < 1 - 1/m, so that the true class stays ahead.

    Raises:
        ValueError: if ε is out of range, or a label is.

    >>> smooth(np.array([1]), 3, epsilon=0.2)
    array([[0.1, 0.8, 0.1]])
    """
    ε = _epsilon(epsilon, m)
    return np.where(softmax.one_hot(y, m) == 1, 1 - ε, ε / (m - 1))  # (6.13)


def smooth_torch(y: Int[np.ndarray, " n"], m: int, *, epsilon: float) -> Float[np.ndarray, "n m"]:
    """The encoding of torch's `label_smoothing`: (1 - ε) of the one-hot vector plus ε/m for every class, the true one too."""
    ε = validation.number("epsilon", epsilon, least=0, most=1)
    return (1 - ε) * softmax.one_hot(y, m) + ε / m


@checked
def cross_entropy(logits: Num[np.ndarray, "n m"], y: Int[np.ndarray, " n"], *, epsilon: float) -> Float[np.ndarray, " n"]:
    """-(1 - ε) log p(y | x) - ε/(m - 1) Σ_{k≠y} log p(k | x) of each sample (6.14).

    Args:
        logits: ŷ, a row a sample.
        y: labels 0, ..., m - 1.
        epsilon: 0 ≤ ε < 1 - 1/m.

    Raises:
        ValueError: if ε is out of range, a label is, or the lengths differ.

    >>> cross_entropy(np.zeros((1, 4)), np.array([2]), epsilon=0.1) / np.log(4)
    array([1.])
    """
    log_p = softmax.log_softmax(logits)
    n, m = log_p.shape
    ε, true = _epsilon(epsilon, m), softmax.one_hot(validation.same_length("y", y, "logits", log_p), m) == 1
    return -(1 - ε) * log_p[true] - ε / (m - 1) * log_p[~true].reshape(n, m - 1).sum(axis=1)  # (6.14)


@checked(naturals=("y",))
def best_logits(y: int, m: int, *, epsilon: float, alpha: float = 0.0, temperature: float = 1.0) -> Float[np.ndarray, " m"]:
    """The logits at which the smoothed loss is least: log((m - 1)(1 - ε)/ε) + α for the true class, α for the others (6.15).

    Args:
        y: the true class, 0, ..., m - 1.
        m: number of classes.
        epsilon: 0 < ε < 1 - 1/m.
        alpha: any real number.
        temperature: T > 0 of the softmax; the lead of the true logit is T times that of T = 1, which (6.15) prints.

    Raises:
        ValueError: if ε is out of range (at ε = 0 no logits are best), or T is not positive.

    >>> best_logits(0, 2, epsilon=0.25).round(6)
    array([1.098612, 0.      ])
    """
    ε = validation.number("epsilon", _epsilon(epsilon, m), above=0)
    true = softmax.one_hot(np.array([y]), m)[0] == 1
    T = validation.number("temperature", temperature, above=0)
    return np.where(true, T * np.log((m - 1) * (1 - ε) / ε) + alpha, alpha)  # (6.15)


@checked
def search(y: int, m: int, *, epsilon: float, start: Num[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
    """Logits that a numerical search finds to minimise the smoothed loss; it is told values and slopes, not the answer."""
    targets, label = smooth(np.array([y]), m, epsilon=epsilon), np.array([y])

    def objective(ŷ):
        slope = softmax.cross_entropy_slope(ŷ[None], targets)[0]
        return cross_entropy(ŷ[None], label, epsilon=epsilon)[0], slope

    return minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-9}).x


def descend(targets: Num[np.ndarray, " m"], *, rate: float, steps: int) -> Float[np.ndarray, "steps_plus_1 m"]:
    """Logits of one sample under gradient descent on -Σ tₖ log pₖ from zero, a row a step.

    Args:
        targets: t, one a class.
        rate: the step length; step s stands for the time s · rate.
        steps: how many.
    """
    t, rate = validation.array("targets", targets, ndim=1), validation.number("rate", rate, above=0)
    states = np.zeros((validation.count("steps", steps, least=0) + 1, len(t)))
    for now, after in zip(states, states[1:]):
        after[:] = now - rate * (t.sum() * special.softmax(now) - t)
    return states


@checked(counts=("m",))
def time_to_lead(lead: Num[np.ndarray, " k"], m: int) -> Float[np.ndarray, " k"]:
    """The time t after which descent on the plain cross-entropy has put the true logit ahead by g: (e^g - 1 + (m - 1) g)/m."""
    return (np.exp(lead) - 1 + (m - 1) * lead) / m


def _epsilon(epsilon, m):
    return validation.number("epsilon", epsilon, least=0, below=1 - 1 / validation.count("m", m, least=2))
