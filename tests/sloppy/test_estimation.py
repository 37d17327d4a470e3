"""Spectra, ellipses, determinants, and the Cramér–Rao bound."""

import numpy as np
import pytest

from principles.sloppy import estimation, manifold, metric, orbits, spectra


def test_spectrum_equals_the_eigenvalues_of_the_metric(rng):
    J = rng.normal(size=(9, 4))
    np.testing.assert_allclose(spectra.spectrum(J), np.linalg.eigvalsh(metric.from_jacobian(J))[::-1])
    np.testing.assert_allclose(spectra.input_correlation(J), np.mean([np.outer(x, x) for x in J], axis=0))


@pytest.mark.parametrize("p", [2, 3])
def test_ellipse_volume_by_counting_points(p, rng):
    root = rng.normal(size=(p, p))
    g = root @ root.T + 0.5 * np.eye(p)
    half = spectra.axes(g)[0].max()
    v = rng.uniform(-half, half, size=(100_000, p))
    share = (0.5 * np.einsum("mi,ij,mj->m", v, g, v) <= 1).mean()
    error = (2 * half) ** p * np.sqrt(share * (1 - share) / len(v))
    assert abs(share * (2 * half) ** p - spectra.ellipse_volume(g)) < 4 * error


def test_half_axes_end_on_the_ellipse(rng):
    root = rng.normal(size=(4, 4))
    lengths, U = spectra.axes(root @ root.T)
    ends = U * lengths
    np.testing.assert_allclose(0.5 * ends.T @ root @ root.T @ ends, np.eye(4), atol=1e-9)


def test_vandermonde_determinant_is_the_product_of_squared_gaps():
    a = np.array([0.1, 0.4, 0.5, 0.9, 1.3])
    A = spectra.vandermonde(a, degree=4)
    assert spectra.vandermonde(np.array([2.0, 3.0]), degree=2).tolist() == [[1, 2, 4], [1, 3, 9]]
    assert spectra.log_determinant(a) == pytest.approx(np.linalg.slogdet(A.T @ A)[1], rel=1e-8)


def test_positive_part_drops_what_rounding_made():
    assert spectra.positive_part(np.array([1e-15, 2.0, -1.0, 1e-3])).tolist() == [2.0, 1e-3]
    assert spectra.positive_part(np.array([5e-12, 1e-3, 2e-11, 10.0])).tolist() == [10.0, 1e-3, 2e-11]
    assert spectra.positive_part(np.array([1.0, 10.0]), decades=1.0).tolist() == [10.0]
    assert spectra.decades(np.array([10.0, 1000.0, 0.1])) == pytest.approx(4)


@pytest.mark.equation("14.5")
def test_least_squares_meets_the_bound_and_other_unbiased_estimators_stay_above(rng):
    A, n, σ, m = rng.normal(size=(12, 3)), 12, 0.5, 8000
    bound = estimation.cramer_rao(metric.from_jacobian(A), n=n, noise_std=σ)
    Y = estimation.noisy_targets(A @ np.ones(3), noise_std=σ, draws=m, rng=rng)
    slack = 4 * np.sqrt(2 * 3 / m)
    assert np.abs(estimation.efficiencies(np.cov(estimation.linear_estimates(A, Y).T), bound) - 1).max() < slack
    half = estimation.linear_estimates(A, Y, weights=np.where(np.arange(n) < 5, 1.0, 1e-3))
    np.testing.assert_allclose(half.mean(axis=0), np.ones(3), atol=4 * half.std() / np.sqrt(m))
    assert estimation.efficiencies(np.cov(half.T), bound).min() > 1.1
    assert estimation.efficiencies(np.cov(estimation.linear_estimates(A, Y, penalty=0.5).T), bound).max() < 1


@pytest.mark.equation("14.5")
def test_maximum_likelihood_meets_the_bound_for_exponentials_and_small_noise(rng):
    t, θ, σ, m = np.linspace(0.2, 3, 6), np.array([0.5, 2.0]), 1e-3, 250
    Y = estimation.noisy_targets(manifold.exponentials(t, θ), noise_std=σ, draws=m, rng=rng)
    fits = estimation.exponential_fits(t, Y, θ, steps=4)
    g = metric.from_jacobian(manifold.exponentials_jacobian(t, θ))
    found = estimation.efficiencies(np.cov(fits.T), estimation.cramer_rao(g, n=6, noise_std=σ))
    assert np.abs(found - 1).max() < 4 * np.sqrt(2 * 2 / m)


def test_noisy_targets_are_the_truth_plus_scaled_normal_noise():
    found = estimation.noisy_targets(np.arange(3.0), noise_std=0.2, draws=2, rng=np.random.default_rng(5))
    np.testing.assert_allclose(found, np.arange(3.0) + 0.2 * np.random.default_rng(5).normal(size=(2, 3)))


def test_fits_of_exponentials_have_errors_orthogonal_to_the_model(rng):
    t = np.linspace(0.2, 3, 6)
    Y = estimation.noisy_targets(manifold.exponentials(t, np.array([0.5, 2.0])), noise_std=0.01, draws=3, rng=rng)
    for θ, y in zip(estimation.exponential_fits(t, Y, np.array([0.4, 2.5])), Y, strict=True):
        assert np.abs(manifold.exponentials_jacobian(t, θ).T @ (y - manifold.exponentials(t, θ))).max() < 1e-10


def test_ridge_minimises_its_objective(rng):
    A, y, λ = rng.normal(size=(7, 3)), rng.normal(size=7), 0.3
    w = estimation.linear_estimates(A, y[None], penalty=λ)[0]
    np.testing.assert_allclose(A.T @ (A @ w - y) / 7 + λ * w, 0, atol=1e-12)


def test_prediction_variances_sum_to_the_number_of_weights(rng):
    J = rng.normal(size=(9, 4)) * [1, 1e-2, 1e-4, 1e-6]
    assert estimation.prediction_variances(J, J, noise_std=3.0).sum() == pytest.approx(4 * 9.0)


def test_radii_reach_the_ellipse_and_their_derivatives_are_right():
    φ, f, a, h = np.linspace(0, 6, 7), np.array([[0.1, -0.2], [2.0, 0.3]]), 2.0, 1e-6
    assert (orbits.radii(φ, f, half_axis=a) > 0).all()
    z = orbits.radii(φ, f, half_axis=a)[:, None] * np.column_stack([np.cos(φ), np.sin(φ)])
    np.testing.assert_allclose(sum(np.linalg.norm(z - v, axis=1) for v in f), 2 * a)
    J = orbits.radii_jacobian(φ, f, half_axis=a)
    for k, step in enumerate(h * np.eye(4).reshape(4, 2, 2)):
        ahead, behind = (orbits.radii(φ, f + s * step, half_axis=a) for s in (1, -1))
        np.testing.assert_allclose(J[:, k], (ahead - behind) / (2 * h), atol=1e-8)
    ahead, behind = (orbits.radii(φ, f, half_axis=a + s * h) for s in (1, -1))
    np.testing.assert_allclose(J[:, 4], (ahead - behind) / (2 * h), atol=1e-8)


def test_ring_lies_at_its_radius():
    cov, centre = np.array([[2.0, 0.6], [0.6, 1.0]]), np.array([3.0, -1.0])
    away = estimation.ring(centre, cov, radius=2.0) - centre
    np.testing.assert_allclose(np.einsum("mi,ij,mj->m", away, np.linalg.inv(cov), away), 4)
    φ = np.pi * np.arange(121) / 60
    expected = np.column_stack([3 + 4 * np.cos(φ), -1 + 2 * np.sin(φ)])
    np.testing.assert_allclose(estimation.ring(centre, np.diag([4.0, 1.0]), radius=2.0), expected, atol=1e-12)
