"""Pictures of Sections 9.3 and 9.4. They draw results that were computed elsewhere."""

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from principles.figures import BLUE, COLOURS, GREEN, INK, LINES, MUTED, ORANGE, Picture, Slider, canvas

MARKS = "os^DvxPh"
WIDE_COLOURS, WIDE_LINES = [*COLOURS, MUTED, INK], [*LINES, "-", "--"]


def _quiet(ax, *, x=True):
    for axis in (ax.xaxis, ax.yaxis) if x else (ax.yaxis,):
        axis.set_major_locator(LogLocator(numticks=6))
        axis.set_minor_locator(NullLocator())


def pair_tightness(panels):
    """How much of each two-point inequality is used; panels: (title, {label: ratios lower/upper})."""
    fig, axes = canvas(1, 2, height=3.9, sharey=True)
    for ax, (title, ratios) in zip(axes, panels):
        for k, (label, values) in enumerate(ratios.items()):
            ax.plot(np.sort(values), np.linspace(0, 1, len(values)), color=COLOURS[k], ls=LINES[k], label=label)
        ax.set(xlabel="lower side / upper side", title=title, xlim=(-0.02, 1.03))
    axes[0].set_ylabel("share of pairs below")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, columnspacing=1.0)
    return Picture(
        fig,
        "Distribution of lower side over upper side of six inequalities over random pairs: all lie left of 1. On the quadratic "
        "with two curvatures co-coercivity with m and L sits exactly at 1; on tumour data all have slack.",
    )


def run_tightness(panels):
    """Used share of each promise along a run; panels: (title, {label: (t, ratios)})."""
    fig, axes = canvas(1, 2, height=3.9, sharey=True)
    for ax, (title, curves) in zip(axes, panels):
        for k, (label, (t, values)) in enumerate(curves.items()):
            ax.plot(t, values, color=COLOURS[k], ls=LINES[k], marker=MARKS[k], ms=3.5, markevery=max(1, len(t) // 7), label=label)
        ax.axhline(1, color=INK, lw=0.8)
        ax.set(xlabel="update $t$", title=title, yscale="log", ylim=(1e-5, 3))
        _quiet(ax, x=False)
    axes[0].set_ylabel("lower side / upper side")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, columnspacing=1.0)
    return Picture(
        fig,
        "Share of each promise that is used, update by update, never above 1. On tumour data the one-step promises settle below "
        "1 and the accumulated ones lose more and more; on a quadratic with two curvatures the contraction stays exactly at 1.",
    )


def slack(runs, tightest):
    """Range of the used share of each inequality along runs, and its largest; runs: [(title, {label: shares})]."""
    fig, ax = canvas(height=6.0, width=5.8)
    labels, largest = list(tightest), list(tightest.values())
    rows = np.arange(len(labels))[::-1]
    for k, (title, shares) in enumerate(runs):
        low, middle, high = (np.array([f(shares[name]) for name in labels]) for f in (np.min, np.median, np.max))
        y, colour = rows + (0.15, -0.15)[k], (BLUE, ORANGE)[k]
        ax.hlines(y, low, high, color=colour, ls=("-", "--")[k], lw=1.6)
        ax.plot(middle, y, "os"[k], color=colour, ms=5, label=title)
    ax.plot(largest, rows, "*", color=INK, ms=9, mfc="none", label="where it is tightest")
    ax.set(xscale="log", xlabel="lower side / upper side", xlim=(1e-4, 1.6))
    ax.set_yticks(rows, labels)
    ax.axvline(1, color=INK, lw=0.8)
    ax.xaxis.set_major_locator(LogLocator(numticks=6))
    ax.xaxis.set_minor_locator(NullLocator())
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3, columnspacing=1.0)
    return Picture(
        fig,
        "One row for each of sixteen inequalities, the share that is used on a logarithmic axis. On tumour data accumulated "
        "bounds use about a hundredth or less, one-step bounds about half or more; stars at 1 show that each is tight "
        "somewhere, except the sub-linear rate, whose star is at one half.",
    )


def two_rates(convex, strong):
    """Gaps and bounds; convex: (t, gap, bound, envelope t, envelope); strong: (t, gap, bound)."""
    fig, (left, right) = canvas(1, 2, height=3.6)
    t, gap, bound, ends, worst = convex
    left.plot(t, bound, color=INK, ls="--", label=r"bound (9.26)")
    left.plot(t, gap, color=BLUE, ls="-", label="least squares, digits")
    left.plot(ends, worst, "o", color=ORANGE, ms=4, label="worst Huber function")
    left.set(xscale="log", yscale="log", xlabel="update $t$", ylabel=r"gap $/\ L\|w^{(0)}-w^*\|^2$", title="convex: sub-linear")
    _quiet(left)
    left.legend(loc="lower left")
    t, gap, bound = strong
    right.plot(t, bound, color=INK, ls="--", label="bound (9.31)")
    right.plot(t, gap, color=BLUE, ls="-", label="logistic, penalised")
    right.set(yscale="log", xlabel="update $t$", ylabel="gap", title="strongly convex: linear")
    _quiet(right, x=False)
    right.legend(loc="upper right")
    return Picture(
        fig,
        "Left, logarithmic axes: without strong convexity the gap falls along a line of slope minus one, as the bound does. "
        "Right, logarithmic gap against time: with strong convexity it falls along a straight line, below the bound.",
    )


def exponentials(t, curves):
    """Relative distances against time; curves: (label, values)."""
    fig, ax = canvas(height=3.6, width=5.4)
    for k, (label, values) in enumerate(curves):
        ax.plot(t, values, color=COLOURS[k], ls=LINES[k], label=label)
    ax.set(yscale="log", xlabel="update $t$", ylabel=r"$\|w^{(t)}-w^*\|/\|w^{(0)}-w^*\|$")
    _quiet(ax, x=False)
    ax.legend(loc="lower left")
    return Picture(
        fig,
        "Distance to the minimum on a logarithmic axis: the run lies on the theorem's line and just under the exponential with 2 "
        "in the exponent; the printed exponential with 4 falls twice as steeply and is crossed at once.",
    )


def condition(kappa, curves):
    """Updates to reach ε against the condition number; curves: (label, counts)."""
    fig, ax = canvas(height=3.7, width=5.4)
    for k, (label, counts) in enumerate(curves):
        ax.plot(kappa, counts, color=COLOURS[k], ls=LINES[k], marker=MARKS[k], ms=4, label=label)
    ax.set(xscale="log", yscale="log", xlabel=r"condition number $\kappa$", ylabel=r"updates to $\epsilon$", ylim=(0.6, None))
    _quiet(ax)
    ax.legend(loc="upper left")
    return Picture(
        fig,
        "Updates needed against the condition number, both axes logarithmic: gradient descent with either step follows a line of "
        "slope one, with a factor two between the steps; Newton's method needs one update for all.",
    )


def stability(steps, squared, bound, level, runs, *, shown):
    """Gradient descent in a valley beside the contraction of the squared distance; the slider moves the step size.

    Args:
        steps: step sizes, as multiples of 1/L.
        squared, bound: the factor an update for each, exact and as the lemma has it.
        level: the coordinates of a square grid and the objective there.
        runs: step size, as a multiple of 1/L, to (path, factor).
        shown: the step size to begin with.
    """
    pictures = [_stability(steps, squared, bound, level, η, *run) for η, run in runs.items()]
    return Slider(pictures, name="step size", symbol="η", values=list(runs), shown=shown, unit="/ L")


def _stability(steps, squared, bound, level, step, path, factor):
    fig, (left, right) = canvas(1, 2, height=3.4)
    left.contour(level[0], level[0], level[1], levels=6, colors=[MUTED], linewidths=0.9)
    left.plot(path[:, 0], path[:, 1], color=ORANGE, ls="-", marker="o", ms=3.5, lw=1.2)
    left.plot(0, 0, "*", color=INK, ms=9)
    left.grid(False)
    left.set(xlabel="$w_1$ (flat)", ylabel="$w_2$ (stiff)", xlim=level[0][[0, -1]], ylim=level[0][[0, -1]])
    left.set_title(f"{len(path) - 1} updates")
    right.plot(steps, squared, color=BLUE, ls="-", label="worst case")
    right.plot(steps, bound, color=GREEN, ls="--", label="Lemma 9.6")
    right.axhline(1, color=INK, lw=0.8)
    right.plot(step, factor, "o", color=ORANGE, ms=8)
    right.set(xlabel=r"$\eta L$", ylabel="factor of the squared distance", ylim=(0, 1.35), title=f"factor {factor:.3f}")
    right.legend(loc="lower left")
    end = float(np.linalg.norm(path[-1]) / np.linalg.norm(path[0]))
    return Picture(
        fig,
        f"Each update multiplies the squared distance by {factor:.3f} at worst; "
        f"after {len(path) - 1} updates {end:.3g} of the distance is left.",
    )


def above_the_bound(steps, ratios):
    """Gap over the lower bound for several methods; ratios: {label: values}."""
    fig, ax = canvas(height=4.6, width=5.8)
    for k, (label, values) in enumerate(ratios.items()):
        ring = {"ls": "none", "mfc": "none", "ms": 9} if label == "BFGS" else {"ls": WIDE_LINES[k], "ms": 4}
        ax.plot(steps, values, color=WIDE_COLOURS[k], marker=MARKS[k], label=label, **ring)
    ax.axhline(1, color=INK, lw=1.2)
    ax.annotate("lower bound", (steps[0], 1), xytext=(0, -13), textcoords="offset points")
    ax.set(xscale="log", yscale="log", xlabel="updates $t$", ylabel="gap / bound of Theorem 9.7", ylim=(0.8, None))
    ax.set_xticks(steps)
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_major_formatter("{x:g}")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2, columnspacing=1.0)
    return Picture(
        fig,
        "Gap after t updates over the lower bound, on the worst function for that t: gradient descent and its line search drift "
        "away upwards, Nesterov's method levels out near 3, conjugate gradients come down to 1; none goes below 1.",
    )


def information(reached, coordinates, panel):
    """Left, which coordinates each iterate has touched; right, iterates along the chain; panel: [(t, values)], solution."""
    fig, (left, right) = canvas(1, 2, height=3.5)
    corners = (0.5, reached.shape[1] + 0.5, -0.5, len(reached) - 0.5)
    left.imshow(reached, origin="lower", aspect="auto", interpolation="nearest", rasterized=True, extent=corners)
    left.set_yticks(range(0, len(reached), 5))
    left.grid(False)
    left.set(xlabel="coordinate $i$", ylabel="update $t$", title="non-zero coordinates")
    curves, solution = panel
    for k, (t, values) in enumerate(curves):
        right.plot(coordinates, values, color=[BLUE, ORANGE, GREEN][k], ls=LINES[k], label=f"$t={t}$")
    right.plot(coordinates, solution, color=INK, ls=":", label="$w^*$")
    right.set(xlabel="coordinate $i$", ylabel="$w_i$", title="the best in reach")
    right.legend(loc="upper right")
    return Picture(
        fig,
        "Left, a triangle: after t updates only the first t coordinates differ from zero. Right, the best iterates are straight "
        "lines that end at coordinate t, while the solution's line goes on to the far end of the chain.",
    )


def termination(curves):
    """Gaps against updates beyond the reach of the theorem; curves: (label, gaps)."""
    fig, ax = canvas(height=3.6, width=5.4)
    for k, (label, gaps) in enumerate(curves):
        ax.plot(np.arange(len(gaps)), np.where(gaps > 1e-9, gaps, np.nan), color=COLOURS[k], ls=LINES[k], marker=MARKS[k], ms=4,
                markevery=3, label=label)  # fmt: skip
    ax.axvline(len(curves[0][1]) - 1, color=INK, lw=1.0, ls=":")
    ax.annotate(
        "all dimensions explored",
        (len(curves[0][1]) - 1, curves[0][1][0] / 3),
        xytext=(-6, 0),
        textcoords="offset points",
        ha="right",
    )
    ax.set(yscale="log", xlabel="update $t$", ylabel=r"$\ell(w^{(t)})-\ell(w^*)$")
    _quiet(ax, x=False)
    ax.legend(loc="lower left")
    return Picture(
        fig,
        "On a quadratic in ten dimensions gradient descent creeps along an almost flat line on the logarithmic axis; conjugate "
        "gradients bend down ever more steeply and end at the minimum at the tenth update.",
    )
