"""Uniform convergence and empirical risk minimisation against brute force and scikit-learn."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from principles import data
from principles.learning_theory import bounds, uniform

GRID = np.arange(16) / 16 + 1 / 32


@pytest.fixture(scope="module")
def digits():
    return data.digits()


@pytest.mark.equation("13.2")
def test_the_best_stump_is_a_decision_tree_of_depth_one_on_every_pixel(digits):
    y = digits.y == 0
    wrong = uniform.mistakes(uniform.stumps(digits.X, GRID), y)
    best = wrong.mean(axis=1).min()
    trees = [
        1 - DecisionTreeClassifier(max_depth=1, criterion="gini").fit(digits.X[:, [j]], y).score(digits.X[:, [j]], y)
        for j in range(64)
    ]
    always_no = y.mean()
    assert best <= min(*trees, always_no) + 1e-12


def test_stumps_ask_each_feature_at_each_threshold_both_ways_and_err_where_they_differ_from_the_labels():
    X = np.array([[0.2, 0.9], [0.5, 0.1], [0.8, 0.3]])
    found = uniform.stumps(X, np.array([0.25, 0.5]))
    above = [[0, 1, 1], [0, 0, 1], [1, 0, 1], [1, 0, 0]]
    assert found.astype(int).tolist() == above + [[1 - said for said in row] for row in above]
    assert uniform.mistakes(found[:2], np.array([1, 0, 1])).astype(int).tolist() == [[1, 1, 0], [1, 0, 0]]


def test_empirical_risks_are_means_over_resampled_rows(rng):
    wrong = rng.random((5, 40)) < 0.3
    found = uniform.empirical_risks(wrong, n=25, trials=4000, rng=rng)
    risks = wrong.mean(axis=1)
    assert np.abs(found.mean(axis=0) - risks).max() < 4 * np.sqrt(0.25 / 25 / 4000)
    np.testing.assert_allclose(found.var(axis=0), risks * (1 - risks) / 25, rtol=0.12)
    np.testing.assert_allclose(found * 25, np.round(found * 25), atol=1e-9)


@pytest.mark.equation("13.1", "13.2")
def test_the_gap_over_the_class_and_the_excess_risk_stay_under_their_bounds(digits, rng):
    wrong = uniform.mistakes(uniform.stumps(digits.X, GRID[::4]), digits.y % 2 == 0)
    risks, δ, size = wrong.mean(axis=1), 0.05, np.log(len(wrong))
    n = int(np.ceil(bounds.finite_sample_size(size, epsilon=0.1, delta=δ)))
    run = uniform.minimise(uniform.empirical_risks(wrong, n=n, trials=60, rng=rng), risks)
    assert (run.gap > 0.1).mean() <= δ
    assert np.quantile(run.gap, 0.95) > 0.02
    assert (run.population - run.best <= 2 * run.gap + 1e-12).all()
    assert np.quantile(run.population - run.best, 0.95) <= bounds.finite_excess_risk(size, n=n, delta=δ)


def test_minimisation_reports_the_chosen_hypothesis():
    run = uniform.minimise(np.array([[0.4, 0.1, 0.3], [0.0, 0.2, 0.3]]), np.array([0.3, 0.25, 0.2]))
    assert run.chosen.tolist() == [1, 0]
    np.testing.assert_allclose([run.training, run.population, run.gap], [[0.1, 0.0], [0.25, 0.3], [0.15, 0.3]])
    assert run.best == 0.2


def test_the_threshold_makes_as_few_mistakes_as_any(rng):
    for _ in range(20):
        x, y = uniform.noisy_line(15, noise=0.3, rng=rng)
        cuts = np.r_[uniform.threshold_erm(x, y), 0.0, x]
        wrong = np.sum((x > cuts[:, None]) != y, axis=1)
        assert wrong[0] == wrong[1:].min()


def test_the_risk_of_a_threshold_is_its_error_on_many_samples(rng):
    x, y = uniform.noisy_line(200_000, noise=0.2, rng=rng)
    for t in (0.1, 0.5, 0.8):
        assert np.mean((x > t) != y) == pytest.approx(uniform.threshold_risk(t, noise=0.2), abs=4 * 0.5 / np.sqrt(2e5))


@pytest.mark.equation("13.3", "13.4")
@pytest.mark.parametrize("n", [60, 600])
def test_thresholds_of_dimension_one_stay_under_both_vc_bounds(n, rng):
    excess = [
        uniform.threshold_risk(uniform.threshold_erm(*uniform.noisy_line(n, noise=0.2, rng=rng)), noise=0.2) - 0.2
        for _ in range(300)
    ]
    reached = np.quantile(excess, 0.95)
    assert 0 < reached < bounds.coarse_vc_excess_risk(1, n=n, delta=0.05) < bounds.vc_excess_risk(1, n=n, delta=0.05)


def test_the_threshold_counts_samples_that_coincide_together():
    assert uniform.threshold_erm(np.array([0.3, 0.3, 0.3, 0.8]), np.array([0, 1, 1, 1])) == 0.0
    assert uniform.threshold_erm(np.array([0.3, 0.3, 0.3, 0.8]), np.array([1, 0, 0, 1])) == 0.3
    assert uniform.threshold_erm(np.array([0.0, 0.5]), np.array([1, 0])) == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: uniform.mistakes(np.ones((2, 3), dtype=bool), np.ones(2)), "a column for each of the 2 labels"),
        (lambda: uniform.minimise(np.ones((2, 3)), np.ones(2)), "a column for each of the 2 risks"),
        (lambda: uniform.threshold_erm(np.ones(2), np.ones(3)), "x and y must have one entry a sample each; got 2 and 3"),
        (lambda: uniform.threshold_erm(np.array([-0.5]), np.ones(1)), "x must not be negative; got -0.5"),
        (lambda: uniform.mistakes(np.array([[True]]), np.array([2])), "y must hold labels 0 and 1; got 2"),
        (lambda: uniform.mistakes(np.array([True]), np.array([1])), "predictions must be a table of truth values"),
        (lambda: uniform.mistakes(np.array([[-1]]), np.array([1])), "predictions must be a table of truth values"),
        (
            lambda: uniform.empirical_risks(np.array([[0.5]]), n=1, trials=1, rng=np.random.default_rng(0)),
            "wrong must be a table of truth values",
        ),
        (lambda: uniform.threshold_risk(2.0, noise=0.1), "t must be at most 1"),
        (lambda: uniform.noisy_line(3, noise=0.5, rng=np.random.default_rng(0)), "noise must be below 0.5"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
