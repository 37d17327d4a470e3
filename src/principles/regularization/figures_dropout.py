"""Pictures of Section 7.3: masks, bagging, dropout as ridge, committees, uncertainty. They draw computed results."""

import numpy as np

from principles.figures import BLUE, GREEN, INK, MUTED, ORANGE, SKY, Picture, canvas


def network(mask):
    """Figure 7.4: a network with two hidden layers of five units, whole and under a mask.

    Args:
        mask: of shape (2, 5).
    """
    fig, axes = canvas(1, 2, height=3.4)
    layers = [3, 5, 5, 1]
    for ax, kept, title in zip(axes, (np.ones((2, 5)), mask), ("whole", "under a mask")):
        alive = [np.ones(3), *kept, np.ones(1)]
        spots = [np.column_stack([np.full(k, i), np.arange(k) - (k - 1) / 2]) for i, k in enumerate(layers)]
        for below, above, a, b in zip(spots, spots[1:], alive, alive[1:]):
            for i, j in np.ndindex(len(below), len(above)):
                if a[i] and b[j]:
                    ax.plot(*np.array([below[i], above[j]]).T, color=SKY, lw=0.8, ls="-")
        points, on = np.concatenate(spots), np.concatenate(alive) > 0
        ax.scatter(*points[on].T, s=70, c=BLUE, zorder=3)
        ax.scatter(*points[~on].T, s=70, c=MUTED, marker="x", zorder=3)
        ax.set_title(title)
        ax.set(xticks=[], yticks=[], xlim=(-0.4, 3.4), ylim=(-2.6, 2.6))
        ax.grid(False)
        for side in ax.spines.values():
            side.set_visible(False)
    return Picture(
        fig,
        "A network with two hidden layers of five units, and a subnetwork in which crossed-out units and all their connections "
        "are gone.",
    )


def bagging(sizes, curves):
    """Variance of a committee against its size, measured (points) and predicted (lines).

    Args:
        sizes: numbers of members.
        curves: for each kind (name, measured, predicted), relative to one member.
    """
    fig, ax = canvas(height=3.6)
    for (name, measured, predicted), colour, ls, marker in zip(curves, (BLUE, ORANGE, GREEN), ("-", "--", "-."), ("o", "s", "^")):
        ax.plot(sizes, predicted, color=colour, ls=ls, label=name)
        ax.plot(sizes, measured, color=colour, marker=marker, ls="none")
    ax.set(xscale="log", yscale="log", xlabel="members $M$", ylabel="variance / variance of one", ylim=(0.02, 1.5))
    ax.set_xticks(sizes, labels=sizes)
    ax.minorticks_off()
    ax.legend(fontsize=9)
    return Picture(
        fig,
        "Variance of a committee: with a data set each it falls as one over the number of members; bootstrapped trees level "
        "off at their correlation, and bootstrapped averages too.",
    )


def sgd(path, target, plain, names):
    """Weights of dropout regression along SGD, the ridge solution they reach, and least squares; a name a weight."""
    fig, ax = canvas(height=3.6)
    steps = np.unique(np.geomspace(1, len(path), 120).astype(int)) - 1
    for j, (name, colour) in enumerate(zip(names, (BLUE, ORANGE, GREEN))):
        ax.plot(steps + 1, path[steps, j], color=colour, ls="-", lw=1.2)
        ax.axhline(target[j], color=colour, ls="--", lw=1.4)
        ax.plot(len(path) * 1.25, plain[j], color=colour, marker="D", ls="none")
        ax.annotate(name, (len(path) * 1.25, plain[j]), (-8, -4), textcoords="offset points", ha="right", fontsize=9)
        below = target[j] == min(target)
        ax.annotate(name, (len(path) / 2, target[j]), (0, -13 if below else 5), textcoords="offset points", fontsize=9)
    ax.set(xscale="log", xlabel="step", ylabel=r"$\tilde w_j = (1-p)\,w_j$")
    return Picture(
        fig,
        "Three weights of SGD with dropout settle on the dashed lines of the ridge form, all of them far from the diamonds of "
        "least squares.",
    )


def committees(sizes, linear, logits):
    """Distance between the average over masks and the scaled model, relative, against the number of masks."""
    fig, ax = canvas()
    ax.plot(sizes, linear, color=BLUE, ls="-", marker="o", label="linear model")
    ax.plot(sizes, logits, color=ORANGE, ls="--", marker="s", label="network, two masked layers")
    ax.plot(sizes, linear[0] / np.sqrt(sizes), color=MUTED, ls=":", label=r"$1/\sqrt{M}$")
    ax.set(xscale="log", yscale="log", xlabel="masks $M$", ylabel="relative distance")
    ax.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5], labels=["0.02", "0.05", "0.1", "0.2", "0.5"])
    ax.minorticks_off()
    ax.legend()
    return Picture(
        fig,
        "The average over masks approaches the scaled linear model as one over the root of their number; for the network it "
        "levels off at a distance.",
    )


def strengths(ps, by_p, alphas, by_alpha, limits=(5, 16)):
    """Test mistakes of networks against dropout probability and against weight decay, in per cent.

    Args:
        ps, alphas: the strengths; the first of each is none.
        by_p, by_alpha: mistakes, shape (strengths, seeds).
        limits: of the vertical axis.
    """
    fig, axes = canvas(1, 2, height=3.6, sharey=True)
    for ax, x, values, colour, label in (
        (axes[0], np.asarray(ps), by_p, BLUE, "dropout probability $p$"),
        (axes[1], np.arange(len(alphas)), by_alpha, ORANGE, r"weight decay $\alpha$"),
    ):
        error = 100 * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
        ax.errorbar(x, 100 * values.mean(axis=1), error, color=colour, fmt="-o", capsize=3, lw=2.2)
        ax.plot(x, 100 * values, color=MUTED, lw=0.7, ls="-")
        ax.set(xlabel=label, ylim=limits)
    axes[1].set_xticks(np.arange(len(alphas)), labels=[f"{a:g}" for a in alphas], rotation=45)
    axes[0].set_ylabel("test mistakes, %")
    return Picture(
        fig,
        "Test mistakes against dropout probability and against weight decay, thin lines for single training sets: both have a "
        "shallow bottom at moderate strength, at nearly the same height.",
    )


def knocked_out(ps, lost, whole):
    """Mistakes with and without silenced units, against the dropout probability in training."""
    fig, ax = canvas()
    ax.plot(ps, 100 * lost, color=ORANGE, ls="-", marker="o", label="70 % of hidden units silent")
    ax.plot(ps, 100 * whole, color=BLUE, ls="--", marker="s", label="all units")
    ax.set(xlabel="dropout probability $p$ in training", ylabel="test mistakes, %", ylim=(0, None))
    ax.legend()
    return Picture(
        fig,
        "With most hidden units silenced, networks trained without dropout make far more mistakes than networks trained with "
        "it; with all units the two hardly differ.",
    )


def uncertainty(grid, mean, std, truth, x, y):
    """Monte-Carlo dropout on the line: mean and two standard deviations over masks, the data, the truth."""
    fig, (top, bottom) = canvas(2, 1, height=5.2, width=4.8, sharex=True)
    top.fill_between(grid, mean - 2 * std, mean + 2 * std, color=SKY, alpha=0.35, lw=0, label="±2 std. over masks")
    top.plot(grid, mean, color=BLUE, ls="-", label="mean over masks")
    top.plot(grid, truth, color=INK, ls=":", label="$f^*$")
    top.scatter(x, y, s=8, c=ORANGE, label="training data", zorder=3, linewidths=0)
    top.set(ylabel="$y$", ylim=(-6, 6))
    top.legend(fontsize=9, loc="upper right", labelspacing=0.2)
    bottom.plot(grid, std, color=BLUE, ls="-", label="std. over masks")
    bottom.plot(grid, np.abs(mean - truth), color=ORANGE, ls="--", label="error of the mean")
    bottom.set(yscale="log", xlabel="$x$", ylim=(1e-2, 20))
    bottom.legend(fontsize=9)
    return Picture(
        fig,
        "A network fitted to two clusters of points. The spread over masks is small on the data and grows outside of them, but "
        "not in the gap between, and the error outside grows faster than the spread.",
    )


def shift(x, y, new_x, grid, truth, fits, densities):
    """Figure 7.5: a straight line fitted to training data, corrected by weights, and the densities behind it.

    Args:
        x, y: training samples.
        new_x: inputs in use.
        grid: inputs to draw at.
        truth: the true curve on the grid.
        fits: unweighted and weighted predictions on the grid.
        densities: of training and use on the grid.
    """
    fig, (top, bottom) = canvas(2, 1, height=4.9, width=4.8, sharex=True, gridspec_kw={"height_ratios": [2.2, 1]})
    top.scatter(x, y, s=10, c=BLUE, label="training", linewidths=0)
    top.plot(new_x, np.full(len(new_x), -0.85), "|", color=ORANGE, label="inputs in use", ls="none")
    top.plot(grid, truth, color=INK, ls=":", label="$f^*$")
    top.plot(grid, fits[0], color=BLUE, ls="--", label=r"$\hat w$, unweighted")
    top.plot(grid, fits[1], color=ORANGE, ls="-", label="$w^*$, weighted")
    top.set(ylabel="$y$", ylim=(-1, 1.6))
    top.legend(fontsize=9, ncols=2, loc="upper right", handlelength=1.5, columnspacing=1)
    bottom.plot(grid, densities[0], color=BLUE, ls="--", label="training")
    bottom.plot(grid, densities[1], color=ORANGE, ls="-", label="use")
    bottom.set(xlabel="$x$", ylabel="density")
    bottom.legend(fontsize=9)
    return Picture(
        fig,
        "A line fitted to the training inputs misses the curve where the model is used; the weighted line follows it there.",
    )


def anchor(alphas, errors):
    """Error in use against how firmly the weights are tied to the old ones, for several numbers of new samples.

    Args:
        alphas: firmness.
        errors: {number of new samples: mean errors}.
    """
    fig, ax = canvas()
    for (m, values), colour, ls, marker in zip(errors.items(), (BLUE, ORANGE, GREEN), ("-", "--", "-."), ("o", "s", "^")):
        ax.plot(alphas, values, color=colour, ls=ls, marker=marker, label=f"$m = {m}$")
    ax.set(xscale="log", yscale="log", xlabel=r"$\alpha$ of $\Omega(w - \hat w)$", ylabel="excess risk in use")
    ax.legend()
    return Picture(
        fig,
        "Error in use against the strength of the tie to the old weights: with 4 or 8 new samples a moderate tie is best, with "
        "50 hardly any is needed, and a very firm tie keeps the old error.",
    )
