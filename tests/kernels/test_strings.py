"""String kernels: dynamic programming against features written out, and edit distance."""

from functools import lru_cache, partial
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from principles.kernels import mercer, strings

WORDS = st.text(alphabet="abc", max_size=7)


def recursive_distance(s, t):
    @lru_cache(None)
    def d(i, j):
        if min(i, j) == 0:
            return i + j
        return min(d(i - 1, j) + 1, d(i, j - 1) + 1, d(i - 1, j - 1) + (s[i - 1] != t[j - 1]))

    return d(len(s), len(t))


@settings(deadline=None, max_examples=60)
@given(s=WORDS, t=WORDS, length=st.integers(1, 4), decay=st.sampled_from([0.3, 0.5, 1.0]))
def test_dynamic_programming_is_the_inner_product_of_written_out_features(s, t, length, decay):
    left, right = (strings.subsequence_features(x, length=length, decay=decay) for x in (s, t))
    expected = sum(value * right.get(u, 0.0) for u, value in left.items())
    assert strings.subsequence_kernel([s], [t], length=length, decay=decay)[0, 0] == pytest.approx(expected, rel=1e-10, abs=1e-14)


@settings(deadline=None, max_examples=60)
@given(s=WORDS, t=WORDS)
def test_edit_distance_is_the_recursive_definition(s, t):
    assert strings.edit_distance([s], [t])[0, 0] == recursive_distance(s, t)


def test_pairs_of_a_batch_do_not_disturb_each_other(rng):
    S = ["", "a", "banana", "bandana and ananas"]
    for function in (strings.edit_distance, partial(strings.subsequence_kernel, length=3, decay=0.5)):
        alone = [[function([s], [t])[0, 0] for t in S] for s in S]
        np.testing.assert_allclose(function(S, S), alone, rtol=1e-12)


def test_the_notes_strings_are_twenty_edits_apart():
    assert strings.edit_distance(["this string is interesting"], ["txws sbhtqg is atso iyubqtnhpqg"])[0, 0] == 20


@pytest.mark.parametrize(("n", "length"), [(6, 2), (10, 5), (12, 6)])
def test_distinct_letters_have_a_feature_for_every_choice_of_positions(n, length):
    assert len(strings.subsequence_features("abcdefghijkl"[:n], length=length, decay=0.5)) == comb(n, length)


@pytest.mark.equation("3.8")
@pytest.mark.parametrize("length", [1, 2, 3])
def test_gram_matrices_of_the_subsequence_kernel_pass(length):
    pool = strings.all_strings("ab", longest=5)
    G = strings.subsequence_kernel(pool, pool, length=length, decay=0.5)
    assert mercer.gram_test(G).passes
    assert (np.linalg.eigvalsh(G) > 1e-6).any()


@pytest.mark.equation("3.8")
def test_five_short_strings_refute_the_edit_similarity():
    similarity = partial(strings.edit_similarity, rate=0.1)
    few = strings.smallest_violation(similarity, strings.all_strings("ab", longest=2))
    assert few == ["b", "aa", "ab", "ba", "bb"]
    assert mercer.gram_test(similarity(few, few)).least < -0.005
    for i in range(5):
        rest = few[:i] + few[i + 1 :]
        assert mercer.gram_test(similarity(rest, rest)).passes


def test_a_pool_without_violation_gives_an_empty_list():
    assert strings.smallest_violation(partial(strings.edit_similarity, rate=3.0), ["a", "b", "ab"]) == []


def test_an_eigenvalue_of_minus_a_ten_billionth_of_the_diagonal_is_no_violation():
    G = {"nn": -1.0, "aa": 1.0, "bb": 1.0, "ab": 1 + 1e-10, "ba": 1 + 1e-10}
    kernel = lambda S, T: np.array([[G.get(s + t, 0.0) for t in T] for s in S])  # noqa: E731
    assert mercer.gram_test(kernel("ab", "ab")).least == pytest.approx(-1e-10, rel=1e-3)
    assert strings.smallest_violation(kernel, ["a", "b"]) == []
    assert strings.smallest_violation(kernel, ["n", "a", "b"]) == ["n"]


def test_the_normalised_kernel_is_one_on_the_diagonal_and_zero_without_features():
    kernel = strings.normalized(partial(strings.subsequence_kernel, length=2, decay=0.5))
    λ = 0.5
    shared = λ**4 / (2 * λ**4 + λ**6)  # "abc" and "cab" share ab; each has ab, bc (or ca) and a gapped pair
    np.testing.assert_allclose(kernel(["abc", "a"], ["abc", "cab"]), [[1.0, shared], [0.0, 0.0]])


def test_scrambling_keeps_the_letters_and_changes_the_order(rng):
    words = ["about", "noon", "already"]
    for word, other in zip(words, strings.scrambled(words, rng=rng)):
        assert sorted(word) == sorted(other)
        assert word != other


def test_held_out_accuracy_is_perfect_for_a_kernel_that_knows_the_label_and_chance_for_one_that_does_not(rng):
    y, groups = np.tile([1, -1], 20), np.repeat(np.arange(20), 2)
    order = rng.permutation(40)
    y, groups = y[order], groups[order]
    known = strings.held_out_accuracy(np.outer(y, y).astype(float), y, groups, test=5, repeats=3, rng=rng)
    assert known == (1.0, 0.0)
    blind = strings.held_out_accuracy(np.ones((40, 40)), y, groups, test=5, repeats=3, rng=rng)
    assert blind == (0.5, 0.0)


def test_the_error_of_the_accuracy_is_that_of_a_share(rng):
    """One sample a split is right or wrong: the mean of r such has variance m (1 - m)/(r - 1)."""
    y, seen = np.repeat([1, -1], 6), np.repeat([1.0, -1.0], 6)
    seen[[0, 1, 6]] *= -1  # these three are taken for the other label
    mean, error = strings.held_out_accuracy(np.outer(seen, seen), y, np.arange(12), test=1, repeats=20, rng=rng)
    assert 0.5 < mean < 1
    assert error == pytest.approx(np.sqrt(mean * (1 - mean) / 19), rel=1e-12)


def test_the_similarity_falls_by_the_rate_with_each_edit():
    S, T = ["cat", ""], ["cart", "cat", "dog"]
    expected = [[np.exp(-0.3 * recursive_distance(s, t)) for t in T] for s in S]
    np.testing.assert_allclose(strings.edit_similarity(S, T, rate=0.3), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda rng: strings.subsequence_kernel([], ["a"], length=1, decay=0.5),
            ValueError,
            "S must be a list with at least one",
        ),
        (lambda rng: strings.subsequence_kernel(["a"], "a", length=1, decay=0.5), TypeError, "T must be a list"),
        (lambda rng: strings.subsequence_kernel(["a"], ["a"], length=0, decay=0.5), ValueError, "length must be at least 1"),
        (lambda rng: strings.subsequence_kernel(["a"], ["a"], length=1, decay=1.5), ValueError, "decay must be at most 1"),
        (lambda rng: strings.subsequence_features("a", length=1, decay=0.0), ValueError, "decay must be above 0"),
        (lambda rng: strings.edit_distance([3], ["a"]), TypeError, "strings must be str; got 3"),
        (lambda rng: strings.edit_similarity(["a"], ["a"], rate=-1.0), ValueError, "rate must be above 0"),
        (lambda rng: strings.all_strings("ab", longest=0), ValueError, "longest must be at least 1"),
        (lambda rng: strings.all_strings("", longest=2), ValueError, "alphabet must hold at least one"),
        (
            lambda rng: strings.held_out_accuracy(np.eye(2), np.array([1, -1]), np.arange(2), test=2, repeats=2, rng=rng),
            ValueError,
            "test must be .* at most 1",
        ),
        (lambda rng: strings.scrambled(["aa"], rng=rng), ValueError, "two different letters"),
    ],
)
def test_malformed_input_is_refused_by_name(call, error, message, rng, as_users_run):
    with pytest.raises(error, match=message):
        call(rng)
