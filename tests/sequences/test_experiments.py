"""The parts of the experiments that have a peer or a closed form, and the moving window."""

import numpy as np
import pytest
import torch

from principles.sequences import carried, experiments, finetuning, pretraining, products, text
from principles.sequences.transformer import Transformer


def test_fill_quarter_equals_scikit_learns_ridge(rng):
    from sklearn.linear_model import Ridge

    train, test = rng.normal(size=(90, 64)), rng.normal(size=(5, 64))
    filled, hidden = experiments.fill_quarter(train, test, penalty=2.0)
    expected = Ridge(alpha=2.0).fit(train[:, ~hidden], train[:, hidden]).predict(test[:, ~hidden])
    np.testing.assert_allclose(filled[:, hidden], expected, atol=1e-10)
    np.testing.assert_array_equal(filled[:, ~hidden], test[:, ~hidden])
    assert np.flatnonzero(hidden).tolist() == [8 * r + c for r in range(4, 8) for c in range(4, 8)]


def test_gradient_kept_is_the_norm_of_the_power_for_the_identity(rng):
    A = rng.normal(size=(4, 4))
    expected = np.linalg.norm(np.linalg.matrix_power(A, 6), 2)
    assert experiments.gradient_kept(A, lambda a: a, steps=6) == pytest.approx(expected)
    assert experiments.gradient_kept(products.orthogonal(4, rng=rng), torch.sigmoid, steps=6) < 0.25**6


def test_sgd_leaves_the_orthogonal_matrices_at_first_order():
    first = [experiments.orthogonality_lost(6, steps=1, rate=r, rng=np.random.default_rng(1))[0] for r in (1e-4, 2e-4)]
    assert first[1] / first[0] == pytest.approx(2, rel=1e-2)


def test_error_of_a_wide_kernel_is_the_bias_of_the_mean(rng):
    wide = experiments.squared_errors([400], lambda n: 1e4, repeats=20, rng=rng)[0]
    x = np.linspace(0, 10, 10001)
    centre = experiments.curve(x).mean()
    assert wide == pytest.approx(np.mean((experiments.curve(np.linspace(2, 8, 25)) - centre) ** 2), rel=0.05)


def test_vocabulary_keeps_the_frequent_words_and_marks_the_rare(rng):
    symbols = experiments.vocabulary(["a cat, a dog", "a cat"], 4)
    assert symbols.names == ("\n", "‹rare›", "a", "cat")
    assert experiments.word_stream(["a dog"], symbols).tolist() == [0, 2, 1, 0]
    bag = pretraining.WordBag(4, p=2, rng=rng)
    bag.embedding.data = torch.tensor([[1.0, 0], [0.1, 1.0], [0, 2.0], [-1.0, 0.1]], dtype=torch.float64)
    assert experiments.nearest_words(bag, symbols, "a", k=1) == ["‹rare›"]


def test_rolling_windows_follow_one_another_and_the_carried_state_equals_one_long_pass(rng):
    stream = rng.integers(0, len(text.CHARACTERS), 101)
    windows = carried.rolling(stream, rows=2, T=10)
    assert [w.shape for w in windows] == [(2, 11)] * 5
    np.testing.assert_array_equal(torch.cat([w[:, :-1] for w in windows], dim=1)[0].numpy(), stream[:50])
    model = carried.RecurrentText(len(text.CHARACTERS), p=4, rng=rng)
    whole = torch.cat([windows[0], *[w[:, 1:] for w in windows[1:]]], dim=1)
    scores, _ = model(whole[:, :-1])
    expected = -pretraining.log_probabilities(scores, whole[:, 1:]).mean().item()
    assert carried.loss_by_position(model, windows, carry=True).mean() == pytest.approx(expected)
    assert carried.loss_by_position(model, windows, carry=False).mean() != pytest.approx(expected)
    assert np.mean([loss.item() for loss in carried.losses(model, windows)]) == pytest.approx(expected)


def test_scrambled_windows_keep_their_letters_and_pooling_ignores_order(rng):
    stream = np.arange(2000) % 29
    x, y = finetuning.scrambled_task(stream, 60, rng=rng)
    steps = (x.diff(dim=1) % 29 == 1).all(dim=1).numpy()
    np.testing.assert_array_equal(steps, y == 0)
    assert all(sorted((row - row[0]) % 29) == list(range(20)) for row in x.numpy())
    model = Transformer(29, p=8, heads=2, blocks=1, length=20, causal=False, rng=rng)
    features = finetuning.pooled_features(model, x[:3])
    h = model.features(x[:3]).detach().numpy()
    np.testing.assert_allclose(features, np.concatenate([h.mean(axis=1), (h**2).mean(axis=1)], axis=1), atol=1e-12)
