"""The gathered lists: `{exercise-list}`, `{figure-list}`, `{filter}`, the box that narrows a list, and `{tally}`, a count."""

import html
import re
from dataclasses import dataclass
from functools import cache

import yaml
from docutils import nodes
from gathering import gathers
from ledger import book, counted
from sphinx.util.docutils import SphinxDirective, SphinxRole

MIRRORED = re.compile(r"Figures?\s(\d+)\.(\d+)")


@dataclass(frozen=True)
class Figure:
    """A figure of a page: its label, caption, and the numbers of the notes' figures that the caption names."""

    label: str
    caption: str
    mirrors: list


@cache
def figures(page, chapter):
    """Every figure of a page that has a name and a caption, in order; another book's Figure 10.1 mirrors nothing."""
    found = []
    for name, _, _, _, body in page.directives:
        if name == "code-cell" and body and body[0].strip() == "---":
            end = next(i for i, line in enumerate(body[1:], 1) if line.strip() == "---")
            figure = (yaml.safe_load("\n".join(body[1:end])) or {}).get("mystnb", {}).get("figure", {})
            if figure.get("name") and figure.get("caption"):
                caption = " ".join(figure["caption"].split())
                mirrors = [f"{c}.{n}" for c, n in MIRRORED.findall(caption) if int(c) == chapter]
                found.append(Figure(figure["name"], caption, mirrors))
    return found


def question(page, exercise):
    """The text of an exercise, as MyST."""
    start = next(d[3] + len(d[4]) + 1 for d in page.directives if d[3] == exercise.line)
    end = next((d[3] for d in page.directives if d[0] == "exercise-end" and d[3] > start), start + 1)
    return "\n".join(page.lines[start : end - 1]).strip()


def solution_checks(page, exercise):
    """How many checks the solution of an exercise runs."""
    end = next((d[3] for d in page.directives if d[0] == "solution-end" and d[3] > (exercise.solution or 0)), 0)
    return sum((exercise.solution or end) < check.line < end for check in page.checks)


def section_number(page, chapter, line):
    """The number of the section in which a line stands: 9.3.1; of the chapter, before its first section."""
    number = [chapter]
    for text in page.lines[:line]:
        if match := re.match(r"(#{2,3}) ", text):
            depth = len(match[1])
            number = [*number, 0][:depth]
            number[-1] += 1
    return ".".join(map(str, number))


class Gathered(SphinxDirective):
    """A section a chapter with an entry for each thing that its page holds."""

    prefix = ""

    def run(self):
        gathers(self.env)
        found = []
        for chapter in (c for c in book() if c.page is not None):
            if entries := list(self.entries(chapter)):
                section = nodes.section(ids=[f"{self.prefix}-{chapter.number}"])
                section += [nodes.title("", f"Chapter {chapter.number} · {chapter.title}"), *entries]
                found.append(section)
        return found

    def entry(self, text):
        """A list entry from MyST text."""
        return nodes.container("", *self.parse_text_to_nodes(text), classes=["entry"])


class ExerciseList(Gathered):
    """`{exercise-list}`: every exercise with its question, its section, and what its solution runs."""

    prefix = "exercises"

    def entries(self, chapter):
        page = chapter.page
        for exercise in page.exercises:
            checks = solution_checks(page, exercise)
            runs = f"the solution runs {counted(checks, 'check')}" if checks else "the solution is in words"
            number = section_number(page, chapter.number, exercise.line)
            place = f"Section {number}" if "." in number else f"Chapter {number}"
            head = f"**{{ref}}`{exercise.label}` · {exercise.title}** <span class='where'>{place}; {runs}</span>"
            yield self.entry(f"{head}\n\n{question(page, exercise)}")


class FigureList(Gathered):
    """`{figure-list}`: every figure with its caption; `{figure-list} notes`: those of the notes, and what stands for each."""

    prefix = "figures"
    optional_arguments = 1

    def run(self):
        gathers(self.env)
        return self.mirrored() if self.arguments else super().run()

    def mirrored(self):
        """The notes' figures and what stands for each."""
        chapters = [c for c in book() if c.page is not None]
        found = [(number, f) for c in chapters for f in figures(c.page, c.number) for number in f.mirrors]
        lines = [f"- Figure {number}: {{numref}}`{figure.label}`" for number, figure in found]
        section = nodes.section(ids=["figures-of-the-notes"], classes=["mirrored"])
        section += [nodes.title("", "Figures of the notes"), *self.parse_text_to_nodes("\n".join(lines))]
        return [section]

    def entries(self, chapter):
        for figure in figures(chapter.page, chapter.number):
            after = ", ".join(f"Figure {number}" for number in figure.mirrors)
            mark = f" <span class='where'>after the notes' {after}</span>" if after else ""
            yield self.entry(f"**{{numref}}`{figure.label}`**{mark}\n\n{figure.caption}")


class Tally(SphinxRole):
    """`{tally}` of numbers, checks, errata, exercises or figures: how many the book has."""

    def run(self):
        chapters = [c for c in book() if c.page is not None]
        gathers(self.env)
        kinds = {
            "numbers": lambda c: c.entries,
            "figures": lambda c: figures(c.page, c.number),
            **{kind: lambda c, kind=kind: getattr(c.page, kind) for kind in ("checks", "errata", "exercises")},
        }
        if self.text not in kinds:
            return [], [self.inliner.reporter.error(f"tally counts {', '.join(kinds)}; got {self.text!r}", line=self.lineno)]
        return [nodes.Text(str(sum(len(kinds[self.text](c)) for c in chapters)))], []


class Filter(SphinxDirective):
    """`{filter} label` narrows the entries that follow to those with every word typed; without script the list stays whole."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        box = (
            f'<div class="filter pst-js-only not-printed"><label for="filter">{html.escape(self.arguments[0])}</label>'
            '<input id="filter" type="search" autocomplete="off" spellcheck="false"><output for="filter"></output></div>'
        )
        return [nodes.raw("", box, format="html")]


def setup(app):
    """Register the directives and the role."""
    app.add_directive("exercise-list", ExerciseList)
    app.add_directive("figure-list", FigureList)
    app.add_directive("filter", Filter)
    app.add_role("tally", Tally())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
