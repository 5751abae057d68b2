"""A file written whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in the place of what is there, with its permissions; a reader sees the one or the other.

    It is made anew under a name that nobody can foresee, so that nothing is written through a link that lies in wait.

    Raises:
        OSError: it cannot be written; what was there is there still.
    """
    draft = path.with_name(f".{os.urandom(8).hex()}.new")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet.

    Raises:
        FileExistsError: it is there, and is left as it is.
        OSError: it cannot be written; nothing is left of it.
    """
    file = path.open("xb")
    try:
        with file:
            file.write(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise
