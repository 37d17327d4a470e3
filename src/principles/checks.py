"""What the pages use to verify a statement while the book builds.

Three words are enough. `verify` says that two things computed independently
agree, `bounded` that one stays under the other, `refute` that a printed claim
fails. Each prints one line that is the same on every machine, and raises
`CheckFailed` with the offending values when the statement does not hold, which
fails the cell and the build.

The first argument names what is checked: an equation `"3.1"`, a result
`"Theorem 3.1"`, or a place `"Section 3.1.1"`, `"Figure 3.2"`. The ledger finds it there.
"""

import re

import numpy as np

RELATIONS = {
    "==": lambda a, b: np.abs(a - b),
    "<=": lambda a, b: a - b,
    "<": lambda a, b: a - b,
    ">=": lambda a, b: b - a,
    ">": lambda a, b: b - a,
}
KINDS = "Theorem|Lemma|Corollary|Fact|Definition|Example|Remark|Section|Figure"
SUBJECT = re.compile(rf"\d+\.\d+|(?:{KINDS}) \d+(?:\.\d+)+")


class CheckFailed(AssertionError):
    """A statement of the book does not hold; the message names it and the worst offender."""


def verify(subject, statement, actual, expected=True, *, atol=0.0, rtol=0.0, standard_error=None, errors=4):
    """Print `✓` if `actual` equals `expected` at every entry, else raise `CheckFailed`.

    Args:
        subject: what is checked, `"3.1"`, `"Theorem 3.1"` or `"Section 3.1.1"`.
        statement: what the reader should learn, in words.
        actual, expected: numbers or arrays of one shape (`expected` may be one number for
            all), computed independently of one another; or a single truth value.
        atol, rtol: agree when |actual - expected| ≤ atol + rtol |expected|.
        standard_error: for Monte-Carlo estimates, instead of the tolerances: of `actual`,
            or of the difference where both are estimates. Agree within `errors` of them.

    Raises:
        CheckFailed: with the worst entry.
        ValueError: if the inputs cannot be compared (an object with itself, other shapes,
            nothing at all, negative or infinite tolerances).
    """
    if actual is expected and not isinstance(actual, (bool, np.bool_, int, float)):
        raise ValueError(f"{_name(subject)}: actual and expected are the same object; a check compares two computations")
    a, b = _arrays(subject, actual, expected)
    if standard_error is not None:
        allowed, how = errors * _tolerance(subject, "standard_error", standard_error), f"within {errors} standard errors"
    elif atol or rtol:
        tolerances = [f"{t:.0e}".replace("e-0", "e-") + kind for t, kind in ((atol, ""), (rtol, " relative")) if t]
        allowed = _tolerance(subject, "atol", atol) + _tolerance(subject, "rtol", rtol) * np.abs(b)
        how = "to " + " + ".join(tolerances)
    else:
        allowed, how = np.zeros(()), "exactly" if a.dtype != bool else ""
    with np.errstate(invalid="ignore"):
        excess = np.where(a == b, 0.0, np.abs(a.astype(float) - b.astype(float))) - allowed
    _require(subject, statement, ~(excess > 0), a, "differs from", b, excess)
    print(f"✓ {_name(subject)} {statement}" + (f", {how}" if how else "") + _count(a))


def bounded(subject, statement, lower, upper, *, atol=0.0):
    """Print `✓` if `lower` ≤ `upper` + `atol` at every entry, else raise `CheckFailed`.

    Args:
        subject, statement: as for `verify`.
        lower, upper: numbers or arrays of one shape; either may be one number for all.
        atol: slack for rounding, only where equality is possible.

    Raises:
        CheckFailed: with the worst entry.
        ValueError: as for `verify`.
    """
    a, b = _arrays(subject, lower, upper)
    with np.errstate(invalid="ignore"):
        excess = np.where(a == b, 0.0, a.astype(float) - b.astype(float)) - _tolerance(subject, "atol", atol)
    _require(subject, statement, ~(excess > 0), a, "exceeds", b, excess)
    print(f"✓ {_name(subject)} {statement}" + _count(np.broadcast_arrays(a, b)[0]))


def refute(subject, claim, actual, relation, claimed, *, margin=1e-6):
    """Print `✗` if the printed claim `actual relation claimed` fails somewhere, else raise.

    Args:
        subject: what the claim is about, as for `verify`.
        claim: the claim as printed, in words.
        actual, claimed: numbers or arrays of one shape; `claimed` may be one number for all.
        relation: one of `==`, `<=`, `<`, `>=`, `>`; the claim says that it holds at every entry.
        margin: how clearly it must fail (relative to the larger side once that exceeds 1),
            so that rounding refutes nothing.

    Raises:
        CheckFailed: if the claim survives.
        ValueError: if `relation` is unknown, or as for `verify`.
    """
    if relation not in RELATIONS:
        raise ValueError(f"{_name(subject)}: relation must be one of {', '.join(RELATIONS)}; got {relation!r}")
    a, b = (np.asarray(x, dtype=float) for x in _arrays(subject, actual, claimed))
    a, b = np.broadcast_arrays(a, b)
    violation = RELATIONS[relation](a, b) / np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    worst = np.unravel_index(violation.argmax(), violation.shape)
    if not violation[worst] > _tolerance(subject, "margin", margin):
        raise CheckFailed(f"{_name(subject)} “{claim}” was not refuted: {a[worst]:.6g} {relation} {b[worst]:.6g} holds")
    print(f"✗ {_name(subject)} as printed, “{claim}” fails: {_short(a[worst])} {relation} {_short(b[worst])} is false")


def _name(subject):
    if not isinstance(subject, str) or not SUBJECT.fullmatch(subject):
        raise ValueError(f'subject must look like "3.1", "Theorem 3.1" or "Section 3.1.1"; got {subject!r}')
    return f"({subject})" if subject[0].isdigit() else f"{subject}:"


def _arrays(subject, actual, expected):
    arrays = []
    for name, value in (("first value", actual), ("second value", expected)):
        array = np.asarray(value.detach() if hasattr(value, "detach") else value)
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{_name(subject)}: the {name} must hold real numbers; got {array.dtype}")
        if array.size == 0:
            raise ValueError(f"{_name(subject)}: the {name} is empty, so nothing would be checked")
        if np.isnan(array).any():
            raise CheckFailed(f"{_name(subject)}: the {name} is NaN at {np.argwhere(np.isnan(array))[0].tolist()}")
        arrays.append(array)
    a, b = arrays
    if a.shape != b.shape and a.size > 1 and b.size > 1:
        raise ValueError(f"{_name(subject)}: shapes must agree or one side be a single number; got {a.shape} and {b.shape}")
    return a, b


def _tolerance(subject, name, value):
    value = np.asarray(value, dtype=float)
    if not np.isfinite(value).all() or (value < 0).any():
        raise ValueError(f"{_name(subject)}: {name} must be finite and not negative; got {value}")
    return value


def _require(subject, statement, holds, a, verb, b, excess):
    if holds.all():
        return
    a, b, excess = np.broadcast_arrays(a, b, excess)
    worst = np.unravel_index(excess.argmax(), excess.shape)
    at = f" at {list(map(int, worst))}" if worst else ""
    offender = f"{a[worst]:.10g} {verb} {b[worst]:.10g}{at}"
    raise CheckFailed(f"{_name(subject)} {statement}: {offender}, {(~holds).sum()} of {holds.size} entries fail")


def _count(array):
    return f" ({array.size} values)" if array.size > 1 else ""


def _short(value):
    return f"{value:.3g}" if abs(value) > 1e-12 else "0"
