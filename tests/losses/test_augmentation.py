"""The augmented data set, and the theory of noise on the inputs."""

import numpy as np
import pytest

from principles.losses import augmentation
from principles.losses.augmentation import Curve


@pytest.mark.equation("6.1")
def test_the_augmented_set_holds_every_sample_and_its_image_with_the_same_label(rng):
    X, y = rng.normal(size=(7, 2, 3)), rng.integers(5, size=7)
    bigger, labels = augmentation.augment(X, y, lambda X: 2 * X)
    assert len(bigger) == len(labels) == 14
    pairs = {(x.tobytes(), int(label)) for x, label in zip(bigger, labels)}
    assert pairs == {(x.tobytes(), int(k)) for x, k in zip(X, y)} | {((2 * x).tobytes(), int(k)) for x, k in zip(X, y)}


@pytest.mark.equation("6.1")
def test_several_changes_of_one_kind_are_the_union_repeated(rng):
    X, y = rng.normal(size=(4, 2)), np.arange(4)
    once = augmentation.augment(X, y, np.negative)
    for a, b in zip(once, augmentation.augment_often(X, y, [np.negative])):
        np.testing.assert_array_equal(a, b)
    assert len(augmentation.augment_often(X, y, [np.negative, np.abs])[0]) == 12


def test_correlated_copies_average_like_their_effective_number(rng):
    variance, error = augmentation.variance_of_means(5, copies=4, correlation=0.6, repeats=20_000, rng=rng)
    assert abs(variance - 1 / augmentation.effective_samples(5, copies=4, correlation=0.6)) < 4 * error
    assert abs(variance - 1 / 20) > 20 * error  # not that of twenty independent samples


@pytest.mark.parametrize("jitter_std", [0.0, 0.5, 2.0])
def test_jitter_keeps_of_degree_k_what_mehler_says(jitter_std, rng):
    truth = Curve(np.array([0.3, 1.0, -0.4, 0.6]))
    found = []
    for _ in range(10):
        x = rng.normal(size=20_000)
        z = x + jitter_std * rng.normal(size=len(x))
        scale = np.sqrt(1 + jitter_std**2)
        found.append(augmentation.fit_curve(z, truth(x), degree=3, scale=scale).coefficients)
    expected = augmentation.jittered(truth, jitter_std=jitter_std).coefficients
    error = np.std(found, axis=0, ddof=1) / np.sqrt(10)
    assert (np.abs(np.mean(found, axis=0) - expected) <= 5 * error + 1e-9).all()


def test_the_jittered_curve_is_the_best_on_jittered_inputs_and_not_on_plain_ones(rng):
    truth = Curve(np.array([0.0, 1.0, 0.0, 0.6]))
    smooth = augmentation.jittered(truth, jitter_std=1.0)
    assert augmentation.risk(smooth, truth, jitter_std=1.0) < augmentation.risk(truth, truth, jitter_std=1.0)
    assert augmentation.risk(truth, truth) < 1e-20 < augmentation.risk(smooth, truth)
    for k in range(4):
        other = smooth.coefficients + 0.1 * np.eye(4)[k]
        worse = augmentation.risk(Curve(other, smooth.scale), truth, jitter_std=1.0)
        assert worse > augmentation.risk(smooth, truth, jitter_std=1.0)


@pytest.mark.parametrize("jitter_std", [0.5, 1.0])
def test_the_measured_shares_are_those_of_the_theory(jitter_std, rng):
    truth = Curve(np.array([0.0, 1.0, 0.5, 0.6]))
    share, error = augmentation.kept_by_jitter(truth, n=1000, copies=5, jitter_std=jitter_std, repeats=10, rng=rng)
    assert (np.abs(share - (1 + jitter_std**2) ** (-np.arange(1, 4) / 2)) < 4 * error).all()
    assert error.max() < 0.1


def test_risk_equals_its_monte_carlo_estimate(rng):
    curve, truth = Curve(np.array([0.1, 0.8])), Curve(np.array([0.0, 1.0, 0.5]))
    x = rng.normal(size=50_000)
    squares = (curve(x + 0.7 * rng.normal(size=len(x))) - truth(x)) ** 2
    assert abs(squares.mean() - augmentation.risk(curve, truth, jitter_std=0.7)) < 4 * squares.std() / np.sqrt(len(x))


def test_two_draws_estimate_the_variance_of_the_mean_without_bias_and_its_error_too(rng):
    options = {"copies": 1, "correlation": 0.0, "repeats": 2, "rng": rng}
    variances, errors = np.transpose([augmentation.variance_of_means(4, **options) for _ in range(1500)])
    assert variances.mean() == pytest.approx(1 / 4, abs=4 * variances.std() / np.sqrt(1500))
    assert errors.mean() == pytest.approx(variances.std(), rel=0.2)


def test_copies_that_correlate_by_one_half_are_worth_the_stated_number():
    assert augmentation.effective_samples(100, copies=3, correlation=0.5) == pytest.approx(150)


@pytest.mark.equation("6.1")
def test_the_copies_come_first_one_change_after_the_other_and_the_data_last(rng):
    X, y = rng.normal(size=(4, 2)), np.arange(4)
    bigger, labels = augmentation.augment_often(X, y, [lambda X: 2 * X, lambda X: 3 * X])
    np.testing.assert_array_equal(bigger, np.vstack([2 * X, 3 * X, X]))
    np.testing.assert_array_equal(labels, [*y, *y, *y])


def test_a_curve_is_a_hermite_series_of_the_input_over_its_scale(rng):
    x = rng.normal(size=9)
    expected = 0.5 + 2 * (x / 3) + 0.7 * ((x / 3) ** 2 - 1)
    np.testing.assert_allclose(Curve(np.array([0.5, 2.0, 0.7]), 3.0)(x), expected)
    np.testing.assert_allclose(Curve(np.array([0.0, 1.0]))(x), x)


def test_curves_are_sampled_at_gaussian_inputs_with_noise_of_the_stated_size(rng):
    truth = Curve(np.array([1.0, 2.0]))
    x, y = augmentation.sample_curve(truth, 4000, noise_std=0.25, rng=rng)
    for values, std in ((x, 1.0), (y - truth(x), 0.25)):
        assert abs(values.mean()) < 4 * std / np.sqrt(4000)
        assert values.std() == pytest.approx(std, rel=4 / np.sqrt(8000))


def test_without_jitter_the_shares_err_by_the_noise_over_the_norms_of_the_hermite_polynomials(rng):
    truth, n = Curve(np.array([0.0, 2.0, 0.5])), 100
    runs = [augmentation.kept_by_jitter(truth, n=n, copies=1, jitter_std=0.0, repeats=2, rng=rng) for _ in range(200)]
    shares, errors = np.swapaxes(runs, 0, 1)
    expected = 0.1**2 / (n * np.array([1.0, 2.0])) / truth.coefficients[1:] ** 2 / 2  # E[He_k^2] = k!, two data sets
    np.testing.assert_allclose((errors**2).mean(axis=0), expected, rtol=0.45)
    np.testing.assert_allclose(shares.var(axis=0), expected, rtol=0.45)


BAD = {
    "T must keep the shape": lambda: augmentation.augment(np.eye(2), np.zeros(2), lambda X: X[:1]),
    "y and X must have one row": lambda: augmentation.augment(np.eye(2), np.zeros(3), np.negative),
    "T must keep the shape \\(2, 2\\) of the inputs; got": lambda: augmentation.augment_often(
        np.eye(2), np.zeros(2), [lambda X: X[:1]]
    ),
    "y and X must have one row a sample each; got 1 and 2": lambda: augmentation.augment_often(np.eye(2), np.zeros(1), []),
    "x and y must have one row": lambda: augmentation.fit_curve(np.ones(3), np.ones(2), degree=1),
    "degree must be at least 0 and at most 2; got 3": lambda: augmentation.fit_curve(np.ones(3), np.ones(3), degree=3),
    "truth must have no coefficient zero": lambda: augmentation.kept_by_jitter(
        Curve(np.array([0.0, 0.0, 1.0])), n=9, copies=1, jitter_std=1.0, repeats=2, rng=np.random.default_rng(0)
    ),
    "correlation must be at most 1": lambda: augmentation.effective_samples(3, copies=2, correlation=1.5),
    "jitter_std must be at least 0": lambda: augmentation.jittered(Curve(np.ones(2)), jitter_std=-1.0),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
