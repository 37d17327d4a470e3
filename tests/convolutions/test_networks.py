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
    runs = [networks.train("fully connected", images, train.y, steps=120, rng=np.random.default_rng(1)) for _ in range(2)]
    assert torch.equal(runs[0].weights[0], runs[1].weights[0])
    assert networks.accuracy(runs[0], networks.on_canvas(test.X, 10), test.y) > 0.85


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


def test_the_default_routine_for_float64_unfolds_the_input_and_multiplies():
    assert library.routine() == "Slow2d"
    assert not library.has("cudnn.benchmark")
    assert library.has("backends.cudnn.benchmark")


BAD = [
    (lambda: networks.initial("recurrent", side=8, rng=np.random.default_rng(0)), "kind must be one of stride 1, stride 2"),
    (lambda: networks.on_canvas(np.ones((1, 64)), 10, columns=2), "at most 1 either way"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_experiments_are_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
