"""The same networks in PyTorch: an oracle for our gradients, and layers of our own inside its autograd."""

import numpy as np
import torch
from jaxtyping import Num

from principles.backpropagation.activations import LEAK
from principles.backpropagation.layers import Gradient
from principles.backpropagation.network import Network
from principles.signatures import checked

ACTIVATIONS = {
    "threshold": lambda z: torch.heaviside(z, torch.ones((), dtype=z.dtype)),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, negative_slope=LEAK),
    "swish": torch.nn.functional.silu,
    "identity": lambda z: z,
}

LOSSES = {
    "squared": lambda y, ŷ: 0.5 * torch.nn.functional.mse_loss(ŷ, y.reshape(ŷ.shape), reduction="sum") / len(ŷ),
    "hinge": lambda y, ŷ: torch.relu(1 - y[:, None] * ŷ).sum(1).mean(),
    "logistic": lambda y, ŷ: torch.nn.functional.softplus(-y[:, None] * ŷ).sum(1).mean(),
    "cross_entropy": lambda y, ŷ: torch.nn.functional.cross_entropy(ŷ, y),
}


@checked
def logits(matrices: list[torch.Tensor], X: torch.Tensor, *, activation: str) -> torch.Tensor:
    """The network of Section 4.1 as a chain of torch operations."""
    h = X
    for S in matrices[:-1]:
        h = _known("activation", activation, ACTIVATIONS)(h @ S)
    return h @ matrices[-1]


@checked
def gradient(net: Network, X: np.ndarray, y: Num[np.ndarray, "n *targets"], *, loss: str) -> Gradient:
    """The loss and its gradient as PyTorch's autograd computes them.

    Args:
        net: the network.
        X: inputs, a row a sample.
        y: labels or targets.
        loss: a key of `LOSSES`.
    """
    matrices = [torch.tensor(S, requires_grad=True) for S in net.weights]
    inputs = torch.tensor(X, requires_grad=True)
    value = _known("loss", loss, LOSSES)(torch.tensor(y), logits(matrices, inputs, activation=net.activation))
    *bars, X_bar = torch.autograd.grad(value, [*matrices, inputs])
    return Gradient(value.item(), tuple(bar.numpy() for bar in bars), X_bar.numpy())


def recorded_operations(output: torch.Tensor) -> list[str]:
    """What autograd wrote down while `output` was computed, last operation first, along the first inputs.

    >>> x = torch.ones((), requires_grad=True)
    >>> recorded_operations(torch.exp(2 * x))
    ['Exp', 'Mul', 'AccumulateGrad']
    """
    node, names = output.grad_fn, []
    while node is not None:
        names.append(type(node).__name__.removesuffix("0").removesuffix("Backward"))
        node = node.next_functions[0][0] if node.next_functions else None
    return names


class LinearFunction(torch.autograd.Function):
    """h ↦ h S with a backward of our own: from the cached input, not from the output (Section 4.2.2)."""

    @staticmethod
    def forward(ctx, inputs, weight):
        """Compute the output and keep what the way back needs."""
        ctx.save_for_backward(inputs, weight)
        return inputs @ weight

    @staticmethod
    def backward(ctx, output_bar):
        """The bars of the input and of the weight."""
        inputs, weight = ctx.saved_tensors
        return output_bar @ weight.T, inputs.T @ output_bar


class SwishFunction(torch.autograd.Function):
    """z sigmoid(z) with a backward of our own: σ'(z) = s + z s (1 - s)."""

    @staticmethod
    def forward(ctx, z):
        """Compute the output and keep z."""
        ctx.save_for_backward(z)
        return z * torch.sigmoid(z)

    @staticmethod
    def backward(ctx, h_bar):
        """The bar of z."""
        (z,) = ctx.saved_tensors
        s = torch.sigmoid(z)
        return h_bar * (s + z * s * (1 - s))


class ForgetfulSwish(SwishFunction):
    """Swish with a factor dropped from its backward, for `gradcheck` to catch."""

    @staticmethod
    def backward(ctx, h_bar):
        """A wrong bar of z: the slope of the sigmoid is missing."""
        (z,) = ctx.saved_tensors
        return h_bar * torch.sigmoid(z)


def passes_gradcheck(function: type[torch.autograd.Function], *arrays: np.ndarray) -> bool:
    """Whether the function's backward agrees with finite differences of its forward (`torch.autograd.gradcheck`).

    Args:
        function: a subclass of `torch.autograd.Function`.
        arrays: a float64 array for each input.
    """
    inputs = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in arrays]
    return torch.autograd.gradcheck(function.apply, inputs, raise_exception=False)


def _known(name, value, table):
    if value not in table:
        raise ValueError(f"{name} must be one of {', '.join(table)}; got {value!r}")
    return table[value]
