"""Changes of pictures against numpy, scipy and torch."""

import numpy as np
import pytest
import scipy.ndimage
import torch

from principles.losses import transforms


def test_mirror_and_water_are_torchs_flips_of_the_last_and_the_last_but_one_axis(rng):
    x = rng.random((3, 5, 7))
    np.testing.assert_array_equal(transforms.mirror(x), torch.tensor(x).flip(-1))
    np.testing.assert_array_equal(transforms.water(x), torch.tensor(x).flip(-2))
    np.testing.assert_array_equal(transforms.half_turn(x), np.rot90(x, 2, axes=(1, 2)))


@pytest.mark.parametrize("degrees", [0.0, 17.0, 90.0, -140.0])
def test_rotate_equals_scipys_rotation(degrees, rng):
    x = rng.random((9, 9))
    expected = scipy.ndimage.rotate(x, degrees, reshape=False, order=1, mode="grid-constant")
    np.testing.assert_allclose(transforms.rotate(x, degrees), expected, atol=1e-9)
    turned = transforms.rotate(np.stack([x, 2 * x]), degrees)
    np.testing.assert_allclose(turned[1], 2 * turned[0])


def test_a_quarter_turn_is_anticlockwise(rng):
    x = rng.random((6, 6))
    np.testing.assert_allclose(transforms.rotate(x, 90.0), np.rot90(x), atol=1e-9)


@pytest.mark.parametrize(("rows", "columns"), [(1, 0), (0, -2), (-1, 2), (0, 0), (5, 0), (-9, 7)])
def test_translate_equals_scipys_shift(rows, columns, rng):
    x = rng.random((5, 6))
    np.testing.assert_allclose(
        transforms.translate(x, rows, columns), scipy.ndimage.shift(x, (rows, columns), order=1), atol=1e-12
    )


def test_projections_move_points_where_the_matrix_says():
    x = np.add.outer(np.arange(9.0), np.zeros(9))  # grey value = row
    np.testing.assert_allclose(transforms.zoom(x, 2.0), np.add.outer(np.linspace(2, 6, 9), np.zeros(9)))
    tilted = transforms.tilt(x, 0.5)
    assert tilted[6, 0] == pytest.approx(4 + 2 / 1.5)
    assert tilted[5, 6] == pytest.approx(4 + 1 / 0.75)
    np.testing.assert_allclose(transforms.zoom(x, 1.0), x)


def test_grey_values_change_as_named_and_stay_in_range(rng):
    x = rng.random((4, 4))
    assert transforms.brightness(x, 2.0).min() == 1
    assert transforms.brightness(x, -2.0).max() == 0
    np.testing.assert_allclose(transforms.contrast(x, 0.0), x.mean())
    np.testing.assert_allclose(transforms.contrast(x, 0.5).std(), x.std() / 2)
    assert set(np.unique(transforms.threshold(x, 0.5))) <= {0, 1}
    noisy = transforms.sensor_noise(x, std=5.0, rng=rng)
    assert noisy.min() == 0
    assert noisy.max() == 1
    hidden = transforms.occlude(x, top=1, left=0, height=2, width=3)
    assert hidden[1:3, :3].max() == 0
    assert (hidden != x).sum() == 6
    assert transforms.pad(x[None], 2).shape == (1, 8, 8)


@pytest.mark.parametrize("degrees", [30.0, 90.0])
def test_an_oblong_picture_turns_about_its_own_centre(degrees, rng):
    x = rng.random((7, 10))
    expected = scipy.ndimage.rotate(x, degrees, reshape=False, order=1, mode="grid-constant")
    np.testing.assert_allclose(transforms.rotate(x, degrees), expected, atol=1e-9)


def test_a_tilted_picture_is_read_at_its_column_over_its_depth():
    columns = np.tile(np.arange(9.0), (5, 1))  # grey value = column, from -4 to 4 about the centre
    depth = 1 - 0.5 * np.arange(-4, 3) / 4
    np.testing.assert_allclose(transforms.tilt(columns, 0.5)[2, :7], 4 + np.arange(-4, 3) / depth)
    np.testing.assert_allclose(transforms.tilt(columns, 0.0), columns)


def test_brightness_contrast_and_threshold_are_their_formulas():
    x = np.array([[0.0, 0.5], [0.7, 0.8]])  # mean one half
    np.testing.assert_allclose(transforms.brightness(x, 0.25), [[0.25, 0.75], [0.95, 1.0]])
    np.testing.assert_allclose(transforms.brightness(x, -0.25), [[0.0, 0.25], [0.45, 0.55]])
    np.testing.assert_allclose(transforms.contrast(x, 0.5), [[0.25, 0.5], [0.6, 0.65]])
    np.testing.assert_allclose(transforms.contrast(x, 2.0), [[0.0, 0.5], [0.9, 1.0]])
    np.testing.assert_allclose(transforms.contrast(x, 3.0), [[0.0, 0.5], [1.0, 1.0]])
    np.testing.assert_array_equal(transforms.threshold(x, 0.5), [[0, 0], [1, 1]])
    stack = transforms.contrast(np.stack([x, x / 2]), 0.0)
    np.testing.assert_allclose(stack.mean(axis=(1, 2)), [0.5, 0.25])


def test_sensor_noise_is_gaussian_of_the_stated_size(rng):
    grey = np.full((100, 100), 0.5)
    noise = transforms.sensor_noise(grey, std=0.05, rng=rng) - 0.5
    assert noise.std() == pytest.approx(0.05, rel=0.05)
    assert abs(noise.mean()) < 4 * 0.05 / 100


def test_a_border_is_black_or_repeats_the_edge_and_an_occlusion_is_where_it_is_told(rng):
    x = rng.random((2, 3, 4)) + 0.1
    wide, edge = transforms.pad(x, 1), transforms.pad(x, 1, mode="edge")
    np.testing.assert_array_equal(wide[:, 1:-1, 1:-1], x)
    assert wide.sum() == pytest.approx(x.sum())
    np.testing.assert_array_equal(edge[:, 0, 0], x[:, 0, 0])
    hidden = transforms.occlude(x, top=1, left=2, height=1, width=2)
    np.testing.assert_array_equal(np.argwhere(hidden[1] == 0), [[1, 2], [1, 3]])


def test_the_gallery_shows_each_change_at_its_strength(rng):
    x = np.tile(np.arange(24.0) / 23, (18, 1))  # grey value = column
    views, c = transforms.gallery(x, rng=rng), 11.5
    assert views["original"] is x
    np.testing.assert_allclose(views["brightness"], np.minimum(x + 0.25, 1))
    np.testing.assert_allclose(views["contrast"], 0.5 + 0.4 * (x - 0.5))
    rows, columns = np.nonzero(views["occlusion"] != x)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (6, 11, 6, 11)  # a third down, a quarter across
    noise = (views["sensor noise"] - x)[:, 11:13]
    assert np.median(np.abs(noise)) == pytest.approx(0.12 * 0.6745, rel=0.5)  # the quartile of a Gaussian
    assert views["padding"].shape == (18 + 2 * 3, 24 + 2 * 3)
    near = np.arange(12) - c
    np.testing.assert_allclose(views["viewpoint"][9, :12], (c + near / (1 - 0.45 * near / c)) / 23)
    np.testing.assert_allclose(views["zoom"][9], (c + (np.arange(24) - c) / 1.8) / 23)
    np.testing.assert_array_equal(views["threshold"], x > 0.5)


def test_each_picture_is_changed_by_itself(rng):
    x = rng.random((3, 2, 2))
    np.testing.assert_array_equal(transforms.each(x, lambda one: one / one.max()), x / x.max(axis=(1, 2), keepdims=True))


BAD = {
    "x must have rows and columns": lambda: transforms.mirror(np.ones(3)),
    "factor must be above 0": lambda: transforms.zoom(np.eye(3), 0.0),
    "strength must be below 1": lambda: transforms.tilt(np.eye(3), 1.0),
    "border must be at least 0": lambda: transforms.pad(np.eye(3), -1),
    "height must be at least 1": lambda: transforms.occlude(np.eye(3), top=0, left=0, height=0, width=1),
    "top must be at least 0": lambda: transforms.occlude(np.eye(3), top=-1, left=0, height=1, width=1),
    "H must keep every pixel in front": lambda: transforms.project(np.eye(3), -np.eye(3)),
    "the least scale is 0": lambda: transforms.project(np.eye(3), np.array([[1.0, 0, 0], [0, 1, 0], [0, 1, 1]])),
    "H must have shape": lambda: transforms.project(np.eye(3), np.eye(2)),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
