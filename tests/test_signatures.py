"""What `@checked` says about a result that is NaN."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from principles.signatures import checked


@dataclass(frozen=True)
class Fit:
    weights: np.ndarray
    name: str = "fit"


PARTS = {
    "a number": lambda ratio: ratio,
    "an array": lambda ratio: np.array([1.0, ratio]),
    "a pair": lambda ratio: (0, ratio),
    "a state": lambda ratio: Fit(np.array([ratio])),
    "a table": lambda ratio: {"a": [ratio]},
    "a complex number": lambda ratio: complex(ratio, 1),
    "a tensor": lambda ratio: torch.tensor([1.0, ratio]),
}


@pytest.mark.parametrize("kind", PARTS)
def test_a_result_that_is_nan_is_refused_wherever_it_stands(kind):
    @checked
    def ratios(a: float, b: float):
        with np.errstate(invalid="ignore"):
            return PARTS[kind](np.float64(a) / np.float64(b))

    assert ratios(1.0, 2.0) is not None
    with pytest.raises(ValueError, match=r"the arguments of ratios must not lead to NaN.*; got a = 0, b = 0$"):
        ratios(0.0, b=0.0)


def test_steps_that_are_generated_are_looked_at_one_by_one():
    @checked
    def ratios(a: float):
        with np.errstate(invalid="ignore"):
            yield from (1.0, a / np.float64(a))

    assert list(ratios(2.0)) == [1, 1]
    steps = ratios(0.0)
    assert next(steps) == 1
    with pytest.raises(ValueError, match="the arguments of ratios must not lead to NaN"):
        next(steps)


def test_the_message_shows_the_range_of_an_array_and_leaves_out_what_holds_no_number():
    @checked
    def spread(X: np.ndarray, name: str):
        with np.errstate(invalid="ignore", over="ignore"):
            return X * 1e200 - X * 1e200

    with pytest.raises(ValueError, match=r"got X from -1e\+150 to 2$"):
        spread(np.array([2.0, -1e150]), "name")


def test_infinity_is_a_result_and_nan_where_it_has_a_meaning():
    @checked
    def doubled(x: float):
        return 2 * x

    @checked(undefined=True)
    def mean(X: np.ndarray):
        return X.sum() / np.nan

    assert doubled(1e308) == np.inf
    assert np.isnan(mean(np.ones(2)))
