"""What the optimisers of libraries compute, and a transcription of torch's without torch."""

import inspect
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float

from principles.acceleration.updates import Path, Schedule, _at, _room
from principles.signatures import checked
from principles.validation import array, count, number, same_length, signs


@checked
def transcribed(
    gradient: Callable,
    start: Float[np.ndarray, " p"],
    *,
    step_size: Schedule,
    momentum: float,
    dampening: float = 0.0,
    nesterov: bool = False,
    steps: int,
) -> Path:
    """What `torch.optim.SGD` computes: (10.6) with the buffer b = −u, and two options.

    The buffer is b ← ρ b + (1 − d) ∇ℓ(w), but b ← ∇ℓ(w) at the first update, undampened. The step is −η b, or
    −η (∇ℓ(w) + ρ b) with `nesterov`.

    Args:
        gradient: ∇ℓ.
        start: first weights.
        step_size: η, or a function of the update t.
        momentum: ρ.
        dampening: d.
        nesterov: report the extrapolated point of (10.8) as the weights.
        steps: updates to make.

    Returns:
        The weights, and the buffers after each update.
    """
    ρ, d = number("momentum", momentum, least=0, most=1), number("dampening", dampening, least=0, most=1)
    if nesterov and (ρ == 0 or d > 0):
        raise ValueError(f"nesterov needs momentum above 0 and no dampening, as in torch; got {ρ:g} and {d:g}")
    W, b = _room(gradient, start, steps), None
    B = np.empty_like(W[1:])
    for t in range(steps):
        g = gradient(W[t])
        b = g if b is None else ρ * b + (1 - d) * g
        W[t + 1] = W[t] - _at("step_size", step_size, t) * (g + ρ * b if nesterov else b)
        B[t] = b
    return Path(W, B)


@checked
def torch_sgd(
    loss: Callable[[torch.Tensor], torch.Tensor],
    start: Float[np.ndarray, " p"],
    *,
    step_size: Schedule,
    momentum: float,
    dampening: float = 0.0,
    nesterov: bool = False,
    steps: int,
) -> Path:
    """The weights and momentum buffers of `torch.optim.SGD` itself, in float64, gradients by autograd.

    Args:
        loss: of a float64 tensor.
        start, step_size, momentum, dampening, nesterov, steps: as for `transcribed`.
    """
    start, ρ = array("start", start, ndim=1), number("momentum", momentum, least=0, most=1)
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    rate = _at("step_size", step_size, 0)
    sgd = torch.optim.SGD([w], lr=rate, momentum=ρ, dampening=dampening, nesterov=nesterov)
    weights, buffers = [start.copy()], []
    for t in range(count("steps", steps)):
        sgd.param_groups[0]["lr"] = _at("step_size", step_size, t)
        sgd.zero_grad()
        loss(w).backward()
        sgd.step()
        weights.append(w.detach().numpy().copy())
        buffers.append(sgd.state[w]["momentum_buffer"].numpy().copy() if ρ else np.zeros_like(start))
    return Path(np.array(weights), np.array(buffers))


@checked
def sklearn_sgd(
    gradient: Callable,
    start: Float[np.ndarray, " p"],
    *,
    step_size: Schedule,
    momentum: float,
    nesterov: bool = False,
    steps: int,
) -> Float[np.ndarray, "t p"]:
    """The weights that scikit-learn's neural networks reach with `solver="sgd"`; their velocity contains the step size.

    Args: as for `transcribed`.
    """
    from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

    W = _room(gradient, start, steps)
    parameters, ρ = [W[0].copy()], number("momentum", momentum, least=0, most=1)
    sgd = SGDOptimizer(parameters, momentum=ρ, nesterov=nesterov)
    for t in range(steps):
        sgd.learning_rate = _at("step_size", step_size, t)
        sgd.update_params(parameters, [gradient(parameters[0])])
        W[t + 1] = parameters[0]
    return W


def logistic_loss(X: Float[np.ndarray, "n p"], y: Float[np.ndarray, " n"], *, penalty: float) -> Callable:
    """The logistic objective as a function of a float64 tensor, for autograd: mean softplus(−y x·w) + penalty ‖w‖²/2."""
    X, y, λ = array("X", X, ndim=2), signs("y", y), number("penalty", penalty, above=0)
    same_length("y", y, "X", X)
    Z = torch.from_numpy(X * y[:, None])
    return lambda w: torch.nn.functional.softplus(-(Z @ w)).mean() + λ * (w**2).sum() / 2


def defaults() -> dict[str, float]:
    """The momentum that `torch.optim.SGD` and scikit-learn's `MLPClassifier` use if you do not ask for one."""
    from sklearn.neural_network import MLPClassifier

    options = inspect.signature(torch.optim.SGD).parameters
    return {"torch": float(options["momentum"].default), "scikit-learn": float(MLPClassifier().momentum)}
