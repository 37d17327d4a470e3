"""Risks and their decompositions."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar
from sklearn.metrics import mean_squared_error
from sklearn.tree import DecisionTreeRegressor

from principles import data
from principles.regularization import bagging, classification, decomposition, double_descent, label_shift, risk

NATURE = risk.Nature(0.4)


@pytest.mark.equation("7.1")
def test_empirical_risk_is_sklearns_mean_squared_error(rng):
    f, y = rng.normal(size=(2, 30))
    assert risk.empirical_risk(f, y) == pytest.approx(mean_squared_error(y, f), rel=1e-13)


@pytest.mark.equation("7.2")
@pytest.mark.parametrize("f", [np.zeros_like, np.cos, lambda x: 3 * x - 1])
def test_population_risk_is_what_a_million_samples_measure(f, rng):
    x, y = NATURE.draw(200_000, rng=rng)
    losses = (f(x) - y) ** 2
    assert risk.population_risk(f, NATURE) == pytest.approx(losses.mean(), abs=4 * losses.std() / np.sqrt(len(x)))


@pytest.mark.equation("7.3")
@pytest.mark.parametrize("x", [0.0, 0.3, 1.0])
def test_the_conditional_mean_minimises_the_conditional_risk_and_the_median_does_not(x):
    best = minimize_scalar(risk.conditional_risk, args=(x, NATURE), tol=1e-12).x
    optimal = risk.optimal_regressor(np.array([x]), NATURE)[0]
    assert optimal == pytest.approx(np.sin(5 * x), abs=1e-12)
    assert optimal == pytest.approx(best, abs=1e-6)
    median = np.sin(5 * x) + NATURE.noise_std(np.array([x]))[0] * (np.log(2) - 1)
    assert risk.conditional_risk(median, x, NATURE) > risk.conditional_risk(optimal, x, NATURE) + 1e-3


@pytest.mark.equation("7.4")
@pytest.mark.parametrize("f", [np.zeros_like, np.cos, lambda x: 3 * x - 1])
def test_risk_is_excess_plus_bayes_error_because_the_cross_term_vanishes(f):
    assert risk.population_risk(f, NATURE) == pytest.approx(risk.decomposed_risk(f, NATURE), rel=1e-12)
    assert risk.cross_term(f, NATURE) == pytest.approx(0, abs=1e-13)
    assert risk.excess_risk(f, NATURE) > 0.1


@pytest.mark.equation("7.5")
@pytest.mark.parametrize("noise", [0.0, 0.2, 1.0])
def test_bayes_error_is_the_average_noise_variance(noise):
    assert risk.bayes_error(risk.Nature(noise)) == pytest.approx(noise**2 * 13 / 12, abs=1e-12)


@pytest.mark.equation("7.6")
def test_squared_distances_to_the_optimum_are_bias_squared_plus_variance(rng):
    f, f_star = rng.normal(1.0, 2.0, size=(7, 5)), rng.normal(size=5)
    parts = decomposition.decompose(f, f_star)
    np.testing.assert_allclose(parts.bias_squared + parts.variance, np.mean((f - f_star) ** 2, axis=0), rtol=1e-12)
    np.testing.assert_allclose(parts.variance, f.var(axis=0), rtol=1e-12)


@pytest.mark.equation("7.7")
@pytest.mark.parametrize("p", [1, 4, 7])
def test_bias_variance_and_noise_add_up_to_the_measured_risk(p, rng):
    theory, _ = decomposition.expected_risk(NATURE, p=p, n=40, datasets=200, rng=rng)
    practice = decomposition.measured_risk(NATURE, p=p, n=40, datasets=200, test=50, rng=rng)
    assert abs(theory.value - practice.value) < 3 * np.hypot(theory.error, practice.error)


def test_long_waits_lift_the_targets():
    np.testing.assert_allclose(NATURE.targets(np.array([0.2, 0.5]), np.array([3.0, 0.0])), np.sin([1, 2.5]) + [0.56, -0.4])


def test_the_cosines_are_orthonormal_and_begin_with_the_constant():
    middles, root = (np.arange(64) + 0.5) / 64, np.sqrt(2)
    A = decomposition.cosines(middles, 5)
    np.testing.assert_allclose(A.T @ A / 64, np.eye(5), atol=1e-12)
    np.testing.assert_allclose(decomposition.cosines(np.array([0.0, 1.0]), 3), [[1, root, root], [1, -root, root]])
    assert decomposition.integrate(risk.NODES**3) == pytest.approx(1 / 4)


def cosine_fit(x, y, p):
    def basis(u):
        return np.cos(np.pi * np.outer(u, np.arange(p))) * np.sqrt(np.minimum(1 + np.arange(p), 2))

    w = np.linalg.lstsq(basis(x), y, rcond=None)[0]
    return lambda u: basis(u) @ w


@pytest.mark.equation("7.7")
def test_each_estimate_averages_over_fresh_data_sets_and_gives_its_standard_error():
    def repeated(measure):
        rng = np.random.default_rng(1)
        return [measure(*(pair := NATURE.draw(12, rng=rng)), cosine_fit(*pair, 4), rng) for _ in range(3)]

    def fresh(x, y, f, rng):
        u, v = NATURE.draw(7, rng=rng)
        return np.mean((f(u) - v) ** 2)

    def curve(x, y, f, rng):
        u, v = NATURE.draw(500, rng=rng)
        return np.mean((f(x) - y) ** 2), np.mean((f(u) - v) ** 2)

    options, rng = {"p": 4, "datasets": 3}, lambda: np.random.default_rng(1)
    distances = repeated(lambda x, y, f, rng: risk.WEIGHTS @ (f(risk.NODES) - np.sin(5 * risk.NODES)) ** 2)
    on_training = repeated(lambda x, y, f, rng: np.mean((f(x) - np.sin(5 * x)) ** 2))
    for found, values in (
        (decomposition.measured_risk(NATURE, n=12, test=7, rng=rng(), **options), repeated(fresh)),
        (decomposition.gap_on_training_inputs(NATURE, n=12, rng=rng(), **options), on_training),
        (decomposition.expected_risk(NATURE, n=12, rng=rng(), **options)[0], np.add(distances, 0.16 * 13 / 12)),
    ):
        assert (found.value, found.error) == pytest.approx((np.mean(values), stats.sem(values)))
    train, test = decomposition.learning_curve(NATURE, [12], rng=rng(), **options)
    assert (train[0], test[0]) == pytest.approx(tuple(np.mean(repeated(curve), axis=0)))


def test_the_variance_of_the_average_is_that_of_the_targets_over_n(rng):
    _, parts = decomposition.expected_risk(NATURE, p=1, n=40, datasets=600, rng=rng)
    targets = 0.5 - np.sin(10) / 20 - ((1 - np.cos(5)) / 5) ** 2 + 0.16 * 13 / 12  # of sin 5x and noise
    assert parts.variance[0] == pytest.approx(targets / 40, rel=0.15)


def test_a_model_through_all_targets_is_off_the_optimum_by_the_noise(rng):
    gap = decomposition.gap_on_training_inputs(NATURE, p=15, n=15, datasets=300, rng=rng)
    assert gap.value == pytest.approx(risk.bayes_error(NATURE), abs=4 * gap.error)
    assert gap.error < 0.1 * gap.value


@pytest.mark.equation("7.8")
@pytest.mark.parametrize("seed", range(5))
def test_bias_variance_and_noise_give_the_zero_one_risk_with_their_coefficients(seed):
    draw = np.random.default_rng(seed).uniform(size=(2, 50))
    P, F = (np.column_stack([1 - u, u]) for u in draw)
    parts = classification.decompose(P, F)
    np.testing.assert_allclose(parts.bias + parts.c2 * parts.variance + parts.c1 * parts.noise, classification.risk(P, F))
    np.testing.assert_allclose(parts.noise, P.min(axis=1))
    np.testing.assert_allclose(parts.variance, F.min(axis=1))
    assert set(parts.bias) == {0.0, 1.0}


def test_main_predictions_are_mean_median_and_mode(rng):
    values, grid = rng.exponential(size=101), np.linspace(0, 3, 3001)
    assert classification.average_prediction(values, loss="squared", candidates=grid) == pytest.approx(values.mean(), abs=1e-3)
    assert classification.average_prediction(values, loss="absolute", candidates=grid) == pytest.approx(
        np.median(values), abs=1e-3
    )
    assert classification.main(np.array([[0.2, 0.5, 0.3]]), classification.zero_one(3)).tolist() == [1]


def test_what_loses_least_depends_on_the_loss():
    P, loss = np.array([[0.7, 0.3], [0.9, 0.1]]), np.array([[0.0, 1.0], [5.0, 0.0]])  # a missed 1 costs five
    assert classification.optimal(P, loss).tolist() == [1, 0]
    assert classification.main(P, loss).tolist() == [1, 0]
    np.testing.assert_allclose(
        classification.posterior(np.pi / 6 * np.array([1, -1]))[:, 0], [1 / (1 + np.e**6), 1 / (1 + np.e**-6)]
    )


def test_votes_are_majorities_of_the_nearest_samples_counted_over_data_sets():
    points, draws, ones = np.array([-1.0, 0.1, 2.0]), np.random.default_rng(4), np.zeros(3)
    found = classification.neighbour_votes(points, k=3, n=8, datasets=5, rng=np.random.default_rng(4))
    for _ in range(5):
        x = 6 * draws.random(8) - 3
        y = draws.random(8) < 1 / (1 + np.exp(-6 * np.sin(3 * x)))
        ones += [sum(vote for _, vote in sorted(zip(abs(x - p), y))[:3]) > 1 for p in points]
    np.testing.assert_allclose(found, np.column_stack([5 - ones, ones]) / 5)


def test_neighbours_vote_for_the_likelier_class_where_it_is_certain(rng):
    votes = classification.neighbour_votes(np.array([-0.5, 0.5]), k=5, n=100, datasets=40, rng=rng)
    assert votes[0, 0] > 0.9
    assert votes[1, 1] > 0.9


@pytest.mark.parametrize("p", [20, 50, 80])
def test_least_norm_weights_are_lstsqs_and_ridge_weights_solve_the_normal_equations(p, rng):
    Phi, Y = rng.normal(size=(50, p)), rng.normal(size=(50, 3))
    np.testing.assert_allclose(double_descent.least_norm(Phi, Y), np.linalg.lstsq(Phi, Y, rcond=None)[0], atol=1e-8)
    W = double_descent.least_norm(Phi, Y, penalty=0.7)
    np.testing.assert_allclose(Phi.T @ (Phi @ W - Y) + 0.7 * W, 0, atol=1e-10)


@pytest.mark.parametrize("unit", [1e-8, 1.0, 1e8])
def test_least_norm_weights_leave_directions_without_data_alone_in_any_unit(unit, rng):
    Phi, Y = unit * rng.normal(size=(6, 2)) @ rng.normal(size=(2, 4)), rng.normal(size=(6, 3))
    np.testing.assert_allclose(double_descent.least_norm(Phi, Y), np.linalg.pinv(Phi) @ Y, atol=1e-9 / unit)


def test_digit_sets_are_disjoint_centred_and_coded_and_only_training_labels_are_flipped():
    raw, order = data.digits(), np.random.default_rng(3).permutation(1797)
    sets, X, y = double_descent.digit_sets(n=30, datasets=2, flipped=0.0, rng=np.random.default_rng(3))
    rows, codes = (np.concatenate(parts) for parts in zip(*sets))
    chosen, scale = raw.X[order[:60]], np.sqrt(raw.X[order[:60]].var(axis=0).mean())
    np.testing.assert_allclose(np.vstack([rows, X]), (raw.X[order] - chosen.mean(axis=0)) / scale, atol=1e-12)
    np.testing.assert_array_equal(codes, np.where(raw.y[order[:60], None] == np.arange(10), 1, -1))
    np.testing.assert_array_equal(y, raw.y[order[60:]])
    noisy, _, y = double_descent.digit_sets(n=800, datasets=2, flipped=0.5, rng=np.random.default_rng(3))
    labels = np.concatenate([codes.argmax(axis=1) for _, codes in noisy])
    wrong = labels != raw.y[order[:1600]]
    assert np.bincount(labels[wrong], minlength=10).min() > 30
    assert wrong.mean() == pytest.approx(0.45, abs=4 * np.sqrt(0.25 / 1600))
    np.testing.assert_array_equal(y, raw.y[order[1600:]])


def test_the_error_peaks_where_features_and_samples_are_as_many(rng):
    sets, X, y = double_descent.digit_sets(n=40, datasets=4, flipped=0.1, rng=rng)
    curve = double_descent.sweep([10, 40, 300], sets, X[:300], y[:300], rng=rng)
    test, train = np.median(curve.test, axis=0), curve.train.mean(axis=0)
    assert test[1] > 5 * test[0] > 5 * test[2]
    assert train[0] > 0.01
    assert train[1:].max() < 1e-10
    np.testing.assert_allclose(curve.rest + curve.variance, curve.test.mean(axis=0))


def test_the_variance_of_two_fits_is_half_their_squared_difference(rng):
    sets, X, y = double_descent.digit_sets(n=30, datasets=2, flipped=0.0, rng=rng)
    curve = double_descent.sweep([7], sets, X[:50], y[:50], rng=np.random.default_rng(4))
    draws, said, codes = np.random.default_rng(4), [], np.where(y[:50, None] == np.arange(10), 1, -1)
    for i, (A, B) in enumerate(sets):
        S = draws.standard_normal((64, 7)) / 8
        W = np.linalg.lstsq(np.maximum(0, A @ S), B, rcond=None)[0]
        said.append(np.maximum(0, X[:50] @ S) @ W)
        assert curve.train[i, 0] == pytest.approx(np.mean((np.maximum(0, A @ S) @ W - B) ** 2))
        assert curve.test[i, 0] == pytest.approx(np.mean((said[i] - codes) ** 2))
    assert curve.widths.tolist() == [7]
    assert curve.variance[0] == pytest.approx(np.mean((said[0] - said[1]) ** 2) / 2)
    assert curve.mistakes[0, 0] == np.mean(said[0].argmax(axis=1) != y[:50])


def test_a_fully_grown_tree_is_sklearns(rng):
    x, y, points = rng.uniform(size=30), rng.normal(size=30), np.linspace(0, 1, 101)
    peer = DecisionTreeRegressor(random_state=0).fit(x[:, None], y).predict(points[:, None])
    np.testing.assert_allclose(bagging.tree(x, y, points), peer, atol=1e-6)
    tied, y = rng.integers(2, size=300).astype(float), rng.normal(size=300)
    assert bagging.tree(tied, y, np.array([0.4, 0.6])).tolist() == [y[tied == 0][-1], y[tied == 1][0]]


def test_committees_of_independent_members_have_a_share_of_the_variance_and_bootstrapped_ones_do_not(rng):
    options = {"n": 30, "datasets": 200, "members": 5, "rng": rng}
    points = np.linspace(0.1, 0.9, 9)
    apart = bagging.committees(NATURE, points, bagging.tree, fresh=True, **options)
    assert apart.variance(5) / apart.variance(1) == pytest.approx(0.2, rel=0.2)
    bagged = bagging.committees(NATURE, points, bagging.tree, fresh=False, **options)
    assert bagged.variance(5) / bagged.variance(1) > 0.4
    assert bagged.variance(2) == pytest.approx(bagging.committee_variance(bagged.variance(1), bagged.correlation(), 2), rel=0.1)


def test_variance_and_correlation_of_committees_are_moments_over_data_sets(rng):
    f = rng.normal(size=(6, 5, 3)) + rng.normal(size=(6, 1, 3))
    pairs = [(f[:, 0] + f[:, 1]) / 2, (f[:, 2] + f[:, 3]) / 2]  # the fifth member has no partner
    assert bagging.Committees(f).variance(2) == pytest.approx(np.mean([np.var(pair, axis=0, ddof=1) for pair in pairs]))
    covariances = np.mean([np.cov(f[:, :, k].T) for k in range(3)], axis=0)
    ρ = covariances[~np.eye(5, dtype=bool)].mean() / np.diag(covariances).mean()
    assert bagging.Committees(f).correlation() == pytest.approx(ρ)


@pytest.mark.parametrize("fresh", [True, False])
def test_a_committee_shares_one_data_set_unless_its_members_get_fresh_ones(fresh):
    teach = lambda x, y, points: x[0] + 2 * y.sum() + points  # noqa: E731
    points, draws = np.array([0.0, 5.0]), np.random.default_rng(6)
    found = bagging.committees(
        NATURE, points, teach, n=4, datasets=2, members=3, fresh=fresh, rng=np.random.default_rng(6)
    ).members
    for committee in found:
        x, y = NATURE.draw(4, rng=draws)
        for member, rows in zip(committee, draws.integers(4, size=(3, 4)), strict=True):
            np.testing.assert_allclose(member, teach(*(NATURE.draw(4, rng=draws) if fresh else (x[rows], y[rows])), points))
    assert bagging.average(np.arange(3.0), np.array([1.0, 2.0, 6.0]), np.zeros(2)).tolist() == [3, 3]


@pytest.mark.parametrize(("members", "correlation"), [(1, 0.3), (4, 0.0), (7, 0.6)])
def test_the_variance_of_an_average_is_the_average_of_the_covariances(members, correlation):
    covariances = 2.5 * (correlation + (1 - correlation) * np.eye(members))
    assert bagging.committee_variance(2.5, correlation, members) == pytest.approx(covariances.mean())


def test_the_bootstrap_knows_the_standard_error_of_a_mean(rng):
    sample = rng.normal(size=80)
    mean, std = bagging.bootstrap_mean(sample, 4000, rng=rng)
    assert mean == pytest.approx(sample.mean(), abs=0.01)
    assert std == pytest.approx(sample.std() / np.sqrt(80), rel=0.05)


def test_neighbours_tell_the_bayes_error(rng):
    estimate, error = risk.noise_between_neighbours(*NATURE.draw(20_000, rng=rng))
    assert estimate == pytest.approx(risk.bayes_error(NATURE), abs=4 * error)
    assert error < 0.1 * estimate
    assert risk.noise_between_neighbours(np.array([3.0, 0, 1, 2]), np.array([5.0, 1, 3, 1])) == pytest.approx((5.0, 3.0))
    tied, y = rng.integers(2, size=300).astype(float), rng.normal(size=300)
    jumps = np.diff(np.r_[y[tied == 0], y[tied == 1]])[::2] ** 2 / 2
    assert risk.noise_between_neighbours(tied, y) == pytest.approx((jumps.mean(), stats.sem(jumps)))


def test_of_least_norm_fits_with_more_weights_than_samples_the_bias_is_one_minus_n_over_d_squared(rng):
    fits = double_descent.isotropic_fits(n=5, d=20, datasets=2000, rng=rng)
    np.testing.assert_allclose(fits.mean(axis=0), np.eye(20)[0] / 4, atol=0.03)
    assert fits.var(axis=0).sum() == pytest.approx(0.25 * 0.75, abs=0.01)
    np.testing.assert_allclose(double_descent.isotropic_fits(n=6, d=4, datasets=3, rng=rng), np.eye(4)[[0, 0, 0]], atol=1e-9)


def test_label_shift_changes_the_chances_given_x_and_label_weights_repair_it(rng):
    home, abroad = label_shift.Clinic(0.5), label_shift.Clinic(0.1)
    x, sick = abroad.draw(100_000, rng=rng)
    line = np.linspace(-3, 3, 7)
    parts = 0.1 * stats.norm.pdf(line, 1), 0.9 * stats.norm.pdf(line, -1)
    np.testing.assert_allclose(abroad.density(line), sum(parts))
    np.testing.assert_allclose(abroad.disease_probability(line), parts[0] / sum(parts))
    assert [x[sick].mean(), x[~sick].mean(), sick.mean()] == pytest.approx([1, -1, 0.1], abs=0.04)
    near = np.abs(x - 0.5) < 0.05
    expected = abroad.disease_probability(np.array([0.5]))[0]
    assert sick[near].mean() == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(near.sum()))
    assert home.disease_probability(np.array([0.5]))[0] > expected + 0.3
    assert np.mean(abroad.density(x) / home.density(x)) == pytest.approx(
        np.trapezoid(abroad.density(line := np.linspace(-9, 9, 4001)) ** 2 / home.density(line), line), abs=0.05
    )
    x, sick = home.draw(100_000, rng=rng)
    weights = label_shift.label_ratio(sick, training=home, use=abroad)
    assert np.average(sick, weights=weights) == pytest.approx(0.1, abs=0.005)
    assert np.average(x**2 > 1, weights=weights) == pytest.approx(np.mean(abroad.draw(100_000, rng=rng)[0] ** 2 > 1), abs=0.015)


BAD = {
    "prevalence must be below 1": lambda: label_shift.Clinic(1.0),
    "the number of samples must be at least 4": lambda: risk.noise_between_neighbours(np.ones(3), np.ones(3)),
    "prediction and y must have one row": lambda: risk.empirical_risk(np.ones(2), np.ones(3)),
    "optimal must have shape": lambda: decomposition.decompose(np.ones((2, 3)), np.ones(2)),
    "datasets must be at least 2": lambda: decomposition.measured_risk(
        NATURE, p=1, n=5, datasets=1, test=5, rng=np.random.default_rng(0)
    ),
    "posterior and predicted must both have shape": lambda: classification.decompose(np.full((1, 2), 0.5), np.full((2, 2), 0.5)),
    "the rows of predicted must sum to 1": lambda: classification.decompose(np.full((1, 2), 0.5), np.ones((1, 2))),
    "points must be finite": lambda: classification.neighbour_votes(
        np.array([np.nan]), k=1, n=5, datasets=2, rng=np.random.default_rng(0)
    ),
    "correlation must be at most 1": lambda: bagging.committee_variance(1.0, 1.5, 3),
    "members must be at least 1": lambda: bagging.committee_variance(1.0, 0.5, 0),
    "x and y must have one row": lambda: bagging.tree(np.ones(2), np.ones(3), np.ones(1)),
    "noise must be at least 0": lambda: risk.Nature(-1.0),
    "y and x must have one row": lambda: decomposition.fit(np.ones(3), np.ones(2), 1),
    "n · datasets must be below 1797, so that digits are left to test with; got 1797": lambda: double_descent.digit_sets(
        n=599, datasets=3, flipped=0.0, rng=np.random.default_rng(0)
    ),
    'loss must be "squared"': lambda: classification.average_prediction(np.ones(2), loss="huber", candidates=np.ones(1)),
    "n · datasets must be below 1797": lambda: double_descent.digit_sets(
        n=1000, datasets=2, flipped=0.0, rng=np.random.default_rng(0)
    ),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
