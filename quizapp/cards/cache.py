"""Decks already read, kept by the hash of their bytes, so that a start does not parse what did not change."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from pydantic import ValidationError

import quizapp
from quizapp.cards.content import Content
from quizapp.cards.reading import read

FORM = 5
"""To be raised when reading the same bytes gives something else within one version of the program."""
MOST = 500
"""Entries kept; the longest unused go first."""


def read_cached(data: bytes, folder: Path | None) -> Content:
    """What `read` says of the bytes, from the folder where it is there, else read and put there.

    The cache only saves time: a damaged entry, a full disk or a folder that cannot be written is as no cache at all.
    """
    if folder is None:
        return read(data)
    entry = folder / f"{_key(data)}.json"
    with contextlib.suppress(OSError, ValidationError):
        content = Content.model_validate_json(entry.read_bytes())
        os.utime(entry)
        return content
    content = read(data)
    with contextlib.suppress(OSError):
        _write(entry, content.model_dump_json().encode())
        _prune(folder)
    return content


def _key(data: bytes) -> str:
    """Of the bytes and of all that decides how they are read; Python's grammar decides which code is valid."""
    reader = f"{FORM} {quizapp.__version__} {sys.version_info[:3]}\n"
    return hashlib.sha256(reader.encode() + data).hexdigest()


def _write(entry: Path, text: bytes) -> None:
    """All or nothing, also when two processes write at once."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=entry.parent, suffix=".new", delete=False) as file:
        try:
            file.write(text)
            file.close()
            Path(file.name).replace(entry)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def _prune(folder: Path) -> None:
    entries = sorted([*folder.glob("*.json"), *folder.glob("*.new")], key=lambda entry: entry.stat().st_mtime)
    for entry in entries[:-MOST]:
        entry.unlink(missing_ok=True)
