"""Pictures of Chapter 10. They draw results that were computed elsewhere."""

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from principles.figures import BLUE, COLOURS, GREEN, INK, LINES, MUTED, ORANGE, PINK, SEQUENTIAL, Picture, Slider, canvas

MARKS = ["o", "s", "^", "D", "v", "P"]


def _logarithmic(axis):
    axis.set_major_locator(LogLocator(numticks=6))
    axis.set_minor_locator(NullLocator())


def _contours(ax, objective, x, y, levels):
    X, Y = np.meshgrid(x, y)
    values = objective.value(np.stack([X, Y], axis=-1))
    ax.contour(X, Y, values, levels=levels, colors=[MUTED], linewidths=0.7)
    ax.plot(0, 0, marker="*", ms=11, color=INK, ls="none")
    ax.grid(False)


def _path(ax, W, colour, line, label, mark="o"):
    ax.plot(W[:, 0], W[:, 1], color=colour, ls=line, marker=mark, ms=3.5, lw=1.4, label=label)


def valley(objective, runs):
    """Gradient descent in a valley, a panel for each of two step sizes; runs: (title, path)."""
    fig, axes = canvas(1, 2, height=3.0, sharey=True)
    for ax, (title, W) in zip(axes, runs):
        _contours(ax, objective, np.linspace(-0.4, 2.2, 120), np.linspace(-1, 1, 120), np.geomspace(0.002, 1, 9))
        _path(ax, W, BLUE, "-", None)
        ax.set(title=title, xlabel="$w_1$, flat")
    axes[0].set_ylabel("$w_2$, steep")
    return Picture(
        fig,
        "Contours of a long valley. With a small step gradient descent falls into the valley and creeps "
        "along its floor; with a "
        "large one it jumps from side to side and advances little faster.",
    )


def frictionless(times, weights, cosine, wrong, kept, damped):
    """Iterates of (10.3) on the oscillator's cosine, and the energy with and without friction."""
    fig, (left, right) = canvas(1, 2, height=3.2)
    left.plot(times, cosine, color=MUTED, ls="-", label=r"$\cos\tau$ at $\tau=\sqrt{\eta}\,t$")
    left.plot(times, wrong, color=ORANGE, ls="--", label=r"$\cos\tau$ at $\tau=\eta\,t$")
    left.plot(times[::3], weights[::3], color=BLUE, marker="o", ms=3.5, ls="none", label="(10.3)")
    left.set(xlabel=r"$\sqrt{\eta}\,t$", ylabel="$w^{(t)}$", title="The particle swings", ylim=(-1.15, 1.9))
    left.legend(loc="upper right", ncols=1)
    right.plot(times[1:], kept, color=BLUE, ls="-", label=r"$\rho=1$")
    for k, (label, energy) in enumerate(damped):
        right.plot(times[1:], energy, color=COLOURS[k + 1], ls=LINES[k + 1], label=label)
    right.set(xlabel=r"$\sqrt{\eta}\,t$", ylabel="energy", title="Momentum below 1 is friction", ylim=(-0.02, 0.85))
    right.legend(loc="upper right", ncols=2)
    return Picture(
        fig,
        "Left, frictionless iterates lie on a cosine in the time root eta times t, not eta times t, and "
        "never settle. Right, their "
        "energy stays constant, while with momentum below one it falls, the faster the smaller the momentum.",
    )


def drawing(objective, plain, heavy, anatomy):
    """One heavy-ball update taken apart, and whole paths; anatomy: previous, current, gradient end, next."""
    fig, (left, right) = canvas(1, 2, height=3.4)
    before, now, foot, after = anatomy
    reach = np.array(anatomy)
    low, high = reach.min(axis=0) - 0.15, reach.max(axis=0) + 0.15
    _contours(left, objective, np.linspace(low[0], high[0], 90), np.linspace(low[1], high[1], 90), np.linspace(0.06, 0.2, 8))
    pieces = [
        (before, now, MUTED, "-", "last displacement"),
        (now, foot, ORANGE, "--", r"$-\eta\nabla\ell(w^{(t)})$"),
        (foot, after, GREEN, "-.", r"$\rho\,(w^{(t)}-w^{(t-1)})$"),
        (now, after, BLUE, "-", "the update"),
    ]
    for a, b, colour, line, label in pieces:
        left.plot([a[0], b[0]], [a[1], b[1]], color=colour, ls=line, lw=2, marker="o", ms=3, label=label)
    left.set(xlim=(low[0], high[0]), ylim=(low[1], high[1] + 0.75), xlabel="$w_1$", ylabel="$w_2$", title="One update")
    left.legend(loc="upper left", ncols=2, fontsize=9, columnspacing=0.8, handlelength=1.6)
    _contours(right, objective, np.linspace(-0.8, 2.2, 120), np.linspace(-1, 1.4, 120), np.geomspace(0.002, 1, 9))
    _path(right, plain, ORANGE, "--", "gradient descent", "s")
    _path(right, heavy, BLUE, "-", "heavy ball")
    right.set(xlabel="$w_1$", title="Thirty updates")
    right.legend(loc="upper right")
    return Picture(
        fig,
        "Left, a heavy-ball update is the sum of a gradient step, across the contour, and a part of the "
        "last displacement. Right, thirty updates of heavy ball swing across the valley and near the minimum; "
        "those of gradient descent creep along its floor.",
    )


def damping(times, runs):
    """Heavy ball in three regimes on the oscillator's curves; runs: (label, iterates, curve)."""
    fig, ax = canvas(width=5.8, height=3.3)
    for k, (label, W, curve) in enumerate(runs):
        ax.plot(times, curve, color=COLOURS[k], ls=LINES[k], label=label)
        ax.plot(times[::4], W[::4], color=COLOURS[k], marker=MARKS[k], ms=3.5, ls="none")
    ax.axhline(0, color=INK, lw=0.7, ls="-")
    ax.set(xlabel=r"$\tau=\sqrt{\eta}\,t$", ylabel="$w$")
    ax.legend(loc="upper right")
    return Picture(
        fig,
        "Heavy-ball iterates (marks) on curves of the damped oscillator: with much friction they creep to "
        "zero, with critical "
        "friction they come fastest, with little they swing through zero and ring.",
    )


def momenta(objective, runs, *, shown):
    """Heavy ball in a valley, and its distance to the minimum; the slider moves the momentum.

    Args:
        objective: the valley.
        runs: momentum to (path, factor an update).
        shown: the momentum to begin with.
    """
    pictures = [_momentum(objective, *run) for run in runs.values()]
    return Slider(pictures, name="momentum", symbol="ρ", values=list(runs), shown=shown)


def _momentum(objective, W, factor):
    fig, (left, right) = canvas(1, 2, height=3.2)
    distances = objective.distance(W)
    _contours(left, objective, np.linspace(-1.9, 2.2, 120), np.linspace(-1, 1, 120), np.geomspace(0.002, 1, 9))
    _path(left, W[:41], BLUE, "-", None)
    left.set(xlabel="$w_1$, flat", ylabel="$w_2$, steep", xlim=(-1.9, 2.2), ylim=(-1, 1), title="forty updates")
    right.semilogy(distances, color=BLUE, ls="-")
    right.semilogy(distances[0] * factor ** np.arange(len(W)), color=MUTED, ls=":", lw=1.2)
    right.set(xlabel="$t$", ylabel=r"$\Vert w^{(t)}\Vert$", ylim=(1e-5, 9), title=f"factor {factor:.3f}")
    _logarithmic(right.yaxis)
    return Picture(
        fig,
        f"In the long run an update multiplies the distance by {factor:.3f}; "
        f"after {len(W) - 1} updates {distances[-1]:.2g} is left of {distances[0]:.2g}.",
    )


def regimes(scaled, momenta, panels):
    """Long-run factor of an update over ηh and ρ; panels: (title, radius, kinds, track of the tuned parameters)."""
    fig, axes = canvas(1, 2, height=3.6, sharey=True)
    for ax, (title, radius, kinds, track) in zip(axes, panels):
        shown = ax.pcolormesh(
            scaled, momenta, np.clip(radius, 0, 1.0), cmap=SEQUENTIAL, vmin=0, vmax=1, rasterized=True, shading="nearest"
        )
        ax.contour(scaled, momenta, kinds == 2, levels=[0.5], colors=["w"], linewidths=1.4)
        ax.contour(scaled, momenta, radius, levels=[1.0005], colors=[ORANGE], linewidths=2.2)
        (x, ρ), ends = track, [0, -1]
        ax.plot(x, np.full_like(x, ρ), color=PINK, ls="-", lw=2.4)
        ax.plot(np.asarray(x)[ends], [ρ, ρ], color=PINK, marker="o", ls="none")
        ax.set(title=title, xlabel=r"$\eta h$")
        ax.grid(False)
    axes[0].set_ylabel(r"momentum $\rho$")
    fig.colorbar(shown, ax=axes, label="factor an update", shrink=0.9)
    return Picture(
        fig,
        "Heat maps of the factor by which an update shrinks the error, over eta times curvature and "
        "momentum. Heavy ball is stable "
        "up to two times one plus rho, Nesterov's method only to about four thirds for large momentum. The "
        "tuned parameters use the "
        "whole ringing region of heavy ball; for Nesterov's method they begin where its flat edge is.",
    )


def exponents(conditions, needed, slopes):
    """Updates until a fixed accuracy against the condition number."""
    fig, ax = canvas(width=5.0, height=3.4)
    for k, (name, values) in enumerate(needed.items()):
        ax.plot(conditions, values, color=COLOURS[k], ls=LINES[k], marker=MARKS[k], label=f"{name}, slope {slopes[k]:.2f}")
    ax.set(xscale="log", yscale="log", xlabel=r"condition number $\kappa$", ylabel="updates")
    _logarithmic(ax.xaxis)
    _logarithmic(ax.yaxis)
    ax.legend(loc="upper left")
    return Picture(
        fig,
        "Updates until the distance to the minimum has fallen a millionfold, against the condition number, "
        "both logarithmic: a line "
        "of slope one for gradient descent, of slope about one half for heavy ball and Nesterov's method.",
    )


def convex(t, curves):
    """Gaps against updates on a function that is all but flat in many directions; curves: (label, gaps)."""
    fig, ax = canvas(width=5.0, height=3.4)
    for k, (label, gaps) in enumerate(curves):
        ax.plot(t, gaps, color=COLOURS[k], ls=LINES[k], label=label)
    ax.set(xscale="log", yscale="log", xlabel="updates $t$", ylabel=r"$\ell(w^{(t)})-\ell(w^*)$")
    _logarithmic(ax.xaxis)
    _logarithmic(ax.yaxis)
    ax.legend(loc="lower left")
    return Picture(
        fig,
        "Gaps on a nearly flat function, both axes logarithmic: gradient descent and heavy ball with "
        "momentum 0.9 fall along parallel "
        "lines of slope minus one, a factor ten apart; rising momentum falls with slope minus two.",
    )


def cycle(grid, values, corners, points, heights, runs):
    """The function with the cycle on it, and |w| for three methods; runs: (label, path)."""
    fig, (left, right) = canvas(1, 2, height=3.3)
    left.plot(grid, values, color=MUTED, ls="-")
    left.plot(*corners, color=INK, marker="|", ms=13, mew=2, zorder=3, ls="none", label="kinks of the gradient")
    closed = np.r_[np.arange(len(points)), 0]
    left.plot(points[closed], heights[closed], color=BLUE, ls="--", marker="o", label="heavy ball, for ever")
    left.set(xlabel="$w$", ylabel=r"$\ell(w)$", title="A cycle of three points", ylim=(-5, 105))
    left.legend(loc="upper center", fontsize=9)
    for k, (label, W) in enumerate(runs):
        right.plot(np.abs(W), color=COLOURS[k], ls=LINES[k], label=label)
    right.set(yscale="log", ylim=(1e-8, 30), xlabel="update $t$", ylabel="$|w^{(t)}|$", title="Started from 3.3")
    _logarithmic(right.yaxis)
    right.legend(loc="lower right", fontsize=9)
    return Picture(
        fig,
        "Left, a convex function that looks like a parabola, with three points on it that heavy ball visits "
        "in turn. Right, its "
        "distance to the minimum repeats a pattern for ever, while gradient descent and Nesterov's method converge.",
    )
