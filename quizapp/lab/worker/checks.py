"""Assertions as checks: each is recorded with the values it compared, and the run goes on when one fails.

`transform` turns every

    assert left == right, message

into

    if __checks__.failed(0, __checks__.note(0, 0, left) == __checks__.note(0, 1, right)):
        __checks__.explain(0, message)

so that every part is evaluated once, in its order, with Python's own short circuits. What the test raises is raised.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quizapp.lab.worker.values import ALL_DIGITS, cut, describe, is_tensor

NAME = "__checks__"
"""What the recorder is called in the snippet's namespace."""
SOURCE = 1_000
MESSAGE = 500


@dataclass(frozen=True, slots=True)
class Assertion:
    """An `assert` as written."""

    line: int
    source: str


class Checks:
    """Records how each assertion went; `emit` hears of the first time it held and the first time it failed."""

    def __init__(self, assertions: list[Assertion], emit: Callable[..., None]) -> None:
        self._assertions = assertions
        self._emit = emit
        self._notes: dict[int, dict[int, Any]] = {}
        self._outcome: dict[int, bool] = {}

    @property
    def reached(self) -> bool:
        """Whether any assertion was evaluated."""
        return bool(self._outcome)

    @property
    def refuted(self) -> bool:
        """Whether any assertion failed, if only once."""
        return not all(self._outcome.values())

    def note(self, index: int, position: int, value: Any) -> Any:
        """Remember a part of the test, and give it back."""
        self._notes.setdefault(index, {})[position] = value
        return value

    def owner(self, index: int, position: int, value: Any) -> Any:
        """The same for what a method is called on, where that is a plain value and no module or model."""
        plain = isinstance(value, str | bytes | int | float | list | tuple | dict | set | frozenset)
        return self.note(index, position, value) if plain or is_tensor(value) else value

    def failed(self, index: int, result: Any) -> bool:
        """Whether the test was false, for the first time; the caller explains then."""
        passed = bool(result)
        notes = self._notes.pop(index, {})
        before = self._outcome.get(index)
        if before is False or before is passed:
            return False
        self._outcome[index] = passed
        self._report(index, passed=passed, parts=[notes[key] for key in sorted(notes)])
        return not passed

    def explain(self, index: int, message: Any) -> None:
        """Add the assertion's own message to a failure."""
        self._emit(index=index, message=cut(str(message), MESSAGE))

    def _report(self, index: int, *, passed: bool, parts: list[Any]) -> None:
        values = [describe(part) for part in parts]
        if not passed and len(set(values)) < len(values):  # what differs must not look the same
            values = [describe(part, ALL_DIGITS) for part in parts]
        written = self._assertions[index]
        source = cut(written.source, SOURCE)
        self._emit(index=index, line=written.line, source=source, passed=passed, values=values)


def transform(code: str, filename: str) -> tuple[ast.Module, list[Assertion]]:
    """The snippet's syntax tree with every assertion recorded, and the assertions in the order they are written.

    Raises:
        SyntaxError: it is not Python.
        ValueError: it holds a null byte.
    """
    recorder = _Recorder(code)
    tree = recorder.visit(ast.parse(code, filename))
    return ast.fix_missing_locations(tree), recorder.assertions


class _Recorder(ast.NodeTransformer):
    """Replaces the assertions of a tree."""

    def __init__(self, code: str) -> None:
        self._code = code
        self.assertions: list[Assertion] = []

    def visit_Assert(self, node: ast.Assert) -> ast.If:
        index = len(self.assertions)
        source = ast.get_source_segment(self._code, node.test) or ast.unparse(node.test)
        self.assertions.append(Assertion(node.lineno, source))
        test: ast.expr = _Parts(index).visit(node.test)
        explain: list[ast.stmt] = [ast.Pass()]
        if node.msg is not None:
            explain = [ast.Expr(_call("explain", index, node.msg))]
        return ast.copy_location(ast.If(_call("failed", index, test), explain, []), node)


class _Parts(ast.NodeVisitor):
    """Notes the parts of one test whose values tell why it failed; gives the test back, changed in place."""

    def __init__(self, index: int) -> None:
        self._index = index
        self._count = 0

    def _note(self, node: ast.expr, method: str = "note") -> ast.expr:
        self._count += 1
        return ast.copy_location(_call(method, self._index, ast.Constant(self._count), node), node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        node.left = self._note(node.left)
        node.comparators = [self._note(side) for side in node.comparators]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        node.values = [self.visit(value) for value in node.values]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        node.operand = self.visit(node.operand) if isinstance(node.op, ast.Not) else self._note(node.operand)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """`torch.allclose(a, b)`: the arguments; `(a == b).all()`: the parts of what it is called on too."""
        if isinstance(node.func, ast.Attribute):
            called_on = node.func.value
            parted = isinstance(called_on, ast.Compare | ast.BoolOp | ast.Call)
            node.func.value = self.visit(called_on) if parted else self._note(called_on, "owner")
        node.args = [self._argument(argument) for argument in node.args]
        return node

    def _argument(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Starred):
            node.value = self._argument(node.value)
        elif isinstance(node, ast.Compare | ast.BoolOp):
            self.visit(node)
        elif not isinstance(node, ast.Constant | ast.GeneratorExp | ast.Lambda):
            return self._note(node)
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Any other expression is a part by itself."""
        whole = isinstance(node, ast.Constant | ast.Lambda | ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
        return node if whole or not isinstance(node, ast.expr) else self._note(node)


def _call(method: str, index: int, *arguments: ast.expr) -> ast.Call:
    function = ast.Attribute(ast.Name(NAME, ast.Load()), method, ast.Load())
    return ast.Call(function, [ast.Constant(index), *arguments], [])
