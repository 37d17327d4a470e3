"""Checks at the public boundary: each names the argument, the rule and the value that breaks it.

Every function returns what it was given, ready for use, or raises `ValueError`
(`TypeError` where the kind of object is wrong).
"""

import numpy as np


def array(name, value, *, ndim=None, shape=None, finite=True):
    """`value` as a float64 array with at least one entry.

    Args:
        name: of the argument, for the error.
        value: anything numpy reads as real numbers.
        ndim: the number of axes it must have, or a tuple of allowed numbers.
        shape: the shape it must have; `None` entries are free.
        finite: refuse NaN and infinity.
    """
    try:
        result = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of numbers; its rows differ in length") from None
    if result.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers; got dtype {result.dtype}")
    allowed = (ndim,) if isinstance(ndim, int) else ndim
    if allowed is not None and result.ndim not in allowed:
        raise ValueError(f"{name} must have {' or '.join(map(str, allowed))} axes; got shape {result.shape}")
    if shape is not None and (result.ndim != len(shape) or any(w not in (None, g) for w, g in zip(shape, result.shape))):
        wanted = ", ".join("any" if w is None else str(w) for w in shape)
        raise ValueError(f"{name} must have shape ({wanted}); got {result.shape}")
    if result.size == 0:
        raise ValueError(f"{name} must not be empty; got shape {result.shape}")
    result = result.astype(float, copy=False)
    if finite and not np.isfinite(result).all():
        where = tuple(map(int, np.argwhere(~np.isfinite(result))[0]))
        raise ValueError(f"{name} must be finite; entry {where} is {result[where]}")
    return result


def number(name, value, *, above=None, least=None, below=None, most=None):
    """`value` as a finite float within `above` < value, `least` ≤ value, value < `below`, value ≤ `most`."""
    if np.ndim(value) != 0 or np.asarray(value).dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a real number; got {value!r}")
    result = float(value)
    rules = [
        (np.isfinite(result), "finite"),
        (above is None or result > above, f"above {above}"),
        (least is None or result >= least, f"at least {least}"),
        (below is None or result < below, f"below {below}"),
        (most is None or result <= most, f"at most {most}"),
    ]
    broken = [rule for holds, rule in rules if not holds]
    if broken:
        raise ValueError(f"{name} must be {broken[0]}; got {value}")
    return result


def count(name, value, *, least=1, most=None):
    """`value` as an int between `least` and `most`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number; got {value!r}")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{name} must be at least {least}{'' if most is None else f' and at most {most}'}; got {value}")
    return int(value)


def same_length(name, value, other_name, other):
    """`value`, whose first axis must be as long as that of `other`."""
    if len(value) != len(other):
        raise ValueError(f"{name} and {other_name} must have one row a sample each; got {len(value)} and {len(other)}")
    return value


def signs(name, value):
    """`value` as a vector of labels, each -1 or +1."""
    result = array(name, value, ndim=1)
    wrong = np.flatnonzero(np.abs(result) != 1)
    if wrong.size:
        raise ValueError(f"{name} must hold labels -1 and +1; entry {wrong[0]} is {result[wrong[0]]:g}")
    return result


def distribution(name, value, *, ndim=1):
    """`value` as probabilities: not negative, each row (last axis) summing to 1."""
    result = array(name, value, ndim=ndim)
    if (result < 0).any():
        where = tuple(map(int, np.argwhere(result < 0)[0]))
        raise ValueError(f"{name} must not be negative; entry {where} is {result[where]:g}")
    sums = np.atleast_1d(result.sum(axis=-1))
    wrong = np.argwhere(np.abs(sums - 1) > 1e-8)
    if wrong.size:
        row = tuple(map(int, wrong[0]))
        where = f"row {row[0]}" if result.ndim == 2 else (f"row {row}" if result.ndim > 2 else "it")
        raise ValueError(f"the rows of {name} must sum to 1; {where} sums to {sums[row]:g}")
    return result


def covariance(name, value):
    """`value` as a symmetric positive semi-definite matrix (to rounding)."""
    result = array(name, value, ndim=2)
    if result.shape[0] != result.shape[1] or not np.allclose(result, result.T, atol=1e-10 * max(1.0, np.abs(result).max())):
        raise ValueError(f"{name} must be square and symmetric; got shape {result.shape}")
    least = np.linalg.eigvalsh(result)[0]
    if least < -1e-8 * max(1.0, np.abs(result).max()):
        raise ValueError(f"{name} must be positive semi-definite; its least eigenvalue is {least:.3g}")
    return result


def generator(name, value):
    """`value`, which must be a numpy random generator."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name} must be a numpy.random.Generator, as numpy.random.default_rng(0) gives; got {value!r}")
    return value
