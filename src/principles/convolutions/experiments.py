"""Runs behind the chapter's figures: three networks, several seeds, digits that move."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles import data
from principles import validation as valid
from principles.convolutions import networks
from principles.signatures import checked

SIDE, TEST = 14, 400


@dataclass(frozen=True)
class ShiftTable:
    """Held-out `accuracies` by kind (seeds, s) at `shifts` (s,), with the last seed's `trained` networks and `test` digits."""

    shifts: np.ndarray
    accuracies: dict[str, np.ndarray]
    trained: dict[str, networks.Network]
    test: data.Data


@checked(counts=("seeds", "steps"))
def shifted_digits(*, seeds: int, steps: int) -> ShiftTable:
    """Train each kind of network on centred digits, one a seed with its own split; test on digits moved along the row.

    Args:
        seeds: number of repetitions.
        steps: of training.
    """
    shifts = np.arange(-3, 4)
    table = {kind: np.zeros((seeds, len(shifts))) for kind in networks.STRIDES}
    trained = {}
    for seed in range(seeds):
        train, test = data.split(data.digits(), test=TEST, rng=np.random.default_rng(seed))
        moved = [networks.on_canvas(test.X, SIDE, columns=int(Δ)) for Δ in shifts]
        for kind in networks.STRIDES:
            rng = np.random.default_rng(1000 + seed)
            trained[kind] = networks.train(kind, networks.on_canvas(train.X, SIDE), train.y, steps=steps, rng=rng)
            table[kind][seed] = [networks.accuracy(trained[kind], images, test.y) for images in moved]
    return ShiftTable(shifts, table, trained, test)


@checked
def nuisances(network: networks.Network, test: data.Data) -> dict[str, float]:
    """Accuracy of a network on held-out digits as they are, dimmed, moved, partly hidden and turned."""
    centred = networks.on_canvas(test.X, SIDE)
    hidden = centred.copy()
    hidden[:, 3:7, :] = 0.0
    pictures = {
        "as trained": centred,
        "half as bright": centred / 2,
        "moved 3 pixels": networks.on_canvas(test.X, SIDE, columns=3),
        "upper half hidden": hidden,
        "quarter turn": np.rot90(centred, axes=(1, 2)),
    }
    return {name: networks.accuracy(network, images, test.y) for name, images in pictures.items()}


@checked(naturals=("seed",), counts=("steps",))
def fully_connected(*, steps: int, seed: int) -> tuple[networks.Network, data.Data]:
    """A fully-connected network trained on centred digits, and the digits held out from it."""
    train, test = data.split(data.digits(), test=TEST, rng=np.random.default_rng(seed))
    images = networks.on_canvas(train.X, SIDE)
    return networks.train("fully connected", images, train.y, steps=steps, rng=np.random.default_rng(seed)), test


@checked
def mean_and_error(values: Float[np.ndarray, "seeds n"]) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Mean over seeds and its standard error."""
    valid.count("seeds", len(values), least=2)
    return values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(values))
