"""Pictures of Chapter 1. They draw results that were computed elsewhere."""

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.ticker import NullLocator, PercentFormatter

from principles.figures import BLUE, GREEN, INK, MUTED, ORANGE, Picture, canvas


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
        ax.spines[:].set_visible(True)
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
    ax.plot(sizes, fit, color=ORANGE, linestyle="--", label=f"slope {slope:.2f}".replace("-", "−"))
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
