"""The definition against numpy, scipy and torch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from principles.convolutions import direct, fourier, im2col, library, padding, separable, toeplitz

FOUR = [direct.convolve2d, toeplitz.convolve2d, im2col.convolve2d, fourier.convolve2d]
numbers = st.lists(st.integers(-9, 9), min_size=1, max_size=8).map(lambda v: np.array(v, float))


@pytest.mark.equation("5.1")
@given(x=numbers, w=numbers)
def test_four_ways_to_convolve_signals_agree_with_numpy(x, w):
    expected = np.convolve(x, w)
    np.testing.assert_allclose(direct.convolve(x, w), expected, atol=1e-10)
    np.testing.assert_allclose(toeplitz.matrix(w, len(x)) @ x, expected, atol=1e-10)
    np.testing.assert_allclose(fourier.convolve(x, w), expected, atol=1e-10)
    np.testing.assert_allclose(padding.pad_and_slide(x, w, zeros=len(w) - 1), expected, atol=1e-10)


@pytest.mark.equation("5.2")
@pytest.mark.parametrize("convolve2d", FOUR)
@pytest.mark.parametrize("shapes", [((1, 1), (1, 1)), ((5, 7), (3, 3)), ((4, 6), (2, 5)), ((3, 3), (5, 4)), ((9, 2), (1, 4))])
def test_four_ways_to_convolve_pictures_agree_with_scipy_and_torch(convolve2d, shapes, rng):
    x, w = (rng.standard_normal(shape) for shape in shapes)
    np.testing.assert_allclose(convolve2d(x, w), signal.convolve2d(x, w), atol=1e-10)
    np.testing.assert_allclose(convolve2d(x, w), library.true_conv2d(x, w), atol=1e-10)


@pytest.mark.equation("5.1")
def test_one_output_is_the_product_of_its_two_rows(rng):
    x, w = rng.standard_normal(4), rng.standard_normal(3)
    sums = [direct.terms(x, w, k).prod(axis=0).sum() for k in range(6)]
    np.testing.assert_allclose(sums, np.convolve(x, w), atol=1e-12)


@pytest.mark.result("Remark 5.1")
@given(f=numbers, g=numbers, h=numbers)
def test_convolution_is_commutative_associative_and_linear(f, g, h):
    np.testing.assert_allclose(direct.convolve(f, g), direct.convolve(g, f), atol=1e-10)
    left, right = direct.convolve(direct.convolve(f, g), h), direct.convolve(f, direct.convolve(g, h))
    np.testing.assert_allclose(left, right, atol=1e-10)
    np.testing.assert_allclose(direct.convolve(f + 2 * f, h), direct.convolve(f, h) + direct.convolve(2 * f, h), atol=1e-10)


@pytest.mark.result("Remark 5.1")
@given(x=numbers, w=numbers)
def test_every_spike_of_the_signal_paints_a_copy_of_the_filter(x, w):
    np.testing.assert_allclose(direct.by_spikes(x, w), np.convolve(x, w), atol=1e-10)
    np.testing.assert_allclose(direct.by_spikes(w, x), np.convolve(x, w), atol=1e-10)


def test_cross_correlation_is_what_numpy_and_torch_compute(rng):
    x, w = rng.standard_normal(6), rng.standard_normal(3)
    np.testing.assert_allclose(direct.correlate(x, w), np.correlate(x, w, mode="full"), atol=1e-12)
    np.testing.assert_allclose(direct.correlate(x, w), library.conv1d(x, w, zeros=2), atol=1e-12)
    np.testing.assert_allclose(direct.correlate(x, w), np.convolve(x, w[::-1]), atol=1e-12)


def test_the_printed_cross_correlation_runs_backwards(rng):
    x, w = rng.standard_normal(6), rng.standard_normal(3)
    np.testing.assert_allclose(direct.correlate_mirrored(x, w), np.correlate(x, w, mode="full")[::-1], atol=1e-12)


@pytest.mark.equation("5.2")
@pytest.mark.result("Remark 5.4")
def test_a_column_and_a_row_convolve_as_their_outer_product(rng):
    x, column, row = rng.standard_normal((6, 5)), rng.standard_normal(3), rng.standard_normal(4)
    np.testing.assert_allclose(separable.convolve2d(x, column, row), signal.convolve2d(x, np.outer(column, row)), atol=1e-10)


def test_im2col_rows_are_the_windows_of_torch_unfold(rng):
    A, K = rng.standard_normal((2, 6, 5)), rng.standard_normal((3, 2, 3, 3))
    np.testing.assert_allclose(library.unfolded(A, K), library.conv2d(A, K, np.zeros(3)), atol=1e-12)
    np.testing.assert_allclose(library.unfolded(A, K[..., :1]), library.conv2d(A, K[..., :1], np.zeros(3)), atol=1e-12)
    windows = im2col.patches(A[0], (3, 3))
    np.testing.assert_allclose(windows @ K[0, 0].ravel(), library.conv2d(A[:1], K[:1, :1], np.zeros(1)).ravel(), atol=1e-12)


@pytest.mark.parametrize("n", [3, 4, 7, 8])
def test_the_unpadded_transform_wraps_round(n, rng):
    x, w = rng.standard_normal(n), rng.standard_normal(3)
    full = np.convolve(x, w)
    full[:2] += full[n:]
    np.testing.assert_allclose(fourier.circular(x, w), full[:n], atol=1e-12)


BAD = [
    (lambda: direct.convolve(np.ones((2, 2)), np.ones(2)), "x must have 1 axes"),
    (lambda: direct.convolve2d(np.ones(2), np.ones((2, 2))), "x must have 2 axes"),
    (lambda: direct.correlate(np.array([np.nan]), np.ones(2)), "x must be finite"),
    (lambda: direct.terms(np.ones(2), np.ones(2), 3), "k must be at least 0 and at most 2; got 3"),
    (lambda: im2col.patches(np.ones((2, 2)), (3, 1)), r"windows \(3, 1\) in \(2, 2\)"),
    (lambda: fourier.circular(np.ones(2), np.ones(3)), "w must not be longer than the period"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_signals_are_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
