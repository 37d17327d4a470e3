"""The four bounds against the failure probabilities that they invert."""

import numpy as np
import pytest
from scipy.optimize import brentq

from principles.learning_theory import bounds


@pytest.mark.equation("13.1")
@pytest.mark.parametrize("log_size", [0.0, 5.0, 1000 * np.log(2)])
def test_at_the_sample_size_the_union_bound_is_delta(log_size):
    ε, δ = 0.04, 0.03
    n = bounds.finite_sample_size(log_size, epsilon=ε, delta=δ)
    failure = [bounds.union_failure(log_size, n=m, epsilon=ε) for m in (int(n), int(n) + 1)]
    assert failure[1] <= δ < failure[0] * 1.0001


@pytest.mark.equation("13.1")
def test_halving_the_gap_takes_four_times_the_data():
    few, many = (bounds.finite_sample_size(7.0, epsilon=ε, delta=0.01) for ε in (0.02, 0.01))
    assert many / few == pytest.approx(4)


@pytest.mark.equation("13.1")
@pytest.mark.parametrize(("log_size", "n"), [(0.0, 50), (8.0, 3000)])
def test_the_gap_is_where_the_union_bound_is_delta(log_size, n):
    gap = bounds.finite_gap(log_size, n=n, delta=0.07)
    assert bounds.union_failure(log_size, n=n, epsilon=gap) == pytest.approx(0.07)
    assert bounds.finite_excess_risk(log_size, n=n, delta=0.14) == pytest.approx(2 * gap)


@pytest.mark.parametrize(("level", "least"), [(1.0, 1), (0.013, 1), (0.5, 300), (5.0, 7)])
def test_the_first_n_below_a_level_is_the_first_when_each_is_tried(level, least):
    def bound(n):
        return 10 / n

    expected = next(n for n in range(least, 5000) if bound(n) < level)
    assert bounds.first_below(bound, level, least=least) == expected


@pytest.mark.equation("13.2")
@pytest.mark.parametrize(("log_size", "n"), [(0.0, 50), (8.0, 3000), (693.147, 10_000)])
def test_the_excess_risk_is_twice_the_gap_that_fails_with_probability_half_delta(log_size, n):
    δ = 0.1
    gap = brentq(lambda ε: np.log(2) + log_size - 2 * n * ε**2 - np.log(δ / 2), 1e-6, 10, xtol=1e-13)
    assert bounds.finite_excess_risk(log_size, n=n, delta=δ) == pytest.approx(2 * gap, rel=1e-10)
    assert bounds.union_failure(log_size, n=n, epsilon=gap) == pytest.approx(δ / 2, rel=1e-6)


@pytest.mark.equation("13.2")
def test_the_numbers_worked_out_in_the_text_with_natural_logarithms():
    size = 1000 * np.log(2)
    found = [bounds.finite_excess_risk(size, n=n, delta=1e-3) for n in (10**3, 10**4, 10**5, 10**6)]
    np.testing.assert_allclose(found, [1.1844, 0.37455, 0.11844, 0.037455], rtol=1e-4)


@pytest.mark.equation("13.3")
def test_the_data_needed_by_the_coarse_bound_are_linear_in_the_dimension():
    needed = [
        brentq(lambda n, V=V: bounds.coarse_vc_excess_risk(V, n=int(n), delta=0.5) - 0.1, 10, 1e9, xtol=1) for V in (1e3, 1e5)
    ]
    assert needed[1] / needed[0] == pytest.approx(100, rel=0.01)
    assert bounds.coarse_vc_excess_risk(2.0, n=400, delta=np.exp(-5)) == pytest.approx(2 * np.sqrt(9 / 400))


@pytest.mark.equation("13.4")
@pytest.mark.parametrize(("dimension", "n"), [(1, 100), (7, 5000), (50, 1000)])
def test_the_refined_bound_is_twice_the_gap_at_which_vapniks_bound_is_delta(dimension, n):
    δ = 0.05
    labellings = dimension * (np.log(2 * n / dimension) + 1)
    half = bounds.vc_excess_risk(dimension, n=n, delta=δ) / 2
    assert np.exp(bounds.vapnik_log_failure(labellings, n=n, epsilon=half)) == pytest.approx(δ, rel=1e-9)


@pytest.mark.equation("13.4")
def test_the_refined_bound_needs_2n_at_least_the_dimension():
    assert bounds.vc_excess_risk(200, n=100, delta=0.05) == pytest.approx(2 * np.sqrt(2 + np.log(80) / 100))
    with pytest.raises(ValueError, match="n must be at least dimension/2 = 1e\\+08"):
        bounds.vc_excess_risk(2e8, n=50_000, delta=0.05)
    with pytest.raises(ValueError, match="n must be at least dimension/2 = 2.5"):
        bounds.vc_excess_risk(5, n=2, delta=0.05)
    assert bounds.vc_radicand_as_printed(2e8, n=50_000, delta=0.05) == pytest.approx(4000 * (1 + np.log(5e-4)) + np.log(80) / 5e4)
    root = np.sqrt(bounds.vc_radicand_as_printed(7, n=30, delta=0.1))
    assert bounds.vc_excess_risk(7, n=30, delta=0.1) == pytest.approx(2 * root)


def test_a_consistent_learner_fails_with_probability_delta_at_its_sample_size():
    n = bounds.consistent_sample_size(4.0, epsilon=0.1, delta=0.05)
    assert np.exp(4.0 - n * 0.1) == pytest.approx(0.05)


@pytest.mark.parametrize(("weights", "units"), [(3, 2), (41, 6), (4225, 65)])
def test_a_sign_network_cannot_shatter_more_points_than_its_dimension_bound(weights, units):
    n = int(bounds.sign_network_dimension(weights, units)) + 1
    assert bounds.sign_network_log_labellings(n, weights=weights, units=units) < n * np.log(2)
    by_units = weights * np.log(n * np.e * units / weights)
    assert bounds.sign_network_log_labellings(n, weights=weights, units=units) == pytest.approx(by_units)
    by_logs = 2 * weights * (1 + np.log(units)) / np.log(2)
    assert bounds.sign_network_dimension(weights, units) == pytest.approx(by_logs)
    small = weights + 1
    assert bounds.sign_network_log_labellings(small, weights=weights, units=units) > small * np.log(2)


def test_the_relu_dimension_of_the_example():
    assert bounds.relu_dimension(1e6, 10) == pytest.approx(1e7 * np.log(1e6))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bounds.finite_sample_size(-1.0, epsilon=0.1, delta=0.1), "log_size must be at least 0"),
        (lambda: bounds.finite_sample_size(1.0, epsilon=0.0, delta=0.1), "epsilon must be above 0"),
        (lambda: bounds.finite_excess_risk(1.0, n=0, delta=0.1), "n must be at least 1"),
        (lambda: bounds.coarse_vc_excess_risk(1.0, n=5, delta=0.0), "delta must be above 0"),
        (lambda: bounds.vc_excess_risk(0, n=5, delta=0.1), "dimension must be above 0"),
        (lambda: bounds.first_below(lambda n: 1.0, 0.5), "bound must fall below level = 0.5"),
        (lambda: bounds.first_below(lambda n: 1 / n, 1e-15), "before n = 1e15; it is 1.77636e-15 at 562949953421312"),
        (lambda: bounds.sign_network_log_labellings(3, weights=4, units=2), "n must be at least 4"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
