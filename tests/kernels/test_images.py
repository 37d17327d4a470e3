"""Feature spaces for photographs."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from principles.kernels import images, mercer


def test_histograms_count_shares_and_ignore_places(rng):
    pictures = rng.random((3, 6, 6, 3))
    H = images.colour_histogram(pictures, bins=3)
    np.testing.assert_allclose(H.sum(axis=1), 1.0)
    np.testing.assert_array_equal(H, images.colour_histogram(pictures[:, ::-1, ::-1], bins=3))


def test_each_channel_has_its_own_cells():
    colours = np.eye(3)[:, None, None, :]
    H = images.colour_histogram(colours, bins=2)
    np.testing.assert_array_equal(H.argmax(axis=1), [4, 2, 1])


def test_the_overlap_is_a_kernel_and_one_for_equal_histograms(rng):
    H = rng.dirichlet(np.ones(5), size=40)
    K = images.overlap(H, H)
    np.testing.assert_allclose(np.diag(K), 1.0)
    assert mercer.gram_test(K).passes


def test_cosine_is_the_correlation_coefficient(rng):
    X = rng.random((4, 9))
    np.testing.assert_allclose(images.cosine(X, X), np.corrcoef(X), atol=1e-12)
    np.testing.assert_allclose(images.cosine(X[:2], 5 * X[2:]), np.corrcoef(X)[:2, 2:], atol=1e-12)
    np.testing.assert_allclose(images.cosine(X[:1], X), np.corrcoef(X)[:1], atol=1e-12)


def test_ranking_is_the_area_under_the_curve(rng):
    K, labels = rng.random((12, 12)).round(1), rng.integers(0, 2, 12).astype(float)
    upper = np.triu_indices(12, 1)
    same = (labels[:, None] == labels[None])[upper]
    assert images.ranking(K, labels) == pytest.approx(roc_auc_score(same, K[upper]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: images.colour_histogram(np.full((1, 2, 2, 3), 1.1)), r"images must hold values in \[0, 1\]"),
        (lambda rng: images.overlap(np.ones((2, 3)), np.ones((2, 1))), "X2 must have shape"),
        (lambda rng: images.overlap(np.ones((2, 3)), -np.ones((2, 3))), "X2 must not be negative"),
        (lambda rng: images.cosine(np.ones((1, 3)), np.eye(3)), "X must vary within each row; row 0"),
        (lambda rng: images.ranking(np.eye(3), np.zeros(2)), "K must have shape"),
        (lambda rng: images.ranking(np.eye(3), np.zeros(3)), "labels must give pairs of both kinds"),
        (lambda rng: images.colour_histogram(np.zeros((1, 2, 2, 3)), bins=0), "bins must be at least 1"),
    ],
)
def test_malformed_input_is_refused_by_name(call, message, rng, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(rng)
