"""Pictures of what moves with the input and what stays: equivariance, pooling, rotation."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle

from principles.convolutions.figures import blank, cells, pictures, show
from principles.figures import BLUE, DIVERGING, GOLD, GREEN, MUTED, ORANGE, SKY, Picture, canvas


def accuracies(named):
    """Horizontal bars: accuracy of a network under each nuisance."""
    fig, ax = canvas(height=2.6)
    names = list(named)[::-1]
    ax.barh(names, [100 * named[name] for name in names], color=BLUE)
    ax.axvline(10, color=ORANGE, linestyle="--", linewidth=1.4, label="guessing")
    ax.set(xlabel="held-out accuracy in %", xlim=(0, 100))
    ax.grid(visible=False, axis="y")
    ax.legend(loc="lower right")
    return Picture(
        fig,
        alt="Bars of accuracy: high for digits as trained and dimmed ones, about half with the upper half hidden, near "
        "guessing when moved or turned.",
    )


def border(image, gap, inside):
    """The moved picture's output, and how far shifting and filtering are from commuting at each pixel."""
    fig, axes = canvas(1, 2, height=2.9)
    show(axes[0], image, "filtered after the shift")
    shown = show(axes[1], gap, "difference to the other order", cmap=None)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    box = (columns[0] - 0.5, rows[0] - 0.5), len(columns), len(rows)
    axes[1].add_patch(Rectangle(*box, facecolor="none", edgecolor="white", linewidth=1.4, linestyle="--"))
    fig.colorbar(shown, ax=axes[1], shrink=0.7)
    return Picture(
        fig,
        alt="A blurred, shifted photograph, and a map of the difference between shifting first and filtering first: "
        "zero inside a dashed frame, "
        "bright along the left and right borders only.",
    )


def star_scenes(scenes, maps, peaks):
    """Two scenes above, their feature maps below with the largest value marked."""
    fig, axes = canvas(2, 2, width=6.4, height=6.0)
    for column, (scene, answer, peak) in enumerate(zip(scenes, maps, peaks)):
        show(axes[0, column], scene, ("scene $x$", "scene $x'$, moved")[column])
        shown = show(axes[1, column], answer, (r"$x*w$", r"$x'*w$")[column], cmap=DIVERGING, limits=(-1, 1))
        axes[1, column].plot(peak[1], peak[0], "o", markersize=14, markerfacecolor="none", markeredgecolor="black")
    fig.colorbar(shown, ax=axes[1, :], shrink=0.8)
    return Picture(
        fig,
        alt="A star and a square in a dark scene, and the same scene moved. In both feature maps the largest answer, "
        "ringed, sits on the star.",
    )


def pooled(x, y):
    """Figure 5.4: a 4 × 4 picture in four coloured blocks, and the largest number of each."""
    fig, ax = canvas(width=4.8, height=2.5)
    colours = np.array([[SKY, ORANGE], [GREEN, GOLD]])
    cells(ax, x, colours=np.repeat(np.repeat(colours, 2, axis=0), 2, axis=1).tolist())
    cells(ax, y, at=(6, -1), colours=colours.tolist())
    ax.add_patch(FancyArrowPatch((4.3, -2), (5.7, -2), arrowstyle="-|>", mutation_scale=14, color=MUTED))
    ax.text(5.0, -1.6, "max", ha="center")
    blank(ax, (-0.2, 8.2), (-4.2, 0.2))
    return Picture(
        fig,
        alt="A four by four table in four coloured blocks of two by two, and a two by two table with the largest "
        "number of each block.",
    )


def movement(shifts, moved, changes):
    """Left: how far the pooled picture moves; right: how much its values change, for each kind of pooling."""
    fig, axes = canvas(1, 2, height=3.3)
    for (name, values), marker in zip(moved.items(), "osD"):
        axes[0].plot(shifts, values, marker=marker, markersize=9 - 3 * "osD".index(marker), label=name)
    for (name, values), marker in zip(changes.items(), "osD^v"):
        axes[1].plot(shifts, values, marker=marker, label=name)
    axes[0].set(title="how far the output moves", xlabel=r"input moves by $\Delta$", ylabel="pixels of the input")
    axes[1].set(title="how much its values change", xlabel=r"input moves by $\Delta$", ylabel="relative change")
    axes[0].legend(fontsize=9)
    axes[1].legend(fontsize=8.5, loc="upper left")
    axes[1].set(ylim=(-0.05, 2.25), yticks=[0, 0.5, 1, 1.5, 2])
    return Picture(
        fig,
        alt="Left: with no pooling, average pooling and max-pooling the output moves exactly as far as the input. "
        "Right: pooling makes the "
        "values change less; only the global maximum does not change at all.",
    )


def shift_accuracy(shifts, results):
    """Held-out accuracy against the shift of the digits; `results`: name to (mean, standard error)."""
    fig, ax = canvas(height=3.4)
    for (name, (mean, error)), marker in zip(results.items(), "osD"):
        ax.errorbar(shifts, 100 * mean, yerr=100 * error, marker=marker, capsize=3, label=name)
    ax.axhline(10, color=MUTED, linestyle=":", linewidth=1)
    ax.text(0, 11.5, "guessing", color=MUTED, ha="center")
    ax.set(xlabel=r"test digits moved by $\Delta$ pixels", ylabel="held-out accuracy in %", ylim=(0, 103))
    ax.legend(fontsize=9, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, columnspacing=1.0, handlelength=1.6)
    return Picture(
        fig,
        alt="Accuracy against shift. The fully connected network is best on centred digits and falls to guessing two "
        "pixels away; the stride 1 network "
        "is level; the stride 2 network is as good at even shifts and drops at odd ones.",
    )


def polar_pair(upright, turned):
    """A picture on a polar grid before and after a turn."""
    return pictures(
        [upright, turned], ["as it is", "turned by 60°"], height=2.4,
        alt="A digit on a polar grid, angles across and radii down; turning the digit by sixty degrees moves the "
        "pattern sideways, wrapping round.",
    )  # fmt: skip
