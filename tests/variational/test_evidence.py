"""The evidence lower bound where the posterior is known; peers: scikit-learn and scipy."""

import numpy as np
import pytest
from scipy import stats
from sklearn.decomposition import PCA

from principles.variational import estimators, evidence, hierarchy


@pytest.fixture
def case(rng):
    model = evidence.LinearModel(rng.normal(size=(6, 3)), rng.normal(size=6), 0.4)
    q = evidence.Encoder(rng.normal(size=(3, 6)) * 0.3, np.diag([0.5, 1.0, 0.2]) + 0.1)
    return model, q, rng.normal(size=(5, 6))


@pytest.mark.equation("15.3", "15.4")
def test_elbo_plus_divergence_is_the_evidence_to_machine_precision(case):
    model, q, X = case
    total = evidence.elbo(model, q, X) + evidence.kl_to_posterior(model, q, X)
    peer = stats.multivariate_normal(model.b, model.W @ model.W.T + 0.4 * np.eye(6)).logpdf(X)
    assert total == pytest.approx(peer, rel=1e-12)
    assert evidence.elbo(model, evidence.posterior(model), X) == pytest.approx(peer, rel=1e-12)


@pytest.mark.equation("15.4")
def test_elbo_equals_its_monte_carlo_average(case, rng):
    model, q, X = case
    estimate, error = evidence.elbo_estimate(model, q, X[0], n=20_000, rng=rng)
    assert abs(estimate - evidence.elbo(model, q, X[:1])[0]) < 4 * error < 1


@pytest.mark.equation("15.6")
def test_fit_minus_regulariser_is_the_same_bound(case):
    model, q, X = case
    assert evidence.elbo_regularized(model, q, X) == pytest.approx(evidence.elbo(model, q, X), rel=1e-12)
    weak = evidence.elbo_regularized(model, q, X, beta=2.0)
    assert weak == pytest.approx((evidence.elbo(model, q, X) + evidence.expected_log_likelihood(model, q, X)) / 2)


@pytest.mark.equation("15.4")
def test_the_elbos_estimate_and_its_error_are_those_of_scipys_log_ratios(case):
    model, q, X = case
    peer, μ = stats.multivariate_normal, q.A @ (X[0] - model.b)
    z = μ + np.random.default_rng(5).standard_normal((6, 3)) @ np.linalg.cholesky(q.S).T
    fit = [peer(model.W @ row + model.b, 0.4 * np.eye(6)).logpdf(X[0]) for row in z]
    ratios = fit + peer(np.zeros(3), np.eye(3)).logpdf(z) - peer(μ, q.S).logpdf(z)
    estimate = evidence.elbo_estimate(model, q, X[0], n=6, rng=np.random.default_rng(5))
    assert estimate == pytest.approx((ratios.mean(), stats.sem(ratios)))
    assert evidence.elbo_estimate(model, q, X[0], n=2, rng=np.random.default_rng(5))[1] > 0


def test_neighbours_move_variances_by_a_fifth_and_every_second_map_by_three_hundredths(case, rng):
    q = evidence.factored_posterior(case[0])
    others = evidence.neighbours(q, 400, rng=rng)
    assert all((other.A == q.A).all() for other in others[::2])
    moves = np.array([other.A - q.A for other in others[1::2]])
    logs = np.log([np.diag(other.S) / np.diag(q.S) for other in others])
    assert (moves.mean(), moves.std()) == (pytest.approx(0, abs=0.002), pytest.approx(0.03, rel=0.05))
    assert (logs.mean(), logs.std()) == (pytest.approx(0, abs=0.025), pytest.approx(0.2, rel=0.09))
    assert len(others) == 400


@pytest.mark.equation("15.5")
def test_no_factored_encoder_has_a_larger_average_elbo(case, rng):
    model, _, X = case
    best = evidence.factored_posterior(model)
    value = evidence.elbo(model, best, X).mean()
    for other in evidence.neighbours(best, 20, rng=rng):
        assert evidence.elbo(model, other, X).mean() < value


@pytest.mark.equation("15.3")
def test_maximum_likelihood_fit_equals_sklearns_pca(rng):
    X = rng.normal(size=(200, 8)) @ rng.normal(size=(8, 8))
    peer = PCA(3).fit(X)
    scale = (len(X) - 1) / len(X)
    peer.explained_variance_, peer.noise_variance_ = peer.explained_variance_ * scale, peer.noise_variance_ * scale
    assert evidence.log_evidence(evidence.fit(X, latents=3), X).mean() == pytest.approx(peer.score(X), rel=1e-10)


TWO = hierarchy.TwoLevels(0.7, 1.2, 0.6, 0.45)
POOR = hierarchy.TwoEncoders(0.5, -0.4, 0.7, 0.9)
LINEAR = evidence.LinearModel(np.ones((3, 1)), np.zeros(3), 1.0)


@pytest.mark.equation("15.18", "15.19")
@pytest.mark.parametrize("q", [POOR, hierarchy.exact_encoders(TWO)])
def test_three_terms_add_up_to_the_two_level_bound(q, rng):
    fit, upper, lower = hierarchy.terms(TWO, q, 1.3)
    estimate, error = hierarchy.bound_estimate(TWO, q, 1.3, n=20_000, rng=rng)
    assert abs(estimate - (fit - upper - lower)) <= 4 * error + 1e-12 < 0.2
    assert fit - upper - lower <= hierarchy.log_evidence(TWO, 1.3) + 1e-12


@pytest.mark.equation("15.18", "15.19")
def test_exact_encoders_make_the_two_level_bound_tight():
    q = hierarchy.exact_encoders(TWO)
    fit, upper, lower = hierarchy.terms(TWO, q, 1.3)
    assert fit - upper - lower == pytest.approx(hierarchy.log_evidence(TWO, 1.3), abs=1e-12)
    estimate, error = hierarchy.bound_estimate(TWO, q, 1.3, n=50, rng=np.random.default_rng(0))
    assert (estimate, error) == pytest.approx((hierarchy.log_evidence(TWO, 1.3), 0), abs=1e-12)  # the same at every draw
    separate = hierarchy.separate_divergence(TWO, q, 1.3) - lower
    assert separate == pytest.approx(TWO.a * q.e * q.first_std**2 / TWO.inner_std**2, abs=1e-12)


def test_separate_divergence_equals_its_monte_carlo_average(rng):
    z1 = POOR.c * 1.3 + POOR.first_std * rng.standard_normal(50_000)
    z2 = POOR.e * z1 + POOR.second_std * rng.standard_normal(50_000)
    other = POOR.c * 1.3 + POOR.first_std * rng.standard_normal(50_000)
    terms = stats.norm.logpdf(other, POOR.c * 1.3, POOR.first_std) - stats.norm.logpdf(other, TWO.a * z2, TWO.inner_std)
    assert terms.mean() == pytest.approx(hierarchy.separate_divergence(TWO, POOR, 1.3), abs=4 * terms.std() / np.sqrt(50_000))
    assert np.corrcoef(z1, z2)[0, 1] ** 2 == pytest.approx(1 - np.exp(-2 * hierarchy.mutual_information(POOR)), abs=0.02)


def log_normal(x, mean, std):
    return stats.norm.logpdf(x, mean, std)


@pytest.mark.equation("15.18")
def test_the_two_level_estimate_and_its_error_are_those_of_scipys_log_ratios():
    noise = np.random.default_rng(5)
    z1 = POOR.c * 1.3 + POOR.first_std * noise.standard_normal(6)
    z2 = POOR.e * z1 + POOR.second_std * noise.standard_normal(6)
    joint = log_normal(1.3, TWO.b * z1, TWO.outer_std) + log_normal(z1, TWO.a * z2, TWO.inner_std) + log_normal(z2, 0, 1)
    ratios = joint - log_normal(z1, POOR.c * 1.3, POOR.first_std) - log_normal(z2, POOR.e * z1, POOR.second_std)
    estimate = hierarchy.bound_estimate(TWO, POOR, 1.3, n=6, rng=np.random.default_rng(5))
    assert estimate == pytest.approx((ratios.mean(), stats.sem(ratios)))
    assert hierarchy.bound_estimate(TWO, POOR, 1.3, n=2, rng=np.random.default_rng(5))[1] > 0


@pytest.mark.equation("15.19")
def test_every_term_of_two_levels_is_its_expectation_by_quadrature():
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    weights = weights / weights.sum()
    z1 = (POOR.c * 1.3 + POOR.first_std * nodes)[:, None]
    z2 = POOR.e * z1 + POOR.second_std * nodes
    fit = weights @ log_normal(1.3, TWO.b * z1, TWO.outer_std)[:, 0]
    upper = weights @ (log_normal(z2, POOR.e * z1, POOR.second_std) - log_normal(z2, 0, 1)) @ weights
    encoder = log_normal(z1, POOR.c * 1.3, POOR.first_std)
    lower = weights @ (encoder - log_normal(z1, TWO.a * z2, TWO.inner_std)) @ weights
    assert hierarchy.terms(TWO, POOR, 1.3) == pytest.approx((fit, upper, lower), rel=1e-12)
    other = weights @ (encoder[:, :, None] - log_normal(z1[:, :, None], TWO.a * z2, TWO.inner_std)).swapaxes(0, 1) @ weights
    assert hierarchy.separate_divergence(TWO, POOR, 1.3) == pytest.approx(float(np.ravel(weights @ other)[0]), rel=1e-12)


def test_mutual_information_is_what_the_first_code_takes_from_the_entropy_of_the_second():
    prior = stats.norm(0, np.hypot(POOR.e * POOR.first_std, POOR.second_std))
    gain = prior.entropy() - stats.norm(0, POOR.second_std).entropy()
    assert hierarchy.mutual_information(POOR) == pytest.approx(gain)


@pytest.mark.equation("15.12")
def test_a_draw_is_standard_noise_stretched_and_shifted(rng):
    mean, std = rng.normal(size=3), rng.uniform(0.5, 2, 3)
    drawn = estimators.draws(mean, std, n=4, rng=np.random.default_rng(5))
    assert (drawn - mean) / std == pytest.approx(np.random.default_rng(5).standard_normal((4, 3)))


@pytest.mark.equation("15.10")
@pytest.mark.parametrize("baseline", [0.0, 3.0])
def test_the_stated_variances_are_exact_by_quadrature(baseline):
    mean, std = 1.5, 0.7
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    z, weights = mean + std * nodes, weights / weights.sum()
    both = np.array([2 * z, (z**2 - baseline) * (z - mean) / std**2])
    expected = tuple(both**2 @ weights - (both @ weights) ** 2)
    assert estimators.variances_for_square(mean, std, baseline=baseline) == pytest.approx(expected, rel=1e-10)


@pytest.mark.equation("15.10", "15.11", "15.12")
def test_both_estimators_have_the_true_mean_and_the_stated_variances(rng):
    mean, std, n = 1.5, 0.7, 200_000
    z = estimators.draws(np.array([mean]), np.array([std]), n=n, rng=rng)
    one = estimators.reparameterised(2 * z, z, np.array([mean]), np.array([std]))
    for baseline in (0.0, 3.0):
        other = estimators.score_function((z**2)[:, 0], z, np.array([mean]), np.array([std]), baseline=baseline)
        for estimate in (one, other):
            assert (np.abs(estimate.mean(axis=0) - [2 * mean, 2 * std]) < 4 * estimate.std(axis=0) / np.sqrt(n)).all()
        expected = estimators.variances_for_square(mean, std, baseline=baseline)
        assert (one[:, 0].var(), other[:, 0].var()) == pytest.approx(expected, rel=0.03)


@pytest.mark.equation("15.11")
def test_score_is_the_gradient_of_the_log_density_and_has_mean_zero(rng):
    mean, std, h = rng.normal(size=3), rng.uniform(0.5, 2, 3), 1e-6
    z = estimators.draws(mean, std, n=2000, rng=rng)
    score = estimators.score(z, mean, std)
    for j in range(3):
        step = h * np.eye(3)[j]
        in_mean = stats.norm.logpdf(z, mean + step, std) - stats.norm.logpdf(z, mean - step, std)
        in_std = stats.norm.logpdf(z, mean, std + step) - stats.norm.logpdf(z, mean, std - step)
        assert score[:, j] == pytest.approx(in_mean.sum(axis=1) / (2 * h), abs=1e-6)
        assert score[:, 3 + j] == pytest.approx(in_std.sum(axis=1) / (2 * h), abs=1e-5)
    assert (np.abs(score.mean(axis=0)) < 4 * score.std(axis=0) / np.sqrt(2000)).all()


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: evidence.fit(np.zeros((5, 3)), latents=3), "latents must be at least 1 and at most 2"),
        (lambda: hierarchy.bound_estimate(TWO, POOR, 1.0, n=1, rng=np.random.default_rng(0)), "n must be at least 2"),
        (lambda: estimators.score(np.zeros((2, 1)), np.zeros(1), np.zeros(1)), "std must be positive"),
        (lambda: estimators.score_function(np.zeros(3), np.zeros((2, 1)), np.zeros(1), np.ones(1)), "values and z"),
        (lambda: estimators.score(np.zeros((2, 3)), np.zeros(1), np.ones(1)), "mean must have shape"),
        (lambda: estimators.draws(np.zeros(3), np.ones(1), n=2, rng=np.random.default_rng(0)), "std must have shape"),
        (
            lambda: estimators.reparameterised(np.zeros((2, 1)), np.zeros((2, 1)), np.zeros(1), np.zeros(1)),
            "std must be positive",
        ),
        (lambda: estimators.reparameterised(np.zeros((2, 2)), np.zeros((2, 1)), np.zeros(1), np.ones(1)), "gradients must have"),
        (lambda: estimators.variances_for_square(1.0, 0.0), "std must be above 0"),
        (lambda: evidence.fit(np.ones((5, 3)), latents=1), "noise_variance must be above 0"),
        (lambda: evidence.LinearModel(np.ones((3, 1)), np.zeros(2), 1.0), "b must have shape"),
        (lambda: evidence.Encoder(np.ones((1, 3)), np.eye(2)), "A must have shape"),
        (lambda: evidence.log_evidence(LINEAR, np.ones((4, 1))), "X must have shape"),
        (lambda: evidence.elbo(LINEAR, evidence.Encoder(np.ones((2, 3)), np.eye(2)), np.ones((4, 3))), "the encoder's A"),
        (lambda: evidence.elbo_regularized(LINEAR, evidence.posterior(LINEAR), np.ones((4, 1))), "X must have shape"),
        (lambda: hierarchy.TwoLevels(1.0, 1.0, 0.0, 1.0), "inner_std must be above 0"),
        (lambda: hierarchy.TwoEncoders(1.0, np.nan, 1.0, 1.0), "e must be finite"),
        (lambda: hierarchy.log_evidence(TWO, np.inf), "x must be finite"),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
