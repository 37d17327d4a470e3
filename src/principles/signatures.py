"""Arguments checked against the signature of a public function.

To Python an annotation is a comment. `checked` reads it once, when the function is defined, and at each
call refuses what it rules out: another kind of object, a wrong number of axes, sizes that disagree, NaN.
Rules about values, such as a range or a sum, belong to the function. A result that is NaN is refused too:
the arguments were of the right kind, and too large, too small or too alike for the arithmetic.
"""

import dataclasses
import inspect
import math
import typing
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial, wraps
from types import GeneratorType, UnionType

import numpy as np
from jaxtyping import AbstractArray

from principles.validation import array, count, generator, number

F = typing.TypeVar("F", bound=Callable)
Names = tuple[str, ...]
ABSTRACT = {list: Sequence, tuple: Sequence, Sequence: Sequence, dict: dict, Iterable: Iterable, Callable: Callable}
NOUNS = {Sequence: "list", dict: "dictionary", Iterable: "list", Callable: "function", str: "text", bool: "truth value"}


@typing.overload
def checked(function: F) -> F: ...
@typing.overload
def checked(
    *,
    sizes: bool = ...,
    undefined: bool = ...,
    infinite: Names = ...,
    empty: Names = ...,
    counts: Names = ...,
    naturals: Names = ...,
    positive: Names = ...,
    unsigned: Names = ...,
) -> Callable[[F], F]: ...
def checked(
    function=None,
    *,
    sizes: bool = False,
    undefined: bool = False,
    infinite: Names = (),
    empty: Names = (),
    counts: Names = (),
    naturals: Names = (),
    positive: Names = (),
    unsigned: Names = (),
):
    """A decorator: the arguments must be what the annotations say.

    An argument without annotation is not checked. An infinite default says that infinity is allowed.

    Args:
        function: a public function.
        sizes: axes that have one name must agree, for a function that does not check this itself.
        undefined: NaN in the result has a meaning, which the docstring of the function gives.
        infinite: arguments for which infinity has a meaning.
        empty: arrays that may have no entries.
        counts: whole numbers that must be at least 1.
        naturals: whole numbers that must be at least 0.
        positive: numbers that must be above 0.
        unsigned: numbers that must be at least 0.

    Raises:
        TypeError: if an argument is another kind of object.
        ValueError: if an array has a wrong number of axes, is empty or not finite, or if the result would be NaN.

    >>> @checked
    ... def double(steps: int):
    ...     return 2 * steps
    >>> double(steps=1.5)
    Traceback (most recent call last):
    TypeError: steps must be a whole number; got 1.5
    """
    if function is None:
        options = {"counts": counts, "naturals": naturals, "positive": positive, "unsigned": unsigned}
        return partial(checked, sizes=sizes, undefined=undefined, infinite=infinite, empty=empty, **options)
    parameters = inspect.signature(function).parameters
    allowed = {name for name, p in parameters.items() if isinstance(p.default, float) and math.isinf(p.default)}.union(infinite)
    rules = {n: rule for n, p in parameters.items() if (rule := _rule(p.annotation, finite=n not in allowed))}
    rules |= dict.fromkeys(counts, count) | dict.fromkeys(naturals, partial(count, least=0))
    rules |= dict.fromkeys(positive, partial(number, above=0)) | dict.fromkeys(unsigned, partial(number, least=0))
    names = tuple(parameters)

    @wraps(function)
    def call(*arguments, **options):
        given = dict(zip(names, arguments)) | options
        for name, value in given.items():
            rule = rules.get(name)
            if rule and not (name in empty and np.size(value) == 0):
                rule(name, value)
        if sizes:
            _agree({name: (parameters[name].annotation, value) for name, value in given.items()})
        result = function(*arguments, **options)
        if undefined:
            return result
        if isinstance(result, GeneratorType):
            return _defined(result, function.__name__, given)
        if _holds_nan(result):
            raise ValueError(_no_result(function.__name__, given))
        return result

    return call


def _rule(annotation, *, finite=True):
    """What checks an argument, a function of its name and its value; None if anything goes."""
    if typing.get_origin(annotation) in (typing.Union, UnionType):
        return _either(typing.get_args(annotation), finite)
    if _is_array(annotation):
        return lambda name, value: _array(annotation, name, value, finite)
    if annotation is int:
        return lambda name, value: count(name, value, least=-math.inf)
    if annotation is float:
        return lambda name, value: _real(name, value, finite)
    if annotation is np.random.Generator:
        return generator
    if annotation is np.ndarray:
        return lambda name, value: array(name, value, finite=finite)
    kind = ABSTRACT.get(typing.get_origin(annotation) or annotation, annotation)
    if kind in (inspect.Parameter.empty, object, typing.Any) or not inspect.isclass(kind):
        return None
    return lambda name, value: _instance(kind, name, value)


def _either(annotations, finite):
    """One of several annotations: None needs no check, and numbers of both kinds are one."""
    optional = type(None) in annotations
    kinds = [a for a in annotations if a is not type(None) and not (a is int and float in annotations)]
    rules = [_rule(a, finite=finite) for a in kinds]
    if None in rules:
        return None

    def rule(name, value):
        if optional and value is None:
            return
        for attempt in rules[1:]:
            try:
                return attempt(name, value)
            except (TypeError, ValueError):
                pass
        rules[0](name, value)

    return rule


def _real(name, value, finite):
    if isinstance(value, float) and math.isfinite(value):  # nearly always, and inner loops call millions of times
        return
    if finite or not isinstance(value, (int, float)) or not math.isinf(value):
        number(name, value)


def _instance(kind, name, value):
    allowed = {bool: (bool, np.bool_), Sequence: (Sequence, Collection, np.ndarray)}.get(kind, kind)
    if not isinstance(value, allowed) or (kind is Sequence and isinstance(value, str)):
        raise TypeError(f"{name} must be a {NOUNS.get(kind, kind.__name__)}; got {value!r}")


def _is_array(annotation):
    return inspect.isclass(annotation) and issubclass(annotation, AbstractArray)


def _array(annotation, name, value, finite):
    """Axes and numbers, as in `Float[np.ndarray, "n d"]`."""
    ndim = len(annotation.dims) if annotation.index_variadic is None else None
    if annotation.array_type is not np.ndarray:
        return _instance(annotation.array_type, name, value)
    if not isinstance(annotation.dtypes, (list, tuple)):
        return
    values = array(name, value, ndim=ndim, finite=finite)
    if not finite and np.isnan(values).any():
        raise ValueError(f"{name} must not hold NaN")
    if "float64" not in annotation.dtypes and "int64" in annotation.dtypes and (values != np.floor(values)).any():
        raise ValueError(f"{name} must hold whole numbers")


def _agree(given):
    """Axes of one name have one size. `given` holds the annotation and the value of each argument."""
    known: dict[str, tuple[int, str]] = {}
    for name, (annotation, value) in given.items():
        if not _is_array(annotation):
            continue
        for i, dim in enumerate(annotation.dims):
            if i == annotation.index_variadic or not hasattr(dim, "name"):
                continue
            after = annotation.index_variadic is not None and i > annotation.index_variadic
            size = np.shape(value)[i - len(annotation.dims) if after else i]
            other_size, other = known.setdefault(dim.name, (size, name))
            if size != other_size:
                raise ValueError(f"{name} and {other} must agree in the size {dim.name}; got {size} and {other_size}")


def _defined(values, name, given):
    for value in values:
        if _holds_nan(value):
            raise ValueError(_no_result(name, given))
        yield value


def _holds_nan(result):
    if isinstance(result, (float, complex)):
        return result != result
    if isinstance(result, (np.generic, np.ndarray)):
        return result.dtype.kind in "fc" and bool(np.isnan(result).any())
    if dataclasses.is_dataclass(result):
        return any(_holds_nan(getattr(result, field.name)) for field in dataclasses.fields(result))
    if isinstance(result, dict):
        return any(map(_holds_nan, result.values()))
    if isinstance(result, (list, tuple)):
        return any(map(_holds_nan, result))
    return hasattr(result, "isnan") and bool(result.isnan().any())  # torch's tensors


def _no_result(name, given):
    """The message for a result that is NaN, with the numbers it came of."""
    numbers = {n: np.asarray(value) for n, value in given.items() if isinstance(value, (int, float, np.generic, np.ndarray))}
    said = ", ".join(f"{n} {_extent(values)}" for n, values in numbers.items() if values.size and values.dtype.kind in "iuf")
    cause = "as where a number overflows or 0 is divided by 0"
    return f"the arguments of {name} must not lead to NaN, {cause}; got {said or 'no numbers'}"


def _extent(values):
    low, high = values.min(), values.max()
    return f"= {low:.3g}" if low == high else f"from {low:.3g} to {high:.3g}"
