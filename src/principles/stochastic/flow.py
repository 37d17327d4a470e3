"""Gradient flow, the differential equation behind gradient descent."""

from collections.abc import Callable
from itertools import count as counter

import numpy as np
from jaxtyping import Float
from scipy.integrate import solve_ivp

from principles.signatures import checked
from principles.validation import array, count, number

Slope = Callable[[np.ndarray], np.ndarray]


@checked
def flow(slope: Slope, start: Float[np.ndarray, " p"], times: Float[np.ndarray, " k"]) -> Float[np.ndarray, "k p"]:
    """W(τ) with dW/dτ = −∇ℓ(W), W(0) = w_0, by a high-order integrator (11.26).

    Args:
        slope: ∇ℓ.
        start: w_0.
        times: τ, increasing from at least 0.

    Raises:
        ValueError: if the flow ends before the last of them, or is so stiff that 100 000 slopes do not lead there.
    """
    w, times = array("start", start, ndim=1), array("times", times, ndim=1)
    if times[0] < 0 or (np.diff(times) <= 0).any():
        raise ValueError("times must increase, from at least 0")
    if times[-1] == 0:
        return w[None]
    asked = counter()

    def velocity(τ, W):
        if next(asked) == 100_000:
            raise ValueError(f"times must be reached with 100 000 slopes, up to {times[-1]:g}; after them τ is {τ:.3g}")
        return -slope(W)  # (11.26)

    solved = solve_ivp(velocity, (0.0, times[-1]), w, t_eval=times, method="DOP853", rtol=1e-11, atol=1e-12)
    if not solved.success:
        raise ValueError(f"slope must let the flow live until the last of times; it stopped at {solved.t[-1:]}: {solved.message}")
    return solved.y.T


@checked
def quadratic(H: Float[np.ndarray, "p p"], start: Float[np.ndarray, " p"], time: float) -> Float[np.ndarray, " p"]:
    """W(τ) = exp(−τH) w_0, gradient flow on ½ wᵀHw in closed form (11.26)."""
    start, H = array("start", start, ndim=1), array("H", H, ndim=2)
    if H.shape != (len(start), len(start)) or not np.allclose(H, H.T):
        raise ValueError(f"H must be symmetric, with a row for each entry of start; got shapes {H.shape} and {start.shape}")
    values, vectors = np.linalg.eigh(H)
    return vectors @ (np.exp(-number("time", time, least=0) * values) * (vectors.T @ start))


@checked
def descent(slope: Slope, start: Float[np.ndarray, " p"], *, step_size: int | float, steps: int) -> Float[np.ndarray, "k p"]:
    """Gradient descent w ← w − η∇ℓ(w), which is Euler's method with Δτ = η; every state, `steps` + 1 of them."""
    path = [array("start", start, ndim=1)]
    for _ in range(count("steps", steps, least=0)):
        path.append(path[-1] - number("step_size", step_size, above=0) * slope(path[-1]))
    return np.array(path)
