"""The file of settings as a program changes it: one key, and not another byte."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from quizapp.errors import ConfigError
from quizapp.whole_file import replace_file

_HEADER = re.compile(r"^[ \t]*\[[ \t]*lab[ \t]*\.[ \t]*models[ \t]*\][^\n]*(?:\n|\Z)", re.MULTILINE)


def set_model(file: Path, role: str, model: str) -> None:
    """Write what model a role has into the file of settings, which is made if there is none.

    Raises:
        ConfigError: it cannot be read, is not TOML, or cannot be written; it is as it was.
    """
    target = Path(os.path.realpath(file))  # where the file is a link, the link stays
    _write(target, with_model(read(file), role, model, file))


def read(file: Path) -> str:
    """The text of the file of settings; none where there is no file.

    Raises:
        ConfigError: it cannot be read, or written later.
    """
    try:
        if not file.exists():
            return ""
        text = file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8; save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    if not os.access(file, os.W_OK):
        raise ConfigError(f"You may not write to {file}; change who may, or write to it as its owner.")
    return text


def with_model(text: str, role: str, model: str, file: Path) -> str:
    """The text of the file of settings with another model for a role; nothing else in it says anything else.

    Args:
        text: What is in the file.
        role: Which role.
        model: What is written there.
        file: Where it is, to say so.

    Raises:
        ConfigError: the text is not TOML, or has something else in the place of a table.
    """
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}. Correct it first; nothing was written.") from error
    lab = before.get("lab", {})
    models = lab.get("models", {}) if isinstance(lab, dict) else None
    if isinstance(models, dict):
        wanted = before | {"lab": lab | {"models": models | {role: model}}}
        for change in (_replaced,) if role in models else (_below_header, _at_end, _replaced):
            for changed in change(text, role, model):
                if _says(changed, wanted):
                    return changed
    raise ConfigError(
        f"{file} is written in a way that is not changed by a program; write it there yourself: "
        f"`{role} = {_quoted(model)}` below `[lab.models]`."
    )


def _replaced(text: str, role: str, model: str) -> Iterator[str]:
    """With another value for a key that there is, or one more in a table on one line."""
    try:
        document = tomlkit.parse(text)
        document["lab"]["models"][role] = model
        yield tomlkit.dumps(document)
    except (TOMLKitError, LookupError, TypeError, ValueError):
        return


def _below_header(text: str, role: str, model: str) -> Iterator[str]:
    """With a line below that which begins the table; what only looks like that line says something else then."""
    for header in _HEADER.finditer(text):
        end = "" if header[0].endswith("\n") else _line_end(text)
        yield f"{text[: header.end()]}{end}{_line(text, role, model)}{text[header.end() :]}"


def _at_end(text: str, role: str, model: str) -> Iterator[str]:
    """With the table after everything else."""
    end = _line_end(text)
    gap = end * 2 if text and not text.endswith("\n") else end if text else ""
    yield f"{text}{gap}[lab.models]{end}{_line(text, role, model)}"


def _line(text: str, role: str, model: str) -> str:
    return f"{role} = {_quoted(model)}{_line_end(text)}"


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _quoted(model: str) -> str:
    """As TOML writes a text: JSON does it alike, but for one character."""
    return json.dumps(model, ensure_ascii=False).replace("\x7f", "\\u007f")


def _says(text: str, wanted: dict[str, object]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _write(target: Path, text: str) -> None:
    """Replace the file whole, or leave it as it is."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, text.encode())
    except (OSError, UnicodeEncodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "the name of the model is no text"
        raise ConfigError(f"{target} cannot be written: {why}. It is as it was.") from error
