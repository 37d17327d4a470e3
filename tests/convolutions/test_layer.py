"""The multi-channel layer, its cost, its receptive field, its first weights."""

import numpy as np
import pytest
import torch

from principles.convolutions import initialization, layer, library, receptive
from principles.convolutions.receptive import Layer


@pytest.mark.parametrize(("zeros", "step"), [(0, 1), (1, 1), (1, 2), (2, 3)])
def test_the_layer_is_torchs_with_mirrored_kernels(zeros, step, rng):
    A, K, v = rng.standard_normal((3, 8, 7)), rng.standard_normal((4, 3, 3, 3)), rng.standard_normal(4)
    expected = library.conv2d(A, K[:, :, ::-1, ::-1], v, zeros=zeros, step=step)
    np.testing.assert_allclose(layer.forward(A, K, v, zeros=zeros, step=step), expected, atol=1e-12)


@pytest.mark.equation("5.2")
def test_the_layer_adds_up_one_convolution_for_each_pair_of_channels(rng):
    A, K, v = rng.standard_normal((2, 6, 5)), rng.standard_normal((3, 2, 3, 3)), rng.standard_normal(3)
    np.testing.assert_allclose(layer.forward_by_channels(A, K, v), layer.forward(A, K, v, zeros=1), atol=1e-12)


@pytest.mark.parametrize("bias", [True, False])
def test_parameters_are_those_of_torch(bias):
    module = torch.nn.Conv2d(10, 25, 5, stride=2, bias=bias)
    assert layer.parameters(10, 25, 5, bias=bias) == sum(p.numel() for p in module.parameters())


def test_resnet50_has_its_published_number_of_weights():
    assert layer.resnet50() == (23_454_912, 25_557_032)


STACKS = [
    [],
    [Layer()] * 3,
    [Layer(dilation=d) for d in (1, 2, 4)],
    [Layer(kernel=5), Layer(kernel=1), Layer(dilation=3)],
    [Layer(stride=2)] * 2,
]


@pytest.mark.result("Remark 5.3")
@pytest.mark.parametrize("stack", STACKS)
def test_gradients_see_exactly_the_receptive_field(stack, rng):
    seen = receptive.gradient_map(stack, size=31, rng=rng)
    side = receptive.field_size(stack)
    assert receptive.extent(seen) == receptive.extent(seen.T) == side
    assert (seen != 0).sum() == side**2


def test_the_receptive_field_surrounds_the_centre(rng):
    rows, columns = np.nonzero(receptive.gradient_map([Layer()] * 3, size=31, rng=rng))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (12, 18, 12, 18)


def test_the_power_ratio_is_the_factor_of_the_mean_square_a_layer(rng):
    def doubling(shape):  # keeps each channel apart and doubles it
        kernels = np.zeros(shape)
        kernels[np.arange(shape[0]), np.arange(shape[0]), 1, 1] = 2.0
        return kernels

    assert initialization.power_ratio(doubling, depth=3, repeats=2, rng=rng) == pytest.approx((4.0**3, 0.0), abs=1e-9)
    ratio, error = initialization.power_ratio(doubling, depth=3, repeats=20, relu=True, rng=rng)
    assert abs(ratio - 4.0**3 / 2) < 4 * error < 2  # the first ReLU halves the mean square, the others change nothing


def test_he_initialisation_keeps_a_relu_network_alive_and_the_halved_variance_does_not(rng):
    for gain, low, high in ((2.0, 0.5, 2.0), (1.0, 0.0, 0.05)):
        std = np.sqrt(gain) * initialization.weight_std(16, 3)
        rms = initialization.signal_growth(
            lambda shape, s=std: initialization.gaussian(shape, std=float(s), rng=rng), depth=10, relu=True, rng=rng
        )
        assert low < rms[-1] / rms[1] < high


@pytest.mark.parametrize("law", ["gaussian", "uniform"])
def test_linear_signals_shrink_by_root_three_under_the_uniform_law_only(law, rng):
    σ = initialization.weight_std(16, 3)
    draws = {
        "gaussian": lambda shape: initialization.gaussian(shape, std=σ, rng=rng),
        "uniform": lambda shape: initialization.uniform(shape, half_width=σ, rng=rng),
    }
    rms = np.array([initialization.signal_growth(draws[law], depth=6, rng=rng) for _ in range(12)])
    rate = np.log(rms[:, -1] / rms[:, 0]) / 6
    expected = 0.0 if law == "gaussian" else -np.log(3) / 2
    assert abs(rate.mean() - expected) < 4 * rate.std(ddof=1) / np.sqrt(12) + 0.02


@pytest.mark.parametrize(("channels", "kernel"), [(4, 5), (16, 3)])
def test_torch_draws_its_first_weights_from_the_uniform_law(channels, kernel):
    assert library.layer_output_shape(np.ones((channels, 9, 8)), outputs=2, kernel=3) == (2, 7, 6)
    assert library.layer_output_shape(np.ones((channels, 9, 8)), outputs=2, kernel=5, padding="same") == (2, 9, 8)
    assert library.default_half_width(channels, kernel) == pytest.approx(initialization.weight_std(channels, kernel), rel=1e-3)


def test_padding_makes_room_for_a_kernel_that_is_larger_than_the_picture(rng):
    A, K, v = rng.standard_normal((1, 3, 4)), rng.standard_normal((2, 1, 5, 5)), rng.standard_normal(2)
    expected = library.conv2d(A, K[:, :, ::-1, ::-1], v, zeros=1)
    np.testing.assert_allclose(layer.forward(A, K, v, zeros=1), expected, atol=1e-12)


def test_a_layer_multiplies_each_input_of_each_window_once_an_output_channel():
    assert layer.multiply_adds(3, 8, 5, pixels=49) == np.ones((8, 49, 3, 5, 5)).size


def test_a_gradient_has_the_size_that_its_weights_and_slopes_predict(rng):
    def total(layers, size):
        return np.array([receptive.gradient_map(layers, size=size, rng=rng).sum() for _ in range(300)])

    # Weights are uniform with mean 1/2 over their number; a slope is 1 or 1/2, like the sign of a symmetric sum.
    one = total([Layer()], 3)
    assert abs(one.mean() - 0.5 * (1 + 0.5) / 2) < 4 * one.std() / np.sqrt(300)
    # Positive weights of size 1 x 1 keep the sign: both slopes are 1 or both 1/2.
    two = total([Layer(kernel=1), Layer(kernel=1)], 5)
    assert abs(two.mean() - 0.5**2 * (1 + 0.25) / 2) < 4 * two.std() / np.sqrt(300)


@pytest.mark.result("Remark 5.3")
def test_padding_keeps_strided_and_dilated_outputs_on_their_windows(rng):
    rows = np.flatnonzero(receptive.gradient_map([Layer(stride=2, dilation=2)], size=31, rng=rng).any(axis=1))
    np.testing.assert_array_equal(rows, [14, 16, 18])  # the middle of 16 outputs, two pixels apart, is output 8
    assert receptive.gradient_map([Layer(dilation=2)] * 2, size=3, rng=rng).shape == (3, 3)


def test_several_networks_are_averaged(rng):
    layers, options = [Layer()], {"size": 5, "channels": 2}
    both = receptive.gradient_map(layers, networks=2, rng=np.random.default_rng(1), **options)
    draws = np.random.default_rng(1)
    each = [receptive.gradient_map(layers, rng=draws, **options) for _ in range(2)]
    np.testing.assert_allclose(both, (each[0] + each[1]) / 2)


def test_power_ratios_are_averaged_and_their_error_is_that_of_the_mean(rng):
    factors = iter([5.0, 2.0, 7.0, 3.0])  # two networks, the first factor of each does not count

    def scaling(shape):
        kernels = np.zeros(shape)
        kernels[np.arange(shape[0]), np.arange(shape[0]), 1, 1] = next(factors)
        return kernels

    found = initialization.power_ratio(scaling, depth=1, repeats=2, rng=rng)
    assert found == pytest.approx(((4 + 9) / 2, (9 - 4) / 2))  # the standard error of two values is half their distance


@pytest.mark.parametrize("relu", [False, True])
def test_the_size_of_a_signal_is_that_of_torchs_layers_with_pictures_that_wrap_round(relu, rng):
    weights = rng.standard_normal((2, 16, 16, 3, 3))
    drawn = iter(weights)
    sizes = initialization.signal_growth(lambda shape: next(drawn), depth=2, relu=relu, rng=np.random.default_rng(5))
    h = torch.tensor(np.random.default_rng(5).standard_normal((1, 16, 12, 12)))
    expected = [h.square().mean().sqrt()]
    for w in weights:
        h = torch.nn.functional.conv2d(torch.nn.functional.pad(h, (1,) * 4, mode="circular"), torch.tensor(w))
        expected.append(h.square().mean().sqrt())
        h = torch.relu(h) if relu else h
    np.testing.assert_allclose(sizes, expected)


BAD = [
    (lambda: layer.forward(np.ones((2, 5, 5)), np.ones((1, 3, 3, 3)), np.ones(1)), r"kernels must be \(outputs, inputs"),
    (lambda: layer.forward(np.ones((1, 2, 2)), np.ones((1, 1, 3, 3)), np.ones(1)), "it spans 3 of 2"),
    (lambda: layer.forward(np.ones((1, 2, 5)), np.ones((1, 1, 3, 3)), np.ones(1)), "it spans 3 of 2"),
    (lambda: layer.forward(np.ones((1, 5, 2)), np.ones((1, 1, 3, 3)), np.ones(1)), "it spans 3 of 2"),
    (lambda: layer.forward(np.ones((1, 2, 5)), np.ones((1, 1, 3, 1)), np.ones(1)), "it spans 3 of 2"),
    (lambda: layer.forward_by_channels(np.ones((2, 5, 5)), np.ones((3, 2, 3, 3)), np.ones(2)), r"kernels must be \(outputs"),
    (lambda: layer.forward(np.ones((1, 5, 5)), np.ones((1, 1, 3, 3)), np.ones(1), step=0), "step must be at least 1"),
    (lambda: Layer(dilation=0), "dilation must be at least 1"),
    (lambda: receptive.gradient_map([Layer(kernel=2)], size=5, rng=np.random.default_rng(0)), "layers must have odd kernels"),
    (lambda: layer.parameters(0, 1, 1), "inputs must be at least 1; got 0"),
    (lambda: receptive.extent(np.zeros((2, 2))), "seen must have a pixel"),
    (lambda: initialization.uniform((2,), half_width=-1.0, rng=np.random.default_rng(0)), "half_width must be above 0; got -1"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_layers_are_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
