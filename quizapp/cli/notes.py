"""The notes file that a command is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.errors import ConfigError

if TYPE_CHECKING:
    from quizapp.config import Settings

MAX_BYTES = 1 << 20
Notes = Annotated[Path, typer.Argument(help="A Markdown file, or its name in the notes folder.", show_default=False)]


def find_notes(given: Path, settings: Settings) -> Path:
    """The file itself, else the one of that name in the notes folder.

    Raises:
        ConfigError: there is neither.
    """
    from quizapp.cards.loader import is_there

    if is_there(given):
        return given
    if settings.notes is None:
        raise ConfigError(
            f"There is no {given}; name a file that exists, or set `notes` in the settings to the folder it is in."
        )
    if is_there(settings.notes / given):
        return settings.notes / given
    raise ConfigError(f"There is no {given}, nor {settings.notes / given}; name a file that exists.")


def read_notes(path: Path) -> str:
    """The text of a notes file.

    Raises:
        ConfigError: it cannot be read, is too large, or is no text.
    """
    if path.is_dir():
        raise ConfigError(f"{path} is a folder; name one file of notes.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}; check its permissions.") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path} is larger than {MAX_BYTES >> 10} KiB; split the notes into several files.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: this is not UTF-8; save the file as UTF-8.") from error
