"""Malformed versions of a valid argument, of each kind that its annotation admits."""

import inspect
import types
import typing
from collections.abc import Callable, Sequence

import jaxtyping
import numpy as np

NUMBER = {"NaN": np.nan, "infinity": np.inf, "minus infinity": -np.inf, "text": "one", "complex": 1j, "a list": [0.5, 0.5]}
WHOLE = {"negative": -7, "zero": 0, "a fraction": 1.5, "NaN": np.nan, "text": "three", "a truth value": True}
BY_KIND = {
    int: WHOLE,
    float: NUMBER | {"negative": -7.0, "a truth value": True},
    bool: {"text": "perhaps"},
    str: {"a number": 3, "unknown": "no such thing"},
    np.random.Generator: {"a seed": 0, "nothing": None},
    np.ndarray: {"text": np.array(["a"])},
    Callable: {"no function": 3},
    list: {"nothing": None, "a number": 3},
    tuple: {"nothing": None, "a number": 3},
    Sequence: {"nothing": None, "a number": 3},
    dict: {"nothing": None, "a number": 3},
}


def malformed(annotation, value, others=()):
    """Malformed values by their kind, for an argument with this annotation and a valid `value`.

    Args:
        annotation: of the argument.
        value: a valid one.
        others: annotations of the other arguments, with which sizes must agree.
    """
    kind = typing.get_origin(annotation) or annotation
    if kind in (typing.Union, types.UnionType):
        return _of_several(typing.get_args(annotation), value, others)
    if is_array(kind):
        return arrays(kind, value, others) if isinstance(value, np.ndarray) else {}
    if inspect.isclass(kind) and kind.__module__.startswith("principles"):
        return {"another object": object(), "nothing": None}
    return BY_KIND.get(kind, {})


def _of_several(annotations, value, others):
    choices = [a for a in annotations if a is not type(None)]
    if float in choices:
        return {"text": "one", "NaN": np.nan}
    found = malformed(choices[0], value, others) if len(choices) == 1 else {"text": "one"}
    return {kind: wrong for kind, wrong in found.items() if wrong is not None or type(None) not in annotations}


def arrays(annotation, value, others):
    """Malformed arrays: axes, sizes, entries and kinds of numbers."""
    found = {"text": np.full(value.shape, "a"), "complex": value + 1j}
    if annotation.index_variadic is None:
        found["a wrong number of axes"] = value[None]
    if value.ndim:
        found["empty"] = value[:0]
    for axis, name in axes(annotation):
        if isinstance(name, int) or any(name in sizes(other) for other in others):
            found[f"one more {name}"] = np.concatenate([value, value.take([0], axis)], axis)
    if value.dtype.kind == "i":
        found["fractions"] = value + 0.5
    for kind, wrong in {"NaN": np.nan, "infinity": np.inf}.items() if value.dtype.kind != "b" and value.size else ():
        found[kind] = value.astype(float)
        found[kind].flat[0] = wrong
    return found


def is_array(annotation):
    """Whether this is an annotation such as `Float[np.ndarray, "n d"]`."""
    return inspect.isclass(annotation) and issubclass(annotation, jaxtyping.AbstractArray)


def axes(annotation):
    """The axes whose size the annotation gives, as pairs of index and name or size."""
    dims, variadic = annotation.dims, annotation.index_variadic
    for i, dim in enumerate(dims):
        name = getattr(dim, "name", getattr(dim, "size", None))
        if i != variadic and name is not None:
            yield (i if variadic is None or i < variadic else i - len(dims)), name


def sizes(annotation):
    """The names of the axes of an annotation; none if it is no array."""
    return {name for _, name in axes(annotation)} if is_array(annotation) else set()
