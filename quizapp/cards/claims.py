"""What can be said of a snippet without running it."""

from __future__ import annotations

import ast
import keyword
import unicodedata
import warnings

BOUND = ("tokenizer", "model", "device", "torch", "show")
"""Names that the worker binds before the code runs."""


def syntax_error(code: str, mode: str = "exec") -> tuple[int, str] | None:
    """The 1-based line and the reason why a text is not Python, or None.

    Args:
        code: Statements, or one expression with `mode="eval"`.
        mode: As for `compile`; nothing is executed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(code, "<deck>", mode, dont_inherit=True)
        except SyntaxError as error:
            return max(error.lineno or 1, 1), (error.msg or "invalid syntax")
        except (ValueError, RecursionError, MemoryError, OverflowError) as error:
            return 1, str(error) or "nested too deeply"
    return None


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
