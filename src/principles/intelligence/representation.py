"""What a description keeps and what it forgets: quantised digits, and a photograph squeezed two ways."""

import io
import zlib

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.intelligence import coding
from principles.signatures import checked


def quantise(X: Float[np.ndarray, "n d"], levels: int) -> Float[np.ndarray, "n d"]:
    """Pixels in [0, 1] rounded to a number of equally spaced levels (Section 1.2.1)."""
    steps = validation.count("levels", levels, least=2) - 1
    X = validation.array("X", X, ndim=2)
    if X.min() < 0 or X.max() > 1:
        raise ValueError(f"X must hold pixels between 0 and 1; it runs from {X.min():g} to {X.max():g}")
    return np.round(X * steps) / steps


def bits_per_image(X: Float[np.ndarray, "n d"]) -> float:
    """Mean bits of an image when all pixel values share one Huffman code (Section 1.2.1)."""
    X = validation.array("X", X, ndim=2)
    frequencies = coding.frequencies(X.ravel().tolist())
    if len(frequencies) < 2:
        return 0.0
    return X.shape[1] * coding.mean_length(frequencies, coding.huffman(frequencies))


@checked
def nearest_neighbour(
    train: Float[np.ndarray, "n d"], labels: Int[np.ndarray, " n"], X: Float[np.ndarray, "m d"]
) -> Int[np.ndarray, " m"]:
    """The label of the nearest training image for each row of X, ties to the earlier one."""
    train = validation.array("train", train, ndim=2)
    validation.same_length("labels", labels, "train", train)
    X = validation.array("X", X, shape=(None, train.shape[1]))
    distances = (train**2).sum(axis=1) - 2 * X @ train.T
    return labels[np.round(distances, 9).argmin(axis=1)]


@checked
def nearest_accuracy(
    train: Float[np.ndarray, "n d"], labels: Int[np.ndarray, " n"], X: Float[np.ndarray, "m d"], y: Int[np.ndarray, " m"]
) -> float:
    """Share of rows of X whose nearest training image carries the right label (Sections 1.2.1 and 1.4)."""
    validation.same_length("y", y, "X", X)
    return float((nearest_neighbour(train, labels, X) == y).mean())


def through_zip(pixels: np.ndarray) -> tuple[np.ndarray, int]:
    """Pixels after lossless compression and back (Section 1.2.1), and the bytes in between."""
    squeezed = zlib.compress(_bytes(pixels).tobytes(), 9)
    return np.frombuffer(zlib.decompress(squeezed), np.uint8).reshape(pixels.shape), len(squeezed)


def through_jpeg(pixels: np.ndarray, *, quality: int) -> tuple[np.ndarray, int]:
    """Pixels after JPEG compression and back (Section 1.2.1), and the bytes in between."""
    from PIL import Image

    stream = io.BytesIO()
    validation.count("quality", quality, most=95)
    Image.fromarray(_bytes(pixels)).save(stream, format="JPEG", quality=quality)
    return np.asarray(Image.open(io.BytesIO(stream.getvalue()))), len(stream.getvalue())


def _bytes(pixels):
    if pixels.dtype != np.uint8:
        raise TypeError(f"pixels must be whole numbers from 0 to 255, of type uint8; got {pixels.dtype}")
    return np.ascontiguousarray(pixels)
