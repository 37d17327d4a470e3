"""The measures of sample quality against closed forms, scipy, and samples with a known fault."""

import numpy as np
import pytest
import torch
from scipy import linalg
from sklearn.datasets import make_blobs

from principles.variational import quality


def test_frechet_distance_equals_scipys_matrix_root(rng):
    A, B = rng.normal(size=(50, 4)), rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4)) + 1
    S, T = np.cov(A.T), np.cov(B.T)
    gap = A.mean(axis=0) - B.mean(axis=0)
    peer = gap @ gap + np.trace(S + T - 2 * linalg.sqrtm(S @ T).real)
    assert quality.frechet(A, B) == pytest.approx(peer)
    assert quality.frechet(A, A) == pytest.approx(0, abs=1e-10)


def test_a_shift_adds_its_squared_length(rng):
    A = rng.normal(size=(30, 3))
    assert quality.frechet(A, A + [1.0, 2.0, 2.0]) == pytest.approx(9)


def test_two_rows_are_enough_for_a_frechet_distance():
    assert quality.frechet(np.array([[0.0], [2.0]]), np.array([[3.0], [5.0]])) == 9


def test_a_ball_reaches_to_its_neighbour_and_no_further():
    by = np.array([[0.0], [1.0]])
    assert quality.coverage(np.array([[-1.0], [2.0], [2.5], [-3.0]]), by, neighbours=1) == 0.5
    assert quality.coverage(np.array([[-3.0], [6.0], [6.5], [-4.0]]), np.arange(4.0)[:, None]) == 0.5  # to the third


def test_the_classifier_starts_with_gains_for_its_activations(rng):
    net = quality.Classifier(150, width=160, features=170, classes=180, rng=rng)
    gains = [layer.weight.std().item() * np.sqrt(layer.in_features) for layer in (net.first, net.second, net.read)]
    assert gains == pytest.approx([np.sqrt(2), np.sqrt(2), 1.0], rel=0.02)
    assert [layer.out_features for layer in (net.first, net.second, net.read)] == [160, 170, 180]
    trained = quality.train_classifier(rng.normal(size=(5, 2)), np.array([0, 1, 2, 1, 0]), rng=rng, steps=1)
    assert [layer.out_features for layer in (trained.first, trained.second, trained.read)] == [64, 24, 3]


def test_the_classifiers_steps_fall_along_a_cosine_and_its_weights_decay(rng, monkeypatch):
    rates, decays = [], []

    class Spy(torch.optim.AdamW):
        def step(self):
            rates.append(self.param_groups[0]["lr"])
            decays.append(self.param_groups[0]["weight_decay"])
            super().step()

    monkeypatch.setattr(torch.optim, "AdamW", Spy)
    quality.train_classifier(rng.normal(size=(5, 2)), np.array([0, 1, 2, 1, 0]), rng=rng, steps=6, rate=0.02, width=3, features=2)
    assert rates == pytest.approx(0.02 * np.cos(np.pi * np.arange(6) / 12) ** 2)
    assert decays == [0.1] * 6


def test_a_judgement_puts_every_measure_in_its_place(rng):
    net = quality.Classifier(2, width=6, features=3, classes=3, rng=rng)
    real, train, samples = rng.normal(size=(20, 2)), rng.normal(size=(30, 2)), 0.5 * rng.normal(size=(15, 2)) + 1
    judged = quality.judge(samples, real=real, train=train, classifier=net, neighbours=2)
    ours, theirs = (quality.embed(net, rows) for rows in (samples, real))
    scores = [net(torch.tensor(rows)).detach().numpy().argmax(axis=1) for rows in (samples, real)]
    counts = [np.array([(classes == c).mean() for c in range(3)]) for classes in scores]
    gaps = np.linalg.norm(samples[:, None] - train, axis=2)
    nearer = gaps[:, :20].min(axis=1) < np.linalg.norm(samples[:, None] - real, axis=2).min(axis=1)
    assert judged.frechet == quality.frechet(ours, theirs)
    assert judged.precision == quality.coverage(ours, theirs, neighbours=2)
    assert judged.recall == quality.coverage(theirs, ours, neighbours=2) != judged.precision
    assert judged.imbalance == pytest.approx(np.maximum(counts[0] - counts[1], 0).sum())
    assert judged.nearest == pytest.approx(np.median(gaps.min(axis=1)))
    assert judged.copying == nearer.mean()


def test_precision_sees_outliers_and_recall_sees_missing_modes(rng):
    real, _ = make_blobs(400, centers=[[0, 0], [10, 0]], random_state=0)
    one_mode = rng.normal(size=(200, 2))
    strays = np.r_[real[:100], rng.normal(size=(100, 2)) + [0, 50]]
    assert quality.coverage(one_mode, real) > 0.9
    assert quality.coverage(real, one_mode) == pytest.approx(0.5, abs=0.08)
    assert quality.coverage(strays, real) == pytest.approx(0.5, abs=0.01)
    assert quality.coverage(real, strays) > 0.9


def test_coverage_equals_a_loop(rng):
    points, by = rng.normal(size=(20, 3)), rng.normal(size=(15, 3))
    inside = 0
    for x in points:
        radii = [sorted(np.linalg.norm(by - b, axis=1))[3] for b in by]
        inside += any(np.linalg.norm(x - b) <= r for b, r in zip(by, radii))
    assert quality.coverage(points, by, neighbours=3) == inside / 20


def test_copies_are_found_and_fresh_data_are_not(rng):
    train, other, fresh = rng.normal(size=(3, 500, 4))
    assert quality.copying(train, train, other) == 1
    assert quality.copying(fresh, train, other) == pytest.approx(0.5, abs=0.09)
    assert quality.copying(train + 0.01 * fresh, train, other) > 0.95
    assert quality.nearest(train[:7], train).max() == 0


def test_imbalance_is_the_share_that_would_have_to_move():
    shares = quality.class_shares(np.array([0, 0, 0, 1]), classes=2)
    assert shares.tolist() == [0.75, 0.25]
    assert quality.imbalance(shares, np.array([0.5, 0.5])) == 0.25


def test_the_classifier_learns_blobs_and_a_judgement_puts_real_data_first(rng):
    X, y = make_blobs(600, centers=4 * np.eye(5)[:4], random_state=1)
    train, held, fresh = X[:200], X[200:400], X[400:]
    net = quality.train_classifier(train, y[:200], rng=rng, steps=150, width=16, features=6)
    assert (quality.classify(net, held) == y[200:400]).mean() > 0.98
    shuffled = np.take_along_axis(train, rng.integers(200, size=(200, 5)), 0)
    good, copies, bad = (quality.judge(s, real=held, train=train, classifier=net) for s in (fresh, train, shuffled))
    assert good.frechet < bad.frechet and good.precision > bad.precision  # noqa: PT018
    assert copies.copying == 1 and copies.nearest == 0 and 0.4 < good.copying < 0.6  # noqa: PT018


def test_ties_in_copying_count_one_half(rng):
    rows = rng.normal(size=(20, 3))
    assert quality.copying(rng.normal(size=(10, 3)), rows, rows) == 0.5


def test_a_plagiarist_of_all_training_rows_scores_half_of_what_is_not_sure_to_count(rng):
    train, other = rng.normal(size=(1000, 3)), rng.normal(size=(400, 3))
    copies = rng.choice(train, 400, replace=False)
    assert quality.copying(copies, train[:400], other) == pytest.approx((400 + 600 / 2) / 1000, abs=4 * 0.03)


NET = quality.Classifier(2, width=4, features=3, classes=2, rng=np.random.default_rng(0))


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: quality.frechet(np.ones((1, 2)), np.ones((3, 2))), "two rows or more"),
        (lambda: quality.coverage(np.ones((2, 1)), np.ones((3, 1)), neighbours=3), "neighbours must be"),
        (lambda: quality.copying(np.ones((2, 1)), np.ones((3, 1)), np.ones((2, 1))), "other and train"),
        (lambda: quality.imbalance(np.ones(2), np.ones(2)), "sum to 1"),
        (lambda: quality.imbalance(np.array([0.5, 0.5]), np.array([1.0])), "q must have shape"),
        (lambda: quality.class_shares(np.array([0, 3]), classes=3), "labels must lie below"),
        (lambda: quality.class_shares(np.array([-1, 0]), classes=2), "labels must be a row"),
        (lambda: quality.class_shares(np.zeros((2, 2), dtype=int), classes=2), "labels must be a row"),
        (lambda: quality.class_shares(np.zeros(0, dtype=int), classes=2), "labels must be a row"),
        (lambda: quality.class_shares(np.array([0, 2]), classes=2), "labels must lie below"),
        (lambda: quality.frechet(np.ones((3, 2)), np.ones((3, 1))), "two rows or more"),
        (lambda: quality.nearest(np.ones((2, 3)), np.ones((2, 2))), "among and points must agree in the size d"),
        (lambda: quality.coverage(np.full((2, 1), np.nan), np.ones((5, 1))), "points must be finite"),
        (lambda: quality.train_classifier(np.ones((2, 1)), np.array([0, -1]), rng=np.random.default_rng(0)), "y must be a row"),
        (lambda: quality.embed(NET, np.ones((2, 3))), "X must have shape"),
        (
            lambda: quality.judge(np.ones((9, 2)), real=np.ones((9, 2)), train=np.ones((8, 2)), classifier=NET),
            "training rows per",
        ),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
