"""What rests on what is read from the pages and the package by the rules that the map states."""

import re

import dependencies
import ledger
import pytest
from dependency_map import strip

NUMBER = "```{{math}}\n:label: eq-3-{}\nx\n```\n"
ONE, TWO, THREE = map(NUMBER.format, (1, 2, 3))
CELL = "```{code-cell} ipython3\nverify('3.1', 'x', 1, 1)\n```\n"
BOX = ":::{{prf:lemma}} L\n:label: lem-3-1\nWords.\n\n{}:::\n"


@pytest.fixture
def page(tmp_path):
    """A function that makes a page of its parts, a blank line between them."""

    def make(*parts):
        (tmp_path / "03-kernels.md").write_text("\n".join(["# Kernels\n", *parts]), encoding="utf-8")
        return ledger.Page(tmp_path / "03-kernels.md")

    return make


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((ONE, TWO, "By {eq}`eq-3-1` this holds.\n"), {("3.2", "3.1")}),
        ((ONE, TWO, "In plain letters, by (3.1).\n"), {("3.2", "3.1")}),
        ((ONE, TWO, "First.\n", "Second, by {eq}`eq-3-1`.\n"), {("3.2", "3.1")}),
        ((ONE, "Words.\n", "With {eq}`eq-3-1` we get\n", TWO), {("3.2", "3.1")}),
        ((ONE, "More on {eq}`eq-3-1`.\n", "So\n", TWO), set()),
        ((ONE, CELL, "Now {eq}`eq-3-1` helps.\n", "So\n", TWO), {("3.2", "3.1")}),
        ((ONE, "## Next\n", "See {eq}`eq-3-1`.\n", "### Below\n", TWO), {("3.2", "3.1")}),
        ((ONE, "## Next\n", "See {eq}`eq-3-1`.\n", "## Last\n", TWO), set()),
        ((ONE, "## Next\n", "### A\n", "See {eq}`eq-3-1`.\n", "### B\n", TWO), set()),
        ((ONE, TWO, CELL, "The run obeys {eq}`eq-3-1`.\n"), set()),
        ((ONE, TWO, "Both {eq}`eq-3-1` and {prf:ref}`lem-3-1`, (3.7), (3.8) and (3.9).\n"), set()),
        ((ONE, TWO, ":::{exercise-start} Q\n:label: exr-3-q\n:::\nUse {eq}`eq-3-1`.\n:::{exercise-end}\n:::\n"), set()),
        ((ONE, TWO, ":::{erratum-start} Q\n:at: (3.1)\n:::\nNot {eq}`eq-3-1`.\n:::{erratum-end}\n:::\n"), set()),
        ((ONE, "```{math}\n:label: eq-3-2\n\\text{from (3.1): } x\n```\n"), {("3.2", "3.1")}),
        ((ONE, BOX.format(TWO), "Proof: {eq}`eq-3-1`.\n"), {("3.2", "Lemma 3.1"), ("Lemma 3.1", "3.1")}),
    ],
)
def test_the_text_about_a_number_says_what_it_rests_on(parts, expected, page):
    found = {(later, earlier) for later, earlier, _ in dependencies.references(page(*parts)) if later != earlier}
    assert found == expected


CODE = {
    "a.py": 'def first():\n    """The beginning (3.1)."""\n',
    "b.py": "from principles.a import first\nfrom principles import a\n\n"
    "def _helper():\n    return first()\n\n"
    'def second():\n    """The next (3.2)."""\n    return _helper()\n\n'
    'def third():\n    """The last (3.3)."""\n    return a.first(), second()\n\n'
    'def survey():\n    """All of (3.4), (3.5), (3.6) and (3.7)."""\n    return first()\n\n'
    'def many():\n    """The sum of all (3.8)."""\n    return third(), survey()\n\n'
    'def other():\n    """No number."""\n    return first()\n',
}


def test_a_call_in_the_package_counts_directly_and_through_helpers_but_not_in_a_survey(tmp_path):
    for name, text in CODE.items():
        (tmp_path / "principles").mkdir(exist_ok=True)
        (tmp_path / "principles" / name).write_text(text)
    found = {(later, earlier) for later, earlier, _ in dependencies.calls(tmp_path / "principles")}
    assert found == {("3.2", "3.1"), ("3.3", "3.1"), ("3.3", "3.2")}


@pytest.fixture
def chapter(page):
    """A chapter with three numbers: the second rests on the first and looks ahead to the third."""
    entries = [ledger.Entry(s, f"number {s}") for s in ("3.1", "3.2", "3.3")]
    read = page(ONE, TWO, "From {eq}`eq-3-1`; later {eq}`eq-3-3`.\n", "## Next\n", THREE, "As {eq}`eq-3-2` says.\n")
    return ledger.Chapter(3, "Kernels", "kernels", "book/03-kernels", read, entries)


def test_only_an_earlier_number_is_rested_on_and_a_later_one_is_looked_ahead_to(chapter, tmp_path):
    network = dependencies.network([chapter], tmp_path)
    assert {s: list(n.rests_on) for s, n in network.items()} == {"3.1": [], "3.2": ["3.1"], "3.3": ["3.2"]}
    assert {s: list(n.used_by) for s, n in network.items()} == {"3.1": ["3.2"], "3.2": ["3.3"], "3.3": []}
    assert network["3.2"].ahead == ["3.3"]


def test_the_strip_draws_a_box_a_number_and_an_arc_a_relation(chapter, tmp_path):
    svg = strip(chapter, list(dependencies.network([chapter], tmp_path).values()))
    assert svg.count("<rect") == svg.count('<a href="#on-eq-3-') == 3
    assert 'class="text" data-from="eq-3-1" data-to="eq-3-2"' in svg
    assert svg.count("<path") == 2


def test_a_long_chapter_takes_two_lines_and_no_arc_leaves_the_drawing(chapter, tmp_path):
    part = list(dependencies.network([chapter], tmp_path).values())
    many = [dependencies.Node(f"3.{n}", "", "", {"3.1": ["code"]} if n == 40 else {}) for n in range(4, 41)]
    svg = strip(chapter, [*part, *many])
    tops = sorted(set(map(float, re.findall(r'<rect x="[\d.]+" y="([\d.]+)"', svg))))
    assert len(tops) == 2
    assert tops[0] > 15  # the height of an arc to the neighbour
    start, end = re.search(r'data-to="eq-3-40" d="M[\d.]+ ([\d.]+)C.* ([\d.]+)"', svg).groups()
    assert (float(start), float(end)) == (tops[0] + 21, tops[1])


def test_in_the_book_nothing_rests_on_a_later_number():
    network = dependencies.network(ledger.book(), ledger.ROOT / "src" / "principles")
    place = {subject: i for i, subject in enumerate(network)}
    assert all(place[below] < place[s] for s, node in network.items() for below in node.rests_on)
    assert "9.18" in network["Lemma 9.3"].rests_on  # the descent lemma, which the proof begins with
    assert "8.5" in network["8.15"].rests_on  # two recurrent models, one in each direction
