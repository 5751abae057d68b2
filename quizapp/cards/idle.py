"""Asserts that hold whatever the model does, and other code that proves nothing: told without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from quizapp.cards.claims import tree

SELF = (ast.Eq, ast.Is, ast.LtE, ast.GtE)
"""Comparisons that hold between a thing and itself."""


def idle_asserts(code: str) -> Iterator[tuple[int, str]]:
    """The 1-based line of each assert of valid code that cannot fail, and why it cannot."""
    for node in ast.walk(tree(code)):
        if isinstance(node, ast.Assert) and (why := _always(node.test)):
            yield node.lineno, why


def is_constant(expression: str) -> bool:
    """Whether a valid expression mentions nothing that a run could change."""
    return _mentions_nothing(ast.parse(expression, mode="eval"))


def bound_names(code: str) -> frozenset[str]:
    """Names that valid code itself gives a value, anywhere."""
    return frozenset(name for node in ast.walk(tree(code)) for name in _bound(node))


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(ctx=ast.Store()):
            yield node.id
        case ast.arg():
            yield node.arg
        case ast.alias():
            yield node.asname or node.name.partition(".")[0]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name


def _always(test: ast.expr) -> str:
    """Why a test is true whatever happened, or nothing."""
    match test:
        case ast.Tuple() if test.elts:
            return "is a pair in brackets, which counts as true; write the message behind the comma without brackets"
        case ast.GeneratorExp() | ast.Lambda():
            return "is never worked out and so counts as true; put `all(…)` around it, or call it"
        case ast.Compare() if _with_itself(test):
            return "compares a thing with itself"
        case ast.BoolOp(op=ast.Or()):
            return next(filter(None, map(_always, test.values)), "")
    return "mentions nothing that was run" if _mentions_nothing(test) and not _is_false(test) else ""


def _mentions_nothing(node: ast.AST) -> bool:
    return not any(isinstance(part, ast.Name | ast.Call | ast.Await) for part in ast.walk(node))


def _is_false(test: ast.expr) -> bool:
    """Whether it says no outright, as `assert False` does where nothing should come."""
    try:
        return not ast.literal_eval(test)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False


def _with_itself(test: ast.Compare) -> bool:
    """Not so with a call, which may give something else every time."""
    sides = {ast.dump(side) for side in (test.left, *test.comparators)}
    calls = any(isinstance(part, ast.Call) for part in ast.walk(test))
    return len(sides) == 1 and not calls and all(isinstance(op, SELF) for op in test.ops)
