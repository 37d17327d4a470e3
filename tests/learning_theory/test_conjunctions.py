"""The elimination learner against its description step by step, enumeration and exact probabilities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from principles.learning_theory import conjunctions as cj
from principles.learning_theory import pac
from principles.learning_theory.shattering import all_labellings


@pytest.mark.result("Example 13.2")
def test_the_two_inputs_of_the_example():
    c = np.array([True, False, True, True, False])
    assert cj.predict(c, np.array([[1, 0, 0, 1, 1], [1, 1, 1, 1, 0]])).tolist() == [False, True]


@pytest.mark.result("Example 13.2")
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31))
def test_elimination_drops_literals_one_sample_at_a_time(seed):
    rng = np.random.default_rng(seed)
    X, target = rng.integers(0, 2, size=(12, 5)), rng.random(5) < 0.4
    y = np.array([all(x[i] for i in range(5) if target[i]) for x in X])
    literals = set(range(5))
    for x, label in zip(X, y):
        if label:
            literals -= {i for i in range(5) if x[i] == 0}
    found = cj.eliminate(X, y)
    assert set(np.flatnonzero(found)) == literals
    assert (cj.predict(found, X) == y).all()
    assert cj.errors(found, target, all_labellings(5).astype(int))[0] == 0


@pytest.mark.parametrize("probability", [0.3, 0.8])
def test_the_risk_is_the_weight_of_the_disagreements(probability, rng):
    X = all_labellings(6)
    weights = np.where(X, probability, 1 - probability).prod(axis=1)
    for _ in range(10):
        f, c = rng.random(6) < 0.5, rng.random(6) < 0.5
        wrong = weights @ (cj.predict(f, X.astype(int)) != cj.predict(c, X.astype(int)))
        assert cj.risk(f, c, probability=probability) == pytest.approx(wrong, abs=1e-12)


@pytest.mark.result("Example 13.2")
def test_the_risk_is_at_most_the_sum_of_its_terms_and_not_vacuously(rng):
    X, target = rng.integers(0, 2, size=(300, 6)), np.array([True, False, False, False, True, False])
    terms = cj.risk_terms(target, X)
    by_hand = [np.mean([bool(x[0] and x[4] and not x[i]) for x in X]) for i in range(6)]
    np.testing.assert_allclose(terms, by_hand)
    for extra in range(1, 4):
        f = target.copy()
        f[extra] = True
        assert sum(cj.errors(f, target, X)) == pytest.approx(terms[extra])
    everything = np.ones(6, dtype=bool)
    assert 0 < sum(cj.errors(everything, target, X)) <= terms.sum()


@pytest.mark.result("Example 13.2")
@pytest.mark.parametrize(("n", "k", "probability"), [(3, 1, 0.6), (2, 0, 0.5), (3, 2, 0.7)])
def test_exact_failure_equals_a_sum_over_all_data_sets(n, k, probability):
    d, ε = 3, 0.15
    target = np.arange(d) < k
    X = all_labellings(d).astype(int)
    weights = np.where(X == 1, probability, 1 - probability).prod(axis=1)
    risk = {}
    total = 0.0
    for chosen in np.ndindex(*(len(X),) * n):
        f = cj.eliminate(X[list(chosen)], cj.predict(target, X[list(chosen)]))
        key = f.tobytes()
        risk.setdefault(key, cj.risk(f, target, probability=probability))
        total += weights[list(chosen)].prod() * (risk[key] >= ε)
    exact = cj.exact_failure(n, d=d, k=k, probability=probability, epsilon=ε)
    assert exact == pytest.approx(total, abs=1e-12)


@pytest.mark.result("Example 13.2")
def test_a_risk_of_just_epsilon_is_a_failure_and_without_foreign_literals_there_is_none():
    assert cj.exact_failure(1, d=2, k=1, probability=0.5, epsilon=0.25) == pytest.approx(0.75)
    assert cj.exact_failure(1, d=2, k=1, probability=0.5, epsilon=0.26) == 0
    assert cj.exact_failure(5, d=2, k=2, probability=0.5, epsilon=0.01) == 0


@pytest.mark.result("Example 13.2")
@pytest.mark.parametrize(("d", "k", "probability", "n"), [(20, 2, 0.8, 25), (10, 1, 0.5, 6), (10, 0, 0.9, 12)])
def test_simulated_failures_match_the_exact_rate_and_stay_under_the_bound(d, k, probability, n, rng):
    target = np.arange(d) < k
    draw = cj.independent_bits(d, target, probability=probability)
    found = pac.risks(cj.eliminate, draw, lambda f: cj.risk(f, target, probability=probability), n=n, trials=500, rng=rng)
    failures = pac.rate(found >= 0.1)
    exact = cj.exact_failure(n, d=d, k=k, probability=probability, epsilon=0.1)
    assert abs(failures.value - exact) < 4 * failures.standard_error
    assert exact <= cj.failure_bound(n, d=d, epsilon=0.1)


@pytest.mark.result("Example 13.2")
@pytest.mark.parametrize("d", [2, 20, 500])
def test_at_the_sample_size_the_bound_is_delta(d):
    n = cj.sample_size(d=d, epsilon=0.1, delta=0.05)
    above, below = int(np.ceil(n)), int(np.floor(n))
    assert cj.failure_bound(above, d=d, epsilon=0.1) <= 0.05 <= cj.failure_bound(below, d=d, epsilon=0.1)
    assert cj.failure_bound(above, d=d, epsilon=0.1) > 0.045 * (1 - 1 / d)


def test_resampling_draws_labelled_rows(rng):
    X, target = np.array([[1, 0], [1, 1], [0, 1]]), np.array([True, False])
    inputs, labels = cj.resampled(X, target)(3000, rng)
    assert (labels == (inputs[:, 0] == 1)).all()
    shares = [(inputs == row).all(axis=1).mean() for row in X]
    np.testing.assert_allclose(shares, 1 / 3, atol=4 * np.sqrt(2 / 9 / 3000))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cj.predict(np.ones(3, bool), np.array([[1, 0, 0.5]])), "X must hold zeros and ones; entry .0, 2. is 0.5"),
        (lambda: cj.predict(np.array([1, 0]), np.array([[0, 1]])), "literals must be 2 truth values"),
        (lambda: cj.eliminate(np.array([[0, 1]]), np.array([1, 0])), "y must have one label a row of X; got 2 and 1"),
        (lambda: cj.eliminate(np.array([[0, 1]]), np.array([-1])), "y must hold zeros and ones"),
        (lambda: cj.eliminate(np.array([[0, 1]]), np.array(1)), "y must have 1 axes"),
        (lambda: cj.independent_bits(2, np.array([True]), probability=0.5), "target must be 2 truth values"),
        (lambda: cj.resampled(np.array([[0.5]]), np.array([True])), "X must hold zeros and ones"),
        (lambda: cj.sample_size(d=3, epsilon=0.0, delta=0.1), "epsilon must be above 0"),
        (lambda: cj.failure_bound(3, d=0, epsilon=0.1), "d must be at least 1"),
        (lambda: cj.exact_failure(3, d=2, k=3, probability=0.5, epsilon=0.1), "k must be at least 0 and at most 2"),
        (lambda: cj.risk(np.array([True]), np.array([True]), probability=1.5), "probability must be at most 1"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
