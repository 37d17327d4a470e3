"""The functions on which heavy ball fails, and the objectives, against exact fractions and finite differences."""

from fractions import Fraction

import numpy as np
import pytest

from principles.acceleration import failures, rates, updates
from principles.acceleration.objectives import diagonal, flat_spectrum, least_squares, logistic


def objectives(rng):
    X = rng.normal(size=(30, 3))
    y = np.where(rng.normal(size=30) > 0, 1.0, -1.0)
    return [diagonal(np.array([1.0, 2.0, 9.0])), least_squares(X, y), logistic(X, y, penalty=0.1)]


@pytest.mark.parametrize("k", range(3))
def test_gradients_minimisers_and_curvature_bounds_fit_the_values(k, rng):
    f, w = objectives(rng)[k], rng.normal(size=3)
    slopes = [(f.value(w + 1e-6 * e) - f.value(w - 1e-6 * e)) / 2e-6 for e in np.eye(3)]
    np.testing.assert_allclose(f.gradient(w), slopes, atol=1e-7)
    np.testing.assert_allclose(f.gradient(f.minimizer), 0, atol=1e-12)
    H = np.array([(f.gradient(w + 1e-5 * e) - f.gradient(w - 1e-5 * e)) / 2e-5 for e in np.eye(3)])
    h = np.linalg.eigvalsh((H + H.T) / 2)
    assert f.m <= h[0] + 1e-7
    assert h[-1] <= f.L + 1e-7
    assert f.gap(rng.normal(size=(5, 3))).shape == (5,)


def test_the_logistic_curvature_is_largest_at_zero_and_the_minimiser_is_found_at_any_scale(rng):
    X, y = rng.normal(size=(30, 3)), np.where(rng.normal(size=30) > 0, 1.0, -1.0)
    f = logistic(X, y, penalty=0.1)
    H = np.array([f.gradient(1e-4 * e) - f.gradient(-1e-4 * e) for e in np.eye(3)]) / 2e-4
    np.testing.assert_allclose(np.linalg.eigvalsh((H + H.T) / 2)[-1], f.L, rtol=1e-6)
    wild = logistic(X * np.array([0.01, 1.0, 100.0]), y, penalty=1e-5)
    np.testing.assert_allclose(wild.gradient(wild.minimizer), 0, atol=1e-11)


@pytest.mark.parametrize("make", [failures.lessard_recht_packard, lambda: failures.kinked(0.3)])
def test_the_functions_of_the_failures_are_as_convex_and_smooth_as_they_say(make):
    f, grid = make(), np.linspace(-4, 5, 901)
    np.testing.assert_array_equal(f.minimizer, np.zeros(1))
    assert (f.gap(np.zeros((1, 1))), f.gradient(np.zeros(1))) == (0, 0)
    g, value = f.gradient(grid), f.value(grid[:, None])
    slopes = np.diff(g) / np.diff(grid)
    assert slopes.min() == pytest.approx(f.m, rel=1e-6)
    assert slopes.max() == pytest.approx(f.L, rel=1e-6)
    np.testing.assert_allclose(np.diff(value), (g[1:] + g[:-1]) / 2 * np.diff(grid), atol=1e-10)  # straight between kinks


@pytest.mark.equation("10.4")
def test_the_cycle_is_exact_in_fractions_and_attracts():
    x = [Fraction(792, 1225), Fraction(-2208, 1225), Fraction(2592, 1225)]
    slope = lambda w: 25 * w if w < 1 else (w + 24 if w < 2 else 25 * w - 24)  # noqa: E731
    for k in range(3):
        assert x[k] - slope(x[k]) / 9 + Fraction(4, 9) * (x[k] - x[k - 1]) == x[(k + 1) % 3]
    np.testing.assert_allclose(failures.cycle(), [float(v) for v in x], atol=1e-14)
    η, ρ = rates.polyak_tuned(1.0, 25.0)
    f = failures.lessard_recht_packard()
    W = updates.heavy_ball(f.gradient, np.array([3.3, 0.5]), step_size=η, momentum=ρ, steps=300)
    np.testing.assert_allclose(np.sort(W[-3:, 0]), np.sort(failures.cycle()), atol=1e-10)
    assert list(failures.trapped(W[0], W)) == [True, False]
    A = rates.update_matrix(25.0, step_size=η, momentum=ρ, nesterov=False)
    assert np.abs(np.linalg.eigvals(A @ A @ A)).max() == pytest.approx(8 / 27, rel=1e-6)


def test_trapped_is_who_was_far_in_one_of_the_last_three_states():
    states = np.array([[5.0] * 5, [0.0, 5.0, 0.0, 0.0, 0.0], [0.0, 0.0, -5.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0011, 1e-3]])
    np.testing.assert_array_equal(failures.trapped(np.ones(5), states), [False, True, True, True, False])
    np.testing.assert_array_equal(failures.trapped(np.ones(5), states[1:]), [False, True, True, True, False])


def test_a_lap_is_seen_in_61_states_and_has_thirty_sides_at_most():
    turn = lambda n: np.resize([1.0] + [-1.0] * (n - 1), 61)  # noqa: E731
    assert failures.lap(turn(30)) == [0] * 29 + [1]
    with pytest.raises(ValueError, match="none of up to 30"):
        failures.lap(turn(31))


@pytest.mark.parametrize("unit", [1e-5, 1.0, 1e5])
def test_columns_depend_on_one_another_in_every_unit_and_when_all_are_zero(unit, rng):
    X = unit * rng.normal(size=(9, 2))
    assert least_squares(X, np.ones(9)).condition == pytest.approx(np.linalg.cond(X) ** 2)
    for dependent in (X @ np.ones((2, 2)), 0 * X):
        with pytest.raises(ValueError, match="independent columns"):
            least_squares(dependent, np.ones(9))


@pytest.mark.equation("10.9")
def test_heavy_ball_with_rising_momentum_can_diverge_where_nesterov_does_not():
    f = failures.kinked(0.277)
    W = updates.heavy_ball(f.gradient, np.ones(1), step_size=0.8, momentum=updates.rising_momentum, steps=3000)
    assert abs(W[-1, 0]) > 100
    sides = failures.lap(W[:, 0])
    factors = [failures.growth(sides, slope=0.277, step_size=0.8, momentum=ρ) for ρ in (0.9, 1.0)]
    assert factors[0] < 1 < factors[1]
    lap = [abs(W[-1 - k * len(sides), 0]) for k in (0, 1)]
    late = failures.growth(sides, slope=0.277, step_size=0.8, momentum=updates.rising_momentum(3000))
    assert lap[0] / lap[1] == pytest.approx(late, rel=2e-3)
    fine = updates.nesterov_rising(f.gradient, np.ones(1), step_size=0.8, steps=300)
    assert abs(fine[-1, 0]) < 1e-3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: failures.kinked(0.0), "slope must be above 0"),
        (lambda: failures.lap(np.random.default_rng(0).normal(size=99)), "repeated pattern"),
        (lambda: diagonal(np.array([-1.0])), "curvatures must not be negative"),
        (lambda: least_squares(np.ones((3, 2)), np.ones(3)), "independent columns"),
        (lambda: logistic(np.ones((3, 1)), np.ones(3), penalty=0.0), "penalty must be above 0"),
        (lambda: logistic(np.ones((3, 1)), np.ones(2), penalty=1.0), "one row a sample"),
        (lambda: flat_spectrum(3, least=2.0), "least must be below 1"),
        (lambda: diagonal(np.zeros(2)), "curvatures must not all be 0"),
        (lambda: diagonal(np.ones(2)).gap(np.ones(1)), "weights must have 2 entries on the last axis"),
        (lambda: failures.trapped(np.ones(2), np.ones((1, 2))), "last three states"),
        (lambda: failures.trapped(np.ones(2), np.ones((5, 3))), "one row a sample"),
        (lambda: failures.lap(np.ones(20)), "at least 61 states"),
        (lambda: failures.growth([7, 2], slope=0.3, step_size=1.0, momentum=0.5), "sides must hold zeros and ones"),
    ],
)
def test_malformed_objectives_are_refused(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
