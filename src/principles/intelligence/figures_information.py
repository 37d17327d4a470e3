"""Pictures of Chapter 1: codes and what they lose."""

import numpy as np
from matplotlib.ticker import NullLocator, PercentFormatter

from principles.figures import BLUE, GREEN, MUTED, ORANGE, Picture, canvas


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
