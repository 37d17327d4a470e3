"""Pictures of Chapter 8 from Section 8.5 on; every function draws what was computed elsewhere."""

import numpy as np

from principles.figures import BLUE, COLOURS, DIVERGING, GREEN, INK, LINES, MUTED, ORANGE, Picture, Slider, canvas

MARKERS = ["o", "s", "^", "D", "v", "P"]


def mean_only(x, truth, train, y):
    """A curve, noisy samples of it, and the constant that predicts their mean.

    Args:
        x, truth: the curve.
        train, y: the samples.
    """
    fig, ax = canvas()
    ax.plot(x, truth, color=ORANGE, ls="-", label="truth")
    ax.plot(train, y, ".", color=BLUE, ls="none", label="data")
    ax.axhline(y.mean(), color=GREEN, ls="--", label="mean of all targets")
    ax.set(xlabel="$x$", ylabel="$y$")
    ax.legend()
    return Picture(fig, "A rising wavy curve with noisy samples; the mean of all targets is a flat line that follows nothing.")


def kernels(x, raw, normalised, train):
    """Gaussian kernels at a few training inputs, before and after division by their sum (Figure 8.3).

    Args:
        x: test inputs.
        raw, normalised: (test, train) similarities.
        train: training inputs.
    """
    fig, axes = canvas(1, 2, height=3.0)
    for ax, values, title in zip(axes, (raw, normalised), ("kernels", "divided by their sum")):
        for bump, colour, line in zip(values.T, COLOURS, LINES):
            ax.plot(x, bump, color=colour, ls=line)
        ax.plot(train, np.zeros_like(train), "|", color=INK, ls="none", ms=9)
        ax.plot(x, values.sum(axis=1), color=MUTED, lw=1, ls=(0, (1, 1)))
        ax.set(xlabel="$x$", title=title)
    axes[0].set_ylabel("$k(x, x^i)$")
    return Picture(
        fig,
        "Left: Gaussian bumps whose sum varies. Right: after normalisation they share the line between them and "
        "sum to one everywhere.",
    )


def bandwidths(x, truth, train, y, fits, maps, *, shown):
    """A Nadaraya-Watson fit beside its attention map (Figure 8.4); the slider moves the bandwidth.

    Args:
        x, truth, train, y: the problem.
        fits: bandwidth to predictions at x.
        maps: bandwidth to the normalised kernel among the training inputs.
        shown: the bandwidth to begin with.
    """
    pictures = [_bandwidth(x, truth, train, y, fit, maps[width]) for width, fit in fits.items()]
    return Slider(pictures, name="bandwidth", symbol="σ", values=list(fits), shown=shown)


def _bandwidth(x, truth, train, y, fit, attention):
    fig, (left, right) = canvas(1, 2, height=3.1, gridspec_kw={"width_ratios": [1.5, 1]})
    error, most = np.sqrt(np.mean((fit - truth) ** 2)), attention.max()
    left.plot(x, truth, color=INK, lw=1, ls=":", label="truth")
    left.plot(train, y, ".", color=ORANGE, ls="none")
    left.plot(x, fit, color=BLUE, ls="-", label=r"$\hat y$")
    left.set(xlabel="$x$", ylabel="$y$", title=f"error {error:.2f}")
    left.legend(loc="upper left")
    right.imshow(attention, vmin=0, vmax=most, aspect="equal")
    right.grid(False)
    right.set(xticks=[], yticks=[], xlabel="$j$", ylabel="$i$", title=f"greatest weight {most:.2f}")
    return Picture(
        fig,
        f"The fit misses the truth by {error:.2f} on average; the greatest weight that a sample gives to one sample "
        f"is {most:.2f}.",
    )


def rates(n, errors):
    """Mean squared error against the number of samples, both on logarithmic axes.

    Args:
        n: sample sizes.
        errors: name to values.
    """
    fig, ax = canvas()
    for (name, values), colour, line, marker in zip(errors.items(), COLOURS, LINES, MARKERS):
        ax.loglog(n, values, color=colour, ls=line, marker=marker, label=name)
    ax.set(xlabel="$n$", ylabel=r"$\mathrm{E}\,(\hat y - f)^2$")
    ax.set_xticks(n, n)
    ax.minorticks_off()
    ax.legend()
    return Picture(
        fig,
        "With a fixed bandwidth the error stops falling; with a bandwidth that shrinks like n to the minus one "
        "fifth it keeps falling.",
    )


def positions(encoding, products):
    """The encoding as a picture, a row a time, and inner products of two encodings against their distance.

    Args:
        encoding: (T, d).
        products: inner product at lags 0, 1, ..., divided by d/2.
    """
    fig, (left, right) = canvas(1, 2, height=3.1)
    left.imshow(encoding, aspect="auto", cmap=DIVERGING, vmin=-1, vmax=1)
    left.grid(False)
    left.set(xlabel="feature", ylabel="position $t$", title=r"$\varphi(t)$")
    right.plot(np.arange(len(products)), products, color=BLUE)
    right.set(xlabel="distance $|t - s|$", ylabel=r"$\varphi(t)\cdot\varphi(s)\,/\,(d/2)$", title="near is similar")
    return Picture(
        fig,
        "Left: stripes of the position encoding, fast on the left and almost constant on the right. Right: the "
        "inner product falls with the distance.",
    )


def cost(lengths, counted, timed):
    """Operations counted and seconds measured against the length, for attention and an RNN.

    Args:
        lengths: T.
        counted, timed: name to values.
    """
    fig, (left, right) = canvas(1, 2, height=3.2)
    for ax, values, title in ((left, counted, "multiplications"), (right, timed, "seconds, one core")):
        for (name, series), colour, line, marker in zip(values.items(), (BLUE, ORANGE), LINES, MARKERS):
            artist = ax.loglog(lengths, series, color=colour, ls=line, marker=marker, label=name)[0]
            if ax is right:
                artist.set_gid("unstable")
        ax.set(xlabel="length $T$", title=title)
        ax.legend(fontsize=9)
    return Picture(
        fig,
        "Multiplications of attention bend from slope one to slope two as the sequence grows, those of an RNN keep "
        "slope one; measured times beside them.",
    )


def training(histories, baselines):
    """Training losses as perplexities, smoothed, with the n-gram perplexities on the same held-out text.

    Args:
        histories: name to the loss of every step.
        baselines: name to perplexity.
    """
    fig, ax = canvas(width=6.4, height=3.8)
    for (name, history), colour, line in zip(histories.items(), COLOURS, LINES):
        means = np.array(history)[: len(history) // 20 * 20].reshape(-1, 20).mean(axis=1)
        ax.semilogy(20 * np.arange(1, len(means) + 1), np.exp(means), color=colour, ls=line, label=name)
    for name, value in baselines.items():
        ax.axhline(value, color=MUTED, lw=1, ls=":")
        ax.annotate(name, (1.0, value), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=9)
    ax.set(xlabel="step", ylabel="perplexity")
    ax.set_yticks([3, 5, 10, 20, 30], [3, 5, 10, 20, 30])
    ax.minorticks_off()
    fig.legend(loc="outside upper center", ncols=3)
    return Picture(
        fig,
        "Training perplexities of the models fall within a few hundred steps below the bigram's line, towards the "
        "trigram's and beyond.",
    )


def similarity(matrix, hits, chance):
    """Inner products of held-out left and right halves, and the share of right halves found among the nearest k.

    Args:
        matrix: images by captions, sorted by class.
        hits: share found within the first k, k = 1, 2, ...
        chance: the same for guessing.
    """
    fig, (left, right) = canvas(1, 2, height=3.3)
    left.imshow(matrix, cmap=DIVERGING, vmin=-1, vmax=1, rasterized=True)
    left.grid(False)
    left.set(
        xlabel="right halves, by digit",
        ylabel="left halves, by digit",
        xticks=[],
        yticks=[],
        title=r"$\varphi(x^i)\cdot\varphi(c^j)$",
    )
    k = np.arange(1, len(hits) + 1)
    right.plot(k, hits, color=BLUE, ls="-", label="contrastive")
    right.plot(k, chance, color=ORANGE, ls="--", label="chance")
    right.set(xlabel="$k$", ylabel="own half within nearest $k$", ylim=(0, 1.02), title="retrieval")
    right.legend(loc="center right")
    return Picture(
        fig,
        "Left: similarities of held-out halves form blocks along the diagonal, a block a digit. Right: the own "
        "half is found far more often than by chance.",
    )


def inpainting(originals, masked, filled):
    """Images, the same with a patch hidden, and the same with the patch predicted.

    Args:
        originals, masked, filled: (n, 8, 8), NaN where hidden.
    """
    fig, axes = canvas(3, len(originals), width=7.2, height=3.4)
    for row, images, name in zip(axes, (originals, masked, filled), ("real", "masked", "filled")):
        for ax, image in zip(row, images):
            ax.imshow(image, vmin=0, vmax=1)
            ax.grid(False)
            ax.set(xticks=[], yticks=[])
        row[0].set_ylabel(name)
    return Picture(
        fig, "Held-out digits, the same with their lower right quarter hidden, and with that quarter predicted from the rest."
    )
