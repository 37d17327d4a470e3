"""Feature maps and the perceptron on features."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import PolynomialFeatures

from principles.kernels import dual, features, functions
from principles.linear_models import perceptron


@pytest.mark.parametrize(("d", "degree"), [(1, 2), (2, 2), (2, 3), (3, 4), (5, 2)])
@pytest.mark.parametrize("offset", [0.0, 0.5, 1.0])
def test_inner_products_of_polynomial_features_are_the_polynomial_kernel(d, degree, offset, rng):
    X, Z = rng.standard_normal((6, d)), rng.standard_normal((4, d))
    products = features.polynomial(X, degree=degree, offset=offset) @ features.polynomial(Z, degree=degree, offset=offset).T
    np.testing.assert_allclose(products, functions.polynomial(X, Z, degree=degree, offset=offset), atol=1e-12)


@given(st.integers(1, 5), st.integers(1, 5))
def test_the_number_of_monomials_is_that_of_sklearns_features(d, degree):
    peer = PolynomialFeatures(degree).fit(np.zeros((1, d)))
    assert features.count_monomials(d, degree) == peer.n_output_features_
    assert features.polynomial(np.ones((1, d)), degree=degree).shape[1] == peer.n_output_features_


def test_a_tenth_order_polynomial_in_three_inputs_has_286_terms():
    powers = [(i, j, k) for i in range(11) for j in range(11) for k in range(11) if i + j + k <= 10]
    assert features.count_monomials(3, 10) == len(powers) == 286


def test_the_printed_quadratic_map_has_another_kernel(rng):
    X = rng.standard_normal((8, 2))
    products, inner = features.quadratic_as_printed(X) @ features.quadratic_as_printed(X).T, X @ X.T
    np.testing.assert_allclose(products, 1 + inner + inner**2)
    assert np.abs(products - (1 + inner) ** 2).max() > 0.5


def test_the_bias_is_one_more_weight(rng):
    X, w, b = rng.standard_normal((4, 3)), rng.standard_normal(3), 0.7
    np.testing.assert_allclose(features.with_bias(X) @ np.r_[w, b], X @ w + b)


def test_squares_turn_a_circle_into_a_line(rng):
    angle = rng.uniform(0, 2 * np.pi, 20)
    np.testing.assert_allclose(features.squares(3 * np.c_[np.cos(angle), np.sin(angle)]).sum(axis=1), 9)


@pytest.mark.equation("3.4")
def test_the_feature_perceptron_is_the_perceptron_on_mapped_inputs_step_by_step(rng):
    X, y = rng.standard_normal((15, 2)), rng.choice([-1.0, 1.0], 15)
    order = perceptron.uniform_samples(15, 80, rng=rng)
    run = features.train(X, y, phi=features.quadratic_as_printed, order=order, ties="positive")
    w, k = np.zeros(6), 0
    for i in order:
        x1, x2 = X[i]
        phi = np.array([1, x1, x2, np.sqrt(2) * x1 * x2, x1**2, x2**2])
        if (1.0 if w @ phi >= 0 else -1.0) != y[i]:
            w, k = w + y[i] * phi, k + 1
            np.testing.assert_allclose(run.weights[k], w)
    assert run.updates == k > 10


@pytest.mark.equation("3.4")
def test_starting_with_a_positive_sample_the_printed_rule_makes_no_update():
    run = features.train(np.eye(2), np.ones(2), phi=features.with_bias, order=np.array([0, 1]), ties="positive")
    assert run.updates == 0


@pytest.mark.equation("3.5", "3.2")
def test_predictions_from_counts_and_features_are_those_of_the_weights(rng):
    X, y, new = rng.standard_normal((20, 2)), rng.choice([-1.0, 1.0], 20), rng.standard_normal((200, 2))
    run = features.train(X, y, phi=features.quadratic_as_printed, order=perceptron.shuffled_passes(20, 5, rng=rng))
    by_weights = perceptron.predict(features.quadratic_as_printed(new), run.final)
    np.testing.assert_array_equal(features.predict(new, run.alpha, X, y, phi=features.quadratic_as_printed), by_weights)
    assert len(set(by_weights)) == 2
    np.testing.assert_allclose(dual.weights(run.alpha, y, features.quadratic_as_printed(X)), run.final, atol=1e-12)


X2, Y2, ONE = np.eye(2), np.array([1.0, -1.0]), np.array([0])
BAD = {
    "degree must be at least 1": lambda: features.polynomial(X2, degree=0),
    "offset must be at least 0": lambda: features.polynomial(X2, degree=2, offset=-1.0),
    "X must have 2 axes": lambda: features.squares(np.ones(2)),
    "X must have shape": lambda: features.quadratic_as_printed(np.ones((2, 3))),
    "X must not be empty": lambda: features.with_bias(np.zeros((0, 2))),
    "d must be at least 1": lambda: features.count_monomials(0, 2),
    "phi\\(X\\) and X must have one row": lambda: features.train(X2, Y2, phi=lambda X: X[:1], order=ONE),
    "phi\\(X\\) must be finite": lambda: features.train(X2, Y2, phi=lambda X: X * np.nan, order=ONE),
    "X and alpha must agree in the size n": lambda: features.predict(X2, np.array([1]), X2, Y2, phi=features.squares),
    "y must hold labels": lambda: features.predict(X2, np.array([1, 0]), X2, np.zeros(2), phi=features.squares),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()


@pytest.mark.usefixtures("as_users_run")
def test_a_feature_map_must_be_a_function():
    with pytest.raises(TypeError, match="phi must be a function"):
        features.train(X2, Y2, phi="squares", order=ONE)
