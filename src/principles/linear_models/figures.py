"""Pictures of Chapter 2. They draw results that were computed elsewhere."""

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from principles.figures import BLUE, COLOURS, GREEN, INK, LINES, MUTED, ORANGE, Picture, Slider, canvas


def crops(images, labels, memory, names):
    """Training images in a grid, the remembered pixel marked."""
    fig, axes = canvas(2, 3, width=6.0, height=4.2)
    for ax, image, label in zip(axes.flat, images, labels):
        ax.imshow(image, interpolation="nearest")
        ax.plot(memory.column, memory.row, "s", mfc="none", mec="white", mew=3, ms=10)
        ax.plot(memory.column, memory.row, "s", mfc="none", mec="black", mew=1.2, ms=10)
        ax.set_title(f"{names[int(label > 0)]} ({label:+.0f})", fontsize=10)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    return Picture(
        fig,
        "Six of the training images, three of a flower and three of a temple, a small square round the one pixel "
        "that the classifier remembers.",
    )


def plane(X, y, fit, names):
    """Figure 2.1: the plane over two features, with the vertical distance of each sample to it."""
    fig, ax = canvas(width=5.4, height=4.2, subplot_kw={"projection": "3d"})
    ax.set_position([0.0, 0.04, 0.94, 1.0])
    corners = [np.linspace(*c, 9) for c in zip(X.min(axis=0), X.max(axis=0))]
    U, V = np.meshgrid(*corners)
    heights = X @ fit.w + fit.b
    surface = ax.plot_surface(U, V, fit.w[0] * U + fit.w[1] * V + fit.b, color=BLUE, alpha=0.28, linewidth=0)
    surface.set_gid("unstable")
    gap = np.full(len(X), np.nan)
    across = [np.column_stack([u, u, gap]).ravel() for u in X.T]
    ax.plot(*across, np.column_stack([heights, y, gap]).ravel(), color=MUTED, linewidth=0.9, linestyle="-")
    ax.plot(X[:, 0], X[:, 1], y, linestyle="none", marker="o", markersize=4, color=ORANGE, label="patients $(x^i, y^i)$")
    ax.set(xlabel=names[0], ylabel=names[1])
    ax.set_zlabel(names[2], labelpad=2)
    ax.set_box_aspect((1.3, 1.1, 0.9), zoom=1.0)
    ax.view_init(elev=17, azim=-58)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((0, 0, 0, 0))
        axis.set_major_locator(MaxNLocator(4))
    ax.legend(loc="upper left", bbox_to_anchor=(0.1, 0.86))
    return Picture(
        fig,
        "A tilted plane over two features with the patients above and below it, each joined to the plane by a "
        "vertical line: those lengths are what least squares squares and averages.",
    )


def descent(steps, distances):
    """How far gradient descent is from the solution of the normal equations."""
    fig, ax = canvas()
    ax.semilogy(steps, distances, color=BLUE, linestyle="-")
    ax.set_xticks([0, 5000, 10000])
    ax.set(xlabel="step $t$", ylabel=r"$\max_j\,|w_j^{(t)} - w_j^*|$")
    ax.yaxis.set_major_locator(LogLocator(numticks=5))
    return Picture(
        fig,
        "The distance of gradient descent to the solution of the normal equations falls on a straight line in a "
        "logarithmic plot, by a constant factor a step.",
    )


def polynomials(data, grid, truth, curves, errors, *, shown):
    """Figure 2.2: a fit through the same points; the slider moves its degree. errors: {degree: (training, test)}."""
    pictures = [_polynomial(data, grid, truth, values, *errors[degree]) for degree, values in curves.items()]
    return Slider(pictures, name="degree", symbol="M", values=list(curves), shown=shown)


def _polynomial(data, grid, truth, values, training, test):
    fig, ax = canvas(height=3.6)
    ax.plot(grid, truth, color=GREEN, linestyle="--", label=r"$\sin 2\pi x$")
    ax.plot(grid, values, color=ORANGE, linestyle="-", label="fit")
    ax.plot(data.x, data.y, "o", color=BLUE, linestyle="none", label="data")
    ax.set_title(f"training error {training:.2f}, test error {test:.2f}")
    ax.set(xlabel="$x$", ylabel="$y$", ylim=(-1.9, 1.9), xticks=[0, 0.5, 1], yticks=[-1, 0, 1])
    ax.legend(loc="lower left", ncols=3, fontsize=9, columnspacing=0.9, handlelength=1.5)
    return Picture(fig, f"The polynomial has training error {training:.2f} and test error {test:.2f}.")


def errors_by_degree(degrees, train, test, noise_std):
    """Training and test error against the degree."""
    fig, ax = canvas()
    ax.plot(degrees, train, "o-", color=BLUE, label="training error")
    ax.plot(degrees, test, "s--", color=ORANGE, label="test error")
    ax.axhline(noise_std, color=MUTED, linestyle=":", label="noise $\\sigma$")
    ax.set(xlabel="degree $M$", ylabel="root mean squared error", xticks=[0, 3, 6, 9], ylim=(0, None))
    ax.legend()
    return Picture(
        fig, "Training error falls to zero as the degree rises to nine; test error falls, stays near the noise, and rises again."
    )


def band(x, y, grid, centre, interval, names):
    """One feature, its fitted line, and the interval that holds nine targets in ten."""
    fig, ax = canvas()
    ax.fill_between(grid, interval.lower, interval.upper, color=BLUE, alpha=0.18, linewidth=0, label="90 % interval")
    ax.plot(x, y, "o", color=ORANGE, markersize=3, alpha=0.7, linestyle="none", label="patients")
    ax.plot(grid, centre, color=BLUE, linestyle="-", label="mean")
    ax.set(xlabel=names[0], ylabel=names[1])
    ax.legend(loc="upper left", fontsize=9)
    return Picture(
        fig,
        "Disease progression against body mass index with the fitted line and a band around it that holds about "
        "nine patients in ten.",
    )


def coverage(levels, by_level, sizes, by_size, level):
    """Measured coverage with error bars, against the level asked for and against the number of samples."""
    fig, (left, right) = canvas(1, 2, height=3.4)
    left.plot([0.4, 1], [0.4, 1], color=MUTED, linestyle=":", label="as promised")
    right.axhline(level, color=MUTED, linestyle=":")
    right.plot(sizes, by_size.expected, color=INK, linestyle="-", linewidth=1.2, label="plug-in, theory")
    for ax, x, found, shift in ((left, levels, by_level, 0.006), (right, sizes, by_size, 0)):
        bars = {"linestyle": "none", "capsize": 2}
        ax.errorbar(x - shift, found.plug_in, 2 * found.plug_in_error, color=BLUE, marker="o", label="plug-in", **bars)
        ax.errorbar(x + shift, found.student, 2 * found.student_error, color=ORANGE, marker="s", label="Student", **bars)
        ax.legend(fontsize=9, loc="lower right")
    left.set(xlabel="level asked for", ylabel="share held", title="442 patients held out in turn")
    left.set(xticks=[0.5, 0.7, 0.9], yticks=[0.5, 0.7, 0.9])
    right.set(xscale="log", xlabel="training patients $n$", title="90 % intervals", ylim=(0, 1.03), yticks=[0, 0.3, 0.6, 0.9])
    right.set_xticks([20, 50, 200], ["20", "50", "200"])
    right.xaxis.set_minor_locator(NullLocator())
    return Picture(
        fig,
        "Left: with many patients both kinds of interval hold the share they promise. "
        "Right: fitted to few patients the plug-in interval holds far less than nine in ten, "
        "as theory says, while Student's interval keeps its promise.",
    )


def boundaries(X, y, weights, mistakes, shown, names):
    """The plane as the perceptron divides it after some of its updates, the sample just added ringed."""
    fig, axes = canvas(2, 2, height=5.6, sharex=True, sharey=True)
    low, high = X[:, :2].min(axis=0) - 0.5, X[:, :2].max(axis=0) + 0.5
    U, V = np.meshgrid(np.linspace(low[0], high[0], 80), np.linspace(low[1], high[1], 80))
    for ax, k in zip(axes.flat, shown):
        w, last = weights[k], X[mistakes[k - 1]]
        ax.contourf(U, V, w[0] * U + w[1] * V + w[2], levels=[-1e9, 0, 1e9], colors=[ORANGE, BLUE], alpha=0.16)
        for label, colour, marker in ((1, BLUE, "o"), (-1, ORANGE, "s")):
            ax.plot(
                *np.unique(X[y == label, :2], axis=0).T,
                marker,
                color=colour,
                linestyle="none",
                markersize=4,
                label=f"{names[label]} ({label:+d})",
            )
        ax.plot(*last[:2], "o", mfc="none", mec=INK, mew=1.6, ms=12)
        ax.set_title("after 1 update" if k == 1 else f"after {k} updates")
        ax.grid(False)
    for ax in axes[:, 0]:
        ax.set_ylabel(names["y"])
    for ax in axes[1]:
        ax.set_xlabel(names["x"])
    axes[0, 0].legend(fontsize=9, loc="upper left", handletextpad=0.2)
    return Picture(
        fig,
        "Petals of two iris species in four panels, the plane coloured by the predicted species after one, three, four and "
        "seven updates. The first panels give the whole plane to one species; the last separates them.",
    )


def slices(t, counted, smooth):
    """The share of mistakes and a surrogate loss along one line of weights."""
    fig, ax = canvas()
    ax.step(t, counted, where="mid", color=INK, linestyle="-", label="zero-one loss")
    ax.plot(t, smooth, color=BLUE, linestyle="--", label="logistic loss")
    ax.set(xlabel="position $t$ on the line $w + t\\,u$", ylabel="loss", ylim=(0, None), xticks=[-1, -0.5, 0, 0.5])
    ax.legend()
    return Picture(
        fig,
        "Along a line of weights the zero-one loss is a staircase of flat steps, while the logistic loss is a "
        "smooth bowl that slopes towards its minimum.",
    )


def losses(z, counted, values):
    """The surrogate losses against the zero-one loss."""
    fig, ax = canvas(width=5.4, height=3.8)
    ax.plot(z, counted, color=INK, linestyle="-", linewidth=2.4, label="zero-one")
    for colour, line, (name, value) in zip((ORANGE, BLUE, GREEN, COLOURS[3]), ("--", "-.", ":", LINES[4]), values.items()):
        ax.plot(z, value, color=colour, linestyle=line, label=name)
    ax.set(
        xlabel="$z = y\\,w^\\top x$", ylabel="loss", ylim=(-0.1, 4), xlim=(z[0], z[-1]), xticks=[-2, 0, 2], yticks=[0, 1, 2, 3, 4]
    )
    ax.legend(loc="upper right")
    return Picture(
        fig,
        "Losses against z: exponential and margin hinge lie above the zero-one step everywhere; the perceptron "
        "loss is below it between minus one and zero, the logistic loss just left of and at zero.",
    )
