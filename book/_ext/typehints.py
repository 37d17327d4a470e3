"""Type hints of the API pages in words: `Float[np.ndarray, "n d"]` reads "float array n × d"."""

import inspect
from dataclasses import dataclass

import numpy as np


def setup(app):
    """Give sphinx-autodoc-typehints the formatter, which cannot be named in a YAML file."""
    app.connect("config-inited", configure)
    app.connect("autodoc-process-docstring", part_fields_from_examples, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def configure(app, config):
    """Set the formatter; a function in the configuration would defeat the cache of the build."""
    app.config.typehints_formatter = Formatter()


@dataclass(frozen=True)
class Formatter:
    """An object rather than a function, so that Sphinx can compare it with that of the last build."""

    def __call__(self, annotation, config=None):
        """Our words for an array or a foreign class; None leaves the rest to sphinx-autodoc-typehints."""
        shape = getattr(annotation, "dim_str", None)
        if shape is not None:
            kind = annotation.__name__.split("[")[0].lower()
            kind = {"num": "number", "float": "float", "int": "integer", "bool": "truth-value", "shaped": ""}.get(kind, kind)
            return f"*{kind} array*" + (f" ``{' × '.join(shape.split())}``" if shape.strip() else "")
        if annotation is np.random.Generator:
            return "``numpy.random.Generator``"
        if inspect.isclass(annotation) and annotation.__module__.split(".")[0] not in ("builtins", "principles", "collections"):
            return f"``{annotation.__module__.split('.')[0]}.{annotation.__qualname__}``"
        return None


def part_fields_from_examples(app, what, name, obj, options, lines):
    """A blank line between the last field and a doctest, which sphinx-autodoc-typehints leaves out."""
    for place in range(len(lines) - 1, 0, -1):
        if lines[place].startswith(">>>") and lines[place - 1].startswith(":"):
            lines.insert(place, "")
