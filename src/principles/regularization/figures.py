"""Pictures of Sections 7.1 and 7.2: risk, double descent, cross-validation, decay, priors. They draw computed results."""

import numpy as np
from matplotlib.patches import Ellipse

from principles.figures import BLUE, GREEN, GRID, INK, MUTED, ORANGE, PINK, Picture, Slider, canvas


def targets(panels, centre):
    """Darts of fitted models: predictions at two inputs, a dart a data set, with f* as the bull's eye.

    Args:
        panels: four pairs (title, darts of shape (datasets, 2)).
        centre: f* at the two inputs.
    """
    fig, axes = canvas(2, 2, height=6.6, sharex=True, sharey=True)
    for ax, (title, darts) in zip(axes.flat, panels):
        for radius in (0.4, 0.8, 1.2):
            ax.add_patch(Ellipse(centre, 2 * radius, 2 * radius, fill=False, edgecolor=MUTED, linewidth=0.8))
        ax.scatter(*darts.T, s=12, c=BLUE, alpha=0.6, linewidths=0, label=r"$f(\cdot\,; D)$")
        ax.scatter(*darts.mean(axis=0), s=70, c=ORANGE, marker="X", label=r"$\mathrm{E}_D f$", zorder=3)
        ax.scatter(*centre, s=70, c=INK, marker="+", label="$f^*$", zorder=4)
        ax.set_title(title)
        ax.set(aspect="equal", xlim=centre[0] + np.array([-1.6, 1.6]), ylim=centre[1] + np.array([-1.6, 1.6]))
        ax.grid(False)
        ax.locator_params(nbins=4)
    for ax in axes[1]:
        ax.set_xlabel("prediction at $x = 0.3$")
    for ax in axes[:, 0]:
        ax.set_ylabel("prediction at $x = 0.9$")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        "Four dart boards. Rigid models hit beside the centre, tightly with much data; flexible models scatter around the "
        "centre with little data and cluster on it with much.",
    )


def u_curve(x, truth, fits, curves, practice, bayes, *, shown):
    """Figure 7.1 with the fitted models beside it; the slider moves the capacity.

    Args:
        x, truth: inputs and f* there.
        fits: capacity to f(x; D), a row a data set.
        curves: name to a value for each capacity: squared bias, variance and their sum with the Bayes error.
        practice: the risks as measured (with standard errors).
        bayes: the Bayes error.
        shown: the capacity to begin with.
    """
    pictures = [_capacity(x, truth, f, p, list(fits), curves, practice, bayes) for p, f in fits.items()]
    return Slider(pictures, name="capacity", symbol="p", values=list(fits), shown=shown)


def _capacity(x, truth, f, capacity, p, curves, practice, bayes):
    fig, (left, right) = canvas(1, 2, height=4.2)
    left.plot(x, f[:6].T, color=BLUE, ls="-", lw=0.8)
    left.plot(x, f.mean(axis=0), color=ORANGE, ls="--", lw=2.2, label=r"$\mathrm{E}_D f$")
    left.plot(x, truth, color=INK, ls=":", label="$f^*$")
    left.set(xlabel="$x$", ylim=(-2.2, 2.2), title="six data sets, six models")
    left.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    for (name, values), colour, line in zip(curves.items(), (BLUE, ORANGE, GREEN), ("--", "-.", "-")):
        right.plot(p, values, color=colour, ls=line, label=name)
    right.axhline(bayes, color=MUTED, ls=":", label="Bayes error")
    right.errorbar(p, [m.value for m in practice], [3 * m.error for m in practice], color=INK, fmt="o", ms=3, label="measured")
    place = p.index(capacity)
    bias_squared, variance, risk = (values[place] for values in curves.values())
    right.plot(capacity, risk, "o", color=PINK, ms=10, mfc="none", mew=2)
    right.set(xlabel="capacity $p$", ylabel="squared error", ylim=(0, 0.76), title=f"risk {risk:.2f}")
    right.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    return Picture(
        fig,
        f"Squared bias {bias_squared:.3f}, variance {variance:.3f}, Bayes error {bayes:.3f}: risk {risk:.3f}.",
    )


def double_descent(curve, ridge, n):
    """Figure 7.2: training and test error through the interpolation threshold; right, what the test error is made of.

    Args:
        curve: least-norm fits (`double_descent.Curve`).
        ridge: the same with a penalty.
        n: samples.
    """
    fig, (left, right) = canvas(1, 2, height=4.8, sharex=True)
    logs = np.log10(curve.test)
    mean, error = logs.mean(axis=0), logs.std(axis=0, ddof=1) / np.sqrt(len(logs))
    span = [10**mean - 10 ** (mean - error), 10 ** (mean + error) - 10**mean]
    left.errorbar(curve.widths, 10**mean, span, color=ORANGE, fmt="-o", ms=4, capsize=2, label="test, least norm")
    left.plot(ridge.widths, ridge.test.mean(axis=0), color=GREEN, ls="--", label="test, weight decay")
    fitted = curve.train.mean(axis=0) > 1e-6
    left.plot(curve.widths[fitted], curve.train.mean(axis=0)[fitted], color=BLUE, ls="-.", label="training")
    away = np.abs(curve.widths - n) > 0.05 * n
    right.plot(curve.widths, curve.variance, color=ORANGE, ls="-", marker="o", ms=4, label="variance")
    right.plot(curve.widths[away], curve.rest[away], color=BLUE, ls="--", marker="s", ms=4, label="bias² + Bayes error")
    for ax in (left, right):
        ax.axvline(n, color=MUTED, ls=":", lw=1.2)
        ax.set(xscale="log", yscale="log", xlabel="features $p$", ylim=(0.02, 2000))
        ax.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2))
    left.set_ylabel("mean squared error")
    return Picture(
        fig,
        "Test error against the number of features: down, up to a sharp peak where features equal samples, and down again "
        "below the first minimum. The peak is all variance; with weight decay there is no peak.",
    )


def folds(parts, n):
    """Which samples each model of cross-validation trains on, and which judge it."""
    fig, ax = canvas(height=2.3)
    table = np.zeros((len(parts), n))
    for k, part in enumerate(parts):
        table[k, part] = 1
    ax.imshow(table, aspect="auto", cmap="cividis", vmin=-0.3, vmax=1.1, interpolation="none")
    ax.set(xlabel="sample", ylabel="model", yticks=range(len(parts)), yticklabels=range(1, len(parts) + 1))
    ax.set_xticks(np.arange(n + 1) - 0.5, labels=[], minor=True)
    ax.set_yticks(np.arange(len(parts) + 1) - 0.5, labels=[], minor=True)
    ax.grid(False)
    ax.grid(True, which="minor", color=GRID, lw=1)
    return Picture(
        fig, "Four rows of samples; in each row another quarter is held out (light), and every sample is held out exactly once."
    )


def validation_curve(alphas, scores, test):
    """Cross-validated error against the penalty, with its standard error, and the error on a test set.

    Args:
        alphas: penalties.
        scores: validation errors, shape (alphas, folds).
        test: test errors.
    """
    fig, ax = canvas()
    mean, error = scores.mean(axis=1), scores.std(axis=1, ddof=1) / np.sqrt(scores.shape[1])
    ax.errorbar(alphas, mean, error, color=BLUE, fmt="-o", capsize=2, label="cross-validation, ±1 s.e.")
    ax.plot(alphas, test, color=ORANGE, ls="--", marker="s", label="test set")
    best = mean.argmin()
    ax.plot(alphas[best], mean[best], "o", ms=13, mfc="none", mec=INK, label="chosen")
    ax.set(xscale="log", xlabel=r"penalty $\alpha$", ylabel="mean squared error")
    ax.legend()
    return Picture(
        fig,
        "Cross-validated and test error against the penalty of a ridge: both are bowls with their bottoms at about the same "
        "penalty.",
    )


def regimes(sizes, high_variance, high_bias, bayes):
    """Training and test error against the number of samples: a large model (left) and a small one (right).

    Args:
        sizes: numbers of samples.
        high_variance, high_bias: pairs of training and test errors.
        bayes: the Bayes error.
    """
    fig, axes = canvas(1, 2, height=3.6, sharey=True)
    for ax, (train, test), title in zip(axes, (high_variance, high_bias), ("high variance", "high bias")):
        ax.plot(sizes, test, color=ORANGE, ls="-", marker="o", label="test")
        ax.plot(sizes, train, color=BLUE, ls="--", marker="s", label="training")
        ax.axhline(bayes, color=MUTED, ls=":", label="Bayes error")
        ax.set(xscale="log", xlabel="samples $n$", ylim=(0, 1.0))
        ax.set_xticks([20, 50, 100, 200, 500], labels=["20", "50", "100", "200", "500"])
        ax.minorticks_off()
        ax.set_title(title)
    axes[0].set_ylabel("mean squared error")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        "Learning curves. Large model: training error low, test error high, the gap closes with more samples. "
        "Small model: both meet early, far above the Bayes error, and more samples do not help.",
    )


def spaces():
    """Figure 7.3: nested classes of models, the best of each, and what a penalty does."""
    fig, ax = canvas(height=3.2)
    for width, height, x, name in ((1.5, 0.9, 0, "$p = 2$"), (3.2, 1.7, 0.6, "$p = 5$"), (5.4, 2.6, 1.4, "$p = 20$")):
        ax.add_patch(Ellipse((x, 0), width, height, fill=False, edgecolor=MUTED, linewidth=1.3))
        ax.text(x, height / 2 - 0.17, name, ha="center", va="center", fontsize=10)
    ax.plot(4.75, 0.35, "*", color=INK, ms=13, linestyle="none")
    ax.text(4.75, 0.62, "$f^*$", ha="center")
    ax.plot(3.3, -0.75, "o", color=ORANGE, linestyle="none")
    ax.text(3.45, -0.98, r"fit, $\alpha = 0$", ha="left", color=ORANGE)
    path = np.array([[3.3, -0.75], [2.6, -0.35], [1.7, -0.12], [0.7, -0.02], [0.1, 0.0]])
    ax.plot(*path.T, color=ORANGE, ls="--", marker=".", ms=6)
    ax.text(0.05, -0.3, r"$\alpha \to \infty$", ha="center", color=ORANGE)
    ax.set(xlim=(-1.6, 5.2), ylim=(-1.45, 1.45), xticks=[], yticks=[])
    ax.grid(False)
    for side in ax.spines.values():
        side.set_visible(False)
    return Picture(
        fig,
        "Nested ellipses, classes of models with 2, 5 and 20 weights; the optimal model lies outside of them; growing weight "
        "decay leads the fit from the rim of the largest class to its centre.",
    )


def decay(alphas, paths, names, alpha, singular, factors):
    """Ridge weights against the penalty, and the factor by which each direction of the data is shrunk."""
    fig, (left, right) = canvas(1, 2, height=3.7)
    for path, name in zip(paths.T, names):
        left.plot(alphas, path, label=name, lw=1.4)
        if name in ("s1", "s2"):
            left.annotate(name, (alphas[0], path[0]), (0, {"s1": 4, "s2": -12}[name]), textcoords="offset points", fontsize=9)
    left.axhline(0, color=MUTED, lw=0.8, ls="-")
    left.set(xscale="log", xlabel=r"penalty $\alpha$", ylabel="weight $w_j$")
    right.plot(singular, factors, color=BLUE, ls="-", marker="o")
    right.set(
        xscale="log", xlabel="singular value $s$ of $X$", ylabel=r"$s^2/(s^2+\alpha)$", ylim=(0, 1.05),
        title=rf"$\alpha = {alpha:g}$",
    )  # fmt: skip
    right.set_xticks([2, 5, 10, 20, 40], labels=["2", "5", "10", "20", "40"])
    right.minorticks_off()
    return Picture(
        fig,
        "Left, ten ridge weights run to zero as the penalty grows; s1 and s2 begin large and of opposite sign. Right, "
        "directions with small singular values are shrunk most.",
    )


def priors(grid, rows):
    """Prior, likelihood and posterior of one weight for two priors.

    Args:
        grid: weights.
        rows: for each panel (title, prior, likelihood scaled to area one, posterior, MAP).
    """
    fig, axes = canvas(1, 2, height=3.7, sharey=True)
    for ax, (title, prior, likelihood, posterior, best) in zip(axes, rows):
        ax.plot(grid, prior, color=MUTED, ls=":", label="prior")
        ax.plot(grid, likelihood, color=BLUE, ls="--", label="likelihood (scaled)")
        ax.plot(grid, posterior, color=ORANGE, ls="-", label="posterior")
        ax.axvline(best, color=PINK, ls="-.", lw=1.4, label="MAP")
        ax.set(xlabel="weight $w$", yticks=[])
        ax.set_title(title)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=9)
    return Picture(
        fig,
        "With a Gaussian prior the posterior is a Gaussian between prior and likelihood; with a Laplace prior it has a kink "
        "at zero, and its maximum sits exactly there.",
    )
