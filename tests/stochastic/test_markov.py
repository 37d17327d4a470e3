"""Gradient flow, Markov chains, the Gaussian model, the Gibbs density and the divergence to it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, linalg, stats

from principles.stochastic import annealing, chains, descent, divergence, experiments, flow, gaussian_model, gibbs, objectives


@pytest.mark.equation("11.26")
def test_gradient_flow_solves_the_linear_case_and_descent_approaches_it_at_order_one():
    H, w = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([1.0, -2.0])
    np.testing.assert_allclose(flow.quadratic(H, w, 1.5), linalg.expm(-1.5 * H) @ w, atol=1e-12)
    np.testing.assert_allclose(flow.flow(lambda v: H @ v, w, np.array([1.5]))[0], linalg.expm(-1.5 * H) @ w, atol=1e-9)
    steps = np.array([0.1, 0.05, 0.025, 0.0125])
    ends = [flow.descent(lambda v: H @ v, w, step_size=η, steps=round(1 / η))[-1] for η in steps]
    np.testing.assert_allclose(flow.flow(lambda v: H @ v, w, np.array([0.0, 1.0])), [w, flow.quadratic(H, w, 1.0)], atol=1e-9)
    np.testing.assert_array_equal(flow.flow(lambda v: H @ v, w, np.array([0.0])), [w])
    errors = np.linalg.norm(np.array(ends) - flow.quadratic(H, w, 1.0), axis=1)
    assert descent.power(steps, errors) == pytest.approx(1, abs=0.1)


def test_whack_a_mole_gives_the_printed_digits():
    printed = np.array([[1, 0, 0], [0.1, 0.4, 0.5], [0.17, 0.34, 0.49], [0.153, 0.362, 0.485]])
    np.testing.assert_allclose(chains.laws(chains.MOLE, printed[0], 3), printed, atol=1e-12)
    np.testing.assert_allclose(chains.invariant(chains.MOLE), [0.158, 0.355, 0.487], atol=5e-4)


@pytest.mark.result("Example 11.5")
def test_the_two_state_example_has_the_invariant_law_four_and_five_ninths(rng):
    π = chains.invariant(chains.TWO_STATES)
    np.testing.assert_allclose(π, [4 / 9, 5 / 9], atol=1e-14)
    np.testing.assert_allclose(chains.eigenvector(chains.TWO_STATES), π, atol=1e-14)
    assert chains.is_irreducible(chains.TWO_STATES)
    assert [chains.period(chains.TWO_STATES, s) for s in (0, 1)] == [1, 1]
    share = (chains.walk(chains.TWO_STATES, 0, 20_000, rng=rng) == 0).mean()
    assert share == pytest.approx(4 / 9, abs=0.02)


@given(st.integers(2, 6), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_invariant_laws_are_fixed_and_agree_with_high_powers(k, seed):
    P = chains.random_chains(1, k, reversible=False, rng=np.random.default_rng(seed))[0] * 0.9 + 0.1 / k
    π = chains.invariant(P)
    np.testing.assert_allclose(chains.propagate(P, π), π, atol=1e-12)
    np.testing.assert_allclose(np.linalg.matrix_power(P.T, 400) @ np.eye(k)[0], π, atol=1e-10)


def test_clocks_have_periods_and_their_averages_still_converge():
    clock, start = np.roll(np.eye(5), 1, axis=1), np.eye(5)[0]
    assert chains.period(clock, 2) == 5
    np.testing.assert_allclose(chains.laws(clock, start, 5)[-1], start)
    np.testing.assert_allclose(chains.average_law(clock, start, 500), 0.2, atol=1e-12)
    two_cycles = np.array([[0, 0.5, 0, 0.5, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0.0]])
    two_cycles[2, 0] = 1
    assert chains.period(two_cycles, 0) == 1  # loops of lengths 2 and 3
    assert not chains.return_possible(two_cycles, 0, 1).any()
    lasso = np.array([[0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 0, 0, 1], [0, 1, 0, 0.0]])  # 2 and, with a round of the other loop, 5
    assert chains.period(lasso, 0) == 1
    np.testing.assert_array_equal(chains.return_possible(lasso, 0, 5), [False, True, False, True, True])
    assert [chains.period(np.array([[0.0, 1.0], [0.0, 1.0]]), s) for s in (0, 1)] == [0, 1]  # never back, and a rest
    far = np.zeros((9, 9))  # a ring of 4, one step of which leads into a ring of 6 and back
    far[[0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 0, 5, 6, 7, 8, 2]] = 1
    far[2] = (np.arange(9) % 8 == 3) / 2 + (np.arange(9) == 4) / 2
    assert {chains.period(far, s) for s in range(9)} == {2}
    one_way = np.array([[0.5, 0.5], [0.0, 1.0]])
    assert len(set(chains.classes(one_way))) == 2
    assert not chains.is_irreducible(one_way)
    np.testing.assert_allclose(chains.invariant(one_way), [0, 1], atol=1e-15)
    blocks = linalg.block_diag(chains.TWO_STATES, chains.MOLE)
    assert len(set(chains.classes(blocks))) == 2
    with pytest.raises(ValueError, match="one closed class"):
        chains.invariant(blocks)


@pytest.mark.equation("11.27")
@pytest.mark.parametrize("b", [1, 2, 3])
def test_the_covariance_of_an_update_is_that_over_every_batch(b, rng):
    p, w = objectives.linear_data(6, np.array([1.0, 2.0]), noise_std=0.5, rng=rng), np.array([0.5, 2.0])
    every = np.array(list(product(range(6), repeat=b)))
    (_, after) = descent.sgd(p, np.tile(w, (len(every), 1)), order=[every], step_size=0.3)
    found = gaussian_model.update_covariance(p, w, step_size=0.3, batch=b)
    np.testing.assert_allclose(found, np.cov((after - w).T, bias=True), atol=1e-13)


def test_random_chains_have_positive_rows_and_some_nearly_zero_entries():
    for reversible in (False, True):
        P, g = chains.random_chains(3, 4, reversible=reversible, rng=np.random.default_rng(2)), np.random.default_rng(2)
        weights = g.gamma(0.5, size=(3, 4, 4)) + 1e-6
        weights = weights + weights.transpose(0, 2, 1) if reversible else weights
        np.testing.assert_allclose(P, [w / w.sum(axis=1)[:, None] for w in weights], atol=1e-15)
    assert chains.is_reversible(P, chains.invariant(P)).all()


def test_a_walk_goes_where_its_random_numbers_fall_in_the_cumulated_rows():
    states = [2]
    for u in np.random.default_rng(3).random(50):
        row = chains.MOLE[states[-1]]
        states.append(next(s for s in range(3) if u < row[: s + 1].sum()))
    assert chains.walk(chains.MOLE, 2, 50, rng=np.random.default_rng(3)).tolist() == states


@pytest.mark.equation("11.28")
def test_the_transition_on_a_grid_is_the_normal_law_of_one_step():
    grid, model = np.linspace(-1, 1, 41), {"step_size": 0.4, "batch": 4}
    K = gaussian_model.transition(gibbs.quadratic(0.5), grid, **model)
    density = stats.norm(0.8 * grid[:, None], 0.2).pdf(grid)
    np.testing.assert_allclose(K, density / density.sum(axis=1)[:, None], atol=1e-14)
    noise = np.array([2.0, -1.0])
    moved = gaussian_model.step(lambda w: 0.5 * w, np.array([1.0, 3.0]), noise, **model)
    np.testing.assert_allclose(moved, [0.8 + 0.4, 2.4 - 0.2], atol=1e-14)
    for spacing in (0.13, 0.14):  # 1.5 points to a standard deviation of 0.2 are 0.133 apart
        pair = np.array([0.0, spacing])
        if spacing < 0.2 / 1.5:
            assert gaussian_model.transition(gibbs.quadratic(0.5), pair, **model).shape == (2, 2)
        else:
            with pytest.raises(ValueError, match="at least 1.5 points"):
                gaussian_model.transition(gibbs.quadratic(0.5), pair, **model)


def test_annealing_hands_the_runs_from_stage_to_stage():
    found = annealing.anneal(
        gibbs.quadratic(2.0), np.array([1.0, -1.0]), steps=np.array([0.3, 0.1]), wait=3, batch=4, rng=np.random.default_rng(1)
    )
    g, W = np.random.default_rng(1), np.array([1.0, -1.0])
    for η, end in zip((0.3, 0.1), found):
        for _ in range(3):
            W = W - η * 2 * W + η / 2 * g.standard_normal(2)
        np.testing.assert_allclose(end, W, atol=1e-14)
    np.testing.assert_allclose(annealing.stages(0.8, 0.2, 3), [0.8, 0.4, 0.2])


@pytest.mark.equation("11.28", "11.31", "11.32")
@pytest.mark.result("Remark 11.6")
def test_the_gaussian_model_has_its_exact_law_on_a_quadratic(rng):
    slope, η, b = gibbs.quadratic(2.0).slope, 0.3, 4
    W = np.array(list(gaussian_model.runs(slope, np.full(4000, 2.0), steps=30, step_size=η, batch=b, rng=rng)))
    for t in (1, 5, 30):
        mean, variance = gaussian_model.quadratic_law(2.0, 2.0, t, step_size=η, batch=b)
        assert abs(W[t].mean() - mean) < 4 * np.sqrt(variance / 4000)
        assert W[t].var() == pytest.approx(variance, rel=0.1)
    first, second = gaussian_model.time_averages(W)
    np.testing.assert_allclose([first, second], [W.sum(axis=0) / 31, (W * W).sum(axis=0) / 31], atol=1e-13)
    double = np.array([(W[:, :1] * W[:, 0]).sum() / 31])
    np.testing.assert_allclose(gaussian_model.printed_double_sum(W)[:1], double, atol=1e-10)
    p, w = objectives.linear_data(20, np.array([1.0, 2.0, 1.5]), noise_std=0.5, rng=rng), np.array([0.5, 2.0, 1.0])
    far, g = gaussian_model.differences(p, w), objectives.sample_gradients(p, w)
    C = np.cov(g.T, bias=True)
    nearest = min(np.linalg.norm(C - s * np.eye(3)) for s in np.linspace(*np.linalg.eigvalsh(C)[[0, -1]], 1001))
    assert far["from_identity"] == pytest.approx(nearest / np.linalg.norm(C), rel=1e-4)
    leading = np.linalg.svd(g - g.mean(axis=0))[2][0]
    assert far["excess_kurtosis"] == pytest.approx(stats.kurtosis(g @ leading))
    assert far["bias"] < 1e-12 < 0.05 < far["from_identity"]


@pytest.mark.equation("11.29", "11.30")
def test_gibbs_density_of_a_quadratic_is_gaussian_and_stationary_laws_approach_it_at_order_one():
    grid, β = np.linspace(-1.5, 1.5, 1201), gibbs.inverse_temperature(0.1, 2)
    assert β == gibbs.inverse_temperature(0.05) == 40
    q = gibbs.quadratic(0.7)
    np.testing.assert_allclose(gibbs.density(q, grid, β), stats.norm(scale=1 / np.sqrt(28)).pdf(grid), atol=1e-9)
    p = gaussian_model.stationary(q, grid, step_size=0.4, batch=8)
    exact = gaussian_model.quadratic_variance(0.7, step_size=0.4, batch=8)
    np.testing.assert_allclose(p, stats.norm(scale=np.sqrt(exact)).pdf(grid), atol=1e-5)
    assert exact == pytest.approx(1 / (0.7 * β) / (1 - 0.4 * 0.7 / 2))
    steps, well = np.array([0.2, 0.4, 0.8]), gibbs.double_well(0.0125, tilt=0.002)
    wide = np.linspace(-2.2, 2.2, 300)
    found, distances = experiments.scaled_rule(well, wide, steps, beta=200.0)
    np.testing.assert_allclose(found[1], gaussian_model.stationary(well, wide, step_size=0.4, batch=40), atol=1e-12)
    assert descent.power(steps, distances) == pytest.approx(1, abs=0.05)
    a, b = stats.norm(0.2, 0.1), stats.norm(-0.1, 0.1)  # they cross at 0.05, and P(a > 0.05) − P(b > 0.05) is the distance
    assert gibbs.total_variation(a.pdf(grid), b.pdf(grid), grid) == pytest.approx(a.sf(0.05) - b.sf(0.05), abs=1e-4)


def test_slopes_of_potentials_and_draws_from_densities(rng):
    well, w = gibbs.double_well(0.3, tilt=0.1), np.linspace(-2, 2, 9)
    np.testing.assert_allclose(well.slope(w), (well.value(w + 1e-6) - well.value(w - 1e-6)) / 2e-6, atol=1e-7)
    points = gibbs.stationary_points(0.3, tilt=0.1)
    assert len(points) == 3
    (lonely,) = gibbs.stationary_points(0.3, tilt=0.5)  # the other two roots are complex, with small imaginary parts
    assert gibbs.double_well(0.3, tilt=0.5).slope(lonely) == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(well.slope(points), 0, atol=1e-12)
    grid = np.linspace(-3, 3, 601)
    p = gibbs.density(well, grid, 8.0)
    draws = gibbs.sample(p, grid, 20_000, rng=rng)
    assert abs(draws.mean() - gibbs.mean(grid, p, grid)) < 4 * draws.std() / np.sqrt(20_000)
    assert annealing.share_left(np.array([[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]]), 1.0).tolist() == [pytest.approx(1 / 3), 0]
    assert annealing.expected_share_left(np.array([2.0, 2.0]), np.array([0.0, 4.0]), 1.0) == 0.25
    left = annealing.expected_share_left(p, grid, points[1])
    assert abs(annealing.share_left(draws, points[1]) - left) < 4 * np.sqrt(left * (1 - left) / 20_000)


def test_densities_move_as_the_gaussian_model_does(rng):
    grid, q = np.linspace(-3, 3, 301), gibbs.quadratic(1.0)
    path = gaussian_model.law_path(q, stats.norm(1.0, 0.2).pdf(grid), grid, step_size=0.2, batch=2, steps=3)
    mean, variance = gaussian_model.quadratic_law(1.0, 1.0, 3, step_size=0.2, batch=2)
    np.testing.assert_allclose(path[3], stats.norm(mean, np.sqrt(variance + 0.04 * 0.8**6)).pdf(grid), atol=1e-3)
    bins = annealing.bin_shares(path[3], grid, np.array([-3.0, mean, 3.0]))
    np.testing.assert_allclose(bins, 0.5, atol=1e-2)
    noise = rng.normal(size=(5, 3))
    one, two = (np.array(list(experiments.shared_noise(q.slope, w, noise, step_size=0.2))) for w in (-1.0, 1.0))
    np.testing.assert_allclose(two - one, np.outer(2 * 0.8 ** np.arange(6), np.ones(3)), atol=1e-13)
    np.testing.assert_allclose(one[1], -0.8 + 0.2 * noise[0], atol=1e-13)


def test_slow_annealing_finds_the_global_minimum_and_a_small_step_does_not(rng):
    well, barrier = gibbs.double_well(0.25, tilt=0.1), gibbs.stationary_points(0.25, tilt=0.1)[1]
    start = np.full(400, 1.0)
    slow = annealing.anneal(well, start, steps=annealing.stages(0.3, 0.05, 6), wait=300, batch=1, rng=rng)
    cold = annealing.anneal(well, start, steps=np.array([0.05]), wait=1800, batch=1, rng=rng)
    assert annealing.share_left(slow[-1], barrier) > 0.8
    assert annealing.share_left(cold[-1], barrier) < 0.1


@pytest.mark.equation("11.33")
def test_discrete_divergence_equals_scipys_and_is_infinite_where_it_must_be(rng):
    p, q = rng.dirichlet(np.ones(5), 2)
    assert divergence.discrete(p, q) == pytest.approx(stats.entropy(p, q), abs=1e-14)
    assert divergence.discrete(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == np.inf
    assert divergence.discrete(np.array([1.0, 0.0]), np.array([0.5, 0.5])) == pytest.approx(np.log(2))


@pytest.mark.equation("11.34")
def test_continuous_divergence_of_gaussians_has_its_closed_form():
    grid, p, q = np.linspace(-12, 12, 2001), stats.norm(0.5, 1.0), stats.norm(-0.3, 1.7)
    found = divergence.continuous(p.pdf(grid), q.pdf(grid), grid)
    exact = integrate.quad(lambda w: p.pdf(w) * (p.logpdf(w) - q.logpdf(w)), -12, 12)[0]
    assert found == pytest.approx(exact, abs=1e-8)
    assert divergence.gaussian(0.5, 1.0, -0.3, 1.7**2) == pytest.approx(exact, abs=1e-8)


@pytest.mark.equation("11.35")
@pytest.mark.result("Lemma 11.7")
@pytest.mark.parametrize("reversible", [False, True])
@pytest.mark.parametrize("k", [2, 4, 9])
def test_divergence_never_rises_and_every_line_of_the_proof_holds(k, reversible, rng):
    P = chains.random_chains(200, k, reversible=reversible, rng=rng)
    π, law = chains.invariant(P), rng.dirichlet(np.ones(k), 200) * 0.99 + 0.01 / k
    assert chains.is_reversible(P, π).all() == (reversible or k == 2)
    back = chains.reverse(P, π)
    np.testing.assert_allclose(back.sum(axis=-1), 1, atol=1e-10)
    np.testing.assert_allclose(chains.propagate(back, π), π, atol=1e-10)
    lines = divergence.proof(P, π, law).lines()
    np.testing.assert_allclose(lines[:4], np.tile(lines[0], (4, 1)), atol=1e-11)
    np.testing.assert_allclose(lines[4:], np.tile(lines[-1], (4, 1)), atol=1e-11)
    assert (lines[3] < lines[4]).all()
    forward, backward = divergence.path(P, law, 20)
    for values, one, other in ((forward, π, law), (backward, law, π)):
        assert (np.diff(values, axis=0) <= 1e-12).all()
        np.testing.assert_allclose(values[0], stats.entropy(one, other, axis=1), atol=1e-12)
    np.testing.assert_allclose(forward[1], lines[0], atol=1e-12)
    third = np.einsum("bij,bi->bj", np.linalg.matrix_power(P, 3), law)
    np.testing.assert_allclose(backward[3], stats.entropy(third, π, axis=1), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: chains.invariant(np.array([[0.5, 0.6], [0.4, 0.6]])), "row 0 sums to 1.1"),
        (lambda: chains.classes(np.full((2, 3), 1 / 3)), "P must be square"),
        (lambda: divergence.discrete(np.array([1.5, -0.5]), np.array([0.5, 0.5])), "must not be negative"),
        (lambda: divergence.proof(chains.MOLE[None], np.ones((1, 3)) / 3, np.eye(3)[:1]), "law must be positive"),
        (lambda: gibbs.inverse_temperature(0.0), "step_size must be above 0"),
        (lambda: gibbs.density(gibbs.quadratic(1.0), np.linspace(-1, 1, 9), -1.0), "beta must be above 0"),
        (lambda: gaussian_model.quadratic_variance(1.0, step_size=2.0, batch=1), "below 2"),
        (lambda: gaussian_model.stationary(gibbs.quadratic(1.0), np.linspace(-1, 1, 9), step_size=0.1, batch=4), "standard dev"),
        (lambda: annealing.stages(0.1, 0.2, 3), "last must be at most"),
        (lambda: divergence.continuous(-np.ones(3), np.ones(3), np.arange(3.0)), "must not be negative"),
        (lambda: divergence.continuous(np.ones(3), np.ones(3), np.arange(3.0)), "p must have the integral 1"),
        (lambda: divergence.discrete(np.ones((1, 2)) / 2, np.ones(2) / 2), "on the same states"),
        (lambda: divergence.gaussian(np.nan, 1.0, 0.0, 1.0), "mean must be finite"),
        (lambda: divergence.path(chains.MOLE[None], np.ones((2, 3)) / 3, 1), "law and P must agree in the size b"),
        (lambda: chains.propagate(chains.MOLE, np.ones(2) / 2), "π must hold a probability for each state"),
        (lambda: chains.propagate(chains.MOLE, np.ones(3)), "π must sum to 1"),
        (lambda: chains.laws(chains.MOLE[None], np.ones(3) / 3, 1), "P must have 2 axes"),
        (lambda: chains.reverse(np.eye(2), np.array([1.0, 0.0])), "π must be positive"),
        (lambda: chains.eigenvector(np.eye(2)), "one closed class"),
        (lambda: chains.period(chains.MOLE, -1), "state must be at least 0 and at most 2"),
        (lambda: chains.walk(chains.MOLE, 3, 1, rng=np.random.default_rng(0)), "start must be at least 0 and at most 2"),
        (lambda: chains.random_chains(0, 2, reversible=True, rng=np.random.default_rng(0)), "number must be at least 1"),
        (lambda: flow.quadratic(np.array([[1.0, 2.0], [0.0, 1.0]]), np.ones(2), 1.0), "H must be symmetric"),
        (lambda: flow.flow(lambda w: w, np.ones(1), np.array([1.0, 0.5])), "times must increase"),
        (lambda: flow.flow(lambda w: w, np.ones(1), np.array([0.5, 0.5])), "times must increase"),
        (lambda: flow.flow(lambda w: w, np.ones(1), np.array([-0.5, 0.5])), "times must increase"),
        (
            lambda: gaussian_model.transition(gibbs.quadratic(1.0), np.ones(2), step_size=1.0, batch=1),
            "increasing, equally spaced",
        ),
        (
            lambda: gaussian_model.transition(gibbs.quadratic(1.0), np.ones(1), step_size=1.0, batch=1),
            "increasing, equally spaced",
        ),
        (lambda: flow.flow(lambda w: -(w**2), np.ones(1), np.array([2.0])), "slope must let the flow live"),
        (lambda: flow.flow(lambda w: w, np.ones(1), np.array([1e9])), "times must be reached with 100 000 slopes, up to 1e.09"),
        (lambda: gaussian_model.step(np.sin, np.ones(2), np.ones(1), step_size=0.1, batch=1), "noise must have shape"),
        (lambda: gaussian_model.step(np.sin, np.ones(2), np.ones(2), step_size=0.1, batch=-1), "batch must be above 0"),
        (lambda: gaussian_model.quadratic_law(1.0, 1.0, -1, step_size=0.1, batch=1), "t must be at least 0"),
        (lambda: gaussian_model.quadratic_variance(1.0, step_size=0.1, batch=0), "batch must be above 0"),
        (
            lambda: gaussian_model.transition(gibbs.quadratic(1.0), np.array([0.0, 0.1, 0.3]), step_size=1.0, batch=1),
            "equally spaced",
        ),
        (lambda: gibbs.mean(np.ones(2), np.ones(3), np.arange(3.0)), "values and grid"),
        (lambda: gibbs.total_variation(np.ones(3), np.ones(2), np.arange(3.0)), "q and grid"),
        (lambda: gibbs.sample(np.zeros(3), np.arange(3.0), 1, rng=np.random.default_rng(0)), "p must have the integral above 0"),
        (lambda: gibbs.density(gibbs.quadratic(1.0), np.array([1.0, 0.0]), 1.0), "grid must hold at least two increasing"),
        (lambda: annealing.bin_shares(np.ones(3), np.arange(3.0), np.array([1.0, 0.0])), "edges must increase"),
        (lambda: annealing.share_left(np.array([]), 0.0), "W must not be empty"),
    ],
)
def test_wrong_arguments_are_named(call, words, as_users_run):
    with pytest.raises(ValueError, match=words):
        call()
