"""Dot-product attention and what is built from it: self-attention, masks, heads, sets.

Arrays are `(..., T, p)`, a row an element of the sequence. A weight W of shape (c, p) acts on rows, `h @ W`.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from principles.sequences.inputs import rows, same_shape
from principles.signatures import checked
from principles.validation import array, count, number


@checked(undefined=True, infinite=("scores",))
def softmax(scores: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """e^{s_i} / Σ_j e^{s_j} along the last axis; entries of -∞ get weight 0.

    A row of nothing but -∞ has the weights NaN: there is nothing to look at.

    Args:
        scores: any numbers, or -∞.
    """
    if np.ndim(scores) == 0 or not (np.asarray(scores) < np.inf).all():
        raise ValueError(f"scores must be a row of numbers or -inf, neither NaN nor inf; got {scores}")
    with np.errstate(invalid="ignore"):
        e = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)


def attend(
    q: Float[np.ndarray, "*batch S p"],
    k: Float[np.ndarray, "*batch T p"],
    v: Float[np.ndarray, "*batch T c"],
    *,
    scale: float = 1.0,
    mask: Float[np.ndarray, "S T"] | None = None,
) -> Float[np.ndarray, "*batch S c"]:
    """For each query the average of the values, weighted by softmax_i(k_i·q) (8.17).

    Args:
        q: queries, a row each.
        k: keys.
        v: values.
        scale: multiplies the scores; 1/√p keeps their variance at 1 for random queries and keys.
        mask: added to the scores; -∞ hides a key from a query.

    >>> attend(np.zeros((1, 2)), np.eye(2), np.array([[1.0], [3.0]]))  # equal scores: the plain average
    array([[2.]])
    """
    v = rows("v", v, None, least_axes=2)
    same_shape("the rows of k", np.shape(k)[-2:-1], "those of v", v.shape[-2:-1])
    return attention_weights(q, k, scale=scale, mask=mask) @ v  # (8.17)


def attention_weights(
    q: Float[np.ndarray, "*batch S p"],
    k: Float[np.ndarray, "*batch T p"],
    *,
    scale: float = 1.0,
    mask: Float[np.ndarray, "S T"] | None = None,
) -> Float[np.ndarray, "*batch S T"]:
    """The weight that each query (row) gives to each key (column).

    Args:
        q: queries.
        k: keys.
        scale: multiplies the scores.
        mask: added to the scores.
    """
    k = rows("k", k, None, least_axes=2)
    q = rows("q", q, k.shape[-1], least_axes=2)
    scores = number("scale", scale) * q @ np.swapaxes(k, -1, -2)
    if mask is None:
        return softmax(scores)
    if np.asarray(mask).dtype.kind != "f":
        raise TypeError(f"mask must hold numbers to be added, 0 to look and -inf to hide; got {np.asarray(mask).dtype}")
    same_shape("mask", np.shape(mask), "the scores", scores.shape[-2:])
    return softmax(scores + mask)


@checked
def projections(
    h: Float[np.ndarray, "*batch m c"], w: tuple[np.ndarray, np.ndarray, np.ndarray], *, nonlinearity: Callable = lambda a: a
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Keys, queries and values of the same features, h w_k, h w_q, h w_v (8.18).

    Args:
        h: features, a row a pixel or a time.
        w: (w_k, w_q, w_v), each (c, p).
        nonlinearity: relu as the notes print, or none, as a transformer has it.
    """
    h = rows("h", h, None, least_axes=2)
    if len(w) != 3:
        raise ValueError(f"w must hold w_k, w_q and w_v; got {len(w)} weights")
    w_k, w_q, w_v = (array(name, a, shape=(h.shape[-1], None)) for name, a in zip(("w_k", "w_q", "w_v"), w))
    k, q, v = (nonlinearity(h @ weight) for weight in (w_k, w_q, w_v))  # (8.18)
    return k, q, v


@checked(undefined=True, infinite=("mask",))
def self_attention(
    h: Float[np.ndarray, "*batch m c"],
    w: tuple[np.ndarray, np.ndarray, np.ndarray],
    *,
    scale: float = 1.0,
    mask: Float[np.ndarray, "m m"] | None = None,
    nonlinearity: Callable = lambda a: a,
) -> Float[np.ndarray, "*batch m p"]:
    """Every element asks all elements: h_j' = Σ_i softmax_i(k_i·q_j) v_i (8.19).

    NaN where the mask hides everything from an element.

    Args:
        h: features.
        w: (w_k, w_q, w_v).
        scale: multiplies the scores.
        mask: added to the scores.
        nonlinearity: of the projections.
    """
    k, q, v = projections(h, w, nonlinearity=nonlinearity)
    return attend(q, k, v, scale=scale, mask=mask)  # (8.19)


@checked
def causal_mask(T: int, *, strict: bool = False) -> Float[np.ndarray, "T T"]:
    """Zero where query t (row) may look at key s (column), -∞ elsewhere: s ≤ t, or s < t if `strict`.

    Args:
        T: length.
        strict: hide the present as well, as the notes print; the first row then has nothing to look at.
    """
    s = np.arange(count("T", T))
    hidden = s[None] >= s[:, None] if strict else s[None] > s[:, None]
    return np.where(hidden, -np.inf, 0.0)


@checked(undefined=True, infinite=("mask",))
def multi_head(
    h: Float[np.ndarray, "*batch T c"],
    heads: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    w_out: Float[np.ndarray, "hp c2"],
    *,
    mask: Float[np.ndarray, "T T"] | None = None,
) -> Float[np.ndarray, "*batch T c2"]:
    """Several self-attentions side by side, each scaled by its 1/√p, concatenated and mixed by one matrix.

    NaN where the mask hides everything from an element.

    Args:
        h: features.
        heads: (w_k, w_q, w_v) of each.
        w_out: mixes the concatenated outputs.
        mask: added to the scores of each.
    """
    if not heads:
        raise ValueError("heads must hold at least one (w_k, w_q, w_v); got none")
    outputs = [self_attention(h, w, scale=w[0].shape[1] ** -0.5, mask=mask) for w in heads]
    together = np.concatenate(outputs, axis=-1)
    return together @ array("w_out", w_out, shape=(together.shape[-1], None))


@checked(sizes=True)
def additive_scores(
    q: Float[np.ndarray, "S p"], k: Float[np.ndarray, "T p"], w: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> Float[np.ndarray, "S T"]:
    """Scores v·tanh(w_q q + w_k k_i) of additive attention; a softmax turns them into weights.

    Args:
        q: queries.
        k: keys.
        w: (w_q, w_k, v), of shapes (p, a), (p, a) and (a,).

    Source:
        Bahdanau, Cho and Bengio (2015).
    """
    q, k = array("q", q, ndim=2), array("k", k, ndim=2)
    w_q, w_k = array("w_q", w[0], shape=(q.shape[1], None)), array("w_k", w[1], shape=(k.shape[1], None))
    same_shape("w_q", w_q.shape[1:], "w_k", w_k.shape[1:])
    v = array("v", w[2], shape=w_q.shape[1:])
    return np.tanh((q @ w_q)[:, None] + (k @ w_k)[None]) @ v


@checked
def deep_set(x: Float[np.ndarray, "n d"], features: Callable, readout: Callable) -> float | np.ndarray:
    """ρ(Σ_i φ(x^i)), a function of the set that no order of its elements can change.

    Args:
        x: the elements, a row each.
        features: φ, applied to all rows at once.
        readout: ρ.

    Source:
        Zaheer et al. (2017).
    """
    return readout(features(array("x", x, ndim=2)).sum(axis=0))
