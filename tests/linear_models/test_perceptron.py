"""The perceptron algorithm."""

import numpy as np
import pytest
from sklearn.linear_model import Perceptron

from principles import data
from principles.linear_models import perceptron


def test_a_score_that_overflows_is_no_prediction():
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="X @ w must be finite"):
        perceptron.predict(np.full((1, 2), 1e300), np.array([1e300, -1e300]))


@pytest.mark.equation("2.8")
def test_the_predictor_is_the_sign_with_zero_counted_as_positive():
    X = np.array([[1.0, 2.0], [-1.0, -2.0], [2.0, -1.0]])
    np.testing.assert_array_equal(perceptron.predict(X, np.array([1.0, 2.0])), [1, -1, 1])


@pytest.mark.equation("2.11")
def test_an_update_raises_the_score_of_its_sample_by_its_squared_norm(rng):
    w, x = rng.standard_normal((2, 5))
    y = -np.sign(w @ x)
    assert y * (perceptron.update(w, x, y) @ x) == pytest.approx(y * (w @ x) + x @ x)
    np.testing.assert_array_equal(perceptron.update(w, x, -y), w)


@pytest.mark.equation("2.11")
def test_the_printed_rule_calls_a_tie_positive_and_ours_calls_it_a_mistake():
    w, x = np.zeros(2), np.ones(2)
    np.testing.assert_array_equal(perceptron.update(w, x, 1.0, ties="positive"), w)
    np.testing.assert_array_equal(perceptron.update(w, x, -1.0, ties="positive"), -x)
    np.testing.assert_array_equal(perceptron.update(w, x, 1.0), x)


@pytest.mark.equation("2.11")
def test_sklearns_perceptron_makes_the_same_mistakes_in_the_same_order(rng):
    train, _ = data.split(data.breast_cancer(), test=369, rng=rng)
    (train,) = data.standardize(train)
    X, y = train.X, train.y
    order = perceptron.shuffled_passes(len(X), 1, rng=rng)
    run = perceptron.train(X, y, order=order)
    peer, theirs, before = Perceptron(fit_intercept=False), [], np.zeros((1, 30))
    for i in order:
        peer.partial_fit(X[i : i + 1], y[i : i + 1], classes=np.array([-1.0, 1.0]))
        if not np.array_equal(peer.coef_, before):
            theirs.append(i)
            before = peer.coef_.copy()
    assert len(theirs) > 10
    np.testing.assert_array_equal(run.mistakes, theirs)
    np.testing.assert_allclose(run.final, peer.coef_[0], rtol=1e-9, atol=1e-12)


@pytest.mark.equation("2.11", "2.8")
def test_training_records_what_stepping_by_hand_does(rng):
    X, y = rng.standard_normal((12, 3)), rng.choice([-1.0, 1.0], 12)
    order = perceptron.uniform_samples(12, 60, rng=rng)
    run = perceptron.train(X, y, order=order, start=X[0])
    w, when = X[0], []
    for t, i in enumerate(order):
        assert run.scores[t] == pytest.approx(w @ X[i])
        moved = perceptron.update(w, X[i], y[i])
        when += [t + 1] * (not np.array_equal(moved, w))
        w = moved
    np.testing.assert_array_equal(run.when, when)
    np.testing.assert_allclose(run.final, w)
    assert run.alpha.sum() == run.updates == len(run.weights) - 1
    np.testing.assert_array_equal(np.repeat(np.arange(12), run.alpha), np.sort(order[run.when - 1]))


def test_shuffled_passes_meet_every_sample_once_a_pass(rng):
    order = perceptron.shuffled_passes(7, 3, rng=rng).reshape(3, 7)
    np.testing.assert_array_equal(np.sort(order), np.tile(np.arange(7), (3, 1)))
    assert set(perceptron.uniform_samples(5, 200, rng=rng)) == set(range(5))


X2, Y2, ORDER = np.eye(2), np.array([1.0, -1.0]), np.array([0, 1])
BAD = {
    "X must have 2 axes": lambda: perceptron.predict(np.ones(2), np.ones(2)),
    "w must have shape": lambda: perceptron.predict(X2, np.ones(3)),
    "X must be finite": lambda: perceptron.train(X2 * np.nan, Y2, order=ORDER),
    "y must hold labels -1 and \\+1; entry 1 is 0": lambda: perceptron.train(X2, np.array([1.0, 0.0]), order=ORDER),
    "y and X must have one row": lambda: perceptron.train(X2, np.ones(3), order=ORDER),
    "order must name samples 0 to 1; entry 1 is 2": lambda: perceptron.train(X2, Y2, order=np.array([0, 2])),
    "order must not be empty": lambda: perceptron.train(X2, Y2, order=np.array([], dtype=int)),
    "start must have shape": lambda: perceptron.train(X2, Y2, order=ORDER, start=np.ones(3)),
    "ties must be one of": lambda: perceptron.train(X2, Y2, order=ORDER, ties="never"),
    "x must have shape": lambda: perceptron.update(np.ones(2), np.ones(3), 1.0),
    "score must be finite": lambda: perceptron.is_mistake(np.nan, 1.0),
    "y a label -1 or \\+1; got 1.0 and 0.0": lambda: perceptron.is_mistake(1.0, 0.0),
    "passes must be at least 1": lambda: perceptron.shuffled_passes(3, 0, rng=np.random.default_rng(0)),
    "iterations must be at least 1": lambda: perceptron.uniform_samples(3, 0, rng=np.random.default_rng(0)),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
