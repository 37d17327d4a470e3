"""Pictures of the chapter. Each draws computed results."""

from matplotlib.patches import FancyBboxPatch

from principles.figures import BLUE, COLOURS, DIVERGING, GREEN, INK, LINES, MUTED, ORANGE, SKY, Picture, Slider, canvas

MARKS = ["o", "s", "^", "D", "v", "P"]


def level_and_power(t, null, alternative, thresholds, *, shown):
    """Densities of the difference of means under both hypotheses, and the areas beyond a threshold; the slider moves it.

    Args:
        t: grid of the signed difference.
        null, alternative: densities on it.
        thresholds: level α to (t_α, power).
        shown: the level to begin with.
    """
    pictures = [_areas(t, null, alternative, level, *found) for level, found in thresholds.items()]
    return Slider(pictures, name="level", symbol="α", values=list(thresholds), shown=shown)


def _areas(t, null, alternative, level, threshold, power):
    fig, ax = canvas(height=3.7)
    ax.plot(t, null, color=BLUE, ls="-", label="$p = q$")
    ax.plot(t, alternative, color=ORANGE, ls="--", label="$p \\neq q$")
    for side in (t > threshold, t < -threshold):
        ax.fill_between(t[side], alternative[side], color=ORANGE, alpha=0.25, lw=0)
        ax.fill_between(t[side], null[side], color=BLUE, alpha=0.6, lw=0)
    for place in (-threshold, threshold):
        ax.axvline(place, color=INK, ls=":", lw=1.2)
    ax.set(xlabel="difference of the means", ylabel="density", ylim=(0, 1.1 * null.max()))
    ax.set_title(rf"$t_\alpha$ = {threshold:.2f}, power {power:.2f}")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return Picture(
        fig, f"Beyond plus and minus {threshold:.2f} lies {level:g} of the curve of no difference, and {power:.2f} of the other."
    )


def rejections(panels, exact, *, level):
    """Share of rejections against the size of a difference, with error bars, a line a test.

    Args:
        panels: (title, axis label, sizes, (name, list of Rate) of each test).
        exact: (sizes, power in closed form) for the first panel.
        level: α.
    """
    fig, axes = canvas(1, len(panels), height=4.0, sharey=True)
    for ax, (title, label, sizes, curves) in zip(axes, panels):
        for k, (name, rates) in enumerate(curves):
            share = [r.share for r in rates]
            ax.plot(sizes, share, color=COLOURS[k], ls=LINES[k], marker=MARKS[k], label=name)
            ax.errorbar(sizes, share, [2 * r.standard_error for r in rates], color=COLOURS[k], ls="none", capsize=3)
        ax.axhline(level, color=MUTED, ls=":", lw=1.2)
        ax.set(xlabel=label, title=title, ylim=(-0.03, 1.03), xticks=sizes)
    axes[0].plot(*exact, color=INK, ls=(0, (1, 1)), lw=1.2, label="exact, difference of means")
    axes[0].set_ylabel("share of rejections")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return Picture(
        fig,
        alt=(
            "When nothing differs, no test rejects in more than about five of a hundred cases. With a growing shift all rise, "
            "the difference of means fastest, the classifier slowest; with a growing spread the first stays at the level while "
            "the two others rise."
        ),
    )


def optimal_line(x, p, q, exact, fitted):
    """Two densities, the ideal discriminator and one fitted to samples.

    Args:
        x: grid.
        p, q: densities.
        exact, fitted: values of d.
    """
    fig, (left, right) = canvas(1, 2, height=3.6)
    left.plot(x, p, color=BLUE, ls="-", label="$p$, data")
    left.plot(x, q, color=ORANGE, ls="--", label="$q$, generated")
    left.set(xlabel="$x$", ylabel="density", title="Two laws")
    right.axhline(0.5, color=MUTED, ls=":", lw=1)
    right.plot(x, fitted, color=GREEN, ls="-", lw=3.4, alpha=0.5, label="$d_u$, fitted")
    right.plot(x, exact, color=INK, ls="--", lw=1.3, label="$p/(p+q)$")
    right.set(xlabel="$x$", ylabel="$d(x)$", ylim=(0, 1), title="Their discriminator")
    handles = [sum(pair, []) for pair in zip(left.get_legend_handles_labels(), right.get_legend_handles_labels())]
    fig.legend(*handles, loc="outside lower center", ncols=4)
    return Picture(
        fig,
        alt=(
            "Left, a narrow and a wide bell curve. Right, the fitted discriminator lies on the curve p over p plus q: above one "
            "half where the data's density is the larger, below it elsewhere."
        ),
    )


def maps(axis, exact, trained):
    """The ideal discriminator in the plane and a trained network.

    Args:
        axis: of the square grid.
        exact, trained: d on the grid, rows along the second coordinate.
    """
    fig, axes = canvas(1, 2, height=4.0, sharey=True)
    for ax, values, title in zip(axes, (exact, trained), ("$p/(p+q)$", "trained network")):
        image = ax.imshow(
            values, origin="lower", extent=(axis[0], axis[-1], axis[0], axis[-1]), cmap=DIVERGING, vmin=0, vmax=1,
            interpolation="none",
        )  # fmt: skip
        ax.set(title=title, xlabel="$x_1$")
        ax.grid(False)
    axes[0].set_ylabel("$x_2$")
    fig.colorbar(image, ax=axes, location="bottom", shrink=0.5, ticks=[0, 0.5, 1])
    return Picture(fig, alt="Eight spots of high value on a circle in both pictures: the trained network is close to the ideal.")


def schematic():
    """The parts of a GAN and what flows between them."""
    fig, ax = canvas(width=7.6, height=3.0)
    boxes = {
        "latent $z$": (0.8, 0.9, MUTED), "generator $g_v$": (3.0, 0.9, ORANGE), "data $x^i$": (3.0, 2.5, BLUE),
        "discriminator $d_u$": (6.2, 1.7, GREEN), "data or\ngenerated?": (9.0, 1.7, INK),
    }  # fmt: skip
    for text, (x, y, colour) in boxes.items():
        ax.add_patch(FancyBboxPatch((x - 0.85, y - 0.36), 1.7, 0.72, boxstyle="round,pad=0.06", fc="none", ec=colour, lw=1.8))
        ax.text(x, y, text, ha="center", va="center")
    arrow = {"arrowstyle": "-|>", "color": MUTED, "lw": 1.4}
    for start, end in (
        ((1.75, 0.9), (2.05, 0.9)),
        ((3.95, 0.9), (5.2, 1.5)),
        ((3.95, 2.5), (5.2, 1.9)),
        ((7.15, 1.7), (8.05, 1.7)),
    ):
        ax.annotate("", end, start, arrowprops=arrow)
    back = {"arrowstyle": "-|>", "color": ORANGE, "lw": 1.6, "ls": "--", "connectionstyle": "arc3,rad=-0.3"}
    ax.annotate("", (3.0, 0.45), (9.0, 1.25), arrowprops=back)
    ax.text(6.4, -0.5, "gradient through $d_u$ to $v$", ha="center", color=INK)
    ax.set(xlim=(-0.2, 10), ylim=(-0.7, 3.1), xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return Picture(
        fig,
        alt=(
            "A latent z enters the generator; its output and the data enter the discriminator, which says data or generated. "
            "The gradient returns through the discriminator to the generator's weights."
        ),
    )


def paths(values, axis, runs):
    """The saddle xy and the paths of gradient methods on it.

    Args:
        values: f on a grid, rows along y.
        axis: of the square grid.
        runs: (name, states) of each.
    """
    fig, ax = canvas(height=4.8, width=5.6)
    ax.contour(axis, axis, values, levels=9, cmap=DIVERGING, linewidths=0.9)
    for k, (name, states) in enumerate(runs):
        ax.plot(*states.T, color=COLOURS[k], ls=LINES[k], label=name)
    ax.plot(0, 0, color=INK, marker="+", ls="none", markersize=10)
    ax.plot(*runs[0][1][0], color=INK, marker="o", ls="none")
    ax.set(xlabel="$x$ (goes down)", ylabel="$y$ (goes up)", aspect="equal", xlim=axis[[0, -1]], ylim=axis[[0, -1]])
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return Picture(
        fig,
        alt=(
            "On the saddle xy simultaneous steps spiral out, alternating steps go round and round, "
            "and extragradient and consensus steps spiral into the centre."
        ),
    )


def saturation(a, printed, changed, distance, pulls):
    """The two generator terms against the logit, and the pull on a generator that is far off.

    Args:
        a: logits.
        printed, changed: log(1 - d) and -log d.
        distance: between the two means.
        pulls: size of the slope for the printed and the changed term.
    """
    fig, (left, right) = canvas(1, 2, height=3.8)
    left.plot(a, printed, color=BLUE, ls="-", label=r"$\log(1 - d)$, printed")
    left.plot(a, changed, color=ORANGE, ls="--", label=r"$-\log d$")
    left.set(xlabel="logit $a$ of a generated row", title="The generator's term")
    right.plot(distance, pulls[0], color=BLUE, ls="-")
    right.plot(distance, pulls[1], color=ORANGE, ls="--")
    right.set(yscale="log", xlabel="distance from the data", title="Pull on the generator")
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return Picture(
        fig,
        alt=(
            "Left, log(1-d) is flat at very negative logits, where a bad generator's rows lie, and -log d is steep there. "
            "Right, with growing distance the pull of the first dies out and that of the second grows."
        ),
    )


def scatter(panels, means, *, limit, alt):
    """Samples in the plane with the centres of the modes, four panels at most.

    Args:
        panels: (title, rows).
        means: centres.
        limit: half the width of the view.
        alt: the description.
    """
    rows = -(-len(panels) // 2)
    fig, axes = canvas(rows, 2, height=3.7 * rows, sharex=True, sharey=True, squeeze=False)
    for ax, (title, X) in zip(axes.ravel(), panels):
        ax.scatter(*X.T, s=5, color=SKY, alpha=0.6, rasterized=True, lw=0)
        ax.plot(*means.T, color=ORANGE, marker="x", ls="none", markersize=7)
        ax.set(title=title, aspect="equal", xlim=(-limit, limit), ylim=(-limit, limit))
    for ax in axes[-1]:
        ax.set_xlabel("$x_1$")
    for ax in axes[:, 0]:
        ax.set_ylabel("$x_2$")
    return Picture(fig, alt=alt)


def covered(runs, total):
    """How many modes are covered as training goes on, a line a seed.

    Args:
        runs: (name, steps, counts as seeds × moments) of each recipe.
        total: number of modes.
    """
    fig, ax = canvas(height=3.4)
    for k, (name, steps, counts) in enumerate(runs):
        for seed, row in enumerate(counts):
            label = None if seed else f"{name} steps, three seeds"
            ax.plot(steps, row, color=COLOURS[k], ls=LINES[k], marker=MARKS[k], lw=1.3, alpha=0.8, label=label)
    ax.axhline(total, color=MUTED, ls=":", lw=1.2)
    ax.set(xlabel="step", ylabel="modes covered", ylim=(-0.3, total + 0.5), yticks=range(0, total + 1, 2))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return Picture(
        fig,
        alt=(
            "With calm steps the number of covered modes climbs to eight and stays near it; with bold steps it climbs later, "
            "swings between three and eight, and differs from seed to seed."
        ),
    )
