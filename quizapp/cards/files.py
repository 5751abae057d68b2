"""Which files are decks, and what is in them."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from quizapp.cards.plain_yaml import MAX_BYTES

SUFFIXES = (".yaml", ".yml")


def read_bytes(path: Path) -> bytes:
    """What is in a file, as far as a deck may be long; a byte more where it is longer.

    Raises:
        OSError: it cannot be read, or reading it might never end, as of a pipe or a device.
    """
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "it is a pipe or a device, no file")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def is_deck_name(path: Path) -> bool:
    """Whether a file is a deck, going by its name."""
    return path.suffix.lower() in SUFFIXES


def deck_files(folders: Sequence[Path]) -> Iterator[Path]:
    """Every deck file once: folder by folder, by name, without hidden ones.

    Also what is no deck and is named itself, a link to nothing, and a folder that cannot be listed, so that it is told.
    """
    seen: set[str] = set()
    for folder in folders:
        if not is_there(folder):
            continue
        for path in [folder] if folder.is_file() else _walk(folder):
            if (real := os.path.realpath(path)) not in seen:
                seen.add(real)
                yield path


def is_there(path: Path) -> bool:
    """Whether there is anything; a path that cannot even be asked for, too long perhaps, leads to nothing."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def _walk(folder: Path) -> Iterator[Path]:
    unlisted: list[OSError] = []
    for where, folders, files in os.walk(folder, onerror=unlisted.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(where, name)
            if is_deck_name(path) and not name.startswith(".") and _can_be_opened(path):
                yield path
    yield from (Path(error.filename) for error in unlisted)


def _can_be_opened(path: Path) -> bool:
    """False for a pipe and the like, which opening would wait for; where it cannot be told, opening tells why."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True
