"""Pictures of the second half of the chapter: Mercer, random features, learned features."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from principles.figures import BLUE, COLOURS, DIVERGING, GREEN, INK, LINES, MUTED, ORANGE, Picture, canvas


def integral_forms(forms, suspects):
    """∬ k f f' for many functions f of norm one, a row a function k; `forms` and `suspects` by name."""
    fig, ax = canvas(1, 1, width=6.4, height=3.6)
    for row, (name, values) in enumerate(forms.items()):
        valid = suspects[name][1]
        colour, marker = (BLUE, "o") if valid else (ORANGE, "x")
        ax.scatter(
            values[:120],
            np.full(min(120, len(values)), row),
            s=14,
            c=colour,
            marker=marker,
            linewidths=0.9,
            alpha=0.6,
            rasterized=True,
        )
        ax.scatter([values.min()], [row], s=70, c=colour, marker="|", linewidths=2)
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_xscale("symlog", linthresh=0.1)
    ax.set_xticks([-10, -1, 0, 1, 10], ["-10", "-1", "0", "1", "10"])
    ax.set_yticks(range(len(forms)), list(forms))
    ax.invert_yaxis()
    ax.set_xlabel(r"$\iint k(x, x')\, f(x)\, f(x')\, dx\, dx'$")
    return Picture(
        fig,
        "Values of Mercer's integral for random functions, one row for each candidate kernel: dots of the true "
        "kernels all lie right of zero, crosses of the impostors spread to both sides, except for the tent, which "
        "is a kernel on the line.",
    )


def expansion(x, functions, eigenvalues, sampled, errors):
    """The first eigenfunctions, and the eigenvalues in closed form beside those of sampled Gram matrices."""
    fig, (left, right) = canvas(1, 2, height=3.1)
    for i, values in enumerate(functions.T):
        left.plot(x, values, color=COLOURS[i], linestyle=LINES[i], label=rf"$\phi_{i}$")
    left.set(xlabel="$x$", ylabel=r"$\phi_i(x)$")
    left.legend(ncols=2, loc="lower center")
    left.set_ylim(-3.2, 2.4)
    terms = np.arange(len(eigenvalues))
    right.plot(terms, eigenvalues, "-", color=BLUE, label="closed form")
    right.errorbar(terms, sampled, yerr=4 * errors, fmt="o", color=ORANGE, capsize=3, label="Gram matrix / n")
    right.set(yscale="log", xlabel="$i$", ylabel=r"$\lambda_i$")
    right.legend()
    return Picture(
        fig,
        "Left: the first four eigenfunctions of the Gaussian kernel, each with one more zero than the last. Right: "
        "its eigenvalues on a logarithmic axis fall on a straight line, and those of sampled Gram matrices lie on "
        "it.",
    )


def accuracies(names, means, errors):
    """Held-out accuracy, a bar a kernel, with standard errors."""
    fig, ax = canvas(1, 1, width=6.0, height=2.6)
    rows = np.arange(len(names))
    ax.barh(rows, means, color=[MUTED, BLUE, BLUE, ORANGE][: len(names)], height=0.6)
    ax.errorbar(means, rows, xerr=errors, fmt="none", ecolor=INK, capsize=3)
    ax.axvline(0.5, color=INK, linestyle=":", linewidth=1.2)
    ax.set_yticks(rows, names)
    ax.invert_yaxis()
    ax.set(xlabel="accuracy on words not seen (dotted: chance)", xlim=(0, 1))
    ax.grid(False, axis="y")
    return Picture(
        fig,
        "Bars of held-out accuracy at telling words from their scrambles: counting letters is at chance, common "
        "subsequences of two or three letters and edit similarity are far above it.",
    )


def kernel_as_sum(K, terms, estimates):
    """A kernel's heat map, two of the rank-one terms, and averages of more and more of them (`estimates` by their number)."""
    fig, axes = canvas(2, 3, width=7.2, height=5.0)
    images = [
        (K, r"$k(x^i, x^j)$"),
        (terms[0], r"$2\,\phi_1\phi_1^{\top}$"),
        (terms[1], r"$2\,\phi_2\phi_2^{\top}$"),
    ]
    images += [(estimate, f"average of {p}") for p, estimate in estimates.items()]
    for ax, (image, title) in zip(axes.flat, images):
        scale = 2 if title.startswith("$2") else 1
        ax.imshow(image, cmap=DIVERGING, vmin=-scale, vmax=scale, interpolation="nearest").set_rasterized(True)
        ax.set(xticks=[], yticks=[], title=title)
        ax.grid(False)
    return Picture(
        fig,
        "Heat maps. Top: a Gabor-like kernel with stripes along the diagonal, and two chequered matrices of rank "
        "one. Bottom: averages of 4, 64 and 4096 such matrices, the last one hard to tell from the kernel.",
    )


def error_rate(sizes, errors, slope):
    """Error of the estimated Gram matrix against the number of features, with the fitted slope."""
    fig, ax = canvas(1, 1)
    mean, spread = errors.mean(axis=1), errors.std(axis=1, ddof=1)
    ax.errorbar(sizes, mean, yerr=spread, fmt="o", color=BLUE, capsize=3, label="mean and spread of draws")
    ax.plot(sizes, mean[0] * np.sqrt(sizes[0] / np.asarray(sizes)), "--", color=ORANGE, label=r"$\propto 1/\sqrt{p}$")
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="random features $p$",
        ylabel="error of the kernel",
        title=f"fitted slope {slope:.2f}".replace("-", "−"),
    )
    ax.legend()
    return Picture(
        fig,
        "Error of the estimated kernel against the number of random features on logarithmic axes: a straight line "
        "of slope minus one half.",
    )


def against_exact(sizes, errors, exact):
    """Held-out error of the classifier on random features as p grows, against the exact kernel machine."""
    fig, ax = canvas(1, 1)
    ax.errorbar(
        sizes, errors.mean(axis=1), yerr=errors.std(axis=1, ddof=1), fmt="o-", color=BLUE, capsize=3, label="random features, SGD"
    )
    ax.axhline(exact, color=ORANGE, linestyle="--", label="exact kernel machine")
    ax.set(xscale="log", xlabel="random features $p$", ylabel="error on held-out digits", ylim=(0, None))
    ax.set_xticks(sizes, [str(p) for p in sizes])
    ax.minorticks_off()
    ax.legend()
    return Picture(
        fig,
        "Held-out error on digits falls from a quarter with 16 random features towards the error of the exact kernel "
        "machine with 1024.",
    )


def learned_against_random(sizes, tasks):
    """Held-out error of learned and of random features against p, a panel a task; `tasks` maps titles to results."""
    fig, axes = canvas(1, 2, height=3.1)
    for ax, (title, results) in zip(axes, tasks.items()):
        for k, (name, colour, style) in enumerate((("S learned", BLUE, "o-"), ("S random", ORANGE, "s--"))):
            values = results[:, :, k]
            ax.errorbar(
                sizes, values.mean(axis=1), yerr=values.std(axis=1, ddof=1), fmt=style, color=colour, capsize=3, label=name
            )
        ax.set(xscale="log", xlabel="features $p$", title=title, ylim=(0, 0.55))
        ax.set_xticks(sizes, [str(p) for p in sizes])
        ax.minorticks_off()
    axes[0].set_ylabel("held-out error")
    axes[1].legend()
    return Picture(
        fig,
        "Held-out error against the number of features in two tasks: learned features need a handful where random "
        "features need hundreds, and on the task with two relevant directions random features hardly get anywhere.",
    )


def segments(places, joint, linear):
    """The training loss along a straight line between two optima: of (w, S), and of w with S fixed."""
    fig, ax = canvas(1, 1)
    ax.plot(places, joint, "-", color=BLUE, label="$w$ and $S$: two renamed optima")
    ax.plot(places, linear, "--", color=ORANGE, label="$w$ alone")
    ax.plot(places[[0, -1]], joint[[0, -1]], "o", color=BLUE)
    ax.plot(places[[0, -1]], linear[[0, -1]], "s", color=ORANGE)
    ax.set(xlabel="place on the segment", ylabel="mean hinge loss", ylim=(-0.05, 1.9))
    ax.legend(loc="upper center")
    return Picture(
        fig,
        "Loss along two segments: with S learned there is a high ridge between two networks that compute the same "
        "function; with S fixed the curve sags below the chord.",
    )


def fruit(picture, boxes, sizes, results):
    """A picture with a fruit and a few random boxes; detection error with random and with selected boxes."""
    fig, (left, right) = canvas(1, 2, height=3.2)
    left.imshow(picture, cmap=ListedColormap(["#e8ebe4", ORANGE]), interpolation="nearest").set_rasterized(True)
    for i, j, k, l in boxes:
        left.add_patch(Rectangle((j - 0.5, i - 0.5), l - j, k - i, fill=False, edgecolor=BLUE, linewidth=1.2))
    left.set(xticks=[0, 50, 99], yticks=[0, 50, 99], title="a fruit and twelve random boxes")
    left.grid(False)
    for name, values, colour, style in (("random", results[:, :, 0], ORANGE, "s--"), ("selected", results[:, :, 1], GREEN, "o-")):
        right.errorbar(
            sizes, values.mean(axis=1), yerr=values.std(axis=1, ddof=1), fmt=style, color=colour, capsize=3, label=name
        )
    right.set(xscale="log", xlabel="boxes $p$", ylabel="held-out error", ylim=(0, 0.55))
    right.set_xticks(sizes, [str(p) for p in sizes])
    right.minorticks_off()
    right.legend()
    return Picture(
        fig,
        "Left: a small red disc in a 100 by 100 picture and twelve random boxes, none of which matches it. Right: "
        "held-out error against the number of boxes; boxes selected on training pictures need several times fewer "
        "than random ones.",
    )


def by_dimension(dimensions, results):
    """Held-out error at a fixed number of features against the dimension of the inputs."""
    fig, ax = canvas(1, 1)
    for k, (name, colour, style) in enumerate((("S learned", BLUE, "o-"), ("S random", ORANGE, "s--"))):
        values = results[:, :, k]
        ax.errorbar(
            dimensions, values.mean(axis=1), yerr=values.std(axis=1, ddof=1), fmt=style, color=colour, capsize=3, label=name
        )
    ax.set_xticks(dimensions, [str(d) for d in dimensions])
    ax.set(xlabel="dimension $d$ of the inputs", ylabel="held-out error", ylim=(0, 0.55))
    ax.legend()
    return Picture(
        fig,
        "Held-out error with 64 features against the dimension of the inputs: with random features it climbs "
        "towards chance, with learned ones it stays low.",
    )
