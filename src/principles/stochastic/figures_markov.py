"""Pictures of Section 11.5: flows, chains, stationary densities and divergences. Each draws computed results."""

import numpy as np
from matplotlib.patches import FancyArrowPatch
from matplotlib.ticker import LogLocator, NullLocator

from principles.figures import BLUE, COLOURS, GREEN, INK, LINES, MUTED, ORANGE, PINK, Picture, Slider, canvas
from principles.stochastic.figures import MARKS


def two_minima(grid, values, paths, heights, steps, errors):
    """The non-convex function of the notes with descent from two starts, and the distance of descent to gradient flow."""
    fig, (left, right) = canvas(1, 2, height=3.4)
    left.plot(grid, values, color=INK, ls="-")
    for k, (w, h) in enumerate(zip(paths, heights)):
        left.plot(w, h, color=[BLUE, ORANGE][k], ls="none", marker=MARKS[k], ms=5, label=f"from $w={w[0]:.1f}$")
    left.set(xlabel="$w$", ylabel=r"$\ell(w)$", title="Descent ends where it must")
    left.legend(loc="upper center")
    right.plot(steps, errors, color=BLUE, marker="o", ls="-", label="distance to the flow")
    right.plot(steps, errors[0] * steps / steps[0], color=MUTED, ls="--", label=r"proportional to $\eta$")
    right.set(xscale="log", yscale="log", xlabel=r"step $\eta$", ylabel=r"$|w^{(\tau/\eta)}-W(\tau)|$", title="Flow is its limit")
    right.xaxis.set_major_locator(LogLocator(numticks=4))
    right.yaxis.set_major_locator(LogLocator(numticks=4))
    for axis in (right.xaxis, right.yaxis):
        axis.set_minor_locator(NullLocator())
    right.legend(loc="upper left")
    return Picture(
        fig,
        "A double well whose left valley is deeper. Gradient descent from the left reaches the global minimum, from the right "
        "the other valley. The distance between descent and gradient flow falls in proportion to the step.",
    )


def mole(P, laws, π):
    """The three holes with their transition probabilities, and the law of the mole's place over time."""
    fig, (left, right) = canvas(1, 2, height=3.7)
    angles = np.pi / 2 + 2 * np.pi * np.arange(3) / 3
    at = np.column_stack([np.cos(angles), np.sin(angles)])
    for i, j in np.argwhere(P > 0):
        if i == j:
            left.annotate(f"{P[i, i]:g}", 1.48 * at[i], ha="center", va="center", color=COLOURS[i])
            continue
        style = {"arrowstyle": "-|>", "mutation_scale": 13, "shrinkA": 17, "shrinkB": 17, "color": COLOURS[i], "lw": 1.5}
        left.add_patch(FancyArrowPatch(at[i], at[j], connectionstyle="arc3,rad=0.18", **style))
        d = at[j] - at[i]
        label = (at[i] + at[j]) / 2 + 0.17 * np.array([d[1], -d[0]]) / np.linalg.norm(d) * 1.75
        left.annotate(f"{P[i, j]:g}", label, ha="center", va="center", color=COLOURS[i])
    for i, (x, y) in enumerate(at):
        left.plot([x], [y], "o", ms=29, mfc="none", mec=COLOURS[i], mew=2)
        left.annotate(f"$w^{i + 1}$", (x, y), ha="center", va="center")
    left.set(xlim=(-1.75, 1.75), ylim=(-1.35, 1.75), aspect="equal", title="Three holes")
    left.axis("off")
    t = np.arange(len(laws))
    for i in range(3):
        right.plot(t, laws[:, i], color=COLOURS[i], ls=LINES[i], marker=MARKS[i], label=f"$w^{i + 1}$")
        right.axhline(π[i], color=COLOURS[i], lw=0.8, ls=":")
    right.set(xlabel="moves $t$", ylabel="probability", ylim=(-0.03, 1.03), title="Where is the mole?")
    right.legend()
    return Picture(
        fig,
        "Left, three holes joined by arrows that carry the transition probabilities; the probability of staying stands outside. "
        "Right, the law of the mole's place settles within about five moves.",
    )


def clocks(shares, target, laws):
    """A periodic chain: its law never settles, its time average does."""
    fig, (left, right) = canvas(1, 2, height=3.0, sharey=True)
    left.plot(laws, color=ORANGE, ls="-", marker="o", ms=4)
    right.plot(np.arange(1, len(shares) + 1), shares, color=BLUE, ls="-")
    for ax in (left, right):
        ax.axhline(target, color=INK, lw=0.9, ls=":")
    left.set_xticks([0, 4, 8, 12, 16])
    left.set(xlabel="move $t$", ylabel="probability of state 1", title="Its law rotates for ever")
    right.set(xlabel="move $T$", title="The time average converges")
    return Picture(
        fig,
        "A chain that goes round four states: the probability of the first state jumps between zero and one for ever, while the "
        "share of time spent there tends to one quarter.",
    )


def stationary(edges, histograms, grid, densities, gibbs, steps, measured, exact):
    """Measured histograms with exact stationary densities and the Gibbs density; distances against the step."""
    fig, (left, right) = canvas(1, 2, height=3.6)
    middle = (edges[1:] + edges[:-1]) / 2
    left.plot(grid, gibbs, color=INK, ls=":", lw=2.2, label="Gibbs")
    for k, (η, histogram, density) in enumerate(zip((steps[0], steps[-1]), histograms, densities)):
        left.plot(grid, density, color=[BLUE, ORANGE][k], ls=["-", "--"][k], lw=1.4, label=rf"$\eta={η:g}$")
        left.plot(middle, histogram, color=[BLUE, ORANGE][k], ls="none", marker=MARKS[k], ms=3.5)
    left.set(xlabel="$w$", ylabel="density", xlim=(edges[0], edges[-1]))
    left.legend(loc="upper right")
    right.plot(steps, exact, color=BLUE, ls="-", label="exact law")
    right.plot(steps, measured, color=ORANGE, ls="none", marker="o", label="measured")
    right.set(xscale="log", yscale="log", xlabel=r"step $\eta$, with $b$ in proportion", ylabel="total variation to Gibbs")
    right.set_xticks(steps, [f"{η:g}" for η in steps])
    right.set_yticks([0.01, 0.02, 0.05], ["0.01", "0.02", "0.05"])
    for axis in (right.xaxis, right.yaxis):
        axis.set_minor_locator(NullLocator())
    right.legend(loc="upper left")
    return Picture(
        fig,
        "Left, the measured and the exact stationary density of the Gaussian model at a small and a large step beside the Gibbs "
        "density: the small step is hard to tell from it. Right, the distance falls in proportion to the step.",
    )


def temperatures(grid, loss, barrier, laws, *, shown):
    """A double well above its Gibbs density and the law of the model; the slider moves the batch, so the temperature.

    Args:
        grid, loss: the weight and its loss.
        barrier: where the two valleys meet.
        laws: batch to (temperature, Gibbs density, exact stationary density, share of the left valley).
        shown: the batch to begin with.
    """
    pictures = [_temperature(grid, loss, barrier, *law) for law in laws.values()]
    return Slider(pictures, name="mini-batch", symbol="b", values=list(laws), shown=shown)


def _temperature(grid, loss, barrier, temperature, gibbs, exact, share):
    fig, (top, bottom) = canvas(2, 1, width=5.2, height=4.6, sharex=True)
    top.plot(grid, loss, color=INK, ls="-")
    top.axhline(temperature, color=PINK, ls="--", lw=1.2)
    top.set(ylabel=r"$\ell(w)$", xlim=(-2, 2), ylim=(-0.004, 0.05), title=f"temperature 1/β = {temperature:.4f} (dashed)")
    bottom.plot(grid, exact, color=ORANGE, ls="-", lw=3, alpha=0.5, label="the model")
    bottom.plot(grid, gibbs, color=BLUE, ls="--", label="Gibbs")
    bottom.axvline(barrier, color=MUTED, ls=":", lw=1)
    bottom.set(xlabel="$w$", ylabel="density", ylim=(0, 3.6), title=f"left valley {share:.0%}")
    bottom.legend(loc="upper right")
    return Picture(
        fig, f"At temperature {temperature:.4f} the left valley, the deeper one, holds {share:.0%} of the Gibbs density."
    )


def annealing(steps, shares, equilibrium, cold):
    """Share of runs in the global valley at the end of each stage. shares: {updates a stage: shares}."""
    fig, ax = canvas(height=3.7, width=5.4)
    ax.plot(steps, equilibrium, color=INK, ls=":", lw=2.2, label="in equilibrium (Gibbs)")
    for k, (wait, values) in enumerate(shares.items()):
        ax.plot(steps, values, color=COLOURS[k], ls=LINES[k], marker=MARKS[k], label=f"{wait} updates a stage")
    ax.plot([steps[-1]], [cold], color=MUTED, ls="none", marker="X", ms=9, label="smallest step throughout")
    ax.set(xscale="log", xlabel=r"step $\eta$ of the stage", ylabel="share in the global valley", ylim=(-0.05, 1.05))
    ax.invert_xaxis()
    ax.set_xticks([0.3, 0.1, 0.03], ["0.3", "0.1", "0.03"])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.legend(loc="lower left", bbox_to_anchor=(0.13, 0.0), fontsize=9)
    return Picture(
        fig,
        "Runs start in the wrong valley. The longer they wait at each stage the closer they follow the equilibrium share, and "
        "the more of them end in the global minimum; with the smallest step from the start none gets out.",
    )


def divergences(forward, backward):
    """KL to the invariant law over time, for many random chains, in both directions."""
    fig, axes = canvas(1, 2, height=3.3, sharey=True)
    names = (r"KL$(\pi^\infty\,\|\,\pi^t)$", r"KL$(\pi^t\,\|\,\pi^\infty)$")
    for ax, values, name, colour in zip(axes, (forward, backward), names, (BLUE, ORANGE)):
        shown = np.where(values > 1e-10, values, np.nan)
        for line in shown.T:
            ax.plot(line, color=colour, ls="-", lw=0.7, alpha=0.5)
        ax.set(yscale="log", ylim=(1e-10, 20), xlabel="move $t$", title=name)
        ax.yaxis.set_major_locator(LogLocator(numticks=5))
        ax.yaxis.set_minor_locator(NullLocator())
    axes[0].set_ylabel("divergence")
    return Picture(
        fig,
        "Divergence between the law of a chain and its invariant law, forty random chains, both directions: every line falls "
        "and none ever rises.",
    )


def equilibration(times, curves):
    """KL to the stationary law of the Gaussian model on a quadratic; curves: (label, values)."""
    fig, ax = canvas(height=3.4)
    for k, (label, values) in enumerate(curves):
        ax.plot(times, np.where(values > 1e-7, values, np.nan), color=[BLUE, ORANGE, GREEN][k], ls=LINES[k], label=label)
    ax.set(yscale="log", xlabel="updates $t$", ylabel=r"KL$(\rho_t\,\|\,\rho_\infty)$")
    ax.yaxis.set_major_locator(LogLocator(numticks=5))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.legend()
    return Picture(
        fig,
        "Divergence to the stationary law falls along straight lines on a logarithmic axis, the faster the larger the step: "
        "halving the step doubles the time to equilibrate.",
    )
