"""Pictures of Section 6.1: what augmentation does. They draw results that were computed elsewhere."""

import numpy as np

from principles.figures import BLUE, DIVERGING, GOLD, GREEN, INK, MUTED, ORANGE, SKY, Picture, canvas


def gallery(pictures):
    """One picture under each of the usual changes.

    Args:
        pictures: name -> grey picture.
    """
    fig, axes = canvas(3, 3, width=7.2, height=5.6)
    for ax, (name, picture) in zip(axes.flat, pictures.items()):
        _picture(ax, picture, name)
    return Picture(
        fig,
        "A photograph of a Chinese temple under eight changes: brighter, less contrast, partly hidden, noisy, with a black "
        "border, seen from the side, magnified, in black and white. It remains a temple in all of them.",
    )


def _picture(ax, picture, title, **options):
    options = {"cmap": "gray", "vmin": 0, "vmax": 1, "interpolation": "nearest"} | options
    ax.imshow(picture, **options)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title)
    ax.grid(False)


def jitter(x, y, copies_x, copies_y, curves, degrees, measured, expected):
    """Data, their jittered copies and the fitted curves; the factor left of each degree.

    Args:
        x, y: the samples.
        copies_x, copies_y: jittered copies.
        curves: label -> callable.
        degrees: degrees of the polynomial's parts.
        measured: share of each part that the fit keeps.
        expected: the same by theory, one for each degree.
    """
    fig, (left, right) = canvas(1, 2, height=3.7)
    left.plot(copies_x, copies_y, ".", color=SKY, ms=2, alpha=0.35, rasterized=True, ls="none")
    left.plot(x, y, ".", color=INK, ms=5, ls="none")
    across = np.linspace(-2.6, 2.6, 200)
    for (name, curve), colour, line in zip(curves.items(), (MUTED, GREEN, ORANGE), ((0, (1, 1)), "--", "-")):
        left.plot(across, curve(across), color=colour, ls=line, lw=2.2, label=name)
    left.set(xlabel="$x$", ylabel="$y$", xlim=(-2.6, 2.6), ylim=(-5.5, 5.5))
    right.plot(degrees, expected, color=INK, ls="--", marker="none", label="$(1+s^2)^{-k/2}$")
    right.plot(degrees, measured, color=ORANGE, ls="none", marker="o", ms=7, label="fitted to augmented data")
    right.set(xlabel="degree $k$", ylabel="share kept", ylim=(0, 1), xticks=list(degrees))
    left.legend(loc="upper left", fontsize=8.5)
    right.legend()
    return Picture(
        fig,
        "Left: a cubic through its samples, and the fit to jittered copies, which is nearly a straight line. Right: the share "
        "of each degree that survives the jitter falls geometrically with the degree, as theory says.",
    )


def plane(results):
    """Maps of p(1 | x) of networks trained without and with turned copies, for both tasks.

    Args:
        results: task -> what `plane.compare` returns.
    """
    fig, axes = canvas(2, 2, width=6.2, height=6.2)
    for row, result in zip(axes, results.values()):
        for ax, title, shown, error in zip(row, ("as they are", "with turned copies"), result["maps"], result["errors"]):
            ends = [-2, 2, -2, 2]
            ax.imshow(shown, cmap=DIVERGING, vmin=0, vmax=1, alpha=0.5, origin="lower", extent=ends, interpolation="none")
            for label, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
                points = result["X"][result["y"] == label]
                ax.plot(*points.T, marker=marker, color=colour, ls="none", ms=6, mec="white", mew=0.6)
            ax.set(title=f"{title}: {error:.0%} wrong", xticks=[-2, 0, 2], yticks=[-2, 0, 2], aspect="equal")
            ax.grid(False)
    for ax, name in zip(axes[:, 0], results):
        ax.set_ylabel(name)
    return Picture(
        fig,
        "Two tasks, rings and halves, learned from 24 points without and with turned copies. For rings the boundary becomes a "
        "circle; for halves the copies erase the boundary and the network is left guessing.",
    )


def cows(herds, errors):
    """Animals before their backgrounds, and the errors by place.

    Args:
        herds: place -> `Herd`.
        errors: training -> place -> error.
    """
    fig, axes = canvas(1, 2, width=7.6, height=3.5, gridspec_kw={"width_ratios": [1.15, 1]})
    tiles = [[h.pictures[np.flatnonzero(h.y == kind)[:2]] for kind in (0, 1)] for h in herds.values()]
    rows = [np.hstack([np.pad(tile, 1, constant_values=1) for pair in row for tile in pair]) for row in tiles]
    _picture(axes[0], np.vstack(rows), "two cows (3), two camels (8)")
    axes[0].set_yticks([4.5 + 10 * i for i in range(len(herds))], list(herds))
    place = np.arange(len(herds))
    for shift, (name, found), colour, hatch in zip((-0.19, 0.19), errors.items(), (BLUE, ORANGE), ("", "//")):
        values = [100 * found[p] for p in herds]
        bars = axes[1].bar(place + shift, values, 0.36, color=colour, hatch=hatch, edgecolor="white", label=name)
        axes[1].bar_label(bars, fmt="%.0f", fontsize=9)
    axes[1].set(xticks=place, xticklabels=list(herds), ylabel="held-out error, %")
    axes[1].legend(loc="upper right")
    axes[1].margins(y=0.35)
    return Picture(
        fig,
        "Threes and eights before pieces of two photographs. The plain classifier errs rarely at home and often abroad, where "
        "the backgrounds are exchanged; the one that saw new backgrounds errs about equally often everywhere.",
    )


def shifts(sizes, curves, widths, capacity):
    """Held-out error against the number of digits, and against the width of the network.

    Args:
        sizes: numbers of digits.
        curves: name -> errors, one a size.
        widths: of the hidden layer.
        capacity: name -> errors, one a width.
    """
    fig, (left, right) = canvas(1, 2, height=3.6)
    looks = zip((MUTED, GREEN, ORANGE), ("-", "--", "-."), "osD")
    looks = dict(zip(curves, looks))
    for ax, x, lines in ((left, sizes, curves), (right, widths, capacity)):
        for name, values in lines.items():
            colour, line, marker = looks[name]
            ax.plot(x, 100 * np.asarray(values), color=colour, ls=line, marker=marker, label=name)
        ax.set(xscale="log", xticks=x, xticklabels=x, ylim=(0, None))
        ax.minorticks_off()
    left.set(xlabel="number of digits $n$", ylabel="held-out error, %")
    right.set(xlabel="width of the hidden layer", title=f"$n$ = {sizes[-2]}")
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        "Copies moved by half a pixel lower the error, though less than twice as many digits would. Copies moved by a whole "
        "pixel raise it from 400 digits on; the wider the network, the less.",
    )


def flips(pictures, profiles):
    """A scene, its mirror image and its reflection in water, each with its brightness by row.

    Args:
        pictures: name -> grey picture.
        profiles: name -> mean brightness of each row.
    """
    fig, axes = canvas(2, 3, width=7.6, height=3.6, gridspec_kw={"height_ratios": [1.5, 1]})
    for ax, (name, picture) in zip(axes[0], pictures.items()):
        _picture(ax, picture, name)
    for ax, profile in zip(axes[1], profiles.values()):
        ax.plot(np.linspace(0, 1, len(profile)), profile, color=BLUE, ls="-")
        ax.set(ylim=(0, 1), yticks=[0, 1], xticks=[0, 1], xticklabels=["top", "bottom"])
    axes[1, 0].set_ylabel("brightness")
    return Picture(
        fig,
        "A temple, its mirror image, which could be another temple, and its reflection in water with the sky below. The mirror "
        "image keeps the brightness of every row; the water reverses the order of the rows.",
    )


def wrong(names, errors):
    """Held-out errors for each augmentation and each change of the test pictures.

    Args:
        names: of the changes.
        errors: a row an augmentation, a column a test.
    """
    fig, ax = canvas(width=5.6, height=4.4)
    ax.imshow(100 * errors, cmap="cividis_r", vmin=0, vmax=80)
    for (i, j), value in np.ndenumerate(100 * errors):
        ax.text(j, i, f"{value:.0f}", ha="center", va="center", color="white" if value > 45 else "black", fontsize=10)
    ax.set(xlabel="test pictures", ylabel="training copies")
    ax.set_xticks(range(len(names)), names, rotation=35, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(names)), names)
    ax.grid(False)
    return Picture(
        fig,
        "Held-out error in percent, a row a training augmentation, a column a change of the test digits. Errors are low on the "
        "diagonal; on unchanged digits, mirror images, water reflections and half turns cost several points.",
    )


def signals(errors):
    """Mean held-out errors on sounds by augmentation.

    Args:
        errors: name -> errors, one a seed.
    """
    fig, ax = canvas(width=5.2, height=2.6)
    means = [100 * values.mean() for values in errors.values()]
    bars = ax.barh(list(errors)[::-1], means[::-1], color=[GOLD, GREEN, GREEN, GREEN, MUTED], height=0.6)
    ax.bar_label(bars, fmt="%.0f", padding=3)
    ax.set(xlabel="held-out error, %", xlim=(0, 70))
    return Picture(
        fig,
        "Held-out error on forty-step signals: copies shifted in time lower it clearly, copies of other volume or with noise "
        "hardly change it, and copies played backwards do no harm.",
    )
