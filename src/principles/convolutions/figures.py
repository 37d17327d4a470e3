"""Pictures of convolutions and their layers, drawn from results that were computed elsewhere."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle

from principles.figures import BLUE, DIVERGING, GOLD, GREEN, INK, MUTED, ORANGE, PINK, SKY, Picture, canvas


def cells(ax, values, *, at=(0.0, 0.0), colours=None, size=11):
    """A table of numbers, its upper left corner at `at`, each cell one unit; `colours` (same shape) fills cells."""
    for (r, c), value in np.ndenumerate(np.atleast_2d(values)):
        fill = colours[r][c] if colours is not None else None
        corner = (at[0] + c, at[1] - r - 1)
        if fill:
            ax.add_patch(Rectangle(corner, 1, 1, facecolor=fill, alpha=0.3, edgecolor="none"))
        ax.add_patch(Rectangle(corner, 1, 1, facecolor="none", edgecolor=MUTED, linewidth=0.8))
        text = "" if value is None or (isinstance(value, float) and np.isnan(value)) else f"{value:g}".replace("-", "−")
        ax.text(corner[0] + 0.5, corner[1] + 0.47, text, ha="center", va="center", color=INK, fontsize=size)


def blank(ax, x, y):
    """Axes of these limits with nothing drawn around them."""
    ax.set(xlim=x, ylim=y, aspect="equal")
    ax.axis("off")


def show(ax, values, title, *, cmap="gray", limits=(None, None)):
    """A matrix as a picture, without ticks and grid."""
    shown = ax.imshow(values, cmap=cmap, vmin=limits[0], vmax=limits[1], interpolation="none")
    ax.set_title(title)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    return shown


def wave_pair(single, periodic):
    """Two panels: one box with one tooth, and the periodic waves. Each is (t, x, w, computed, closed form)."""
    fig, axes = canvas(1, 2, height=2.9)
    for ax, (t, x, w, computed, closed), title in zip(axes, (single, periodic), ("one pulse, one tooth", "periodic, one period")):
        ax.plot(t, x, color=SKY, linestyle=":", label="$x$")
        ax.plot(t, w, color=GOLD, linestyle="-.", label="$w$")
        ax.plot(t, closed, color=ORANGE, linewidth=4, alpha=0.5, linestyle="-", label="integral")
        ax.plot(t, computed, color=BLUE, linestyle="--", label="$x*w$, summed")
        ax.set(title=title, xlabel="$t$")
    axes[0].legend(loc="upper right", fontsize=9)
    return Picture(
        fig,
        alt="Left: a box of width one convolved with one saw-tooth rises as a parabola and falls as another. Right: "
        "over a period, a square "
        "wave convolved with a saw-tooth wave is a triangle wave. Sums and closed forms coincide.",
    )


def matrices(small, large):
    """The Toeplitz matrix of a short filter, and the block matrix of a two-dimensional one."""
    fig, axes = canvas(1, 2, height=3.3)
    for ax, matrix, title in zip(axes, (small, large), ("one dimension", "two dimensions")):
        limit = np.abs(matrix).max()
        show(
            ax,
            np.where(matrix == 0, np.nan, matrix),
            f"{title}: {matrix.shape[0]} × {matrix.shape[1]}",
            cmap=DIVERGING,
            limits=(-limit, limit),
        )
        ax.set(xlabel="input", ylabel="output")
    return Picture(
        fig,
        alt="Two matrices with constant diagonals and white zeros. The one-dimensional one is a band; the "
        "two-dimensional one repeats small "
        "bands along its own diagonals.",
    )


def pictures(images, titles, *, alt, width=7.6, height=None, ranges=None):
    """Grey pictures, at most two in a row; `ranges` gives each picture's black and white."""
    rows = -(-len(images) // 2)
    fig, axes = canvas(rows, 2, width=width, height=height or 2.75 * rows)
    axes = np.ravel(axes)
    for ax, image, title, limits in zip(axes, images, titles, ranges or [(None, None)] * len(images)):
        show(ax, image, title, limits=limits)
    for ax in axes[len(images) :]:
        ax.axis("off")
    return Picture(fig, alt=alt)


def gradients(maps, titles):
    """The size of the gradient at each pixel, relative to its largest, one panel a network; white pixels have none."""
    fig, axes = canvas(2, 2, height=6.2)
    for ax, seen, title in zip(np.ravel(axes), maps, titles):
        shown = show(ax, np.where(seen > 0, seen / seen.max(), np.nan), title, cmap=None, limits=(0, 1))
        for spine in ax.spines.values():
            spine.set_visible(True)
    fig.colorbar(shown, ax=axes, shrink=0.6, label="|gradient| / largest")
    return Picture(
        fig,
        alt="Squares of pixels with a gradient: 3, 7 and 15 a side for stacks of one, three and three dilated layers, "
        "15 for three strided ones. "
        "The gradient is largest in the middle and fades towards the rim.",
    )


def holes(kernels, rates):
    """The filter that a dilated convolution corresponds to, a panel a rate."""
    fig, axes = canvas(1, len(kernels), width=6.2, height=2.5)
    for ax, kernel, rate in zip(axes, kernels, rates):
        side = len(kernel)
        colours = [[ORANGE if value else None for value in row] for row in kernel]
        cells(ax, np.where(kernel == 0, np.nan, kernel), colours=colours, size=10 if side < 8 else 7)
        ax.set_title(f"rate {rate}", loc="center")
        blank(ax, (-0.2, side + 0.2), (-side - 0.2, 0.2))
    return Picture(
        fig,
        alt="A filled three by three filter, and the same nine weights spread over five by five and nine by nine cells "
        "with zeros between.",
    )


def separable_errors(errors):
    """Relative error left after the first r separable terms; `errors`: name to array for r = 0, 1, ..."""
    fig, ax = canvas()
    for (name, values), marker in zip(errors.items(), "osD^v"):
        ax.plot(np.arange(len(values)), values, marker=marker, label=name)
    ax.set(xlabel="separable terms $r$", ylabel="relative error of the filter", ylim=(-0.03, 1.05))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=9)
    return Picture(
        fig,
        alt="Relative error against the number of separable terms. A slanted Gabor filter is exact with two terms, a "
        "disc with four, "
        "the identity matrix and a random filter need all of them.",
    )


def run_times(kernels, seconds, products):
    """Left: measured milliseconds of each implementation; right: multiplications counted."""
    fig, axes = canvas(1, 2, height=3.3)
    for (name, values), marker, colour in zip(seconds.items(), "os^D", (MUTED, PINK, BLUE, ORANGE)):
        (line,) = axes[0].loglog(kernels, 1e3 * values, marker=marker, color=colour, label=name)
        line.set_gid("unstable")
    for (name, values), colour, style in zip(products.items(), (BLUE, GREEN, ORANGE), ("-", "-.", "--")):
        axes[1].loglog(kernels, values, color=colour, linestyle=style, label=name)
    for ax, title in zip(axes, ("milliseconds, here", "multiplications")):
        ax.set(title=title, xlabel="filter size $k$")
        ax.set_xticks([1, 3, 9, 31], labels=["1", "3", "9", "31"])
        ax.minorticks_off()
        ax.legend(fontsize=9)
    return Picture(
        fig,
        alt="Left: run times against filter size; loop and matrix are slow throughout, the product of patches grows "
        "with the filter's area and is "
        "overtaken by the Fourier transform, which hardly grows. Right: the counts of multiplications cross in the "
        "same way near size nine.",
    )


def layer_diagram():
    """Figure 5.3: three input channels, a kernel for each pair of channels, sums, output channels."""
    fig, ax = canvas(width=6.6, height=3.2)
    inputs = [(0.0, y) for y in (4.4, 2.4, 0.4)]
    outputs = [(8.2, y) for y in (3.4, 1.4)]
    for (x, y), name, colour in [
        *zip(inputs, ("$A_1$", "$A_2$", "$A_3$"), (ORANGE, GREEN, BLUE)),
        *zip(outputs, ("$B_1$", "$B_j$"), (PINK, PINK)),
    ]:
        ax.add_patch(Rectangle((x, y), 1.5, 1.3, facecolor=colour, alpha=0.3, edgecolor=MUTED))
        ax.text(x + 0.75, y + 0.62, name, ha="center", va="center", fontsize=13)
    for j, (x, y) in enumerate(outputs):
        middle = y + 0.65
        ax.text(6.3, middle, rf"$\Sigma + v_{'1j'[j]}$", ha="center", va="center", fontsize=13)
        ax.add_patch(FancyArrowPatch((7.0, middle), (x - 0.05, middle), arrowstyle="-|>", mutation_scale=10, color=MUTED))
        for i, (u, v) in enumerate(inputs):
            start, end = np.array([u + 1.55, v + 0.65]), np.array([5.6, middle + 0.12 * (1 - i)])
            before, label, after = (start + share * (end - start) for share in (0.22, 0.3, 0.38))
            ax.plot(*zip(start, before), color=MUTED, linewidth=1.0, linestyle="-")
            ax.add_patch(FancyArrowPatch(after, end, arrowstyle="-|>", mutation_scale=9, color=MUTED, linewidth=1.0, shrinkA=0))
            ax.text(*label, rf"$w^{{{i + 1}{'1j'[j]}}}$", ha="center", va="center", fontsize=11)
    ax.text(8.95, 0.7, r"$\vdots$", ha="center", fontsize=14)
    ax.text(0.75, 6.0, "3 input channels", ha="center")
    ax.text(8.95, 5.0, "$c$ output channels", ha="center")
    blank(ax, (-0.6, 10.6), (0.0, 6.4))
    return Picture(
        fig,
        alt="Three input channels are each convolved with a kernel of their own; the sum plus a bias is one output "
        "channel, and every output channel has its own three kernels.",
    )


def growth(curves):
    """Root mean square of the signal against depth, a line for each law of the weights."""
    fig, ax = canvas(height=3.4)
    for (name, values), marker in zip(curves.items(), "osD^v"):
        ax.semilogy(values, marker=marker, markevery=4, label=name)
    ax.set(xlabel="layer", ylabel="root mean square of the signal")
    ax.set_xticks(range(0, 21, 5))
    ax.legend(fontsize=8.5, loc="lower left")
    return Picture(
        fig,
        alt="The size of the signal over twenty random layers on a logarithmic axis: level with variance one over "
        "fan-in in a linear network and with "
        "twice that behind a ReLU, falling straight with the uniform law or without the factor two.",
    )
