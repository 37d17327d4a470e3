"""Margins, and the bound on the perceptron's mistakes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import SVC

from principles.linear_models import margin, perceptron


@pytest.mark.equation("3.1")
@pytest.mark.parametrize("d", [2, 20, 200])
@pytest.mark.parametrize("room", [0.05, 0.2, 0.5])
def test_updates_never_exceed_the_mistake_bound(d, room, rng):
    X, y, w_star = margin.separable(200, d, margin=room, rng=rng)
    run = perceptron.train(X, y, order=perceptron.shuffled_passes(200, 20, rng=rng))
    assert 0 < run.updates <= margin.mistake_bound(X, y, w_star)
    assert margin.margins(X, y, run.final).min() > 0


@pytest.mark.equation("3.1")
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.booleans())
def test_the_bound_and_both_growth_laws_hold_from_any_start(seed, d, zero):
    rng = np.random.default_rng(seed)
    X, w_star = rng.standard_normal((30, d)), rng.standard_normal(d)
    y = np.where(X @ w_star >= 0, 1.0, -1.0)
    start = np.zeros(d) if zero else 3 * rng.standard_normal(d)
    run = perceptron.train(X, y, order=perceptron.uniform_samples(30, 200, rng=rng), start=start)
    laws = margin.growth_laws(run, X, y, w_star)
    assert (laws.projection >= laws.least_projection - 1e-9).all()
    assert (laws.norm_squared <= laws.most_norm_squared + 1e-9).all()
    assert run.updates <= margin.mistake_bound(X, y, w_star, start=start) + 1e-9


@pytest.mark.equation("3.1")
def test_the_growth_laws_are_lines_that_rise_by_the_least_margin_and_the_largest_squared_norm():
    X, y = np.array([[3.0, 4.0], [1.0, -2.0], [6.0, 8.0]]), np.ones(3)
    run = perceptron.train(X, y, order=np.array([0, 1, 2, 1]), start=np.array([-9.0, 1.0]))
    laws = margin.growth_laws(run, X, y, np.array([2.0, 0.0]))
    np.testing.assert_allclose(laws.updates, np.arange(run.updates + 1))
    np.testing.assert_allclose(laws.least_projection, -9 + 1 * laws.updates)
    np.testing.assert_allclose(laws.most_norm_squared, 82 + 100 * laws.updates)


@pytest.mark.equation("3.1")
@pytest.mark.parametrize("n", [1, 4, 50])
def test_orthonormal_inputs_meet_the_mistake_bound_whatever_their_labels(n, rng):
    y = rng.choice([-1.0, 1.0], n)
    run = perceptron.train(np.eye(n), y, order=rng.permutation(n))
    assert run.updates == n == pytest.approx(margin.mistake_bound(np.eye(n), y, y))


@pytest.mark.equation("3.1")
@pytest.mark.parametrize("backwards", [0.5, 3.0, 20.25])
def test_a_start_that_points_away_costs_updates_which_its_own_bound_counts(backwards):
    X, y, start = np.array([[1.0]]), np.ones(1), np.array([-backwards])
    run = perceptron.train(X, y, order=np.zeros(50, dtype=int), start=start)
    assert run.updates == np.floor(backwards) + 1 > margin.mistake_bound(X, y, np.ones(1)) - 1e-9
    assert run.updates <= margin.mistake_bound(X, y, np.ones(1), start=start)
    assert margin.mistake_bound(X, y, np.ones(1), start=start) == pytest.approx(2 * backwards + 1)


@pytest.mark.equation("3.1")
def test_from_another_start_the_bound_is_where_the_two_laws_meet(rng):
    X, y, w_star = margin.separable(40, 3, margin=0.2, rng=rng)
    start, rho = 5 * rng.standard_normal(3), margin.margins(X, y, w_star).min()
    t = margin.mistake_bound(X, y, w_star, start=start)
    assert (start @ w_star + t * rho) ** 2 == pytest.approx(start @ start + t)  # R = 1
    assert start @ w_star + t * rho > 0


@pytest.mark.equation("3.1")
def test_the_margin_is_the_distance_to_the_nearest_boundary_point(rng):
    X, w = rng.standard_normal((20, 4)), rng.standard_normal(4)
    y = np.where(X @ w > 0, 1.0, -1.0)
    tangent = np.linalg.svd(w[None])[2][1:].T  # a basis of the boundary
    nearest = tangent @ np.linalg.lstsq(tangent, X.T, rcond=None)[0]
    np.testing.assert_allclose(margin.margins(X, y, w), np.linalg.norm(X.T - nearest, axis=0))
    np.testing.assert_allclose(margin.feet(X, w), nearest.T, atol=1e-12)


def test_hiding_the_bias_shortens_every_margin(rng):
    X, w, b = rng.standard_normal((20, 4)), rng.standard_normal(4), 1.7
    y = np.where(X @ w + b > 0, 1.0, -1.0)
    plotted, hidden = margin.margins(X, y, w, bias=b), margin.margins(np.c_[X, np.ones(20)], y, np.r_[w, b])
    np.testing.assert_allclose(plotted, hidden * np.sqrt(1 + b**2 / (w @ w)))
    assert (hidden < plotted).all()


def test_the_largest_margin_is_that_of_a_hard_margin_support_vector_machine(rng):
    X, y, w_star = margin.separable(60, 5, margin=0.1, rng=rng)
    ours = margin.largest_margin(X, y)
    peer = SVC(kernel="linear", C=1e8, tol=1e-8).fit(np.vstack([X, -X]), np.r_[y, -y])  # mirrored: no bias
    theirs = peer.coef_[0] / np.linalg.norm(peer.coef_)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert margin.margins(X, y, ours).min() >= margin.margins(X, y, w_star).min()


def test_the_direction_of_largest_average_margin_need_not_separate():
    X, y = np.array([[10.0, 1.0], [-1.0, 1.0]]), np.ones(2)
    average = margin.average_margin_direction(X, y)
    assert margin.margins(X, y, average).min() < 0 < margin.margins(X, y, margin.largest_margin(X, y)).min()
    others = np.random.default_rng(0).standard_normal((100, 2))
    assert all(margin.margins(X, y, w).mean() <= margin.margins(X, y, average).mean() for w in others)


def test_separability_is_recognised():
    xor = np.array([[0.0, 0.0, 1.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]])
    assert not margin.is_separable(xor, np.array([1.0, 1.0, -1.0, -1.0]))
    assert margin.is_separable(xor, np.array([1.0, -1.0, -1.0, -1.0]))


def test_separability_does_not_depend_on_how_often_a_sample_is_seen():
    narrow = np.array([[1.0, 3e-5], [-1.0, 3e-5]])
    assert margin.is_separable(narrow, np.ones(2))
    assert margin.is_separable(np.tile(narrow, (100, 1)), np.ones(200))


@pytest.mark.parametrize("d", [2, 50])
def test_separable_data_keep_their_promises(d, rng):
    X, y, u = margin.separable(100, d, margin=0.3, rng=rng)
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), 1)
    assert (y * (X @ u)).min() >= 0.3 - 1e-12
    assert (y * (X @ u)).max() <= 0.6 + 1e-12
    assert set(y) == {-1.0, 1.0}


X2, Y2 = np.eye(2), np.array([1.0, -1.0])
BAD = {
    "bias must be finite": lambda: margin.margins(X2, Y2, np.ones(2), bias=np.nan),
    "separator must not be zero; it has no direction": lambda: margin.feet(X2, np.zeros(2)),
    "separator must not be zero": lambda: margin.margins(X2, Y2, np.zeros(2)),
    "separator must classify every sample strictly; sample 1 has margin -0.759": lambda: margin.mistake_bound(
        np.array([[10.0, 1.0], [-1.0, 1.0]]), np.ones(2), np.array([9.0, 2.0])
    ),
    "run must be of a perceptron trained on X": lambda: margin.growth_laws(
        perceptron.train(np.eye(3), np.ones(3), order=np.arange(3)), X2, Y2, Y2
    ),
    "X and y must be strictly separable": lambda: margin.largest_margin(np.ones((2, 1)), Y2),
    "the sum of y x over the samples must not be zero": lambda: margin.average_margin_direction(np.ones((2, 1)), Y2),
    "margin must be at most 0.5": lambda: margin.separable(3, 2, margin=0.7, rng=np.random.default_rng(0)),
    "d must be at least 2": lambda: margin.separable(3, 1, margin=0.1, rng=np.random.default_rng(0)),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
