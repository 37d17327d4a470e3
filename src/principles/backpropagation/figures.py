"""Pictures of Chapter 4, from computed results."""

import numpy as np

from principles.figures import BLUE, COLOURS, DIVERGING, GREEN, INK, LINES, MUTED, ORANGE, Picture, canvas

MARKERS = ["o", "s", "^", "D", "v", "P"]


def activations(table, z):
    """Each activation with its slope, a panel each."""
    fig, axes = canvas(3, 2, height=6.6, sharex=True)
    for ax, σ in zip(axes.flat, table):
        ax.plot(z, σ.value(z), label="$\\sigma(z)$")
        ax.plot(z, σ.slope(z), label="$\\sigma'(z)$")
        ax.set_title(σ.name)
        ax.set_ylim(-1.25, 2.25)
    axes[0, 0].legend(loc="upper left")
    for ax in axes[-1]:
        ax.set_xlabel("$z$")
    return Picture(
        fig,
        alt="Six activation functions and their slopes. The slope of the threshold is zero everywhere, "
        "those of sigmoid "
        "and tanh die out on both sides, those of ReLU, leaky ReLU and swish stay near one for "
        "positive inputs.",
    )


def training(losses, accuracies, every):
    """Loss of the batch and held-out accuracy during training."""
    fig, (left, right) = canvas(1, 2)
    left.semilogy(np.arange(1, len(losses) + 1), losses, linewidth=0.9)
    left.set(xlabel="step", ylabel="loss of the batch")
    right.plot(every * np.arange(1, len(accuracies) + 1), accuracies, marker="o", markersize=3)
    right.set(xlabel="step", ylabel="held-out accuracy", ylim=(0, 1.03))
    return Picture(
        fig, alt=f"Training: the loss falls by several orders of magnitude and held-out accuracy rises to {accuracies[-1]:.2f}."
    )


def tile(ax, image, limit=None, cmap=DIVERGING):
    """Show eight rows of numbers as an image without axes: from 0 to 1, or from minus to plus `limit`."""
    low, high = (-limit, limit) if limit else (0, 1)
    ax.imshow(image.reshape(8, -1), cmap=cmap, vmin=low, vmax=high)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)


def unit_features(S, X, exciting, units):
    """For chosen units of a layer, (S if it is the first), the inputs that excite them most."""
    first = S is not None
    columns = exciting.shape[1] + first
    fig, axes = canvas(len(units), columns, width=7.0, height=0.83 * len(units) + 0.2)
    for row, unit in zip(axes, units):
        if first:
            tile(row[0], S[:, unit], np.abs(S[:, unit]).max())
        for ax, sample in zip(row[first:], exciting[unit]):
            tile(ax, X[sample], cmap="Greys")
    if first:
        axes[0, 0].set_title("$S_1$", fontsize=10)
    axes[0, int(first)].set_title("most exciting digits", fontsize=10)
    which = "first layer: its weights as an image, then" if first else "second layer:"
    return Picture(
        fig,
        alt=f"{len(units)} units of the {which} the {exciting.shape[1]} real digits that excite each unit "
        f"the most. "
        "The digits of a row share a stroke or a shape.",
    )


def universal(x, target, fits, widths, errors, bounds):
    """A function with its network interpolants, and the error against the number of units."""
    fig, (left, right) = canvas(1, 2)
    left.plot(x, target, color=INK, linestyle="-", linewidth=3, alpha=0.3, label="target")
    for i, (units, fit) in enumerate(fits.items()):
        left.plot(x, fit, color=COLOURS[i], linestyle=LINES[i], label=f"{units} pieces")
    left.set(xlabel="$x$", ylabel="$f(x)$")
    left.legend()
    right.loglog(widths, errors, marker="o", linestyle="none", label="largest error")
    right.loglog(widths, bounds, color=ORANGE, linestyle="--", label="$s^2\\,\\max|f''|/8$")
    right.set(xlabel="hidden units", ylabel="error")
    right.legend()
    return Picture(
        fig,
        alt="Left: a wavy function and one-hidden-layer ReLU networks that follow it more closely the "
        "more units they have. "
        "Right: the largest error falls with the square of the number of units, under its bound.",
    )


def kernels(before, after, labels, alignments):
    """Gram matrices of a network's features before and after training, samples sorted by class."""
    fig, axes = canvas(1, 2, height=3.5)
    starts = np.flatnonzero(np.diff(labels, prepend=-1))
    for ax, K, name, value in zip(axes, (before, after), ("random features", "trained features"), alignments):
        ax.imshow(K, vmin=0, vmax=1, rasterized=True)
        ax.grid(False)
        ax.set(xticks=starts, yticks=starts, xticklabels=labels[starts], yticklabels=labels[starts], xlabel="class of $x'$")
        ax.set_title(f"{name}: alignment {value:.2f}")
    axes[0].set_ylabel("class of $x$")
    return Picture(
        fig,
        alt="Two heat maps of the kernel between digits sorted by class. With random features every entry "
        "is high; "
        "with trained features ten bright blocks stand on the diagonal.",
    )


def transfer(counts, curves):
    """Accuracy against the number of labels a class, for several feature maps."""
    fig, ax = canvas()
    for i, (name, accuracies) in enumerate(curves.items()):
        ax.semilogx(counts, accuracies, marker=MARKERS[i], color=COLOURS[i], linestyle=LINES[i], label=name)
    ax.set(xlabel="labels a class", ylabel="accuracy on classes 5–9", xticks=counts, xticklabels=counts)
    ax.minorticks_off()
    ax.legend(loc="upper left")
    ax.set_ylim(None, 0.8)
    return Picture(
        fig,
        alt="Accuracy on classes 5 to 9 against the number of labels, for the last layer refitted on " + ", ".join(curves) + ".",
    )


def difference_errors(steps, errors, split):
    """Error of finite differences against the step: truncation on the right, rounding on the left of `split`."""
    fig, ax = canvas()
    smooth = steps >= split
    ax.loglog(steps[smooth], errors[smooth], marker="o", color=BLUE, linestyle="-", label="truncation, $\\propto s^2$")
    rough = steps < steps[smooth].min()
    (rounding,) = ax.loglog(
        steps[rough], errors[rough], marker="s", color=ORANGE, linestyle="--", label="rounding, $\\propto 1/s$"
    )
    rounding.set_gid("unstable")
    ax.set(xlabel="step $s$", ylabel="largest error")
    ax.legend()
    return Picture(
        fig,
        alt="Error of central differences against the step, on logarithmic axes: a V. It falls with slope "
        "two as the step shrinks "
        "until rounding takes over and it rises again.",
    )


def costs(weights, backward, differences):
    """Time of a gradient in units of a forward pass, against the number of weights."""
    fig, ax = canvas()
    (measured,) = ax.loglog(weights, backward, marker="o", color=BLUE, linestyle="-", label="backward pass, measured")
    measured.set_gid("unstable")
    ax.axhline(2, color=GREEN, linestyle="-.", label="backward pass, multiplications counted")
    ax.loglog(weights, differences, marker="s", color=ORANGE, linestyle="--", label="finite differences")
    ax.set(xlabel="number of weights", ylabel="cost / forward pass", ylim=(0.5, None))
    ax.legend()
    return Picture(
        fig,
        alt="Cost of a gradient in forward passes: about two or three for backpropagation whatever the size, "
        "but two for every weight with finite differences.",
    )


def hyperbola(a, b, loss, product, points, gradients):
    """Level sets of the loss of b relu(a x), the curve a b = constant, and gradients along it."""
    fig, ax = canvas(width=4.6, height=4.4)
    levels = np.quantile(loss, [0.12, 0.25, 0.4, 0.6, 0.75, 0.88])
    ax.contour(a, b, loss, levels=levels, colors=MUTED, linewidths=0.8)
    ax.plot(a, product / a, color=BLUE, linestyle="-", label="$ab$ constant: same network")
    for (p, q), g in zip(points, gradients):
        tip = np.array([p, q]) - 0.55 * g / np.linalg.norm(g)
        ax.annotate("", tip, (p, q), arrowprops={"arrowstyle": "->", "color": ORANGE, "linewidth": 1.5})
    ax.plot([], [], color=ORANGE, linestyle="-", label="$-$gradient")
    ax.plot(points[:, 0], points[:, 1], color=ORANGE, marker="o", linestyle="none")
    ax.set(
        xlabel="$a$ (first layer)", ylabel="$b$ (second layer)", xlim=(a.min(), a.max()), ylim=(b.min(), b.max()), aspect="equal"
    )
    fig.legend(loc="outside lower center", ncols=2)
    return Picture(
        fig,
        alt="Contours of a loss over two weights a and b are hyperbolas. One is marked; at four points on it "
        "the negative gradient stands at a right angle to the curve.",
    )


def depth_curves(curves, *, ylabel, every=10):
    """Quantities against the layer on a logarithmic axis, a curve each."""
    fig, ax = canvas(height=3.5)
    for i, (name, values) in enumerate(curves.items()):
        ax.semilogy(values, color=COLOURS[i], linestyle=LINES[i], marker=MARKERS[i], markevery=(i, every), label=name)
    ax.set(xlabel="layer $l$", ylabel=ylabel)
    ax.legend(fontsize=9)
    ends = "; ".join(f"{_spoken(name)}: {_power(values[0])} to {_power(values[-1])}" for name, values in curves.items())
    return Picture(fig, alt=f"Curves of the {_spoken(ylabel)} against the layer, from the input to the last layer. {ends}.")


def _spoken(label):
    for mathtext, word in (("$", ""), ("\\sigma^2", "σ²"), ("\\bar h^l", "the gradient"), ("h^l", "the signal")):
        label = label.replace(mathtext, word)
    return label


def _power(value):
    return f"10^{int(np.round(np.log10(value))) + 0}"


def schemes(curves, titles):
    """Forward and backward mean squares through depth, a row of panels an activation; dotted curves are predictions."""
    fig, axes = canvas(len(titles), 2, height=3.0 * len(titles) + 0.7, sharex=True, sharey="row")
    for row, title, table in zip(np.atleast_2d(axes), titles, curves):
        for i, (name, (measured, predicted)) in enumerate(table.items()):
            for ax, values, theory in zip(row, (measured.forward, measured.backward), (predicted.forward, predicted.backward)):
                ax.semilogy(theory[0], color=COLOURS[i], linestyle=LINES[i], linewidth=1.4, label=name)
                ax.semilogy(
                    np.exp(np.log(values).mean(0)), color=COLOURS[i], marker=MARKERS[i], markevery=(i, 8), linestyle="none"
                )
        row[0].set_title(f"{title}: forward")
        row[1].set_title(f"{title}: backward")
        row[0].set_ylabel("mean square")
    for ax in np.atleast_2d(axes)[-1]:
        ax.set_xlabel("layer $l$")
    fig.legend(*np.atleast_2d(axes)[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
    return Picture(
        fig,
        alt="Mean square of the signal against the layer, forward and backward, for "
        + ", ".join(curves[0])
        + ". Markers are measured in sampled networks, lines are predicted.",
    )


def losses_by_scheme(curves):
    """Training loss of the same deep network from different first weights."""
    fig, ax = canvas()
    for i, (name, losses) in enumerate(curves.items()):
        ax.semilogy(losses, color=COLOURS[i], linestyle=LINES[i], label=name)
    ax.set(xlabel="step", ylabel="loss of the batch")
    ax.legend()
    return Picture(fig, alt="Training loss of one deep ReLU network from several initialisations: " + ", ".join(curves) + ".")
