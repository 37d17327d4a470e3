"""What a spike costs in molecules of ATP, and the firing rate that the supply can pay for."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles import validation
from principles.signatures import checked

ELEMENTARY_CHARGE = 1.602176634e-19  # coulomb
AVOGADRO = 6.02214076e23
SODIUM_PER_ATP = 3  # ions that the Na/K pump moves out for one ATP (and two potassium ions in)


@dataclass(frozen=True)
class Budget:
    """Energy budget of the rat's grey matter, as estimated by Attwell and Laughlin (2001).

    `total` is in ATP a second for one neuron when it fires at `rate` spikes a second; the
    shares are parts of it. `density` counts neurons in a gram (or cm³) of cortex.
    """

    total: float = 3.29e9
    rate: float = 4.0
    resting_share: float = 0.13
    spike_share: float = 0.47
    density: float = 9.2e7

    def __post_init__(self):
        for name in ("total", "rate", "density"):
            validation.number(name, getattr(self, name), above=0.0)
        for name in ("resting_share", "spike_share"):
            validation.number(name, getattr(self, name), least=0.0, most=1.0)

    @property
    def resting(self) -> float:
        """ATP a second that a silent neuron needs."""
        return self.resting_share * self.total

    @property
    def per_spike(self) -> float:
        """ATP for one spike with everything it causes at the synapses: all that is not resting cost, over the rate."""
        return (self.total - self.resting) / self.rate

    @property
    def propagation(self) -> float:
        """ATP for the ions of the travelling spike alone."""
        return self.spike_share * self.total / self.rate


def membrane_area(parts: tuple[tuple[float | int, float | int, float | int], ...]) -> float:
    """Capacitance-weighted membrane area in cm² (Section 1.2): Σ π · diameter · length · swing.

    Args:
        parts: for each piece of the cell its diameter and length in cm, and the part of the
            full swing of the spike that reaches it. A sphere is a cylinder as long as wide.
    """
    validation.array("parts", parts, shape=(None, 3))
    for part in parts:
        for name, value in zip(("diameter", "length", "swing"), part):
            validation.number(f"parts: {name}", value, above=0.0)
    return float(sum(math.pi * diameter * length * swing for diameter, length, swing in parts))


def spike_atp(*, area: float, height: float, overlap: float | int, capacitance: float = 1e-6) -> float:
    """Molecules of ATP that pump the sodium of one spike out again (Section 1.2), overlap · C A ΔV / (3 e).

    Args:
        area: of membrane, cm².
        height: ΔV of the spike, in volt.
        overlap: sodium that enters, as a multiple of the least that could lift the voltage so far.
        capacitance: C, in farad/cm².
    """
    for name, value in (("area", area), ("height", height), ("overlap", overlap), ("capacitance", capacitance)):
        validation.number(name, value, above=0.0)
    return overlap * capacitance * area * height / (SODIUM_PER_ATP * ELEMENTARY_CHARGE)


@checked
def affordable_rate(budget: Budget, supply: float | int) -> float:
    """Mean spikes a second that a supply of ATP pays for (Section 1.2), (supply per neuron - resting) / per spike.

    Args:
        budget: resting cost, cost of a spike, and how many neurons share the supply.
        supply: in µmol ATP a gram and minute.

    Raises:
        ValueError: if the supply does not even cover the resting cost.
    """
    per_neuron = validation.number("supply", supply, above=0.0) * 1e-6 * AVOGADRO / 60 / budget.density
    if per_neuron < budget.resting:
        raise ValueError(f"supply must cover the resting cost {budget.resting:.3g} ATP/s a neuron; it is {per_neuron:.3g}")
    return (per_neuron - budget.resting) / budget.per_spike


@checked
def supply_for(budget: Budget, rate: Float[np.ndarray, " rates"]) -> Float[np.ndarray, " rates"]:
    """Supply in µmol ATP a gram and minute that a mean rate needs (Section 1.2); the inverse of `affordable_rate`."""
    rate = validation.array("rate", rate, ndim=1)
    if (rate < 0).any():
        raise ValueError(f"rate must not be negative; got {rate.min():g}")
    return (budget.resting + budget.per_spike * rate) * budget.density * 60 / AVOGADRO / 1e-6


@checked
def oxygen_for_one_more_spike(budget: Budget, *, atp_per_oxygen: float = 6.0) -> float:
    """Oxygen in mL/100 g/h for one more spike a second in every neuron (Section 1.2).

    Args:
        budget: cost of a spike and the density of neurons.
        atp_per_oxygen: molecules of ATP for one of oxygen. The classical 6 goes with 36 ATP for a
            glucose; newer yields, about 31, make it 31/6.
    """
    validation.number("atp_per_oxygen", atp_per_oxygen, above=0.0)
    moles = budget.per_spike * budget.density * 100 * 3600 / AVOGADRO / atp_per_oxygen
    return moles * 22.4e3


@checked
def wiring(budget: Budget, *, axon: float | int) -> float:
    """Kilometres of axon in a cubic millimetre of cortex (Section 1.2): neurons in it times the length of an axon in cm."""
    return budget.density * 1e-3 * validation.number("axon", axon, above=0.0) * 1e-5
