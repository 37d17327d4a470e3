"""Threshold neurons compute logic, arithmetic, and any Boolean function."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from principles.intelligence import diagonal, threshold
from principles.intelligence.threshold import AND, NOT, OR, XOR, Network, Neuron


def test_settings_of_the_inputs_count_upwards():
    assert threshold.inputs(3).tolist() == [list(row) for row in product((0, 1), repeat=3)]


def test_a_network_without_hidden_neurons_is_constant():
    X = threshold.inputs(2)
    outputs = [threshold.respond(Network((), Neuron((), θ)), X).tolist() for θ in (-1, 0, 1)]
    assert outputs == [[1] * 4, [1] * 4, [0] * 4]


@pytest.mark.parametrize(("neuron", "oracle"), [(AND, np.logical_and), (OR, np.logical_or)], ids=["and", "or"])
def test_two_input_gates_agree_with_numpy_logic(neuron, oracle):
    X = threshold.inputs(2)
    assert threshold.fires(neuron, X).tolist() == oracle(X[:, 0], X[:, 1]).astype(int).tolist()


def test_not_negates():
    assert threshold.fires(NOT, threshold.inputs(1)).tolist() == [1, 0]


def test_two_layers_compute_xor():
    X = threshold.inputs(2)
    assert threshold.respond(XOR, X).tolist() == (X[:, 0] ^ X[:, 1]).tolist()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_two_layer_construction_computes_every_boolean_function(n):
    X = threshold.inputs(n)
    for code in range(2 ** (2**n)):
        table = (code >> np.arange(2**n)) & 1
        assert threshold.respond(threshold.network_for(table), X).tolist() == table.tolist()


def test_the_adder_adds_all_pairs_of_five_bit_numbers():
    a, b = np.meshgrid(np.arange(32), np.arange(32))
    np.testing.assert_array_equal(threshold.add(a, b, bits=5), a + b)


@settings(max_examples=20, deadline=None)
@given(a=st.integers(0, 2**20 - 1), b=st.integers(0, 2**20 - 1))
def test_the_adder_adds_like_python(a, b):
    assert int(threshold.add(np.array(a), np.array(b), bits=20)) == a + b


@pytest.mark.parametrize("n", [1, 2, 3])
def test_no_list_of_programs_contains_its_flipped_diagonal(n):
    tables = diagonal.all_tables(n)
    assert len({table.tobytes() for table in tables}) == 2 ** (n * n)
    assert diagonal.rows_equal_to_their_diagonal(tables).max() == 0


def test_a_row_that_equals_the_flipped_vector_would_be_counted(monkeypatch):
    table = np.array([[0, 1], [1, 1]])
    assert diagonal.flipped_diagonal(table).tolist() == [1, 0]
    assert diagonal.rows_equal_to_their_diagonal(np.array([table])).tolist() == [0]
    monkeypatch.setattr(diagonal, "flipped_diagonal", lambda table: table[0])
    assert diagonal.rows_equal_to_their_diagonal(np.array([[[0, 1, 0], [0, 1, 0], [1, 1, 1]]])).tolist() == [2]


BAD = [
    (lambda: threshold.inputs(0), "n must be at least 1"),
    (lambda: threshold.fires(AND, np.array([0.5, 1])), "x must be binary, 0 or 1; got 0.5"),
    (lambda: threshold.fires(Neuron((1,), 1), np.array([0, 1])), "got 2 inputs and 1 weights"),
    (lambda: threshold.network_for(np.array([0, 1, 1])), "2, 4, 8, ... entries; got 3"),
    (lambda: threshold.network_for(np.array([0, 2])), "table must be binary"),
    (lambda: threshold.add(np.array(9), np.array(1), bits=3), "a must fit into 3 bits, 0 to 7; got 9"),
    (lambda: threshold.add(np.array(1), np.array(8), bits=3), "b must fit into 3 bits, 0 to 7; got 8"),
    (lambda: threshold.add(np.array(-1), np.array(1), bits=3), "a must fit into 3 bits, 0 to 7; got -1"),
    (lambda: threshold.network_for(np.array([1])), "2, 4, 8, ... entries; got 1"),
    (lambda: diagonal.flipped_diagonal(np.ones((2, 3), int)), "table must be square"),
    (lambda: diagonal.flipped_diagonal(5 * np.eye(2, dtype=int)), "table must hold outputs 0 or 1"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[m for _, m in BAD])
def test_bad_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message.replace(".", r"\.").replace("^", r"\^")):
        call()
