"""Pictures of Chapter 2's exercises and of its last section. They draw results that were computed elsewhere."""

import numpy as np

from principles.figures import COLOURS, LINES, MUTED, Picture, canvas


def typo(x, y, lines):
    """Two lines through patients of whom one was mistyped."""
    return _scatter_lines(
        x,
        y,
        lines,
        xlabel="body mass index",
        ylabel="progression",
        alt="One mistyped patient at the top lifts the line of the largest loss far above all other patients; "
        "the line of the average loss stays among them.",
    )


def buses(x, y, lines):
    """Arrival times with the lines of two noise models."""
    return _scatter_lines(
        x,
        y,
        lines,
        xlabel="distance to the stop (km)",
        ylabel="arrival (minutes)",
        alt="Arrival times lie above a sharp lower edge. The line fitted with exponential noise runs along the edge; "
        "the Gaussian line runs through the middle and its five percent line below every bus.",
    )


def label_noise(shares, wrong):
    """Test error against the share of flipped training labels."""
    return _curves(
        shares,
        wrong,
        xlabel="share of training labels flipped",
        ylabel="error on clean test labels",
        ticks=[0, 0.2, 0.4],
        alt="Test error against the share of flipped training labels: copying the nearest sample errs about as often as "
        "labels were flipped, least squares far less.",
    )


def thresholds(levels, values):
    """Number and cost of mistakes against the threshold."""
    return _curves(
        levels,
        values,
        xlabel="threshold",
        ylabel="on 190 test tumours",
        ticks=[-1, -0.5, 0, 0.5],
        alt="Number and cost of mistakes against the threshold: the cost is lowest at a lower threshold, where fewer "
        "malignant tumours are missed.",
    )


def sgd(times, excess):
    """How far above its minimum stochastic gradient descent holds the objective."""
    return _curves(
        times,
        excess,
        xlabel="iteration $t$",
        ylabel=r"$\ell(w^{(t)}) - \ell(w^*)$",
        ticks=[0, 10_000, 20_000],
        log=True,
        alt="Excess of the objective over its minimum: the larger constant step falls fast and then hovers high, the "
        "smaller one falls slowly and hovers lower, the decaying step falls fast and ends lowest.",
    )


def shuffled(three, eight, order):
    """Two digits, and the same two with their pixels in another order."""
    pictures = {"a three": three, "an eight": eight, "three, shuffled": three[order], "eight, shuffled": eight[order]}
    fig, axes = canvas(2, 2, width=4.4, height=4.7)
    for ax, (name, picture) in zip(axes.flat, pictures.items()):
        ax.imshow(picture.reshape(8, 8), cmap="gray_r", interpolation="nearest")
        ax.set_title(name)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    return Picture(
        fig,
        "A three and an eight, and the same two images with their pixels shuffled: unreadable for us, "
        "no harder for the perceptron.",
    )


def _curves(x, lines, *, xlabel, ylabel, alt, ticks, log=False):
    fig, ax = canvas()
    for (name, values), colour, line, marker in zip(lines.items(), COLOURS, LINES, "osD"):
        ax.plot(x, values, color=colour, linestyle=line, marker=marker if len(x) <= 25 else None, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel, xticks=ticks)
    if log:
        ax.set_yscale("log")
    ax.legend(fontsize=9)
    return Picture(fig, alt)


def _scatter_lines(x, y, lines, *, xlabel, ylabel, alt):
    fig, ax = canvas()
    ends = np.array([x.min(), x.max()])
    ax.plot(x, y, "o", color=MUTED, markersize=4, alpha=0.8, linestyle="none", label="data")
    for (name, (slope, intercept)), colour, line in zip(lines.items(), COLOURS, LINES):
        ax.plot(ends, slope * ends + intercept, color=colour, linestyle=line, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(fontsize=9)
    return Picture(fig, alt)
