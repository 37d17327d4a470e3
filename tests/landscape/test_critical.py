"""Every critical point of small networks, its loss and its curvature, against autograd and brute force."""

from collections import Counter
from math import comb

import numpy as np
import pytest
from scipy.optimize import least_squares
from sklearn.decomposition import PCA

from principles import data
from principles.landscape import critical, curvature
from principles.landscape import linear_network as ln

DX, DY = 5, 4


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(12)
    X = rng.normal(size=(40, DX))
    Y = X @ rng.normal(size=(DX, DY)) + rng.normal(size=(40, DY))
    return X, Y, ln.moments(X, Y)


def mixing(p, rng):
    return critical.random_mixing(p, rng=rng)


def test_random_mixing_is_well_conditioned_and_not_special(rng):
    C = critical.random_mixing(5, stretch=3.0, rng=rng)
    s = np.linalg.svd(C, compute_uv=False)
    assert 1 / 3 <= s.min() < s.max() <= 3
    by_default = np.array([np.linalg.svd(critical.random_mixing(3, rng=rng), compute_uv=False) for _ in range(20)])
    assert 0.5 <= by_default.min() < 0.6
    assert 1.7 < by_default.max() <= 2
    assert np.abs(C @ C.T - np.eye(5)).max() > 0.1


@pytest.mark.equation("12.7", "12.8")
@pytest.mark.result("Fact 12.4", "Fact 12.5")
@pytest.mark.parametrize("p", [1, 2, 3, 4])
def test_every_index_set_gives_a_critical_point_at_the_stated_loss(problem, p, rng):
    X, Y, m = problem
    function = curvature.network_loss(X, Y)
    for I in critical.index_sets(DY, p):
        A, B = critical.critical_point(m, I, mixing(p, rng))
        assert np.abs(curvature.gradient(function, B, A)).max() < 1e-10
        assert ln.loss(X, Y, A, B) == pytest.approx(critical.critical_loss(m, I), abs=1e-11)
        assert np.linalg.matrix_rank(A) == p


@pytest.mark.result("Fact 12.4")
def test_another_subspace_is_not_critical(problem, rng):
    X, Y, m = problem
    A = rng.normal(size=(DY, 2))
    assert np.abs(curvature.gradient(curvature.network_loss(X, Y), ln.best_B(m, A), A)).max() > 1e-2


@pytest.mark.result("Fact 12.4", "Fact 12.7")
@pytest.mark.parametrize("p", [1, 2])
def test_newtons_method_finds_no_critical_point_that_the_list_lacks(p, rng):
    X = rng.normal(size=(20, 3))
    Y = X @ rng.normal(size=(3, 3)) + 0.5 * rng.normal(size=(20, 3))
    m, found = ln.moments(X, Y), set()
    listed = {J: critical.critical_loss(m, J) for r in range(p + 1) for J in critical.index_sets(3, r)}

    def slope(w):
        return np.concatenate([g.ravel() for g in ln.gradients(m, w[: 3 * p].reshape(3, p), w[3 * p :].reshape(p, 3))])

    for _ in range(15):
        end = least_squares(slope, rng.normal(size=6 * p), method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15)
        if np.abs(end.fun).max() < 1e-11:
            value = ln.loss(X, Y, end.x[: 3 * p].reshape(3, p), end.x[3 * p :].reshape(p, 3))
            J = min(listed, key=lambda J: abs(listed[J] - value))
            assert value == pytest.approx(listed[J], abs=1e-9)
            found.add(J)
    assert len(found) >= p + 1


def test_eigenvectors_have_a_fixed_order_and_sign(problem):
    m = problem[2]
    values, U = critical.eigen(m)
    assert (np.diff(values) < 0).all()
    np.testing.assert_allclose(m.explained @ U, U * values, atol=1e-8)
    assert (U[np.abs(U).argmax(axis=0), np.arange(DY)] > 0).all()


@pytest.mark.parametrize("r", [0, 2, 4])
def test_idle_units_may_listen_to_all_that_explains_nothing_more(problem, r):
    m, J = problem[2], tuple(range(1, r + 1))
    silent = critical.silent_inputs(m, J)
    assert silent.shape == (DX - DY + r, DX)
    np.testing.assert_allclose(silent @ silent.T, np.eye(len(silent)), atol=1e-12)
    rest = critical.eigen(m)[1][:, r:]
    assert np.abs(rest.T @ m.yx @ silent.T).max(initial=0) < 1e-9


@pytest.mark.result("Fact 12.6", "Fact 12.7")
@pytest.mark.parametrize("p", [1, 2, 3, 4])
def test_the_hessians_inertia_is_the_formula_at_every_rank(problem, p, rng):
    X, Y, m = problem
    function, minima = curvature.network_loss(X, Y), []
    for r in range(p + 1):
        for J in critical.index_sets(DY, r):
            silent = critical.silent_inputs(m, J)
            A, B = critical.deficient_point(m, J, mixing(p, rng), idle=rng.normal(size=(p - r, len(silent))) @ silent)
            assert np.abs(curvature.gradient(function, B, A)).max() < 1e-10
            found = curvature.measured_inertia(curvature.hessian(function, B, A))
            assert found == critical.inertia(J, dx=DX, dy=DY, p=p)
            minima += [J] * (found.negative == 0)
    assert minima == [tuple(range(1, p + 1))]


@pytest.mark.result("Fact 12.6")
@pytest.mark.parametrize("I", [(1, 2), (1, 4), (2, 3), (3, 4)])
def test_the_balanced_spectrum_is_autograds(problem, I):
    X, Y, _ = problem
    X = ln.whitened(X)
    m = ln.moments(X, Y)
    A, B = critical.critical_point(m, I, critical.balanced(m, I))
    spectrum = np.linalg.eigvalsh(curvature.hessian(curvature.network_loss(X, Y), B, A))
    np.testing.assert_allclose(spectrum, critical.balanced_spectrum(m, I), atol=1e-10)


@pytest.mark.parametrize("scale", [1.0, 1e-3])
def test_balanced_layers_have_the_same_singular_values_however_small_the_outputs(problem, scale):
    X, Y, _ = problem
    m = ln.moments(ln.whitened(X), scale * Y)
    A, B = critical.critical_point(m, (1, 3), critical.balanced(m, (1, 3)))
    σ = np.linalg.svd(A, compute_uv=False)
    np.testing.assert_allclose(σ, np.linalg.svd(B, compute_uv=False)[:2], rtol=1e-9)
    np.testing.assert_allclose(σ**2, np.linalg.svd(ln.least_squares(m), compute_uv=False)[[0, 2]], rtol=1e-9)


@pytest.mark.result("Fact 12.6")
@pytest.mark.parametrize(("d", "p"), [(1, 1), (4, 2), (6, 3), (7, 2), (8, 4)])
def test_index_sets_by_descents_are_the_gaussian_binomial(d, p):
    counted = Counter(critical.inversions(I, d) for I in critical.index_sets(d, p))
    assert [counted[k] for k in range(p * (d - p) + 1)] == critical.gaussian_binomial(d, p)
    assert sum(critical.gaussian_binomial(d, p)) == comb(d, p) == critical.saddle_sets(d, p) + 1


@pytest.mark.result("Fact 12.5")
def test_the_auto_associative_network_is_scikit_learns_pca():
    X = ln.centred(data.iris().X)
    m = ln.moments(X, X)
    A, B = critical.critical_point(m, critical.best_indices(m, 2), np.array([[2.0, 1.0], [0.0, 1.0]]))
    peer = PCA(2).fit(X)
    np.testing.assert_allclose(A @ B, peer.components_.T @ peer.components_, atol=1e-10)
    lost = (149 / 150) * (np.trace(np.cov(X.T)) - peer.explained_variance_.sum()) / 2
    assert critical.critical_loss(m, (1, 2)) == pytest.approx(lost, rel=1e-10)


@pytest.mark.result("Fact 12.7")
def test_a_hessian_by_autograd_is_finite_differences_of_the_gradient(problem, rng):
    X, Y, m = problem
    A, B = rng.normal(size=(DY, 2)), rng.normal(size=(2, DX))
    function = curvature.network_loss(X, Y)
    H, v = curvature.hessian(function, B, A), rng.normal(size=18)
    step = 1e-6 * v

    def gradient(shift):
        return curvature.gradient(function, B + shift[:10].reshape(2, 5), A + shift[10:].reshape(4, 2))

    np.testing.assert_allclose(H @ v, (gradient(step) - gradient(-step)) / 2e-6, rtol=1e-5, atol=1e-5)
    by_hand = np.concatenate([g.ravel() for g in ln.gradients(m, A, B)[::-1]])
    np.testing.assert_allclose(gradient(0 * step), by_hand, atol=1e-11)


@pytest.mark.parametrize(
    ("H", "verdict", "printed"),
    [
        ([[1.0, 0.0], [0.0, 2.0]], "minimum", True),
        ([[-1.0, 0.0], [0.0, -2.0]], "maximum", False),
        ([[1.0, 0.0], [0.0, -2.0]], "strict saddle", False),
        ([[0.0, 0.0], [0.0, 0.0]], "undecided", True),
        ([[0.0, 0.0], [0.0, -1.0]], "undecided", False),
    ],
)
def test_the_verdict_says_no_more_than_the_signs_prove(H, verdict, printed):
    assert curvature.verdict(np.array(H)) == verdict
    assert curvature.in_printed_set(np.array(H)) == printed


@pytest.mark.parametrize("scale", [1e-12, 1e6])
def test_what_counts_as_zero_is_measured_by_the_largest_eigenvalue(scale):
    assert curvature.measured_inertia(scale * np.diag([2.0, 1e-12, -1.0, -3.0])) == (2, 1, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: critical.critical_point(m, (1, 1), np.eye(2)), r"distinct numbers from 1 to 4; got \(1, 1\)"),
        (lambda m: critical.critical_point(m, (0, 1), np.eye(2)), "indices must be at least 1 and at most 4; got 0"),
        (lambda m: critical.critical_point(m, (1, 2), np.ones((2, 2))), "C must be invertible; it has rank 1 of 2"),
        (lambda m: critical.critical_point(m, (1, 2), np.eye(3)), r"C must have shape \(2, 2\)"),
        (
            lambda m: critical.deficient_point(m, (1,), np.eye(2), idle=np.ones((1, DX))),
            "idle must be orthogonal to what is left",
        ),
        (lambda m: critical.random_mixing(2, stretch=0.5, rng=np.random.default_rng(0)), "stretch must be at least 1"),
        (lambda m: critical.inertia((1, 2), dx=5, dy=4, p=1), "p must be at least 2 and at most 4; got 1"),
    ],
)
def test_malformed_input_is_named(problem, call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(problem[2])
