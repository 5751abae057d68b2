"""What can be said of a snippet without running it."""

from __future__ import annotations

import ast
import keyword
import unicodedata
import warnings
from typing import Literal

BOUND = ("tokenizer", "model", "device", "torch", "show")
"""Names that the worker binds before the code runs."""
MAX_DEPTH = 400
"""Levels of a syntax tree; a sum of as many terms is as deep."""


def syntax_error(code: str, mode: Literal["exec", "eval"] = "exec") -> tuple[int, str] | None:
    """The 1-based line and the reason why a text is not Python, or None; nothing is executed.

    Args:
        code: Statements, or one expression with `mode="eval"`.
        mode: As for `compile`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parsed = ast.parse(code, mode="eval") if mode == "eval" else ast.parse(code)
            if _is_deep(parsed):
                return 1, "nested too deeply"
            compile(parsed, "<deck>", mode, dont_inherit=True)
        except SyntaxError as error:
            return max(error.lineno or 1, 1), (error.msg or "invalid syntax")
        except (RecursionError, MemoryError):
            return 1, "nested too deeply"
        except ValueError as error:
            return 1, str(error)
    return None


def _is_deep(parsed: ast.AST) -> bool:
    """Whether compiling would take long: Python's time for nested scopes grows with the square of their depth."""
    level: list[ast.AST] = [parsed]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return bool(level)


def tree(code: str) -> ast.Module:
    """The syntax tree of code that has no `syntax_error`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def has_assert(code: str) -> bool:
    """Whether a piece of valid code claims anything."""
    return any(isinstance(node, ast.Assert) for node in ast.walk(tree(code)))


def names(code: str) -> frozenset[str]:
    """Every variable that a piece of valid code mentions."""
    return frozenset(node.id for node in ast.walk(tree(code)) if isinstance(node, ast.Name))


def unbindable(name: str) -> str | None:
    """Why a name cannot be bound as a variable of a snippet, or None."""
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        return "is not a name Python code can use; begin with a letter, then letters, digits, `_`"
    if unicodedata.normalize("NFKC", name) != name:
        return "has characters that Python would replace; write it in plain letters"
    if name in BOUND:
        return "is a name the snippet already has; choose another"
    return None
