"""Residuals, the distance, and its second derivative in four independent ways."""

from functools import partial

import numpy as np
import pytest
from scipy import stats

from principles.sloppy import autodiff, manifold, metric

TIMES = np.array([1 / 3, 1.0, 3.0])
PREDICT, JACOBIAN = partial(manifold.exponentials, TIMES), partial(manifold.exponentials_jacobian, TIMES)


def TORCH(rates):
    return autodiff.exponentials(TIMES)(rates)


POINTS = [[0.5, 2.0], [1.0, 1.1], [0.1, 5.0]]


@pytest.mark.equation("14.1")
def test_residuals_of_the_true_model_are_standard_normal(rng):
    truth = rng.normal(size=4000)
    r = metric.residuals(truth + 3.0 * rng.normal(size=4000), truth, noise_std=3.0)
    assert stats.kstest(r, "norm").pvalue > 0.01


def test_log_likelihood_is_the_sum_of_scipys_log_densities(rng):
    r = rng.normal(size=20)
    assert metric.log_likelihood(r) == pytest.approx(stats.norm.logpdf(r).sum())


@pytest.mark.equation("14.3", "14.4")
@pytest.mark.parametrize("w", POINTS)
def test_metric_by_autograd_by_differences_and_by_the_jacobian_agree(w):
    w, σ = np.array(w), 0.7
    g = metric.from_jacobian(metric.residual_jacobian(JACOBIAN(w), noise_std=σ), noise_std=σ)
    np.testing.assert_allclose(autodiff.metric(TORCH, w), g, rtol=1e-10)
    np.testing.assert_allclose(metric.by_differences(PREDICT, w), g, atol=1e-6)
    np.testing.assert_allclose(metric.from_jacobian(autodiff.jacobian(TORCH, w)), g, rtol=1e-10)


@pytest.mark.equation("14.2")
@pytest.mark.parametrize("w", POINTS)
def test_the_first_order_term_of_the_distance_vanishes(w):
    assert not autodiff.gradient_of_distance(TORCH, np.array(w)).any()


@pytest.mark.equation("14.2", "14.4")
@pytest.mark.parametrize("w", POINTS)
def test_distance_is_half_the_quadratic_form_up_to_third_order(w):
    w, sizes = np.array(w), np.geomspace(1e-3, 1e-2, 5)
    errors = metric.taylor_errors(PREDICT, w, metric.from_jacobian(JACOBIAN(w)), np.array([0.5, -0.3]), sizes)
    assert np.polyfit(np.log(sizes), np.log(errors), 1)[0] == pytest.approx(3, abs=0.1)


def test_differences_converge_at_second_order():
    w, steps = np.array([0.5, 2.0]), np.array([0.08, 0.04, 0.02])
    g = metric.from_jacobian(JACOBIAN(w))
    errors = [np.abs(metric.by_differences(PREDICT, w, step=h) - g).max() for h in steps]
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(2, abs=0.05)


@pytest.mark.equation("14.4")
def test_hessian_of_the_cost_is_the_metric_plus_the_curved_errors(rng):
    w, y = np.array([0.5, 2.0]), rng.normal(size=3)
    H = metric.cost_hessian(JACOBIAN(w), autodiff.curvatures(TORCH, w), PREDICT(w) - y)
    np.testing.assert_allclose(H, autodiff.hessian(TORCH, w, y), rtol=1e-10)
    np.testing.assert_allclose(autodiff.hessian(TORCH, w, PREDICT(w)), metric.from_jacobian(JACOBIAN(w)), rtol=1e-10)


@pytest.mark.parametrize("jacobian", ["rates", "logs"])
def test_jacobians_equal_autograd(jacobian):
    w = np.array([0.5, 2.0])
    if jacobian == "rates":
        np.testing.assert_allclose(JACOBIAN(w), autodiff.jacobian(TORCH, w), rtol=1e-12)
    else:
        found = manifold.from_logs_jacobian(TIMES, np.log(w))
        np.testing.assert_allclose(found, autodiff.jacobian(lambda v: TORCH(v.exp()), np.log(w)), rtol=1e-12)


def test_edges_are_limits_of_the_model_and_the_metric_degenerates_at_two_of_them():
    edges, θ = manifold.edges(TIMES, points=9), manifold.border_rates(points=9)
    np.testing.assert_allclose(edges.resting[:-1], [PREDICT(np.array([v, 1e-12])) for v in θ[:-1]], atol=1e-10)
    np.testing.assert_allclose(edges.vanished[:-1], [PREDICT(np.array([v, 1e6])) for v in θ[:-1]], atol=1e-10)
    np.testing.assert_allclose(edges.fold[:-1], [PREDICT(np.array([v, v])) for v in θ[:-1]])
    assert edges.fold[-1].tolist() == [0, 0, 0]
    assert manifold.exponentials(np.zeros(1), np.array([0.5, 2.0])).tolist() == [2], "at time zero every term is 1"
    for rates in ([1.0, 1.0], [1.0, 200.0]):
        assert np.linalg.det(metric.from_jacobian(JACOBIAN(np.array(rates)))) == pytest.approx(0, abs=1e-15)
    assert np.linalg.det(metric.from_jacobian(JACOBIAN(np.array([1.0, 0.0])))) > 1e-3


def test_borders_run_from_rate_zero_to_infinity():
    np.testing.assert_allclose(manifold.border_rates(points=4), [0, 1 / 3, 3, np.inf], atol=1e-15)
    assert len(manifold.border_rates()) == 60
    assert manifold.edges(TIMES).fold.shape == (60, 3)


def test_the_principal_view_turns_a_cloud_onto_its_widest_directions(rng):
    cloud = rng.normal(size=(50, 3)) * [1, 5, 0.2] + [1, 2, 3]
    mean, axes = manifold.principal_view(cloud)
    np.testing.assert_allclose(mean, cloud.mean(axis=0))
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-12)
    spread = np.cov(((cloud - mean) @ axes).T)
    np.testing.assert_allclose(spread, np.diag(np.sort(np.diag(spread))[::-1]), atol=1e-12)
    assert (axes.sum(axis=0) >= 0).all()


def test_widths_of_a_rotated_box_are_its_sides(rng):
    box = np.array([[i, j, k] for i in (0, 4.0) for j in (0, 2.0) for k in (0, 1.0)])
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    np.testing.assert_allclose(manifold.widths(box @ rotation), [4, 2, 1])


def test_levels_agree_near_the_centre_and_are_exact_at_grid_points():
    w = np.array([0.5, 2.0])
    g = metric.from_jacobian(JACOBIAN(w))
    quadratic, exact = metric.levels(PREDICT, w, g, w[0] + np.array([0, 1e-3]), w[1:] + 0.1, unit=0.5)
    assert quadratic[0, 1] == pytest.approx(np.array([1e-3, 0.1]) @ g @ [1e-3, 0.1])
    assert exact[0, 1] == pytest.approx(2 * metric.distance(PREDICT(w), PREDICT(w + [1e-3, 0.1])))
    assert quadratic[0, 0] == pytest.approx(exact[0, 0], rel=0.2)
