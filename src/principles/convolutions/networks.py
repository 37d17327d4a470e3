"""Small all-convolutional networks and a fully-connected one, trained on the same digits.

Pictures wrap round at their border in the convolutional networks, so that no border spoils equivariance.
Weights, batches and shifts come from numpy, arithmetic is float64, the step decays to zero: the numbers
are the same on every machine.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Num

from principles import validation as valid
from principles.convolutions import initialization
from principles.signatures import checked

CONVOLUTIONS = ((8, 1, 3, 3), (16, 8, 3, 3), (16, 16, 3, 3), (10, 16, 3, 3))
STRIDES = {"stride 1": (1, 1, 1, 1), "stride 2": (1, 2, 1, 1), "fully connected": ()}
SLOPE = 0.1  # of the leaky ReLU behind every layer but the last


@dataclass(frozen=True)
class Network:
    """Weights and biases of a network; `kind` is a key of `STRIDES`."""

    kind: str
    weights: tuple[torch.Tensor, ...]
    biases: tuple[torch.Tensor, ...]

    def parameters(self) -> int:
        """How many numbers are trained."""
        return sum(t.numel() for t in (*self.weights, *self.biases))


def on_canvas(digits: Num[np.ndarray, "n 64"], side: int, *, rows=0, columns=0) -> Float[np.ndarray, "n s s"]:
    """8 × 8 digits on a black canvas, centred and then moved.

    Args:
        digits: a flattened digit a row.
        side: of the canvas in pixels.
        rows: downward shift, a number for all digits or one for each.
        columns: shift to the right, likewise.

    Raises:
        ValueError: if a digit would leave the canvas.
    """
    digits = valid.array("digits", digits, shape=(None, 64)).reshape(-1, 8, 8)
    middle = (valid.count("side", side, least=8) - 8) // 2
    tops, lefts = (np.broadcast_to(middle + np.asarray(moved), len(digits)) for moved in (rows, columns))
    if min(tops.min(), lefts.min()) < 0 or max(tops.max(), lefts.max()) > side - 8:
        raise ValueError(f"rows and columns must keep every digit on the canvas; at most {middle} either way fit")
    canvas = np.zeros((len(digits), side, side))
    for one, digit, top, left in zip(canvas, digits, tops, lefts):
        one[top : top + 8, left : left + 8] = digit
    return canvas


@checked(counts=("side",))
def initial(kind: str, *, side: int, rng: np.random.Generator) -> Network:
    """Weights with variance 2 / fan-in before a ReLU and 1 / fan-in at the end, biases zero.

    Args:
        kind: "stride 1" or "stride 2" (four convolutions, then a mean over all pixels), or "fully connected" (32 hidden units).
        side: of the pictures.
        rng: draws the weights.

    Raises:
        ValueError: for another kind.
    """
    if kind not in STRIDES:
        raise ValueError(f"kind must be one of {', '.join(STRIDES)}; got {kind!r}")
    shapes = CONVOLUTIONS if STRIDES[kind] else ((32, side**2), (10, 32))
    gains = [2.0] * (len(shapes) - 1) + [1.0]
    stds = [np.sqrt(gain) * initialization.weight_std(int(np.prod(s[1:])), 1) for gain, s in zip(gains, shapes)]
    weights = tuple(torch.tensor(initialization.gaussian(s, std=float(σ), rng=rng)) for s, σ in zip(shapes, stds))
    return Network(kind, weights, tuple(torch.zeros(s[0], dtype=torch.float64) for s in shapes))


@checked
def scores(network: Network, images: torch.Tensor) -> torch.Tensor:
    """The ten class scores of each picture: for a convolutional network the mean of ten maps, one a class."""
    strides = STRIDES[network.kind]
    h = images[:, None] if strides else images.flatten(1)
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases)):
        h = torch.nn.functional.leaky_relu(h, SLOPE) if layer else h
        h = _convolve(h, weight, bias, strides[layer]) if strides else torch.nn.functional.linear(h, weight, bias)
    return h.mean(dim=(2, 3)) if strides else h


def _convolve(h, weight, bias, stride):
    wrapped = torch.nn.functional.pad(h, (weight.shape[2] // 2,) * 4, mode="circular")
    return torch.nn.functional.conv2d(wrapped, weight, bias, stride=stride)


@checked
def train(
    kind: str,
    images: Num[np.ndarray, "n s s"],
    labels: Int[np.ndarray, " n"],
    *,
    steps: int,
    rng: np.random.Generator,
    batch: int = 16,
    rate: float = 0.02,
) -> Network:
    """A network trained with Adam on cross-entropy, the step falling to zero along a cosine.

    Args:
        kind: see `initial`.
        images: of the training set.
        labels: of the training set, 0 to 9.
        steps: of the optimiser.
        rng: draws weights and batches.
        batch: pictures a step.
        rate: the first step size.

    Raises:
        ValueError: if training diverges, as where pixels or steps are many orders of magnitude above 1.
    """
    images, labels = valid.array("images", images, ndim=3), _classes(labels, images)
    network = initial(kind, side=images.shape[1], rng=rng)
    numbers = [t.requires_grad_() for t in (*network.weights, *network.biases)]
    rate, steps = valid.number("rate", rate, above=0), valid.count("steps", steps)
    means, squares = ([torch.zeros_like(t) for t in numbers] for _ in range(2))
    for t in range(steps):
        chosen = rng.integers(len(images), size=valid.count("batch", batch))
        loss = torch.nn.functional.cross_entropy(scores(network, torch.tensor(images[chosen])), torch.tensor(labels[chosen]))
        gradients = torch.autograd.grad(loss, numbers)
        _adam_step(numbers, gradients, means, squares, rate=rate * (1 + np.cos(np.pi * t / steps)) / 2, count=t + 1)
    if not all(t.isfinite().all() for t in numbers):
        largest = np.abs(images).max()
        raise ValueError(f"images and rate must let training converge; got pixels up to {largest:.3g} and rate {rate:g}")
    return Network(kind, *(tuple(t.detach() for t in ts) for ts in (network.weights, network.biases)))


@torch.no_grad()
def _adam_step(numbers, gradients, means, squares, *, rate, count):
    for w, g, m, s in zip(numbers, gradients, means, squares):
        m.lerp_(g, 0.1)
        s.lerp_(g**2, 0.001)
        w -= rate / (1 - 0.9**count) * m / ((s / (1 - 0.999**count)).sqrt() + 1e-8)


@checked
def class_scores(network: Network, images: Num[np.ndarray, "n s s"]) -> Float[np.ndarray, "n 10"]:
    """The ten class scores of each picture, as an array."""
    pictures = torch.tensor(valid.array("images", images, ndim=3).copy())
    with torch.no_grad():  # a few at a time: every convolution copies all their windows, nine times its input
        return torch.cat([scores(network, few) for few in pictures.split(25)]).numpy()


@checked
def accuracy(network: Network, images: Num[np.ndarray, "n s s"], labels: Int[np.ndarray, " n"]) -> float:
    """The fraction of pictures whose largest score is that of their label."""
    return float((class_scores(network, images).argmax(axis=1) == _classes(labels, images)).mean())


def _classes(labels, images):
    labels = valid.same_length("labels", np.asarray(labels), "images", images)
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() > 9:
        raise ValueError(f"labels must be whole numbers from 0 to 9; got {labels.dtype} from {labels.min()} to {labels.max()}")
    return labels
