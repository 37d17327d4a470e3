"""Logistic regression by SGD, in weights, features and dual coefficients."""

from functools import partial

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from principles.kernels import features, functions, logistic, toys
from principles.linear_models import perceptron, surrogate

QUADRATIC = partial(features.polynomial, degree=2)


@pytest.mark.parametrize("penalty", [0.0, 0.1])
def test_weights_features_and_kernel_descend_together_iterate_by_iterate(penalty, rng):
    X, y = toys.rings(40, noise_std=0.5, rng=rng)
    order = perceptron.uniform_samples(40, 300, rng=rng)
    options = {"order": order, "steps": logistic.decaying_steps(300, first=0.5, half_life=100.0), "penalty": penalty}
    for phi, kernel in ((lambda X: X, functions.linear), (QUADRATIC, functions.polynomial)):
        weights = logistic.sgd(phi(X), y, **options)
        coefficients = logistic.kernel_sgd(functions.gram(kernel, X), y, **options)
        np.testing.assert_allclose(coefficients @ phi(X), weights, atol=1e-10)


def test_a_step_follows_the_gradient_of_the_objective(rng):
    X, y, w = rng.standard_normal((10, 3)), rng.choice([-1.0, 1.0], 10), rng.standard_normal(3)
    numeric = [
        (logistic.objective(X, y, w + s, penalty=0.3) - logistic.objective(X, y, w - s, penalty=0.3)) / 2e-6
        for s in 1e-6 * np.eye(3)
    ]
    np.testing.assert_allclose(surrogate.LOGISTIC.gradient(X, y, w) + 0.3 * w, numeric, atol=1e-8)
    first = logistic.sgd(X, y, order=np.array([4]), steps=np.array([0.2]))
    np.testing.assert_allclose(first[1], 0.2 * 0.5 * y[4] * X[4])


def test_without_a_penalty_nothing_shrinks():
    """Of two orthogonal inputs with steps at one only, the other's weight stays; with a penalty it shrinks by 1 - ηλ a step."""
    y, w = np.array([1.0, -1.0]), np.array([2.0, -3.0])
    assert logistic.objective(np.eye(2), y, w) == pytest.approx((np.log1p(np.exp(-2)) + np.log1p(np.exp(-3))) / 2, rel=1e-12)
    options = {"order": np.array([0, 1, 1]), "steps": np.array([0.4, 0.5, 0.5])}
    for run in (logistic.sgd, logistic.kernel_sgd):
        free, held = run(np.eye(2), y, **options), run(np.eye(2), y, **options, penalty=0.2)
        np.testing.assert_allclose(free[:, 0], [0, 0.2, 0.2, 0.2], rtol=1e-12)
        np.testing.assert_allclose(held[:, 0], [0, 0.2, 0.2 * 0.9, 0.2 * 0.9**2], rtol=1e-12)


def test_sgd_converges_to_sklearns_logistic_regression(rng):
    X, y = rng.standard_normal((100, 3)), rng.choice([-1.0, 1.0], 100)
    X[:, 0] += y
    order = perceptron.shuffled_passes(100, 200, rng=rng)
    steps = logistic.decaying_steps(len(order), first=0.5, half_life=100.0)
    ours = logistic.sgd(X, y, order=order, steps=steps, penalty=0.1)[-1]
    peer = LogisticRegression(C=1 / (100 * 0.1), fit_intercept=False, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(ours, peer.coef_[0], atol=2e-3)
    least = logistic.objective(X, y, peer.coef_[0], penalty=0.1)
    assert 0 <= logistic.objective(X, y, ours, penalty=0.1) - least < 1e-5


def test_steps_halve_after_the_half_life():
    steps = logistic.decaying_steps(101, first=0.4, half_life=50.0)
    np.testing.assert_allclose(steps[[0, 50, 100]], [0.4, 0.2, 0.4 / 3])


ONE, STEP = {"order": np.array([0])}, {"steps": np.array([0.1])}
BAD = {
    "steps must be positive": lambda: logistic.sgd(np.eye(2), np.ones(2), **ONE, steps=np.array([0.0])),
    "steps must have shape": lambda: logistic.sgd(np.eye(2), np.ones(2), **ONE, steps=np.ones(2)),
    "y must hold labels": lambda: logistic.sgd(np.eye(2), np.zeros(2), **ONE, **STEP),
    "penalty must be at least 0": lambda: logistic.sgd(np.eye(2), np.ones(2), **ONE, **STEP, penalty=-1.0),
    "G must have shape": lambda: logistic.kernel_sgd(np.ones((2, 3)), np.ones(2), **ONE, **STEP),
    "G must be square and symmetric": lambda: logistic.kernel_sgd(np.triu(np.ones((2, 2))), np.ones(2), **ONE, **STEP),
    "order must name": lambda: logistic.kernel_sgd(np.eye(2), np.ones(2), order=np.array([7]), **STEP),
    "half_life must be above 0": lambda: logistic.decaying_steps(3, first=1.0, half_life=0.0),
    "first must be above 0": lambda: logistic.decaying_steps(3, first=0.0, half_life=1.0),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
