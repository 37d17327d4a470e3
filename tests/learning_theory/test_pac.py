"""Learning as defined: success over data sets, and why it must hold for every distribution."""

import numpy as np
import pytest

from principles.learning_theory import conjunctions, pac


@pytest.mark.result("Definition 13.1")
def test_success_rate_is_the_exact_binomial_probability_of_seeing_a_rare_point(rng):
    # One variable, target empty: the learner keeps x1 (risk 1 - q) unless it sees x1 = 0 once.
    q, n = 0.8, 5
    target = np.array([False])
    found = pac.risks(
        conjunctions.eliminate,
        conjunctions.independent_bits(1, target, probability=q),
        lambda f: conjunctions.risk(f, target, probability=q),
        n=n,
        trials=1000,
        rng=rng,
    )
    success = pac.success_rate(found, epsilon=0.1)
    assert set(np.round(found, 9)) == {0.0, 0.2}
    assert abs(success.value - (1 - q**n)) < 4 * success.standard_error


@pytest.mark.result("Definition 13.1")
def test_success_means_strictly_below_epsilon():
    assert pac.success_rate(np.array([0.1, 0.1, 0.05, 0.2]), epsilon=0.1).value == 0.25
    assert pac.success_rate(np.array([0.0, 1.0]), epsilon=0.1).value == 0.5, "no risk and every risk are risks"


def test_the_rate_has_the_binomial_standard_error_and_never_claims_zero():
    assert pac.rate(np.array([True] * 30 + [False] * 70)).standard_error == pytest.approx(np.sqrt(0.21 / 100))
    assert pac.rate(np.zeros(50, dtype=bool)).standard_error == pytest.approx(np.sqrt(0.02 * 0.98 / 50))


def test_the_memoriser_is_wrong_on_unseen_positive_points(rng):
    labels = rng.integers(0, 2, size=40)
    seen = rng.integers(40, size=25)
    wrong = sum(labels[i] != (labels[i] if i in seen else 0) for i in range(40)) / 40
    assert pac.memoriser_risk(seen, labels) == pytest.approx(wrong)


def test_the_expected_risk_of_the_memoriser_is_the_unseen_mass(rng):
    risks = np.array([pac.memoriser_risk(rng.integers(60, size=30), np.ones(60, dtype=int)) for _ in range(2000)])
    assert abs(risks.mean() - pac.unseen_mass(60, 30)) < 4 * risks.std() / np.sqrt(2000)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pac.success_rate(np.array([0.1]), epsilon=0.0), "epsilon must be above 0"),
        (lambda: pac.success_rate(np.array([0.1]), epsilon=0.5), "epsilon must be below 0.5"),
        (lambda: pac.success_rate(np.array([1.5]), epsilon=0.1), "found must hold risks between 0 and 1"),
        (lambda: pac.success_rate(np.array([-0.5]), epsilon=0.1), "found must hold risks between 0 and 1"),
        (lambda: pac.memoriser_risk(np.array([2]), np.array([0, 1])), "seen must hold whole numbers of points, 0 to 1"),
        (lambda: pac.memoriser_risk(np.array([-1]), np.array([0, 1])), "seen must hold whole numbers of points, 0 to 1"),
        (lambda: pac.memoriser_risk(np.array([0.7]), np.array([0, 1])), "seen must hold whole numbers"),
        (lambda: pac.memoriser_risk(np.array([0]), np.array([0, 2])), "labels must be 0 or 1"),
        (lambda: pac.rate(np.array([0.3])), "outcomes must be 0 or 1 .* got 0.3"),
        (lambda: pac.unseen_mass(0, 3), "m must be at least 1"),
        (lambda: pac.rate(np.array([], dtype=bool)), "outcomes must not be empty"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
