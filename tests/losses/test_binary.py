"""Yes-or-no losses against torch and scikit-learn."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from principles.losses import binary


@pytest.mark.equation("6.8")
def test_the_logit_is_the_log_odds_and_sklearns_decision_function(rng):
    X, y = rng.normal(size=(50, 3)), rng.integers(2, size=50)
    peer = LogisticRegression(fit_intercept=False).fit(X, y)
    ŷ = binary.logit(X, peer.coef_[0])
    np.testing.assert_allclose(ŷ, peer.decision_function(X))
    p = peer.predict_proba(X)
    np.testing.assert_allclose(ŷ, np.log(p[:, 1] / p[:, 0]))
    np.testing.assert_allclose(binary.probability(ŷ), p[:, 1])


@pytest.mark.equation("6.9")
def test_the_logistic_loss_and_its_slope_equal_torchs_sum(rng):
    logits, y = rng.normal(size=40) * 5, rng.integers(2, size=40)
    ŷ = torch.tensor(logits, requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(ŷ, torch.tensor(y, dtype=torch.float64), reduction="sum")
    loss.backward()
    assert binary.logistic(logits, y) == pytest.approx(float(loss.detach()))
    np.testing.assert_allclose(binary.logistic_slope(logits, y), ŷ.grad, atol=1e-14)


@pytest.mark.equation("6.9")
def test_the_logistic_loss_is_minus_the_log_of_the_likelihood_and_equals_sklearns(rng):
    logits, y = rng.normal(size=30), rng.integers(2, size=30)
    assert binary.logistic(logits, y) == pytest.approx(-np.log(binary.likelihood(logits, y)))
    assert binary.logistic(logits, y) == pytest.approx(log_loss(y, binary.probability(logits), normalize=False))


@pytest.mark.equation("6.9")
@given(st.floats(-700, 700), st.sampled_from([0, 1]))
def test_labels_of_either_kind_give_one_loss(logit, y):
    ŷ = np.array([logit])
    assert binary.logistic(ŷ, np.array([y])) == pytest.approx(binary.signed_logistic(ŷ, np.array([2 * y - 1]))[0])


@pytest.mark.equation("6.10", "6.16")
@pytest.mark.parametrize("kind", ["one-hot", "multi-hot", "soft"])
def test_the_binary_cross_entropy_and_its_slope_equal_torchs(kind, rng):
    logits = rng.normal(size=(20, 5)) * 4
    targets = {
        "one-hot": np.eye(5)[rng.integers(5, size=20)],
        "multi-hot": rng.integers(2, size=(20, 5)).astype(float),
        "soft": rng.random((20, 5)),
    }[kind]
    ŷ = torch.tensor(logits, requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(ŷ, torch.tensor(targets), reduction="none").sum(1)
    loss.sum().backward()
    np.testing.assert_allclose(binary.cross_entropy(logits, targets), loss.detach())
    np.testing.assert_allclose(binary.cross_entropy_slope(logits, targets), ŷ.grad, atol=1e-14)


@pytest.mark.equation("6.10", "6.16")
def test_the_positive_half_is_least_when_every_answer_is_yes(rng):
    targets = binary.multi_hot([[1], [0, 2], []], 4)
    yes = np.full((3, 4), 50.0)
    assert binary.positive_half(yes, targets).max() < 1e-20
    assert binary.cross_entropy(yes, targets).min() > 99
    half = binary.cross_entropy(np.zeros((3, 4)), targets) - binary.positive_half(np.zeros((3, 4)), targets)
    np.testing.assert_allclose(half, np.log(2) * (1 - targets).sum(1))


def test_extreme_logits_give_finite_losses():
    assert binary.logistic(np.array([1e5, -1e5]), np.array([0, 0])) == 1e5
    assert binary.cross_entropy(np.array([[-800.0]]), np.array([[1]]))[0] == 800


BAD = {
    "y must hold labels 0 and 1; entry 1 is -1": lambda: binary.logistic(np.zeros(2), np.array([1, -1])),
    "y and logits must have one row": lambda: binary.logistic(np.zeros(2), np.array([1])),
    "y and logits must have one row a sample each; got 1 and 2": lambda: binary.logistic_slope(np.zeros(2), np.array([1])),
    "y and logits must have one row a sample each; got 1 and 3": lambda: binary.likelihood(np.zeros(3), np.array([1])),
    "y and logits must have one row a sample each; got 1 and 4": lambda: binary.signed_logistic(np.zeros(4), np.array([1])),
    "targets must lie between 0 and 1": lambda: binary.cross_entropy(np.zeros((1, 2)), np.array([[0.0, 2.0]])),
    "targets must have shape": lambda: binary.cross_entropy(np.zeros((1, 2)), np.zeros((1, 3))),
    "w must have shape": lambda: binary.logit(np.eye(2), np.ones(3)),
    "a class must be at least 0 and at most 2; got 3": lambda: binary.multi_hot([[3]], 3),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
