"""Pictures of Sections 15.2 to 15.4. Each draws computed results."""

import numpy as np

from principles.figures import BLUE, GREEN, INK, MUTED, ORANGE, PINK, Picture, Slider, canvas


def laplace(z, density, by_laplace, by_divergence, sizes, errors):
    """A skewed density with two Gaussian approximations, and the error of Laplace's integral.

    Args:
        z: grid.
        density, by_laplace, by_divergence: values on it.
        sizes, errors: n and the relative error.
    """
    fig, (left, right) = canvas(1, 2, height=3.6)
    few = slice(None, None, max(1, len(z) // 300))
    z, density, by_laplace, by_divergence = z[few], density[few], by_laplace[few], by_divergence[few]
    left.fill_between(z, density, color=MUTED, alpha=0.25, lw=0)
    left.plot(z, density, color=INK, ls="-", lw=1.2, label="$p$")
    left.plot(z, by_laplace, color=ORANGE, ls="--", label="Laplace")
    left.plot(z, by_divergence, color=GREEN, ls="-.", label=r"least KL$(q\,\|\,p)$")
    left.set(xlabel="$z$", ylabel="density", title="Two Gaussians for one density")
    right.plot(sizes, errors, color=BLUE, ls="-", marker="o", label="Stirling's error")
    right.plot(sizes, 1 / (12 * sizes), color=MUTED, ls=":", label="$1/(12 n)$")
    right.set(xscale="log", yscale="log", xlabel="$n$", ylabel="relative error", title="Error of the integral")
    right.legend()
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return Picture(
        fig,
        alt=(
            "Laplace's Gaussian sits on the mode of a skewed density, the divergence's Gaussian on its bulk to the "
            "right; the relative error of Laplace's integral falls along a line of slope minus one in n."
        ),
    )


def ellipse(ax, mean, cov, *, radii=(1, 2), **style):
    """The lines at given numbers of standard deviations of a Gaussian."""
    circle = np.linspace(0, 2 * np.pi, 61)
    root = np.linalg.cholesky(cov)
    for index, radius in enumerate(radii):
        line = mean[:, None] + radius * root @ np.stack([np.cos(circle), np.sin(circle)])
        ax.plot(*line, **(style | ({"label": None} if index else {})))


def factored(fits, *, shown):
    """A correlated Gaussian and its two factored approximations; the slider moves the correlation.

    Args:
        fits: correlation to (covariance of p, variances of the exclusive and of the inclusive approximation).
        shown: the correlation to begin with.
    """
    pictures = [_factored(*fit) for fit in fits.values()]
    return Slider(pictures, name="correlation", symbol="r", values=list(fits), shown=shown)


def _factored(cov, exclusive, inclusive):
    fig, axes = canvas(1, 2, height=4.5, sharex=True, sharey=True)
    titles = (rf"(a) KL$(q\,\|\,p)$: variance {exclusive[0]:.2f}", rf"(b) KL$(p\,\|\,q)$: variance {inclusive[0]:.2f}")
    for ax, variances, title in zip(axes, (exclusive, inclusive), titles):
        ellipse(ax, np.zeros(2), cov, color=GREEN, ls="-", label="$p$")
        ellipse(ax, np.zeros(2), np.diag(variances), color=ORANGE, ls="--", label="$q$, factored")
        ax.set(xlabel="$z_1$", title=title, aspect="equal", xlim=(-2.3, 2.3), ylim=(-2.3, 2.3))
    axes[0].set(ylabel="$z_2$")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return Picture(
        fig,
        alt=(
            f"An ellipse and two circles: the one from KL(q‖p), of variance {exclusive[0]:.2f}, fits inside the ellipse's reach; "
            f"the one from KL(p‖q), of variance {inclusive[0]:.2f}, has the ellipse's full extent along each axis."
        ),
    )


def bimodal(axis, density, fits):
    """A density with two modes and three Gaussians.

    Args:
        axis: of the square grid.
        density: on the grid.
        fits: (label, mean, covariance) of each.
    """
    fig, ax = canvas(height=4.6, width=5.6)
    ax.contour(axis, axis, density, levels=6, colors=[MUTED], linewidths=0.9)
    for (label, mean, cov), colour, line in zip(fits, (BLUE, ORANGE, PINK), ("-", "--", "-.")):
        ellipse(ax, mean, cov, color=colour, ls=line, label=label)
        ax.plot(*mean, color=colour, marker="x", ls="none")
    ax.set(xlabel="$z_1$", ylabel="$z_2$", aspect="equal")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=1)
    return Picture(
        fig,
        alt=(
            "Two hills side by side. The Gaussian of least KL(p‖q) covers both with its centre in the valley; "
            "the two local minima of KL(q‖p) each cover one hill."
        ),
    )


def estimators(offsets, reparameterised, scored, based):
    """Variance of one draw's estimate against a constant added to the integrand.

    Args:
        offsets: the constants.
        reparameterised, scored, based: the variances of the three estimates.
    """
    fig, ax = canvas(height=3.5)
    ax.plot(offsets, scored, color=ORANGE, ls="-", marker="s", label="score function")
    ax.plot(offsets, based, color=GREEN, ls="--", marker="^", label="score function, mean subtracted")
    ax.plot(offsets, reparameterised, color=BLUE, ls="-.", marker="o", label="reparameterised")
    ax.set(yscale="log", xlabel=r"constant added to $\varphi$", ylabel="variance of one draw")
    ax.legend()
    return Picture(
        fig,
        alt=(
            "The variance of the score-function estimate rises with a constant added to the integrand, which changes "
            "no gradient; subtracting the mean removes that, and reparameterisation stays lowest and flat."
        ),
    )


def tile(images, columns):
    """Rows of 64 pixels as one picture of `columns` digits a line, with a thin gap."""
    rows = -(-len(images) // columns)
    sheet = np.full((9 * rows + 1, 9 * columns + 1), np.nan)
    for k, image in enumerate(images):
        i, j = divmod(k, columns)
        sheet[9 * i + 1 : 9 * i + 9, 9 * j + 1 : 9 * j + 9] = np.reshape(image, (8, 8))
    return sheet


def sheets(panels, *, columns, alt, height=None):
    """Digits in titled panels, two panels a row.

    Args:
        panels: (title, rows of 64 pixels) of each.
        columns: digits a line in each panel.
        alt: the description.
        height: of the figure in inches.
    """
    rows = -(-len(panels) // 2)
    fig, axes = canvas(rows, min(2, len(panels)), height=height or 2.6 * rows, squeeze=False)
    for ax, (title, images) in zip(axes.ravel(), panels):
        ax.imshow(tile(images, columns), cmap="gray_r", vmin=0, vmax=1, interpolation="none")
        ax.set(title=title, xticks=[], yticks=[])
        ax.grid(False)
        ax.spines[:].set_visible(False)
    return Picture(fig, alt=alt)


def latent_map(codes, labels, decoded):
    """Where digits lie in a latent plane, and what the plane decodes to.

    Args:
        codes: μ of each held-out digit, two columns.
        labels: 0 to 9.
        decoded: images of a square grid over the plane, top row first.
    """
    fig, (left, right) = canvas(1, 2, height=4.0)
    for digit in range(10):
        x, y = np.median(codes[labels == digit], axis=0)
        left.plot(x, y, color=INK, marker=f"${digit}$", ls="none", markersize=13, zorder=3)
    shown = left.scatter(*codes.T, c=labels, cmap="tab10", s=9, alpha=0.6, rasterized=True)
    shown.set_label("held-out digits")
    left.set(xlabel="$z_1$", ylabel="$z_2$", title="Codes of held-out digits", aspect="equal")
    columns = int(np.sqrt(len(decoded)))
    right.imshow(tile(decoded, columns), cmap="gray_r", vmin=0, vmax=1, interpolation="none", extent=[-2, 2, -2, 2])
    right.set(xlabel="$z_1$", ylabel="$z_2$", title="What each place decodes to")
    right.grid(False)
    return Picture(
        fig,
        alt=(
            "In a plane of two latent factors the ten digits form overlapping patches, and walking through the plane "
            "the decoded image turns gradually from one digit into another."
        ),
    )
