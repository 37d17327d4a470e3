"""What the page shows: the zoo searched, estimates, ratios of promises, and the small functions that refute printed claims."""

import numpy as np
import pytest
from scipy import optimize

from principles.gradient_descent import (
    convexity,
    descent,
    experiments,
    first_order,
    inequalities,
    lower_bound,
    objectives,
    polyak,
    progress,
    zoo,
)
from principles.gradient_descent.objectives import spectrum


def test_the_zoo_is_sorted_and_chords_lie_on_their_sides(rng):
    good, bad = (experiments.search_zoo(m, rng=rng) for m in (zoo.convex()[3:6], zoo.impostors()[4:6]))
    assert np.isnan(good[0]).tolist() == [False, True, True, True]
    assert not np.isnan(good[2]).any()
    assert (np.isnan(good) | (good > -1e-6)).all()
    assert (np.isnan(bad) | (bad < -0.1)).all()
    for member, above in ((zoo.convex()[5], True), (zoo.impostors()[0], False)):
        ((_, grid, values, ends, heights),) = experiments.chords([member], rng=rng)
        inside = (grid > ends.min()) & (grid < ends.max())
        order = np.argsort(ends)
        chord = np.interp(grid[inside], ends[order], heights[order])
        assert ((chord >= values[inside]) == above).all()
    ((_, grid, values, ends, heights),) = experiments.chords([zoo.impostors()[5]], rng=rng)
    order = np.argsort(ends)
    depth = (values - np.interp(grid, ends[order], heights[order]))[(grid > ends.min()) & (grid < ends.max())]
    assert depth.max() > 1.8, "the picture needs the deepest chord under sin, not the one between the closest points"


def test_estimates_from_random_pairs_err_on_one_side(rng):
    ℓ = spectrum(np.array([0.5, 6.0]), rng=rng)
    for name, (m, L) in experiments.estimates(ℓ, [50, 500], low=-1, high=1, rng=rng).items():
        assert (m >= 0.5 - 1e-9).all()
        assert "9.4" in name or abs(m[1] - 0.5) > 1e-6, "random pairs alone do not polish"
        assert (L <= 6 + 1e-9).all()


@pytest.mark.equation("9.23", "9.24", "9.26", "9.28", "9.29", "9.31")
def test_ratios_never_exceed_one_and_are_one_where_the_inequality_is_an_equality(rng):
    two = spectrum(np.array([0.5, 6.0]))
    w, v = rng.normal(size=(2, 60, 2))
    pairs = experiments.pair_ratios(two, w, v)
    assert all((values <= 1 + 1e-9).all() for values in pairs.values())
    np.testing.assert_allclose(pairs["(9.27) with $m$ and $L$"], 1, atol=1e-9)
    runs = experiments.run_ratios(two, np.array([1.0, -1.0]), steps=12)
    assert all((values <= 1 + 1e-9).all() and t.tolist() == list(range(1, 13)) for t, values in runs.values())
    np.testing.assert_allclose(runs["(9.29) all so far"][1], 1, atol=1e-9)
    np.testing.assert_allclose(experiments.worst_gaps([1, 5]), [1 / 6, 1 / 22], rtol=1e-12)
    stiff = experiments.run_ratios(two, np.array([0.0, 1.0]), steps=1)
    assert [stiff[name][1][0] for name in ("(9.23) decrease", "(9.31) gap")] == pytest.approx([1, 1])
    away = experiments.pair_ratios(two, np.array([[0.0, 1.0]]), np.array([[0.0, -2.0]]))
    np.testing.assert_allclose(list(away.values()), 1, rtol=1e-12)
    flat = experiments.pair_ratios(two, np.array([[1.0, 0.0]]), np.array([[-2.0, 0.0]]))
    expected = {"(9.18)": 1 / 12, "(9.15)": 1 / 12, "(9.20)": 1 / 12, "(9.21)": 1 / 12, "(9.27)": 1}
    for name, share in flat.items():
        assert share == pytest.approx(expected[name[:6]]), name


@pytest.mark.equation("9.20", "9.23")
def test_shares_are_quotients_worked_out_by_hand():
    two, w = spectrum(np.array([0.5, 6.0])), np.array([[1.0, 1.0]])
    pairs = experiments.pair_ratios(two, w, 0 * w)
    assert pairs["(9.20) left, gradient"] == pytest.approx((0.25 + 36) / 12 / 3.25)
    assert pairs["(9.20) right, distance"] == pytest.approx(3.25 / 6)
    (first,) = experiments.run_ratios(two, w[0], steps=1)["(9.23) decrease"][1]
    assert first == pytest.approx((0.25 + 36) / 12 / (3.25 - 0.25 * (11 / 12) ** 2))


@pytest.mark.equation("9.14", "9.15", "9.16", "9.17", "9.18", "9.20", "9.21", "9.25", "9.27")
def test_along_a_run_no_inequality_is_overdrawn_and_each_is_tight_where_it_should_be(rng):
    X = rng.normal(size=(50, 3))
    labels = np.where(X[:, 0] + rng.normal(size=50) > 0, 1.0, -1.0)
    logistic = descent.solve(objectives.logistic(X, labels, penalty=0.1))
    shares, best = experiments.slack_along(logistic, np.ones(3), steps=8), experiments.tightest()
    assert list(shares) == list(best)
    top = np.linalg.eigvalsh(logistic.hessian(np.ones(3)))[-1]
    assert shares["(9.16) Hessian"][0] == pytest.approx(top / logistic.L)
    assert [name[1:5] for name in best] == [f"9.{n}" for n in (14, 15, 16, 17, 18, 20, 20, 21, 23, 24, 25, 26, 27, 28, 29, 31)]
    assert all(((x >= 0) & (x <= 1 + 1e-9)).all() and x.shape == (8,) for x in shares.values())
    for name, share in best.items():
        assert share == pytest.approx(1000 / 2001 if "9.26" in name else 1, abs=1e-3), name
        assert share <= 1 + 1e-12
    assert best["(9.26) sub-linear"] == pytest.approx(1000 / 2001)
    twice = experiments.slack_along(spectrum(np.array([1.0, 9.0])), np.array([0.0, 2.0]), steps=1)
    assert twice["(9.14) Lipschitz"] == pytest.approx((9 / 2 * 2**2) / (9 * 2 * 2))


def test_panels_hold_runs_that_end_at_minima():
    *_, path = experiments.contour(np.diag([1.0, 2.0]), title="", start=[1.0, 0.3], steps=40, reach=1.0)
    np.testing.assert_allclose(path[-1], 0, atol=1e-6)
    ℓ = spectrum(np.array([1.0, 2.0]))
    *_, ends = experiments.level_panel(ℓ, title="", starts=np.ones((3, 2)), steps=60, reach=1.0)
    np.testing.assert_allclose(ends, 0, atol=1e-6)
    ratios = experiments.above_bound([1, 3], {"plain": first_order.plain})
    assert ratios["plain"].tolist() == [lower_bound.ratio(first_order.plain, t) for t in (1, 3)]
    assert list(experiments.above_bound([1])) == list(first_order.METHODS)


def test_panels_hold_the_function_on_a_square_grid():
    start, ℓ = np.array([1.0, 0.3]), spectrum(np.array([1.0, 4.0]))
    for title, x, y, values, path, side, bowl in (
        (*experiments.contour(np.diag([1.0, 4.0]), title="narrow", start=start, steps=1, reach=3.0), 121, 1.0),
        (*experiments.level_panel(ℓ, title="narrow", starts=start, steps=1, reach=3.0), 81, 0.5),
    ):
        assert title == "narrow"
        np.testing.assert_allclose(x, y)
        np.testing.assert_allclose(x, -3 + 6 * np.arange(side) / (side - 1), atol=1e-12)
        np.testing.assert_allclose(values[5], bowl * (x**2 + 4 * x[5] ** 2))
        step = 2 / (2 + 8) if side == 121 else 1 / 4
        np.testing.assert_allclose(np.atleast_2d(path)[-1], start * (1 - 2 * bowl * step * np.array([1.0, 4.0])), atol=1e-15)


def test_chords_are_drawn_between_the_walls_of_the_picture(rng):
    for convex, high, ends in ((True, 2.0, [-3.4, 0.8]), (False, 4.0, None)):
        member = zoo.Member(zoo.impostors()[5].objective if ends is None else experiments.bent(), -9.0, 9.0, convex)
        ((name, grid, values, found, heights),) = experiments.chords([member], rng=rng)
        assert name == member.objective.name
        np.testing.assert_allclose(grid, np.linspace(-4, high, 201))
        np.testing.assert_allclose(values, member.objective.value(grid[:, None]))
        np.testing.assert_allclose(heights, member.objective.value(found[:, None]))
        assert ends is None or found == pytest.approx(ends)


@pytest.mark.equation("9.14", "9.24", "9.25")
def test_far_out_on_a_slope_the_shares_are_those_of_unit_steps():
    shares, w = experiments.slack_along_slope(objectives.huber(slope=1.0), steps=3), 4000 - np.arange(3)
    np.testing.assert_allclose(shares["(9.14) Lipschitz"], 1)
    np.testing.assert_allclose(shares["(9.24) telescope"], (w - 1.5) / (w - 0.5))
    np.testing.assert_allclose(shares["(9.25) approach"], ((w - 1) / w) ** 2)


@pytest.mark.equation("9.13")
def test_newton_lands_at_minus_w_cubed_and_backtracking_keeps_it_in():
    grid = np.array([-1.4, -0.5, 0.3, 1.2])
    full, damped = experiments.newton_landing(experiments.soft_absolute(), grid)
    np.testing.assert_allclose(full, -(grid**3), atol=1e-12)
    halved = np.where(abs(grid) > 1, (grid - grid**3) / 2, -(grid**3))
    np.testing.assert_allclose(damped, halved, atol=1e-12)
    assert (abs(damped) < abs(grid)).all()


@pytest.mark.equation("9.18", "9.7")
def test_the_pictured_functions_have_the_constants_they_claim(rng):
    for ℓ in (experiments.bent(), experiments.soft_absolute(), polyak.rugged(), polyak.wavy()):
        w, v = rng.uniform(-6, 6, (2, 500, 1))
        lower, upper = inequalities.descent_lemma(ℓ, w, v)
        assert (lower <= upper + 1e-9).all(), ℓ.name
        slope = optimize.approx_fprime(w[0], lambda x: float(ℓ.value(x)), 1e-7)  # noqa: B023
        assert ℓ.gradient(w[0])[0] == pytest.approx(slope[0], abs=1e-5)
    lower, upper = inequalities.strong_tangent(experiments.bent(), w, v)
    assert (lower <= upper + 1e-9).all()


@pytest.mark.equation("9.24", "9.25")
def test_without_convexity_the_value_falls_and_the_distance_may_grow():
    ℓ = polyak.rugged()
    path = descent.gradient_descent(ℓ, np.array([4.0]), steps=20, step_size=1 / ℓ.L)
    lower, upper = progress.decrease(ℓ, path, step_size=1 / ℓ.L)
    assert (lower <= upper + 1e-12).all()
    assert not (progress.approach(ℓ, path).lower <= progress.approach(ℓ, path).upper).all()


@pytest.mark.equation("9.21", "9.20")
def test_a_tipped_function_is_least_where_it_was_tipped(rng):
    ℓ = spectrum(np.array([0.5, 2.0, 6.0]), rng=rng)
    w, v = rng.normal(size=3), rng.normal(size=(50, 3))
    g = objectives.tipped(ℓ, w)
    np.testing.assert_allclose(g.gradient(w), 0, atol=1e-12)
    assert (g.value(v) >= g.least).all()
    np.testing.assert_allclose(g.value(v) - g.least, convexity.tangent_gap(ℓ, np.tile(w, (50, 1)), v), atol=1e-10)
