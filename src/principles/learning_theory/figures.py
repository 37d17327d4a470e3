"""Pictures of Chapter 13. They draw results that were computed elsewhere."""

import numpy as np

from principles.figures import BLUE, COLOURS, GOLD, GREEN, INK, LINES, MUTED, ORANGE, PINK, SKY, Picture, Slider, canvas


def elimination(n, simulated, grid, exact, bound, needed, delta):
    """Failure rate of the elimination learner against the number of samples: exact, simulated, bounded."""
    fig, ax = canvas(width=6.4, height=3.8)
    ax.semilogx(grid, exact, "-", color=BLUE, label="exact")
    ax.semilogx(n, simulated, "o", color=BLUE, mfc="none", label="simulated")
    ax.semilogx(grid, np.minimum(bound, 1), "--", color=ORANGE, label=r"bound $d\,e^{-n\epsilon/d}$")
    ax.axhline(delta, color=MUTED, linestyle=":", linewidth=1.2)
    ax.text(n[0], delta + 0.02, r"$\delta$", color=INK)
    ax.plot(needed, delta, "s", color=ORANGE, markersize=7)
    ax.set(xlabel="samples $n$", ylabel=r"$P_D(R(f)\geq\epsilon)$", ylim=(-0.03, 1.06))
    ax.legend(loc="center left", bbox_to_anchor=(0.4, 0.5))
    return Picture(
        fig,
        "Failure rate against samples. The exact curve, with simulated points on it, falls from 1 to nearly 0 at 60 samples; "
        "the bound leaves 1 only after 600 and reaches the allowed level near 1200.",
    )


def bonferroni(partial, union, repeated):
    """Partial sums of inclusion-exclusion: converging for rare events, swinging widely for equal ones."""
    fig, axes = canvas(1, 2, height=3.3)
    for ax, values, truth, title in zip(axes, (partial, repeated), (union, 1.0), ("a dozen rare events", "ten times one event")):
        k = np.arange(1, len(values) + 1)
        ax.axhline(truth, color=MUTED, linestyle="--", linewidth=1.2, label=r"$P(\cup A_i)$")
        ax.plot(k, values, "-", color=MUTED, linewidth=1)
        ax.plot(k[::2], values[::2], "^", color=ORANGE, label="odd $k$: above")
        ax.plot(k[1::2], values[1::2], "v", color=BLUE, label="even $k$: below")
        ax.set(xlabel="terms $k$", xticks=k[::3])
        ax.set_title(title)
    axes[0].set_ylabel("partial sum")
    axes[0].legend(loc="upper right")
    return Picture(
        fig,
        "Two panels of partial sums against the number of terms. For rare events they close in on the union from above and "
        "below; for one event repeated ten times they swing beyond a hundred before they end at 1.",
    )


def tails(epsilons, panels, *, shown):
    """Exact binomial tails under their bounds; the slider moves the probability. panels: {p: {name: values}}."""
    pictures = [_tails(epsilons, curves) for curves in panels.values()]
    return Slider(pictures, name="probability", symbol="p", values=list(panels), shown=shown)


def _tails(epsilons, curves):
    fig, ax = canvas(height=4.3)
    styles = [(INK, "-"), (PINK, ":"), (ORANGE, "--"), (GREEN, "-."), (BLUE, (0, (5, 1, 1, 1)))]
    for (name, values), (colour, line) in zip(curves.items(), styles):
        ax.semilogy(epsilons, values, color=colour, linestyle=line, label=name, linewidth=2.4 if name == "exact" else 1.6)
    ax.set(xlabel=r"$\epsilon$", ylabel=r"$P(|\hat p-p|>\epsilon)$", ylim=(1e-7, 3))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    place = int(np.abs(epsilons - 0.1).argmin())
    told = ", ".join(f"{name} {values[place]:.1e}" for name, values in curves.items())
    return Picture(fig, f"Tail probabilities on a logarithmic axis; at a deviation of {epsilons[place]:.2f}: {told}.")


def laws(paths, p, epsilon, n, distances, berry_esseen):
    """Running means that settle at p, and the distance of their distribution from the normal one."""
    fig, (left, right) = canvas(1, 2, height=3.5)
    time = np.arange(1, paths.shape[1] + 1)
    shown = np.unique(np.geomspace(1, len(time), 200).astype(int))
    for number, path in enumerate(paths):
        left.semilogx(shown, path[shown - 1], "-", color=COLOURS[number % 6], linewidth=0.9, alpha=0.8)
    for edge in (p - epsilon, p + epsilon):
        left.axhline(edge, color=INK, linestyle="--", linewidth=1)
    left.set(xlabel="flips $n$", ylabel=r"$\hat p(n)$", ylim=(0, 1))
    left.set_title("law of large numbers")
    right.loglog(n, berry_esseen, "--", color=ORANGE, label="Berry-Esseen bound")
    right.loglog(n, distances, "o-", color=BLUE, label="distance from normal")
    right.set(xlabel="flips $n$", ylabel="distance")
    right.set_title("central limit theorem")
    right.legend(loc="lower left")
    return Picture(
        fig,
        "Left: eight running means of coin flips enter a band around p and stay in it. Right: the distance between the "
        "distribution of the standardised mean and the normal one falls like one over root n, just under the bound.",
    )


def norms(dimensions, samples):
    """The exercise in the margin: lengths of Gaussian vectors, minus √n, keep one width in every dimension."""
    fig, (left, right) = canvas(1, 2, height=3.4)
    edges = np.linspace(-3, 3, 31)
    for n, lengths, colour, line in zip(dimensions, samples, COLOURS, LINES):
        heights = np.histogram(lengths - np.sqrt(n), edges, density=True)[0]
        left.step(edges[:-1], heights, where="post", color=colour, linestyle=line, label=f"$n={n}$")
        right.plot(n, lengths.mean(), "o", color=colour)
        right.plot([n, n], np.quantile(lengths, [0.005, 0.995]), "-", color=colour)
    grid = np.geomspace(dimensions[0], dimensions[-1], 60)
    right.plot(grid, np.sqrt(grid), ":", color=INK, label=r"$\sqrt{n}$")
    left.set(xlabel=r"$\|Y\|-\sqrt{n}$", ylabel="density")
    left.legend(loc="upper right", fontsize=9)
    right.set(xlabel="$n$", ylabel=r"$\|Y\|$", xscale="log", yscale="log")
    right.legend(loc="upper left")
    return Picture(
        fig,
        "Left: densities of the length of a Gaussian vector minus root n, of one width for every dimension. Right: the "
        "lengths against n follow root n, with bars that look ever shorter on the log scale: a thin shell.",
    )


def uniform(n, one, every, single_bound, union_bound):
    """The deviation of one stump chosen in advance and the largest over the class, with their bounds."""
    fig, ax = canvas(width=6.2, height=3.9)
    ax.loglog(n, union_bound, "--", color=ORANGE, label=r"union bound, $\epsilon$ of (13.1)")
    ax.loglog(n, every, "o-", color=ORANGE, label=r"$\sup_f|\hat R(f)-R(f)|$")
    ax.loglog(n, single_bound, "--", color=BLUE, label="Hoeffding, one $f$")
    ax.loglog(n, one, "s-", color=BLUE, label=r"$|\hat R(f)-R(f)|$, one $f$")
    ax.set(xlabel="samples $n$", ylabel="95 % quantile")
    ax.set(xticks=n, xticklabels=[str(m) for m in n])
    ax.set_yticks([0.03, 0.05, 0.1, 0.2], ["0.03", "0.05", "0.1", "0.2"])
    ax.minorticks_off()
    fig.legend(loc="outside lower center", ncols=2)
    return Picture(
        fig,
        "Four falling lines of slope minus one half against the number of samples: the gap of one stump under Hoeffding's "
        "bound, and above them the largest gap over 2048 stumps under the union bound.",
    )


def half_planes(triangle, labellings, lines, forbidden):
    """Figure 13.1: eight labellings of three points with separating lines, and configurations with their forbidden one."""
    fig, axes = canvas(3, 4, height=6.4, width=7.6)
    for ax in axes.ravel():
        ax.set(xticks=[], yticks=[], aspect="equal")
        ax.grid(False)
    for ax, y, line in zip(axes.ravel(), labellings, lines):
        _points(ax, triangle, y)
        _line(ax, line)
        ax.set(xlim=(-0.7, 1.7), ylim=(-0.7, 1.7))
    for ax, (title, (X, y, point)) in zip(axes[2], forbidden.items()):
        _points(ax, X, y)
        for label, style in ((True, "-"), (False, "--")):
            hull = X[y == label]
            ax.plot(*np.vstack([hull, hull[:1]]).T, style, color=ORANGE if label else BLUE, linewidth=1)
        ax.plot(*np.round(point, 9), "x", color=INK, markersize=9, markeredgewidth=2)
        ax.set_title(title, fontsize=10)
        ax.margins(0.25)
    axes[2, 3].set_axis_off()
    return Picture(
        fig,
        "Eight small panels: three points with every labelling and a line that separates it. Below, three kinds of four points "
        "with the labelling that no line gives; the hulls of the two labels meet at a marked point.",
    )


def rectangles(four, boxes, five, box):
    """Four points in a diamond, all labellings cut out by boxes; five points, and the box around four of them."""
    fig, (left, right) = canvas(1, 2, height=3.7)
    for number, (low, high) in enumerate(boxes):
        _box(left, low, high, COLOURS[number % 6], LINES[number % 4])
    _points(left, four, np.ones(len(four), dtype=bool))
    left.set_title("four points: every pair")
    _box(right, *box, ORANGE, "-")
    _points(right, five, np.array([True, True, True, True, False]))
    right.set_title("five points: the box is full")
    for ax in (left, right):
        ax.set(xticks=[], yticks=[], aspect="equal", xlim=(-1.5, 1.5), ylim=(-1.5, 1.5))
        ax.grid(False)
    return Picture(
        fig,
        "Left: four points in a diamond, with a box around each pair of them that avoids the others. "
        "Right: a box through the leftmost, rightmost, highest and lowest of five points also holds the fifth.",
    )


def sines(x, y, w):
    """A sine that gives the points 1/2, 1/4, ... prescribed signs, over the logarithm of x."""
    fig, ax = canvas(width=6.8, height=3.0)
    grid = np.geomspace(x.min() / 1.5, 0.62, 6000)
    ax.semilogx(grid, np.sin(w * grid), "-", color=MUTED, linewidth=0.7, rasterized=True)
    ax.axhline(0, color=INK, linewidth=0.8, linestyle="-")
    ax.semilogx(x[y], np.sin(w * x[y]), "o", color=ORANGE, markersize=8, label="$y=+1$")
    ax.semilogx(x[~y], np.sin(w * x[~y]), "s", color=BLUE, markersize=8, label="$y=-1$")
    ax.set(xlabel="$x$", ylabel=r"$\sin(wx)$", yticks=[-1, 0, 1])
    ax.set_xticks(x, [f"$2^{{-{i}}}$" for i in range(1, len(x) + 1)])
    ax.minorticks_off()
    fig.legend(loc="outside upper center", ncols=2)
    return Picture(
        fig,
        "A fast sine over a logarithmic axis passes above zero at the points labelled plus and below zero at those labelled "
        "minus; one parameter, any labels.",
    )


def growth(n, counts, sauer):
    """Numbers of labellings against the number of points: measured, Sauer's bound, and 2^n."""
    fig, ax = canvas(width=6.4, height=4.1)
    ax.semilogy(n, 2.0**n, ":", color=INK, label="$2^n$")
    for (name, values), colour, marker in zip(counts.items(), (BLUE, ORANGE, GREEN, GOLD), "os^D"):
        ax.semilogy(n[: len(values)], values, marker, color=colour, mfc="none", label=name, linestyle="-", linewidth=1)
        ax.semilogy(n, sauer[name], "--", color=colour, linewidth=1.2)
    ax.set(xlabel="points $n$", ylabel="labellings", ylim=(1.5, 700), xticks=n[1::2])
    ax.legend(loc="upper left", fontsize=9)
    return Picture(
        fig,
        "Labellings against points, log scale: two to the n is a straight line; thresholds, intervals, half-planes and "
        "rectangles leave it at their dimension and bend below Sauer's dashed curves.",
    )


def vacuous(n, curves, gap, trivial=1.0):
    """Bounds on the excess risk of a trained network against n, the level at which they say nothing, and what is measured."""
    fig, ax = canvas(width=6.4, height=4.2)
    for (name, values), colour, line in zip(curves.items(), (ORANGE, PINK, BLUE, GREEN), ("-", "--", "-.", ":")):
        ax.loglog(n, values, linestyle=line, color=colour, label=name)
    ax.axhspan(trivial, 200, color=SKY, alpha=0.15, linewidth=0)
    ax.axhline(trivial, color=INK, linestyle="-", linewidth=1)
    ax.text(n[-1], 70, "says nothing", color=INK, ha="right")
    ax.plot(*gap, "*", color=INK, markersize=12, linestyle="none", label="measured gap")
    ax.set(xlabel="samples $n$", ylabel="bound", ylim=(0.005, 200))
    fig.legend(loc="outside lower center", ncols=2)
    return Picture(
        fig,
        "Bounds against the number of samples, log scales. Those that count weights stay above 1, where they say nothing, "
        "until tens of thousands of samples or more; the measured gap at 1000 samples is 0.02.",
    )


def _points(ax, X, y):
    ax.plot(*X[y].T, "o", color=ORANGE, markersize=8, linestyle="none")
    ax.plot(*X[~y].T, "s", color=BLUE, mfc="none", markersize=8, linestyle="none")


def _line(ax, line):
    *w, b = line
    if np.hypot(*w) < 1e-9:
        return
    foot, along = -b * np.array(w) / np.dot(w, w), np.array([-w[1], w[0]]) / np.hypot(*w)
    ax.plot(*np.array([foot - 4 * along, foot + 4 * along]).T, "-", color=INK, linewidth=1.2)


def _box(ax, low, high, colour, line):
    x, y = np.array([low[0], high[0], high[0], low[0], low[0]]), np.array([low[1], low[1], high[1], high[1], low[1]])
    ax.plot(x, y, linestyle=line, color=colour, linewidth=1.2)
