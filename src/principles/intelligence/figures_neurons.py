"""Pictures of Chapter 1: neurons, in a cell and on paper."""

import numpy as np

from principles.figures import BLUE, GREEN, INK, LINES, MUTED, ORANGE, PINK, Picture, Slider, canvas


def integrate_and_fire(traces, cell, drives, closed, counted, *, shown):
    """A cell's voltage under a steady drive, and its rate against the drive; the slider moves the drive.

    Args:
        traces: drive to (simulated run, spikes a second).
        cell: the cell.
        drives, closed: the closed form of the rate.
        counted: drives and rates of the simulation.
        shown: the drive to begin with.
    """
    pictures = [_driven(run, cell, drives, closed, counted, drive, rate) for drive, (run, rate) in traces.items()]
    return Slider(pictures, name="drive", symbol="RI", values=list(traces), shown=shown, unit="mV")


def _driven(run, cell, drives, closed, counted, drive, rate):
    fig, (left, right) = canvas(1, 2)
    spikes = run.spikes[run.spikes <= run.time[-1]]
    left.plot(run.time, run.voltage, color=BLUE, linestyle="-")
    left.axhline(cell.threshold, color=ORANGE, linestyle="--", label="threshold")
    left.axhline(cell.rest, color=MUTED, linestyle=":", label="rest")
    left.vlines(spikes, cell.threshold, cell.threshold + 16, color=BLUE)
    left.set(xlabel="time (ms)", ylabel="$V$ (mV)", ylim=(cell.reset - 3, cell.threshold + 32), title=f"{len(spikes)} spikes")
    left.legend(loc="upper right", ncols=2)
    right.plot(drives, closed, color=BLUE, linestyle="-", label="closed form")
    right.plot(*counted, "o", color=ORANGE, label="counted")
    right.plot(drive, rate, "o", color=PINK, ms=11, mfc="none", mew=2)
    right.set(xlabel="drive $RI$ (mV)", ylabel="spikes per second", ylim=(-2, 70), title=f"{rate:.1f} a second")
    right.legend(loc="upper left")
    return Picture(
        fig, f"In {run.time[-1]:.0f} ms the voltage reaches the threshold {len(spikes)} times, {rate:.1f} spikes a second."
    )


def spike(trace, membrane):
    """Voltage and gates of a Hodgkin–Huxley spike."""
    fig, (left, right) = canvas(1, 2)
    E_Na, E_K, _ = membrane.reversal
    left.plot(trace.time, trace.voltage, color=BLUE, linestyle="-")
    left.axhline(E_Na, color=ORANGE, linestyle="--", label="$E_{Na}$")
    left.axhline(E_K, color=GREEN, linestyle="-.", label="$E_K$")
    left.axhline(membrane.rest, color=MUTED, linestyle=":", label="rest")
    left.set(xlabel="time (ms)", ylabel="$V$ (mV)")
    left.legend(loc="right")
    for values, name, colour, line in zip(
        (trace.m, trace.h, trace.n), ("$m$ (Na opens)", "$h$ (Na closes)", "$n$ (K opens)"), (ORANGE, PINK, GREEN), LINES
    ):
        right.plot(trace.time, values, color=colour, linestyle=line, label=name)
    right.set(xlabel="time (ms)", ylabel="gate", ylim=(0, 1.35))
    right.legend(loc="upper right")
    return Picture(
        fig,
        "Left: the membrane rests at -70 mV, is pushed, and shoots up to about +35 mV within a millisecond, below the "
        "sodium potential of +45 mV, then dips under its rest. Right: the fast sodium gate opens first; the slow gates "
        "that end the spike follow.",
    )


def all_or_none(sizes, peaks, temperatures, overlaps):
    """Peak voltage against the size of the push; wasted sodium against temperature."""
    fig, (left, right) = canvas(1, 2)
    left.plot(sizes, peaks, "o-", color=BLUE)
    left.set(xlabel="push (µA/cm² for 1 ms)", ylabel="peak voltage (mV)")
    right.plot(temperatures, overlaps, "o-", color=ORANGE)
    right.axhline(1, color=MUTED, linestyle="--", label=r"least possible, $C\,\Delta V$")
    right.set(xlabel="temperature (°C)", ylabel="sodium charge / least", ylim=(0, None))
    right.legend(loc="upper right")
    return Picture(
        fig,
        "Left: the peak voltage jumps from about -63 to +30 mV between pushes of 6.8 and 7 and then hardly changes: all"
        " or none. Right: the sodium that a spike takes in falls from thirteen times the least possible at 6 degrees to"
        " four times at 18.5.",
    )


def power(rates, supplies, measured, mark):
    """ATP that a mean firing rate needs, the uptake that was measured, and the notes' 4 Hz."""
    fig, ax = canvas()
    ax.plot(rates, supplies, color=BLUE, linestyle="-", label="needed")
    ax.axhspan(*measured, color=GREEN, alpha=0.2, lw=0, label="measured uptake")
    ax.axhline(supplies[0], color=MUTED, linestyle="--", label="silent cortex")
    ax.plot(*mark, "o", color=ORANGE, ms=7, label="4 Hz")
    ax.set(xlabel="mean rate (spikes per second)", ylabel="µmol ATP per g and minute", xlim=(0, None), ylim=(0, None))
    ax.legend(loc="upper left")
    return Picture(
        fig,
        "The ATP that grey matter needs grows along a straight line with the mean firing rate. "
        "The measured uptake, a band from 33 to 50 micromoles a gram and minute, "
        "meets that line between 4.5 and 7 spikes a second, just above the 4 of the notes.",
    )


def two_layers(points, labels, middle):
    """XOR in the plane of the inputs, where no line parts it, and in the plane of the hidden neurons, where one does."""
    fig, (left, right) = canvas(1, 2, height=3.4)
    for ax, X, names in ((left, points, ("$x_1$", "$x_2$")), (right, middle, ("OR neuron", "AND neuron"))):
        for value, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "s")):
            ax.plot(*X[labels == value].T, marker, color=colour, ms=10, label=f"XOR = {value}")
        ax.set(xlabel=names[0], ylabel=names[1], xlim=(-0.4, 1.4), ylim=(-0.4, 1.7), xticks=[0, 1], yticks=[0, 1])
    line = np.array([-0.4, 1.4])
    right.plot(line, line - 0.5, color=INK, linestyle="--")
    left.set_title("inputs: no line parts them")
    right.set_title("hidden layer: a line does")
    left.legend(loc="upper center", ncols=2)
    return Picture(
        fig,
        "Left: the four inputs of XOR at the corners of a square, equal labels on opposite corners, which no line can "
        "part. Right: after the OR and the AND neuron the two inputs with label 1 fall on one point, and a line parts "
        "it from the others.",
    )
