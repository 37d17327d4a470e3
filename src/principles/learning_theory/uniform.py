"""Uniform convergence, measured where the population is known: a finite set of equally likely samples, or a line."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Num

from principles.validation import array, count, generator, number


def stumps(X: Num[np.ndarray, "m d"], thresholds: Num[np.ndarray, " t"]) -> Bool[np.ndarray, "f m"]:
    """Predictions of all decision stumps, 1{x_j > θ} and 1{x_j ≤ θ}, on the rows of X: |F| = 2dt rows.

    >>> stumps(np.array([[0.2], [0.8]]), np.array([0.5])).astype(int).tolist()
    [[0, 1], [1, 0]]
    """
    X, thresholds = array("X", X, ndim=2), array("thresholds", thresholds, ndim=1)
    above = (X.T[:, None, :] > thresholds[:, None]).reshape(-1, len(X))
    return np.concatenate([above, ~above])


def mistakes(predictions: Bool[np.ndarray, "f m"], y: Num[np.ndarray, " m"] | Bool[np.ndarray, " m"]) -> Bool[np.ndarray, "f m"]:
    """1{f(x^i) ≠ y^i}, a row a hypothesis; its row means are the risks."""
    predictions, y = _table("predictions", predictions), _labels(y)
    if predictions.shape[1] != len(y):
        raise ValueError(f"predictions must have a column for each of the {len(y)} labels; got shape {predictions.shape}")
    return predictions != (y == 1)


def empirical_risks(
    wrong: Bool[np.ndarray, "f m"], *, n: int, trials: int, rng: np.random.Generator
) -> Float[np.ndarray, "trials f"]:
    """R̂(f) of every hypothesis on `trials` samples of n draws with replacement from m equally likely rows.

    Args:
        wrong: 1{f(x^i) ≠ y^i} on the population.
        n: samples a data set.
        trials: data sets.
        rng: source of randomness.
    """
    wrong, n = _table("wrong", wrong), count("n", n)
    m = wrong.shape[1]
    times = generator("rng", rng).multinomial(n, np.full(m, 1 / m), size=count("trials", trials))
    return times.astype(float) @ wrong.astype(float).T / n


@dataclass(frozen=True)
class Minimised:
    """What empirical risk minimisation did on each data set.

    Attributes:
        chosen: number of f_ERM.
        training: R̂(f_ERM).
        population: R(f_ERM).
        best: R(f*), the least risk in the class.
        gap: sup_f |R̂(f) - R(f)|.
    """

    chosen: Int[np.ndarray, " trials"]
    training: Float[np.ndarray, " trials"]
    population: Float[np.ndarray, " trials"]
    best: float
    gap: Float[np.ndarray, " trials"]


def minimise(empirical: Float[np.ndarray, "trials f"], risks: Float[np.ndarray, " f"]) -> Minimised:
    """Pick f_ERM on every data set and report the two sides of R(f_ERM) ≤ R(f*) + 2 sup_f |R̂(f) - R(f)|, as for (13.2).

    Args:
        empirical: R̂(f), a row a data set.
        risks: R(f).

    >>> run = minimise(np.array([[0.3, 0.2]]), np.array([0.25, 0.4]))
    >>> float(run.population[0] - run.best), float(run.gap[0])
    (0.15000000000000002, 0.2)
    """
    empirical, risks = array("empirical", empirical, ndim=2), array("risks", risks, ndim=1)
    if empirical.shape[1] != len(risks):
        raise ValueError(f"empirical must have a column for each of the {len(risks)} risks; got shape {empirical.shape}")
    chosen = empirical.argmin(axis=1)
    gap = np.abs(empirical - risks).max(axis=1)
    return Minimised(chosen, empirical.min(axis=1), risks[chosen], float(risks.min()), gap)


def noisy_line(n: int, *, noise: float, rng: np.random.Generator) -> tuple[Float[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    """Inputs uniform on [0, 1] with labels 1{x > 1/2}, each flipped with probability `noise`."""
    noise, rng = number("noise", noise, least=0, below=0.5), generator("rng", rng)
    x = rng.random(count("n", n))
    return x, (x > 0.5) ^ (rng.random(n) < noise)


def threshold_erm(x: Num[np.ndarray, " n"], y: Num[np.ndarray, " n"] | Bool[np.ndarray, " n"]) -> float:
    """The t for which 1{x > t} makes fewest mistakes on the sample: 0 or a sample point, the smallest where several do.

    Args:
        x: inputs, not negative.
        y: labels, 0 or 1.

    >>> threshold_erm(np.array([0.1, 0.4, 0.6, 0.9]), np.array([0, 0, 1, 1]))
    0.4
    """
    x, y = array("x", x, ndim=1), _labels(y)
    if len(x) != len(y):
        raise ValueError(f"x and y must have one entry a sample each; got {len(x)} and {len(y)}")
    if (x < 0).any():
        raise ValueError(f"x must not be negative; got {x.min():g}")
    order = np.argsort(x)
    cuts = np.concatenate([[0.0], x[order]])
    below = np.searchsorted(x[order], cuts, side="right")  # how many samples have x ≤ t
    ones_below = np.concatenate([[0], np.cumsum(y[order] == 1)])[below]
    zeros_above = (y != 1).sum() - (below - ones_below)
    return float(cuts[(ones_below + zeros_above).argmin()])


def threshold_risk(t: float, *, noise: float) -> float:
    """R of 1{x > t} on the noisy line, noise + (1 - 2 noise) |t - 1/2|; the best threshold leaves the noise.

    >>> threshold_risk(0.75, noise=0.25)
    0.375
    """
    noise = number("noise", noise, least=0, below=0.5)
    return noise + (1 - 2 * noise) * abs(number("t", t, least=0, most=1) - 0.5)


def _labels(y):
    y = array("y", y, ndim=1)
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y must hold labels 0 and 1; got {y[~np.isin(y, (0, 1))][0]:g}")
    return y


def _table(name, value):
    value = np.asarray(value)
    if value.dtype != bool or value.ndim != 2 or value.size == 0:
        raise ValueError(
            f"{name} must be a table of truth values, a hypothesis a row; got dtype {value.dtype}, shape {value.shape}"
        )
    return value
