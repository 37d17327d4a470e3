"""Training with our own gradients, adversarial inputs, kernels of features, refitted last layers."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import RidgeClassifier

from principles import data
from principles.backpropagation import adversarial, autograd, network, representation, training
from principles.backpropagation.network import Network


@pytest.fixture(scope="module")
def trained():
    """A small network trained on real digits, and the digits it has not seen."""
    rng = np.random.default_rng(4)
    train, test = data.split(data.digits(), test=500, rng=rng)
    start = network.random_network((64, 32), outputs=10, activation="relu", gain=2.0, rng=rng)
    *_, last = training.sgd(
        start, train.X, train.y, loss="cross_entropy", steps=400, batch=64, step_size=0.1, momentum=0.9, rng=rng
    )
    return last.net, start, test


def test_our_gradients_train_a_network_to_recognise_held_out_digits(trained):
    net, start, test = trained
    assert adversarial.accuracy(net, test.X, test.y) > 0.94
    assert adversarial.accuracy(start, test.X, test.y) < 0.4


def test_steps_equal_gradient_steps_by_autograd_with_the_same_schedule(rng):
    net = network.random_network((3, 4), outputs=1, activation="tanh", gain=1.0, rng=rng)
    X, y = rng.normal(size=(8, 3)), rng.normal(size=8)
    *_, last = training.sgd(net, X, y, loss="squared", steps=20, batch=8, step_size=0.1, momentum=0.5, rng=rng)
    matrices, velocity = [S.copy() for S in net.weights], [0.0, 0.0]
    for t in range(20):
        bars = autograd.gradient(Network((matrices[0],), matrices[1], "tanh"), X, y, loss="squared").weights
        for i, bar in enumerate(bars):
            velocity[i] = 0.5 * velocity[i] - 0.1 * np.cos(np.pi * t / 40) ** 2 * bar
            matrices[i] = matrices[i] + velocity[i]
    for ours, theirs in zip(last.net.weights, matrices):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.result("Remark 4.2")
def test_the_sign_step_raises_the_loss_by_its_size_times_the_sum_of_gradients_to_first_order(trained):
    net, _, test = trained
    X, y, ε = test.X[:50], test.y[:50], 1e-7
    x_bar = adversarial.input_gradient(net, X, y, loss="cross_entropy")
    moved = adversarial.perturb(net, X, y, size=ε, loss="cross_entropy", low=-1.0, high=2.0)

    def loss(X):
        return torch.nn.functional.cross_entropy(torch.tensor(network.logits(net, X)), torch.tensor(y), reduction="none").numpy()

    np.testing.assert_allclose((loss(moved) - loss(X)) / ε, np.abs(x_bar).sum(1), rtol=1e-4, atol=1e-6)


@pytest.mark.result("Remark 4.2")
def test_both_perturbations_move_each_pixel_by_epsilon_and_stay_in_its_range(trained, rng):
    net, _, test = trained
    X = np.tile([0.0, 0.5, 1.0], (2000, 1))
    noisy = adversarial.random_perturbation(X, size=0.2, rng=rng)
    for column, ends in zip(noisy.T, ((0.0, 0.2), (0.3, 0.7), (0.8, 1.0))):
        np.testing.assert_allclose(np.unique(column), ends, atol=1e-15)
        assert abs((column == column.max()).mean() - 0.5) < 4 * 0.5 / np.sqrt(2000)
    assert abs(np.corrcoef(noisy[:, 0], noisy[:, 1])[0, 1]) < 4 / np.sqrt(2000)
    wider = adversarial.random_perturbation(X, size=2.0, low=-1.0, high=2.5, rng=rng)
    np.testing.assert_allclose(np.unique(wider), [-1.0, 2.0, 2.5])
    images, labels = test.X[:20], test.y[:20]
    free, held = (
        adversarial.perturb(net, images, labels, size=0.2, loss="cross_entropy", **options)
        for options in ({"low": -9.0, "high": 9.0}, {})
    )
    np.testing.assert_allclose(np.minimum(np.maximum(free, 0), 1), held)
    assert (held.min(), held.max()) == (0, 1)
    assert free.min() < 0 < 1 < free.max()


@pytest.mark.result("Remark 4.2")
def test_a_pixel_that_the_loss_does_not_depend_on_stays():
    net = Network((np.array([[1.0, 2.0], [0.0, 0.0]]),), np.array([[1.0], [1.0]]))
    moved = adversarial.perturb(net, np.array([[0.5, 0.5]]), np.array([0.0]), size=0.25, loss="squared")
    np.testing.assert_array_equal(moved, [[0.75, 0.5]])


@pytest.mark.result("Remark 4.2")
def test_adversarial_signs_hurt_far_more_than_random_signs_of_the_same_size(trained, rng):
    net, _, test = trained
    hurt = adversarial.accuracy(net, adversarial.perturb(net, test.X, test.y, size=0.15, loss="cross_entropy"), test.y)
    noise = adversarial.random_perturbation(test.X, size=0.15, rng=rng)
    assert hurt < 0.4 < 0.85 < adversarial.accuracy(net, noise, test.y)
    assert np.abs(noise - test.X).max() <= 0.15 + 1e-12


def test_training_aligns_the_kernel_of_the_features_with_the_labels(trained):
    net, start, test = trained
    before, after = (representation.alignment(representation.kernel(n, test.X), test.y) for n in (start, net))
    assert after > before + 0.1
    np.testing.assert_allclose(np.diag(representation.kernel(net, test.X)), 1)


def test_alignment_is_the_correlation_of_the_centred_entries(rng):
    K, labels = rng.normal(size=(7, 7)), np.array([0, 1, 2, 0, 0, 1, 2])
    K = K + K.T
    ideal = np.array([[float(a == b) for b in labels] for a in labels])
    centred = [A - A.mean(axis=0) - A.mean(axis=1)[:, None] + A.mean() for A in (K, ideal)]
    expected = np.corrcoef(*(A.ravel() for A in centred))[0, 1]
    assert representation.alignment(K, labels) == pytest.approx(expected)
    assert representation.alignment(3 * ideal + 2, labels) == pytest.approx(1)
    assert representation.alignment(1e-6 * K, labels) == pytest.approx(expected)


def test_refitting_the_last_layer_is_scikit_learns_ridge_classifier(trained):
    net, _, test = trained
    φ = network.features(net, test.X)
    v = representation.refit(φ, representation.one_versus_rest(test.y, classes=10), penalty=0.3)
    peer = RidgeClassifier(alpha=0.3, fit_intercept=False).fit(φ, test.y)
    np.testing.assert_allclose(v.T, peer.coef_, atol=1e-7)
    np.testing.assert_array_equal(network.classify(Network(net.S, v), test.X), peer.predict(φ))


@pytest.mark.equation("4.3")
def test_the_most_exciting_inputs_have_the_largest_pre_activations(trained):
    net, _, test = trained
    h = network.pre_activations(net, test.X)[0]
    for unit, chosen in enumerate(representation.most_exciting(net, test.X, layer=1, count=3)):
        np.testing.assert_array_equal(h[chosen, unit], sorted(h[:, unit])[:-4:-1])


@pytest.mark.equation("4.3")
def test_equally_exciting_inputs_come_in_their_order():
    net = Network((np.array([[1.0, -1.0]]),), np.array([[1.0], [1.0]]))
    found = representation.most_exciting(net, np.tile([[0.0], [1.0]], (20, 1)), layer=1, count=20)
    np.testing.assert_array_equal(found, [np.arange(1, 40, 2), np.arange(0, 40, 2)])


def test_a_batch_of_all_samples_is_not_drawn(rng):
    net, before = Network((np.ones((3, 4)),), np.ones((4, 1))), rng.bit_generator.state
    for batch, drawn in ((3, False), (2, True)):
        list(training.sgd(net, np.eye(3), np.ones(3), loss="squared", steps=1, batch=batch, step_size=0.1, rng=rng))
        assert (rng.bit_generator.state != before) is drawn


def test_more_labels_help_a_refitted_layer(trained, rng):
    net, _, test = trained
    φ = network.features(net, test.X)
    options = {"penalty": 0.1, "trials": 5, "rng": rng}
    few, many = (
        representation.few_label_accuracy(φ[:300], test.y[:300], φ[300:], test.y[300:], per_class=k, **options) for k in (1, 20)
    )
    assert few < many
    assert many > 0.85


@pytest.mark.parametrize("size", [0.1, 1.0, 10.0])
def test_with_every_label_a_refitted_layer_is_the_ridge_classifier_of_features_of_unit_length(size, rng):
    labels, new = np.arange(45) % 3, np.arange(300) % 3
    scales = size * np.array([0.05, 1.0, 3.0, 0.2])
    φ, φ_new = ((np.c_[np.eye(3)[y], np.ones(len(y))] + rng.normal(size=(len(y), 4))) * scales for y in (labels, new))
    unit = φ / np.sqrt((np.linalg.norm(φ, axis=1) ** 2).mean())
    for penalty in (0.1, 1.0, 10.0):
        peer = RidgeClassifier(alpha=penalty, fit_intercept=False).fit(unit, labels)
        ours = representation.few_label_accuracy(φ, labels, φ_new, new, per_class=15, penalty=penalty, trials=2, rng=rng)
        assert ours == pytest.approx(peer.score(φ_new, new), abs=1e-12)


def test_zero_weights_never_move_and_equal_units_stay_equal(rng):
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    options = {"loss": "squared", "steps": 30, "batch": 20, "step_size": 0.3, "rng": rng}
    for name, moves in (("relu", False), ("tanh", False), ("sigmoid", True)):
        *_, last = training.sgd(Network((np.zeros((3, 5)),), np.zeros((5, 1)), name), X, y, **options)
        assert np.any(network.flatten(last.net)) == moves
        np.testing.assert_allclose(last.net.S[0], last.net.S[0][:, :1].repeat(5, axis=1), atol=1e-12)


NET = Network((np.ones((3, 2)),), np.ones((2, 1)))
BAD = [
    (lambda: representation.one_versus_rest(np.array([0, 3]), classes=3), "labels must lie in 0, ..., 2; entry 1 is 3"),
    (lambda: representation.refit(np.ones((2, 2)), np.ones((3, 2)), penalty=1.0), "must have one row a sample each; got 2 and 3"),
    (lambda: representation.refit(np.ones((2, 2)), np.ones((2, 2)), penalty=0.0), "penalty must be above 0"),
    (lambda: representation.most_exciting(NET, np.ones((2, 3)), layer=2, count=1), "layer must be at least 1 and at most 1"),
    (lambda: adversarial.perturb(NET, np.ones((1, 3)), np.ones(1), size=-1.0, loss="hinge"), "size must be at least 0"),
    (lambda: adversarial.accuracy(NET, np.ones((2, 3)), np.ones(1)), "X and y"),
    (
        lambda: adversarial.random_perturbation(np.full((1, 3), np.nan), size=0.1, rng=np.random.default_rng(0)),
        "X must be finite",
    ),
    (lambda: representation.kernel(NET, -np.ones((2, 3))), "feature that is not zero; row 0 of X has none"),
    (lambda: representation.alignment(np.ones((2, 2)), np.array([0, 1])), "K and labels must vary"),
    (lambda: representation.alignment(np.ones((2, 3)), np.array([0, 1])), r"K must have shape \(2, 2\)"),
    (lambda: representation.most_exciting(NET, np.ones((2, 3)), layer=1, count=3), "count must be at least 1 and at most 2"),
    (lambda: representation.one_versus_rest(np.array([0.5, 1.0]), classes=3), "labels must hold whole numbers"),
    (
        lambda: representation.few_label_accuracy(
            np.ones((2, 2)),
            np.array([0, 1]),
            np.ones((1, 2)),
            np.array([0]),
            per_class=2,
            penalty=1.0,
            trials=1,
            rng=np.random.default_rng(0),
        ),
        "per_class must be at least 1 and at most 1",
    ),
    (
        lambda: next(
            training.sgd(
                NET, np.ones((2, 3)), np.ones(2), loss="hinge", steps=1, batch=3, step_size=1, rng=np.random.default_rng(0)
            )
        ),
        "batch must be",
    ),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
