"""Pictures of a filter that is flipped and moved along its input, drawn from computed results."""

import numpy as np

from principles.convolutions.figures import blank, cells
from principles.figures import GREEN, ORANGE, SKY, Picture, Slider, canvas


def flip_and_filter(rows, outputs):
    """Figure 5.1. `rows`: for each k the padded signal and the mirrored, shifted filter; `outputs`: the sums."""
    fig, ax = canvas(width=5.4, height=3.4)
    width, m = rows[0].shape[1], int((rows[0][1] != 0).sum())
    cells(ax, rows[0][0], at=(0, 0.4), colours=[[SKY if v else None for v in rows[0][0]]])
    ax.text(-0.25, -0.1, r"$x_\tau$", ha="right", va="center", fontsize=13)
    for k, (row, output) in enumerate(zip(rows, outputs)):
        under = np.where(row[1] != 0, row[1], np.nan)
        cells(ax, under[k : k + m], at=(k, -1 - 1.15 * k), colours=[[ORANGE] * m])
        y = -1.5 - 1.15 * k
        ax.text(-0.25, y, rf"$w_{{{k - 2}-\tau}}$", ha="right", va="center", fontsize=13)
        ax.text(width + 0.3, y, rf"$(x*w)_{{{k - 2}}}={output:g}$", va="center", fontsize=13)
    blank(ax, (-1.9, width + 4.4), (-1.4 - 1.15 * len(rows), 0.6))
    return Picture(
        fig,
        alt="The signal 2, -1, 1 between zeros; below it the mirrored filter 2, 1, 1 in five positions, each with the "
        "sum of products "
        "that it gives: 2, 1, 4, -1, 2.",
    )


def flip_and_filter_2d(x, w, y, *, shown):
    """Figure 5.2: the picture x, the filter turned by 180°, and the "valid" output y; the slider moves the window.

    Args:
        x, w, y: picture, filter and output.
        shown: the output to begin with, as "row, column", counted from 1.
    """
    stops = {f"{r + 1}, {c + 1}": (r, c) for r, c in np.ndindex(y.shape)}
    return Slider([_stop(x, w, y, at) for at in stops.values()], name="output", values=list(stops), shown=shown)


def _stop(x, w, y, at):
    fig, ax = canvas(width=6.4, height=2.6)
    (n, m), (p, q), (r, c) = x.shape, w.shape, at
    inside = [[ORANGE if r <= i < r + p and c <= j < c + q else None for j in range(m)] for i in range(n)]
    cells(ax, x, colours=inside)
    cells(ax, w[::-1, ::-1], at=(m + 1.5, -(n - p) / 2), colours=[[ORANGE] * q] * p)
    marked = [[GREEN if (i, j) == at else None for j in range(y.shape[1])] for i in range(len(y))]
    cells(ax, y, at=(m + q + 3, -(n - len(y)) / 2), colours=marked)
    for where, sign in ((m + 0.75, "∙"), (m + q + 2.25, "=")):
        ax.text(where, -n / 2, sign, ha="center", va="center", fontsize=16)
    for where, name in ((m / 2, "$x$"), (m + 1.5 + q / 2, "$w$, turned by 180°"), (m + q + 3 + y.shape[1] / 2, "$x*w$")):
        ax.text(where, 0.5, name, ha="center", va="center", fontsize=12)
    blank(ax, (-0.2, m + q + y.shape[1] + 3.2), (-n - 0.2, 1.0))
    window = x[r : r + p, c : c + q].ravel()
    pairs = " + ".join(f"{a:g}·{b:g}" for a, b in zip(window, w[::-1, ::-1].ravel()) if b)
    return Picture(fig, f"The window times the turned filter, summed, is {pairs} = {y[at]:g}; zeros of the filter are left out.")
