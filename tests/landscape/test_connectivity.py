"""The curve between two networks: its ends, its straight case, and that training lowers it."""

import numpy as np
import pytest
import torch

from principles.landscape import connectivity, slices


@pytest.fixture
def pair(rng):
    X, y = rng.normal(size=(30, 6)), rng.integers(0, 4, size=30)
    starts = [slices.random_network(6, 8, 1, 4, rng=rng) for _ in range(2)]
    return X, y, [slices.train(start, X, y, skip=False, rate=0.05, steps=40).weights for start in starts]


def test_the_curve_starts_and_ends_at_the_networks_and_can_be_straight(pair):
    _, _, (first, last) = pair
    mean = [(a + b) / 2 for a, b in zip(first, last)]
    for t, expected in {0.0: first, 1.0: last, 0.25: [0.75 * a + 0.25 * b for a, b in zip(first, last)]}.items():
        for W, V in zip(connectivity.on_curve(first, mean, last, t), expected):
            np.testing.assert_allclose(W, V, atol=1e-14)


def test_training_the_middle_lowers_the_barrier(pair):
    X, y, (first, last) = pair
    mean = [(a + b) / 2 for a, b in zip(first, last)]
    middle = connectivity.train_curve(first, last, X, y, rate=0.05, steps=60, nodes=3)
    straight = connectivity.curve_losses(first, mean, last, X, y, points=9)
    bent = connectivity.curve_losses(first, middle, last, X, y, points=9)
    assert bent.max() < 0.5 * straight.max()
    np.testing.assert_allclose(bent[[0, -1]], straight[[0, -1]], atol=1e-12)


def test_only_the_losses_at_the_inner_nodes_are_trained(pair):
    X, y, (first, last) = pair
    middle = connectivity.train_curve(first, last, X, y, rate=0.02, steps=1, nodes=1)
    tensors = [torch.tensor((a + b) / 2, requires_grad=True) for a, b in zip(first, last)]
    halfway = [(a + b) / 4 + m / 2 for a, m, b in zip(map(torch.tensor, first), tensors, map(torch.tensor, last))]
    gradients = torch.autograd.grad(slices.loss(halfway, torch.tensor(X), torch.tensor(y), skip=False), tensors)
    for W, m, g in zip(middle, tensors, gradients):  # Adam's first step is the rate times the sign
        large = g.abs().numpy() > 1e-5
        np.testing.assert_allclose((W - m.detach().numpy())[large], -0.02 * np.sign(g.numpy())[large], rtol=1e-2)


def test_malformed_input_is_named(pair, as_users_run):
    X, y, (first, last) = pair
    with pytest.raises(ValueError, match="nodes must be at least 1"):
        connectivity.train_curve(first, last, X, y, rate=0.1, steps=1, nodes=0)
