"""Tail bounds against exact binomial tails, simulation and scipy."""

from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest, chi, kstest, norm

from principles.learning_theory import tails

SETTINGS = [(n, p, ε) for n in (10, 100, 1000) for p in (0.01, 0.1, 0.5, 0.9) for ε in (0.02, 0.05, 0.1, 0.3)]


@pytest.mark.parametrize(("n", "p", "epsilon"), [(7, 0.3, 0.2), (12, 0.5, 0.25), (20, 0.05, 0.1)])
def test_exact_tails_are_sums_of_binomial_coefficients(n, p, epsilon):
    pmf = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    both = sum(m for k, m in enumerate(pmf) if abs(k - n * p) > n * epsilon + 1e-9)
    above = sum(m for k, m in enumerate(pmf) if k >= n * (p + epsilon) - 1e-9)
    assert tails.exact(n, p, epsilon) == pytest.approx(both, rel=1e-9)
    assert tails.exact_upper(n, p, epsilon) == pytest.approx(above, rel=1e-9)


def test_the_upper_tail_is_the_p_value_of_a_binomial_test():
    assert tails.exact_upper(50, 0.3, 0.2) == pytest.approx(binomtest(25, 50, 0.3, alternative="greater").pvalue)


@pytest.mark.parametrize(("n", "p", "epsilon"), SETTINGS)
def test_every_true_bound_is_above_the_exact_tail(n, p, epsilon):
    tail = tails.exact(n, p, epsilon)
    for bound in (tails.hoeffding(n, epsilon), tails.chebyshev(n, p, epsilon), tails.bernstein(n, p, epsilon)):
        assert tail <= bound
    assert tail <= tails.chernoff(n, p, epsilon) * (1 + 1e-12)
    assert tails.chernoff(n, p, epsilon) <= tails.hoeffding(n, epsilon) * (1 + 1e-12)
    assert tails.exact_upper(n, p, epsilon) <= tails.markov(p, epsilon)


def test_bounds_worked_out_by_hand():
    assert tails.markov(0.2, 0.3) == pytest.approx(0.4)
    assert tails.chebyshev(50, 0.2, 0.1) == pytest.approx(0.32)
    assert tails.hoeffding(50, 0.2) == pytest.approx(2 * np.exp(-4))
    assert tails.bernstein(500, 0.2, 0.12) == pytest.approx(2 * np.exp(-18))
    assert tails.gaussian_as_printed(50, 0.2, 0.4) == pytest.approx(2 * np.exp(-25))
    assert tails.chernoff(3, 0.25, 0.25) == pytest.approx(0.75**3 + (3 / 4) ** 1.5)  # p̂ = 0, and p̂ ≥ 1/2
    assert tails.chernoff(3, 0.75, 0.5) == pytest.approx(3**-1.5)
    assert tails.chernoff(3, 0.75, 0.25) == tails.chernoff(3, 0.25, 0.25)
    assert tails.chernoff(3, 0.5, 0.6) == 0


def test_the_chernoff_exponent_is_the_exact_one_in_the_limit():
    p, ε = 0.2, 0.1
    n = np.array([500, 1000, 2000])
    logs = [np.log(tails.exact(int(m), p, ε)) for m in n]
    rate = -np.polyfit(n, logs, 1)[0]
    assert rate == pytest.approx(tails.divergence(p + ε, p), rel=0.04)
    assert 2 * ε**2 < rate < tails.gaussian_exponent(p, ε) == pytest.approx(0.01 / 0.32)


def test_the_gaussian_bound_as_printed_fails_for_rare_events():
    assert tails.exact(100, 0.01, 0.05) > 10 * tails.gaussian_as_printed(100, 0.01, 0.05)
    assert tails.gaussian_as_printed(40, 0.5, 0.1) == pytest.approx(tails.hoeffding(40, 0.1))


def test_simulation_agrees_with_the_exact_tail(rng):
    for n, p, ε in ((30, 0.5, 0.1), (200, 0.1, 0.04)):
        found = tails.simulate(n, p, ε, trials=20_000, rng=rng)
        assert abs(found.value - tails.exact(n, p, ε)) < 4 * found.standard_error
    assert tails.simulate(1, 0.5, 0.5 - 1e-9, trials=9, rng=rng).value == tails.exact(1, 0.5, 0.5 - 1e-9) == 0, "rounding"


def test_deviations_shrink_to_nothing_and_become_normal():
    assert tails.exact(10_000, 0.3, 0.02) < 1e-4 < tails.exact(100, 0.3, 0.02)
    z = 1.5
    gaps = [
        abs(tails.exact(n, 0.3, z * np.sqrt(0.21 / n)) - tails.normal_limit(n, 0.3, z * np.sqrt(0.21 / n))) for n in (100, 40_000)
    ]
    assert gaps[1] < gaps[0] / 5


@pytest.mark.parametrize("p", [0.5, 0.1])
def test_the_distance_from_normal_falls_like_one_over_root_n_under_berry_esseen(p):
    n = [100, 400, 1600, 6400]
    distance = [tails.normal_distance(m, p) for m in n]
    assert np.polyfit(np.log(n), np.log(distance), 1)[0] == pytest.approx(-0.5, abs=0.02)
    assert tails.berry_esseen(400, p) == pytest.approx(0.4748 * (0.5 if p == 0.5 else 0.82) / (np.sqrt(p * (1 - p)) * 20))
    assert all(0.5 * tails.berry_esseen(m, p) < gap < tails.berry_esseen(m, p) for m, gap in zip(n, distance))


def test_the_distance_from_normal_looks_at_both_sides_of_a_jump():
    assert tails.normal_distance(1, 0.5) == pytest.approx(0.5 - norm.cdf(-1))
    for n, p in ((20, 0.1), (50, 0.3)):
        assert tails.normal_distance(n, p) == pytest.approx(tails.normal_distance(n, 1 - p), rel=1e-9)


def test_the_distance_from_normal_is_the_kolmogorov_distance_of_a_large_sample(rng):
    heads = rng.binomial(20, 0.3, size=50_000)
    found = kstest((heads - 6) / np.sqrt(4.2), "norm").statistic
    assert found == pytest.approx(tails.normal_distance(20, 0.3), abs=0.01)


def test_late_strays_are_rarer_than_the_sum_of_hoeffdings_bounds(rng):
    ε, n = 0.1, 200
    paths = tails.running_means(0.4, n=800, paths=400, rng=rng)
    strayed = (np.abs(paths[:, n - 1 :] - 0.4) > ε).any(axis=1).mean()
    total = sum(tails.hoeffding(m, ε) for m in range(n, 5000))
    assert tails.strays_after(n, ε) == pytest.approx(total, rel=1e-9)
    assert strayed <= tails.strays_after(n, ε)
    flips = np.diff(paths * np.arange(1, 801), axis=1, prepend=0)
    np.testing.assert_allclose(flips, np.round(flips), atol=1e-9)
    assert set(np.round(flips).ravel()) == {0, 1}
    assert flips.mean() == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / flips.size))


def test_the_sample_size_makes_hoeffding_delta():
    n = tails.sample_size(0.05, 0.01)
    assert tails.hoeffding(int(np.ceil(n)), 0.05) <= 0.01 < tails.hoeffding(int(n), 0.05)


def test_gaussian_norms_have_the_chi_distribution(rng):
    assert kstest(tails.gaussian_norms(30, samples=4000, rng=rng), chi(30).cdf).pvalue > 1e-3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tails.exact(0, 0.5, 0.1), "n must be at least 1"),
        (lambda: tails.exact(5, 1.0, 0.1), "p must be below 1"),
        (lambda: tails.hoeffding(5, 0.0), "epsilon must be above 0"),
        (lambda: tails.sample_size(0.1, 1.0), "delta must be below 1"),
        (lambda: tails.divergence(1.2, 0.5), "q must be at most 1"),
        (lambda: tails.markov(-0.1, 0.5), "p must be at least 0"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
