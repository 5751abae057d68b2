"""`quizapp draft`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.cli.composition import library, settings_told
from quizapp.cli.notes import Notes, find_notes
from quizapp.errors import ConfigError, DeckError
from quizapp.printing import say

if TYPE_CHECKING:
    from quizapp.cards.asked import Asked
    from quizapp.cards.card import Library
    from quizapp.cards.outline import Section

To = Annotated[Path | None, typer.Option("--to", "-o", help="A new file for the deck; printed if none.")]


def draft(notes: Notes, to: To = None) -> None:
    """Draft cards from what your notes ask, without the answers.

    Each question and each TODO becomes a card, unless one asks it already; exit 1 when none is left.

    A line counts as a question if it ends in a question mark (what follows the mark is left out), asks in Chinese
    without one, or stands in a list under `quiz`; as a TODO if it begins with `todo` or `- [ ]`. Headings, and lines
    such as `2-3 models`, are sections. What a card asks already, word for word or under `asks`, is left out, be it
    without an answer yet; counted are the decks that name this file with `notes:`. Answers are never made up: until
    you write one, `quizapp check` names the card.
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
    known, sections, found = library(settings), outline(text), asked(text)
    cards = [card for deck in decks_about(path.name, known.decks) for card in deck.cards]
    open_ = unasked(found, cards, places(cards, sections))
    on_cards = len(found) - len(open_)
    open_, waiting = _without_stubs(open_, path.name, sections, known)
    if not open_:
        say(_nothing(path, on_cards, len(found)), problem=True)
        _tell_waiting(waiting)
        raise typer.Exit(1)
    taken = {*(deck.id for deck in known.decks), *(problem.deck for problem in known.problems if problem.deck)}
    deck = drafted(open_, path.name, taken)
    if to is None:
        say(deck.removesuffix("\n"))
    else:
        _write(to, deck)
        say(f"{to}: {counted(min(len(open_), MOST), 'card')} to answer; `quizapp check {to}` names each until it is.")
    if on_cards:
        are = "is on a card" if on_cards == 1 else "are on cards"
        say(f"{counted(on_cards, 'thing')} that the notes ask {are} already.", problem=True)
    _tell_waiting(waiting)
    if len(open_) > MOST:
        say(f"The notes ask {len(open_)} things that are on no card; these are the first {MOST}.", problem=True)


def _without_stubs(
    open_: list[Asked], notes: str, sections: Sequence[Section], known: Library
) -> tuple[list[Asked], dict[Path, int]]:
    """What no stub asks either, and how much waits in which file; says which files cannot be read."""
    from quizapp.cards.stubs import stubs_about, undrafted

    waiting: dict[Path, int] = {}
    for file in dict.fromkeys(problem.path for problem in known.problems):
        stubs = stubs_about(notes, file)
        if stubs is None:
            say(f"{file} cannot be read, so what it asks may be drafted again; `quizapp check` says why.", problem=True)
        left = undrafted(open_, stubs or (), sections)
        waiting[file], open_ = len(open_) - len(left), left
    return open_, waiting


def _tell_waiting(waiting: dict[Path, int]) -> None:
    """Say in which files how many things are drafted and have no answer."""
    from quizapp.study.words import counted

    for file, number in waiting.items():
        if number:
            wait, their = ("waits", "its answer") if number == 1 else ("wait", "their answers")
            say(f"{counted(number, 'thing')} that the notes ask {wait} in {file} for {their}.", problem=True)


def _nothing(path: Path, on_cards: int, found: int) -> str:
    if on_cards < found:
        return f"All that {path} asks is drafted already; {on_cards} of {found} on cards."
    if found:
        return f"All that {path} asks is on a card already ({found} of {found})."
    return (
        f"{path} asks nothing: no line ends in a question mark, begins with `todo`, or stands in a list under `quiz`."
    )


def _write(path: Path, deck: str) -> None:
    """Write the deck into a file that is not there yet.

    Raises:
        ConfigError: it is there.
        DeckError: it cannot be written; nothing is left of it.
    """
    from quizapp.whole_file import write_new

    try:
        write_new(path, deck.encode())
    except FileExistsError as error:
        raise ConfigError(f"{path} is there already and is left as it is; name another file.") from error
    except OSError as error:  # opening a file names it, writing does not
        advice = "name a file in a folder of yours" if error.filename else "make room and try again"
        raise DeckError(f"{path} cannot be written: {error.strerror}; {advice}.") from error
