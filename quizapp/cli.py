"""The composition root: each command imports what it needs, wires it, and hands over."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp import __version__
from quizapp.errors import ConfigError
from quizapp.printing import say, say_json

if TYPE_CHECKING:
    from quizapp.cards.card import Library, Problem
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
        say(f"quizapp {__version__}")
    elif context.invoked_subcommand is None:
        study()


def study() -> None:
    """Open the quiz."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
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
            notices=tuple(notices(settings)),
        )
    )


def settings_told() -> Settings:
    """The settings, with what is doubtful about them told on stderr."""
    from quizapp.config import load_settings

    settings = load_settings()
    for sentence in notices(settings):
        say(sentence, problem=True)
    return settings


def notices(settings: Settings) -> list[str]:
    """What is doubtful about settings that can be used nevertheless."""
    from quizapp.config import missing_folders, unknown_variables

    return [*unknown_variables(), *missing_folders(settings)]


def library(settings: Settings) -> Library:
    """Every deck of the configured folders, and what is wrong in them."""
    from quizapp.cards.loader import load_library
    from quizapp.config import shipped_decks

    return load_library(settings.deck_folders, shipped=shipped_decks(), cache=settings.cache_dir)


def local_clock(settings: Settings) -> Clock:
    """The learner's study days.

    A machine that names no zone is in UTC, as for every other program; of two that are named the one in use counts.

    Raises:
        ConfigError: the machine's time zone has no name that its time zone database knows.
    """
    import logging
    import warnings

    from tzlocal import get_localzone

    from quizapp.study.clock import Clock

    logging.getLogger("tzlocal").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"):
            return Clock(get_localzone(), settings.study.rollover)
    except (LookupError, ValueError, OSError) as error:
        named = f"TZ is {os.environ['TZ']!r}, which is" if os.environ.get("TZ") else "This machine's time zone has"
        raise ConfigError(f"{named} no name of a time zone; set TZ to one such as Europe/Berlin.") from error


@app.command()
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


@app.command()
def schema() -> None:
    """Print the JSON Schema of a deck, for your editor."""
    from quizapp.cards.schema import deck_schema

    say_json(deck_schema())


@app.command()
def due(as_json: Json = False) -> None:
    """Say what is due today; works while a session is open."""
    from dataclasses import asdict

    from quizapp.store.log import open_reader
    from quizapp.study.queue import counts, counts_by_deck
    from quizapp.study.scheduler import Scheduler
    from quizapp.study.words import counted

    settings = settings_told()
    clock = local_clock(settings)
    decks = library(settings)
    log = open_reader(settings.data_dir)
    states, events = log.states(), log.events(since=clock.day(now()))
    study_of = (states, events, settings.study, Scheduler(settings.study, clock), now())
    total = counts(decks.cards.values(), *study_of)
    by_deck = counts_by_deck(decks, *study_of)
    if wrong := len(decks.problems):
        say(f"{counted(wrong, 'problem')} in your decks; `quizapp check` lists them.", problem=True)
    if as_json:
        say_json({"total": asdict(total), "decks": {deck: asdict(count) for deck, count in by_deck.items()}})
        return
    say(f"{total.total} to study: {total.due} due, {total.learning} in learning, {total.new} new")
    for deck in decks.decks:
        count = by_deck[deck.id]
        say(f"{count.due:6} due {count.learning:4} learning {count.new:4} new   {deck.title}")


@app.command()
def verify(
    decks: Annotated[list[str] | None, typer.Argument(help="Deck ids; all decks if none.")] = None,
    as_json: Json = False,
) -> None:
    """Run every claim; exit 1 when one does not hold.

    A claim does not hold when a check fails, or its code raises, dies or takes too long. Exit 2: all that ran hold, but
    some could not be read or run at all, or, where no deck is named, a folder with decks does not exist.
    """
    import asyncio

    from quizapp.cards.proof import Verdict
    from quizapp.config import missing_decks
    from quizapp.lab import verification

    settings = settings_told()
    known = library(settings)
    unread = [problem for problem in known.problems if not decks or problem.deck in decks]
    for problem in unread:
        say(f"not read: {problem}", problem=True)
    refuse_unknown(decks or [], known, unread)
    results = asyncio.run(verify_decks(settings, known, decks, quiet=as_json))
    verdicts = [result.run.verdict for result in results]
    if as_json:
        claims = [verification.as_json(result) for result in results]
        say_json({"claims": claims, "problems": [problem.as_dict() for problem in unread], "recorded": False})
    else:
        say(verification.sample_note(results))
        say(f"{verdicts.count(Verdict.VERIFIED)} of {len(verdicts)} runs verified")
    missing = not decks and missing_decks(settings)
    raise typer.Exit(verification.exit_code(verdicts) or (2 if unread or missing else 0))


def refuse_unknown(decks: list[str], known: Library, unread: list[Problem]) -> None:
    """Stop where a deck that was named is not there, unless it is one that could not be read."""
    there = [deck.id for deck in known.decks]
    if unknown := set(decks) - {*there, *(problem.deck for problem in unread)}:
        raise ConfigError(f"There is no deck {', '.join(sorted(unknown))}; there are {', '.join(there)}.")


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
                say(as_text(result))
    finally:
        await lab.close()
    return results
