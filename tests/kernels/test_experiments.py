"""The chapter's repeated runs measure what they say."""

from functools import partial

import numpy as np
import pytest
from sklearn.svm import SVC

from principles import data
from principles.kernels import costs, dual, experiments, functions, nystrom, toys
from principles.linear_models import margin, perceptron

GAUSSIAN = partial(functions.gaussian, width=0.4)


@pytest.fixture
def halves(rng):
    X, y = toys.moons(120, rng=rng)
    return data.split(data.Data(X, y, ("x1", "x2"), "moon", "drawn"), test=60, rng=rng)


@pytest.mark.equation("3.1")
def test_updates_stay_under_the_bound_in_every_dimension(rng):
    updates, bounds = experiments.updates_by_dimension([0.2, 0.5], [2, 30], n=50, passes=20, rng=rng)
    assert updates.shape == (2, 2)
    assert (updates >= 1).all()
    assert (updates <= bounds).all()
    np.testing.assert_allclose(bounds, [[25.0, 25.0], [4.0, 4.0]], rtol=0.1)


def test_a_sample_left_on_the_boundary_is_not_separated(monkeypatch, rng):
    X = np.array([[1.0, 0.0], [-1.0, 1.0]])  # in either order one pass ends at w = (0, 1), which x1 is orthogonal to
    monkeypatch.setattr(experiments.margin, "separable", lambda n, d, margin, rng: (X, np.ones(2), np.array([1.0, 2.0])))
    with pytest.raises(ValueError, match="passes must be enough"):
        experiments.updates_by_dimension([0.1], [2], n=2, passes=1, rng=rng)


def test_the_last_update_on_orthonormal_inputs_comes_when_a_coupon_collector_is_done(rng):
    last = experiments.iterations_until_all_seen(10, repeats=80, rng=rng)
    assert abs(last.mean() - experiments.coupon_collector(10)) < 4 * last.std() / np.sqrt(80)


def test_mean_alpha_averages_the_counts_of_separate_runs():
    X, y, _ = margin.separable(30, 5, margin=0.1, rng=np.random.default_rng(0))
    mean = experiments.mean_alpha(X, y, runs=3, passes=4, rng=np.random.default_rng(1))
    rng = np.random.default_rng(1)
    orders = [perceptron.shuffled_passes(30, 4, rng=rng) for _ in range(3)]
    np.testing.assert_allclose(mean, sum(perceptron.train(X, y, order=o).alpha for o in orders) / 3)


def test_held_out_errors_are_those_of_the_two_machines(rng):
    X, y = toys.moons(120, noise_std=0.4, rng=rng)
    train, test = data.split(data.Data(X, y, ("x1", "x2"), "moon", "drawn"), test=60, rng=rng)
    order = perceptron.shuffled_passes(60, 10, rng=rng)
    result = experiments.held_out(GAUSSIAN, train, test, order=order, C=5.0)
    run = dual.train(GAUSSIAN(train.X, train.X), train.y, order=order)
    assert result.perceptron_error == (dual.predict(GAUSSIAN(train.X, test.X), run.alpha, train.y) != test.y).mean()
    assert (result.updates, result.support) == (run.updates, np.count_nonzero(run.alpha))
    assert result.updates > result.support  # some samples are mistakes more than once
    assert len({result.perceptron_error, result.machine_error}) == 2
    peer = SVC(kernel="rbf", gamma=1 / (2 * 0.4**2), C=5.0).fit(train.X, train.y)
    assert result.machine_error == pytest.approx(1 - peer.score(test.X, test.y))
    assert result.machine_support == len(peer.support_)


def test_noise_features_cost_accuracy_and_none_cost_nothing(halves):
    train, test = halves
    options = {"noise_std": 1.0, "passes": 10}
    clean = experiments.noise_error(GAUSSIAN, train, test, coordinates=0, rng=np.random.default_rng(0), **options)
    noisy = experiments.noise_error(GAUSSIAN, train, test, coordinates=500, rng=np.random.default_rng(0), **options)
    order = perceptron.shuffled_passes(60, 10, rng=np.random.default_rng(0))
    assert clean == experiments.held_out(GAUSSIAN, train, test, order=order, C=1.0).perceptron_error
    assert noisy > clean + 0.1


def test_noise_features_are_columns_beside_the_kernels_own(halves):
    train, test = halves
    error = experiments.noise_error(
        functions.linear, train, test, coordinates=9, noise_std=0.5, passes=5, rng=np.random.default_rng(3)
    )
    rng = np.random.default_rng(3)
    order = perceptron.shuffled_passes(60, 5, rng=rng)
    wide, wide_test = (np.hstack([part.X, 0.5 * rng.standard_normal((60, 9))]) for part in (train, test))
    run = perceptron.train(wide, train.y, order=order)
    assert error == (perceptron.predict(wide_test, run.final) != test.y).mean() > 0


def test_nystrom_errors_repeat_the_single_approximation(rng):
    G = functions.gram(GAUSSIAN, rng.standard_normal((30, 2)))
    errors = experiments.nystrom_errors(G, [3, 9], draws=2, rng=np.random.default_rng(0))
    again = np.random.default_rng(0)
    expected = [
        [nystrom.relative_error(G, nystrom.approximation(G, again.choice(30, m, replace=False))) for _ in range(2)]
        for m in (3, 9)
    ]
    np.testing.assert_allclose(errors, expected)


def test_a_time_is_positive_and_grows():
    assert (
        0 < costs.seconds(costs.score_by_unit_vector, 20, repeats=3) < costs.seconds(costs.score_by_unit_vector, 1500, repeats=3)
    )


BAD = {
    "passes must be enough": lambda rng: experiments.updates_by_dimension([0.01], [20], n=200, passes=1, rng=rng),
    "n must be at least 1; got -2": lambda rng: experiments.coupon_collector(-2),
    "repeats must be at least 1": lambda rng: experiments.iterations_until_all_seen(3, repeats=0, rng=rng),
    "runs must be at least 1": lambda rng: experiments.mean_alpha(np.eye(2), np.ones(2), runs=0, passes=1, rng=rng),
    "ranks must be at least 1 and at most 2": lambda rng: experiments.nystrom_errors(np.eye(2), [3], draws=1, rng=rng),
    "n must be at least 1": lambda rng: costs.seconds(costs.score_by_column, 0, repeats=1),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message, rng):
    with pytest.raises(ValueError, match=message):
        BAD[message](rng)


def test_numbers_that_count_products_compute_as_numbers_do():
    a, b = costs._Counted(3.0), costs._Counted(5.0)
    before = costs._Counted.total
    assert (a * b, a * 2.0, 2.0 * a, a + b, 2.0 + a) == (15.0, 6.0, 6.0, 8.0, 5.0)
    assert costs._Counted.total - before == 3
