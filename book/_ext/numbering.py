"""The numbers that the notes print: a chapter is numbered by its file name, not by its place in `_toc.yml`.

`book/03-kernels.md` is Chapter 3 although chapters 1 and 2 may still be missing, so its
sections, equations, results, figures and exercises carry the notes' numbers from the start.
"""

import re
from contextlib import contextmanager

from cores import noted
from docutils import nodes
from sphinx.addnodes import toctree
from sphinx.domains.std import StandardDomain
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx_external_toc.collectors import TocTreeCollectorWithStyles

CHAPTER = re.compile(r"(?:.*/)?(\d+)-[^/]*")


def setup(app):
    """Number chapters by file name, call `prf:observation` a Fact, give proof bodies ids of their own."""
    TocTreeCollectorWithStyles.assign_section_numbers = assign_section_numbers
    TocTreeCollectorWithStyles.assign_figure_numbers = assign_figure_numbers
    StandardDomain._resolve_numref_xref = resolve_numref
    noted(app, "outlines")
    app.connect("doctree-read", name_results)
    app.connect("doctree-read", note_outline, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def assign_section_numbers(collector, env):
    """Sphinx's section numbers with the first part replaced; returns the pages whose numbers changed."""
    before = env.toc_secnumbers
    TocTreeCollector.assign_section_numbers(collector, env)
    for docname in env.toc_secnumbers:
        if match := CHAPTER.fullmatch(docname):
            _renumber(env, docname, int(match[1]))
    return [docname for docname, numbers in env.toc_secnumbers.items() if numbers != before.get(docname)]


def _renumber(env, docname, chapter):
    numbers = env.toc_secnumbers[docname]
    env.toc_secnumbers[docname] = {anchor: (chapter, *number[1:]) if number else number for anchor, number in numbers.items()}
    titles = [env.titles[docname], *env.tocs[docname].findall(nodes.reference)]
    for node in titles:
        if node.get("secnumber"):
            node["secnumber"] = [chapter, *node["secnumber"][1:]]


def assign_figure_numbers(collector, env):
    """Sphinx's figure numbers."""
    with outlined(env):
        return TocTreeCollector.assign_figure_numbers(collector, env)


def resolve_numref(domain, env, *rest, resolve=StandardDomain._resolve_numref_xref):
    """Sphinx's reference to something numbered."""
    with outlined(env):
        return resolve(domain, env, *rest)


@contextmanager
def outlined(env):
    """For those who only count: an outline stands for each page, or its whole tree would be read again and again."""
    env.get_doctree = env.outlines.__getitem__
    try:
        yield
    finally:
        del env.get_doctree


def note_outline(app, doctree):
    """Keep what numbering looks at, with its ids."""
    found = app.env.outlines[app.env.docname] = outline(doctree, app.env)
    found.ids = {name: node for node in found.findall(nodes.Element) for name in node["ids"]}


def outline(node, env):
    """A copy of what numbering looks at: sections, lists of pages, what is counted, and its title; None if there is nothing."""
    if isinstance(node, (nodes.title, nodes.caption)):
        return type(node)("", node.astext())
    kept = [part for child in node.children if isinstance(child, nodes.Element) and (part := outline(child, env)) is not None]
    if isinstance(node, nodes.document):
        return nodes.container("", *kept)
    counted = any(domain.get_enumerable_node_type(node) for domain in env.domains.values())
    return type(node)("", *kept, **node.attributes) if kept or counted or isinstance(node, (nodes.section, toctree)) else None


def name_results(app, doctree):
    """Show the notes' word for each result; make the ids of the bodies of results, exercises and solutions unique."""
    for node in doctree.findall(lambda node: "realtype" in getattr(node, "attributes", {})):
        if node["realtype"] == "observation":
            node["realtype"] = app.env.proof_list[node["label"]]["realtype"] = "fact"
        for section in node.findall(nodes.section):
            section["ids"] = [f"{node['label']}-statement"]
    bodies = [s for s in doctree.findall(nodes.section) if s["ids"] in (["exercise-content"], ["solution-content"])]
    for number, section in enumerate(bodies, 1):
        section["ids"] = [f"{section['ids'][0]}-{number}"]
