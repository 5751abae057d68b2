"""The QUIZAPP_* variables: which setting each is, which are none, and which one a value came from."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterator
from typing import get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_settings import NoDecode

PREFIX = "QUIZAPP_"
INTO = "__"
"""Stands between a table and what is in it: `QUIZAPP_STUDY__NEW_PER_DAY`."""
FILE = f"{PREFIX}CONFIG"
"""Names the file of settings, so it is none itself."""
_NO_JSON = object()


def file() -> str | None:
    """The file of settings that was named; None where none was."""
    return _given().get(FILE)


def unknown(model: type[BaseModel]) -> list[str]:
    """A sentence for each variable that is set but is no setting, so it does nothing."""
    fields = dict(_fields(model))
    tables = tuple(f"{name}{INTO}" for name, field in fields.items() if _is_table(field))
    given = _given()
    tops = [f"{PREFIX}{key.upper()}" for key, field in model.model_fields.items() if _is_table(field)]
    return [
        f"{name} is `null`, so it does nothing; unset it or give it a table."
        for name in tops
        if name in given and _parsed(given[name]) is None
    ] + [
        _unknown(name, [FILE, *fields])
        for name in sorted(given)
        if name not in {FILE, *fields} and not name.startswith(tables)
    ]


def not_json(model: type[BaseModel]) -> list[str]:
    """The variables that are not JSON, as one of a table or a list must be."""
    given = _given()
    return [
        name
        for name, field in _fields(model)
        if name in given and _takes_json(field) and _parsed(given[name]) is _NO_JSON
    ]


def source(loc: tuple[int | str, ...]) -> str | None:
    """The variable that the value at a place in the settings came from; None where no variable has it."""
    given = _given()
    names = [PREFIX + INTO.join(map(str, loc[:depth])).upper() for depth in range(len(loc) + 1)]
    deeper = [name for name in given if len(loc) > 1 and name.startswith(names[-1] + INTO)]
    if deeper and names[-1] not in given:  # one that takes the value for a table
        return deeper[0]
    for depth in range(len(loc), 0, -1):
        if names[depth] in given and _holds(given[names[depth]], loc[depth:]):
            return names[depth]
    return None


def _given() -> dict[str, str]:
    """The variables that are set, by name in capitals: pydantic takes them in any case, and empty ones as not set."""
    given = {name.upper(): value for name, value in os.environ.items() if value}
    return {name: value for name, value in given.items() if name.startswith(PREFIX)}


def _fields(model: type[BaseModel], prefix: str = PREFIX) -> Iterator[tuple[str, FieldInfo]]:
    """The variable of each setting and of each table of them."""
    for key, field in model.model_fields.items():
        name = f"{prefix}{key.upper()}"
        yield name, field
        if (inner := _model(field)) is not None:
            yield from _fields(inner, f"{name}{INTO}")


def _model(field: FieldInfo) -> type[BaseModel] | None:
    """The settings that a table holds; None for what is no such table."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _is_table(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is dict or _model(field) is not None


def _takes_json(field: FieldInfo) -> bool:
    return NoDecode not in field.metadata and (_is_table(field) or get_origin(field.annotation) is tuple)


def _parsed(text: str) -> object:
    """What the text is as JSON; `_NO_JSON` where it is none."""
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        return _NO_JSON
    return parsed


def _holds(text: str, rest: tuple[int | str, ...]) -> bool:
    """Whether a variable has what is so much deeper in its table; what is no table has no other place to come from."""
    value = _parsed(text)
    for step in rest:
        if not isinstance(value, dict):
            return True
        if step not in value:
            return False
        value = value[step]
    return True


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    meant = f"; did you mean {near[0]}?" if near else ", so it does nothing."
    return f"{name} is no setting{meant}"
