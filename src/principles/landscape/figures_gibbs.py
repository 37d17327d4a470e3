"""Pictures of Gibbs densities over a loss of one weight. They draw results that were computed elsewhere."""

import numpy as np

from principles.figures import BLUE, COLOURS, GOLD, GREEN, INK, LINES, ORANGE, Picture, Slider, canvas


def gibbs(grid, loss, densities, title):
    """A one-dimensional loss above its Gibbs densities at several temperatures."""
    fig, (top, bottom) = canvas(2, 1, width=5.2, height=4.8, sharex=True)
    top.plot(grid, loss, color=INK, linestyle="-")
    top.set(ylabel=r"$\ell(w)$", ylim=(-0.1, 2.2))
    for (T, density), colour, line in zip(densities.items(), COLOURS, LINES):
        bottom.plot(grid, density, color=colour, linestyle=line, label=f"$T = {T:g}$")
    bottom.set(xlabel="$w$", ylabel=r"$\rho(w)$")
    bottom.legend(fontsize=9)
    return Picture(fig, title)


def temperatures(grid, loss, densities, shares, centres, *, shown):
    """A loss above its Gibbs density and the share of each basin; the slider moves the temperature.

    Args:
        grid, loss: the weight and its loss.
        densities: temperature to the density on the grid.
        shares: temperature to the probability of each basin.
        centres: where the basins are.
        shown: the temperature to begin with.
    """
    pictures = [_temperature(grid, loss, density, shares[T], centres) for T, density in densities.items()]
    return Slider(pictures, name="temperature", symbol="T", values=list(densities), shown=shown)


def _temperature(grid, loss, density, shares, centres):
    fig, (top, bottom) = canvas(2, 1, width=5.2, height=4.6, sharex=True)
    top.plot(grid, loss, color=INK, linestyle="-")
    top.set(ylabel=r"$\ell(w)$", ylim=(-0.1, 2.2))
    bottom.plot(grid, density / density.max(), color=BLUE)
    for centre, share in zip(centres, shares):
        bottom.text(centre, 1.1, f"{share:.0%}", ha="center")
    bottom.set(xlabel="$w$", ylabel=r"$\rho(w)\,/\max\rho$", ylim=(0, 1.3), yticks=[0, 0.5, 1])
    held = ", ".join(f"{share:.0%} at {centre:g}" for centre, share in zip(centres, shares))
    return Picture(fig, f"Of the probability the basins hold {held}.")


def gibbs_masses(temperatures, masses, labels):
    """The share of each basin against the temperature."""
    fig, ax = canvas()
    for row, label, colour, line in zip(np.transpose(masses), labels, (BLUE, ORANGE, GREEN, GOLD), LINES):
        ax.semilogx(temperatures, row, color=colour, linestyle=line, label=label)
    ax.set(xlabel="temperature $T$", ylabel="probability of the basin", ylim=(0, 1.02))
    ax.legend(fontsize=9)
    return Picture(
        fig,
        "Probability of each basin against temperature: when hot, the wide local minimum holds most of it; when cold, the "
        "global minima do, the wider of them more.",
    )
