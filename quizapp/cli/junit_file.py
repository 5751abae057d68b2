"""The file that `--junit` names."""

from __future__ import annotations

import os
from pathlib import Path

from quizapp.errors import ConfigError
from quizapp.whole_file import replace_file


def writable(path: Path) -> Path:
    """The file, through its links, once it is clear that it can be written: no run must be lost for its sake.

    Raises:
        ConfigError: it cannot be.
    """
    target = Path(os.path.realpath(path))
    try:
        if not target.parent.is_dir():
            raise ConfigError(f"--junit: there is no folder {target.parent}; make it, or name a file elsewhere.")
        if target.exists() and not target.is_file():
            raise ConfigError(f"--junit: {target} is no file that could be written anew; name another.")
    except OSError as error:
        raise ConfigError(f"--junit: {target} cannot be written: {error.strerror}; name another file.") from error
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise ConfigError(f"--junit: you may not write to {target.parent}; name a file elsewhere.")
    return target


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        ConfigError: it cannot be written; what was there before is there still.
    """
    try:
        replace_file(path, content)
    except OSError as error:
        raise ConfigError(f"--junit: {path} cannot be written: {error.strerror}.") from error
