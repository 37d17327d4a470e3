"""Boole and Bonferroni on random events with dependence of every kind."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from principles.learning_theory import unions


def world(seed, outcomes=30, n=6):
    rng = np.random.default_rng(seed)
    return rng.random((outcomes, n)) < rng.random(n), rng.dirichlet(np.ones(outcomes))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31))
def test_bonferronis_sums_alternate_around_the_union_and_end_on_it(seed):
    events, weights = world(seed)
    truth = sum(w for w, row in zip(weights, events) if any(row))
    partial = unions.bonferroni(events, weights)
    assert unions.union(events, weights) == pytest.approx(truth)
    assert (partial[0::2] >= truth - 1e-12).all()
    assert (partial[1::2] <= truth + 1e-12).all()
    assert partial[-1] == pytest.approx(truth)
    assert partial[0] == pytest.approx(unions.union_bound(events, weights))


def test_the_sums_over_subsets_are_binomial_moments_of_the_count():
    events, weights = world(3)
    signs = np.array([1, -1, 1, -1, 1, -1])
    np.testing.assert_allclose(np.cumsum(signs * unions.joint_sums(events, weights)), unions.bonferroni(events, weights))


def test_the_union_bound_is_tight_for_disjoint_events_and_n_times_too_large_for_equal_ones():
    weights = np.full(4, 0.25)
    assert unions.union_bound(np.eye(4, dtype=bool), weights) == unions.union(np.eye(4, dtype=bool), weights) == 1
    same = np.repeat([[True], [False], [False], [False]], 5, axis=1)
    assert unions.union_bound(same, weights) == 5 * unions.union(same, weights)


@pytest.mark.parametrize("seed", range(5))
def test_the_intersection_is_at_least_one_minus_the_complements(seed):
    events, weights = world(seed)
    events = events | (np.arange(30) < 26)[:, None]
    assert unions.intersection_bound(events, weights) <= unions.intersection(events, weights) + 1e-12
    complement = 1 - unions.union_bound(~events, weights)
    assert unions.intersection_bound(events, weights) == pytest.approx(complement)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: unions.union(np.ones((2, 2), dtype=bool), np.array([0.5, 0.6])), "weights must sum to 1"),
        (lambda: unions.union(np.ones((3, 2), dtype=bool), np.array([0.5, 0.5])), "a row for each of the 2 weights"),
        (lambda: unions.bonferroni(np.ones((2, 2)), np.array([0.5, 0.5])), "got dtype float64"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
