"""A detector for stars: convolve with the mirrored star, look for one large value."""

import numpy as np
from jaxtyping import Float, Num

from principles import validation as valid
from principles.convolutions import fourier, padding
from principles.signatures import checked


def template(size: int = 11) -> Float[np.ndarray, "k k"]:
    """A filled five-pointed star, point up, as a picture of zeros and ones.

    Args:
        size: pixels a side, odd.
    """
    half = valid.count("size", size, least=5) // 2
    if size % 2 == 0:
        raise ValueError(f"size must be odd, so that there is a middle pixel; got {size}")
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(float)
    angle = np.mod(np.arctan2(x, -y) + np.pi / 5, 2 * np.pi / 5) - np.pi / 5
    inner = half * 0.42
    corner = np.array([inner * np.cos(np.pi / 5), inner * np.sin(np.pi / 5)])
    along, across = np.hypot(x, y) * np.cos(angle), np.hypot(x, y) * np.abs(np.sin(angle))
    edge = (half + 0.5 - corner[0]) / corner[1]
    return (along + across * edge <= half + 0.5).astype(float)


@checked
def place(scene: Num[np.ndarray, "n m"], picture: Num[np.ndarray, "p q"], at: tuple[int, int]) -> Float[np.ndarray, "n m"]:
    """The scene with a picture added, its upper left corner at `at`.

    Raises:
        ValueError: if it would stick out.
    """
    scene, (r, c), (p, q) = valid.array("scene", scene, ndim=2), at, picture.shape
    if r < 0 or c < 0 or r + p > scene.shape[0] or c + q > scene.shape[1]:
        raise ValueError(f"at must keep the {picture.shape} picture inside the {scene.shape} scene; got {at}")
    result = scene.copy()
    result[r : r + p, c : c + q] += picture
    return result


@checked
def matched_filter(picture: Num[np.ndarray, "p q"], *, centred: bool = True) -> Float[np.ndarray, "p q"]:
    """The filter whose convolution answers with 1 on the picture itself: mirrored, and its mean removed.

    Args:
        picture: what to look for.
        centred: subtract the mean, so that an evenly bright patch gets the answer 0.

    Raises:
        ValueError: if the picture is constant, so that nothing is left to look for.
    """
    w = valid.array("picture", picture, ndim=2)[::-1, ::-1]
    w = w - w.mean() if centred else w
    scale = (w * picture[::-1, ::-1]).sum()
    if scale <= 1e-12:
        raise ValueError(f"picture must vary for a centred filter; all its entries are {picture.flat[0]:g}")
    return w / scale


def feature_map(x: Num[np.ndarray, "n m"], w: Num[np.ndarray, "p q"]) -> Float[np.ndarray, "n m"]:
    """The convolution (x * w)_{i,j} of the scene, of the scene's own size, zeros around it."""
    return padding.crop(fourier.convolve2d(x, w), w.shape, mode="same")


def detect(x: Num[np.ndarray, "n m"], w: Num[np.ndarray, "p q"], *, threshold: float) -> int:
    """The classifier 1{max_{i,j} (x * w)_{i,j} ≥ ε} (5.4).

    Args:
        x: scene.
        w: filter.
        threshold: ε.

    >>> detect(np.eye(3), np.ones((1, 1)), threshold=0.5), detect(np.eye(3), np.ones((1, 1)), threshold=1.5)
    (1, 0)
    """
    ε = valid.number("threshold", threshold)
    return int(feature_map(x, w).max() >= ε)  # (5.4)
