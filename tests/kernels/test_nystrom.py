"""Nyström's approximation of a Gram matrix."""

from functools import partial

import numpy as np
import pytest
from sklearn.kernel_approximation import Nystroem

from principles.kernels import functions, nystrom

GAUSSIAN = partial(functions.gaussian, width=1.0)


@pytest.fixture
def G(rng):
    return functions.gram(GAUSSIAN, rng.standard_normal((60, 2)))


def test_the_landmarks_own_columns_are_reproduced_exactly(G):
    landmarks = np.array([3, 17, 41])
    np.testing.assert_allclose(nystrom.approximation(G, landmarks)[:, landmarks], G[:, landmarks], atol=1e-9)


def test_a_kernel_of_rank_r_needs_r_landmarks(rng):
    X = rng.standard_normal((40, 5))
    G = functions.gram(functions.linear, X)
    np.testing.assert_allclose(nystrom.approximation(G, np.arange(5)), G, atol=1e-8)
    assert nystrom.relative_error(G, nystrom.approximation(G, np.arange(4))) > 0.01
    np.testing.assert_allclose(nystrom.approximation(G, np.arange(12)), G, atol=1e-8)  # singular landmark block


@pytest.mark.parametrize("m", [2, 5, 10, 20])
def test_the_error_lies_between_the_best_of_its_rank_and_everything(G, m, rng):
    error = nystrom.relative_error(G, nystrom.approximation(G, rng.choice(60, m, replace=False)))
    assert nystrom.best_relative_errors(G)[m] <= error < 1


def test_the_least_errors_are_those_of_the_truncated_singular_value_decomposition(G):
    U, S, Vt = np.linalg.svd(G)
    best = nystrom.best_relative_errors(G)
    assert len(best) == 60
    assert best[0] == 1
    for k in (1, 3, 9):
        assert best[k] == pytest.approx(nystrom.relative_error(G, (U[:, :k] * S[:k]) @ Vt[:k]), rel=1e-9)


def test_features_are_those_of_sklearns_nystroem(rng):
    X, m = rng.standard_normal((50, 3)), 8
    peer = Nystroem(gamma=0.5, n_components=m, random_state=0).fit(X)
    landmarks = peer.component_indices_
    ours = nystrom.features(GAUSSIAN(X, X[landmarks]), landmarks)
    np.testing.assert_allclose(ours @ ours.T, peer.transform(X) @ peer.transform(X).T, atol=1e-8)
    assert ours.shape == (50, m)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_features_stand_for_the_eigenvalues_above_a_share_of_the_largest(scale):
    G = scale * np.diag([1.0, 0.06, 0.0, 0.5])
    kept = {cutoff: nystrom.features(G, np.arange(4), cutoff=cutoff) for cutoff in (0.0, 0.05, 0.1, 0.6)}
    assert [Phi.shape[1] for Phi in kept.values()] == [3, 3, 2, 1]
    np.testing.assert_allclose(kept[0.0] @ kept[0.0].T, G)
    np.testing.assert_allclose(kept[0.1] @ kept[0.1].T, scale * np.diag([1.0, 0.0, 0.0, 0.5]))


BAD = {
    "landmarks must be distinct": lambda: nystrom.approximation(np.eye(3), np.array([1, 1])),
    "landmarks must name samples 0 to 2": lambda: nystrom.approximation(np.eye(3), np.array([3])),
    "columns must have a column a landmark": lambda: nystrom.features(np.ones((3, 2)), np.array([0])),
    "columns\\[landmarks\\] must be positive semi-definite": lambda: nystrom.approximation(-np.eye(2), np.array([0])),
    "G must be square and symmetric": lambda: nystrom.approximation(np.ones((2, 3)), np.array([0])),
    "G must not be zero": lambda: nystrom.best_relative_errors(np.zeros((2, 2))),
    "cutoff must be at least 0": lambda: nystrom.features(np.ones((3, 1)), np.array([0]), cutoff=-1.0),
    "approximate must have shape": lambda: nystrom.relative_error(np.eye(3), np.eye(2)),
    "G must be positive semi-definite": lambda: nystrom.best_relative_errors(-np.eye(3)),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
