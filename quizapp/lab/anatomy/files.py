"""Reading a file of a model's folder: what is there but cannot be used is a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LARGEST = 200_000_000
"""Bytes; the largest vocabularies have a tenth of it."""


class Unreadable(Exception):
    """A file is missing or broken; the message is a sentence that names it."""


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file.

    Raises:
        Unreadable: there is no such file, or it holds no JSON object.
    """
    try:
        parsed = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path.name} is damaged: it is no JSON.") from error
    if not isinstance(parsed, dict):
        raise Unreadable(f"{path.name} is damaged: it holds no JSON object.")
    return parsed


def read_bytes(path: Path) -> bytes:
    """What is in a file.

    Raises:
        Unreadable: there is no such file, it cannot be read, or it is far too long to be what its name says.
    """
    if not path.is_file():
        raise Unreadable(f"There is no {path.name}.")
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"{path.name} is too long to be read.")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from error
