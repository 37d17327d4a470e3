"""Which truth tables one neuron computes, with proofs both ways."""

from itertools import product

import numpy as np
import pytest

from principles.intelligence import separability, threshold
from principles.intelligence.threshold import Neuron

KNOWN = {1: 4, 2: 14, 3: 104, 4: 1882}  # Muroga (1971); OEIS A000609


@pytest.mark.parametrize("n", [1, 2, 3])
def test_programming_and_trying_find_the_same_tables(n):
    assert separability.tables_by_programming(n) == separability.tables_by_trying(n, largest=2)


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


def test_the_gap_of_and_is_a_third():
    found = separability.separate(threshold.inputs(2), np.array([0, 0, 0, 1]))
    assert found.gap == pytest.approx(1 / 3)


def test_outputs_that_are_not_binary_are_refused(as_users_run):
    with pytest.raises(ValueError, match="outputs must be binary"):
        separability.separate(threshold.inputs(1), np.array([0, 2]))
    with pytest.raises(ValueError, match="one row a sample"):
        separability.impossibility(threshold.inputs(2), np.array([0, 1]))
