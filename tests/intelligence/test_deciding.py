"""What the past is worth to a perfect agent."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from principles.intelligence import deciding
from principles.intelligence.deciding import Problem

unit = st.floats(0.05, 0.95)


def random_problem(a, b, prior, losses):
    return Problem(np.array([prior, 1 - prior]), np.array(losses).reshape(2, 2), np.array([a, b]))


problems = st.builds(random_problem, unit, unit, unit, st.lists(st.floats(0, 10), min_size=4, max_size=4))


@settings(max_examples=25, deadline=None)
@given(problem=problems)
def test_more_past_never_hurts_and_never_beats_being_told(problem):
    losses = [deciding.loss_with_history(problem, n) for n in range(6)]
    assert (np.diff(losses) <= 1e-9).all()
    assert deciding.loss_with_state(problem) <= losses[-1] + 1e-9


@settings(max_examples=25, deadline=None)
@given(problem=problems, n=st.integers(0, 6))
def test_the_count_is_a_sufficient_statistic(problem, n):
    assert deciding.loss_with_count(problem, n) == pytest.approx(deciding.loss_with_history(problem, n))


def test_a_long_past_is_as_good_as_being_told():
    problem = Problem(np.array([0.5, 0.5]), np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.1, 0.9]))
    assert deciding.loss_with_history(problem, 0) == 0.5
    assert deciding.loss_with_history(problem, 13) < deciding.loss_with_state(problem) + 1e-4


def test_the_past_is_worth_nothing_when_one_action_is_always_best():
    problem = Problem(np.array([0.3, 0.7]), np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([0.1, 0.9]))
    assert deciding.value_of_history(problem, 8) == pytest.approx(0, abs=1e-12)


def test_bayes_loss_of_one_look_by_hand():
    likelihood = np.array([[0.8, 0.3], [0.2, 0.7]])
    assert deciding.bayes_loss(np.array([0.5, 0.5]), likelihood, 1.0 - np.eye(2)) == pytest.approx(0.5 * (0.3 + 0.2))


def test_no_rule_from_observations_to_actions_beats_the_bayes_loss(rng):
    prior, likelihood, loss = rng.dirichlet(np.ones(2)), rng.dirichlet(np.ones(3), size=2).T, rng.random((4, 2))
    likelihood[:, 0] = [0.0, 0.4, 0.6]  # the first observation never happens in the first state
    rules = product(range(4), repeat=3)
    losses = [sum(prior[s] * likelihood[o, s] * loss[rule[o], s] for o in range(3) for s in range(2)) for rule in rules]
    assert deciding.bayes_loss(prior, likelihood, loss) == pytest.approx(min(losses))


def test_a_history_is_as_likely_as_the_product_of_its_events():
    chance = np.array([0.2, 0.0, 1.0])
    past = deciding.histories(3)
    assert past.tolist() == [list(row) for row in product((0, 1), repeat=3)]
    expected = np.where(past[:, :, None] == 1, chance, 1 - chance).prod(axis=1)
    np.testing.assert_allclose(deciding.history_likelihood(chance, past), expected)


def test_being_told_and_one_event_by_hand():
    told = Problem(np.array([0.3, 0.7]), np.array([[0.0, 5.0], [2.0, 1.0]]), np.array([0.0, 1.0]))
    assert deciding.loss_with_state(told) == pytest.approx(0.3 * 0 + 0.7 * 1)
    guess = Problem(np.array([0.5, 0.5]), 1 - np.eye(2), np.array([0.1, 0.9]))
    assert deciding.value_of_history(guess, 1) == pytest.approx(0.5 - 0.1)


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_the_loss_on_a_markov_chain_follows_from_the_law_of_its_present_state(steps, rng):
    move, start, loss = rng.dirichlet(np.ones(3), size=3), rng.dirichlet(np.ones(3)), rng.random((2, 3))
    present = start @ np.linalg.matrix_power(move, steps - 1)
    least = sum(present[s] * min(move[s] @ costs for costs in loss) for s in range(3))
    assert deciding.markov_losses(move, start, loss, steps) == pytest.approx((least, least))


@settings(max_examples=25, deadline=None)
@given(a=unit, b=unit, c=unit, steps=st.integers(1, 6))
def test_the_present_state_of_a_markov_chain_makes_its_past_worthless(a, b, c, steps):
    move, start = np.array([[a, 1 - a], [b, 1 - b]]), np.array([c, 1 - c])
    whole, present = deciding.markov_losses(move, start, np.array([[0.0, 10.0], [1.0, 1.0]]), steps)
    assert whole == pytest.approx(present)


BAD = [
    (lambda: Problem(np.array([0.5, 0.6]), np.eye(2), np.array([0.1, 0.2])), "prior must sum to 1"),
    (lambda: Problem(np.array([0.5, 0.5]), np.eye(2), np.array([0.1, 1.2])), "chance must lie between 0 and 1"),
    (lambda: Problem(np.array([0.5, 0.5]), np.eye(2), np.array([0.1, -0.2])), "chance must lie between 0 and 1"),
    (lambda: deciding.history_likelihood(np.array([0.5, 1.5]), np.array([[0, 1]])), "chance must lie between 0 and 1"),
    (lambda: deciding.history_likelihood(np.array([-0.5]), np.array([[0, 1]])), "chance must lie between 0 and 1"),
    (lambda: deciding.history_likelihood(np.array([0.5]), np.array([[0, 2]])), "past must hold events"),
    (lambda: deciding.bayes_loss(np.array([0.5, 0.5]), np.array([[2.0, 2.0], [-1.0, -1.0]]), np.eye(2)), "not be negative"),
    (lambda: deciding.bayes_loss(np.array([0.5, 0.5]), np.ones((1, 2)), np.full((2, 2), np.nan)), "loss must be finite"),
    (lambda: deciding.markov_losses(np.eye(3), np.array([0.5, 0.5]), np.eye(2), 2), r"move must have shape \(2, 2\)"),
    (lambda: deciding.bayes_loss(np.array([0.5, 0.5]), np.full((1, 2), 0.9), np.eye(2)), "columns of likelihood must sum to 1"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[m for _, m in BAD])
def test_bad_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
