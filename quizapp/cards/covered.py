"""What decks cover of the notes that they name: the section of each card, and what is asked there and by no card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TypeAlias

from quizapp.cards.asked import Asked, plain_question
from quizapp.cards.card import Card, Deck
from quizapp.cards.identity import CardId
from quizapp.cards.outline import Section, named
from quizapp.cards.sanitize import clean

Places: TypeAlias = Mapping[CardId, Section | None]
"""The section of each card."""


def decks_about(notes: str, decks: Iterable[Deck]) -> list[Deck]:
    """The decks that name a notes file; as for the key `n`, only the file's name counts."""
    return [deck for deck in decks if is_about(notes, deck.notes)]


def is_about(notes: str, named: str | None) -> bool:
    """Whether what a deck names as its notes, if anything, is this file."""
    return bool(named and PurePath(named).name == notes)


def places(cards: Iterable[Card], sections: Iterable[Section]) -> Places:
    """The section of each card; None where it names none, or one that the notes do not have."""
    find = named(sections)
    return {card.id: find(card.entry.section) if card.entry.section else None for card in cards}


def unasked(found: Iterable[Asked], cards: Sequence[Card], where: Places) -> list[Asked]:
    """What the notes ask and no card does.

    A card asks it whose `question` is the same, word for word, in the same section, or which has a piece of it under
    `asks`. Nothing is guessed from what a text means.
    """
    return asked_by_none(found, ((where[card.id], card.entry.question or "", card.entry.asks) for card in cards))


def asked_by_none(found: Iterable[Asked], askers: Iterable[tuple[Section | None, str, Sequence[str]]]) -> list[Asked]:
    """What none asks that has such a section, question and `asks`."""
    questions: set[tuple[Section | None, str]] = set()
    pieces: set[str] = set()
    for section, question, asks in askers:
        questions.add((section, plain_question(question)))
        pieces.update(filter(None, map(plain_question, asks)))

    def is_asked(one: Asked) -> bool:
        words = plain_question(one.text)
        return (one.section, words) in questions or any(piece in words for piece in pieces)

    return [one for one in found if not is_asked(one)]


def gone(notes: str, cards: Iterable[Card], where: Places) -> list[str]:
    """A sentence for each section and each piece under `asks` that a card names and the notes do not have."""
    written = plain_question(clean(notes))
    sentences = []
    for card in cards:
        section, place = card.entry.section, f"{card.path}:{card.line}: card '{card.id.card}'"
        if section and where[card.id] is None:
            sentences.append(f"{place} names the section {section!r}, which the notes do not have.")
        sentences += [
            f"{place} asks {piece!r}, which the notes do not say."
            for piece in card.entry.asks
            if plain_question(piece) not in written
        ]
    return list(dict.fromkeys(sentences))  # the siblings of a cloze say the same
