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
    assert library.default_half_width(channels, kernel) == pytest.approx(initialization.weight_std(channels, kernel), rel=1e-3)


BAD = [
    (lambda: layer.forward(np.ones((2, 5, 5)), np.ones((1, 3, 3, 3)), np.ones(1)), r"kernels must be \(outputs, inputs"),
    (lambda: layer.forward(np.ones((1, 2, 2)), np.ones((1, 1, 3, 3)), np.ones(1)), "it spans 3 of 2"),
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
