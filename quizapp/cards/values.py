"""What the nodes of a deck come to: text, but for the few keys where a number or a truth value is meant."""

from __future__ import annotations

import ast
import re

from quizapp.cards.deck import Value
from quizapp.cards.nodes import Items, Mapping, Node, Scalar

LITERAL_KEYS = frozenset({"tolerance", "right", "ignore_case", "vary"})
"""Where a plain scalar may be a number or a truth value; everywhere else text stays text."""
NUMBER = re.compile(r"[+-]?(0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+|[0-9.][0-9._]*(e[+-]?[0-9]+)?)", re.IGNORECASE)
TRUTH = {"true": True, "True": True, "false": False, "False": False}


def literal(scalar: Scalar) -> Value:
    """A plain scalar that Python reads as int, float, or that says true or false, as that; any other as its text."""
    text = scalar.text
    if scalar.style or len(text) > 40:
        return text
    if text in TRUTH:
        return TRUTH[text]
    if not NUMBER.fullmatch(text):
        return text
    try:
        number = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text
    return number if isinstance(number, int | float) else text


def plain(node: Node, *, literals: bool = False) -> object:
    """A node as Python's text, tuples and dicts; numbers and truth values only where the schema means them."""
    match node:
        case Scalar():
            return literal(node) if literals else node.text
        case Items():
            return tuple(plain(item, literals=literals) for item in node.items)
        case Mapping():
            return {key.text: plain(value, literals=literals or key.text in LITERAL_KEYS) for key, value in node.pairs}
