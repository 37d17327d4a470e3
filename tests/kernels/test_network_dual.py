"""Dual variables for the feature matrix of a two-layer network."""

import numpy as np
import pytest
import torch

from principles.kernels import network_dual, random_features, two_layer
from principles.linear_models import perceptron


@pytest.fixture
def problem(rng):
    X, y = two_layer.hidden_directions(n=12, d=20, rng=rng)
    return two_layer.initial(21, 30, rng=rng), X, y, perceptron.shuffled_passes(12, 25, rng=rng)


@pytest.mark.equation("3.13")
def test_the_descent_is_that_of_torch_one_sample_at_a_time(problem):
    start, X, y, order = problem
    w, S = (torch.tensor(v, requires_grad=True) for v in (start.w, start.S))
    optimiser = torch.optim.SGD([w, S], lr=0.03)
    for i in order:
        optimiser.zero_grad()
        torch.relu(1 - torch.tensor(y[i]) * (torch.relu(torch.tensor(X[i]) @ S) @ w)).backward()
        optimiser.step()
    ours = network_dual.sgd(start, X, y, order=order, step_size=0.03)
    np.testing.assert_allclose(ours.w, w.detach().numpy(), rtol=1e-9)
    np.testing.assert_allclose(ours.S, S.detach().numpy(), rtol=1e-9, atol=1e-12)
    assert two_layer.objective(ours, X, y) < 0.5 * two_layer.objective(start, X, y)


@pytest.mark.equation("3.13")
def test_inner_products_and_dual_variables_train_the_same_network(problem):
    start, X, y, order = problem
    ours = network_dual.sgd(start, X, y, order=order, step_size=0.03)
    w, beta = network_dual.dual_sgd(start, X, y, order=order, step_size=0.03)
    np.testing.assert_allclose(w, ours.w, rtol=1e-9)
    np.testing.assert_allclose(network_dual.feature_matrix(start.S, beta, X), ours.S, atol=1e-11)
    assert np.abs(ours.S - start.S).max() > 0.1


@pytest.mark.equation("3.13")
def test_a_unit_at_its_kink_and_a_loss_that_is_just_met_do_not_move():
    start = two_layer.Weights(np.array([2.0, 3.0]), np.array([[0.25, 0.0]]))
    w, beta = network_dual.dual_sgd(start, np.ones((1, 1)), np.ones(1), order=np.array([0, 0]), step_size=0.5)
    np.testing.assert_array_equal(beta, [[1.0, 0.0]])  # the first step; after it the margin is met
    np.testing.assert_array_equal(w, [2.125, 3.0])
    met = two_layer.Weights(np.array([2.0]), np.array([[0.5]]))
    w, beta = network_dual.dual_sgd(met, np.ones((1, 1)), np.ones(1), order=np.array([0]), step_size=0.5)
    assert (w.item(), beta.item()) == (2.0, 0.0)


def test_the_output_weights_are_no_combination_of_the_final_features(problem):
    start, X, y, order = problem
    ours = network_dual.sgd(start, X, y, order=order, step_size=0.03)
    final = random_features.features(X, ours.S, activation=two_layer.relu)
    assert network_dual.outside_span(ours.w - start.w, final) > 0.01
    assert max(network_dual.outside_span(column, X) for column in (ours.S - start.S).T if column.any()) < 1e-10


def test_the_distance_from_a_span_is_what_orthogonal_directions_hold(rng):
    Q = np.linalg.qr(rng.standard_normal((5, 5)))[0].T
    vector = 3.0 * Q[0] - 2.0 * Q[2] + 6.0 * Q[4]
    rows = np.vstack([Q[0] + Q[2], Q[0] - Q[2], Q[0]])  # dependent rows span no more
    assert network_dual.outside_span(vector, rows) == pytest.approx(6 / 7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s, X, y, o: network_dual.sgd(s, X, y, order=o + 12, step_size=0.1), "order must name samples 0 to 11"),
        (lambda s, X, y, o: network_dual.sgd(s, X, y, order=o, step_size=0.0), "step_size must be above 0"),
        (lambda s, X, y, o: network_dual.dual_sgd(s, X[:, 1:], y, order=o, step_size=0.1), r"X must have shape \(any, 21\)"),
        (lambda s, X, y, o: network_dual.dual_sgd(s, X, 0 * y, order=o, step_size=0.1), "y must hold labels -1 and"),
        (lambda s, X, y, o: network_dual.dual_sgd(s, X, y, order=o, step_size=-1.0), "step_size must be above 0"),
        (lambda s, X, y, o: network_dual.feature_matrix(s.S, np.ones((3, 30)), X), "beta and X must have one row"),
        (lambda s, X, y, o: network_dual.feature_matrix(s.S, np.ones((12, 1)), X), r"beta must have shape \(any, 30\)"),
        (lambda s, X, y, o: network_dual.outside_span(np.zeros(2), np.eye(2)), "vector must not be zero"),
        (lambda s, X, y, o: network_dual.outside_span(np.ones(3), np.eye(2)), r"vector must have shape \(2\)"),
    ],
)
def test_malformed_input_is_refused_by_name(call, message, problem, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(*problem)
