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


BAD = {
    "x must have rows and columns": lambda: transforms.mirror(np.ones(3)),
    "factor must be above 0": lambda: transforms.zoom(np.eye(3), 0.0),
    "strength must be below 1": lambda: transforms.tilt(np.eye(3), 1.0),
    "border must be at least 0": lambda: transforms.pad(np.eye(3), -1),
    "height must be at least 1": lambda: transforms.occlude(np.eye(3), top=0, left=0, height=0, width=1),
    "top must be at least 0": lambda: transforms.occlude(np.eye(3), top=-1, left=0, height=1, width=1),
    "H must keep every pixel in front": lambda: transforms.project(np.eye(3), -np.eye(3)),
    "H must have shape": lambda: transforms.project(np.eye(3), np.eye(2)),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
