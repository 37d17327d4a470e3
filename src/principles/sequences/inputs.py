"""What this chapter asks of its arguments beyond `principles.validation`: matching features, equal shapes, known symbols."""

import numpy as np

from principles.validation import array


def rows(name, value, features, *, least_axes=1):
    """`value` as a finite float array with `features` entries on its last axis (any number, if None).

    Args:
        name: of the argument, for the error.
        value: anything numpy reads as real numbers.
        features: the length its last axis must have.
        least_axes: how many axes it must have at least.
    """
    result = array(name, value)
    if result.ndim < least_axes:
        raise ValueError(f"{name} must have at least {least_axes} axes; got shape {result.shape}")
    if features is not None and result.shape[-1] != features:
        raise ValueError(f"{name} must have {features} entries on its last axis; got shape {result.shape}")
    return result


def square(name, value):
    """`value` as a finite square matrix.

    Args:
        name: of the argument, for the error.
        value: anything numpy reads as real numbers.
    """
    result = array(name, value, ndim=2)
    return array(name, result, shape=(len(result), len(result)))


def same_shape(name, shape, other_name, other):
    """Refuse two shapes that differ, which numpy would stretch over one another in silence.

    Args:
        name, other_name: of the arguments, for the error.
        shape, other: their shapes, or the part of them that must agree.
    """
    if tuple(shape) != tuple(other):
        raise ValueError(f"{name} and {other_name} must have matching shapes; got {tuple(shape)} and {tuple(other)}")


def symbols(name, value, size, *, least=1):
    """`value`, whole numbers from 0 to `size` - 1 in a numpy array or a tensor, at least `least` of them on the last axis.

    Args:
        name: of the argument, for the error.
        value: an array or a tensor.
        size: of the alphabet.
        least: how long the last axis must be.
    """
    if "int" not in str(value.dtype):
        raise TypeError(f"{name} must hold whole numbers; got {value.dtype}")
    if value.ndim == 0 or np.prod(value.shape) == 0 or value.shape[-1] < least:
        raise ValueError(f"{name} must hold at least {least} symbols in a row; got shape {tuple(value.shape)}")
    low, high = int(value.min()), int(value.max())
    if low < 0 or high >= size:
        raise ValueError(f"{name} must hold symbols from 0 to {size - 1}; got {low if low < 0 else high}")
    return value
