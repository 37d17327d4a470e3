"""The experiments of the chapter, small, and what they are built from."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from principles import data
from principles.losses import binary, calibration, multilabel, pictures, plane, signals, smoothing, training, transforms


@pytest.mark.equation("6.1")
def test_a_herd_keeps_its_animals_and_takes_its_background_from_its_place(rng):
    animals, y = np.zeros((40, 8, 8)), np.repeat([0, 1], 20)
    animals[:, 3:5, 3:5], animals[:, 7, 7] = 1, 0.5
    found = pictures.herd(animals, y, ("noise", "china"), rng=rng)
    assert (found.pictures[:, 3:5, 3:5] == 1).all()
    assert found.pictures[:, 0, 0].max() <= 0.9
    assert found.pictures[:, 7, 7].max() == 0.5  # half covered, half of the background is left
    assert found.pictures[:20, 0, :].std() > 0
    assert not np.allclose(found.pictures[:20], found.pictures[20:])


def test_new_backgrounds_do_not_depend_on_the_animal(rng):
    changed = pictures.new_backgrounds(np.zeros((4000, 8, 8)), rng=rng).mean(axis=(1, 2))
    assert changed[:2000].mean() == pytest.approx(changed[2000:].mean(), abs=0.03)


def test_changes_keep_the_shape_and_only_the_flips_are_undone_by_a_second_flip(rng):
    X = rng.random((5, 8, 8))
    for name, T in pictures.changes(rng).items():
        assert T(X).shape == X.shape
        assert np.array_equal(T(T(X)), X) == (name in ("none", "mirror", "water", "half turn"))


def test_turning_keeps_radii_so_that_ring_labels_survive_and_half_labels_do_not(rng):
    for task, kept in (("rings", 1.0), ("halves", 0.5)):
        X, y = plane.sample(task, 4000, rng=rng)
        moved = plane.turned(X, copies=1, rng=rng)
        np.testing.assert_allclose(np.linalg.norm(moved, axis=1), np.linalg.norm(X, axis=1))
        label = np.linalg.norm(moved, axis=1) > np.sqrt(2) if task == "rings" else moved[:, 0] > 0
        assert accuracy_score(y, label) == pytest.approx(kept, abs=0.04)
        assert y.mean() == pytest.approx(0.5, abs=0.04)


def test_renaming_moves_the_winner_along():
    order = (3, 1, 2, 0, 4, 5)
    for before in signals.sentences():
        (after,) = signals.rename([before], order)
        assert signals.winner(after) == signals.NAMES[order[signals.NAMES.index(signals.winner(before))]]
    assert len(set(signals.sentences())) == 60
    np.testing.assert_array_equal(signals.encode(signals.sentences()).sum(axis=1), 3)
    np.testing.assert_array_equal(np.flatnonzero(signals.encode([("Ben", "lost to", "Ada")])[0]), [1, 7, 8])
    assert len(np.unique(signals.encode(signals.sentences()), axis=0)) == 60


def test_a_crowd_shows_the_digits_it_names(rng):
    X, y = np.eye(10).repeat(7, axis=1)[:, :64], np.arange(10)
    people = multilabel.crowd(X, y, 50, rng=rng)
    shown = [sum(any(np.array_equal(place, X[k]) for place in row.reshape(3, 64)) for k in range(10)) for row in people.X]
    np.testing.assert_array_equal(people.present.sum(axis=1), shown)
    filled = people.X.reshape(50, 3, 64).any(axis=2).sum(axis=1)
    np.testing.assert_array_equal(filled, shown)  # no digit comes twice


@pytest.mark.equation("6.16")
def test_one_softmax_spreads_over_the_classes_present_and_independent_answers_do_not():
    present = binary.multi_hot([[1, 4, 6]], 8)[0]
    p = np.exp(multilabel.descend(present, loss="softmax", rate=1.0, steps=150))
    np.testing.assert_allclose((p / p.sum())[present == 1], 1 / 3, atol=5e-3)
    answers = binary.probability(multilabel.descend(present, loss="binary", rate=1.0, steps=150))
    np.testing.assert_allclose(answers, present, atol=1e-2)
    half = binary.probability(multilabel.descend(present, loss="positive half", rate=1.0, steps=150))
    np.testing.assert_allclose(half, np.where(present == 1, 1.0, 0.5), atol=1e-2)


def test_exact_matches_count_whole_sets_and_the_largest_scores_are_as_many_as_told():
    scores, present = np.array([[0.9, 0.2, 0.7], [0.1, 0.6, 0.3]]), np.array([[1, 0, 1], [1, 1, 0]])
    assert multilabel.exact(multilabel.above(scores, 0.5), present) == 0.5
    np.testing.assert_array_equal(multilabel.largest(scores, np.array([1, 2])), [[True, False, False], [False, True, True]])


def test_smoothing_keeps_leads_short_on_digits_with_wrong_labels():
    plain, smooth = (calibration.smoothing_experiment(e, n=100, wrong=0.1, seeds=1, steps=120) for e in (0.0, 0.2))
    assert smooth.confidence[0] < plain.confidence[0]
    assert smooth.lead[0] < plain.lead[0]
    assert smooth.lead[0] < 3 * smoothing.best_logits(0, 10, epsilon=0.2)[0]


def test_leads_compare_the_largest_logit_with_the_mean_of_the_others(rng):
    ŷ = rng.normal(size=(20, 4))
    expected = [max(row) - np.mean(sorted(row)[:-1]) for row in ŷ]
    np.testing.assert_allclose(calibration.leads(ŷ), expected)
    np.testing.assert_allclose(calibration.leads(1e307 * np.array([[1.0, 5, 2]])), 3.5e307)
    assert calibration.leads(np.array([[-1.7e308, -1.7e308]])) == [0]


def test_digits_whose_labels_are_all_drawn_anew_teach_nothing():
    error = calibration.smoothing_experiment(0.0, n=100, wrong=1.0, seeds=1, steps=40).error[0]
    assert error == pytest.approx(0.9, abs=0.1)


def test_turned_copies_carry_the_label_of_the_point_they_were_made_from():
    rings, halves = (plane.compare(task, n=24, copies=10, seed=1, steps=150) for task in plane.TASKS)
    assert rings["errors"][1] < rings["errors"][0]
    assert halves["errors"][1] > halves["errors"][0] + 0.2


def test_renamed_stories_with_renamed_labels_are_learned_and_those_with_old_labels_are_not():
    assert [signals.winner(("Ada", verb, "Ben")) for verb in ("beat", "lost to")] == ["Ada", "Ben"]
    wrong = signals.renaming_experiment(seed=0, steps=150)
    assert wrong["label renamed"] < 0.1 < 0.3 < wrong["as they are"] < wrong["label kept"]


def test_the_rows_of_a_confusion_table_are_the_true_classes():
    digits, net = data.digits(), training.start((65, 10), rng=np.random.default_rng(0))
    table = pictures._confusion(net, digits)
    np.testing.assert_array_equal(table.sum(axis=1), np.bincount(digits.y))
    assert 1 - np.trace(table) / len(digits) == pytest.approx(training.error(net, digits.X, digits.y))


def test_shares_of_digits_with_none_one_or_more_answers_sum_to_one():
    found = calibration.how_many_classes(n=200, seed=0, steps=60)
    for loss in ("binary", "softmax"):
        assert found[loss].sum() == pytest.approx(1)
    assert found["softmax"][2] == 0  # two probabilities above one half do not fit
    np.testing.assert_allclose(found["sums"][1], 1)


BAD = {
    "task must be one of rings, halves": lambda: plane.sample("square", 3, rng=np.random.default_rng(0)),
    "loss must be one of softmax, binary, positive half": lambda: multilabel.descend(np.ones(2), loss="hinge", rate=1.0, steps=1),
    "answers and present must have one shape": lambda: multilabel.exact(np.ones((2, 3), bool), np.ones((1, 3))),
    "counts and scores must have one row": lambda: multilabel.largest(np.ones((2, 3)), np.ones(1)),
    "order must be a permutation": lambda: signals.rename([], (0, 0, 1, 2, 3, 4)),
    "copies must be at least 1": lambda: plane.turned(np.ones((2, 2)), copies=0, rng=np.random.default_rng(0)),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()


@pytest.mark.parametrize(("rows", "columns"), [(1, 0), (-1, 1), (0, -1)])
def test_moving_by_whole_pixels_is_translating(rows, columns, rng):
    X = rng.random((3, 8, 8))
    np.testing.assert_allclose(pictures._moved(X, rows, columns), transforms.translate(X, rows, columns), atol=1e-12)
