"""Two feature spaces for photographs: pixels, and colours counted wherever they stand."""

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, count


def colour_histogram(images: Float[np.ndarray, "n height width 3"], *, bins: int = 4) -> Float[np.ndarray, "n b"]:
    """The share of pixels in each of bins³ cells of colour space, a feature that forgets where a pixel stood.

    Raises:
        ValueError: if a value lies outside [0, 1].

    >>> colour_histogram(np.zeros((1, 2, 2, 3)), bins=1)
    array([[1.]])
    """
    images = array("images", images, shape=(None, None, None, 3))
    if images.min() < 0 or images.max() > 1:
        raise ValueError(f"images must hold values in [0, 1]; they run from {images.min():g} to {images.max():g}")
    levels = np.minimum((images * count("bins", bins)).astype(int), bins - 1)
    cells = (levels @ np.array([bins**2, bins, 1])).reshape(len(images), -1)
    return np.stack([np.bincount(row, minlength=bins**3) for row in cells]) / cells.shape[1]


def overlap(X: Float[np.ndarray, "n b"], X2: Float[np.ndarray, "m b"]) -> Float[np.ndarray, "n m"]:
    """Σ min(x_b, x'_b), a kernel for histograms: its features ask, for each bin and level, whether the bin is filled that far.

    Raises:
        ValueError: if an entry is negative or the histograms differ in length.
    """
    X = array("X", X, ndim=2)
    X2 = array("X2", X2, shape=(None, X.shape[1]))
    for name, histograms in (("X", X), ("X2", X2)):
        if (histograms < 0).any():
            raise ValueError(f"{name} must not be negative; its least entry is {histograms.min():g}")
    return np.minimum(X[:, None], X2[None]).sum(axis=-1)


@checked
def cosine(X: Float[np.ndarray, "n b"], X2: Float[np.ndarray, "m b"]) -> Float[np.ndarray, "n m"]:
    """The cosine between feature vectors after removing each one's mean, the correlation of two pictures' pixels.

    Raises:
        ValueError: if the vectors differ in length, or one is constant and so has no direction left.
    """
    X = array("X", X, ndim=2)
    X2 = array("X2", X2, shape=(None, X.shape[1]))
    for name, x in (("X", X), ("X2", X2)):
        if (np.ptp(x, axis=1) == 0).any():
            raise ValueError(f"{name} must vary within each row; row {np.ptp(x, axis=1).argmin()} is constant")
    X, X2 = (x - x.mean(axis=1, keepdims=True) for x in (X, X2))
    return (X @ X2.T) / np.outer(np.linalg.norm(X, axis=1), np.linalg.norm(X2, axis=1))


def ranking(K: Float[np.ndarray, "n n"], labels: Float[np.ndarray, " n"]) -> float:
    """How often a pair with equal labels is more similar under `K` than a pair with different ones (½ is chance).

    Raises:
        ValueError: if `K` has not a row and a column for each label, or all pairs are of one kind.
    """
    labels = array("labels", labels, ndim=1)
    K = array("K", K, shape=(len(labels), len(labels)))
    upper = np.triu_indices(len(K), 1)
    same = (labels[:, None] == labels[None])[upper]
    if same.all() or not same.any():
        raise ValueError("labels must give pairs of both kinds, equal and different")
    within, between = K[upper][same], np.sort(K[upper][~same])
    below = (np.searchsorted(between, within, "left") + np.searchsorted(between, within, "right")) / 2
    return float(below.mean() / len(between))
