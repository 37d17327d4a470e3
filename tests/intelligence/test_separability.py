"""Which truth tables one neuron computes, with proofs both ways."""

from itertools import permutations, product

import numpy as np
import pytest

from principles.intelligence import separability, threshold
from principles.intelligence.threshold import Neuron

KNOWN = {1: 4, 2: 14, 3: 104, 4: 1882}  # Muroga (1971); OEIS A000609


@pytest.mark.parametrize("n", [1, 2])
def test_programming_and_trying_find_the_same_tables(n):
    assert separability.tables_by_programming(n) == separability.tables_by_trying(n, largest=2)


def kinds_of_tables(n):
    """The tables of n inputs in classes: the same up to naming and negating inputs, and negating the output."""
    X, kinds = threshold.inputs(n), {}
    moves = [
        (X[:, order] ^ np.array(flips)) @ (1 << np.arange(n))[::-1]
        for order in map(list, permutations(range(n)))
        for flips in product((0, 1), repeat=n)
    ]
    for table in product((0, 1), repeat=2**n):
        images = {tuple(np.array(table)[move] ^ flip) for move in moves for flip in (0, 1)}
        kinds.setdefault(min(images), images)
    return kinds


def test_of_the_fourteen_kinds_of_tables_of_three_inputs_programming_and_trying_find_the_same():
    kinds, found = kinds_of_tables(3), separability.tables_by_trying(3, largest=2)
    assert len(kinds) == 14
    for table, images in kinds.items():
        computable = separability.separate(threshold.inputs(3), np.array(table)).gap > 1e-9
        assert len(images & found) == (len(images) if computable else 0)


@pytest.mark.parametrize(("n", "largest"), [(1, 1), (2, 1), (3, 2), (4, 3)])
def test_the_number_of_threshold_functions_is_the_known_one(n, largest):
    assert len(separability.tables_by_trying(n, largest=largest)) == KNOWN[n]


@pytest.mark.parametrize("table", list(product((0, 1), repeat=4)))
def test_either_a_neuron_exists_or_a_proof_that_none_does(table):
    X, y = threshold.inputs(2), np.array(table)
    found, proof = separability.separate(X, y), separability.impossibility(X, y)
    assert (found.gap > 1e-9) == (proof is None)
    if proof is None:
        middle = Neuron(tuple(found.weights), found.threshold)
        assert threshold.fires(middle, X).tolist() == list(table)
    else:
        assert proof.min() >= 0
        assert proof.sum() == pytest.approx(1)
        np.testing.assert_allclose(separability.contradiction(X, y, proof), 0, atol=1e-12)


def test_every_input_takes_part_in_the_proof_for_xor():
    proof = separability.impossibility(threshold.inputs(2), np.array([0, 1, 1, 0]))
    np.testing.assert_allclose(proof, 0.25, atol=1e-12)


def test_the_gaps_of_and_and_of_its_negation_are_a_third_and_that_of_xor_is_zero():
    X = threshold.inputs(2)
    for table in ([0, 0, 0, 1], [1, 1, 1, 0]):
        assert separability.separate(X, np.array(table)).gap == pytest.approx(1 / 3)
    assert str(separability.separate(X, np.array([0, 1, 1, 0])).gap) == "0.0"


def test_conditions_are_added_up_with_their_weights():
    total = separability.contradiction(np.array([[0, 1], [1, 1]]), np.array([0, 1]), np.array([2, 3]))
    assert total.tolist() == [3, -2 + 3, 2 - 3]


def test_trying_meets_what_neurons_with_weights_of_minus_one_zero_and_one_compute():
    X = threshold.inputs(3)
    neurons = [Neuron(w, θ) for w in product((-1, 0, 1), repeat=3) for θ in range(-3, 5)]
    tables = {tuple(threshold.fires(neuron, X).tolist()) for neuron in neurons}
    assert len(tables) < KNOWN[3]
    assert separability.tables_by_trying(3, largest=1) == tables


def test_programming_decides_every_table_of_three_inputs(monkeypatch):
    found = separability.tables_by_trying(3, largest=2)
    monkeypatch.setattr(separability, "separate", lambda X, y: separability.Separation(y, 0.0, float(tuple(y.tolist()) in found)))
    assert separability.tables_by_programming(3) == found


def test_outputs_that_are_not_binary_are_refused(as_users_run):
    with pytest.raises(ValueError, match="outputs must be binary"):
        separability.separate(threshold.inputs(1), np.array([0, 2]))
    with pytest.raises(ValueError, match="one row a sample"):
        separability.impossibility(threshold.inputs(2), np.array([0, 1]))


def test_trying_too_many_weights_is_refused(as_users_run):
    with pytest.raises(ValueError, match="at most 20000; got 28561"):
        separability.tables_by_trying(4, largest=6)
