"""The two-layer linear network against numpy's least squares, finite differences and subspace iteration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import lstsq, subspace_angles
from scipy.optimize import approx_fprime

from principles.landscape import linear_network as ln


@pytest.fixture
def problem(rng):
    X = rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5))
    Y = X @ rng.normal(size=(5, 4)) + rng.normal(size=(40, 4))
    return X, Y, ln.moments(X, Y), rng.normal(size=(4, 2)), rng.normal(size=(2, 5))


@pytest.mark.equation("12.1")
def test_the_loss_is_the_mean_of_half_squared_distances(problem):
    X, Y, m, A, B = problem
    by_sample = np.mean([np.linalg.norm(y - A @ (B @ x)) ** 2 / 2 for x, y in zip(X, Y)])
    assert ln.loss(X, Y, A, B) == pytest.approx(by_sample, rel=1e-12)
    assert ln.product_loss(m, A @ B) == pytest.approx(by_sample, rel=1e-11)


@pytest.mark.equation("12.2")
def test_least_squares_is_scipys(problem):
    X, Y, m, _, _ = problem
    np.testing.assert_allclose(ln.least_squares(m), lstsq(X, Y)[0].T, atol=1e-10)


@pytest.mark.equation("12.3")
@pytest.mark.result("Fact 12.1")
def test_the_best_first_layer_is_least_squares_with_the_kronecker_design(problem):
    X, Y, m, A, _ = problem
    vec = lstsq(np.kron(X, A), Y.ravel())[0]  # A B x = (xᵀ ⊗ A) vec B
    np.testing.assert_allclose(ln.best_B(m, A), vec.reshape(5, 2).T, atol=1e-9)
    assert ln.gradients(m, A, ln.best_B(m, A))[1] == pytest.approx(0, abs=1e-10)


@pytest.mark.equation("12.4", "12.5")
@pytest.mark.result("Fact 12.2")
def test_the_best_second_layer_is_least_squares_with_the_kronecker_design(problem):
    X, Y, m, _, B = problem
    design = np.kron(X @ B.T, np.eye(4))  # vec(A Bx) = ((Bx)ᵀ ⊗ I) vec A
    A = lstsq(design, Y.ravel())[0].reshape(2, 4).T
    np.testing.assert_allclose(ln.best_A(m, B), A, atol=1e-9)
    left, right = ln.stationarity_in_A(m, A, B)
    np.testing.assert_allclose(left, right, atol=1e-8)
    wrong, right = ln.stationarity_in_A(m, 1.1 * A, B)
    assert np.abs(wrong - right).max() > 0.01


@pytest.mark.result("Fact 12.1", "Fact 12.2")
def test_the_loss_is_convex_in_either_layer_and_not_in_both(problem, rng):
    X, Y, _, A, B = problem
    A2, B2 = rng.normal(size=A.shape), rng.normal(size=B.shape)
    in_A = (ln.loss(X, Y, A, B) + ln.loss(X, Y, A2, B)) / 2 - ln.loss(X, Y, (A + A2) / 2, B)
    in_B = (ln.loss(X, Y, A, B) + ln.loss(X, Y, A, B2)) / 2 - ln.loss(X, Y, A, (B + B2) / 2)
    in_both = ln.loss(X, Y, A, B) - ln.loss(X, Y, 0 * A, 0 * B)
    best = ln.best_B(ln.moments(X, Y), A)
    assert min(in_A, in_B) > 0
    assert in_both != 0
    assert ln.loss(X, Y, A, best) == pytest.approx(ln.loss(X, Y, -A, -best))
    assert ln.loss(X, Y, 0 * A, 0 * best) > ln.loss(X, Y, A, best)


def test_the_gradients_are_finite_differences(problem):
    X, Y, m, A, B = problem

    def flat(w):
        return ln.loss(X, Y, w[:8].reshape(4, 2), w[8:].reshape(2, 5))

    by_hand = np.concatenate([g.ravel() for g in ln.gradients(m, A, B)])
    numeric = approx_fprime(np.concatenate([A.ravel(), B.ravel()]), flat, 1e-7)
    np.testing.assert_allclose(by_hand, numeric, rtol=1e-4, atol=1e-4)


@pytest.mark.equation("12.6")
def test_the_network_with_the_best_first_layer_is_projected_least_squares(problem):
    _, _, m, A, _ = problem
    np.testing.assert_allclose(A @ ln.best_B(m, A), ln.projected_least_squares(m, A), atol=1e-10)


@pytest.mark.result("Fact 12.3")
def test_eigenvectors_commute_and_other_subspaces_do_not(problem):
    _, _, m, A, _ = problem
    U = np.linalg.eigh(m.explained)[1][:, [0, 2]]
    scale = np.abs(m.explained).max()
    assert max(np.abs(c).max() for c in ln.commutators(m, U @ np.array([[1.0, 2.0], [0.0, 1.0]]))) < 1e-10 * scale
    assert min(np.abs(c).max() for c in ln.commutators(m, A)) > 1e-3 * scale


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(0, 10**6))
def test_projections_are_symmetric_idempotent_and_keep_the_columns(k, seed):
    M = np.random.default_rng(seed).normal(size=(4, k))
    P = ln.projection(M)
    np.testing.assert_allclose(P, P.T, atol=1e-7)
    np.testing.assert_allclose(P @ P, P, atol=1e-7)
    np.testing.assert_allclose(P @ M, M, atol=1e-7)
    assert np.trace(P) == pytest.approx(k, abs=1e-7)


def test_alternating_least_squares_is_subspace_iteration(problem):
    _, _, m, A, _ = problem
    states = ln.alternate(m, A, rounds=3)
    power = np.linalg.matrix_power(m.explained, 3) @ A
    assert subspace_angles(states[3][0], power).max() < 1e-6
    values = [ln.product_loss(m, a @ b) for a, b in states]
    assert (np.diff(values) < 0).all()


def test_whitening_and_principal_coordinates(problem):
    X = problem[0]
    Z, P = ln.whitened(X), ln.principal(X, keep=3)
    np.testing.assert_allclose(Z.T @ Z / 40, np.eye(5), atol=1e-9)
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    np.testing.assert_allclose(P.T @ P, np.diag(s[:3] ** 2), atol=1e-8)


def test_principal_axes_point_where_their_largest_entry_is_positive(problem):
    X = problem[0] - problem[0].mean(axis=0)
    axes = np.linalg.lstsq(X, ln.principal(X, keep=5))[0]
    np.testing.assert_allclose(axes.T @ axes, np.eye(5), atol=1e-9)
    assert (axes[np.abs(axes).argmax(axis=0), np.arange(5)] > 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: ln.moments(np.ones((3, 2)), np.ones((3, 1))), "independent columns for Σ_xx to be invertible; rank 1 of 2"),
        (lambda m: ln.moments(np.eye(3), np.ones((2, 1))), "one row a sample each; got 2 and 3"),
        (lambda m: ln.best_B(m, np.ones((4, 2))), "A must have independent columns; rank 1 of 2"),
        (lambda m: ln.best_A(m, np.zeros((1, 5))), "Bᵀ must have independent columns; rank 0 of 1"),
        (lambda m: ln.principal(np.eye(2, 5), keep=3), "keep must be at least 1 and at most 2; got 3"),
        (lambda m: ln.loss(np.ones((3, 2)), np.ones((3, 1)), np.ones((1, 1)), np.ones((1, 3))), r"B must have shape \(1, 2\)"),
        (lambda m: ln.product_loss(m, np.ones((2, 2))), r"W must have shape \(4, 5\)"),
    ],
)
def test_malformed_input_is_named(problem, call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(problem[2])
