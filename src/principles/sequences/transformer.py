"""A transformer block and a model of symbols made of such blocks, in torch because the weights are trained.

Initial weights are drawn by numpy, in float64, so that a run is the same on every machine.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import nn
from torch.nn import functional as F

from principles.sequences import positions
from principles.sequences.inputs import symbols as known_symbols
from principles.signatures import checked
from principles.validation import count, generator


@checked
def weight(rng: np.random.Generator, *shape: int, std: float | None = None) -> nn.Parameter:
    """Gaussian initial weights, of standard deviation 1/√(inputs) unless given.

    Args:
        rng: numpy generator.
        shape: (inputs, outputs).
        std: standard deviation.
    """
    scale = shape[0] ** -0.5 if std is None else std
    return nn.Parameter(torch.tensor(generator("rng", rng).normal(size=shape) * scale))


class Block(nn.Module):
    """Multi-head self-attention and a position-wise network, each with a residual connection and layer normalisation.

    Args:
        p: features.
        heads: a divisor of p.
        rng: numpy generator for the weights.
        causal: hide the future.
        norm_first: normalise what enters each part; False normalises each sum, as Figure 8.5 draws it.
    """

    def __init__(self, p: int, heads: int, *, rng: np.random.Generator, causal: bool, norm_first: bool = True):
        super().__init__()
        if count("p", p) % count("heads", heads):
            raise ValueError(f"heads must divide p; got p = {p} and {heads} heads")
        self.heads, self.causal, self.norm_first = heads, causal, norm_first
        self.w_qkv, self.w_out = weight(rng, p, 3 * p), weight(rng, p, p)
        self.w_up, self.w_down = weight(rng, p, 4 * p), weight(rng, 4 * p, p)

    def attend(self, h: Float[torch.Tensor, "n T p"]) -> Float[torch.Tensor, "n T p"]:
        """All heads at once: concatenated and mixed."""
        n, T, p = h.shape
        q, k, v = (h @ self.w_qkv).view(n, T, 3, self.heads, p // self.heads).permute(2, 0, 3, 1, 4)
        out = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return out.transpose(1, 2).reshape(n, T, p) @ self.w_out

    def feed(self, h: Float[torch.Tensor, "n T p"]) -> Float[torch.Tensor, "n T p"]:
        """The same two-layer network at every time."""
        return F.relu(h @ self.w_up) @ self.w_down

    def forward(self, h: Float[torch.Tensor, "n T p"]) -> Float[torch.Tensor, "n T p"]:
        """The block's output, one row for each row that came in."""
        norm = (h.shape[-1],)
        if self.norm_first:
            h = h + self.attend(F.layer_norm(h, norm))
            return h + self.feed(F.layer_norm(h, norm))
        h = F.layer_norm(h + self.attend(h), norm)
        return F.layer_norm(h + self.feed(h), norm)


class Transformer(nn.Module):
    """Symbols in, scores of symbols out at every time: embedding plus position, blocks, a linear readout.

    Args:
        symbols: size of the alphabet; one more number, `mask`, stands for a hidden symbol.
        p: features.
        heads: of each block.
        blocks: how many.
        length: longest sequence.
        causal: True for GPT, False for BERT.
        rng: numpy generator for the weights.
    """

    def __init__(self, symbols: int, *, p: int, heads: int, blocks: int, length: int, causal: bool, rng: np.random.Generator):
        super().__init__()
        self.mask, self.causal, self.length = count("symbols", symbols), causal, count("length", length)
        self.embedding = weight(rng, symbols + 1, p, std=0.5)
        self.position = nn.Parameter(torch.tensor(0.5 * positions.sinusoids(np.arange(length), p)))
        self.blocks = nn.ModuleList(Block(p, heads, rng=rng, causal=causal) for _ in range(count("blocks", blocks)))
        self.readout = weight(rng, p, symbols)

    def features(self, x: Int[torch.Tensor, "n T"]) -> Float[torch.Tensor, "n T p"]:
        """What the blocks make of the symbols, before the readout."""
        if x.ndim != 2 or x.shape[1] > self.length:
            raise ValueError(f"x must have shape (n, at most {self.length}); got {tuple(x.shape)}")
        h = self.embedding[known_symbols("x", x, self.mask + 1)] + self.position[: x.shape[1]]
        for block in self.blocks:
            h = block(h)
        return F.layer_norm(h, (h.shape[-1],))

    def forward(self, x: Int[torch.Tensor, "n T"]) -> Float[torch.Tensor, "n T symbols"]:
        """Scores of every symbol at every time."""
        return self.features(x) @ self.readout
