"""Costs of mistakes against scikit-learn, and the losses against the zero-one step."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, roc_auc_score

from principles.linear_models import costs
from principles.linear_models.least_squares import Affine, append_one
from principles.linear_models.surrogate import EXPONENTIAL, HINGE, LOGISTIC, PERCEPTRON, zero_one

Z = np.linspace(-4, 4, 801)


@pytest.mark.equation("2.9")
def test_counting_by_z_is_the_zero_one_loss_away_from_ties(rng):
    X, y, w = rng.normal(size=(100, 3)), rng.choice([-1.0, 1.0], size=100), rng.normal(size=3)
    assert costs.mistake(y * (X @ w)).mean() == pytest.approx(zero_one(X, y, w), abs=1e-15)


@pytest.mark.parametrize(("loss", "scale"), [(HINGE, 1.0), (EXPONENTIAL, 1.0), (LOGISTIC, np.log(2))])
def test_these_losses_bound_the_zero_one_loss_and_touch_it(loss, scale):
    slack = loss.value(Z) / scale - costs.mistake(Z)
    assert slack.min() >= 0
    assert slack.min() < 1e-3 or slack[Z <= 0].min() < 1e-12


@pytest.mark.parametrize("factor", [1.0, 10.0, 1e6])
def test_no_multiple_of_the_perceptron_loss_bounds_the_zero_one_loss(factor):
    z = np.array([-0.1 / factor])
    assert factor * PERCEPTRON.value(z)[0] < costs.mistake(z)[0]


@pytest.mark.equation("2.9")
def test_the_zero_one_loss_is_flat_between_finitely_many_jumps(rng):
    X, y, w, u = rng.normal(size=(30, 2)), rng.choice([-1.0, 1.0], size=30), rng.normal(size=2), rng.normal(size=2)
    values = costs.along(lambda v: zero_one(X, y, v), w, u, np.linspace(-3, 3, 500))
    assert 0 < (np.diff(values) != 0).sum() <= 30


def test_the_slice_of_a_linear_function_is_a_straight_line():
    np.testing.assert_allclose(
        costs.along(np.sum, np.ones(2), np.array([1.0, 2.0]), np.array([-1.0, 0.0, 3.0])), [-1.0, 2.0, 11.0]
    )


def test_the_error_rate_of_a_fit_is_the_zero_one_loss_of_its_weights(rng):
    X, y, fit = rng.normal(size=(50, 2)), rng.choice([-1.0, 1.0], size=50), Affine(rng.normal(size=2), 0.3)
    assert costs.error_rate(fit, X, y) == pytest.approx(zero_one(append_one(X), y, fit.stacked), abs=1e-15)


def test_counts_and_ranking_are_scikit_learns(rng):
    y = rng.choice([-1.0, 1.0], size=80)
    scores = np.round(y + 1.5 * rng.normal(size=80), 1)
    (_, alarms), (missed, _) = confusion_matrix(y, np.where(scores >= 0.3, 1.0, -1.0), labels=[-1, 1])
    assert (costs.misses(scores, y, threshold=0.3), costs.false_alarms(scores, y, threshold=0.3)) == (missed, alarms)
    assert costs.total_cost(scores, y, threshold=0.3, miss=10.0, alarm=2.0) == 10 * missed + 2 * alarms
    assert costs.ranking(scores, y) == pytest.approx(roc_auc_score(y, scores), abs=1e-12)


def test_a_score_at_the_threshold_is_called_positive():
    at = np.array([0.3, 0.3, 0.3])
    labels = np.array([-1.0, -1.0, 1.0])
    assert (costs.false_alarms(at, labels, threshold=0.3), costs.misses(at, labels, threshold=0.3)) == (2, 0)


def test_no_share_outside_a_tolerance_exceeds_its_surrogates(rng):
    r = rng.normal(size=500) * 3
    assert (costs.outside(r, 2.0) <= np.abs(r) / 2).all()
    assert (costs.outside(r, 2.0) <= (r / 2) ** 2).all()
    assert costs.outside(r, 2.0).sum() == sum(abs(v) > 2 for v in r)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: costs.ranking(np.ones(3), np.ones(3)), r"y must hold both labels; all 3 are \+1"),
        (lambda: costs.outside(np.ones(3), 0.0), "tolerance must be above 0"),
        (lambda: costs.outside(np.array([np.nan]), 1.0), "residuals must be finite"),
        (lambda: costs.misses(np.ones(1), np.ones(2), threshold=0.0), "scores and y must have one row a sample"),
        (lambda: costs.false_alarms(np.ones(1), np.ones(1), threshold=np.nan), "threshold must be finite"),
        (lambda: costs.mistake(np.array([np.nan])), "z must be finite"),
        (lambda: costs.error_rate(Affine(np.ones(2), 0.0), np.ones((3, 2)), np.ones(1)), "y and X must have one row"),
        (lambda: costs.total_cost(np.ones(2), np.ones(2), threshold=0.0, miss=-1.0, alarm=1.0), "miss must be at least 0"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
