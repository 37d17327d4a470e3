"""From logits to one distribution over m classes: softmax, its loss, and what smoothed labels make of it.

Classes are counted from 0 here, from 1 in the text.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

import numpy as np
from jaxtyping import Float, Int, Num
from scipy.special import logsumexp

from principles import validation
from principles.signatures import checked


@dataclass(frozen=True)
class Network:
    """Weights of ŷ = vᵀ σ(S_Lᵀ ... σ(S_1ᵀ x)), σ the ReLU.

    Args:
        S: feature matrices S_1, ..., S_L; S_l has shape (width below, width above).
        v: the last layer, shape (p, m), a column a class.
    """

    S: tuple[np.ndarray, ...]
    v: np.ndarray


@checked
def logits(net: Network, X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n m"]:
    """The logits ŷ = vᵀ σ(S_Lᵀ ... σ(S_1ᵀ x)) of a deep network, a row a sample (6.7).

    Args:
        net: the weights; no layers S make the model linear.
        X: inputs, a row a sample.

    Raises:
        ValueError: if the widths do not fit.

    >>> logits(Network((np.eye(2),), np.ones((2, 1))), np.array([[3.0, -4.0]]))
    array([[3.]])
    """
    h = validation.array("X", X, ndim=2)
    for S in net.S:
        h = np.maximum(_times(h, S), 0.0)
    return _times(h, net.v)  # (6.7)


def one_hot(y: Int[np.ndarray, " n"], m: int) -> Float[np.ndarray, "n m"]:
    """The rows e_y of the identity matrix.

    Raises:
        ValueError: if a label is not one of 0, ..., m - 1.
    """
    return np.eye(validation.count("m", m))[_labels(y, m)]


def log_softmax(logits: Num[np.ndarray, "n m"], *, temperature: float = 1.0) -> Float[np.ndarray, "n m"]:
    """log p(k | x) = ŷₖ/T - log Σ exp(ŷ/T), the logarithm of (6.11), without a probability in between.

    Args:
        logits: ŷ, a row a sample.
        temperature: T > 0.

    Raises:
        ValueError: if T is not positive.
    """
    z = _below_the_largest(logits, temperature)
    return z - logsumexp(z, axis=1, keepdims=True)


def softmax(logits: Num[np.ndarray, "n m"], *, temperature: float = 1.0) -> Float[np.ndarray, "n m"]:
    """p(k | x) = exp(ŷₖ/T) / Σ exp(ŷ/T), a distribution over the classes in each row (6.11).

    Args:
        logits: ŷ, a row a sample.
        temperature: T > 0; large T flattens the distribution, small T puts it all on the largest logit.

    Raises:
        ValueError: if T is not positive.

    >>> softmax(np.log([[1.0, 3.0]]))
    array([[0.25, 0.75]])
    """
    weights = np.exp(_below_the_largest(logits, temperature))
    return weights / weights.sum(axis=1, keepdims=True)  # (6.11)


def classify(log_p: Num[np.ndarray, "n m"]) -> Int[np.ndarray, " n"]:
    """The most probable class, argmaxₖ log p(k | x), of each row (6.6).

    Args:
        log_p: log-probabilities, or logits, whose largest entry is the same one.

    >>> classify(np.log([[0.2, 0.5, 0.3]]))
    array([1])
    """
    return validation.array("log_p", log_p, ndim=2).argmax(axis=1)  # (6.6)


def cross_entropy(
    logits: Num[np.ndarray, "n m"], y: Int[np.ndarray, " n"], *, temperature: float = 1.0
) -> Float[np.ndarray, " n"]:
    """The cross-entropy -ŷ_y/T + log Σ exp(ŷ/T) of each sample (6.12).

    It is computed as log(1 + e^s), where s = log Σ_{k≠y} exp((ŷₖ - ŷ_y)/T) says how far the wrong
    classes together are ahead: accurate for losses from 1e-300 to 1e300.

    Args:
        logits: ŷ, a row a sample.
        y: labels 0, ..., m - 1.
        temperature: T > 0.

    Raises:
        ValueError: if T is not positive, a label is out of range, or the lengths differ.

    >>> cross_entropy(np.array([[1000.0, 0.0], [1000.0, 0.0]]), np.array([0, 1]))
    array([   0., 1000.])
    """
    ŷ, T = _logits(logits), validation.number("temperature", temperature, above=0)
    y = validation.same_length("y", _labels(y, ŷ.shape[1]), "logits", ŷ)
    with np.errstate(over="ignore"):  # ±∞ is right, for a class that is infinitely far behind or ahead
        ahead = (ŷ - np.take_along_axis(ŷ, y[:, None], axis=1)) / T
    ahead[np.arange(len(y)), y] = -np.inf
    return np.logaddexp(0.0, logsumexp(ahead, axis=1))  # (6.12)


@checked(undefined=True)
def cross_entropy_naive(logits: Num[np.ndarray, "n m"], y: Int[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The same as it is read aloud: exponentials, their share, its logarithm. Overflows beyond ŷ = 709, to NaN."""
    ŷ = _logits(logits)
    y = validation.same_length("y", _labels(y, ŷ.shape[1]), "logits", ŷ)
    with np.errstate(all="ignore"):
        weights = np.exp(ŷ)
        return -np.log(weights[np.arange(len(y)), y] / weights.sum(axis=1))


@checked
def cross_entropy_decimal(lead: float, m: int) -> float:
    """log(1 + (m - 1) e^-g), the loss when the true logit leads m - 1 equal others by g, in decimal arithmetic of 900 digits.

    >>> cross_entropy_decimal(0.0, 2)  # log 2
    0.6931471805599453
    """
    with localcontext() as context:
        context.prec = 900
        return float((1 + (validation.count("m", m, least=2) - 1) * Decimal(-lead).exp()).ln())


@checked
def cross_entropy_slope(
    logits: Num[np.ndarray, "n m"], targets: Num[np.ndarray, "n m"], *, temperature: float = 1.0
) -> Float[np.ndarray, "n m"]:
    """The slope of -Σ tₖ log p(k | x) in each logit: ((Σt) p - t)/T, which is (p - t)/T for targets that sum to one."""
    p = softmax(logits, temperature=temperature)
    t = validation.array("targets", targets, shape=p.shape)
    return (t.sum(axis=1, keepdims=True) * p - t) / temperature


@checked
def target_cross_entropy(logits: Num[np.ndarray, "n m"], targets: Num[np.ndarray, "n m"]) -> Float[np.ndarray, " n"]:
    """-Σ tₖ log p(k | x) for any non-negative targets."""
    log_p = log_softmax(logits)
    t = validation.array("targets", targets, shape=log_p.shape)
    if (t < 0).any():
        raise ValueError(f"targets must not be negative; the least is {t.min():g}")
    return -np.sum(t * log_p, axis=1)


def soft_maximum(logits: Num[np.ndarray, "n m"], *, temperature: float) -> Float[np.ndarray, " n"]:
    """T log Σ exp(ŷ/T), between the largest logit and that plus T log m."""
    ŷ = _logits(logits)
    return ŷ.max(axis=1) + temperature * logsumexp(_below_the_largest(ŷ, temperature), axis=1)


def entropy(p: Num[np.ndarray, "n m"]) -> Float[np.ndarray, " n"]:
    """-Σ pₖ log pₖ of each row, in nats."""
    p = validation.distribution("p", p, ndim=2)
    return -np.sum(np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0)), 0.0), axis=1)


def _times(h, weights):
    if weights.shape[0] != h.shape[1]:
        raise ValueError(f"a layer must have a row for each of the {h.shape[1]} features below; got shape {weights.shape}")
    return h @ weights


def _below_the_largest(logits, temperature):
    """(ŷ - max ŷ)/T of each row: the shift cancels in a softmax, and keeps the exponentials finite."""
    ŷ, T = _logits(logits), validation.number("temperature", temperature, above=0)
    with np.errstate(over="ignore"):  # -∞ is right, for a probability that is 0
        return (ŷ - ŷ.max(axis=1, keepdims=True)) / T


def _logits(logits):
    return validation.array("logits", logits, ndim=2)


def _labels(y, m):
    y = np.asarray(y)
    if y.ndim != 1 or y.size == 0 or y.dtype.kind not in "iu":
        raise ValueError(f"y must be a vector of whole numbers, not empty; got dtype {y.dtype} and shape {y.shape}")
    wrong = np.flatnonzero((y < 0) | (y >= m))
    if wrong.size:
        raise ValueError(f"y must hold labels 0, ..., {m - 1}; entry {wrong[0]} is {y[wrong[0]]}")
    return y
