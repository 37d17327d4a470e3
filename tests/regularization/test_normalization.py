"""Batch-normalisation and its relatives against torch."""

import numpy as np
import pytest
import torch
from scipy.special import softmax

from principles.backpropagation.oracles import finite_differences
from principles.regularization import batch_networks, library, normalization, variants, whitening
from principles.regularization.normalization import Buffers, batch_norm, standardize, statistics

SHAPES = [(7, 3), (4, 3, 5, 2)]


@pytest.mark.equation("7.17", "7.18")
@pytest.mark.parametrize("shape", SHAPES)
def test_standardised_features_have_mean_zero_and_variance_one(shape, rng):
    h = rng.normal(3.0, [[[2.0]]] if len(shape) == 4 else 2.0, size=shape)
    by = statistics(h)
    flat = np.moveaxis(h, 1, -1).reshape(-1, shape[1])
    np.testing.assert_allclose(by.mean, flat.mean(axis=0))
    np.testing.assert_allclose(by.variance, np.var(flat, axis=0))
    again = statistics(standardize(h, by, eps=0.0))
    np.testing.assert_allclose(again.mean, 0, atol=1e-13)
    np.testing.assert_allclose(again.variance, 1, rtol=1e-12)


@pytest.mark.equation("7.17", "7.18", "7.19")
@pytest.mark.parametrize("shape", SHAPES)
def test_training_evaluation_gradients_and_buffers_are_torchs(shape, rng):
    h, bar = rng.normal(2.0, 3.0, size=shape), rng.normal(size=shape)
    a, b = rng.normal(size=(2, shape[1]))
    peer = library.batch_norm(h, a, b, bar)
    np.testing.assert_allclose(batch_norm(h, a, b, statistics(h)), peer.training, atol=1e-12)
    bars = normalization.backward(bar, h, a)
    np.testing.assert_allclose(bars.h, peer.h_bar, atol=1e-12)
    np.testing.assert_allclose(bars.a, peer.a_bar, atol=1e-12)
    np.testing.assert_allclose(bars.b, peer.b_bar, atol=1e-12)
    buffers = Buffers.start(shape[1]).update(statistics(h))
    np.testing.assert_allclose(buffers.mean, peer.running_mean, atol=1e-12)
    np.testing.assert_allclose(buffers.variance, peer.running_var, atol=1e-12)
    np.testing.assert_allclose(batch_norm(h, a, b, buffers.statistics()), peer.evaluation, atol=1e-12)
    still = normalization.backward_constant(bar, h, a, buffers.statistics())
    np.testing.assert_allclose(still.h, peer.evaluation_h_bar, atol=1e-12)
    np.testing.assert_allclose(still.a, peer.evaluation_a_bar, atol=1e-11)
    np.testing.assert_allclose(still.b, peer.b_bar, atol=1e-12)
    assert np.abs(normalization.backward_constant(bar, h, a, statistics(h)).h - peer.h_bar).max() > 1e-3


def test_buffers_after_several_batches_even_of_two_are_torchs(rng):
    layer, buffers = torch.nn.BatchNorm1d(3).double(), Buffers.start(3)
    for h in rng.normal(2.0, 3.0, size=(3, 2, 3)):
        layer(torch.from_numpy(h))
        buffers = buffers.update(statistics(h))
    np.testing.assert_allclose(buffers.mean, layer.running_mean.numpy())
    np.testing.assert_allclose(buffers.variance, layer.running_var.numpy())
    last = Buffers.start(3, rho=0.0).update(statistics(h))
    np.testing.assert_allclose([last.mean, last.variance], [h.mean(axis=0), h.var(axis=0, ddof=1)])


@pytest.mark.equation("7.19")
def test_the_backward_pass_is_the_finite_difference(rng):
    h, bar, a = rng.normal(size=(5, 2)), rng.normal(size=(5, 2)), rng.normal(size=2)

    def value(flat):
        x = flat.reshape(5, 2)
        return float(np.sum(bar * batch_norm(x, a, np.zeros(2), statistics(x))))

    slope = finite_differences(value, h.ravel(), step=1e-6)
    np.testing.assert_allclose(normalization.backward(bar, h, a).h.ravel(), slope, atol=1e-7)


def test_the_bias_under_a_mean_has_no_gradient(rng):
    bar = rng.normal(size=(9, 4))
    frozen, true = normalization.bias_gradients(bar)
    np.testing.assert_allclose(true, 0, atol=1e-13)
    b = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    h = torch.from_numpy(rng.normal(size=(9, 4))) + b
    (torch.from_numpy(bar) * (h - h.mean(0).detach())).sum().backward()
    np.testing.assert_allclose(frozen, b.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("batch", [2, 3, 10])
def test_no_standardised_value_exceeds_the_root_of_the_batch_less_one(batch):
    h = np.zeros((batch, 1))
    h[0] = 1e6
    assert np.abs(standardize(h, statistics(h), eps=0.0)).max() == pytest.approx(np.sqrt(batch - 1))


def test_layer_instance_and_group_norms_are_torchs(rng):
    h = rng.normal(1.0, 2.0, size=(3, 6, 4, 5))
    np.testing.assert_allclose(variants.layer_norm(h), library.layer_norm(h), atol=1e-12)
    np.testing.assert_allclose(variants.group_norm(h, groups=3), library.group_norm(h, groups=3), atol=1e-12)
    np.testing.assert_allclose(variants.group_norm(h, groups=1), variants.layer_norm(h), atol=1e-12)
    np.testing.assert_allclose(variants.group_norm(h, groups=6), variants.instance_norm(h), atol=1e-12)
    np.testing.assert_allclose(
        variants.instance_norm(h), torch.nn.functional.instance_norm(torch.from_numpy(h)).numpy(), atol=1e-12
    )


def test_influence_finds_the_entries_that_share_statistics(rng):
    shape = (3, 4, 2)
    layer = variants.influence(variants.layer_norm, shape, rng=rng)
    assert layer[0].all()
    assert not layer[1:].any()
    group = variants.influence(lambda h: variants.group_norm(h, groups=2), shape, rng=rng)
    assert group[0, :2].all()
    assert group.sum() == 4
    parts = variants.influence(lambda h: variants.batch_parts(h[..., None], parts=3)[..., 0], shape, rng=rng)
    assert parts.sum() == 2


def test_whitening_decorrelates_and_batch_norm_does_not(rng):
    h = rng.normal(size=(200, 3)) @ rng.normal(size=(3, 3)) + 5
    np.testing.assert_allclose(whitening.covariance(whitening.zca(h)), np.eye(3), atol=1e-10)
    np.testing.assert_allclose(whitening.zca(h).mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(whitening.zca(1e-8 * h), whitening.zca(h), atol=1e-7)
    C = whitening.covariance(h)
    np.testing.assert_allclose(
        whitening.covariance(whitening.zca(h, eps=0.5)), C @ np.linalg.inv(C + 0.5 * np.eye(3)), atol=1e-10
    )
    correlations = whitening.covariance(standardize(h, statistics(h), eps=0.0))
    np.testing.assert_allclose(np.diag(correlations), 1)
    np.testing.assert_allclose(correlations, np.corrcoef(h.T), atol=1e-10)


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (-1.0, 2.0), (3.0, 0.5)])
def test_moments_of_a_rectified_gaussian(mean, std, rng):
    z = np.maximum(0, rng.normal(mean, std, size=100_000))
    first, variance = whitening.rectified_moments(mean, std)
    assert first == pytest.approx(z.mean(), abs=4 * z.std() / 300)
    assert variance == pytest.approx(z.var(), rel=0.03)


def test_buffers_settled_without_dropout_fit_the_features_seen_in_evaluation(rng):
    X = rng.normal(size=(200, 6))
    net = batch_networks.Net([6, 16, 16, 10], norm=True, p_drop=0.5, rng=rng)
    batch_networks.train(net, X, rng.integers(10, size=200), steps=60, batch=32, rate=0.05, rng=rng)
    noisy, still = batch_networks.spread_before_norm(net, X, 1, draws=20)
    assert noisy.mean() > 1.3 * still.mean()
    batch_networks.settle(net, X, dropping=True, passes=20)
    wide = net.norms[1].running_var.numpy().copy()
    batch_networks.settle(net, X, dropping=False)
    np.testing.assert_allclose(
        net.norms[1].running_var.numpy(), batch_networks.spread_before_norm(net, X, 1, draws=1)[1], rtol=1e-2
    )
    assert wide.mean() > 1.2 * net.norms[1].running_var.numpy().mean()
    masked = batch_networks.masked_outputs(net, X[:5], draws=3)
    assert masked.shape == (3, 5, 10)
    assert np.abs(masked - batch_networks.scaled_output(net, X[:5])).max() > 0.01


def test_training_is_sgd_on_the_cross_entropy_along_a_cosine(rng):
    X, y = rng.normal(size=(30, 4)), rng.integers(10, size=30)
    net, draws = batch_networks.Net([4, 5, 10], norm=False, p_drop=0.0, rng=np.random.default_rng(1)), np.random.default_rng(1)
    V, W = draws.standard_normal((5, 4)) * np.sqrt(2 / 4), draws.standard_normal((10, 5)) * np.sqrt(2 / 5)
    b, c, draws = np.zeros(5), np.zeros(10), np.random.default_rng(2)
    losses = batch_networks.train(net, X, y, steps=3, batch=6, rate=0.4, rng=np.random.default_rng(2))
    for found, η in zip(losses, (0.4, 0.3, 0.1), strict=True):
        chosen = draws.integers(30, size=6)
        h = np.maximum(X[chosen] @ V.T + b, 0)
        q = softmax(h @ W.T + c, axis=1)
        assert found == pytest.approx(-np.log(q[np.arange(6), y[chosen]]).mean())
        slope = (q - np.eye(10)[y[chosen]]) / 6
        back = (slope @ W) * (h > 0)
        V, b, W, c = V - η * back.T @ X[chosen], b - η * back.sum(axis=0), W - η * slope.T @ h, c - η * slope.sum(axis=0)
    scores = np.maximum(X @ V.T + b, 0) @ W.T + c
    np.testing.assert_allclose(batch_networks.scaled_output(net, X), scores, atol=1e-12)
    net.p_drop = 0.9
    assert batch_networks.accuracy(net, X, y) == (scores.argmax(axis=1) == y).mean()
    assert net.dropping
    h = batch_networks.Masks(rng)(torch.ones(500, 2), 0.2).numpy()
    assert np.unique(h).tolist() == [0, 1.25]
    assert set(batch_networks.Masks(rng)(torch.arange(8.0), 0.5).tolist()) <= set(range(0, 16, 2))
    assert batch_networks.Masks(rng)(torch.arange(8.0), 0.0).tolist() == list(range(8))
    assert h.mean() == pytest.approx(1, abs=4 * 0.5 / np.sqrt(1000))


def test_the_final_loss_is_the_mean_of_the_last_tenth_and_infinite_after_divergence(rng):
    X, y = rng.normal(size=(30, 4)), rng.integers(10, size=30)
    found = batch_networks.final_losses([0.1, 1e200], X, y, hidden=[5], norm=False, steps=20, seeds=2)
    for seed in range(2):
        draws = np.random.default_rng(seed)
        net = batch_networks.Net([4, 5, 10], norm=False, p_drop=0.0, rng=draws)
        losses = batch_networks.train(net, X, y, steps=20, batch=64, rate=0.1, rng=draws)
        assert found[:, seed].tolist() == [losses[-2:].mean(), np.inf]


def test_torch_changes_more_than_dropout_in_evaluation():
    changed = library.differs_in_evaluation()
    assert {name for name, differs in changed.items() if not differs} == {"Linear", "Conv1d", "Softmax", "LayerNorm"}
    assert library.still_drops_in_evaluation(library.Forgetful())
    assert not library.still_drops_in_evaluation(torch.nn.Dropout())


BAD = {
    "h must have 2 or 4 axes": lambda: statistics(np.ones(3)),
    "by.mean must have shape": lambda: standardize(np.ones((2, 3)), statistics(np.ones((2, 2)))),
    "by.variance \\+ eps must be positive": lambda: standardize(np.ones((2, 3)), statistics(np.ones((2, 3))), eps=0.0),
    "a batch must have at least 2 values": lambda: Buffers.start(2).update(statistics(np.ones((1, 2)))),
    "update the variance; got 0": lambda: Buffers.start(2).update(Buffers.start(2).statistics()),
    "bar must have shape": lambda: normalization.backward(np.ones((2, 2)), np.eye(3), np.ones(3)),
    "a must have shape": lambda: normalization.backward(np.ones((3, 3)), np.eye(3), np.ones(1)),
    "b and h must agree in the size p": lambda: batch_norm(np.eye(3), np.ones(3), np.ones(1), statistics(np.eye(3))),
    "batch.mean must have shape": lambda: Buffers.start(2).update(statistics(np.eye(3))),
    "rho must be at most 1": lambda: Buffers.start(2, rho=1.5),
    "parts must be at least 1 and at most 2": lambda: variants.batch_parts(np.eye(2), parts=3),
    "eps must be positive where all entries of a group of h are equal": lambda: variants.layer_norm(np.ones((2, 3)), eps=0.0),
    "bar must have shape \\(3, 3\\)": lambda: library.batch_norm(np.eye(3), np.ones(3), np.ones(3), np.ones((1, 3))),
    "b must have shape": lambda: library.batch_norm(np.eye(3), np.ones(3), np.ones(1), np.eye(3)),
    "groups must divide the channels, the second axis of h; got 4": lambda: library.group_norm(np.ones((2, 6)), groups=4),
    "X must have shape \\(2, 3\\)": lambda: library.optimize(
        np.eye(2), np.ones(2), np.ones(3), alpha=0.0, eta=0.1, steps=1, kind="sgd"
    ),
    "k must be at least 0 and at most 0; got 1": lambda: batch_networks.spread_before_norm(
        batch_networks.Net((2, 2, 2), norm=True, p_drop=0.0, rng=np.random.default_rng(0)), np.eye(2), 1, draws=1
    ),
    "net must have batch norms": lambda: batch_networks.spread_before_norm(
        batch_networks.Net((2, 2, 2), norm=False, p_drop=0.0, rng=np.random.default_rng(0)), np.eye(2), 0, draws=1
    ),
    "groups must divide the 6 channels": lambda: variants.group_norm(np.ones((2, 6)), groups=4),
    "the covariance of h must have full rank": lambda: whitening.zca(np.ones((4, 2))),
    "h must have full rank": lambda: whitening.zca(np.vstack([np.diag([0.0, 1.0]), -np.diag([0.0, 1.0])])),
    "full rank, or eps be positive": lambda: whitening.zca(np.vstack([np.diag([1e-7, 1e-7, 1.0]), -np.diag([1e-7, 1e-7, 1.0])])),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
