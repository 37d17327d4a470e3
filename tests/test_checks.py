"""The checks of the pages: each prints its line when it should, and fails when it should."""

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


def test_verify_names_the_worst_entry_and_how_many_fail():
    with pytest.raises(CheckFailed, match=r"\(3.1\) they agree: 7 differs from 2 at \[1\], 2 of 3 entries fail"):
        verify("3.1", "they agree", [1.0, 7.0, 3.5], [1.0, 2.0, 3.0])


@pytest.mark.parametrize("check", [verify, bounded])
def test_not_a_number_never_passes(check):
    with pytest.raises(CheckFailed, match="NaN"):
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


@pytest.mark.parametrize(
    ("actual", "relation", "claimed"),
    [(-7.0, ">", 0), (1.0, "==", 2.0), ([0.0, 3.0], "<=", 2.0), (1.0, ">=", 2.0), (3.0, "<", 2.0)],
)
def test_refute_passes_when_the_claim_fails_somewhere(actual, relation, claimed, capsys):
    refute("3.1", "as the notes say", actual, relation, claimed)
    assert capsys.readouterr().out.startswith("✗ (3.1) as printed, “as the notes say” fails: ")


def test_refute_prints_three_digits_and_no_rounding_noise(capsys):
    refute("3.1", "it is positive", -0.04853, ">", 1e-16)
    assert capsys.readouterr().out.endswith("fails: -0.0485 > 0 is false\n")


@pytest.mark.parametrize(
    ("actual", "relation", "claimed"),
    [(1.0, ">", 0), (2.0, "==", 2.0 + 1e-9), ([1.0, 2.0], "<=", 2.0), (2.0, ">=", 2.0), (0.0, "<", 1e-9)],
)
def test_refute_fails_when_the_claim_survives_or_rounding_alone_breaks_it(actual, relation, claimed):
    with pytest.raises(CheckFailed, match="was not refuted"):
        refute("3.1", "as the notes say", actual, relation, claimed)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: verify("3.1", "s", x, x), "same object"),
        (lambda x: verify("3.1", "s", x, np.ones(3)), r"got \(2,\) and \(3,\)"),
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
