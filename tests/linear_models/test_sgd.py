"""Stochastic gradient descent against the perceptron and scikit-learn, step for step."""

import numpy as np
import pytest
from sklearn.linear_model import Perceptron, SGDClassifier, SGDRegressor

from principles.linear_models import least_squares as ls
from principles.linear_models import perceptron, sgd
from principles.linear_models.surrogate import EXPONENTIAL, HINGE, LOGISTIC, PERCEPTRON, perceptron_gradient


@pytest.fixture
def labelled(rng):
    X = np.round(rng.normal(size=(60, 4)) * 8)
    return X, np.where(X @ np.array([1.0, -2.0, 0.5, 0.0]) + 3 * rng.normal(size=60) > 0, 1.0, -1.0)


@pytest.mark.equation("2.10", "2.11", "2.12")
def test_the_perceptron_is_sgd_on_the_perceptron_loss_step_for_step(labelled, rng):
    X, y = labelled
    order = perceptron.uniform_samples(60, 300, rng=rng)
    states = sgd.states(sgd.surrogate(X, y, PERCEPTRON), np.zeros(4), order=order, step_size=1.0)
    run = perceptron.train(X, y, order=order)
    np.testing.assert_array_equal(run.when, sgd.changes(states))
    np.testing.assert_array_equal(states[np.r_[0, run.when]], run.weights)


@pytest.mark.equation("2.10")
@pytest.mark.parametrize("loss", [PERCEPTRON, HINGE, EXPONENTIAL, LOGISTIC])
def test_gradients_of_surrogates_equal_finite_differences_away_from_their_kinks(loss, rng):
    X, y, w, h = rng.normal(size=(20, 3)), rng.choice([-1.0, 1.0], size=20), rng.normal(size=3), 1e-6
    gradient = sgd.surrogate(X, y, loss)
    for i in range(20):
        numeric = [(loss.value(y[i] * (X[i] @ (w + e))) - loss.value(y[i] * (X[i] @ (w - e)))) / (2 * h) for e in np.eye(3) * h]
        np.testing.assert_allclose(gradient(w, i), numeric, atol=1e-7)
        if loss is PERCEPTRON:
            np.testing.assert_array_equal(gradient(w, i), perceptron_gradient(w, X[i], y[i]))


@pytest.mark.equation("2.11")
def test_the_step_size_only_scales_a_perceptron_that_starts_at_zero(labelled, rng):
    X, y = labelled
    order = perceptron.uniform_samples(60, 200, rng=rng)
    whole, half = (
        np.array(list(sgd.descend(sgd.surrogate(X, y, PERCEPTRON), np.zeros(4), order=order, step_size=η))) for η in (1.0, 0.5)
    )
    np.testing.assert_array_equal(whole, 2 * half)


@pytest.mark.equation("2.11", "2.12")
def test_scikit_learns_perceptron_makes_the_same_updates_in_the_same_order(labelled, rng):
    X, y = labelled
    A, order, peer = ls.append_one(X), perceptron.shuffled_passes(60, 2, rng=rng), Perceptron(fit_intercept=False, shuffle=False)
    states = sgd.descend(sgd.surrogate(A, y, PERCEPTRON), np.zeros(5), order=order, step_size=1.0)
    next(states)
    for i, w in zip(order, states):
        peer.partial_fit(A[[i]], y[[i]], classes=[-1.0, 1.0])
        np.testing.assert_array_equal(peer.coef_[0], w)


@pytest.mark.equation("2.12")
def test_scikit_learns_sgd_regressor_takes_the_same_steps(rng):
    X, y = rng.normal(size=(50, 3)), rng.normal(size=50)
    order = perceptron.uniform_samples(50, 120, rng=rng)
    *_, last = sgd.descend(sgd.squared(X, y), np.zeros(3), order=order, step_size=0.03)
    peer = SGDRegressor(penalty=None, learning_rate="constant", eta0=0.03, fit_intercept=False, shuffle=False, average=False)
    peer.partial_fit(X[order], y[order])
    np.testing.assert_allclose(last, peer.coef_, atol=1e-10)


@pytest.mark.equation("2.12")
@pytest.mark.parametrize(("loss", "name"), [(LOGISTIC, "log_loss"), (HINGE, "hinge")])
def test_scikit_learns_classifier_takes_the_same_steps_with_a_decaying_step_size(loss, name, rng):
    X, y = rng.normal(size=(20, 3)), rng.choice([-1.0, 1.0], size=20)
    order = perceptron.uniform_samples(20, 120, rng=rng)
    *_, last = sgd.descend(sgd.surrogate(X, y, loss), np.zeros(3), order=order, step_size=sgd.decaying(0.5, half=1))
    options = {"penalty": None, "learning_rate": "invscaling", "eta0": 0.5, "power_t": 1.0}  # η = 0.5/t for t = 1, 2, ...
    peer = SGDClassifier(loss=name, fit_intercept=False, shuffle=False, **options)
    peer.partial_fit(X[order], y[order], classes=[-1.0, 1.0])
    np.testing.assert_allclose(last, peer.coef_[0], atol=1e-10)


def test_one_over_the_decaying_step_grows_by_the_same_amount_every_iteration():
    step = sgd.decaying(0.5, half=10)
    np.testing.assert_allclose([1 / step(t) for t in (0, 5, 10, 1000)], [2, 3, 4, 202], rtol=1e-12)


@pytest.mark.equation("2.12")
def test_the_average_over_the_samples_is_the_full_gradient(rng):
    X, y, w = rng.normal(size=(50, 3)), rng.normal(size=50), rng.normal(size=3)
    A, stacked = ls.append_one(X), np.r_[w, 0.3]
    mean, full = np.mean([sgd.squared(A, y)(stacked, i) for i in range(50)], axis=0), ls.gradient(X, y, w, 0.3)
    np.testing.assert_allclose(mean, np.r_[full.w, full.b], atol=1e-12)


@pytest.mark.equation("2.12")
def test_decaying_steps_reach_least_squares_where_a_constant_step_keeps_hovering(rng):
    X = rng.normal(size=(40, 2))
    y, order = X @ np.array([1.0, -1.0]) + rng.normal(size=40), rng.integers(0, 40, 4000)
    target = np.linalg.lstsq(X, y, rcond=None)[0]
    *_, falling = sgd.descend(sgd.squared(X, y), np.zeros(2), order=order, step_size=sgd.decaying(0.2, half=20))
    constant = list(sgd.descend(sgd.squared(X, y), np.zeros(2), order=order, step_size=0.2))[-500:]
    assert np.linalg.norm(falling - target) < 0.05
    assert np.mean([np.linalg.norm(w - target) for w in constant]) > 0.2


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda X, y: list(sgd.descend(sgd.squared(X, y), np.zeros(4), order=np.array([0]), step_size=-0.1)),
            "step_size must be at least 0",
        ),
        (lambda X, y: sgd.surrogate(X, 2 * y, LOGISTIC), "y must hold labels -1 and"),
        (lambda X, y: sgd.decaying(0.0, half=3), "first must be above 0"),
        (lambda X, y: sgd.squared(X, y[:3]), "y and X must have one row a sample"),
        (lambda X, y: sgd.surrogate(X, y[:3], HINGE), "y and X must have one row a sample"),
        (
            lambda X, y: list(sgd.descend(sgd.squared(X, y), np.zeros(4), order=np.array([-1]), step_size=0.1)),
            "order must hold the indices of samples",
        ),
        (
            lambda X, y: list(sgd.descend(lambda w, i: 1.0, np.zeros(4), order=np.array([0]), step_size=0.1)),
            r"gradient must give one slope a weight, shape \(4,\)",
        ),
        (
            lambda X, y: list(sgd.descend(lambda w, i: w, np.ones(4), order=np.zeros(3, int), step_size=1e200)),
            "arguments of descend must not lead to NaN.* step_size = 1e\\+200",
        ),
    ],
)
def test_malformed_input_is_named(call, message, labelled, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(*labelled)
