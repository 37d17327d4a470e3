"""Cross-validation, weight decay, and priors."""

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize
from sklearn.linear_model import Lasso, Ridge
from sklearn.model_selection import KFold, LeaveOneOut, cross_val_score

from principles.regularization import bayes, cross_validation, decay, library


@pytest.fixture
def problem(rng):
    X = rng.normal(size=(30, 4))
    return X, X @ np.array([1.0, -2.0, 0.0, 0.5]) + 0.3 * rng.normal(size=30)


def test_scores_are_sklearns_on_the_same_folds(problem):
    X, y = problem
    parts = [test for _, test in KFold(5, shuffle=True, random_state=1).split(X)]
    peer = -cross_val_score(
        Ridge(alpha=2.0, fit_intercept=False), X, y, cv=KFold(5, shuffle=True, random_state=1), scoring="neg_mean_squared_error"
    )

    def fit(A, b):
        w = decay.ridge(A, b, alpha=2.0)
        return lambda Z: Z @ w

    np.testing.assert_allclose(cross_validation.scores(fit, X, y, parts), peer, rtol=1e-10)


def test_leaving_one_out_needs_a_single_fit(problem):
    X, y = problem
    peer = -cross_val_score(Ridge(alpha=2.0, fit_intercept=False), X, y, cv=LeaveOneOut(), scoring="neg_mean_squared_error")
    np.testing.assert_allclose(cross_validation.leave_one_out(X, y, alpha=2.0), peer, rtol=1e-10)


@pytest.mark.parametrize(("n", "k"), [(10, 3), (12, 4), (5, 5)])
def test_folds_are_a_partition_into_parts_of_equal_size(n, k, rng):
    parts = cross_validation.folds(n, k, rng=rng)
    assert sorted(np.concatenate(parts)) == list(range(n))
    assert {len(p) for p in parts} <= {n // k, -(-n // k)}
    pieces = cross_validation.split(n, validation=2, test=1, rng=rng)
    assert sorted(np.concatenate(pieces)) == list(range(n))
    assert [len(p) for p in pieces] == [n - 3, 2, 1]


def test_the_best_of_many_guesses_shines_in_validation_only(rng):
    validation, test = cross_validation.best_of_guesses(1000, validation=100, test=2000, rng=rng)
    assert validation > 0.6
    assert test == pytest.approx(0.5, abs=0.045)


@pytest.mark.equation("7.9")
def test_ridge_is_sklearns_and_minimises_loss_plus_penalty(problem):
    X, y = problem
    np.testing.assert_allclose(decay.ridge(X, y, alpha=0.0), np.linalg.lstsq(X, y, rcond=None)[0])
    w = decay.ridge(X, y, alpha=3.0)
    np.testing.assert_allclose(w, Ridge(alpha=3.0, fit_intercept=False).fit(X, y).coef_, rtol=1e-10)
    found = minimize(lambda v: 0.5 * np.sum((y - X @ v) ** 2) + decay.penalty(v, 3.0), np.zeros(4), tol=1e-10)
    np.testing.assert_allclose(w, found.x, atol=1e-5)


@pytest.mark.equation("7.9")
def test_shrinking_in_every_step_is_torchs_weight_decay_for_sgd_but_not_for_adamw(problem):
    X, y = problem
    steps = list(decay.descend(lambda w: X.T @ (X @ w - y), np.ones(4), alpha=0.5, eta=0.01, steps=8))
    options = {"alpha": 0.5, "eta": 0.01, "steps": 8}
    np.testing.assert_allclose(steps, library.optimize(X, y, np.ones(4), kind="sgd", **options), rtol=1e-12)
    np.testing.assert_allclose(steps, library.optimize(X, y, np.ones(4), kind="sgd penalty", **options), rtol=1e-12)
    penalty = library.optimize(X, y, np.ones(4), kind="adam penalty", **options)
    np.testing.assert_allclose(library.optimize(X, y, np.ones(4), kind="adam", **options), penalty, rtol=1e-10)
    assert np.abs(library.optimize(X, y, np.ones(4), kind="adamw", **options) - penalty).max() > 1e-3


def test_a_free_bias_follows_the_mean_and_a_penalised_one_does_not(problem):
    X, y = problem
    y = y + 100
    w, b = decay.ridge_with_bias(X, y, alpha=5.0, penalize_bias=False)
    peer = Ridge(alpha=5.0).fit(X, y)
    np.testing.assert_allclose([*w, b], [*peer.coef_, peer.intercept_], rtol=1e-9)
    assert np.mean(X @ w + b - y) == pytest.approx(0, abs=1e-10)
    w, b = decay.ridge_with_bias(X, y, alpha=5.0, penalize_bias=True)
    assert np.mean(X @ w + b - y) < -5


def test_shrinkage_gives_the_ridge_fit_along_each_direction(problem):
    X, y = problem
    U = np.linalg.svd(X, full_matrices=False)[0]
    _, factors = decay.shrinkage(X, 2.0)
    np.testing.assert_allclose(X @ decay.ridge(X, y, alpha=2.0), U @ (factors * (U.T @ y)), rtol=1e-10)
    assert decay.condition(np.ones((3, 2)), 0.0) == np.inf
    assert decay.condition(np.ones((3, 2)), 1.0) == pytest.approx(7.0)
    assert decay.condition(np.diag([1.0, 2.0, 3.0]), 0.0) == pytest.approx(9.0)
    assert decay.condition(1e-7 * np.diag([1.0, 2.0]), 0.0) == pytest.approx(4.0), "small, but not singular"


def test_lasso_is_sklearns(problem):
    X, y = problem
    peer = Lasso(alpha=0.2, fit_intercept=False, tol=1e-12).fit(X, y).coef_
    np.testing.assert_allclose(decay.lasso(X, y, alpha=0.2 * len(y)), peer, atol=1e-8)
    assert (peer == 0).any()


def test_lasso_stops_when_a_sweep_moves_nothing(monkeypatch):
    X, y, calls = np.diag([1.0, 2.0, 4.0]), np.array([3.0, 5.0, 0.5]), []
    threshold = decay.soft_threshold
    monkeypatch.setattr(decay, "soft_threshold", lambda z, level: calls.append(z) or threshold(z, level))
    np.testing.assert_allclose(decay.lasso(X, y, alpha=1.0), [2, 9 / 4, 1 / 16])
    assert len(calls) == 2 * 3


def test_lasso_needs_as_many_sweeps_in_any_unit_of_the_targets(problem, monkeypatch):
    (X, y), counts, threshold = problem, [], decay.soft_threshold
    for unit in (1.0, 2.0**30):
        calls = []
        monkeypatch.setattr(decay, "soft_threshold", lambda z, level: calls.append(z) or threshold(z, level))  # noqa: B023
        assert np.abs(decay.lasso(X, unit * y, alpha=unit)).max() > unit
        counts.append(len(calls))
    assert counts[0] == counts[1] < 4 * 500, "four weights, and sooner than after 500 sweeps"


@pytest.mark.equation("7.10", "7.11")
def test_bayes_law_on_a_grid_is_the_gaussian_posterior_in_closed_form(rng):
    X, y = rng.normal(size=(8, 1)), rng.normal(size=8)
    exact = bayes.gaussian_posterior(X, y, noise_std=0.7, prior_variance=2.0)
    grid = np.linspace(-6, 6, 801)
    likelihood = np.array([bayes.log_likelihood(np.array([w]), X, y, noise_std=0.7) for w in grid])
    prior = np.array([bayes.gaussian_log_prior(np.array([w]), variance=2.0) for w in grid])
    density, log_Z = bayes.on_grid(likelihood, prior, step=grid[1] - grid[0])
    np.testing.assert_allclose(density, stats.norm(exact.mean[0], np.sqrt(exact.covariance[0, 0])).pdf(grid), atol=1e-9)
    assert log_Z == pytest.approx(exact.log_evidence, abs=1e-9)
    height = bayes.map_objective(
        grid[450:451], X, y, noise_std=0.7, log_prior=lambda w: bayes.gaussian_log_prior(w, variance=2.0), log_evidence=log_Z
    )
    assert np.exp(height) == pytest.approx(density[450])


@pytest.mark.equation("7.11")
def test_map_is_ridge_with_a_gaussian_prior_and_lasso_with_a_laplace_prior(problem):
    X, y = problem
    σ, α = 0.5, 3.0

    def maximiser(log_prior, start):
        goal = lambda w: -bayes.map_objective(w, X, y, noise_std=σ, log_prior=log_prior)  # noqa: E731
        return minimize(goal, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 8000}).x

    ridge = decay.ridge(X, y, alpha=α)
    found = maximiser(lambda w: bayes.gaussian_log_prior(w, variance=σ**2 / α), np.zeros(4))
    np.testing.assert_allclose(found, ridge, atol=1e-5)
    np.testing.assert_allclose(bayes.gaussian_posterior(X, y, noise_std=σ, prior_variance=σ**2 / α).mean, ridge, rtol=1e-9)
    lasso = decay.lasso(X, y, alpha=α)
    log_prior = lambda w: bayes.laplace_log_prior(w, scale=σ**2 / α)  # noqa: E731
    best = bayes.map_objective(lasso, X, y, noise_std=σ, log_prior=log_prior)
    for direction in np.vstack([np.eye(4), -np.eye(4)]):
        assert bayes.map_objective(lasso + 1e-3 * direction, X, y, noise_std=σ, log_prior=log_prior) < best


@pytest.mark.equation("7.10")
def test_the_posterior_is_that_of_the_joint_gaussian_of_weights_and_targets(rng):
    X, y = rng.normal(size=(5, 3)), rng.normal(size=5)
    found, M = bayes.gaussian_posterior(X, y, noise_std=0.7, prior_variance=2.0), 0.49 * np.eye(5) + 2 * X @ X.T
    np.testing.assert_allclose(found.mean, 2 * X.T @ np.linalg.solve(M, y))
    np.testing.assert_allclose(found.covariance, 2 * np.eye(3) - 4 * X.T @ np.linalg.solve(M, X), atol=1e-12)
    assert found.log_evidence == pytest.approx(stats.multivariate_normal(np.zeros(5), M).logpdf(y))


def test_the_gaussian_prior_is_scipys(rng):
    w = rng.normal(size=3)
    assert bayes.gaussian_log_prior(w, variance=4.0) == pytest.approx(stats.norm(0, 2).logpdf(w).sum())


def test_the_laplace_prior_is_a_density():
    assert quad(lambda w: np.exp(bayes.laplace_log_prior(np.array([w]), scale=0.3)), -10, 10, points=[0])[0] == pytest.approx(1)


def test_groups_spare_biases_and_norms_and_the_default_spares_nothing():
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    assert {
        n for n, c in library.weights_after_decay(model, library.parameter_groups(model, alpha=0.1), alpha=0.1).items() if c
    } == {"0.weight"}
    assert {n for n, c in library.weights_after_decay(model, None, alpha=0.1).items() if c} >= {"0.weight", "0.bias", "1.weight"}


BAD = {
    "alpha must be positive where": lambda: decay.ridge(np.ones((3, 2)), np.ones(3), alpha=0.0),
    "alpha must be at least 0": lambda: decay.penalty(np.ones(2), -1.0),
    "eta must be above 0": lambda: next(decay.descend(np.sin, np.ones(1), alpha=0.1, eta=0.0, steps=1)),
    "X and y must have one row": lambda: decay.lasso(np.ones((3, 2)), np.ones(2), alpha=1.0),
    "no column of X may be zero; column 1": lambda: decay.lasso(np.array([[1.0, 0.0]]), np.ones(1), alpha=1.0),
    "alpha must be positive where the fit": lambda: cross_validation.leave_one_out(np.eye(2), np.ones(2), alpha=0.0),
    "X must be finite": lambda: decay.condition(np.array([[np.nan]]), 1.0),
    "variance must be above 0": lambda: bayes.gaussian_log_prior(np.ones(1), variance=-1.0),
    "w must have shape": lambda: bayes.log_likelihood(np.ones(2), np.ones((1, 1)), np.ones(1), noise_std=1.0),
    "k must be at least 2": lambda: cross_validation.folds(4, 1, rng=np.random.default_rng(0)),
    "test must be at least 1 and at most 1": lambda: cross_validation.split(
        4, validation=2, test=2, rng=np.random.default_rng(0)
    ),
    "parts must hold indices from 0 to 2; got 1 to 3": lambda: cross_validation.scores(
        len, np.ones((3, 1)), np.ones(3), [np.array([1]), np.array([3])]
    ),
    "from 0 to 2; got -1 to 0": lambda: cross_validation.scores(len, np.ones((3, 1)), np.ones(3), [np.array([0, -1])]),
    "arguments of descend .* eta = 1e.200": lambda: list(decay.descend(lambda w: w, np.ones(1), alpha=0.0, eta=1e200, steps=3)),
    "parts must be disjoint": lambda: cross_validation.scores(len, np.ones((3, 1)), np.ones(3), [np.arange(2), np.arange(2)]),
    "noise_std must be above 0": lambda: bayes.log_likelihood(np.ones(1), np.ones((1, 1)), np.ones(1), noise_std=0.0),
    "scale must be above 0": lambda: bayes.laplace_log_prior(np.ones(1), scale=-1.0),
}


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
