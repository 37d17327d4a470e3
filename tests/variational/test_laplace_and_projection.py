"""Laplace's approximation against Stirling and quadrature; projections against numerical minimisation."""

import math

import numpy as np
import pytest
from scipy import integrate

from principles.variational import gaussians, laplace, projection


@pytest.mark.equation("15.2")
def test_the_error_of_laplaces_factorial_falls_like_one_over_12_n():
    n = np.array([5, 10, 20, 40, 80])
    errors = np.array([1 - laplace.factorial(float(k)) / math.factorial(int(k)) for k in n])
    slope = np.polyfit(np.log(n), np.log(errors), 1)[0]
    assert slope == pytest.approx(-1, abs=0.01)
    assert n * errors == pytest.approx(np.full(5, 1 / 12), rel=0.02)
    assert laplace.factorial(170.0) == pytest.approx(float(math.factorial(170)), rel=1e-3)


@pytest.mark.equation("15.2")
def test_laplace_is_exact_for_a_quadratic_loss_and_any_polynomial():
    peak = laplace.Peak(np.array([0.5, -1.0]), 0.3, np.array([[2.0, 0.4], [0.4, 1.0]]))

    def integrand(y, x):
        gap = np.array([x, y]) - peak.mode
        return x**2 * y * np.exp(-3 * (peak.value + 0.5 * gap @ peak.curvature @ gap))

    exact, _ = integrate.dblquad(integrand, -5, 6, -8, 6, epsabs=1e-10)
    assert laplace.integral(peak, 3.0, lambda w: w[:, 0] ** 2 * w[:, 1]) == pytest.approx(exact, rel=1e-7)


@pytest.mark.equation("15.2")
def test_newton_finds_the_mode_of_the_skewed_density():
    peak, grid = laplace.tilted_peak(), np.linspace(-1, 1, 200_001)
    assert peak.mode[0] == pytest.approx(grid[laplace.tilted(grid).argmax()], abs=2e-5)
    assert peak.value == pytest.approx(-np.log(laplace.tilted(grid).max()), abs=1e-8)
    h = 1e-4
    logs = -np.log(laplace.tilted(peak.mode[0] + h * np.array([-1, 0, 1])))
    assert peak.curvature[0, 0] == pytest.approx((logs[0] - 2 * logs[1] + logs[2]) / h**2, rel=1e-4)


@pytest.mark.parametrize("tolerance", [0.145, 0.18])
def test_newton_stops_at_the_first_step_that_is_short_beside_the_point(tolerance):
    loss, slope = (lambda w: (w[0] - 9) ** 4 / 16 + 5), (lambda w: (w - 9) ** 3 / 4)
    curvature = lambda w: np.diag(3 * (w - 9) ** 2 / 4)  # noqa: E731
    peak = laplace.peak(loss, slope, curvature, start=np.array([18.0]), tolerance=tolerance)  # by thirds: 18, 15, 13, ...
    assert (peak.mode[0], peak.value, peak.curvature[0, 0]) == pytest.approx((13.0, 21.0, 12.0))


def test_a_step_as_long_as_the_tolerance_is_not_yet_short():
    cubic, slope = (lambda w: (w[0] - 3) ** 3 / 6), (lambda w: (w - 3) ** 2 / 2)
    peak = laplace.peak(cubic, slope, lambda w: np.diag(w - 3), start=np.array([11.0]), tolerance=0.5)  # by halves: 11, 7, 5
    assert peak.mode[0] == 5


def test_newton_gives_up_after_a_hundred_steps():
    places = []
    with pytest.raises(ValueError, match="did not settle in 100 steps"):
        laplace.peak(None, lambda w: places.append(w) or np.ones(1), lambda w: np.eye(1), start=np.zeros(1))
    assert len(places) == 100


def test_the_quadrature_takes_forty_points_for_each_dimension_unless_told_otherwise():
    asked = []
    for d, options in ((1, {}), (2, {}), (2, {"points": 3})):
        flat = laplace.Peak(np.zeros(d), 0.0, np.eye(d))
        laplace.integral(flat, 1.0, lambda w: asked.append(w.shape) or np.ones(len(w)), **options)
    assert asked == [(40, 1), (1600, 2), (9, 2)]


@pytest.mark.equation("15.1")
@pytest.mark.parametrize("exclusive", [True, False])
def test_the_nearest_factored_gaussian_is_the_closed_form(exclusive):
    mean, cov = np.array([1.0, -0.5, 0.2]), np.array([[2.0, 0.9, 0.3], [0.9, 1.0, 0.1], [0.3, 0.1, 0.7]])
    form = projection.factored_exclusive if exclusive else projection.factored_inclusive
    centre, variances = projection.factored_numerically(mean, cov, exclusive=exclusive)
    assert centre == pytest.approx(mean, abs=1e-6)
    assert variances == pytest.approx(form(cov), rel=1e-5)


@pytest.mark.equation("15.1")
def test_a_gaussian_is_its_own_projection_on_a_grid():
    grid = np.linspace(-10, 10, 2001)
    p = np.where(np.abs(grid - 0.7) < 9, np.exp(-0.5 * ((grid - 0.7) / 1.3) ** 2), 0.0)
    mean, std = projection.fit_on_grid(p, grid, start=(0.0, 1.0))
    assert (mean, std) == (pytest.approx(0.7, abs=1e-6), pytest.approx(1.3, abs=1e-6))


@pytest.mark.equation("15.1")
def test_two_starts_find_the_two_modes_and_matching_moments_covers_both(rng):
    weights, means = np.array([0.5, 0.5]), np.array([[-3.0, 0.0], [3.0, 0.0]])
    covs, draws = np.stack([0.5 * np.eye(2)] * 2), rng.standard_normal((200, 2))
    draws = np.r_[draws, -draws]
    draws = draws @ np.linalg.inv(np.linalg.cholesky(np.cov(draws.T, bias=True))).T
    for start in means:
        mean, cov, value = projection.exclusive_to_mixture(weights, means, covs, start=0.5 * start, draws=draws)
        assert mean == pytest.approx(start, abs=1e-2)
        assert cov == pytest.approx(0.5 * np.eye(2), abs=1e-2)
        assert value == pytest.approx(np.log(2), abs=1e-2)
    centre, spread = projection.moment_match(weights, means, covs)
    sample = means[rng.integers(2, size=100_000)] + np.sqrt(0.5) * rng.standard_normal((100_000, 2))
    assert centre == pytest.approx(sample.mean(axis=0), abs=0.05)
    assert spread == pytest.approx(np.cov(sample.T), abs=0.1)


@pytest.mark.equation("15.1")
def test_on_given_draws_the_projection_of_a_gaussian_whitens_their_moments(rng):
    m, S = np.array([1.0, -0.5]), np.array([[2.0, 0.6], [0.6, 0.5]])
    draws = rng.standard_normal((12, 2)) + [0.3, -0.2]
    L = np.linalg.cholesky(S) @ np.linalg.inv(np.linalg.cholesky(np.cov(draws.T, bias=True)))
    mean, cov, value = projection.exclusive_to_mixture([1.0], m[None], S[None], start=np.zeros(2), draws=draws)
    assert mean == pytest.approx(m - L @ draws.mean(axis=0), abs=1e-6)
    assert cov == pytest.approx(L @ L.T, abs=1e-6)
    assert value == pytest.approx(0.5 * np.linalg.slogdet(S)[1] - np.linalg.slogdet(L)[1])


def test_matched_moments_are_the_mixtures_first_two(rng):
    weights, means, roots = np.array([0.2, 0.3, 0.5]), rng.normal(size=(3, 2)), rng.normal(size=(3, 2, 2))
    covs = roots @ roots.swapaxes(1, 2) + np.eye(2)
    second = sum(w * (S + np.outer(m, m)) for w, m, S in zip(weights, means, covs))
    centre, spread = projection.moment_match(weights, means, covs)
    assert centre == pytest.approx(sum(w * m for w, m in zip(weights, means)))
    assert spread == pytest.approx(second - np.outer(centre, centre))


def test_three_points_make_a_grid():
    assert projection._spacing(np.array([1.0, 1.5, 2.0])) == 0.5


def test_numerical_projection_beats_its_neighbours():
    cov = np.array([[1.0, 0.8], [0.8, 1.0]])
    best = projection.factored_exclusive(cov)
    value = gaussians.kl(np.zeros(2), np.diag(best), np.zeros(2), cov)
    for factor in (0.9, 1.1):
        assert value < gaussians.kl(np.zeros(2), np.diag(best * factor), np.zeros(2), cov)


BOWL = laplace.Peak(np.zeros(1), 0.0, np.eye(1))


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: laplace.factorial(0.0), "n must be above 0"),
        (lambda: laplace.integral(laplace.Peak(np.zeros(1), 0.0, -np.eye(1)), 1.0), "curvature must be positive"),
        (lambda: laplace.peak(None, None, lambda w: -np.eye(1), start=np.zeros(1)), "curvature must be positive"),
        (lambda: laplace.peak(None, None, lambda w: np.zeros((1, 1)), start=np.zeros(1)), "curvature must be positive"),
        (lambda: laplace.peak(None, None, lambda w: np.diag([1.0, -1.0]), start=np.zeros(2)), "curvature must be positive"),
        (lambda: projection.factored_exclusive(np.array([[1.0, 2.0], [2.0, 1.0]])), "cov must be positive"),
        (lambda: projection.moment_match(np.ones(2), np.zeros((2, 1)), np.ones((2, 1, 1))), "sum to 1"),
        (lambda: projection.moment_match(np.full(2, 0.5), np.zeros((2, 2)), np.ones((2, 1, 1))), "covs must have shape"),
        (lambda: projection.factored_numerically(np.zeros(1), np.eye(2), exclusive=True), "cov must have shape"),
        (lambda: projection.fit_on_grid(np.ones(3), np.array([0.0, 1.0, 3.0]), start=(0.0, 1.0)), "equal steps"),
        (lambda: projection.fit_on_grid(np.ones(3), np.array([0.0, 1.0, 2.000005]), start=(0.0, 1.0)), "equal steps"),
        (lambda: projection.fit_on_grid(np.ones(3), np.array([0.0, 1e-9, 3e-9]), start=(0.0, 1.0)), "equal steps"),
        (lambda: projection.fit_on_grid(np.ones(4), np.array([0, 1.0000009, 2.0000009, 3]), start=(0.0, 1.0)), "equal steps"),
        (lambda: projection.fit_on_grid(np.ones(3), np.array([0.0, -1e-9, 0.0]), start=(0.0, 1.0)), "three points or more"),
        (lambda: projection.fit_on_grid(np.ones(3), np.zeros(3), start=(0.0, 1.0)), "three points or more, increasing"),
        (lambda: projection.fit_on_grid(np.ones(3), -np.arange(3.0), start=(0.0, 1.0)), "three points or more, increasing"),
        (lambda: projection.fit_on_grid(np.ones(2), np.arange(2.0), start=(0.0, 1.0)), "three points or more"),
        (lambda: projection.fit_on_grid(np.ones(3), np.arange(3.0), start=(0.0, 0.0)), "standard deviation must be above 0"),
        (lambda: projection.fit_on_grid(np.array([1.0, -1.0, 1.0]), np.arange(3.0), start=(0.0, 1.0)), "p must not be negative"),
        (
            lambda: projection.exclusive_to_mixture(
                [1.0], np.zeros((1, 2)), np.eye(2)[None], start=np.zeros(2), draws=np.ones((6, 2))
            ),
            "draws must spread in all 2 directions",
        ),
        (lambda: laplace.integral(BOWL, 1.0, lambda w: w), "weight must have shape"),
        (lambda: laplace.integral(laplace.Peak(np.zeros(1), 0.0, np.eye(2)), 1.0), "curvature must have shape"),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
