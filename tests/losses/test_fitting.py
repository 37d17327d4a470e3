"""Linear fits for each loss against statsmodels, a blind search and the conditions of optimality."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from sklearn.metrics import mean_pinball_loss

from principles import data
from principles.losses import fitting, regression


def engel():
    table = data.engel()
    return np.column_stack([np.ones(len(table)), table.X[:, 0]]), table.y


@pytest.mark.equation("6.5")
@pytest.mark.parametrize("tau", [0.25, 0.5, 0.75])
def test_quantile_regression_on_engels_data_equals_statsmodels(tau):
    A, y = engel()
    w, peer = fitting.quantile(A, y, tau=tau), sm.QuantReg(y, A).fit(q=tau).params
    np.testing.assert_allclose(w, peer, rtol=1e-5)
    assert fitting.mean_quantile_loss(A, y, w, tau=tau) <= fitting.mean_quantile_loss(A, y, peer, tau=tau) + 1e-12


@pytest.mark.equation("6.5")
@pytest.mark.parametrize("tau", [0.1, 0.37, 0.9])
def test_a_share_tau_of_the_samples_lies_below_a_quantile_fit_with_bias(tau, rng):
    A, y = fitting.spreading_cloud(101, rng=rng)
    below, on = fitting.below_and_on(A, y, fitting.quantile(A, y, tau=tau))
    assert below <= tau <= on
    assert on - below == pytest.approx(2 / 101)  # the line passes through two samples


@pytest.mark.equation("6.3")
def test_the_huber_fit_is_stationary_and_no_search_finds_less(rng):
    A, y = fitting.contaminated_line(50, share=0.2, weights=np.array([1.0, 0.5]), noise_std=0.5, lift=-6.0, rng=rng)
    w = fitting.huber(A, y, delta=0.8)
    np.testing.assert_allclose(A.T @ regression.huber_slope(A @ w, y, delta=0.8), 0, atol=1e-8)
    blind = minimize(
        lambda v: regression.huber(A @ v, y, delta=0.8).sum(), np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-9}
    )
    np.testing.assert_allclose(w, blind.x, atol=1e-4)


@pytest.mark.equation("6.2", "6.3", "6.4")
def test_constants_are_mean_and_median_and_huber_joins_them(rng):
    y, ones = rng.standard_cauchy(31), np.ones((31, 1))
    fits = fitting.robust_fits(ones, y, delta=1.0)
    assert fits["squared"][0] == pytest.approx(y.mean())
    assert fits["absolute"][0] == pytest.approx(np.median(y))
    assert fitting.huber(ones, y, delta=1e6)[0] == pytest.approx(y.mean())
    assert fitting.huber(ones, y, delta=1e-3)[0] == pytest.approx(np.median(y), abs=2e-3)


@pytest.mark.equation("6.2", "6.3", "6.4")
def test_only_the_mean_follows_an_outlier_for_ever(rng):
    found = fitting.follow_outlier(rng.normal(size=20), np.array([10.0, 1000.0]), delta=1.0)
    assert found["squared"][1] - found["squared"][0] == pytest.approx(990 / 21)
    assert found["Huber"][0] == pytest.approx(found["Huber"][1])
    assert found["absolute"][0] == pytest.approx(found["absolute"][1])


def test_a_contaminated_line_is_a_line_whose_last_samples_are_lifted():
    options = {"weights": np.array([3.0, -2.0]), "lift": 7.0, "rng": np.random.default_rng(0)}
    A, y = fitting.contaminated_line(11, share=0.2, noise_std=0.0, **options)
    np.testing.assert_allclose(A, np.column_stack([np.ones(11), np.arange(11)]))
    np.testing.assert_allclose(y, 3 - 2 * np.arange(11) + np.repeat([0, 7], [9, 2]))
    A, y = fitting.contaminated_line(4000, share=0.0, noise_std=0.25, **options)
    noise = y - (3 - 2 * A[:, 1])
    assert noise.std() == pytest.approx(0.25, rel=4 / np.sqrt(8000))
    assert abs(noise.mean()) < 4 * 0.25 / np.sqrt(4000)


def test_the_cloud_spreads_as_stated_at_both_ends(rng):
    A, y = fitting.spreading_cloud(20_000, rng=rng)
    x = A[:, 1]
    assert 0 <= x.min() < 0.01
    assert 4.99 < x.max() <= 5
    assert (A[:, 0] == 1).all()
    for end in (x < 1, x > 4):
        noise = (y - 1 - x)[end] / (0.2 + 0.3 * x[end])
        assert noise.std() == pytest.approx(1, rel=4 / np.sqrt(2 * end.sum()))
        assert abs(noise.mean()) < 4 / np.sqrt(end.sum())


def test_one_place_of_an_outlier_is_enough(rng):
    found = fitting.follow_outlier(np.array([1.0, 2.0, 3.0]), np.array([10.0]), delta=100.0)
    assert {name: float(values[0]) for name, values in found.items()} == pytest.approx(
        {"squared": 4.0, "Huber": 4.0, "absolute": found["absolute"][0]}
    )
    assert 2 <= found["absolute"][0] <= 3


def test_samples_are_below_on_or_above_a_plane_up_to_rounding_of_the_largest_target():
    zero, ones = np.zeros(1), np.ones((4, 1))
    assert fitting.below_and_on(ones, np.array([-1.0, -1e-9, 1e-9, 1.0]), zero) == (0.25, 0.75)
    assert fitting.below_and_on(ones, np.array([-1e-3, -1e-9, 1e-9, 1e-3]), zero) == (0.25, 0.75)
    assert fitting.below_and_on(ones, np.array([-1.5e-7, -9e-8, 9e-8, 1.5e-7]), zero) == (0.25, 0.75)
    assert fitting.below_and_on(ones, np.array([-1e6, -1e-3, 1e-3, 1e6]), zero) == (0.25, 0.75)


@pytest.mark.equation("6.5")
def test_the_mean_quantile_loss_of_a_plane_is_sklearns(rng):
    A, y, w = rng.normal(size=(20, 3)), rng.normal(size=20), rng.normal(size=3)
    assert fitting.mean_quantile_loss(A, y, w, tau=0.8) == pytest.approx(mean_pinball_loss(y, A @ w, alpha=0.8))


BAD = {
    "A and y must have one row": lambda: fitting.least_squares(np.ones((2, 1)), np.ones(3)),
    "tau must be above 0": lambda: fitting.quantile(np.ones((2, 1)), np.ones(2), tau=0.0),
    "A must have independent columns": lambda: fitting.quantile(np.ones((3, 2)), np.arange(3.0), tau=0.5),
    "w must have shape": lambda: fitting.below_and_on(np.ones((2, 1)), np.ones(2), np.ones(2)),
    "delta must be above 0": lambda: fitting.huber(np.ones((2, 1)), np.ones(2), delta=-1.0),
    "delta must let the fit settle": lambda: fitting.huber(
        np.cos(1.0 + np.arange(12)).reshape(6, 2), np.array([-1.0, 1, -1, 1, 0, 1]), delta=1e-150
    ),
    "share must be at most 1": lambda: fitting.contaminated_line(
        5, share=2.0, weights=np.ones(2), noise_std=1.0, lift=1.0, rng=np.random.default_rng(0)
    ),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
