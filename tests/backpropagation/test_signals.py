"""Initialisation schemes and what they do to a signal on its way through depth."""

import numpy as np
import pytest
import torch

from principles.backpropagation import initialisation, signals
from principles.backpropagation.initialisation import SCHEMES

D, P = 300, 100


@pytest.mark.equation("4.14")
def test_the_standard_deviation_of_4_14_keeps_the_variance_of_a_pre_activation(rng):
    std = initialisation.standard_deviation(D)
    measured, error = initialisation.sampled_variance(D, weight_std=std, input_std=1.0, samples=5000, rng=rng)
    assert abs(measured - 1) < 4 * error < 0.2
    assert initialisation.pre_activation_variance(D, weight_std=std, input_std=1.5) == pytest.approx(1.5**2)


@pytest.mark.equation("4.14")
def test_pre_activation_variance_is_d_times_both_variances(rng):
    measured, error = initialisation.sampled_variance(50, weight_std=0.3, input_std=2.0, samples=20_000, rng=rng)
    assert abs(measured - initialisation.pre_activation_variance(50, weight_std=0.3, input_std=2.0)) < 4 * error


@pytest.mark.equation("4.14")
def test_the_error_of_a_sampled_variance_is_that_of_a_product_of_normals(rng):
    """For one input E z⁴ = 3 · 3, so z² has variance 8; the mean of (z² − 1)⁴ is 10176, of which the tolerance follows."""
    measured, error = initialisation.sampled_variance(1, weight_std=0.5, input_std=2.0, samples=100_000, rng=rng)
    assert abs(measured - 1) < 4 * np.sqrt(8 / 100_000)
    assert 100_000 * error**2 == pytest.approx(8, abs=4 * np.sqrt(10176 / 100_000))


PEERS = {
    "xavier": torch.nn.init.xavier_normal_,
    "xavier_uniform": torch.nn.init.xavier_uniform_,
    "he": lambda W: torch.nn.init.kaiming_normal_(W, nonlinearity="relu"),
    "inputs": lambda W: torch.nn.init.kaiming_normal_(W, nonlinearity="linear"),
    "outputs": lambda W: torch.nn.init.kaiming_normal_(W, mode="fan_out", nonlinearity="linear"),
}


@pytest.mark.parametrize("name", SCHEMES)
def test_schemes_draw_what_pytorch_draws(name, rng):
    if name == "torch_linear":
        theirs, bias = initialisation.torch_default(D, P, seed=0)
        assert abs(bias).max() <= D**-0.5
    else:
        torch.manual_seed(0)
        theirs = PEERS[name](torch.empty(P, D, dtype=torch.float64)).numpy()
    ours, variance = SCHEMES[name].draw(D, P, rng=rng), SCHEMES[name].variance(D, P)
    kurtosis = 1.8 if SCHEMES[name].uniform else 3.0
    allowed = 4 * variance * np.sqrt((kurtosis - 1) / (D * P))
    assert abs(ours.var() - variance) < allowed
    assert abs(theirs.var() - variance) < allowed
    if SCHEMES[name].uniform:
        for S in (ours, theirs):
            assert 0.99 * np.sqrt(3 * variance) < abs(S).max() <= np.sqrt(3 * variance)


def test_the_default_of_pytorch_is_uniform_with_a_third_of_the_variance_of_4_14():
    assert SCHEMES["torch_linear"].variance(D, P) == pytest.approx(initialisation.standard_deviation(D) ** 2 / 3)


def test_the_default_bias_of_pytorch_has_the_variance_of_its_weights():
    bias = initialisation.torch_default(D, 5000, seed=1)[1]
    assert np.mean(bias**2) == pytest.approx(SCHEMES["torch_linear"].bias_variance(D), rel=0.06)


def test_ratios_of_a_geometric_signal_are_its_factor_up_and_its_inverse_down():
    signal = np.array([[1.0], [5.0]]) * 3.0 ** np.arange(6)
    assert signals.ratios(signal) == pytest.approx((3.0, 0.0), abs=1e-12)
    assert signals.ratios(signal, toward_input=True) == pytest.approx((1 / 3, 0.0), abs=1e-12)


def test_the_error_of_ratios_is_that_of_a_mean():
    up = np.array([[1.0, 2.0], [1.0, 4.0]])  # ratios 2 and 4: mean 3, deviation √2, error √2/√2
    assert signals.ratios(up) == pytest.approx((3.0, 1.0), rel=1e-12)
    assert signals.ratios(up[:, ::-1], toward_input=True) == pytest.approx((3.0, 1.0), rel=1e-12)


def test_a_linear_network_keeps_unrelated_inputs_unrelated_at_any_width(rng):
    """x' and −x' are alike, so that the contrast 1 − 2 h·h'/(|h|² + |h'|²) has mean 1 on every layer."""
    found = signals.contrast(SCHEMES["he"], widths=[9, 3, 5, 4], activation_name="identity", networks=400, rng=rng)
    assert found.shape == (400, 4)
    assert (np.abs(found.mean(0) - 1) < 4 * found.std(0) / np.sqrt(400)).all()
    assert found.std(0).min() > 0.1
    biased = signals.contrast(SCHEMES["torch_linear"], widths=[9, 3, 5, 4], activation_name="identity", networks=400, rng=rng)
    assert biased[:, 3].mean() < 0.9  # what both have in common grows


def test_making_a_torch_layer_leaves_the_global_generator_alone():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    initialisation.torch_default(3, 2, seed=5)
    assert torch.equal(before, torch.get_rng_state())


WIDTHS = [80, 40] * 8 + [80]
FACTORS = {"identity": 1.0, "relu": 0.5}


@pytest.mark.equation("4.14")
@pytest.mark.parametrize("activation", FACTORS)
@pytest.mark.parametrize("name", [n for n in SCHEMES if n != "torch_linear"])
def test_a_layer_multiplies_mean_squares_by_inputs_or_outputs_times_the_variance(name, activation, rng):
    measured = signals.measure(SCHEMES[name], widths=WIDTHS, activation_name=activation, networks=25, rng=rng)
    for l, (d, p) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        up, up_error = signals.ratios(measured.forward[:, l : l + 2])
        down, down_error = signals.ratios(measured.backward[:, l : l + 2], toward_input=True)
        assert abs(up - FACTORS[activation] * d * SCHEMES[name].variance(d, p)) < 5 * up_error
        assert abs(down - FACTORS[activation] * p * SCHEMES[name].variance(d, p)) < 5 * down_error


@pytest.mark.parametrize("activation", ["identity", "relu"])
@pytest.mark.parametrize("name", SCHEMES)
def test_predictions_multiply_the_factors(name, activation):
    scheme, factor = SCHEMES[name], FACTORS[activation]
    predicted = signals.predict(scheme, widths=WIDTHS, activation_name=activation)
    q, forward, gains = 1.0, [1.0], []
    for d, p in zip(WIDTHS, WIDTHS[1:]):
        q = factor * (d * scheme.variance(d, p) * q + (scheme.bias_variance(d) if scheme.bias_variance else 0))
        forward.append(q)
        gains.append(factor * p * scheme.variance(d, p))
    np.testing.assert_allclose(predicted.forward[0], forward)
    np.testing.assert_allclose(predicted.backward[0], [np.prod(gains[l:]) for l in range(len(WIDTHS))])


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "swish"])
def test_predictions_agree_with_wide_sampled_networks(activation, rng):
    widths = [400] * 7
    measured = signals.measure(SCHEMES["torch_linear"], widths=widths, activation_name=activation, networks=6, rng=rng)
    predicted = signals.predict(SCHEMES["torch_linear"], widths=widths, activation_name=activation)
    np.testing.assert_allclose(measured.forward.mean(0)[1:], predicted.forward[0, 1:], rtol=0.12)
    np.testing.assert_allclose(measured.backward.mean(0)[:-1], predicted.backward[0, :-1], rtol=0.2)


def test_layers_with_the_default_biases_forget_their_input_and_he_networks_hold_it_longer(rng):
    options = {"widths": [60] * 13, "activation_name": "relu", "networks": 8, "rng": rng}
    forgets = signals.contrast(SCHEMES["torch_linear"], **options).mean(0)
    holds = signals.contrast(SCHEMES["he"], **options).mean(0)
    assert forgets[0] == pytest.approx(1, abs=0.15)
    assert forgets[-1] < 1e-4 < 0.05 < holds[-1]


def test_single_precision_overflows_and_underflows_where_the_factor_says(rng):
    assert np.isfinite(signals.single_precision(0.2**0.5 / 10**0.5, width=100, depth=50, rng=rng)).all()
    assert signals.single_precision(0.01, width=100, depth=50, rng=rng)[-1] == 0
    assert not np.isfinite(signals.single_precision(1.0, width=100, depth=50, rng=rng)[-1])


BAD = [
    (lambda: initialisation.standard_deviation(0), "inputs must be at least 1"),
    (lambda: SCHEMES["he"].draw(3, 0, rng=np.random.default_rng(0)), "outputs must be at least 1"),
    (
        lambda: signals.measure(SCHEMES["he"], widths=[2, 2], activation_name="relu", networks=0, rng=np.random.default_rng(0)),
        "networks must be at least 1",
    ),
    (lambda: signals.predict(SCHEMES["he"], widths=[2], activation_name="relu"), "widths must name the input and"),
    (lambda: signals.ratios(np.ones((1, 2))), "signal must hold at least two ratios"),
    (lambda: signals.single_precision(-1.0, width=2, depth=2, rng=np.random.default_rng(0)), "weight_std must be at least 0"),
    (
        lambda: initialisation.sampled_variance(2, weight_std=1.0, input_std=1.0, samples=1, rng=np.random.default_rng(0)),
        "samples must be at",
    ),
    (lambda: initialisation.pre_activation_variance(2, weight_std=-1.0, input_std=1.0), "weight_std must be at least 0"),
    (lambda: signals.predict(SCHEMES["he"], widths=[2, 2], activation_name="step"), "activation must be one of"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
