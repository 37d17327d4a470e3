"""The checks of the pages: each prints its line when it should, and fails when it should."""

from types import SimpleNamespace

import numpy as np
import pytest

from principles.checks import CheckFailed, bounded, refute, verify


def test_verify_prints_the_subject_the_statement_and_the_tolerance(capsys):
    verify("3.6", "two Gram matrices agree", np.eye(2), np.eye(2) + 1e-12, atol=1e-10)
    assert capsys.readouterr().out == "✓ (3.6) two Gram matrices agree, to 1e-10 (4 values)\n"


def test_verify_says_exactly_only_of_numbers(capsys):
    verify("Theorem 3.1", "counts agree", 3, 3)
    verify("Section 3.1.1", "the set is separable", True)
    assert capsys.readouterr().out == "✓ Theorem 3.1: counts agree, exactly\n✓ Section 3.1.1: the set is separable\n"


@pytest.mark.parametrize(
    ("actual", "expected", "options"),
    [
        (1.0, 1.1, {}),
        (1.0, 1.1, {"atol": 0.09}),
        (1.0, 1.1, {"rtol": 0.09}),
        ([1.0, 2.0], [1.0, 2.2], {"atol": 0.1}),
        (1.0, 2.0, {"standard_error": 0.2}),
        (False, True, {}),
        (np.inf, 1.0, {"atol": 1.0}),
        (-np.inf, np.inf, {}),
    ],
)
def test_verify_fails_beyond_the_tolerance(actual, expected, options):
    with pytest.raises(CheckFailed, match="differs from"):
        verify("3.1", "they agree", actual, expected, **options)


def test_absolute_and_relative_allowances_add_up(capsys):
    verify("3.1", "they agree", [-101.5, 0.5], [-100.0, 0.0], atol=1, rtol=0.01)
    assert capsys.readouterr().out == "✓ (3.1) they agree, to 1e+00 + 1e-2 relative (2 values)\n"
    verify("3.1", "they agree", 1.0, 1.1, rtol=0.1)
    with pytest.raises(CheckFailed, match=r"\(3.1\) they agree: -102.5 differs from -100, 1 of 1 entries fail$"):
        verify("3.1", "they agree", -102.5, -100.0, atol=1, rtol=0.01)


def test_a_tensor_is_compared_without_its_gradient():
    verify("3.1", "they agree", SimpleNamespace(detach=lambda: np.ones(2)), [1.0, 1.0])


def test_verify_names_the_worst_entry_and_how_many_fail():
    with pytest.raises(CheckFailed, match=r"\(3.1\) they agree: 7 differs from 2 at \[1\], 2 of 3 entries fail"):
        verify("3.1", "they agree", [1.0, 7.0, 3.5], [1.0, 2.0, 3.0])


@pytest.mark.parametrize("check", [verify, bounded])
def test_not_a_number_never_passes(check):
    with pytest.raises(CheckFailed, match=r"the first value is NaN at \[1\]"):
        check("3.1", "they agree", [0.0, np.nan], [0.0, np.nan])


def test_infinities_that_agree_pass_and_a_nan_difference_does_not():
    verify("3.1", "both diverge", np.inf, np.inf)
    with pytest.raises(CheckFailed):
        verify("3.1", "both diverge", -np.inf, np.inf)


def test_standard_errors_set_the_allowance(capsys):
    verify("3.1", "the estimate is right", 1.0, 1.7, standard_error=0.2)
    assert "within 4 standard errors" in capsys.readouterr().out
    with pytest.raises(CheckFailed):
        verify("3.1", "the estimate is right", 1.0, 1.7, standard_error=0.2, errors=3)


def test_bounded_needs_every_entry_under_its_bound(capsys):
    bounded("3.1", "updates stay under the bound", [1, 2, 3], [1, 4, 9])
    assert capsys.readouterr().out == "✓ (3.1) updates stay under the bound (3 values)\n"
    with pytest.raises(CheckFailed, match="3 exceeds 2 at"):
        bounded("3.1", "updates stay under the bound", [1, 3], 2)


def test_a_bound_has_the_slack_that_is_asked_for(capsys):
    bounded("3.1", "it stays under the bound", 1.0, [0.9, np.inf, 1.0], atol=0.2)
    assert capsys.readouterr().out.endswith("the bound (3 values)\n")
    bounded("3.1", "both diverge", np.inf, np.inf)
    for upper, slack in ((0.9, {"atol": 0.05}), (0.9, {}), (-np.inf, {"atol": 1.0})):
        with pytest.raises(CheckFailed, match="1 exceeds"):
            bounded("3.1", "it stays under the bound", 1.0, upper, **slack)


@pytest.mark.parametrize(
    ("actual", "relation", "claimed"),
    [(-7.0, ">", 0), (1.0, "==", 2.0), (True, "==", False), ([0.0, 3.0], "<=", 2.0), (1.0, ">=", 2.0), (3.0, "<", 2.0)],
)
def test_refute_passes_when_the_claim_fails_somewhere(actual, relation, claimed, capsys):
    refute("3.1", "as the notes say", actual, relation, claimed)
    assert capsys.readouterr().out.startswith("✗ (3.1) as printed, “as the notes say” fails: ")


def test_refute_prints_three_digits_and_no_rounding_noise(capsys):
    refute("3.1", "it is positive", -0.04853, ">", 1e-16)
    assert capsys.readouterr().out.endswith("fails: -0.0485 > 0 is false\n")


def test_refute_names_the_entry_that_breaks_the_claim_most(capsys):
    refute("3.1", "it is small", [0.0, 3.0, 9.0, 1.0], "<=", 2.0)
    refute("3.1", "it is large", -1.0, ">=", 1e-12)
    assert capsys.readouterr().out.splitlines() == [
        "✗ (3.1) as printed, “it is small” fails: 9 <= 2 is false",
        "✗ (3.1) as printed, “it is large” fails: -1 >= 0 is false",
    ]


@pytest.mark.parametrize(("size", "unit"), [(0.0, 1.0), (1.0, 1.0), (1e6, 1e6), (-1e6, 1e6)])
def test_the_margin_is_absolute_up_to_one_and_relative_beyond(size, unit):
    for margin in ({}, {"margin": 1e-3}):
        gap = unit * margin.get("margin", 1e-6)
        refute("3.1", "it is not less", size - 1.5 * gap, ">=", size, **margin)
        with pytest.raises(CheckFailed, match="was not refuted"):
            refute("3.1", "it is not less", size - 0.7 * gap, ">=", size, **margin)
    with pytest.raises(CheckFailed, match="was not refuted"):
        refute("3.1", "it is not less", size, ">=", size, margin=0)


@pytest.mark.parametrize(
    ("actual", "relation", "claimed"),
    [
        (1.0, ">", 0),
        (2.0, "==", 2.0 + 1e-9),
        ([1.0, 2.0], "<=", 2.0),
        (2.0, ">=", 2.0),
        (0.0, "<", 1e-9),
        (np.uint8(1), "<=", np.uint8(2)),
    ],
)
def test_refute_fails_when_the_claim_survives_or_rounding_alone_breaks_it(actual, relation, claimed):
    with pytest.raises(CheckFailed, match="was not refuted"):
        refute("3.1", "as the notes say", actual, relation, claimed)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: verify("3.1", "s", x, x), "same object"),
        (lambda x: verify("3.1", "s", x, np.ones(3)), r"got \(2,\) and \(3,\)"),
        (lambda x: verify("3.1", "s", np.ones(3), x), r"got \(3,\) and \(2,\)"),
        (lambda x: verify("3.1", "s", [], 1.0), "is empty"),
        (lambda x: bounded("3.1", "s", np.zeros(0), 1.0), "is empty"),
        (lambda x: verify("3.1", "s", x, 1.0, atol=-1.0), "atol must be finite and not negative"),
        (lambda x: verify("3.1", "s", x, 1.0, rtol=np.inf), "rtol must be finite"),
        (lambda x: verify("3.1", "s", x, 1.0, standard_error=np.nan), "standard_error must be finite"),
        (lambda x: verify("3.1", "s", "one", 1.0), "must hold real numbers"),
        (lambda x: verify("eq 3", "s", x, 1.0), "subject must look like"),
        (lambda x: refute("3.1", "s", x, "~", 1.0), "relation must be one of"),
    ],
)
def test_a_check_that_cannot_fail_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.ones(2))
