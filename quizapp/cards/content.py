"""All that a deck file says, apart from where it lies: what reading gives and the cache keeps."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from quizapp.cards.deck import Entry, Header


def brief(message: str) -> str:
    """A message on one line: what it quotes from the deck may be long, or have lines of its own."""
    line = " ".join(message.split())
    return line if len(line) <= 400 else f"{line[:280]} […] {line[-100:]}"


class Written(BaseModel):
    """Something of a deck file with the place it is at."""

    model_config = ConfigDict(frozen=True)

    line: int
    """1-based."""
    column: int = 0
    """1-based, of its first character; 0 where only the line is known."""
    width: int = 0
    """How many characters of the line it takes."""


class WrittenEntry(Written):
    """A card that is right."""

    entry: Entry
    after: tuple[Written, ...] = ()
    """The places of what its `after` names."""


class Fault(Written):
    """Something wrong; `Problem` without its path, which is not part of the content."""

    message: Annotated[str, BeforeValidator(brief)]
    card: str | None = None


class Content(BaseModel):
    """All that a deck file says: it depends on the file's bytes only, so it can be cached by them."""

    model_config = ConfigDict(frozen=True)

    header: Header | None = None
    """None where the deck as a whole cannot be used."""
    deck: str | None = None
    """The deck's id as far as it can be read, also where there is no header."""
    line: int = 1
    """Where the deck's id is."""
    ids: tuple[str, ...] = ()
    """Of all its cards, also of those in which something is wrong."""
    entries: tuple[WrittenEntry, ...] = ()
    faults: tuple[Fault, ...] = ()
    """In the order of their lines."""
    suggestions: tuple[Fault, ...] = ()
    """What is right and could be better, in the order of their lines."""
