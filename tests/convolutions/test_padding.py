"""Padding, cropping, strides: lengths against torch."""

import numpy as np
import pytest
from scipy import signal

from principles.convolutions import direct, library, padding


@pytest.mark.result("Remark 5.2")
@pytest.mark.parametrize("mode", padding.MODES)
@pytest.mark.parametrize("m", [1, 3, 5])
def test_padding_with_the_needed_zeros_gives_scipys_modes(m, mode, rng):
    x, w = rng.standard_normal(8), rng.standard_normal(m)
    zeros = padding.zeros_needed(m, mode)
    np.testing.assert_allclose(padding.pad_and_slide(x, w, zeros=zeros), np.convolve(x, w, mode=mode), atol=1e-12)
    np.testing.assert_allclose(padding.crop(direct.convolve(x, w), (m,), mode=mode), np.convolve(x, w, mode=mode), atol=1e-12)


@pytest.mark.result("Remark 5.2")
def test_more_zeros_than_two_k_add_only_zeros(rng):
    x, w = rng.standard_normal(6), rng.standard_normal(5)
    more = padding.pad_and_slide(x, w, zeros=7)
    np.testing.assert_array_equal(more[[0, 1, 2, -3, -2, -1]], 0)
    np.testing.assert_allclose(more[3:-3], np.convolve(x, w), atol=1e-12)


@pytest.mark.equation("5.2")
@pytest.mark.parametrize("mode", padding.MODES)
def test_cropped_pictures_equal_scipys_modes(mode, rng):
    x, w = rng.standard_normal((7, 6)), rng.standard_normal((3, 5))
    cropped = padding.crop(direct.convolve2d(x, w), w.shape, mode=mode)
    np.testing.assert_allclose(cropped, signal.convolve2d(x, w, mode=mode), atol=1e-12)


@pytest.mark.result("Remark 5.5")
@pytest.mark.parametrize("n", [5, 8, 9])
@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("zeros", [0, 1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_output_lengths_are_those_of_torch(n, kernel, zeros, stride, rng):
    A, K = rng.standard_normal((1, n, n)), rng.standard_normal((1, 1, kernel, kernel))
    torch_output = library.conv2d(A, K, np.zeros(1), zeros=zeros, step=stride)
    assert torch_output.shape[1] == padding.output_length(n, kernel, zeros=zeros, stride=stride)


@pytest.mark.result("Remark 5.5")
def test_a_strided_convolution_is_a_subsampled_convolution(rng):
    A, K = rng.standard_normal((1, 9, 8)), rng.standard_normal((1, 1, 3, 3))
    dense, strided = (library.conv2d(A, K, np.zeros(1), zeros=1, step=step)[0] for step in (1, 2))
    np.testing.assert_allclose(padding.stride(dense, 2), strided, atol=1e-12)


@pytest.mark.result("Remark 5.5")
def test_unless_told_otherwise_there_is_no_padding_no_stride_and_no_dilation(rng):
    x, w = rng.standard_normal(9), rng.standard_normal(3)
    assert padding.output_length(9, 3) == len(np.convolve(x, w, mode="valid"))
    assert padding.output_length(9, 3, dilation=2) == len(np.convolve(x, [w[0], 0, w[1], 0, w[2]], mode="valid"))
    assert padding.output_length(3, 3) == len(padding.pad_and_slide(x[:3], w, zeros=0)) == 1
    assert len(padding.crop(np.convolve(x[:3], w), (3,), mode="valid")) == 1


BAD = [
    (lambda: padding.zeros_needed(4, "same"), "kernel must be odd for mode 'same'"),
    (lambda: padding.zeros_needed(3, "some"), "mode must be one of full, same, valid; got 'some'"),
    (lambda: padding.pad_and_slide(np.ones(2), np.ones(5), zeros=1), "5 entries over 4"),
    (lambda: padding.crop(np.ones(5), (3, 3), mode="same"), "one length an axis"),
    (lambda: padding.crop(np.ones(4), (5,), mode="valid"), "kernel must fit"),
    (lambda: padding.output_length(3, 5), "it spans 5 of 3"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_impossible_paddings_are_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
