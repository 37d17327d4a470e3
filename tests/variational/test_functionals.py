"""Functionals of densities on a grid against scipy and closed forms."""

import numpy as np
import pytest
from scipy import stats

from principles.variational import functionals as F

GRID = np.linspace(-12, 12, 2401)
H = GRID[1] - GRID[0]


def test_entropy_of_a_gaussian_is_half_log_of_2_pi_e_variance():
    assert F.entropy(stats.norm.pdf(GRID, 0.3, 1.7), spacing=H) == pytest.approx(stats.norm(0.3, 1.7).entropy(), abs=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_functional_derivatives_predict_every_perturbation(seed):
    rng = np.random.default_rng(seed)
    p, q = stats.norm.pdf(GRID, 0, 1.5), stats.norm.pdf(GRID, 0.5, 1.2)
    direction = p * (rng.normal(size=3) @ np.cos(np.outer(np.arange(1, 4), GRID) + rng.normal(size=(3, 1))))
    direction -= p * direction.sum() / p.sum()
    of_p, of_q = F.kl_derivatives(p, q)
    for functional, derivative, at in [
        (lambda r: F.entropy(r, spacing=H), F.entropy_derivative(p), p),
        (lambda r: F.kl(r, q, spacing=H), of_p, p),
        (lambda r: F.kl(p, r, spacing=H), of_q, q),
    ]:
        φ = direction if at is p else direction * q / p
        φ = φ - at * φ.sum() / at.sum()
        slope = F.perturbation_slope(functional, at, φ, step=1e-3)
        assert slope == pytest.approx((derivative * φ).sum() * H, rel=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_kl_is_not_negative_and_jointly_convex(seed):
    rng = np.random.default_rng(seed)
    p1, p2, q1, q2 = rng.dirichlet(np.ones(20), size=4)
    for weight in rng.random(5):
        mixed = F.kl(weight * p1 + (1 - weight) * p2, weight * q1 + (1 - weight) * q2, spacing=1.0)
        assert 0 <= mixed < weight * F.kl(p1, q1, spacing=1.0) + (1 - weight) * F.kl(p2, q2, spacing=1.0)
    assert F.kl(p1, p1, spacing=1.0) == 0
    assert F.kl(p1, q1, spacing=1.0) == pytest.approx(stats.entropy(p1, q1))


def test_kl_is_infinite_where_q_misses_mass():
    assert F.kl(np.array([0.5, 0.5]), np.array([1.0, 0.0]), spacing=1.0) == np.inf
    assert F.kl(np.array([1.0, 0.0]), np.array([0.5, 0.5]), spacing=1.0) == pytest.approx(np.log(2))


def test_earth_mover_of_order_one_equals_scipys_and_order_two_is_another_number(rng):
    places, p, q = np.arange(8.0), *rng.dirichlet(np.ones(8), size=2)
    assert F.earth_mover(places, p, q, order=1) == pytest.approx(stats.wasserstein_distance(places, places, p, q))
    half = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    assert F.earth_mover(np.arange(2.0), *half, order=1) == pytest.approx(0.5)
    assert F.earth_mover(np.arange(2.0), *half, order=2) == pytest.approx(np.sqrt(0.5))


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.entropy(np.array([-1.0, 2.0]), spacing=1.0), "p must not be negative"),
        (lambda: F.entropy(np.ones(2), spacing=0.0), "spacing must be above 0"),
        (lambda: F.entropy_derivative(np.array([0.0, 1.0])), "p must be positive"),
        (lambda: F.perturbation_slope(sum, np.ones(2), np.array([1.0, 1.0])), "integrate to 0"),
        (lambda: F.perturbation_slope(sum, np.array([0.0, 1.0]), np.array([1.0, -1.0])), "must not be negative"),
        (lambda: F.kl(np.ones(3), np.ones(1), spacing=1.0), "q must have shape"),
        (lambda: F.kl_derivatives(np.ones(3), np.ones(1)), "q must have shape"),
        (lambda: F.earth_mover(np.array([1.0, 0.0]), *np.full((2, 2), 0.5), order=1), "positions must increase"),
        (lambda: F.earth_mover(np.arange(2.0), np.ones(2), np.full(2, 0.5), order=1), "sum to 1"),
        (lambda: F.earth_mover(np.arange(3.0), *np.full((2, 2), 0.5), order=1), "p must have shape"),
        (lambda: F.earth_mover(np.arange(2.0), *np.full((2, 2), 0.5), order=0), "order must be at least 1"),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
