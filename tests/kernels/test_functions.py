"""Kernel functions and the Gram matrix."""

from functools import partial

import numpy as np
import pytest
from sklearn.metrics import pairwise

from principles.kernels import functions

KERNELS = {
    "linear": (functions.linear, pairwise.linear_kernel),
    "quadratic": (functions.polynomial, partial(pairwise.polynomial_kernel, degree=2, gamma=1, coef0=1)),
    "quartic": (
        partial(functions.polynomial, degree=4, offset=0.3),
        partial(pairwise.polynomial_kernel, degree=4, gamma=1, coef0=0.3),
    ),
    "gaussian": (partial(functions.gaussian, width=0.7), partial(pairwise.rbf_kernel, gamma=1 / (2 * 0.7**2))),
}


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_agree_with_sklearns(name, rng):
    ours, theirs = KERNELS[name]
    X, Z = rng.standard_normal((9, 3)), rng.standard_normal((5, 3))
    np.testing.assert_allclose(ours(X, Z), theirs(X, Z), rtol=1e-12, atol=1e-12)


@pytest.mark.equation("3.6")
@pytest.mark.parametrize("name", KERNELS)
def test_the_gram_matrix_holds_the_kernel_of_every_pair_and_is_positive_semi_definite(name, rng):
    kernel, X = KERNELS[name][0], rng.standard_normal((12, 3))
    G = functions.gram(kernel, X)
    pairs = [[kernel(X[i : i + 1], X[j : j + 1]).item() for j in range(12)] for i in range(12)]
    np.testing.assert_allclose(G, pairs, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(G, G.T)
    assert np.linalg.eigvalsh(G)[0] > -1e-12 * np.abs(G).max()


def test_a_negative_offset_is_no_kernel():
    G = functions.gram(partial(functions.polynomial, offset=-1.0), np.array([[1.0], [0.0]]))
    assert np.linalg.det(G) == pytest.approx(-1)


def test_the_gaussian_kernel_depends_on_differences_only(rng):
    X, shift = rng.standard_normal((6, 2)), np.array([3.0, -1.0])
    k = partial(functions.gaussian, width=1.5)
    np.testing.assert_allclose(k(X, X), k(X + shift, X + shift))
    np.testing.assert_array_equal(np.diag(k(X, X)), 1)


@pytest.mark.parametrize("size", [0.001, 1.0, 1000.0])
def test_symmetry_is_asked_to_a_billionth_of_the_largest_entry_or_of_one(size):
    G = size * np.array([[1.0, 0.5], [0.5, 1.0]])
    for share, refused in ((0.9e-9, False), (1.1e-9, True)):
        skew = G + np.array([[0.0, share * max(1.0, size)], [0.0, 0.0]])
        if refused:
            with pytest.raises(ValueError, match="square and symmetric; entries"):
                functions.symmetric("G", skew)
        else:
            np.testing.assert_array_equal(functions.symmetric("G", skew), skew)


X2 = np.eye(2)
BAD = {
    "X and Z must have inputs of one dimension; got 2 and 3": lambda: functions.linear(X2, np.eye(3)),
    "width must be above 0": lambda: functions.gaussian(X2, X2, width=0.0),
    "degree must be at least 1": lambda: functions.polynomial(X2, X2, degree=0),
    "offset must be finite": lambda: functions.polynomial(X2, X2, offset=np.inf),
    "Z must be finite": lambda: functions.linear(X2, X2 * np.nan),
    "X must not be empty": lambda: functions.gram(functions.linear, np.zeros((0, 2))),
    "must be square and symmetric; entries 0, 1 are 1 and 0": lambda: functions.gram(lambda X, Z: np.triu(np.ones((2, 2))), X2),
    "G must be square and symmetric; got shape \\(2, 3\\)": lambda: functions.symmetric("G", np.ones((2, 3))),
    "kernel\\(X, X\\) must have shape": lambda: functions.gram(lambda X, Z: np.ones((2, 3)), X2),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()


@pytest.mark.usefixtures("as_users_run")
def test_a_kernel_must_be_a_function():
    with pytest.raises(TypeError, match="kernel must be a function"):
        functions.gram("gaussian", X2)
