"""A real text, its symbols, and the n-gram models that every neural model has to beat."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from principles.sequences.inputs import symbols as known_symbols
from principles.signatures import checked
from principles.validation import array, count, generator

SENTENCES = Path(__file__).with_name("text.txt")


def documentation() -> list[str]:
    """Every plain sentence of scikit-learn's docstrings, once each, in lower case.

    Plain means letters, spaces, commas, apostrophes and hyphens, with a full stop at the end. The sentences are those
    of one release, kept beside this module, so that the text does not change with the installed one.

    Source: scikit-learn, copyright its developers, BSD 3-clause licence.
    """
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@checked
def hold_out(sentences: list[str], test: int, *, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """A random partition of the sentences into training and held-out ones.

    Args:
        sentences: at least two.
        test: how many to hold out.
        rng: numpy generator.
    """
    test = count("test", test, most=len(sentences) - 1)
    order = generator("rng", rng).permutation(len(sentences))
    return [sentences[i] for i in order[test:]], [sentences[i] for i in order[:test]]


@checked
def words(sentence: str) -> list[str]:
    """Words and punctuation marks, in order.

    Args:
        sentence: in lower case.

    >>> words("fit the model, then predict.")
    ['fit', 'the', 'model', ',', 'then', 'predict', '.']
    """
    return re.findall(r"[a-z'\-]+|[,.]", sentence)


@dataclass(frozen=True)
class Symbols:
    """An alphabet: the symbols in order; the first stands for the boundary between sentences."""

    names: tuple[str, ...]

    def __post_init__(self):
        if not self.names or len(set(self.names)) < len(self.names):
            raise ValueError(f"names must be given, each once; got {len(self.names)} with {len(set(self.names))} different ones")

    def __len__(self):
        return len(self.names)

    def encode(self, sentences: list) -> Int[np.ndarray, " length"]:
        """The sentences as one stream of symbol numbers, with a boundary before, between and after.

        Args:
            sentences: strings of characters or lists of words.

        Raises:
            ValueError: if a symbol is unknown.
        """
        number = {name: i for i, name in enumerate(self.names)}
        stream = [0]
        for sentence in sentences:
            unknown = [s for s in sentence if s not in number]
            if unknown:
                raise ValueError(f"every symbol must belong to the alphabet; {unknown[0]!r} does not")
            stream += [number[s] for s in sentence] + [0]
        return np.array(stream)

    def decode(self, stream: Int[np.ndarray, " length"]) -> str:
        """The characters of a stream.

        Args:
            stream: symbol numbers.
        """
        return "".join(self.names[i] for i in known_symbols("stream", np.asarray(stream), len(self)))


CHARACTERS = Symbols(tuple("\n abcdefghijklmnopqrstuvwxyz,.'-"))


@dataclass(frozen=True)
class NGram:
    """Probabilities of the next symbol after each context of order - 1 symbols; `table` has one axis for each symbol."""

    table: np.ndarray

    @property
    def order(self) -> int:
        """How many symbols it looks at, the predicted one included."""
        return self.table.ndim

    def log_probabilities(self, stream: Int[np.ndarray, " length"]) -> Float[np.ndarray, " predicted"]:
        """log p(symbol | the order - 1 before it) for every symbol that has that many before it.

        Args:
            stream: symbol numbers.
        """
        n = self.order
        stream = known_symbols("stream", stream, len(self.table), least=n)
        return np.log(self.table[tuple(stream[k : len(stream) - n + 1 + k] for k in range(n))])


@checked
def fit_ngram(stream: Int[np.ndarray, " length"], symbols: int, *, order: int) -> NGram:
    """Counts of (context, symbol), smoothed by backing off to shorter contexts in proportion to the novelty seen there.

    Args:
        stream: training text.
        symbols: size of the alphabet.
        order: 1 for single symbols, 2 for bigrams, ...

    Source:
        Witten and Bell (1991).
    """
    if symbols ** count("order", order) >= 2e6:
        raise ValueError(f"symbols**order must stay below 2e6 for a full table; got {symbols}**{order}")
    array("stream", known_symbols("stream", stream, symbols, least=order), ndim=1)
    table = np.full((), 1 / symbols)
    for n in range(1, order + 1):
        code = sum(stream[k : len(stream) - n + 1 + k] * symbols ** (n - 1 - k) for k in range(n))
        counts = np.bincount(code, minlength=symbols**n).reshape((symbols,) * n)
        novel, total = (counts > 0).sum(axis=-1, keepdims=True), counts.sum(axis=-1, keepdims=True)
        table = np.where(total > 0, (counts + novel * table) / np.maximum(total + novel, 1), table)
    return NGram(table)


@checked
def fit_gap(stream: Int[np.ndarray, " length"], symbols: int) -> Float[np.ndarray, "before symbol after"]:
    """p(symbol | the one before, the one after), smoothed as the n-grams are: the simplest model that fills gaps.

    Args:
        stream: training text.
        symbols: size of the alphabet.
    """
    array("stream", known_symbols("stream", stream, symbols, least=3), ndim=1)
    left, centre, right = stream[:-2], stream[1:-1], stream[2:]
    counts = np.bincount((left * symbols + right) * symbols + centre, minlength=symbols**3).reshape((symbols,) * 3)
    novel, total = (counts > 0).sum(axis=-1, keepdims=True), counts.sum(axis=-1, keepdims=True)
    fallback = fit_ngram(stream, symbols, order=2).table[:, None, :]
    return np.swapaxes((counts + np.maximum(novel, 1) * fallback) / (total + np.maximum(novel, 1)), 1, 2)
