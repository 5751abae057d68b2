"""`quizapp draft`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quizapp.cli.composition import library, settings_told
from quizapp.cli.notes import Notes, find_notes
from quizapp.errors import ConfigError, DeckError
from quizapp.printing import say

To = Annotated[Path | None, typer.Option("--to", "-o", help="A new file for the deck; printed if none.")]


def draft(notes: Notes, to: To = None) -> None:
    """Draft cards from what your notes ask, without the answers.

    Each question and each TODO becomes a card, unless one asks it already; exit 1 when none is left.

    A line counts as a question if it ends in a question mark (what follows the mark is left out), asks in Chinese
    without one, or stands in a list under `quiz`; as a TODO if it begins with `todo` or `- [ ]`. Headings, and lines
    such as `2-3 models`, are sections. What a card asks already, word for word or under `asks`, is left out;
    counted are the decks that name this file with `notes:`. Answers are never made up: until you write one, `quizapp
    check` names the card.
    """
    from quizapp.cards.asked import asked
    from quizapp.cards.covered import decks_about, places, unasked
    from quizapp.cards.draft import MOST
    from quizapp.cards.draft import draft as drafted
    from quizapp.cards.notes import read_notes
    from quizapp.cards.outline import outline
    from quizapp.study.words import counted

    settings = settings_told()
    path = find_notes(notes, settings)
    text = read_notes(path)
    decks = library(settings).decks
    cards = [card for deck in decks_about(path.name, decks) for card in deck.cards]
    found = asked(text)
    open_ = unasked(found, cards, places(cards, outline(text)))
    if not open_:
        say(_nothing(path, len(found)), problem=True)
        raise typer.Exit(1)
    deck = drafted(open_, path.name, [deck.id for deck in decks])
    if to is None:
        say(deck.removesuffix("\n"))
    else:
        write_new(to, deck)
        say(f"{to}: {counted(min(len(open_), MOST), 'card')} to answer; `quizapp check {to}` names each until it is.")
    if left_out := len(found) - len(open_):
        are = "is on a card" if left_out == 1 else "are on cards"
        say(f"{counted(left_out, 'thing')} that the notes ask {are} already.", problem=True)
    if len(open_) > MOST:
        say(f"The notes ask {len(open_)} things that are on no card; these are the first {MOST}.", problem=True)


def _nothing(path: Path, found: int) -> str:
    if found:
        return f"All that {path} asks is on a card already ({found} of {found})."
    return (
        f"{path} asks nothing: no line ends in a question mark, begins with `todo`, or stands in a list under `quiz`."
    )


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet.

    Raises:
        ConfigError: it is there.
        DeckError: it cannot be written; nothing is left of it.
    """
    try:
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError as error:
        raise ConfigError(f"{path} is there already and is left as it is; name another file.") from error
    except OSError as error:
        raise DeckError(f"{path} cannot be written: {error.strerror}; name a file in a folder of yours.") from error
    try:
        with file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise DeckError(f"{path} cannot be written: {error.strerror}; make room and try again.") from error
