"""Pictures of Chapter 8 up to the memory task; every function draws what was computed elsewhere."""

import numpy as np

from principles.figures import BLUE, COLOURS, GREEN, INK, LINES, MUTED, ORANGE, PINK, SKY, Picture, Slider, canvas

MARKERS = ["o", "s", "^", "D", "v", "P"]


def nile(years, flow, filtered, smoothed):
    """The series with the filtered and the smoothed level, two standard deviations around the latter.

    Args:
        years, flow: the data.
        filtered: from `kalman.run`.
        smoothed: means and variances from `kalman.smooth`.
    """
    fig, ax = canvas(width=7.2, height=3.6)
    mean, half = smoothed[0], 2 * np.sqrt(smoothed[1])
    ax.fill_between(years, mean - half, mean + half, color=SKY, alpha=0.25, lw=0)
    ax.plot(years, flow, ".", color=MUTED, ls="none", label="$x_t$, annual flow")
    ax.plot(years, filtered.means, color=ORANGE, ls="--", label=r"filtered $\mu_t$")
    ax.plot(years, mean, color=BLUE, ls="-", label="smoothed, ± 2 std")
    ax.set(xlabel="year", ylabel="10⁸ m³")
    fig.legend(ncols=3, loc="outside upper center")
    return Picture(
        fig,
        "Nile flow from 1871 to 1970: the filtered level follows with a lag, the smoothed level falls around 1898 "
        "and lies inside a narrow band.",
    )


def gains(runs, limit):
    """The gain against time for several starts or series, and the value where it settles.

    Args:
        runs: name to `kalman.Filtered`.
        limit: the steady gain.
    """
    fig, ax = canvas()
    for (name, run), colour, line, marker in zip(runs.items(), COLOURS, LINES, MARKERS):
        ax.plot(np.arange(1, 21), run.gains[:20], color=colour, ls=line, marker=marker, ms=4, label=name)
    ax.axhline(limit, color=INK, lw=1, ls=":")
    ax.set(xlabel="$t$", ylabel="gain", xticks=[1, 5, 10, 15, 20])
    ax.legend()
    return Picture(
        fig, f"The Kalman gain from several starts falls or rises to the Riccati value {limit:.3f} within about fifteen steps."
    )


def ratios(years, flow, runs, weights, *, shown):
    """The filtered level, and the weight of each past year in the last estimate; the slider moves the noise ratio.

    Args:
        years, flow: the data.
        runs: noise ratio σ_ξ²/σ_ν² to `kalman.Filtered`.
        weights: noise ratio to the weights of the newest year, the one before, ...
        shown: the ratio to begin with.
    """
    pictures = [_ratio(years, flow, run, weights[ratio]) for ratio, run in runs.items()]
    return Slider(pictures, name="noise ratio", values=list(runs), shown=shown)


def _ratio(years, flow, run, weights):
    fig, (left, right) = canvas(1, 2, height=3.1, gridspec_kw={"width_ratios": [1.6, 1]})
    error = np.sqrt(np.mean(run.innovations[1:] ** 2))
    left.plot(years, flow, ".", color=MUTED, ls="none", ms=4)
    left.plot(years, run.means, color=ORANGE)
    left.set(xlabel="year", ylabel="10⁸ m³", title=f"surprise {error:.0f} (r.m.s.)")
    right.plot(np.arange(20), weights[:20], color=BLUE, marker="o", ms=3)
    right.set(xlabel="years back", ylabel="weight", ylim=(0, 1), xticks=[0, 5, 10, 15], title=f"gain {run.gains[-1]:.2f}")
    return Picture(
        fig,
        f"The newest year has weight {run.gains[-1]:.2f}, the year ten before it {weights[10]:.3f}; "
        f"the filtered level misses the next year by {error:.0f} on average.",
    )


def innovations(years, z, correlations):
    """Standardised innovations in time and their autocorrelations with the band of white noise.

    Args:
        years, z: one innovation a year.
        correlations: at lags 1, 2, ...
    """
    fig, (left, right) = canvas(1, 2, height=3.1)
    left.plot(years, z, color=BLUE, lw=1, marker=".", ms=4)
    for level in (-2, 2):
        left.axhline(level, color=ORANGE, ls="--", lw=1)
    left.set(xlabel="year", ylabel=r"$e_t/\sqrt{S_t}$", title="standardised innovations")
    right.bar(np.arange(1, len(correlations) + 1), correlations, color=BLUE, width=0.6)
    for level in (-2, 2):
        right.axhline(level / np.sqrt(len(z)), color=ORANGE, ls="--", lw=1)
    right.set(xlabel="lag", ylabel="autocorrelation", title="almost white", ylim=(-0.4, 0.4))
    return Picture(
        fig, "Standardised innovations stay mostly within two of zero, and no autocorrelation up to lag nine leaves its band."
    )


def decay(curves, *, x, y, note, level=None):
    """Several curves that fall or rise by orders of magnitude.

    Args:
        curves: name to (abscissae, values).
        x, y: axis labels.
        note: the alternative text.
        level: a horizontal reference.
    """
    fig, ax = canvas(height=3.6)
    for (name, (steps, values)), colour, line in zip(curves.items(), COLOURS, LINES):
        ax.semilogy(steps, np.where(values > 1e-16, values, np.nan), color=colour, ls=line, label=name)
    if level is not None:
        ax.axhline(level, color=INK, lw=1, ls=":")
    ax.set(xlabel=x, ylabel=y)
    fig.legend(loc="outside upper center", ncols=2, fontsize=9)
    return Picture(fig, note)


def position_loss(zero, carried):
    """Perplexity at each position of a window, with the state set to zero and with the state carried.

    Args:
        zero, carried: average -log p by position.
    """
    fig, ax = canvas()
    at = np.arange(1, len(zero) + 1)
    ax.plot(at, np.exp(zero), color=ORANGE, ls="--", marker="s", ms=4, label="$h_0 = 0$ in every window")
    ax.plot(at, np.exp(carried), color=BLUE, ls="-", marker="o", ms=4, label="$h_0$ carried over")
    ax.set(xlabel="position in the window", ylabel="perplexity", ylim=(0, None))
    ax.legend()
    return Picture(
        fig,
        "Perplexity by position: with a zero state the first symbols of each window are hard, with a carried state "
        "no position is.",
    )


def memory(lengths, accuracy, chance):
    """Accuracy on the recall task against the length of the sequence, a curve a model.

    Args:
        lengths: T.
        accuracy: name to values.
        chance: accuracy of guessing.
    """
    fig, ax = canvas()
    for (name, values), colour, line, marker in zip(accuracy.items(), (ORANGE, GREEN, PINK, BLUE), LINES, MARKERS):
        ax.plot(lengths, values, color=colour, ls=line, marker=marker, label=name)
    ax.axhline(chance, color=INK, lw=1, ls=":")
    ax.set(xscale="log", xlabel="length $T$", ylabel="accuracy", ylim=(0, 1.08))
    ax.set_xticks(lengths, lengths)
    ax.minorticks_off()
    ax.legend(loc="lower left", fontsize=9, bbox_to_anchor=(0, 0.05))
    return Picture(
        fig,
        "Recall accuracy against length: the RNN is lost first, GRU and LSTM next, attention answers every length; "
        "the dotted line is chance.",
    )
