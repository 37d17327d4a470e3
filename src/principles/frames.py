"""Several drawings as one SVG in which whatever they share is written once.

An element that only some of the drawings contain names them by their numbers,
`<path data-frame="0 3" .../>`, and is not displayed unless it belongs to the one shown.
Letters, markers and clipping paths are collected in front, where every frame finds them.
"""

import re
from xml.etree import ElementTree

SVG, LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"


def merged(drawings, *, shown):
    """One SVG that holds all drawings and displays the one numbered `shown`.

    Args:
        drawings: SVG texts of equal size, as matplotlib writes them.
        shown: the number of the drawing that is displayed.
    """
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", LINK)
    roots = [ElementTree.fromstring(re.sub(r"(?s)<metadata>.*?</metadata>|(?<=>)\s+(?=<)", "", text)) for text in drawings]
    used = set(re.findall(r'#([^")]+)[")]', "".join(drawings)))
    definitions = _collected(roots)
    for root in roots:
        for element in root.iter():
            if element.get("id") not in used:
                element.attrib.pop("id", None)
    (whole,) = _merge(roots, shown)
    whole.insert(0, definitions)
    return ElementTree.tostring(whole, encoding="unicode").replace(" />", "/>")


def _collected(roots):
    """One `<defs>` with every definition of the drawings, which are left without."""
    found = {}
    for root in roots:
        for parent in list(root.iter()):
            for defs in parent.findall(f"{{{SVG}}}defs"):
                found |= {ElementTree.tostring(child): child for child in defs}
                parent.remove(defs)
    collected = ElementTree.Element(f"{{{SVG}}}defs")
    collected.extend(found.values())
    return collected


def _merge(elements, shown):
    """The elements, one a drawing, as a list of elements: one if they agree or have the same parts, else one a variant."""
    first = elements[0]
    if len({(e.tag, *sorted(e.attrib.items()), len(e) > 0) for e in elements}) == 1 and (len(first) or _same(elements)):
        parts = _children([list(e) for e in elements], shown)
        for part in list(first):
            first.remove(part)
        first.extend(parts)
        return [first]
    return _variants([[e] for e in elements], shown)


def _children(families, shown):
    """The children of each drawing's element merged one by one; those in the middle, where the numbers differ, frame by frame."""
    shortest = min(map(len, families))
    if len({len(f) for f in families}) == 1:
        return [part for elements in zip(*families) for part in _merge(list(elements), shown)]
    head = next((i for i, elements in enumerate(zip(*families)) if not _same(elements)), shortest)
    backwards = (f[head:][::-1] for f in families)
    tail = next((i for i, elements in enumerate(zip(*backwards)) if not _same(elements)), shortest - head)
    middle = [f[head : len(f) - tail] for f in families]
    return [*families[0][:head], *_variants(middle, shown), *families[0][len(families[0]) - tail :]]


def _variants(families, shown):
    """The elements of each drawing, marked with its number; what several drawings write alike is written once for all."""
    kinds = {}
    for number, family in enumerate(families):
        kinds.setdefault(b"".join(map(ElementTree.tostring, family)), []).append(number)
    result = []
    for numbers in kinds.values():
        for element in families[numbers[0]]:
            element.set("data-frame", " ".join(map(str, numbers)))
            if shown not in numbers:
                element.set("display", "none")
            result.append(element)
    return result


def _same(elements):
    return len({ElementTree.tostring(e) for e in elements}) == 1
