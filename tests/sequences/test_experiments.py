"""The parts of the experiments that have a peer or a closed form, and the moving window."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from principles.sequences import carried, contrastive, experiments, finetuning, memory, pretraining, products, text
from principles.sequences.transformer import Transformer

TEXT = np.arange(900) ** 2 % 29


@pytest.fixture
def training(monkeypatch):
    """What an experiment asks of `pretraining.train`, its first two losses drawn and no weight moved."""
    asked = {}

    def train(parameters, losses, *, steps, rate):
        history = [loss.item() for loss, _ in zip(losses, range(2))]
        asked.update(weights=len(list(parameters)), losses=history, steps=steps, rate=rate)
        return history

    monkeypatch.setattr(pretraining, "train", train)
    return asked


def stretches(T, n, rng):
    start = rng.integers(0, len(TEXT) - T, n)
    return torch.tensor(np.array([TEXT[s : s + T] for s in start]))


def test_gpt_is_trained_to_say_what_comes_next(training):
    trained, g = experiments.gpt(TEXT, rng=np.random.default_rng(1)), np.random.default_rng(1)
    model = Transformer(len(text.CHARACTERS), p=48, heads=4, blocks=1, length=32, causal=True, rng=g)
    batches = [stretches(33, 24, g) for _ in range(2)]
    expected = [F.cross_entropy(model(x[:, :-1]).reshape(24 * 32, -1), x[:, 1:].reshape(-1)).item() for x in batches]
    assert training["losses"] == trained.history == pytest.approx(expected, rel=1e-12)
    assert (training["weights"], training["steps"], training["rate"]) == (len(list(model.parameters())), 600, 0.014)


def test_bert_is_trained_to_fill_two_fifths_of_the_text(training):
    trained, g, expected = experiments.bert(TEXT, rng=np.random.default_rng(1)), np.random.default_rng(1), []
    model = Transformer(len(text.CHARACTERS), p=48, heads=4, blocks=1, length=20, causal=False, rng=g)
    for _ in range(2):
        x, hidden = stretches(20, 32, g), torch.tensor(g.random((32, 20)) < 0.4)
        expected.append(F.cross_entropy(model(x.masked_fill(hidden, 32))[hidden], x[hidden]).item())
    assert training["losses"] == trained.history == pytest.approx(expected, rel=1e-12)
    assert (training["weights"], training["steps"], training["rate"]) == (len(list(model.parameters())), 600, 0.01)


def test_the_bag_of_words_is_trained_on_two_words_on_either_side(training):
    trained, g = experiments.word_bag(TEXT, 29, rng=np.random.default_rng(1)), np.random.default_rng(1)
    bag = pretraining.WordBag(29, p=24, rng=g)
    expected = [(pretraining.window_loss(bag, stretches(16, 32, g), reach=2).mean() / 16).item() for _ in range(2)]
    assert training["losses"] == trained.history == pytest.approx(expected, rel=1e-12)
    assert (training["weights"], training["steps"], training["rate"]) == (3, 500, 0.03)


def test_the_recurrent_model_is_trained_on_one_pass_over_the_text(training):
    trained, g = experiments.recurrent_text(TEXT, rng=np.random.default_rng(1)), np.random.default_rng(1)
    model = carried.RecurrentText(len(text.CHARACTERS), p=64, rng=g)
    windows = carried.rolling(TEXT, rows=16, T=25)
    expected = [loss.item() for loss in carried.losses(model, windows)]
    assert training["losses"] == trained.history == pytest.approx(expected, rel=1e-12)
    assert (training["weights"], training["steps"], training["rate"]) == (6, len(windows), 0.01)


def test_halves_of_images_are_trained_to_meet(training):
    images = np.random.default_rng(0).random((130, 64))
    pair, g, expected = experiments.pair_of_halves(images, rng=np.random.default_rng(1)), np.random.default_rng(1), []
    f, h = (contrastive.Encoder(32, width=64, p=16, rng=g) for _ in range(2))
    for _ in range(2):
        i = g.choice(130, 128, replace=False)
        left, right = (torch.tensor(a[i].reshape(128, 32)) for a in np.split(images.reshape(130, 8, 8), 2, axis=2))
        scores = 10 * f(left) @ h(right).T  # on the sphere, up to a constant
        expected.append((F.cross_entropy(scores, torch.arange(128)) + F.cross_entropy(scores.T, torch.arange(128))).item() / 2)
    assert training["losses"] == pytest.approx(expected, rel=1e-10)
    assert (training["weights"], training["steps"], training["rate"]) == (6, 600, 0.01)
    torch.testing.assert_close(pair.caption(right), h(right))


def test_every_model_of_the_memory_table_has_the_same_budget_and_the_same_random_numbers(monkeypatch):
    calls = []

    def recall_accuracy(kind, T, *, rng, **budget):
        calls.append((kind, T, rng.random(), budget))
        return T / 10

    monkeypatch.setattr(memory, "recall_accuracy", recall_accuracy)
    table = experiments.memory_table(["RNN", "attention"], [2, 5], seed=4)
    assert table == {"RNN": [0.2, 0.5], "attention": [0.2, 0.5]}
    budget = {"p": 24, "symbols": 4, "steps": 300, "batch": 32, "rate": 0.01, "test": 500}
    first = np.random.default_rng(4).random()
    assert calls == [(kind, T, first, budget) for kind in ("RNN", "attention") for T in (2, 5)]


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
    h, J = np.full(4, 0.1), np.eye(4)
    for _ in range(3):
        h = np.tanh(A @ h)
        J = np.diag(1 - h**2) @ A @ J
    assert experiments.gradient_kept(A, torch.tanh, steps=3) == pytest.approx(np.linalg.norm(J, 2))


def test_sgd_leaves_the_orthogonal_matrices_at_first_order():
    first = [experiments.orthogonality_lost(6, steps=1, rate=r, rng=np.random.default_rng(1))[0] for r in (1e-4, 2e-4)]
    assert first[1] / first[0] == pytest.approx(2, rel=1e-2)


def test_the_steps_of_sgd_are_those_autograd_takes():
    ours, g = experiments.orthogonality_lost(5, steps=3, rate=0.3, rng=np.random.default_rng(2)), np.random.default_rng(2)
    start = products.orthogonal(5, rng=g), g.normal(size=(5, 2)), g.normal(size=(5, 1)) / 5**0.5
    weights = w_h, w_x, v = [torch.tensor(a, requires_grad=True) for a in start]
    optimiser, lost = torch.optim.SGD(weights, lr=0.3), []
    for _ in range(3):
        h, loss = torch.zeros(5, dtype=torch.float64), 0.0
        for x in torch.tensor(g.normal(size=(10, 2))):
            h = torch.tanh(w_h @ h + w_x @ x)
            loss = loss + ((h @ v - x[0] * x[1]) ** 2).sum() / 10
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        lost.append(torch.linalg.matrix_norm(w_h.T @ w_h - torch.eye(5, dtype=torch.float64), 2).item())
    assert ours == pytest.approx(lost, rel=1e-10)


def test_error_of_a_wide_kernel_is_the_bias_of_the_mean(rng):
    wide = experiments.squared_errors([400], lambda n: 1e4, repeats=20, rng=rng)[0]
    at = np.array([0, np.pi / 6, np.pi / 2, np.pi, 3 * np.pi / 2])
    np.testing.assert_allclose(experiments.curve(at), at + np.array([0, 1, 2, 0, -2]), atol=1e-14)
    x = np.linspace(0, 10, 10001)
    centre = experiments.curve(x).mean()
    assert wide == pytest.approx(np.mean((experiments.curve(np.linspace(2, 8, 25)) - centre) ** 2), rel=0.05)


def test_squared_errors_are_averages_over_fresh_samples_of_each_size():
    found, expected = experiments.squared_errors([3, 6], lambda n: 9 / n, repeats=2, rng=np.random.default_rng(8)), []
    g, f, x = np.random.default_rng(8), lambda t: 2 * np.sin(t) + t, np.linspace(2, 8, 25)
    for n in (3, 3, 6, 6):
        train = g.uniform(0, 10, n)
        k = np.exp(-((x[:, None] - train) ** 2) / 2 / (9 / n) ** 2)
        expected.append(np.mean((k @ (f(train) + g.normal(size=n)) / k.sum(axis=1) - f(x)) ** 2))
    np.testing.assert_allclose(found, [(expected[0] + expected[1]) / 2, (expected[2] + expected[3]) / 2])


def test_vocabulary_keeps_the_frequent_words_and_marks_the_rare(rng):
    symbols = experiments.vocabulary(["a cat, a dog", "a cat"], 4)
    assert symbols.names == ("\n", "‹rare›", "a", "cat")
    assert experiments.word_stream(["a dog"], symbols).tolist() == [0, 2, 1, 0]
    bag = pretraining.WordBag(4, p=2, rng=rng)
    bag.embedding.data = torch.tensor([[1.0, 0], [0.1, 1.0], [0, 2.0], [-1.0, 0.1]], dtype=torch.float64)
    assert experiments.nearest_words(bag, symbols, "a", k=1) == ["‹rare›"]
    bag.embedding.data[0] = torch.tensor([10.0, 9.0])  # longer, and less nearly parallel
    assert experiments.nearest_words(bag, symbols, "a", k=3) == ["‹rare›", "\n", "cat"]


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
    each = -pretraining.log_probabilities(scores, whole[:, 1:]).detach().numpy().reshape(2, 5, 10)
    np.testing.assert_allclose(carried.loss_by_position(model, windows, carry=True), each.mean(axis=(0, 1)))
    fresh = [-pretraining.log_probabilities(model(w[:, :-1])[0], w[:, 1:]).detach().numpy() for w in windows]
    np.testing.assert_allclose(carried.loss_by_position(model, windows, carry=False), np.mean(fresh, axis=(0, 1)))
    assert carried.loss_by_position(model, windows, carry=False).mean() != pytest.approx(expected)
    assert np.mean([loss.item() for loss in carried.losses(model, windows)]) == pytest.approx(expected)


def test_a_text_just_long_enough_makes_one_window_and_a_left_over_is_dropped():
    (window,) = carried.rolling(np.arange(7), rows=2, T=3)
    assert window.tolist() == [[0, 1, 2, 3], [3, 4, 5, 6]]
    assert len(carried.rolling(np.arange(11), rows=1, T=4)) == 2


def test_gradients_stop_at_the_edge_of_a_window_unless_the_state_is_left_attached(rng):
    model, windows = carried.RecurrentText(5, p=3, rng=rng), carried.rolling(rng.integers(0, 5, 21), rows=2, T=5)
    for loss in carried.losses(model, windows):
        loss.backward()
    first, second = carried.losses(model, windows, detach=False)
    first.backward()
    with pytest.raises(RuntimeError, match="second time"):
        second.backward()


def test_scrambled_windows_keep_their_letters_and_pooling_ignores_order(rng):
    stream = np.arange(2000) % 29
    x, y = finetuning.scrambled_task(stream, 60, rng=rng)
    steps = (x.diff(dim=1) % 29 == 1).all(dim=1).numpy()
    np.testing.assert_array_equal(steps, y == 0)
    assert all(sorted((row - row[0]) % 29) == list(range(20)) for row in x.numpy())
    assert set(y) == {0, 1}
    moved = ((x - x[:, :1]) % 29 != torch.arange(20)).any(dim=0).tolist()
    assert moved == [False] * 4 + [True] * 12 + [False] * 4
    model = Transformer(29, p=8, heads=2, blocks=1, length=20, causal=False, rng=rng)
    features = finetuning.pooled_features(model, x[:3])
    h = model.features(x[:3]).detach().numpy()
    np.testing.assert_allclose(features, np.concatenate([h.mean(axis=1), (h**2).mean(axis=1)], axis=1), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: carried.rolling(np.arange(5), rows=2, T=10), "stream must hold at least rows × T \\+ 1 = 21"),
        (lambda g: carried.rolling(np.arange(6), rows=2, T=3), "stream must hold at least rows × T \\+ 1 = 7"),
        (lambda g: carried.loss_by_position(carried.RecurrentText(5, p=3, rng=g), [], carry=True), "batches must hold"),
        (lambda g: experiments.vocabulary(["a b"], 1), "size must be at least 3"),
        (lambda g: experiments.word_bag(np.arange(40), 4, rng=g, steps=1), "stream must hold symbols from 0 to 3; got 39"),
        (lambda g: experiments.fill_quarter(np.ones((5, 60)), np.ones((2, 64)), penalty=1.0), "train must have shape"),
        (lambda g: experiments.pair_of_halves(np.ones((10, 64)), rng=g, steps=1), "images must hold at least one batch"),
        (lambda g: experiments.gradient_kept(np.ones((2, 3)), torch.tanh, steps=2), "w must have shape"),
        (lambda g: experiments.gradient_kept(1e200 * np.eye(2), torch.relu, steps=2), "∂h_T/∂h_0 must be finite"),
        (lambda g: experiments.squared_errors([10], lambda n: 1.0, repeats=0, rng=g), "repeats must be at least 1"),
        (lambda g: finetuning.scrambled_task(np.arange(9), 3, rng=g), "stream must be one text of more than T = 20"),
    ],
)
@pytest.mark.usefixtures("as_users_run")
def test_malformed_input_is_named(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(rng)
