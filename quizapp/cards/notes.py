"""A notes file read."""

from __future__ import annotations

from pathlib import Path

from quizapp.errors import NotesError

MAX_BYTES = 1 << 20


def read_notes(path: Path) -> str:
    """The text of a notes file.

    Raises:
        NotesError: it cannot be read, is too large, or is no text.
    """
    if path.is_dir():
        raise NotesError(f"{path} is a folder; name one file of notes.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotesError(f"{path} cannot be read: {error.strerror}; check that it is there and may be read.") from error
    if len(data) > MAX_BYTES:
        raise NotesError(f"{path} is larger than {MAX_BYTES >> 10} KiB; split the notes into several files.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotesError(f"{path}:{line}: this is not UTF-8; save the file as UTF-8.") from error
