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
