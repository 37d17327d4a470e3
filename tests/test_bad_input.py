"""Malformed input, of every kind that a signature admits, meets an error that names the argument and the rule.

Functions are found by walking the package, so a new one cannot escape: if its signature is not enough to build a
valid call, the test says where to add one. Modules of figures take computed results and are not input to anything;
they must hold plotting functions only.
"""

import inspect
import re

import numpy as np
import pytest
from examples import call, example, modules, public
from examples.allowed import ALLOWED, CHECKERS, CHOICES, SIGNED, SLOW, TRUSTED, ZERO
from malformed import malformed, sizes

DRAWN = [m for m in modules() if m.split(".")[-1].startswith("figures")]
COMPUTED = [m for m in modules() if m not in DRAWN and m not in TRUSTED]


def is_allowed(path, name, kind, annotation):
    """Whether a table of exceptions says that this is no malformed input."""
    if annotation is str and kind == "unknown" and name not in CHOICES:
        return True
    of_this_kind = {"negative": SIGNED, "zero": ZERO}.get(kind, {}) if annotation is not int or kind == "zero" else {}
    places = of_this_kind.get(name, ())
    return any(f"{path}.".startswith(f"{place}.") for place in places) or kind in ALLOWED.get(f"{path}.{name}", ((), ""))[0]


def fault(function, given, names):
    """What is wrong with how `function` meets malformed input, nothing if it names an argument and a rule."""
    try:
        with np.errstate(all="ignore"):
            call(function, given)
    except (ValueError, TypeError) as error:
        message = str(error)
        named = any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message) for name in names)
        return "" if type(error) in (ValueError, TypeError) and named and "must" in message else f"says {message[:90]!r}"
    except Exception as error:
        return f"raises {type(error).__name__}: {str(error)[:70]!r}"
    return "accepts it"


def faults(path, function):
    """Every fault of one function, a line each."""
    if path in CHECKERS:
        return
    try:
        given = example(path, function)
        if path not in SLOW:
            call(function, given)
    except Exception as error:
        subpackage, _, name = path.partition(".")
        yield f'no valid call of {path} ({error}); add one to tests/examples/{subpackage}.py as "{name}"'
        return
    annotations = {
        p.name: p.annotation for p in inspect.signature(function).parameters.values() if p.kind is not p.VAR_POSITIONAL
    }
    for name, annotation in annotations.items():
        others = [a for other, a in annotations.items() if other != name]
        for kind, wrong in malformed(annotation, given[name], others).items():
            matched = {other for other, a in annotations.items() if kind.removeprefix("one more ") in sizes(a)}
            if is_allowed(path, name, kind, annotation):
                continue
            if found := fault(function, {**given, name: wrong}, {name, name.removesuffix("_name"), *matched}):
                yield f"{path}({name}), {kind}: {found}"


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("module", COMPUTED)
def test_malformed_input_meets_an_error_that_names_the_argument_and_the_rule(module):
    found = [line for name, function in public(module).items() for line in faults(f"{module}.{name}", function)]
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("module", [m for m in DRAWN if "." in m])
def test_modules_of_figures_hold_plotting_functions_only(module):
    drawn = [
        name
        for name, function in public(module).items()
        if re.search(r"Picture|canvas|_\w+\(|ax\b|picture|sheet", inspect.getsource(function))
    ]
    assert drawn == list(public(module))


def test_every_exception_is_about_an_argument_that_exists():
    known = {
        f"{module}.{function}.{argument}"
        for module in COMPUTED
        for function, f in public(module).items()
        for argument in inspect.signature(f).parameters
    }
    assert set(ALLOWED) <= known
    assert set(CHOICES) <= {path.rsplit(".", 1)[1] for path in known}
    for name, places in [*SIGNED.items(), *ZERO.items()]:
        for place in places:
            assert any(path.startswith(f"{place}.") and path.endswith(f".{name}") for path in known), (name, place)
