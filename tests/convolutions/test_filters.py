"""Filters, dilation, separability, waves."""

import numpy as np
import pytest
import torch
from scipy import integrate, linalg, ndimage, signal

from principles.convolutions import filters, separable, toeplitz, waves


def test_sobel_filtering_equals_scipys_up_to_the_sign_of_the_flip(rng):
    image = rng.random((9, 8))
    np.testing.assert_allclose(filters.filtered(image, filters.SOBEL), ndimage.sobel(image, axis=1)[1:-1, 1:-1], atol=1e-12)
    np.testing.assert_allclose(filters.filtered(image, filters.SOBEL.T), ndimage.sobel(image, axis=0)[1:-1, 1:-1], atol=1e-12)


def test_sobel_is_blind_to_changes_along_its_columns():
    rows, columns = np.mgrid[0:6, 0:6].astype(float)
    np.testing.assert_allclose(filters.filtered(rows, filters.SOBEL), 0, atol=1e-12)
    np.testing.assert_allclose(filters.filtered(columns, filters.SOBEL), 8, atol=1e-12)
    np.testing.assert_allclose(filters.edges(3 * rows + 4 * columns), 40, atol=1e-12)


def test_blurring_keeps_even_brightness_and_sharpening_exaggerates_steps():
    image = np.ones((6, 8))
    image[:, 4:] = 2
    np.testing.assert_allclose(filters.filtered(np.ones((6, 6)), filters.box_blur(3)), 1)
    np.testing.assert_allclose(filters.filtered(np.ones((6, 6)), filters.SHARPEN), 1)
    np.testing.assert_allclose(filters.filtered(image, filters.SHARPEN)[0], [1, 1, 0, 3, 2, 2], atol=1e-12)


def test_shrinking_averages_blocks(rng):
    image = rng.random((7, 9))
    np.testing.assert_allclose(filters.shrink(image, 2)[1, 2], image[2:4, 4:6].mean())
    assert filters.shrink(image, 2).shape == (3, 4)


@pytest.mark.result("Remark 5.3")
@pytest.mark.parametrize("rate", [1, 2, 3])
def test_dilated_convolution_equals_convolution_with_the_spread_filter_and_torch(rate, rng):
    x, w = rng.standard_normal((10, 11)), rng.standard_normal((3, 3))
    ours = filters.dilated_convolve2d(x, w, rate=rate)
    np.testing.assert_allclose(ours, signal.convolve2d(x, filters.dilate(w, rate), mode="valid"), atol=1e-12)
    mirrored = torch.tensor(w[::-1, ::-1].copy())[None, None]
    np.testing.assert_allclose(
        ours, torch.nn.functional.conv2d(torch.tensor(x)[None, None], mirrored, dilation=rate)[0, 0], atol=1e-12
    )


@pytest.mark.result("Remark 5.4")
def test_the_sobel_and_the_box_filter_are_separable_and_the_sharpening_filter_is_not():
    assert [separable.rank(A) for A in (filters.SOBEL, filters.box_blur(5), filters.SHARPEN)] == [1, 1, 2]
    np.testing.assert_array_equal(filters.SOBEL, np.outer([1, 2, 1], [1, 0, -1]))


@pytest.mark.result("Remark 5.4")
def test_truncated_sums_of_separable_filters_are_best_possible(rng):
    A = rng.standard_normal((5, 5))
    σ = linalg.svdvals(A)
    for terms in range(1, 5):
        left_over = A - separable.approximate(A, terms)
        np.testing.assert_allclose(np.linalg.norm(left_over, 2), σ[terms], rtol=1e-10)
        assert np.linalg.matrix_rank(separable.approximate(A, terms)) == terms
    np.testing.assert_allclose(separable.approximate(A, 5), A, atol=1e-12)


def test_gabor_filters_separate_only_along_the_axes():
    ranks = [separable.rank(separable.gabor(9, angle=angle)) for angle in (0.0, np.pi / 2, np.pi / 4)]
    assert ranks == [1, 1, 2]


@pytest.mark.equation("5.1")
def test_toeplitz_matrices_equal_scipys(rng):
    w = rng.standard_normal(3)
    np.testing.assert_array_equal(toeplitz.matrix(w, 4), linalg.toeplitz([*w, 0, 0, 0], [w[0], 0, 0, 0]))


@pytest.mark.equation("5.2")
def test_the_two_dimensional_matrix_repeats_its_blocks_along_the_block_diagonals(rng):
    w = rng.standard_normal((2, 2))
    T = toeplitz.matrix2d(w, (3, 2)).reshape(4, 3, 3, 2).swapaxes(1, 2)
    np.testing.assert_array_equal(T[1, 0], toeplitz.matrix(w[1], 2))
    np.testing.assert_array_equal(T[2, 1], T[1, 0])
    np.testing.assert_array_equal(T[0, 1], 0)


@pytest.mark.parametrize("t", [0.1, 0.37, 0.5, 0.81])
def test_square_with_saw_tooth_is_a_triangle_wave(t):
    def product(s):
        return float(waves.square(np.array([s]))[0] * waves.saw_tooth(np.array([t - s]))[0])

    value = integrate.quad(product, 0, 1, points=[0.5, t])[0]
    assert value == pytest.approx(waves.triangle(np.array([t]))[0], abs=1e-9)


@pytest.mark.parametrize("t", [0.0, 0.4, 1.0, 1.5, 2.0])
def test_one_box_with_one_tooth_has_the_stated_integral(t):
    def product(s):
        return float(waves.box(np.array([s]))[0] * waves.tooth(np.array([t - s]))[0])

    value = integrate.quad(product, 0, 1, points=[min(t, 1), max(t - 1, 0)])[0]
    assert value == pytest.approx(waves.box_with_tooth(np.array([t]))[0], abs=1e-9)


def test_a_dilated_filter_may_just_fit(rng):
    x, w = rng.standard_normal((5, 7)), rng.standard_normal((3, 3))
    ours = filters.dilated_convolve2d(x, w, rate=2)
    np.testing.assert_allclose(ours, signal.convolve2d(x, filters.dilate(w, 2), mode="valid"), atol=1e-12)
    assert ours.shape == (1, 3)


@pytest.mark.result("Remark 5.4")
def test_products_are_the_entries_that_are_multiplied():
    assert separable.multiplications(5, separated=False) == np.ones((5, 5)).size
    assert separable.multiplications(5, separated=True) == np.ones(5).size + np.ones(5).size
    assert separable.multiplications(4, dimensions=3, separated=False) == np.ones((4, 4, 4)).size
    assert separable.multiplications(4, dimensions=3, separated=True) == 3 * np.ones(4).size


@pytest.mark.result("Remark 5.4")
def test_the_rank_counts_strengths_relative_to_the_largest():
    for scale in (1e-6, 1.0, 1e6):
        assert separable.rank(scale * np.diag([1.0, 1e-5, 1e-15])) == 2
        assert separable.rank(scale * np.diag([1.0, 1e-5, 1e-15]), rtol=1e-3) == 1
    assert separable.rank(np.zeros((3, 3))) == 0


@pytest.mark.result("Remark 5.4")
@pytest.mark.parametrize("scale", [1e-200, 0.01, 100.0, 1e200])
def test_errors_left_are_those_of_the_truncated_sums_whatever_the_unit(scale, rng):
    A = rng.standard_normal((4, 6))
    gaps = [A] + [A - separable.approximate(A, terms) for terms in range(1, 5)]
    expected = [np.sqrt((gap**2).sum() / (A**2).sum()) for gap in gaps]
    np.testing.assert_allclose(separable.errors_left(scale * A), expected, atol=1e-12)


def test_a_gabor_filter_is_a_wave_of_its_period_under_a_round_window():
    g, c = separable.gabor(13, angle=0.0), 6
    assert g.shape == (13, 13)
    np.testing.assert_allclose(g[c, c + 3], -g[c + 3, c])  # half a period along the wave; the window is round
    np.testing.assert_allclose(separable.gabor(13, angle=0.0, period=4.0)[:, c + 1], 0, atol=1e-15)  # a quarter of it
    np.testing.assert_allclose(separable.gabor(13, angle=0.0, period=2.0)[c, c + 1], -g[c + 1, c])
    away = np.arange(-6, 7)
    np.testing.assert_allclose(np.log(g[:, c]), -(away**2) / (2 * 2.6**2), atol=1e-12)  # a fifth of the size
    np.testing.assert_allclose(separable.gabor(13, angle=np.pi / 2), g.T, atol=1e-12)
    slanted = separable.gabor(13, angle=np.pi / 4)
    np.testing.assert_allclose(slanted, slanted.T, atol=1e-12)
    across = np.log(slanted[c + away, c - away])  # along the crests nothing but the window is left
    np.testing.assert_allclose(across, -(away**2) / 2.6**2, atol=1e-12)


def test_discs_are_round_and_touch_the_frame():
    drawn = ["..#..", ".###.", "#####", ".###.", "..#.."], [".###.", "#####", "#####", "#####", ".###."]
    np.testing.assert_array_equal(separable.disc(5), [[mark == "#" for mark in row] for row in drawn[1]])
    np.testing.assert_array_equal(separable.disc(3), [[0, 1, 0], [1, 1, 1], [0, 1, 0]])
    disc = separable.disc(41)
    assert disc.shape == (41, 41)
    assert disc.sum() == pytest.approx(np.pi * 20.25**2, rel=0.02)
    for same in (disc.T, disc[::-1], disc[:, ::-1]):
        np.testing.assert_array_equal(disc, same)


def test_waves_repeat_after_one_period_and_pulses_do_not():
    t = np.array([0.0, 0.2, 0.5, 0.9])
    np.testing.assert_allclose(waves.square(t), [1, 1, -1, -1])
    np.testing.assert_allclose(waves.saw_tooth(t), [-1, -0.6, 0, 0.8])
    np.testing.assert_allclose(waves.triangle(t), [0.5, 0.1, -0.5, 0.3])
    for wave in (waves.square, waves.saw_tooth, waves.triangle):
        for periods in (1, 2, -1):
            np.testing.assert_allclose(wave(t + periods + 1e-9), wave(t + 1e-9), atol=1e-7)
    t = np.array([-0.5, 0.0, 0.5, 1.0, 1.5])
    np.testing.assert_allclose(waves.box(t), [0, 1, 1, 0, 0])
    np.testing.assert_allclose(waves.tooth(t), [0, 0, 0.5, 0, 0])
    np.testing.assert_allclose(waves.box_with_tooth(np.array([-1.0, 0.0, 2.0, 3.0])), 0)


BAD = [
    (lambda: filters.dilated_convolve2d(np.ones((3, 3)), np.ones((3, 3)), rate=2), r"it spans \(5, 5\) of \(3, 3\)"),
    (lambda: filters.box_blur(0), "size must be at least 1; got 0"),
    (lambda: separable.approximate(np.eye(2), 3), "terms must be at least 1 and at most 2; got 3"),
    (lambda: separable.gabor(4, angle=0.0), "size must be odd"),
    (lambda: separable.disc(6), "size must be odd"),
    (lambda: separable.errors_left(np.zeros((2, 2))), "A must not be all zero"),
    (lambda: filters.shrink(np.ones((2, 5)), 3), "factor must be at least 1 and at most 2"),
    (lambda: separable.rank(np.ones(3)), "A must have 2 axes"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_filters_are_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
