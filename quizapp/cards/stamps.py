"""Whether any deck file was saved: told from what the folders say of their files, without opening one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from quizapp.cards.files import deck_files

Stamp = tuple[int, ...]
"""When a file was written and when anything about it changed (ns), its size (bytes), its device and number; the
number of the error alone where it cannot be asked for."""


def stamps(folders: Sequence[Path]) -> dict[Path, Stamp]:
    """What is now there of the deck files of these folders, see `deck_files`; different after any of them was saved.

    Also one that was written anew under the same name, as most editors save, and one that was set back to an older
    date.
    """
    return {path: _stamp(path) for path in deck_files(folders)}


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError as error:
        return (error.errno or 0,)
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_dev, found.st_ino
