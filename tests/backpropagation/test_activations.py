"""Activations against PyTorch and against finite differences."""

import numpy as np
import pytest
import torch

from principles.backpropagation import autograd
from principles.backpropagation.activations import ACTIVATIONS, LEAK, activation, leaky_relu, relu, swish, threshold

PEERS = {
    "sigmoid": torch.nn.Sigmoid(),
    "tanh": torch.nn.Tanh(),
    "relu": torch.nn.ReLU(),
    "leaky_relu": torch.nn.LeakyReLU(LEAK),
    "swish": torch.nn.SiLU(),
    "threshold": lambda z: torch.heaviside(z, torch.ones((), dtype=z.dtype)),
}
Z = np.array([-30.0, -2.0, -0.3, 0.0, 0.4, 1.7, 30.0])


@pytest.mark.parametrize("name", PEERS)
def test_values_equal_those_of_pytorch_under_the_name_that_the_book_gives(name):
    np.testing.assert_allclose(activation(name).value(Z), PEERS[name](torch.tensor(Z)).numpy(), rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "threshold"])
def test_slopes_equal_those_of_autograd_also_at_the_kink(name):
    z = torch.tensor(Z, requires_grad=True)
    autograd.ACTIVATIONS[name](z).sum().backward()
    np.testing.assert_allclose(activation(name).slope(Z), z.grad.numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("σ", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_slopes_equal_differences_away_from_the_kink(σ):
    z = Z[Z != 0]
    np.testing.assert_allclose(σ.slope(z), (σ.value(z + 1e-6) - σ.value(z - 1e-6)) / 2e-6, atol=1e-8)


def test_the_named_functions_follow_their_definitions_case_by_case():
    z = np.array([-2.0, 0.0, 3.0])
    np.testing.assert_allclose(threshold(z), [0, 1, 1])
    np.testing.assert_allclose(relu(z), [0, 0, 3])
    np.testing.assert_allclose(leaky_relu(z), [-0.2, 0, 3])
    np.testing.assert_allclose(swish(z), z / (1 + np.exp(-z)))


def test_relu_and_leaky_relu_are_positively_homogeneous_and_the_others_are_not():
    homogeneous = {n for n, σ in ACTIVATIONS.items() if np.allclose(σ.value(2.5 * Z), 2.5 * σ.value(Z))}
    assert homogeneous == {"relu", "leaky_relu", "identity"}


def test_an_unknown_activation_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="threshold, sigmoid, tanh.*got 'elu'"):
        activation("elu")
