"""The differential equation, its expansions and its energies against closed forms and finite differences."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from principles.acceleration import energies, experiments, failures, ode, rates, updates
from principles.acceleration.objectives import diagonal, logistic

BOWL = diagonal(np.array([0.5, 1.0]))
TINY = np.array([1e-12])


@pytest.fixture
def loss(rng):
    X = rng.normal(size=(40, 3))
    return logistic(X, np.where(X[:, 0] + rng.normal(size=40) > 0, 1.0, -1.0), penalty=0.01)


@pytest.mark.equation("10.10", "10.11")
def test_the_expansion_leaves_a_remainder_of_order_three_halves():
    η = np.array([1e-2, 1e-3, 1e-4])
    for sign in (1, -1):
        assert experiments.power(η, experiments.remainders(1.0, 3.0, η, sign=sign)) == pytest.approx(1.5, abs=0.03)
        assert experiments.power(η, experiments.remainders(1.0, 3.0, η, half=0.7, sign=sign)) == pytest.approx(1.0, abs=0.06)
    here = ode.bessel(2.0, np.array([3.0]))
    for sign in (1, -1):
        there = ode.bessel(2.0, 3.0 + sign * ode.rescaled_time(np.array([1.0]), step_size=1e-4))
        assert sign * (there.position - here.position) == pytest.approx(
            ode.expansion(here, step_size=1e-4, sign=sign), abs=3e-6 * 1e-4**0.5
        )


@pytest.mark.equation("10.12")
def test_the_gradient_that_looks_ahead_differs_by_order_root_eta(loss):
    curve = ode.flow(loss.gradient, np.ones(3), np.array([1.0, 1.99, 1.999, 2.0]))
    here, shifts = curve.position[3], []
    for k, η in ((1, 1e-4), (2, 1e-6)):
        t = round(2.0 / np.sqrt(η))
        ahead = ode.lookahead_gradient(loss.gradient, here, curve.position[k], t=t)
        predicted = loss.gradient(here + (t - 1) / (t + 2) * (here - curve.position[k]))
        np.testing.assert_allclose(ahead, predicted, atol=1e-14)
        shifts.append(np.abs(ahead - loss.gradient(here)).max())
    assert shifts[0] / shifts[1] == pytest.approx(10, rel=0.05)


@pytest.mark.equation("10.13")
@pytest.mark.parametrize("h", [0.3, 1.0, 7.0])
def test_the_flow_is_the_bessel_solution(h):
    times = np.linspace(0.01, 15, 40)
    numeric, exact = ode.flow(lambda w: h * w, np.ones(1), times), ode.bessel(h, times)
    for name in ("position", "velocity", "acceleration"):
        np.testing.assert_allclose(getattr(numeric, name), getattr(exact, name), atol=1e-9)
    residual = exact.acceleration + 3 / times[:, None] * exact.velocity + h * exact.position
    np.testing.assert_allclose(residual, 0, atol=1e-12)


def test_derivatives_of_the_bessel_solution_are_those_of_finite_differences():
    τ, d = np.linspace(0.5, 10, 20), 1e-4
    minus, here, plus = (ode.bessel(2.0, τ + s * d) for s in (-1, 0, 1))
    np.testing.assert_allclose((plus.position - minus.position) / (2 * d), here.velocity, atol=1e-7)
    np.testing.assert_allclose((plus.velocity - minus.velocity) / (2 * d), here.acceleration, atol=1e-7)


@pytest.mark.equation("10.9", "10.10", "10.13")
@pytest.mark.result("Remark 10.1")
@pytest.mark.parametrize("nesterov", [False, True])
def test_both_methods_approach_the_curve_at_first_order_in_root_eta(nesterov, loss):
    η = np.array([0.04, 0.01, 0.0025])
    errors = experiments.limit_errors(loss, np.ones(3), η, horizon=8.0, nesterov=nesterov)
    assert experiments.power(η, errors) == pytest.approx(0.5, abs=0.04)
    f, momentum, t = diagonal(np.ones(1)), updates.rising_momentum, np.arange(1, 81)
    method = updates.nesterov if nesterov else updates.heavy_ball
    run = method(f.gradient, np.ones(1), step_size=0.01, momentum=momentum, steps=80)
    W = run.weights if nesterov else run
    by_hand = np.abs(W[1:] - ode.bessel(1.0, 0.1 * t).position)
    assert by_hand[:8].argmax() == 7  # so that a step less is seen
    for horizon, steps in ((8.0, 80), (0.8, 8)):
        found = experiments.limit_errors(f, np.ones(1), np.array([0.01]), horizon=horizon, nesterov=nesterov)
        assert found[0] == pytest.approx(by_hand[:steps].max(), rel=1e-6)


@pytest.mark.parametrize("c", [0.4, 2.0, 5.0])
def test_the_oscillator_solves_newtons_law_with_friction(c):
    times = np.linspace(0, 12, 30)
    solved = solve_ivp(lambda _, s: [s[1], -c * s[1] - s[0]], (0, 12), [1.0, 0.0], t_eval=times, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ode.oscillator(1.0, c, times), solved.y[0], atol=1e-8)


@pytest.mark.parametrize("c", [0.0, 0.5, 2.0, 3.0])
@pytest.mark.parametrize("h", [1e-20, 4.0, 1e20])
def test_stiffness_is_a_unit_of_time(h, c):
    times = np.linspace(0, 12, 30)
    scaled = ode.oscillator(h, c * np.sqrt(h), times / np.sqrt(h))
    np.testing.assert_allclose(scaled, ode.oscillator(1.0, c, times), atol=1e-6)


@pytest.mark.equation("10.13")
def test_the_flow_begins_on_the_parabola():
    """At the first time allowed, with curvature 1e4, √h τ is 0.01 and 2 J₁(s)/s = 1 − s²/8 + O(s⁴)."""
    numeric, exact = ode.flow(lambda w: 1e4 * w, np.ones(1), np.array([1e-4, 0.1])), ode.bessel(1e4, np.array([1e-4, 0.1]))
    np.testing.assert_allclose(numeric.position, exact.position, atol=1e-9)
    np.testing.assert_allclose(numeric.velocity[0], exact.velocity[0], rtol=1e-4)


@pytest.mark.equation("10.11")
def test_the_displacement_of_an_update_is_ahead_unless_told():
    here = ode.Curve(np.ones(1), np.zeros((1, 1)), np.full((1, 1), 3.0), np.full((1, 1), 5.0))
    found = [ode.expansion(here, step_size=0.04, **option).item() for option in ({}, {"sign": 1}, {"sign": -1})]
    assert found == pytest.approx([0.7, 0.7, 0.5])


@pytest.mark.equation("10.11")
@pytest.mark.parametrize("sign", [1, -1])
def test_remainders_are_what_the_terms_leave_of_a_displacement(sign):
    (w, v, a), η = (
        (getattr(ode.bessel(2.0, np.array([3.0])), name).item() for name in ("position", "velocity", "acceleration")),
        0.09,
    )
    moved = sign * (ode.bessel(2.0, np.array([3.0 + sign * 0.3])).position.item() - w)
    for half in (0.5, 0.7):
        found = experiments.remainders(2.0, 3.0, np.array([η]), half=half, sign=sign)
        assert found[0] == pytest.approx(abs(moved - 0.3 * v - sign * half * η * a), rel=1e-9)
    default = experiments.remainders(2.0, 3.0, np.array([η]))
    assert sign == -1 or default[0] == pytest.approx(abs(moved - 0.3 * v - η * a / 2), rel=1e-9)


def test_heavy_ball_with_fixed_friction_becomes_the_oscillator():
    errors, η = [], np.array([1e-2, 1e-3, 1e-4])
    for step in η:
        ρ, steps = 1 - 0.5 * np.sqrt(step), int(10 / np.sqrt(step))
        assert ode.friction(ρ, step_size=step) == pytest.approx(0.5)
        W = updates.heavy_ball(lambda w: w, np.ones(1), step_size=step, momentum=ρ, steps=steps)[:, 0]
        errors.append(np.abs(W - ode.oscillator(1.0, 0.5, np.sqrt(step) * np.arange(steps + 1))).max())
    assert experiments.power(η, np.array(errors)) == pytest.approx(0.5, abs=0.03)


@pytest.mark.equation("10.9", "10.13")
def test_energies_of_curve_and_updates_never_grow_and_bound_the_gap(loss):
    start, η = 3 * np.ones(3), 1 / loss.L
    first = loss.distance(start) ** 2
    curve = ode.flow(loss.gradient, start, np.linspace(0.01, 40, 400))
    along = energies.along_curve(loss, curve)
    assert (np.diff(along) <= 1e-9).all()
    assert along[0] == pytest.approx(2 * first, rel=1e-3)
    W = updates.nesterov_rising(loss.gradient, start, step_size=η, steps=300)
    stepwise = energies.along_updates(loss, W, step_size=η)
    assert (np.diff(stepwise) <= 1e-9).all()
    assert 0.5 * first < stepwise[0] <= first
    bound = energies.nesterov_bound(loss, start, np.arange(1, 301), step_size=η)
    assert (loss.gap(W[1:]) <= bound).all()
    assert energies.nesterov_bound(BOWL, np.array([3.0, 0.0]), 1, step_size=0.5) == pytest.approx(2 * 9 / (0.5 * 4))


@pytest.mark.equation("10.3")
def test_without_friction_the_energy_stays_and_with_it_falls():
    W = updates.frictionless(lambda w: w, np.ones(1), step_size=0.7, steps=200)[:, 0]
    kept = energies.oscillation(W, curvature=1.0, step_size=0.7)
    np.testing.assert_allclose(kept, kept[0], rtol=1e-10)
    f = diagonal(np.ones(1))
    damped = updates.heavy_ball(f.gradient, np.ones(1), step_size=0.01, momentum=0.9, steps=200)
    assert (np.diff(energies.mechanical(f, damped, step_size=0.01)) <= 1e-15).all()
    finest = updates.frictionless(f.gradient, np.ones(1), step_size=1e-6, steps=2000)
    np.testing.assert_allclose(energies.mechanical(f, finest, step_size=1e-6), 0.5, atol=1e-3)  # by height and motion in turn


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ode.flow(lambda w: w, np.ones(1), np.array([0.0, 1.0])), "times must increase from"),
        (lambda: ode.flow(lambda w: w, np.ones(1), np.array([2.0, 1.0])), "times must increase"),
        (lambda: ode.oscillator(-1.0, 1.0, np.ones(1)), "curvature must be above 0"),
        (lambda: ode.friction(1.1, step_size=0.1), "momentum must be at most 1"),
        (lambda: ode.rescaled_time(3, step_size=0.0), "step_size must be above 0"),
        (lambda: ode.rescaled_time(-1, step_size=1.0), "t must not be negative"),
        (lambda: ode.expansion(ode.bessel(1.0, np.ones(1)), step_size=0.1, sign=5), "sign must be 1 or -1"),
        (lambda: ode.lookahead_gradient(lambda w: w, np.ones(2), np.ones(1), t=4), "before must have shape"),
        (lambda: ode.bessel(1.0, np.array([0.0, 1.0])), "times must be above 0"),
        (lambda: ode.oscillator(1.0, 1.0, np.array([-1.0])), "times must not be negative"),
        (lambda: ode.flow(lambda w: np.ones(3), np.ones(2), np.ones(1)), "gradient must return as many entries"),
        (lambda: energies.oscillation(np.ones(1), curvature=1.0, step_size=0.1), "at least two states"),
        (lambda: energies.mechanical(BOWL, np.ones(2), step_size=0.1), "weights must have 2 axes"),
        (lambda: energies.mechanical(BOWL, np.ones((4, 1)), step_size=0.1), "weights must have 2 entries"),
        (lambda: energies.along_curve(BOWL, ode.bessel(1.0, np.ones(1))), "weights must have 2 entries"),
        (lambda: energies.along_updates(BOWL, np.ones((1, 2)), step_size=0.1), "at least two states"),
        (lambda: energies.nesterov_bound(BOWL, np.ones(2), 3, step_size=50.0), "step_size must be at most 1.0"),
        (lambda: energies.nesterov_bound(BOWL, np.ones(2), -1, step_size=1.0), "t must not be negative"),
        (lambda: energies.tuned_bound(diagonal(np.array([0.0, 1.0])), np.ones(2), 1), "m must be above 0"),
        (lambda: energies.promise(BOWL, np.ones(2), np.ones(1), step_size=1.0), "z and ahead must agree in the size p"),
        (lambda: energies.promise(BOWL, np.ones(2), np.ones(2), step_size=2.0), "step_size must be at most 1.0"),
        (lambda: experiments.condition_scaling(np.array([0.5]), level=0.1), "conditions must be at least 1"),
        (lambda: experiments.power(np.array([-1.0, 2.0]), np.ones(2)), "x must be above 0"),
        (lambda: experiments.power(np.ones(2), np.ones(3)), "one row a sample"),
        (lambda: experiments.separations(BOWL, np.ones(2), np.array([-0.1]), horizon=1.0), "step_sizes must be above 0"),
        (lambda: experiments.separations(BOWL, np.ones(2), TINY, horizon=1.0), "horizon/√η must be .* at most 100000; got 10"),
        (lambda: experiments.condition_scaling(np.array([1e12]), level=0.1), "updates for conditions and level must be"),
        (lambda: ode.flow(lambda w: w, np.ones(1), np.array([1.0, 1e300])), "times must be within reach of 200000 gradients"),
        (lambda: experiments.limit_errors(BOWL, np.ones(2), TINY, horizon=1.0, nesterov=True), "horizon/√η must be"),
        (lambda: experiments.oscillator_errors(TINY, momentum_friction=0.5, curve_friction=0.5), "10/√η must be"),
        (lambda: experiments.contest(BOWL, np.zeros(2), steps=3), "the first gap must be above 0"),
        (lambda: experiments.lookahead_differences(1.0, 3.0, np.array([0.5])), "time must be a multiple of √η"),
        (lambda: experiments.step_lengths(BOWL, np.ones((2, 2)), step_size=0.1), "weights must be three states or more"),
    ],
)
def test_malformed_curves_are_refused(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.equation("10.12")
def test_on_the_bessel_curve_looking_ahead_is_an_effect_of_order_root_eta():
    η = np.array([1e-2, 1e-4, 1e-6])
    for h in (1.0, 2.0):
        found = experiments.lookahead_differences(h, 3.0, η)
        velocity = ode.bessel(h, np.array([3.0])).velocity.item()
        assert found[-1] == pytest.approx(1e-3 * h * abs(velocity), rel=5e-3)
        assert experiments.power(η, found) == pytest.approx(0.5, abs=0.05)


def test_separations_and_oscillator_errors_shrink_at_first_order():
    f, η = diagonal(np.array([0.5, 2.0])), np.array([4e-3, 1e-3, 2.5e-4])
    assert experiments.power(η, experiments.separations(f, np.ones(2), η, horizon=8.0)) == pytest.approx(0.5, abs=0.05)
    right, wrong = (experiments.oscillator_errors(η, momentum_friction=0.5, curve_friction=c) for c in (0.5, 0.0))
    assert experiments.power(η, right) == pytest.approx(0.5, abs=0.03)
    assert wrong.min() > 0.3
    t, θ = np.arange(51), np.arccos(1 - 0.04 / 2)  # frictionless, the run is a sampled cosine of a slightly higher frequency
    lag = np.abs(np.cos(θ * (t + 0.5)) / np.cos(θ / 2) - np.cos(0.2 * t)).max()
    free = experiments.oscillator_errors(np.array([0.04]), momentum_friction=0.0, curve_friction=0.0)
    assert free[0] == pytest.approx(lag, rel=1e-9)


@pytest.mark.equation("10.14")
def test_nesterovs_tuned_bound_holds_off_quadratics_and_is_not_vacuous(loss):
    for f, start in ((loss, 3 * np.ones(3)), (failures.lessard_recht_packard(), np.array([3.3]))):
        W = experiments.tuned(f, start, method="Nesterov", steps=120)
        bound = energies.tuned_bound(f, start, np.arange(121))
        assert (f.gap(W) <= bound + 1e-15).all()
    flat = diagonal(np.array([0.01, 1.0]))
    gaps = flat.gap(experiments.tuned(flat, np.array([1.0, 1.0]), method="Nesterov", steps=60))
    assert gaps[60] > 1e-6 * energies.tuned_bound(flat, np.ones(2), 60)
    np.testing.assert_allclose(energies.tuned_bound(flat, np.ones(2), np.array([0, 1])), [1.01, 0.9 * 1.01], rtol=1e-12)


def test_a_contest_is_run_with_the_parameters_that_theory_gives():
    h, steps = np.array([0.2, 2.0]), 12
    gaps = experiments.contest(diagonal(h), np.ones(2), steps=steps)
    root = np.sqrt(10.0)
    fixed = {
        "gradient descent": (2 / 2.2, 0.0, False),
        "heavy ball": (4 / (np.sqrt(2.0) + np.sqrt(0.2)) ** 2, ((root - 1) / (root + 1)) ** 2, False),
        "Nesterov": (0.5, (root - 1) / (root + 1), True),
        "ρ = 0.9": (0.5, 0.9, True),
    }
    for name, (η, ρ, nesterov) in fixed.items():
        w = np.array([rates.after(k, steps, step_size=η, momentum=ρ, nesterov=nesterov) for k in h])
        assert gaps[name][-1] == pytest.approx((h * w**2).sum() / h.sum(), rel=1e-9)
    before = now = np.ones(2)
    for t in range(steps):
        ahead = now + max(t - 1, 0) / (t + 2) * (now - before)
        before, now = now, ahead - 0.5 * h * ahead
    assert gaps["ρ rising"][-1] == pytest.approx((h * now**2).sum() / h.sum(), rel=1e-9)
    assert all(g[0] == 1 for g in gaps.values())
    assert max(gaps, key=lambda name: gaps[name][-1]) == "gradient descent"


def test_a_gradient_step_keeps_its_promise_and_on_a_parabola_exactly(loss, rng):
    for _ in range(50):
        u, z = 3 * rng.normal(size=(2, 3))
        after = u - loss.gradient(u) / loss.L
        assert loss.value(after) <= loss.value(z) + energies.promise(loss, u, z, step_size=1 / loss.L) + 1e-12
    f, u = diagonal(np.array([2.0])), np.array([3.0])
    assert f.value(u) + energies.promise(f, u, u, step_size=0.5) == pytest.approx(0.0)  # where the step from 3 ends, at 0
    assert energies.promise(f, u, np.ones(1), step_size=0.5) == pytest.approx(3.0)


def test_a_start_at_the_end_of_the_numbers_is_refused(as_users_run):
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="start must let the integration reach the last of times"):
        ode.flow(lambda w: w, np.full(2, -1.7e308), np.ones(1))
