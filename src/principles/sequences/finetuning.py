"""Fine-tuning in its simplest form: features of a pretrained model, a linear classifier on few labels."""

import numpy as np
import torch
from jaxtyping import Float, Int

from principles.sequences import pretraining
from principles.sequences.transformer import Transformer
from principles.signatures import checked


@checked
def scrambled_task(
    stream: Int[np.ndarray, " length"], n: int, *, rng: np.random.Generator
) -> tuple[Int[torch.Tensor, "n 20"], Int[np.ndarray, " n"]]:
    """Stretches of 20 characters; in about half of them, labelled 1, the middle twelve are shuffled.

    Args:
        stream: a text.
        n: how many.
        rng: numpy generator.
    """
    x = pretraining.windows(stream, 20, n=n, rng=rng)
    y = rng.integers(0, 2, n)
    for i in np.flatnonzero(y):
        x[i, 4:16] = x[i, 4 + torch.tensor(rng.permutation(12))]
    return x, y


@checked
@torch.no_grad()
def pooled_features(model: Transformer, x: Int[torch.Tensor, "n T"]) -> Float[np.ndarray, "n two_p"]:
    """First and second moments over time of the features of every sequence.

    Args:
        model: pretrained or not; its weights are not changed.
        x: sequences.
    """
    h = model.features(x)
    return np.hstack([h.mean(dim=1).numpy(), h.square().mean(dim=1).numpy()])
