"""The data sets load offline, look as described, and are not changed by use."""

import numpy as np
import pytest

from principles import data


@pytest.mark.parametrize(
    ("loader", "shape", "labels"),
    [
        (data.digits, (1797, 64), set(range(10))),
        (data.diabetes, (442, 10), None),
        (data.breast_cancer, (569, 30), {-1.0, 1.0}),
        (data.iris, (150, 4), {0, 1, 2}),
        (data.nile, (100, 1), None),
        (data.engel, (235, 1), None),
    ],
)
def test_shapes_and_labels(loader, shape, labels):
    loaded = loader()
    assert loaded.X.shape == shape
    assert len(loaded) == shape[0] == len(loaded.y)
    assert len(loaded.features) == shape[1]
    assert loaded.X.dtype == float
    assert np.isfinite(loaded.X).all()
    assert labels is None or set(loaded.y) == labels
    assert "shipped with" in loaded.source


def test_pixels_lie_between_zero_and_one():
    assert (data.digits().X.min(), data.digits().X.max()) == (0.0, 1.0)
    assert data.photograph("flower", grey=False).max() == 1.0


def test_patients_and_households_are_given_in_their_own_units():
    ages = data.diabetes().X[:, 0]
    assert (ages.min(), ages.max()) == (19, 79)
    engel = data.engel()
    assert (engel.X[0, 0], engel.y[0]) == pytest.approx((420.157651, 255.839425))


def test_the_nile_series_is_the_published_one():
    nile = data.nile()
    assert (nile.X[0, 0], nile.X[-1, 0], nile.y[0], nile.y[-1]) == (1871, 1970, 1120, 740)


def test_benign_tumours_carry_plus_one():
    cancer = data.breast_cancer()
    assert (cancer.y == 1).sum() == 357
    assert cancer.X[cancer.y == 1, 0].mean() < cancer.X[cancer.y == -1, 0].mean()


def test_photographs_are_grey_or_coloured_and_named():
    colour = data.photograph("flower", grey=False)
    assert colour.shape == (427, 640, 3)
    np.testing.assert_allclose(data.photograph("flower"), colour @ [0.299, 0.587, 0.114])
    with pytest.raises(ValueError, match='name must be "china" or "flower"'):
        data.photograph("lena")


def test_mnist1d_repeats_and_leaves_numpys_hidden_generator_alone():
    np.random.seed(3)  # noqa: NPY002
    first = data.mnist1d(samples=50)
    after = np.random.rand()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    assert after == np.random.rand()  # noqa: NPY002
    assert first.X.shape == (50, 40)
    np.testing.assert_array_equal(first.X, data.mnist1d(samples=50).X)
    assert len(first.features) == 40
    for wrong in (13, 0, -10):
        with pytest.raises(ValueError, match="multiple of 10"):
            data.mnist1d(samples=wrong)


def test_mnist1d_asks_for_what_it_is_told_and_by_default_for_the_set_of_the_paper(monkeypatch):
    asked = []

    def made(arguments):
        asked.append((arguments.num_samples, arguments.seed))
        return {"x": np.zeros((2, 3)), "y": np.array([1, 2]), "x_test": np.ones((1, 3)), "y_test": np.array([7])}

    monkeypatch.setattr("mnist1d.data.make_dataset", made)
    loaded = data.mnist1d()
    data.mnist1d(samples=10, seed=5)
    assert asked == [(4000, 42), (10, 5)]
    assert (loaded.X[:, 0].tolist(), loaded.y.tolist()) == ([0, 0, 1], [1, 2, 7])


def test_split_is_a_partition(rng):
    iris = data.iris()
    train, test = data.split(iris, test=40, rng=rng)
    assert (len(train), len(test)) == (110, 40)
    together = np.concatenate([train.X, test.X])
    np.testing.assert_array_equal(together[np.lexsort(together.T)], iris.X[np.lexsort(iris.X.T)])
    numbered = data.Data(np.arange(9.0)[:, None], np.arange(9), ("number",), "number", "made here")
    for held_out in (1, 8):
        parts = data.split(numbered, test=held_out, rng=rng)
        assert [len(part) for part in parts] == [9 - held_out, held_out]
        assert all((part.X[:, 0] == part.y).all() for part in parts)
    for wrong in (0, 150):
        with pytest.raises(ValueError, match=f"test must lie between 1 and 149; got {wrong}"):
            data.split(iris, test=wrong, rng=rng)


def test_a_data_set_has_as_many_inputs_as_targets():
    with pytest.raises(ValueError, match="X and y must have one row a sample each; got 1 and 2"):
        data.Data(np.ones((1, 1)), np.ones(2), ("one",), "one", "made here")


def test_crops_are_all_the_pieces_of_the_photograph(rng):
    photograph = rng.random((20, 30, 3))
    windows = np.lib.stride_tricks.sliding_window_view(photograph, (19, 19, 3)).reshape(-1, 19, 19, 3)
    pieces = data.crops(photograph, 500, size=19, rng=rng)
    found = (windows[None] == pieces[:, None]).all(axis=(2, 3, 4))
    assert (found.sum(axis=1) == 1).all()
    assert found.any(axis=0).all()
    with pytest.raises(ValueError, match="size must be at least 1 and at most 20; got 99"):
        data.crops(photograph, 2, size=99, rng=rng)
    with pytest.raises(ValueError, match="photograph must have shape"):
        data.crops(photograph[..., 0], 2, size=9, rng=rng)


def test_standardize_uses_the_training_part_alone(rng):
    train, test = data.split(data.diabetes(), test=100, rng=rng)
    a, b = data.standardize(train, test)
    np.testing.assert_allclose([a.X.mean(axis=0), a.X.std(axis=0)], [np.zeros(10), np.ones(10)], atol=1e-9)
    np.testing.assert_allclose(b.X, (test.X - train.X.mean(axis=0)) / train.X.std(axis=0))


def test_a_constant_feature_is_only_shifted():
    def one(*values):
        return data.Data(np.array(values)[:, None], np.zeros(len(values)), ("x",), "y", "made here")

    train, test = data.standardize(one(3.0, 3.0), one(5.0))
    assert (train.X.tolist(), test.X.tolist()) == ([[0.0], [0.0]], [[2.0]])
