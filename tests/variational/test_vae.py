"""The variational auto-encoder against torch's distributions and the linear model that it contains."""

import numpy as np
import pytest
import torch
from scipy import special, stats

from principles.variational import gaussians, likelihoods, vae


def model(kind="binomial", latents=2):
    return vae.VAE(4, latents=latents, width=8, kind=kind, rng=np.random.default_rng(0))


@pytest.mark.parametrize("kind", ["bernoulli", "binomial", "categorical"])
def test_likelihoods_are_scipys_and_sum_to_one(kind, rng):
    log_likelihood, outputs = likelihoods.KINDS[kind]
    output = torch.tensor(rng.normal(size=(1, outputs)))
    levels = np.arange(2.0) if kind == "bernoulli" else np.arange(17) / 16
    values = log_likelihood(output.expand(len(levels), -1), torch.tensor(levels)[:, None]).numpy()
    assert np.exp(values).sum() == pytest.approx(1.0)
    if kind == "bernoulli":
        assert values[1] == pytest.approx(-np.log1p(np.exp(-output.item())))
    if kind == "binomial":
        assert values == pytest.approx(stats.binom.logpmf(np.arange(17), 16, special.expit(output.item())))
    if kind == "categorical":
        assert values == pytest.approx(torch.log_softmax(output, dim=1)[0].numpy())


@pytest.mark.parametrize("kind", ["bernoulli", "binomial", "categorical"])
def test_drawn_images_have_the_mean_image_as_mean(kind, rng):
    output = torch.tensor(rng.normal(size=3 * likelihoods.KINDS[kind][1])).expand(5000, -1)
    mean = likelihoods.mean_image(output, kind=kind).numpy()[0]
    draws = np.asarray(likelihoods.draw_image(output, kind=kind, rng=rng))
    assert draws.mean(axis=0) == pytest.approx(mean, abs=0.03)
    assert draws.shape == (5000, 3)


@pytest.mark.parametrize("kind", ["bernoulli", "binomial", "categorical"])
def test_drawn_pixels_have_the_frequencies_of_the_likelihood(kind, rng):
    log_likelihood, outputs = likelihoods.KINDS[kind]
    output, n = torch.tensor(rng.normal(size=(1, outputs))), 4000
    levels = np.arange(2.0) if kind == "bernoulli" else np.arange(17) / 16
    share = log_likelihood(output.expand(len(levels), -1), torch.tensor(levels)[:, None]).exp().numpy()
    draws = likelihoods.draw_image(output.expand(n, -1), kind=kind, rng=rng)
    seen = (draws == levels).mean(axis=0)
    assert seen.sum() == pytest.approx(1)
    assert (np.abs(seen - share) <= 4 * np.sqrt(share / n) + 4 / n).all()


@pytest.mark.parametrize("kind", ["bernoulli", "binomial", "categorical"])
def test_pixels_add_up_along_the_last_axis_only(kind, rng):
    log_likelihood, outputs = likelihoods.KINDS[kind]
    output = torch.tensor(rng.normal(size=(2, 3, 4 * outputs)))
    x = torch.tensor(rng.integers(17, size=(2, 3, 4)) / 16 if kind != "bernoulli" else rng.integers(2, size=(2, 3, 4)) * 1.0)
    single = log_likelihood(output.reshape(24, outputs), x.reshape(24, 1))
    assert log_likelihood(output, x).numpy() == pytest.approx(single.reshape(2, 3, 4).sum(dim=2).numpy())
    mean = likelihoods.mean_image(output.reshape(24, outputs), kind=kind).reshape(2, 3, 4)
    assert likelihoods.mean_image(output, kind=kind).numpy() == pytest.approx(mean.numpy())
    assert likelihoods.draw_image(output, kind=kind, rng=rng).shape == (2, 3, 4)


class Last(np.random.Generator):
    """Draws the largest number below 1, above sums of shares that rounding leaves a little short."""

    def random(self, size):
        return np.full(size, np.nextafter(1.0, 0.0))


def test_the_darkest_level_is_the_last_whatever_the_rounding(rng):
    output = torch.tensor(rng.normal(size=(300, 17)))
    assert likelihoods.draw_image(output, kind="categorical", rng=Last(np.random.PCG64(0))).max() == 1


def silu_layers(first, second, rows):
    """Two layers of a network by hand."""
    (A, a), (B, b) = ([p.detach().numpy() for p in (layer.weight, layer.bias)] for layer in (first, second))
    hidden = rows @ A.T + a
    return (hidden * special.expit(hidden)) @ B.T + b


def shaken():
    """A model whose biases are not zero, by hand: the model, its code of a row, and its image of a code."""
    net, noise = model(), np.random.default_rng(4)
    with torch.no_grad():
        for p in net.parameters():
            p.add_(torch.from_numpy(0.3 * noise.standard_normal(p.shape)))
    return net, lambda x: silu_layers(net.read, net.code, x), lambda z: special.expit(silu_layers(net.write, net.paint, z))


@pytest.mark.equation("15.8")
@pytest.mark.parametrize("beta", [1.0, 0.5, 4.0])
def test_elbo_at_given_noise_is_scipys_likelihood_minus_the_divergence(beta, rng):
    (net, code, image), x = shaken(), rng.integers(17, size=(3, 4)) / 16
    mean, log_std = code(x)[:, :2], code(x)[:, 2:]
    noise = rng.standard_normal((5, 3, 2))
    fit = stats.binom.logpmf(16 * x, 16, image(mean + np.exp(log_std) * noise)).sum(axis=-1)
    expected = fit - gaussians.kl_mean_field(mean, np.exp(log_std)) / beta
    values = vae.elbo(net, torch.tensor(x), torch.tensor(noise), beta=beta)
    assert values.detach().numpy() == pytest.approx(expected)
    for ours, peer in zip(vae.codes(net, x), (mean, np.exp(log_std))):
        assert ours == pytest.approx(peer)


@pytest.mark.parametrize("latents", [1, 2, 3, 8])
def test_half_of_the_code_is_the_mean_and_half_the_logarithm_of_the_spread(latents, rng):
    net, x = model(latents=latents), rng.integers(17, size=(3, 4)) / 16
    code = silu_layers(net.read, net.code, x)
    for ours, peer in zip(vae.codes(net, x), (code[:, :latents], np.exp(code[:, latents:])), strict=True):
        assert ours == pytest.approx(peer)


@pytest.mark.equation("15.8")
def test_both_bounds_are_averages_of_scipys_importance_weights(rng):
    (net, code, image), x = shaken(), rng.integers(17, size=(3, 4)) / 16
    mean, std = code(x)[:, :2], np.exp(code(x)[:, 2:])
    noise = np.random.default_rng(5).standard_normal((6, 3, 2))
    z = mean + std * noise
    fit = stats.binom.logpmf(16 * x, 16, image(z)).sum(axis=-1)
    weights = fit + (stats.norm.logpdf(z) - stats.norm.logpdf(z, mean, std)).sum(axis=-1)
    tight = vae.log_evidence(net, x, draws=6, rng=np.random.default_rng(5))
    assert tight == pytest.approx(np.log(np.exp(weights).mean(axis=0)))
    bound = vae.held_out_elbo(net, x, draws=6, rng=np.random.default_rng(5))
    assert bound == pytest.approx(fit.mean(axis=0) - gaussians.kl_mean_field(mean, std))


def test_samples_are_images_of_codes_from_the_prior(rng):
    net, _, image = shaken()
    z = np.random.default_rng(5).standard_normal((6, 2))
    assert vae.images(net, z) == pytest.approx(image(z))
    assert vae.sample(net, 6, rng=np.random.default_rng(5), draw=False) == pytest.approx(image(z))
    drawn = vae.sample(net, 3000, rng=rng)
    assert drawn.mean(axis=0) == pytest.approx(image(rng.standard_normal((3000, 2))).mean(axis=0), abs=0.05)


def test_no_more_codes_are_decoded_at_a_time_than_allowed(monkeypatch):
    for rows, parts in ((13, [2, 2, 2, 1]), (5, [1] * 7)):
        monkeypatch.setattr(vae, "ROWS", rows)
        assert [len(part) for part in vae._parts(torch.zeros(7, 6, 2))] == parts


def test_the_auto_encoder_starts_with_the_stated_spreads(rng):
    net = vae.VAE(150, latents=80, width=160, kind="binomial", rng=rng)
    spreads = [layer.weight.std().item() * np.sqrt(layer.in_features) for layer in (net.read, net.code, net.write, net.paint)]
    assert spreads == pytest.approx([1.0, 0.3, 1.0, 0.3], rel=0.03)


@pytest.mark.equation("15.9")
def test_training_averages_the_bound_over_batches_with_steps_that_fall_along_a_cosine(rng, monkeypatch):
    rates, X = [], rng.integers(17, size=(9, 4)) / 16

    class Spy(torch.optim.Adam):
        def step(self):
            rates.append(self.param_groups[0]["lr"])
            super().step()

    monkeypatch.setattr(torch.optim, "Adam", Spy)
    history = vae.train(model(), X, steps=6, batch=5, rate=0.02, rng=np.random.default_rng(5), beta=0.5)
    assert rates == pytest.approx(0.02 * np.cos(np.pi * np.arange(6) / 12) ** 2)
    again = np.random.default_rng(5)
    x, noise = torch.tensor(X[again.integers(9, size=5)]), torch.tensor(again.standard_normal((5, 2)))
    assert history[0] == pytest.approx(vae.elbo(model(), x, noise, beta=0.5).mean().item())


@pytest.mark.equation("15.8")
def test_elbo_equals_log_ratio_averaged_over_the_encoder(rng):
    net, x = model(), rng.integers(17, size=(1, 4)) / 16
    mean, std = (a[0] for a in vae.codes(net, x))
    z = mean + std * rng.standard_normal((20_000, 2))
    values, _ = vae.latent_gradients(net, x[0], z)
    terms = values + gaussians.log_prior(z) - gaussians.log_factored(z, mean, std)
    estimate = vae.held_out_elbo(net, x, draws=20_000, rng=rng)[0]
    assert estimate == pytest.approx(terms.mean(), abs=6 * terms.std() / np.sqrt(20_000))
    weak = vae.elbo(net, torch.tensor(x), torch.zeros(1, 2, dtype=torch.float64), beta=2.0)
    full = vae.elbo(net, torch.tensor(x), torch.zeros(1, 2, dtype=torch.float64))
    assert (weak - full).item() == pytest.approx(gaussians.kl_mean_field(mean, std) / 2)


@pytest.mark.equation("15.8")
def test_importance_weights_tighten_the_bound_and_reach_the_evidence(rng):
    net, x = model(), rng.integers(17, size=(1, 4)) / 16
    prior = rng.standard_normal((40_000, 2))
    values, _ = vae.latent_gradients(net, x[0], prior)
    evidence = special.logsumexp(values) - np.log(40_000)
    assert vae.log_evidence(net, x, draws=4000, rng=rng)[0] == pytest.approx(evidence, abs=0.05)
    assert vae.held_out_elbo(net, x, draws=4000, rng=rng)[0] < evidence


def test_decoding_in_parts_gives_the_numbers_of_decoding_at_once(rng, monkeypatch):
    net, x = model("categorical"), rng.integers(17, size=(6, 4)) / 16
    for function in (vae.held_out_elbo, vae.log_evidence):
        monkeypatch.setattr(vae, "ROWS", 1000)
        at_once = function(net, x, draws=7, rng=np.random.default_rng(1))
        monkeypatch.setattr(vae, "ROWS", 12)
        assert function(net, x, draws=7, rng=np.random.default_rng(1)) == pytest.approx(at_once, rel=1e-12)


def test_latent_gradients_are_numerical_derivatives(rng):
    net, x, z, h = model(), rng.integers(17, size=4) / 16, rng.normal(size=(3, 2)), 1e-6
    _, gradients = vae.latent_gradients(net, x, z)
    for j in range(2):
        up, down = (vae.latent_gradients(net, x, z + sign * h * np.eye(2)[j])[0] for sign in (1, -1))
        assert gradients[:, j] == pytest.approx((up - down) / (2 * h), rel=1e-5, abs=1e-6)


@pytest.mark.equation("15.9")
def test_the_trained_bound_beats_independent_pixels_and_repeats_exactly():
    def run():
        rng = np.random.default_rng(3)
        net = vae.VAE(4, latents=1, width=8, kind="binomial", rng=rng)
        return vae.train(net, X, steps=150, batch=50, rate=2e-2, rng=rng), vae.sample(net, 2000, rng=rng)

    rng = np.random.default_rng(3)
    X = rng.binomial(16, np.where(rng.random((200, 1)) < 0.5, 0.2, 0.8) * np.ones(4)) / 16
    (history, samples), (again, _) = run(), run()
    assert (history == again).all()
    assert history[-20:].mean() > stats.binom.logpmf(16 * X, 16, X.mean(axis=0)).sum(axis=1).mean() + 1
    assert np.corrcoef(samples.T)[0, 1] > 0.7
    assert set(np.unique(samples * 16)) <= set(range(17))


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model("logistic"), "kind must be one of"),
        (lambda: vae.sample(model(), 0, rng=np.random.default_rng(0)), "n must be at least 1"),
        (lambda: vae.codes(model(), np.full((1, 4), np.nan)), "X must be finite"),
        (lambda: vae.codes(model(), np.full((1, 4), 0.03)), "X must hold the levels"),
        (lambda: vae.codes(model(), np.full((1, 4), -1 / 16)), "X must hold the levels"),
        (lambda: vae.codes(model(), np.full((1, 4), 17 / 16)), "X must hold the levels"),
        (lambda: vae.codes(model("bernoulli"), np.full((1, 4), 0.5)), "X must hold the levels"),
        (
            lambda: vae.log_evidence(model(), np.full((1, 4), 2.0), draws=2, rng=np.random.default_rng(0)),
            "X must hold the levels",
        ),
        (lambda: vae.held_out_elbo(model(), np.ones((1, 3)), draws=2, rng=np.random.default_rng(0)), "X must have shape"),
        (lambda: vae.held_out_elbo(model(), np.ones((1, 4)), draws=0, rng=np.random.default_rng(0)), "draws must be at least 1"),
        (lambda: vae.images(model(), np.zeros((1, 3))), "z must have shape"),
        (lambda: vae.latent_gradients(model(), np.ones(3), np.zeros((1, 2))), "X must have shape"),
        (lambda: vae.elbo(model(), torch.ones(2, 4).double(), torch.zeros(1, 2).double()), "noise must end in shape"),
        (lambda: vae.elbo(model(), torch.ones(1, 4).double(), torch.zeros(1, 2).double(), beta=0.0), "beta must be above 0"),
        (lambda: likelihoods.binomial(torch.zeros(3, 4), torch.ones(4)), "x must have one pixel for each"),
        (lambda: likelihoods.categorical(torch.zeros(3, 34), torch.ones(3, 3)), "x must have one pixel for each"),
        (lambda: likelihoods.mean_image(torch.zeros(3, 17), kind="grey"), "kind must be one of"),
        (lambda: likelihoods.draw_image(torch.zeros(3, 1), kind="grey", rng=np.random.default_rng(0)), "kind must be one of"),
        (lambda: vae.train(model(), np.ones((2, 4)), steps=0, batch=1, rate=1.0, rng=np.random.default_rng(0)), "steps must"),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
