"""How far back can a model remember? One task, and the gradient that has to carry the lesson.

The task: a sequence of random symbols; after the last one, say what the first one was.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import nn
from torch.nn import functional as F

from principles.sequences import positions, pretraining
from principles.sequences.inputs import same_shape
from principles.sequences.transformer import weight
from principles.signatures import checked
from principles.validation import count, generator

LAYERS = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}


class Reader(nn.Module):
    """A model that reads a sequence of vectors and answers from its last position.

    Args:
        kind: "RNN", "GRU", "LSTM", "attention", or "RNN + attention", whose last state asks all earlier states.
        d: features of the input.
        p: features of the state, or of keys and values.
        answers: number of possible answers.
        length: longest sequence, for the position encoding of "attention".
        rng: numpy generator for the weights.
    """

    def __init__(self, kind: str, *, d: int, p: int, answers: int, length: int, rng: np.random.Generator):
        super().__init__()
        kinds = [*LAYERS, "attention", "RNN + attention"]
        if kind not in kinds:
            raise ValueError(f"kind must be one of {', '.join(kinds)}; got {kind!r}")
        d, p, answers = count("d", d), count("p", p), count("answers", answers)
        self.length, self.kind, recurrent = count("length", length), kind, kind.split(" ")[0]
        if recurrent in LAYERS:
            self.layer = LAYERS[recurrent](d, p, batch_first=True, dtype=torch.float64)
            for parameter in self.layer.parameters():  # torch's own law, U(-1/√p, 1/√p), drawn by numpy
                parameter.data = torch.tensor(generator("rng", rng).uniform(-1, 1, size=tuple(parameter.shape)) / np.sqrt(p))
        else:
            self.w_in = weight(rng, d, p, std=1.0)
            self.place = torch.tensor(positions.sinusoids(np.arange(length), p))
        if "attention" in kind:
            self.w_q, self.w_k, self.w_v = (weight(rng, p, p) for _ in range(3))
        self.readout = weight(rng, p, answers)

    def forward(self, x: Float[torch.Tensor, "n T d"]) -> Float[torch.Tensor, "n answers"]:
        """Scores of the answers after the last element."""
        if x.ndim != 3 or x.shape[1] > self.length:
            raise ValueError(f"x must have shape (n, at most {self.length}, d); got {tuple(x.shape)}")
        h = self.layer(x)[0] if self.kind != "attention" else x @ self.w_in + self.place[: x.shape[1]]
        if "attention" not in self.kind:
            return h[:, -1] @ self.readout
        scores = (h[:, -1:] @ self.w_q) @ (h @ self.w_k).transpose(1, 2) / h.shape[-1] ** 0.5
        return (scores.softmax(dim=-1) @ (h @ self.w_v))[:, 0] @ self.readout


def recall_task(
    n: int, T: int, *, symbols: int, rng: np.random.Generator
) -> tuple[Float[torch.Tensor, "n T d"], Int[torch.Tensor, " n"]]:
    """Sequences of T random symbols, one-hot, and the first symbol of each as the answer.

    Args:
        n: how many.
        T: length; the answer lies T - 1 steps back.
        symbols: size of the alphabet; guessing scores 1/symbols.
        rng: numpy generator.
    """
    x = torch.tensor(generator("rng", rng).integers(0, count("symbols", symbols, least=2), (count("n", n), count("T", T))))
    return F.one_hot(x, symbols).double(), x[:, 0]


@checked(counts=("T", "batch", "symbols", "test"))
def recall_accuracy(
    kind: str, T: int, *, p: int, symbols: int, steps: int, batch: int, rate: float, test: int, rng: np.random.Generator
) -> float:
    """Train one model on fresh sequences and return the share of new sequences that it answers rightly.

    Args:
        kind: as for `Reader`.
        T: length of the sequences.
        p: features.
        symbols: size of the alphabet.
        steps, batch, rate: of the training, the same for every kind.
        test: how many new sequences.
        rng: numpy generator for weights and data.
    """
    model = Reader(kind, d=symbols, p=p, answers=symbols, length=T, rng=rng)

    def loss():
        x, y = recall_task(batch, T, symbols=symbols, rng=rng)
        return F.cross_entropy(model(x), y)

    pretraining.train(model.parameters(), pretraining.repeat(loss), steps=steps, rate=rate)
    x, y = recall_task(test, T, symbols=symbols, rng=rng)
    with torch.no_grad():
        return float((model(x).argmax(dim=1) == y).double().mean())


@checked
def input_gradients(model: Reader, x: Float[torch.Tensor, "n T d"], y: Int[torch.Tensor, " n"]) -> Float[np.ndarray, " T"]:
    """‖∂ℓ_T/∂x_t‖ for every t, root mean square over sequences: how loud the lesson of the last step is at time t.

    Args:
        model: any reader.
        x: sequences.
        y: answers after the last element.
    """
    same_shape("the first axis of x", x.shape[:1], "y", y.shape)
    x = x.clone().requires_grad_()
    F.cross_entropy(model(x), y, reduction="sum").backward()
    return x.grad.square().sum(dim=2).mean(dim=0).sqrt().numpy()
