"""Backpropagation by hand through one neuron."""

import math

import numpy as np
import pytest
import torch

from principles.backpropagation import autograd, neuron
from principles.backpropagation.neuron import Neuron
from principles.backpropagation.oracles import directional_derivative, finite_differences


@pytest.fixture(params=["tanh", "sigmoid", "swish", "relu", "leaky_relu"])
def example(request):
    return Neuron(np.array([0.5, -1.0, 0.25]), 1.5, np.array([1.0, -0.5, 2.0]), 2.0, request.param)


def through_torch(example):
    """The loss and the tensors of the graph in the order x, w, z, h, v, e, each keeping its gradient."""
    x, w, v = (torch.tensor(t, dtype=torch.float64, requires_grad=True) for t in (example.x, example.w, example.v))
    z = w @ x
    h = autograd.ACTIVATIONS[example.activation](z)
    e = v * h
    for t in (z, h, e):
        t.retain_grad()
    loss = 0.5 * (example.y - e) ** 2
    loss.backward()
    return loss, {"x": x, "w": w, "z": z, "h": h, "v": v, "e": e}


@pytest.mark.equation("4.6", "4.10", "4.11", "4.12", "4.13")
def test_the_forward_graph_holds_every_intermediate_result(example):
    cache, (loss, graph) = neuron.forward(example), through_torch(example)
    for name in "zhe":
        assert getattr(cache, name) == pytest.approx(graph[name].item(), rel=1e-14)
    assert cache.loss == pytest.approx(loss.item(), rel=1e-14)


@pytest.mark.equation("4.13")
def test_the_forward_pass_of_a_hand_worked_case():
    cache = neuron.forward(Neuron(np.array([0.0]), 3.0, np.array([7.0]), 2.0, "sigmoid"))
    assert (cache.z, cache.h, cache.e, cache.loss) == (0.0, 0.5, 1.5, 0.125)


@pytest.mark.equation("4.9")
def test_every_bar_is_the_derivative_that_autograd_finds(example):
    bars, (_, graph) = neuron.backward(example, neuron.forward(example)), through_torch(example)
    assert bars.loss == 1
    for name, tensor in graph.items():
        np.testing.assert_allclose(getattr(bars, name), tensor.grad.numpy(), rtol=1e-13, err_msg=name)


@pytest.mark.equation("4.7", "4.8")
def test_the_written_out_chain_rule_equals_finite_differences(example):
    def loss(weights):
        return neuron.forward(Neuron(weights[1:], weights[0], example.x, example.y, example.activation)).loss

    differences = finite_differences(loss, np.array([example.v, *example.w]), step=1e-5)
    assert neuron.derivative_v(example) == pytest.approx(differences[0], rel=1e-8)
    np.testing.assert_allclose(neuron.derivative_w(example), differences[1:], rtol=1e-8)


@pytest.mark.result("Remark 4.1")
def test_weights_share_the_gradient_in_proportion_to_the_activations_and_parts_in_proportion_to_the_weights():
    w, x = np.array([2.0, -3.0]), np.array([100.0, 0.01])
    w_bar, x_bar = neuron.shares(w, x, z_bar=0.7)
    np.testing.assert_allclose(w_bar, finite_differences(lambda w: 0.7 * (w @ x), w, step=0.1))
    np.testing.assert_allclose(x_bar, finite_differences(lambda x: 0.7 * (w @ x), x, step=0.1))


def test_central_differences_converge_at_second_order():
    steps = np.array([0.1, 0.05, 0.025])
    errors = [abs(finite_differences(lambda w: math.exp(w[0]), np.zeros(1), step=s)[0] - 1) for s in steps]
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(2, abs=0.01)
    slope = directional_derivative(lambda w: float(w[0] * w[1]), np.array([2.0, 3.0]), np.array([1.0, -1.0]), step=0.1)
    assert slope == pytest.approx(1.0)
    slope = directional_derivative(lambda w: float(w[0] * w[1]), np.array([2.0, 3.0]), np.array([4.0, 0.5]), step=0.1)
    assert slope == pytest.approx(3 * 4 + 2 * 0.5)


ONE = np.ones(2)
BAD = [
    (lambda: Neuron(ONE, 1.0, np.ones(3), 0.0, "relu"), "w and x must have one row a sample each; got 2 and 3"),
    (lambda: Neuron(ONE, 1.0, ONE, 0.0, "step"), "activation must be one of"),
    (lambda: Neuron(ONE, np.nan, ONE, 0.0, "relu"), "v must be finite"),
    (lambda: Neuron(ONE, 1.0, ONE, np.inf, "relu"), "y must be finite"),
    (lambda: neuron.shares(ONE, np.ones(3), 1.0), "inputs and weights"),
    (lambda: finite_differences(sum, ONE, step=0.0), "step must be above 0"),
    (lambda: directional_derivative(sum, ONE, np.ones(3), step=0.1), "direction and at"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
