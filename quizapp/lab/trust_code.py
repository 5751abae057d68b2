"""Exactly what would be run of a card: what is signed when it is allowed, and what is shown before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from quizapp.cards.card import Card
from quizapp.cards.deck import Value


@dataclass(frozen=True, slots=True)
class Code:
    """All that decides what a run of a card does; siblings of a cloze share it."""

    model: str
    """The role whose model it is given."""
    code: str
    predict: str | None
    """The expression that a prediction is compared with."""
    vary: dict[str, tuple[Value, ...]]
    """What may be bound before the code runs, by name."""

    @property
    def canonical(self) -> str:
        """As text; two that are equal here are the same in every character and every type (1, 1.0 and True differ)."""
        return json.dumps(asdict(self))


def code_of(card: Card) -> Code | None:
    """What a run of the card executes; None for a card that runs nothing."""
    snippet = card.snippet
    if snippet is None:
        return None
    return Code(snippet.role, snippet.code, snippet.predict, card.entry.vary)


def codes_of(cards: Iterable[Card]) -> dict[str, Code]:
    """The code of some cards by entry (`deck/card`), those without any left out."""
    return {card.id.entry: code for card in cards if (code := code_of(card)) is not None}


def digest(entry: str, code: Code) -> str:
    """SHA-256 (hex) of the code of one entry, as the package's own manifest lists it."""
    return hashlib.sha256(json.dumps([entry, code.canonical]).encode()).hexdigest()
