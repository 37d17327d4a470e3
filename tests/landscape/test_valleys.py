"""The valley is flat, comes in two arms, and the pass between them has the stated height."""

import numpy as np
import pytest
from scipy.fft import dst
from scipy.linalg import block_diag, expm, logm

from principles.landscape import critical, curvature, valleys
from principles.landscape import linear_network as ln


@pytest.fixture
def problem(rng):
    X = rng.normal(size=(60, 5))
    Y = X @ rng.normal(size=(5, 4)) + 0.3 * rng.normal(size=(60, 4))
    return X, Y, ln.moments(X, Y)


@pytest.mark.result("Fact 12.8")
@pytest.mark.parametrize("p", [1, 2, 3, 4])
def test_the_valley_is_flat_and_its_points_differ(problem, p, rng):
    m = problem[2]
    first = rng.normal(size=(p, p)) + 2 * np.eye(p)
    last = rng.normal(size=(p, p))
    last *= 1 if np.linalg.det(last) * np.linalg.det(first) > 0 else np.where(np.arange(p) == 0, -1, 1)[:, None]
    path = valleys.along_the_valley(m, first, last, points=7)
    best = critical.critical_loss(m, tuple(range(1, p + 1)))
    np.testing.assert_allclose(valleys.losses(m, path), best, atol=1e-10)
    np.testing.assert_allclose(path[0][0], critical.critical_point(m, tuple(range(1, p + 1)), first)[0], atol=1e-10)
    np.testing.assert_allclose(path[-1][0], critical.critical_point(m, tuple(range(1, p + 1)), last)[0], atol=1e-8)
    line = valleys.straight_line(path[0], path[-1], points=9)
    assert valleys.losses(m, line).max() > best + 1e-3
    np.testing.assert_allclose(line[2][1], 0.75 * path[0][1] + 0.25 * path[-1][1], atol=1e-12)


@pytest.mark.result("Fact 12.8")
@pytest.mark.parametrize("p", [1, 2, 3])
def test_the_pass_is_reached_and_no_random_path_is_lower(problem, p, rng):
    m = problem[2]
    over = valleys.over_the_pass(m, p, points=101)
    best, height = critical.critical_loss(m, tuple(range(1, p + 1))), valleys.pass_height(m, p)
    np.testing.assert_allclose(over[-1][0], over[0][0] * np.where(np.arange(p) == p - 1, -1, 1), atol=1e-12)
    assert valleys.losses(m, over).max() - best == pytest.approx(height, rel=1e-9)
    saddle = (*range(1, p), p + 1)
    assert critical.critical_loss(m, saddle) - best == pytest.approx(height, rel=1e-9)
    assert critical.inversions(saddle, 4) == 1
    for _ in range(5):
        detour = valleys.scattered_path(over[0], over[-1], points=61, spread=0.5, rng=rng)
        assert valleys.losses(m, detour).max() > best + height


def test_with_full_width_the_pass_costs_the_last_eigenvalue(problem):
    m = problem[2]
    assert valleys.pass_height(m, 4) == pytest.approx(critical.eigen(m)[0][3] / 120, rel=1e-12)


@pytest.mark.result("Fact 12.8")
def test_every_samples_gradient_is_orthogonal_to_the_flat_directions_everywhere(problem, rng):
    X, Y, _ = problem
    A, B = rng.normal(size=(4, 2)), rng.normal(size=(2, 5))
    flat = valleys.flat_directions(A, B)
    assert np.linalg.matrix_rank(flat) == 4
    for x, y in zip(X[:5], Y[:5]):
        r = A @ B @ x - y
        g = np.concatenate([np.outer(A.T @ r, x).ravel(), np.outer(r, B @ x).ravel()])
        assert np.abs(flat.T @ g).max() < 1e-10
    total = curvature.gradient(curvature.network_loss(X, Y), B, A)
    assert np.abs(flat.T @ total).max() < 1e-10 < np.abs(total).max()


def test_the_turn_keeps_the_determinant_positive(rng):
    C = rng.normal(size=(3, 3))
    C *= np.sign(np.linalg.det(C))
    assert min(np.linalg.det(valleys.turn(C, t)) for t in np.linspace(0, 1, 21)) > 0
    np.testing.assert_allclose(valleys.turn(C, 0.0), np.eye(3), atol=1e-12)
    np.testing.assert_allclose(valleys.turn(C, 1.0), C, atol=1e-10)


@pytest.mark.parametrize("turned", [[-1, -1], [-1, -1, 1], [1, -1, -1], [-1, -1, -1, -1]])
def test_the_turn_reaches_half_turns_too(turned, rng):
    Z = np.linalg.qr(rng.normal(size=(len(turned), len(turned))))[0]
    for C in (np.diag(np.array(turned, float)), Z @ np.diag(turned) @ Z.T, 3 * Z @ np.diag(turned) @ Z.T):
        np.testing.assert_allclose(valleys.turn(C, 1.0), C, atol=1e-10)
        half = valleys.turn(C, 0.5)
        assert np.linalg.det(half) > 0.5
        assert np.isrealobj(half)


def test_the_turn_reaches_half_turns_beside_turns_of_another_angle():
    C = block_diag(-1, [[-0.8, -0.6], [0.6, -0.8]], -1)
    np.testing.assert_allclose(valleys.turn(C, 1.0), C, atol=1e-10)


def test_the_turn_is_the_principal_one(rng):
    Q = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    Q[0] *= np.linalg.det(Q)
    np.testing.assert_allclose(valleys.turn(Q, 0.3), expm(0.3 * np.real(logm(Q))), atol=1e-10)


def test_a_scattered_path_keeps_its_ends_and_leaves_the_line_by_its_spread(problem, rng):
    over = valleys.over_the_pass(problem[2], 2, points=5)
    line = valleys.straight_line(over[0], over[-1], points=5)
    path = valleys.scattered_path(over[0], over[-1], points=5, spread=0.5, rng=np.random.default_rng(0))
    twice = valleys.scattered_path(over[0], over[-1], points=5, spread=1.0, rng=np.random.default_rng(0))
    for i in (0, -1):
        np.testing.assert_allclose(path[i][0], over[i][0], atol=1e-12)
    bump = [path[2][k] - line[2][k] for k in (0, 1)]
    assert min(np.abs(b).max() for b in bump) > 0.1
    np.testing.assert_allclose(twice[2][1] - line[2][1], 2 * bump[1], atol=1e-12)


def test_a_scattered_path_leaves_the_line_by_three_sine_waves_with_the_amplitudes_drawn(rng):
    first, last = ((rng.normal(size=(4, 2)), rng.normal(size=(2, 5))) for _ in range(2))
    line = valleys.straight_line(first, last, points=11)
    path = valleys.scattered_path(first, last, points=11, spread=0.5, rng=np.random.default_rng(3))
    draws = np.random.default_rng(3)
    amplitudes = [[0.5 * draws.normal(size=w.shape) for w in first] for _ in range(3)]
    for i in (0, 1):
        found = dst([at[i] - on[i] for at, on in zip(path[1:-1], line[1:-1])], type=1, axis=0) / 10  # sine coefficients
        np.testing.assert_allclose(found[:3], [wave[i] for wave in amplitudes], atol=1e-12)
        assert np.abs(found[3:]).max() < 1e-12


def test_malformed_input_is_named(problem, as_users_run):
    with pytest.raises(ValueError, match="positive determinant to be joined with the identity; det C = -1"):
        valleys.turn(np.diag([1.0, -1.0]), 0.5)
    with pytest.raises(ValueError, match="p must be at least 1 and at most 4; got 5"):
        valleys.pass_height(problem[2], 5)
