"""Drawings of the computational graph and of a chain of layers."""

import numpy as np

from principles.figures import BLUE, MUTED, ORANGE, Picture, canvas


def _numbers(value):
    shown = f"{value:.3f}" if np.ndim(value) == 0 else "(" + ", ".join(f"{v:.2f}" for v in value) + ")"
    return shown.replace("-", "−")


def graph(cache, bars):
    """The graph of the one-neuron network with its cached values above and its bars below."""
    fig, ax = canvas(width=7.2, height=2.9)
    nodes = [
        ("$x$", None, bars.x),
        ("$z$", cache.z, bars.z),
        ("$h$", cache.h, bars.h),
        ("$e$", cache.e, bars.e),
        ("$\\ell$", cache.loss, bars.loss),
    ]
    for i, (name, value, bar) in enumerate(nodes):
        ax.text(i, 0, name, ha="center", va="center", fontsize=16)
        shown = "input" if value is None else f"{value:.3f}"
        ax.text(i, 0.58, shown, ha="center", color=BLUE)
        ax.text(i - 0.1 * (i == 0), -0.72, _numbers(bar), ha="center", color=ORANGE, fontsize=10)
    for i, label in enumerate(["$w^\\top x$", "$\\sigma$", "$v\\,h$", "$\\frac{1}{2}(y-e)^2$"]):
        ax.annotate("", (i + 0.82, 0.14), (i + 0.18, 0.14), arrowprops={"arrowstyle": "->", "color": BLUE})
        ax.annotate("", (i + 0.18, -0.16), (i + 0.82, -0.16), arrowprops={"arrowstyle": "->", "color": ORANGE, "linestyle": "--"})
        ax.text(i + 0.5, 0.27, label, ha="center", fontsize=10.5)
    ax.text(0, 0.95, "forward: values", color=BLUE)
    for i, name, bar in ((0.5, "w", bars.w), (2.5, "v", bars.v)):
        ax.annotate("", (i, -1.02), (i, -0.28), arrowprops={"arrowstyle": "->", "color": ORANGE, "linestyle": "--"})
        ax.text(i, -1.3, f"$\\bar {name}$ = {_numbers(bar)}", ha="center", color=ORANGE)
    ax.text(3.35, -1.3, "backward: bars", color=ORANGE)
    ax.set(xlim=(-0.75, 4.4), ylim=(-1.45, 1.15))
    ax.axis("off")
    return Picture(
        fig,
        alt=f"The graph x to z to h to e to loss. Forward values: z {cache.z:.3f}, h {cache.h:.3f}, e "
        f"{cache.e:.3f}, loss {cache.loss:.3f}. "
        f"Bars on the way back: loss 1, e {bars.e:.3f}, h {bars.h:.3f}, z {bars.z:.3f}.",
    )


def schematic():
    """Forward and backward through a chain of layers, with the cache between them."""
    fig, ax = canvas(width=7.2, height=3.0)
    for i, name in enumerate(["layer 1", "layer 2", "layer 3", "loss"]):
        x = 1.9 * i
        ax.text(
            x, 0.6, name, ha="center", va="center", bbox={"boxstyle": "round,pad=0.45", "facecolor": "none", "edgecolor": BLUE}
        )
        ax.text(
            x, -0.6, name, ha="center", va="center", bbox={"boxstyle": "round,pad=0.45", "facecolor": "none", "edgecolor": ORANGE}
        )
        ax.annotate("", (x - 0.55, 0.6), (x - 1.35, 0.6), arrowprops={"arrowstyle": "->", "color": BLUE})
        ax.annotate("", (x - 1.35, -0.6), (x - 0.55, -0.6), arrowprops={"arrowstyle": "->", "color": ORANGE, "linestyle": "--"})
        ax.text(x - 0.95, 0.74, "$x = h^0$" if i == 0 else f"$h^{i}$", ha="center")
        ax.text(x - 0.95, -0.98, "$\\bar x = \\bar h^0$" if i == 0 else f"$\\bar h^{i}$", ha="center")
        ax.annotate("", (x, -0.34), (x, 0.34), arrowprops={"arrowstyle": "->", "color": MUTED, "linestyle": ":"})
        ax.text(x + 0.08, 0, "$h^3, y$" if i == 3 else f"$h^{i}$", va="center", color=MUTED)
        if i < 3:
            ax.annotate("", (x, -1.32), (x, -0.88), arrowprops={"arrowstyle": "->", "color": ORANGE})
            ax.text(x, -1.55, f"$\\bar S_{i + 1}$", ha="center")
    ax.text(5.7 + 0.65, 0.6, "$\\to\\ \\ell$", va="center")
    ax.text(5.7 + 0.65, -0.6, "$\\leftarrow\\ \\bar\\ell = 1$", va="center")
    ax.set(xlim=(-1.6, 7.3), ylim=(-1.7, 1.05))
    ax.axis("off")
    return Picture(
        fig,
        alt="Two rows of boxes. Above, the input runs forward through three layers into the loss. Below, "
        "the bar of the loss runs back. "
        "Dotted arrows carry each layer's cached input down to its own backward step, which puts out "
        "the bar of its weights.",
    )
