"""Which modes of a mixture do samples reach?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.spatial.distance import cdist

from principles.signatures import checked
from principles.validation import array, number
from principles.variational.mixture import Mixture


@dataclass(frozen=True)
class Coverage:
    """How samples spread over the modes.

    Attributes:
        counts: samples within reach of each centre.
        covered: modes that got at least `enough` of their share.
        close: share of samples within reach of some centre.
    """

    counts: Int[np.ndarray, " k"]
    covered: int
    close: float


@checked(counts=("k",), unsigned=("radius",), positive=("std",))
def ring(k: int, *, radius: float, std: float) -> Mixture:
    """k equally likely round Gaussians on a circle."""
    angle = 2 * np.pi * np.arange(k) / k
    return Mixture(np.full(k, 1 / k), radius * np.stack([np.cos(angle), np.sin(angle)], axis=1), std**2)


@checked
def cover(samples: Float[np.ndarray, "n d"], target: Mixture, *, reach: float = 3.0, enough: float = 0.2) -> Coverage:
    """Count the samples within `reach` standard deviations of each centre.

    Args:
        samples: rows.
        target: the mixture; its modes must lie further apart than twice the reach.
        reach: in standard deviations.
        enough: a mode counts as covered from this part of its wanted share on.

    >>> two = Mixture(np.array([0.5, 0.5]), np.array([[0.0], [10.0]]), 1.0)
    >>> cover(np.array([[0.1], [-0.2], [5.0], [1.0]]), two)
    Coverage(counts=array([3, 0]), covered=1, close=0.75)
    """
    samples = array("samples", samples, shape=(None, target.means.shape[1]))
    limit = number("reach", reach, above=0) * np.sqrt(target.variance)
    between = cdist(target.means, target.means) + np.where(np.eye(len(target.means)) > 0, np.inf, 0)
    if between.min() <= 2 * limit:
        raise ValueError(f"reach must be below half the distance of two centres, {between.min() / 2:.3g}; got {limit:.3g}")
    apart = cdist(samples, target.means)
    near = apart.argmin(axis=1)[apart.min(axis=1) < limit]
    counts = np.bincount(near, minlength=len(target.means))
    wanted = number("enough", enough, above=0, most=1) * target.weights * len(samples)
    return Coverage(counts, int((counts >= wanted).sum()), float(len(near) / len(samples)))
