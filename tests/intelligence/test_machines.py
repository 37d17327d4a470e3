"""Cards, the mouse, digits, restarts and dates."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from principles import data
from principles.intelligence import cards, eras, maze, representation, restarts, separability, threshold
from principles.linear_models import perceptron


def test_a_card_carries_exactly_the_marks_it_was_given(rng):
    left, right = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    deck = cards.punch(left, right, rng=rng)
    images = deck.X[:, :-1].reshape(-1, cards.ROWS, cards.COLUMNS)
    holes = cards.MARK[0] * cards.MARK[1]
    np.testing.assert_array_equal(images[:, :, :40].sum(axis=(1, 2)), holes * left)
    np.testing.assert_array_equal(images[:, :, 40:].sum(axis=(1, 2)), holes * right)
    assert (deck.X[:, -1] == 1).all()
    assert (deck.left.tolist(), deck.right.tolist()) == (left.tolist(), right.tolist())


def corners(half):
    """Row and column of the mark's first hole on every card."""
    return {divmod(int(place), cards.COLUMNS // 2) for place in half.reshape(len(half), -1).argmax(axis=1)}


def test_a_mark_may_stand_at_any_place_of_its_half(rng):
    everywhere = np.ones(3000, int)
    images = cards.punch(everywhere, everywhere, rng=rng).X[:, :-1].reshape(-1, 12, 80)
    places = {(row, column) for row in range(12 - 5 + 1) for column in range(40 - 12 + 1)}
    assert corners(images[:, :, :40]) == corners(images[:, :, 40:]) == places


def test_labels_are_drawn_evenly_and_say_which_side_is_marked_or_whether_one_is(rng):
    deck, y = cards.one_sided(1000, rng=rng)
    assert (y == deck.right - deck.left).all()
    assert (deck.left + deck.right == 1).all()
    assert abs(y.mean()) < 0.15
    deck, y = cards.odd_sided(1000, rng=rng)
    marks = deck.X[:, :-1].sum(axis=1) / 60
    assert (y == np.where(marks == 1, 1.0, -1.0)).all()
    assert np.bincount(2 * deck.left + deck.right) == pytest.approx([250] * 4, abs=60)


def test_shares_of_right_answers_by_hand():
    X, y = np.array([[1.0], [-1.0], [0.0]]), np.array([1.0, -1.0, 1.0])  # 0 counts as +1
    np.testing.assert_allclose(cards.accuracy_after(np.array([[0.0], [1.0], [-1.0]]), X, y), [2 / 3, 1, 1 / 3])


def test_after_fifty_cards_the_perceptron_tells_left_from_right_on_fresh_ones(rng):
    scores = []
    for _ in range(5):
        deck, y = cards.one_sided(50, rng=rng)
        fresh, truth = cards.one_sided(200, rng=rng)
        run = perceptron.train(deck.X, y, order=np.arange(50))
        scores.append(cards.accuracy_after(run.weights, fresh.X, truth)[-1])
        assert (perceptron.predict(fresh.X, run.final) == truth).mean() == scores[-1]
    assert np.mean(scores) > 0.9


def test_the_halves_separate_every_deck_by_all_the_holes_of_a_mark(rng):
    deck, y = cards.one_sided(40, rng=rng)
    assert (y * (deck.X @ cards.halves()) == cards.MARK[0] * cards.MARK[1]).all()


def test_four_cards_prove_that_one_neuron_cannot_tell_one_mark_from_two(rng):
    deck = cards.punch(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), rng=rng)
    X = deck.X[:, :-1].copy()
    X[3] = X[1] + X[2]  # the same two marks on one card
    proof = separability.impossibility(X, np.array([0, 1, 1, 0]))
    np.testing.assert_allclose(proof, 0.25, atol=1e-9)
    np.testing.assert_allclose(separability.contradiction(X, np.array([0, 1, 1, 0]), proof), 0, atol=1e-9)


def test_association_units_are_threshold_neurons(rng):
    deck, _ = cards.odd_sided(40, rng=rng)
    wiring, thresholds = cards.random_wiring(3, inputs=10, rng=rng)
    active = cards.association(deck, wiring, thresholds)
    assert (deck.X[:, :-1] @ wiring == thresholds).any()  # a sum that just reaches its threshold fires
    assert (active[:, -1] == 1).all()
    for unit in range(3):
        neuron = threshold.Neuron(tuple(wiring[:, unit]), thresholds[unit])
        assert threshold.fires(neuron, deck.X[:, :-1]).tolist() == active[:, unit].tolist()
    assert (wiring.sum(axis=0) == 0).all()
    assert (np.abs(wiring).sum(axis=0) == 20).all()


def test_random_units_are_wired_to_every_hole_and_have_the_thresholds_one_two_and_three(rng):
    wiring, thresholds = cards.random_wiring(120, inputs=100, rng=rng)
    assert set(wiring.sum(axis=0)) == {0.0}
    assert set(np.abs(wiring).sum(axis=0)) == {200.0}
    assert (wiring != 0).any(axis=1).all()
    assert set(thresholds) == {1.0, 2.0, 3.0}


@pytest.mark.parametrize("extra", [0, 5])
@pytest.mark.parametrize("seed", range(8))
def test_the_mouse_remembers_a_path_without_loops(extra, seed):
    built = maze.random_maze(5, extra_doors=extra, rng=np.random.default_rng(seed))
    first, memory = maze.explore(built, (0, 0), (4, 4))
    second = maze.recall(memory, (0, 0), (4, 4))
    assert second[0] == (0, 0)
    assert second[-1] == (4, 4)
    assert len(set(second)) == len(second)
    best = maze.shortest(built, (0, 0), (4, 4))
    assert len(second) - 1 >= best
    if extra == 0:
        assert len(second) - 1 == best
    for path in (first, second):
        assert all(frozenset(pair) in built.doors for pair in zip(path, path[1:]))


def open_maze(size, *doors):
    return maze.Maze(size, frozenset(map(frozenset, doors)))


def test_in_a_new_cell_the_mouse_tries_up_left_down_right():
    everything = open_maze(2, [(0, 0), (0, 1)], [(0, 0), (1, 0)], [(1, 1), (0, 1)], [(1, 1), (1, 0)])
    assert maze.explore(everything, (1, 1), (0, 0)) == ([(1, 1), (0, 1), (0, 0)], {(1, 1): 0, (0, 1): 1})


def test_back_from_a_blind_alley_the_mouse_turns_on_from_the_remembered_way():
    alley = open_maze(2, [(1, 0), (0, 0)], [(1, 0), (1, 1)])
    path, memory = maze.explore(alley, (1, 0), (1, 1))
    assert path == [(1, 0), (0, 0), (1, 0), (1, 1)]
    assert memory == {(1, 0): 3, (0, 0): 2}
    assert maze.recall(memory, (1, 0), (1, 1)) == [(1, 0), (1, 1)]


def test_the_shortest_path_takes_the_short_side_of_a_loop():
    ring = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
    loop = open_maze(3, *zip(ring, [*ring[1:], ring[0]]))
    assert [maze.shortest(loop, (0, 0), cell) for cell in ring] == [0, 1, 2, 3, 4, 3, 2, 1]


@pytest.mark.parametrize("extra", [0, 7])
def test_a_maze_is_a_tree_and_the_extra_doors(extra, rng):
    built = maze.random_maze(6, extra_doors=extra, rng=rng)
    assert len(built.doors) == 35 + extra
    assert all(abs(a - c) + abs(b - d) == 1 for (a, b), (c, d) in map(tuple, built.doors))
    assert all(maze.shortest(built, (0, 0), (r, c)) >= r + c for r in range(6) for c in range(6))


def test_a_memory_that_runs_in_circles_is_reported():
    with pytest.raises(ValueError, match="runs in circles"):
        maze.recall({(0, 0): 3, (0, 1): 1}, (0, 0), (1, 1))


def test_the_nearest_image_is_that_of_scipys_distances_and_the_first_of_several():
    d = data.digits()
    train = np.concatenate([d.X[:300], d.X[:300]])  # every image twice, the second time with another label
    names = np.arange(600)
    exact = cdist(d.X[500:700], train, "sqeuclidean")  # pixels are sixteenths, so ties are exact
    mine = representation.nearest_neighbour(train, names, d.X[500:700])
    assert mine.tolist() == exact.argmin(axis=1).tolist()
    half = np.where(np.arange(50) < 25, d.y[:50], d.y[:50] + 1)
    assert representation.nearest_accuracy(d.X[:300], d.y[:300], d.X[:50], half) == 0.5


def test_quantising_to_all_levels_changes_nothing_and_to_two_leaves_black_and_white():
    X = data.digits().X[:50]
    np.testing.assert_allclose(representation.quantise(X, 17), X)
    assert set(np.unique(representation.quantise(X, 2))) == {0.0, 1.0}
    assert representation.bits_per_image(representation.quantise(X, 2)) == pytest.approx(64)


def test_three_grey_levels_are_rounded_and_coded_as_by_hand():
    X = representation.quantise(np.array([[0.2, 0.1, 0.3, 0.9], [0.0, 0.24, 1.0, 0.6]]), 3)
    assert X.tolist() == [[0, 0, 0.5, 1], [0, 0, 1, 0.5]]
    assert representation.bits_per_image(X) == 4 * 1.5  # one bit for half of the pixels, two for the others
    assert representation.bits_per_image(np.zeros((2, 3))) == 0


def test_zip_gives_every_pixel_back_and_jpeg_does_not():
    pixels = np.round(data.photograph() * 255).astype(np.uint8)[:160, :160]
    restored, zipped = representation.through_zip(pixels)
    assert (restored == pixels).all()
    blurred, squeezed = representation.through_jpeg(pixels, quality=75)
    assert blurred.shape == pixels.shape
    assert (blurred != pixels).mean() > 0.2
    assert representation.through_jpeg(pixels, quality=10)[1] < squeezed < zipped


X, Y = 2.0 * threshold.inputs(2) - 1, np.array([-1.0, 1.0, 1.0, -1.0])


def test_the_gradient_of_every_network_equals_finite_differences(rng):
    start = restarts.initial(3, inputs=2, hidden=4, rng=rng)
    slope = restarts.gradient(start, X, Y)
    for name in ("first", "second"):
        array = getattr(start, name)
        for index in np.ndindex(array.shape):
            ends = []
            for sign in (1, -1):
                moved = array.copy()
                moved[index] += sign * 1e-6
                pair = (moved, start.second) if name == "first" else (start.first, moved)
                ends.append(restarts.losses(restarts.Weights(*pair), X, Y)[index[0]])
            assert getattr(slope, name)[index] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-7)


def test_every_network_is_a_sum_of_tanh_and_its_loss_half_a_mean_square(rng):
    nets = restarts.initial(2, inputs=2, hidden=3, rng=rng)
    for run, (W, v) in enumerate(zip(nets.first, nets.second)):
        answers = [sum(v[k] * np.tanh(x @ W[:2, k] + W[2, k]) for k in range(3)) + v[3] for x in X]
        np.testing.assert_allclose(restarts.outputs(nets, X)[run], answers)
        assert restarts.losses(nets, X, Y)[run] == pytest.approx(np.mean((np.array(answers) - Y) ** 2) / 2)
    slope = restarts.gradient(nets, X, Y)
    final, history = restarts.descend(nets, X, Y, rate=0.3, steps=1)
    np.testing.assert_allclose(final.first, nets.first - 0.3 * slope.first)
    np.testing.assert_allclose(final.second, nets.second - 0.3 * slope.second)
    np.testing.assert_allclose(history, [restarts.losses(nets, X, Y)])


def test_a_network_is_through_when_its_worst_answer_is_less_than_a_tenth_off():
    constant = restarts.Weights(np.zeros((3, 3, 1)), np.array([[0.0, 0.1], [0.0, 0.09], [0.0, -0.2]]))
    assert restarts.solved(constant, X, np.zeros(4)).tolist() == [False, True, False]
    assert restarts.solved(constant, X, np.array([0.05, 0.05, 0.05, 0.5])).tolist() == [False, False, False]


def test_wide_networks_learn_xor_from_every_start_and_one_neuron_never_does(rng):
    for hidden, share in ((1, 0.0), (6, 1.0)):
        start = restarts.initial(20, inputs=2, hidden=hidden, rng=rng)
        final, history = restarts.descend(start, X, Y, rate=0.2, steps=600)
        assert restarts.solved(final, X, Y).mean() == share
        assert (history[-1] <= history[0] + 1e-9).all()


def test_events_are_in_order_and_the_contest_falls_every_year():
    years = [event.year for event in eras.EVENTS]
    assert years == sorted(years)
    assert len({event.source for event in eras.EVENTS}) == len(eras.EVENTS)
    assert (np.diff(eras.IMAGENET.error) < 0).all()
    assert eras.IMAGENET.standard_error[[0, 2]] == pytest.approx(np.sqrt([0.282 * 0.718 / 1.5e5, 0.153 * 0.847 / 1e5]))


BAD = [
    (lambda: representation.quantise(np.zeros((1, 2)), 1), "levels must be at least 2"),
    (lambda: cards.punch(np.array([1]), np.array([0, 1]), rng=np.random.default_rng(0)), "one row a sample"),
    (lambda: cards.punch(np.array([2]), np.array([0]), rng=np.random.default_rng(0)), "left must hold 0 or 1"),
    (lambda: cards.random_wiring(1, inputs=481, rng=np.random.default_rng(0)), "inputs must be at least 1 and at most 480"),
    (lambda: representation.quantise(np.array([[5.0, 0.0]]), 3), "pixels between 0 and 1; it runs from 0 to 5"),
    (lambda: representation.nearest_neighbour(np.eye(2), np.array([0]), np.eye(2)), "labels and train must have one row"),
    (lambda: restarts.losses(restarts.initial(1, inputs=2, hidden=1, rng=np.random.default_rng(0)), X, Y[:1]), "y and X must"),
    (lambda: maze.shortest(maze.Maze(2, frozenset()), (0, 0), (9, 9)), "goal must be a cell of the maze"),
    (lambda: maze.shortest(maze.Maze(2, frozenset()), (0, 0), (2, 0)), r"goal must .* got \(2, 0\)"),
    (lambda: maze.shortest(maze.Maze(2, frozenset()), (0, -1), (0, 0)), "start must be a cell of the maze"),
    (lambda: representation.quantise(np.array([[-0.5, 0.0]]), 3), "pixels between 0 and 1; it runs from -0.5"),
    (lambda: maze.shortest(maze.Maze(2, frozenset()), (0, 0), (1, 1)), "maze must have a path"),
    (lambda: maze.explore(maze.Maze(2, frozenset({frozenset({(0, 0), (0, 1)})})), (0, 0), (1, 1)), "maze must have a path"),
    (lambda: maze.recall({(0, 0): 3}, (0, 0), (2, 2)), "it holds no way out of"),
    (
        lambda: restarts.descend(restarts.initial(2, inputs=2, hidden=2, rng=np.random.default_rng(0)), X, Y, rate=0.0, steps=1),
        "rate must be above 0.0",
    ),
    (lambda: maze.random_maze(1, extra_doors=0, rng=np.random.default_rng(0)), "size must be at least 2"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[m for _, m in BAD])
def test_bad_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
