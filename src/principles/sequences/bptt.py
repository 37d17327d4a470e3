"""Backpropagation through time, by hand: the two-step network of the notes, then any tanh RNN."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.sequences import recurrent
from principles.sequences.recurrent import RNN
from principles.signatures import checked
from principles.validation import array, number


@dataclass(frozen=True)
class TwoSteps:
    """What the forward pass of the two-step network leaves behind: hidden values and outputs."""

    h1: float
    y1: float
    h2: float
    y2: float


def two_steps(u: float, w: float, v: float, x: tuple[float, float]) -> TwoSteps:
    """A scalar tanh RNN unrolled over two steps from h_0 = 0 (8.8).

    Args:
        u: weight of the input.
        w: weight of the past.
        v: weight of the output.
        x: x_1 and x_2.

    >>> two_steps(0.0, 1.0, 2.0, (1.0, 1.0))
    TwoSteps(h1=0.0, y1=0.0, h2=0.0, y2=0.0)
    """
    u, w, v = number("u", u), number("w", w), number("v", v)
    x = array("x", x, shape=(2,))
    h1 = float(np.tanh(u * x[0]))
    h2 = float(np.tanh(u * x[1] + w * h1))
    return TwoSteps(h1, v * h1, h2, v * h2)  # (8.8)


@checked
def two_step_gradients(
    u: float, w: float, v: float, x: tuple[float, float], y: tuple[float, float], *, losses: tuple[int, ...] = (1, 2)
) -> dict:
    """Gradients of the squared errors of (8.8), with what each step adds to them.

    Args:
        u, w, v: weights.
        x: inputs.
        y: targets.
        losses: which steps are scored: (2,) for the last only, (1, 2) for both.

    Returns:
        For each of "u", "w", "v" the pair (share of step 1, share of step 2), and "h2", "h1" the gradients at the states.
    """
    run, y = two_steps(u, w, v, x), array("y", y, shape=(2,))
    if not losses or set(losses) - {1, 2}:
        raise ValueError(f"losses must name step 1, step 2 or both; got {losses}")
    ŷ1_bar = -2 * (y[0] - run.y1) * (1 in losses)
    ŷ2_bar = -2 * (y[1] - run.y2) * (2 in losses)
    h2_bar = v * ŷ2_bar
    z2_bar = h2_bar * (1 - run.h2**2)
    h1_bar = v * ŷ1_bar + w * z2_bar
    z1_bar = h1_bar * (1 - run.h1**2)
    return {
        "u": (z1_bar * x[0], z2_bar * x[1]), "w": (0.0, z2_bar * run.h1), "v": (ŷ1_bar * run.h1, ŷ2_bar * run.h2),
        "h1": h1_bar, "h2": h2_bar,
    }  # fmt: skip


@dataclass(frozen=True)
class Gradients:
    """Gradients of the average squared error, and what each time adds to that of w_h (an array (T, p, p))."""

    w_h: np.ndarray
    w_x: np.ndarray
    v: np.ndarray
    h0: np.ndarray
    w_h_by_time: np.ndarray


@checked
def gradients(
    weights: RNN,
    v: Float[np.ndarray, "p k"],
    h0: Float[np.ndarray, " p"],
    xs: Float[np.ndarray, "T d"],
    ys: Float[np.ndarray, "T k"],
) -> Gradients:
    """Gradients of the loss of one sequence with respect to everything learned, by one pass backwards in time.

    Args:
        weights: of a tanh layer.
        v: readout.
        h0: the first state.
        xs: the inputs.
        ys: targets at every time; the loss is the mean over t of ‖y_t - ŷ_t‖².
    """
    p, d = weights.w_x.shape
    T = len(array("xs", xs, shape=(None, d)))
    v, h0 = array("v", v, shape=(p, None)), array("h0", h0, shape=(p,))
    ys = array("ys", ys, shape=(T, v.shape[1]))
    h = recurrent.states(weights, xs, start=h0)
    before = np.concatenate([h0[None], h[:-1]])
    ŷ_bar = 2 * (h @ v - ys) / T
    z_bars, h_bar = np.empty_like(h), np.zeros_like(h0)
    for t in reversed(range(T)):
        z_bars[t] = (v @ ŷ_bar[t] + h_bar) * (1 - h[t] ** 2)
        h_bar = weights.w_h.T @ z_bars[t]
    by_time = z_bars[:, :, None] * before[:, None, :]
    return Gradients(by_time.sum(axis=0), z_bars.T @ xs, h.T @ ŷ_bar, h_bar, by_time)


@checked
def state_jacobian_norms(
    weights: RNN, xs: Float[np.ndarray, "T d"], *, start: Float[np.ndarray, " p"]
) -> Float[np.ndarray, " T"]:
    """‖∂h_T/∂h_t‖₂ for t = 0, ..., T - 1 of a tanh RNN: the product of the Jacobians of the steps between.

    Args:
        weights: of the layer.
        xs: the inputs.
        start: h_0.
    """
    h = recurrent.states(weights, array("xs", xs, ndim=2), start=start)
    J, norms = np.eye(len(start)), []
    for t in reversed(range(len(xs))):
        J = J @ ((1 - h[t] ** 2)[:, None] * weights.w_h)
        norms.append(np.linalg.norm(J, 2))
    return np.array(norms[::-1])
