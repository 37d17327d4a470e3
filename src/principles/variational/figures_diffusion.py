"""Pictures of Section 15.5. Each draws computed results."""

import numpy as np

from principles.figures import BLUE, COLOURS, GREEN, INK, MUTED, ORANGE, PINK, SKY, Picture, Slider, canvas
from principles.variational.figures import tile

MARKS = "os^Dvp"


def schedule(schedule, of_x, of_noise):
    """What is left of the signal at each step, and how hard the two predictions are.

    Args:
        schedule: the noise levels.
        of_x, of_noise: least mean squared errors for t = 1 ... T.
    """
    t = np.arange(schedule.T + 1)
    fig, (left, right) = canvas(1, 2, height=3.6)
    left.plot(t, schedule.kept, color=BLUE, ls="-", label=r"$\bar\beta_t$")
    left.plot(t[1:], schedule.betas[1:], color=ORANGE, ls="--", label=r"$\beta_t$")
    left.plot(t[1:], schedule.variances[1:], color=GREEN, ls="-.", label=r"$\sigma_t^2$")
    left.set(xlabel="$t$", title="The schedule")
    right.plot(t[1:], of_x, color=PINK, ls="-", label="$x$ from $z_t$")
    right.plot(t[1:], of_noise, color=INK, ls="--", label=r"$\epsilon$ from $z_t$")
    right.set(xlabel="$t$", ylabel="least squared error", title="Which is harder?")
    for ax in (left, right):
        ax.legend()
    return Picture(
        fig,
        alt=(
            "The share of the signal falls from one to zero while the noise of a step grows; recovering the datum "
            "gets harder with t, predicting the noise gets easier."
        ),
    )


def errors(t, best, ours):
    """Squared error of the noise by step, for the best and the trained predictor.

    Args:
        t: steps.
        best, ours: mean squared errors.
    """
    fig, ax = canvas(height=3.4)
    ax.plot(t, ours, color=ORANGE, ls="-", lw=3.2, alpha=0.6, label="trained network")
    ax.plot(t, best, color=INK, ls="--", label="exact posterior mean")
    ax.set(xlabel="$t$", ylabel=r"error of $\epsilon$ per coordinate", ylim=(0, None))
    ax.legend()
    return Picture(
        fig,
        alt="The trained network's squared error lies on the curve of the exact posterior mean at nearly every step.",
    )


def frames(states, steps, means):
    """The sampling path in the plane, four moments of it.

    Args:
        states: z_t by t.
        steps: which four.
        means: centres of the components.
    """
    fig, axes = canvas(2, 2, height=7.0, sharex=True, sharey=True)
    for ax, t in zip(axes.ravel(), steps):
        ax.scatter(*states[t].T, s=4, color=SKY, alpha=0.6, rasterized=True)
        ax.plot(*means.T, color=ORANGE, marker="x", ls="none", markersize=7)
        ax.set(title=f"$t = {t}$", aspect="equal", xlim=(-3, 3), ylim=(-3, 3))
    for ax in axes[1]:
        ax.set_xlabel("$z_1$")
    for ax in axes[:, 0]:
        ax.set_ylabel("$z_2$")
    return Picture(
        fig,
        alt="A round cloud of noise drifts, step by step, onto the components of the mixture, which are marked by crosses.",
    )


def digit_frames(states, steps, scale):
    """A few digits on their way from noise to sample, a row a digit, a column a moment.

    Args:
        states: z_t by t, a row a sample.
        steps: which moments.
        scale: maps z to pixels in [0, 1].
    """
    fig, ax = canvas(width=7.6, height=4.6)
    rows = len(states[steps[0]])
    images = [np.clip(scale(states[t][k]), 0, 1) for k in range(rows) for t in steps]
    ax.imshow(tile(images, len(steps)), cmap="gray_r", vmin=0, vmax=1, interpolation="none")
    ax.set(xticks=5 + 9 * np.arange(len(steps)), yticks=[], xlabel="$t$")
    ax.set_xticklabels([str(t) for t in steps])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return Picture(
        fig, alt="From left to right each row turns from noise into a handwritten digit; the shape appears about halfway."
    )


def noise_levels(digits, levels, *, shown):
    """Digits, the same with noise, and the network's guesses; the slider moves the level of noise.

    Args:
        digits: a row of 64 pixels each.
        levels: t to (share of the signal, noisy digits, guesses, r.m.s. error of all guesses).
        shown: the t to begin with.
    """
    pictures = [_noise_level(digits, *level) for level in levels.values()]
    return Slider(pictures, name="level of noise", symbol="t", values=list(levels), shown=shown)


def _noise_level(digits, kept, noisy, guesses, error):
    fig, ax = canvas(width=7.0, height=2.7)
    sheet = tile([*digits, *noisy, *guesses], len(digits))
    ax.imshow(sheet, cmap="gray_r", vmin=0, vmax=1, interpolation="none")
    ax.set(xticks=[], yticks=[5, 14, 23], title=rf"$\bar\beta_t$ = {kept:.2f}, error of the guess {error:.2f}")
    ax.set_yticklabels(["$x$", "$z_t$", r"$\hat x$"])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return Picture(
        fig,
        f"Digits, the same with noise, and the guesses: {kept:.2f} of the variance is signal, and a pixel is off by {error:.2f}.",
    )


def judgement(rows):
    """Fréchet distance of each kind of sample, and precision against recall; a mark a seed.

    Args:
        rows: (name, list of Quality).
    """
    fig, (left, right) = canvas(1, 2, height=4.4)
    for place, (name, judged) in enumerate(rows):
        style = {
            "color": (COLOURS + [MUTED, INK])[place],
            "marker": MARKS[place % 6],
            "ls": "none",
            "markersize": 7,
            "alpha": 0.8,
        }
        left.plot([q.frechet for q in judged], [place] * len(judged), **style, label=name)
        right.plot([q.recall for q in judged], [q.precision for q in judged], **style)
    left.set(xscale="log", xlabel="Fréchet distance", yticks=[], ylim=(len(rows) - 0.5, -0.5), title="Distance (left is better)")
    left.set_xticks([1, 2, 5, 10, 30], ["1", "2", "5", "10", "30"], minor=False)
    left.minorticks_off()
    right.set(xlabel="recall", ylabel="precision", title="Top right is better")
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        alt=(
            "Real digits and copied training digits have precision and recall near the top right; diffusion samples come close "
            "in precision and lack some recall, and in Fréchet distance they overlap with the copies; the auto-encoder's draws "
            "have recall but little precision, its means less of both than diffusion; independent pixels are far off."
        ),
    )
