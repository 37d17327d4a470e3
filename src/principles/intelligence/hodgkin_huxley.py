"""The Hodgkin–Huxley membrane: how sodium and potassium channels make a spike.

Voltages are measured inside against outside, in mV, so that depolarisation is upwards.
The 1952 paper writes the equations for V = displacement from rest with depolarisation
*negative* and fixes no resting value; here the rates see v = V - rest, their sign turned.
Times in ms, currents in µA/cm², conductances in mS/cm², capacitance in µF/cm².
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from principles import validation
from principles.intelligence.energy import ELEMENTARY_CHARGE
from principles.signatures import checked

BOLTZMANN = 1.380649e-23  # joule a kelvin
MOST_STEPS = 10_000_000  # of a pulse; the book's have a few thousand


@dataclass(frozen=True)
class Membrane:
    """Constants of the squid's giant axon, shifted to the resting potential `rest`; temperature in °C."""

    rest: float = -70.0
    capacitance: float = 1.0
    sodium: float = 120.0
    potassium: float = 36.0
    leak: float = 0.3
    temperature: float = 6.3

    def __post_init__(self):
        for name in ("capacitance", "sodium", "potassium", "leak"):
            validation.number(name, getattr(self, name), above=0.0)
        validation.number("rest", self.rest)
        validation.number("temperature", self.temperature, above=-273.15)

    @property
    def speed(self) -> float:
        """How much faster the gates move than at 6.3 °C: threefold for every 10 °C."""
        return 3.0 ** ((self.temperature - 6.3) / 10)

    @property
    def reversal(self) -> tuple[float, float, float]:
        """Potentials at which the sodium, potassium and leak currents vanish."""
        return self.rest + 115.0, self.rest - 12.0, self.rest + 10.613


@dataclass(frozen=True)
class Trace:
    """Time, voltage, and the gates n (potassium), m and h (sodium), at every step."""

    time: np.ndarray
    voltage: np.ndarray
    n: np.ndarray
    m: np.ndarray
    h: np.ndarray


def nernst(*, outside: float | int, inside: float | int, temperature: float | int) -> float:
    """The voltage in mV at which an ion of charge +1 is at rest between two concentrations (Section 1.2), (kT/e) ln(out/in).

    Args:
        outside: concentration outside the cell, in any unit.
        inside: concentration inside, in the same unit.
        temperature: in °C.

    >>> nernst(outside=10, inside=10, temperature=20)
    0.0
    """
    for name, value in (("outside", outside), ("inside", inside)):
        validation.number(name, value, above=0.0)
    kelvin = validation.number("temperature", temperature, above=-273.15) + 273.15
    return 1000 * BOLTZMANN * kelvin / ELEMENTARY_CHARGE * math.log(outside / inside)


def _linoid(x):
    """x / (exp(x) - 1), continued by 1 at 0."""
    return 1.0 - x / 2 if abs(x) < 1e-6 else x / math.expm1(x)


@checked
def rates(v: float) -> tuple[tuple[float, float], ...]:
    """Opening and closing rates (α, β) of the gates n, m, h in 1/ms at v mV above rest (Section 1.2).

    >>> (α, β), *_ = rates(0.0)
    >>> round(α / (α + β), 4)
    0.3177
    """
    n = 0.1 * _linoid((10 - v) / 10), 0.125 * math.exp(-v / 80)
    m = _linoid((25 - v) / 10), 4 * math.exp(-v / 18)
    h = 0.07 * math.exp(-v / 20), 1 / (math.exp((30 - v) / 10) + 1)
    return n, m, h


@checked
def settled(membrane: Membrane, voltage: float) -> tuple[float, float, float]:
    """The gates n, m, h after a long time at one voltage (Section 1.2), α / (α + β) each."""
    n, m, h = (α / (α + β) for α, β in rates(voltage - membrane.rest))
    return n, m, h


@checked
def currents(membrane: Membrane, voltage, n, m, h):
    """Outward sodium, potassium and leak currents (Section 1.2), g_Na m³h (V - E_Na) and so on."""
    E_Na, E_K, E_L = membrane.reversal
    return (
        membrane.sodium * m**3 * h * (voltage - E_Na),
        membrane.potassium * n**4 * (voltage - E_K),
        membrane.leak * (voltage - E_L),
    )


@checked
def resting_potential(membrane: Membrane) -> float:
    """The voltage at which the three currents cancel with settled gates (Section 1.2)."""

    def total(V):
        return sum(currents(membrane, V, *settled(membrane, V)))

    return float(brentq(total, membrane.rest - 20, membrane.rest + 5, xtol=1e-10))


@checked
def slope(membrane: Membrane, state, current: float) -> tuple[float, float, float, float]:
    """Time derivatives of (V, n, m, h) under an injected current (Section 1.2)."""
    V, *gates = state
    dV = (current - sum(currents(membrane, V, *gates))) / membrane.capacitance
    moves = (α * (1 - gate) - β * gate for (α, β), gate in zip(rates(V - membrane.rest), gates))
    return dV, *(membrane.speed * move for move in moves)


@checked
def simulate(membrane: Membrane, current: Float[np.ndarray, " steps"], *, step: float) -> Trace:
    """A Hodgkin–Huxley membrane driven from rest (Section 1.2), by the fourth-order Runge–Kutta rule.

    Args:
        membrane: the constants.
        current: injected, µA/cm², one value a step (positive depolarises).
        step: in ms; 0.01 resolves the voltage to about 2e-4 mV, even where it rises fastest.

    Returns:
        The trace at the beginning and after every step.
    """
    step = validation.number("step", step, above=0.0, most=0.05)
    current = validation.array("current", current, ndim=1)
    V = resting_potential(membrane)
    state = (V, *settled(membrane, V))
    states = [state]
    for I in current.tolist():
        state = _runge_kutta(membrane, state, I, step)
        states.append(state)
    return Trace(step * np.arange(len(states)), *np.array(states).T)


def _runge_kutta(membrane, state, I, η):
    a = slope(membrane, state, I)
    b = slope(membrane, [s + η / 2 * k for s, k in zip(state, a)], I)
    c = slope(membrane, [s + η / 2 * k for s, k in zip(state, b)], I)
    d = slope(membrane, [s + η * k for s, k in zip(state, c)], I)
    return tuple(s + η / 6 * (p + 2 * q + 2 * r + t) for s, p, q, r, t in zip(state, a, b, c, d))


@checked
def pulse(
    *, size: float | int, start: float | int, length: float | int, duration: float | int, step: float
) -> Float[np.ndarray, " steps"]:
    """A rectangular current pulse, one value a step."""
    validation.number("step", step, above=0.0)
    validation.number("duration", duration, above=0.0)
    validation.number("length", length, least=0.0)
    time = step * np.arange(validation.count("duration / step", round(duration / step), least=0, most=MOST_STEPS))
    return np.where((time >= start - 1e-9) & (time < start + length - 1e-9), float(size), 0.0)


@checked
def sodium_charge(membrane: Membrane, trace: Trace) -> float:
    """Charge in nC/cm² that sodium carries inwards during the trace, beyond what leaks in at rest (Section 1.2)."""
    I = -currents(membrane, trace.voltage, trace.n, trace.m, trace.h)[0]
    return float(np.trapezoid(I - I[0], trace.time))


@checked
def overlap(membrane: Membrane, trace: Trace) -> float:
    """Sodium charge of a spike over the least that could lift the voltage as far, C ΔV (Section 1.2)."""
    height = trace.voltage.max() - trace.voltage[0]
    return sodium_charge(membrane, trace) / (membrane.capacitance * height)
