"""`quizapp check`."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.cli.composition import library, settings_told
from quizapp.cli.options import Json
from quizapp.errors import ConfigError
from quizapp.printing import say, say_json

if TYPE_CHECKING:
    from quizapp.cards.card import Library, Problem
    from quizapp.cards.mending.mends import Fix


def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Deck files or folders; all your decks if none.")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="First put right what is safe: ids, misspelt keys, tabs.")] = False,
    as_json: Json = False,
) -> None:
    """Find and explain mistakes in decks; exit 1 when there is one."""
    from quizapp.cards.files import is_there
    from quizapp.cards.loader import load_library
    from quizapp.config import missing_folders, shipped_decks

    missing = [str(path) for path in paths or () if not is_there(path)]
    if missing:
        raise ConfigError(f"There is no {', '.join(missing)}; name deck files or folders that exist.")
    settings = None if paths else settings_told()
    folders = settings.deck_folders if settings else tuple(paths or ())
    done = []
    for path, fixed in mend(folders) if fix else ():
        done.append({"path": str(path), **fixed.as_dict()})
        if not as_json:
            say(f"{path}:{fixed.line}: fixed: {fixed.message}")
    found = library(settings) if settings else load_library(folders, shipped=shipped_decks(), whole=False)
    found = replace(found, suggestions=(*found.suggestions, *map(_outdated, _outdated_schemas(folders))))
    if as_json:
        say_json({"decks": len(found.decks), "cards": len(found.cards), "fixed": done, **as_dicts(found)})
    else:
        tell(found)
    if found.problems:
        raise typer.Exit(1)
    raise typer.Exit(2 if settings and missing_folders(settings) else 0)


def mend(folders: tuple[Path, ...]) -> Iterator[tuple[Path, Fix]]:
    """Put right in the files what is safe; says each thing, and schemas brought up to date, as it is done."""
    from quizapp.cards.files import deck_files
    from quizapp.cards.mending.fixing import fix_file
    from quizapp.cards.mending.mends import Fix
    from quizapp.cards.template import write_schema

    for path in deck_files(folders):
        for fixed in fix_file(path):
            yield path, fixed
    for schema in _outdated_schemas(folders):
        write_schema(schema)
        yield schema, Fix(1, "this is the schema of this version now.")


def _outdated_schemas(folders: tuple[Path, ...]) -> list[Path]:
    """The schemas beside the deck files that are not of this version."""
    from quizapp.cards.files import deck_files
    from quizapp.cards.template import SCHEMA_FILE, is_outdated

    beside = dict.fromkeys(path.with_name(SCHEMA_FILE) for path in deck_files(folders))
    return [schema for schema in beside if is_outdated(schema)]


def as_dicts(found: Library) -> dict[str, object]:
    """All that is said of the decks, for `--json`."""
    from quizapp.cards.why import why
    from quizapp.cli.excerpt import source_line

    def as_dict(problem: Problem) -> dict[str, str | int | None]:
        source = source_line(problem.path, problem.line)
        return {**problem.as_dict(), "why": why(problem.message), "source": source}

    return {
        "problems": [as_dict(problem) for problem in found.problems],
        "suggestions": [as_dict(suggestion) for suggestion in found.suggestions],
        "fixable": sum(len(fixes) for fixes in _fixable(found).values()),
    }


def tell(found: Library) -> None:
    """Say what is wrong and what could be better, file by file, with the lines it is in; then how much it was."""
    from quizapp.study.words import counted

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    said = [*((problem, "") for problem in found.problems), *((one, "suggestion: ") for one in found.suggestions)]
    for problem, kind in sorted(said, key=lambda one: (str(one[0].path), one[0].line)):
        say("\n".join(_explained(problem, kind, width)))
    problems, suggestions = (Counter(one.path for one in all_) for all_ in (found.problems, found.suggestions))
    fixable = _fixable(found)
    if len(files := sorted({*problems, *suggestions})) > 1:
        for path in files:
            counts = ((problems[path], "problem"), (suggestions[path], "suggestion"))
            say(f"{path}: {', '.join(counted(number, thing) for number, thing in counts if number)}")
    totals = [(len(found.decks), "deck"), (len(found.cards), "card"), (len(found.problems), "problem")]
    more = [(len(found.suggestions), "suggestion")] if found.suggestions else []
    say(", ".join(counted(number, thing) for number, thing in [*totals, *more]))
    if fixable:
        number = sum(map(len, fixable.values()))
        say(f"`quizapp check --fix` puts {counted(number, 'thing')} right, and says what.")


def _outdated(schema: Path) -> Problem:
    from quizapp.cards.card import Problem

    return Problem(schema, 1, "your editor completes from the schema of another version; `--fix` renews it.")


def _explained(problem: Problem, kind: str, width: int | None) -> Iterator[str]:
    """A sentence at its place, the line it is in with a pointer, and why it is so."""
    from quizapp.cards.why import why
    from quizapp.cli.excerpt import excerpt, wrapped

    yield from wrapped(f"{problem.path}:{problem.line}: {kind}{problem.message}", width, "  ")
    yield from excerpt(problem, width)
    if reason := why(problem.message):
        yield from wrapped(f"         {reason}", width, "         ")
    yield ""


def _fixable(found: Library) -> dict[Path, list[Fix]]:
    """What `--fix` would do, in the files in which something is wrong."""
    from quizapp.cards.mending.fixing import fixes_of

    files = dict.fromkeys(problem.path for problem in found.problems)
    return {path: fixes for path in files if (fixes := fixes_of(path))}
