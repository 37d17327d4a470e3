"""One wrong sign for every numbered equation: `planted.py` asks who notices it.

The rule: on the line of the package that carries the equation's number, the outermost + or − becomes its opposite;
where there is none, a comparison does; where there is none either, the value gets a minus. The line is the return of
the implementing function if no line carries the number.
"""

import ast
import importlib
import inspect
import re
from dataclasses import dataclass
from os.path import commonprefix
from pathlib import Path

# What to write for what where the rule would turn no number's sign, or that of noise, which is symmetric.
BY_HAND = {
    "2.5": ("return least", "return -least"),
    "3.4": ("X), y, order", "X), -y, order"),
    "5.6": (".max(", ".min("),
    "6.6": (".argmax(", ".argmin("),
    "8.3": ("x, model)", "-x, model)"),
    "9.5": ("- m / 2", "+ m / 2"),
    "9.9": ("middle", "-middle"),
    "11.28": ("W - η", "W + η"),
    "11.32": ("(W ** 2)", "-(W ** 2)"),
    "11.35": ("jensen=-", "jensen="),
    "15.12": ("μ + σ", "-μ + σ"),
    "15.21": ("np.sqrt(1 - β) * z", "-np.sqrt(1 - β) * z"),
    "15.22": ("np.sqrt(kept) * x", "-np.sqrt(kept) * x"),
    "15.23": ("mean + ", "-mean + "),
}
# Where no wrong sign changes anything, and why.
EQUIVALENT = {"8.9": "whose function returns lengths, and ‖Ax‖ = ‖-Ax‖"}
CALLED: set[str] = set()  # the names of watched functions that were called
TURNED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.Gt, ast.Gt: ast.Lt,
          ast.LtE: ast.GtE, ast.GtE: ast.LtE}  # fmt: skip


@dataclass
class Planted:
    """A wrong sign behind an equation: where it is, what stood there and what stands there now."""

    equation: str
    path: Path
    function: str
    before: str
    after: str
    tree: ast.Module

    @property
    def module(self):
        return ".".join(self.path.with_suffix("").parts[self.path.parts.index("principles") :])

    @property
    def name(self):
        return f"{self.module.partition('.')[2]}.{self.function}"

    @property
    def change(self):
        """What changed, with a few characters on either side."""
        start, width = len(commonprefix([self.before, self.after])), 36
        end = len(commonprefix([self.before[start:][::-1], self.after[start:][::-1]]))
        first, last = max(0, start - width), max(0, end - width)
        texts = (("…" if first else "") + t[first : len(t) - last] + ("…" if last else "") for t in (self.before, self.after))
        return " → ".join(f"`{t}`" for t in texts).replace("|", "\\|").replace("\n", " ")

    def install(self, tree=None):
        """Give the imported function the wrong code: whoever imported it already meets that too."""
        names = {"__name__": self.module}
        exec(compile(tree or self.tree, str(self.path), "exec"), names)
        _body(vars(importlib.import_module(self.module)), self.function).__code__ = _body(names, self.function).__code__

    def watch(self):
        """Let the function put its name into `CALLED` when it is called."""
        tree = scope = ast.parse(self.path.read_text(encoding="utf-8"))
        for name in self.function.split("."):
            scope = next(n for n in scope.body if getattr(n, "name", "") == name)
        scope.body.insert(0, ast.parse(f"__import__({__name__!r}).CALLED.add({self.name!r})").body[0])
        self.install(ast.fix_missing_locations(tree))


def _body(scope, function):
    """The function itself behind a dotted name, without decorators."""
    for name in function.split("."):
        scope = scope[name] if isinstance(scope, dict) else vars(scope)[name]
    return inspect.unwrap(getattr(scope, "fget", None) or getattr(scope, "__func__", scope))


class Replace(ast.NodeTransformer):
    """One node of a tree by another."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def parts(node):
    """The nodes of a statement, outermost first, without subscripts, options and the ends of ranges."""
    waiting = [node]
    for node in waiting:
        yield node
        skipped = {"slice", "keywords"} | ({"args"} if getattr(getattr(node, "func", 0), "id", "") == "range" else set())
        children = [value for name, value in ast.iter_fields(node) if name not in skipped]
        waiting += [n for value in children for n in (value if isinstance(value, list) else [value]) if isinstance(n, ast.AST)]


def wrong_sign(statement):
    """What to replace by what."""
    for node in parts(statement):
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in TURNED:
            return node, type(node)(**dict(ast.iter_fields(node)) | {"op": TURNED[type(node.op)]()})
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
            return node, node.operand
    for node in parts(statement):
        if isinstance(node, ast.Compare):
            return node, ast.Compare(node.left, [TURNED[type(node.ops[0])]()], node.comparators)
    value = inner(statement.value)
    return value, ast.UnaryOp(ast.USub(), value)


def inner(value):
    """The number itself: inside a tuple, a list, float(...), append(...) or a record, the first of them."""
    if isinstance(value, (ast.Tuple, ast.List)):
        return inner(value.elts[0])
    if isinstance(value, (ast.ListComp, ast.GeneratorExp)):
        return inner(value.elt)
    if isinstance(value, ast.Call) and re.search(r"(\bappend|^float|^tuple|^[A-Z]\w*)$", ast.unparse(value.func)):
        return inner(value.args[0])
    return value


def lines(entry, folder):
    """(path, line) to plant in, best first: with the number in an implementing function, with the number, a return."""
    wanted, found = re.compile(rf"#.*\({re.escape(entry.subject)}\)"), []
    for path in dict.fromkeys([*(place.path for place in entry.implemented), *sorted(folder.glob("*.py"))]):
        text = path.read_text(encoding="utf-8")
        tree, starts = ast.parse(text), [place.line for place in entry.implemented if place.path == path]
        inside = {i for n in tree.body if n.lineno in starts for i in range(n.lineno, n.end_lineno + 1)}
        numbered = [i for i, line in enumerate(text.split("\n"), 1) if wanted.search(line)]
        returns = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Return) and n.lineno in inside]
        found += [(i not in inside, path, i) for i in numbered] + [(2, path, i) for i in returns]
    return [(path, i) for _, path, i in sorted(found, key=lambda f: f[0])]


def plant(entry, folder):
    """The wrong sign behind an equation, or None as long as no function implements it."""
    for path, line in lines(entry, folder):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        around = [n for n in ast.walk(tree) if isinstance(n, ast.stmt) and n.lineno <= line <= n.end_lineno]
        statement, before = around[-1], ast.unparse(around[-1])
        copy = ast.parse(before).body[0]
        if entry.subject in BY_HAND:
            after = ast.parse(before.replace(*BY_HAND[entry.subject], 1)).body[0]
        else:
            after = Replace(*wrong_sign(copy)).visit(copy)
        if ast.unparse(after) == before:
            raise ValueError(f"no sign is turned in {path.name}:{line}; BY_HAND needs another text for {entry.subject}")
        tree = Replace(statement, ast.copy_location(after, statement)).visit(tree)
        names = [n.name for n in around if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
        function = ".".join(names[: 2 if isinstance(around[0], ast.ClassDef) else 1])
        return Planted(entry.subject, path, function, before, ast.unparse(after), ast.fix_missing_locations(tree))
    return None
