"""Pictures of Chapter 10, from Nesterov's method on. They draw results that were computed elsewhere."""

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from principles.figures import BLUE, COLOURS, INK, LINES, MUTED, ORANGE, Picture, canvas

MARKS = ["o", "s", "^", "D", "v", "P"]


def _logarithmic(axis):
    axis.set_major_locator(LogLocator(numticks=6))
    axis.set_minor_locator(NullLocator())


def overshoot(t, runs):
    """The flat and the steep coordinate under the same ρ and η; runs: (label, path)."""
    fig, axes = canvas(1, 2, height=3.1)
    for k, (label, W) in enumerate(runs):
        for ax, column in zip(axes, W.T):
            ax.plot(t, column[: len(t)], color=COLOURS[k], ls=LINES[k], label=label)
    axes[0].set(xlabel="update $t$", ylabel="$w$", title="Flat direction")
    axes[1].set(xlabel="update $t$", title="Steep direction", xlim=(0, 40))
    axes[0].legend(loc="upper right")
    return Picture(
        fig,
        "With equal step and momentum, heavy ball and Nesterov's method both swing past zero in the flat "
        "direction, Nesterov's a "
        "little less. In the steep direction heavy ball rings long after Nesterov's method is still.",
    )


def limit(times, curve, iterates, step_sizes, errors):
    """Updates for several η on the curve (10.13), and the largest distance from it; iterates: (label, times, w)."""
    fig, (left, right) = canvas(1, 2, height=3.3)
    left.plot(times, curve, color=INK, ls="-", lw=1.4, label="the curve (10.13)")
    for k, (label, τ, w) in enumerate(iterates):
        left.plot(
            τ, w, color=COLOURS[k], marker=MARKS[k], markevery=max(1, len(w) // 40), ms=3.5, ls=LINES[k + 1], lw=0.8, label=label
        )
    left.set(xlabel=r"$\tau=\sqrt{\eta}\,t$", ylabel="$w_2$", title="Nesterov's updates")
    left.legend(loc="upper right", fontsize=9)
    for k, (label, values) in enumerate(errors):
        right.plot(step_sizes, values, color=COLOURS[k], ls=LINES[k], marker=MARKS[k], label=label)
    right.plot(
        step_sizes, errors[0][1][-1] * 0.5 * np.sqrt(step_sizes / step_sizes[-1]), color=MUTED, ls=":", label=r"$\sqrt{\eta}$"
    )
    right.set(
        xscale="log", yscale="log", ylim=(0.008, 1), xlabel=r"$\eta$", ylabel="largest distance", title="They close in on it"
    )
    _logarithmic(right.xaxis)
    _logarithmic(right.yaxis)
    right.legend(loc="upper left", fontsize=9)
    return Picture(
        fig,
        "Left, Nesterov's iterates for three step sizes approach one oscillating curve. Right, their "
        "largest distance from it falls in "
        "proportion to the square root of the step size, for Nesterov's method and for heavy ball alike.",
    )


def energies(times, curve_energy, t, update_energy, gaps, bound):
    """Both energies relative to their bound at the start, and the gap under its bound."""
    fig, (left, right) = canvas(1, 2, height=3.2)
    left.plot(times, curve_energy, color=BLUE, ls="-", label="along the curve")
    left.plot(t[1], update_energy, color=ORANGE, ls="--", label="along the updates")
    left.set(xlabel=r"$\tau$", ylabel="energy / its first bound", title="Neither ever grows", ylim=(0, 1.05))
    left.legend(loc="upper right")
    right.plot(t[0], bound, color=MUTED, ls="--", label="the bound")
    right.plot(t[0], gaps, color=BLUE, ls="-", label="the updates (10.9)")
    right.set(
        xscale="log", yscale="log", xlabel="updates $t$", ylabel=r"$\ell(w^{(t)})-\ell(w^*)$", title="So the gap stays under"
    )
    _logarithmic(right.xaxis)
    _logarithmic(right.yaxis)
    right.legend(loc="lower left")
    return Picture(
        fig,
        "Left, two energies, of the differential equation and of the discrete updates, fall monotonically "
        "and stay close. Right, the "
        "gap of the updates stays below the bound that falls like one over t squared.",
    )


def diverging(t, heavy, looking, bound):
    """Gaps of heavy ball and Nesterov's method with the same rising momentum on a function of one variable."""
    fig, ax = canvas(width=5.2, height=3.4)
    ax.plot(t, bound, color=MUTED, ls="--", label="Nesterov's bound")
    ax.plot(t, looking, color=BLUE, ls="-.", lw=1.4, label="(10.8), the gradient ahead")
    ax.plot(t, heavy, color=ORANGE, ls="-", lw=1.0, label="(10.6), the gradient here")
    ax.set(xscale="log", yscale="log", xlabel="updates $t$", ylabel=r"$\ell(w^{(t)})-\ell(w^*)$", ylim=(1e-18, 1e14))
    ax.yaxis.set_major_locator(LogLocator(numticks=7))
    ax.legend(loc="upper left")
    return Picture(
        fig,
        "On a convex function of one variable, heavy ball with rising momentum first converges and then "
        "grows without limit, while "
        "Nesterov's method with the same momentum and step stays below its bound.",
    )


def real(panels):
    """Relative gaps on real data; panels: (title, runs), runs: (label, gaps)."""
    fig, axes = canvas(1, 2, height=3.6, sharey=True)
    for ax, (title, runs) in zip(axes, panels):
        for k, (label, gaps) in enumerate(runs):
            ax.plot(np.maximum(gaps, 1e-13), color=COLOURS[k], ls=LINES[k], lw=1.5, label=label)
        ax.set(yscale="log", ylim=(1e-10, 1e3), xlabel="updates $t$", title=title)
        ax.yaxis.set_major_locator(LogLocator(numticks=6))
        ax.yaxis.set_minor_locator(NullLocator())
    axes[0].set_ylabel("gap / first gap")
    handles, labels = axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=3)
    return Picture(
        fig,
        "Gaps on two real problems. Gradient descent is still near the top when the tuned momentum methods "
        "have gained many digits; "
        "fixed momentum 0.9 does nearly as well on the diabetes data and worse on the tumours; rising "
        "momentum ripples and slows down.",
    )


def momentum_choice(momenta, updates, marked):
    """Updates until a fixed gap against a fixed momentum; marked: (label, ρ, colour index)."""
    fig, ax = canvas(width=5.2, height=3.2)
    ax.plot(momenta, updates, color=BLUE, marker="o", ms=3.5, ls="-")
    for label, ρ, k in marked:
        ax.axvline(ρ, color=COLOURS[k], ls=LINES[k], lw=1.4, label=label)
    ax.set(yscale="log", xlabel=r"fixed momentum $\rho$", ylabel="updates", ylim=(80, 2000), yticks=[100, 300, 1000])
    ax.set_yticklabels(["100", "300", "1000"])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.legend(loc="lower left")
    return Picture(
        fig,
        "Updates needed on the diabetes data against a fixed momentum: falling up to a sharp minimum a "
        "little above 0.9, close to the "
        "value that the condition number gives, and rising steeply beyond.",
    )
