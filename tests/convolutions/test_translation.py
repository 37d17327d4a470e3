"""Equivariance, the star detector, pooling, rotation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, signal

from principles.convolutions import equivariance, library, pooling, rotation, star


@pytest.mark.equation("5.3")
@given(
    x=st.lists(st.integers(-9, 9), min_size=1, max_size=6),
    w=st.lists(st.integers(-9, 9), min_size=1, max_size=4),
    shift=st.integers(0, 5),
)
def test_on_an_infinite_line_shifting_and_filtering_commute(x, w, shift):
    x, w = np.array(x, float), np.array(w, float)
    expected = np.concatenate([np.zeros(shift), np.convolve(x, w)])
    np.testing.assert_allclose(equivariance.shift_then_filter(x, w, shift), expected, atol=1e-10)
    np.testing.assert_allclose(equivariance.filter_then_shift(x, w, shift), expected, atol=1e-10)


@pytest.mark.equation("5.3")
@pytest.mark.parametrize("shifts", [(0, 3), (2, -1), (-4, 0)])
def test_in_a_frame_they_commute_inside_and_not_at_the_border(shifts, rng):
    image, kernel = rng.random((16, 15)) + 1, rng.random((5, 3)) + 1
    gap = equivariance.gap(image, kernel, shifts)
    inside = equivariance.interior(image.shape, kernel.shape, shifts)
    assert gap[inside].max() < 1e-10 < 0.5 < gap[~inside].max()
    assert inside.sum() == (16 - 4 - abs(shifts[0])) * (15 - 2 - abs(shifts[1]))


@pytest.mark.parametrize("shifts", [(1, -2), (0, 0), (9, 0)])
def test_translation_fills_with_zeros_as_scipy_does(shifts, rng):
    image = rng.random((6, 7))
    np.testing.assert_allclose(equivariance.translate(image, shifts), ndimage.shift(image, shifts, order=0), atol=1e-12)


@pytest.mark.equation("5.4")
@pytest.mark.parametrize("at", [(0, 0), (7, 13), (19, 19)])
def test_the_detector_finds_the_star_wherever_it_is(at):
    shape = star.template(13)
    scene, w = np.zeros((32, 32)), star.matched_filter(shape)
    assert star.detect(star.place(scene, shape, at), w, threshold=0.9) == 1
    assert star.detect(star.place(scene, np.ones((13, 13)), at), w, threshold=0.9) == 0


@pytest.mark.equation("5.4")
def test_the_detectors_answer_is_scipys_largest_correlation(rng):
    shape = star.template(11)
    scene = star.place(rng.random((30, 31)), shape, (8, 9))
    w = star.matched_filter(shape)
    largest = signal.correlate2d(scene, w[::-1, ::-1], mode="same").max()
    assert star.detect(scene, w, threshold=largest - 1e-9) == 1
    assert star.detect(scene, w, threshold=largest + 1e-9) == 0


@pytest.mark.equation("5.5")
def test_average_pooling_is_the_convolution_that_torch_computes(rng):
    x = rng.random((8, 9))
    np.testing.assert_allclose(pooling.average_pool(x), library.average_pool(x, size=3, step=1, zeros=1), atol=1e-12)
    np.testing.assert_allclose(pooling.average_blocks(x, size=2, step=2), library.average_pool(x, size=2, step=2), atol=1e-12)
    np.testing.assert_allclose(pooling.average_pool(x), ndimage.uniform_filter(x, 3, mode="constant"), atol=1e-12)


@pytest.mark.equation("5.6")
@pytest.mark.parametrize("reach", [0, 1, 2])
def test_max_pooling_is_torchs_with_window_2k_plus_1_and_scipys_maximum_filter(reach, rng):
    x = -rng.random((8, 9))
    size = 2 * reach + 1
    np.testing.assert_array_equal(pooling.max_pool(x, reach=reach), library.max_pool(x, size=size, step=1, zeros=reach))
    np.testing.assert_array_equal(
        pooling.max_pool(x, reach=reach), ndimage.maximum_filter(x, size, mode="constant", cval=-np.inf)
    )


@pytest.mark.result("Remark 5.6")
@pytest.mark.parametrize(("size", "step"), [(2, 2), (3, 2), (2, 1)])
def test_max_blocks_are_torchs(size, step, rng):
    x = rng.random((8, 9))
    np.testing.assert_array_equal(pooling.max_blocks(x, size=size, step=step), library.max_pool(x, size=size, step=step))


@pytest.mark.result("Remark 5.6")
@pytest.mark.parametrize("size", [1, 2, 4])
def test_one_pixel_a_block_survives_max_pooling(size, rng):
    assert pooling.survivors(rng.permutation(64.0 * np.arange(64) / 64).reshape(8, 8), size=size) == 1 / size**2


@pytest.mark.equation("5.6")
@pytest.mark.parametrize("pool", [pooling.average_pool, lambda x: pooling.max_pool(x, reach=2)])
def test_pooling_at_stride_one_moves_with_its_input(pool, rng):
    x = np.zeros((20, 20))
    x[8:11, 6:9] = rng.random((3, 3))
    np.testing.assert_allclose(pool(equivariance.translate(x, (2, 3))), equivariance.translate(pool(x), (2, 3)), atol=1e-12)
    np.testing.assert_allclose(pooling.centre(pool(equivariance.translate(x, (2, 3)))) - pooling.centre(pool(x)), [2, 3])


def test_relative_change_is_zero_for_the_global_maximum_and_root_two_for_disjoint_pictures():
    x = np.zeros((9, 9))
    x[4, 2] = 1
    assert pooling.relative_change(lambda y: np.array([[y.max()]]), x, 3) == 0
    assert pooling.relative_change(lambda y: y, x, 3) == pytest.approx(np.sqrt(2))


def test_turning_the_filter_forgets_quarter_turns(rng):
    x, w = rng.random((12, 12)), rng.random((3, 3))
    assert [rotation.turning_maximum(np.rot90(x, t), w) for t in range(4)] == pytest.approx([rotation.turning_maximum(x, w)] * 4)


def test_on_a_polar_grid_a_turn_is_a_circular_shift(rng):
    def picture(x, y):
        return np.sin(3 * x) + y**2 * x

    w = rng.standard_normal((3, 5))
    before = rotation.polar(picture, radii=6, angles=24)
    after = rotation.polar(rotation.rotated(picture, 2 * np.pi * 5 / 24), radii=6, angles=24)
    np.testing.assert_allclose(after, np.roll(before, 5, axis=1), atol=1e-12)
    np.testing.assert_allclose(rotation.ring_filter(after, w), np.roll(rotation.ring_filter(before, w), 5, axis=1), atol=1e-12)


def test_a_picture_of_pixels_is_met_at_its_pixels(rng):
    image = rng.random((5, 5))
    y, x = np.mgrid[1:-1:5j, -1:1:5j]
    np.testing.assert_allclose(rotation.from_pixels(image)(x, y), image, atol=1e-12)


@pytest.mark.parametrize("size", [7, 9, 11, 13, 31])
def test_the_star_is_the_polygon_of_five_points_and_five_inner_corners(size):
    half = size // 2
    radii = np.where(np.arange(10) % 2 == 0, half + 0.5, 0.42 * half)  # points to the edge of the outer pixels
    corners = radii * np.exp(1j * np.pi * (0.5 + np.arange(10) / 5))  # the first point is up
    y, x = np.mgrid[half : -half - 1 : -1, -half : half + 1]
    seen = np.angle((np.roll(corners, -1) - (x + 1j * y)[..., None]) / (corners - (x + 1j * y)[..., None]))
    np.testing.assert_array_equal(star.template(size), np.round(seen.sum(axis=-1) / (2 * np.pi)))
    assert star.template().shape == (11, 11)


@pytest.mark.equation("5.4")
def test_the_detector_says_yes_at_its_threshold():
    assert star.detect(np.array([[2.0]]), np.array([[0.5]]), threshold=1.0) == 1


@pytest.mark.parametrize("brightness", [1.0, 0.01])
def test_a_matched_filter_answers_one_to_its_picture_and_nothing_to_an_even_patch(brightness, rng):
    picture = brightness * rng.random((4, 5))
    w = star.matched_filter(picture)
    assert (w[::-1, ::-1] * picture).sum() == pytest.approx(1)
    assert w.sum() == pytest.approx(0, abs=1e-9 / brightness)
    plain = star.matched_filter(picture, centred=False)
    np.testing.assert_allclose(plain[::-1, ::-1], picture / (picture**2).sum())


def test_pooling_unless_told_otherwise_has_three_pixels_a_side_and_blocks_have_two(rng):
    x = rng.random((6, 9))
    np.testing.assert_allclose(pooling.average_kernel(), np.full((3, 3), 1 / 9))
    np.testing.assert_allclose(pooling.average_kernel(2), np.full((2, 2), 1 / 4))
    np.testing.assert_array_equal(pooling.max_blocks(x), library.max_pool(x, size=2, step=2))
    np.testing.assert_allclose(pooling.average_blocks(x), library.average_pool(x, size=2, step=2))


@pytest.mark.result("Remark 5.6")
def test_survivors_are_the_largest_even_below_zero_and_none_where_two_are_equal(rng):
    x = -1.0 - rng.permutation(64).reshape(8, 8)
    assert pooling.survivors(x) == pytest.approx(1 / 4)
    assert pooling.survivors(np.full((8, 8), 5.0)) == 0
    assert pooling.survivors(np.tile([[1.0, 2.0], [2.0, 0.0]], (4, 4))) == 0


def test_the_centre_of_a_dim_picture_is_its_mean_index_and_a_negative_one_has_none():
    x = np.zeros((3, 4))
    x[0, 1], x[2, 3] = 0.1, 0.3
    np.testing.assert_allclose(pooling.centre(x), [1.5, 2.5])
    with pytest.raises(ValueError, match="its least value is -0.5"):
        pooling.centre(np.array([[1.0, -0.5]]))


def test_displacements_count_the_columns_that_the_picture_moved():
    x = np.zeros((4, 12))
    x[3, 5], x[0, 6], x[2, 4] = 3, 1, 2
    np.testing.assert_allclose(pooling.displacements(lambda y: y, x, [0, 2, -3]), [0, 2, -3], atol=1e-12)
    coarse = pooling.displacements(lambda y: np.kron(pooling.average_blocks(y), np.ones((2, 2))), x, [0, 2])
    np.testing.assert_allclose(coarse, [0, 2], atol=1e-12)


def test_a_relative_change_has_no_unit(rng):
    x = np.pad(rng.random((4, 4)), ((0, 0), (0, 8)))
    moved = np.roll(x, 1, axis=1)
    for scale in (0.01, 1.0, 100.0):
        expected = np.sqrt(((moved - x) ** 2).sum() / (x**2).sum())
        assert pooling.relative_change(lambda y: y, scale * x, 1) == pytest.approx(expected)


def test_a_polar_grid_ends_at_radius_one_and_begins_at_angle_zero():
    radius = rotation.polar(np.hypot, radii=4, angles=6)
    np.testing.assert_allclose(radius, np.tile([[0.25], [0.5], [0.75], [1.0]], (1, 6)))
    angle = rotation.polar(lambda x, y: np.mod(np.arctan2(y, x) + 1e-9, 2 * np.pi), radii=3, angles=6)
    np.testing.assert_allclose(angle, np.tile(np.arange(6) * np.pi / 3, (3, 1)), atol=1e-8)


def test_a_picture_of_pixels_is_linear_between_them():
    ramp = np.add.outer(10.0 * np.arange(5), np.arange(5))
    values = rotation.from_pixels(ramp)(np.array([-0.75, 0.25]), np.array([0.75, -0.5]))
    np.testing.assert_allclose(values, [10 * 0.5 + 0.5, 10 * 3 + 2.5])


def test_the_turning_maximum_is_the_largest_of_scipys_four(rng):
    x, w = rng.standard_normal((9, 9)), rng.standard_normal((3, 3))
    expected = max(signal.convolve2d(x, np.rot90(w, turns), mode="same").max() for turns in range(4))
    assert rotation.turning_maximum(x, w) == pytest.approx(expected)


def test_a_ring_filter_wraps_round_in_angle_only(rng):
    grid, w = rng.standard_normal((6, 8)), rng.standard_normal((3, 5))
    expected = signal.convolve2d(np.hstack([grid] * 3), w, mode="same")[:, 8:16]
    np.testing.assert_allclose(rotation.ring_filter(grid, w), expected, atol=1e-12)


BAD = [
    (lambda: star.place(np.zeros((5, 5)), np.ones((3, 3)), (3, 0)), r"got \(3, 0\)"),
    (lambda: star.matched_filter(np.ones((3, 3))), "picture must vary"),
    (lambda: star.template(12), "size must be odd"),
    (lambda: star.template(10), "size must be odd"),
    (lambda: equivariance.interior((5, 5), (2, 3), (0, 1)), "kernel must have odd sides"),
    (lambda: pooling.relative_change(np.copy, np.zeros((3, 3)), 1), "pooled picture that is not all zero"),
    (lambda: rotation.from_pixels(np.ones((3, 4))), "image must be square"),
    (lambda: pooling.centre(np.zeros((2, 2))), "x must be a picture"),
    (lambda: pooling.max_blocks(np.ones((2, 2)), size=3, step=1), "size must be at least 1 and at most 2; got 3"),
    (lambda: equivariance.delay(np.ones(2), -1), "shift must be at least 0; got -1"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_pictures_are_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
