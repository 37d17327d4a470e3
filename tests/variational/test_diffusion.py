"""Every formula of the diffusion model against Bayes' rule, Monte Carlo, or a model in closed form."""

import numpy as np
import pytest
import torch
from scipy import stats

from principles.variational import denoiser, gaussian_chain, gaussians, mixture, objectives, sampling, schedule

S = schedule.cosine(12)
LINEAR = schedule.schedule(np.linspace(0.02, 0.3, 12))
RING = mixture.ring(5, radius=1.2, std=0.2)
GEN, ROWS, MEAN = np.random.default_rng(0), np.zeros((2, 2)), objectives.mean_function(lambda z, t: z, S)


@pytest.mark.equation("15.21", "15.22")
@pytest.mark.parametrize("levels", [S, LINEAR])
def test_noise_added_step_by_step_has_the_law_of_the_jump(levels, rng):
    x, n = np.array([1.7, -0.4]), 40_000
    z = np.tile(x, (n, 1))
    for t in range(1, 8):  # an odd number, or a wrong sign would come back
        z = schedule.add_noise(z, t, levels, rng=rng)
    kept = np.prod(1 - levels.betas[1:8])
    assert z.mean(axis=0) == pytest.approx(np.sqrt(kept) * x, abs=4 / np.sqrt(n))
    assert np.cov(z.T) == pytest.approx((1 - kept) * np.eye(2), abs=6 / np.sqrt(n))
    noise = rng.standard_normal((n, 2))
    direct = schedule.jump(np.tile(x, (n, 1)), np.full(n, 7), noise, levels)
    assert stats.ks_2samp(direct[:, 0], z[:, 0]).pvalue > 1e-3
    assert direct == pytest.approx(np.sqrt(kept) * x + np.sqrt(1 - kept) * noise)


@pytest.mark.equation("15.24", "15.25")
@pytest.mark.parametrize("t", [1, 2, 5, 12])
def test_posterior_of_the_previous_latent_equals_bayes_rule_on_the_joint_gaussian(t, rng):
    x, z = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    before, β = LINEAR.kept[t - 1], LINEAR.betas[t]
    prior_mean, prior_var = np.sqrt(before) * x, 1 - before
    joint = prior_var * np.array([[1, np.sqrt(1 - β)], [np.sqrt(1 - β), 1 - β]]) + np.diag([0, β])
    mean = prior_mean + joint[0, 1] / joint[1, 1] * (z - np.sqrt(1 - β) * prior_mean)
    assert schedule.posterior_mean(z, x, np.full(4, t), LINEAR) == pytest.approx(mean)
    left = joint[0, 0] - joint[0, 1] ** 2 / joint[1, 1]
    assert schedule.posterior_variance(LINEAR.betas, LINEAR.kept)[t] == pytest.approx(left, abs=1e-15)
    assert LINEAR.variances[t] == pytest.approx(left if t > 1 else β)


@pytest.mark.equation("15.23")
def test_a_decoder_step_has_the_stated_mean_and_variance(rng):
    z, n = np.array([0.8, -1.1]), 40_000
    predict = mixture.noise_predictor(RING, LINEAR)
    out = sampling.decoder_step(np.tile(z, (n, 1)), 6, predict, LINEAR, rng=rng)
    best = mixture.posterior_mean(RING, z[None], LINEAR.kept[6])
    mean = schedule.posterior_mean(z[None], best, np.array([6]), LINEAR)[0]
    assert out.mean(axis=0) == pytest.approx(mean, abs=4 * np.sqrt(LINEAR.variances[6] / n))
    assert out.var(axis=0) == pytest.approx(LINEAR.variances[6] * np.ones(2), rel=0.04)


@pytest.mark.equation("15.20", "15.26")
@pytest.mark.parametrize("data_variance", [0.3, 1.0, 2.5])
def test_the_chain_bound_is_minus_the_objective_up_to_known_terms(data_variance, rng):
    slopes = gaussian_chain.exact_slopes(data_variance, LINEAR)
    estimate, error = gaussian_chain.bound_estimate(1.1, slopes, LINEAR, n=20_000, rng=rng)
    closed = gaussian_chain.bound(1.1, slopes, LINEAR)
    assert abs(estimate - closed) < 4 * error < 0.2
    assert closed <= gaussian_chain.log_evidence(1.1, slopes, LINEAR.variances[1:])
    value, error = objectives.objective(np.array([[1.1]]), gaussian_chain.decoder(slopes), LINEAR, draws=4000, rng=rng)
    assert abs(value - gaussian_chain.mean_matching(1.1, slopes, LINEAR)) < 4 * error < 0.2


@pytest.mark.equation("15.20")
def test_the_chain_bound_is_tight_for_the_exact_reverse_chain(rng):
    v, t = 0.3, np.arange(1, 13)
    exact = gaussian_chain.reverse_variances(v, LINEAR)
    reverse = schedule.Schedule(LINEAR.betas, LINEAR.kept, np.r_[0.0, exact])
    estimate, error = gaussian_chain.bound_estimate(0.4, gaussian_chain.exact_slopes(v, LINEAR), reverse, n=20_000, rng=rng)
    last = np.sqrt(gaussian_chain.level_variances(v, LINEAR)[-1])
    evidence = stats.norm.logpdf(0.4, 0, np.sqrt(v))
    assert estimate == pytest.approx(evidence, abs=4 * error + gaussians.kl_standard(0.0, last) + 0.05)
    assert ((LINEAR.variances[2:] < exact[1:]) & (exact < LINEAR.betas[1:])[1:]).all()
    assert len(t) == LINEAR.T


@pytest.mark.equation("15.27")
@pytest.mark.parametrize("t", [1, 2, 7, 12])
def test_noise_error_with_its_weight_is_the_mean_error_draw_by_draw(t, rng):
    x, noise = mixture.draw(RING, 50, rng=rng), rng.standard_normal((50, 2))

    predict = objectives.wavy_predictor(12)
    by_noise = objectives.noise_residual(x, noise, t, predict, LINEAR)
    by_mean = objectives.mean_residual(x, noise, t, objectives.mean_function(predict, LINEAR), LINEAR)
    assert by_noise == pytest.approx(by_mean, rel=1e-9)


def test_score_of_a_noised_mixture_is_its_numerical_gradient_and_minus_the_best_noise(rng):
    z, t, h = rng.normal(size=(20, 2)), 5, 1e-5
    level = mixture.noised(RING, S.kept[t])
    numeric = [(mixture.log_density(level, z + h * e) - mixture.log_density(level, z - h * e)) / (2 * h) for e in np.eye(2)]
    score = mixture.score(level, z)
    assert score == pytest.approx(np.stack(numeric, axis=1), abs=1e-6)
    noise = mixture.noise_predictor(RING, S)(z, np.full(20, t))
    assert noise == pytest.approx(-np.sqrt(1 - S.kept[t]) * score)


def test_posterior_mean_equals_importance_sampling_and_no_predictor_beats_it(rng):
    x, z, kept = mixture.draw(RING, 100_000, rng=rng), np.array([[0.7, -0.3]]), 0.5
    weights = np.exp(-0.5 * ((z - np.sqrt(kept) * x) ** 2).sum(axis=1) / (1 - kept))
    average = weights @ x / weights.sum()
    assert mixture.posterior_mean(RING, z, kept)[0] == pytest.approx(average, abs=0.02)
    best = mixture.noise_predictor(RING, S)
    errors = objectives.noise_error(x[:4000], best, S, rng=np.random.default_rng(1))
    worse = objectives.noise_error(x[:4000], lambda z, t: 1.1 * best(z, t), S, rng=np.random.default_rng(1))
    assert (errors < worse).all()


def test_excess_error_is_the_squared_distance_to_the_best_predictor(rng):
    x, best, ours = mixture.draw(RING, 20_000, rng=rng), mixture.noise_predictor(RING, S), objectives.wavy_predictor(12)
    errors = [objectives.noise_error(x, f, S, rng=np.random.default_rng(1)) for f in (ours, best)]
    gap = objectives.disagreement(x, ours, best, S, rng=np.random.default_rng(1))
    assert errors[0] - errors[1] == pytest.approx(gap, abs=0.03)


def test_running_the_exact_denoiser_backwards_returns_the_mixture(rng):
    long = schedule.cosine(60)
    states = dict(sampling.sample(3000, 2, mixture.noise_predictor(RING, long), long, rng=rng))
    assert sorted(states) == list(range(61))
    assert mixture.assign(RING, states[0]) == pytest.approx(RING.weights, abs=0.04)
    assert np.linalg.norm(states[0] - RING.means[[0]], axis=1).min() < 0.1


def test_difficulty_matches_simulation(rng):
    x = np.sqrt(0.6) * rng.standard_normal((50_000, 1))
    of_x, of_noise = gaussian_chain.difficulty(0.6, LINEAR)
    one = mixture.Mixture(np.ones(1), np.zeros((1, 1)), 0.6)
    assert objectives.noise_error(x, mixture.noise_predictor(one, LINEAR), LINEAR, rng=rng) == pytest.approx(of_noise, rel=0.04)
    assert (np.diff(of_x) > 0).all() and (np.diff(of_noise) < 0).all()  # noqa: PT018


def test_training_closes_part_of_the_gap_to_the_best_predictor_and_repeats_exactly(rng):
    def run(steps):
        rng = np.random.default_rng(0)
        model = denoiser.Denoiser(2, width=32, depth=1, schedule=S, rng=rng)
        return denoiser.train(model, denoiser.rows_of(x), steps=steps, batch=64, rate=1e-2, rng=rng), model

    def error(predict):
        return objectives.noise_error(x, predict, S, rng=np.random.default_rng(1)).mean()

    x = mixture.draw(RING, 800, rng=rng)
    assert (run(5)[0] == run(5)[0]).all()
    best, start, end = error(mixture.noise_predictor(RING, S)), *(error(denoiser.noise_predictor(run(k)[1])) for k in (1, 200))
    assert best < end < best + 0.7 * (start - best)


class Recorder(denoiser.Denoiser):
    """A stand-in for the network that answers with one number and notes what it was asked."""

    def __init__(self, start):
        torch.nn.Module.__init__(self)
        self.p, self.schedule, self.moves, self.asked = torch.nn.Parameter(torch.tensor(start).double()), S, [], []

    def forward(self, z, t):
        self.moves.append(self.p.item())
        self.asked.append(np.sort(t.numpy()))
        return self.p * torch.ones_like(z)


def test_training_visits_every_level_weights_its_error_and_takes_steps_that_fall_to_zero():
    def run(start, steps, weights=None):
        model, rows = Recorder(start), denoiser.rows_of(np.zeros((3, 2)))
        rng = np.random.default_rng(0)
        return model, denoiser.train(model, rows, steps=steps, batch=12, rate=0.01, rng=rng, weights=weights)

    model, _ = run(9.0, 40)
    assert all((asked == np.arange(1, 13)).all() for asked in model.asked)
    moves = -np.diff(model.moves)
    assert moves[:5] == pytest.approx(np.full(5, 0.01), rel=0.05)
    assert 0 < moves[-1] < 0.0002
    weights = np.r_[1e6, np.zeros(11), 24.0]
    (_, plain), (_, last) = run(100.0, 1), run(100.0, 1, weights)
    assert last[0] == pytest.approx(2 * plain[0], rel=0.1)


@pytest.mark.equation("15.23")
def test_the_last_decoder_step_returns_its_mean(rng):
    z, predict = rng.normal(size=(5, 2)), mixture.noise_predictor(RING, S)
    out = sampling.decoder_step(z, 1, predict, S, rng=rng)
    assert out == pytest.approx(mixture.posterior_mean(RING, z, S.kept[1]))


def test_the_cosine_schedule_keeps_a_cosine_of_the_amplitude():
    amplitude = np.cos((np.arange(20) / 20 + 0.008) / 1.008 * np.pi / 2)
    assert np.sqrt(schedule.cosine(20).kept[:20]) == pytest.approx(amplitude / amplitude[0])


def test_an_untrained_denoiser_is_right_for_standard_gaussian_data(rng):
    model = denoiser.Denoiser(3, width=8, depth=1, schedule=S, rng=rng)
    z, t = rng.normal(size=(4, 3)), np.array([1, 4, 8, 12])
    assert denoiser.noise_predictor(model)(z, t) == pytest.approx(np.sqrt(1 - S.kept[t])[:, None] * z)


def test_time_features_differ_at_every_step():
    features = denoiser.time_features(np.arange(101), T=100, size=12)
    gaps = np.linalg.norm(features[:, None] - features, axis=2) + 9 * np.eye(101)
    assert gaps.min() > 0.1
    with torch.no_grad():
        assert np.abs(features).max() <= 1


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("error", "call", "message"),
    [
        (ValueError, lambda: schedule.schedule(np.array([0.1, 1.0])), "strictly between 0 and 1"),
        (ValueError, lambda: schedule.cosine(1), "T must be at least 2"),
        (
            ValueError,
            lambda: schedule.jump(np.zeros((2, 1)), np.array([0, 13]), np.zeros((2, 1)), S),
            "t must lie between 0 and 12",
        ),
        (ValueError, lambda: schedule.jump(np.zeros((2, 1)), np.array([0.5, 1]), np.zeros((2, 1)), S), "whole numbers"),
        (
            ValueError,
            lambda: schedule.posterior_mean(np.zeros((2, 1)), np.zeros((2, 1)), np.array([0, 1]), S),
            "between 1 and 12",
        ),
        (ValueError, lambda: denoiser.time_features(np.arange(3), T=3, size=3), "size must be even"),
        (TypeError, lambda: next(sampling.sample(1, 1, None, S, rng=0)), "rng must be a numpy"),
        (ValueError, lambda: mixture.noised(RING, 1.5), "kept must be at most 1"),
        (ValueError, lambda: schedule.posterior_coefficients(0, S), "between 1 and 12"),
        (ValueError, lambda: schedule.posterior_variance(np.zeros(3), np.ones(2)), "kept must have shape"),
        (ValueError, lambda: schedule.posterior_variance(np.full(2, 0.5), np.array([0.5, 0.2])), "kept must fall from 1"),
        (ValueError, lambda: mixture.noise_predictor(RING, S)(np.zeros((2, 2)), np.array([0, 1])), "between 1 and 12"),
        (ValueError, lambda: mixture.log_density(RING, np.zeros((4, 1))), "z must have shape"),
        (ValueError, lambda: mixture.score(RING, np.zeros((4, 1))), "z must have shape"),
        (ValueError, lambda: mixture.Mixture(np.ones(2), np.zeros((2, 1)), 1.0), "sum to 1"),
        (ValueError, lambda: mixture.ring(3, radius=1.0, std=0.0), "std must be above 0"),
        (ValueError, lambda: MEAN(np.zeros((2, 2)), np.array([1, 2])), "one and the same for all rows"),
        (ValueError, lambda: gaussian_chain.decoder(np.ones(12))(np.zeros((2, 1)), np.array([1, 2])), "one and the same"),
        (ValueError, lambda: objectives.noise_error(np.zeros((2, 2)), lambda z, t: z[:, :1], S, rng=GEN), "the prediction must"),
        (
            ValueError,
            lambda: objectives.disagreement(ROWS, lambda z, t: z, lambda z, t: z[:1], S, rng=GEN),
            "the prediction must",
        ),
        (ValueError, lambda: sampling.decoder_step(np.zeros((2, 2)), 0, None, S, rng=GEN), "t must be at least 1"),
        (ValueError, lambda: gaussian_chain.log_evidence(1.0, np.ones(3), np.ones(2)), "variances and slopes"),
        (ValueError, lambda: gaussian_chain.log_evidence(1.0, np.ones(2), np.zeros(2)), "variances must be positive"),
        (ValueError, lambda: gaussian_chain.bound_estimate(1.0, np.ones(13), S, n=5, rng=GEN), "slopes must have shape"),
        (ValueError, lambda: denoiser.time_features(np.array([4]), T=3, size=2), "t must lie between 0 and 3"),
    ],
)
def test_malformed_input_is_named(error, call, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.equation("15.22")
@pytest.mark.parametrize("t", [1, 20, 50])
def test_with_the_true_noise_the_guess_is_the_datum(t, rng):
    levels = schedule.cosine(60)
    x, noise = rng.normal(size=(2, 5, 3))
    z = schedule.jump(x, np.full(5, t), noise, levels)
    np.testing.assert_allclose(sampling.guess(z, noise, t, levels), x, atol=1e-10)
