"""What pydantic finds wrong, as sentences that say what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from quizapp.cards.deck import NOT_BLANK, PARTS, Choice, Part
from quizapp.cards.rules import Loc

SHAPES = {
    "string_type": "should be a text",
    "bool_type": "should be `true` or `false`, without quotes",
    "float_type": "should be a number, without quotes",
    "finite_number": "should be a finite number",
    "tuple_type": "should be a list: `[one, two]`, or lines that start with `- `",
    "dict_type": "should be a mapping of names to lists: `{name: [1, 2]}`",
    "too_short": "is empty; list at least one",
    "string_too_short": "is empty; write something, or remove the key",
}
"""By type of error: what the value should have been."""


def sentence(error: Mapping[str, Any], loc: Loc, where: str, known: Iterable[str]) -> str:
    """One error of a validation.

    Args:
        error: An item of `ValidationError.errors()`.
        loc: Its place in the file, as far as the file has it.
        where: What to call the part of the file: `the deck`, `card 'x'`.
        known: The keys that could have been written where an unknown one is.
    """
    kind, value = error["type"], error.get("input")
    context = error.get("ctx", {})
    if context.get("pattern") == NOT_BLANK:
        kind = "string_too_short"
    if kind == "missing":
        return f"{_part(loc, where)} has no `{loc[-1]}`; add it."
    if kind == "extra_forbidden":
        return unknown_key(str(loc[-1]), _part(loc, where), known)
    if kind == "string_pattern_mismatch":
        return (
            f"{path(loc)} of {where} is {value!r}, which is no id; begin with a letter or digit, "
            "then letters, digits, `_`, `.`, `-`, 80 at most."
        )
    if kind == "string_too_long":
        return (
            f"{path(loc)} of {where} has {len(str(value))} characters, {context['max_length']} is the most; shorten it."
        )
    if kind == "literal_error":
        return f"{path(loc)} of {where} is {value!r}; it should be {context['expected']}."
    if kind == "greater_than_equal":
        return f"{path(loc)} of {where} is {value!r}; it should be {context['ge']:g} or more."
    if kind == "model_type" and loc:
        return f"{path(loc)} of {where} should be {_mapping(PARTS[str(loc[0])])}."
    if loc[:1] == ("vary",) and len(loc) == 3:
        return f"{path(loc)} of {where} should be a number, `true`, `false` or a text."
    return f"{path(loc)} of {where} {SHAPES.get(kind, 'is wrong: ' + str(error['msg']))}."


def _mapping(part: type[Part]) -> str:
    """What a part of an entry looks like: the keys it needs, then those it may have."""
    needed = [name for name, field in part.model_fields.items() if field.is_required()]
    others = [f"`{name}`" for name in part.model_fields if name not in needed]
    text = "a text, or " if part is Choice else ""
    more = f"; it may also have {', '.join(others)}" if others else ""
    return f"{text}a mapping: `{{{', '.join(f'{name}: …' for name in needed)}}}`{more}"


def unknown_key(key: str, where: str, known: Iterable[str]) -> str:
    """A key that the schema does not have, with the one that was probably meant."""
    if meant := meant_key(key, known):
        return f"unknown key '{key}' in {where}; did you mean '{meant}'?"
    return f"unknown key '{key}' in {where}; remove it, or use one of {', '.join(known)}."


def meant_key(key: str, known: Iterable[str]) -> str | None:
    """The known key that a misspelt one is closest to."""
    return next(iter(difflib.get_close_matches(key.lower(), list(known), n=1)), None)


def _part(loc: Loc, where: str) -> str:
    """What the last step of a place is in."""
    return f"{path(loc[:-1])} of {where}" if len(loc) > 1 else where


def path(loc: Loc) -> str:
    """A place in words: `text` of item 2 of `choices`."""
    return " of ".join(f"`{step}`" if isinstance(step, str) else f"item {step + 1}" for step in reversed(loc))
