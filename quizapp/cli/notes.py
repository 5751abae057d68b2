"""The notes file that a command is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.errors import ConfigError

if TYPE_CHECKING:
    from quizapp.config import Settings

Notes = Annotated[Path, typer.Argument(help="A Markdown file, or its name in the notes folder.", show_default=False)]


def find_notes(given: Path, settings: Settings) -> Path:
    """The file itself, else the one of that name in the notes folder.

    Raises:
        ConfigError: there is neither.
    """
    from quizapp.cards.files import is_there

    if is_there(given):
        return given
    if settings.notes is None:
        raise ConfigError(
            f"There is no {given}; name a file that exists, or set `notes` in the settings to the folder it is in."
        )
    if is_there(settings.notes / given):
        return settings.notes / given
    raise ConfigError(f"There is no {given}, nor {settings.notes / given}; name a file that exists.")
