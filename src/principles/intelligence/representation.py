"""What a description keeps and what it forgets: quantised digits, and a photograph squeezed two ways."""

import io
import zlib

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.intelligence import coding


def quantise(X: Float[np.ndarray, "n d"], levels: int) -> Float[np.ndarray, "n d"]:
    """Pixels in [0, 1] rounded to a number of equally spaced levels (Section 1.2.1)."""
    steps = validation.count("levels", levels, least=2) - 1
    return np.round(validation.array("X", X, ndim=2) * steps) / steps


def bits_per_image(X: Float[np.ndarray, "n d"]) -> float:
    """Mean bits of an image when all pixel values share one Huffman code (Section 1.2.1)."""
    frequencies = coding.frequencies(X.ravel().tolist())
    if len(frequencies) < 2:
        return 0.0
    return X.shape[1] * coding.mean_length(frequencies, coding.huffman(frequencies))


def nearest_neighbour(
    train: Float[np.ndarray, "n d"], labels: Int[np.ndarray, " n"], X: Float[np.ndarray, "m d"]
) -> Int[np.ndarray, " m"]:
    """The label of the nearest training image for each row of X, ties to the earlier one."""
    distances = (train**2).sum(axis=1) - 2 * X @ train.T
    return labels[np.round(distances, 9).argmin(axis=1)]


def nearest_accuracy(
    train: Float[np.ndarray, "n d"], labels: Int[np.ndarray, " n"], X: Float[np.ndarray, "m d"], y: Int[np.ndarray, " m"]
) -> float:
    """Share of rows of X whose nearest training image carries the right label (Sections 1.2.1 and 1.4)."""
    return float((nearest_neighbour(train, labels, X) == y).mean())


def through_zip(pixels: np.ndarray) -> tuple[np.ndarray, int]:
    """Pixels after lossless compression and back (Section 1.2.1), and the bytes in between."""
    squeezed = zlib.compress(np.ascontiguousarray(pixels, np.uint8).tobytes(), 9)
    return np.frombuffer(zlib.decompress(squeezed), np.uint8).reshape(pixels.shape), len(squeezed)


def through_jpeg(pixels: np.ndarray, *, quality: int) -> tuple[np.ndarray, int]:
    """Pixels after JPEG compression and back (Section 1.2.1), and the bytes in between."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels, np.uint8)).save(stream, format="JPEG", quality=quality)
    return np.asarray(Image.open(io.BytesIO(stream.getvalue()))), len(stream.getvalue())
