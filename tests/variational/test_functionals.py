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
    assert F.earth_mover(np.arange(2.0), np.array([1.0, 0.0]), np.array([1.0, 1e-12]), order=1) == pytest.approx(0, abs=1e-11)
    assert F.earth_mover(np.arange(2.0), *half, order=2) == pytest.approx(np.sqrt(0.5))


def test_kl_ignores_points_without_mass_in_either():
    assert F.kl(np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.75, 0.0]), spacing=1.0) == pytest.approx(np.log(4 / 3) / 2)


def test_functional_derivatives_are_the_numerical_ones_at_every_point_and_not_only_up_to_a_constant(rng):
    p, q, h, ε = *rng.uniform(0.2, 2, (2, 6)), 0.3, 1e-5
    of_p, of_q = F.kl_derivatives(p, q)
    for functional, at, derivative in [
        (lambda r: F.entropy(r, spacing=h), p, F.entropy_derivative(p)),
        (lambda r: F.kl(r, q, spacing=h), p, of_p),
        (lambda r: F.kl(p, r, spacing=h), q, of_q),
    ]:
        numeric = [(functional(at + ε * e) - functional(at - ε * e)) / (2 * ε * h) for e in np.eye(6)]
        assert derivative == pytest.approx(numeric, rel=1e-6)


@pytest.mark.parametrize(("φ", "step"), [([1.0, 0.0, -1.0], 0.5), ([0.0, 0.0, 0.0], 0.1), ([1e9, 0.0, -1e9 + 0.01], 1e-10)])
def test_the_slope_of_a_linear_functional_is_its_value_in_the_direction_up_to_the_edge_of_the_densities(φ, step):
    p, c = np.array([0.5, 0.0, 0.5]), np.array([2.0, 7.0, -3.0])
    assert F.perturbation_slope(lambda r: r @ c, p, np.array(φ), step=step) == pytest.approx(c @ np.array(φ))


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_earth_mover_of_equal_lumps_moves_them_in_their_order(order, rng):
    positions, (p, q) = np.cumsum(rng.uniform(0.5, 2, 7)), rng.multinomial(10, np.full(7, 1 / 7), size=2)
    moved = np.abs(np.repeat(positions, p) - np.repeat(positions, q))
    assert F.earth_mover(positions, p / 10, q / 10, order=order) == pytest.approx((moved**order).mean() ** (1 / order))


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.entropy(np.array([-1.0, 2.0]), spacing=1.0), "p must not be negative"),
        (lambda: F.entropy(np.ones(2), spacing=0.0), "spacing must be above 0"),
        (lambda: F.entropy_derivative(np.array([0.0, 1.0])), "p must be positive"),
        (lambda: F.perturbation_slope(sum, np.ones(2), np.array([1.0, 1.0])), "integrate to 0"),
        (lambda: F.perturbation_slope(sum, np.ones(2), np.full(2, 1e-12)), "integrate to 0"),
        (lambda: F.earth_mover(np.zeros(2), *np.full((2, 2), 0.5), order=1), "positions must increase"),
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
