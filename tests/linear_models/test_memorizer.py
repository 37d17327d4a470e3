"""A memory is perfect on what it has seen; classifiers are counted by writing them out."""

import numpy as np
import pytest

from principles.linear_models import memorizer


@pytest.fixture
def pictures(rng):
    return rng.integers(0, 256, size=(30, 6, 5, 3)).astype(float), rng.choice([-1.0, 1.0], size=30)


def test_training_error_is_zero_and_unseen_colours_get_minus_one(pictures, rng):
    images, labels = pictures
    memory = memorizer.memorize(images, labels, row=2, column=4)
    assert (memorizer.predict(memory, images) == labels).all()
    assert (memorizer.predict(memory, images + 0.5) == -1).all()


def test_a_signature_pixel_has_one_colour_an_image(pictures):
    images = pictures[0].copy()
    images[7, 3, 1] = images[12, 3, 1]
    assert not memorizer.signatures(images)[3, 1]
    by_hand = len({tuple(c) for c in images[:, 0, 0]}) == 30
    assert memorizer.signatures(images)[0, 0] == by_hand


@pytest.mark.parametrize("known", [0, 1, 3])
def test_the_count_of_classifiers_is_what_writing_them_out_gives(known, rng):
    inputs = memorizer.count_images(pixels=3, values=2)
    every = memorizer.classifiers(inputs)
    assert len({tuple(f) for f in every}) == len(every) == memorizer.count_classifiers(inputs, known=0) == 256
    labels = rng.choice([-1.0, 1.0], size=known)
    assert (every[:, :known] == labels).all(axis=1).sum() == memorizer.count_classifiers(inputs, known=known)


def test_the_mean_colour_is_that_of_the_pixels(rng):
    pieces = rng.random((5, 8, 8, 3))
    np.testing.assert_allclose(memorizer.mean_colour(pieces)[0], pieces[0].reshape(64, 3).mean(axis=0), atol=1e-14)


@pytest.mark.parametrize("by", [-2, 0, 3])
def test_a_shift_moves_every_column_and_fills_with_zeros(by, rng):
    images = rng.random((2, 3, 6)) + 1
    moved = memorizer.shift(images, by)
    for column in range(6):
        source = column - by
        np.testing.assert_array_equal(moved[:, :, column], images[:, :, source] if 0 <= source < 6 else 0)


BAD = [
    (
        lambda images, y: memorizer.memorize(0 * images, np.r_[1.0, -1.0, y[2:]], row=0, column=0),
        r"images \[0, 1\] do not at pixel \(0, 0\)",
    ),
    (lambda images, y: memorizer.memorize(images, 2 * y, row=0, column=0), "labels must hold labels -1 and \\+1"),
    (lambda images, y: memorizer.signatures(images[0]), "images must have 4 axes"),
    (lambda images, y: memorizer.memorize(images, y[:1], row=0, column=0), "labels and images must have one row"),
    (lambda images, y: memorizer.memorize(images, y, row=6, column=0), "row must be at least 0 and at most 5"),
    (
        lambda images, y: memorizer.predict(memorizer.memorize(images, y, row=0, column=0), images[..., :1]),
        r"images must have shape \(any, any, any, 3\)",
    ),
    (
        lambda images, y: memorizer.predict(memorizer.memorize(images, y, row=5, column=0), images[:, :5]),
        r"memory.row must be at least 0 and at most 4; got 5",
    ),
    (
        lambda images, y: memorizer.predict(memorizer.memorize(images, y, row=0, column=1), images[:, :, :1]),
        r"memory.column must be at least 0 and at most 0; got 1",
    ),
    (lambda images, y: memorizer.count_classifiers(4, known=5), "known must be at least 0 and at most 4"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_input_is_named(call, message, pictures, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(*pictures)
