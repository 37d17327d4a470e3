"""Level and power against closed forms, scipy, and laws that differ in a known way."""

from functools import partial

import numpy as np
import pytest
from scipy import stats

from principles.adversarial import classifier_test, discriminator, two_sample


def normal(shift=0.0, scale=1.0, d=1):
    return lambda n, rng: shift + scale * rng.standard_normal((n, d))


def test_the_statistic_is_the_difference_of_the_means(rng):
    A, B = rng.normal(size=(2, 30, 3))
    value = two_sample.mean_difference(np.vstack([A, B]), two_sample.truth(30))[0]
    assert value == pytest.approx(np.linalg.norm(A.mean(axis=0) - B.mean(axis=0)))


@pytest.mark.equation("16.1")
@pytest.mark.parametrize(("level", "n", "std"), [(0.05, 50, 1.0), (0.01, 7, 3.0)])
def test_the_gaussian_threshold_keeps_the_level(level, n, std):
    t = two_sample.gaussian_threshold(level, n=n, std=std)
    assert 2 * stats.norm.sf(t, scale=std * np.sqrt(2 / n)) == pytest.approx(level)


@pytest.mark.equation("16.2")
def test_gaussian_power_equals_simulation(rng):
    shift, n = np.array([0.0, 0.3, -0.6]), 20
    t = two_sample.gaussian_threshold(0.1, n=n, std=2.0)
    means = rng.normal(size=(2, 40_000)) * 2 / np.sqrt(n)
    simulated = [(np.abs(means[0] + s - means[1]) > t).mean() for s in shift]
    assert two_sample.gaussian_power(t, shift, n=n, std=2.0) == pytest.approx(simulated, abs=4 * np.sqrt(0.25 / 40_000))


@pytest.mark.result("Example 16.1")
@pytest.mark.equation("16.1")
@pytest.mark.parametrize("statistic", [two_sample.mean_difference, two_sample.kernel_discrepancy])
def test_a_permutation_test_keeps_its_level_for_skewed_data(statistic, rng):
    test = two_sample.PermutationTest(statistic, level=0.2, relabellings=19)
    rate = two_sample.level(test, lambda n, r: r.exponential(size=(n, 1)) ** 2, n=8, repeats=500, rng=rng)
    assert rate.share == pytest.approx(0.2, abs=4 * rate.standard_error)
    assert rate.standard_error == pytest.approx(np.sqrt(rate.share * (1 - rate.share) / 500))


@pytest.mark.result("Example 16.1")
def test_threshold_and_p_value_tell_the_same(rng):
    test = two_sample.PermutationTest(two_sample.mean_difference, level=0.1, relabellings=99)
    told = []
    for seed in range(40):
        A, B = rng.normal(size=(12, 1)), rng.normal(size=(12, 1)) + 0.5
        above = np.abs(A.mean() - B.mean()) > test.threshold(A, B, rng=np.random.default_rng(seed))
        told.append((above, test.rejects(A, B, rng=np.random.default_rng(seed))))
    assert all(a == b for a, b in told)
    assert 0 < np.mean([a for a, _ in told]) < 1


def test_the_p_value_equals_scipys(rng):
    A, B = rng.normal(size=(10, 1)), rng.normal(size=(10, 1)) + 0.7
    ours = two_sample.PermutationTest(two_sample.mean_difference, relabellings=4000).p_value(A, B, rng=rng)
    peer = stats.permutation_test(
        (A[:, 0], B[:, 0]), lambda a, b: abs(a.mean() - b.mean()), alternative="greater", n_resamples=4000, rng=rng
    )
    assert ours == pytest.approx(peer.pvalue, abs=0.03)


def test_a_statistic_may_tell_the_first_set_from_the_second(rng):
    test = two_sample.PermutationTest(lambda pooled, labels: labels @ pooled[:, 0], relabellings=39)
    assert test.values(np.array([[5.0], [6.0]]), np.array([[1.0], [2.0]]), rng=rng)[0] == 8


def test_the_least_p_value_counts_the_true_labelling(rng):
    test = two_sample.PermutationTest(two_sample.mean_difference, relabellings=39)
    assert test.p_value(np.arange(20.0)[:, None], 100 + np.arange(20.0)[:, None], rng=rng) == 1 / 40


def test_the_kernel_statistic_is_similarity_within_less_similarity_between(rng):
    A, B = rng.normal(size=(6, 2)), rng.normal(size=(6, 2)) + 1
    pooled = np.vstack([A, B])
    width = np.median([np.sum((x - y) ** 2) for x in pooled for y in pooled if x is not y and (x != y).any()])
    k = lambda X, Y: np.mean([np.exp(-np.sum((x - y) ** 2) / (2 * width)) for x in X for y in Y])  # noqa: E731
    by_hand = k(A, A) + k(B, B) - 2 * k(A, B)
    assert two_sample.kernel_discrepancy(pooled, two_sample.truth(6)) == pytest.approx(by_hand)


@pytest.mark.equation("16.2")
def test_power_lies_on_the_closed_form_and_the_mean_sees_no_spread(rng):
    test = two_sample.PermutationTest(two_sample.mean_difference, relabellings=39)
    found = two_sample.power(test, normal(), normal(0.8), n=25, repeats=200, rng=rng)
    exact = two_sample.gaussian_power(two_sample.gaussian_threshold(0.05, n=25), np.array([0.8]), n=25)[0]
    assert found.share == pytest.approx(exact, abs=4 * found.standard_error + 0.02)
    kernel = two_sample.PermutationTest(two_sample.kernel_discrepancy, relabellings=39)
    blind, seeing = (two_sample.power(t, normal(), normal(scale=2.5), n=40, repeats=60, rng=rng).share for t in (test, kernel))
    assert blind < 0.2 < 0.8 < seeing


@pytest.mark.equation("16.1")
def test_relabellings_are_balanced_and_all_alike(rng):
    labels = two_sample.relabel(3, 4000, rng=rng)
    assert (labels.sum(axis=1) == 0).all()
    assert np.abs(labels.mean(axis=0)).max() < 4 / np.sqrt(4000)


@pytest.mark.result("Example 16.1")
def test_the_classifiers_p_value_is_fishers(rng):
    one, two = rng.random(20) < 0.7, rng.random(20) < 0.4
    table = [[one.sum(), 20 - one.sum()], [two.sum(), 20 - two.sum()]]
    assert classifier_test.p_value(one, two) == pytest.approx(stats.fisher_exact(table, alternative="greater").pvalue)
    assert classifier_test.statistic(one, two) == pytest.approx(one.mean() + 1 - two.mean())


@pytest.mark.result("Example 16.1")
@pytest.mark.parametrize(("held_out", "counted", "seen"), [(True, slice(2), slice(2, None)), (False, slice(None), slice(None))])
def test_the_second_half_trains_the_classifier_and_the_first_is_counted(held_out, counted, seen, rng):
    A, B = rng.normal(size=(5, 1)) + 1, rng.normal(size=(5, 1))
    one, two = (np.hstack([np.ones((5, 1)), D, D**2]) for D in (A, B))
    u = discriminator.fit(one[seen], two[seen], ridge=0.1)
    test = classifier_test.ClassifierTest(level=0.3, ridge=0.1, held_out=held_out)
    called = [(φ @ u > 0)[counted] for φ in (one, two)]
    assert [said.tolist() for said in test.answers(A, B)] == [said.tolist() for said in called]
    p = classifier_test.p_value(*called)
    assert test.rejects(A, B, rng=None) == (p <= 0.3)
    assert classifier_test.ClassifierTest(level=p, ridge=0.1, held_out=held_out).rejects(A, B, rng=None), "at the level, too"


@pytest.mark.equation("16.1", "16.2")
def test_held_out_rows_keep_the_level_and_seen_rows_lose_it(rng):
    estimate = partial(two_sample.level, draw=normal(d=10), n=30, repeats=60, rng=rng)
    fair, unfair = (estimate(classifier_test.ClassifierTest(degree=1, held_out=h)).share for h in (True, False))
    assert fair < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 60)
    assert unfair > 0.5


def test_cut_at_zero_the_statistic_says_nothing(rng):
    d, e = rng.random((2, 50))
    assert classifier_test.printed_statistic(d, e) == 1.0


def test_the_power_of_an_accuracy_is_binomial():
    n, a = 2000, 0.53
    threshold = stats.binom.isf(0.05, 2 * n, 0.5)
    assert classifier_test.accuracy_power(a, n=n) == pytest.approx(stats.binom.sf(threshold, 2 * n, a), abs=0.01)
    assert classifier_test.accuracy_power(0.5, n=n) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: two_sample.PermutationTest(two_sample.mean_difference, level=0.001), "level must be at least 0.005"),
        (lambda: two_sample.gaussian_threshold(1.5, n=3), "level must be below 1"),
        (lambda: two_sample.mean_difference(np.ones((4, 1)), np.ones((2, 3))), r"labels must have shape \(any, 4\)"),
        (lambda: two_sample.mean_difference(np.ones((4, 1)), np.ones((2, 4))), "labels must hold"),
        (lambda: two_sample.mean_difference(np.ones((2, 1)), np.array([[1.0, 1], [-1, -1]])), "labels must hold"),
        (lambda: two_sample.mean_difference(np.ones((2, 1)), np.array([[2.0, -2]])), "labels must hold"),
        (lambda: two_sample.kernel_discrepancy(np.ones((4, 1)), two_sample.truth(2)), "pooled must hold different rows"),
        (
            lambda: classifier_test.ClassifierTest().rejects(np.ones((4, 1)), np.ones((3, 1)), rng=None),
            "D1 and D2 must have equal",
        ),
        (lambda: classifier_test.p_value(np.ones(3), np.ones(3)), "one must hold truth values"),
        (lambda: classifier_test.accuracy_power(0.4, n=3), "accuracy must be at least 0.5"),
        (lambda: classifier_test.ClassifierTest(ridge=0.0), "ridge must be above 0"),
    ],
)
@pytest.mark.usefixtures("as_users_run")
def test_malformed_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_sets_of_other_sizes_are_refused(rng):
    with pytest.raises(ValueError, match="equal shapes"):
        two_sample.PermutationTest(two_sample.mean_difference).p_value(np.ones((3, 1)), np.ones((4, 1)), rng=rng)
