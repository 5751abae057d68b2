"""What decks cover of the notes that they name: the section of each card, and what is asked there and by no card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from quizapp.cards.asked import Asked, plain_question
from quizapp.cards.card import Card, Deck
from quizapp.cards.identity import CardId
from quizapp.cards.outline import Section, named
from quizapp.cards.sanitize import clean


def decks_about(notes: str, decks: Iterable[Deck]) -> list[Deck]:
    """The decks that name a notes file; as for the key `n`, only the file's name counts."""
    return [deck for deck in decks if deck.notes and PurePath(deck.notes).name == notes]


def places(cards: Iterable[Card], sections: Sequence[Section]) -> dict[CardId, Section | None]:
    """The section of each card; None where it names none, or one that the notes do not have."""
    return {card.id: named(sections, card.entry.section) if card.entry.section else None for card in cards}


def unasked(found: Iterable[Asked], cards: Sequence[Card], sections: Sequence[Section]) -> list[Asked]:
    """What the notes ask and no card does.

    A card asks it whose `question` is the same, word for word, in the same section, or which has a piece of it under
    `asks`. Nothing is guessed from what a text means.
    """
    where = places(cards, sections)
    questions = {(where[card.id], plain_question(card.entry.question or "")) for card in cards}
    pieces = [plain_question(piece) for card in cards for piece in card.entry.asks]
    open_ = (one for one in found if (one.section, plain_question(one.text)) not in questions)
    return [one for one in open_ if not any(piece and piece in plain_question(one.text) for piece in pieces)]


def gone(notes: str, cards: Iterable[Card], sections: Sequence[Section]) -> list[str]:
    """A sentence for each section and each piece under `asks` that a card names and the notes do not have."""
    written = plain_question(clean(notes))
    sentences = []
    for card in cards:
        named_section, where = card.entry.section, f"{card.path}:{card.line}: card '{card.id.card}'"
        if named_section and named(sections, named_section) is None:
            sentences.append(f"{where} names the section {named_section!r}, which the notes do not have.")
        sentences += [
            f"{where} answers {piece!r}, which the notes do not ask."
            for piece in card.entry.asks
            if plain_question(piece) not in written
        ]
    return list(dict.fromkeys(sentences))  # the siblings of a cloze say the same
