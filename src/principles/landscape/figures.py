"""Pictures of Chapter 12. They draw results that were computed elsewhere."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from principles.figures import BLUE, COLOURS, GREEN, LINES, MUTED, ORANGE, Picture, Slider, canvas


def surfaces(grid, plain, skipped):
    """Figure 12.1: the loss around a trained network without and with skip connections."""
    fig, axes = canvas(1, 2, height=4.1, sharey=True)
    top = np.ceil(max(plain.max(), skipped.max()))
    for ax, values, name in zip(axes, (plain, skipped), ("without skips", "with skips")):
        mesh = ax.pcolormesh(grid, grid, values, vmin=0, vmax=top, shading="gouraud", rasterized=True)
        ax.contour(grid, grid, values, levels=np.arange(0.5, top, 0.5), colors="white", linewidths=0.7, alpha=0.8)
        ax.plot(0, 0, "o", mfc="none", mec="white", mew=1.6, markersize=8)
        ax.set(xlabel=r"$\alpha$", xticks=[-1, 0, 1], yticks=[-1, 0, 1], aspect="equal")
        ax.set_title(name)
        ax.grid(False)
    axes[0].set_ylabel(r"$\beta$")
    bar = fig.colorbar(mesh, ax=axes, orientation="horizontal", shrink=0.6, aspect=30)
    bar.set_label("training loss")
    return Picture(
        fig,
        "Two contour maps of training loss around a trained network. Without skip connections the contours are jagged, "
        "with plateaus and side basins; with skip connections they are rings around one basin.",
    )


def scalar_landscape(grid, values, paths):
    """The loss ½(1 - ab)² with gradient-descent paths that run down to its two valleys."""
    fig, ax = canvas(width=4.8, height=4.9)
    ax.pcolormesh(grid, grid, np.log10(values + 1e-2), shading="gouraud", rasterized=True)
    a = np.linspace(grid[0], grid[-1], 401)
    for sign, label in ((1, "valley $ab = 1$"), (-1, None)):
        half = sign * a[a > 1 / grid[-1]]
        ax.plot(half, 1 / half, color="white", linestyle="--", linewidth=2, label=label)
    for number, path in enumerate(paths):
        path = np.array(path)
        ax.plot(*path.T, color=ORANGE, linestyle="-", label=None if number else "gradient descent")
        ax.plot(*path[0], "o", color=ORANGE, markersize=4)
    ax.plot(0, 0, "X", color="white", mec="black", markersize=9, linestyle="none", label="saddle")
    ax.set(
        xlabel="$a$", ylabel="$b$", xticks=[-2, 0, 2], yticks=[-2, 0, 2], aspect="equal", xlim=grid[[0, -1]], ylim=grid[[0, -1]]
    )
    ax.grid(False)
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.45, -0.14), ncols=3, fontsize=9, columnspacing=1.2,
        frameon=True, facecolor="#3d4663", edgecolor="none", framealpha=1, labelcolor="white",
    )  # fmt: skip
    return Picture(
        fig,
        "Contours of the loss of the scalar network: two curved valleys, ab = 1 with both weights positive and with both "
        "negative, a saddle at the origin between them, and descent paths that reach the valleys at many different points.",
    )


def ladder(losses, negatives, deficient_losses, deficient_negatives, counts):
    """Loss against number of descents for every critical point, and how many points have each number."""
    fig, (left, right) = canvas(1, 2, height=3.5)
    left.plot(
        deficient_negatives,
        deficient_losses,
        "s",
        color=ORANGE,
        markersize=4,
        mfc="none",
        linestyle="none",
        label="rank below $p$",
    )
    left.plot(negatives, losses, "o", color=BLUE, markersize=4, linestyle="none", label="full rank")
    left.plot(0, losses.min(), "*", color=GREEN, markersize=13, linestyle="none", label="global minimum")
    left.set(xlabel="negative directions", ylabel=r"loss $\ell$")
    left.legend(fontsize=9, loc="lower right")
    numbers = np.arange(len(counts))
    right.bar(numbers, np.bincount(negatives, minlength=len(counts)), color=BLUE, alpha=0.5, width=0.8, label="by the Hessian")
    right.plot(numbers, counts, "D--", color=ORANGE, markersize=4, label="Gaussian binomial")
    right.set(xlabel="negative directions", ylabel="critical index sets", ylim=(0, max(counts) * 1.4))
    for ax in (left, right):
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    right.legend(fontsize=9, loc="upper right")
    return Picture(
        fig,
        "Left: loss against number of negative Hessian directions for all critical points; only the point of least loss has "
        "none. Right: how many index sets have each number, on top of the Gaussian binomial coefficients.",
    )


def reconstructions(images, titles):
    """Digits in rows: the original, and what two critical points make of it."""
    fig, axes = canvas(*np.shape(images)[:2], width=6.4, height=4.0)
    for row, line, title in zip(axes, images, titles):
        for ax, image in zip(row, line):
            ax.imshow(image, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
        row[0].set_ylabel(title, fontsize=10)
    return Picture(
        fig,
        "Rows of digits: originals, readable reconstructions by the global minimum, and grey smudges by the worst saddle.",
    )


def descents(runs, levels, labels):
    """Training curves from many starts, and the critical losses at which they dwell."""
    fig, ax = canvas(width=5.4, height=3.7)
    for number, losses in enumerate(runs):
        ax.plot(losses, color=BLUE, linewidth=1, alpha=0.6, linestyle="-", label=None if number else "descent")
    for level, label in zip(levels, labels):
        ax.axhline(level, color=ORANGE, linestyle=":", linewidth=1.2)
        ax.annotate(label, (1.02, level), xycoords=("axes fraction", "data"), va="center", fontsize=9, color=ORANGE)
    ax.set(xlabel="step $t$", ylabel=r"loss $\ell$")
    ax.legend(loc="upper right", bbox_to_anchor=(1.0, 0.93))
    return Picture(
        fig,
        "Loss of gradient descent against the step, from many starts: the curves fall in stairs whose "
        "treads lie at the critical losses of rank 0, 1, 2 and 3, and all end at the lowest line.",
    )


def paths(t, along, straight, across, best, height):
    """Loss above the global minimum along several paths between global minima."""
    fig, (left, right) = canvas(1, 2, height=3.3)
    left.plot(t, straight - best, color=ORANGE, linestyle="--", label="straight line")
    left.plot(t, along - best, color=GREEN, linestyle="-", label="along the valley")
    right.plot(t, across - best, color=BLUE, linestyle="-.", label="to the other arm")
    right.axhline(height, color=MUTED, linewidth=1, linestyle=":", label=r"$(\lambda_p-\lambda_{p+1})/2n$")
    for ax in (left, right):
        ax.set(xlabel="position on the path", xticks=[0, 0.5, 1])
        ax.legend(fontsize=9, loc="upper center", ncols=1)
    for ax, top in ((left, (straight - best).max()), (right, height)):
        ax.set_ylim(-0.1 * top, 1.5 * top)
        ax.yaxis.set_major_locator(MaxNLocator(4))
    left.set_ylabel(r"$\ell - \ell_{\min}$")
    return Picture(
        fig,
        "Excess loss along paths between global minima. Left: zero along the valley, a hump on the straight line. Right: on "
        "the path to the other arm a low hump that just reaches the height of the lowest saddle.",
    )


def decayed(grid, maps, minima, *, shown):
    """The scalar landscape under weight decay; the slider moves its strength.

    Args:
        grid: of both weights.
        maps: strength to the loss on the grid.
        minima: strength to its minima.
        shown: the strength to begin with.
    """
    pictures = [_decayed(grid, values, minima[strength]) for strength, values in maps.items()]
    return Slider(pictures, name="weight decay", symbol="λ", values=list(maps), shown=shown)


def _decayed(grid, values, points):
    fig, ax = canvas(width=4.6, height=4.6)
    excess, coarse = (values - values.min())[::2, ::2], grid[::2]
    ax.contour(coarse, coarse, excess, levels=[0.02, 0.1, 0.3, 0.8], colors=[BLUE], linewidths=1.1)
    ax.plot(*np.transpose(points), "*", color=ORANGE, markersize=14, linestyle="none")
    ax.set(xlabel="$a$", ylabel="$b$", xticks=[-2, 0, 2], yticks=[-2, 0, 2], aspect="equal")
    place, height = abs(points[0][0]), values.min()
    ax.set_title(f"least at $a = b = {place:.2f}$" if place == 0 else rf"least at $a = b = \pm {place:.2f}$")
    ax.grid(False)
    return Picture(fig, f"The least loss, {height:.2f}, is reached where both weights are {place:.2f} from 0, with one sign.")


def counts_by_strength(strengths, counts, edges):
    """How many kinds of critical points weight decay leaves."""
    fig, ax = canvas()
    ax.step(strengths, counts, where="post", color=BLUE, linestyle="-")
    for k, edge in enumerate(edges):
        ax.axvline(edge, color=ORANGE, linestyle=":", linewidth=1, label=None if k else r"$\lambda = \sigma_j/2$")
    ax.set_yscale("log", base=10)
    ax.set(xlabel=r"weight decay $\lambda$", ylabel="sets $J$ that are critical")
    fig.legend(loc="outside lower center")
    return Picture(
        fig,
        "The number of critical index sets against weight decay falls in steps, one at each half singular value, from 163 to 1.",
    )


def deep_descents(runs, level):
    """Excess loss of linear networks of several depths."""
    fig, ax = canvas(width=5.2, height=3.5)
    for (label, losses), colour, line in zip(runs.items(), COLOURS, LINES):
        steps = np.unique(np.geomspace(1, len(losses), 200).astype(int)) - 1
        ax.loglog(steps + 1, np.maximum(losses[steps] - level, 1e-9), color=colour, linestyle=line, label=label)
    ax.set(xlabel="step $t$", ylabel=r"$\ell - \ell_{\min}$", ylim=(1e-8, None))
    ax.legend(fontsize=9)
    return Picture(
        fig,
        "Excess loss of linear networks of depth two to five against the step: deeper ones wait longer on plateaus, and all "
        "fall to the same global minimum.",
    )


def connectivity(t, line, curve):
    """Training loss on the straight line and on a bent curve between two networks."""
    fig, ax = canvas(width=5.0, height=3.3)
    ax.semilogy(t, line, color=ORANGE, linestyle="--", label="straight line")
    ax.semilogy(t, curve, color=GREEN, linestyle="-", label="bent curve")
    ax.set(xlabel="position $t$", ylabel="training loss", xticks=[0, 0.5, 1])
    ax.legend()
    return Picture(
        fig,
        "Training loss between two trained networks on a logarithmic axis: the straight line rises a hundredfold in the middle, "
        "the bent curve stays at the level of its ends.",
    )


def nearness(widths, travelled, apart):
    """The way to the valley and the distance between minima against the width."""
    fig, ax = canvas()
    ax.loglog(widths, apart, "s--", color=ORANGE, label="between two minima")
    ax.loglog(widths, travelled, "o-", color=BLUE, label="way to the river")
    guide = travelled[-1] * np.sqrt(widths[-1] / np.array(widths[1:]))
    ax.loglog(widths[1:], 0.8 * guide, color=MUTED, linestyle=":", label=r"slope of $1/\sqrt{p}$")
    ax.set(xlabel="hidden units $p$", ylabel="distance in weights")
    ax.set_xticks(widths, [str(w) for w in widths])
    ax.minorticks_off()
    ax.legend(fontsize=9)
    return Picture(
        fig,
        "Against the width, on logarithmic axes, the way that descent travels falls while the distance between the minima "
        "that it finds grows.",
    )
