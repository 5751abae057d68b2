"""The deck as it is studied: cards with their ids, kinds and snippets."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from quizapp.cards.deck import Entry
from quizapp.cards.identity import CardId
from quizapp.cards.proof import Snippet


class Kind(StrEnum):
    """How a card is answered; it follows from the keys present."""

    RECALL = "recall"
    CHOICES = "choices"
    CLOZE = "cloze"
    TYPE = "type"
    PREDICT = "predict"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to learn, as scheduled."""

    id: CardId
    kind: Kind
    question: str
    """Markdown. For a cloze, the sentence with this card's deletions as `[…]`."""
    answer: str
    """Markdown. For a cloze, the sentence whole, the deletions bold; then the entry's `answer`, if any.

    For a typed card, what is accepted first; for choices, what is to be said besides them, perhaps nothing.
    """
    entry: Entry
    """As written: choices, type, predict, vary, section, source, tags, corrects."""
    snippet: Snippet | None
    path: Path
    line: int
    """1-based, where the entry starts."""
    before: tuple[CardId, ...] = ()
    """The cards that are to be learnt before this one is introduced; known once all decks are."""

    @property
    def claim(self) -> str | None:
        """The hash of all that is proved: the snippet, and the values it may be run with. None where there is none."""
        if self.snippet is None:
            return None
        if not self.entry.vary:
            return self.snippet.hash
        return hashlib.sha256(json.dumps([self.snippet.hash, self.entry.vary]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Deck:
    """One deck file that was read without error."""

    id: str
    title: str
    cards: tuple[Card, ...]
    path: Path
    notes: str | None = None
    shipped: bool = False
    """It lies in the project's own folder; one of the learner's with the same id takes its place."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a deck, as a sentence at a place."""

    path: Path
    line: int
    """1-based."""
    message: str
    card: str | None = None
    """The id of the card it is in, where that is known."""
    deck: str | None = None
    """The id of the deck it is in, where that can be read."""
    column: int = 0
    """1-based, of the first character it is about; 0 where only the line is known."""
    width: int = 0
    """How many characters of the line it is about."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"

    def as_dict(self) -> dict[str, str | int | None]:
        """For `check --json`."""
        return {
            "path": str(self.path),
            "line": self.line,
            "column": self.column,
            "width": self.width,
            "card": self.card,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Library:
    """All decks that could be read, and what is wrong with the rest."""

    decks: tuple[Deck, ...]
    problems: tuple[Problem, ...] = ()
    suggestions: tuple[Problem, ...] = ()
    """What is right and could be better."""
    cards: dict[CardId, Card] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cards", {card.id: card for deck in self.decks for card in deck.cards})

    def deck_of(self, card: CardId) -> Deck:
        """The deck a card is in.

        Raises:
            KeyError: no deck of that id is loaded.
        """
        for deck in self.decks:
            if deck.id == card.deck:
                return deck
        raise KeyError(card.deck)
