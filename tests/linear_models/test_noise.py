"""Fits under other noises against brute force, statsmodels and their likelihoods."""

import numpy as np
import pytest
import scipy.optimize
from statsmodels.regression.quantile_regression import QuantReg

from principles.linear_models import least_squares as ls
from principles.linear_models import noise


@pytest.fixture
def problem(rng):
    X = rng.normal(size=(25, 2))
    return X, X @ np.array([2.0, -1.0]) + 0.5 + rng.laplace(size=25)


CRITERIA = {
    noise.least_absolute: lambda r: np.abs(r).mean(),
    noise.least_maximum: lambda r: np.abs(r).max(),
    noise.least_delay: lambda r: r.mean() if r.min() >= -1e-9 else np.inf,
}


@pytest.mark.parametrize("fit", CRITERIA)
def test_no_nearby_weights_do_better(fit, problem, rng):
    X, y = problem
    best = fit(X, y)
    least = CRITERIA[fit](y - ls.predict(X, best.w, best.b))
    for scale in (1e-3, 0.1, 1.0):
        for step in rng.normal(size=(100, 3)) * scale:
            assert CRITERIA[fit](y - ls.predict(X, best.w + step[:2], best.b + step[2])) >= least - 1e-9


def test_least_absolute_is_statsmodels_median_regression(problem):
    X, y = problem
    ours, peer = noise.least_absolute(X, y), QuantReg(y, ls.append_one(X)).fit(q=0.5)
    theirs = np.abs(y - ls.append_one(X) @ peer.params).mean()
    assert np.abs(y - ls.predict(X, ours.w, ours.b)).mean() <= theirs + 1e-9
    np.testing.assert_allclose(ours.stacked, peer.params, atol=1e-3)


def test_least_delay_meets_the_optimality_conditions_of_its_linear_program(problem):
    X, y = problem
    fit = noise.least_delay(X, y)
    r = y - ls.predict(X, fit.w, fit.b)
    touching = ls.append_one(X)[r < 1e-9]
    assert r.min() > -1e-9
    assert scipy.optimize.nnls(touching.T, ls.append_one(X).sum(axis=0))[1] < 1e-8


def test_the_largest_residual_is_met_on_both_sides_by_d_plus_two_samples(problem):
    X, y = problem
    fit = noise.least_maximum(X, y)
    r = y - ls.predict(X, fit.w, fit.b)
    at_most = np.abs(np.abs(r) - np.abs(r).max()) < 1e-9
    assert at_most.sum() == 4
    assert {-1.0, 1.0} == set(np.sign(r[at_most]))


def test_samples_that_disagree_in_length_are_named(problem, as_users_run):
    X, y = problem
    for fit in CRITERIA:
        with pytest.raises(ValueError, match="one row a sample each; got 25 and 24"):
            fit(X, y[:-1])
