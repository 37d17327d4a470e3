"""The networks of the last experiment, and the measurements of time."""

import numpy as np
import pytest
import torch

from principles import data
from principles.convolutions import experiments, library, networks, timing


@pytest.mark.equation("5.3")
@pytest.mark.parametrize(("kind", "shift"), [("stride 1", 1), ("stride 1", 3), ("stride 2", 2)])
def test_a_mean_over_equivariant_maps_is_invariant(kind, shift, rng):
    network, images = networks.initial(kind, side=14, rng=rng), rng.random((3, 14, 14))
    moved = np.roll(images, shift, axis=2)
    np.testing.assert_allclose(networks.class_scores(network, moved), networks.class_scores(network, images), atol=1e-10)


def test_stride_two_breaks_odd_shifts(rng):
    network, images = networks.initial("stride 2", side=14, rng=rng), rng.random((3, 14, 14))
    change = networks.class_scores(network, np.roll(images, 1, axis=2)) - networks.class_scores(network, images)
    assert np.abs(change).max() > 1e-3


def test_the_convolutional_scores_are_torchs_sequential_module(rng):
    network, images = networks.initial("stride 2", side=14, rng=rng), torch.tensor(rng.random((2, 14, 14)))
    layers = []
    for weight, step in zip(network.weights, networks.STRIDES["stride 2"]):
        conv = torch.nn.Conv2d(
            weight.shape[1], weight.shape[0], 3, stride=step, padding=1, padding_mode="circular", dtype=torch.float64
        )
        conv.weight.data, conv.bias.data = weight, torch.zeros(len(weight), dtype=torch.float64)
        layers += [conv, torch.nn.LeakyReLU(networks.SLOPE)]
    expected = torch.nn.Sequential(*layers[:-1])(images[:, None]).mean(dim=(2, 3)).detach()
    np.testing.assert_allclose(networks.scores(network, images), expected, atol=1e-12)


def test_training_learns_digits_and_repeats_itself():
    train, test = data.split(data.digits(), test=400, rng=np.random.default_rng(0))
    images = networks.on_canvas(train.X, 10)
    network = networks.train("fully connected", images, train.y, steps=120, rng=np.random.default_rng(1))
    assert networks.accuracy(network, networks.on_canvas(test.X, 10), test.y) > 0.85
    short = [networks.train("fully connected", images, train.y, steps=5, rng=np.random.default_rng(1)) for _ in range(2)]
    assert torch.equal(short[0].weights[0], short[1].weights[0])


def test_the_first_step_of_training_moves_every_weight_by_the_rate_against_its_gradient(rng):
    images, labels = rng.random((6, 14, 14)), rng.integers(10, size=6)
    start = networks.initial("stride 2", side=14, rng=np.random.default_rng(3))
    draws = np.random.default_rng(3)
    moved = networks.train("stride 2", images, labels, steps=1, rng=draws, batch=4, rate=1e-3)
    draws = np.random.default_rng(3)
    networks.initial("stride 2", side=14, rng=draws)
    chosen = draws.integers(6, size=4)
    weights = [w.clone().requires_grad_() for w in start.weights]
    network = networks.Network("stride 2", tuple(weights), start.biases)
    loss = torch.nn.functional.cross_entropy(networks.scores(network, torch.tensor(images[chosen])), torch.tensor(labels[chosen]))
    for w, w_bar, after in zip(start.weights, torch.autograd.grad(loss, weights), moved.weights):
        clear = w_bar.abs() > 1e-4
        assert clear.float().mean() > 0.5
        np.testing.assert_allclose((after - w)[clear], -1e-3 * w_bar.sign()[clear], rtol=2e-4)


def test_digits_land_where_they_are_put(rng):
    digit = rng.random((2, 64))
    canvas = networks.on_canvas(digit, 12, rows=np.array([-2, 1]), columns=2)
    np.testing.assert_array_equal(canvas[0, 0:8, 4:12].ravel(), digit[0])
    np.testing.assert_array_equal(canvas[1, 3:11, 4:12].ravel(), digit[1])


def test_standard_errors_are_those_of_the_mean():
    mean, error = experiments.mean_and_error(np.array([[1.0], [2.0], [3.0]]))
    assert (mean[0], error[0]) == pytest.approx((2.0, 1 / np.sqrt(3)))


def test_slow_methods_retire(rng):
    table = timing.measure(
        {"slow": lambda x, w: sum(range(20000)), "fast": lambda x, w: None}, [1, 2], side=4, rng=rng, longest=1e-5
    )
    assert np.isnan(table["slow"]).tolist() == [False, True]
    assert not np.isnan(table["fast"]).any()


def test_pytorch_runs_the_same_unfolding_routine_for_small_and_large_float64_filters():
    small, large = library.operations(kernel=3), library.operations(kernel=7)
    assert set(small) == set(large)
    assert "_slow_conv2d_forward" in small


def test_looking_at_pytorchs_operations_prints_nothing(capfd):
    library.operations(kernel=3)
    assert capfd.readouterr() == ("", "")


def test_asking_for_the_default_weights_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    library.default_half_width(3, 3)
    assert torch.equal(before, torch.get_rng_state())


def test_switches_are_found_where_pytorch_keeps_them():
    assert not library.has("cudnn.benchmark")
    assert library.has("backends.cudnn.benchmark")


START = networks.initial("stride 1", side=8, rng=np.random.default_rng(0))
BAD = [
    (lambda: networks.initial("recurrent", side=8, rng=np.random.default_rng(0)), "kind must be one of stride 1, stride 2"),
    (lambda: networks.on_canvas(np.ones((1, 64)), 10, columns=2), "at most 1 either way"),
    (lambda: networks.on_canvas(np.ones((2, 32)), 10), r"digits must have shape \(any, 64\)"),
    (lambda: networks.accuracy(START, np.ones((2, 8, 8)), np.array([1])), "labels and images"),
    (lambda: networks.accuracy(START, np.ones((1, 8, 8)), np.array([10])), "labels must be whole numbers from 0 to 9"),
    (lambda: networks.class_scores(START, np.full((1, 8, 8), np.nan)), "images must be finite"),
    (lambda: networks.train("stride 1", np.ones((1, 8, 8)), np.array([0.5]), steps=1, rng=None), "labels must be whole"),
    (lambda: experiments.mean_and_error(np.ones((1, 3))), "seeds must be at least 2"),
    (lambda: library.conv1d(np.array([np.nan]), np.ones(1)), "x must be finite"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_experiments_are_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
