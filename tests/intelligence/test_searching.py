"""Looks until the keys are found: exact values, bounds, and the best plan."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from principles.intelligence import coding, searching

weights = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=9)


def normal(values):
    p = np.array(values)
    return p / p.sum()


def test_no_order_beats_the_most_probable_place_first(rng):
    p = rng.dirichlet(np.ones(6))
    best = searching.expected_looks(p, searching.best_order(p))
    everything = [searching.expected_looks(p, np.array(order)) for order in permutations(range(6))]
    assert best == pytest.approx(min(everything))


def test_places_of_equal_belief_are_searched_in_their_order(rng):
    belief = normal(rng.integers(1, 4, size=200))
    assert searching.best_order(belief).tolist() == sorted(range(200), key=lambda place: -belief[place])


@pytest.mark.parametrize(("n", "bound"), [(2, 1.0), (3, np.log2(3)), (6, 2.5), (8, 3.0), (16, 5.0)])
def test_the_bound_for_equal_places_by_hand(n, bound):
    assert searching.entropy_bound(np.full(n, 1 / n)) == pytest.approx(bound)
    assert searching.entropy_bound(np.array([0.99, 0.01])) == 1


def test_zipfs_weights_fall_as_a_power_of_the_rank():
    np.testing.assert_allclose(searching.zipf(4, exponent=1.0), np.array([12, 6, 4, 3]) / 25)
    np.testing.assert_allclose(searching.zipf(3, exponent=2.0), np.array([36, 9, 4]) / 49)


def test_a_miss_and_the_chance_to_find_by_hand():
    p = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(searching.after_a_miss(p, 0), [0, 0.6, 0.4])
    np.testing.assert_allclose(searching.after_a_miss(p, 1, detection=0.5), np.array([0.5, 0.15, 0.2]) / 0.85)
    assert searching.chance_found(p, np.array([0, 0, 1]), detection=0.6) == pytest.approx(0.5 * (1 - 0.4**2) + 0.3 * 0.6)


def test_without_a_prior_half_of_the_places_are_searched():
    n = 31
    assert searching.expected_looks(np.full(n, 1 / n), np.arange(n)) == pytest.approx((n + 1) / 2)


def test_expected_looks_agree_with_simulated_searches(rng):
    p = searching.zipf(12, exponent=1.0)
    where = rng.choice(12, p=p, size=100_000)
    looks = where + 1.0
    assert abs(looks.mean() - searching.expected_looks(p, np.arange(12))) < 4 * looks.std() / np.sqrt(len(looks))


@settings(max_examples=25, deadline=None)
@given(values=weights)
def test_the_entropy_bound_is_never_above_the_best_order(values):
    p = normal(values)
    assert searching.entropy_bound(p) <= searching.expected_looks(p, searching.best_order(p)) + 1e-9


@settings(max_examples=25, deadline=None)
@given(values=weights)
def test_each_look_is_a_yes_no_question(values):
    p = normal(values)
    order = searching.best_order(p)
    asked = np.minimum(np.arange(1, len(p) + 1), len(p) - 1) @ p[order]  # the last look need not be made
    assert asked >= coding.entropy(p) - 1e-9


def test_on_a_long_geometric_prior_the_bound_is_e_over_4_of_the_looks():
    p = normal(0.995 ** np.arange(8000))
    looks = searching.expected_looks(p, searching.best_order(p))
    assert searching.entropy_bound(p) / looks == pytest.approx(np.e / 4, rel=0.01)


@settings(max_examples=25, deadline=None)
@given(values=weights, detection=st.floats(0.1, 0.9))
def test_belief_after_many_misses_equals_bayes_in_one_go(values, detection):
    p = normal(values)
    places, history = searching.search_path(p, detection=detection, looks=7)
    visits = np.bincount(places, minlength=len(p))
    batch = p * (1 - detection) ** visits
    np.testing.assert_allclose(history[-1], batch / batch.sum(), rtol=1e-9)


def test_looking_at_the_likeliest_place_is_best_for_every_number_of_looks(rng):
    p = rng.dirichlet(np.ones(3))
    places, _ = searching.search_path(p, detection=0.6, looks=5)
    for k in range(1, 6):
        plans = [searching.chance_found(p, np.array(plan), detection=0.6) for plan in product(range(3), repeat=k)]
        assert searching.chance_found(p, places[:k], detection=0.6) == pytest.approx(max(plans))


def test_a_learned_prior_never_gives_up_on_a_place():
    prior = searching.learned_prior(np.array([5, 0, 1]))
    np.testing.assert_allclose(prior, np.array([6, 1, 2]) / 9)
    prior = searching.learned_prior(np.array([[2, 0], [0, 0]]), pseudocount=0.5)
    np.testing.assert_allclose(prior, [[5 / 6, 1 / 6], [0.5, 0.5]])


def test_two_searches_without_experience_differ_by_twice_their_standard_error(rng):
    means, errors = searching.learning_curve(np.array([0.75, 0.25]), np.zeros(20, int), runs=2, rng=rng)
    assert set(means) == {1.25, 1.5, 1.75}
    assert errors.tolist() == np.where(means == 1.5, 0.25, 0.0).tolist()


def test_one_find_says_where_to_look_first(rng):
    p = np.array([0.5, 0.2, 0.2, 0.1])
    (mean,), (error,) = searching.learning_curve(p, np.array([1]), runs=2000, rng=rng)
    again = p @ p  # the chance that the keys lie there again; else half of the other three places are searched
    assert abs(mean - (again + (1 - again) * 3)) < 4 * error < 0.1


def test_experience_shortens_the_search_and_no_experience_helps_nothing(rng):
    p = searching.zipf(16, exponent=1.2)
    means, errors = searching.learning_curve(p, np.array([0, 4, 64, 2000]), runs=300, rng=rng)
    assert abs(means[0] - 8.5) < 4 * errors[0]
    assert (np.diff(means) < 0).all()
    best = searching.expected_looks(p, searching.best_order(p))
    assert best <= means[-1] < 1.02 * best


def test_guided_looks_on_equal_places_build_the_balanced_tree():
    assert searching.guided_looks(np.full(15, 1 / 15)) == pytest.approx((1 + 2 * 2 + 4 * 3 + 8 * 4) / 15)


@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.floats(0.01, 1.0), min_size=2, max_size=6))
def test_guided_looks_equal_the_best_of_all_search_trees(values):
    p = normal(values)

    def best(places):
        if not places:
            return 0.0
        return sum(p[i] for i in places) + min(best(places[:k]) + best(places[k + 1 :]) for k in range(len(places)))

    looks = searching.guided_looks(p)
    assert looks == pytest.approx(best(tuple(range(len(p)))))
    assert looks >= coding.entropy(p) / np.log2(3) - 1e-9


BAD = [
    (lambda: searching.expected_looks(np.array([0.5, 0.5]), np.array([0, 0])), "order must list each of the 2 places once"),
    (lambda: searching.expected_looks(np.array([0.5, 0.6]), np.array([0, 1])), "must sum to 1"),
    (lambda: searching.after_a_miss(np.array([1.0, 0.0]), 0), "belief must leave a place"),
    (lambda: searching.after_a_miss(np.array([0.5, 0.5]), 0, detection=1.5), "detection must be at most 1.0"),
    (lambda: searching.after_a_miss(np.array([0.5, 0.5]), -1), "place must be at least 0 and at most 1"),
    (lambda: searching.chance_found(np.array([0.5, 0.5]), np.array([7]), detection=0.5), "places must lie between 0 and 1"),
    (lambda: searching.chance_found(np.array([0.5, 0.5]), np.array([2]), detection=0.5), "places must lie between 0 and 1"),
    (lambda: searching.chance_found(np.array([0.5, 0.5]), np.array([-1, 0]), detection=0.5), "places must lie between 0 and 1"),
    (lambda: searching.learned_prior(np.array([-3, 4])), "counts must not be negative; got -3"),
    (lambda: searching.learned_prior(np.array([1, 2]), pseudocount=0.0), "pseudocount must be above 0.0"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[m for _, m in BAD])
def test_bad_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
