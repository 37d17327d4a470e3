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


def test_the_losses_at_the_inner_nodes_are_trained_by_adam_with_a_half_cosine(pair):
    X, y, (first, last) = pair
    data, ends = (torch.tensor(X), torch.tensor(y)), [[torch.tensor(W) for W in weights] for weights in (first, last)]
    w = [(a + b) / 2 for a, b in zip(first, last)]
    mean, square = [0 * W for W in w], [0 * W for W in w]
    for k in range(4):
        tensors = [torch.tensor(W, requires_grad=True) for W in w]
        inner = [
            [((1 - t) ** 2) * a + 2 * t * (1 - t) * m + t**2 * b for a, m, b in zip(ends[0], tensors, ends[1])]
            for t in (1 / 3, 2 / 3)
        ]
        gradients = torch.autograd.grad(sum(slices.loss(weights, *data, skip=False) for weights in inner) / 2, tensors)
        for i, g in enumerate(g.numpy() for g in gradients):
            mean[i], square[i] = 0.9 * mean[i] + 0.1 * g, 0.999 * square[i] + 0.001 * g**2
            step = mean[i] / (1 - 0.9 ** (k + 1)) / (np.sqrt(square[i] / (1 - 0.999 ** (k + 1))) + 1e-8)
            w[i] = w[i] - 0.02 * np.cos(np.pi * k / 8) ** 2 * step
    for W, V in zip(connectivity.train_curve(first, last, X, y, rate=0.02, steps=4, nodes=2), w):
        np.testing.assert_allclose(W, V, atol=1e-10)


def test_malformed_input_is_named(pair, as_users_run):
    X, y, (first, last) = pair
    with pytest.raises(ValueError, match="nodes must be at least 1"):
        connectivity.train_curve(first, last, X, y, rate=0.1, steps=1, nodes=0)
