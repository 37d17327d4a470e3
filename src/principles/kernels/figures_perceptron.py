"""Pictures of Sections 3.1.1 and 3.1.2: margins, mistakes and how hard each sample was. Each draws computed results."""

import numpy as np

from principles.figures import BLUE, GOLD, GREEN, GRID, INK, MUTED, ORANGE, Picture, canvas


def classes(ax, X, y, *, size=18):
    """Scatter both classes, by colour and by marker."""
    for label, colour, marker, name in ((1, BLUE, "o", "$y=+1$"), (-1, ORANGE, "^", "$y=-1$")):
        ax.scatter(*X[y == label].T, s=size, c=colour, marker=marker, linewidths=0, label=name, zorder=3)


def margin_geometry(X, y, feet, margins, separator):
    """Samples, the boundary, and the perpendicular from each sample to its nearest boundary point.

    Args:
        X: inputs in the plane.
        y: labels, -1 or +1.
        feet: the boundary point nearest to each input.
        margins: ρ^i of each sample.
        separator: w*, normal to the boundary.
    """
    fig, ax = canvas(height=4.6)
    reach = max(np.abs(X).max(), np.abs(feet).max()) * 1.05
    along = np.array([-separator[1], separator[0]]) / np.linalg.norm(separator)
    ax.plot(*(np.outer([-2 * reach, 2 * reach], along)).T, color=INK, label="$w^{*\\top}x = 0$")
    closest = margins.argmin()
    for i, (x, foot) in enumerate(zip(X, feet)):
        ax.plot(
            *np.array([x, foot]).T,
            color=GOLD if i == closest else MUTED,
            ls="-" if i == closest else ":",
            lw=2.4 if i == closest else 1.3,
        )
    ax.plot([], [], color=MUTED, ls=":", label=r"$\rho^i$")
    ax.plot([], [], color=GOLD, lw=2.4, ls="-", label=r"$\rho = \min_i \rho^i$")
    classes(ax, X, y, size=34)
    normal = separator / np.linalg.norm(separator) * reach / 3
    ax.annotate("", xy=normal, xytext=(0, 0), arrowprops={"arrowstyle": "->", "color": GREEN, "lw": 2})
    ax.annotate("$w^*$", normal, xytext=(4, 0), textcoords="offset points", color=GREEN)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
    ax.locator_params(nbins=5)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        alt=(
            "Points of two classes on either side of a line through the origin; a perpendicular from each "
            "point meets the line at its nearest point, and the shortest perpendicular is the margin."
        ),
    )


def growth_laws(laws, bound):
    """The two laws along a run, and the cosine that they trap under 1.

    Args:
        laws: `margin.GrowthLaws`.
        bound: R²/ρ².
    """
    fig, (left, right) = canvas(1, 2)
    t = laws.updates
    left.plot(t, laws.norm_squared, color=BLUE, label=r"$\|w_t\|^2$")
    left.plot(t, laws.most_norm_squared, color=BLUE, ls=":", label="at most $tR^2$")
    left.plot(t, laws.projection, color=ORANGE, ls="-", label=r"$\langle w_t, w^*\rangle/\|w^*\|$")
    left.plot(t, laws.least_projection, color=ORANGE, ls=":", label=r"at least $t\rho$")
    left.set(xlabel="updates $t$", title="Two laws")
    left.legend()
    future = np.linspace(1, 1.1 * bound, 200)
    floor = laws.least_cosine[0] * np.sqrt(future)
    right.plot(t[1:], laws.cosine, color=GREEN, label=r"$\cos(w_t, w^*)$")
    right.plot(future, floor, color=GREEN, ls=":", label=r"at least $\sqrt{t}\,\rho/R$")
    right.axhline(1, color=MUTED, lw=1, ls="-")
    right.plot([bound], [1], "o", color=INK, ls="none", label=r"$t = R^2/\rho^2$")
    right.set(xlabel="updates $t$", ylim=(0, 1.1), title="What they force")
    right.legend(loc="lower right")
    return Picture(
        fig,
        alt=(
            "Along a real run the squared norm stays under its line and the projection above its line; the "
            "cosine stays above a square-root curve that reaches 1 at the mistake bound."
        ),
    )


def updates_by_dimension(dimensions, rooms, updates, bounds):
    """Updates against dimension for several margins, with the bound of each.

    Args:
        dimensions: of the data.
        rooms: least margins, for inputs of norm 1.
        updates: a row a margin, a column a dimension.
        bounds: R²/ρ² of each.
    """
    fig, ax = canvas(height=3.5)
    styles = zip((BLUE, ORANGE, GREEN), ("o", "s", "^"))
    for room, counts, bound, (colour, marker) in zip(rooms, updates, bounds.max(axis=1), styles):
        ax.plot(dimensions, counts, color=colour, ls="-", marker=marker, label=rf"$\rho={room:g}$")
        ax.axhline(bound, color=colour, ls="--", lw=1.2)
        ax.annotate(
            f"$R^2/\\rho^2={bound:.0f}$",
            (dimensions[-1], bound),
            xytext=(0, 3),
            ha="right",
            textcoords="offset points",
            color=colour,
        )
    ax.set(xscale="log", yscale="log", xlabel="dimension $d$", ylabel="updates", ylim=(0.8, 900))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return Picture(
        fig,
        alt=(
            "The number of updates against the dimension for three margins. Two updates are enough in the plane; "
            "from 5 to 100 dimensions the curves are nearly flat, beyond that they fall, and each stays under the bound "
            "of its margin."
        ),
    )


def updates_and_iterations(passes_when, sampled_when, n):
    """Updates against iterations for data met in turn and for data sampled with replacement.

    Args:
        passes_when: iteration of each update when every sample is met once a pass.
        sampled_when: the same when samples are drawn uniformly.
        n: R²/ρ².
    """
    fig, ax = canvas()
    for when, colour, ls, name in (
        (passes_when, BLUE, "-", "each sample in turn"),
        (sampled_when, ORANGE, "--", "drawn at random"),
    ):
        ax.step(np.r_[0, when], np.arange(len(when) + 1), where="post", color=colour, ls=ls, label=name)
    ax.axhline(n, color=MUTED, ls=":", label=r"$R^2/\rho^2$")
    ax.axvline(n, color=MUTED, ls=":")
    ax.set(xlabel="iterations", ylabel="updates")
    ax.legend(loc="lower right")
    return Picture(
        fig,
        alt=(
            "Both runs stop at 50 updates, the bound; the run in turn gets there after 50 iterations, the run "
            "that draws at random only after several times as many."
        ),
    )


def stream(when, bound, n):
    """Mistakes over a stream of fresh samples, and their rate.

    Args:
        when: the sample number of each mistake.
        bound: R²/ρ².
        n: length of the stream.
    """
    fig, (left, right) = canvas(1, 2)
    count = np.arange(1, len(when) + 1)
    left.step(np.r_[when, n], np.r_[count, count[-1]], where="post", color=BLUE, label="mistakes")
    left.axhline(bound, color=MUTED, ls="--", label=r"$R^2/\rho^2$")
    left.axvline(bound, color=GOLD, ls=":", label=r"sample $R^2/\rho^2$")
    left.set(xscale="log", xlabel="fresh samples seen", ylim=(0, 1.9 * bound), title="Mistakes")
    left.legend(loc="upper left")
    right.plot(when, count / when, color=BLUE, ls="-", label="mistakes / samples")
    right.plot([bound, n], [1, bound / n], color=MUTED, ls="--", label=r"$(R^2/\rho^2)$ / samples")
    right.set(xscale="log", yscale="log", xlabel="fresh samples seen", title="Their rate")
    right.legend(loc="lower left")
    return Picture(
        fig,
        alt=(
            "Mistakes over 20000 fresh samples level off well below the bound, but about half of them come "
            "after the first hundred samples; their rate falls under the bound divided by the number of "
            "samples."
        ),
    )


def hardest_and_easiest(images, alpha, labels):
    """Digits with the largest α above, digits that were never a mistake below.

    Args:
        images: (2, k, 8, 8).
        alpha: (2, k), mean mistake counts.
        labels: (2, k), the digits.
    """
    columns = images.shape[1]
    fig, axes = canvas(2, columns, height=2.9)
    for row in range(2):
        for ax, image, a, label in zip(axes[row], images[row], alpha[row], labels[row]):
            ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[], title=f"{label}:  α = {a:.1f}" if row == 0 else f"{label}:  α = 0")
            ax.title.set_size(9.5)
            ax.grid(False)
            for spine in ax.spines.values():
                spine.set(visible=True, color=GRID)
    return Picture(
        fig,
        alt=(
            "Above, the digits with the largest mistake counts: eights and nines with odd shapes. Below, "
            "digits that were never a mistake: clear ones."
        ),
    )


def difficulty(alpha, margins, rho):
    """Mean α of each sample against its margin under w*.

    Args:
        alpha: mean mistake counts.
        margins: ρ^i under the separator of largest margin.
        rho: the smallest of them.
    """
    fig, ax = canvas()
    ax.scatter(margins, alpha, s=14, c=BLUE, linewidths=0, label="a digit")
    ax.axvline(rho, color=MUTED, ls="--", label=r"$\rho = \min_i\rho^i$")
    ax.set(xlabel=r"margin $\rho^i$ under $w^*$", ylabel=r"mean $\alpha^i$")
    ax.legend()
    return Picture(
        fig,
        alt=(
            "The mistake count of each digit against its margin: the largest counts sit at the smallest "
            "margin, and far from the boundary the counts are near zero."
        ),
    )
