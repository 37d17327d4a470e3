"""Pictures of Section 7.4: standardising, whitening, learning rates, buffers, relatives. They draw computed results."""

import numpy as np

from principles.figures import BLUE, GREEN, GRID, INK, MUTED, ORANGE, Picture, canvas


def whitening(raw, standardized, whitened):
    """Two features before (grey), after batch-normalisation and after whitening."""
    fig, axes = canvas(1, 2, height=3.4, sharex=True, sharey=True)
    for ax, points, colour, title in zip(axes, (standardized, whitened), (BLUE, ORANGE), ("batch-normalised", "whitened")):
        ax.scatter(*raw.T, s=6, c=MUTED, alpha=0.6, linewidths=0, label="input")
        ax.scatter(*points.T, s=6, c=colour, linewidths=0, label="output")
        ax.set(xlabel="feature 1", aspect="equal")
        ax.set_title(title)
        ax.legend(loc="upper left", markerscale=2)
    axes[0].set_ylabel("feature 2")
    return Picture(
        fig,
        "A tilted cloud of points. Batch-normalisation centres and scales it and it stays tilted; whitening makes it round.",
    )


def rates(values, plain, normalized, chance):
    """Loss at the end of training against the learning rate, without and with batch-normalisation; crosses diverged."""
    fig, ax = canvas(height=3.4)
    top = 3.0
    for losses, colour, ls, marker, name in (
        (plain, BLUE, "--", "s", "without batch norm"),
        (normalized, ORANGE, "-", "o", "with batch norm"),
    ):
        mean = losses.mean(axis=1)
        finite = np.isfinite(mean)
        ax.plot(np.asarray(values)[finite], mean[finite], color=colour, ls=ls, marker=marker, label=name)
        ax.plot(np.asarray(values)[~finite], np.full((~finite).sum(), top), color=colour, marker="x", ms=9, ls="none")
    ax.axhline(chance, color=MUTED, ls=":", label="guessing")
    ax.set(xscale="log", xlabel=r"learning rate $\eta$", ylabel="training loss at the end", ylim=(0, 3.2))
    ax.legend(fontsize=9)
    return Picture(
        fig,
        "Training loss after a short run against the learning rate: without batch-normalisation a narrow range of rates works; "
        "with it a tenfold larger rate works best, and the largest does not diverge.",
    )


def buffers(columns):
    """Variance, in evaluation, of every normalised feature, for several ways of settling the buffers.

    Args:
        columns: {name: variances}.
    """
    fig, ax = canvas(height=3.4)
    for k, ((_name, values), colour, marker) in enumerate(zip(columns.items(), (BLUE, ORANGE, GREEN), ("o", "s", "^"))):
        order = np.linspace(-0.25, 0.25, len(values))
        ax.plot(k + order, np.sort(values), marker, color=colour, ms=3.5, ls="none")
    ax.axhline(1, color=INK, ls=":", lw=1.2)
    ax.set_xticks(range(len(columns)), labels=list(columns))
    ax.set(ylabel=r"variance of $\hat h_j$ in evaluation", ylim=(0, 1.3))
    return Picture(
        fig,
        "Variances of 64 normalised features in evaluation. With buffers from training, or settled with dropout on, they lie "
        "near 0.6; settled with dropout off they are one.",
    )


def relatives(panels):
    """Which entries share statistics with the first entry, for four normalisations.

    Args:
        panels: pairs (title, table of shape (batch, channels, places)).
    """
    fig, axes = canvas(2, 2, height=4.6)
    for ax, (title, table) in zip(axes.flat, panels):
        n, c, places = table.shape
        ax.imshow(table.reshape(n, c * places), aspect="auto", cmap="cividis", vmin=-0.3, vmax=1.1, interpolation="none")
        ax.set_title(title)
        ax.set_xticks(np.arange(c) * places + (places - 1) / 2, labels=range(1, c + 1))
        ax.set_yticks(range(n), labels=range(1, n + 1))
        ax.set_xticks(np.arange(c + 1) * places - 0.5, labels=[], minor=True)
        ax.set_yticks(np.arange(n + 1) - 0.5, labels=[], minor=True)
        ax.grid(False)
        ax.grid(True, which="minor", color=GRID, lw=1)
        ax.tick_params(which="both", length=0)
    for ax in axes[:, 0]:
        ax.set_ylabel("sample")
    for ax in axes[1]:
        ax.set_xlabel("channel (each with 3 places)")
    return Picture(
        fig,
        "Entries that share statistics with the first one. Batch norm: its channel in all samples. Layer norm: all of its "
        "sample. Instance norm: its channel in its sample. Group norm: two channels in its sample.",
    )
