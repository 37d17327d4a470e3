"""Training by hand-written slopes against torch's automatic ones."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from principles.losses import softmax, training

TORCH = {
    "softmax": lambda ŷ, t: -(t * torch.log_softmax(ŷ, 1)).sum(1).mean(),
    "binary": lambda ŷ, t: F.binary_cross_entropy_with_logits(ŷ, t, reduction="none").sum(1).mean(),
}


@pytest.mark.parametrize("loss", TORCH)
@pytest.mark.parametrize("widths", [(4, 3), (4, 5, 3), (4, 6, 5, 3)])
def test_gradients_equal_torchs(loss, widths, rng):
    net = training.start(widths, rng=rng)
    X, t = rng.normal(size=(8, 4)), rng.integers(2, size=(8, 3)).astype(float)
    leaves = [torch.tensor(w, requires_grad=True) for w in (*net.S, net.v)]
    h = torch.tensor(X)
    for S in leaves[:-1]:
        h = torch.relu(h @ S)
    TORCH[loss](h @ leaves[-1], torch.tensor(t)).backward()
    for ours, leaf in zip(training.gradients(net, X, t, loss=loss), leaves):
        np.testing.assert_allclose(ours, leaf.grad, atol=1e-13)


@pytest.mark.parametrize("hidden", [(4,), (4, 5)])
def test_three_steps_are_sgd_with_momentum_on_torchs_gradients(hidden, rng):
    X, t, seed, steps = rng.normal(size=(5, 3)), np.eye(2)[rng.integers(2, size=5)], 3, 3
    net = training.train(X, t, hidden=hidden, steps=steps, batch=4, rate=0.1, rng=np.random.default_rng(seed))
    peer = np.random.default_rng(seed)
    begin = training.start((4, *hidden, 2), rng=peer)
    leaves = [torch.tensor(w, requires_grad=True) for w in (*begin.S, begin.v)]
    velocity = [0.0] * len(leaves)
    for rate in (0.1, 0.075, 0.025):  # the cosine at steps 0, 1 and 2 of 3
        drawn = peer.integers(5, size=4)
        h = torch.tensor(np.column_stack([X, np.ones(5)])[drawn])
        for S in leaves[:-1]:
            h = torch.relu(h @ S)
        loss = TORCH["softmax"](h @ leaves[-1], torch.tensor(t[drawn]))
        found = torch.autograd.grad(loss, leaves)
        velocity = [0.9 * v - rate * g for v, g in zip(velocity, found)]
        leaves = [(w + v).detach().requires_grad_() for w, v in zip(leaves, velocity)]
    for ours, leaf in zip((*net.S, net.v), leaves, strict=True):
        np.testing.assert_allclose(ours, leaf.detach(), atol=1e-12)


def test_training_learns_what_no_line_separates():
    X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([0, 1, 1, 0])
    net = training.train(X, softmax.one_hot(y, 2), hidden=(16,), steps=300, rng=np.random.default_rng(1))
    assert training.error(net, X, y) == 0


@pytest.mark.usefixtures("as_users_run")
def test_malformed_input_is_refused_by_name(rng):
    net = training.start((2, 2), rng=rng)
    with pytest.raises(ValueError, match="loss must be one of softmax, binary"):
        training.gradients(net, np.eye(2), np.eye(2), loss="hinge")
    with pytest.raises(ValueError, match="targets and X must have one row"):
        training.train(np.eye(3), np.eye(2), rng=rng)
    with pytest.raises(ValueError, match="batch must be at least 1"):
        training.train(np.eye(2), np.eye(2), batch=0, rng=rng)
    with pytest.raises(ValueError, match="a width must be at least 1"):
        training.start((2, 0), rng=rng)


def test_first_weights_have_variance_two_over_the_width_below_and_the_last_a_quarter_of_it(rng):
    net = training.start((100, 300, 200), rng=rng)
    for weights, std in ((net.S[0], np.sqrt(2 / 100)), (net.v, np.sqrt(2 / 300) / 2)):
        assert weights.std() == pytest.approx(std, rel=4 / np.sqrt(2 * weights.size))
        assert abs(weights.mean()) < 4 * std / np.sqrt(weights.size)


def test_training_unless_told_otherwise_takes_400_steps_with_64_units_and_64_samples(monkeypatch, rng):
    asked = []

    def slopes_of_one(weights, X, targets, loss):
        asked.append((weights[-1].shape, len(X), loss))
        return [np.ones_like(w) for w in weights]

    monkeypatch.setattr(training, "_gradients", slopes_of_one)
    X, t = rng.normal(size=(30, 2)), np.eye(2)[rng.integers(2, size=30)]
    plain = training.train(X, t, rng=np.random.default_rng(0))
    assert asked == [((64, 2), 64, "softmax")] * 400
    told = training.train(X, t, steps=400, rate=0.1, momentum=0.9, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(plain.v, told.v)


def test_the_error_is_the_share_of_wrong_classes():
    net = softmax.Network((), np.array([[1.0, -1.0], [0.0, 0.5]]))  # class 0 from x = 1/4 on
    assert training.error(net, np.array([[1.0], [2.0], [-1.0], [0.0]]), np.array([0, 1, 1, 1])) == 0.25
