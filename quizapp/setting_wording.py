"""What is wrong with settings, as sentences that say where and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from quizapp.cards.rules import Loc
from quizapp.cards.wording import unknown_key
from quizapp.study.settings import SECONDS

SHAPES = {
    "time_delta": 'a time such as "30s", "10m", "1h" or "2d"',
    "time_": 'a time of day such as "04:00"',
    "int_": "a whole number",
    "float_": "a number",
    "bool_": "`true` or `false`",
    "tuple_": "a list",
    "dict_": "a table",
    "model_": "a table",
    "string_": "a text",
    "path_": "a path",
}
"""What a value should be, by how pydantic's name of its error begins."""
LIMITS = {
    "greater_than": "more than {}",
    "greater_than_equal": "{} or more",
    "less_than": "less than {}",
    "less_than_equal": "{} or less",
}
_LONGEST_FIRST = sorted(SECONDS.items(), key=lambda unit: -unit[1])


def sentences(error: ValidationError, model: type[BaseModel], source: Callable[[Loc], str]) -> list[str]:
    """One for each setting that is wrong.

    Args:
        error: What validation found.
        model: The settings that were validated.
        source: Says where the value at a place was set.
    """
    return [f"{source(found['loc'])}: {_sentence(found, model)}" for found in error.errors()]


def _sentence(found: Mapping[str, Any], model: type[BaseModel]) -> str:
    loc, kind, value = found["loc"], found["type"], found["input"]
    name = ".".join(map(str, loc)) or "settings"
    if kind == "extra_forbidden":
        section, known = _section(loc[:-1], model)
        return unknown_key(str(loc[-1]), section, known)
    if loc[0] == "keys" and isinstance(value, dict):
        binding, key = _unquoted(str(loc[1]), value) if len(loc) > 1 else ("study.run", "x")
        return f'`{name}` should be a text; put quotes around an id that has a dot in it: `"{binding}" = "{key}"`.'
    if kind == "value_error":
        return f"`{name}` is {str(value)!r}; {found['ctx']['error']}."
    shown = _span(value) if isinstance(value, timedelta) else repr(value)
    return f"`{name}` is {shown}; it should be {_shape(found)}."


def _shape(found: Mapping[str, Any]) -> str:
    """What the value should have been; in pydantic's words where it is an error that no setting of today gives."""
    kind = found["type"]
    if kind in LIMITS:
        (limit,) = found["ctx"].values()
        return LIMITS[kind].format(_limit(limit) if isinstance(limit, str) else f"{limit:g}")
    if kind == "literal_error":
        return str(found["ctx"]["expected"]).replace("'", "`")
    shapes = (shape for beginning, shape in SHAPES.items() if kind.startswith(beginning))
    return next(shapes, str(found["msg"]))


def _span(value: timedelta) -> str:
    """A span of time as it would be written in the settings, where pydantic has read it already."""
    seconds = value.total_seconds()
    length, unit = next(((length, unit) for unit, length in _LONGEST_FIRST if not seconds % length), (1, "s"))
    return f"{seconds / length:g}{unit}"


def _limit(limit: str) -> str:
    """A limit of a span of time, which pydantic tells as Python writes it; here they are whole days or seconds."""
    number = re.search(r"\d+", limit)
    assert number is not None, limit
    return f"{number[0]}d" if "day" in limit else f"{number[0]}s"


def _section(loc: Loc, model: type[BaseModel]) -> tuple[str, list[str]]:
    """What to call the table of the file that `loc` is, and the keys it takes."""
    for step in loc:
        inner = model.model_fields[str(step)].annotation
        assert isinstance(inner, type)
        assert issubclass(inner, BaseModel)
        model = inner
    return f"`[{'.'.join(map(str, loc))}]`" if loc else "the settings", list(model.model_fields)


def _unquoted(binding: str, value: object) -> tuple[str, object]:
    """The id and key that were meant by an id without quotes, which TOML reads as tables in one another."""
    while isinstance(value, dict) and value:
        step, value = next(iter(value.items()))
        binding = f"{binding}.{step}"
    return binding, value
