"""Distances between laws against optimal assignment, scipy, closed forms and chapter 15's Fréchet distance."""

import numpy as np
import pytest
from scipy import linalg, stats

from principles.adversarial import transport
from principles.variational import quality

MEANS = np.array([0.0, 1.0]), np.array([2.0, -1.0])
COVS = np.array([[2.0, 0.6], [0.6, 1.0]]), np.array([[0.5, -0.2], [-0.2, 1.5]])


def test_the_formula_is_that_of_scipys_matrix_root():
    peer = 8.0 + np.trace(COVS[0] + COVS[1] - 2 * linalg.sqrtm(COVS[0] @ COVS[1]).real)
    assert transport.gaussian_squared(MEANS[0], COVS[0], MEANS[1], COVS[1]) == pytest.approx(peer)


def test_chapter_15s_frechet_distance_is_the_formula_at_fitted_moments(rng):
    A, B = rng.normal(size=(50, 3)), rng.normal(size=(60, 3)) * 2 + 1
    fitted = transport.gaussian_squared(A.mean(axis=0), np.cov(A.T), B.mean(axis=0), np.cov(B.T))
    assert quality.frechet(A, B) == pytest.approx(fitted)


def test_the_map_carries_one_gaussian_to_the_other_at_the_cost_of_the_distance(rng):
    x = rng.multivariate_normal(MEANS[0], COVS[0], size=20_000)
    moved = transport.gaussian_map(x, MEANS[0], COVS[0], MEANS[1], COVS[1])
    origin = transport.gaussian_map(np.zeros((1, 2)), MEANS[0], COVS[0], MEANS[1], COVS[1])
    T = transport.gaussian_map(np.eye(2), MEANS[0], COVS[0], MEANS[1], COVS[1]) - origin
    assert T.T @ COVS[0] @ T == pytest.approx(COVS[1])
    cost = ((x - moved) ** 2).sum(axis=1)
    exact = transport.gaussian_squared(MEANS[0], COVS[0], MEANS[1], COVS[1])
    assert cost.mean() == pytest.approx(exact, abs=4 * cost.std() / np.sqrt(20_000))


def test_no_assignment_is_cheaper_than_the_map(rng):
    x = rng.multivariate_normal(MEANS[0], COVS[0], size=200)
    moved = transport.gaussian_map(x, MEANS[0], COVS[0], MEANS[1], COVS[1])
    assert transport.assignment_squared(x, moved) == pytest.approx(((x - moved) ** 2).sum(axis=1).mean())


def test_on_the_line_the_best_assignment_sorts(rng):
    a, b = rng.normal(size=(2, 80))
    assert transport.assignment_squared(a[:, None], b[:, None]) == pytest.approx(((np.sort(a) - np.sort(b)) ** 2).mean())


def test_the_discrepancy_compares_distinct_rows_within_and_all_between(rng):
    A, B = rng.normal(size=(3, 2)), rng.normal(size=(2, 2)) + 1
    k = lambda x, y: np.exp(-((x - y) ** 2).sum() / (2 * 0.7**2))  # noqa: E731
    within = (k(A[0], A[1]) + k(A[0], A[2]) + k(A[1], A[2])) / 3 + k(B[0], B[1])
    between = sum(k(x, y) for x in A for y in B) / 6
    assert transport.discrepancy(A, B, bandwidth=0.7) == pytest.approx(within - 2 * between)


def test_the_unbiased_discrepancy_estimates_the_closed_form(rng):
    draws = [
        transport.discrepancy(
            rng.multivariate_normal(MEANS[0], COVS[0], size=40),
            rng.multivariate_normal(MEANS[1], COVS[1], size=30),
            bandwidth=1.3,
        )
        for _ in range(200)
    ]
    exact = transport.gaussian_discrepancy(MEANS[0], COVS[0], MEANS[1], COVS[1], bandwidth=1.3)
    assert np.mean(draws) == pytest.approx(exact, abs=4 * np.std(draws) / np.sqrt(200))
    assert transport.gaussian_discrepancy(MEANS[0], COVS[0], MEANS[0], COVS[0], bandwidth=1.3) == pytest.approx(0, abs=1e-12)


def test_equal_moments_hide_from_the_distance_and_not_from_the_kernel(rng):
    coin = np.where(rng.random((400, 1)) < 0.5, 1.0, -1.0)
    bell = stats.norm.ppf((np.arange(400) + 0.5) / 400)[:, None]
    bell = (bell - bell.mean()) / bell.std() * coin.std() + coin.mean()
    assert quality.frechet(coin, bell) == pytest.approx(0, abs=1e-9)
    assert transport.discrepancy(coin, bell, bandwidth=0.5) > 0.1


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: transport.gaussian_squared(MEANS[0], -COVS[0], MEANS[1], COVS[1]), "cov_p must be positive"),
        (lambda: transport.gaussian_squared(np.zeros(3), COVS[0], np.zeros(3), COVS[1]), "cov_p must be 3 × 3"),
        (lambda: transport.discrepancy(np.ones((2, 2)), np.ones((2, 2)), bandwidth=0.0), "bandwidth must be above 0"),
        (lambda: transport.discrepancy(np.ones((2, 2)), np.ones((1, 2)), bandwidth=1.0), "B must have two rows"),
        (
            lambda: transport.gaussian_map(np.ones((1, 2)), MEANS[0], np.ones((2, 2)), *MEANS[1:], COVS[1]),
            "cov_p must be positive definite",
        ),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
