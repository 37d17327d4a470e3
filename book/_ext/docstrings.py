"""Docstrings are plain text for whoever reads the source; here they become reStructuredText.

`|x|`, `a*b` and `w_` mean what they say, and single backticks mark code.
"""

import re

CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LITERAL = re.compile(r"(``.+?``)")
SPECIAL = re.compile(r"([\\|*`])|(?<=\w)(_)(?!\w)")


def plain(line):
    """A line of prose with reStructuredText's special characters escaped and code marked up."""
    parts = LITERAL.split(CODE.sub(r"``\1``", line))
    return "".join(part if i % 2 else SPECIAL.sub(r"\\\g<0>", part) for i, part in enumerate(parts))


def process(app, what, name, obj, options, lines):
    """Rewrite a docstring in place, leaving doctests and their results as they are."""
    doctest = False
    for i, line in enumerate(lines):
        doctest = line.lstrip().startswith(">>>") or (doctest and bool(line.strip()))
        if not doctest:
            lines[i] = plain(line)


def setup(app):
    """Run before napoleon reads the sections."""
    app.connect("autodoc-process-docstring", process, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
