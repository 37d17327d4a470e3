"""Where a PAC-Bayes bound comes from: the same theorem with less and less of the recipe."""

import numpy as np
from jaxtyping import Int, Num

from principles.signatures import checked
from principles.sloppy.classifier import Network, directions, fisher
from principles.sloppy.pac_bayes import certify
from principles.sloppy.training import train
from principles.validation import array, count, generator


@checked
def ladder(
    network: Network,
    initial: Num[np.ndarray, " p"],
    spare: Num[np.ndarray, "m d"],
    X: Num[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    keep: int,
    rate: float,
    steps: int,
    prior_stds: tuple[float, ...],
    sharpnesses: tuple[int, ...],
    draws: int,
    rng: np.random.Generator,
) -> dict[str, float]:
    """Bounds at 95 % for four posteriors: stiff and shaped by the metric, stiff, random, and all directions, one width each.

    Each takes its best prior width and sharpness from the same grid, and pays for the grid.

    Args:
        network: its sizes.
        initial: weights before training, mean of the prior.
        spare: inputs for the metric, none of them a training sample.
        X, y: training samples.
        keep: k, how many stiff or random directions.
        rate, steps: of the training.
        prior_stds: the grid of s₀.
        sharpnesses: the grid of m.
        draws: networks for each training error.
        rng: for the random directions and the draws.
    """
    p, k = network.size, count("keep", keep, most=network.size)
    g = fisher(network, array("initial", initial, shape=(p,)), spare)
    stiff, mixed = directions(g, keep=k), np.linalg.qr(generator("rng", rng).normal(size=(p, k)))[0]
    even = np.full(p, np.trace(g) / p)
    rungs = {
        "stiff, metric": (stiff, np.diag(stiff.T @ g @ stiff)),
        "stiff, one width": (stiff, even[:k]),
        "random, one width": (mixed, even[:k]),
        "all, one width": (np.eye(p), even),
    }
    grid = [(s, m) for s in prior_stds for m in sharpnesses]
    options = {"draws": draws, "confidence": 0.95, "choices": len(grid), "rng": rng}
    found = {}
    for name, (U, λ) in rungs.items():
        w = train(network, initial, X, y, rate=rate, steps=steps, basis=U)
        tried = [certify(network, initial, w, U, λ, X, y, prior_std=s, sharpness=m, **options) for s, m in grid]
        found[name] = min(each.bound for each, _ in tried)
    return found
