"""The leaky integrate-and-fire neuron: a capacitor that leaks, a threshold, a reset."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles import validation
from principles.signatures import checked

MOST_SPIKES = 100_000  # of one run, as in several minutes at the highest rate


@dataclass(frozen=True)
class Cell:
    """A leaky integrate-and-fire cell; voltages in mV, times in ms."""

    rest: float = -70.0
    threshold: float = -54.0
    reset: float = -75.0
    time_constant: float = 20.0
    refractory: float = 2.0

    def __post_init__(self):
        validation.number("time_constant", self.time_constant, above=0.0)
        validation.number("refractory", self.refractory, least=0.0)
        for name in ("rest", "reset"):
            validation.number(name, getattr(self, name), below=self.threshold)


@dataclass(frozen=True)
class Run:
    """Voltage at every step and the times of the spikes."""

    time: np.ndarray
    voltage: np.ndarray
    spikes: np.ndarray


@checked
def simulate(cell: Cell, drive: Float[np.ndarray, " steps"], *, step: float) -> Run:
    """Voltage of a leaky integrate-and-fire cell (Section 1.2), each step solved exactly.

    Between spikes τ dV/dt = V_rest - V + R I; for a drive that is constant over the step the
    solution is an exponential towards V_rest + R I. At the threshold the cell spikes, is
    reset, and rests for the refractory time.

    Args:
        cell: the constants.
        drive: R I in mV, one value a step.
        step: in ms.

    Returns:
        The voltages at the ends of the steps, and the spike times (exact within the step).

    Raises:
        ValueError: if there are too many spikes, as where the step is many orders of magnitude above the refractory time.
    """
    step = validation.number("step", step, above=0.0)
    drive = validation.array("drive", drive, ndim=1)
    spikes: list[float] = []
    V, free_at, voltages = cell.rest, 0.0, []
    for k, push in enumerate(drive):
        now, end = max(k * step, free_at), (k + 1) * step
        while now < end:
            target = cell.rest + push
            crossing = _crossing(cell, V, target)
            if now + crossing > end:
                V = target + (V - target) * np.exp(-(end - now) / cell.time_constant)
                break
            if len(spikes) == MOST_SPIKES:
                raise ValueError(f"the run must have at most {MOST_SPIKES} spikes; got step {step:g} and drive {push:g}")
            spikes.append(now + crossing)
            V, free_at = cell.reset, now + crossing + cell.refractory
            now = free_at
        voltages.append(V)
    return Run(step * np.arange(1, len(drive) + 1), np.array(voltages), np.array(spikes))


def _crossing(cell, V, target):
    """Time from voltage V to the threshold on the way to the target; infinite if the target lies below it."""
    if target <= cell.threshold:
        return np.inf
    return cell.time_constant * np.log((target - V) / (target - cell.threshold))


@checked
def rate(cell: Cell, drive: Float[np.ndarray, " drives"]) -> Float[np.ndarray, " drives"]:
    """Spikes a second under a constant drive (Section 1.2): 1000 / (refractory + τ ln((R I + rest - reset)/(R I + rest - θ))).

    Zero when the drive does not lift the cell to its threshold.

    >>> rate(Cell(), np.array([10.0])).tolist()
    [0.0]
    """
    target = cell.rest + validation.array("drive", drive, ndim=1)
    above = target > cell.threshold
    gap = np.where(above, target - cell.threshold, 1.0)
    interval = cell.refractory + cell.time_constant * np.log(np.maximum((target - cell.reset) / gap, 1.0))
    return np.where(above, 1000.0 / interval, 0.0)
