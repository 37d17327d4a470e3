"""The pictures of Chapter 14; each takes computed results."""

import numpy as np

from principles.figures import BLUE, COLOURS, GOLD, GREEN, GRID, INK, MUTED, ORANGE, PINK, SKY, Picture, Slider, canvas

EDGES = {
    "resting": (r"$\theta_2 = 0$", BLUE, "-"),
    "vanished": (r"$\theta_2 = \infty$", ORANGE, "--"),
    "fold": (r"$\theta_1 = \theta_2$", GREEN, "-."),
}


def manifold(mean, axes, mesh, edges, truth, closest):
    """The two-exponential manifold from above and from the side, its edges, a truth and the closest model."""
    fig, (front, side) = canvas(2, 1, width=6.4, height=4.7, sharex=True, gridspec_kw={"height_ratios": [1.35, 0.65]})
    for ax, (i, j) in ((front, (0, 1)), (side, (0, 2))):
        plane = axes[:, [i, j]]
        gap = np.full((1, 2), np.nan)
        net = np.vstack([np.vstack([(line - mean) @ plane, gap]) for line in mesh])
        ax.plot(*net.T, color=MUTED, linewidth=0.5, linestyle="-", alpha=0.6)
        for name, (label, colour, style) in EDGES.items():
            ax.plot(*((getattr(edges, name) - mean) @ plane).T, color=colour, linestyle=style, linewidth=2.4, label=label)
        pair = (np.array([truth, closest]) - mean) @ plane
        ax.plot(*pair.T, ":", color=INK, linewidth=1.2)
        ax.plot(*pair[0], "*", color=PINK, markersize=12, linestyle="none", label=r"truth $\vec y^*$")
        ax.plot(*pair[1], "o", color=INK, markersize=5, linestyle="none", label=r"closest $\vec y(w^*)$")
        ax.set(ylabel=f"direction {j + 1}", aspect="equal")
    front.set_title("from above")
    side.set(title="from the side", xlabel="principal direction 1", yticks=[-0.2, 0, 0.2])
    fig.legend(*front.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
    return Picture(
        fig,
        "The model manifold of two exponentials in the space of three predictions, a curved three-cornered leaf with three "
        "edges, long and narrow from above and thin from the side. A truth lies beside it and a dotted line, perpendicular "
        "to the leaf, leads to the closest model.",
    )


def taylor(sizes, errors, differences_steps, differences_errors):
    """How fast the quadratic form approaches the distance, and finite differences the metric."""
    fig, (left, right) = canvas(1, 2, height=3.1)
    left.loglog(sizes, errors, "o-", color=BLUE, label="remainder")
    left.loglog(sizes, errors[-1] * (sizes / sizes[-1]) ** 3, "--", color=MUTED, label="slope 3")
    left.set(xlabel=r"size of $dw$", ylabel=r"$|d - \frac{1}{2}\,dw^\top g\, dw|$")
    right.loglog(differences_steps, differences_errors, "s-", color=ORANGE, label="error of $g$")
    right.loglog(
        differences_steps,
        differences_errors[-1] * (differences_steps / differences_steps[-1]) ** 2,
        "--",
        color=MUTED,
        label="slope 2",
    )
    right.set(xlabel="step $h$", ylabel="error of $g$")
    for ax in (left, right):
        ax.legend()
    return Picture(
        fig,
        "Two straight lines on logarithmic axes: the remainder of the expansion falls with the third power of the step, the "
        "error of the metric by finite differences with the second.",
    )


def flight(straight, shortest, names):
    """Two routes on a map of latitude and longitude."""
    fig, ax = canvas(width=5.2, height=3.0)
    for path, colour, style, label in ((straight, ORANGE, "--", "straight on the map"), (shortest, BLUE, "-", "geodesic")):
        ax.plot(*np.degrees(path[:, ::-1]).T, color=colour, linestyle=style, label=label)
    for point, name, side in zip(np.degrees(straight[[0, -1]]), names, ("left", "right")):
        ax.plot(point[1], point[0], "o", color=INK)
        ax.annotate(name, (point[1], point[0]), (0, -14), textcoords="offset points", ha=side)
    ax.set(xlabel="longitude in degrees", ylabel="latitude in degrees", ylim=(36, 56))
    ax.legend()
    return Picture(fig, "A map with two routes from Philadelphia to Rome; the geodesic bends far north of the straight line.")


def descents(weights, views, lengths):
    """Gradient, natural gradient and geodesic in weight space and in data space."""
    fig, (left, right) = canvas(1, 2, height=3.6)
    styles = {"gradient": (ORANGE, "-"), "natural gradient": (BLUE, "--"), "geodesic": (GREEN, ":")}
    for name, (colour, style) in styles.items():
        left.plot(*weights[name].T, color=colour, linestyle=style, linewidth=2.4, label=f"{name}, {lengths[name]:.3f}")
        right.plot(*views[name].T, color=colour, linestyle=style, linewidth=2.4)
    for ax, paths in ((left, weights), (right, views)):
        ax.plot(*paths["geodesic"][0], "o", color=INK)
        ax.plot(*paths["geodesic"][-1], "*", color=PINK, markersize=12)
    left.set(xlabel=r"$\log\theta_1$", ylabel=r"$\log\theta_2$", title="weight space")
    right.set(xlabel="direction 1", ylabel="direction 2", title="data space")
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9, title="path, length")
    return Picture(
        fig,
        "Three paths from a start to the best model. In data space the natural gradient nearly coincides with the geodesic, a "
        "nearly straight line; the gradient takes a detour along a bend.",
    )


def ellipse(u, levels, tips, *, shown):
    """Weights with nearly equal predictions on axes in units of √ε; the slider moves ε.

    `levels`: ε to the grid of (distances by the metric, exact ones), over ε; `tips` end the stiff and the sloppy axis.
    """
    values = [f"{ε:.0e}".replace("e-0", "e-") for ε in levels]
    pictures = [_ellipse(u, *found, tips) for found in levels.values()]
    return Slider(pictures, name="distance", symbol="ε", values=values, shown=values[list(levels).index(shown)])


def _ellipse(u, quadratic, true, tips):
    fig, ax = canvas(width=4.8, height=4.6)
    ax.contour(u, u, true, levels=[1.0], colors=[BLUE], linestyles="-")
    ax.contour(u, u, quadratic, levels=[1.0], colors=[ORANGE], linestyles="--")
    ax.plot([], [], color=BLUE, linestyle="-", label="distance, exactly")
    ax.plot([], [], color=ORANGE, linestyle="--", label="ellipse of $g$")
    for tip, name, colour in zip(tips, ("stiff", "sloppy"), (PINK, GREEN)):
        ax.plot([-tip[0], tip[0]], [-tip[1], tip[1]], color=colour, linestyle="-", linewidth=1.4, label=name)
    ax.plot(0, 0, "o", color=INK, markersize=4)
    ax.set(xlabel=r"$\Delta\log\theta_1\,/\sqrt{\epsilon}$", ylabel=r"$\Delta\log\theta_2\,/\sqrt{\epsilon}$", aspect="equal")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=9)
    rim = (quadratic > 0.9) & (quadratic <= 1)
    ratios = true[rim] / quadratic[rim]
    return Picture(
        fig,
        f"Along the rim of the ellipse the exact distance is {ratios.min():.2f} to {ratios.max():.2f} times the metric's.",
    )


def sloppy_spectra(families):
    """Eigenvalues relative to the largest, a column a model."""
    fig, ax = canvas(width=6.4, height=3.8)
    for column, (_, values) in enumerate(families.items()):
        relative = values / values[0]
        ax.plot(np.full(len(values), column), relative, "_", color=COLOURS[column % 4], markersize=26, linestyle="none")
    ax.set(yscale="log", ylabel=r"$\lambda/\lambda_1$", ylim=(1e-13, 3), xlim=(-0.6, len(families) - 0.4))
    ax.set_xticks(range(len(families)), list(families), fontsize=9)
    ax.set_yticks([1, 1e-4, 1e-8, 1e-12])
    ax.grid(False, axis="x")
    return Picture(
        fig,
        "Columns of eigenvalues on a log scale, spaced roughly evenly over many decades for exponentials, polynomials and "
        "the trained network; those of a random matrix stay together at the top.",
    )


def network_spectra(metric, hessian, negative, inputs):
    """Eigenvalues of the Fisher information, the Hessian and the input correlation of a trained network."""
    fig, ax = canvas(width=5.6, height=3.6)
    for values, label, colour, style in (
        (metric, "Fisher information", ORANGE, "-"),
        (hessian, "Hessian, positive", GREEN, "--"),
        (negative, "Hessian, minus negative", PINK, ":"),
        (inputs, "input correlation", BLUE, "-."),
    ):
        ax.semilogy(np.arange(1, len(values) + 1), values, color=colour, linestyle=style, label=label)
    ax.set(xlabel="index", ylabel=r"eigenvalue $\lambda$", xlim=(0, None), ylim=(metric[0] * 1e-12, None))
    ax.set_yticks([1e-12, 1e-8, 1e-4, 1])
    ax.legend(fontsize=9)
    return Picture(
        fig,
        "Eigenvalues of a network trained on digits, on a logarithmic scale. All three spectra fall steeply; the Fisher "
        "information falls by more than eight decades, and the Hessian also has many small negative eigenvalues.",
    )


def determinants(sizes, rates):
    """log det / n(n-1) of Vandermonde matrices against the printed log ε and the limit log ε - 3/2."""
    fig, ax = canvas(width=5.2, height=3.4)
    for (ε, values), colour, marker in zip(rates.items(), (BLUE, ORANGE), "os"):
        ax.plot(sizes, values, marker, color=colour, linestyle="-", label=rf"$\epsilon = {ε:g}$")
        ax.axhline(np.log(ε), color=colour, linestyle="--", linewidth=1)
        ax.axhline(np.log(ε) - 1.5, color=colour, linestyle=":", linewidth=1)
    ax.set(xlabel="points $n$", ylabel=r"$\log\det g \,/\, n(n-1)$", xscale="log")
    ax.legend(loc="center right", fontsize=9)
    return Picture(
        fig,
        "The logarithm of the determinant divided by n(n-1) falls away from the printed value log epsilon (dashed) and "
        "approaches log epsilon minus three halves (dotted).",
    )


def slow_and_good_enough(times, left, excess, conditions, steps):
    """Left, the error left in each direction and the excess cost; right, steps against the condition number."""
    fig, (first, second) = canvas(1, 2, height=3.4)
    for k in range(left.shape[1]):
        label = "weights, a line a direction" if k == 0 else None
        first.loglog(times, np.maximum(left[:, k], 1e-9), color=BLUE, linestyle="-", linewidth=1, label=label)
    first.loglog(times, excess / excess[0], color=ORANGE, linestyle="--", linewidth=2.6, label="excess cost")
    first.set(xlabel="time $t$", ylabel="share left", ylim=(1e-5, 2))
    for name, colour, style in (("plain", BLUE, "o-"), ("momentum", ORANGE, "s--")):
        second.loglog(conditions, steps[name], style, color=colour, label=name)
    second.set(xlabel=r"condition number $\kappa$", ylabel="steps")
    first.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, columnspacing=1.0)
    second.legend(fontsize=9)
    return Picture(
        fig,
        "Left, the excess cost of gradient flow falls by orders of magnitude while the error in most directions of weight space "
        "has not moved. Right, the steps of gradient descent grow like the condition number, with momentum like its root.",
    )


def estimates(fits, truth, ring, line_label):
    """Estimates from many data sets and the ellipse of the Cramér–Rao bound."""
    fig, ax = canvas(width=4.8, height=3.6)
    ax.plot(*fits.T, ".", color=SKY, markersize=3, alpha=0.8, linestyle="none", label="estimates", rasterized=True)
    ax.plot(*ring.T, color=ORANGE, linestyle="--", linewidth=2.2, label=line_label)
    ax.plot(*truth, "*", color=PINK, markersize=12, linestyle="none", label="true rates")
    ax.set(xlabel=r"$\hat\theta_1$", ylabel=r"$\hat\theta_2$")
    ax.legend(fontsize=9)
    return Picture(fig, "A long tilted cloud of estimated rates, filled out by the ellipse that the Cramér–Rao bound predicts.")


def predictions(times, stds, observed, noise_std):
    """Standard deviation of the predictions against time, beside the noise."""
    fig, ax = canvas(width=5.2, height=3.3)
    ax.semilogy(times, stds, color=BLUE, linestyle="-", label="prediction")
    ax.axhline(noise_std, color=ORANGE, linestyle="--", label=r"noise $\sigma$")
    ax.axvspan(*observed, color=GRID, alpha=0.5, linewidth=0, label="data")
    ax.set(xlabel="time $t$", ylabel="standard deviation")
    ax.legend(fontsize=9)
    return Picture(
        fig,
        "The uncertainty of the predictions of six exponentials stays below the noise wherever there are data, rises beyond "
        "their end to a few times its least value, and falls off as the exponentials die out.",
    )


def certificates(sizes, accuracy, bounds):
    """Left, accuracy after training in k stiff, random or sloppy directions; right, the bound and its two parts."""
    fig, (left, right) = canvas(1, 2, height=3.4)
    for (name, values), colour, style in zip(accuracy.items(), (BLUE, GOLD, ORANGE), ("o-", "^-.", "s--")):
        left.plot(sizes, values, style, color=colour, label=name)
    left.set(xlabel="directions $k$", ylabel="test accuracy", ylim=(0, 1))
    for (name, values), colour, style in zip(bounds.items(), (PINK, BLUE, ORANGE), ("o-", "s--", "^:")):
        right.plot(sizes, values, style, color=colour, label=name)
    right.axhline(0.9, color=MUTED, linestyle="--", linewidth=1)
    right.set(xlabel="directions $k$", ylabel="error", ylim=(0, 1))
    left.legend(fontsize=9, loc="lower right")
    right.legend(fontsize=9, loc="upper right")
    return Picture(
        fig,
        "Left, test accuracy rises fast with the number of stiff or random directions, and late with sloppy ones. Right, the "
        "PAC-Bayes bound falls below 0.6, well below chance, and stays above the training and the test error.",
    )


def orbits(arcs, spectra):
    """Eigenvalues of the metric of an ellipse's parameters against the observed arc, elongated and nearly round."""
    fig, axes = canvas(1, 2, height=3.4, sharey=True)
    for ax, (name, values) in zip(axes, spectra.items()):
        for k, (colour, style) in enumerate(zip(COLOURS, ("-", "--", "-.", ":", (0, (5, 1, 1, 1))))):
            ax.loglog(arcs, values[:, k], color=colour, linestyle=style)
        ax.set(title=name, xlabel="observed arc in radians", xticks=[0.3, 1, 3, 6])
        ax.set_xticklabels(["0.3", "1", "3", "6"])
        ax.minorticks_off()
    axes[0].set(ylabel=r"eigenvalues of $g$")
    return Picture(
        fig,
        "Five eigenvalues of the metric fall as the observed arc gets shorter, the small ones fastest; for a nearly round "
        "orbit two of them are small even when the whole orbit is seen.",
    )
