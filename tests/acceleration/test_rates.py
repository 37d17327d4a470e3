"""Roots, regimes and best parameters against eigenvalues, grids and runs."""

import numpy as np
import pytest

from principles.acceleration import experiments, rates, updates
from principles.acceleration.objectives import diagonal


@pytest.mark.parametrize("nesterov", [False, True])
def test_spectral_radius_is_the_largest_eigenvalue_of_the_update(nesterov, rng):
    for h, ρ in rng.uniform([0, 0], [3, 1], (30, 2)):
        A = rates.update_matrix(h, step_size=0.9, momentum=ρ, nesterov=nesterov)
        radius = rates.spectral_radius(h, step_size=0.9, momentum=ρ, nesterov=nesterov)
        w = updates.heavy_ball(lambda w, h=h: h * w, np.ones(1), step_size=0.9, momentum=float(ρ), steps=7)[7, 0]
        assert nesterov or rates.after(h, 7, step_size=0.9, momentum=ρ, nesterov=False) == pytest.approx(w, abs=1e-9)
        assert float(radius) == pytest.approx(np.abs(np.linalg.eigvals(A)).max(), rel=1e-9)


def test_gradient_descents_best_step_balances_both_ends():
    factors = rates.spectral_radius(
        np.array([2.0, 6.0]), step_size=rates.gradient_descent_tuned(2.0, 6.0), momentum=0.0, nesterov=False
    )
    np.testing.assert_allclose(factors, 0.5, rtol=1e-12)


@pytest.mark.equation("10.4")
def test_polyaks_pair_is_the_best_of_a_grid_and_reaches_its_factor():
    h = np.geomspace(1, 50, 200)
    η, ρ = rates.polyak_tuned(1.0, 50.0)
    best = rates.slowest(h, step_size=η, momentum=ρ, nesterov=False)
    assert best == pytest.approx((np.sqrt(50) - 1) / (np.sqrt(50) + 1), abs=1e-6)
    grid = [rates.slowest(h, step_size=a * η, momentum=r, nesterov=False) for a in (0.6, 0.9, 1.1) for r in np.linspace(0, 1, 41)]
    assert min(grid) > best + 1e-3


@pytest.mark.equation("10.14")
@pytest.mark.parametrize("κ", [1.0, 4.0, 100.0, 361.0])
def test_nesterovs_momentum_damps_the_flattest_direction_critically(κ):
    ρ = rates.nesterov_momentum(κ)
    roots = np.linalg.eigvals(rates.update_matrix(1 / κ, step_size=1.0, momentum=ρ, nesterov=True))
    np.testing.assert_allclose(roots, 1 - 1 / np.sqrt(κ), atol=2e-7)  # a double root doubles the digits lost
    h = np.linspace(1 / κ, 1, 300)
    assert rates.slowest(h, step_size=1.0, momentum=ρ, nesterov=True) == pytest.approx(1 - 1 / np.sqrt(κ), abs=2e-7)
    assert rates.condition_served(ρ) == pytest.approx(κ)
    for other in (0.97 * ρ, 0.03 + 0.97 * ρ):
        assert κ == 1 or rates.slowest(h, step_size=1.0, momentum=other, nesterov=True) > 1 - 1 / np.sqrt(κ) + 1e-4


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("ρ", [0.0, 0.5, 0.95])
def test_the_largest_step_separates_convergence_from_divergence(nesterov, ρ):
    limit = rates.largest_step(4.0, momentum=ρ, nesterov=nesterov)
    radii = [float(rates.spectral_radius(4.0, step_size=s * limit, momentum=ρ, nesterov=nesterov)) for s in (0.99, 1.0, 1.01)]
    assert radii[0] < 1 - 1e-4
    assert radii[1] == pytest.approx(1)
    assert radii[2] > 1 + 1e-4


@pytest.mark.parametrize(("h", "ρ", "kind"), [(0.01, 0.3, 0), (0.25, 0.25, 1), (1.0, 0.5, 2), (1.9, 0.01, 3), (2.25, 0.25, 1)])
def test_regimes_are_those_of_the_runs(h, ρ, kind):
    assert rates.regime(h, step_size=1.0, momentum=ρ, nesterov=False) == kind
    W = updates.heavy_ball(lambda w: h * w, np.ones(1), step_size=1.0, momentum=ρ, steps=30)[:, 0]
    turns = (np.diff(np.sign(W[W != 0])) != 0).sum()
    expected = {0: turns == 0, 1: turns in (0, 29, 30), 2: 2 < turns < 20, 3: turns >= 29}
    assert expected[kind]


def test_runs_need_kappa_updates_without_momentum_and_its_root_with():
    conditions = np.array([30.0, 100.0, 300.0])
    needed = experiments.condition_scaling(conditions, level=1e-4)
    slopes = [experiments.power(conditions, needed[name]) for name in experiments.METHODS]
    np.testing.assert_allclose(slopes, [1.0, 0.5, 0.5], atol=0.06)
    told = experiments.condition_scaling(conditions, level=1e-4, dimension=20)
    assert all((needed[name] == told[name]).all() for name in experiments.METHODS)


@pytest.mark.parametrize(("κ", "level"), [(4.0, 0.3), (100.0, 1e-3), (100.0, 1e-12)])
def test_updates_needed_on_two_curvatures_are_those_of_the_closed_forms(κ, level):
    """Curvatures 1/κ and 1: both ends shrink alike, or have double roots, or the steep one is gone after one update."""
    t, root = np.arange(4000), np.sqrt(κ)
    q, η = (root - 1) / (root + 1), 4 / (1 + 1 / root) ** 2
    flat, steep = ((1 + ((1 - η * h) / r - 1) * t) * r**t for h, r in ((1 / κ, q), (1.0, -q)))
    distances = {
        "gradient descent": ((κ - 1) / (κ + 1)) ** t,
        "heavy ball": np.hypot(flat, steep) / np.sqrt(2),
        "Nesterov": np.where(t == 0, 1, (1 + t / root) * (1 - 1 / root) ** t / np.sqrt(2)),
    }
    needed = experiments.condition_scaling(np.array([κ]), level=level, dimension=2)
    assert {name: int(n[0]) for name, n in needed.items()} == {name: np.argmax(d <= level) for name, d in distances.items()}


def test_values_count_as_down_at_the_level_itself_and_from_the_start():
    assert experiments.updates_until(np.array([3.0, 1.0, 1.0]), 1.0) == 1
    assert experiments.updates_until(np.array([0.5, 0.4]), 1.0) == 0
    assert experiments.updates_until(np.array([0.5, 2.0, 0.4]), 1.0) == 2


def test_fixed_momentum_gains_a_factor_ten_and_rising_momentum_an_order():
    f = experiments.diagonal(np.geomspace(1e-6, 1, 200))
    run = lambda ρ: updates.heavy_ball(f.gradient, np.ones(200), step_size=1.0, momentum=ρ, steps=800)  # noqa: E731
    plain, heavy = (f.gap(run(ρ)) for ρ in (0.0, 0.9))
    rising = f.gap(updates.nesterov_rising(f.gradient, np.ones(200), step_size=1.0, steps=800))
    t = np.arange(100, 801)
    np.testing.assert_allclose([experiments.power(t, g[t]) for g in (plain, heavy, rising)], [-1, -1, -2], atol=0.05)
    assert plain[800] / heavy[800] == pytest.approx(10, rel=0.03)


def test_updates_by_momentum_are_fewest_near_the_tuned_one():
    f = diagonal(np.geomspace(0.01, 1, 30))
    momenta = np.array([0.0, 0.5, rates.nesterov_momentum(100.0), 0.97])
    found = experiments.updates_by_momentum(f, np.ones(30), momenta, level=1e-8, most=500)
    assert np.isnan(found[0])
    assert np.nanargmin(found) == 2
    gaps = f.gap(updates.nesterov(f.gradient, np.ones(30), step_size=1.0, momentum=momenta[2], steps=500).weights) / f.gap(
        np.ones(30)
    )
    assert gaps[int(found[2])] <= 1e-8 < gaps[int(found[2]) - 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rates.nesterov_momentum(0.5), "condition must be at least 1"),
        (lambda: rates.condition_served(1.0), "momentum must be below 1"),
        (lambda: rates.polyak_tuned(0.0, 1.0), "m must be above 0"),
        (lambda: rates.gradient_descent_tuned(2.0, 1.0), "L must be at least 2"),
        (lambda: rates.largest_step(1.0, momentum=2.0, nesterov=True), "momentum must be at most 1"),
        (lambda: rates.update_matrix(-1.0, step_size=1.0, momentum=0.0, nesterov=True), "curvature must be at least 0"),
        (lambda: rates.update_matrix(1.0, step_size=np.nan, momentum=0.0, nesterov=True), "step_size must be finite"),
        (lambda: rates.spectral_radius(-1.0, step_size=1.0, momentum=0.5, nesterov=False), "curvature must be at least 0"),
        (lambda: rates.spectral_radius(1.0, step_size=1.0, momentum=2.0, nesterov=False), "momentum must be at most 1"),
        (lambda: rates.spectral_radius(np.ones(3), step_size=1.0, momentum=np.ones(2), nesterov=False), "must have one shape"),
        (lambda: rates.regime(np.nan, step_size=1.0, momentum=0.5, nesterov=False), "curvature must be finite"),
        (lambda: rates.after(1.0, -2, step_size=1.0, momentum=0.5, nesterov=False), "t must be at least 0"),
        (lambda: experiments.updates_until(np.ones(3), 0.5), "run longer"),
        (lambda: experiments.tuned(diagonal(np.ones(1)), np.ones(1), method="newton", steps=1), "method must be one of"),
    ],
)
def test_malformed_parameters_are_refused(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
