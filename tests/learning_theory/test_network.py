"""The small network: its output is torch's, training lowers its error, labels without meaning are learned by heart."""

import numpy as np
import pytest
import torch

from principles.learning_theory import network


def test_the_output_is_that_of_the_same_layers_in_torch(rng):
    net = network.Network(rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=5), np.array(0.3))
    layers = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ReLU(), torch.nn.Linear(5, 1)).double()
    names = {"0.weight": net.W, "0.bias": net.b, "2.weight": net.a[None], "2.bias": net.c[None]}
    layers.load_state_dict({name: torch.tensor(value) for name, value in names.items()})
    X = rng.normal(size=(7, 3))
    np.testing.assert_allclose(network.scores(net, X), layers(torch.tensor(X)).detach().numpy()[:, 0], atol=1e-12)
    assert net.weights == sum(part.numel() for part in layers.parameters())
    y = np.where(rng.random(7) < 0.5, 1.0, -1.0)
    assert network.error(net, X, y) == np.mean(np.where(network.scores(net, X) > 0, 1, -1) != y)


def test_centring_uses_the_chosen_rows_and_one_scale(rng):
    X, rows = rng.normal(size=(9, 4)) * [1, 2, 3, 0] + 5, np.array([0, 3, 8])
    Z = network.centred(X, rows)
    np.testing.assert_allclose(Z[rows].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((Z - Z[0]) * X[rows].std(), X - X[0], atol=1e-12)


def test_training_is_adam_on_the_logistic_loss_from_scaled_normal_weights_with_a_falling_step(rng):
    X, y = rng.normal(size=(6, 4)), np.array([1.0, -1, 1, 1, -1, -1])
    net = network.train(X, y, hidden=3, steps=3, rate=0.1, rng=np.random.default_rng(1))
    draws = np.random.default_rng(1)
    w = [draws.normal(size=(3, 4)) / np.sqrt(2), np.zeros(3), draws.normal(size=3) / np.sqrt(3), 0.0]
    mean, square = [0, 0, 0, 0], [0, 0, 0, 0]
    for t in range(3):
        W, b, a, c = w
        h = np.maximum(X @ W.T + b, 0)
        slope = -y / (1 + np.exp(y * (h @ a + c))) / 6
        back = np.outer(slope, a) * (h > 0)
        gradient = [back.T @ X, back.sum(axis=0), h.T @ slope, slope.sum()]
        mean = [0.9 * m + 0.1 * g for m, g in zip(mean, gradient)]
        square = [0.999 * s + 0.001 * g**2 for s, g in zip(square, gradient)]
        scaled = [m / (1 - 0.9 ** (t + 1)) / (np.sqrt(s / (1 - 0.999 ** (t + 1))) + 1e-8) for m, s in zip(mean, square)]
        w = [part - 0.1 * (1 - t / 3) * move for part, move in zip(w, scaled)]
    for found, expected in zip((net.W, net.b, net.a, net.c), w):
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_training_fits_random_labels_and_cannot_predict_them(rng):
    X, y = rng.normal(size=(60, 10)), rng.choice([-1.0, 1.0], size=60)
    net = network.train(X[:40], y[:40], hidden=30, steps=25, rate=0.05, rng=rng)
    assert network.error(net, X[:40], y[:40]) == 0
    assert 0.1 < network.error(net, X[40:], y[40:]) < 0.9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: network.train(np.zeros((2, 2)), np.zeros(2), hidden=1, steps=1, rate=0.1, rng=np.random.default_rng(0)),
            "y must hold labels -1 and \\+1",
        ),
        (
            lambda: network.train(np.zeros((2, 2)), np.ones(3), hidden=1, steps=1, rate=0.1, rng=np.random.default_rng(0)),
            "y and X must have one row a sample each",
        ),
        (lambda: network.centred(np.ones((2, 2)), np.array([2])), "rows must be whole numbers from 0 to 1"),
        (lambda: network.centred(np.ones((2, 2)), np.array([-1])), "rows must be whole numbers from 0 to 1"),
        (lambda: network.centred(np.ones((2, 2)), np.array([0.0])), "rows must be whole numbers from 0 to 1"),
        (lambda: network.centred(np.ones((2, 2)), np.array([[0]])), "rows must be whole numbers from 0 to 1"),
        (lambda: network.centred(np.ones((2, 2)), np.array([], int)), "rows must be whole numbers from 0 to 1"),
        (lambda: network.centred(np.ones((2, 2)), np.array([0, 1])), "X must vary over the chosen rows"),
        (
            lambda: network.scores(network.Network(np.ones((1, 3)), np.ones(1), np.ones(1), np.array(0.0)), np.ones((2, 2))),
            "X must have shape .any, 3.",
        ),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
