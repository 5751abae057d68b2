"""One deck file read, before it is put beside the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from quizapp.cards.card import Deck, Problem
from quizapp.cards.content import Written


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file read: a deck, unless something is wrong with it as a whole, and everything that is wrong in it."""

    deck: Deck | None
    problems: tuple[Problem, ...]
    line: int
    """Where the deck's id is."""
    suggestions: tuple[Problem, ...] = ()
    """What is right and could be better."""
    ids: tuple[str, ...] = ()
    """Of all its cards, also of those in which something is wrong."""
    after: Mapping[str, tuple[Written, ...]] = field(default_factory=dict)
    """By the id of a card, the places of what its `after` names."""
