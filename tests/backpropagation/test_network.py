"""The forward pass, the long weight vector, and the objectives."""

import numpy as np
import pytest
import torch
from sklearn import metrics

from principles.backpropagation import approximation, autograd, losses, network
from principles.backpropagation.network import Network


@pytest.fixture
def net(rng):
    return network.random_network((4, 6, 5), outputs=1, activation="tanh", gain=1.0, rng=rng)


@pytest.mark.equation("4.1")
@pytest.mark.parametrize("outputs", [1, 3])
def test_the_classifier_equals_layers_of_torch_followed_by_sign_or_argmax(outputs, rng):
    net = network.random_network((4, 6, 5), outputs=outputs, activation="relu", gain=2.0, rng=rng)
    X, chain = rng.normal(size=(50, 4)), []
    for S in net.weights:
        layer = torch.nn.Linear(*S.shape, bias=False, dtype=torch.float64)
        layer.weight.data = torch.tensor(S.T)
        chain += [layer, torch.nn.ReLU()]
    ŷ = torch.nn.Sequential(*chain[:-1])(torch.tensor(X)).detach().numpy()
    np.testing.assert_allclose(network.logits(net, X), ŷ, atol=1e-13)
    decided = np.sign(ŷ[:, 0]) if outputs == 1 else ŷ.argmax(1)
    np.testing.assert_array_equal(network.classify(net, X), decided)
    assert len(np.unique(decided)) > 1


@pytest.mark.equation("4.3")
def test_pre_activations_equal_sums_over_single_neurons(net, rng):
    X = rng.normal(size=(3, 4))
    first, second = network.pre_activations(net, X)
    for i, j in np.ndindex(3, 6):
        assert first[i, j] == pytest.approx(sum(net.S[0][k, j] * X[i, k] for k in range(4)))
    for i, j in np.ndindex(3, 5):
        assert second[i, j] == pytest.approx(sum(net.S[1][k, j] * np.tanh(first[i, k]) for k in range(6)))
    np.testing.assert_allclose(network.features(net, X), np.tanh(second))


@pytest.mark.equation("4.4")
def test_a_network_is_a_function_of_one_long_vector(net, rng):
    X, w = rng.normal(size=(7, 4)), rng.normal(size=4 * 6 + 6 * 5 + 5)
    matrices = [torch.tensor(p) for p in (w[:24].reshape(4, 6), w[24:54].reshape(6, 5), w[54:].reshape(5, 1))]
    np.testing.assert_allclose(
        network.f(X, w, like=net), autograd.logits(matrices, torch.tensor(X), activation="tanh"), atol=1e-13
    )
    np.testing.assert_array_equal(network.flatten(network.unflatten(w, like=net)), w)


@pytest.mark.equation("4.2")
def test_the_hinge_objective_is_scikit_learns_hinge_loss_and_bounds_the_errors(net, rng):
    X, y = rng.normal(size=(80, 4)), rng.choice([-1.0, 1.0], size=80)
    objective = losses.hinge_objective(net, X, y)
    assert objective == pytest.approx(metrics.hinge_loss(y, network.logits(net, X)[:, 0]))
    assert np.mean(network.classify(net, X) != y) <= objective


@pytest.mark.equation("4.5")
def test_the_empirical_risk_is_scikit_learns_for_every_loss(rng):
    X = rng.normal(size=(60, 4))
    many = network.random_network((4, 6), outputs=3, activation="swish", gain=1.0, rng=rng)
    one = network.random_network((4, 6), outputs=1, activation="swish", gain=1.0, rng=rng)
    classes, signs, targets = rng.integers(3, size=60), rng.choice([-1.0, 1.0], size=60), rng.normal(size=60)
    softmax = torch.softmax(torch.tensor(network.logits(many, X)), dim=1).numpy()
    ŷ = network.logits(one, X)[:, 0]
    wanted = {
        "cross_entropy": (many, classes, metrics.log_loss(classes, softmax)),
        "hinge": (one, signs, metrics.hinge_loss(signs, ŷ)),
        "logistic": (one, signs, metrics.log_loss(signs, 1 / (1 + np.exp(-ŷ)))),
        "squared": (one, targets, metrics.mean_squared_error(targets, ŷ) / 2),
    }
    for loss, (net, y, value) in wanted.items():
        assert losses.empirical_risk(network.flatten(net), X, y, loss=loss, like=net) == pytest.approx(value)


def test_losses_of_chapter_2_are_the_same_functions():
    from principles.linear_models import surrogate

    z = np.array([[-2.0], [-0.5], [0.5], [2.0]])
    y = np.ones(4)
    for mine, theirs in (("hinge", surrogate.HINGE), ("logistic", surrogate.LOGISTIC)):
        np.testing.assert_allclose(losses.LOSSES[mine].value(y, z), theirs.value(z[:, 0]))
        np.testing.assert_allclose(losses.LOSSES[mine].slope(y, z)[:, 0], theirs.slope(z[:, 0]))


def test_interpolants_meet_their_bound_and_converge_at_second_order():
    def g(x):
        return 3 + np.sin(x)

    x, pieces = np.linspace(0, 2 * np.pi, 4001), np.array([8, 16, 32, 64, 128])
    nets = [approximation.interpolant(g, low=0.0, high=2 * np.pi, pieces=int(k)) for k in pieces]
    errors = np.array([np.abs(network.logits(n, approximation.with_one(x[:, None]))[:, 0] - g(x)).max() for n in nets])
    bound = (2 * np.pi / pieces) ** 2 / 8
    assert (errors <= bound).all()
    assert (errors > 0.9 * bound).all()
    assert np.polyfit(np.log(pieces), np.log(errors), 1)[0] == pytest.approx(-2, abs=0.05)


@pytest.mark.equation("4.1")
def test_the_class_is_that_of_the_largest_of_two_logits_or_more_and_the_sign_of_one():
    X = np.array([[1.0, 2.0, 0.0], [2.0, 1.0, 3.0]])
    for columns, classes in (([0, 1, 2], [1, 2]), ([0, 1], [1, 0]), ([0], [1, 1])):
        np.testing.assert_array_equal(network.classify(Network((np.eye(3),), np.eye(3)[:, columns]), X), classes)


def test_as_many_units_as_samples_fit_random_labels_exactly_and_fewer_do_not(rng):
    X, y = approximation.with_one(rng.normal(size=(40, 3))), rng.choice([-1.0, 1.0], size=40)
    residual = {
        p: np.abs(network.logits(approximation.memorise(X, y, units=p, activation="relu", rng=rng), X)[:, 0] - y).max()
        for p in (20, 80)
    }
    assert residual[80] < 1e-9
    assert residual[20] > 0.1


S, V = np.ones((3, 2)), np.ones((2, 1))
BAD = [
    (lambda: Network((S,), np.ones((3, 1))), ValueError, "v must have 2 rows, one a feature of layer 1; got 3"),
    (lambda: Network((S, S), V), ValueError, "S_2 must have 2 rows, one a feature of layer 1; got 3"),
    (lambda: Network((S,), np.ones(2)), ValueError, r"v must have 2 axes; got shape \(2,\)"),
    (lambda: Network((np.full((3, 2), np.inf),), V), ValueError, "S_1 must be finite"),
    (lambda: network.classify(Network((S,), V), np.full((1, 3), np.nan)), ValueError, "X must be finite"),
    (lambda: approximation.interpolant(np.abs, low=1.0, high=1.0, pieces=2), ValueError, "high must be above 1.0"),
    (
        lambda: approximation.memorise(S, np.ones(2), units=1, activation="relu", rng=np.random.default_rng(0)),
        ValueError,
        "X and y",
    ),
    (lambda: Network((S,), V, "elu"), ValueError, "activation must be one of"),
    (lambda: network.logits(Network((S,), V), np.ones((5, 4))), ValueError, r"X must have shape \(any, 3\); got \(5, 4\)"),
    (lambda: network.unflatten(np.ones(7), like=Network((S,), V)), ValueError, r"w must have shape \(8\); got \(7,\)"),
    (lambda: losses.hinge_objective(Network((S,), V), np.ones((2, 3)), np.array([0, 1])), ValueError, "labels -1 and"),
    (lambda: losses.hinge_objective(Network((S,), V), np.ones((2, 3)), np.array([1])), ValueError, "got 2 and 1"),
    (lambda: losses.loss_called("l1"), ValueError, "loss must be one of squared, hinge, logistic, cross_entropy; got 'l1'"),
    (
        lambda: network.random_network((0,), outputs=1, activation="relu", gain=1.0, rng=np.random.default_rng(0)),
        ValueError,
        "a width must be at least 1",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_malformed_input_is_named(call, error, message, as_users_run):
    with pytest.raises(error, match=message):
        call()
