"""Maximum likelihood against scipy.stats, statsmodels, and measured coverage."""

import numpy as np
import pytest
import scipy.stats
from statsmodels.regression.linear_model import OLS

from principles.linear_models import least_squares as ls
from principles.linear_models import likelihood

W, B = np.array([1.5, -0.5]), 0.25


@pytest.fixture
def problem(rng):
    X = rng.normal(size=(30, 2))
    return X, likelihood.simulate(X, W, B, noise_std=0.8, rng=rng)


@pytest.mark.equation("2.5")
def test_simulated_noise_has_mean_zero_and_the_stated_spread_at_every_input(rng):
    X = rng.normal(size=(40_000, 2))
    noise = likelihood.simulate(X, W, B, noise_std=0.8, rng=rng) - (X @ W + B)
    assert abs(noise.mean()) < 4 * 0.8 / 200
    assert noise.var() == pytest.approx(0.64, abs=4 * 0.64 * np.sqrt(2) / 200)
    assert abs(np.corrcoef(noise**2, X[:, 0])[0, 1]) < 4 / 200


@pytest.mark.equation("2.5")
def test_the_conditional_density_is_scipys_normal_density(problem):
    X, y = problem
    ours = likelihood.density(X, y, W, B, noise_variance=0.49)
    np.testing.assert_allclose(ours, scipy.stats.norm.pdf(y, X @ W + B, 0.7), atol=1e-14)


@pytest.mark.equation("2.6")
def test_the_three_terms_are_minus_the_log_of_the_product_of_densities(problem):
    X, y = problem
    product = np.prod(scipy.stats.norm.pdf(y, X @ W + B, 0.7))
    assert likelihood.negative_log_likelihood(X, y, W, B, noise_variance=0.49) == pytest.approx(-np.log(product), abs=1e-10)


@pytest.mark.equation("2.6")
def test_a_blind_search_for_the_likeliest_weights_finds_least_squares(problem):
    X, y = problem
    found, solved = likelihood.search(X, y, noise_variance=0.3), ls.normal_equations(X, y)
    np.testing.assert_allclose(np.r_[found.w, found.b], np.r_[solved.w, solved.b], atol=1e-5)


@pytest.mark.equation("2.7")
def test_with_unit_variance_over_n_the_scaled_squares_are_the_objective(problem):
    X, y = problem
    assert likelihood.scaled_squares(X, y, W, B, noise_variance=1.0) / 30 == pytest.approx(ls.objective(X, y, W, B), abs=1e-12)


@pytest.mark.equation("2.7")
@pytest.mark.parametrize("variance", [0.01, 1.0, 50.0])
def test_likelihood_and_scaled_squares_differ_by_what_the_weights_do_not_change(variance, problem, rng):
    X, y = problem
    gaps = []
    for w in rng.normal(size=(5, 2)):
        squares = likelihood.scaled_squares(X, y, w, 0.1, noise_variance=variance)
        gaps.append(likelihood.negative_log_likelihood(X, y, w, 0.1, noise_variance=variance) - squares)
    np.testing.assert_allclose(gaps, 15 * np.log(2 * np.pi * variance), rtol=1e-9)


@pytest.mark.equation("2.6")
def test_no_other_noise_variance_is_likelier_than_the_fitted_one(problem):
    X, y = problem
    model = likelihood.fit(X, y)
    best = likelihood.negative_log_likelihood(X, y, model.w, model.b, noise_variance=model.noise_variance)
    for factor in (0.9, 0.99, 1.01, 1.1):
        assert likelihood.negative_log_likelihood(X, y, model.w, model.b, noise_variance=factor * model.noise_variance) > best
    assert -best == pytest.approx(OLS(y, ls.append_one(X)).fit().llf, abs=1e-9)


@pytest.mark.equation("2.6")
@pytest.mark.parametrize("unit", [1e-13, 1e13])
def test_the_fit_does_not_depend_on_the_unit_of_the_targets(unit, problem):
    X, y = problem
    model, scaled = likelihood.fit(X, y), likelihood.fit(X, unit * y)
    np.testing.assert_allclose(scaled.w / unit, model.w, rtol=1e-10)
    assert scaled.noise_variance / unit**2 == pytest.approx(model.noise_variance, rel=1e-10)


def test_the_fitted_variance_is_too_small_by_the_degrees_of_freedom(rng):
    X = rng.normal(size=(8, 2))
    # the variance is a quadratic form of the noise: its mean is the sum over an orthonormal basis of noises
    fitted = [likelihood.fit(X, X @ W + B + noise).noise_variance for noise in np.eye(8)]
    assert np.sum(fitted) == pytest.approx(5 / 8, abs=1e-12)


def test_intervals_and_standard_errors_are_those_of_statsmodels(problem, rng):
    X, y = problem
    new, peer = rng.normal(size=(6, 2)), OLS(y, ls.append_one(X)).fit()
    table = peer.get_prediction(ls.append_one(new)).conf_int(obs=True, alpha=0.2)
    ours = likelihood.student_interval(X, y, new, level=0.8)
    np.testing.assert_allclose(np.column_stack([ours.lower, ours.upper]), table, atol=1e-10)
    np.testing.assert_allclose(likelihood.standard_errors(X, y), peer.bse[:-1], atol=1e-10)


def test_coverage_is_what_the_level_promises_for_student_and_what_theory_says_for_the_plug_in(rng):
    X, new, held = rng.normal(size=(7, 2)), rng.normal(size=(1, 2)), []
    law = scipy.stats.norm((new @ W + B)[0], 0.8)  # of the new target: the share an interval holds is known exactly
    for _ in range(150):
        y = likelihood.simulate(X, W, B, noise_std=0.8, rng=rng)
        bands = likelihood.interval(likelihood.fit(X, y), new, level=0.9), likelihood.student_interval(X, y, new, level=0.9)
        held.append([law.cdf(band.upper[0]) - law.cdf(band.lower[0]) for band in bands])
    (plug_in, student), errors = np.mean(held, axis=0), np.std(held, axis=0) / np.sqrt(150)
    assert student == pytest.approx(0.9, abs=4 * errors[1])
    expected = likelihood.expected_coverage(X, new, level=0.9)[0]
    assert plug_in == pytest.approx(expected, abs=4 * errors[0])
    assert errors.max() < 0.02
    assert expected < 0.8


def test_the_ends_of_an_interval_belong_to_it():
    band = likelihood.Band(np.zeros(4), np.ones(4))
    assert likelihood.inside(band, np.array([-0.1, 0.0, 1.0, 1.1])).tolist() == [False, True, True, False]


BAD = [
    (lambda X, y: likelihood.scaled_squares(X, y, W, B, noise_variance=0.0), "noise_variance must be above 0"),
    (lambda X, y: likelihood.negative_log_likelihood(X, y[:3], W, B, noise_variance=1.0), "one row a sample each; got 3 and 30"),
    (lambda X, y: likelihood.fit(X[:3], y[:3]), "some target must differ from its prediction; all 3 are fitted"),
    (lambda X, y: likelihood.student_interval(X[:3], y[:3], X, level=0.9), r"more than d \+ 1 = 3 rows"),
    (lambda X, y: likelihood.interval(likelihood.fit(X, y), X, level=1.0), "level must be below 1"),
    (lambda X, y: likelihood.student_interval(X, y, X, level=1.5), "level must be below 1"),
    (lambda X, y: likelihood.expected_coverage(X, X, level=2.0), "level must be below 1"),
    (lambda X, y: likelihood.density(X, y[:1], W, B, noise_variance=1.0), "one row a sample each; got 1 and 30"),
    (lambda X, y: likelihood.leverage(np.ones((5, 2)), X), "must have rank 3; it has rank 1"),
    (lambda X, y: likelihood.GaussianModel(W, B, -1.0), "noise_variance must be above 0"),
    (lambda X, y: likelihood.simulate(X, W, B, noise_std=-1.0, rng=np.random.default_rng(0)), "noise_std must be at least 0"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_input_is_named(call, message, problem, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(*problem)
