"""The fruit and its box features."""

import numpy as np
import pytest

from principles.kernels import boxes


def test_box_features_count_red_pixels(rng):
    red = rng.random((5, 12, 12)) < 0.5
    chosen = boxes.random_boxes(40, size=12, rng=rng)
    expected = [[red[n, i:k, j:l].mean() > 0.5 for i, j, k, l in chosen] for n in range(5)]
    np.testing.assert_array_equal(boxes.features(red, chosen), expected)


def test_random_boxes_lie_between_two_uniform_pixels(rng):
    i, j, k, l = boxes.random_boxes(6000, size=3, rng=rng).T
    for low, high in ((i, k), (j, l)):
        for first, last in np.ndindex(3, 3):
            share = ((low == first) & (high == last + 1)).mean()
            expected = (0 if last < first else 1 if last == first else 2) / 9  # two of nine ordered pairs, unless equal
            assert abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / 6000)
    assert abs(np.corrcoef(i, j)[0, 1]) < 4 / np.sqrt(6000)


def test_both_pictures_of_a_pair_hold_the_same_number_of_red_pixels(rng):
    red, y = boxes.pictures(n=6, size=30, radius=4, rng=rng)
    counts = red.sum(axis=(1, 2))
    np.testing.assert_array_equal(counts[::2], counts[1::2])
    np.testing.assert_array_equal(y, [1, -1, 1, -1, 1, -1])


def test_a_fruit_unless_told_otherwise_is_a_disc_of_radius_ten_in_a_picture_of_a_hundred_pixels_a_side(rng):
    red, _ = boxes.pictures(n=2, rng=rng)
    assert red.shape == (2, 100, 100)
    assert red[0].sum() == sum(i**2 + j**2 <= 100 for i in range(-10, 11) for j in range(-10, 11))
    corners = boxes.random_boxes(5000, rng=rng)
    assert (corners.min(), corners.max()) == (0, 100)


def test_selection_prefers_the_boxes_that_tell_the_labels_apart():
    Φ = np.array([[1.0, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]])
    y = np.array([1.0, 1, -1, -1])
    assert sorted(boxes.select(Φ, y, keep=2)) == [1, 2]
    np.testing.assert_array_equal(boxes.detect(Φ[:, [1, 2]]), y)


def test_selection_passes_over_a_box_that_sees_what_is_found_already():
    Φ = np.array([[1.0, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]])
    assert sorted(boxes.select(Φ, np.array([1.0, 1, 1, 1, -1]), keep=2)) == [0, 2]


def test_random_boxes_hit_a_small_fruit_with_the_square_of_its_area(rng):
    shares = boxes.hit_share([4, 8], pool=4000, n=60, rng=rng)
    assert np.log2(shares[1] / shares[0]) == pytest.approx(4.0, abs=0.5)


def test_selected_boxes_do_better_than_as_many_random_ones(rng):
    errors = boxes.compare([20], pool=1500, radius=12, n=100, repeats=2, rng=rng)
    assert errors[0, :, 1].max() < errors[0, :, 0].min()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: boxes.pictures(n=2, size=10, radius=5, rng=rng), "radius must be .* at most 4"),
        (lambda rng: boxes.random_boxes(0, rng=rng), "p must be at least 1"),
        (lambda rng: boxes.features(np.zeros((0, 2, 2), dtype=bool), np.array([[0, 0, 1, 1]])), "red must not be empty"),
        (lambda rng: boxes.pictures(n=3, size=10, radius=2, rng=rng), "n must be even"),
        (lambda rng: boxes.features(np.ones((1, 3, 3)), np.array([[0, 0, 3, 3], [0, 0, 4, 3]])), "inside the picture .*; box 1"),
        (lambda rng: boxes.features(np.ones((1, 3, 3)), np.array([[-1, 0, 2, 2]])), "boxes must be inside the picture"),
        (lambda rng: boxes.features(np.ones((1, 3, 3)), np.array([[1, 0, 1, 2]])), "and not empty; box 0"),
        (lambda rng: boxes.features(np.ones((1, 3, 3)), np.array([[0, 1, 2, 1]])), "and not empty; box 0"),
        (lambda rng: boxes.features(np.ones((1, 3, 3)), np.array([[0, -1, 2, 2]])), "boxes must be inside the picture"),
        (lambda rng: boxes.features(np.ones((1, 2, 4)), np.array([[0, 0, 3, 2]])), "boxes must be inside the picture"),
        (lambda rng: boxes.features(np.ones((1, 4, 2)), np.array([[0, 0, 2, 3]])), "boxes must be inside the picture"),
        (lambda rng: boxes.select(np.ones((2, 2)), np.array([1.0, -1.0]), keep=3), "keep must be .* at most 2"),
    ],
)
def test_malformed_input_is_refused_by_name(call, message, rng, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(rng)
