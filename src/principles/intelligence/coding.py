"""Shannon's limits on description, and Huffman's code that meets them."""

import codecs
import contextlib
import heapq
import io
from collections import Counter

import numpy as np
from jaxtyping import Float

from principles import validation
from principles.signatures import checked


def entropy(p: Float[np.ndarray, " n"]) -> float:
    """Entropy in bits (Section 1.2.1), Σ p log₂(1/p).

    >>> entropy(np.array([0.5, 0.25, 0.25]))
    1.5
    """
    p = validation.distribution("p", p)
    p = p[p > 0]
    return float(p @ -np.log2(p)) + 0.0


def divergence(p: Float[np.ndarray, " n"], q: Float[np.ndarray, " n"]) -> float:
    """Bits wasted by describing p with a code made for q (Section 1.2.1), Σ p log₂(p/q)."""
    p, q = validation.distribution("p", p), validation.distribution("q", q)
    validation.same_length("q", q, "p", p)
    held = p > 0
    if (q[held] <= 0).any():
        raise ValueError("q must be positive wherever p is; a code without a word for a symbol cannot describe it")
    return float(p[held] @ np.log2(p[held] / q[held]))


@checked
def huffman(p: dict) -> dict:
    """Huffman's code (Section 1.2.1): the prefix code with the least mean length, which lies in [H, H + 1).

    The two rarest symbols are merged, again and again; each merge puts one more bit in front. A symbol
    of weight zero gets a word too; if only one weight is not zero, H = 0 and the mean length is H + 1.

    Args:
        p: a probability (or count) for each symbol, at least two of them.

    Returns:
        A word of "0" and "1" for each symbol; no word begins another.

    >>> huffman({"a": 0.5, "b": 0.25, "c": 0.25})
    {'a': '0', 'b': '10', 'c': '11'}
    """
    if len(p) < 2:
        raise ValueError(f"p must give at least two symbols a weight; got {len(p)}")
    _weights(p)
    heap = [(weight, number, (symbol,)) for number, (symbol, weight) in enumerate(p.items())]
    heapq.heapify(heap)
    words, number = dict.fromkeys(p, ""), len(p)
    while len(heap) > 1:
        parts = heapq.heappop(heap), heapq.heappop(heap)
        for bit, (_, _, symbols) in zip("01", parts):
            for symbol in symbols:
                words[symbol] = bit + words[symbol]
        heapq.heappush(heap, (parts[0][0] + parts[1][0], number, parts[0][2] + parts[1][2]))
        number += 1
    return words


@checked
def mean_length(p: dict, words: dict) -> float:
    """Mean number of bits a symbol (Section 1.2.1), Σ p(symbol) length(word)."""
    total = _weights(p)
    _known("p", p, words)
    return sum(weight / total * len(words[symbol]) for symbol, weight in p.items())


@checked
def kraft_sum(words: dict) -> float:
    """Σ 2^-length (Section 1.2.1): at most 1 for every prefix code, exactly 1 when no bit is wasted."""
    if not words:
        raise ValueError("words must not be empty")
    return float(sum(2.0 ** -len(word) for word in words.values()))


@checked
def encode(message, words: dict) -> str:
    """The bits of a message, word after word."""
    _known("message", message, words)
    return "".join(words[symbol] for symbol in message)


@checked
def decode(bits: str, words: dict) -> list:
    """The symbols of a string of bits; no separators are needed, because no word begins another.

    An unfinished word at the end is dropped.
    """
    if set(bits) - {"0", "1"}:
        raise ValueError(f"bits must hold 0 and 1 only; got {min(set(bits) - {'0', '1'})!r}")
    symbols, message, word = {word: symbol for symbol, word in words.items()}, [], ""
    for bit in bits:
        word += bit
        if word in symbols:
            message.append(symbols[word])
            word = ""
    return message


def frequencies(message) -> dict:
    """Relative frequency of each symbol, in order of first appearance."""
    counts = Counter(message)
    if not counts:
        raise ValueError("message must not be empty")
    return {symbol: count / len(message) for symbol, count in counts.items()}


def blocks(p: Float[np.ndarray, " n"], length: int) -> dict:
    """Probabilities of all words of `length` symbols drawn independently from p."""
    p = validation.distribution("p", p)
    joint = np.ones(1)
    for _ in range(validation.count("length", length)):
        joint = np.multiply.outer(joint, p).ravel()
    return dict(enumerate(joint.tolist()))


def _weights(p):
    weights = validation.array("p", list(p.values()), ndim=1)
    if (weights < 0).any() or weights.sum() <= 0:
        raise ValueError(f"p must hold weights that are not negative and not all zero; the least is {weights.min():g}")
    return float(weights.sum())


def _known(name, symbols, words):
    if missing := set(symbols) - set(words):
        raise ValueError(f"{name} must hold symbols that have a word; {missing.pop()!r} has none")


def zen() -> str:
    """The Zen of Python by Tim Peters (PEP 20, in the public domain), as Python's own module `this` keeps it."""
    with contextlib.redirect_stdout(io.StringIO()):
        import this
    return codecs.decode(this.s, "rot13")
