"""The forms of heavy ball and of Nesterov's method against matrix powers, closed forms and one another."""

import numpy as np
import pytest

from principles.acceleration import experiments, updates
from principles.acceleration.objectives import diagonal, logistic


@pytest.fixture
def loss(rng):
    X = rng.normal(size=(40, 3))
    return logistic(X, np.where(X[:, 0] + rng.normal(size=40) > 0, 1.0, -1.0), penalty=0.05)


def powers(A, b, steps, *, step_size, momentum, nesterov):
    """States of a quadratic with Hessian A by powers of the matrix on (w_t, w_{t-1}), an independent computation."""
    p = len(b)
    inner = np.eye(p) - step_size * A if nesterov else np.eye(p)
    damped = (1 + momentum) * inner - (0 if nesterov else step_size) * A
    M = np.block([[damped, -momentum * inner], [np.eye(p), np.zeros((p, p))]])
    return np.array([(np.linalg.matrix_power(M, t) @ np.r_[b, b])[:p] for t in range(steps + 1)])


@pytest.mark.equation("10.1", "10.2")
def test_displacements_of_gradient_descent_are_its_gradient_velocities(loss, rng):
    start = rng.normal(size=3)
    W = updates.heavy_ball(loss.gradient, start, step_size=0.3, momentum=0.0, steps=20)
    v = updates.gradient_velocity(loss.gradient, W[:-1], step_size=0.3)
    np.testing.assert_allclose(updates.displacements(W), v, atol=1e-14)
    np.testing.assert_allclose(start + np.cumsum(v, axis=0), W[1:], atol=1e-13)


@pytest.mark.equation("10.3")
@pytest.mark.parametrize("η", [0.01, 0.5, 1.9])
def test_frictionless_motion_is_a_sampled_cosine(η):
    W = updates.frictionless(lambda w: 2.0 * w, np.array([3.0]), step_size=η, steps=200)[:, 0]
    θ = np.arccos(1 - η)  # 2 cos θ = 2 - 2η
    np.testing.assert_allclose(W, 3.0 * np.cos(θ * (np.arange(201) + 0.5)) / np.cos(θ / 2), atol=1e-9)


@pytest.mark.equation("10.4", "10.8")
@pytest.mark.parametrize("nesterov", [False, True])
def test_paths_on_a_quadratic_are_matrix_powers(nesterov, rng):
    root = rng.normal(size=(3, 3))
    A, start = root @ root.T / 3, rng.normal(size=3)
    method = updates.nesterov if nesterov else updates.heavy_ball
    path = method(lambda w: A @ w, start, step_size=0.2, momentum=0.7, steps=25)
    path = path.weights if nesterov else path
    np.testing.assert_allclose(path, powers(A, start, 25, step_size=0.2, momentum=0.7, nesterov=nesterov), atol=1e-11)


@pytest.mark.equation("10.4", "10.5", "10.6")
def test_the_three_forms_of_heavy_ball_are_one(loss, rng):
    options = {"start": rng.normal(size=3), "step_size": 0.4, "momentum": 0.8, "steps": 50}
    W = updates.heavy_ball(loss.gradient, **options)
    extrapolated, velocity = (f(loss.gradient, **options) for f in (updates.heavy_ball_extrapolated, updates.heavy_ball_velocity))
    np.testing.assert_allclose(extrapolated.weights, W, atol=1e-12)
    np.testing.assert_allclose(velocity.weights, W, atol=1e-12)
    np.testing.assert_allclose(extrapolated.auxiliary[1:] - W[1:-1], 0.8 * updates.displacements(W)[:-1], atol=1e-12)
    np.testing.assert_allclose(0.4 * velocity.auxiliary[1:], updates.displacements(W), atol=1e-12)


@pytest.mark.equation("10.7", "10.8")
def test_the_two_forms_of_nesterov_are_one_and_look_at_one_point(loss, rng):
    options = {"start": rng.normal(size=3), "step_size": 0.4, "momentum": 0.8, "steps": 50}
    velocity, extrapolated = (f(loss.gradient, **options) for f in (updates.nesterov_velocity, updates.nesterov))
    np.testing.assert_allclose(velocity.weights, extrapolated.weights, atol=1e-12)
    looked = velocity.weights[:-1] + 0.4 * 0.8 * velocity.auxiliary[:-1]
    np.testing.assert_allclose(looked, extrapolated.auxiliary, atol=1e-12)
    heavy = updates.heavy_ball(loss.gradient, **options)
    assert np.abs(heavy - velocity.weights).max() > 0.05


@pytest.mark.equation("10.9")
def test_rising_momentum_is_the_scheme_of_su_boyd_and_candes(loss, rng):
    x = y = rng.normal(size=3)
    states = [x]
    for k in range(1, 60):
        x, before = y - 0.5 * loss.gradient(y), x
        y = x + (k - 1) / (k + 2) * (x - before)
        states.append(x)
    W = updates.nesterov_rising(loss.gradient, states[0], step_size=0.5, steps=59)
    np.testing.assert_allclose(W, states, atol=1e-12)
    two_lines = updates.nesterov(loss.gradient, states[0], step_size=0.5, momentum=updates.rising_momentum, steps=59)
    np.testing.assert_allclose(two_lines.weights, W, atol=1e-12)


@pytest.mark.equation("10.4", "10.6")
def test_with_a_step_schedule_the_forms_part_by_the_ratio_of_steps(loss):
    schedule = lambda t: 0.4 / (1 + t)  # noqa: E731
    W = updates.heavy_ball(loss.gradient, np.ones(3), step_size=schedule, momentum=0.8, steps=2)
    V = updates.heavy_ball_velocity(loss.gradient, np.ones(3), step_size=schedule, momentum=0.8, steps=2).weights
    np.testing.assert_allclose(W[:2], V[:2], atol=1e-15)
    np.testing.assert_allclose(W[2] - V[2], 0.8 * (1 - 0.5) * (W[1] - W[0]), atol=1e-14)


def test_momentum_one_on_heavy_ball_is_the_frictionless_particle():
    gradient = diagonal(np.array([1.0, 3.0])).gradient
    W = updates.heavy_ball(gradient, np.ones(2), step_size=0.5, momentum=1.0, steps=30)
    np.testing.assert_allclose(W, updates.frictionless(gradient, np.ones(2), step_size=0.5, steps=30), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: updates.heavy_ball(g, np.ones(2), step_size=-1.0, momentum=0.5, steps=3), "step_size must be above 0"),
        (lambda g: updates.heavy_ball(g, np.ones(2), step_size=0.1, momentum=1.5, steps=3), "momentum must be at most 1"),
        (lambda g: updates.nesterov(g, np.ones(2), step_size=0.1, momentum=-0.5, steps=3), "momentum must be at least 0"),
        (lambda g: updates.frictionless(g, np.ones(2), step_size=0.1, steps=0), "steps must be at least 1"),
        (lambda g: updates.heavy_ball_velocity(g, np.ones((2, 2)), step_size=0.1, momentum=0.5, steps=3), "start must have 1"),
        (lambda g: updates.nesterov_rising(g, np.array([np.nan]), step_size=0.1, steps=3), "start must be finite"),
        (lambda g: updates.displacements(np.ones((1, 2))), "at least two states"),
        (lambda g: updates.rising_momentum(-3), "t must be at least 0"),
        (lambda g: updates.nesterov(lambda w: 1.0, np.ones(2), step_size=0.1, momentum=0.5, steps=3), "gradient must return"),
        (lambda g: updates.frictionless(lambda w: w * np.nan, np.ones(2), step_size=0.1, steps=3), "gradient must be finite"),
    ],
)
def test_malformed_runs_are_refused(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(lambda w: w)


@pytest.mark.equation("10.4")
def test_steps_along_the_slope_are_longer_than_gradient_steps():
    f = diagonal(np.array([0.04, 1.0]))
    W = updates.heavy_ball(f.gradient, np.array([1.0, 0.6]), step_size=0.5, momentum=0.9, steps=120)
    product, step, plain = experiments.step_lengths(f, W, step_size=0.5)
    moved = np.diff(W, axis=0)[:-1]
    by_hand = plain**2 + 0.81 * (moved**2).sum(axis=1) - 2 * 0.5 * 0.9 * product
    np.testing.assert_allclose(step**2, by_hand, atol=1e-14)
    assert (step[product < 0] > plain[product < 0]).all()
