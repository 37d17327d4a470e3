"""Selection and the lasso against scikit-learn, brute force and the conditions of optimality."""

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Lasso, lasso_path

from principles import data
from principles.losses import sparse


@pytest.fixture(scope="module")
def diabetes():
    (table,) = data.standardize(data.diabetes())
    return table.X, table.y


@pytest.mark.parametrize("penalty", [0.5, 5.0, 20.0])
def test_lasso_weights_on_diabetes_equal_sklearns_and_meet_the_conditions(penalty, diabetes):
    X, y = diabetes
    w = sparse.lasso(X, y, penalty=penalty)
    np.testing.assert_allclose(w, Lasso(alpha=penalty, tol=1e-12, max_iter=100_000).fit(X, y).coef_, atol=1e-6)
    slope = X.T @ (y - y.mean() - X @ w) / len(y)
    np.testing.assert_allclose(slope[w != 0], penalty * np.sign(w[w != 0]), atol=1e-8)
    assert (np.abs(slope[w == 0]) <= penalty + 1e-8).all()


def test_a_lasso_path_equals_sklearns_and_starts_at_the_least_silent_penalty(diabetes):
    X, y = diabetes
    top = sparse.least_silent_penalty(X, y)
    penalties = top * np.array([1.0, 0.99, 0.5, 0.1])
    path = sparse.lasso_path(X, y, penalties)
    np.testing.assert_allclose(path.T, lasso_path(X, y - y.mean(), alphas=penalties, tol=1e-12)[1], atol=1e-5)
    assert (path[0] == 0).all()
    assert (path[1] != 0).sum() == 1


def test_columns_in_other_units_have_the_weights_that_sklearn_finds(rng):
    X = rng.normal(size=(40, 3)) * np.array([0.3, 1.0, 5.0])
    y = X @ np.array([2.0, -1.0, 0.3]) + rng.normal(size=40)
    expected = Lasso(alpha=0.1, tol=1e-12, max_iter=100_000).fit(X, y).coef_
    np.testing.assert_allclose(sparse.lasso(X, y, penalty=0.1), expected, atol=1e-8)


def test_without_a_penalty_the_lasso_is_least_squares(rng):
    X, y = rng.normal(size=(30, 4)), rng.normal(size=30)
    expected = np.linalg.lstsq(np.column_stack([X, np.ones(30)]), y, rcond=None)[0][:4]
    np.testing.assert_allclose(sparse.lasso(X, y, penalty=0.0), expected, atol=1e-9)


@pytest.mark.parametrize("chosen", [frozenset(), frozenset({2}), frozenset({3, 0})])
def test_the_mean_square_of_a_subset_is_that_of_statsmodels_fit_with_a_bias(chosen, rng):
    X, y = 2 + rng.normal(size=(30, 4)), 5 + rng.normal(size=30)
    peer = sm.OLS(y, np.column_stack([np.ones(30), X[:, sorted(chosen)]])).fit()
    assert sparse.mean_square(X, y, chosen) == pytest.approx(peer.ssr / 30)


def test_greedy_paths_are_nested_and_never_beat_the_best_subset(rng):
    X = rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5))
    y = X @ rng.normal(size=5) + rng.normal(size=40)
    best = [sparse.mean_square(X, y, s) for s in sparse.best_subsets(X, y)]
    for path in (sparse.forward(X, y), sparse.backward(X, y)):
        assert [len(s) for s in path] == list(range(6))
        assert all(a < b for a, b in zip(path, path[1:]))
        assert all(sparse.mean_square(X, y, s) >= b - 1e-12 for s, b in zip(path, best))


def test_forward_begins_with_the_largest_correlation_and_backward_drops_the_smallest_t(diabetes):
    X, y = diabetes
    correlations = np.abs([np.corrcoef(x, y)[0, 1] for x in X.T])
    assert sparse.forward(X, y)[1] == {int(correlations.argmax())}
    t = np.abs(sm.OLS(y, sm.add_constant(X)).fit().tvalues[1:])
    assert sparse.backward(X, y)[-2] == set(range(10)) - {int(t.argmin())}


def test_backward_finds_a_pair_that_forward_misses(rng):
    a, b, decoy = rng.normal(size=(3, 200))
    X = np.column_stack([a, a + 0.1 * b, b + decoy])
    y = b
    assert sparse.backward(X, y)[2] == {0, 1}
    assert sparse.forward(X, y)[2] != {0, 1}


def test_importance_equals_the_formula_from_one_fit_and_the_t_statistics(diabetes):
    X, y = diabetes
    refitted = sparse.importance(X, y)
    np.testing.assert_allclose(refitted, sparse.importance_from_one_fit(X, y), rtol=1e-8)
    fit = sm.OLS(y, sm.add_constant(X)).fit()
    np.testing.assert_allclose(refitted, fit.tvalues[1:] ** 2 * fit.mse_resid / len(y), rtol=1e-8)


def test_kernel_importance_uses_the_held_out_error_of_kernel_ridge(rng):
    X = rng.normal(size=(60, 2))
    y = np.sin(2 * X[:, 0]) + 0.1 * rng.normal(size=60)
    part, residuals = np.arange(60) % 5, np.zeros(60)
    for fold in range(5):
        seen, mean = part != fold, y[part != fold].mean()
        peer = KernelRidge(alpha=0.1, kernel="rbf", gamma=0.5).fit(X[seen], y[seen] - mean)
        residuals[~seen] = y[~seen] - mean - peer.predict(X[~seen])
    options = {"bandwidth": 1.0, "penalty": 0.1, "folds": 5}
    assert sparse.held_out_kernel_error(X, y, **options) == pytest.approx(np.mean(residuals**2))
    worth = sparse.kernel_importance(X, y, **options)
    assert worth[0] > 0.3 > 0.05 > worth[1]


def kernel_error(y, *, penalty=1.0, folds=3):
    return sparse.held_out_kernel_error(np.eye(3), y, bandwidth=1.0, penalty=penalty, folds=folds)


@pytest.mark.parametrize("bandwidth", [0.7, 2.0])
def test_the_importance_of_a_column_is_what_the_held_out_error_grows_by(bandwidth, rng):
    X, y, penalty = rng.normal(size=(24, 3)), rng.normal(size=24), 0.3

    def error(columns):
        squares, part = [], np.arange(24) % 4
        for fold in range(4):
            seen, peer = part != fold, KernelRidge(alpha=penalty, kernel="rbf", gamma=1 / (2 * bandwidth**2))
            peer.fit(X[np.ix_(seen, columns)], y[seen] - y[seen].mean())
            squares.extend((y[~seen] - y[seen].mean() - peer.predict(X[np.ix_(~seen, columns)])) ** 2)
        return np.mean(squares)

    expected = [error(others) - error([0, 1, 2]) for others in ([1, 2], [0, 2], [0, 1])]
    worth = sparse.kernel_importance(X, y, bandwidth=bandwidth, penalty=penalty, folds=4)
    np.testing.assert_allclose(worth, expected, atol=1e-10)


def test_the_lasso_ends_in_one_place_from_any_start_and_leaves_the_start_alone(rng):
    X, y, start = rng.normal(size=(20, 3)), rng.normal(size=20), np.array([5.0, -5.0, 0.0])
    np.testing.assert_allclose(sparse.lasso(X, y, penalty=0.1, start=start), sparse.lasso(X, y, penalty=0.1), atol=1e-9)
    np.testing.assert_array_equal(start, [5.0, -5.0, 0.0])


BAD = {
    "X must have more rows than columns": lambda: sparse.backward(np.eye(3), np.ones(3)),
    "X and y must be small enough": lambda: sparse.lasso(np.array([[1e300], [0.0]]), np.ones(2), penalty=1.0),
    "penalty must be at least 0": lambda: sparse.lasso(np.eye(3), np.ones(3), penalty=-1.0),
    "X must have no constant column; column 1": lambda: sparse.lasso(np.array([[1.0, 1], [2, 1]]), np.ones(2), penalty=1.0),
    "X and y must have one row": lambda: sparse.mean_square(np.eye(3), np.ones(2), {0}),
    "number of columns of X must be at least 1 and at most 12": lambda: sparse.best_subsets(np.ones((20, 13)), np.ones(20)),
    "folds must be at least 2": lambda: kernel_error(np.ones(3), folds=1),
    "folds must be at least 2 and at most 3": lambda: kernel_error(np.ones(3), folds=4),
    "X and y must have one row a sample each; got 3 and 4": lambda: kernel_error(np.ones(4)),
    "penalty must be above 0": lambda: kernel_error(np.ones(3), penalty=0.0),
    "a column must be at least 0 and at most 2; got -1": lambda: sparse.mean_square(np.eye(3), np.ones(3), {-1}),
    "X must have independent columns": lambda: sparse.importance_from_one_fit(np.ones((4, 2)), np.arange(4.0)),
}


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
