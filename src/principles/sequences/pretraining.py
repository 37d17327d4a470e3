"""Three ways to learn from text without labels: fill the gaps, fill them from the neighbours, say what comes next."""

import math
from collections.abc import Callable, Iterable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import nn
from torch.nn import functional as F

from principles.sequences.inputs import same_shape, symbols
from principles.sequences.transformer import Transformer, weight
from principles.signatures import checked
from principles.validation import count, generator, number


def log_probabilities(
    scores: Float[torch.Tensor, "*batch symbols"], truth: Int[torch.Tensor, "*batch"]
) -> Float[torch.Tensor, "*batch"]:
    """log p of the symbols that were there, under the softmax of the scores.

    Args:
        scores: one a symbol.
        truth: symbol numbers.
    """
    same_shape("truth", truth.shape, "all but the last axis of scores", scores.shape[:-1])
    symbols("truth", truth, scores.shape[-1])
    return F.log_softmax(scores, dim=-1).gather(-1, truth[..., None])[..., 0]


@checked
def masked_loss(model: Transformer, x: Int[torch.Tensor, "n T"]) -> Float[torch.Tensor, " n"]:
    """-Σ_t log p(x_t | all others), each t hidden in turn by the mask symbol (8.21).

    Args:
        model: that is not causal.
        x: sequences.
    """
    _require(model, causal=False)
    n, T = x.shape
    hidden = torch.where(torch.eye(T, dtype=torch.bool), model.mask, x[:, None, :])
    scores = model(hidden.reshape(n * T, T)).view(n, T, T, -1).diagonal(dim1=1, dim2=2).transpose(1, 2)
    return -log_probabilities(scores, x).sum(dim=1)  # (8.21)


@checked
def sampled_masked_loss(
    model: Transformer, x: Int[torch.Tensor, "n T"], hide: Float[np.ndarray, "n T"], *, rate: float
) -> Float[torch.Tensor, ""]:
    """The training loss of BERT: hide a random share of the symbols at once, average -log p over the hidden ones.

    Args:
        model: that is not causal.
        x: sequences.
        hide: uniform random numbers; those below `rate` hide their symbol.
        rate: share of hidden symbols.
    """
    _require(model, causal=False)
    hidden = torch.tensor(hide < number("rate", rate, above=0, below=1))
    same_shape("hide", hidden.shape, "x", x.shape)
    if not hidden.any():
        raise ValueError(f"hide must fall below rate somewhere, or nothing is predicted; its least entry is {hide.min():g}")
    scores = model(torch.where(hidden, model.mask, x))
    return -log_probabilities(scores[hidden], x[hidden]).mean()


@checked
def span_loss(model: Transformer, x: Int[torch.Tensor, "n T"], *, start: int, length: int) -> float:
    """Mean loss of a hidden span's symbols, each predicted from what lies outside the span.

    Args:
        model: predicts hidden symbols.
        x: symbol numbers, a row a stretch of text.
        start, length: the span, within the T symbols of a row.

    Raises:
        ValueError: if the span does not lie within the text.
    """
    _require(model, causal=False)
    hole = torch.zeros_like(x, dtype=torch.bool)
    start, length = count("start", start, least=0, most=x.shape[1] - 1), count("length", length, most=x.shape[1] - start)
    hole[:, start : start + length] = True
    with torch.no_grad():
        scores = model(x.masked_fill(hole, model.mask))
    return -log_probabilities(scores, x)[hole].mean().item()


def window_loss(model: "WordBag", x: Int[torch.Tensor, "n T"], *, reach: int) -> Float[torch.Tensor, " n"]:
    """-Σ_t log p(x_t | the m symbols before and after), windows cut at the ends of the sequence (8.22).

    Args:
        model: scores a symbol from a bag of neighbours.
        x: sequences.
        reach: m.
    """
    return -log_probabilities(model(*neighbours(x, reach=reach)), x).sum(dim=1)  # (8.22)


def neighbours(x: Int[torch.Tensor, "n T"], *, reach: int) -> tuple[Int[torch.Tensor, "n T k"], Float[torch.Tensor, "n T k"]]:
    """The symbols at t - m, ..., t - 1, t + 1, ..., t + m, and 1 where they exist, 0 beyond the ends.

    Args:
        x: sequences.
        reach: m.
    """
    n, T = symbols("x", x, torch.iinfo(x.dtype).max, least=2).shape
    offsets = torch.tensor([s for s in range(-count("reach", reach), reach + 1) if s])
    at = torch.arange(T)[:, None] + offsets
    exists = (at >= 0) & (at < T)
    return x[:, at.clamp(0, T - 1)], exists.double().expand(n, T, len(offsets))


class WordBag(nn.Module):
    """The continuous bag of words: average the neighbours' embeddings, then a linear readout.

    Args:
        symbols: size of the vocabulary.
        p: features.
        rng: numpy generator for the weights.
    """

    def __init__(self, symbols: int, *, p: int, rng: np.random.Generator):
        super().__init__()
        self.embedding, self.readout = weight(rng, symbols, p, std=0.3), weight(rng, p, symbols, std=0.1)
        self.bias = nn.Parameter(torch.zeros(symbols, dtype=torch.float64))

    def forward(
        self, around: Int[torch.Tensor, "n T k"], exists: Float[torch.Tensor, "n T k"]
    ) -> Float[torch.Tensor, "n T symbols"]:
        """Scores of every word in the gap."""
        total = (self.embedding[around] * exists[..., None]).sum(dim=-2)
        return total / exists.sum(dim=-1, keepdim=True) @ self.readout + self.bias


def next_loss(model: nn.Module, x: Int[torch.Tensor, "n T_plus_1"]) -> Float[torch.Tensor, " n"]:
    """-Σ_t log p(x_t | x_1, ..., x_{t-1}), all t in one pass of a causal model (8.23).

    Args:
        model: causal; its scores at time t are for the symbol at t + 1.
        x: sequences whose first symbol marks the beginning and is not predicted.
    """
    _require(model, causal=True)
    if x.shape[1] < 2:
        raise ValueError(f"x must hold a first symbol and at least one to predict; got shape {tuple(x.shape)}")
    return -log_probabilities(model(x[:, :-1]), x[:, 1:]).sum(dim=1)  # (8.23)


@checked
def windows(stream: Int[np.ndarray, " length"], T: int, *, n: int, rng: np.random.Generator) -> Int[torch.Tensor, "n T"]:
    """n random stretches of T symbols.

    Args:
        stream: a text.
        T: how long each.
        n: how many.
        rng: numpy generator.
    """
    if np.ndim(stream) != 1 or len(stream) <= count("T", T):
        raise ValueError(f"stream must be one text of more than T = {T} symbols; got shape {np.shape(stream)}")
    start = generator("rng", rng).integers(0, len(stream) - T, count("n", n))
    return torch.tensor(stream[start[:, None] + np.arange(T)])


@checked
def tiles(stream: Int[np.ndarray, " length"], T: int, *, overlap: int = 0) -> Int[torch.Tensor, "n T"]:
    """The text cut into consecutive stretches of T symbols that share `overlap` symbols; an incomplete last one is dropped.

    Args:
        stream: a text.
        T: how long each.
        overlap: symbols shared by neighbours.
    """
    T = count("T", T, most=len(stream))
    start = np.arange(0, len(stream) - T + 1, T - count("overlap", overlap, least=0, most=T - 1))
    return torch.tensor(stream[start[:, None] + np.arange(T)])


def train(
    parameters: Iterable[nn.Parameter], losses: Iterable[torch.Tensor], *, steps: int, rate: float, clip: float = 1.0
) -> list[float]:
    """Adam with a short warm-up, a cosine decay to zero and gradients clipped by norm; returns the loss of every step.

    Args:
        parameters: what to train.
        losses: a generator that computes the loss of a fresh batch each time it is asked.
        steps: how many updates.
        rate: the largest step size.
        clip: the largest gradient norm.
    """
    parameters, history = list(parameters), []
    rate, clip = number("rate", rate, above=0), number("clip", clip, above=0)
    optimiser = torch.optim.Adam(parameters, lr=rate, betas=(0.9, 0.98), fused=True)
    for s, loss in zip(range(count("steps", steps)), losses):
        optimiser.param_groups[0]["lr"] = rate * min(1, (s + 1) / 50) * (1 + math.cos(math.pi * s / steps)) / 2
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, clip)
        optimiser.step()
        history.append(loss.item())
    if len(history) < steps:
        raise ValueError(f"losses must last for {steps} steps; got {len(history)}")
    return history


@checked
def repeat(loss: Callable[[], torch.Tensor]) -> Iterable[torch.Tensor]:
    """The loss computed anew each time, for ever.

    Args:
        loss: draws a batch and returns its loss.
    """
    while True:
        yield loss()


@checked
@torch.no_grad()
def continue_text(
    model: nn.Module,
    prompt: Int[np.ndarray, " T0"],
    *,
    steps: int,
    length: int,
    rng: np.random.Generator,
    temperature: float = 1.0,
) -> Int[np.ndarray, " T"]:
    """Draw x̂_t from p(· | x̂_{<t}), again and again, after a prompt.

    Args:
        model: causal.
        prompt: the symbols to begin with.
        steps: how many to draw.
        length: the model sees this many symbols at most.
        rng: numpy generator.
        temperature: divides the scores; below 1 the likely becomes likelier.
    """
    _require(model, causal=True)
    stream, length = list(symbols("prompt", np.asarray(prompt), np.iinfo(np.int64).max)), count("length", length)
    for u in generator("rng", rng).random(count("steps", steps)):
        scores = model(torch.tensor([stream[-length:]]))[0, -1] / number("temperature", temperature, above=0)
        total = torch.softmax(scores, dim=-1).cumsum(dim=-1).numpy()
        stream.append(int(min(np.searchsorted(total, u), len(total) - 1)))
    return np.array(stream)


def _require(model: nn.Module, *, causal: bool) -> None:
    if getattr(model, "causal", causal) != causal:
        raise ValueError(f"model must {'not see' if causal else 'see'} what follows; got one with causal={not causal}")
