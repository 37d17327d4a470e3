"""Pictures of Section 6.2: losses, and the models that minimise them. They draw results that were computed elsewhere."""

import numpy as np

from principles.figures import BLUE, COLOURS, GREEN, INK, LINES, MUTED, ORANGE, PINK, Picture, Slider, canvas

LOOKS = dict(zip(("squared", "Huber", "absolute", "quantile"), ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PINK, ":"))))


def regression(errors, values, slopes):
    """Losses and their slopes against how much too large the prediction is.

    Args:
        errors: f(x; w) - y.
        values, slopes: name -> numbers at each error.
    """
    fig, axes = canvas(1, 2, height=3.5)
    for ax, lines, label in zip(axes, (values, slopes), ("loss", "slope in the prediction")):
        for name, line in lines.items():
            colour, style = LOOKS[name.split(",")[0]]
            ax.plot(errors, line, color=colour, ls=style, label=name)
        ax.set(xlabel="$f(x; w) - y$", ylabel=label)
    axes[0].set_ylim(-0.1, 4)
    axes[1].set_ylim(-2.5, 2.5)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return Picture(
        fig,
        "The squared loss and its slope grow without limit. The slopes of the Huber, absolute and quantile loss are bounded; "
        "that of the quantile loss differs on the two sides.",
    )


def outlier(places, found, targets):
    """Where each loss puts a constant prediction as one target moves away.

    Args:
        places: of the moving target.
        found: name -> minimisers.
        targets: the other targets.
    """
    fig, ax = canvas(height=3.3)
    for name, values in found.items():
        ax.plot(places, values, color=LOOKS[name][0], ls=LOOKS[name][1], label=name)
    ax.plot(np.zeros(len(targets)) + places[0], targets, "_", color=MUTED, ms=10, ls="none", label="other targets")
    ax.set(xlabel="place of the outlier", ylabel="best constant")
    ax.legend(loc="lower right")
    return Picture(
        fig,
        "The best constant against the place of one outlier among eight other targets: for the squared loss it follows the "
        "outlier along a straight line, for the Huber and absolute loss it stops early.",
    )


def lines(A, y, fits, truth):
    """Samples with outliers and the line of each loss.

    Args:
        A: design (1, x).
        y: targets.
        fits: name -> (bias, slope).
        truth: (bias, slope).
    """
    fig, ax = canvas(height=3.4)
    ax.plot(A[:, 1], y, "o", color=MUTED, ms=3.5, ls="none")
    ends = A[[0, -1]]
    ax.plot(ends[:, 1], ends @ truth, color=INK, ls=":", lw=1.2, label="truth")
    for name, w in fits.items():
        ax.plot(ends[:, 1], ends @ w, color=LOOKS[name][0], ls=LOOKS[name][1], label=name)
    ax.set(xlabel="$x$", ylabel="$y$")
    ax.legend(fontsize=9)
    return Picture(
        fig,
        "A rising line of samples with a clump of outliers far below at its right end: the squared loss bends its line down to "
        "them, the Huber and the absolute loss stay close to the truth.",
    )


def quantiles(panels, ylabels):
    """Quantile lines on two data sets.

    Args:
        panels: (x, y, name -> (bias, slope)) for each panel.
        ylabels: (xlabel, ylabel) for each panel.
    """
    fig, axes = canvas(1, 2, height=3.7)
    for ax, (x, y, fits), (xlabel, ylabel) in zip(axes, panels, ylabels):
        ax.plot(x, y, ".", color=MUTED, ms=3, ls="none", alpha=0.7)
        ends = np.array([x.min(), x.max()])
        for (name, (bias, slope)), colour, style in zip(fits.items(), COLOURS, LINES):
            ax.plot(ends, bias + slope * ends, color=colour, ls=style, label=name)
        ax.set(xlabel=xlabel, ylabel=ylabel)
        ax.locator_params(nbins=4)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        "Lines of the quantiles 0.25, 0.5 and 0.75 fan out with the spread of the data, on an artificial cloud and on the food "
        "expenditure of Belgian households.",
    )


def subsets(sizes, greedy, best, penalties, weights, features):
    """Residuals against the number of variables, and the weights of the lasso against its penalty.

    Args:
        sizes: numbers of variables.
        greedy, best: mean squared residual of forward selection and of the best subset.
        penalties: λ.
        weights: a row a penalty.
        features: names.
    """
    fig, (left, right) = canvas(1, 2, height=3.9)
    left.plot(sizes, np.sqrt(greedy), color=BLUE, ls="-", marker="o", label="forward = backward")
    left.plot(sizes, np.sqrt(best), color=ORANGE, ls="none", marker="+", ms=10, mew=2, label="best of all subsets")
    left.set(xlabel="number of variables", ylabel="root mean squared residual")
    left.legend()
    shown = np.argsort(-np.abs(weights[-1]))[:6]
    for j, colour, style in zip(shown, COLOURS, LINES):
        right.plot(penalties, weights[:, j], color=colour, ls=style, label=features[j])
    right.plot(penalties, np.delete(weights, shown, axis=1), color=MUTED, ls="-", lw=0.7)
    right.set(xscale="log", xlabel=r"penalty $\lambda$", ylabel="weight")
    right.invert_xaxis()
    right.legend(fontsize=8.5, ncols=2)
    return Picture(
        fig,
        "Left: residuals fall steeply with the first three variables and hardly after the sixth; greedy selection equals the "
        "best subset at all sizes but five. Right: lasso weights leave zero one after another as the penalty falls.",
    )


def importance(features, linear, kernel, noise):
    """Growth of the mean squared residual without each variable.

    Args:
        features: names.
        linear: of the linear model, on its training data.
        kernel: of kernel ridge regression, on held-out data.
        noise: what a variable of pure noise would score in the linear model.
    """
    fig, ax = canvas(width=6.2, height=3.4)
    at = np.arange(len(features))
    ax.bar(at - 0.2, linear, 0.38, color=BLUE, label="linear, training data")
    ax.bar(at + 0.2, kernel, 0.38, color=ORANGE, hatch="//", edgecolor="white", label="kernel, held-out data")
    ax.axhline(noise, color=INK, ls=":", lw=1.2, label="a variable of noise")
    ax.set(xticks=at, xticklabels=features, ylabel="growth of the mean square without it")
    ax.legend()
    return Picture(
        fig,
        "Body mass index, blood pressure, s5 and sex matter in a linear and in a kernel model; several variables score no more "
        "than noise would.",
    )


def temperature(logits, p, entropies, *, shown):
    """Softmax of the same logits; the slider moves the temperature.

    Args:
        logits: five numbers.
        p: temperature to probabilities.
        entropies: of each, in nats.
        shown: the temperature to begin with.
    """
    pictures = [_temperature(logits, row, entropy) for row, entropy in zip(p.values(), entropies)]
    return Slider(pictures, name="temperature", symbol="T", values=list(p), shown=shown)


def _temperature(logits, p, entropy):
    fig, ax = canvas(height=2.9)
    ax.bar(range(len(p)), p, color=BLUE, width=0.7)
    ax.axhline(1 / len(p), color=MUTED, lw=1, ls=":")
    for place, value in enumerate(p):
        ax.text(place, value + 0.03, f"{value:.2f}", ha="center")
    ax.set(xticks=range(len(p)), xticklabels=[f"{v:g}".replace("-", "−") for v in logits], xlabel=r"logit $\hat y_k$")
    ax.set(ylabel="$p(k|x)$", ylim=(0, 1.12), yticks=[0, 0.5, 1], title=f"entropy {entropy:.2f}")
    return Picture(fig, f"Probabilities {', '.join(f'{value:.2f}' for value in p)}, entropy {entropy:.2f}.")


def lead(times, runs, limit, formula):
    """By how much the true logit leads, over time.

    Args:
        times: of the descent.
        runs: name -> leads.
        limit: of the smoothed loss.
        formula: (times, leads) in closed form.
    """
    fig, ax = canvas(height=3.3)
    for (name, values), colour, style in zip(runs.items(), (BLUE, ORANGE), ("-", "--")):
        ax.plot(times[1:], values[1:], color=colour, ls=style, label=name)
    ax.plot(*formula, "o", color=INK, ms=4, ls="none", label="closed form")
    ax.axhline(limit, color=MUTED, ls=":", label=r"$\log((m-1)(1-\epsilon)/\epsilon)$")
    ax.set(xscale="log", xlabel="time (steps × step length)", ylabel=r"lead $\hat y_y - \hat y_k$")
    ax.legend()
    return Picture(
        fig,
        "Under the plain cross-entropy the true logit's lead grows for ever like the logarithm of time; under the smoothed one "
        "it levels off at the value of the formula.",
    )


def crowd(pictures, titles, thresholds, found, known):
    """Pictures with several digits, and how often the whole set of answers is right.

    Args:
        pictures: 8 × 24 each.
        titles: what each holds.
        thresholds: on the scores.
        found: name -> shares, one a threshold.
        known: name -> share when the number of digits is known.
    """
    fig, axes = canvas(1, 2, width=7.6, height=4.1, gridspec_kw={"width_ratios": [0.8, 1]})
    stack = np.vstack([np.pad(p, ((1, 1), (0, 0))) for p in pictures])
    axes[0].imshow(stack, cmap="gray_r", interpolation="nearest")
    axes[0].set(xticks=[], title="one, two or three digits")
    axes[0].set_yticks([4.5 + 10 * i for i in range(len(pictures))], titles)
    axes[0].grid(False)
    for (name, values), colour, style in zip(found.items(), (BLUE, ORANGE), ("-", "--")):
        axes[1].plot(thresholds, 100 * np.asarray(values), color=colour, ls=style, label=f"{name}, threshold")
        axes[1].axhline(100 * known[name], color=colour, ls=":" if style == "--" else "-.", lw=1.2, label=f"{name}, number known")
    axes[1].set(xlabel="threshold", ylabel="all answers right, %", ylim=(0, 105), xticks=[0, 0.5, 1])
    fig.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=9.5)
    return Picture(
        fig,
        "Pictures with one to three digits. Told how many digits there are, both losses find nearly the same sets. Not told, "
        "independent answers with a threshold of one half are far better than any threshold on a softmax.",
    )
