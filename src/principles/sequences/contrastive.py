"""Two views of one thing should land in one place: the contrastive objective of CLIP."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import nn
from torch.nn import functional as F

from principles.sequences.inputs import same_shape
from principles.sequences.transformer import weight
from principles.signatures import checked
from principles.validation import array, number


def clip_losses(
    images: Float[torch.Tensor, "n p"], captions: Float[torch.Tensor, "n p"], *, sharpness: float
) -> tuple[Float[torch.Tensor, " n"], Float[torch.Tensor, " n"], Float[torch.Tensor, " n"]]:
    """For each pair: -log p(its caption | image), -log p(its image | caption), and their mean, p ∝ e^{-λ/2 distance²} (8.24).

    Args:
        images: φ(x^i).
        captions: φ(c^i), row i belonging to image i.
        sharpness: λ.
    """
    _pairs(images, captions)
    scores = (
        -number("sharpness", sharpness, above=0)
        / 2
        * torch.cdist(images, captions, compute_mode="donot_use_mm_for_euclid_dist") ** 2
    )
    image_loss = -F.log_softmax(scores, dim=1).diagonal()
    caption_loss = -F.log_softmax(scores, dim=0).diagonal()
    return image_loss, caption_loss, (image_loss + caption_loss) / 2  # (8.24)


class Encoder(nn.Module):
    """A two-layer network onto the unit sphere; each kind of view has one of its own.

    Args:
        d: features of the view.
        width: hidden features.
        p: features of the common space.
        rng: numpy generator for the weights.
    """

    def __init__(self, d: int, *, width: int, p: int, rng: np.random.Generator):
        super().__init__()
        self.w, self.b = weight(rng, d, width), nn.Parameter(torch.zeros(width, dtype=torch.float64))
        self.out = weight(rng, width, p)

    def forward(self, x: Float[torch.Tensor, "n d"]) -> Float[torch.Tensor, "n p"]:
        """Unit vectors."""
        return F.normalize(torch.tanh(x @ self.w + self.b) @ self.out, dim=1)


def halves(X: Float[np.ndarray, "n 64"]) -> tuple[Float[torch.Tensor, "n 32"], Float[torch.Tensor, "n 32"]]:
    """The left and the right half of 8 × 8 images, two views that share no pixel.

    Args:
        X: images, flattened.
    """
    images = array("X", X, shape=(None, 64)).reshape(-1, 8, 8)
    return tuple(torch.tensor(images[:, :, side].reshape(len(X), 32)) for side in (slice(0, 4), slice(4, 8)))


def ranks(images: Float[torch.Tensor, "n p"], captions: Float[torch.Tensor, "n p"]) -> Int[np.ndarray, " n"]:
    """How many captions lie nearer to each image than its own does; 0 is a hit.

    Args:
        images: unit vectors.
        captions: row i belonging to image i.
    """
    _pairs(images, captions)
    scores = (images @ captions.T).detach()
    return (scores > scores.diagonal()[:, None]).sum(dim=1).numpy()


@checked
def zero_shot(
    images: Float[torch.Tensor, "n p"], prompts: Float[torch.Tensor, "m p"], classes: Int[np.ndarray, " m"]
) -> Int[np.ndarray, " n"]:
    """The class whose prompts have the mean direction nearest to the image; no label of an image was ever used.

    Args:
        images: unit vectors.
        prompts: embedded captions of known class.
        classes: of the prompts.
    """
    same_shape("the first axis of prompts", prompts.shape[:1], "classes", np.shape(classes))
    names = np.unique(classes)
    centres = torch.stack([F.normalize(prompts[torch.tensor(classes == c)].mean(dim=0), dim=0) for c in names])
    return names[(images @ centres.T).argmax(dim=1).detach().numpy()]


def _pairs(images: torch.Tensor, captions: torch.Tensor) -> None:
    array("images", images.detach(), ndim=2)
    array("captions", captions.detach(), ndim=2)
    same_shape("images", images.shape, "captions", captions.shape)
