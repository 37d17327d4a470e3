"""Pictures of Sections 9.1 and 9.2. They draw results that were computed elsewhere."""

import numpy as np

from principles.figures import BLUE, COLOURS, GREEN, INK, LINES, MUTED, ORANGE, Picture, canvas


def zoo(panels):
    """Functions with a chord each; panels: (title, [(name, grid, values, two points, their values)])."""
    fig, axes = canvas(1, 2, height=3.9)
    for ax, (title, members) in zip(axes, panels):
        for k, (name, grid, values, ends, heights) in enumerate(members):
            ax.plot(grid, values, color=COLOURS[k], ls=LINES[k], label=name)
            ax.plot(ends, heights, color=COLOURS[k], ls="-", lw=1.0, marker="o", ms=4)
        ax.set(xlabel="$w$", title=title)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    axes[0].set_ylabel(r"$\ell(w)$")
    fig.draw_without_rendering()  # the first layout changes the ticks, and with them the room for the label
    return Picture(
        fig,
        "Left, convex curves, each below the thin chord between two of its points. Right, impostors, each with the chord "
        "that the search found: the curve rises above it.",
    )


def sandwich(grid, value, tangent, below, above, touch):
    """A function between its tangent and the two parabolas of curvature m and L that touch it at one point."""
    fig, ax = canvas(height=3.7, width=5.4)
    ax.plot(grid, value, color=INK, ls="-", lw=2.4, label=r"$\ell(w')$")
    ax.plot(grid, above, color=ORANGE, ls="--", label=r"parabola with $L$: above")
    ax.plot(grid, below, color=BLUE, ls="-.", label=r"parabola with $m$: below")
    ax.plot(grid, tangent, color=MUTED, ls=":", label="tangent: below")
    ax.plot(*touch, "o", color=INK)
    ax.set(xlabel="$w'$", ylim=(-0.45 * value.max(), 1.25 * value.max()))
    ax.legend(loc="upper center")
    return Picture(
        fig,
        "A convex curve touches four lines at one point: its tangent and a flat parabola lie below it everywhere, a steep "
        "parabola lies above it.",
    )


def constants(pairs, estimates, truth):
    """Estimated m and L against the number of pairs; estimates: {definition: (m, L) arrays}."""
    fig, (left, right) = canvas(1, 2, height=3.6)
    for k, (name, (m, L)) in enumerate(estimates.items()):
        for ax, values in ((left, m), (right, L)):
            ax.plot(pairs, values, color=COLOURS[k], ls=LINES[k], marker="os^D"[k], ms=4, label=name)
    for ax, value, letter in ((left, truth[0], "m"), (right, truth[1], "L")):
        ax.axhline(value, color=INK, lw=1.0, ls=":")
        ax.set(xscale="log", xlabel="pairs tried", title=f"estimates of ${letter}$ (dotted: truth)")
    left.set_ylim(0, None)
    right.set_ylim(None, None)
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4, columnspacing=1.0, handlelength=1.8)
    return Picture(
        fig,
        "Estimates of m come down to the truth from above, and those of L rise to it from below, as more pairs are tried; "
        "the Hessian's are closest, averages over long chords the farthest.",
    )


def wavy(grid, value, path, heights, t, gap, bound):
    """A function that is not convex, a run of gradient descent on it, and its gap below the guaranteed line."""
    fig, (left, right) = canvas(1, 2, height=3.4)
    left.plot(grid, value, color=BLUE, ls="-")
    left.plot(path, heights, color=ORANGE, ls="--", lw=1.0, marker="o", ms=4)
    left.set(xlabel="$w$", ylabel=r"$\ell(w)=w^2+3\sin^2w$", title="not convex, no bad minima")
    right.plot(t, gap, color=ORANGE, ls="-", marker="o", ms=3, label="gap")
    right.plot(t, bound, color=INK, ls="--", label=r"$(1-\eta m)^t$ bound")
    right.set(yscale="log", xlabel="update $t$", title="gap and promise")
    right.legend(loc="lower left")
    return Picture(
        fig,
        "Left, a wavy valley with a run of gradient descent that passes its bends and reaches the bottom. Right, the gap on a "
        "logarithmic axis falls at least as fast as the straight line that the inequality promises.",
    )


def overshooting(grid, value, runs):
    """Gradient descent on one parabola with several steps; runs: (title, path, heights)."""
    fig, axes = canvas(2, 2, height=5.4, sharey=True, sharex=True)
    for k, (ax, (title, path, heights)) in enumerate(zip(axes.flat, runs)):
        ax.plot(grid, value, color=MUTED, ls="-", lw=1.2)
        ax.plot(path, heights, color=COLOURS[k], ls="-", lw=1.0, marker="o", ms=4)
        ax.plot(path[:1], heights[:1], "s", color=INK, ms=6)
        ax.set(title=title, xlim=(grid[0], grid[-1]), ylim=(-0.03 * value.max(), value.max()))
    for ax in axes[1]:
        ax.set_xlabel("$w$")
    for ax in axes[:, 0]:
        ax.set_ylabel(r"$\ell(w)$")
    return Picture(
        fig,
        "A small step walks down one side of a parabola; the step 1/L lands on the minimum; 1.8/L jumps across at every update "
        "and still converges; 2.1/L jumps farther and farther out.",
    )


def directions(curves):
    """Gaps against updates for several methods; curves: (label, gaps)."""
    fig, ax = canvas(height=4.1, width=5.6)
    for k, (label, gaps) in enumerate(curves):
        look = {"color": COLOURS[k], "ls": LINES[k], "marker": "os^Dvx"[k], "ms": 4, "markevery": max(1, len(gaps) // 8)}
        ax.plot(np.arange(len(gaps)), np.where(gaps > 1e-12, gaps, np.nan), label=label, **look)
    ax.set(yscale="log", xlabel="update $t$", ylabel=r"$\ell(w^{(t)})-\ell(w^*)$", ylim=(1e-12, None))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3, columnspacing=1.0)
    return Picture(
        fig,
        "Gap against updates on tumour data: Newton's method falls off a cliff within a few updates; line search and fixed steps "
        "come down along straight lines; search without gradients is far behind.",
    )


def newton_limits(grid, iterates, edge):
    """Where Newton's method lands from each start; iterates: (label, values)."""
    fig, ax = canvas(height=3.4, width=5.2)
    for k, (label, values) in enumerate(iterates):
        ax.plot(grid, values, color=COLOURS[k], ls=LINES[k], label=label)
    ax.plot(grid, grid, color=MUTED, ls=":", lw=1.0, label="stays where it is")
    for x in (-edge, edge):
        ax.axvline(x, color=INK, lw=0.8, ls=":")
    ax.set(xlabel="start $w$", ylabel="$w$ after one update", ylim=(-3, 3))
    fig.legend(loc="outside lower center", ncols=3, columnspacing=1.0)
    return Picture(
        fig,
        "One Newton step against its start: near zero it lands closer than it started, beyond a dotted line it lands farther "
        "out on the other side; with backtracking it always comes closer.",
    )


def contours(panels):
    """Level lines of quadratics with a run each; panels: (title, x, y, values, path)."""
    fig, axes = canvas(1, 2, height=3.5)
    for ax, (title, x, y, values, path) in zip(axes, panels):
        ax.contour(x, y, values, levels=values.max() * np.array([0.01, 0.05, 0.15, 0.35, 0.7]), colors=[MUTED], linewidths=0.9)
        ax.plot(path[:, 0], path[:, 1], color=ORANGE, ls="-", marker="o", ms=3.5, lw=1.2)
        ax.plot(path[0, 0], path[0, 1], "s", color=BLUE, ms=6)
        ax.plot(0, 0, "*", color=INK, ms=9)
        ax.grid(False)
        ax.set(xlabel="$w_1$ (flat)", title=title)
    axes[0].set_ylabel("$w_2$ (stiff)")
    return Picture(
        fig,
        "Level lines of two quadratics. On the nearly round one gradient descent walks to the middle in a few updates; in the "
        "narrow valley it jumps from wall to wall and hardly moves along the floor.",
    )


def levels(panels):
    """Level lines of a function with two sets of points; panels: (title, x, y, values, points, label)."""
    fig, axes = canvas(1, 2, height=3.5)
    for k, (ax, (title, x, y, values, cloud)) in enumerate(zip(axes, panels)):
        ax.contour(x, y, values, levels=6, colors=[MUTED], linewidths=0.9)
        ax.plot(cloud[:, 0], cloud[:, 1], "o", color=[BLUE, GREEN][k], ms=3.5)
        ax.grid(False)
        ax.set(xlabel="$w_1$", title=title)
    axes[0].set_ylabel("$w_2$")
    return Picture(
        fig,
        "Two convex functions and where gradient descent ends from many starts: all in one point where the function is strictly "
        "convex, along a whole line where it is flat in one direction.",
    )
