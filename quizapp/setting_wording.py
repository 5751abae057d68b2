"""What is wrong with settings, as sentences that say where and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from quizapp.cards.wording import unknown_key

TIME = 'should be a time such as "30s", "10m", "1h" or "2d"'


def sentences(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One for each setting that is wrong.

    Args:
        error: What validation found.
        model: The settings that were validated.
    """
    return [_sentence(found, model) for found in error.errors()]


def _sentence(found: Mapping[str, Any], model: type[BaseModel]) -> str:
    loc, kind, value = found["loc"], found["type"], found["input"]
    name = ".".join(map(str, loc)) or "settings"
    if kind == "extra_forbidden":
        section, known = _section(loc[:-1], model)
        return unknown_key(str(loc[-1]), section, known)
    if loc[0] == "keys" and isinstance(value, dict):
        binding, key = _unquoted(str(loc[1]), value) if len(loc) > 1 else ("study.run", "x")
        return f'`{name}` should be a text; put quotes around an id that has a dot in it: `"{binding}" = "{key}"`.'
    if kind.startswith("time_delta"):
        return f"`{name}` is {value!r}; it {TIME}."
    if kind == "value_error":
        return f"`{name}` is {str(value)!r}; {found['ctx']['error']}."
    return f"`{name}` is {value!r}; {found['msg'].replace('Input should', 'it should', 1)}."


def _section(loc: tuple[int | str, ...], model: type[BaseModel]) -> tuple[str, list[str]]:
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
