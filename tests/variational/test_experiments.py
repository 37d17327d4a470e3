"""The page's experiments in small."""

import numpy as np
import pytest

from principles import data
from principles.variational import experiments, quality, vae


def test_parts_do_not_overlap(rng):
    parts = experiments.digit_parts(held_out=400, rng=rng)
    assert [len(p) for p in (parts.train, parts.real, parts.fresh)] == [997, 400, 400]
    assert len({row.tobytes() for row in np.r_[parts.train, parts.real, parts.fresh]}) == 1797
    digits = data.digits()
    label = {row.tobytes(): y for row, y in zip(digits.X, digits.y)}
    for rows, labels in ((parts.train, parts.train_labels), (parts.real, parts.real_labels)):
        assert [label[row.tobytes()] for row in rows] == labels.tolist()


def test_independent_pixels_keep_marginals_and_lose_correlations(rng):
    X = np.repeat(rng.integers(17, size=(500, 1)), 4, axis=1) / 16
    drawn = experiments.independent_pixels(X, 4000, rng=rng)
    assert drawn.mean(axis=0) == pytest.approx(X.mean(axis=0), abs=0.02)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(4)).max() < 0.06


def test_independent_log_likelihood_is_a_probability_over_the_levels():
    levels = np.arange(17)[:, None] / 16
    values = experiments.independent_log_likelihood(levels[:5], levels)
    assert np.exp(values).sum() == pytest.approx(1)
    assert values[0] - values[16] == pytest.approx(np.log(2))


def test_independent_log_likelihood_adds_the_logs_of_smoothed_frequencies():
    train, X = np.array([[0.0, 0.5], [0.0, 1.0], [0.5, 1.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    values = experiments.independent_log_likelihood(train, X, levels=2)  # 3 rows and 3 levels: out of 6
    assert values == pytest.approx(np.log([3 / 6 * 1 / 6, 1 / 6 * 3 / 6]))


def test_the_auto_encoder_is_trained_on_batches_of_128_at_rate_8e_3(rng):
    X = rng.integers(17, size=(9, 4)) / 16
    trained = experiments.train_vae(X, latents=2, kind="categorical", steps=3, width=5, rng=np.random.default_rng(1))
    again = np.random.default_rng(1)
    model = vae.VAE(4, latents=2, width=5, kind="categorical", rng=again)
    vae.train(model, X, steps=3, batch=128, rate=0.008, rng=again)
    assert all((a == b).all() for a, b in zip(trained.parameters(), model.parameters(), strict=True))
    assert trained.kind == "categorical"
    by_default = experiments.train_vae(X, latents=2, kind="binomial", steps=1, rng=rng)
    assert (by_default.read.out_features, by_default.write.out_features) == (128, 128)


def test_a_small_model_of_digits_runs_from_noise_to_pixels_and_repeats_exactly():
    def run():
        rng = np.random.default_rng(0)
        parts = experiments.digit_parts(held_out=400, rng=rng)
        model = experiments.train_diffusion(parts.train, steps=10, width=16, T=5, rng=rng)
        return model, model.pixels(model.path(3, rng=rng)[0]), parts

    (model, samples, parts), (_, again, _) = run(), run()
    assert (samples == again).all()
    assert samples.shape == (3, 64)
    assert model.pixels(model.scaled(parts.real)) == pytest.approx(parts.real)


def test_training_weighs_noisy_levels_up_to_twenty_times(monkeypatch, rng):
    seen = {}

    def train(net, sampler, **options):
        seen.update(options, net=net, rows=sampler(40, rng))
        return np.zeros(1)

    monkeypatch.setattr(experiments.denoiser, "train", train)
    X = rng.random((6, 4))
    model = experiments.train_diffusion(X, steps=1, width=2, T=50, rng=rng)
    assert (seen["steps"], seen["batch"], seen["rate"], len(seen["net"].inner)) == (1, 128, 3e-3, 2)
    assert (model.mean == X.mean(axis=0)).all()
    assert model.scale == X.std()
    assert {row.tobytes() for row in seen["rows"]} <= {row.tobytes() for row in (X - model.mean) / model.scale}
    assert seen["weights"][1] == pytest.approx(1 / model.schedule.kept[1])
    assert seen["weights"].max() == 20
    assert (np.diff(seen["weights"]) >= 0).all()


def test_the_table_gives_means_and_half_ranges():
    rows = [("ours", [quality.Quality(2.0, 0.5, 0.5, 0.0, 1.0, 0.5), quality.Quality(4.0, 0.7, 0.5, 0.0, 1.0, 0.5)])]
    assert experiments.column(rows, "precision", "ours").tolist() == [0.5, 0.7]
    rows.append(("theirs", [quality.Quality(1.25, 0.1, 0.2, 0.3, 0.4, 0.6)]))
    assert experiments.column(rows, "recall", "ours", "theirs").tolist() == [0.5, 0.5, 0.2]
    assert experiments.column(rows, "frechet", "theirs").tolist() == [1.25]
    lines = experiments.table(rows).splitlines()
    assert lines[0].split() == ["frechet", "precision", "recall", "imbalance", "nearest", "copying"]
    means, ranges = ["3.0", "0.60", "0.50", "0.00", "1.00", "0.50"], ["±1.0", "±0.10", "±0.00", "±0.00", "±0.00", "±0.00"]
    assert lines[1].split() == ["ours", *(word for pair in zip(means, ranges) for word in pair)]
    assert lines[2].split() == ["theirs", "1.2", "0.10", "0.20", "0.30", "0.40", "0.60"]
    assert [len(line) for line in lines] == [24 + 6 * 13] * 3


@pytest.mark.usefixtures("as_users_run")
def test_malformed_input_is_named(rng):
    with pytest.raises(ValueError, match="held_out must be"):
        experiments.digit_parts(held_out=1, rng=rng)
    with pytest.raises(ValueError, match="X must hold the levels"):
        experiments.independent_log_likelihood(np.zeros((2, 1)), np.array([[-1 / 16]]))
    for wrong in (17 / 16, 0.03):
        with pytest.raises(ValueError, match="X must hold the levels"):
            experiments.independent_log_likelihood(np.zeros((2, 1)), np.array([[wrong]]))
    with pytest.raises(ValueError, match="X must have shape"):
        experiments.independent_log_likelihood(np.zeros((2, 3)), np.zeros((2, 1)))
    with pytest.raises(ValueError, match="names must be among"):
        experiments.column([("ours", [])], "recall", "theirs")
    with pytest.raises(ValueError, match="names must be among"):
        experiments.column([("ours", [])], "recall")
    with pytest.raises(ValueError, match="spread of X must be above 0"):
        experiments.train_diffusion(np.ones((5, 2)), steps=1, width=2, T=3, rng=rng)
    with pytest.raises(ValueError, match="n must be at least 1"):
        experiments.independent_pixels(np.ones((5, 2)), 0, rng=rng)
