"""A classifier that remembers one pixel of every training image, and how many classifiers there are at all."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Bool, Float, Num

from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Memory:
    """The colours at one pixel of the training images, shape (n, channels), with their labels."""

    row: int
    column: int
    colours: Float[np.ndarray, "n channels"]
    labels: Float[np.ndarray, " n"]


@checked
def signatures(images: Num[np.ndarray, "n height width channels"]) -> Bool[np.ndarray, "height width"]:
    """Which pixels have a colour of their own in every image, so that each could serve as the memory's key.

    Example:
        >>> images = np.array([[[[1], [5]]], [[[2], [5]]]])
        >>> signatures(images)
        array([[ True, False]])
    """
    images = valid.array("images", images, ndim=4)
    n, height, width, _ = images.shape
    distinct = [len(np.unique(images[:, i, j], axis=0)) == n for i in range(height) for j in range(width)]
    return np.reshape(distinct, (height, width))


def memorize(
    images: Num[np.ndarray, "n height width channels"], labels: Num[np.ndarray, " n"], *, row: int, column: int
) -> Memory:
    """Remember the colour of one pixel of each image, with the image's label.

    Args:
        images: shape (n, height, width, channels).
        labels: each -1 or +1.
        row: of the pixel.
        column: of the pixel.

    Raises:
        ValueError: if two images share the colour at that pixel but not the label.
    """
    images, labels = valid.array("images", images, ndim=4), valid.signs("labels", labels)
    valid.same_length("labels", labels, "images", images)
    valid.count("row", row, least=0, most=images.shape[1] - 1)
    valid.count("column", column, least=0, most=images.shape[2] - 1)
    colours = images[:, row, column]
    same = (colours[:, None] == colours[None]).all(axis=-1)
    if (clash := np.argwhere(same & (labels[:, None] != labels))).size:
        raise ValueError(f"images at one colour must share a label; images {clash[0].tolist()} do not at pixel ({row}, {column})")
    return Memory(row, column, colours, labels)


@checked
def predict(memory: Memory, images: Num[np.ndarray, "n height width channels"]) -> Float[np.ndarray, " n"]:
    """The label of the training image with the same colour at the remembered pixel, and -1 where there is none."""
    images = valid.array("images", images, shape=(None, None, None, memory.colours.shape[1]))
    valid.count("memory.row", memory.row, least=0, most=images.shape[1] - 1)
    valid.count("memory.column", memory.column, least=0, most=images.shape[2] - 1)
    colours = images[:, memory.row, memory.column]
    same = (colours[:, None] == memory.colours[None]).all(axis=-1)
    return np.where(same.any(axis=1), memory.labels[same.argmax(axis=1)], -1.0)


def shift(images: Num[np.ndarray, "n height width"], by: int) -> Float[np.ndarray, "n height width"]:
    """The images moved sideways by some columns, to the right if positive; what enters is 0.

    Example:
        >>> shift(np.array([[[1.0, 2.0, 3.0]]]), 1)
        array([[[0., 1., 2.]]])
    """
    images = valid.array("images", images, ndim=3)
    width = images.shape[2]
    by = valid.count("by", by, least=-width, most=width)
    return np.pad(images, ((0, 0), (0, 0), (width, width)))[:, :, width - by : 2 * width - by]


def mean_colour(images: Num[np.ndarray, "n height width channels"]) -> Float[np.ndarray, "n channels"]:
    """Each image reduced to its average colour: a few features in place of thousands."""
    return valid.array("images", images, ndim=4).mean(axis=(1, 2))


def count_images(*, pixels: int, values: int) -> int:
    """How many different images there are: valuesᵖⁱˣᵉˡˢ, an exact whole number.

    Example:
        >>> count_images(pixels=2, values=3)
        9
    """
    return valid.count("values", values) ** valid.count("pixels", pixels)


def count_classifiers(inputs: int, *, known: int) -> int:
    """How many functions from that many inputs to {-1, +1} agree with `known` labelled ones: 2^(inputs − known).

    Example:
        >>> count_classifiers(4, known=1)
        8
    """
    return 2 ** (valid.count("inputs", inputs) - valid.count("known", known, least=0, most=inputs))


def classifiers(inputs: int) -> Float[np.ndarray, "count inputs"]:
    """Every function from that many inputs to {-1, +1}, written out, a row each; for a handful of inputs.

    Example:
        >>> classifiers(1)
        array([[-1.],
               [ 1.]])
    """
    return np.array(list(product([-1.0, 1.0], repeat=valid.count("inputs", inputs, most=16))))
