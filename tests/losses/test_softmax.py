"""Softmax and its losses against torch, many digits of precision, and their own invariances."""

import mpmath
import numpy as np
import pytest
import scipy.special
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from principles.losses import softmax

LOGITS = arrays(float, (3, 4), elements=st.floats(-30, 30))


@pytest.mark.equation("6.7")
def test_deep_logits_equal_a_torch_network(rng):
    S, v = (rng.normal(size=(3, 5)), rng.normal(size=(5, 4))), rng.normal(size=(4, 2))
    model = torch.nn.Sequential()
    for weights in (*S, v):
        layer = torch.nn.Linear(*weights.shape, bias=False, dtype=torch.float64)
        layer.weight.data = torch.tensor(weights.T)
        model.extend([layer, torch.nn.ReLU()])
    X = rng.normal(size=(6, 3))
    expected = model[:-1](torch.tensor(X)).detach()  # no ReLU after the last layer
    np.testing.assert_allclose(softmax.logits(softmax.Network(S, v), X), expected)
    np.testing.assert_allclose(softmax.logits(softmax.Network((), S[0]), X), X @ S[0])


@pytest.mark.equation("6.11")
@pytest.mark.parametrize("temperature", [0.1, 1.0, 7.0])
def test_softmax_with_temperature_equals_torchs_of_divided_logits(temperature, rng):
    ŷ = rng.normal(size=(10, 6)) * 10
    expected = torch.softmax(torch.tensor(ŷ) / temperature, dim=1)
    np.testing.assert_allclose(softmax.softmax(ŷ, temperature=temperature), expected, rtol=1e-10)
    log_expected = torch.log_softmax(torch.tensor(ŷ) / temperature, dim=1)
    np.testing.assert_allclose(softmax.log_softmax(ŷ, temperature=temperature), log_expected, atol=1e-13)


@pytest.mark.equation("6.11")
@settings(max_examples=40)
@given(LOGITS, st.floats(-100, 100))
def test_softmax_is_a_distribution_that_ignores_a_common_shift(ŷ, shift):
    p = softmax.softmax(ŷ)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    np.testing.assert_allclose(softmax.softmax(ŷ + shift), p, rtol=1e-9, atol=1e-12)


@pytest.mark.equation("6.11")
@settings(max_examples=40)
@given(LOGITS)
def test_entropy_grows_with_temperature(ŷ):
    entropies = [softmax.entropy(softmax.softmax(ŷ, temperature=T)) for T in (0.5, 1.0, 3.0, 100.0)]
    assert (np.diff(entropies, axis=0) >= -1e-9).all()
    assert (entropies[-1] <= np.log(4) + 1e-12).all()


@pytest.mark.equation("6.6")
def test_the_predicted_class_is_that_of_logits_and_of_probabilities_at_any_temperature(rng):
    ŷ = rng.normal(size=(50, 7))
    for scores in (softmax.log_softmax(ŷ), softmax.log_softmax(ŷ, temperature=9.0), np.log(softmax.softmax(ŷ))):
        np.testing.assert_array_equal(softmax.classify(scores), torch.tensor(ŷ).argmax(1))


@pytest.mark.equation("6.12")
@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_cross_entropy_and_its_slope_equal_torchs(temperature, rng):
    logits, y = rng.normal(size=(30, 5)) * 5, rng.integers(5, size=30)
    ŷ = torch.tensor(logits, requires_grad=True)
    loss = F.cross_entropy(ŷ / temperature, torch.tensor(y), reduction="none")
    loss.sum().backward()
    np.testing.assert_allclose(softmax.cross_entropy(logits, y, temperature=temperature), loss.detach(), rtol=1e-9, atol=1e-14)
    slope = softmax.cross_entropy_slope(logits, softmax.one_hot(y, 5), temperature=temperature)
    np.testing.assert_allclose(slope, ŷ.grad, atol=1e-14)


@pytest.mark.equation("6.12")
@pytest.mark.parametrize("gap", [-2000.0, -40.0, 0.0, 3.0, 40.0, 300.0, 700.0])
def test_cross_entropy_has_small_relative_error_over_its_whole_range(gap):
    with mpmath.workdps(400):
        exact = float(mpmath.log(1 + 2 * mpmath.exp(-mpmath.mpf(gap))))
    assert softmax.cross_entropy(np.array([[gap, 0.0, 0.0]]), np.array([0]))[0] == pytest.approx(exact, rel=1e-13)


@pytest.mark.equation("6.12")
def test_cross_entropy_equals_the_naive_form_where_that_works(rng):
    ŷ, y = rng.normal(size=(20, 4)), rng.integers(4, size=20)
    np.testing.assert_allclose(softmax.cross_entropy(ŷ, y), softmax.cross_entropy_naive(ŷ, y))
    assert np.isnan(softmax.cross_entropy_naive(np.array([[1000.0, 0.0]]), np.array([0]))[0])


@pytest.mark.equation("6.12")
def test_the_slope_for_several_targets_is_the_derivative(rng):
    ŷ, t = rng.normal(size=(1, 5)), np.array([[1.0, 0, 1, 0, 0]])
    steps = 1e-6 * np.eye(5)
    numeric = [softmax.target_cross_entropy(ŷ + s, t) - softmax.target_cross_entropy(ŷ - s, t) for s in steps]
    np.testing.assert_allclose(softmax.cross_entropy_slope(ŷ, t)[0], np.ravel(numeric) / 2e-6, atol=1e-8)


@settings(max_examples=40)
@given(LOGITS, st.floats(0.01, 10))
def test_the_soft_maximum_is_within_t_log_m_of_the_maximum(ŷ, T):
    soft, hard = softmax.soft_maximum(ŷ, temperature=T), ŷ.max(axis=1)
    assert (hard - 1e-9 <= soft).all()
    assert (soft <= hard + T * np.log(4) + 1e-9).all()
    np.testing.assert_allclose(soft, T * scipy.special.logsumexp(ŷ / T, axis=1))


@pytest.mark.equation("6.12")
@pytest.mark.parametrize(("lead", "m"), [(0.0, 2), (3.0, 4), (-5.0, 10), (700.0, 3)])
def test_the_loss_in_decimal_arithmetic_is_that_of_another_library(lead, m):
    with mpmath.workdps(400):
        exact = float(mpmath.log(1 + (m - 1) * mpmath.exp(-mpmath.mpf(lead))))
    assert softmax.cross_entropy_decimal(lead, m) == pytest.approx(exact, rel=1e-15)


@pytest.mark.equation("6.11")
def test_logits_of_a_thousand_neither_overflow_nor_vanish():
    ŷ = np.array([[1000.0, 1000.0], [-1000.0, -1000.0]])
    np.testing.assert_allclose(softmax.softmax(ŷ), 0.5)
    np.testing.assert_allclose(softmax.log_softmax(ŷ), -np.log(2))


@pytest.mark.equation("6.11")
def test_logits_and_temperatures_of_any_size_keep_their_softmax():
    ŷ = np.array([[1e300, 1e300, -1e300], [1e-200, 0.0, 0.0]])
    for temperature, second in ((1.0, [1 / 3, 1 / 3, 1 / 3]), (1e-300, [1, 0, 0])):
        expected = [[0.5, 0.5, 0], second]
        np.testing.assert_allclose(softmax.softmax(ŷ, temperature=temperature), expected)
        np.testing.assert_allclose(np.exp(softmax.log_softmax(ŷ, temperature=temperature)), expected)
        losses = softmax.cross_entropy(ŷ, np.array([0, 0]), temperature=temperature)
        np.testing.assert_allclose(np.exp(-losses), np.array(expected)[:, 0])
        np.testing.assert_allclose(softmax.soft_maximum(ŷ, temperature=temperature)[0], 1e300)


def test_certainty_has_no_entropy():
    np.testing.assert_allclose(softmax.entropy(np.array([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5]])), [0, np.log(2)])


BAD = {
    "temperature must be above 0": lambda: softmax.softmax(np.zeros((1, 2)), temperature=0.0),
    "y must hold labels 0, ..., 1; entry 0 is 2": lambda: softmax.cross_entropy(np.zeros((1, 2)), np.array([2])),
    "got 1 and 2": lambda: softmax.cross_entropy_naive(np.zeros((2, 3)), np.array([0])),
    "not empty": lambda: softmax.one_hot(np.array([], int), 2),
    "m must be at least 1": lambda: softmax.one_hot(np.array([0]), 0),
    "y must be a vector of whole numbers": lambda: softmax.one_hot(np.array([0.5]), 2),
    "y and logits must have one row": lambda: softmax.cross_entropy(np.zeros((1, 2)), np.array([0, 1])),
    "a layer must have a row for each of the 2 features": lambda: softmax.logits(softmax.Network((), np.ones((3, 1))), np.eye(2)),
    "targets must not be negative": lambda: softmax.target_cross_entropy(np.zeros((1, 2)), np.array([[-1.0, 2.0]])),
    "logits must be finite": lambda: softmax.log_softmax(np.array([[np.inf, 0.0]])),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
