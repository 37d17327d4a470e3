"""Pictures of Sections 3.2 to 3.3.1: features, Gram matrices, kernel machines. Each draws computed results."""

import numpy as np

from principles.figures import BLUE, DIVERGING, GREEN, INK, ORANGE, PINK, SKY, Picture, Slider, canvas
from principles.kernels.figures_perceptron import classes


def lift(X, y, Z, separator):
    """Rings in the plane and the same points with squared coordinates, with one boundary drawn in both.

    Args:
        X: inputs in the plane.
        y: labels, -1 or +1.
        Z: their features, the squares.
        separator: weights on the two features and a bias.
    """
    fig, (left, right) = canvas(1, 2, height=3.9)
    a, b, c = separator
    top = Z.max() * 1.05
    for ax, points in ((left, X), (right, Z)):
        classes(ax, points, y)
    edge = np.array([0, -c / a])
    right.plot(edge, -(c + a * edge) / b, color=GREEN, ls="-", label=r"$w^\top\phi(x)=0$")
    angle = np.linspace(0, 2 * np.pi, 200)
    left.plot(np.sqrt(-c / a) * np.cos(angle), np.sqrt(-c / b) * np.sin(angle), color=GREEN, ls="-")
    left.set(xlabel="$x_1$", ylabel="$x_2$", title="Inputs", aspect="equal")
    right.set(xlabel="$x_1^2$", ylabel="$x_2^2$", title="Features", aspect="equal", xlim=(-0.1, top), ylim=(-0.1, top))
    fig.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        alt=(
            "Two rings that no line separates; with both coordinates squared the inner ring becomes a band "
            "near the origin and a straight line separates it, whose image among the inputs is an ellipse."
        ),
    )


def features_against_error(lifted_features, lifted_errors, noisy_features, noisy_errors):
    """Held-out error against the number of features, for monomials and for noise.

    Args:
        lifted_features, noisy_features: dimension of the feature vectors.
        lifted_errors, noisy_errors: share of held-out digits that are wrong.
    """
    fig, ax = canvas(height=3.5)
    ax.plot(lifted_features, 100 * np.array(lifted_errors), color=BLUE, marker="o", ls="-", label="monomials of higher degree")
    ax.plot(noisy_features, 100 * np.array(noisy_errors), color=ORANGE, marker="s", ls="--", label="quadratic features and noise")
    ax.set(xscale="log", xlabel="number of features", ylabel="held-out error, %", ylim=(0, None))
    ax.legend()
    return Picture(
        fig,
        alt=(
            "Held-out error falls and stays low as monomials grow from 65 to twelve billion features; it climbs "
            "when a few thousand noise features are appended to the quadratic ones."
        ),
    )


def regions(panels):
    """Where a kernel perceptron predicts each label, with its training data.

    Args:
        panels: for each panel (title, X, y, axis values, scores on their grid).
    """
    fig, axes = canvas(1, len(panels), height=3.7)
    for ax, (title, X, y, axis, scores) in zip(axes, panels):
        shown = scores / np.abs(scores).max()
        ends = [axis[0], axis[-1], axis[0], axis[-1]]
        colours = DIVERGING.removesuffix("_r")
        ax.imshow(shown, cmap=colours, vmin=-1, vmax=1, alpha=0.45, origin="lower", extent=ends, interpolation="none")
        ax.contour(axis, axis, scores, levels=[0], colors=[INK], linewidths=1.6)
        classes(ax, X, y, size=12)
        ax.set(title=title, xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
        ax.locator_params(nbins=5)
        ax.grid(False)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return Picture(
        fig,
        alt=(
            "The boundary of a Gaussian-kernel perceptron runs between two rings and winds between two moons; "
            "every training point lies on its own side."
        ),
    )


def bandwidths(X, y, axis, runs, *, shown):
    """Where a Gaussian-kernel perceptron predicts each label; the slider moves the kernel's width.

    Args:
        X, y: training data.
        axis: of the square grid.
        runs: width to (scores on the grid, training error, held-out error).
        shown: the width to begin with.
    """
    pictures = [_bandwidth(X, y, axis, *run) for run in runs.values()]
    return Slider(pictures, name="width of the kernel", symbol="σ", values=list(runs), shown=shown)


def _bandwidth(X, y, axis, scores, training, held_out):
    fig, ax = canvas(height=4.4)
    ends = [axis[0], axis[-1], axis[0], axis[-1]]
    ax.imshow(scores > 0, cmap=DIVERGING.removesuffix("_r"), vmin=-1, vmax=2, alpha=0.3, origin="lower", extent=ends)
    ax.contour(axis, axis, scores, levels=[0], colors=[INK], linewidths=1.4)
    classes(ax, X, y, size=14)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", xlim=ends[:2], ylim=ends[:2])
    ax.set_title(f"errors: training {training:.1%}, held out {held_out:.1%}")
    ax.locator_params(nbins=5)
    ax.grid(False)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return Picture(
        fig,
        f"The share of points on the wrong side of the boundary is {training:.1%} in training and {held_out:.1%} held out.",
    )


def held_out(names, results):
    """Held-out error of each kernel's perceptron and support vector machine.

    Args:
        names: of the kernels.
        results: `experiments.HeldOut` of each.
    """
    fig, ax = canvas(height=2.6)
    rows = np.arange(len(names))[::-1]
    ax.scatter([100 * r.perceptron_error for r in results], rows, s=60, c=BLUE, marker="o", label="kernel perceptron")
    ax.scatter([100 * r.machine_error for r in results], rows, s=60, c=ORANGE, marker="^", label="support vector machine")
    ax.set(yticks=rows, yticklabels=names, xlabel="held-out error, %", xlim=(0, None), ylim=(-0.6, len(names) - 0.4))
    ax.legend(loc="lower right")
    return Picture(
        fig,
        alt=(
            "Held-out error on even against odd digits for three kernels: it falls from the linear to the quadratic "
            "to the Gaussian kernel, and the support vector machine lies a little below the kernel perceptron each time."
        ),
    )


def costs(sizes, products, times):
    """Multiplications counted, and seconds measured, for both ways to score a sample.

    Args:
        sizes: (counted sizes, timed sizes).
        products: for unit vector and column, at the counted sizes.
        times: for unit vector and column, at the timed sizes; differ between machines.
    """
    fig, (left, right) = canvas(1, 2)
    styles = ((ORANGE, "--", "s", r"$(\alpha\odot Y)^\top G\, e_\omega$"), (BLUE, "-", "o", "column $\\omega$ of $G$"))
    for counted, timed, (colour, ls, marker, name) in zip(products, times, styles):
        left.plot(sizes[0], counted, color=colour, ls=ls, marker=marker, label=name)
        right.plot(sizes[1], 1e6 * np.array(timed), color=colour, ls=ls, marker=marker, gid="unstable")
    left.set(xscale="log", yscale="log", xlabel="samples $n$", title="Products, counted")
    right.set(xscale="log", yscale="log", xlabel="samples $n$", title="Microseconds, here and now")
    left.legend()
    return Picture(
        fig,
        alt=(
            "Scoring a sample with the unit vector costs n squared products and scoring it from one column "
            "costs 2n; measured times separate in the same way."
        ),
    )


def nystrom(ranks, errors, best):
    """Relative error of Nyström's approximation against rank, beside the least possible.

    Args:
        ranks: numbers of landmarks.
        errors: a row a rank, a column a draw of landmarks.
        best: the least error of each rank.
    """
    fig, ax = canvas(height=3.4)
    ax.fill_between(ranks, errors.min(axis=1), errors.max(axis=1), color=SKY, alpha=0.4, lw=0)
    ax.plot(ranks, errors.mean(axis=1), color=BLUE, marker="o", ls="-", label="Nyström, random landmarks")
    ax.plot(ranks, best, color=ORANGE, marker="^", ls="--", label="best of that rank (SVD)")
    ax.set(xscale="log", yscale="log", xlabel="rank $m$", ylabel=r"$\|G-\tilde G\|_F\,/\,\|G\|_F$")
    ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
    ax.set_yticks(ticks, [f"{t:g}" for t in ticks])
    ax.minorticks_off()
    ax.set_ylim(best.min() / 1.3, 1.0)
    ax.legend()
    return Picture(
        fig,
        alt=(
            "The error of Nyström's approximation falls with the rank, about two to three times above the "
            "least error that any matrix of that rank can have."
        ),
    )


def descent(iterations, primal, dual, least):
    """The objective along stochastic gradient descent in weights and in dual coefficients.

    Args:
        iterations: at which the objective was computed.
        primal, dual: its excess over the least, along both runs.
        least: the least value, for the label.
    """
    fig, ax = canvas()
    ax.plot(iterations, primal, color=BLUE, ls="-", label="weights on features")
    ax.plot(iterations, dual, "o", color=PINK, ls="none", ms=4, markevery=4, label="kernel coefficients")
    ax.set(xscale="log", yscale="log", xlabel="iterations", ylabel=f"objective above {least:.4f}")
    ax.legend()
    return Picture(
        fig,
        alt=(
            "The objective of logistic regression falls to its least value along stochastic gradient descent; "
            "the run on weights and the run on kernel coefficients coincide."
        ),
    )
