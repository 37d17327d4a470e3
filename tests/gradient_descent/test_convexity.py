"""Definitions of convexity, the zoo, strong convexity and the Polyak–Łojasiewicz inequality."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from principles.gradient_descent import convexity, inequalities, objectives, polyak, zoo
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
    cases += [(ℓ, rng.normal(size=ℓ.dimension)) for ℓ in extra] + [(objectives.huber(slope=0.5), np.array([0.2]))]
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
    minus = convexity.negative(ℓ)
    assert minus.value(w) == -ℓ.value(w)
    assert minus.m == pytest.approx(-6.0)
    np.testing.assert_array_equal(minus.gradient(w), -ℓ.gradient(w))
    assert convexity.hessian_curvature(minus, w) == pytest.approx(-6.0)
    assert objectives.on_line(ℓ, w, v).L / ((v - w) @ (v - w)) == pytest.approx(6)
    assert quadratic(np.diag([-10.0, 0.5])).L == 10.0
    assert objectives.tilted(quadratic(np.diag([1.0, 3.0])), 5.0).L == 4.0
    form = objectives.inner_product_form(np.diag([1.0, 5.0]))
    assert (form.m, form.L) == (2.0, 10.0)
    assert form.value(np.ones(2)) == 6.0


@pytest.mark.parametrize(("p", "holds"), [(1.5, True), (2.0, True), (4.0, True), (0.5, False)])
def test_hoelder_holds_above_one_and_reverses_below(p, holds, rng):
    lower, upper = convexity.holder(*rng.normal(size=(2, 100, 4)), p=p)
    assert ((lower <= upper + 1e-12) if holds else (lower >= upper)).all()


def test_the_average_is_over_samples():
    np.testing.assert_allclose(objectives.average(np.array([[1.0, 2.0], [3.0, 6.0]])), [2.0, 4.0])


BAD = [
    (lambda: quadratic(np.array([[1.0, 2.0], [0.0, 1.0]])), "symmetric"),
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
