"""Definitions of convexity, the zoo, strong convexity and the Polyak–Łojasiewicz inequality."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from principles.gradient_descent import convexity, experiments, inequalities, objectives, polyak, zoo
from principles.gradient_descent.objectives import quadratic, spectrum


@pytest.fixture
def logistic(rng):
    X = rng.normal(size=(40, 3))
    return objectives.logistic(X, np.where(X[:, 0] + rng.normal(size=40) > 0, 1.0, -1.0), penalty=0.1)


@pytest.mark.equation("9.1", "9.2", "9.3", "9.4")
@pytest.mark.parametrize("name", list(convexity.DEFINITIONS))
def test_a_counterexample_is_found_exactly_if_there_is_one(name, rng):
    definition, options = convexity.DEFINITIONS[name], {"rng": rng, "pairs": 200, "rounds": 12}
    members = [m for m in zoo.convex() + zoo.impostors() if name in convexity.usable(m.objective)]
    assert {m.convex for m in members} == {True, False}
    for member in members:
        found = convexity.falsify(definition, member.objective, low=member.low, high=member.high, **options)
        assert (found is None) == member.convex, member.objective.name
        if found is not None and "9.1" in name:
            value, λ = member.objective.value, found.mix
            assert value(λ * found.w + (1 - λ) * found.v) > λ * value(found.w) + (1 - λ) * value(found.v)


CONVEX = [  # the box, and the function of the coordinates
    (0.05, 3, lambda w: w),
    (0.05, 3, lambda w: w * np.sqrt(w)),
    (0.05, 3, lambda w: w * w * w * w),
    (-2, 2, abs),
    (-2, 2, lambda w: abs(w) * np.sqrt(abs(w))),
    (-3, 3, np.exp),
    (0.05, 3, lambda w: -np.log(w)),
    (-3, 3, lambda a, b: a - 2 * b + 3),
    (-3, 3, lambda a, b: (a + b / 2) ** 2),
    (-2, 2, lambda a, b, c: abs(a) + abs(b) + abs(c)),
    (-2, 2, lambda a, b, c: np.hypot(np.hypot(a, b), c)),
    (-2, 2, lambda a, b, c: np.cbrt(abs(a) ** 3 + abs(b) ** 3 + abs(c) ** 3)),
    (-2, 2, lambda a, b, c: max(abs(a), abs(b), abs(c))),
    (-3, 3, lambda a, b, c: np.log(np.exp(a) + np.exp(b) + np.exp(c))),
]
IMPOSTORS = [
    (0.05, 3, np.sqrt),
    (-2, 2, lambda w: np.sqrt(abs(w))),
    (-2, 2, lambda w: w * w * w),
    (-3, 3, lambda a, b: (a * a + b * b) / 2 + 2 * a * b),
    (-2, 2, lambda a, b, c: (np.sqrt(abs(a)) + np.sqrt(abs(b)) + np.sqrt(abs(c))) ** 2),
    (-4, 4, np.sin),
    (-4, 4, lambda w: w * w / 2 - 0.03 * np.exp(-50 * (w - 1) ** 2)),
]


@pytest.mark.parametrize(("members", "expected"), [(zoo.convex, CONVEX), (zoo.impostors, IMPOSTORS)])
def test_the_zoo_holds_these_functions_each_in_a_box_inside_its_domain(members, expected, rng):
    for member, (low, high, formula) in zip(members(), expected, strict=True):
        ℓ = member.objective
        w = np.clip(rng.uniform(0.7, 1.1, (5, ℓ.dimension)) * rng.choice([-1, 1], (5, ℓ.dimension)), low, high)
        assert (member.low, member.high) == (low, high), ℓ.name
        np.testing.assert_allclose(ℓ.value(w), [formula(*v) for v in w], rtol=1e-12, err_msg=ℓ.name)
        np.testing.assert_array_equal(ℓ.value(w[None]), ℓ.value(w)[None])
        assert np.isnan(ℓ.m) == (ℓ.name != "quadratic"), "known only for those"
    np.testing.assert_allclose(zoo.quartic().value(np.array([[-2.0], [3.0]])), [16, 81])
    assert zoo.convex()[7].objective.gradient(np.zeros(2)).tolist() == [1, -2]


def test_each_definition_applies_to_what_it_needs():
    assert list(convexity.usable(zoo.convex()[3].objective)) == ["chord (9.1)"]
    assert list(convexity.usable(zoo.convex()[5].objective)) == list(convexity.DEFINITIONS)


def test_random_pairs_alone_miss_the_narrow_dent_that_the_search_finds():
    dent = zoo.impostors()[-1]
    options = {"low": dent.low, "high": dent.high, "pairs": 100}
    missed = [convexity.lowest(convexity.chord_curvature, dent.objective, rng=np.random.default_rng(s), rounds=0, **options)
              for s in range(8)]  # fmt: skip
    found = [convexity.lowest(convexity.chord_curvature, dent.objective, rng=np.random.default_rng(s), **options)
             for s in range(8)]  # fmt: skip
    assert sum(x.curvature > 0 for x in missed) >= 5
    assert sum(x.curvature < 0 for x in found) >= 7


@pytest.mark.equation("9.2", "9.3", "9.4")
def test_gradients_and_hessians_equal_finite_differences(logistic, rng):
    smooth = [m for m in zoo.convex() + zoo.impostors() if m.objective.gradient is not objectives.no_gradient]
    cases = [(m.objective, rng.uniform(max(m.low, 0.3), m.high, m.objective.dimension)) for m in smooth]
    X, y = rng.normal(size=(9, 3)), rng.normal(size=9)
    extra = [logistic, objectives.least_squares(X, y), polyak.wavy(), polyak.two_layers(), objectives.tilted(logistic, 0.3)]
    cases += [(ℓ, rng.normal(size=ℓ.dimension)) for ℓ in [*extra, polyak.rugged()]]
    cases += [(objectives.huber(slope=0.5), np.array([0.2])), (zoo.impostors()[-1].objective, np.array([1.07]))]
    for ℓ, w in cases:
        gradient = optimize.approx_fprime(w, lambda v: float(ℓ.value(v)), 1e-6)  # noqa: B023
        hessian = np.array([optimize.approx_fprime(w, lambda v, i=i: float(ℓ.gradient(v)[i]), 1e-6) for i in range(len(w))])  # noqa: B023
        np.testing.assert_allclose(ℓ.gradient(w), gradient, atol=2e-4, err_msg=ℓ.name)
        np.testing.assert_allclose(ℓ.hessian(w), hessian, atol=2e-4, err_msg=ℓ.name)
        batch = np.stack([w, w + 0.01])
        np.testing.assert_allclose(ℓ.hessian(batch)[0], ℓ.hessian(w), atol=1e-12)
        np.testing.assert_allclose(ℓ.gradient(batch)[0], ℓ.gradient(w), atol=1e-12)


@pytest.mark.equation("9.1", "9.2", "9.3")
@given(st.lists(st.floats(-5, 5), min_size=4, max_size=4), st.floats(0.01, 0.99))
@settings(deadline=None, max_examples=25)
def test_between_any_two_points_a_parabola_has_its_own_curvature(x, mix):
    w, v = np.array(x[:2]), np.array(x[2:])
    if np.linalg.norm(w - v) < 0.1:
        return
    ℓ = quadratic(np.diag([3.0, 3.0]), np.array([1.0, -1.0]))
    for definition in convexity.DEFINITIONS.values():
        assert definition(ℓ, w, v, np.array(mix)) == pytest.approx(3.0, abs=1e-7)


@pytest.mark.equation("9.1", "9.2")
def test_the_weight_is_that_of_the_first_point_and_the_tangent_touches_there():
    w, v = np.zeros(1), np.ones(1)
    assert convexity.chord_curvature(zoo.quartic(), w, v, 0.3) == pytest.approx((0.7 - 0.7**4) / (0.3 * 0.7 / 2))
    assert convexity.tangent_curvature(zoo.quartic(), w, v) == pytest.approx(1 / 0.5)
    assert convexity.tangent_curvature(zoo.quartic(), v, w) == pytest.approx((0 - 1 + 4) / 0.5)


def test_the_search_shakes_the_25_worst_pairs_within_a_shrinking_radius(rng):
    seen = []

    def least_at(ℓ, w, v, λ):
        seen.append((w, v, λ))
        return (w[:, 0] + 0.5) ** 2 + (v[:, 0] - 0.5) ** 2

    convexity.lowest(least_at, quadratic(np.eye(1)), low=-1, high=1, rng=rng)
    assert [len(w) for w, _, _ in seen] == [1000] * 21
    assert 0.05 < seen[0][2].min() < 0.06 < 0.94 < seen[0][2].max() < 0.95
    for k, (before, after) in enumerate(zip(seen, seen[1:])):
        best = np.argsort(least_at(None, *before))[:25]
        assert all((x[:25] == old[best]).all() for x, old in zip(after, before))
        assert (after[2] == np.tile(before[2][best], 40)).all()
        spread = np.std([x[25:] - np.tile(old[best], (39, 1)) for x, old in zip(after[:2], before)])
        assert k < 4 or spread == pytest.approx(0.5 * 0.75**k, rel=0.1), "far from the walls of the box"
    seen.clear()
    assert convexity.falsify(least_at, quadratic(np.eye(1)), low=-1, high=1, rng=rng) is None
    assert [len(w) for w, _, _ in seen] == [1000] * 21
    near = convexity.lowest(lambda ℓ, w, v, λ: np.abs(w - v)[:, 0], quadratic(np.eye(1)), low=-1, high=1, rng=rng)
    assert 0.02 < np.abs(near.w - near.v)[0] == near.curvature < 0.021, "closer pairs are rounding"


def test_one_point_meets_many_and_one_weight_mixes_many_pairs(logistic, rng):
    w, v = rng.normal(size=3), rng.normal(size=(4, 3))
    for gap in (convexity.tangent_gap, convexity.gradient_gap, lambda *a: convexity.chord_gap(*a, 0.3)):
        np.testing.assert_allclose(gap(logistic, w, v), [gap(logistic, w, x) for x in v])
        np.testing.assert_allclose(gap(logistic, v, w), [gap(logistic, x, w) for x in v])


@pytest.mark.equation("9.5", "9.4")
@pytest.mark.parametrize("name", list(convexity.DEFINITIONS))
def test_every_definition_recovers_m_and_L(name, rng):
    ℓ = spectrum(np.array([0.5, 2.0, 6.0]), rng=rng)
    m, L = convexity.estimate_constants(convexity.DEFINITIONS[name], ℓ, low=-2, high=2, rng=rng, rounds=30)
    assert 0.5 - 1e-9 <= m <= 0.55 or name == "Hessian (9.4)"
    assert 5.8 <= L <= 6 + 1e-9
    tilted = [objectives.tilted(ℓ, t) for t in (0.45, 0.6)]
    found = [convexity.falsify(convexity.DEFINITIONS[name], t, low=-2, high=2, rng=rng, rounds=30) for t in tilted]
    assert found[0] is None
    assert found[1] is not None


@pytest.mark.equation("9.6", "9.7")
def test_strong_convexity_in_both_forms_holds_and_the_gaps_are_those_of_the_parabola(logistic, rng):
    w, v, λ = *rng.normal(scale=2, size=(2, 200, 3)), rng.uniform(0.01, 0.99, size=200)
    lower, upper = inequalities.strong_chord(logistic, w, v, λ)
    assert (lower <= upper + 1e-12).all()
    np.testing.assert_allclose(upper - lower, convexity.chord_gap(objectives.tilted(logistic, 0.1), w, v, λ), atol=1e-12)
    parabola = convexity.chord_gap(quadratic(0.1 * np.eye(3)), w, v, λ)
    np.testing.assert_allclose(parabola, 0.05 * λ * (1 - λ) * ((w - v) ** 2).sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(convexity.chord_gap(logistic, w, v, λ) - parabola, upper - lower, atol=1e-12)
    lower, upper = inequalities.strong_tangent(logistic, w, v)
    assert (lower <= upper + 1e-12).all()
    bowl = quadratic(0.7 * np.eye(3))
    np.testing.assert_allclose(*inequalities.strong_tangent(bowl, w, v), atol=1e-12)
    wrong = replace(spectrum(np.array([0.5, 2.0, 6.0])), m=0.8)
    lower, upper = inequalities.strong_tangent(wrong, w, v)
    assert (lower > upper).any()


@pytest.mark.equation("9.8")
def test_the_gradient_dominates_the_gap_and_tightly_along_the_flattest_direction(rng):
    ℓ = spectrum(np.array([0.5, 2.0, 6.0]))
    lower, upper = inequalities.polyak_lojasiewicz(ℓ, rng.normal(size=(100, 3)))
    assert (lower <= upper).all()
    flat = np.outer(rng.normal(size=9), [1.0, 0, 0])
    np.testing.assert_allclose(*inequalities.polyak_lojasiewicz(ℓ, flat), atol=1e-12)
    wavy, grid = polyak.wavy(), np.linspace(-30, 30, 4001)[:, None]
    best = polyak.constant(wavy, grid)
    assert best > 1 / 32
    u = np.linspace(1, 4, 30_001)
    assert best == pytest.approx(((2 * u + 3 * np.sin(2 * u)) ** 2 / (2 * (u**2 + 3 * np.sin(u) ** 2))).min(), rel=1e-3)
    lower, upper = inequalities.polyak_lojasiewicz(wavy, grid, m=best)
    assert (lower <= upper + 1e-9).all()
    lower, upper = inequalities.polyak_lojasiewicz(wavy, grid, m=1.05 * best)
    assert (lower > upper).any()
    assert convexity.falsify(convexity.chord_curvature, wavy, low=-4, high=4, rng=rng) is not None
    flat = objectives.least_squares(rng.normal(size=(2, 4)), rng.normal(size=2))
    assert flat.m == 0
    assert polyak.constant(ℓ, np.array([[0.1, 0, 0], [0, 0.1, 0]])) == pytest.approx(0.5), "small gaps count"
    λ = np.linalg.eigvalsh(flat.hessian(np.zeros(4)))
    assert λ[2] - 1e-9 <= polyak.constant(flat, rng.normal(size=(500, 4))) <= λ[3]
    t = np.arange(5.0)
    np.testing.assert_allclose(polyak.guaranteed_gap(t, m=0.5, step_size=1.0, first_gap=8.0), 8 * 0.5**t)


def test_midpoint_bounds_are_the_chord_at_dyadic_weights():
    bounds = convexity.dyadic(np.exp, 0.0, 1.0, depth=5)
    k = np.arange(33) / 32
    np.testing.assert_allclose(bounds, (1 - k) + k * np.e, rtol=1e-14)
    assert (np.exp(k) <= bounds + 1e-12).all()


def test_restriction_to_a_line_and_the_negative_are_what_they_say(rng):
    ℓ = spectrum(np.array([0.5, 2.0, 6.0]), rng=rng)
    w, v = rng.normal(size=(2, 3))
    g = objectives.on_line(ℓ, w, v)
    assert g.value(np.array([0.3])) == pytest.approx(float(ℓ.value(0.7 * w + 0.3 * v)))
    slope = (g.value(np.array([0.3 + 1e-6])) - g.value(np.array([0.3 - 1e-6]))) / 2e-6
    assert g.gradient(np.array([0.3]))[0] == pytest.approx(slope, rel=1e-6)
    many = np.array([[0.3], [-0.7]])
    np.testing.assert_allclose(g.gradient(many), [g.gradient(λ) for λ in many])
    minus = convexity.negative(ℓ)
    assert minus.value(w) == -ℓ.value(w)
    assert minus.m == pytest.approx(-6.0)
    np.testing.assert_array_equal(minus.gradient(w), -ℓ.gradient(w))
    assert convexity.hessian_curvature(minus, w) == pytest.approx(-6.0)
    assert objectives.on_line(ℓ, w, v).L / ((v - w) @ (v - w)) == pytest.approx(6)
    assert quadratic(np.diag([-10.0, 0.5])).L == 10.0
    assert objectives.tilted(quadratic(np.diag([1.0, 3.0])), 5.0).L == 4.0
    assert objectives.tilted(quadratic(np.diag([1.0, 3.0])), 0.25).m == 0.75
    assert convexity.negative(polyak.two_layers()).m == 0
    assert list(convexity.usable(convexity.negative(zoo.convex()[3].objective))) == ["chord (9.1)"]
    form = objectives.inner_product_form(np.diag([1.0, 5.0]))
    assert (form.m, form.L) == (2.0, 10.0)
    assert form.value(np.ones(2)) == 6.0


def test_a_quadratic_has_a_minimiser_unless_it_bends_down_and_least_squares_know_flat_directions_in_any_unit():
    centre = np.array([2.0, -1.0])
    for curvatures, known in (([0, 1], True), ([-1e-13, 1], True), ([0, 0], True), ([-0.5, 1], False)):
        minimiser = quadratic(np.diag(curvatures).astype(float), centre).minimiser
        assert np.array_equal(minimiser, centre) if known else minimiser is None
    assert objectives.Objective("round", 1, abs, m=1 + 1e-13, L=1.0).condition == pytest.approx(1)
    X, y = np.array([[1.0, 0.0], [0.0, 2.0], [2.0, 0.0]]), np.ones(3)
    for unit in (1e-6, 1.0, 1e6):
        assert objectives.least_squares(unit * X, y).m == pytest.approx(4 * unit**2)
        assert objectives.least_squares(unit * X[:, [0, 0]] / 3, y).m == 0


def test_the_constants_of_functions_of_one_weight_are_the_extremes_of_their_hessians():
    line = np.r_[0.0, np.pi / 2, np.linspace(-60, 60, 601)][:, None]
    for ℓ in (experiments.bent(), experiments.soft_absolute(), polyak.rugged(), polyak.wavy()):
        curvature = ℓ.hessian(line)[:, 0, 0]
        assert pytest.approx(curvature.max()) == ℓ.L
        assert np.isnan(ℓ.m) if curvature.min() < 0 else ℓ.m == pytest.approx(curvature.min(), abs=1e-5)
        assert ℓ.minimiser.tolist() == [0.0]
        assert ℓ.least == ℓ.value(line).min()
    net = polyak.two_layers()
    assert np.isnan(net.m)
    assert (net.L, net.least, len(net.minimiser)) == (np.inf, 0.0, 2)


def test_a_huber_function_is_round_up_to_its_knee_and_straight_beyond():
    ℓ, w = objectives.huber(slope=1.0, curvature=2.0), np.array([[0.25], [0.5], [0.51], [-3.0]])
    np.testing.assert_allclose(ℓ.value(w), [0.0625, 0.25, 0.26, 2.75])
    np.testing.assert_allclose(ℓ.gradient(w)[:, 0], [0.5, 1, 1, -1])
    np.testing.assert_allclose(ℓ.hessian(w)[:, 0, 0], [2, 2, 0, 0])
    assert experiments.bent().value(np.array([2.0])) == pytest.approx(1.5 * (2 - 0.375) + 0.8)


def test_hoelder_is_an_equality_where_the_powers_are_proportional(rng):
    a = rng.uniform(0.5, 2, size=(5, 3))
    np.testing.assert_allclose(*convexity.holder(a, -7 * a**2, p=3.0))
    np.testing.assert_allclose(
        convexity.holder(a[None], a[None] + 1, p=3.0), np.array(convexity.holder(a, a + 1, p=3.0))[:, None]
    )


@pytest.mark.parametrize(("p", "holds"), [(1.5, True), (2.0, True), (4.0, True), (0.5, False)])
def test_hoelder_holds_above_one_and_reverses_below(p, holds, rng):
    lower, upper = convexity.holder(*rng.normal(size=(2, 100, 4)), p=p)
    assert ((lower <= upper + 1e-12) if holds else (lower >= upper)).all()


def test_the_average_is_over_samples():
    np.testing.assert_allclose(objectives.average(np.array([[1.0, 2.0], [3.0, 6.0]])), [2.0, 4.0])


BAD = [
    (lambda: quadratic(np.array([[1.0, 2.0], [0.0, 1.0]])), "symmetric"),
    (lambda: quadratic(np.ones((2, 3))), "square"),
    (lambda: convexity.gradient_gap(quadratic(np.eye(1)), 1.0, np.zeros(1)), "the last axis of w must have length p = 1"),
    (lambda: convexity.gradient_curvature(quadratic(np.eye(1)), 1.0, np.zeros(1)), "the last axis of w must have length p = 1"),
    (lambda: convexity.chord_gap(quadratic(np.eye(2)), np.zeros(2), np.ones(2), 0.0), "strictly between"),
    (lambda: inequalities.strong_chord(quadratic(np.eye(1)), np.ones(1), np.zeros(1), -0.1), "mix must lie between"),
    (lambda: convexity.chord_gap(quadratic(np.eye(2)), np.zeros(3), np.zeros(3), 0.5), "length p = 2"),
    (lambda: convexity.chord_gap(quadratic(np.eye(2)), np.zeros(2), np.ones(2), 1.0), "strictly between"),
    (lambda: convexity.tangent_gap(zoo.convex()[3].objective, np.zeros(1), np.ones(1)), "no gradient"),
    (lambda: convexity.hessian_curvature(zoo.convex()[3].objective, np.zeros(1)), "no Hessian"),
    (lambda: convexity.holder(np.ones(2), np.ones(2), p=1.0), "p must not be 1"),
    (lambda: convexity.holder(np.ones(2), np.ones(3), p=2.0), "b must have shape"),
    (lambda: inequalities.strong_chord(quadratic(np.eye(1)), np.ones(1), np.zeros(1), 1.5), "mix must lie between"),
    (lambda: convexity.tangent_gap(quadratic(np.eye(1)), np.array([np.nan]), np.zeros(1)), "w must be finite"),
    (lambda: convexity.gradient_gap(quadratic(np.eye(1)), np.ones((2, 1)), np.zeros((3, 1))), "equally many points"),
    (
        lambda: convexity.chord_gap(quadratic(np.eye(1)), np.ones((3, 1)), np.zeros((3, 1)), np.full(2, 0.5)),
        "one weight for each",
    ),
    (lambda: convexity.dyadic(np.exp, np.nan, 1.0, depth=2), "w must be finite"),
    (lambda: polyak.constant(polyak.wavy(), np.ones((2, 3))), "length p = 1"),
    (lambda: polyak.guaranteed_gap(np.ones(1), m=2.0, step_size=1.0, first_gap=1.0), "at most 1/m"),
    (lambda: objectives.logistic(np.ones((2, 1)), np.array([0.0, 1.0])), "labels"),
    (lambda: objectives.Objective("x", 1, abs, m=2.0, L=1.0), "m must be at most L"),
    (lambda: objectives.tilted(zoo.convex()[3].objective, 1.0).gradient(np.ones(1)), "no gradient"),
    (lambda: zoo.convex()[0].objective.least, "minimiser of .* is not known"),
    (lambda: polyak.constant(polyak.wavy(), np.zeros((1, 1))), "not minima"),
    (lambda: inequalities.polyak_lojasiewicz(quadratic(np.eye(1)), np.ones(1), m=0.0), "m must be above 0"),
]


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(("call", "message"), BAD, ids=lambda x: x if isinstance(x, str) else "")
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
