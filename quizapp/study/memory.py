"""What is known of how well a card is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum


class Rating(IntEnum):
    """How the learner says the recall went."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class State(IntEnum):
    """Where a card is on its way."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


@dataclass(frozen=True, slots=True)
class CardState:
    """All that the past of one card comes to; a cache that the log rebuilds.

    A New card has no stability, difficulty or due. A card in (re)learning is due at an instant, one in review
    on a study day: exactly one of `due_at` and `due_on` is set once a card is not New.
    """

    state: State = State.NEW
    step: int = 0
    """Index of the (re)learning step it waits for."""
    stability: float | None = None
    """Days until retrievability falls to 0.9."""
    difficulty: float | None = None
    """1 (easy) to 10 (hard)."""
    due_at: datetime | None = None
    """UTC."""
    due_on: date | None = None
    """A study day."""
    reviewed_on: date | None = None
    """The study day of the last review."""
    reps: int = 0
    lapses: int = 0
    leech: bool = False
    suspended: bool = False
    buried_on: date | None = None
    """Hidden for this study day only."""
