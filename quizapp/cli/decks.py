"""`quizapp check` and `quizapp schema`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from quizapp.cli.composition import library, settings_told
from quizapp.cli.options import Json
from quizapp.errors import ConfigError
from quizapp.printing import say, say_json


def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Deck files or folders; all your decks if none.")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="First add the ids that are missing.")] = False,
    as_json: Json = False,
) -> None:
    """Look for mistakes in decks; exit 1 when there is one."""
    from quizapp.cards.loader import is_there, load_library
    from quizapp.config import missing_folders, shipped_decks
    from quizapp.study.words import counted

    missing = [str(path) for path in paths or () if not is_there(path)]
    if missing:
        raise ConfigError(f"There is no {', '.join(missing)}; name deck files or folders that exist.")
    settings = None if paths else settings_told()
    fixed = []
    for line in add_ids(settings.deck_folders if settings else tuple(paths or ())) if fix else ():
        fixed.append(line)
        if not as_json:
            say(line)
    found = library(settings) if settings else load_library(tuple(paths or ()), shipped=shipped_decks())
    if as_json:
        problems = [problem.as_dict() for problem in found.problems]
        say_json({"decks": len(found.decks), "cards": len(found.cards), "fixed": fixed, "problems": problems})
    else:
        for problem in found.problems:
            say(str(problem))
        counts = ((len(found.decks), "deck"), (len(found.cards), "card"), (len(found.problems), "problem"))
        say(", ".join(counted(number, thing) for number, thing in counts))
    if found.problems:
        raise typer.Exit(1)
    raise typer.Exit(2 if settings and missing_folders(settings) else 0)


def add_ids(folders: tuple[Path, ...]) -> Iterator[str]:
    """Write the ids that cards lack into their files; says what was added where, as it is done."""
    from quizapp.cards.fix import fix_file
    from quizapp.cards.loader import deck_files

    for path in deck_files(folders):
        if ids := fix_file(path):
            yield f"{path}: added {', '.join(ids)}"


def schema() -> None:
    """Print the JSON Schema of a deck, for your editor."""
    from quizapp.cards.schema import deck_schema

    say_json(deck_schema())
