"""Label smoothing against torch, a blind search and a differential equation."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from principles.losses import smoothing, softmax


@pytest.mark.equation("6.13")
@pytest.mark.parametrize("m", [2, 5, 100])
def test_smoothed_labels_sum_to_one_and_equal_torchs_encoding_of_another_epsilon(m):
    ε, y = 0.3, np.array([0, 1])
    t = smoothing.smooth(y, m, epsilon=ε)
    np.testing.assert_allclose(t.sum(axis=1), 1)
    assert t[0, 0] == 1 - ε
    assert t[0, 1] == pytest.approx(ε / (m - 1))
    np.testing.assert_allclose(t, smoothing.smooth_torch(y, m, epsilon=ε * m / (m - 1)))


@pytest.mark.equation("6.14")
def test_the_smoothed_loss_and_its_slope_equal_torchs_with_epsilon_m_over_m_minus_1(rng):
    logits, y, m, ε = rng.normal(size=(20, 6)) * 3, rng.integers(6, size=20), 6, 0.2
    ŷ = torch.tensor(logits, requires_grad=True)
    loss = F.cross_entropy(ŷ, torch.tensor(y), reduction="none", label_smoothing=ε * m / (m - 1))
    loss.sum().backward()
    np.testing.assert_allclose(smoothing.cross_entropy(logits, y, epsilon=ε), loss.detach())
    slope = softmax.cross_entropy_slope(logits, smoothing.smooth(y, m, epsilon=ε))
    np.testing.assert_allclose(slope, ŷ.grad, atol=1e-14)


@pytest.mark.equation("6.13", "6.14")
def test_both_lines_of_the_smoothed_loss_agree_and_without_smoothing_it_is_the_cross_entropy(rng):
    ŷ, y = rng.normal(size=(10, 4)), rng.integers(4, size=10)
    first = softmax.target_cross_entropy(ŷ, smoothing.smooth(y, 4, epsilon=0.1))
    np.testing.assert_allclose(smoothing.cross_entropy(ŷ, y, epsilon=0.1), first)
    np.testing.assert_allclose(smoothing.cross_entropy(ŷ, y, epsilon=0.0), softmax.cross_entropy(ŷ, y))


@pytest.mark.equation("6.15")
@pytest.mark.parametrize(("m", "epsilon"), [(2, 0.1), (3, 0.4), (10, 0.1), (50, 0.01)])
def test_a_search_ends_at_the_best_logits_up_to_a_common_shift(m, epsilon, rng):
    found = smoothing.search(1, m, epsilon=epsilon, start=rng.normal(size=m))
    expected = smoothing.best_logits(1, m, epsilon=epsilon, alpha=found[0])
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.equation("6.15")
def test_at_the_best_logits_the_slope_is_zero_and_the_loss_is_the_entropy_of_the_targets():
    best, t = smoothing.best_logits(2, 7, epsilon=0.2, alpha=3.3)[None], smoothing.smooth(np.array([2]), 7, epsilon=0.2)
    np.testing.assert_allclose(softmax.cross_entropy_slope(best, t), 0, atol=1e-15)
    np.testing.assert_allclose(softmax.softmax(best), t)
    np.testing.assert_allclose(smoothing.cross_entropy(best, np.array([2]), epsilon=0.2), softmax.entropy(t))


@pytest.mark.equation("6.15")
@pytest.mark.parametrize("T", [0.5, 3.0])
def test_with_a_temperature_the_softmax_of_the_best_logits_is_still_the_targets(T):
    best = smoothing.best_logits(0, 5, epsilon=0.2, alpha=-1.0, temperature=T)
    t = smoothing.smooth(np.array([0]), 5, epsilon=0.2)
    np.testing.assert_allclose(torch.softmax(torch.tensor(best) / T, dim=0), t[0])


@pytest.mark.equation("6.12", "6.15")
def test_descent_follows_its_closed_form_without_smoothing_and_stops_with_it():
    m, rate = 4, 1e-2
    states = smoothing.descend(np.eye(m)[0], rate=rate, steps=400)
    lead = states[:, 0] - states[:, 1]
    np.testing.assert_allclose(smoothing.time_to_lead(lead, m)[100:], rate * np.arange(401)[100:], rtol=2e-2)
    smooth = smoothing.descend(smoothing.smooth(np.array([0]), m, epsilon=0.1)[0], rate=1.0, steps=150)[-1]
    np.testing.assert_allclose(smooth - smooth[1], smoothing.best_logits(0, m, epsilon=0.1), atol=1e-6)


BAD = {
    "epsilon must be below 0.5": lambda: smoothing.smooth(np.array([0]), 2, epsilon=0.5),
    "epsilon must be above 0": lambda: smoothing.best_logits(0, 3, epsilon=0.0),
    "temperature must be above 0": lambda: smoothing.best_logits(0, 3, epsilon=0.1, temperature=0.0),
    "epsilon must be at most 1": lambda: smoothing.smooth_torch(np.array([0]), 2, epsilon=1.5),
    "rate must be above 0": lambda: smoothing.descend(np.array([1.0, 0.0]), rate=0.0, steps=1),
    "m must be at least 2": lambda: smoothing.smooth(np.array([0]), 1, epsilon=0.0),
    "y and logits must have one row": lambda: smoothing.cross_entropy(np.zeros((1, 3)), np.array([0, 1]), epsilon=0.1),
    "y must hold labels": lambda: smoothing.cross_entropy(np.zeros((1, 3)), np.array([3]), epsilon=0.1),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
