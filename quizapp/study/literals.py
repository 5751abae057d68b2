"""Values as people write them: numbers, texts, truth values and nested sequences; nothing is ever run."""

from __future__ import annotations

import ast
import math
import warnings

Literal = int | float | bool | str | None | list["Literal"] | tuple["Literal", ...]
"""What a prediction or an observed value may be."""

LONGEST = 20_000
"""Characters."""
DEEPEST = 32
"""Sequences inside sequences."""
NAMES = {"nan": math.nan, "inf": math.inf}


def parse_literal(text: str) -> Literal:
    """Read a value: `9`, `-1.5e-3`, `'cat'`, `True`, `None`, `nan`, `[1, 2]`, `(2, 9)`, `2, 9`, `torch.Size([2, 9])`.

    Raises:
        ValueError: it is something else, or too long or too deep; the message says what can be written.
    """
    if len(text) > LONGEST:
        raise ValueError(f"This value has {len(text)} characters; at most {LONGEST} can be compared.")
    if _depth(text) > DEEPEST:
        raise ValueError(f"This value nests more than {DEEPEST} levels deep.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval")
        return _value(tree.body)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(
            f"{_shown(text)} is not a value. Write a number, a text in quotation marks, True, False, None, nan, "
            "a list or a shape: 9, 'cat', [1, 2], (2, 9)."
        ) from error


def _value(node: ast.expr) -> Literal:
    match node:
        case ast.Constant(value=int() | float() | str() | None as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _number(operand)
        case ast.Name(id=name) if name in NAMES:
            return NAMES[name]
        case ast.List(elts=items):
            return [_value(item) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_value(item) for item in items)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="torch"), attr="Size"), args=[ast.List() | ast.Tuple() as shape]
        ):
            return tuple(_value(item) for item in shape.elts)
    raise ValueError


def _number(node: ast.expr) -> int | float:
    """The number under one sign; a sign under a sign is not how values are written."""
    value = None if isinstance(node, ast.UnaryOp) else _value(node)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ValueError


def _depth(text: str) -> int:
    """How deep the brackets nest; those inside texts count too, which errs on the safe side."""
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _shown(text: str) -> str:
    text = repr(text.strip())
    return text if len(text) <= 60 else text[:59] + "…"
