"""Lengths, shortest paths, and flows."""

from functools import partial

import numpy as np
import pytest

from principles.sloppy import descent, geodesics, manifold, metric

TIMES = np.array([1 / 3, 1.0, 3.0])
PREDICT, JACOBIAN = partial(manifold.from_logs, TIMES), partial(manifold.from_logs_jacobian, TIMES)
START, END = np.log([0.3, 1.0]), np.log([0.3, 3.0])


def g(w):
    return metric.from_jacobian(JACOBIAN(w))


@pytest.mark.result("Remark 14.1")
def test_the_shortest_path_on_a_sphere_is_the_great_circle():
    a, b = np.radians([39.95, -75.17]), np.radians([41.9, 12.5])
    path, arc = geodesics.geodesic(geodesics.sphere, a, b, nodes=17), geodesics.great_circle(a, b)
    normal = np.cross(geodesics.sphere(a), geodesics.sphere(b))
    assert max(abs(normal @ geodesics.sphere(w)) for w in path) < 1e-4
    assert geodesics.path_length(geodesics.sphere_metric, path) == pytest.approx(arc, rel=1e-4)
    assert geodesics.path_length(geodesics.sphere_metric, np.linspace(a, b, 65)) > 1.02 * arc


@pytest.mark.result("Remark 14.1")
def test_length_of_a_parallel_is_the_cosine_of_its_latitude():
    parallel = np.column_stack([np.full(101, 0.7), np.linspace(0, 2 * np.pi, 101)])
    assert geodesics.path_length(geodesics.sphere_metric, parallel) == pytest.approx(2 * np.pi * np.cos(0.7))
    assert geodesics.path_length(geodesics.sphere_metric, parallel[[0, 1]]) == pytest.approx(2 * np.pi * np.cos(0.7) / 100)


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
def test_a_chain_that_does_not_settle_is_refused():
    with pytest.raises(ValueError, match="start and end must let the chain settle in 100 steps"):
        geodesics.geodesic(lambda w: w, np.array([0.0, 1e175]), np.array([1e300, 1e300]))


def test_on_a_plane_the_shortest_path_is_a_line_walked_at_constant_speed():
    path = geodesics.geodesic(lambda w: w, np.zeros(2), np.array([3.0, 4.0]))
    np.testing.assert_allclose(path, np.outer(np.arange(32 * 8 + 1) / 256, [3, 4]), atol=1e-9)


def test_the_sphere_metric_is_the_jacobians_square():
    w = np.array([0.4, 1.0])
    found = metric.by_differences(geodesics.sphere, w) * 3
    np.testing.assert_allclose(found, geodesics.sphere_metric(w), atol=1e-6)


def test_straight_line_geodesic_natural_and_gradient_paths_lengthen_in_this_order():
    slow, fast = (np.concatenate([[0], np.geomspace(1e-3, T, 150)]) for T in (1e4, 16))
    gradient, natural = (
        descent.flow(PREDICT, JACOBIAN, START, PREDICT(END), natural=flag, times=t) for flag, t in ((False, slow), (True, fast))
    )
    shortest = geodesics.geodesic(PREDICT, START, END, nodes=9)
    chord = np.sqrt(2 * metric.distance(PREDICT(START), PREDICT(END)))
    lengths = [geodesics.path_length(g, path) for path in (shortest, natural, gradient)]
    assert chord < lengths[0] < lengths[1] + 1e-6 < lengths[2]
    assert lengths[2] > 1.1 * lengths[0]
    np.testing.assert_allclose([gradient[-1], natural[-1]], [END, END], atol=1e-5)


def test_a_path_reported_once_is_its_start():
    found = descent.flow(lambda w: w, lambda w: np.eye(2), END, START, natural=False, times=np.zeros(1))
    np.testing.assert_array_equal(found, [END])


def test_natural_gradient_does_not_depend_on_the_coordinates():
    t = np.linspace(0, 3, 7)
    logs = descent.flow(PREDICT, JACOBIAN, START, PREDICT(END), natural=True, times=t)
    rates = descent.flow(
        partial(manifold.exponentials, TIMES),
        partial(manifold.exponentials_jacobian, TIMES),
        np.exp(START),
        PREDICT(END),
        natural=True,
        times=t,
    )
    np.testing.assert_allclose(np.exp(logs), rates, atol=1e-6)


def test_steps_are_counted_until_the_error_has_fallen_by_the_tolerance():
    assert 0.8**4 < 0.5 < 0.8**3, "(κ - 1)/(κ + 1) = 0.8 at κ = 9"
    assert descent.steps_needed(np.array([1.0, 9.0]), tolerance=0.5) == 4
    assert descent.steps_needed(np.array([1.0, 9.0]), tolerance=0.5, most=4) == 4
    assert 13 * 0.5**2 + 3 * 1.0**2 == 0.625**2 * 16, "the errors 1/2 and 1 after two steps by hand, on the bound"
    assert descent.steps_needed(np.repeat([1.0, 9.0], [13, 3]), tolerance=0.625, momentum=True) == 2
    assert descent.steps_needed(np.array([2.0, 2.0]), tolerance=0.5, momentum=True) == 1


@pytest.mark.parametrize(("momentum", "slope"), [(False, 1.0), (True, 0.5)])
def test_steps_grow_like_kappa_and_with_momentum_like_its_root(momentum, slope):
    conditions = np.array([10.0, 100.0, 1000.0])
    steps = [descent.steps_needed(np.geomspace(1, 1 / κ, 10), tolerance=0.01, momentum=momentum) for κ in conditions]
    assert np.polyfit(np.log(conditions), np.log(steps), 1)[0] == pytest.approx(slope, abs=0.1)


def test_error_by_direction_equals_the_integrated_flow(rng):
    A, y, t = rng.normal(size=(8, 3)), rng.normal(size=8), np.linspace(0, 2, 5)
    path = descent.flow(lambda w: A @ w, lambda w: A, np.zeros(3), y, natural=False, times=t)
    best = np.linalg.lstsq(A, y, rcond=None)[0]
    expected = [metric.distance(A @ w, y) - metric.distance(A @ best, y) for w in path]
    np.testing.assert_allclose(descent.error_by_direction(A, y, t)[1], expected, atol=1e-8)


def test_momentum_reaches_the_optimal_rate_of_the_heavy_ball():
    κ, tolerances = 1e4, (1e-6, 1e-12)
    first, second = (descent.steps_needed(np.array([1.0, 1 / κ]), tolerance=t, momentum=True) for t in tolerances)
    assert second - first == pytest.approx(np.sqrt(κ) / 2 * np.log(1e6), rel=0.1)
