"""Extreme but finite input gives a result or an error, and never a silent NaN.

Functions are found by walking the package. Each starts from its valid call of `examples`. One argument after the other is
stretched, flattened and replaced: scales from 1e-300 to 1e300, zeros, equal rows, a single sample; then Hypothesis draws
one or two of them at a time, and any finite numbers.
"""

import dataclasses
import random
import signal
import time
from contextlib import contextmanager

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import torch
import torch._dynamo  # torch's optimisers import it when first used, and do not survive an interruption there
from examples import call, example, modules, public
from examples.allowed import CHECKERS, SLOW, TRUSTED, UNDEFINED
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

MODULES = [m for m in modules() if not m.split(".")[-1].startswith("figures") and m not in TRUSTED]
EXTREMES = (0.0, 1e-300, 1e-150, 1e-12, 1e-3, 1e3, 1e12, 1e150, 1e300)
SCALES = (*EXTREMES, *(-x for x in EXTREMES))
FINITE = {"allow_nan": False, "allow_infinity": False}
PATIENCE, BUDGET, EXAMPLES = 10, 4, 60  # seconds of processor time for a call, and for all extremes of a function; random calls


def extremes(value):
    """Extreme versions of a valid argument."""
    if isinstance(value, float):
        return list(SCALES)
    if isinstance(value, int) and not isinstance(value, bool):
        return list(range(-1, 9))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        rows = [np.repeat(value[:1], len(value), axis=0), value[:1]] if value.ndim else []
        return rows + [version(value, c) for c in SCALES for version in (np.multiply, np.full_like, _with_entry)]
    if dataclasses.is_dataclass(value):
        parts = [field.name for field in dataclasses.fields(value) if field.init]
        found = [_replaced(value, name, part) for name in parts for part in extremes(getattr(value, name))]
        return [version for version in found if version is not None]
    return []


def _with_entry(value, entry):
    result = value.copy()
    result.flat[value.size // 2] = entry
    return result


def _replaced(value, name, part):
    try:
        return dataclasses.replace(value, **{name: part})
    except (ValueError, TypeError):
        return None


def draws(value):
    """A strategy for extreme versions, and for any finite numbers; None where there are none."""
    versions = extremes(value)
    if not versions:
        return None
    if isinstance(value, float):
        return st.sampled_from(versions) | st.floats(**FINITE)
    if isinstance(value, np.ndarray):
        return st.sampled_from(versions) | hnp.arrays(float, value.shape, elements=st.floats(**FINITE))
    return st.sampled_from(versions)


def holds_nan(result):
    """Whether a result, or any part of it, is NaN."""
    if dataclasses.is_dataclass(result):
        return any(holds_nan(getattr(result, field.name)) for field in dataclasses.fields(result))
    if isinstance(result, dict):
        return any(map(holds_nan, result.values()))
    if isinstance(result, (list, tuple)):
        return any(map(holds_nan, result))
    if isinstance(result, torch.Tensor):
        return bool(result.isnan().any())
    if isinstance(result, (float, complex, np.generic, np.ndarray)) and np.asarray(result).dtype.kind in "fc":
        return bool(np.isnan(result).any())
    return False


@contextmanager
def patience(seconds):
    """Interrupt what takes more processor time than a reader would wait."""

    def stop(*_):
        raise TimeoutError(f"no result in {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fault(path, function, changed):
    """What is wrong with a call, nothing if it gives numbers or refuses."""
    try:
        with np.errstate(all="ignore"), patience(PATIENCE):
            found = holds_nan(call(function, {**example(path, function), **changed}))
    except (ValueError, TypeError, ArithmeticError):
        return ""
    except Exception as error:
        return f"{path} raises {type(error).__name__} ({error}) for {changed}"
    return f"{path} gives NaN for {changed}" if found else ""


def one_by_one(path, function):
    """The first fault with one argument extreme, among as many calls as the time allows, in a random order."""
    calls = [{name: version} for name, value in example(path, function).items() for version in extremes(value)]
    end = time.process_time() + BUDGET
    for changed in random.Random(0).sample(calls, len(calls)):
        if found := fault(path, function, changed):
            return found
        if time.process_time() > end:
            break
    return ""


def at_random(path, function):
    """The first fault among calls that Hypothesis draws, with one or two arguments extreme."""
    drawn = {name: strategy for name, value in example(path, function).items() if (strategy := draws(value)) is not None}
    if not drawn:
        return ""
    names = st.lists(st.sampled_from(sorted(drawn)), min_size=1, max_size=2, unique=True)
    found, end = [], time.process_time() + BUDGET

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(names.flatmap(lambda chosen: st.fixed_dictionaries({name: drawn[name] for name in chosen})))
    def attempt(changed):
        if not found and time.process_time() < end and (what := fault(path, function, changed)):
            found.append(what)

    attempt()
    return found[0] if found else ""


@pytest.mark.slow
@pytest.mark.usefixtures("as_users_run")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("module", MODULES)
def test_extreme_input_never_gives_a_silent_nan(module):
    functions = {f"{module}.{name}": function for name, function in public(module).items()}
    swept = {path: f for path, f in functions.items() if path not in {*CHECKERS, *SLOW, *UNDEFINED}}
    found = [line for path, f in swept.items() if (line := one_by_one(path, f) or at_random(path, f))]
    assert not found, "\n".join(["", *found])
