"""The Kalman filter against the joint Gaussian, published figures, statsmodels and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from principles.data import nile
from principles.sequences import innovations, joint, kalman
from principles.sequences.kalman import Belief, Model

positive = st.floats(0.05, 20)
NILE = Model(1.0, 1469.1764, 15098.5183)


@pytest.mark.equation("8.2", "8.3")
@settings(max_examples=25, deadline=None)
@given(a=st.floats(-1.5, 1.5), q=positive, r=positive, m=st.floats(-5, 5), s=positive, seed=st.integers(0, 99))
def test_filter_equals_conditioning_the_joint_gaussian(a, q, r, m, s, seed):
    model, first = Model(a, q, r), Belief(m, s)
    xs = np.random.default_rng(seed).normal(size=8) * 3
    run = kalman.run(xs, model, first=first)
    means, variances = joint.filtering_moments(xs, model, first=first)
    np.testing.assert_allclose(run.means, means, atol=1e-10)
    np.testing.assert_allclose(run.variances, variances, atol=1e-10)


@pytest.mark.equation("8.3")
def test_step_is_one_line_of_the_run():
    run = kalman.run(nile().y, NILE, first=None)
    belief = kalman.step(Belief(run.means[6], run.variances[6]), nile().y[7], NILE)
    assert (belief.mean, belief.variance) == pytest.approx((run.means[7], run.variances[7]), rel=1e-14)


@pytest.mark.equation("8.1")
def test_the_kalman_weights_solve_the_normal_equations_and_attain_the_posterior_variance(rng):
    model, first, T = Model(0.8, 1.0, 2.0), Belief(0.0, 3.0), 7
    weights = kalman.run(np.eye(T), model, first=first).means[-1]
    best = joint.expected_squared_error(weights, 0.0, model, first=first)
    assert best == pytest.approx(kalman.run(np.zeros(T), model, first=first).variances[-1], rel=1e-12)
    for _ in range(20):
        other = joint.expected_squared_error(weights + 0.1 * rng.normal(size=T), 0.0, model, first=first)
        assert other > best
    assert joint.expected_squared_error(weights, 0.3, model, first=first) == pytest.approx(best + 0.09)


@pytest.mark.equation("8.1")
def test_expected_squared_error_agrees_with_simulation(rng):
    model, first, T = Model(0.9, 0.5, 1.0), Belief(1.0, 2.0), 4
    w = rng.normal(size=T)
    h, x = kalman.simulate(model, T, series=40_000, first=first, rng=rng)
    errors = (h[-1] - w @ x - 0.2) ** 2
    expected = joint.expected_squared_error(w, 0.2, model, first=first)
    assert abs(errors.mean() - expected) < 4 * errors.std() / 200


def test_the_estimate_is_sufficient_and_the_last_observation_alone_is_not():
    model, first, T = Model(0.8, 1.0, 2.0), Belief(0.0, 3.0), 7
    weights = kalman.run(np.eye(T), model, first=first).means[-1]
    left = joint.remaining_covariance(model, T, first=first, estimate_weights=weights)
    np.testing.assert_allclose(left, 0, atol=1e-12)
    last = joint.remaining_covariance(model, T, first=first, estimate_weights=np.eye(T)[-1])
    _, C = joint.signal_moments(model, T + 1, first=first)
    X = C[:T, :T] + model.observation_variance * np.eye(T)
    np.testing.assert_allclose(last, C[T, :T] - C[T, T - 1] / X[-1, -1] * X[-1], atol=1e-12)
    assert np.abs(last).max() > 0.1


@pytest.mark.equation("8.3")
def test_durbin_and_koopmans_nile_variances_maximise_the_diffuse_likelihood():
    model = kalman.fit_local_level(nile().y)
    assert model.observation_variance == pytest.approx(15098.5, abs=0.1)
    assert model.state_variance == pytest.approx(1469.2, abs=0.1)
    assert kalman.log_likelihood(kalman.run(nile().y, model, first=None)) == pytest.approx(-632.5456, abs=1e-4)


def test_the_fitted_ratio_of_variances_stays_within_the_searched_range():
    ratios = [kalman.fit_local_level(np.array(xs)) for xs in ([1.0, -1.0, 1.0, -1.0], [0.0, 1.0, 2.0, 3.0, 4.0])]
    found = [np.log(model.state_variance / model.observation_variance) for model in ratios]
    assert found == pytest.approx([-12, 6], abs=1e-3)  # a series that returns at once, and one that never does


@pytest.mark.equation("8.3")
def test_filter_and_smoother_agree_with_statsmodels():
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    peer = UnobservedComponents(nile().y, "llevel", use_exact_diffuse=True).smooth(
        [NILE.observation_variance, NILE.state_variance]
    )
    run = kalman.run(nile().y, NILE, first=None)
    means, variances = kalman.smooth(run, NILE)
    np.testing.assert_allclose(run.means, peer.filtered_state[0], rtol=1e-9)
    np.testing.assert_allclose(run.variances, peer.filtered_state_cov[0, 0], rtol=1e-9)
    np.testing.assert_allclose(means, peer.smoothed_state[0], rtol=1e-9)
    np.testing.assert_allclose(variances, peer.smoothed_state_cov[0, 0], rtol=1e-9)
    assert kalman.log_likelihood(run) == pytest.approx(peer.llf + np.log(2 * np.pi) / 2, abs=1e-8)


def test_diffuse_likelihood_is_that_of_the_differences(rng):
    from scipy import stats

    model, xs = Model(1.0, 0.7, 1.9), rng.normal(size=9).cumsum()
    ours = kalman.log_likelihood(kalman.run(xs, model, first=None))
    assert joint.difference_log_likelihood(xs, model) == pytest.approx(ours, rel=1e-12)
    tiny = joint.difference_log_likelihood(xs[:2], model)
    assert tiny == pytest.approx(stats.norm.logpdf(xs[1] - xs[0], scale=np.sqrt(0.7 + 2 * 1.9)))


def test_smoothing_equals_conditioning_on_the_whole_series(rng):
    model, first = Model(-0.7, 0.4, 1.3), Belief(2.0, 5.0)
    xs = rng.normal(size=12)
    means, variances = kalman.smooth(kalman.run(xs, model, first=first), model)
    expected, covariance = joint.posterior(xs, model, first=first)
    np.testing.assert_allclose(means, expected, atol=1e-12)
    np.testing.assert_allclose(variances, np.diag(covariance), atol=1e-12)


def test_smoothing_a_known_signal_leaves_it_alone():
    model, first = Model(0.5, 0.0, 1.0), Belief(8.0, 0.0)
    means, variances = kalman.smooth(kalman.run(np.array([1.0, 7.0, -3.0]), model, first=first), model)
    np.testing.assert_array_equal(means, [8, 4, 2])
    np.testing.assert_array_equal(variances, 0)


@pytest.mark.equation("8.3")
def test_a_simulated_series_is_the_recursion_driven_by_independent_normals():
    model, first = Model(0.5, 4.0, 9.0), Belief(3.0, 16.0)
    h, x = kalman.simulate(model, 6, series=2, first=first, rng=np.random.default_rng(7))
    driving = np.concatenate([(h[:1] - 3) / 4, (h[1:] - 0.5 * h[:-1]) / 2, (x - h) / 3])
    drawn = np.random.default_rng(7).normal(size=24)
    np.testing.assert_allclose(np.sort(driving.ravel()), np.sort(drawn), atol=1e-12)


@pytest.mark.parametrize("model", [NILE, Model(0.5, 1.0, 2.0), Model(1.3, 0.1, 1.0), Model(1.2, 0.0, 1.0)])
def test_the_gain_settles_at_the_riccati_root(model):
    assert kalman.run(np.zeros(300), model, first=Belief(0.0, 1.0)).gains[-1] == pytest.approx(
        kalman.steady_gain(model), rel=1e-9
    )


@pytest.mark.equation("8.3")
def test_many_series_at_once_equal_one_at_a_time_and_share_the_gain(rng):
    xs = rng.normal(size=(20, 3, 2))
    model, first = Model(0.9, 0.3, 1.0), Belief(0.0, 1.0)
    together = kalman.run(xs, model, first=first)
    alone = kalman.run(xs[:, 2, 1], model, first=first)
    np.testing.assert_array_equal(together.means[:, 2, 1], alone.means)
    np.testing.assert_array_equal(together.gains, alone.gains)
    assert kalman.log_likelihood(together)[2, 1] == pytest.approx(kalman.log_likelihood(alone))


def test_innovations_of_the_true_model_are_white_and_of_unit_variance(rng):
    model, first = Model(0.9, 0.5, 1.0), Belief(0.0, 2.0)
    _, xs = kalman.simulate(model, 50, series=2000, first=first, rng=rng)
    z = innovations.standardised(kalman.run(xs, model, first=first))
    assert abs(z.var() - 1) < 0.02
    np.testing.assert_allclose(z[0], xs[0] / np.sqrt(3))  # the first is left out after a diffuse start only
    assert abs((z[1:] * z[:-1]).mean()) < 4 / np.sqrt(z[1:].size)


def test_diagnostics_agree_with_statsmodels_and_scipy(rng):
    from scipy import stats
    from statsmodels.stats.diagnostic import acorr_ljungbox

    z = rng.normal(size=80)
    d = innovations.diagnose(z, lags=9)
    assert d.serial == pytest.approx(acorr_ljungbox(z, lags=[9]).lb_stat.iloc[0])
    assert d.normality == pytest.approx(stats.jarque_bera(z).statistic)
    assert (d.skewness, d.kurtosis) == pytest.approx((stats.skew(z), stats.kurtosis(z)))
    assert d.p_normality == pytest.approx(stats.jarque_bera(z).pvalue)
    assert d.p_serial == pytest.approx(acorr_ljungbox(z, lags=[9], model_df=1).lb_pvalue.iloc[0])


def test_constancy_of_variance_agrees_with_statsmodels():
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    peer = UnobservedComponents(nile().y, "llevel", use_exact_diffuse=True).filter(
        [NILE.observation_variance, NILE.state_variance]
    )
    d = innovations.diagnose(innovations.standardised(kalman.run(nile().y, NILE, first=None)), lags=9)
    assert (d.variance_ratio, d.p_variance) == pytest.approx(tuple(peer.test_heteroskedasticity("breakvar")[0]), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Model(1.0, -1.0, 1.0), "state_variance must be at least 0"),
        (lambda: Model(1.0, 1.0, 0.0), "observation_variance must be above 0"),
        (lambda: Belief(0.0, -1.0), "variance must be at least 0"),
        (lambda: kalman.fit_local_level(np.ones(9)), "not all equal"),
        (lambda: kalman.fit_local_level(np.arange(3.0)), "at least 4 values"),
        (lambda: kalman.run(np.array([1.0, np.nan]), NILE, first=None), "xs must be finite"),
        (
            lambda: kalman.simulate(NILE, 0, series=1, first=Belief(0.0, 1.0), rng=np.random.default_rng(0)),
            "T must be at least 1",
        ),
        (lambda: innovations.autocorrelations(np.ones(3), 3), "lags must be at least 1 and at most 2"),
        (lambda: innovations.autocorrelations(np.ones(9), 2), "z must not be constant"),
        (lambda: innovations.diagnose(np.arange(9.0), lags=1), "lags must be at least 2"),
        (lambda: kalman.run(np.array(3.0), NILE, first=None), "xs must have time first"),
        (lambda: kalman.run(np.ones((5, 2)), NILE, first=Belief(np.zeros(3), 1.0)), "as first.mean has"),
        (lambda: kalman.step(Belief(np.zeros(3), 1.0), np.ones((3, 1)), NILE), "x must have one entry a series"),
        (
            lambda: kalman.smooth(kalman.run(np.ones(5), NILE, first=None), Model(0.2, 3.0, 1.0)),
            "model must be the one that was run",
        ),
        (lambda: joint.filtering_moments(np.array([]), NILE, first=Belief(0.0, 1.0)), "xs must not be empty"),
        (lambda: joint.expected_squared_error(np.ones(2), np.nan, NILE, first=Belief(0.0, 1.0)), "offset must be finite"),
        (
            lambda: joint.remaining_covariance(NILE, 3, first=Belief(0.0, 1.0), estimate_weights=np.zeros(3)),
            "estimate_weights must not all be zero",
        ),
        (lambda: joint.difference_log_likelihood(np.ones(1), NILE), "xs must hold at least 2 values"),
        (lambda: joint.posterior(np.ones((2, 2)), NILE, first=Belief(0.0, 1.0)), "xs must have 1 axes"),
    ],
)
@pytest.mark.usefixtures("as_users_run")
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
