"""Kernels on strings: common subsequences by dynamic programming, and what edit distance gives.

As for vectors, a kernel maps two lists of strings to the array of its values, one row a
string of the first list.
"""

from collections.abc import Callable, Sequence
from itertools import combinations, product

import numpy as np
from jaxtyping import Float, Int

from principles.kernels import dual, mercer
from principles.signatures import checked
from principles.validation import array, count, generator, number, same_length

NEVER, NOR_EVER = -1, -2  # codes of the padding on either side; they match nothing


@checked
def subsequence_features(text: str, *, length: int, decay: float) -> dict[str, float]:
    """The feature vector φ(text) written out: a component for each subsequence of `length` characters.

    A subsequence found at positions i_1 < ... < i_length adds decay^(i_length - i_1 + 1), so
    gaps are paid for. The work grows like binom(len(text), length).

    >>> subsequence_features("cat", length=2, decay=0.5)
    {'ca': 0.25, 'ct': 0.125, 'at': 0.25}
    """
    text, decay = _text(text), number("decay", decay, above=0, most=1)
    φ: dict[str, float] = {}
    for positions in combinations(range(len(text)), count("length", length)):
        piece = "".join(text[i] for i in positions)
        φ[piece] = φ.get(piece, 0.0) + decay ** (positions[-1] - positions[0] + 1)
    return φ


@checked
def subsequence_kernel(S: Sequence[str], T: Sequence[str], *, length: int, decay: float) -> Float[np.ndarray, "n m"]:
    """φ(s)ᵀφ(t) over all subsequences of `length` characters, in time length · |s| · |t|, without ever writing φ down.

    B[i, j] collects the pairs of common subsequences that end exactly at s_i and t_j. A
    longer one ends there if the characters agree and a shorter one ended strictly before,
    each skipped character costing a factor `decay`.

    Args:
        S: strings, one a row of the result.
        T: strings, one a column.
        length: characters in a subsequence.
        decay: factor for each character that a subsequence spans, in (0, 1].

    Raises:
        ValueError: if a list is empty or an option is out of range.

    Source: Lodhi, Saunders, Shawe-Taylor, Cristianini and Watkins (2002).

    >>> subsequence_kernel(["cat"], ["car"], length=2, decay=0.5)     # only "ca", λ⁴
    array([[0.0625]])
    """
    length, λ = count("length", length), number("decay", decay, above=0, most=1)
    rows, columns = _encode("S", S, NEVER), _encode("T", T, NOR_EVER)
    K = np.empty((len(rows), len(columns)))
    for n, s in enumerate(rows):
        equal = λ**2 * (s[None, :, None] == columns[:, None, :])
        B = equal
        for _ in range(length - 1):
            B = equal * _discounted(_discounted(B, λ, axis=1), λ, axis=2)
        K[n] = B.sum(axis=(1, 2))
    return K


@checked
def normalized(kernel: Callable) -> Callable:
    """The kernel k(s, t)/√(k(s, s) k(t, t)), the cosine of the angle between feature vectors (0 where a feature vector is 0)."""

    def cosine(S, T):
        K = kernel(S, T)
        norms = [np.sqrt([kernel([text], [text])[0, 0] for text in texts]) for texts in (S, T)]
        scale = np.outer(*norms)
        return np.divide(K, scale, out=np.zeros_like(K), where=scale > 0)

    return cosine


@checked
def edit_distance(S: Sequence[str], T: Sequence[str]) -> Int[np.ndarray, "n m"]:
    """The least number of insertions, deletions and substitutions that turn s into t, for all pairs.

    Source: Wagner and Fischer (1974).

    >>> edit_distance(["kitten"], ["sitting", "kitten"])
    array([[3, 0]])
    """
    rows, columns = _encode("S", S, NEVER), _encode("T", T, NOR_EVER)
    lengths = np.array([len(t) for t in T])
    distances = np.empty((len(rows), len(columns)), dtype=int)
    for n, s in enumerate(rows):
        D = np.tile(np.arange(columns.shape[1] + 1), (len(columns), 1))
        for i in range(len(S[n])):
            previous, D = D, np.empty_like(D)
            D[:, 0] = i + 1
            for j in range(columns.shape[1]):
                substituted = previous[:, j] + (s[i] != columns[:, j])
                D[:, j + 1] = np.minimum(substituted, 1 + np.minimum(previous[:, j + 1], D[:, j]))
        distances[n] = D[np.arange(len(T)), lengths]
    return distances


@checked
def edit_similarity(S: Sequence[str], T: Sequence[str], *, rate: float) -> Float[np.ndarray, "n m"]:
    """exp(-rate · edit distance): a similarity, but not a kernel for every rate.

    >>> edit_similarity(["ab"], ["ab", "b"], rate=1.0).round(3)
    array([[1.   , 0.368]])
    """
    return np.exp(-number("rate", rate, above=0) * edit_distance(S, T))


@checked
def smallest_violation(kernel: Callable, pool: Sequence[str]) -> list[str]:
    """Few strings of `pool` whose Gram matrix breaks (3.8): drop strings while an eigenvalue stays negative (Remark 3.2).

    Returns:
        A list from which no string can be dropped, or an empty list if `pool` itself passes.
    """
    kept, K = list(range(len(pool))), kernel(pool, pool)
    if mercer.gram_test(K, tolerance=1e-9).passes:
        return []
    for candidate in range(len(pool)):
        rest = [i for i in kept if i != candidate]
        if rest and not mercer.gram_test(K[np.ix_(rest, rest)], tolerance=1e-9).passes:
            kept = rest
    return [pool[i] for i in kept]


@checked
def all_strings(alphabet: str, *, longest: int) -> list[str]:
    """Every string over `alphabet` with 1 to `longest` characters, shortest first.

    >>> all_strings("ab", longest=2)
    ['a', 'b', 'aa', 'ab', 'ba', 'bb']
    """
    if not _text(alphabet):
        raise ValueError("alphabet must hold at least one character")
    lengths = range(1, count("longest", longest) + 1)
    return ["".join(letters) for n in lengths for letters in product(alphabet, repeat=n)]


@checked
def scrambled(words: Sequence[str], *, rng: np.random.Generator) -> list[str]:
    """Each word with its letters in another order (words whose letters are all equal are refused)."""
    generator("rng", rng)
    result = []
    for word in words:
        if len(set(_text(word))) < 2:
            raise ValueError(f"words must hold two different letters each; got {word!r}")
        other = word
        while other == word:
            other = "".join(rng.permutation(list(word)))
        result.append(other)
    return result


@checked
def held_out_accuracy(
    K: Float[np.ndarray, "n n"],
    y: Int[np.ndarray, " n"],
    groups: Int[np.ndarray, " n"],
    *,
    test: int,
    repeats: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Mean accuracy of a support-vector machine on held-out groups, over random splits, and its standard error.

    Args:
        K: the Gram matrix of all samples.
        y: labels.
        groups: samples of one group stay on one side of the split.
        test: groups to hold out.
        repeats: how many splits.
        rng: a numpy generator.

    Raises:
        ValueError: if shapes disagree, no group would be left to train on, or the machine's solver does not converge.
    """
    K = array("K", K, shape=(len(y), len(y)))
    same_length("groups", groups, "y", y)
    most, accuracies = len(np.unique(groups)) - 1, []
    for _ in range(count("repeats", repeats, least=2)):
        out = np.isin(groups, generator("rng", rng).permutation(np.unique(groups))[: count("test", test, most=most)])
        machine = dual.machine(K[np.ix_(~out, ~out)], y[~out])
        accuracies.append((machine.predict(K[np.ix_(out, ~out)]) == y[out]).mean())
    return float(np.mean(accuracies)), float(np.std(accuracies, ddof=1) / np.sqrt(repeats))


def _discounted(B, λ, *, axis):
    """Σ_{i' < i} λ^(i - i' - 1) B[i'] along `axis`, by one running sum."""
    B = np.moveaxis(B, axis, 0)
    total = np.zeros_like(B)
    for i in range(1, len(B)):
        total[i] = λ * total[i - 1] + B[i - 1]
    return np.moveaxis(total, 0, axis)


def _encode(name, texts, padding):
    if isinstance(texts, str) or len(texts) == 0:
        raise ValueError(f"{name} must be a list with at least one string; got {texts!r}")
    codes = np.full((len(texts), max(len(_text(t)) for t in texts)), padding)
    for row, text in zip(codes, texts):
        row[: len(text)] = [ord(c) for c in text]
    return codes


def _text(value):
    if not isinstance(value, str):
        raise TypeError(f"strings must be str; got {value!r}")
    return value
