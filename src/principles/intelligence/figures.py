"""Pictures of Chapter 1. They draw results that were computed elsewhere."""

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.ticker import NullLocator, PercentFormatter

from principles.figures import BLUE, GREEN, INK, LINES, MUTED, ORANGE, PINK, Picture, canvas


def timeline(eras, events):
    """The three eras as bands, the events in their order of time, a line each."""
    fig, ax = canvas(width=7.2, height=5.2)
    for (name, start, end), colour in zip(eras, (BLUE, ORANGE, GREEN)):
        ax.axvspan(start, end, color=colour, alpha=0.16, lw=0)
        ax.text((start + end) / 2, -1.7, name, ha="center", color=colour, fontsize=10.5)
    for row, event in enumerate(events):
        left = event.year > 1985
        ax.plot(event.year, row, "o", color=INK, ms=4.5)
        label = f"{event.year}  {event.name}" if not left else f"{event.name}  {event.year}"
        ax.text(event.year + (-1.2 if left else 1.2), row, label, va="center", ha="right" if left else "left", fontsize=9.5)
    ax.set(xlim=(1938, 2028), ylim=(len(events) - 0.3, -2.5), xlabel="year", yticks=[])
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
    return Picture(
        fig,
        "A timeline of sixteen events from 1943 to 2017 over three bands: the beginning in the 1940s, a second era from"
        " 1960 to 2000, and a third from 2006 on.",
    )


def looks(finds, means, errors, *, without, best, bound):
    """Mean number of looks against the number of past finds."""
    fig, ax = canvas()
    position = np.arange(len(finds))
    ax.errorbar(position, means, yerr=2 * errors, fmt="o-", color=BLUE, capsize=2, label="prior learned from the past")
    for level, style, colour, label in (
        (without, "--", ORANGE, "no prior"),
        (best, "-.", GREEN, "true prior"),
        (bound, ":", INK, "entropy bound"),
    ):
        ax.axhline(level, color=colour, linestyle=style, label=label)
    ax.set_xticks(position, [str(n) for n in finds])
    ax.set(xlabel="past finds $N$", ylabel="mean looks until found", ylim=(0, None))
    ax.legend(loc="upper right", bbox_to_anchor=(1.0, 0.93))
    return Picture(
        fig,
        "The mean number of looks falls from that of a searcher without a prior towards that of one who knows the true "
        "prior as past finds accumulate; all curves stay above the entropy bound.",
    )


def beliefs(places, history):
    """Belief about each place before every look, a circle where the agent looks."""
    fig, ax = canvas(width=5.6, height=3.6)
    image = ax.imshow(history[:-1].T, aspect="auto", origin="lower", norm=PowerNorm(0.5, vmin=0))
    ax.plot(np.arange(len(places)), places, linestyle="none", marker="o", mfc="none", mec="white", mew=1.8, ms=7)
    ax.set(xlabel="looks in vain", ylabel="place", yticks=[0, 5, 10])
    ax.grid(visible=False)
    fig.colorbar(image, label="belief")
    return Picture(
        fig,
        "A heat map of the belief in each place over successive looks in vain. A circle marks each look, always on the "
        "brightest cell; the agent comes back to places that it searched before.",
    )


def integrate_and_fire(run, cell, drives, closed, counted):
    """A cell's voltage under a steady drive, and its rate against the drive."""
    fig, (left, right) = canvas(1, 2)
    left.plot(run.time, run.voltage, color=BLUE, linestyle="-")
    left.axhline(cell.threshold, color=ORANGE, linestyle="--", label="threshold")
    left.axhline(cell.rest, color=MUTED, linestyle=":", label="rest")
    for spike in run.spikes[run.spikes <= run.time[-1]]:
        left.plot([spike, spike], [cell.threshold, cell.threshold + 16], color=BLUE, linestyle="-")
    left.set(xlabel="time (ms)", ylabel="$V$ (mV)", ylim=(cell.reset - 3, cell.threshold + 32))
    left.legend(loc="upper right", ncols=2)
    right.plot(drives, closed, color=BLUE, linestyle="-", label="closed form")
    right.plot(*counted, "o", color=ORANGE, label="counted")
    right.set(xlabel="drive $RI$ (mV)", ylabel="spikes per second", ylim=(0, None))
    right.legend(loc="upper left")
    return Picture(
        fig,
        "Left: the voltage climbs towards its target, meets the threshold, spikes and is reset, over and over. Right: "
        "no spikes below a drive of 16 mV, then a rising rate; counts of simulated spikes lie on the closed form.",
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


def code_lengths(p, lengths, block, per_symbol, limit):
    """Word lengths of a Huffman code against log 1/p; bits a symbol against the block length."""
    fig, (left, right) = canvas(1, 2)
    ideal = -np.log2(np.array(p))
    left.plot(ideal, lengths, "o", color=BLUE, label="a symbol's word")
    left.plot([0, ideal.max()], [0, ideal.max()], color=MUTED, linestyle="--", label=r"$\log_2 1/p$")
    left.set(xlabel=r"$\log_2 1/p$ (bits)", ylabel="length (bits)", ylim=(0, None))
    left.legend(loc="upper left")
    right.plot(block, per_symbol, "o-", color=BLUE, label="Huffman")
    right.plot(block, limit + 1 / np.array(block), color=ORANGE, linestyle="--", label="$H+1/n$")
    right.axhline(limit, color=GREEN, linestyle="-.", label="$H$")
    right.set(xlabel="block length $n$", ylabel="bits per symbol", ylim=(0, None))
    right.legend(loc="upper right")
    return Picture(
        fig,
        "Left: frequent symbols get short words and rare ones long words, each within about a bit of log 1/p. Right: "
        "coding blocks of a lopsided coin, Huffman's bits per symbol fall from 1 towards the entropy 0.47, always "
        "between H and H + 1/n.",
    )


def channel(p, curves, measured, errors):
    """Chance of a wrong bit after decoding against the chance of a flip, closed form and counted."""
    fig, ax = canvas(width=5.2, height=3.6)
    for (name, values), colour, line in zip(curves.items(), (MUTED, BLUE, GREEN), ("--", "-", "-.")):
        ax.plot(p, values, color=colour, linestyle=line, label=name)
    ax.errorbar(*measured, yerr=2 * errors, fmt="o", color=ORANGE, capsize=2, label="counted")
    ax.set(xscale="log", yscale="log", xlabel="chance of a flip $p$", ylabel="chance of a wrong bit")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_minor_locator(NullLocator())
    ax.legend(loc="upper left")
    return Picture(
        fig,
        "On logarithmic axes the uncoded error is the line y = p; the Hamming code's error falls with twice that slope,"
        " 9 p squared, and the repetition code's likewise. Counted errors lie on the Hamming curve.",
    )


def forgetting(images, names, bits, accuracies):
    """One digit at several numbers of grey levels; accuracy against bits an image."""
    columns = len(images)
    fig, axes = canvas(1, columns + 1, width=7.6, height=2.7, gridspec_kw={"width_ratios": [1] * columns + [2.6]})
    for ax, image, name in zip(axes, images, names):
        ax.imshow(image, vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.set_title(name, fontsize=10)
        ax.grid(visible=False)
    axes[-1].plot(bits, accuracies, "o-", color=BLUE)
    axes[-1].set(xlabel="bits per image", ylabel="held-out accuracy", ylim=(0.9, 1.0), xlim=(0, None))
    axes[-1].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return Picture(
        fig,
        "A handwritten digit with 17, 3 and 2 grey levels, and the accuracy of a nearest-neighbour classifier against "
        "the bits an image takes: more than half of the bits can go at the cost of two percentage points.",
    )


def mouse(maze, first, second):
    """A maze with the cells coloured by visits on the first run, and the second run drawn in."""
    fig, axes = canvas(1, 2, height=3.7)
    visits = np.zeros((maze.size, maze.size))
    for cell in first:
        visits[cell] += 1
    for ax, title in zip(axes, (f"first run: {len(first) - 1} steps", f"second run: {len(second) - 1} steps")):
        _walls(ax, maze)
        ax.set_title(title)
    axes[0].imshow(visits, alpha=0.8)
    for (row, column), count in np.ndenumerate(visits):
        axes[0].text(
            column, row, f"{count:.0f}", ha="center", va="center", color="white" if count < visits.max() * 0.6 else "black"
        )
    rows, columns = np.array(second).T
    axes[1].plot(columns, rows, "o-", color=ORANGE)
    return Picture(
        fig,
        "A maze of 25 cells. Left: how often the mouse was in each cell on its first run, with many visits to some. "
        "Right: the second run, a path without detours from the upper left to the lower right corner.",
    )


def _walls(ax, maze):
    n = maze.size
    for r in range(n):
        for c in range(n):
            if c + 1 < n and not maze.passable((r, c), 3):
                ax.plot([c + 0.5] * 2, [r - 0.5, r + 0.5], color=INK, linestyle="-")
            if r + 1 < n and not maze.passable((r, c), 2):
                ax.plot([c - 0.5, c + 0.5], [r + 0.5] * 2, color=INK, linestyle="-")
    ax.plot([-0.5, n - 0.5, n - 0.5, -0.5, -0.5], [-0.5, -0.5, n - 0.5, n - 0.5, -0.5], color=INK, linestyle="-")
    ax.set(xticks=[], yticks=[], xlim=(-0.55, n - 0.45), ylim=(n - 0.45, -0.55), aspect="equal")
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)


def cards(images, names, weights):
    """Two punched cards above the weights that were learned, the weights as a card."""
    fig, axes = canvas(1, 3, width=7.6, height=1.9)
    for ax, image, name in zip(axes, images, names):
        ax.imshow(image, cmap="Greys", vmin=0, vmax=1.3, aspect="auto", interpolation="nearest")
        ax.set_title(name)
    largest = np.abs(weights).max()
    shown = axes[2].imshow(weights, cmap="RdBu_r", vmin=-largest, vmax=largest, aspect="auto", interpolation="nearest")
    axes[2].set_title("learned weights")
    fig.colorbar(shown, ax=axes[2], ticks=[-largest, 0, largest])
    for ax in axes:
        ax.set(xticks=[], yticks=[])
        ax.grid(visible=False)
    return Picture(
        fig,
        "Two punched cards, one with a block of holes on the left, one on the right, and the learned weights as an "
        "image: negative over the left half, positive over the right.",
    )


def mistakes(runs):
    """Mistakes made so far against cards seen, one line a machine."""
    fig, ax = canvas()
    for (name, when, cards_seen), colour, line in zip(runs, (BLUE, ORANGE, GREEN), ("-", "--", "-.")):
        steps = np.append(np.append(0, when), cards_seen)
        total = np.append(np.append(0, np.arange(1, len(when) + 1)), len(when))
        ax.plot(steps, total, color=colour, linestyle=line, label=name, drawstyle="steps-post")
    ax.set(xscale="symlog", yscale="symlog", xlabel="cards seen", ylabel="mistakes so far", xlim=(0, None), ylim=(0, None))
    ax.legend(loc="upper left")
    return Picture(
        fig,
        "Mistakes against cards seen, on logarithmic axes. For marks on one side the count stops at a handful; for one-"
        "or-both sides a single neuron's count keeps climbing; with a layer of random units in front it levels off.",
    )


def contest(results):
    """Winning error of the ImageNet contest by year."""
    fig, ax = canvas()
    deep = results.year >= 2012
    for chosen, colour, marker, label in ((~deep, ORANGE, "s", "hand-made features"), (deep, BLUE, "o", "deep networks")):
        ax.plot(results.year[chosen], results.error[chosen], marker, color=colour, ms=7, label=label)
    ax.plot(results.year, results.error, color=MUTED, linestyle=":", zorder=0)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(xlabel="year", ylabel="top-5 error", ylim=(0, 0.31), xticks=[2010, 2012, 2014, 2016])
    ax.legend(loc="upper right")
    return Picture(
        fig,
        "The winning top-5 error of the ImageNet contest: 28 and 26 percent with hand-made features in 2010 and 2011, "
        "then 15 percent with the first deep network in 2012 and down to 2 percent in 2017.",
    )


def data_helps(sizes, errors, slope):
    """Held-out error against the number of training images."""
    fig, ax = canvas()
    ax.plot(sizes, errors, "o-", color=BLUE, label="nearest neighbour")
    fit = errors[0] * (np.array(sizes) / sizes[0]) ** slope
    ax.plot(sizes, fit, color=ORANGE, linestyle="--", label=f"slope {slope:.2f}")
    ax.set(xscale="log", yscale="log", xlabel="training images $n$", ylabel="held-out error")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5], ["2 %", "5 %", "10 %", "20 %", "50 %"])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.legend(loc="upper right")
    return Picture(
        fig,
        "Held-out error of a nearest-neighbour classifier of digits against the number of training images, on "
        "logarithmic axes: it falls along a line from 55 percent with ten images to 1.5 percent with a thousand.",
    )


def restarts(widths, shares, errors, histories):
    """Share of starts that learn XOR against the width; the loss of some narrow networks over time."""
    fig, (left, right) = canvas(1, 2)
    for history in histories.T:
        colour, line = (BLUE, "-") if history[-1] < 0.01 else (ORANGE, "--")
        left.plot(np.arange(0, len(history), 10), history[::10], color=colour, linestyle=line, lw=1.1)
    left.set(xlabel="gradient step", ylabel="loss", ylim=(0, 0.6))
    left.set_title("two hidden neurons")
    right.errorbar(widths, shares, yerr=2 * errors, fmt="o-", color=BLUE, capsize=2)
    right.set(xlabel="hidden neurons", ylabel="starts that learn XOR", ylim=(-0.05, 1.1), xscale="log")
    right.set_xticks(widths, [str(w) for w in widths])
    right.xaxis.set_minor_locator(NullLocator())
    right.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return Picture(
        fig,
        "Left: with two hidden neurons most losses fall to zero but some stay at a quarter. Right: the share "
        "of random starts that learn XOR rises from none with one hidden neuron to all with four or more.",
    )


def history_value(lengths, problems, floors):
    """Least mean loss against the number of past events, a line a problem."""
    fig, ax = canvas()
    for (name, losses), floor, colour, line, marker in zip(
        problems.items(), floors, (BLUE, ORANGE, GREEN), ("-", "--", "-."), "os^"
    ):
        ax.plot(lengths, losses, marker + " ", color=colour)
        ax.plot(lengths, losses, color=colour, linestyle=line, label=name)
        if floor is not None:
            ax.axhline(floor, color=colour, linestyle=":", lw=1.2)
    ax.set(xlabel="past events seen", ylabel="least mean loss", ylim=(0, None))
    ax.legend(loc="lower left")
    return Picture(
        fig,
        "The least mean loss of a perfect agent against the number of past events it has seen: it falls towards a floor"
        " where the past tells about a hidden trait of the driver ahead, and stays flat where the present already says "
        "everything or where one action is best anyway.",
    )
