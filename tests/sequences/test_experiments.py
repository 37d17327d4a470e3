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


def test_the_first_step_of_sgd_is_the_one_autograd_takes():
    ours = experiments.orthogonality_lost(5, steps=1, rate=0.3, rng=np.random.default_rng(2))[0]
    g = np.random.default_rng(2)
    w_h, w_x, v = (
        torch.tensor(a) for a in (products.orthogonal(5, rng=g), g.normal(size=(5, 2)), g.normal(size=(5, 1)) / 5**0.5)
    )
    w_h.requires_grad_()
    h, loss = torch.zeros(5, dtype=torch.float64), 0.0
    for x in torch.tensor(g.normal(size=(10, 2))):
        h = torch.tanh(w_h @ h + w_x @ x)
        loss = loss + ((h @ v - x[0] * x[1]) ** 2).sum() / 10
    loss.backward()
    moved = (w_h - 0.3 * w_h.grad).detach().numpy()
    assert ours == pytest.approx(np.linalg.norm(moved.T @ moved - np.eye(5), 2), rel=1e-10)


def test_error_of_a_wide_kernel_is_the_bias_of_the_mean(rng):
    wide = experiments.squared_errors([400], lambda n: 1e4, repeats=20, rng=rng)[0]
    assert experiments.curve(np.array([np.pi / 2]))[0] == pytest.approx(2 + np.pi / 2)
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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: carried.rolling(np.arange(5), rows=2, T=10), "stream must hold at least rows"),
        (lambda g: carried.loss_by_position(carried.RecurrentText(5, p=3, rng=g), [], carry=True), "batches must hold"),
        (lambda g: experiments.vocabulary(["a b"], 1), "size must be at least 3"),
        (lambda g: experiments.fill_quarter(np.ones((5, 60)), np.ones((2, 64)), penalty=1.0), "train must have shape"),
        (lambda g: experiments.pair_of_halves(np.ones((10, 64)), rng=g, steps=1), "images must hold at least one batch"),
        (lambda g: experiments.gradient_kept(np.ones((2, 3)), torch.tanh, steps=2), "w must have shape"),
        (lambda g: experiments.squared_errors([10], lambda n: 1.0, repeats=0, rng=g), "repeats must be at least 1"),
        (lambda g: finetuning.scrambled_task(np.arange(9), 3, rng=g), "stream must be one text of more than T = 20"),
    ],
)
@pytest.mark.usefixtures("as_users_run")
def test_malformed_input_is_named(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(rng)
