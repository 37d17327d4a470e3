"""Flipped labels and votes against the binomial law and SciPy's nearest neighbour."""

from math import comb

import numpy as np
import pytest
from scipy.spatial import KDTree

from principles.data import Data
from principles.linear_models import labels


def test_the_stated_share_of_labels_is_flipped(rng):
    y = rng.choice([-1.0, 1.0], size=10_000)
    assert (labels.flip(y, share=0.2, rng=rng) != y).mean() == pytest.approx(0.2, abs=4 * 0.4 / 100)
    assert (labels.flip(y, share=1.0, rng=rng) == -y).all()


@pytest.mark.parametrize("annotators", [1, 3, 5])
def test_majorities_err_as_often_as_the_binomial_law_says(annotators, rng):
    y = np.ones(10_000)
    votes = np.array([labels.flip(y, share=0.3, rng=rng) for _ in range(annotators)])
    expected = sum(comb(annotators, k) * 0.3**k * 0.7 ** (annotators - k) for k in range(annotators // 2 + 1, annotators + 1))
    assert labels.majority_error(annotators, share=0.3) == pytest.approx(expected, abs=1e-12)
    assert (labels.majority(votes) != y).mean() == pytest.approx(expected, abs=4 * 0.5 / 100)


def test_the_nearest_memory_is_scipys_nearest_neighbour(rng):
    X, y, new = rng.normal(size=(40, 3)), rng.choice([-1.0, 1.0], size=40), rng.normal(size=(15, 3))
    np.testing.assert_array_equal(labels.nearest(X, y, new), y[KDTree(X).query(new)[1]])


def test_flips_reach_a_memory_in_full_and_a_linear_fit_hardly(rng):
    X = np.concatenate([rng.normal(size=(200, 2)) + 4, rng.normal(size=(200, 2)) - 4])
    clean = Data(X, np.repeat([1.0, -1.0], 200), ("a", "b"), "y", "made here")
    wrong = labels.trained_on_flips(clean, clean, shares=np.array([0.0, 0.2]), repeats=4, rng=rng)
    assert wrong["least squares"] == [0.0, 0.0]
    assert wrong["copy the nearest"][0] == 0
    assert wrong["copy the nearest"][1] == pytest.approx(0.2, abs=4 * 0.4 / 40)


def test_malformed_input_is_named(as_users_run, rng):
    with pytest.raises(ValueError, match="an odd number of annotators, so that none are tied; got 2"):
        labels.majority(np.ones((2, 3)))
    with pytest.raises(ValueError, match="votes must hold labels -1 and"):
        labels.majority(np.array([[3.0], [1.0], [1.0]]))
    with pytest.raises(ValueError, match="y and X must have one row a sample"):
        labels.nearest(np.eye(3), np.ones(2), np.eye(3))
    with pytest.raises(ValueError, match="share must be at most 1"):
        labels.flip(np.ones(3), share=1.5, rng=rng)
