"""Every formula of the diffusion model against Bayes' rule, Monte Carlo, or a model in closed form."""

import numpy as np
import pytest
import torch
from scipy import special, stats

from principles.variational import denoiser, gaussian_chain, gaussians, mixture, objectives, projection, sampling, schedule

S = schedule.cosine(12)
LINEAR = schedule.schedule(np.linspace(0.02, 0.3, 12))
RING = mixture.ring(5, radius=1.2, std=0.2)
GRID = np.linspace(-8, 9, 4001)
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


@pytest.mark.equation("15.21", "15.22", "15.23")
def test_every_draw_is_its_mean_plus_scaled_noise(rng):
    z, noise = rng.normal(size=(3, 2)), np.random.default_rng(5).standard_normal((3, 2))
    ones = np.ones(3, dtype=int)
    step = schedule.add_noise(z, 1, LINEAR, rng=np.random.default_rng(5))
    assert step == pytest.approx(schedule.jump(z, ones, noise, LINEAR))
    assert (schedule.jump(z, 0 * ones, noise, LINEAR) == z).all()
    predict = objectives.wavy_predictor(12)
    mean = objectives.mean_function(predict, LINEAR)(z, 7 * ones)
    back = sampling.decoder_step(z, 7, predict, LINEAR, rng=np.random.default_rng(5))
    assert (back - mean) / noise == pytest.approx(np.full((3, 2), np.sqrt(LINEAR.variances[7])))


@pytest.mark.equation("15.25")
def test_a_schedule_may_keep_everything_at_first_and_nothing_at_last():
    assert schedule.posterior_variance(np.array([0.5, 0.0, 0.2, 0.8]), np.array([1.0, 1.0, 0.8, 0.0])) == pytest.approx(
        [0.0, 0.0, 0.0, 0.2 * 0.8]
    )


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


def chain_moments(levels):
    """Means of z_1 ... z_T for x = 1, and their covariance, given x."""
    kept = levels.kept[1:]
    later, earlier = np.minimum.outer(kept, kept), np.maximum.outer(kept, kept)
    return np.sqrt(kept), np.sqrt(later / earlier) * (1 - earlier)


@pytest.mark.equation("15.20", "15.26")
def test_the_chain_bound_is_the_expected_log_ratio_of_two_gaussians(rng):
    x, slopes, (mean, cov), σ2 = 1.1, rng.uniform(0.5, 1.2, 12), chain_moments(LINEAR), LINEAR.variances[1:]
    steps = np.eye(12) - np.diag(slopes[1:], 1)  # z_t - g z_{t+1}, and z_T
    squares = np.r_[(x - slopes[0] * x * mean[0]) ** 2 + slopes[0] ** 2 * cov[0, 0]]
    squares = np.r_[squares, (steps @ mean * x) ** 2 + np.diag(steps @ cov @ steps.T)]
    variances = np.r_[σ2, 1.0]
    joint = -0.5 * (squares / variances + np.log(2 * np.pi * variances)).sum()
    entropy = stats.multivariate_normal(np.zeros(12), cov).entropy()
    assert gaussian_chain.bound(x, slopes, LINEAR) == pytest.approx(joint + entropy, rel=1e-10)


@pytest.mark.equation("15.20")
def test_the_chain_estimate_and_its_error_are_those_of_scipys_log_ratios(rng):
    levels, slopes, noise = schedule.schedule(np.array([0.2, 0.5, 0.4])), rng.uniform(0.5, 1.2, 3), np.random.default_rng(5)
    z = [np.full(6, 1.1)]
    for β in levels.betas[1:]:
        z.append(np.sqrt(1 - β) * z[-1] + np.sqrt(β) * noise.standard_normal(6))
    ratios = stats.norm.logpdf(z[3])
    for t in (1, 2, 3):
        ratios = ratios + stats.norm.logpdf(z[t - 1], slopes[t - 1] * z[t], np.sqrt(levels.variances[t]))
        ratios = ratios - stats.norm.logpdf(z[t], np.sqrt(1 - levels.betas[t]) * z[t - 1], np.sqrt(levels.betas[t]))
    estimate = gaussian_chain.bound_estimate(1.1, slopes, levels, n=6, rng=np.random.default_rng(5))
    assert estimate == pytest.approx((ratios.mean(), stats.sem(ratios)))
    assert gaussian_chain.bound_estimate(1.1, slopes, levels, n=2, rng=np.random.default_rng(5))[1] > 0


def test_the_evidence_of_a_chain_is_scipys_for_the_variance_that_each_step_passes_on():
    slopes, variances = np.array([0.5, 0.8, 1.1]), np.array([0.3, 0.2, 0.7])
    variance = 0.3 + 0.5**2 * 0.2 + (0.5 * 0.8) ** 2 * 0.7 + (0.5 * 0.8 * 1.1) ** 2
    assert gaussian_chain.log_evidence(1.1, slopes, variances) == pytest.approx(stats.norm.logpdf(1.1, 0, np.sqrt(variance)))
    assert (gaussian_chain.decoder(slopes)(np.ones((2, 1)), np.array([3, 3])) == 1.1).all()


def test_slopes_variances_and_difficulties_are_regressions_on_the_next_latent():
    v, betas = 0.6, LINEAR.betas[1:]
    of_x, of_noise = gaussian_chain.difficulty(v, LINEAR)
    slopes, left = gaussian_chain.exact_slopes(v, LINEAR), gaussian_chain.reverse_variances(v, LINEAR)
    before, kept = v, 1.0
    for t, β in enumerate(betas):
        shared, after, kept = np.sqrt(1 - β) * before, (1 - β) * before + β, kept * (1 - β)
        assert (slopes[t], left[t]) == pytest.approx((shared / after, before - shared**2 / after))
        assert (of_x[t], of_noise[t]) == pytest.approx((v - kept * v**2 / after, 1 - (1 - kept) / after))
        before = after


@pytest.mark.equation("15.26")
def test_the_objective_and_its_error_are_those_of_its_draws(rng):
    x, mean, noise = rng.normal(size=(3, 2)), objectives.mean_function(objectives.wavy_predictor(12), LINEAR), {}
    source, rows = np.random.default_rng(5), np.tile(x, (4, 1))
    for t in range(1, 13):
        noise[t] = source.standard_normal((12, 2))
    terms = sum(objectives.mean_residual(rows, noise[t], t, mean, LINEAR) for t in noise).reshape(4, 3).mean(axis=1)
    estimate = objectives.objective(x, mean, LINEAR, draws=4, rng=np.random.default_rng(5))
    assert estimate == pytest.approx((terms.mean(), stats.sem(terms)))
    assert objectives.objective(x, mean, LINEAR, draws=2, rng=np.random.default_rng(5))[1] > 0


def test_a_predictor_that_is_off_by_t_has_the_error_t_squared(rng):
    x, seen = np.full((4, 3), 0.7), []

    def exact(z, t):
        seen.append(z)
        kept = LINEAR.kept[t][:, None]
        return (z - np.sqrt(kept) * 0.7) / np.sqrt(1 - kept)

    def off(z, t):
        return exact(z, t) + t[:, None]

    errors = objectives.noise_error(x, off, LINEAR, rng=np.random.default_rng(1))
    assert errors == pytest.approx(np.arange(1, 13.0) ** 2)
    first = [seen.pop(0) for _ in range(12)]
    gaps = objectives.disagreement(x, off, exact, LINEAR, rng=np.random.default_rng(1))
    assert gaps == pytest.approx(errors)
    assert all((a == b).all() for a, b in zip(first, seen[::2]))


def test_the_wavy_predictor_grows_in_time():
    assert objectives.wavy_predictor(4)(np.array([[0.5], [0.5]]), np.array([1, 4])).ravel() == pytest.approx(
        np.tanh(0.5) * np.array([0.25, 1.0])
    )


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


def pair():
    """Two components in three dimensions."""
    return mixture.Mixture(np.array([0.3, 0.7]), np.array([[1.0, 0.0, -2.0], [0.0, 2.0, 1.0]]), 0.4)


def test_a_ring_has_growing_weights_at_equal_angles():
    m = mixture.ring(3, radius=2.0, std=0.5)
    assert m.weights == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert m.means == pytest.approx(np.array([[2.0, 0.0], [-1.0, np.sqrt(3)], [-1.0, -np.sqrt(3)]]))
    assert m.variance == 0.25


def test_log_density_of_a_mixture_is_the_logarithm_of_scipys_sum(rng):
    m, z = pair(), rng.normal(size=(5, 3))
    density = sum(w * stats.multivariate_normal(μ, 0.4 * np.eye(3)).pdf(z) for w, μ in zip(m.weights, m.means))
    assert mixture.log_density(m, z) == pytest.approx(np.log(density))


def test_draws_and_noise_give_a_mixture_its_moments(rng):
    m, n = pair(), 20_000
    mean, cov = projection.moment_match(m.weights, m.means, np.stack([m.variance * np.eye(3)] * 2))
    for x in (mixture.draw(m, n, rng=rng), mixture.draw_rows(m, n, rng)):
        assert x.mean(axis=0) == pytest.approx(mean, abs=4 * np.sqrt(cov.max() / n))
        assert np.cov(x.T) == pytest.approx(cov, abs=6 * cov.max() / np.sqrt(n))
    level = mixture.noised(m, 0.3)
    centre, spread = projection.moment_match(level.weights, level.means, np.stack([level.variance * np.eye(3)] * 2))
    assert centre == pytest.approx(np.sqrt(0.3) * mean)
    assert spread == pytest.approx(0.3 * cov + 0.7 * np.eye(3))


@pytest.mark.parametrize("kept", [0.2, 0.9])
def test_posterior_mean_of_a_mixture_equals_quadrature(kept):
    m, z, x = mixture.Mixture(np.array([0.3, 0.7]), np.array([[-1.0], [2.0]]), 0.4), np.array([-1.5, 0.1, 3.0]), GRID
    prior = 0.3 * stats.norm.pdf(x, -1, np.sqrt(0.4)) + 0.7 * stats.norm.pdf(x, 2, np.sqrt(0.4))
    joint = prior * stats.norm.pdf(z[:, None], np.sqrt(kept) * x, np.sqrt(1 - kept))
    assert mixture.posterior_mean(m, z[:, None], kept)[:, 0] == pytest.approx(joint @ x / joint.sum(axis=1), rel=1e-8)


def test_a_row_is_assigned_to_the_nearest_mean_whatever_the_weights():
    m = mixture.Mixture(np.array([1e-6, 0.5, 0.5 - 1e-6]), np.array([[0.0], [1.0], [9.0]]), 0.01)
    assert mixture.assign(m, np.array([[-1.0], [0.1], [0.45], [0.6]])).tolist() == [0.75, 0.25, 0.0]


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
        self.latents = []

    def forward(self, z, t):
        self.latents.append((z.numpy(), t.numpy()))
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


def test_training_is_adam_on_the_weighted_error_of_the_noise():
    model, weights = Recorder(0.3), np.linspace(1, 3, 13)
    options = {"steps": 6, "batch": 12, "rate": 0.1, "rng": np.random.default_rng(0), "weights": weights}
    losses = denoiser.train(model, denoiser.rows_of(np.zeros((3, 2))), **options)
    p, first, second = 0.3, 0.0, 0.0
    for k, (z, t) in enumerate(model.latents):
        noise, w = z / np.sqrt(1 - S.kept[t])[:, None], weights[t][:, None]
        assert (model.moves[k], losses[k]) == pytest.approx((p, (w * (p - noise) ** 2).mean()))
        gradient = (2 * w * (p - noise)).mean()
        first, second = 0.9 * first + 0.1 * gradient, 0.99 * second + 0.01 * gradient**2
        scaled = first / (1 - 0.9 ** (k + 1)) / (np.sqrt(second / (1 - 0.99 ** (k + 1))) + 1e-8)
        p -= 0.1 * np.cos(np.pi * k / 12) ** 2 * scaled
    assert model.p.item() == pytest.approx(p)


def test_the_denoiser_is_a_chain_of_residual_layers_that_see_the_clock(rng):
    model = denoiser.Denoiser(3, width=5, depth=2, schedule=S, rng=rng, embedding=4)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.from_numpy(rng.normal(size=weight.shape)))
    z, t = rng.normal(size=(3, 3)), np.array([1, 5, 12])
    time, silu = denoiser.time_features(t, T=12, size=4), lambda a: a * special.expit(a)
    h = apply(model.enter, z) + apply(model.clock, time)
    for layer, clock in zip(model.inner, model.clocks, strict=True):
        h = h + apply(layer, silu(h + apply(clock, time)))
    kept = S.kept[t][:, None]
    expected = np.sqrt(1 - kept) * z + np.sqrt(kept) * apply(model.leave, silu(h))
    assert denoiser.noise_predictor(model)(z, t) == pytest.approx(expected)
    assert len(model.inner) == 2


def apply(layer, rows):
    return rows @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()


@pytest.mark.parametrize(("scale", "inputs"), [(1.0, 400), (0.3, 100)])
def test_a_linear_layer_starts_with_the_stated_spread_and_no_bias(scale, inputs, rng):
    layer = denoiser.linear(inputs, 100, rng=rng, scale=scale)
    assert layer.weight.std().item() == pytest.approx(scale / np.sqrt(inputs), rel=4 / np.sqrt(200 * inputs))
    assert layer.weight.shape == (100, inputs)
    assert (layer.bias == 0).all()


def test_time_features_are_powers_of_one_rotation():
    t = np.arange(8)
    features, power = denoiser.time_features(t, T=7, size=6), np.exp(1j * np.pi * t / 7)
    for j in range(3):
        assert features[:, j] == pytest.approx(power.real)
        assert features[:, 3 + j] == pytest.approx(power.imag)
        power = power**2


@pytest.mark.equation("15.23")
def test_the_last_decoder_step_returns_its_mean(rng):
    z, predict = rng.normal(size=(5, 2)), mixture.noise_predictor(RING, S)
    out = sampling.decoder_step(z, 1, predict, S, rng=rng)
    assert out == pytest.approx(mixture.posterior_mean(RING, z, S.kept[1]))


def test_the_cosine_schedule_keeps_a_cosine_of_the_amplitude():
    amplitude = np.cos((np.arange(20) / 20 + 0.008) / 1.008 * np.pi / 2)
    assert np.sqrt(schedule.cosine(20).kept[:20]) == pytest.approx(amplitude / amplitude[0])
    assert schedule.cosine(20).betas[20] == 0.999
    assert schedule.cosine(2).T == 2


@pytest.mark.parametrize("levels", [S, LINEAR])
def test_before_the_first_step_there_is_no_noise(levels):
    assert (levels.betas[0], levels.kept[0], levels.variances[0]) == (0, 1, 0)


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
        (ValueError, lambda: schedule.schedule(np.array([0.0, 0.5])), "strictly between 0 and 1"),
        (ValueError, lambda: schedule.schedule(np.array([0.1, 0.0])), "strictly between 0 and 1"),
        (ValueError, lambda: schedule.Schedule(LINEAR.betas, np.ones(1), LINEAR.variances), r"kept must have shape \(13\)"),
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
        (ValueError, lambda: schedule.posterior_variance(np.zeros(3), np.array([1.0, 0.5, 0.6])), "kept must fall from 1"),
        (ValueError, lambda: schedule.posterior_variance(np.zeros(2), np.array([1.0, -0.1])), "not below 0"),
        (ValueError, lambda: sampling.one_step(np.zeros(0, dtype=int), most=3), "steps must not be empty"),
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
