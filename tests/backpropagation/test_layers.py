"""Backpropagation through networks of random depth, width and activation."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from principles.backpropagation import autograd, cost, layers, network
from principles.backpropagation.activations import activation
from principles.backpropagation.losses import empirical_risk
from principles.backpropagation.oracles import directional_derivative, finite_differences, random_problem

DIFFERENTIABLE = ["sigmoid", "tanh", "relu", "leaky_relu", "swish", "identity"]
LOSSES = ["squared", "hinge", "logistic", "cross_entropy"]


def problems(losses=LOSSES):
    """Depth, widths, activation, size of the weights, size of the batch, loss and a seed."""
    return st.fixed_dictionaries(
        {
            "widths": st.lists(st.integers(1, 7), min_size=1, max_size=6),
            "name": st.sampled_from(DIFFERENTIABLE),
            "gain": st.sampled_from([0.5, 1.0, 3.0]),
            "samples": st.integers(1, 5),
            "loss": st.sampled_from(losses),
            "seed": st.integers(0, 2**32),
        }
    )


def build(widths, name, gain, samples, loss, seed):
    """The network and the batch of a problem."""
    rng, outputs = np.random.default_rng(seed), 3 if loss == "cross_entropy" else 1
    net = network.random_network(tuple(widths), outputs=outputs, activation=name, gain=gain, rng=rng)
    y = rng.integers(3, size=samples) if outputs == 3 else rng.choice([-1.0, 1.0], size=samples)
    return net, rng.normal(size=(samples, widths[0])), y, loss


@pytest.mark.result("Remark 4.2")
@given(problems())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_backpropagation_equals_autograd_on_networks_of_any_depth_width_and_activation(problem):
    net, X, y, loss = build(**problem)
    ours, theirs = layers.gradient(net, X, y, loss=loss), autograd.gradient(net, X, y, loss=loss)
    assert ours.loss == pytest.approx(theirs.loss, abs=1e-12)
    np.testing.assert_allclose(ours.w, theirs.w, atol=1e-11, rtol=1e-10)
    np.testing.assert_allclose(ours.X, theirs.X, atol=1e-11, rtol=1e-10)


@pytest.mark.result("Remark 4.2")
def test_random_problems_are_of_every_kind_and_backpropagation_solves_each():
    kinds, depths, widths, targets = set(), set(), set(), {}
    for seed in range(150):
        net, X, y, loss = random_problem(np.random.default_rng(seed))
        assert X.shape == (4, net.weights[0].shape[0])
        assert (y.shape, net.weights[-1].shape[1]) == ((4,), 3 if loss == "cross_entropy" else 1)
        depths.add(len(net.weights))
        widths.update(len(S) for S in net.weights)
        kinds.update({loss, net.activation})
        targets.setdefault(loss, set()).update(y.tolist())
        if seed < 20:
            theirs = autograd.gradient(net, X, y, loss=loss).w
            np.testing.assert_allclose(layers.gradient(net, X, y, loss=loss).w, theirs, atol=1e-11, rtol=1e-10)
    assert (depths, widths) == (set(range(1, 7)), set(range(1, 8)))
    assert kinds == {*LOSSES, *DIFFERENTIABLE} - {"identity"}
    assert targets == {"cross_entropy": {0, 1, 2}} | dict.fromkeys(LOSSES[:3], {-1, 1})


@pytest.mark.result("Remark 4.2")
@given(problems(losses=["squared", "logistic", "cross_entropy"]))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_backpropagation_equals_finite_differences_on_networks_of_any_depth_width_and_activation(problem):
    """Along three random directions of all weights and inputs at once: a wrong entry shows in each."""
    net, X, y, loss = build(**problem)
    assume(all(np.abs(h).min() > 1e-3 for h in network.pre_activations(net, X)))  # no kink within a step
    ours, w = layers.gradient(net, X, y, loss=loss), network.flatten(net)
    at, bars = np.concatenate([w, X.ravel()]), np.concatenate([ours.w, ours.X.ravel()])

    def risk(both):
        return empirical_risk(both[: len(w)], both[len(w) :].reshape(X.shape), y, loss=loss, like=net)

    for direction in np.random.default_rng(problem["seed"]).choice([-1.0, 1.0], size=(3, len(at))):
        slope = directional_derivative(risk, at, direction, step=1e-6)
        np.testing.assert_allclose(bars @ direction, slope, atol=1e-6, rtol=1e-6)


@pytest.mark.result("Remark 4.2")
@pytest.mark.parametrize("loss", LOSSES)
def test_every_entry_of_the_gradient_is_a_finite_difference(loss):
    net, X, y, _ = build([3, 4, 2], "tanh", 1.0, 3, loss, 7)
    ours, w = layers.gradient(net, X, y, loss=loss), network.flatten(net)
    in_w = finite_differences(lambda w: empirical_risk(w, X, y, loss=loss, like=net), w, step=1e-6)
    in_x = finite_differences(lambda x: empirical_risk(w, x.reshape(X.shape), y, loss=loss, like=net), X.ravel(), step=1e-6)
    np.testing.assert_allclose(ours.w, in_w, atol=1e-8)
    np.testing.assert_allclose(ours.X.ravel(), in_x, atol=1e-8)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_each_layer_sends_back_what_autograd_sends_back(name, rng):
    H, H_bar = rng.normal(size=(5, 3)), rng.normal(size=(5, 4))
    for layer, call, bar in (
        (layers.Linear(rng.normal(size=(3, 4))), None, H_bar),
        (layers.Elementwise(activation(name)), autograd.ACTIVATIONS[name], H_bar[:, :3]),
    ):
        inputs = torch.tensor(H, requires_grad=True)
        weight = torch.tensor(layer.weight, requires_grad=True) if call is None else None
        output = inputs @ weight if call is None else call(inputs)
        output.backward(torch.tensor(bar))
        weight_bar, inputs_bar = layer.backward(H, bar)
        np.testing.assert_allclose(layer.forward(H), output.detach().numpy(), atol=1e-14)
        np.testing.assert_allclose(inputs_bar, inputs.grad.numpy(), atol=1e-14)
        if weight is not None:
            np.testing.assert_allclose(weight_bar, weight.grad.numpy(), atol=1e-14)


def test_gradcheck_accepts_our_functions_and_catches_a_dropped_factor(rng):
    assert autograd.passes_gradcheck(autograd.LinearFunction, rng.normal(size=(3, 4)), rng.normal(size=(4, 2)))
    assert autograd.passes_gradcheck(autograd.SwishFunction, rng.normal(size=(3, 4)))
    assert not autograd.passes_gradcheck(autograd.ForgetfulSwish, rng.normal(size=(3, 4)))
    z = torch.tensor(rng.normal(size=6), requires_grad=True)
    (3 * autograd.ForgetfulSwish.apply(z)).sum().backward()  # what is forgotten is the slope of the sigmoid, and nothing else
    s = 1 / (1 + np.exp(-z.detach().numpy()))
    np.testing.assert_allclose(z.grad.numpy(), 3 * s, rtol=1e-12)


def test_a_comparison_leaves_nothing_for_autograd_to_record():
    z = torch.linspace(-1, 1, 4, requires_grad=True)
    assert not (z >= 0).double().requires_grad
    assert autograd.recorded_operations(torch.tanh(2 * z).sum()) == ["Sum", "Tanh", "Mul", "AccumulateGrad"]


def test_going_back_takes_twice_the_multiplications_of_going_forward_also_when_each_product_is_watched(rng):
    for widths in [(3, 4), (10, 20, 5), (7, 7, 7, 7)]:
        net = network.random_network(widths, outputs=2, activation="relu", gain=2.0, rng=rng)
        assert cost.counted_multiplications(net, rng.normal(size=(6, widths[0]))) == cost.multiplications(net, samples=6)
    assert cost.multiplications(net, samples=6)[1] == 2 * 6 * (3 * 49 + 14)
    assert all(s > 0 for s in cost.seconds(net, rng.normal(size=(6, 7)), repeats=2))


NET, TWO = (network.Network((np.ones((3, 2)),), np.ones((2, outputs))) for outputs in (1, 2))
BAD = [
    (lambda: layers.gradient(NET, np.ones((2, 4)), np.ones(2), loss="squared"), r"X must have shape \(any, 3\)"),
    (lambda: layers.gradient(NET, np.ones((2, 3)), np.ones(3), loss="squared"), "X and y"),
    (lambda: layers.gradient(NET, np.ones((2, 3)), np.ones(2), loss="l2"), "loss must be one of"),
    (lambda: layers.gradient(NET, np.full((2, 3), np.nan), np.ones(2), loss="squared"), "X must be finite"),
    (lambda: layers.gradient(NET, np.ones((2, 3)), np.array([0, 1]), loss="hinge"), "labels -1 and"),
    (lambda: layers.gradient(NET, np.ones((2, 3)), np.array([0, 1]), loss="cross_entropy"), "whole numbers 0, ..., 0"),
    (lambda: layers.gradient(NET, np.ones((2, 3)), np.ones((2, 2)), loss="squared"), "y must hold 1 targets a sample"),
    (lambda: layers.gradient(TWO, np.ones((2, 3)), np.array([0, -1]), loss="cross_entropy"), "whole numbers 0, ..., 1"),
    (lambda: layers.gradient(TWO, np.ones((2, 3)), np.ones(2), loss="logistic"), "v must have one column"),
    (lambda: cost.multiplications(NET, samples=0), "samples must be at least 1"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
