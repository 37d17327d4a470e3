"""First-order methods: each sees gradients only, and moves in the span of those it has seen (Adam and AMSGrad apart).

Each method is a function of (ℓ, start, steps) that returns the path w^(0), …, w^(T).
Constants follow from L alone, since the functions on which they are compared are only convex.
"""

from collections.abc import Callable

import numpy as np

from principles.gradient_descent.descent import descend, exact_line_search, gradient_descent, steepest
from principles.gradient_descent.objectives import Objective, points
from principles.signatures import checked
from principles.validation import count, number


@checked
def plain(objective: Objective, start, steps: int):
    """Gradient descent with η = 1/L."""
    return gradient_descent(objective, start, steps=steps, step_size=1 / objective.L)


@checked
def long_steps(objective: Objective, start, steps: int):
    """Gradient descent with η = 1.9/L, close to where it becomes unstable."""
    return gradient_descent(objective, start, steps=steps, step_size=1.9 / objective.L)


@checked
def line_search(objective: Objective, start, steps: int):
    """Gradient descent with the best step along each gradient."""
    return descend(objective, start, steps=steps, direction=steepest, rule=exact_line_search)


@checked
def heavy_ball(objective: Objective, start, steps: int, *, momentum: float = 0.9, step_size: float | None = None):
    """w^(t+1) = w^(t) − η∇ℓ(w^(t)) + ρ(w^(t) − w^(t−1)), with η = 1/L if left out."""
    η = number("step_size", 1 / objective.L if step_size is None else step_size, above=0)
    w, ρ = [points("start", start, objective)] * 2, number("momentum", momentum, least=0, most=1)
    for _ in range(count("steps", steps)):
        w.append(w[-1] - η * objective.gradient(w[-1]) + ρ * (w[-1] - w[-2]))
    return np.array(w[1:])


@checked
def tuned_heavy_ball(objective: Objective, start, steps: int):
    """Heavy ball with Polyak's constants for quadratics, which need m beside L."""
    root_m, root_L = np.sqrt(number("m", objective.m, least=0)), np.sqrt(objective.L)
    momentum, step_size = ((root_L - root_m) / (root_L + root_m)) ** 2, 4 / (root_L + root_m) ** 2
    return heavy_ball(objective, start, steps, momentum=momentum, step_size=step_size)


@checked
def nesterov(objective: Objective, start, steps: int, *, momentum: float | None = None):
    """A gradient step with η = 1/L from a point ahead, u = w^(t) + ρ_t (w^(t) − w^(t−1)); ρ_t = (t − 1)/(t + 2) if left out."""
    w = [points("start", start, objective)] * 2
    for t in range(1, count("steps", steps) + 1):
        ρ = (t - 1) / (t + 2) if momentum is None else number("momentum", momentum, least=0, most=1)
        ahead = w[-1] + ρ * (w[-1] - w[-2])
        w.append(ahead - objective.gradient(ahead) / objective.L)
    return np.array(w[1:])


@checked
def tuned_nesterov(objective: Objective, start, steps: int):
    """Nesterov's method with the fixed momentum (√κ − 1)/(√κ + 1), which needs m."""
    root_m, root_L = np.sqrt(number("m", objective.m, least=0)), np.sqrt(objective.L)
    return nesterov(objective, start, steps, momentum=(root_L - root_m) / (root_L + root_m))


@checked
def averaged(objective: Objective, start, steps: int):
    """The running mean of the iterates of gradient descent (Polyak and Ruppert)."""
    path = plain(objective, start, steps)
    return np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, None]


@checked
def conjugate_gradients(objective: Objective, start, steps: int):
    """On a quadratic, the exact minimiser over w^(0) + span of all gradients so far (Hestenes and Stiefel)."""
    path, g = [points("start", start, objective)], objective.gradient(start)
    d, A = -g, objective.hessian(start)
    for _ in range(count("steps", steps)):
        curvature = d @ A @ d
        if curvature <= 1e-300:
            path.append(path[-1])
            continue
        path.append(path[-1] + (g @ g) / curvature * d)
        fresh = objective.gradient(path[-1])
        d, g = -fresh + (fresh @ fresh) / (g @ g) * d, fresh
    return np.array(path)


@checked
def bfgs(objective: Objective, start, steps: int):
    """Quasi-Newton: learns the inverse Hessian from changes of the gradient; best step along each direction."""
    path, H, identity = [points("start", start, objective)], np.eye(objective.dimension), np.eye(objective.dimension)
    for _ in range(count("steps", steps)):
        w, g = path[-1], objective.gradient(path[-1])
        if np.linalg.norm(g) < 1e-13:
            path.append(w)
            continue
        d = -H @ g
        path.append(w + exact_line_search(objective, w, d) * d)
        s, y = path[-1] - w, objective.gradient(path[-1]) - g
        V = identity - np.outer(s, y) / (s @ y)
        H = V @ H @ V.T + np.outer(s, s) / (s @ y)
    return np.array(path)


@checked
def adam(objective: Objective, start, steps: int, *, rate: float = 0.1, largest: bool = False):
    """Adam with its usual constants: moves each coordinate on its own, so it leaves the span of the gradients.

    With `largest` it is AMSGrad: the second moment never shrinks.
    """
    w, η = points("start", start, objective).copy(), number("rate", rate, above=0)
    path, first, second, scale = [w], np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    for t in range(1, count("steps", steps) + 1):
        g = objective.gradient(path[-1])
        first, second = 0.9 * first + 0.1 * g, 0.999 * second + 0.001 * g**2
        scale = np.maximum(scale, second) if largest else second
        path.append(path[-1] - η * (first / (1 - 0.9**t)) / (np.sqrt(scale / (1 - 0.999**t)) + 1e-8))
    return np.array(path)


@checked
def amsgrad(objective: Objective, start, steps: int):
    """Adam whose steps never grow back."""
    return adam(objective, start, steps, largest=True)


METHODS: dict[str, Callable] = {
    "gradient descent, 1/L": plain,
    "gradient descent, 1.9/L": long_steps,
    "exact line search": line_search,
    "heavy ball": heavy_ball,
    "Nesterov": nesterov,
    "conjugate gradients": conjugate_gradients,
    "BFGS": bfgs,
    "Adam": adam,
}
VARIANTS: dict[str, Callable] = {
    "heavy ball, tuned": tuned_heavy_ball,
    "Nesterov, tuned": tuned_nesterov,
    "averaged iterates": averaged,
    "AMSGrad": amsgrad,
}


@checked
def proximal_step(objective: Objective, w, step_size: float):
    """The v with v = w − η∇ℓ(v), for a quadratic: an implicit step, which uses the gradient where it arrives."""
    w, η = points("w", w, objective), number("step_size", step_size, above=0)
    return w - η * np.linalg.solve(np.eye(objective.dimension) + η * objective.hessian(w), objective.gradient(w))
