"""A moving window over a text: what a recurrent model gains when its state is carried from window to window."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import nn

from principles.sequences import pretraining
from principles.sequences.transformer import weight
from principles.signatures import checked
from principles.validation import count, generator


class RecurrentText(nn.Module):
    """An RNN that predicts the next symbol of a text and hands its state on.

    Args:
        symbols: size of the alphabet.
        p: features of the state.
        rng: numpy generator for the weights.
    """

    def __init__(self, symbols: int, *, p: int, rng: np.random.Generator):
        super().__init__()
        symbols, p = count("symbols", symbols), count("p", p)
        self.embedding, self.readout = weight(rng, symbols, p, std=0.5), weight(rng, p, symbols)
        self.layer = nn.RNN(p, p, batch_first=True, dtype=torch.float64)
        for parameter in self.layer.parameters():
            parameter.data = torch.tensor(generator("rng", rng).uniform(-1, 1, size=tuple(parameter.shape)) / np.sqrt(p))

    def forward(
        self, x: Int[torch.Tensor, "n T"], state: Float[torch.Tensor, "1 n p"] | None = None
    ) -> tuple[Float[torch.Tensor, "n T symbols"], Float[torch.Tensor, "1 n p"]]:
        """Scores of the next symbol at every time, and the last state."""
        h, state = self.layer(self.embedding[x], state)
        return h @ self.readout, state


@checked
def rolling(stream: Int[np.ndarray, " length"], *, rows: int, T: int) -> list[Int[torch.Tensor, "rows T_plus_1"]]:
    """The text in `rows` long pieces, side by side, cut into windows that follow one another.

    Args:
        stream: a text.
        rows: how many pieces are read in parallel.
        T: symbols predicted in each window; its first symbol is the last of the window before.
    """
    per_row = (len(stream) - 1) // count("rows", rows)
    if per_row < count("T", T):
        raise ValueError(f"stream must hold at least rows × T + 1 = {rows * T + 1} symbols; got {len(stream)}")
    table = np.stack([stream[r * per_row : (r + 1) * per_row + 1] for r in range(rows)])
    return [torch.tensor(table[:, s : s + T + 1]) for s in range(0, per_row - T + 1, T)]


@checked
def losses(model: RecurrentText, batches: list, *, detach: bool = True) -> Iterator[torch.Tensor]:
    """The average loss of each window in turn, the state carried on from the one before.

    Args:
        model: recurrent.
        batches: from `rolling`.
        detach: cut the graph between windows, without which the second backward pass fails.
    """
    state = None
    for x in batches:
        scores, state = model(x[:, :-1], state)
        state = state.detach() if detach else state
        yield -pretraining.log_probabilities(scores, x[:, 1:]).mean()


@checked
@torch.no_grad()
def loss_by_position(model: RecurrentText, batches: list, *, carry: bool) -> Float[np.ndarray, " T"]:
    """Average -log p at each position of the window, with the state carried over or set to zero every time.

    Args:
        model: recurrent.
        batches: from `rolling`.
        carry: keep the state between windows.
    """
    if not batches:
        raise ValueError("batches must hold at least one window; got none")
    state, log_p = None, []
    for x in batches:
        scores, state = model(x[:, :-1], state if carry else None)
        log_p.append(pretraining.log_probabilities(scores, x[:, 1:]).mean(dim=0))
    return -torch.stack(log_p).mean(dim=0).numpy()
