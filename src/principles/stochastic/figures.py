"""Pictures of Sections 11.1 to 11.4. They draw results that were computed elsewhere."""

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from principles.figures import BLUE, COLOURS, GREEN, INK, LINES, MUTED, ORANGE, PINK, Picture, canvas

MARKS = ["o", "s", "^", "D", "v", "P"]


def _quiet(ax, *, x=True, y=True):
    if x:
        ax.xaxis.set_major_locator(LogLocator(numticks=5))
        ax.xaxis.set_minor_locator(NullLocator())
    if y:
        ax.yaxis.set_major_locator(LogLocator(numticks=6))
        ax.yaxis.set_minor_locator(NullLocator())


def zone(grid, each, mean, ends, best, path):
    """Every sample's parabola with their average, and runs of SGD that enter the zone between the outermost minimisers."""
    fig, (left, right) = canvas(1, 2, height=3.4)
    for k, values in enumerate(each.T):
        left.plot(grid, values, color=MUTED, ls="-", lw=0.9, label=r"each $\ell^i(w)$" if k == 0 else None)
    left.plot(grid, mean, color=BLUE, ls="-", lw=2.4, label=r"their mean $\ell(w)$")
    left.axvspan(*ends, color=ORANGE, alpha=0.18, lw=0)
    left.plot([best], [mean.min()], "o", color=BLUE)
    left.set(xlabel="$w$", ylabel="loss", ylim=(0, 1.15 * max(mean[0], mean[-1])), title="Samples disagree")
    fig.legend(loc="outside lower center", ncols=2)
    right.axhspan(*ends, color=ORANGE, alpha=0.18, lw=0)
    for k, w in enumerate(path.T):
        right.plot(np.arange(len(w)), w, color=COLOURS[k], ls=LINES[k], lw=1.3)
    right.axhline(best, color=INK, lw=0.9, ls=":")
    right.set(xlabel="update $t$", ylabel="$w^{(t)}$", title="SGD moves in and stays")
    return Picture(
        fig,
        "Left, parabolas with different minima and their mean; a band marks where the minima lie. Right, SGD from two sides "
        "marches straight into the band and then wanders in it, around the minimiser, without settling.",
    )


def gaps_below_bounds(t, runs):
    """Monte-Carlo gaps with error bars, exact gaps and bounds; runs: (label, estimate, exact, bound)."""
    fig, ax = canvas(height=3.9, width=5.6)
    marks = np.unique(np.round(np.geomspace(1, len(t) - 1, 14)).astype(int))
    for k, (label, estimate, exact, bound) in enumerate(runs):
        ax.plot(t, bound, color=COLOURS[k], ls="--", lw=1.3, label="the bound (11.11)" if k == 0 else None)
        ax.plot(t, exact, color=COLOURS[k], ls="-", label=label)
        ax.errorbar(
            t[marks], estimate.mean[marks], 2 * estimate.standard_error[marks], color=COLOURS[k], fmt=MARKS[k], ms=4, capsize=2
        )
    ax.set(xscale="log", yscale="log", xlim=(1, None), xlabel="updates $t$", ylabel=r"$E[\ell(w^{(t)})]-\ell(w^*)$")
    _quiet(ax)
    ax.legend(ncols=2, loc="lower left")
    return Picture(
        fig,
        "Expected gap against updates for three fixed steps: each falls and then levels out on a floor, the lower the smaller "
        "the step; Monte Carlo sits on the exact curves, and both stay below the dashed bounds.",
    )


def schedules(t, curves):
    """Expected gaps under several schedules; curves: (label, gaps)."""
    fig, ax = canvas(height=3.7, width=5.4)
    for k, (label, gaps) in enumerate(curves):
        ax.plot(t, gaps, color=COLOURS[k], ls=LINES[k], label=label)
    ax.set(xscale="log", yscale="log", xlabel="updates $t$", ylabel=r"$E[\ell(w^{(t)})]-\ell(w^*)$")
    _quiet(ax)
    ax.legend(loc="lower left")
    return Picture(
        fig,
        "A constant step levels out; dividing the step now and then comes down in stairs; steps that fall like 1/t bring the gap "
        "down along a line of slope minus one; steps that fall faster freeze far from the minimum.",
    )


def scaling(batches, updates, sensible, sigma):
    """Updates and sample gradients until a gap is reached, against the batch size, with the step grown in proportion."""
    fig, (left, right) = canvas(1, 2, height=3.3)
    left.plot(batches, updates, color=BLUE, marker="o", ls="-", label="measured")
    left.plot(batches, updates[0] / batches, color=MUTED, ls="--", label="proportional to $1/b$")
    right.plot(batches, updates * batches, color=BLUE, marker="o", ls="-")
    for ax, name in ((left, "updates"), (right, "sample gradients")):
        ax.axvline(sigma, color=ORANGE, ls=":", lw=1.4)
        ax.set(xscale="log", yscale="log", xlabel="mini-batch size $b$", ylabel=name)
        _quiet(ax)
    right.set_ylim(80, None)
    right.annotate(r"$b=\sigma$", (sigma, right.get_ylim()[0]), xytext=(4, 6), textcoords="offset points", color=ORANGE)
    left.plot(batches, sensible, color=GREEN, marker="s", ls="-.", label="step not scaled")
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        "With a step proportional to the batch, updates fall like one over the batch size at first and sample gradients stay "
        "constant; beyond the size sigma the step has reached its limit and larger batches only cost more.",
    )


def crossing(epsilons, sgd, gd):
    """Sample gradients to reach a gap: one line for SGD, one for gradient descent on each n. gd: {n: costs}."""
    fig, ax = canvas(height=3.7, width=5.4)
    ax.plot(epsilons, sgd, color=ORANGE, ls="-", marker="o", label="SGD, any $n$")
    for k, (n, cost) in enumerate(gd.items()):
        ax.plot(epsilons, cost, color=[BLUE, GREEN, PINK][k], ls=LINES[k + 1], marker=MARKS[k + 1], label=f"GD, $n={n}$")
    ax.set(xscale="log", yscale="log", xlabel=r"gap $\epsilon$ to be reached", ylabel="sample gradients")
    ax.invert_xaxis()
    _quiet(ax)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=4, columnspacing=1.0, handlelength=1.6)
    return Picture(
        fig,
        "The cost of SGD grows like one over the gap, that of gradient descent hardly at all but in proportion to n; the "
        "lines cross at a gap near 1/n, so SGD wins when the accuracy asked for is modest and n is large.",
    )


def averaging(t, panels):
    """Gaps of the last iterate, the mean and the window; panels: (title, [estimates])."""
    fig, axes = canvas(1, 2, height=3.6, sharey=True)
    for ax, (title, estimates) in zip(axes, panels):
        names = ("last iterate $w^{(t)}$", "mean $u^{(t)}$", "exponential mean")
        for k, (name, e) in enumerate(zip(names, estimates)):
            ax.plot(t[1:], e.mean[1:], color=COLOURS[k], ls=LINES[k], label=name, lw=1.5, rasterized=True)
        ax.set(xscale="log", yscale="log", xlabel="updates $t$", title=title)
        _quiet(ax)
    axes[0].set_ylabel("expected gap")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        "With a constant step the last iterate and the exponential mean level out while the plain mean keeps falling; with steps "
        "that fall like one over root t, the mean falls at about twice the exponent of the last iterate.",
    )


def momentum(conditions, rates):
    """One minus the factor per update against the condition number; rates: (label, factors)."""
    fig, ax = canvas(height=3.8, width=5.4)
    for k, (label, factors) in enumerate(rates):
        ax.plot(conditions, -np.log(factors), color=COLOURS[k], ls=LINES[k], marker=MARKS[k], label=label)
    ax.set(xscale="log", yscale="log", xlabel=r"condition number $\kappa$", ylabel=r"rate, $-\log$ of the factor per update")
    _quiet(ax)
    ax.legend(loc="lower left")
    return Picture(
        fig,
        "On full gradients momentum turns a rate of one over kappa into one over root kappa. On single samples the best rates "
        "with and without momentum coincide and fall like one over kappa.",
    )


def spectrum(noises):
    """Eigenvalues of the gradient covariance, cumulated; noises: (label, Noise)."""
    fig, (left, right) = canvas(1, 2, height=3.4)
    for k, (label, noise) in enumerate(noises):
        values = noise.eigenvalues[noise.eigenvalues > 1e-9 * noise.eigenvalues[0]]
        index = np.arange(1, len(values) + 1)
        left.plot(index, values / noise.eigenvalues[0], color=COLOURS[k], ls=LINES[k], label=label)
        right.plot(index, np.cumsum(values) / noise.trace, color=COLOURS[k], ls=LINES[k])
    left.set(xscale="log", yscale="log", ylim=(1e-6, 2), xlabel="index", ylabel="eigenvalue / largest")
    right.set(xscale="log", xlabel="eigenvalues counted", ylabel="share of the noise", ylim=(0, 1.03))
    _quiet(left)
    _quiet(right, y=False)
    left.legend(loc="lower left")
    return Picture(
        fig,
        "Eigenvalues of the covariance of single-sample gradients fall over many orders of magnitude; a few dozen of 1200 "
        "directions carry nine tenths of the noise, before training and after.",
    )


def reduction(passes, curves):
    """Gaps against passes through the data; curves: (label, gaps)."""
    fig, ax = canvas(height=3.7, width=5.4)
    for k, (label, gaps) in enumerate(curves):
        shown = np.where(gaps > 1e-11, gaps, np.nan)
        ax.plot(passes[: len(gaps)], shown, color=COLOURS[k], ls=LINES[k], marker=MARKS[k], ms=3.5, label=label)
    ax.set(yscale="log", ylim=(1e-11, 30), xlabel="gradients computed, in passes through the data", ylabel=r"$\ell(w)-\ell(w^*)$")
    _quiet(ax, x=False)
    ax.legend()
    return Picture(
        fig,
        "SGD with a constant step hovers around a gap of one hundredth and with falling steps creeps down; SAGA, SAG and SVRG "
        "fall along straight lines on the logarithmic axis, to rounding.",
    )


def adam(printed, right_one, settings):
    """The printed recursion against the right average on a constant gradient; runs of Adam and AMSGrad on the counterexample."""
    fig, (left, right) = canvas(1, 2, height=3.5)
    t = np.arange(1, len(printed) + 1)
    left.plot(t, printed, color=ORANGE, ls="--", marker="s", ms=4, label="as printed")
    left.plot(t, right_one, color=BLUE, ls="-", marker="o", ms=4, label="debiased once")
    left.set(yscale="log", xlabel="update $t$", ylabel=r"average of gradients $g=1$")
    _quiet(left, x=False)
    left.legend()
    for k, (label, path) in enumerate(settings):
        times = np.unique(np.round(np.geomspace(1, len(path) - 1, 120)).astype(int))
        right.plot(times, path[times].mean(axis=1), color=[ORANGE, BLUE][k], ls=["--", "-"][k], label=label)
    right.set(xscale="log", xlabel="update $t$", ylabel="mean weight", ylim=(-1.1, 1.1))
    right.axhline(-1, color=INK, lw=0.9, ls=":")
    _quiet(right, y=False)
    right.legend(loc="center left")
    return Picture(
        fig,
        "Left, the printed recursion blows up on a gradient that is always one. Right, on a convex problem whose "
        "best weight is one end of an interval Adam drifts to the wrong end and AMSGrad to the right one.",
    )
