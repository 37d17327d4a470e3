"""Pictures of adversarial digits, from computed results."""

import numpy as np

from principles.backpropagation.figures import tile
from principles.figures import GREEN, INK, ORANGE, PINK, Picture, Slider, canvas


def adversarial(X, signs, attacked, said, truly, size):
    """Digits, what was added, and the result with what the network says."""
    fig, axes = canvas(3, len(X), width=7.2, height=3.9)
    for column, x, sign, moved, was, now in zip(axes.T, X, signs, attacked, truly, said):
        tile(column[0], x, cmap="Greys")
        tile(column[1], size * sign, 1.0)
        tile(column[2], moved, cmap="Greys")
        column[0].set_title(f"“{was}”", fontsize=10)
        column[2].set_title(f"“{now}”", fontsize=10, color=ORANGE)
    for ax, name in zip(axes[:, 0], ["digit", "added", "sum"]):
        ax.set_ylabel(name)
    return Picture(
        fig,
        alt=f"{len(X)} real digits, the pattern of plus and minus {size} added to their pixels, and the "
        f"results, which still look like "
        "the same digits but are classified otherwise.",
    )


def robustness(sizes, adversarial_accuracy, random_accuracy, frames, *, shown):
    """Attacked digits above the accuracy under adversarial and random changes; the slider moves the size of the change.

    Args:
        sizes, adversarial_accuracy, random_accuracy: the two curves.
        frames: size to (attacked digits, what the network says, whether it is wrong).
        shown: the size to begin with.
    """
    curves = np.array(sizes), np.array(adversarial_accuracy), np.array(random_accuracy)
    pictures = [_attacked(curves, size, *frame) for size, frame in frames.items()]
    return Slider(pictures, name="change of a pixel", symbol="ε", values=list(frames), shown=shown)


def _attacked(curves, size, digits, said, wrong):
    fig, (row, ax) = canvas(2, 1, width=5.6, height=4.2, gridspec_kw={"height_ratios": [1, 3]})
    spaced = np.pad(digits.reshape(-1, 8, 8), ((0, 0), (0, 0), (2, 2)))
    tile(row, np.hstack(spaced), cmap="Greys")
    for k, (answer, error) in enumerate(zip(said, wrong)):
        row.text(12 * k + 5.5, -1.2, f"“{answer}”", fontsize=10, ha="center", color=ORANGE if error else INK)
    sizes, along, noise = curves
    ax.plot(sizes, noise, marker="s", color=GREEN, linestyle="--", label="random signs")
    ax.plot(sizes, along, marker="o", color=ORANGE, linestyle="-", label="signs of $\\bar x$")
    accuracy = np.interp(size, sizes, along), np.interp(size, sizes, noise)
    ax.plot([size, size], accuracy, "o", color=PINK, ms=11, mfc="none", mew=2)
    ax.set(xlabel="change of a pixel $\\varepsilon$ (0 to 1 is white to black)", ylabel="accuracy", ylim=(0, 1.08))
    ax.legend(loc="lower left")
    return Picture(
        fig,
        f"Along the signs of the input gradient the accuracy is {accuracy[0]:.2f}, along random signs {accuracy[1]:.2f}; "
        f"the digits shown are read as {', '.join(map(str, said))}: {sum(wrong)} misread.",
    )
