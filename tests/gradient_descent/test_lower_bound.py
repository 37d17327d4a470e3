"""Nesterov's worst function, and every method of the book above its bound."""

import numpy as np
import pytest
import torch
from scipy import optimize

from principles.gradient_descent import descent, first_order, lower_bound, objectives
from principles.gradient_descent.objectives import quadratic, spectrum

METHODS = first_order.METHODS | first_order.VARIANTS


@pytest.mark.result("Theorem 9.7")
def test_the_worst_function_is_the_printed_sum_smooth_and_minimal_where_it_says(rng):
    ℓ = lower_bound.worst_function(9, L=3.0)
    for w in rng.normal(size=(5, 9)):
        assert ℓ.value(w) == pytest.approx(lower_bound.printed_value(w, L=3.0), abs=1e-12)
    λ = np.linalg.eigvalsh(ℓ.hessian(np.zeros(9)))
    assert 0 < λ[0] == pytest.approx(ℓ.m)
    assert λ[-1] < 3.0
    found = optimize.minimize(lambda w: lower_bound.printed_value(w, L=3.0), np.zeros(9), tol=1e-10)
    np.testing.assert_allclose(ℓ.minimiser, found.x, atol=1e-4)
    assert ℓ.least == pytest.approx(found.fun, abs=1e-8)
    assert ℓ.hessian(np.zeros((2, 9))).shape == (2, 9, 9)
    longer = lower_bound.worst_function(12, active=9, L=3.0)
    assert longer.m == 0
    assert longer.value(np.r_[found.x, 5.0, 5.0, 5.0]) == pytest.approx(ℓ.least, abs=1e-8)


@pytest.mark.result("Theorem 9.7")
@pytest.mark.parametrize("method", list(METHODS))
def test_no_method_gets_below_the_bound_nor_below_the_span(method):
    run = METHODS[method]
    for t in (1, 2, 9):
        ℓ = lower_bound.worst_function(2 * t + 1)
        path = run(ℓ, np.zeros(2 * t + 1), t)
        gap, distance = float(ℓ.value(path[-1])) - ℓ.least, float(np.linalg.norm(ℓ.minimiser))
        assert gap > lower_bound.bound(t, L=1.0, distance=distance)
        assert lower_bound.ratio(run, t) == pytest.approx(gap * 32 * (t + 1) ** 2 / (3 * distance**2))
        assert path.shape == (t + 1, 2 * t + 1)
        assert gap >= lower_bound.gap_in_span(t) - 1e-12
        assert all(not path[k, k:].any() for k in range(t + 1))


@pytest.mark.result("Theorem 9.7")
def test_at_time_zero_the_bound_holds_as_well():
    ℓ = lower_bound.worst_function(1)
    assert ℓ.value(np.zeros(1)) - ℓ.least >= lower_bound.bound(0, L=1.0, distance=float(np.linalg.norm(ℓ.minimiser)))
    assert lower_bound.bound(1, L=32.0, distance=2.0) == 3.0
    unit_step = lambda ℓ, w, t: descent.gradient_descent(ℓ, w, steps=t, step_size=1.0)  # noqa: E731
    assert lower_bound.ratio(unit_step, 3) == pytest.approx(lower_bound.ratio(first_order.plain, 3)), "L is 1 if left out"
    assert lower_bound.gap_in_span(3, active=9) == pytest.approx((1 / 4 - 1 / 10) / 8)


@pytest.mark.result("Theorem 9.7")
@pytest.mark.parametrize("method", [m for m in METHODS if m not in ("Adam", "AMSGrad")])
def test_the_bound_holds_from_any_start(method, rng):
    start = rng.normal(size=11)
    run = METHODS[method]
    ratio = lower_bound.ratio(run, 5, start=start)
    assert ratio == pytest.approx(lower_bound.ratio(run, 5), rel=1e-6)
    ℓ = lower_bound.worst_function(11, start=start)
    assert lower_bound.in_span(ℓ, run(ℓ, start, 5))
    np.testing.assert_allclose(ℓ.value(start + np.eye(11)), lower_bound.worst_function(11).value(np.eye(11)))


@pytest.mark.result("Theorem 9.7")
def test_conjugate_gradients_and_bfgs_reach_the_best_of_the_span_and_the_constant_is_sharp_for_this_function():
    for t in (1, 3, 10):
        ℓ, zero = lower_bound.worst_function(2 * t + 1), np.zeros(2 * t + 1)
        for method in (first_order.conjugate_gradients, first_order.bfgs):
            gap = ℓ.value(method(ℓ, zero, t)[-1]) - ℓ.least
            assert gap == pytest.approx(lower_bound.gap_in_span(t), rel=1e-8)
        exact = 8 * (t + 1) ** 2 / ((2 * t + 1) * (4 * t + 3))
        assert lower_bound.ratio(first_order.conjugate_gradients, t) == pytest.approx(exact, rel=1e-8)
    assert pytest.approx(1, abs=1e-5) == 8 * 1e6**2 / ((2e6 - 1) * (4e6 - 1))


def test_quasi_newton_directions_are_those_of_the_dual_update_that_learns_the_hessian(rng):
    ℓ = objectives.logistic(rng.normal(size=(40, 3)), rng.choice([-1.0, 1.0], size=40), penalty=0.1)
    w, B = np.ones(3), np.eye(3)
    for found in first_order.bfgs(ℓ, w, 5)[1:]:
        d = np.linalg.solve(B, -ℓ.gradient(w))
        s = optimize.brentq(lambda η: ℓ.gradient(w + η * d) @ d, 0, 100, xtol=1e-15) * d  # noqa: B023
        np.testing.assert_allclose(found, w + s, atol=1e-8)
        y = ℓ.gradient(w + s) - ℓ.gradient(w)
        w, B = w + s, B + np.outer(y, y) / (y @ s) - np.outer(B @ s, B @ s) / (s @ B @ s)


def test_conjugate_gradients_finish_in_as_many_updates_as_there_are_curvatures_and_equal_scipys(rng):
    ℓ = spectrum(np.array([1.0, 1.0, 4.0, 9.0]), rng=rng)
    path = first_order.conjugate_gradients(ℓ, np.ones(4), 3)
    np.testing.assert_allclose(path[-1], 0, atol=1e-12)
    from scipy.sparse.linalg import cg

    A, b = ℓ.hessian(np.zeros(4)), rng.normal(size=4)
    moved = quadratic(A, np.linalg.solve(A, b))
    np.testing.assert_allclose(
        first_order.conjugate_gradients(moved, np.zeros(4), 2)[-1], cg(A, b, maxiter=2, rtol=0)[0], atol=1e-12
    )


@pytest.mark.parametrize(
    ("ours", "make"),
    [
        ("heavy ball", lambda w: torch.optim.SGD([w], lr=0.5, momentum=0.9)),
        ("gradient descent, 1/L", lambda w: torch.optim.SGD([w], lr=0.5)),
        ("Adam", lambda w: torch.optim.Adam([w], lr=0.1)),
        ("AMSGrad", lambda w: torch.optim.Adam([w], lr=0.1, amsgrad=True)),
    ],
)
def test_methods_equal_torchs_step_for_step(ours, make, rng):
    ℓ = spectrum(np.array([0.3, 2.0]))
    assert ℓ.L == 2.0
    path = METHODS[ours](ℓ, np.array([1.0, -2.0]), 30)
    w = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = make(w)
    for state in path[1:]:
        w.grad = torch.tensor(ℓ.gradient(w.detach().numpy()))
        optimizer.step()
        np.testing.assert_allclose(state, w.detach().numpy(), atol=1e-12)


@pytest.mark.parametrize("method", list(METHODS))
def test_from_its_minimum_no_method_moves(method):
    ℓ = quadratic(np.diag([1.0, 2.0]), np.array([3.0, -1.0]))
    np.testing.assert_array_equal(METHODS[method](ℓ, ℓ.minimiser, 3), [ℓ.minimiser] * 4)


def test_nesterovs_first_iterates_are_those_by_hand():
    path = first_order.nesterov(spectrum(np.array([1.0, 2.0])), np.array([1.0, 0.0]), 3)
    np.testing.assert_allclose(path[:, 0], [1, 1 / 2, 3 / 16, 1 / 32], atol=1e-15)


def test_tuned_constants_reach_the_rates_that_chapter_10_proves_and_the_average_is_the_mean():
    ℓ, start = spectrum(np.array([1.0, 3.0, 9.0])), np.array([1.0, -1.0, 2.0])
    heavy, ahead = (run(ℓ, start, 60) for run in (first_order.tuned_heavy_ball, first_order.tuned_nesterov))
    rate = lambda path: np.linalg.norm(path[60]) ** (1 / 60)  # noqa: E731
    assert rate(heavy) == pytest.approx((3 - 1) / (3 + 1), abs=0.05)
    assert rate(ahead) == pytest.approx(1 - 1 / 3, abs=0.05)
    hand = start - np.array([1.0, -3.0, 18.0]) / 4
    np.testing.assert_allclose(heavy[1], hand)
    np.testing.assert_allclose(first_order.averaged(ℓ, start, 4)[4], first_order.plain(ℓ, start, 4).mean(axis=0))
    long = first_order.long_steps(ℓ, start, 1)[1]
    np.testing.assert_allclose(long, start * (1 - 1.9 * np.array([1.0, 3.0, 9.0]) / 9))


def test_nesterovs_method_keeps_its_own_promise():
    ℓ = lower_bound.worst_function(201)
    path = first_order.nesterov(ℓ, np.zeros(201), 100)
    t = np.arange(1, 101)
    assert (ℓ.value(path[1:]) - ℓ.least <= 2 * (ℓ.minimiser**2).sum() / (t + 1) ** 2).all()


def test_an_implicit_step_uses_the_gradient_where_it_arrives_and_leaves_the_span(rng):
    ℓ, zero = lower_bound.worst_function(11), np.zeros(11)
    v = first_order.proximal_step(ℓ, zero, 50.0)
    np.testing.assert_allclose(v, zero - 50.0 * ℓ.gradient(v), atol=1e-10)
    assert not lower_bound.in_span(ℓ, np.array([zero, v]))
    assert lower_bound.in_span(ℓ, np.array([zero, -ℓ.gradient(zero)]))
    nearly = np.array([[1.0, 0.0], [0.5, 1e-13], [1.0, 1.0]])
    assert not lower_bound.in_span(spectrum(np.ones(2)), nearly), "gradients that differ by rounding span one direction"
    assert ℓ.value(first_order.proximal_step(ℓ, zero, 1e6)) - ℓ.least < lower_bound.bound(1, L=1.0, distance=1.0) / 10


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lower_bound.worst_function(3, active=4), "active must be at least 1 and at most 3"),
        (lambda: lower_bound.worst_function(3, L=0.0), "L must be above 0"),
        (lambda: lower_bound.bound(-1, L=1.0, distance=1.0), "steps must be at least 0"),
        (lambda: lower_bound.bound(1, L=1.0, distance=-1.0), "distance must be at least 0"),
        (lambda: lower_bound.printed_value(np.array([np.nan])), "finite"),
        (lambda: lower_bound.in_span(spectrum(np.ones(2)), np.ones(2)), "path must have 2 axes"),
        (lambda: first_order.proximal_step(spectrum(np.ones(2)), np.ones(2), -1.0), "step_size must be above 0"),
        (lambda: first_order.heavy_ball(spectrum(np.ones(2)), np.ones(2), 3, momentum=1.5), "momentum must be at most 1"),
        (lambda: first_order.adam(spectrum(np.ones(2)), np.ones(2), 3, rate=0.0), "rate must be above 0"),
        (lambda: first_order.nesterov(spectrum(np.ones(2)), np.ones(3), 3), "length p = 2"),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
