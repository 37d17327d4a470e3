"""Entropy, Huffman and Hamming against peers, enumeration and theory."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from principles.intelligence import coding, hamming

weights = st.lists(st.floats(0.001, 1.0), min_size=2, max_size=12)


def normal(values):
    p = np.array(values)
    return p / p.sum()


@settings(max_examples=25, deadline=None)
@given(values=weights)
def test_entropy_and_divergence_agree_with_scipy(values):
    p, q = normal(values), normal(values[::-1])
    assert coding.entropy(p) == pytest.approx(stats.entropy(p, base=2))
    assert coding.divergence(p, q) == pytest.approx(stats.entropy(p, q, base=2), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(values=weights)
def test_huffman_lies_between_the_entropy_and_one_bit_more(values):
    p = dict(enumerate(normal(values).tolist()))
    words = coding.huffman(p)
    assert coding.entropy(normal(values)) - 1e-9 <= coding.mean_length(p, words) < coding.entropy(normal(values)) + 1
    assert coding.kraft_sum(words) == pytest.approx(1)
    assert not any(a != b and b.startswith(a) for a, b in product(words.values(), repeat=2))


def test_what_never_happens_adds_no_bits():
    assert coding.entropy(np.array([0.5, 0.5, 0.0])) == 1
    assert coding.divergence(np.array([1.0, 0.0, 0.0]), np.array([0.25, 0.75, 0.0])) == 2


def test_equal_weights_are_merged_in_the_order_in_which_they_came():
    assert coding.huffman(dict.fromkeys("abcd", 1)) == {"a": "00", "b": "01", "c": "10", "d": "11"}
    assert coding.huffman({"a": 0.5, "b": 0.25, "c": 0.25}) == {"a": "0", "b": "10", "c": "11"}
    assert coding.huffman({"a": 0.25, "b": 0.0}) == {"a": "1", "b": "0"}


def test_counts_do_as_well_as_probabilities():
    words = {"a": "0", "b": "10", "c": "110"}
    assert coding.frequencies("abacaba") == {"a": 4 / 7, "b": 2 / 7, "c": 1 / 7}
    by_count, by_share = (coding.mean_length(p, words) for p in ({"a": 4, "b": 2, "c": 1}, coding.frequencies("abacaba")))
    assert by_count == pytest.approx(11 / 7)
    assert by_share == pytest.approx(11 / 7)
    assert coding.kraft_sum(words) == 7 / 8


def test_an_unfinished_word_at_the_end_is_dropped():
    assert coding.decode("0101101", {"a": "0", "b": "10", "c": "11"}) == ["a", "b", "c", "a"]


def test_huffman_is_the_shortest_of_all_prefix_codes(rng):
    p = rng.dirichlet(np.ones(5))
    lengths = [ls for ls in product(range(1, 5), repeat=5) if sum(2.0**-l for l in ls) <= 1]
    words = coding.huffman(dict(enumerate(p.tolist())))
    assert coding.mean_length(dict(enumerate(p.tolist())), words) == pytest.approx(min(p @ ls for ls in lengths))


def test_powers_of_two_meet_the_entropy_exactly():
    p = {k: 2.0**-k for k in range(1, 8)} | {"rest": 2.0**-7}
    assert coding.mean_length(p, coding.huffman(p)) == coding.entropy(np.array(list(p.values())))


@settings(max_examples=25, deadline=None)
@given(text=st.text(alphabet="abcdé ☂", min_size=2, max_size=60).filter(lambda t: len(set(t)) > 1))
def test_decoding_undoes_encoding(text):
    words = coding.huffman(coding.frequencies(text))
    assert "".join(coding.decode(coding.encode(text, words), words)) == text


def test_the_wrong_code_costs_the_divergence_when_lengths_are_whole():
    p, q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    words = coding.huffman(dict(enumerate(q.tolist())))
    wasted = coding.mean_length(dict(enumerate(p.tolist())), words) - coding.entropy(p)
    assert wasted == pytest.approx(coding.divergence(p, q))


def test_blocks_have_the_entropy_of_their_symbols_added_up():
    p = np.array([0.9, 0.1])
    assert coding.entropy(np.array(list(coding.blocks(p, 5).values()))) == pytest.approx(5 * coding.entropy(p))
    assert coding.blocks(p, 2) == pytest.approx({0: 0.81, 1: 0.09, 2: 0.09, 3: 0.01})


def test_the_zen_of_python_prints_nothing_and_reads_as_known(capsys):
    text = coding.zen()
    assert text.startswith("The Zen of Python, by Tim Peters")
    assert capsys.readouterr().out == ""


ALL = np.array(list(product((0, 1), repeat=4)))


def test_hamming_words_differ_in_three_places_at_least():
    words = hamming.encode(ALL)
    distances = {int((a != b).sum()) for a in words for b in words if (a != b).any()}
    assert min(distances) == 3
    assert not (words @ hamming.CHECK.T % 2).any()


@pytest.mark.parametrize("place", range(8))
def test_any_single_flip_is_corrected(place):
    words = hamming.encode(ALL)
    if place < 7:
        words[:, place] ^= 1
    assert hamming.decode(words).tolist() == ALL.tolist()


def test_any_two_flips_are_decoded_wrongly():
    for i in range(7):
        for j in range(i):
            words = hamming.encode(ALL)
            words[:, [i, j]] ^= 1
            assert (hamming.decode(words) != ALL).any(axis=1).all()


def test_errors_over_the_channel_agree_with_theory(rng):
    p, n = 0.05, 40_000
    data = rng.integers(0, 2, size=(n, 4))
    decoded = hamming.decode(hamming.flip(hamming.encode(data), probability=p, rng=rng))
    word = (decoded != data).any(axis=1)
    bit = (decoded != data).mean(axis=1)
    assert abs(word.mean() - hamming.word_error(np.array([p]))[0]) < 4 * word.std() / np.sqrt(n)
    assert abs(bit.mean() - hamming.bit_error(np.array([p]))[0]) < 4 * bit.std() / np.sqrt(n)


def test_the_bit_error_starts_as_nine_p_squared():
    p = np.array([1e-5])
    assert hamming.bit_error(p)[0] / p[0] ** 2 == pytest.approx(9, rel=1e-3)


def test_the_bit_error_of_a_useless_channel_is_one_half():
    assert hamming.bit_error(np.array([0.5]))[0] == pytest.approx(0.5)


def test_tiny_chances_of_a_lost_word_start_as_21_p_squared():
    p = np.array([1e-9])
    assert hamming.word_error(p)[0] / p[0] ** 2 == pytest.approx(21)


SHARES = np.array([0.0, 0.05, 0.3, 0.5, 0.8, 1.0])


@pytest.mark.parametrize("copies", [1, 3, 5, 7])
def test_a_majority_of_copies_errs_as_the_binomial_law_says(copies):
    np.testing.assert_allclose(hamming.repetition_error(SHARES, copies=copies), stats.binom.sf(copies // 2, copies, SHARES))


def test_hamming_errors_are_the_known_polynomials():
    p, q = SHARES, 1 - SHARES
    np.testing.assert_allclose(hamming.word_error(p), 1 - q**7 - 7 * p * q**6, atol=1e-15)
    known = 9 * p**2 * q**5 + 19 * p**3 * q**4 + 16 * p**4 * q**3 + 12 * p**5 * q**2 + 7 * p**6 * q + p**7
    np.testing.assert_allclose(hamming.bit_error(p), known, atol=1e-15)


def test_a_channel_that_never_or_always_flips_is_perfect(rng):
    words = hamming.encode(ALL)
    assert (hamming.flip(words, probability=0.0, rng=rng) == words).all()
    assert (hamming.flip(words, probability=1.0, rng=rng) == 1 - words).all()
    assert (hamming.flip(np.zeros(7, dtype=int), probability=1.0, rng=rng) == 1).all()
    assert (hamming.capacity(0.0), hamming.capacity(0.5), hamming.capacity(1.0)) == (1, 0, 1)


def test_bits_are_packed_in_rows_and_the_last_one_is_filled_with_zeros():
    assert hamming.pack("10111", size=3).tolist() == [[1, 0, 1], [1, 1, 0]]
    assert hamming.pack("1011", size=2).tolist() == [[1, 0], [1, 1]]


def test_the_rate_of_the_code_lies_below_capacity_where_it_works():
    assert hamming.capacity(0.01) > 4 / 7 > hamming.capacity(0.1)


BAD = [
    (lambda: coding.huffman({"a": 1.0}), "at least two symbols"),
    (lambda: coding.huffman({"a": np.nan, "b": 1.0}), "p must be finite"),
    (lambda: coding.huffman({"a": 0.0, "b": 0.0}), "not all zero"),
    (lambda: coding.huffman({"a": 2.0, "b": -1.0}), "not negative and not all zero; the least is -1"),
    (lambda: coding.mean_length({"z": 1.0}, {"a": "0"}), "'z' has none"),
    (lambda: coding.encode("z", {"a": "0"}), "message must hold symbols that have a word; 'z' has none"),
    (lambda: coding.decode("0x", {"a": "0", "b": "1"}), "bits must hold 0 and 1 only; got 'x'"),
    (lambda: hamming.word_error(np.array([1.5])), "p must lie between 0 and 1"),
    (lambda: hamming.flip(np.array([0, 2]), probability=0.1, rng=np.random.default_rng(0)), "bits must be 0 or 1; got 2"),
    (lambda: hamming.pack("012", size=4), "bits must be a string of 0 and 1"),
    (lambda: coding.entropy(np.array([0.5, 0.4])), "must sum to 1"),
    (lambda: coding.divergence(np.array([0.5, 0.5]), np.array([1.0, 0.0])), "q must be positive wherever p is"),
    (lambda: hamming.encode(np.array([[0, 1, 2, 0]])), "data must hold bits, 0 or 1; got 2"),
    (lambda: hamming.decode(np.zeros((1, 6), int)), "rows of 7 bits"),
    (lambda: hamming.bit_error(np.array([-0.5])), "p must lie between 0 and 1"),
    (lambda: hamming.flip(np.zeros(3, int), probability=1.2, rng=np.random.default_rng(0)), "probability must be at most 1.0"),
    (lambda: hamming.repetition_error(np.array([0.1]), copies=2), "copies must be odd"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[m for _, m in BAD])
def test_bad_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
