"""Measured coverage is what the model promises when the model is true."""

import numpy as np
import pytest
import scipy.stats
import statsmodels.api as sm

from principles.linear_models import coverage, likelihood


@pytest.fixture
def true_model(rng):
    X = rng.normal(size=(300, 2))
    return X, likelihood.simulate(X, np.array([1.0, -2.0]), 0.5, noise_std=0.7, rng=rng)


def test_cross_validated_coverage_meets_every_level(true_model, rng):
    levels = np.array([0.3, 0.6, 0.9])
    found = coverage.by_level(*true_model, levels=levels, folds=5, rng=rng)
    for share in (found.plug_in, found.student):
        assert (np.abs(share - levels) < 4 * np.sqrt(levels * (1 - levels) / 300)).all()
    np.testing.assert_allclose(found.student_error, np.sqrt(found.student * (1 - found.student) / 300))


def test_no_sample_is_judged_by_a_fit_that_saw_it(rng):
    shares, level = [], np.array([0.5])
    for _ in range(20):
        X = rng.normal(size=(36, 8))
        y = likelihood.simulate(X, np.ones(8), 0.0, noise_std=1.0, rng=rng)
        shares.append(coverage.by_level(X, y, levels=level, folds=3, rng=rng).student[0])
    assert np.mean(shares) == pytest.approx(0.5, abs=4 * np.std(shares) / np.sqrt(20))


def test_with_as_many_folds_as_samples_each_is_judged_by_the_fit_to_all_others(rng):
    X, level = rng.normal(size=(14, 2)), 0.5
    y = likelihood.simulate(X, np.ones(2), 0.0, noise_std=1.0, rng=rng)
    hits = []
    for i, rest in enumerate(~np.eye(14, dtype=bool)):
        peer = sm.OLS(y[rest], sm.add_constant(X[rest])).fit()
        low, high = peer.get_prediction([[1, *X[i]]]).conf_int(obs=True, alpha=1 - level)[0]
        plug_in = scipy.stats.norm.ppf(0.5 + level / 2) * np.sqrt(peer.ssr / 13)
        hits.append((abs(y[i] - (low + high) / 2) <= plug_in, low <= y[i] <= high))
    found = coverage.by_level(X, y, levels=np.array([level]), folds=14, rng=rng)
    np.testing.assert_allclose([found.plug_in[0], found.student[0]], np.mean(hits, axis=0))


def test_with_few_samples_the_plug_in_covers_what_theory_says_and_student_what_it_promises(true_model, rng):
    found = coverage.by_size(*true_model, sizes=np.array([6, 40]), level=0.9, repeats=40, rng=rng)
    assert (np.abs(found.plug_in - found.expected) < 4 * found.plug_in_error + 0.02).all()
    assert (np.abs(found.student - 0.9) < 4 * found.student_error + 0.02).all()
    assert found.expected[0] < 0.75 < found.expected[1] < 0.9


def test_malformed_input_is_named(true_model, rng, as_users_run):
    with pytest.raises(ValueError, match="folds must be at least 2"):
        coverage.by_level(*true_model, levels=np.array([0.5]), folds=1, rng=rng)
    with pytest.raises(ValueError, match="sizes must be at least 4 and at most 299; got 3"):
        coverage.by_size(*true_model, sizes=np.array([3]), level=0.5, repeats=2, rng=rng)
    with pytest.raises(ValueError, match="repeats must be at least 2"):
        coverage.by_size(*true_model, sizes=np.array([9]), level=0.5, repeats=1, rng=rng)
