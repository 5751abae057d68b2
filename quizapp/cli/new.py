"""`quizapp new` and `quizapp schema`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.cli.composition import library, settings_told
from quizapp.errors import ConfigError, DeckError
from quizapp.printing import say, say_json

if TYPE_CHECKING:
    from quizapp.cards.card import Library

NEXT = """\
{path}
is a new deck with one card of each kind. Your editor completes its keys from {schema} beside it.
  1. Edit it. A running quiz takes it in whenever you save it.
  2. quizapp check {path}
     says what is wrong and why; with --fix it first puts right what is safe.
  3. In the quiz, r runs a card's snippet, once you have read and allowed it."""


def new(
    name: Annotated[str, typer.Argument(help="What the deck is about, such as attention-masks.")],
    into: Annotated[Path | None, typer.Option("--in", metavar="FOLDER", help="Not in your own decks but here.")] = None,
) -> None:
    """Write a deck with one card of each kind, for you to change."""
    from quizapp.cards.template import SCHEMA_FILE, Name, write_deck
    from quizapp.config import whole

    settings = settings_told()
    named = Name.of(name)
    _refuse_known(named.id, library(settings), settings.data_dir / "decks")
    try:
        folder = whole(into or settings.data_dir / "decks")
    except ValueError as error:
        raise ConfigError(f"--in: {error}.") from error
    path = write_deck(named, folder)
    say(NEXT.format(path=path, schema=SCHEMA_FILE))
    if not any(folder.resolve().is_relative_to(known.resolve()) for known in settings.deck_folders):
        say(f"The quiz does not read {folder} yet: add it to `decks` in the settings, or to QUIZAPP_DECKS.")


def _refuse_known(deck: str, found: Library, own: Path) -> None:
    """No deck gets the id of another: histories hang on it, and one would take the other's place."""
    from quizapp.config import shipped_decks

    known = [*((one.id, one.path) for one in found.decks), *((wrong.deck, wrong.path) for wrong in found.problems)]
    paths = [path for id_, path in known if id_ == deck]
    own_paths = [path for path in paths if not path.is_relative_to(shipped_decks())]
    if own_paths:
        raise DeckError(f"The deck '{deck}' is {own_paths[0]}; edit that, or choose another name.")
    if paths:
        raise DeckError(
            f"The deck '{deck}' comes with quizapp, and {paths[0]} is replaced at each update; "
            f"to change it, copy it to {own / paths[0].name} and edit the copy, or choose another name."
        )


def schema() -> None:
    """Print the JSON Schema of a deck, for your editor."""
    from quizapp.cards.schema import deck_schema

    say_json(deck_schema())
