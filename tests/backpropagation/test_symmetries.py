"""Symmetries of the weights: exact on outputs, flat for every loss."""

import numpy as np
import pytest

from principles.backpropagation import layers, network, symmetries
from principles.backpropagation.network import Network
from principles.backpropagation.oracles import directional_derivative

X = np.random.default_rng(0).normal(size=(300, 5))


def relu_network(rng, name="relu"):
    return network.random_network((5, 6, 4, 6), outputs=1, activation=name, gain=2.0, rng=rng)


@pytest.mark.parametrize("layer", [1, 2, 3])
@pytest.mark.parametrize("factor", [0.25, 8.0])
def test_scaling_by_a_power_of_two_changes_no_bit_of_the_output(layer, factor, rng):
    net = relu_network(rng)
    np.testing.assert_array_equal(network.logits(symmetries.rescale(net, layer=layer, factor=factor), X), network.logits(net, X))


def test_each_hidden_unit_may_be_scaled_by_its_own_positive_factor(rng):
    net = relu_network(rng)
    scaled = symmetries.rescale(net, layer=2, factor=np.array([0.1, 3.0, 7.0, 1.0]))
    np.testing.assert_allclose(network.logits(scaled, X), network.logits(net, X), atol=1e-12)


def test_negative_factors_and_other_activations_break_the_scale_symmetry(rng):
    net, smooth = relu_network(rng), relu_network(rng, "tanh")
    for wrong, right in (
        (symmetries.rescale(net, layer=1, factor=-1.0), net),
        (symmetries.rescale(smooth, layer=1, factor=2.0), smooth),
    ):
        assert np.abs(network.logits(wrong, X) - network.logits(right, X)).max() > 0.1


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "swish"])
def test_permuting_hidden_units_keeps_the_output_of_any_activation(name, rng):
    net = relu_network(rng, name)
    permuted = symmetries.permute(net, layer=1, permutation=rng.permutation(6))
    assert not np.allclose(permuted.S[0], net.S[0])
    np.testing.assert_allclose(network.logits(permuted, X), network.logits(net, X), atol=1e-13)


def test_without_the_transpose_only_involutions_keep_the_output(rng):
    net = relu_network(rng)
    cycle, swap = np.array([1, 2, 0, 3, 4, 5]), np.array([1, 0, 2, 3, 4, 5])
    for π, same in ((cycle, False), (swap, True)):
        printed = symmetries.permute_without_transpose(net, layer=1, permutation=π)
        assert np.allclose(network.logits(printed, X), network.logits(net, X)) is same


@pytest.mark.parametrize("loss", ["squared", "hinge", "logistic"])
@pytest.mark.parametrize("layer", [1, 2, 3])
def test_the_gradient_of_any_loss_is_orthogonal_to_the_scale_tangent(loss, layer, rng):
    net, y = relu_network(rng), rng.choice([-1.0, 1.0], size=len(X))
    tangent, w_bar = symmetries.scale_tangent(net, layer=layer), layers.gradient(net, X, y, loss=loss).w
    assert abs(tangent @ w_bar) < 1e-12 * np.linalg.norm(tangent) * np.linalg.norm(w_bar)


def test_the_tangent_is_the_derivative_of_rescaling(rng):
    net = relu_network(rng)
    for weight in range(0, len(network.flatten(net)), 7):
        moved = directional_derivative(
            lambda a, i=weight: float(network.flatten(symmetries.rescale(net, layer=2, factor=float(a[0])))[i]),
            np.ones(1),
            np.ones(1),
            step=1e-5,
        )
        assert symmetries.scale_tangent(net, layer=2)[weight] == pytest.approx(moved, abs=1e-8)


def test_only_the_scale_symmetry_removes_directions_from_weight_space():
    for name, missing in (("relu", 6 + 8), ("tanh", 0)):
        net = network.random_network((5, 6, 8), outputs=1, activation=name, gain=2.0, rng=np.random.default_rng(3))
        assert symmetries.independent_directions(net, X) == len(network.flatten(net)) - missing


def test_the_jacobian_is_that_of_finite_differences(rng):
    net = relu_network(rng, "swish")
    w, e = network.flatten(net), 1e-6
    columns = [
        (network.f(X[:4], w + e * u, like=net) - network.f(X[:4], w - e * u, like=net))[:, 0] / (2 * e) for u in np.eye(len(w))
    ]
    np.testing.assert_allclose(symmetries.jacobian(net, X[:4]), np.array(columns).T, atol=1e-8)


NET = Network((np.ones((3, 2)),), np.ones((2, 1)))
BAD = [
    (lambda: symmetries.rescale(NET, layer=2, factor=2.0), "layer must be at least 1 and at most 1; got 2"),
    (lambda: symmetries.rescale(NET, layer=1, factor=np.ones(3)), r"factor must have shape \(2\)"),
    (lambda: symmetries.jacobian(Network((np.ones((3, 2)),), np.ones((2, 2))), np.ones((1, 3))), "net must have one output"),
    (lambda: symmetries.rescale(NET, layer=1, factor=0.0), "factor must not be zero"),
    (lambda: symmetries.permute(NET, layer=1, permutation=np.array([0, 0])), r"each of 0, ..., 1 once; got \[0 0\]"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
