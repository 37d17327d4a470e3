"""Losses of regression against torch, scipy and scikit-learn."""

import numpy as np
import pytest
import scipy.special
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mean_pinball_loss

from principles.losses import regression

TORCH = {
    "squared": (regression.squared, regression.squared_slope, lambda f, y: 0.5 * F.mse_loss(f, y, reduction="none"), {}),
    "huber": (
        regression.huber,
        regression.huber_slope,
        lambda f, y: F.huber_loss(f, y, reduction="none", delta=0.7),
        {"delta": 0.7},
    ),
    "absolute": (regression.absolute, regression.absolute_slope, lambda f, y: F.l1_loss(f, y, reduction="none"), {}),
}  # fmt: skip


@pytest.mark.equation("6.2", "6.3", "6.4")
@pytest.mark.parametrize("name", TORCH)
def test_value_and_slope_equal_those_of_torch(name, rng):
    value, slope, torch_loss, options = TORCH[name]
    prediction, target = rng.normal(size=(2, 200)) * 2
    prediction[:3] = target[:3]  # residuals of exactly zero
    f = torch.tensor(prediction, requires_grad=True)
    expected = torch_loss(f, torch.tensor(target))
    expected.sum().backward()
    np.testing.assert_allclose(value(prediction, target, **options), expected.detach(), atol=1e-14)
    np.testing.assert_allclose(slope(prediction, target, **options), f.grad, atol=1e-14)


@pytest.mark.equation("6.2")
def test_torch_averages_and_has_no_half(rng):
    prediction, target = rng.normal(size=(2, 10))
    mean = F.mse_loss(torch.tensor(prediction), torch.tensor(target))
    assert float(mean) == pytest.approx(2 * regression.squared(prediction, target).mean())


@pytest.mark.equation("6.3")
@settings(max_examples=40)
@given(st.floats(-50, 50), st.floats(0.1, 5))
def test_huber_is_scipys_lies_under_both_neighbours_and_is_smooth_at_the_join(r, delta):
    f, zero = np.array([r]), np.zeros(1)
    loss = regression.huber(f, zero, delta=delta)
    assert loss[0] == pytest.approx(scipy.special.huber(delta, r))
    assert loss[0] <= regression.squared(f, zero)[0] + 1e-12
    assert loss[0] <= delta * regression.absolute(f, zero)[0] + 1e-12
    inside, outside = regression.huber(np.array([delta * (1 - 1e-9), delta * (1 + 1e-9)]), np.zeros(2), delta=delta)
    assert inside == pytest.approx(outside)


@pytest.mark.equation("6.5")
@pytest.mark.parametrize("tau", [0.05, 0.5, 0.8])
def test_the_quantile_loss_is_sklearns_and_its_slope_is_its_derivative(tau, rng):
    prediction, target = rng.normal(size=(2, 100))
    assert regression.quantile(prediction, target, tau=tau).mean() == pytest.approx(
        mean_pinball_loss(target, prediction, alpha=tau)
    )
    difference = regression.quantile(prediction + 1e-6, target, tau=tau) - regression.quantile(prediction - 1e-6, target, tau=tau)
    np.testing.assert_allclose(regression.quantile_slope(prediction, target, tau=tau), difference / 2e-6, atol=1e-8)


@pytest.mark.equation("6.4", "6.5")
def test_half_the_absolute_loss_is_the_quantile_loss_of_the_median(rng):
    prediction, target = rng.normal(size=(2, 50))
    np.testing.assert_allclose(regression.quantile(prediction, target, tau=0.5), regression.absolute(prediction, target) / 2)


@pytest.mark.equation("6.5")
@settings(max_examples=40)
@given(st.lists(st.integers(-20, 20), min_size=1, max_size=30), st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_the_empirical_quantile_minimises_the_quantile_loss(values, tau):
    y = np.array(values, float)
    q = regression.empirical_quantile(y, tau)
    assert q == np.quantile(y, tau, method="inverted_cdf")
    losses = [regression.quantile(np.full(len(y), c), y, tau=tau).mean() for c in (q, *sorted(set(values)))]
    assert losses[0] <= min(losses) + 1e-9


def test_log_features_turn_a_change_of_unit_into_a_shift(rng):
    X = rng.uniform(0.5, 3, (5, 2))
    np.testing.assert_allclose(regression.log_features(7 * X) - regression.log_features(X), np.log(7))


@pytest.mark.equation("6.5")
def test_a_prediction_that_is_exactly_right_does_not_count_as_too_high():
    np.testing.assert_array_equal(regression.quantile_slope(np.ones(1), np.ones(1), tau=0.75), [-0.75])


def test_log_features_are_natural_logarithms_of_all_positive_inputs():
    np.testing.assert_allclose(
        regression.log_features(np.array([[np.e, 0.5], [1.0, 1e-9]])), [[1, -np.log(2)], [0, -9 * np.log(10)]]
    )


BAD = {
    "delta must be above 0": lambda: regression.huber(np.ones(2), np.ones(2), delta=0.0),
    "tau must be below 1": lambda: regression.quantile(np.ones(2), np.ones(2), tau=1.0),
    "prediction and target must have one row": lambda: regression.squared(np.ones(2), np.ones(3)),
    "target must be finite": lambda: regression.absolute(np.ones(1), np.array([np.nan])),
    "entry \\(0, 1\\) is 0; use log1p": lambda: regression.log_features(np.array([[1.0, 0.0]])),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
