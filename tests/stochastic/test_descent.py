"""SGD, its lemmas and its theorems, against torch, finite differences, exact moments and closed forms."""

from itertools import accumulate, product

import numpy as np
import pytest
import torch
from scipy import integrate, optimize, special, stats

from principles.linear_models import sgd as chapter_2
from principles.stochastic import (
    averaging,
    bounds,
    confusion,
    descent,
    experiments,
    moments,
    newsvendor,
    objectives,
    schedules,
    variance_reduction,
)
from principles.stochastic.objectives import LOGISTIC, SQUARED, FiniteSum


@pytest.fixture
def problem(rng):
    return objectives.linear_data(40, np.array([1.0, 0.5]), noise_std=0.6, rng=rng)


@pytest.fixture
def logistic(rng):
    X = rng.normal(size=(30, 3))
    return FiniteSum(X, np.where(X[:, 0] + rng.normal(size=30) > 0, 1.0, -1.0), LOGISTIC, 0.1)


@pytest.mark.equation("11.1")
def test_the_best_order_minimises_the_expected_loss_and_the_stream_finds_it(rng):
    prices = {"cost": 1.0, "price": 3.0, "mean": 10.0}
    cost, density = (lambda w, ξ: w - 3 * min(w, ξ)), stats.expon(scale=10.0).pdf
    for w in (2.0, 17.0):
        parts = [integrate.quad(lambda ξ: cost(w, ξ) * density(ξ), *ends)[0] for ends in ((0, w), (w, np.inf))]  # noqa: B023
        assert newsvendor.expected_loss(w, **prices) == pytest.approx(sum(parts), abs=1e-7)
    found = optimize.minimize_scalar(lambda w: newsvendor.expected_loss(w, **prices), bounds=(0, 100), method="bounded")
    assert newsvendor.best_order(**prices) == pytest.approx(found.x, abs=1e-3)
    days = newsvendor.demands(4000, repeats=100, mean=10.0, rng=rng)
    learned = newsvendor.learn(days, cost=1.0, price=3.0, start=0.0, first=3.0, half=30.0)[-1]
    assert abs(learned.mean() - found.x) < 4 * learned.std() / 10
    four = newsvendor.learn(np.array([[5.0], [8.0], [9.0]]), cost=1.0, price=3.0, start=2.0, first=3.0, half=2.0)
    np.testing.assert_allclose(four[:, 0], [2, 8, 6, 9])  # up by 3·2; sold out exactly, down by 2; up by 1.5·2


@pytest.mark.equation("11.2", "11.4", "11.8")
@pytest.mark.parametrize("kind", ["problem", "logistic"])
def test_losses_gradients_and_hessians_equal_torchs_and_single_samples_are_unbiased(kind, request, rng):
    p = request.getfixturevalue(kind)
    X, y, w = torch.tensor(p.X), torch.tensor(p.y), rng.normal(size=p.X.shape[1])

    def loss(v, rows=slice(None)):
        z = X[rows] @ v
        each = (z - y[rows]) ** 2 / 2 if p.loss is SQUARED else torch.nn.functional.softplus(-y[rows] * z)
        return each.mean() + p.penalty / 2 * (v**2).sum()

    v = torch.tensor(w)

    def grad(v, *rows):
        v = v.clone().requires_grad_()
        return torch.autograd.grad(loss(v, *rows), v)[0]

    assert objectives.mean_loss(p, w) == pytest.approx(float(loss(v)), abs=1e-12)
    np.testing.assert_allclose(objectives.gradient(p, w), grad(v), atol=1e-12)
    np.testing.assert_allclose(objectives.hessian(p, w), torch.autograd.functional.hessian(loss, v), atol=1e-12)
    np.testing.assert_allclose(objectives.sample_gradients(p, w).mean(axis=0), grad(v), atol=1e-12)
    batch = rng.integers(p.n, size=(1, 7))
    np.testing.assert_allclose(objectives.batch_gradient(p, w[None], batch)[0], grad(v, batch[0]), atol=1e-12)
    assert np.abs(objectives.gradient(p, objectives.minimum(p))).max() < 1e-10


@pytest.mark.equation("11.3", "11.4")
def test_runs_equal_torchs_sgd_and_chapter_2_step_for_step(problem, rng):
    order = [rng.integers(40, size=(1, 1)) for _ in range(20)]
    ours = np.array([W[0] for W in descent.sgd(problem, np.ones((1, 2)), order=order, step_size=0.1)])
    rows = np.array([o[0, 0] for o in order])
    theirs = chapter_2.states(chapter_2.squared(problem.X, problem.y), np.ones(2), order=rows, step_size=0.1)
    np.testing.assert_allclose(ours, theirs, atol=1e-13)
    w = torch.ones(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    for i, state in zip(rows, ours[1:]):
        optimizer.zero_grad()
        ((torch.tensor(problem.X[i]) @ w - problem.y[i]) ** 2 / 2).backward()
        optimizer.step()
        np.testing.assert_allclose(state, w.detach().numpy(), atol=1e-13)


def test_a_shuffled_epoch_deals_every_sample_once_and_drawing_with_replacement_does_not(rng):
    dealt = np.concatenate(list(descent.shuffled(12, 1, repeats=3, batch=4, rng=rng)), axis=1)
    np.testing.assert_array_equal(np.sort(dealt, axis=1), np.tile(np.arange(12), (3, 1)))
    assert not (dealt == dealt[0]).all()  # each run has its own permutation
    assert not (dealt[:, :4] == next(descent.shuffled(12, 1, repeats=3, batch=4, rng=rng))).all()
    drawn = np.concatenate(list(descent.with_replacement(1000, 1000, repeats=1, rng=rng)))
    assert len(np.unique(drawn)) / 1000 == pytest.approx(1 - np.exp(-1), abs=0.04)


def test_shuffling_ends_closer_than_drawing_with_replacement_and_fits_ignore_rounding(problem, rng):
    drawn, dealt = experiments.replacement(problem, [0.05], travel=1.0, repeats=40, rng=rng)
    assert 2 * dealt[0] < drawn[0]
    assert descent.factor_above(np.array([1.0, 0.5, 0.25, 1e-17, 0.0]), 1e-12) == pytest.approx(0.5)
    assert descent.factor_above(np.array([1.0, 0.5, 0.25]), 0.25) == pytest.approx(0.5)


def test_both_ways_of_drawing_start_off_the_minimum_and_travel_equally_far(problem):
    found = experiments.replacement(problem, [0.5, 0.25], travel=0.5, repeats=3, rng=np.random.default_rng(2))
    w_star, g, expected = objectives.minimum(problem), np.random.default_rng(2), []
    for η, epochs in ((0.5, 1), (0.25, 2)):
        drawn = [g.integers(40, size=(3, 1))[:, 0] for _ in range(40 * epochs)]
        dealt = np.concatenate([g.permuted(np.tile(np.arange(40), (3, 1)), axis=1) for _ in range(epochs)], axis=1).T
        for order in (drawn, dealt):
            ends = [w_star + 0.3 for _ in range(3)]
            for picks in order:
                ends = [w - η * objectives.sample_gradients(problem, w)[i] for w, i in zip(ends, picks)]
            expected.append(objectives.mean_loss(problem, np.array(ends)).mean() - objectives.mean_loss(problem, w_star))
    np.testing.assert_allclose(np.array(found).T.ravel(), expected, rtol=1e-9)


@pytest.mark.equation("11.5", "11.6")
def test_the_zone_holds_every_iterate_once_entered_when_steps_are_safe(rng):
    x, y = rng.uniform(0.5, 1.5, 12), rng.normal(size=12)
    low, high = confusion.zone(x, y)
    own = [optimize.minimize_scalar(lambda w, a=a, b=b: (a * w - b) ** 2 / 2).x for a, b in zip(x, y)]
    np.testing.assert_allclose([low, high], [min(own), max(own)], atol=1e-6)
    ws = np.linspace(-9, 9, 7)
    np.testing.assert_allclose(confusion.objective(x, y, ws), objectives.mean_loss(FiniteSum(x[:, None], y), ws[:, None]))
    np.testing.assert_allclose(confusion.objective(x, y, ws.reshape(7, 1))[:, 0], confusion.objective(x, y, ws))
    assert confusion.objective(x, y, np.array(-3.0)) == pytest.approx(np.mean((x * -3 - y) ** 2) / 2)
    assert confusion.safe_step(np.array([1.0, -2.0])) == 0.25
    assert confusion.minimiser(x, y) == pytest.approx(objectives.minimum(FiniteSum(x[:, None], y))[0])
    assert (confusion.directions(x, y, np.array([low - 1])) == 1).all()
    assert (confusion.directions(x, y, np.array([high + 1])) == -1).all()
    x, y = np.array([1.0, 2.0]), np.array([1.0, -2.0])
    assert confusion.directions(x, y, np.array([1.0, -1.0])).tolist() == [[0, -1], [1, 0]]  # each at its own best weight
    safe = confusion.safe_step(x)
    shares = experiments.safe_share(x, y, [0.5 * safe, safe, 1.5 * safe], steps=300, repeats=50, rng=rng)
    assert shares[0] == shares[1] == 1 > shares[2]
    paths = experiments.zone_paths(x, y, [0.0, 3.0], steps=4, step_size=0.1, rng=np.random.default_rng(5))
    g = np.random.default_rng(5)
    for before, after in zip(paths, paths[1:]):
        (i,), (j,) = g.integers(2, size=(2, 1))
        np.testing.assert_allclose(after, before - 0.1 * x[[i, j]] * (x[[i, j]] * before - y[[i, j]]))


def test_runs_start_in_the_middle_of_the_zone_stay_with_a_safe_step_and_leave_at_once_with_twice_that(rng):
    x, y = np.ones(2), np.array([1.0, 3.0])
    shares = experiments.safe_share(x, y, [1.0, 2.0], steps=1, repeats=20, rng=rng)  # 2 → 1 or 3, and 2 → 0 or 4
    assert shares.tolist() == [1.0, 0.5]


def test_the_stationary_variance_is_where_the_exact_moments_settle(rng):
    x, y = rng.uniform(0.5, 1.5, 12), rng.normal(size=12)
    p = FiniteSum(x[:, None], y)
    gap = moments.gaps(p, np.zeros(1), step_sizes=[0.2] * 400)[-1]
    assert confusion.stationary_variance(x, y, step_size=0.2) == pytest.approx(2 * gap / (x**2).mean(), rel=1e-9)


@pytest.mark.parametrize("batch", [1, 2])
def test_exact_moments_equal_the_average_over_every_sequence_of_batches(batch, rng):
    schedule = schedules.divided(0.3, every=1, factor=2.0)
    p = objectives.linear_data(3, np.array([1.0, 0.5]), noise_std=0.6, rng=rng)
    start, every = np.array([2.0, -2.0]), list(product(product(range(3), repeat=batch), repeat=2))
    order = [np.array([sequence[t] for sequence in every]) for t in (0, 1)]
    states = descent.sgd(p, np.tile(start, (len(every), 1)), order=order, step_size=schedule)
    gaps = descent.expected_gap(p, states, float(objectives.mean_loss(p, objectives.minimum(p)))).mean
    np.testing.assert_allclose(moments.gaps(p, start, step_sizes=[0.3, 0.15], batch=batch), gaps, rtol=1e-10)


@pytest.mark.parametrize("batch", [1, 5])
def test_exact_moments_agree_with_monte_carlo(batch, problem, rng):
    start = np.array([2.0, -2.0])
    order = descent.with_replacement(40, 30, repeats=4000, batch=batch, rng=rng)
    states = descent.sgd(problem, np.tile(start, (4000, 1)), order=order, step_size=0.15)
    found = descent.expected_gap(problem, states, float(objectives.mean_loss(problem, objectives.minimum(problem))))
    exact = moments.gaps(problem, start, step_sizes=[0.15] * 30, batch=batch)
    last = np.random.default_rng(1).normal(size=(2, 50, 2))
    losses = objectives.mean_loss(problem, last)
    np.testing.assert_allclose(descent.expected_gap(problem, last, 0.1).standard_error, stats.sem(losses, axis=1))
    assert (np.abs(found.mean - exact) <= 4.5 * found.standard_error + 1e-12).all()
    two = descent.expected_gap(problem, last[:, :2], 0.1)
    np.testing.assert_allclose(two.at([1]).mean, losses[1:, :2].mean(axis=1) - 0.1)
    np.testing.assert_allclose(two.at([1]).standard_error, np.abs(np.diff(losses[1:, :2])[:, 0]) / 2)


@pytest.mark.equation("11.7", "11.9", "11.10")
@pytest.mark.result("Lemma 11.1", "Lemma 11.2")
def test_descent_lemmas_bound_the_expected_change_and_are_tight_where_they_can_be(problem, rng):
    known = bounds.constants(problem)
    change, first, second = experiments.lemma_sides(problem, known, points=200, spread=3.0, rng=rng)
    assert (change <= first + 1e-12).all()
    assert (first <= second + 1e-12).all()
    σ = moments.least_sigma(problem)
    assert known == bounds.Constants(*objectives.curvatures(problem), moments.growth(problem, sigma=1.5 * σ), 1.5 * σ)
    assert bounds.constants(problem, slack=3.0).sigma == 3 * σ
    sides = experiments.lemma_sides(problem, known, points=2, spread=3.0, rng=np.random.default_rng(1))
    g = np.random.default_rng(1)
    for row in sides.T:
        w, η = objectives.minimum(problem) + 3 * g.normal(size=2), g.uniform(0.01, 1) / (known.L * known.sigma)
        after = w - η * objectives.sample_gradients(problem, w)
        assert row[0] == pytest.approx(np.mean(objectives.mean_loss(problem, after)) - objectives.mean_loss(problem, w))
        assert row[1] == bounds.descent_lemma(problem, w, step_size=η)
        assert row[2] == bounds.descent_lemma_with_growth(problem, w, known, step_size=η)
    circle = FiniteSum(np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]), rng.normal(size=4))
    w = rng.normal(size=2)
    lemma = bounds.descent_lemma(circle, w, step_size=0.3)
    assert bounds.expected_change(circle, w, step_size=0.3) == pytest.approx(lemma, abs=1e-12)


@pytest.mark.equation("11.9", "11.10", "11.14")
@pytest.mark.parametrize("batch", [1, 2])
def test_the_constants_of_a_mini_batch_are_tight_where_those_of_a_sample_are(batch, rng):
    p = objectives.linear_data(4, np.array([1.0, 0.5]), noise_std=0.6, rng=rng)
    single = bounds.constants(p)
    known, every = bounds.mini_batch_constants(single, batch), np.array(list(product(range(4), repeat=batch)))
    excess = lambda w: bounds.second_moment(p, w) - single.sigma * (objectives.gradient(p, w) ** 2).sum()  # noqa: E731
    w = optimize.minimize(lambda w: -excess(w), objectives.minimum(p) + 0.1, tol=1e-12).x
    moment = (objectives.batch_gradient(p, np.tile(w, (len(every), 1)), every) ** 2).sum(axis=1).mean()
    assert moment == pytest.approx(known.sigma_0 + known.sigma * (objectives.gradient(p, w) ** 2).sum(), rel=1e-6)
    if batch == 1:  # there both bounds of the descent lemma are one
        second = bounds.descent_lemma_with_growth(p, w, single, step_size=0.1)
        assert second == pytest.approx(bounds.descent_lemma(p, w, step_size=0.1), rel=1e-6)


@pytest.mark.equation("11.9")
def test_the_growth_constant_is_the_least_that_holds_everywhere(problem, rng):
    σ = 1.5 * moments.least_sigma(problem)
    σ0 = moments.growth(problem, sigma=σ)
    excess = lambda w: bounds.second_moment(problem, w) - σ * (objectives.gradient(problem, w) ** 2).sum()  # noqa: E731
    found = optimize.minimize(lambda w: -excess(w), objectives.minimum(problem) + 0.1, tol=1e-12)
    assert σ0 == pytest.approx(-found.fun, rel=1e-8)
    assert moments.least_sigma(problem) >= 1


@pytest.mark.equation("11.11", "11.14")
@pytest.mark.result("Theorem 11.3")
@pytest.mark.parametrize("batch", [1, 4, 16])
def test_optimality_gap_stays_above_the_exact_gap_and_equals_it_where_noise_is_isotropic(batch, problem):
    known = bounds.mini_batch_constants(bounds.constants(problem), batch)
    w, t = np.array([4.0, -3.0]), np.arange(301)
    first = float(objectives.mean_loss(problem, w) - objectives.mean_loss(problem, objectives.minimum(problem)))
    η = known.largest_step
    bound = bounds.mini_batch_gap(t, bounds.constants(problem), step_size=η, batch=batch, first_gap=first)
    exact = moments.gaps(problem, w, step_sizes=[η] * 300, batch=batch)
    assert (exact <= bound * (1 + 1e-12)).all()
    C = η * known.L * bounds.constants(problem).sigma_0 / (2 * known.m * batch)  # the recursion of the proof, step by step
    gaps = list(accumulate(range(300), lambda gap, _: (1 - η * known.m) * gap + η * known.m * C, initial=first))
    np.testing.assert_allclose(bound, gaps, rtol=1e-10)
    assert bounds.floor(bounds.constants(problem), step_size=η, batch=batch) == pytest.approx(C)
    one = FiniteSum(np.ones((2, 1)), np.array([-1.0, 1.0]))  # m = L = σ = σ_0 = 1, and the bound's floor is η/2
    tight = moments.gaps(one, np.zeros(1), step_sizes=[0.01] * 2000)[-1]
    constants = bounds.Constants(1.0, 1.0, 1.0, 1.0)
    limit = bounds.optimality_gap(np.array([10**6]), constants, step_size=0.01, first_gap=0.0)[0]
    assert 0.5 * limit < tight < 0.51 * limit


@pytest.mark.equation("11.12")
def test_which_powers_satisfy_robbins_and_monro():
    for a in (0.55, 0.75, 1.0):
        assert schedules.satisfies(a)
        total, squares = schedules.sums(schedules.power(1.0, a), 20000)
        assert total > 0.99 * ((20000 ** (1 - a) - 1) / (1 - a) if a < 1 else np.log(20000))
        assert squares < special.zeta(2 * a)
    plan = schedules.divided(1.0, every=10, factor=2.0)
    assert [plan(t) for t in (0, 9, 10, 19, 20)] == [1, 1, 0.5, 0.5, 0.25]
    assert schedules.reach(np.array([0.5, 0.25]), 2.0) == 0.0
    assert schedules.reach(np.array([0.5, 0.25]), 1.0) == pytest.approx(0.375)  # what descent keeps: (1 − 0.5)(1 − 0.25)
    assert not schedules.satisfies(0.5)
    assert not schedules.satisfies(1.1)
    assert schedules.sums(schedules.power(1.0, 1.5), 20000)[0] < special.zeta(1.5)
    assert schedules.sums(schedules.power(1.0, 0.5), 20000)[1] > np.log(20000)


@pytest.mark.equation("11.13")
@pytest.mark.result("Theorem 11.4")
def test_decaying_steps_stay_below_the_bound_with_exponent_minus_one(problem):
    known, w = bounds.constants(problem), objectives.minimum(problem) + 0.2
    β = 2 / known.m
    t0, first = β / known.largest_step, moments.gaps(problem, w, step_sizes=[])[0]
    schedule, t = schedules.inverse(β, t0), np.arange(3001)
    exact = moments.gaps(problem, w, step_sizes=[schedule(s) for s in range(3000)])
    assert (exact <= bounds.decaying_gap(t, known, beta=β, offset=t0, first_gap=first) * (1 + 1e-12)).all()
    one = bounds.Constants(1.5, 2.0, 3.0, 4.0)  # ν is the larger of 3²·2·3/(2(4.5 − 1)) = 54/7 and 24 times the first gap
    for first, ν in ((0.0, 54 / 7), (1.0, 24.0)):
        found = bounds.decaying_gap(np.array([0, 4]), one, beta=3.0, offset=24.0, first_gap=first)
        np.testing.assert_allclose(found, [ν / 24, ν / 28])
    late = slice(1000, None, 50)
    assert descent.power(t[late] + t0, exact[late]) == pytest.approx(-1, abs=0.03)


@pytest.mark.equation("11.15")
def test_running_averages_equal_their_definitions(rng):
    w = rng.normal(size=(30, 4, 2))
    u = np.array(list(averaging.uniform(w)))
    np.testing.assert_allclose(u, [w[: t + 1].mean(axis=0) for t in range(30)], atol=1e-13)
    e = list(averaging.exponential(w, decay=0.9))[-1]
    weights = 0.1 * 0.9 ** np.arange(29, -1, -1)
    weights[0] = 0.9**29
    np.testing.assert_allclose(e, np.tensordot(weights, w, 1), atol=1e-13)


def test_gaps_of_averages_are_taken_over_common_runs(problem):
    start, options = np.array([1.0, -1.0]), {"steps": 4, "step_size": 0.2, "repeats": 3, "decay": 0.6}
    found = experiments.averaging_gaps(problem, start, rng=np.random.default_rng(6), **options)
    g, path = np.random.default_rng(6), [np.tile(start, (3, 1))]
    for _ in range(4):
        slopes = [objectives.sample_gradients(problem, w)[i] for w, (i,) in zip(path[-1], g.integers(40, size=(3, 1)))]
        path.append(path[-1] - 0.2 * np.array(slopes))
    window = list(accumulate(path, lambda u, w: 0.6 * u + 0.4 * w))
    least = objectives.mean_loss(problem, objectives.minimum(problem))
    for kind, states in zip(found, (path, [np.mean(path[: t + 1], axis=0) for t in range(5)], window)):
        losses = objectives.mean_loss(problem, np.array(states)) - least
        np.testing.assert_allclose(kind.mean, losses.mean(axis=1), atol=1e-13)
        np.testing.assert_allclose(kind.standard_error, stats.sem(losses, axis=1), atol=1e-13)


def test_averages_converge_where_the_last_iterate_stalls(problem, rng):
    start = objectives.minimum(problem) + 1
    last, mean, window = experiments.averaging_gaps(problem, start, steps=600, step_size=0.2, repeats=30, decay=0.98, rng=rng)
    assert 20 * mean.mean[-1] < last.mean[-1]
    assert 3 * mean.mean[-1] < window.mean[-1]


def test_linear_data_are_scaled_normals_and_their_noisy_sums(rng):
    p, g = objectives.linear_data(5, np.array([2.0, 0.5]), noise_std=0.3, rng=np.random.default_rng(9)), np.random.default_rng(9)
    X = g.normal(size=(5, 2)) * [2.0, 0.5]
    np.testing.assert_array_equal(p.X, X)
    np.testing.assert_allclose(p.y, X[:, 0] + X[:, 1] + 0.3 * g.normal(size=5), atol=1e-14)
    assert (p.n, p.loss, p.penalty) == (5, SQUARED, 0)


def test_costs_of_descent_cross_near_one_over_n(rng):
    p, start = objectives.linear_data(200, np.array([1.0]), noise_std=0.5, rng=rng), np.zeros(1)
    ε = np.array([1e-1, 1e-2, 1e-3, 3e-4])
    full, single = experiments.cost_of_gd(p, start, ε), experiments.cost_of_sgd(p, start, ε, beta=1.2, offset=4.0, most=4000)
    h, m = (p.X**2).mean(), objectives.curvatures(p)[0]
    assert m == pytest.approx(h)
    np.testing.assert_array_equal(full, 200)  # in one dimension η = 1/h arrives at once, and one update costs n gradients
    wide, far = objectives.linear_data(100, np.array([1.0, 0.3]), noise_std=0.5, rng=rng), np.array([3.0, -3.0])
    (m, L), gap, w, spent = objectives.curvatures(wide), lambda w: objectives.mean_loss(wide, w) - least, far, 0
    least = objectives.mean_loss(wide, objectives.minimum(wide))
    while gap(w) > 1e-3:
        w, spent = w - 2 / (m + L) * objectives.gradient(wide, w), spent + 100
    assert experiments.cost_of_gd(wide, far, np.array([1e-3])) == spent
    one, eight = experiments.updates_to_reach(wide, far, [1, 8], 0.3, step=lambda b: 0.1, most=200)
    assert moments.gaps(wide, far, step_sizes=[0.1] * eight, batch=8)[-2:] == pytest.approx([0.3, 0.3], rel=0.2)
    assert (
        moments.gaps(wide, far, step_sizes=[0.1] * eight, batch=8)[-1]
        <= 0.3
        < moments.gaps(wide, far, step_sizes=[0.1] * eight)[-1]
    )
    assert 0 < eight < one
    assert experiments.updates_to_reach(wide, far, [1], 1e-9, step=lambda b: 0.1, most=5).tolist() == [-1]
    assert [experiments.first_below(np.array([3.0, 1.0, 0.5]), ε) for ε in (4, 1, 0.7, 0.1)] == [0, 1, 2, -1]
    above, reached = moments.gaps(p, start, step_sizes=[1.2 / (t + 4) for t in range(int(single[1]))])[-2:]
    assert reached <= 1e-2 < above
    assert single[0] < full[0]
    assert full[-1] < single[-1]


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda p: confusion.zone(np.array([0.0, 1.0]), np.ones(2)), ValueError, "entry 0 is 0"),
        (lambda p: confusion.stationary_variance(np.ones(2), np.ones(2), step_size=3.0), ValueError, "below 2"),
        (lambda p: FiniteSum(p.X, p.y[:-1]), ValueError, "one row a sample"),
        (lambda p: FiniteSum(p.X, p.y, LOGISTIC), ValueError, r"-1 and \+1"),
        (lambda p: moments.growth(p, sigma=1.0), ValueError, "sigma must be above"),
        (lambda p: moments.growth(FiniteSum(np.eye(1), np.ones(1)), sigma=1.0), ValueError, "sigma must be above 1"),
        (lambda p: moments.gaps(FiniteSum(p.X, p.y, penalty=1.0), np.ones(2), step_sizes=[]), ValueError, "without penalty"),
        (lambda p: list(descent.shuffled(40, 1, repeats=1, batch=7, rng=np.random.default_rng(0))), ValueError, "multiple"),
        (lambda p: list(descent.with_replacement(40, 1, repeats=1, rng=1)), TypeError, "numpy.random.Generator"),
        (lambda p: list(descent.sgd(p, np.ones((1, 2)), order=[np.zeros((1, 1), int)], step_size=-1)), ValueError, "at least 0"),
        (lambda p: bounds.Constants(1.0, 2.0, 1.0, 0.5), ValueError, "sigma must be at least 1"),
        (
            lambda p: bounds.decaying_gap(np.arange(3), bounds.constants(p), beta=0.1, offset=1, first_gap=1),
            ValueError,
            "beta must be above",
        ),
        (lambda p: schedules.divided(1.0, every=3, factor=1.0), ValueError, "factor must be above 1"),
        (lambda p: list(averaging.exponential([np.ones(1)], decay=1.0)), ValueError, "decay must be below 1"),
        (lambda p: newsvendor.best_order(cost=2.0, price=1.0, mean=1.0), ValueError, "price must be above"),
        (lambda p: experiments.cost_of_sgd(p, np.ones(2), [1e-9], beta=1, offset=9, most=9), ValueError, "most must be"),
        (lambda p: objectives.minimum(FiniteSum(np.ones((2, 1)), np.ones(2), LOGISTIC)), ValueError, "minimiser"),
        (lambda p: FiniteSum(p.X, p.y, "squared"), TypeError, "loss must be a Loss"),
        (lambda p: objectives.mean_loss(p, np.ones(3)), ValueError, "W must have 2 entries"),
        (lambda p: objectives.gradient(p, np.array([1.0, np.nan])), ValueError, "W must be finite"),
        (lambda p: objectives.sample_gradients(p, np.ones((2, 2))), ValueError, "w must have 1 axes"),
        (lambda p: objectives.hessian(p, np.ones(1)), ValueError, "w must have 2 entries"),
        (lambda p: objectives.batch_gradient(p, np.ones((1, 2)), np.array([[-1]])), ValueError, "batch must hold indices from 0"),
        (lambda p: objectives.batch_gradient(p, np.ones((1, 2)), np.array([[40]])), ValueError, "got 40 to 40"),
        (lambda p: objectives.batch_gradient(p, np.ones((2, 2)), np.array([[0]])), ValueError, "a row of samples for each row"),
        (lambda p: objectives.samples("order", np.array([0.0]), 3), TypeError, "order must hold whole numbers"),
        (lambda p: objectives.samples("order", np.zeros((1, 1), int), 3), ValueError, "order must have 1 axes"),
        (lambda p: objectives.linear_data(3, np.ones(2), noise_std=1.0, rng=3), TypeError, "rng must be"),
        (lambda p: moments.gaps(p, np.ones(3), step_sizes=[0.1]), ValueError, "start must have shape"),
        (lambda p: moments.gaps(p, np.ones(2), step_sizes=[-0.1]), ValueError, "step_sizes must be at least 0"),
        (lambda p: bounds.floor(bounds.constants(p), step_size=-1.0), ValueError, "step_size must be above 0"),
        (
            lambda p: bounds.optimality_gap(np.array([-1]), bounds.constants(p), step_size=0.01, first_gap=1),
            ValueError,
            "updates must be at least 0",
        ),
        (
            lambda p: bounds.optimality_gap(np.array([1]), bounds.constants(p), step_size=0.01, first_gap=-1.0),
            ValueError,
            "first_gap must be at least 0",
        ),
        (lambda p: bounds.expected_change(p, np.ones(2), step_size=np.nan), ValueError, "step_size must be finite"),
        (lambda p: bounds.constants(p, slack=1.0), ValueError, "slack must be above 1"),
        (lambda p: confusion.safe_step(np.zeros(2)), ValueError, "x must differ from 0"),
        (lambda p: confusion.objective(np.ones(2), np.ones(2), np.array(np.nan)), ValueError, "w must be finite"),
        (lambda p: descent.expected_gap(p, [np.ones((1, 2))], 0.0), ValueError, "states must hold at least two runs"),
        (lambda p: descent.power(np.ones(3), np.array([1.0, 0.0, 1.0])), ValueError, "values must be at least two positive"),
        (lambda p: descent.power(np.ones(3), np.ones(2)), ValueError, "values and times"),
        (lambda p: descent.factor(np.ones(1)), ValueError, "values must be at least two"),
        (lambda p: list(averaging.uniform([np.ones(1), np.ones(2)])), ValueError, "states must have shape"),
        (lambda p: schedules.reach(np.array([np.nan]), 1.0), ValueError, "steps must be finite"),
        (lambda p: newsvendor.expected_loss(-1.0, cost=1.0, price=3.0, mean=1.0), ValueError, "w must be at least 0"),
        (lambda p: experiments.cost_of_gd(p, np.ones(2), np.array([0.0])), ValueError, "epsilons must be above 0"),
        (lambda p: experiments.cost_of_gd(p, np.ones(1), np.array([0.1])), ValueError, "start must have shape"),
        (lambda p: experiments.cost_of_gd(p, np.ones(2), np.array([1e-300])), ValueError, "epsilons must be reached in 100 000"),
        (
            lambda p: experiments.replacement(p, [1e-5], travel=1.0, repeats=2, rng=None),
            ValueError,
            "at most 10000",
        ),
        (
            lambda p: list(variance_reduction.plain(p, np.ones(2), order=[0] * 3, step_size=1e200)),
            ValueError,
            "arguments of plain must not lead to NaN",
        ),
        (lambda p: experiments.replacement(p, [3.0], travel=1.0, repeats=2, rng=None), ValueError, "travel / steps"),
    ],
)
def test_wrong_arguments_are_named(call, error, words, problem, as_users_run):
    with pytest.raises(error, match=words):
        call(problem)
