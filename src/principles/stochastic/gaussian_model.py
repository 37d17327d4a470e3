"""SGD modelled as gradient descent plus Gaussian noise, W ← W − η∇ℓ(W) + (η/√b) ξ, and its stationary law."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from principles.signatures import checked
from principles.stochastic import gibbs
from principles.stochastic.gibbs import Potential
from principles.stochastic.objectives import FiniteSum, gradient, sample_gradients
from principles.validation import array, count, generator, number


def step(slope, W: Float[np.ndarray, "*r"], noise: Float[np.ndarray, "*r"], *, step_size: int | float, batch: int | float):
    """W − η∇ℓ(W) + (η/√b) ξ with standard Gaussian ξ: the full gradient, and noise of identity covariance (11.28).

    Args:
        slope: ∇ℓ, a function.
        W: weights of every run.
        noise: ξ, of the shape of W.
        step_size: η.
        batch: b.
    """
    η, b = number("step_size", step_size, above=0), number("batch", batch, above=0)
    W = array("W", W)
    noise = array("noise", noise, shape=W.shape)
    return W - η * slope(W) + η / np.sqrt(b) * noise  # (11.28)


def runs(
    slope, start: Float[np.ndarray, "*r"], *, steps: int, step_size: int | float, batch: int | float, rng: np.random.Generator
) -> Iterator[Float[np.ndarray, "*r"]]:
    """Every state of many runs of the Gaussian model (11.28)."""
    W = array("start", start)
    yield W
    for _ in range(count("steps", steps)):
        W = step(slope, W, generator("rng", rng).standard_normal(W.shape), step_size=step_size, batch=batch)
        yield W


def final(slope, start, *, steps: int, step_size: int | float, batch: int | float, rng: np.random.Generator) -> np.ndarray:
    """The last state of `runs`."""
    for W in runs(slope, start, steps=steps, step_size=step_size, batch=batch, rng=rng):  # noqa: B007
        pass
    return W


@checked
def transition(
    potential: Potential, grid: Float[np.ndarray, " g"], *, step_size: int | float, batch: int | float
) -> Float[np.ndarray, "g g"]:
    """One step of the Gaussian model as a transition matrix between the points of a grid (11.28).

    From w the next point is Gaussian with mean w − ηℓ'(w) and standard deviation η/√b, kept on the grid.

    Args:
        potential: the loss.
        grid: equally spaced points, several to a standard deviation, that cover where the law lives.
        step_size, batch: η and b.

    Raises:
        ValueError: if the grid is not equally spaced, or too coarse for the noise.
    """
    spread = number("step_size", step_size, above=0) / np.sqrt(number("batch", batch, above=0))
    grid = array("grid", grid, ndim=1)
    if len(grid) < 2 or grid[1] <= grid[0] or not np.allclose(np.diff(grid), grid[1] - grid[0], atol=0):
        raise ValueError("grid must hold at least two increasing, equally spaced points")
    width = grid[1] - grid[0]
    if width > spread / 1.5:
        raise ValueError(f"grid must have at least 1.5 points to a standard deviation {spread:.3g}; its spacing is {width:.3g}")
    centre = grid - step_size * potential.slope(grid)
    K = np.exp(-0.5 * ((grid[None, :] - centre[:, None]) / spread) ** 2)
    return K / K.sum(axis=1, keepdims=True)


@checked
def law_path(
    potential: Potential,
    start: Float[np.ndarray, " g"],
    grid: Float[np.ndarray, " g"],
    *,
    step_size: int | float,
    batch: int | float,
    steps: int,
) -> Float[np.ndarray, "t g"]:
    """The density of W_t for t = 0, ..., `steps`, from a density at the start, by powers of `transition`."""
    K, laws = transition(potential, grid, step_size=step_size, batch=batch), [gibbs.on_grid("start", start, grid)]
    for _ in range(count("steps", steps)):
        laws.append(K.T @ laws[-1])
    return np.array(laws)


@checked
def stationary(
    potential: Potential, grid: Float[np.ndarray, " g"], *, step_size: int | float, batch: int | float
) -> Float[np.ndarray, " g"]:
    """The exact stationary density of the Gaussian model with one weight, from its transition density on a grid (11.28).

    The invariant law of `transition` solves a linear system.

    Args:
        potential: the loss.
        grid: equally spaced points, several to a standard deviation, that cover where the law lives.
        step_size, batch: η and b.

    Raises:
        ValueError: if the grid is too coarse for the noise.
    """
    A = transition(potential, grid, step_size=step_size, batch=batch).T - np.eye(len(grid))
    A[-1] = 1.0
    p = np.linalg.solve(A, np.eye(len(grid))[-1])
    return np.maximum(p, 0.0) / np.trapezoid(np.maximum(p, 0.0), grid)


def quadratic_variance(curvature: int | float, *, step_size: int | float, batch: int | float) -> float:
    """(η/b)/(λ(2 − ηλ)), the stationary variance on λw²/2: the Gibbs variance 1/(βλ) times 1/(1 − ηλ/2).

    >>> quadratic_variance(1.0, step_size=1.0, batch=1)
    1.0
    """
    λ, η = number("curvature", curvature, above=0), number("step_size", step_size, above=0, below=2 / curvature)
    return η / number("batch", batch, above=0) / (λ * (2 - η * λ))


@checked
def quadratic_law(
    curvature: int | float, start: int | float, t: int, *, step_size: int | float, batch: int | float
) -> tuple[float, float]:
    """Mean and variance of W_t on λw²/2 from a fixed start: the mean shrinks by 1 − ηλ a step."""
    variance = quadratic_variance(curvature, step_size=step_size, batch=batch)
    a, t = 1 - step_size * curvature, count("t", t, least=0)
    return a**t * number("start", start), variance * (1 - a ** (2 * t))


@checked
def update_covariance(
    problem: FiniteSum, w: Float[np.ndarray, " p"], *, step_size: int | float, batch: int
) -> Float[np.ndarray, "p p"]:
    """Var(w_{t+1} − w_t | w_t) = (η²/b) Var_ω(∇ℓ^ω(w_t)), for mini-batches drawn with replacement (11.27)."""
    spread = sample_gradients(problem, w) - gradient(problem, w)
    return number("step_size", step_size, above=0) ** 2 / count("batch", batch) * spread.T @ spread / problem.n  # (11.27)


@checked
def differences(problem: FiniteSum, w: Float[np.ndarray, " p"]) -> dict[str, float]:
    """How far SGD's noise at w is from the model's: its mean, its covariance, its shape, as Remark 11.6 warns.

    Returns:
        `bias`: ‖E g − ∇ℓ‖, zero as in the model; `from_identity`: the least distance ‖C − s·I‖/‖C‖ over all s, zero
        in the model; `excess_kurtosis`: of the noise along its leading direction, zero for a Gaussian.
    """
    spread = sample_gradients(problem, w) - gradient(problem, w)
    C = spread.T @ spread / problem.n
    s = np.trace(C) / len(C)
    along = spread @ np.linalg.eigh(C)[1][:, -1]
    return {
        "bias": float(np.linalg.norm(spread.mean(axis=0))),
        "from_identity": float(np.linalg.norm(C - s * np.eye(len(C))) / np.linalg.norm(C)),
        "excess_kurtosis": float((along**4).mean() / (along**2).mean() ** 2 - 3),
    }


def time_averages(W: Float[np.ndarray, "t r"]) -> tuple[Float[np.ndarray, " r"], Float[np.ndarray, " r"]]:
    """(1/T) Σ W_t and (1/T) Σ W_t², which tend to the mean and second moment of the stationary law (11.31), (11.32).

    Args:
        W: a row a time, a column a run with one weight.
    """
    W = array("W", W, ndim=2)
    return W.mean(axis=0), (W**2).mean(axis=0)  # (11.31), (11.32)


def printed_double_sum(W: Float[np.ndarray, "t r"]) -> Float[np.ndarray, " r"]:
    """(1/T) Σ_t' Σ_t W_t' W_t, the double sum as the notes print it: T times the squared time average."""
    W = array("W", W, ndim=2)
    return W.sum(axis=0) ** 2 / len(W)
