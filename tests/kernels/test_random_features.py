"""Random features and the linear classifier on them."""

from functools import partial

import numpy as np
import pytest
from sklearn.kernel_approximation import RBFSampler
from sklearn.svm import LinearSVC

from principles.kernels import functions
from principles.kernels import random_features as rf


@pytest.fixture
def problem(rng):
    X = rng.standard_normal((80, 3))
    y = np.where(X[:, 0] * X[:, 1] + 0.3 * rng.standard_normal(80) >= 0, 1.0, -1.0)
    return rf.features(rf.with_one(X), rf.with_phases(rf.gaussian_frequencies(3, 12, width=1.0, rng=rng), rng=rng)), y


@pytest.mark.equation("3.9")
def test_features_are_the_activation_of_each_projection(rng):
    X, S = rng.standard_normal((5, 3)), rng.standard_normal((3, 4))
    expected = [[np.tanh(sum(S[k, m] * X[i, k] for k in range(3))) for m in range(4)] for i in range(5)]
    np.testing.assert_allclose(rf.features(X, S, activation=np.tanh), expected)


@pytest.mark.equation("3.9")
def test_with_the_weights_of_scikit_learns_sampler_the_features_are_its_own(rng):
    X = rng.standard_normal((6, 4))
    sampler = RBFSampler(gamma=0.5 / 1.7**2, n_components=50, random_state=0).fit(X)
    S = np.vstack([sampler.random_weights_, sampler.random_offset_])
    np.testing.assert_allclose(np.sqrt(2 / 50) * rf.features(rf.with_one(X), S), sampler.transform(X), atol=1e-12)
    np.testing.assert_allclose(rf.kernel_estimate(X, X, S), sampler.transform(X) @ sampler.transform(X).T, atol=1e-12)


def test_gaussian_frequencies_estimate_the_gaussian_kernel_with_the_variance_of_scikit_learns(rng):
    X = rng.standard_normal((2, 3))
    ours, theirs = np.empty(300), np.empty(300)
    for r in range(300):
        S = rf.with_phases(rf.gaussian_frequencies(3, 40, width=1.5, rng=rng), rng=rng)
        ours[r] = rf.kernel_estimate(X[:1], X[1:], S)[0, 0]
        Z = RBFSampler(gamma=0.5 / 1.5**2, n_components=40, random_state=r).fit_transform(X)
        theirs[r] = Z[0] @ Z[1]
    k = functions.gaussian(X[:1], X[1:], width=1.5)[0, 0]
    assert abs(ours.mean() - k) < 4 * ours.std() / np.sqrt(300)
    assert ours.var() / theirs.var() == pytest.approx(1.0, abs=4 * np.sqrt(4 / 300))
    assert 40 * ours.var() == pytest.approx(1 + k**8 / 2 - k**2, rel=0.35)


def test_the_error_falls_as_one_over_the_root_of_p(rng):
    X = rng.standard_normal((30, 3))
    K = functions.gaussian(X, X, width=1.0)
    sizes = [16, 64, 256, 1024]
    errors = []
    for p in sizes:
        estimates = (
            rf.kernel_estimate(X, X, rf.with_phases(rf.gaussian_frequencies(3, p, width=1.0, rng=rng), rng=rng)) for _ in range(6)
        )
        errors.append(np.mean([np.sqrt(((G - K) ** 2).mean()) for G in estimates]))
    assert np.polyfit(np.log(sizes), np.log(errors), 1)[0] == pytest.approx(-0.5, abs=0.05)


def test_estimation_errors_are_distances_from_the_gram_matrix():
    X, K = np.random.default_rng(1).standard_normal((5, 2)), np.eye(5)
    errors = rf.estimation_errors(X, K, sizes=[3, 7], repeats=2, width=1.3, rng=np.random.default_rng(0))
    rng = np.random.default_rng(0)
    for row, p in zip(errors, (3, 7)):
        for error in row:
            S = rf.with_phases(rf.gaussian_frequencies(2, p, width=1.3, rng=rng), rng=rng)
            assert error == pytest.approx(np.linalg.norm(rf.kernel_estimate(X, X, S) - K) / 5, rel=1e-12)


def test_without_phase_the_estimate_is_not_shift_invariant(rng):
    x, z = np.array([[1.0]]), np.array([[0.4]])
    both = (functions.gaussian(x, z, width=1.0) + functions.gaussian(x, -z, width=1.0))[0, 0]
    mean, error = rf.kernel_moments(x, z, p=500, repeats=60, width=1.0, phases=False, rng=rng)
    assert abs(mean[0, 0] - both) < 4 * error[0, 0]
    mean, error = rf.kernel_moments(x, z, p=500, repeats=60, width=1.0, rng=rng)
    assert abs(mean[0, 0] - functions.gaussian(x, z, width=1.0)[0, 0]) < 4 * error[0, 0] < 0.05


def test_shifted_frequencies_give_the_gabor_kernel(rng):
    X, ν = rng.standard_normal((4, 2)), np.array([1.5, -0.5])
    S = rf.gaussian_frequencies(2, 60_000, width=1.2, rng=rng) + ν[:, None]
    estimate = rf.kernel_estimate(X, X, rf.with_phases(S, rng=rng))
    np.testing.assert_allclose(estimate, rf.gabor(X, X, width=1.2, frequency=ν), atol=4 * np.sqrt(1.5 / 60_000))


def test_the_rank_one_terms_average_to_the_estimate(rng):
    X = rng.standard_normal((5, 2))
    S = rf.with_phases(rf.gaussian_frequencies(2, 9, width=1.0, rng=rng), rng=rng)
    terms = rf.rank_one_terms(X, S)
    assert [np.linalg.matrix_rank(term) for term in terms] == [1] * 9
    np.testing.assert_allclose(terms.mean(axis=0), rf.kernel_estimate(X, X, S), atol=1e-13)


@pytest.mark.equation("3.10")
def test_the_classifier_is_the_sign_with_ties_to_plus_one():
    Φ = np.array([[1.0, 1.0], [1.0, -1.0], [-2.0, 1.0]])
    np.testing.assert_array_equal(rf.classify(Φ, np.array([1.0, 1.0])), [1, 1, -1])


@pytest.mark.equation("3.11")
def test_the_linear_programme_is_below_every_perturbation_and_every_other_solver(problem, rng):
    Φ, y = problem
    w, value = rf.minimum(Φ, y)
    assert rf.objective(w, Φ, y) == pytest.approx(value)
    assert all(rf.objective(w + 0.1 * rng.standard_normal(12), Φ, y) >= value for _ in range(200))
    other = LinearSVC(loss="hinge", C=10.0, fit_intercept=False, max_iter=1_000_000, tol=1e-6, random_state=0)
    assert value <= rf.objective(other.fit(Φ, y).coef_[0], Φ, y) <= value + 0.01


@pytest.mark.equation("3.11")
def test_stochastic_gradient_descent_reaches_scikit_learns_minimum(problem, rng):
    Φ, y = problem
    peer = LinearSVC(loss="hinge", C=1 / (0.05 * len(y)), fit_intercept=False, max_iter=100_000, tol=1e-8, random_state=0)
    best = rf.objective(peer.fit(Φ, y).coef_[0], Φ, y, penalty=0.05)
    ours = rf.objective(rf.fit(Φ, y, penalty=0.05, passes=200, rng=rng), Φ, y, penalty=0.05)
    assert best - 1e-8 <= ours <= best + 2e-3


@pytest.mark.equation("3.11")
def test_on_one_sample_the_descent_is_its_closed_form(rng):
    """The first step fits the sample, 1/q times φ with q = ‖φ‖²; then the ridge pulls, and the last half is averaged."""
    Φ, y, λ, q = np.array([[2.0, 0.0]]), np.array([-1.0]), 0.5, 4.0
    after = np.array([1 / q, 1 / (λ + q), 2 / (2 * λ + q)])  # after 1, 2 and 3 steps of 1/(λ t + q)
    for passes, expected in ((1, after[0]), (2, after[1]), (3, after[1:].mean())):
        np.testing.assert_allclose(rf.fit(Φ, y, penalty=λ, passes=passes, rng=rng), -expected * Φ[0], rtol=1e-12)


@pytest.mark.equation("3.11")
def test_the_first_step_is_the_inverse_of_the_mean_square_length(rng):
    Φ = np.array([[1.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 5.0]])  # orthogonal: every sample is violated when it comes
    w = rf.fit(Φ, np.ones(3), penalty=1e-12, passes=1, rng=rng)
    np.testing.assert_allclose(np.sort(w / np.diag(Φ))[1:], 3 / 35, rtol=1e-9)  # all but the last are in the whole average


@pytest.mark.equation("3.11")
def test_the_objective_is_convex_along_random_segments(problem, rng):
    Φ, y = problem
    for _ in range(100):
        a, b, s = rng.standard_normal(12), rng.standard_normal(12), rng.random()
        chord = s * rf.objective(a, Φ, y) + (1 - s) * rf.objective(b, Φ, y)
        assert rf.objective(s * a + (1 - s) * b, Φ, y) <= chord + 1e-12


@pytest.mark.equation("3.11")
def test_without_a_margin_zero_weights_are_a_minimiser(problem, rng):
    Φ, y = problem
    assert rf.objective(np.zeros(12), Φ, y, margin=0.0) == 0.0
    assert rf.objective(rng.standard_normal(12), Φ, y, margin=0.0) > 0.0
    assert rf.minimum(Φ, y)[1] < rf.objective(np.zeros(12), Φ, y) == 1.0


@pytest.mark.equation("3.11")
def test_a_ridge_adds_half_its_strength_times_the_squared_weights(problem):
    Φ, y = problem
    w = np.linspace(-1, 2, Φ.shape[1])
    ridge = rf.objective(w, Φ, y, penalty=0.7) - rf.objective(w, Φ, y)
    assert ridge == pytest.approx(0.35 * (w**2).sum())


def test_more_random_features_classify_better(rng):
    X = rng.standard_normal((400, 2))
    y = np.where(np.hypot(X[:, 0], X[:, 1]) > 1.2, 1.0, -1.0)
    errors = rf.held_out_errors((X[:200], y[:200]), (X[200:], y[200:]), sizes=[4, 100], repeats=3, width=1.0, passes=20, rng=rng)
    assert errors.shape == (2, 3)
    assert errors[1].max() < 0.1 < errors[0].min()


def test_held_out_errors_are_those_of_a_fit_with_as_many_passes():
    X = np.random.default_rng(3).standard_normal((300, 2))
    y, options = np.where(X[:, 0] * X[:, 1] > 0, 1.0, -1.0), {"sizes": [8, 30], "repeats": 2, "width": 0.8}
    known, unseen = (X[:60], y[:60]), (X[60:], y[60:])
    few, many = (rf.held_out_errors(known, unseen, passes=k, rng=np.random.default_rng(0), **options) for k in (1, 4))
    rng, expected = np.random.default_rng(0), np.empty((2, 2))
    for place in np.ndindex(2, 2):
        S = rf.with_phases(rf.gaussian_frequencies(2, (p := (8, 30)[place[0]]), width=0.8, rng=rng), rng=rng)
        w = rf.fit(np.sqrt(2 / p) * rf.features(rf.with_one(X[:60]), S), y[:60], penalty=1e-5, passes=4, rng=rng)
        expected[place] = (rf.classify(rf.features(rf.with_one(X[60:]), S), w) != y[60:]).mean()
    np.testing.assert_array_equal(many, expected)
    assert many.mean() < few.mean() - 0.03


OK = np.ones((2, 3)), np.array([1.0, -1.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: rf.features(np.ones((2, 3)), np.ones((2, 4))), r"S must have shape \(3, any\)"),
        (lambda rng: rf.features(np.full((2, 3), np.nan), np.ones((3, 4))), "X must be finite"),
        (lambda rng: rf.gaussian_frequencies(2, 3, width=0.0, rng=rng), "width must be above 0"),
        (lambda rng: rf.gaussian_frequencies(2, 0, width=1.0, rng=rng), "p must be at least 1"),
        (lambda rng: rf.gabor(np.ones((1, 2)), np.ones((1, 2)), width=1.0, frequency=np.ones(3)), "frequency must have shape"),
        (lambda rng: rf.classify(np.ones((2, 3)), np.ones(2)), r"w must have shape \(3\)"),
        (lambda rng: rf.objective(np.ones(3), np.ones((2, 3)), np.ones(3)), "y and Phi must have one row a sample each"),
        (lambda rng: rf.objective(np.ones(3), np.ones((2, 3)), np.array([0.0, 1.0])), "y must hold labels -1 and"),
        (lambda rng: rf.objective(np.ones(3), *OK, margin=-1.0), "margin must be at least 0"),
        (lambda rng: rf.fit(*OK, penalty=0.0, passes=1, rng=rng), "penalty must be above 0"),
        (lambda rng: rf.fit(*OK, penalty=1.0, passes=0, rng=rng), "passes must be at least 1"),
        (lambda rng: rf.features(np.eye(2), np.eye(2), activation=np.sum), "activation must act on each entry"),
        (
            lambda rng: rf.kernel_moments(np.ones(3), np.ones(3), p=2, repeats=2, width=1.0, rng=rng),
            "X must have 2 axes",
        ),
        (
            lambda rng: rf.estimation_errors(np.eye(2), np.eye(3), sizes=[2], repeats=1, width=1.0, rng=rng),
            r"K must have shape \(2, 2\)",
        ),
        (
            lambda rng: rf.held_out_errors(
                (np.eye(2), OK[1]), (np.eye(2), np.ones(1)), sizes=[2], repeats=1, width=1.0, passes=1, rng=rng
            ),
            "test labels and test inputs must have one row",
        ),
        (lambda rng: rf.with_one(np.ones((0, 2))), "X must not be empty"),
    ],
)
def test_malformed_input_is_refused_by_name(call, message, rng, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(rng)


def test_a_generator_is_demanded(as_users_run):
    with pytest.raises(TypeError, match="rng must be a numpy.random.Generator"):
        partial(rf.gaussian_frequencies, 1, 1, width=1.0)(rng=0)
