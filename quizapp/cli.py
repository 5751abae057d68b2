"""The composition root: each command imports what it needs, wires it, and hands over."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp import __version__
from quizapp.errors import ConfigError

if TYPE_CHECKING:
    from quizapp.cards.card import Library
    from quizapp.config import Settings
    from quizapp.lab.verification import Verification
    from quizapp.study.clock import Clock
    from quizapp.tui.app import QuizApp

app = typer.Typer(
    help="A quiz on machine learning whose answers are proved by running a small model.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def say(text: str, *, problem: bool = False) -> None:
    """Print lines that may hold foreign text; a problem goes to stderr."""
    from quizapp.cards.sanitize import clean

    if text:
        typer.echo(clean(text), err=problem)


def now() -> datetime:
    """The present instant; the only clock below is the one handed down from here."""
    return datetime.now(UTC)


@app.callback(invoke_without_command=True)
def quiz(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Study what is due, unless a command is named."""
    if version:
        typer.echo(f"quizapp {__version__}")
    elif context.invoked_subcommand is None:
        study()


def study() -> None:
    """Open the quiz."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("The quiz needs a terminal; run `quizapp due` for the counts or `quizapp --help` for more.")
    from quizapp.config import load_settings

    quiz_app = compose(load_settings())
    quiz_app.run()
    if quiz_app.last_words:
        say(f"quizapp: {quiz_app.last_words}", problem=True)
    sys.exit(quiz_app.return_code or 0)


def compose(settings: Settings) -> QuizApp:
    """The app with the whole house behind it; nothing is started yet."""
    from uuid import uuid4

    from quizapp.lab.client import Lab
    from quizapp.lab.trust import Trust
    from quizapp.store.thread import AsyncStore
    from quizapp.study.scheduler import Scheduler
    from quizapp.tui.app import QuizApp
    from quizapp.tui.services import Services

    clock = local_clock(settings)
    return QuizApp(
        Services(
            load_library=lambda: library(settings),
            log=AsyncStore(settings.data_dir, now),
            make_lab=lambda on_state: Lab(settings.lab, on_state),
            trust=Trust(settings.data_dir),
            scheduler=Scheduler(settings.study, clock),
            study=settings.study,
            clock=clock,
            now=now,
            new_id=uuid4,
            notes=settings.notes,
            keys=settings.keys,
        )
    )


def library(settings: Settings) -> Library:
    """Every deck of the configured folders."""
    from quizapp.cards.loader import load_library
    from quizapp.config import shipped_decks

    return load_library(settings.deck_folders, shipped=shipped_decks(), cache=settings.cache_dir)


def local_clock(settings: Settings) -> Clock:
    """The learner's study days."""
    from tzlocal import get_localzone

    from quizapp.study.clock import Clock

    return Clock(get_localzone(), settings.study.rollover)


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Deck files or folders; all your decks if none.")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="First add the ids that are missing.")] = False,
    as_json: Json = False,
) -> None:
    """Look for mistakes in decks; exit 1 when there is one."""
    from quizapp.cards.loader import load_library
    from quizapp.config import load_settings, shipped_decks

    missing = [str(path) for path in paths or () if not path.exists()]
    if missing:
        raise ConfigError(f"There is no {', '.join(missing)}; name deck files or folders that exist.")
    folders = tuple(paths) if paths else load_settings().deck_folders
    fixed = add_ids(folders) if fix else []
    found = load_library(folders, shipped=shipped_decks())
    if as_json:
        problems = [{"path": str(p.path), "line": p.line, "card": p.card, "message": p.message} for p in found.problems]
        answer = {"decks": len(found.decks), "cards": len(found.cards), "fixed": fixed, "problems": problems}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in (*fixed, *map(str, found.problems)):
            say(line)
        counts = ((len(found.decks), "deck"), (len(found.cards), "card"), (len(found.problems), "problem"))
        say(", ".join(f"{number} {thing}{'' if number == 1 else 's'}" for number, thing in counts))
    raise typer.Exit(1 if found.problems else 0)


def add_ids(folders: tuple[Path, ...]) -> list[str]:
    """Write the ids that cards lack into their files; says what was added where. Each file is replaced whole."""
    from quizapp.cards.fix import add_missing_ids
    from quizapp.cards.loader import deck_files

    said = []
    for path in deck_files(folders):
        try:
            fixed, ids = add_missing_ids(path.read_bytes().decode())
        except (OSError, UnicodeDecodeError):
            continue  # the check that follows says what is wrong with the file
        if ids:
            new = path.with_name(f".{path.name}.new")
            new.write_bytes(fixed.encode())
            shutil.copymode(path, new)
            new.replace(path)
            said.append(f"{path}: added {', '.join(ids)}")
    return said


@app.command()
def schema() -> None:
    """Print the JSON Schema of a deck, for your editor."""
    from quizapp.cards.schema import deck_schema

    typer.echo(json.dumps(deck_schema(), ensure_ascii=False, indent=2))


@app.command()
def due(as_json: Json = False) -> None:
    """Say what is due today; works while a session is open."""
    from dataclasses import asdict

    from quizapp.config import load_settings
    from quizapp.store.log import open_reader
    from quizapp.study.queue import counts, counts_by_deck
    from quizapp.study.scheduler import Scheduler

    settings = load_settings()
    clock = local_clock(settings)
    decks = library(settings)
    log = open_reader(settings.data_dir)
    states, events = log.states(), log.events(since=clock.day(now()))
    study_of = (states, events, settings.study, Scheduler(settings.study, clock), now())
    total = counts(decks.cards.values(), *study_of)
    by_deck = counts_by_deck(decks, *study_of)
    if as_json:
        answer = {"total": asdict(total), "decks": {deck: asdict(count) for deck, count in by_deck.items()}}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    say(f"{total.due} due, {total.learning} in learning, {total.new} new")
    for deck in decks.decks:
        count = by_deck[deck.id]
        say(f"{count.due:6} due {count.learning:4} learning {count.new:4} new   {deck.title}")


@app.command()
def verify(
    decks: Annotated[list[str] | None, typer.Argument(help="Deck ids; all decks if none.")] = None,
    as_json: Json = False,
) -> None:
    """Run every claim on the models set for its role; exit 1 when one does not hold."""
    import asyncio

    from quizapp.cards.proof import Verdict
    from quizapp.config import load_settings
    from quizapp.lab import verification

    settings = load_settings()
    known = library(settings)
    unknown = set(decks or ()) - {deck.id for deck in known.decks}
    if unknown:
        raise ConfigError(f"There is no deck {', '.join(sorted(unknown))}; there are {ids_of(known)}.")
    for problem in known.problems:
        say(f"not read: {problem}", problem=True)
    results = asyncio.run(verify_decks(settings, known, decks, quiet=as_json))
    verdicts = [result.run.verdict for result in results]
    held = verdicts.count(Verdict.VERIFIED)
    if as_json:
        answer = {"claims": [verification.as_json(result) for result in results], "recorded": False}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        say(verification.sample_note(results))
        say(f"{held} of {len(verdicts)} runs verified")
    raise typer.Exit(verification.exit_code(verdicts))


def ids_of(decks: Library) -> str:
    """The deck ids, for a message."""
    return ", ".join(deck.id for deck in decks.decks)


async def verify_decks(
    settings: Settings, known: Library, decks: list[str] | None, *, quiet: bool
) -> list[Verification]:
    """Run the claims of some decks (None or empty: all), printing each as it ends unless `quiet`."""
    from quizapp.lab.client import Lab
    from quizapp.lab.trust import Trust
    from quizapp.lab.verification import as_text, verify

    trust = Trust(settings.data_dir)
    cards = [card for deck in known.decks if not decks or deck.id in decks for card in deck.cards]
    lab = Lab(settings.lab)
    results = []
    try:
        async for result in verify(cards, lab, lambda card: trust.is_trusted(known.deck_of(card.id), card)):
            results.append(result)
            if not quiet:
                typer.echo(as_text(result))
    finally:
        await lab.close()
    return results
