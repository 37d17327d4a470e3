"""The Hamming(7,4) code on a channel that flips bits."""

from math import comb

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.intelligence.coding import entropy
from principles.signatures import checked

# Column j of CHECK is j in binary, so the syndrome of a single flip spells out its position.
CHECK = np.array([[0, 0, 0, 1, 1, 1, 1], [0, 1, 1, 0, 0, 1, 1], [1, 0, 1, 0, 1, 0, 1]])
DATA = np.array([2, 4, 5, 6])  # positions of the four data bits; 0, 1 and 3 hold the parities
GENERATOR = np.array([[1, 1, 1, 0, 0, 0, 0], [1, 0, 0, 1, 1, 0, 0], [0, 1, 0, 1, 0, 1, 0], [1, 1, 0, 1, 0, 0, 1]])


@checked
def encode(data: Int[np.ndarray, "words 4"]) -> Int[np.ndarray, "words 7"]:
    """Seven bits for every four (Section 1.2.1), so that any two words differ in at least three places.

    >>> encode(np.array([[1, 0, 1, 1]])).tolist()
    [[0, 1, 1, 0, 0, 1, 1]]
    """
    return _bits("data", data, 4) @ GENERATOR % 2


@checked
def decode(received: Int[np.ndarray, "words 7"]) -> Int[np.ndarray, "words 4"]:
    """Data bits after correcting one flip a word (Section 1.2.1): the syndrome, read in binary, is the place of the flip."""
    received = _bits("received", received, 7)
    position = (received @ CHECK.T % 2) @ np.array([4, 2, 1])
    corrected = received.copy()
    flipped = np.flatnonzero(position)
    corrected[flipped, position[flipped] - 1] ^= 1
    return corrected[:, DATA]


@checked
def flip(bits: Int[np.ndarray, "*shape"], *, probability: float, rng: np.random.Generator) -> Int[np.ndarray, "*shape"]:
    """A binary symmetric channel (Section 1.2.1): every bit is flipped with the same probability, independently."""
    validation.number("probability", probability, least=0.0, most=1.0)
    if not np.isin(bits, (0, 1)).all():
        raise ValueError(f"bits must be 0 or 1; got {bits[~np.isin(bits, (0, 1))][0]}")
    return bits ^ (validation.generator("rng", rng).random(bits.shape) < probability)


def word_error(p: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Chance that a Hamming word is decoded wrongly (Section 1.2.1): 1 - (1-p)⁷ - 7p(1-p)⁶, two flips or more."""
    return _at_least(2, 7, _chances(p))


def bit_error(p: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Chance that a data bit is wrong after decoding (Section 1.2.1), summed over all 128 patterns of flips."""
    p = _chances(p)[:, None]
    patterns = (np.arange(128)[:, None] >> np.arange(7)) & 1
    wrong = decode(patterns).mean(axis=1)  # the code is linear: what is decoded from 0 + flips is the error
    weight = patterns.sum(axis=1)
    return (p**weight * (1 - p) ** (7 - weight) * wrong).sum(axis=1)


def repetition_error(p: Float[np.ndarray, " n"], *, copies: int) -> Float[np.ndarray, " n"]:
    """Chance that a majority of an odd number of copies of a bit is flipped (Section 1.2.1)."""
    r = validation.count("copies", copies)
    if r % 2 == 0:
        raise ValueError(f"copies must be odd, so that there is always a majority; got {r}")
    return _at_least(r // 2 + 1, r, _chances(p))


def _at_least(least, n, p):
    """Chance of at least so many flips among n, summed term by term: nothing cancels when p is tiny."""
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(least, n + 1))


def capacity(p: float) -> float:
    """Bits that one use of the channel can carry without error (Section 1.2.1), 1 - H(p).

    >>> capacity(0.5)
    0.0
    """
    p = validation.number("p", p, least=0.0, most=1.0)
    return 1 - entropy(np.array([p, 1 - p]))


@checked
def pack(bits: str, *, size: int) -> Int[np.ndarray, "words size"]:
    """A string of bits as rows of `size`, the last one filled with zeros."""
    validation.count("size", size)
    if not bits or set(bits) - {"0", "1"}:
        raise ValueError(f"bits must be a string of 0 and 1, not empty; got {bits[:20]!r}")
    padded = bits + "0" * (-len(bits) % size)
    return np.array(list(map(int, padded))).reshape(-1, size)


def _chances(p):
    p = validation.array("p", p, ndim=1)
    if (p < 0).any() or (p > 1).any():
        raise ValueError(f"p must lie between 0 and 1; it runs from {p.min():g} to {p.max():g}")
    return p


def _bits(name, value, size):
    value = np.asarray(value)
    if value.ndim != 2 or value.shape[1] != size:
        raise ValueError(f"{name} must have rows of {size} bits; got shape {value.shape}")
    if not np.isin(value, (0, 1)).all():
        raise ValueError(f"{name} must hold bits, 0 or 1; got {value[~np.isin(value, (0, 1))][0]}")
    return value
