"""Updates against torch and scipy; the lemmas' inequalities along runs, tight where they should be; rates as numbers."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import integrate, optimize
from sklearn.linear_model import LogisticRegression

from principles.gradient_descent import descent, inequalities, objectives, progress, rates, zoo
from principles.gradient_descent.objectives import quadratic, spectrum


@pytest.fixture
def data(rng):
    X = rng.normal(size=(60, 4))
    return X, np.where(X[:, 0] + rng.normal(size=60) > 0, 1.0, -1.0)


@pytest.fixture
def logistic(data):
    return descent.solve(objectives.logistic(*data, penalty=0.1))


def holds(sides, atol=1e-12):
    return (sides.lower <= sides.upper + atol).all()


@pytest.mark.equation("9.12")
def test_gradient_descent_equals_torch_step_for_step(data, logistic):
    path = descent.gradient_descent(logistic, np.ones(4), steps=20, step_size=0.7)
    X, y = map(torch.tensor, data)
    w = torch.ones(4, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.7)
    for state in path[1:]:
        optimizer.zero_grad()
        (torch.nn.functional.softplus(-y * (X @ w)).mean() + 0.05 * (w**2).sum()).backward()
        optimizer.step()
        np.testing.assert_allclose(state, w.detach().numpy(), atol=1e-13)
    falling = descent.gradient_descent(spectrum(np.ones(1)), np.ones(1), steps=2, step_size=lambda t: 1 / (t + 2))
    np.testing.assert_allclose(falling[:, 0], [1, 1 / 2, 1 / 3])


@pytest.mark.equation("9.10", "9.13")
def test_newton_and_solve_reach_the_point_of_zero_gradient_that_sklearn_finds(data, logistic):
    peer = LogisticRegression(C=1 / (60 * 0.1), fit_intercept=False, tol=1e-12, max_iter=1000, solver="newton-cholesky")
    w = peer.fit(*data).coef_[0]
    np.testing.assert_allclose(logistic.minimiser, w, atol=1e-8)
    assert descent.gradient_norm(logistic, w) < 1e-7
    assert descent.gradient_norm(logistic, w + 0.1) > 1e-3
    np.testing.assert_allclose(descent.newton(logistic, np.zeros(4), steps=8)[-1], w, atol=1e-8)
    ℓ = spectrum(np.array([1.0, 50.0]))
    np.testing.assert_allclose(descent.newton(ℓ, np.array([3.0, -4.0]), steps=1)[-1], 0, atol=1e-13)


def test_the_smoothness_of_logistic_regression_is_its_curvature_at_zero_and_no_more(data, logistic):
    assert np.linalg.eigvalsh(logistic.hessian(np.zeros(4)))[-1] == pytest.approx(logistic.L, rel=1e-12)
    assert np.linalg.eigvalsh(objectives.logistic(*data).hessian(np.zeros(4)))[-1] == pytest.approx(logistic.L - 0.1)


@pytest.mark.equation("9.13")
def test_newtons_error_squares_at_every_step(logistic):
    path = descent.newton(logistic, np.zeros(4), steps=4)
    error = np.linalg.norm(path - logistic.minimiser, axis=1)
    order = np.log(error[2:4] / error[1:3])[1] / np.log(error[2:4] / error[1:3])[0]
    assert 1.7 < order < 2.8


@pytest.mark.equation("9.11")
def test_a_direction_descends_exactly_if_its_slope_is_negative_and_the_exact_step_is_scipys(logistic, rng):
    w = rng.normal(size=4)
    for d in rng.normal(size=(20, 4)):
        after = logistic.value(descent.move(w, d, step_size=1e-6))
        assert (after < logistic.value(w)) == (descent.slope(logistic, w, d) < 0)
    for direction in (descent.steepest, descent.newton_direction):
        d = direction(logistic, w)
        scipys = optimize.minimize_scalar(lambda η: logistic.value(w + η * d), bounds=(0, 50), method="bounded")  # noqa: B023
        assert descent.exact_line_search(logistic, w, d) == pytest.approx(scipys.x, abs=1e-4)
    ℓ = spectrum(np.array([1.0, 5.0]))
    w, g = np.array([2.0, 1.0]), np.array([2.0, 5.0])
    assert descent.exact_line_search(ℓ, w, -g) == pytest.approx((g @ g) / (g @ np.diag([1.0, 5.0]) @ g))
    η = descent.backtracking(first=8.0, share=0.5)(ℓ, w, -g)
    assert ℓ.value(w - η * g) <= ℓ.value(w) - 0.5 * η * (g @ g)
    assert ℓ.value(w - 2 * η * g) > ℓ.value(w) - 0.5 * 2 * η * (g @ g)
    assert descent.backtracking(first=3.0)(ℓ, w, 0 * g) == 3, "where nothing is promised, nothing is asked for"
    path = descent.descend(ℓ, w, steps=3, direction=descent.steepest, rule=descent.fixed(0.1))
    np.testing.assert_allclose(path, descent.gradient_descent(ℓ, w, steps=3, step_size=0.1), atol=1e-14)


def test_the_line_search_takes_the_near_end_of_a_flat_bottom_and_stops_at_rounding():
    past = lambda w: np.maximum(np.abs(w) - 1, 0)  # noqa: E731
    flat = objectives.Objective("flat", 1, lambda w: past(w)[..., 0] ** 2 / 2, lambda w: np.sign(w) * past(w))
    assert descent.exact_line_search(flat, np.array([3.5]), -np.ones(1)) == pytest.approx(2.5)
    calls = []
    counted = replace(BOWL, gradient=lambda w: calls.append(w) or w)
    assert descent.exact_line_search(counted, np.ones(2), -0.3 * np.ones(2)) == pytest.approx(10 / 3)
    assert len(calls) < 70


def test_solving_starts_where_it_is_told_and_takes_a_distance_for_small_in_proportion(logistic):
    again = descent.solve(logistic, logistic.minimiser + 1e-6, steps=1)
    np.testing.assert_allclose(again.minimiser, logistic.minimiser, atol=1e-10)
    far = objectives.Objective(
        "far", 1, lambda w: (w[..., 0] - 100) ** 4, lambda w: 4 * (w - 100) ** 3, lambda w: 12 * (w[..., None] - 100) ** 2
    )
    found = descent.solve(far, np.array([101.0]), steps=20).minimiser
    assert found - 100 == pytest.approx((2 / 3) ** 20, rel=1e-6), "Newton's method leaves two thirds of the distance"


@pytest.mark.equation("9.9")
def test_between_two_minimisers_a_convex_function_is_flat(rng):
    ℓ = objectives.least_squares(rng.normal(size=(2, 3)), rng.normal(size=2))
    ends = [descent.gradient_descent(ℓ, s, steps=800, step_size=1 / ℓ.L)[-1] for s in rng.normal(size=(2, 3))]
    assert np.linalg.norm(ends[0] - ends[1]) > 0.1
    np.testing.assert_allclose(descent.two_minimisers(ℓ, *ends), ℓ.least, atol=1e-10)
    a, b, middle = descent.two_minimisers(spectrum(np.ones(1)), np.ones(1), -np.ones(1))
    assert a == b == 0.5
    assert middle == 0


@pytest.mark.equation("9.8", "9.9", "9.20")
def test_a_function_raised_by_a_constant_has_the_same_gaps(rng):
    ℓ, w = spectrum(np.array([0.5, 2.0, 6.0]), rng=rng), rng.normal(size=(50, 3))
    raised = replace(ℓ, value=lambda w: ℓ.value(w) + 3)
    for name in ("polyak_lojasiewicz", "gap_from_gradient", "gap_from_distance"):
        inequality = getattr(inequalities, name)
        np.testing.assert_allclose(inequality(raised, w), inequality(ℓ, w), atol=1e-12, err_msg=name)
    assert descent.two_minimisers(raised, np.zeros(3), np.zeros(3)) == (3, 3, 3)


@pytest.mark.equation("9.14", "9.15", "9.16", "9.17", "9.18", "9.20", "9.21", "9.27")
@pytest.mark.result("Lemma 9.1", "Corollary 9.2", "Lemma 9.5")
def test_two_point_inequalities_hold_and_are_tight_along_the_right_directions(logistic, rng):
    pair = {"smoothness", "aligned_change", "descent_lemma", "cocoercivity", "strong_cocoercivity", "coercivity"}
    lone = {"gap_from_gradient", "gap_from_distance", "largest_curvature"}
    for ℓ in (logistic, spectrum(np.array([0.5, 1.0, 3.0, 6.0]), rng=rng)):
        w, v = rng.normal(scale=2, size=(2, 300, 4))
        assert all(holds(getattr(inequalities, name)(ℓ, w, v), 1e-10) for name in pair)
        assert all(holds(getattr(inequalities, name)(ℓ, w), 1e-10) for name in lone)
    for name in pair:
        one, many = (getattr(inequalities, name)(logistic, *points) for points in ((w[:3], v[:3]), (w[None, :3], v[None, :3])))
        np.testing.assert_allclose(many, np.array(one)[:, None], err_msg=name)
    ℓ = spectrum(np.array([0.5, 6.0]))
    stiff, flat = np.outer(rng.normal(size=8), [0, 1.0]), np.outer(rng.normal(size=8), [1.0, 0])
    for name in pair - {"coercivity"}:
        np.testing.assert_allclose(*getattr(inequalities, name)(ℓ, stiff, 0 * stiff), atol=1e-12, err_msg=name)
    for name in lone:
        np.testing.assert_allclose(*getattr(inequalities, name)(ℓ, stiff), atol=1e-12, err_msg=name)
    np.testing.assert_allclose(*inequalities.coercivity(ℓ, flat, 0 * flat), atol=1e-12)
    w, v = rng.normal(size=(2, 50, 2))
    np.testing.assert_allclose(*inequalities.strong_cocoercivity(ℓ, w, v), atol=1e-12)
    straight = objectives.huber(slope=2.0)
    w, v = rng.normal(scale=9, size=(2, 200, 1))
    assert holds(inequalities.lipschitz(straight, w, v, B=2.0))
    np.testing.assert_allclose(*inequalities.lipschitz(straight, 5 + abs(w), 5 + abs(v), B=2.0), atol=1e-12)
    assert not holds(inequalities.lipschitz(straight, w, v, B=1.8))
    assert inequalities.lipschitz(straight, w[0], v[0], B=2.0) == pytest.approx(
        [x[0] for x in inequalities.lipschitz(straight, w, v, B=2.0)]
    )
    assert inequalities.descent_lemma(objectives.huber(slope=1.0), np.zeros(1), np.array([3.0])) == (2.5, 4.5)


@pytest.mark.equation("9.15", "9.18", "9.21", "9.27")
def test_each_two_point_inequality_fails_when_its_constant_is_too_good(rng):
    true = spectrum(np.array([0.5, 1.0, 6.0]))
    smooth, strong = replace(true, L=5.5), replace(true, m=0.6)
    w, v = rng.normal(size=(2, 500, 3)) * [[[1.0, 0.1, 1.0]]]
    for name in ("smoothness", "aligned_change", "descent_lemma", "cocoercivity"):
        assert not holds(getattr(inequalities, name)(smooth, w, v)), name
    assert not holds(inequalities.gap_from_gradient(smooth, w))
    assert not holds(inequalities.gap_from_distance(smooth, w))
    assert not holds(inequalities.strong_cocoercivity(strong, w, v))
    assert not holds(inequalities.coercivity(strong, w * [1, 0.01, 0.01], v * [1, 0.01, 0.01]))


@pytest.mark.equation("9.19")
def test_the_integral_of_the_slope_is_the_change(logistic, rng):
    w, v = rng.normal(size=(2, 6, 4))
    np.testing.assert_allclose(inequalities.taylor_integral(logistic, w, v), logistic.value(v), atol=1e-9)
    slope = lambda λ: logistic.gradient(w[0] + λ * (v[0] - w[0])) @ (v[0] - w[0])  # noqa: E731
    expected = logistic.value(w[0]) + integrate.quad(slope, 0, 1)[0]
    assert inequalities.taylor_integral(logistic, w[0], v[0]) == pytest.approx(expected, abs=1e-9)


RUN = ["decrease", "telescope", "contraction", "geometric", "linear_gap", "sublinear"]


@pytest.mark.equation("9.22", "9.23", "9.24", "9.25", "9.26", "9.28", "9.29", "9.31")
@pytest.mark.result("Lemma 9.3", "Lemma 9.4", "Lemma 9.6")
@pytest.mark.parametrize("share", [0.2, 1.0])
def test_every_promise_holds_along_a_run(share, logistic, rng):
    for ℓ in (logistic, spectrum(np.array([0.2, 1.0, 3.0, 6.0]), rng=rng)):
        η = share * progress.safe_step(ℓ.L)
        path = descent.gradient_descent(ℓ, ℓ.minimiser + rng.normal(size=4), steps=60, step_size=η)
        for name in RUN:
            assert holds(getattr(progress, name)(ℓ, path, step_size=η)), name
        before, after = progress.approach(ℓ, path).upper, progress.approach(ℓ, path).lower
        assert (after <= before).all()
        np.testing.assert_array_equal(before[1:], after[:-1])
        assert before[0] == pytest.approx(((path[0] - ℓ.minimiser) ** 2).sum())


@pytest.mark.equation("9.28", "9.29", "9.30", "9.31")
@pytest.mark.result("Lemma 9.6")
def test_with_two_curvatures_and_the_best_step_the_contraction_is_an_equality(rng):
    ℓ = spectrum(np.array([0.5, 6.0]))
    η = progress.best_step(0.5, 6.0)
    path = descent.gradient_descent(ℓ, rng.normal(size=2), steps=30, step_size=η)
    np.testing.assert_allclose(*progress.contraction(ℓ, path, step_size=η), rtol=1e-10)
    np.testing.assert_allclose(*progress.geometric(ℓ, path, step_size=η), rtol=1e-10)
    assert progress.factor(0.5, 6.0, step_size=η) == pytest.approx(progress.best_factor(12.0), rel=1e-12)
    assert progress.quadratic_factor(0.5, 6.0, step_size=η) == pytest.approx(progress.best_factor(12.0), rel=1e-12)
    stiff = descent.gradient_descent(ℓ, np.array([0.0, 1.0]), steps=30, step_size=η)
    np.testing.assert_allclose(*progress.linear_gap(ℓ, stiff, step_size=η), rtol=1e-10)
    others = [progress.quadratic_factor(0.5, 6.0, step_size=x) for x in np.linspace(0.01, 0.33, 400)]
    assert min(others) >= progress.best_factor(12.0) - 1e-12


@pytest.mark.equation("9.22", "9.23")
def test_the_largest_step_with_the_promised_decrease_is_one_over_L(logistic, rng):
    ℓ = spectrum(np.array([0.5, 3.0, 7.0]))
    assert descent.largest_monotone_step(ℓ, np.eye(3)) == pytest.approx(1 / 7, rel=1e-9)
    steep = spectrum(np.array([1.0, 1e6]))
    assert descent.largest_monotone_step(steep, np.eye(2)[1:]) == pytest.approx(1e-6, rel=1e-6)
    assert descent.largest_monotone_step(logistic, rng.normal(size=(10, 4))) >= 1 / logistic.L
    path = descent.gradient_descent(ℓ, np.eye(3)[2], steps=1, step_size=1.2 / 7)
    assert not holds(progress.decrease(ℓ, path, step_size=1.2 / 7))


@pytest.mark.equation("9.26")
@pytest.mark.parametrize("steps", [1, 4, 25])
def test_on_the_worst_huber_function_the_gap_is_half_the_bound(steps):
    ℓ = objectives.worst_huber(steps, curvature=2.0, radius=3.0)
    path = descent.gradient_descent(ℓ, np.array([3.0]), steps=steps, step_size=0.5)
    gap, bound = (side[-1] for side in progress.sublinear(ℓ, path, step_size=0.5))
    assert gap == pytest.approx(2 * 9 / (2 * (2 * steps + 1)), rel=1e-12)
    assert 0.3 < gap / bound < 0.5


@pytest.mark.equation("9.24")
def test_the_telescoping_bound_becomes_tight_far_out_on_a_slope():
    path = descent.gradient_descent(objectives.huber(slope=1.0), np.array([1000.0]), steps=3, step_size=1.0)
    lower, upper = progress.telescope(objectives.huber(slope=1.0), path, step_size=1.0)
    assert (lower / upper > 0.998).all()
    assert (lower <= upper).all()


@pytest.mark.equation("9.32")
def test_the_exponential_bounds_the_square_and_not_the_distance():
    t = np.arange(200.0)
    for κ in (1.5, 3.0, 30.0, 1000.0):
        assert (progress.best_factor(κ) ** t <= progress.exponential(t, κ)).all()
        assert (progress.best_factor(κ) ** (t / 2) > progress.exponential(t, κ))[1:].any()
    np.testing.assert_allclose(progress.exponential(np.array([0.0, 5.0]), 10.0), [1, np.exp(-2)])
    assert progress.exponential(np.array([1.0]), 1000.0)[0] / progress.best_factor(1000.0) == pytest.approx(1, abs=1e-6)


@pytest.mark.equation("9.29", "9.26")
def test_rates_are_slopes():
    t = np.arange(1.0, 200)
    assert rates.log_slope(t, 5 * t**-1.5, log_time=True) == pytest.approx(-1.5)
    assert rates.log_slope(t, 5 * 0.9**t, log_time=False) == pytest.approx(np.log(0.9))
    np.testing.assert_allclose(rates.ratios(0.5**t), 0.5)
    assert [rates.name(ρ) for ρ in (0, 0.5, 1)] == ["super-linear", "linear", "sub-linear"]
    assert rates.first_below(np.array([3.0, 2.0, 0.5, 0.1]), 0.5) == 2


def test_updates_grow_in_proportion_to_the_condition_number_and_enough_are_enough():
    κ = np.geomspace(10, 300, 5)
    assert rates.updates_to(spectrum(np.ones(1)), np.ones(1), epsilon=1e-3, step_size=0.5) == 10
    assert rates.sufficient(8.0, np.exp(-3)) == pytest.approx(12.0)
    assert rates.updates_to(spectrum(np.ones(1)), np.ones(1), epsilon=0.25, step_size=0.5) == 2
    counts = rates.costs_against_condition(κ, epsilon=1e-3, step=lambda k: 2 / (1 + k))
    assert rates.log_slope(κ, counts, log_time=True) == pytest.approx(1.0, abs=0.03)
    assert all(c <= np.ceil(rates.sufficient(float(k), 1e-3)) for k, c in zip(κ, counts))
    slower = rates.costs_against_condition(κ, epsilon=1e-3, step=lambda k: 1 / k)
    assert (slower / counts > 1.7).all()


def test_random_search_descends_without_gradients(rng):
    ℓ = spectrum(np.array([1.0, 3.0, 5.0]))
    blind = replace(ℓ, gradient=objectives.no_gradient, hessian=objectives.no_hessian)
    path = descent.random_search(blind, np.ones(3), steps=600, width=1.0, rng=rng)
    values = ℓ.value(path)
    assert (np.diff(values) <= 0).all()
    assert values[-1] < 1e-6


def test_random_steps_grow_after_a_success_and_shrink_after_a_failure():
    told = iter([0, 1, 1, 0, 1, 0, 0, 1])  # of each trial and where it came from: success, failure, failure, success
    judged = objectives.Objective("judged", 4, lambda w: next(told))
    path = descent.random_search(judged, np.ones(4), steps=4, width=3.0, rng=np.random.default_rng(2))
    z = np.random.default_rng(2).normal(size=(4, 4)) / 2
    widths = [3.0, 0.0, 0.0, 3 * np.exp(0.8 - 0.4)]
    np.testing.assert_allclose(np.diff(path, axis=0), z * np.array(widths)[:, None])


BOWL = quadratic(np.eye(2))
BAD = [
    (lambda: descent.gradient_descent(BOWL, np.zeros(2), steps=3, step_size=0.0), "step_size must be above 0"),
    (lambda: descent.gradient_descent(BOWL, np.zeros(3), steps=3, step_size=1.0), "length p = 2"),
    (lambda: descent.exact_line_search(BOWL, np.ones(2), np.ones(2)), "must be a descent direction"),
    (lambda: descent.exact_line_search(BOWL, np.array([1.0, 0.0]), np.array([0.0, 1.0])), "direction; its slope is 0"),
    (lambda: descent.exact_line_search(objectives.huber(slope=1.0), np.ones(1) * 1e30, -np.ones(1)), "falls without end"),
    (lambda: descent.solve(objectives.logistic(np.ones((2, 1)), np.ones(2), penalty=0.1), steps=1), "did not converge"),
    (lambda: descent.solve(zoo.quartic(), np.array([7e-4]), steps=1), "must have a minimum"),
    (lambda: progress.factor(1.0, 3.0, step_size=0.6), "at most"),
    (lambda: progress.best_factor(0.5), "at least 1"),
    (lambda: progress.decrease(BOWL, np.ones(2), step_size=0.1), "two points in its rows"),
    (lambda: progress.best_step(2.0, 1.0), "L must be at least"),
    (lambda: rates.first_below(np.ones(3), 0.5), "no gap reaches"),
    (lambda: rates.ratios(np.array([0.0, 1.0])), "positive"),
    (lambda: rates.ratios(np.array([1.0, 0.0, 1.0])), "positive"),
    (lambda: descent.backtracking()(BOWL, np.ones(2), 0.1 * np.ones(2)), "must be a descent direction; its slope is 0.2"),
    (lambda: rates.updates_to(BOWL, np.ones(2), epsilon=0.1, step_size=3.0, most=5), "not within"),
    (lambda: rates.updates_to(BOWL, np.ones(2), epsilon=0.1, step_size=1e-9), "not within ε after 100000 updates"),
    (lambda: rates.name(1.5), "at most 1"),
    (lambda: rates.log_slope(np.ones(3), np.ones(2), log_time=False), "gaps"),
    (lambda: rates.log_slope(np.arange(3), np.ones(3), log_time=True), "must be positive"),
    (lambda: rates.log_slope(np.ones(2), np.array([1.0, 0.0]), log_time=False), "must be positive"),
    (lambda: rates.updates_to(BOWL, np.ones(2), epsilon=0.1, step_size=-1.0), "step_size must be above 0"),
    (lambda: rates.updates_to(BOWL, np.ones(3), epsilon=0.1, step_size=1.0), "length p = 2"),
    (lambda: descent.move(np.ones(2), np.ones(3), step_size=1.0), "direction must have shape"),
    (lambda: descent.slope(BOWL, np.ones(2), np.ones(1)), "length p = 2"),
    (lambda: descent.newton(quadratic(np.diag([1.0, 0.0])), np.ones(2), steps=1), "must be invertible"),
    (lambda: descent.backtracking()(BOWL, np.ones(2), np.ones(2)), "must be a descent direction"),
    (lambda: descent.largest_monotone_step(BOWL, np.zeros((1, 2))), "not minima"),
    (lambda: descent.largest_monotone_step(BOWL, np.ones(2)), "w must have 2 axes"),
    (lambda: descent.exact_line_search(BOWL, np.ones(2), np.ones(3)), "length p = 2"),
    (lambda: descent.two_minimisers(BOWL, np.ones((2, 2)), np.ones(2)), "w must have shape"),
    (lambda: descent.solve(objectives.logistic(np.array([[1.0], [-1.0]]), np.array([1.0, -1.0]))), "must have a minimum"),
    (lambda: inequalities.smoothness(BOWL, np.ones((3, 2)), np.ones((2, 2))), "equally many points"),
    (lambda: progress.quadratic_factor(3.0, 1.0, step_size=0.1), "L must be at least"),
    (lambda: progress.exponential(np.array([np.nan]), 2.0), "t must be finite"),
    (lambda: inequalities.lipschitz(BOWL, np.ones(2), np.ones(2), B=0.0), "B must be above 0"),
    (lambda: inequalities.lipschitz(BOWL, np.ones(3), np.ones(2), B=1.0), "the last axis of w must have length p = 2"),
]


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(("call", "message"), BAD, ids=lambda x: x if isinstance(x, str) else "")
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
