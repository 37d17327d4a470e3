"""Slices through the loss of deep networks: normalisation, the plain forward pass, shapes of known surfaces."""

import numpy as np
import pytest
import torch

from principles.landscape import slices


@pytest.fixture
def network(rng):
    weights = slices.random_network(6, 5, 3, 4, rng=rng)
    return weights, rng.normal(size=(30, 6)), rng.integers(0, 4, size=30)


@pytest.mark.parametrize("skip", [False, True])
def test_the_loss_is_a_plain_forward_pass(network, skip):
    weights, X, y = network
    h = np.tanh(X @ weights[0])
    for W in weights[1:-1]:
        h = skip * h + np.tanh(h @ W)
    scores = h @ weights[-1]
    by_hand = np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(30), y])
    value = slices.loss([torch.tensor(W) for W in weights], torch.tensor(X), torch.tensor(y), skip=skip)
    assert value.item() == pytest.approx(by_hand, rel=1e-12)


def test_every_filter_of_a_direction_is_as_long_as_the_networks(network, rng):
    weights = network[0]
    for W, D in zip(weights, slices.filter_normalised(weights, rng=rng)):
        np.testing.assert_allclose(np.linalg.norm(D, axis=0), np.linalg.norm(W, axis=0), rtol=1e-12)
        assert np.abs(D - W).max() > 0.01


def test_the_middle_of_the_surface_is_the_network_and_its_axes_are_the_directions(network, rng):
    weights, X, y = network
    first, second = (slices.filter_normalised(weights, rng=rng) for _ in range(2))
    values = slices.surface(weights, first, second, np.array([-1.0, 0.0, 1.0]), X, y, skip=True)
    data = torch.tensor(X), torch.tensor(y)
    for (i, j), moved in {(1, 1): (0, 0), (1, 2): (1, 0), (0, 1): (0, -1)}.items():
        there = [torch.tensor(W + moved[0] * D + moved[1] * E) for W, D, E in zip(weights, first, second)]
        assert values[i, j] == pytest.approx(slices.loss(there, *data, skip=True).item(), rel=1e-12)


def test_training_lowers_the_loss_and_leaves_the_start_alone(network):
    weights, X, y = network
    before = [W.copy() for W in weights]
    run = slices.train(weights, X, y, skip=True, rate=0.05, steps=60)
    assert run.losses[-1] < 0.5 * run.losses[0]
    assert len(run.losses) == 61
    assert all((W == V).all() for W, V in zip(weights, before))


def test_training_is_adam_with_a_half_cosine(network):
    weights, X, y = network
    data, betas = (torch.tensor(X), torch.tensor(y)), (0.9, 0.999)
    w, first, second = [W.copy() for W in weights], [0 * W for W in weights], [0 * W for W in weights]
    for t in range(5):
        tensors = [torch.tensor(W, requires_grad=True) for W in w]
        gradients = torch.autograd.grad(slices.loss(tensors, *data, skip=True), tensors)
        for i, g in enumerate(g.numpy() for g in gradients):
            first[i] = betas[0] * first[i] + (1 - betas[0]) * g
            second[i] = betas[1] * second[i] + (1 - betas[1]) * g**2
            step = first[i] / (1 - betas[0] ** (t + 1)) / (np.sqrt(second[i] / (1 - betas[1] ** (t + 1))) + 1e-8)
            w[i] = w[i] - 0.05 * np.cos(np.pi * t / 10) ** 2 * step
    run = slices.train(weights, X, y, skip=True, rate=0.05, steps=5)
    for W, V in zip(run.weights, w):
        np.testing.assert_allclose(W, V, atol=1e-10)


def test_random_layers_have_variance_one_over_fan_in(rng):
    weights = slices.random_network(100, 400, 2, 50, rng=rng)
    assert [W.shape for W in weights] == [(100, 400), (400, 400), (400, 400), (400, 50)]
    assert [W.var() * len(W) for W in weights] == pytest.approx(np.ones(4), abs=0.05)


def test_around_takes_its_two_directions_one_after_the_other(network):
    weights, X, y = network
    grid = np.array([-0.5, 0.5])
    draws = np.random.default_rng(4)
    first, second = slices.filter_normalised(weights, rng=draws), slices.filter_normalised(weights, rng=draws)
    expected = slices.surface(weights, first, second, grid, X, y, skip=False)
    values = slices.around(weights, grid, X, y, skip=False, rng=np.random.default_rng(4))
    np.testing.assert_allclose(values, expected, rtol=1e-12)


def test_ties_are_no_minima():
    assert slices.local_minima(np.array([[1.0, 1, 1, 1], [1, 0, 0, 1], [1, 1, 1, 1]])) == 0


def test_convexity_and_minima_of_known_surfaces():
    u = np.linspace(-2, 2, 41)
    wells = (u[:, None] ** 2 - 1) ** 2 + u**2
    assert slices.local_minima(wells) == 2
    assert slices.convex_share(wells) == pytest.approx((np.abs(u[1:-1]) > 1 / np.sqrt(3)).mean(), abs=0.03)
    assert slices.local_minima(-wells) == 0
    u = u / 2
    tilted = u[:, None] ** 2 + u**2 + 2.5 * u[:, None] * u  # Hessian [[2, 2.5], [2.5, 2]]
    assert slices.convex_share(tilted) == 0.0
    assert slices.convex_share(tilted - u[:, None] * u) == 1.0


def test_a_plane_is_convex_and_the_slightest_saddle_is_not():
    u = np.arange(4.0)
    assert slices.convex_share(np.zeros((4, 4))) == slices.convex_share(3 * u[:, None] - u) == 1.0
    assert slices.convex_share(1e-6 * u[:, None] * u) == 0.0


def test_malformed_input_is_named(rng, as_users_run):
    with pytest.raises(ValueError, match="depth must be at least 1"):
        slices.random_network(6, 5, 0, 4, rng=rng)
    with pytest.raises(ValueError, match="values must have 2 axes"):
        slices.convex_share(np.ones(4))
