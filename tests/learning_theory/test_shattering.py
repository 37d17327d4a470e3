"""VC dimensions by enumeration, each class against a second description of it."""

from itertools import combinations, product
from math import comb

import numpy as np
import pytest

from principles.learning_theory import classes, halfspaces, shattering


def random_class(rng, hypotheses=20, points=6):
    return rng.random((hypotheses, points)) < 0.5


def test_the_dimension_of_a_random_class_matches_the_definition(rng):
    for _ in range(5):
        table = random_class(rng)
        largest = 0
        for size in range(1, 7):
            for chosen in combinations(range(6), size):
                if len({tuple(row) for row in table[:, chosen]}) == 2**size:
                    largest = size
        assert shattering.vc_dimension(table) == largest
        assert largest <= np.log2(len(table))


def test_labellings_are_the_distinct_rows_and_a_single_one_shatters_nothing():
    table = np.array([[True, False], [False, False], [True, False]])
    assert shattering.labellings(table).tolist() == [[False, False], [True, False]]
    assert shattering.vc_dimension(table[:1]) == 0


def test_sauers_bound_holds_for_random_classes_and_is_met_by_small_sets(rng):
    for _ in range(5):
        table = random_class(rng, hypotheses=30)
        V = shattering.vc_dimension(table)
        for n in range(1, 7):
            assert shattering.growth(table, n) <= shattering.sauer(n, V)
    few = np.array([row for row in shattering.all_labellings(6) if row.sum() <= 2])
    assert [shattering.growth(few, n) for n in range(1, 7)] == [shattering.sauer(n, 2) for n in range(1, 7)]


@pytest.mark.parametrize(("n", "V"), [(5, 5), (10, 3), (100, 7), (2000, 40)])
def test_sauers_sum_is_below_the_power_law(n, V):
    assert shattering.sauer(n, V) == sum(comb(n, i) for i in range(V + 1))
    assert np.log(float(shattering.sauer(n, V))) <= shattering.sauer_log_bound(n, V)
    assert shattering.sauer_log_bound(n, V) == pytest.approx(V * np.log(np.e * n / V))


@pytest.mark.parametrize(("n", "d"), [(4, 1), (5, 2), (5, 3)])
def test_half_spaces_give_covers_number_of_labellings(n, d, rng):
    assert len(halfspaces.labellings(rng.normal(size=(n, d)))) == halfspaces.cover_count(n, d)


def test_linear_programs_and_turning_lines_find_the_same_labellings(rng):
    X = rng.normal(size=(5, 2))
    np.testing.assert_array_equal(np.unique(halfspaces.labellings(X), axis=0), halfspaces.labellings_by_turning(X))
    for n in (3, 6, 9):
        assert len(halfspaces.labellings_by_turning(rng.normal(size=(n, 2)))) == halfspaces.cover_count(n, 2)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_turned_lines_do_not_depend_on_units(unit, rng):
    X = rng.normal(size=(5, 2))
    np.testing.assert_array_equal(halfspaces.labellings_by_turning(unit * X), halfspaces.labellings_by_turning(X))
    assert len(halfspaces.labellings_by_turning(unit * np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 1e-12]]))) == 8
    line = unit * (np.outer([0.1, 1 / 3, 0.7, 2.3], [1.0, np.pi]) + np.sqrt(2))
    with pytest.raises(ValueError, match="no three points on a line"):
        halfspaces.labellings_by_turning(line)


def test_a_separator_separates_and_exists_when_a_turned_line_does(rng):
    y = np.array([True, True, True, False, False, False])
    for _ in range(8):
        X = rng.normal(size=(6, 2))
        found = halfspaces.separator(X, y)
        assert (found is not None) == (halfspaces.labellings_by_turning(X) == y).all(axis=1).any()
        if found is not None:
            assert ((X @ found[:-1] + found[-1] > 0) == y).all()


@pytest.mark.parametrize(("scale", "origin"), [(1e-9, 7), (1.0, 7), (1e9, 7), (1.0, 1e10)])
def test_a_separator_does_not_depend_on_units_or_origin(scale, origin):
    X, y = scale * (np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 1.0]]) + origin), np.array([True, False, True])
    w = halfspaces.separator(X, y)
    assert ((X @ w[:-1] + w[-1] > 0) == y).all()
    assert halfspaces.separator(X[[0, 0]], y[:2]) is None


def test_of_two_points_on_the_line_the_separator_is_half_way_and_of_points_all_but_equal_there_is_none():
    X, ends = np.array([[0.0], [1.0]]), np.array([False, True])
    np.testing.assert_allclose(halfspaces.separator(X, ends), [2, -1])
    np.testing.assert_allclose(halfspaces.separator(X, ~ends), [-2, 1])
    assert halfspaces.separator(np.array([[0.0], [1e-12], [1.0]]), np.array([False, True, True])) is None
    assert halfspaces.labellings_by_turning(np.zeros((1, 2))).tolist() == [[False], [True]]


def test_half_planes_shatter_no_four_points_of_a_grid():
    grid = np.array([[i, j] for i in range(3) for j in range(3)], dtype=float)
    for chosen in combinations(range(9), 4):
        assert halfspaces.separator(grid[list(chosen)], halfspaces.radon(grid[list(chosen)])[0]) is None


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_half_spaces_shatter_the_simplex_and_radon_forbids_one_more(d, rng):
    X = halfspaces.simplex(d)
    np.testing.assert_array_equal(halfspaces.simplex_weights(np.arange(d + 1) % 2 == 0)[:2], [-1, 1][:d] + [0.5] * (d == 1))
    for y in shattering.all_labellings(d + 1):
        w = halfspaces.simplex_weights(y)
        assert ((X @ w[:-1] + w[-1] > 0) == y).all()
    for _ in range(5):
        Z = rng.normal(size=(d + 2, d))
        y, point = halfspaces.radon(Z)
        assert halfspaces.separator(Z, y) is None
        for part in (Z[y], Z[~y]):
            hull = np.linalg.lstsq(np.vstack([part.T, np.ones(len(part))]), np.r_[point, 1.0])[0]
            np.testing.assert_allclose(part.T @ hull, point, atol=1e-8)
            assert (hull > 0).all()


def test_radon_labels_of_the_three_kinds_of_four_points():
    square, inside, line = [[0, 0], [1, 1], [0, 1], [1, 0]], [[0, 0], [4, 0], [0, 4], [1, 1]], [[0, 0], [1, 1], [2, 2], [5, 0]]
    assert halfspaces.radon(np.array(square, dtype=float))[0].tolist() == [True, True, False, False]
    assert halfspaces.radon(np.array(inside, dtype=float))[0].tolist() == [True, True, True, False]
    y, point = halfspaces.radon(np.array(line, dtype=float))
    assert y.tolist() == [True, False, True, False]
    assert halfspaces.separator(np.array(line, dtype=float), y) is None
    np.testing.assert_allclose(point, [1, 1])


def test_rectangles_are_all_pairs_of_sides(rng):
    X = rng.permutation(25).reshape(-1, 5)[:4, :2].astype(float) + rng.random((4, 2)) * 0.1
    cuts = [np.r_[-1, np.sort(X[:, j]) + 0.05, 99] for j in range(2)]
    found = set()
    for (left, right), (low, high) in product(combinations(cuts[0], 2), combinations(cuts[1], 2)):
        found.add(tuple((X[:, 0] > left) & (X[:, 0] <= right) & (X[:, 1] > low) & (X[:, 1] <= high)))
    assert {tuple(row) for row in classes.rectangle_labellings(X)} == found | {(False,) * 4}


def test_rectangles_have_dimension_four():
    assert shattering.shatters(classes.rectangle_labellings(classes.diamond()))
    assert {(-1, 0), (1, 0), (0, -1), (0, 1)} == set(map(tuple, classes.diamond()))
    most, where = classes.rectangle_growth(5)
    assert most == len(classes.rectangle_labellings(where)) == 28
    assert [classes.rectangle_growth(n)[0] for n in (1, 2, 3, 4)] == [2, 4, 8, 16]


def test_rectangles_shatter_no_five_points_even_with_ties(rng):
    for _ in range(50):
        assert len(classes.rectangle_labellings(rng.integers(0, 4, size=(5, 2)))) <= 28


def test_thresholds_have_dimension_one_though_there_are_many():
    assert shattering.vc_dimension(classes.threshold_labellings(40)) == 1
    x = np.arange(6)
    by_cuts = {tuple(x > t) for t in np.arange(-0.5, 6)}
    assert len(classes.threshold_labellings(6)) == 7
    assert {tuple(row) for row in classes.threshold_labellings(6)} == by_cuts


@pytest.mark.result("Example 13.2")
@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_there_are_2_to_the_d_conjunctions_and_their_dimension_is_d(d):
    table = classes.conjunction_table(d)
    assert len(np.unique(table, axis=0)) == 2**d
    assert shattering.vc_dimension(table) == d
    assert classes.leave_one_out(d).dtype == int
    inputs = shattering.all_labellings(d)
    where = [int(np.flatnonzero((inputs == row).all(axis=1))[0]) for row in classes.leave_one_out(d).astype(bool)]
    assert shattering.shatters(table[:, where])


def test_monotone_functions_are_dedekind_many_with_dimension_of_the_middle_layer():
    for d, dedekind in ((1, 3), (2, 6), (3, 20)):
        X, table = shattering.all_labellings(d), classes.monotone_table(d)
        assert len(np.unique(table, axis=0)) == len(table) == dedekind
        below = (X[:, None] <= X[None]).all(axis=2)
        assert all((row[:, None] <= row[None])[below].all() for row in table)
        assert shattering.vc_dimension(table) == comb(d, d // 2)


@pytest.mark.parametrize("n", [1, 4, 8])
def test_sines_give_halving_points_any_labels(n):
    x = classes.sine_points(n)
    for y in shattering.all_labellings(n):
        w = classes.sine_frequency(y)
        assert ((np.sin(w * x) > 0) == y).all()
        assert np.abs(np.sin(w * x)).min() > 2.0 ** -(n + 1)


def test_sines_do_not_shatter_four_evenly_spaced_points(rng):
    exact = {tuple(row) for row in classes.even_sine_labellings(4)}
    tried = np.sin(np.outer(rng.random(20_000) * 2 * np.pi, [1, 2, 3, 4])) > 0
    assert {tuple(row) for row in np.unique(tried, axis=0)} | {(False,) * 4} == exact
    assert len(exact) == 12
    assert shattering.shatters(classes.even_sine_labellings(3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shattering.vc_dimension(np.ones((2, 2))), "predictions must be a table of truth values"),
        (lambda: shattering.growth(np.ones((2, 2), dtype=bool), 3), "n must be at least 1 and at most 2"),
        (lambda: shattering.all_labellings(40), "n must be at least 1 and at most 16"),
        (lambda: shattering.sauer_log_bound(2, 3), "n must be at least 3"),
        (lambda: halfspaces.radon(np.zeros((3, 2))), "X must hold at least d \\+ 2 = 4 points; got 3"),
        (lambda: halfspaces.separator(np.zeros((3, 2)), np.ones(3)), "y must be 3 truth values"),
        (lambda: halfspaces.simplex_weights(np.array([1, -1, 1])), "y must be d \\+ 1 >= 2 truth values"),
        (lambda: halfspaces.simplex_weights(np.ones((2, 2), dtype=bool)), "y must be d \\+ 1 >= 2 truth values"),
        (lambda: halfspaces.simplex_weights(np.array([True])), "y must be d \\+ 1 >= 2 truth values"),
        (lambda: halfspaces.separator(np.zeros((3, 2)), np.ones(2, dtype=bool)), "y must be 3 truth values"),
        (lambda: halfspaces.labellings_by_turning(np.array([[0, 0], [1, 1], [2, 2]])), "X must have no three points on a line"),
        (lambda: halfspaces.labellings_by_turning(np.zeros((2, 2))), "no two equal"),
        (lambda: shattering.vc_dimension(np.array([True])), "predictions must be a table of truth values"),
        (lambda: classes.sine_frequency(np.array([1, 0])), "y must be 1 to 16 truth values"),
        (lambda: classes.sine_frequency(np.ones((2, 2), dtype=bool)), "y must be 1 to 16 truth values"),
        (lambda: classes.sine_frequency(np.ones(17, dtype=bool)), "y must be 1 to 16 truth values"),
        (lambda: classes.rectangle_growth(9), "n must be at least 1 and at most 7"),
        (lambda: classes.monotone_table(6), "d must be at least 0 and at most 5"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
