"""Weighted neighbours, attention, positions, sets and cost against sklearn, torch and closed forms."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from principles.sequences import (
    attention,
    carried,
    contrastive,
    cost,
    memory,
    neighbours,
    positions,
    pretraining,
    recurrent,
    transformer,
)

MODEL = transformer.Transformer(5, p=8, heads=2, blocks=1, length=6, causal=True, rng=np.random.default_rng(0))


@pytest.mark.equation("8.16")
@pytest.mark.parametrize("kernel", ["gaussian", "box", "laplace"])
def test_nadaraya_watson_is_the_best_constant_under_the_kernel_weights(kernel, rng):
    train, y, x = rng.normal(size=(30, 2)), rng.normal(size=30), rng.normal(size=(5, 2)) * 0.5
    guess = neighbours.nadaraya_watson(x, train, y, width=1.5, kernel=kernel)
    k = neighbours.similarities(x, train, width=1.5, kernel=kernel)
    residual = (k * (y - guess[:, None])).sum(axis=1)
    np.testing.assert_allclose(residual, 0, atol=1e-10)
    np.testing.assert_allclose(neighbours.weighted_sum(k, y), [sum(a * b for a, b in zip(row, y)) for row in k])


def test_the_three_kernels_at_a_known_distance():
    x, train = np.array([[0.0]]), np.array([[2.0], [0.5]])
    at = {name: neighbours.similarities(x, train, width=0.5, kernel=name)[0] for name in neighbours.KERNELS}
    np.testing.assert_allclose(at["gaussian"], np.exp([-8, -0.5]))
    np.testing.assert_allclose(at["laplace"], np.exp([-4, -1]))
    np.testing.assert_array_equal(at["box"], [0, 1])


def test_gaussian_and_box_estimates_agree_with_scikit_learn(rng):
    from sklearn.metrics.pairwise import rbf_kernel
    from sklearn.neighbors import RadiusNeighborsRegressor

    train, y, x = np.sort(rng.normal(size=(40, 1)), axis=0), rng.normal(size=40), np.linspace(-1, 1, 7)[:, None]
    box = RadiusNeighborsRegressor(radius=0.8).fit(train, y).predict(x)
    np.testing.assert_allclose(neighbours.nadaraya_watson(x, train, y, width=0.8, kernel="box"), box)
    k = rbf_kernel(x, train, gamma=1 / (2 * 0.4**2))
    np.testing.assert_allclose(neighbours.nadaraya_watson(x, train, y, width=0.4), (k / k.sum(axis=1, keepdims=True)) @ y)


@pytest.mark.equation("8.17")
def test_dot_product_attention_equals_torch(rng):
    q, k, v = (rng.normal(size=(2, T, 4)) for T in (3, 5, 5))
    mask = np.where(rng.random((3, 5)) < 0.3, -np.inf, 0.0)
    mask[:, 0] = 0
    peer = F.scaled_dot_product_attention(*map(torch.tensor, (q, k, v)), attn_mask=torch.tensor(mask))
    np.testing.assert_allclose(attention.attend(q, k, v, scale=0.5, mask=mask), peer.numpy(), atol=1e-12)


@pytest.mark.equation("8.17", "8.16")
def test_attention_with_unit_keys_is_nadaraya_watson_with_a_gaussian_kernel(rng):
    k, q, v = rng.normal(size=(9, 3)), rng.normal(size=(4, 3)), rng.normal(size=9)
    k, q = (a / np.linalg.norm(a, axis=1, keepdims=True) for a in (k, q))
    np.testing.assert_allclose(
        attention.attend(q, k, v[:, None])[:, 0], neighbours.nadaraya_watson(q, k, v, width=1.0), atol=1e-12
    )


@pytest.mark.equation("8.18", "8.19")
def test_multi_head_attention_equals_torch(rng):
    layer = nn.MultiheadAttention(6, 2, bias=False, batch_first=True, dtype=torch.float64)
    W, out = layer.in_proj_weight.detach().numpy(), layer.out_proj.weight.detach().numpy()
    q, k, v = W.T[:, :6], W.T[:, 6:12], W.T[:, 12:]
    heads = [(k[:, s], q[:, s], v[:, s]) for s in (slice(0, 3), slice(3, 6))]
    h = rng.normal(size=(2, 5, 6))
    mask = attention.causal_mask(5)
    x = torch.tensor(h)
    peer = layer(x, x, x, attn_mask=torch.tensor(np.isinf(mask)), need_weights=False)[0].detach().numpy()
    np.testing.assert_allclose(attention.multi_head(h, heads, out.T, mask=mask), peer, atol=1e-12)


@pytest.mark.equation("8.18")
def test_projections_apply_each_weight_and_the_nonlinearity(rng):
    h, w = rng.normal(size=(4, 3)), tuple(rng.normal(size=(3, 2)) for _ in range(3))
    k, q, v = attention.projections(h, w, nonlinearity=lambda a: np.maximum(a, 0))
    assert k[1, 0] == pytest.approx(max(0, sum(h[1, c] * w[0][c, 0] for c in range(3))))
    np.testing.assert_allclose(np.einsum("mc,cp->mp", h, w[1]).clip(0), q)
    assert (v >= 0).all()


@pytest.mark.equation("8.19")
def test_self_attention_is_equivariant_and_a_fixed_query_invariant(rng):
    h, w, query = rng.normal(size=(4, 3)), tuple(rng.normal(size=(3, 3)) for _ in range(3)), rng.normal(size=(1, 3))
    out = attention.self_attention(h, w)
    k, _, v = attention.projections(h, w)
    for order in map(list, itertools.permutations(range(4))):
        np.testing.assert_allclose(attention.self_attention(h[order], w), out[order], atol=1e-12)
        np.testing.assert_allclose(attention.attend(query, k[order], v[order]), attention.attend(query, k, v), atol=1e-12)


@pytest.mark.equation("8.18", "8.19")
def test_self_attention_is_the_printed_sum_over_all_elements(rng):
    h, w = rng.normal(size=(5, 3)), tuple(rng.normal(size=(3, 2)) for _ in range(3))
    mask = rng.normal(size=(5, 5))
    k, q, v = (np.maximum(h @ a, 0) for a in w)
    weights = np.exp(0.7 * np.einsum("ip,jp->ji", k, q) + mask)
    expected = np.einsum("ji,ip->jp", weights, v) / weights.sum(axis=1, keepdims=True)
    found = attention.self_attention(h, w, scale=0.7, mask=mask, nonlinearity=lambda a: np.maximum(a, 0))
    np.testing.assert_allclose(found, expected, atol=1e-12)
    np.testing.assert_array_equal(attention.softmax(np.array([7.0])), [1.0])


def test_the_causal_mask_hides_the_future_and_the_strict_one_leaves_nothing_at_first(rng):
    h, w = rng.normal(size=(6, 3)), tuple(rng.normal(size=(3, 3)) for _ in range(3))
    changed = h.copy()
    changed[4:] += 1
    a, b = (attention.self_attention(x, w, mask=attention.causal_mask(6)) for x in (h, changed))
    np.testing.assert_array_equal(a[:4], b[:4])
    assert (a[4:] != b[4:]).all()
    strict = attention.self_attention(h, w, mask=attention.causal_mask(6, strict=True))
    assert np.isnan(strict[0]).all()
    assert not np.isnan(strict[1:]).any()


def test_additive_scores_match_a_loop(rng):
    q, k, w = (
        rng.normal(size=(2, 3)),
        rng.normal(size=(4, 3)),
        (rng.normal(size=(3, 5)), rng.normal(size=(3, 5)), rng.normal(size=5)),
    )
    loop = [[w[2] @ np.tanh(w[0].T @ a + w[1].T @ b) for b in k] for a in q]
    np.testing.assert_allclose(attention.additive_scores(q, k, w), loop)


def test_a_deep_set_computes_the_variance_from_sums(rng):
    x = rng.normal(size=(12, 1))
    value = attention.deep_set(x, lambda a: np.concatenate([a**0, a, a**2], axis=1), lambda s: s[2] / s[0] - (s[1] / s[0]) ** 2)
    assert value == pytest.approx(x.var())


@pytest.mark.equation("8.20")
def test_moving_on_in_time_rotates_the_encoding():
    t, d = np.arange(50.0), 16
    φ = positions.sinusoids(t, d)
    np.testing.assert_allclose(positions.sinusoids(t + 7, d), φ @ positions.shift(7, d).T, atol=1e-12)
    np.testing.assert_allclose((φ**2).sum(axis=1), d / 2)
    ω = 10000 ** (-np.arange(0, d, 2) / d)
    np.testing.assert_allclose(φ[:, 1::2] + 1j * φ[:, ::2], np.exp(1j * np.outer(t, ω)), atol=1e-12)
    lags = np.cos(np.subtract.outer(t, t)[..., None] * ω).sum(axis=-1)
    np.testing.assert_allclose(φ @ φ.T, lags, atol=1e-12)


@pytest.mark.parametrize(("T", "p"), [(8, 4), (30, 12)])
def test_counted_operations_equal_the_formula(T, p, rng, capsys):
    assert cost.measured_operations(T, p, rng=rng) == cost.predicted_operations(T, p)
    assert set(cost.seconds(T, p, rng=rng, repeats=1)) == {"attention", "RNN"}
    assert capsys.readouterr().out == ""


def test_the_layers_that_are_counted_and_timed_compute_attention_and_a_recurrence(rng, monkeypatch):
    x, w_h, w_x = (torch.tensor(rng.normal(size=size)) for size in ((5, 3), (3, 3), (3, 3)))
    expected = recurrent.states(recurrent.RNN(w_h.numpy().T, w_x.numpy().T), x.numpy())[-1:]
    np.testing.assert_allclose(cost._rnn(x, w_h, w_x), expected, atol=1e-12)
    runs, g = [], np.random.default_rng(3)
    monkeypatch.setattr(cost, "_fastest", lambda run, repeats: float(runs.append((run(), repeats)) or len(runs)))
    assert cost.seconds(6, 4, rng=np.random.default_rng(3)) == {"attention": 1.0, "RNN": 2.0}
    h, w_qkv, w_out = g.normal(size=(6, 4)), g.normal(size=(4, 12)) / 2, g.normal(size=(4, 4)) / 2
    q, k, v = np.split(h @ w_qkv, 3, axis=1)
    (attended, _), ((out, last), _) = runs
    np.testing.assert_allclose(attended[0], attention.attend(q, k, v, scale=0.5) @ w_out, atol=1e-12)
    assert (out.shape, last.shape) == ((1, 6, 4), (1, 1, 4))
    assert out.dtype == torch.float64
    assert [repeats for _, repeats in runs] == [3, 3]


def test_the_fastest_run_is_reported(monkeypatch):
    clock = iter([0.0, 5.0, 10.0, 12.0, 20.0, 23.0])
    monkeypatch.setattr(cost.time, "perf_counter", lambda: next(clock))
    runs = []
    assert cost._fastest(lambda: runs.append(1), 3) == 2.0
    assert len(runs) == 3


def spread(parameter):
    assert parameter.dtype == torch.float64
    return parameter.std().item()


def test_every_weight_is_float64_and_drawn_from_the_law_of_its_layer(rng):
    close = lambda std: pytest.approx(std, rel=0.1)  # noqa: E731  (four standard errors of 800 draws)
    model = transformer.Transformer(39, p=36, heads=2, blocks=1, length=5, causal=True, rng=rng)
    block = model.blocks[0]
    assert [spread(w) for w in (model.embedding, model.readout)] == [close(0.5), close(1 / 6)]
    assert [spread(w) for w in (block.w_qkv, block.w_out, block.w_up, block.w_down)] == [close(1 / 6)] * 3 + [close(1 / 12)]
    assert model.embedding.shape == (40, 36)  # with one more symbol for the mask
    bag = pretraining.WordBag(40, p=25, rng=rng)
    assert [spread(w) for w in (bag.embedding, bag.readout)] == [close(0.3), close(0.1)]
    encoder = contrastive.Encoder(25, width=36, p=25, rng=rng)
    assert [spread(w) for w in (encoder.w, encoder.out)] == [close(1 / 5), close(1 / 6)]
    for zero in (bag.bias, encoder.b):
        assert zero.dtype == torch.float64
        assert not zero.any()
    reader = memory.Reader("attention", d=25, p=36, answers=25, length=3, rng=rng)
    weights = (reader.w_in, reader.w_q, reader.w_k, reader.w_v, reader.readout)
    assert [spread(w) for w in weights] == [close(1.0)] + [close(1 / 6)] * 4
    text = carried.RecurrentText(40, p=36, rng=rng)
    assert [spread(w) for w in (text.embedding, text.readout)] == [close(0.5), close(1 / 6)]
    for layer in (text.layer, *(memory.Reader(kind, d=25, p=36, answers=3, length=3, rng=rng).layer for kind in memory.LAYERS)):
        matrices = [w for w in layer.parameters() if w.ndim == 2]
        assert [spread(w) for w in matrices] == [close(1 / 6 / 3**0.5)] * 2  # uniform on ±1/6
        assert all(w.abs().max() < 1 / 6 for w in layer.parameters())


def test_a_transformer_is_embedding_plus_position_blocks_and_readout(rng):
    model = transformer.Transformer(5, p=8, heads=2, blocks=2, length=7, causal=True, rng=rng)
    np.testing.assert_allclose(model.position.detach().numpy(), 0.5 * positions.sinusoids(np.arange(7), 8))
    x = torch.tensor(rng.integers(0, 6, (3, 4)))
    h = torch.stack([torch.stack([model.embedding[s] + model.position[t] for t, s in enumerate(row)]) for row in x])
    h = model.blocks[1](model.blocks[0](h))
    expected = F.layer_norm(h, (8,)) @ model.readout
    np.testing.assert_allclose(model(x).detach().numpy(), expected.detach().numpy(), atol=1e-12)
    later = torch.cat([x[:, :3], (x[:, 3:] + 1) % 6], dim=1)
    np.testing.assert_array_equal(model(later)[:, :3].detach().numpy(), model(x)[:, :3].detach().numpy())
    assert transformer.weight(rng, 400, 50).std().item() == pytest.approx(1 / 20, rel=0.03)
    assert transformer.weight(rng, 400, 50, std=0.3).std().item() == pytest.approx(0.3, rel=0.03)


@pytest.mark.parametrize("norm_first", [True, False])
def test_the_block_equals_torchs_encoder_layer(norm_first, rng):
    block = transformer.Block(8, 2, rng=rng, causal=False, norm_first=norm_first)
    peer = nn.TransformerEncoderLayer(
        8, 2, 32, dropout=0.0, batch_first=True, norm_first=norm_first, dtype=torch.float64, bias=False
    )
    with torch.no_grad():
        peer.self_attn.in_proj_weight.copy_(block.w_qkv.T)
        peer.self_attn.out_proj.weight.copy_(block.w_out.T)
        peer.linear1.weight.copy_(block.w_up.T)
        peer.linear2.weight.copy_(block.w_down.T)
        x = torch.tensor(rng.normal(size=(3, 5, 8)))
        np.testing.assert_allclose(block(x).numpy(), peer(x).numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: neighbours.similarities(np.ones((1, 1)), np.ones((1, 1)), width=1.0, kernel="cubic"),
            "kernel must be one of gaussian, box",
        ),
        (
            lambda: neighbours.nadaraya_watson(np.array([[9.0]]), np.zeros((2, 1)), np.zeros(2), width=1.0, kernel="box"),
            "input 0 has none",
        ),
        (lambda: neighbours.similarities(np.ones((1, 1)), np.ones((1, 1)), width=0.0, kernel="box"), "width must be above 0"),
        (lambda: positions.frequencies(3), "d must be even"),
        (lambda: attention.causal_mask(0), "T must be at least 1"),
        (lambda: attention.softmax(np.array([np.nan, 1.0])), "scores must not hold NaN"),
        (lambda: attention.softmax(np.array([np.inf, 1.0])), "scores must be a row of numbers or -inf"),
        (lambda: attention.softmax(np.array(1.0)), "scores must be a row of numbers or -inf"),
        (lambda: attention.attend(np.ones(2), np.ones((3, 2)), np.ones((3, 1))), "q must have at least 2 axes"),
        (lambda: attention.attend(np.ones((1, 2)), np.ones((3, 2)), np.ones((4, 1))), "the rows of k and those of v"),
        (lambda: attention.attend(np.ones((1, 2)), np.ones((3, 2)), np.ones(3)), "v must have at least 2 axes"),
        (lambda: attention.attention_weights(np.ones((1, 2)), np.ones(2)), "k must have at least 2 axes"),
        (lambda: attention.attend(np.ones((1, 2)), np.ones((3, 3)), np.ones((3, 1))), "q must have 3 entries"),
        (
            lambda: attention.attend(np.ones((1, 2)), np.ones((3, 2)), np.ones((3, 1)), mask=np.zeros((2, 3))),
            "mask and the scores must have matching shapes",
        ),
        (lambda: attention.projections(np.ones((3, 2)), (np.ones((3, 2)),) * 3), "w_k must have shape"),
        (lambda: attention.projections(np.ones(2), (np.eye(2),) * 3), "h must have at least 2 axes"),
        (lambda: attention.multi_head(np.ones((3, 2)), [], np.ones((2, 2))), "heads must hold at least one"),
        (
            lambda: attention.additive_scores(np.ones((1, 2)), np.ones((3, 2)), (np.ones((2, 4)), np.ones((2, 1)), np.ones(4))),
            "w_q and w_k must have matching shapes",
        ),
        (lambda: neighbours.similarities(np.ones((2, 1)), np.ones((3, 2)), width=1.0, kernel="box"), "x must have 2 entries"),
        (lambda: neighbours.attention_map(np.array([[3.0, -1.0]])), "k must not be negative"),
        (lambda: neighbours.weighted_sum(np.ones((2, 3)), np.ones(2)), "y must have shape \\(3\\)"),
        (lambda: positions.shift(np.nan, 4), "s must be finite"),
        (lambda: cost.predicted_operations(-1, 4), "T must be at least 1"),
        (lambda: MODEL(torch.tensor([[-1, 0]])), "x must hold symbols from 0 to 5; got -1"),
        (lambda: MODEL(torch.zeros(1, 7, dtype=torch.int64)), "x must have shape \\(n, at most 6\\)"),
        (
            lambda: transformer.Block(5, 2, rng=np.random.default_rng(0), causal=True),
            "heads must divide p; got p = 5 and 2 heads",
        ),
    ],
)
@pytest.mark.usefixtures("as_users_run")
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
