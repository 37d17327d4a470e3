"""Losses that stand in for counting mistakes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, hinge_loss, log_loss

from principles.linear_models import perceptron, surrogate

KINKS = {"perceptron": 0.0, "hinge": 1.0}


@pytest.mark.equation("2.9")
def test_zero_one_loss_is_the_share_of_wrong_predictions(rng):
    X, y, w = rng.standard_normal((50, 3)), rng.choice([-1.0, 1.0], 50), rng.standard_normal(3)
    assert surrogate.zero_one(X, y, w) == pytest.approx(1 - accuracy_score(y, perceptron.predict(X, w)))
    assert surrogate.zero_one(X, np.ones(50), np.zeros(3)) == 0  # sign(0) = +1


@pytest.mark.equation("2.10")
def test_the_perceptron_gradient_is_the_slope_of_its_loss(rng):
    for _ in range(20):
        w, x = rng.standard_normal((2, 4))
        y = rng.choice([-1.0, 1.0])
        step = 1e-6 * np.eye(4)
        loss = [max(0.0, -y * ((w + s) @ x)) - max(0.0, -y * ((w - s) @ x)) for s in step]
        np.testing.assert_allclose(surrogate.perceptron_gradient(w, x, y), np.array(loss) / 2e-6, atol=1e-8)


@pytest.mark.equation("2.10", "2.11")
def test_a_step_of_length_one_against_the_gradient_is_the_perceptron_update(rng):
    for y in (-1.0, 1.0):
        w, x = rng.standard_normal((2, 4))
        np.testing.assert_array_equal(w - surrogate.perceptron_gradient(w, x, y), perceptron.update(w, x, y))
        np.testing.assert_array_equal(-surrogate.perceptron_gradient(np.zeros(4), x, y), y * x)  # a tie is a mistake


@pytest.mark.parametrize("loss", surrogate.SURROGATES, ids=lambda s: s.name)
def test_slopes_are_derivatives_and_the_mean_gradient_follows_the_mean_loss(loss, rng):
    z = np.linspace(-3, 3, 61) + 0.013
    np.testing.assert_allclose(loss.slope(z), (loss.value(z + 1e-6) - loss.value(z - 1e-6)) / 2e-6, rtol=1e-6, atol=1e-8)
    assert loss.slope(np.array(KINKS.get(loss.name, 0.0))) < 0
    X, y, w = rng.standard_normal((30, 3)), rng.choice([-1.0, 1.0], 30), rng.standard_normal(3)
    numeric = [(loss.loss(X, y, w + s) - loss.loss(X, y, w - s)) / 2e-6 for s in 1e-6 * np.eye(3)]
    np.testing.assert_allclose(loss.gradient(X, y, w), numeric, atol=1e-7)


@given(st.floats(-50, 50))
def test_which_losses_bound_the_zero_one_loss(z):
    mistake = float(z <= 0)
    assert surrogate.HINGE.value(z) >= mistake
    assert surrogate.EXPONENTIAL.value(z) >= mistake
    assert surrogate.LOGISTIC.value(z) / np.log(2) >= mistake - 1e-12
    assert surrogate.PERCEPTRON.value(0.0) < 1  # the perceptron loss does not


def test_losses_agree_with_sklearn_and_do_not_overflow(rng):
    X, y, w = rng.standard_normal((40, 3)), rng.choice([-1.0, 1.0], 40), rng.standard_normal(3)
    assert surrogate.HINGE.loss(X, y, w) == pytest.approx(hinge_loss(y, X @ w))
    assert surrogate.LOGISTIC.loss(X, y, w) == pytest.approx(log_loss(y, 1 / (1 + np.exp(-X @ w))))
    assert surrogate.LOGISTIC.value(np.array([-2000.0]))[0] == 2000
    assert surrogate.LOGISTIC.slope(np.array([-2000.0, 2000.0])).tolist() == [-1.0, 0.0]


BAD = {
    "y must hold labels": lambda: surrogate.zero_one(np.eye(2), np.zeros(2), np.ones(2)),
    "w must have shape": lambda: surrogate.HINGE.loss(np.eye(2), np.ones(2), np.ones(3)),
    "y and X must have one row": lambda: surrogate.LOGISTIC.gradient(np.eye(2), np.ones(3), np.ones(2)),
    "X must be finite": lambda: surrogate.zero_one(np.full((1, 1), np.inf), np.ones(1), np.ones(1)),
    "x must have 1 axes": lambda: surrogate.perceptron_gradient(np.ones(2), np.eye(2), 1.0),
    "w must be finite": lambda: surrogate.perceptron_gradient(np.array([np.nan]), np.ones(1), 1.0),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
