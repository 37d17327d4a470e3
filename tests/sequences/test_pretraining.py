"""Text, n-grams, the three pretraining losses, sampling, memory and CLIP against brute force."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
import sklearn
import torch
from torch.nn import functional as F

from principles.sequences import attention, contrastive, inputs, memory, positions, text
from principles.sequences import pretraining as pt
from principles.sequences.transformer import Transformer
from principles.stochastic import adam


def small(causal, rng):
    return Transformer(5, p=8, heads=2, blocks=2, length=6, causal=causal, rng=rng)


CAUSAL, BOTH = (small(causal, np.random.default_rng(0)) for causal in (True, False))


@pytest.mark.equation("8.21")
def test_masked_loss_hides_one_symbol_at_a_time(rng):
    model, x = small(False, rng), torch.tensor(rng.integers(0, 5, (3, 6)))
    expected = torch.zeros(3, dtype=torch.float64)
    for i, t in itertools.product(range(3), range(6)):
        hidden = x[i].clone()
        hidden[t] = model.mask
        expected[i] += F.cross_entropy(model(hidden[None])[0, t], x[i, t])
    torch.testing.assert_close(pt.masked_loss(model, x), expected)
    hide = np.full((3, 6), 0.5)  # at the rate and not below it
    hide[1, 2] = 0.1
    hidden = x[1].clone()
    hidden[2] = model.mask
    one = pt.sampled_masked_loss(model, x, hide, rate=0.5)
    assert one.item() == pytest.approx(F.cross_entropy(model(hidden[None])[0, 2], x[1, 2]).item())


def test_span_loss_hides_the_span_and_nothing_else(rng):
    model, x = small(False, rng), torch.tensor(rng.integers(0, 5, (3, 6)))
    assert pt.span_loss(model, x, start=2, length=1) == pytest.approx(
        np.mean(
            [F.cross_entropy(model(torch.where(torch.arange(6) == 2, model.mask, row)[None])[0, 2], row[2]).item() for row in x]
        )
    )
    hidden = torch.cat([x[:, :1], torch.full((3, 5), model.mask)], dim=1)
    everything = F.cross_entropy(model(hidden)[:, 1:].reshape(15, -1), x[:, 1:].reshape(15)).item()
    assert pt.span_loss(model, x, start=1, length=5) == pytest.approx(everything)
    with pytest.raises(ValueError, match="length must be at least 1 and at most 4"):
        pt.span_loss(model, x, start=2, length=5)


@pytest.mark.equation("8.22")
def test_window_loss_averages_the_neighbours_that_exist(rng):
    model, x = pt.WordBag(5, p=3, rng=rng), torch.tensor(rng.integers(0, 5, (2, 6)))
    expected = torch.zeros(2, dtype=torch.float64)
    for i, t in itertools.product(range(2), range(6)):
        around = [s for s in range(max(0, t - 2), min(6, t + 3)) if s != t]
        mean = model.embedding[x[i, around]].mean(dim=0)
        expected[i] += F.cross_entropy(mean @ model.readout + model.bias, x[i, t])
    torch.testing.assert_close(pt.window_loss(model, x, reach=2), expected)
    around, exists = pt.neighbours(torch.arange(4)[None], reach=2)
    seen = [[s for s, there in zip(*row) if there] for row in zip(around[0].tolist(), exists[0].tolist())]
    assert seen == [[1, 2], [0, 2, 3], [0, 1, 3], [1, 2]]


@pytest.mark.equation("8.23")
def test_next_loss_is_a_normalised_likelihood_of_whole_sequences(rng):
    model = Transformer(3, p=8, heads=2, blocks=1, length=4, causal=True, rng=rng)
    everything = torch.tensor([[0, *rest] for rest in itertools.product(range(3), repeat=4)])
    assert torch.exp(-pt.next_loss(model, everything)).sum().item() == pytest.approx(1, abs=1e-12)
    expected = sum(F.cross_entropy(model(everything[7:8, :t])[0, -1], everything[7, t]) for t in range(1, 5))
    assert pt.next_loss(model, everything[7:8]).item() == pytest.approx(expected.item())
    shortest = F.cross_entropy(model(everything[:, :1])[:, 0], everything[:, 1], reduction="none")
    torch.testing.assert_close(pt.next_loss(model, everything[:, :2]), shortest)


def test_samples_follow_the_models_distribution(rng):
    model = small(True, rng)
    p = torch.softmax(model(torch.tensor([[0, 1]]))[0, -1], dim=-1).detach().numpy()
    drawn = [pt.continue_text(model, np.array([0, 1]), steps=1, length=6, rng=rng)[-1] for _ in range(300)]
    share = np.bincount(drawn, minlength=5) / 300
    assert (np.abs(share - p) < 4 * np.sqrt(p * (1 - p) / 300)).all()


@pytest.mark.parametrize("options", [{}, {"temperature": 0.5}])
def test_a_text_is_continued_by_inverting_the_distribution_of_each_next_symbol(options, rng):
    model, stream = small(True, rng), [1, 4]
    found = pt.continue_text(model, np.array(stream), steps=12, length=4, rng=np.random.default_rng(3), **options)
    for u in np.random.default_rng(3).random(12):
        scores = model(torch.tensor([stream[-4:]]))[0, -1].detach().numpy() / options.get("temperature", 1)
        p = np.exp(scores) / np.exp(scores).sum()
        stream.append(next(s for s in range(5) if u < p[: s + 1].sum()))
    assert found.tolist() == stream


def test_at_temperature_zero_the_likeliest_symbol_follows_the_last_one(rng):
    model = small(True, rng)
    for _ in range(8):
        prompt = rng.integers(0, 5, 4)
        best = model(torch.tensor(prompt[None]))[0, -1].argmax().item()
        assert pt.continue_text(model, prompt, steps=1, length=6, rng=rng, temperature=1e-6)[-1] == best


def test_only_the_newest_symbols_are_seen(rng):
    model = small(True, rng)
    for _ in range(8):
        prompt = rng.integers(0, 5, 9)
        best = model(torch.tensor(prompt[None, -3:]))[0, -1].argmax().item()
        assert pt.continue_text(model, prompt, steps=1, length=3, rng=rng, temperature=1e-6)[-1] == best


def test_windows_and_tiles_are_stretches_of_the_text(rng):
    assert pt.tiles(np.arange(10), 4, overlap=1).tolist() == [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]
    assert pt.tiles(np.arange(10), 4).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert pt.tiles(np.arange(4), 4).tolist() == [[0, 1, 2, 3]]
    assert (pt.windows(np.arange(6), 5, n=3, rng=rng).numpy() == np.arange(5)).all()


def test_a_steady_slope_moves_a_weight_by_the_sum_of_the_step_sizes():
    w, s = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64)), np.arange(120)
    slopes = iter(2.0 + s % 7)  # all clipped to 1, so that Adam's every step is the step size
    pt.train([w], pt.repeat(lambda: w.sum() * float(next(slopes))), steps=120, rate=1e-2)
    sizes = 1e-2 * np.minimum(1, (s + 1) / 50) * (1 + np.cos(np.pi * s / 120)) / 2
    assert w.item() == pytest.approx(-sizes.sum(), rel=1e-5)


def test_training_is_adam_on_clipped_gradients(rng):
    slopes = rng.normal(size=70) * np.where(rng.random(70) < 0.5, 0.1, 5.0)
    w, each = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64)), iter(slopes)
    history = pt.train([w], pt.repeat(lambda: w.sum() * next(each)), steps=70, rate=1e-2, clip=0.2)
    s = np.arange(70)
    sizes = 1e-2 * np.minimum(1, (s + 1) / 50) * (1 + np.cos(np.pi * s / 70)) / 2
    g = slopes * np.minimum(1, 0.2 / np.abs(slopes))
    settings = adam.Settings(beta_2=0.98)
    path = list(adam.descend(lambda w, t: g[t : t + 1], np.zeros(1), steps=70, step_size=lambda t: sizes[t], settings=settings))
    assert w.item() == pytest.approx(path[-1].w[0], rel=1e-4)  # torch divides by the norm plus 1e-6
    np.testing.assert_allclose(history, slopes * [state.w[0] for state in path[:-1]], rtol=1e-3, atol=1e-9)


def test_training_lowers_the_loss_and_is_repeatable(rng):
    def run():
        g = np.random.default_rng(0)
        model, x = small(True, g), torch.tensor(g.integers(0, 5, (4, 7)))
        return pt.train(model.parameters(), pt.repeat(lambda: pt.next_loss(model, x).mean()), steps=60, rate=1e-2)

    first, second = run(), run()
    assert first == second
    assert first[-1] < first[0] / 2


@pytest.mark.parametrize("order", [1, 2, 3])
def test_ngrams_are_probabilities_and_favour_what_was_seen(order, rng):
    stream = rng.choice(4, size=400, p=[0.5, 0.3, 0.2, 0.0])
    model = text.fit_ngram(stream, 4, order=order)
    np.testing.assert_allclose(model.table.sum(axis=-1), 1)
    assert model.order == order
    assert (model.table > 0).all()
    assert len(model.log_probabilities(stream)) == 400 - order + 1


def test_ngrams_back_off_in_proportion_to_the_novelty_seen(rng):
    stream, symbols = rng.integers(0, 4, 40), range(5)  # one symbol never comes

    def counts(*context):
        places = [t for t in range(len(context), 40) if tuple(stream[t - len(context) : t]) == context]
        return np.bincount(stream[places].astype(int), minlength=5)

    def p(*context):  # Witten and Bell: shorter contexts have the weight of the number of different symbols seen
        c, shorter = counts(*context), p(*context[1:]) if context else np.full(5, 1 / 5)
        return (c + (c > 0).sum() * shorter) / (c.sum() + (c > 0).sum()) if c.any() else shorter

    model = text.fit_ngram(stream, 5, order=3)
    np.testing.assert_allclose(model.table, [[p(a, b) for b in symbols] for a in symbols], atol=1e-14)
    log_p = [np.log(p(*stream[t - 2 : t])[stream[t]]) for t in range(2, 40)]
    np.testing.assert_allclose(model.log_probabilities(stream), log_p)
    gap = text.fit_gap(stream, 5)
    for a, b in itertools.product(symbols, symbols):
        c = np.bincount([stream[t] for t in range(1, 39) if (stream[t - 1], stream[t + 1]) == (a, b)], minlength=5)
        novel = max(1, (c > 0).sum())
        np.testing.assert_allclose(gap[a, :, b], (c + novel * p(a)) / (c.sum() + novel), atol=1e-14)


def test_bigram_smoothing_matches_the_formula_by_hand():
    table = text.fit_ngram(np.array([0, 1, 0, 1, 0]), 3, order=2).table
    unigram = (np.array([3, 2, 0]) + 2 / 3) / 7
    np.testing.assert_allclose(table[0], (np.array([0, 2, 0]) + unigram) / 3)
    np.testing.assert_allclose(table[2], unigram)
    gap = text.fit_gap(np.array([0, 1, 0, 1, 0]), 3)
    np.testing.assert_allclose(gap.sum(axis=1), 1)
    assert gap[0, 1, 0] > 0.8


def test_the_text_is_plain_sentences_without_repeats():
    sentences = text.documentation()
    assert len(sentences) == len(set(sentences)) > 3000
    train, test = text.hold_out(sentences, 300, rng=np.random.default_rng(0))
    assert len(test) == 300
    assert sorted(train + test) == sorted(sentences)
    assert test != sentences[:300]
    stream = text.CHARACTERS.encode(test)
    assert text.CHARACTERS.decode(stream) == "\n" + "\n".join(test) + "\n"


def plain_sentences(folder):
    """What the text was made of: the plain sentences of the docstrings of a package's own modules, once each."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        if {"tests", "externals"} & set(path.relative_to(folder).parts):
            continue
        for docstring in re.findall(r'"""(.*?)"""', path.read_text(encoding="utf-8"), re.DOTALL):
            for paragraph in docstring.split("\n\n"):
                for sentence in re.split(r"(?<=\.) ", " ".join(paragraph.split())):
                    if re.fullmatch(r"[A-Z][A-Za-z ,'\-]{24,}\.", sentence) and "--" not in sentence:
                        found[sentence.lower()] = None
    return list(found)


def test_the_text_is_that_of_the_release_it_names():
    header = text.SENTENCES.read_text(encoding="utf-8").splitlines()[0]
    if f" {sklearn.__version__}," not in header:
        pytest.skip(f"another release is installed: {sklearn.__version__}")
    assert text.documentation() == plain_sentences(Path(sklearn.__file__).parent)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM", "attention", "RNN + attention"])
def test_input_gradients_agree_with_finite_differences(kind, rng):
    model = memory.Reader(kind, d=3, p=4, answers=3, length=5, rng=rng)
    x, y = memory.recall_task(1, 5, symbols=3, rng=rng)
    norms, step = memory.input_gradients(model, x, y), 1e-5
    for t in (0, 4):
        slopes = []
        for c in range(3):
            moved = [x.clone(), x.clone()]
            moved[0][0, t, c] += step
            moved[1][0, t, c] -= step
            up, down = (F.cross_entropy(model(z), y).item() for z in moved)
            slopes.append((up - down) / (2 * step))
        assert norms[t] == pytest.approx(np.linalg.norm(slopes), rel=1e-5, abs=1e-8)
    x, y = memory.recall_task(3, 5, symbols=3, rng=rng)
    one_by_one = [memory.input_gradients(model, x[i : i + 1], y[i : i + 1]) for i in range(3)]
    np.testing.assert_allclose(memory.input_gradients(model, x, y), np.sqrt(np.mean(np.square(one_by_one), axis=0)))


def test_the_attention_reader_asks_every_place_once(rng):
    model = memory.Reader("attention", d=3, p=4, answers=3, length=5, rng=rng)
    x, _ = memory.recall_task(2, 5, symbols=3, rng=rng)
    h = (x @ model.w_in).detach().numpy() + positions.sinusoids(np.arange(5), 4)
    w_q, w_k, w_v, readout = (w.detach().numpy() for w in (model.w_q, model.w_k, model.w_v, model.readout))
    expected = attention.attend(h[:, -1:] @ w_q, h @ w_k, h @ w_v, scale=0.5)[:, 0] @ readout
    np.testing.assert_allclose(model(x).detach().numpy(), expected, atol=1e-12)


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("features", [1, 9])
def test_a_reader_takes_sequences_up_to_its_length_whatever_their_features(features, rng):
    for kind in ("RNN", "attention"):
        model = memory.Reader(kind, d=features, p=4, answers=3, length=5, rng=rng)
        assert model(torch.ones(2, 5, features, dtype=torch.float64)).shape == (2, 3)
        with pytest.raises(ValueError, match=r"at most 5, d\); got \(2, 6"):
            model(torch.ones(2, 6, features, dtype=torch.float64))


def test_the_answer_of_the_recall_task_is_the_first_symbol(rng):
    x, y = memory.recall_task(50, 7, symbols=3, rng=rng)
    assert x.shape == (50, 7, 3)
    torch.testing.assert_close(x.sum(dim=2), torch.ones(50, 7, dtype=torch.float64))
    assert (x[:, 0].argmax(dim=1) == y).all()
    shares = x.mean(dim=(0, 1)).numpy()
    np.testing.assert_allclose(shares, 1 / 3, atol=4 * np.sqrt(2 / 9 / 350))


def test_attention_recalls_the_first_symbol(rng):
    assert memory.recall_accuracy("attention", 6, p=8, symbols=3, steps=200, batch=16, rate=2e-2, test=100, rng=rng) > 0.95


@pytest.mark.equation("8.24")
def test_clip_losses_are_cosine_cross_entropies_on_the_sphere(rng):
    a, b = (F.normalize(torch.tensor(rng.normal(size=(6, 4))), dim=1) for _ in range(2))
    image_loss, caption_loss, both = contrastive.clip_losses(a, b, sharpness=3.0)
    logits, diagonal = 3.0 * a @ b.T, torch.arange(6)
    torch.testing.assert_close(image_loss, F.cross_entropy(logits, diagonal, reduction="none"))
    torch.testing.assert_close(caption_loss, F.cross_entropy(logits.T, diagonal, reduction="none"))
    torch.testing.assert_close(both, (image_loss + caption_loss) / 2)
    far = contrastive.clip_losses(2 * a, b, sharpness=3.0)[0]
    brute = [-torch.log_softmax(-1.5 * ((2 * a[i] - b) ** 2).sum(dim=1), dim=0)[i] for i in range(6)]
    torch.testing.assert_close(far, torch.stack(brute))
    many = torch.tensor(1e4 + rng.normal(size=(2, 30, 4)))  # far from the origin, where squared norms would cancel
    brute = F.log_softmax(-1.5 * ((many[0][:, None] - many[1]) ** 2).sum(dim=2), dim=1).diagonal()
    torch.testing.assert_close(contrastive.clip_losses(*many, sharpness=3.0)[0], -brute, rtol=1e-10, atol=1e-10)


def test_ranks_and_zero_shot_on_a_case_done_by_hand():
    images = torch.tensor([[1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    captions = torch.tensor([[0.6, 0.8], [0.8, 0.6]], dtype=torch.float64)
    assert contrastive.ranks(images, captions).tolist() == [1, 1]
    assert contrastive.ranks(images, images).tolist() == [0, 0]
    assert contrastive.zero_shot(images, captions, np.array([7, 3])).tolist() == [3, 7]
    angle = torch.deg2rad(torch.tensor([10.0, 60.0, -60.0, 50.0], dtype=torch.float64))
    at = torch.stack([angle.cos(), angle.sin()], dim=1)
    assert contrastive.zero_shot(at[:1], at[1:], np.array([7, 7, 3])).tolist() == [7]  # a spread-out class is no farther away
    left, right = contrastive.halves(np.arange(64.0)[None])
    assert left[0, :5].tolist() == [0, 1, 2, 3, 8]
    assert right[0, 0] == 4


def test_ranks_count_the_captions_that_are_nearer_and_encoders_end_on_the_sphere(rng):
    a, b = (contrastive.Encoder(6, width=5, p=3, rng=rng)(torch.tensor(rng.normal(size=(9, 6)))).detach() for _ in range(2))
    torch.testing.assert_close(a.norm(dim=1), torch.ones(9, dtype=torch.float64))
    counted = [sum((x @ other > x @ own).item() for other in b) for x, own in zip(a, b)]
    assert contrastive.ranks(a, b).tolist() == counted


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: text.CHARACTERS.encode(["A"]), "'A' does not"),
        (lambda: text.hold_out(["a", "b"], 2, rng=np.random.default_rng(0)), "test must be at least 1 and at most 1"),
        (lambda: text.fit_ngram(np.zeros(9, dtype=int), 50, order=4), "symbols\\*\\*order must stay below"),
        (lambda: text.fit_ngram(np.zeros(9, dtype=int), 2_000_000, order=1), "symbols\\*\\*order must stay below"),
        (lambda: inputs.symbols("x", np.array(3), 5), "x must hold at least 1 symbols in a row; got shape \\(\\)"),
        (lambda: inputs.symbols("x", np.ones((0, 3), int), 5), "x must hold at least 1 symbols in a row; got shape"),
        (
            lambda: memory.Reader("CNN", d=1, p=1, answers=1, length=1, rng=np.random.default_rng(0)),
            "kind must be one of RNN, GRU",
        ),
        (lambda: contrastive.clip_losses(torch.ones(2, 2), torch.ones(2, 2), sharpness=0.0), "sharpness must be above 0"),
        (
            lambda: contrastive.clip_losses(torch.ones(3, 2), torch.ones(2, 2), sharpness=1.0),
            "images and captions must have matching",
        ),
        (lambda: contrastive.ranks(torch.ones(2, 2), torch.ones(3, 2)), "images and captions must have matching"),
        (lambda: contrastive.halves(np.ones((2, 63))), "X must have shape"),
        (
            lambda: contrastive.zero_shot(torch.ones(2, 2), torch.ones(3, 2), np.array([0, 1])),
            "the first axis of prompts and classes",
        ),
        (lambda: text.Symbols(("a", "a")), "names must be given, each once"),
        (lambda: text.CHARACTERS.decode(np.array([-1])), "stream must hold symbols from 0 to 31; got -1"),
        (lambda: text.fit_ngram(np.array([1, 5]), 5, order=1), "stream must hold symbols from 0 to 4; got 5"),
        (lambda: text.fit_ngram(np.array([1]), 5, order=2), "stream must hold at least 2 symbols"),
        (lambda: text.fit_gap(np.array([1, 2]), 5), "stream must hold at least 3 symbols"),
        (lambda: pt.masked_loss(CAUSAL, torch.zeros(1, 3, dtype=torch.int64)), "model must see what follows"),
        (lambda: pt.next_loss(BOTH, torch.zeros(1, 3, dtype=torch.int64)), "model must not see what follows"),
        (lambda: pt.next_loss(CAUSAL, torch.zeros(1, 1, dtype=torch.int64)), "x must hold a first symbol and at least one"),
        (
            lambda: pt.sampled_masked_loss(BOTH, torch.zeros(1, 3, dtype=torch.int64), np.ones((1, 3)), rate=0.5),
            "hide must fall below",
        ),
        (lambda: pt.log_probabilities(torch.zeros(3, 5), torch.zeros(2, dtype=torch.int64)), "truth and all but the last axis"),
        (lambda: pt.tiles(np.arange(3), 5), "T must be at least 1 and at most 3"),
        (lambda: pt.tiles(np.arange(9), 5, overlap=5), "overlap must be at least 0 and at most 4"),
        (lambda: pt.train([], iter([]), steps=1, rate=0.0), "rate must be above 0"),
        (lambda: pt.train([torch.nn.Parameter(torch.ones(1))], [], steps=1, rate=0.1), "losses must last for 1 steps; got 0"),
        (
            lambda: pt.continue_text(CAUSAL, np.array([1]), steps=1, length=0, rng=np.random.default_rng(0)),
            "length must be at least 1",
        ),
    ],
)
@pytest.mark.usefixtures("as_users_run")
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
