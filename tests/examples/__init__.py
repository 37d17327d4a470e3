"""One valid call of every public function, from which the tests derive malformed and extreme ones.

Most are built from the signature: an array of the annotated shape, a small number, a state of `states.py`.
A function that needs something else says so in the table of its subpackage.
"""

import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Sequence

import jaxtyping
import numpy as np
import torch

import principles
from examples.states import STATES, X, rng

SIZES = {"n": 6, "d": 2, "p": 2, "m": 4, "dx": 2, "dy": 2, "T": 5, "t": 5}  # other axes have 3 entries
NUMBERS = {"seed": 0, "state": 0, "layer": 1, "start": 0, "first": 0, "i": 0}  # other whole numbers are 3
PLAIN = {
    float: lambda name: 0.5,
    int: lambda name: NUMBERS.get(name, 3),
    bool: lambda name: True,
    str: lambda name: "name",
    list: lambda name: [1, 2],
    np.ndarray: lambda name: X.copy(),
    np.random.Generator: lambda name: rng(),
    Callable: lambda name: lambda w: w,
}


def modules():
    """Names of the modules that hold the mathematics, without the package's."""
    for module in pkgutil.walk_packages(principles.__path__, "principles."):
        if not module.ispkg:
            yield module.name.removeprefix("principles.")


def public(module):
    """The public functions that a module defines, by name."""
    members = vars(importlib.import_module(f"principles.{module}")).copy()
    mine = {n: f for n, f in members.items() if not n.startswith("_") and inspect.isfunction(f)}
    return {n: f for n, f in mine.items() if f.__module__ == f"principles.{module}"}


def example(path, function):
    """Valid arguments of a function by name, `path` as in "kernels.dual.train"."""
    subpackage, _, name = path.partition(".")
    try:
        table = importlib.import_module(f"examples.{subpackage}").EXAMPLES
    except ModuleNotFoundError:
        table = {}
    given = table.get(name, dict)()
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name not in given and parameter.kind is not parameter.VAR_POSITIONAL:
            optional = parameter.default is not parameter.empty
            given[parameter.name] = parameter.default if optional else valid(parameter.name, parameter.annotation)
    return given


def call(function, given):
    """`function` with arguments by name; a generator is read to its third value."""
    parameters = inspect.signature(function).parameters.values()
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    before = [p.name for p in parameters if rest and p.kind is p.POSITIONAL_OR_KEYWORD]
    options = {name: value for name, value in given.items() if name != rest and name not in before}
    result = function(*(given[name] for name in before), *given.get(rest, ()), **options)
    return [value for value, _ in zip(result, range(3))] if inspect.isgenerator(result) else result


def valid(name, annotation):
    """A value that the annotation of the argument `name` allows."""
    if annotation in STATES:
        return STATES[annotation]()
    kind = typing.get_origin(annotation) or annotation
    if kind in PLAIN:
        return PLAIN[kind](name)
    if inspect.isclass(kind) and issubclass(kind, jaxtyping.AbstractArray):
        return _array(name, annotation)
    choices = [a for a in typing.get_args(annotation) if a not in (type(None), ...)]
    if kind in (typing.Union, types.UnionType):
        return valid(name, float if float in choices else choices[0])
    if kind in (tuple, Sequence):
        return tuple(valid(name, a) for a in (choices if len(choices) > 1 else 2 * choices))
    return X.copy()


def _array(name, annotation):
    """Waves; signs for labels, a covariance where the two axes are one, zeros and ones for whole numbers."""
    fixed = [d for i, d in enumerate(annotation.dims) if i != annotation.index_variadic]
    shape = [getattr(d, "size", None) or SIZES.get(getattr(d, "name", None), 3) for d in fixed]
    shape = shape or ([] if annotation.index_variadic is None else [3])
    kinds = annotation.dtypes if isinstance(annotation.dtypes, (list, tuple)) else ("float64",)
    count = np.arange(int(np.prod(shape)))
    if "float64" not in kinds:
        values = count % 2 if "int64" in kinds else count % 2 == 1
    elif name == "y":
        values = np.where(count % 2, 1.0, -1.0)
    elif len(fixed) == 2 and getattr(fixed[0], "name", 0) == getattr(fixed[1], "name", 1):
        values = np.eye(shape[0]) + 0.1
    else:
        values = np.cos(1.0 + count)
    values = values.reshape(shape)
    return torch.from_numpy(values) if annotation.array_type is torch.Tensor else values
