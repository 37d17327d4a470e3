"""What torch does: its layers as referees, in float64, on numpy arrays."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Run:
    """A normalisation layer of torch after one training step and one evaluation."""

    training: Float[np.ndarray, "..."]
    evaluation: Float[np.ndarray, "..."]
    h_bar: Float[np.ndarray, "..."]
    a_bar: Float[np.ndarray, " p"]
    b_bar: Float[np.ndarray, " p"]
    running_mean: Float[np.ndarray, " p"]
    running_var: Float[np.ndarray, " p"]
    evaluation_h_bar: Float[np.ndarray, "..."]
    evaluation_a_bar: Float[np.ndarray, " p"]


@checked
def batch_norm(h: np.ndarray, a: np.ndarray, b: np.ndarray, bar: np.ndarray) -> Run:
    """`BatchNorm1d` or `BatchNorm2d` on h with gradients from `bar` = dℓ/d(output), then the same in evaluation."""
    h = valid.array("h", h, ndim=(2, 4))
    bar, (a, b) = valid.array("bar", bar, shape=h.shape), (valid.array(n, v, shape=h.shape[1:2]) for n, v in (("a", a), ("b", b)))
    kind = torch.nn.BatchNorm1d if h.ndim == 2 else torch.nn.BatchNorm2d
    layer = kind(h.shape[1]).double()
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(a))
        layer.bias.copy_(torch.from_numpy(b))
    x = torch.from_numpy(h.copy()).requires_grad_()
    out = layer(x)
    out.backward(torch.from_numpy(bar))
    trained = (x.grad, layer.weight.grad, layer.bias.grad, layer.running_mean, layer.running_var)
    still = layer.eval()(x)
    slopes = torch.autograd.grad(still, (x, layer.weight), torch.from_numpy(bar))
    tensors = (out, still, *trained, *slopes)
    return Run(*(t.detach().numpy().copy() for t in tensors))


@checked
def layer_norm(h: np.ndarray) -> np.ndarray:
    """`torch.nn.LayerNorm` over all axes but the first."""
    return torch.nn.functional.layer_norm(torch.from_numpy(h), h.shape[1:]).numpy()


@checked(counts=("groups",))
def group_norm(h: np.ndarray, *, groups: int) -> np.ndarray:
    """`torch.nn.GroupNorm`."""
    if h.ndim < 2 or h.shape[1] % groups:
        raise ValueError(f"groups must divide the channels, the second axis of h; got {groups} and shape {h.shape}")
    return torch.nn.functional.group_norm(torch.from_numpy(h), groups).numpy()


@checked(unsigned=("alpha",), positive=("eta",), counts=("steps",))
def optimize(X: np.ndarray, y: np.ndarray, w: np.ndarray, *, alpha: float, eta: float, steps: int, kind: str) -> np.ndarray:
    """The weights after each step of torch's SGD, Adam or AdamW with `weight_decay=alpha`, or of the same on ℓ + α/2 ‖w‖²
    ("sgd penalty", "adam penalty").

    ℓ is ½‖y - Xw‖².
    """
    X = valid.array("X", X, shape=(len(y), len(w)))
    v = torch.tensor(w, requires_grad=True)
    if kind.split(" ")[0] not in ("sgd", "adam", "adamw"):
        raise ValueError(f"kind must begin with sgd, adam or adamw; got {kind!r}")
    makers, penalized = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}, "penalty" in kind
    optimizer = makers[kind.split()[0]]([v], lr=eta, weight_decay=0.0 if penalized else alpha)
    A, b, states = torch.from_numpy(X), torch.from_numpy(y), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = 0.5 * ((b - A @ v) ** 2).sum() + (alpha / 2 * (v @ v) if penalized else 0)
        loss.backward()
        optimizer.step()
        states.append(v.detach().numpy().copy())
    return np.array(states)


@checked(unsigned=("alpha",))
def parameter_groups(model: torch.nn.Module, *, alpha: float) -> list[dict]:
    """Two groups for an optimiser: matrices and filters decay with α; biases and normalisation parameters do not."""
    parts = [w for w in model.parameters() if w.ndim > 1], [w for w in model.parameters() if w.ndim <= 1]
    return [{"params": part, "weight_decay": decay} for part, decay in zip(parts, (alpha, 0.0))]


@checked(unsigned=("alpha",))
def weights_after_decay(model: torch.nn.Module, groups: list[dict] | None, *, alpha: float) -> dict[str, bool]:
    """Which parameters one step of SGD with decay changes when every gradient is zero."""
    before = {name: w.detach().clone() for name, w in model.named_parameters()}
    optimizer = torch.optim.SGD(groups or list(model.parameters()), lr=0.1, weight_decay=alpha)
    for w in model.parameters():
        w.grad = torch.zeros_like(w)
    optimizer.step()
    return {name: bool((w.detach() != before[name]).any()) for name, w in model.named_parameters()}


class Forgetful(torch.nn.Module):
    """Calls `torch.nn.functional.dropout` without telling it whether the module trains."""

    def forward(self, x):
        """Dropout, always."""
        return torch.nn.functional.dropout(x, 0.5)


def differs_in_evaluation() -> dict[str, bool]:
    """For kinds of module, whether `model.eval()` changes what they compute."""
    nn, x = torch.nn, torch.linspace(-1, 1, 512, dtype=torch.float64).reshape(1, 8, 64)
    modules = {
        "Linear": nn.Linear(64, 3), "Conv1d": nn.Conv1d(8, 3, 5), "Softmax": nn.Softmax(-1), "LayerNorm": nn.LayerNorm(64),
        "Dropout": nn.Dropout(), "BatchNorm1d": nn.BatchNorm1d(8), "RReLU": nn.RReLU(),
        "LSTM with dropout": nn.LSTM(64, 64, 2, dropout=0.5),
        "attention with dropout": nn.TransformerEncoderLayer(64, 2, 64, dropout=0.5),
    }  # fmt: skip
    result = {}
    for name, module in modules.items():
        outputs = [module.double().train(mode)(x) for mode in (True, False)]
        first, second = (out[0] if isinstance(out, tuple) else out for out in outputs)
        result[name] = not torch.equal(first, second)
    return result


def still_drops_in_evaluation(module: torch.nn.Module) -> bool:
    """Whether a module zeroes entries of its input after `eval()`."""
    with torch.no_grad():
        return bool((module.eval()(torch.ones(1000)) == 0).any())
