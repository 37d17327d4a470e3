"""Malformed input meets an error that names the argument, the rule and the value."""

import numpy as np
import pytest

from principles import validation as v


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: v.array("X", [1.0, 2.0], ndim=2), ValueError, r"X must have 2 axes; got shape \(2,\)"),
        (lambda: v.array("X", [[1.0]], ndim=(1, 3)), ValueError, "X must have 1 or 3 axes"),
        (lambda: v.array("X", np.ones((2, 3)), shape=(None, 2)), ValueError, r"X must have shape \(any, 2\); got \(2, 3\)"),
        (lambda: v.array("X", np.ones(2), shape=(2, None)), ValueError, r"X must have shape \(2, any\); got \(2,\)"),
        (lambda: v.array("X", []), ValueError, "X must not be empty"),
        (lambda: v.array("X", [[0.0, np.nan]]), ValueError, r"X must be finite; entry \(0, 1\) is nan"),
        (lambda: v.array("X", [np.inf]), ValueError, r"entry \(0,\) is inf"),
        (lambda: v.array("X", ["a"]), TypeError, "X must hold real numbers; got dtype"),
        (lambda: v.array("X", [1j]), TypeError, "X must hold real numbers"),
        (lambda: v.array("X", [[1.0], [1.0, 2.0]]), ValueError, "X must be a rectangular array"),
        (lambda: v.number("c", -1.0, least=0), ValueError, "c must be at least 0; got -1.0"),
        (lambda: v.number("c", 0.0, above=0), ValueError, "c must be above 0; got 0.0"),
        (lambda: v.number("c", 1.0, below=1), ValueError, "c must be below 1"),
        (lambda: v.number("c", 2.0, most=1), ValueError, "c must be at most 1"),
        (lambda: v.number("c", np.nan), ValueError, "c must be finite; got nan"),
        (lambda: v.number("c", np.inf, most=1), ValueError, "c must be finite; got inf"),
        (lambda: v.number("c", "1"), TypeError, "c must be a real number; got '1'"),
        (lambda: v.number("c", True), TypeError, "c must be a real number"),
        (lambda: v.number("c", np.ones(2)), TypeError, "c must be a real number"),
        (lambda: v.count("n", 0), ValueError, "n must be at least 1; got 0"),
        (lambda: v.count("n", 5, most=4), ValueError, "n must be at least 1 and at most 4; got 5"),
        (lambda: v.count("n", True), TypeError, "n must be a whole number; got True"),
        (lambda: v.count("n", 2.0), TypeError, "n must be a whole number; got 2.0"),
        (lambda: v.same_length("y", [1], "X", [1, 2]), ValueError, "y and X must have one row a sample each; got 1 and 2"),
        (lambda: v.signs("y", [1.0, 0.0]), ValueError, "y must hold labels -1 and \\+1; entry 1 is 0"),
        (lambda: v.distribution("P", [[0.5, 0.5], [0.5, 0.4]], ndim=2), ValueError, "rows of P must sum to 1; row 1 sums to 0.9"),
        (lambda: v.distribution("p", [1.5, -0.5]), ValueError, r"p must not be negative; entry \(1,\) is -0.5"),
        (lambda: v.signs("y", [1.0, -2.0]), ValueError, "entry 1 is -2"),
        (lambda: v.distribution("p", [0.5, 1.0, -0.5]), ValueError, r"p must not be negative; entry \(2,\) is -0.5"),
        (lambda: v.distribution("p", [0.5, 0.4]), ValueError, "rows of p must sum to 1; it sums to 0.9"),
        (lambda: v.distribution("p", [0.5, 0.5 + 5e-8]), ValueError, "rows of p must sum to 1"),
        (lambda: v.distribution("P", [[[0.5, 0.5], [0.5, 0.4]]], ndim=3), ValueError, r"row \(0, 1\) sums to 0.9"),
        (lambda: v.covariance("S", np.ones((2, 3))), ValueError, r"S must be square and symmetric; got shape \(2, 3\)"),
        (lambda: v.covariance("S", [[1.0, 0.5], [0.0, 1.0]]), ValueError, "S must be square and symmetric"),
        (
            lambda: v.covariance("S", [[1.0, 2.0], [2.0, 1.0]]),
            ValueError,
            "S must be positive semi-definite; its least eigenvalue is -1",
        ),
        (lambda: v.generator("rng", 0), TypeError, "rng must be a numpy.random.Generator"),
    ],
)
def test_malformed_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_good_input_comes_back_ready_for_use(rng):
    assert v.array("X", [[1, 2]], ndim=2).dtype == float
    assert v.number("c", np.float64(0.5), above=0, below=1) == 0.5
    assert v.number("c", np.array(2)) == 2.0
    assert v.number("c", 1, least=1, most=1) == 1.0
    assert v.count("n", np.int64(3)) == 3
    assert (v.count("n", 1), v.count("n", 4, most=4), v.count("n", 0, least=0)) == (1, 4, 0)
    assert v.generator("rng", rng) is rng
    np.testing.assert_array_equal(v.distribution("p", [0.25, 0.75]), [0.25, 0.75])
    np.testing.assert_array_equal(v.signs("y", [1, -1]), [1.0, -1.0])
    np.testing.assert_array_equal(v.covariance("S", np.eye(2)), np.eye(2))
    np.testing.assert_array_equal(v.distribution("p", [0.0, 1.0]), [0.0, 1.0])
    assert v.distribution("p", [0.5, 0.5 + 5e-9]).sum() > 1
    assert v.array("X", [np.inf], finite=False).tolist() == [np.inf]


def test_numbers_of_double_precision_are_handed_on_without_a_copy():
    X = np.ones((2, 3))
    assert v.array("X", X, shape=(None, 3)) is X
    assert v.array("X", X, ndim=(1, 2)) is X


@pytest.mark.parametrize("size", [1.0, 1e6])
def test_a_covariance_may_be_off_by_rounding_of_its_own_size(size):
    def skew(amount):
        return np.array([[size, amount * size], [0.0, size]])

    v.covariance("S", skew(0.5e-10))
    with pytest.raises(ValueError, match="S must be square and symmetric"):
        v.covariance("S", skew(1.5e-10))
    v.covariance("S", np.diag([size, 0.0]))
    v.covariance("S", np.diag([size, -0.5e-8 * size]))
    with pytest.raises(ValueError, match="S must be positive semi-definite"):
        v.covariance("S", np.diag([size, -1.5e-8 * size]))
