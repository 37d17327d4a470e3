"""Least squares against scikit-learn, finite differences, and itself by other routes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error

from principles import data
from principles.linear_models import least_squares as ls


@pytest.fixture
def problem(rng):
    return rng.normal(size=(40, 3)), rng.normal(size=40)


@pytest.mark.equation("2.1")
def test_the_predictor_is_a_weighted_sum_plus_the_bias(rng):
    X, w = rng.normal(size=(7, 4)), rng.normal(size=4)
    by_hand = [sum(w[j] * X[i, j] for j in range(4)) + 0.7 for i in range(7)]
    np.testing.assert_allclose(ls.predict(X, w, 0.7), by_hand, atol=1e-14)
    np.testing.assert_allclose(ls.predict(X, w, 0.7), ls.append_one(X) @ np.r_[w, 0.7], atol=1e-14)


@pytest.mark.equation("2.2")
def test_the_objective_is_half_of_scikit_learns_mean_squared_error(problem, rng):
    (X, y), w = problem, rng.normal(size=3)
    assert ls.objective(X, y, w, 0.3) == pytest.approx(mean_squared_error(y, ls.predict(X, w, 0.3)) / 2, abs=1e-12)


def test_the_error_of_a_fit_is_the_spread_of_its_residuals(problem):
    X, y = problem
    fit = ls.normal_equations(X, y)
    assert ls.error(X, y, fit) == pytest.approx(np.std(y - X @ fit.w - fit.b), abs=1e-12)
    np.testing.assert_allclose(ls.append_one(X) @ fit.stacked, fit.predict(X), atol=1e-12)


@pytest.mark.equation("2.2")
def test_the_gradient_equals_finite_differences(problem, rng):
    (X, y), w, b, h = problem, rng.normal(size=3), 0.4, 1e-6
    slope = ls.gradient(X, y, w, b)
    for j, e in enumerate(np.eye(3) * h):
        assert slope.w[j] == pytest.approx((ls.objective(X, y, w + e, b) - ls.objective(X, y, w - e, b)) / (2 * h), abs=1e-8)
    assert slope.b == pytest.approx((ls.objective(X, y, w, b + h) - ls.objective(X, y, w, b - h)) / (2 * h), abs=1e-8)


@pytest.mark.equation("2.3", "2.4")
@pytest.mark.parametrize("fit", [ls.normal_equations, ls.orthogonal, ls.minimum_norm])
def test_every_way_agrees_with_scikit_learn_on_the_diabetes_data(fit):
    (diabetes,) = data.standardize(data.diabetes())
    ours, peer = fit(diabetes.X, diabetes.y), LinearRegression().fit(diabetes.X, diabetes.y)
    np.testing.assert_allclose(np.r_[ours.w, ours.b], np.r_[peer.coef_, peer.intercept_], atol=1e-8)


@pytest.mark.equation("2.3")
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 12), d=st.integers(1, 8))
def test_no_other_weights_do_better_and_the_gradient_vanishes(seed, n, d):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    best = ls.minimum_norm(X, y)
    slope = ls.gradient(X, y, best.w, best.b)
    assert np.abs(np.r_[slope.w, slope.b]).max() < 1e-10
    for _ in range(5):
        other = rng.normal(size=d + 1)
        assert ls.objective(X, y, best.w, best.b) <= ls.objective(X, y, best.w + other[:-1], best.b + other[-1]) + 1e-12


@pytest.mark.equation("2.3")
def test_gradient_descent_reaches_the_normal_equations_at_the_rate_of_the_condition_number(problem):
    X, y = problem[0] * [1.0, 2.0, 0.5], problem[1]
    target = ls.normal_equations(X, y)
    states = list(ls.descend(X, y, steps=400))
    distance = np.array([np.linalg.norm(np.r_[s.w - target.w, s.b - target.b]) for s in states])
    assert distance[-1] < 1e-10
    curvature = np.linalg.eigvalsh(ls.append_one(X).T @ ls.append_one(X))
    rate = (distance[40] / distance[20]) ** (1 / 20)
    assert rate == pytest.approx(1 - curvature[0] / curvature[-1], abs=0.01)


def test_mean_distances_are_those_to_the_feet_on_the_plane(problem):
    (X, y), w, b = problem, np.array([0.5, -1.0, 2.0]), 0.3
    normal = np.r_[w, -1.0]
    points = np.column_stack([X, y])
    feet = points - np.outer(points @ normal + b, normal) / (normal @ normal)
    np.testing.assert_allclose(feet[:, :3] @ w + b, feet[:, 3], atol=1e-12)
    expected = np.abs(X @ w + b - y).mean(), np.linalg.norm(points - feet, axis=1).mean()
    np.testing.assert_allclose(ls.mean_distances(X, y, w, b), expected, rtol=1e-12)


@pytest.mark.equation("2.4")
@pytest.mark.parametrize("spoil", ["few samples", "duplicate", "constant", "one-hot"])
def test_dependent_columns_leave_no_normal_equations_but_a_shortest_minimiser(spoil, rng):
    X = rng.normal(size=(3 if spoil == "few samples" else 12, 3))
    extra = {
        "few samples": X[:, 0] ** 2,
        "duplicate": 2 * X[:, 1],
        "constant": np.full(len(X), 4.0),
        "one-hot": 1 - X[:, 0] - X[:, 2],
    }
    X, y = np.column_stack([X, extra[spoil]]), rng.normal(size=len(X))
    with pytest.raises(ValueError, match="must have rank 5; it has rank [34], so use minimum_norm"):
        ls.normal_equations(X, y)
    fit, flat = ls.minimum_norm(X, y), ls.flat_directions(X)
    np.testing.assert_allclose(np.r_[fit.w, fit.b], np.linalg.pinv(ls.append_one(X)) @ y, atol=1e-10)
    moved = np.r_[fit.w, fit.b] + 0.8 * flat[0]
    assert ls.objective(X, y, moved[:-1], moved[-1]) == pytest.approx(ls.objective(X, y, fit.w, fit.b), abs=1e-12)
    assert np.linalg.norm(moved) > np.linalg.norm(np.r_[fit.w, fit.b]) + 0.05


def test_full_rank_data_have_no_flat_direction(problem):
    assert ls.flat_directions(problem[0]).shape == (0, 4)


def test_total_least_squares_has_the_least_squared_perpendicular_distance(problem):
    X, y = problem
    closest = ls.total_least_squares(X, y)

    def squared(fit):
        return np.mean((y - ls.predict(X, fit.w, fit.b)) ** 2) / (1 + fit.w @ fit.w)

    rivals = [
        ls.Affine(closest.w + e, closest.b + b) for e in np.vstack([np.eye(3), -np.eye(3)]) * 0.02 for b in (-0.02, 0, 0.02)
    ]
    assert all(squared(closest) < squared(r) for r in rivals)
    assert squared(closest) < squared(ls.normal_equations(X, y))


BAD = [
    (lambda X, y: ls.predict(X, np.ones(2), 0.0), "w must have one weight a feature; X has 3 features, w has 2 weights"),
    (lambda X, y: ls.objective(X, y[:-1], np.ones(3), 0.0), "X and y must have one row a sample each; got 40 and 39"),
    (lambda X, y: ls.normal_equations(X, np.where(y > 0, np.nan, y)), "y must be finite"),
    (lambda X, y: ls.minimum_norm(X[:, 0], y), "X must have 2 axes"),
    (lambda X, y: ls.orthogonal(X[:2], y[:2]), "must have rank 4; it has rank 2"),
    (lambda X, y: list(ls.descend(X, y, steps=-1)), "steps must be at least 0"),
    (lambda X, y: list(ls.descend(1e300 * X, y, steps=1)), "X̃ᵀX̃/n must be finite"),
    (lambda X, y: list(ls.descend(1e10 * X, 1e300 * y, steps=2)), "arguments of descend must not lead to NaN"),
    (lambda X, y: ls.total_least_squares(np.ones((3, 1)), np.arange(3.0)), "must not be vertical"),
]


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_input_is_named(call, message, problem, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(*problem)
