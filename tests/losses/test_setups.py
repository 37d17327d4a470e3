"""What each experiment hands to the training, and what it reads off the networks that it gets back."""

from types import SimpleNamespace

import numpy as np
import pytest
import scipy.ndimage
import torch
import torch.nn.functional as F

from principles import data
from principles.losses import calibration, multilabel, pictures, plane, signals, training, transforms

PHOTOGRAPHS = {"flower": 0.2, "china": 0.6}


@pytest.fixture
def trained(monkeypatch):
    """The arguments of each training; nothing is trained, the networks stay at random first weights."""
    calls = []

    def train(X, targets, *, loss="softmax", hidden=(64,), steps=400, rate=0.1, rng):
        state = rng.bit_generator.state["state"]["state"]
        net = training.start((X.shape[1] + 1, *hidden, targets.shape[1]), rng=rng)
        calls.append(SimpleNamespace(X=X, t=targets, loss=loss, hidden=hidden, steps=steps, rate=rate, state=state, net=net))
        return net

    monkeypatch.setattr(training, "train", train)
    return calls


@pytest.fixture
def asked(monkeypatch):
    """The inputs of each prediction."""
    inputs, predict = [], training.predict

    def note(net, X):
        inputs.append(X)
        return predict(net, X)

    monkeypatch.setattr(training, "predict", note)
    return inputs


@pytest.fixture
def sixty(monkeypatch):
    """Sixty digits instead of all."""
    whole = data.digits()
    few = data.Data(whole.X[:60], whole.y[:60], whole.features, whole.target, whole.source)
    monkeypatch.setattr(data, "digits", lambda: few)
    return few


def seeded(seed):
    return np.random.default_rng(seed).bit_generator.state["state"]["state"]


def output(net, X):
    """The logits, by torch."""
    h = F.pad(torch.tensor(np.reshape(X, (len(X), -1))), (0, 1), value=1.0)
    for S in net.S:
        h = torch.relu(h @ torch.tensor(S))
    return h @ torch.tensor(net.v)


def wrong(net, X, y):
    return float((output(net, X).argmax(1).numpy() != y).mean())


def test_smoothing_is_tried_on_few_digits_with_some_labels_drawn_anew(trained, sixty):
    found = calibration.smoothing_experiment(0.2, n=40, wrong=0.5, seeds=2, steps=7)
    for seed, call in enumerate(trained):
        train, test = data.split(sixty, test=20, rng=np.random.default_rng(seed))
        np.testing.assert_array_equal(call.X, train.X)
        assert (call.hidden, call.steps, call.loss, call.state) == ((128,), 7, "softmax", seeded(seed))
        np.testing.assert_allclose(np.sort(call.t, axis=1), np.tile([0.2 / 9] * 9 + [0.8], (40, 1)))
        assert 0.15 < (call.t.argmax(axis=1) != train.y).mean() < 0.75  # about nine tenths of a half
        ŷ, known = output(call.net, test.X), output(call.net, train.X).numpy()
        assert found.error[seed] == pytest.approx(wrong(call.net, test.X, test.y))
        assert found.loss[seed] == pytest.approx(float(F.cross_entropy(ŷ, torch.tensor(test.y))))
        assert found.confidence[seed] == pytest.approx(float(torch.softmax(ŷ, 1).max(1).values.mean()))
        assert found.lead[seed] == pytest.approx(max(max(row) - np.mean(sorted(row)[:-1]) for row in known))
    assert len(trained) == 2


def test_labels_drawn_anew_may_be_any_digit_and_none_is_without_wrong_ones(trained):
    calibration.smoothing_experiment(0.0, n=400, wrong=1.0, seeds=1, steps=1)
    calibration.smoothing_experiment(0.0, n=400, wrong=0.0, seeds=1, steps=1)
    drawn, kept = (call.t.argmax(axis=1) for call in trained)
    assert set(drawn[kept == 0]) == set(range(10))
    np.testing.assert_array_equal(kept, data.split(data.digits(), test=1397, rng=np.random.default_rng(0))[0].y)


def test_classes_count_as_answered_when_their_probability_exceeds_one_half(trained, sixty):
    found = calibration.how_many_classes(n=40, seed=3, steps=7)
    train, test = data.split(sixty, test=20, rng=np.random.default_rng(3))
    for k, (call, turn) in enumerate(zip(trained, (torch.sigmoid, lambda ŷ: torch.softmax(ŷ, 1)))):
        assert (call.loss, call.hidden, call.steps, call.state) == (("binary", "softmax")[k], (128,), 7, seeded(3))
        np.testing.assert_array_equal(call.t, np.eye(10)[train.y])
        p = turn(output(call.net, test.X)).numpy()
        yes = (p > 0.5).sum(axis=1)
        np.testing.assert_allclose(found[call.loss], [(yes == 0).mean(), (yes == 1).mean(), (yes >= 2).mean()])
        np.testing.assert_allclose(found["sums"][k], p.sum(axis=1))


def test_crowds_hold_one_to_three_digits_anywhere_and_are_labelled_by_them(rng):
    X, y = np.arange(1.0, 21)[:, None] * np.ones(64), np.tile(np.arange(10), 2)
    crowd = multilabel.crowd(X, y, 300, rng=rng)
    places = crowd.X.reshape(300, 3, 64)[:, :, 0].astype(int)  # 0 where nobody is, else 1 + the row of X
    for row, present in zip(places, crowd.present):
        assert {y[k - 1] for k in row if k} == set(np.flatnonzero(present))
    assert set(places.ravel()) == set(range(21))
    np.testing.assert_allclose((places > 0).mean(axis=0), 2 / 3, atol=0.11)
    np.testing.assert_allclose(np.bincount((places > 0).sum(axis=1), minlength=4) / 300, [0, 1 / 3, 1 / 3, 1 / 3], atol=0.11)


def test_both_losses_learn_from_the_same_crowd_and_are_asked_about_new_people(trained, asked):
    found = multilabel.compare(seed=2, train=50, test=30, steps=9)
    known, new = data.split(data.digits(), test=700, rng=np.random.default_rng(2))
    for call, turn in zip(trained, (torch.sigmoid, lambda ŷ: torch.softmax(ŷ, 1))):
        assert (call.hidden, call.steps, call.state) == ((128,), 9, seeded(2))
        assert call.X.shape == (50, 192)
        np.testing.assert_allclose(found[call.loss], turn(output(call.net, asked[0])))
    assert [call.loss for call in trained] == ["binary", "softmax"]
    for X, present, pool in ((trained[0].X, trained[0].t, known), (asked[1], found["present"], new)):
        labels = {x.tobytes(): y for x, y in zip(pool.X, pool.y)}
        for row, answers in zip(X.reshape(-1, 3, 64), present):
            assert {labels[x.tobytes()] for x in row if x.any()} == set(np.flatnonzero(answers))
    assert found["present"].shape == (30, 10)


def test_unless_told_otherwise_2000_crowds_teach_and_1000_test(trained):
    found = multilabel.compare(seed=0)
    assert (len(trained[0].X), len(found["present"]), trained[0].steps) == (2000, 1000, 1500)


def test_the_first_step_of_descent_is_the_rate_against_the_slope_at_equal_logits():
    present = np.array([1.0, 0.0, 1.0, 0.0])
    steps = {"binary": present - 0.5, "softmax": present - 2 / 4, "positive half": present / 2}
    for loss, slope in steps.items():
        np.testing.assert_allclose(multilabel.descend(present, loss=loss, rate=0.3, steps=1), 0.3 * slope)


def test_a_score_at_the_threshold_is_not_above_it():
    assert multilabel.above(np.array([[0.5, 0.6]]), 0.5).tolist() == [[False, True]]


def test_small_changes_of_digits_have_the_stated_size(monkeypatch, rng):
    angles, spot = [], np.zeros((400, 8, 8))
    spot[:, 4, 4] = 1
    monkeypatch.setattr(transforms, "rotate", lambda x, degrees: angles.append(degrees) or x)
    changes = pictures.changes(rng)
    for _ in range(5):
        changes["small turn"](spot)
    assert -20 <= min(angles) < -19.8
    assert 19.8 < max(angles) <= 20
    moved = {tuple(map(int, np.argwhere(x)[0] - 4)) for x in changes["shift"](spot)}
    assert moved == {(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)} - {(0, 0)}
    noise = changes["noise"](np.full((200, 8, 8), 0.5)) - 0.5
    assert np.median(np.abs(noise)) == pytest.approx(0.6745 * 0.3, rel=0.05)  # the quartile of a Gaussian


def test_each_kind_of_augmentation_is_tested_on_each_change(trained, sixty, monkeypatch):
    few = data.Data(sixty.X[:24], sixty.y[:24], sixty.features, sixty.target, sixty.source)
    monkeypatch.setattr(data, "digits", lambda: few)
    costs = pictures.wrong_augmentation(n=10, seeds=2, steps=7)
    flips = {"none": lambda X: X, "mirror": np.fliplr, "water": np.flipud, "half turn": lambda x: np.rot90(x, 2)}
    assert costs.names == ("none", "shift", "small turn", "noise", "mirror", "water", "half turn")
    assert (costs.errors.shape, costs.confusions.shape, costs.tested) == ((7, 7), (7, 10, 10), 28)
    errors, right, truth = np.zeros((7, 7)), np.zeros(7), np.zeros(10)
    for k, call in enumerate(trained):
        seed, row = divmod(k, 7)
        train, test = data.split(few, test=14, rng=np.random.default_rng(seed))
        assert (call.hidden, call.steps, call.state) == ((64,), 7, seeded(seed))
        np.testing.assert_array_equal(call.t, np.eye(10)[np.tile(train.y, 5)])
        np.testing.assert_array_equal(call.X[40:], train.X)
        name, kinds = costs.names[row], call.X[:40].reshape(4, 10, 8, 8)
        if name in flips:
            np.testing.assert_array_equal(kinds[3], [flips[name](x) for x in train.X.reshape(-1, 8, 8)])
        else:
            assert not np.array_equal(kinds[0], kinds[1])
        for other, flip in flips.items():
            seen = np.array([flip(x) for x in test.X.reshape(-1, 8, 8)])
            errors[row, costs.names.index(other)] += wrong(call.net, seen, test.y) / 2
        right[row] += 14 - 14 * wrong(call.net, test.X, test.y)
        truth += np.bincount(test.y, minlength=10) * (row == 0)
    assert len(trained) == 14
    known = [costs.names.index(name) for name in flips]
    np.testing.assert_allclose(costs.errors[:, known], errors[:, known])
    np.testing.assert_allclose(np.trace(costs.confusions, axis1=1, axis2=2), right)
    np.testing.assert_array_equal(costs.confusions.sum(axis=2), np.tile(truth, (7, 1)))
    trained.clear()
    pictures.wrong_augmentation(n=20, seeds=1)
    assert trained[0].steps == 400


@pytest.mark.parametrize("step", [None, 1.0, 0.5])
def test_neighbours_of_a_digit_are_its_eight_moves_by_the_step(step, trained):
    errors = pictures.shift_errors([5, 9, 12], step=step, width=6, seeds=2, steps=3)
    assert errors.shape == (2, 3)
    for k, call in enumerate(trained):
        (seed, size), n = divmod(k, 3), [5, 9, 12][k % 3]
        pool, test = data.split(data.digits(), test=797, rng=np.random.default_rng(seed))
        moves = [] if step is None else [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0)]
        digits = pool.X[:n].reshape(n, 8, 8)
        expected = [
            scipy.ndimage.shift(x, np.multiply(step, move), order=1, mode="grid-constant") for move in moves for x in digits
        ]
        np.testing.assert_allclose(call.X.reshape(-1, 8, 8), [*expected, *digits], atol=1e-12)
        np.testing.assert_array_equal(call.t, np.eye(10)[np.tile(pool.y[:n], len(moves) + 1)])
        assert (call.hidden, call.steps, call.state) == ((6,), 3, seeded(seed))
        assert errors[seed, size] == pytest.approx(wrong(call.net, test.X, test.y))
    assert len(trained) == 6


def test_unless_told_otherwise_networks_are_updated_as_often_as_on_the_page(trained):
    pictures.shift_errors([5], step=None, width=6, seeds=1)
    assert trained[0].steps == 800


def test_pieces_of_a_photograph_are_averages_of_four_by_four_pixels_from_everywhere(monkeypatch, rng):
    down, right = np.mgrid[0:51, 0:60]  # 12 x 15 blocks; the last three rows are left over
    monkeypatch.setattr(data, "photograph", lambda name: (down + 100 * right) / 6000)
    pieces = pictures.backgrounds("china", 2000, rng=rng) * 6000 / 0.9
    np.testing.assert_allclose(np.diff(pieces, axis=1), 4)
    np.testing.assert_allclose(np.diff(pieces, axis=2), 400)
    lefts, tops = np.divmod(np.round(pieces[:, 0, 0] - 151.5), 400)  # the mean of block (t, l) is 151.5 + 4 t + 400 l
    assert set(tops / 4) == set(range(5))
    assert set(lefts) == set(range(8))
    noise = pictures.backgrounds("noise", 200, rng=rng)
    assert noise.shape == (200, 8, 8)
    assert noise.std() == pytest.approx(0.9 / np.sqrt(12), rel=0.05)
    assert 0 <= noise.min() < 0.01 < 0.89 < noise.max() <= 0.9


def test_animals_cover_their_background_as_much_as_they_are_bright(monkeypatch, rng):
    monkeypatch.setattr(data, "photograph", lambda name: np.full((40, 40), PHOTOGRAPHS[name]))
    animals, y = np.tile(np.array([0.0, 0.1, 0.5, 1.0]).repeat(16).reshape(8, 8), (30, 1, 1)), np.repeat([0, 1], 15)
    found = pictures.herd(animals, y, ("flower", "china"), rng=rng)
    meadow, desert = [0.18, 0.162, 0.5, 1.0], [0.54, 0.486, 0.5, 1.0]  # the background is 0.9 times the photograph
    np.testing.assert_allclose(found.pictures[:15, ::2, 0], np.tile(meadow, (15, 1)))
    np.testing.assert_allclose(found.pictures[15:, ::2, 0], np.tile(desert, (15, 1)))
    np.testing.assert_array_equal(found.y, y)
    np.testing.assert_array_equal(found.animals, animals)
    new = pictures.new_backgrounds(np.repeat(animals, 10, axis=0), rng=rng)
    on_meadow = np.isclose(new[:, ::2, 0], meadow).all(axis=1)
    assert (on_meadow | np.isclose(new[:, ::2, 0], desert).all(axis=1)).all()
    assert on_meadow.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(300))


def test_cows_are_learned_at_home_and_met_elsewhere(monkeypatch, trained):
    monkeypatch.setattr(data, "photograph", lambda name: np.full((40, 40), PHOTOGRAPHS[name]))
    plain, augmented, tests = pictures.cows(seed=1, copies=3, steps=7)
    digits, (first, second) = data.digits(), trained
    meadow, desert = 0.18, 0.54  # seen in the corner, where no digit has ink
    both = (digits.y == 3) | (digits.y == 8)
    label = {x.tobytes(): int(k == 8) for x, k in zip(digits.X[both], digits.y[both])}
    assert [len(call.X) for call in trained] == [200, 800]
    assert [call.t.shape[1] for call in trained] == [2, 2]  # cow or camel
    for call in trained:
        assert (call.hidden, call.steps, call.state) == ((64,), 7, seeded(1))
        np.testing.assert_array_equal(call.t, np.tile(first.t, (len(call.X) // 200, 1)))
    np.testing.assert_allclose(first.X[:, 0], np.where(first.t[:, 0] == 1, meadow, desert))
    np.testing.assert_array_equal(second.X[600:], first.X)
    assert 0.4 < np.isclose(second.X[:600, 0], meadow).mean() < 0.6
    assert not np.array_equal(second.X[:200], second.X[200:400])
    np.testing.assert_array_equal(second.X[:200].argmax(axis=1), first.X.argmax(axis=1))  # the animals are the same
    assert list(tests) == ["home", "abroad", "elsewhere"]
    for name, herd in tests.items():
        assert [label[animal.tobytes()] for animal in herd.animals] == herd.y.tolist()
        assert len(herd.y) == both.sum() - 200
        assert plain[name] == pytest.approx(wrong(first.net, herd.pictures, herd.y))
        assert augmented[name] == pytest.approx(wrong(second.net, herd.pictures, herd.y))
    np.testing.assert_allclose(tests["home"].pictures[:, 0, 0], np.where(tests["home"].y == 0, meadow, desert))
    np.testing.assert_allclose(tests["abroad"].pictures[:, 0, 0], np.where(tests["home"].y == 0, desert, meadow))
    assert len(np.unique(tests["elsewhere"].pictures[:, 0, 0])) > 100
    trained.clear()
    pictures.cows(seed=1)
    assert [(len(call.X), call.steps) for call in trained] == [(200, 400), (1000, 400)]


def test_points_fill_the_disc_evenly_and_turned_ones_too(rng):
    X, _ = plane.sample("halves", 8000, rng=rng)
    for points in (X, plane.turned(np.tile([[1.0, 0.0]], (4000, 1)), copies=2, rng=rng)):
        quadrant = np.floor(np.arctan2(points[:, 1], points[:, 0]) / (np.pi / 2)).astype(int)
        np.testing.assert_allclose(np.bincount(quadrant + 2, minlength=4) / 8000, 1 / 4, atol=0.02)
    assert (np.linalg.norm(X, axis=1) ** 2).mean() == pytest.approx(2, abs=0.06)  # even in area
    assert np.linalg.norm(X, axis=1).max() <= 2


@pytest.mark.parametrize("task", plane.TASKS)
def test_turned_copies_join_the_points_and_the_map_covers_the_disc(task, trained, asked):
    found = plane.compare(task, n=20, copies=3, seed=4, steps=5)
    (plain, both), (new, grid, _, _) = trained, asked
    y = np.linalg.norm(plain.X, axis=1) > np.sqrt(2) if task == "rings" else plain.X[:, 0] > 0
    truth = np.linalg.norm(new, axis=1) > np.sqrt(2) if task == "rings" else new[:, 0] > 0
    np.testing.assert_array_equal(found["y"], y)
    np.testing.assert_array_equal(found["X"], plain.X)
    np.testing.assert_array_equal(both.X[:20], plain.X)
    np.testing.assert_allclose(np.linalg.norm(both.X, axis=1), np.tile(np.linalg.norm(plain.X, axis=1), 4))
    for call in trained:
        np.testing.assert_array_equal(call.t, np.eye(2)[np.tile(y.astype(int), len(call.X) // 20)])
        assert (call.hidden, call.steps, call.state) == ((32,), 5, seeded(4))
    assert (len(both.X), len(new), grid.shape) == (80, 2000, (3721, 2))
    np.testing.assert_allclose(found["axis"], -2 + np.arange(61) / 15)
    for call, error, shown in zip(trained, found["errors"], found["maps"]):
        assert error == pytest.approx(wrong(call.net, new, truth))
        corner = output(call.net, np.array([[2.0, -2.0], [0.0, 1.0]]))
        np.testing.assert_allclose([shown[0, 60], shown[45, 30]], torch.softmax(corner, 1)[:, 1])  # rows are y
    trained.clear()
    plane.compare(task, n=20, copies=1, seed=4)
    assert trained[0].steps == 600


def test_changes_of_sounds_are_what_they_are_called(rng):
    changes, spike = signals.sound_changes(rng), np.tile(np.eye(40)[20], (2000, 1))
    assert changes["none"] is None
    assert set(changes["shift in time"](spike).argmax(axis=1) - 20) == set(range(-8, 9))
    X = rng.normal(size=(2000, 5))
    volume = changes["volume"](X) / X
    np.testing.assert_allclose(volume, volume[:, [0] * 5])
    assert 0.7 <= volume.min() < 0.705 < 1.395 < volume.max() <= 1.4
    noise = changes["background noise"](X) - X
    assert noise.std() == pytest.approx(0.1, rel=4 / np.sqrt(2 * noise.size))
    assert noise[:, 0].std() == pytest.approx(0.1, rel=0.1)
    assert abs(noise.mean()) < 4 * 0.1 / np.sqrt(noise.size)
    np.testing.assert_array_equal(changes["backwards"](X), np.fliplr(X))


def test_every_change_of_sounds_is_learned_from_copies_and_tested_on_the_rest(monkeypatch, trained):
    made, wanted = data.mnist1d(samples=100), []
    monkeypatch.setattr(data, "mnist1d", lambda samples=4000: wanted.append(samples) or made)
    errors = signals.sound_errors(n=30, copies=2, seeds=2, steps=4)
    names = ["none", "shift in time", "volume", "background noise", "backwards"]
    assert (list(errors), wanted, len(trained)) == (names, [4000], 10)
    for k, call in enumerate(trained):
        seed, kind = divmod(k, 5)
        train, test = data.split(made, test=70, rng=np.random.default_rng(seed))
        assert (call.hidden, call.steps, call.rate, call.state) == ((128,), 4, 0.05, seeded(seed))
        assert len(call.X) == (30 if kind == 0 else 90)
        np.testing.assert_array_equal(call.X[-30:], train.X)
        np.testing.assert_array_equal(call.t, np.eye(10)[np.tile(train.y, len(call.X) // 30)])
        assert errors[names[kind]][seed] == pytest.approx(wrong(call.net, test.X, test.y))
    np.testing.assert_array_equal(trained[4].X[:30], np.fliplr(trained[4].X[-30:]))
    trained.clear()
    signals.sound_errors(n=30, copies=1, seeds=1)
    assert trained[0].steps == 800


def test_renamed_games_of_one_player_teach_about_all(trained, asked):
    wrong_share = signals.renaming_experiment(seed=5, steps=8)
    plain, kept, renamed = trained

    def winners(X):  # places 0 to 5 the first name, 6 and 7 the verb, 8 to 13 the second name
        return np.where(X[:, 6] == 1, X[:, :6].argmax(axis=1), X[:, 8:].argmax(axis=1))

    assert [len(call.X) for call in trained] == [20, 400, 400]
    assert ((plain.X[:, 0] == 1) | (plain.X[:, 8] == 1)).all()
    assert len(np.unique(plain.X, axis=0)) == 20
    np.testing.assert_array_equal(plain.t.argmax(axis=1), winners(plain.X))
    np.testing.assert_array_equal(renamed.t.argmax(axis=1), winners(renamed.X))
    np.testing.assert_array_equal(kept.X, renamed.X)
    np.testing.assert_array_equal(kept.t, np.tile(plain.t, (20, 1)))
    assert len({call.X.tobytes() for call in (plain, renamed)} | {renamed.X[:20].tobytes(), renamed.X[20:40].tobytes()}) == 4
    for call, X, error in zip(trained, asked, wrong_share.values()):
        assert (call.hidden, call.steps, call.state) == ((64,), 8, seeded(5))
        assert len(np.unique(X, axis=0)) == 60
        assert error == pytest.approx(wrong(call.net, X, winners(X)))
    assert list(wrong_share) == ["as they are", "label kept", "label renamed"]
    trained.clear()
    signals.renaming_experiment(seed=5)
    assert trained[0].steps == 600
