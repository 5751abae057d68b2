"""The log's vocabulary: what can happen to a card, and the fold that turns a log into states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from quizapp.cards.identity import CardId
from quizapp.cards.proof import Environment, Verdict
from quizapp.study.memory import CardState, Rating


class EventKind(StrEnum):
    """What happened."""

    REVIEW = "review"
    UNDO = "undo"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    BURY = "bury"
    RESET = "reset"
    RESCHEDULE = "reschedule"
    PARAMETERS = "parameters"


UNDOABLE = frozenset({EventKind.REVIEW, EventKind.SUSPEND, EventKind.BURY})
"""What one press of undo takes back: the learner's own last action."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a review adds to an event: the rating, and all that is needed to compute its schedule again."""

    rating: Rating
    elapsed: int
    """Study days since the last review of the card, 0 at the first; never negative."""
    duration: timedelta
    """From the question's first sight to the rating."""
    scheduler: str
    """Name and version of the rules, `fsrs-6/1`."""
    parameters: str
    """First 16 hex digits of the parameters' SHA-256."""
    seed: int
    """What the card's values and the order of its choices were drawn from."""
    suggested: Rating | None = None
    """What the grader proposed; the learner's rating may differ."""
    response: str | None = None
    """What the learner typed, chose or predicted."""
    confidence: int | None = None
    """Per cent, 50–99, with a prediction."""
    observed: str | None = None
    """What the model did."""
    verdict: Verdict | None = None
    environment: Environment | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log. It is written once and never changed."""

    id: UUID
    """Made before the write, so that a doubtful commit can be looked up."""
    kind: EventKind
    at: datetime
    """UTC."""
    offset: timedelta
    """Of the learner's local time from UTC."""
    study_day: date
    card: CardId | None = None
    """None only for PARAMETERS."""
    before: CardState | None = None
    after: CardState | None = None
    review: Review | None = None
    """Set for REVIEW, else None."""
    undoes: UUID | None = None
    """Set for UNDO: the event it takes back."""
    parameters: tuple[float, ...] | None = None
    """Set for PARAMETERS: the 21 weights of FSRS-6 from here on."""


def fold(events: Iterable[Event]) -> dict[CardId, CardState]:
    """The state of every card that has a past, from the events in the order they were logged."""
    return {event.card: event.after for event in events if event.card is not None and event.after is not None}


def standing(events: Iterable[Event]) -> list[Event]:
    """The reviews that were not taken back, in the order they were logged."""
    reviews: dict[UUID, Event] = {}
    for event in events:
        if event.kind is EventKind.REVIEW:
            reviews[event.id] = event
        elif event.undoes is not None:
            reviews.pop(event.undoes, None)
    return list(reviews.values())


def last_undoable(events: Iterable[Event]) -> Event | None:
    """The newest action of the learner that was not taken back yet."""
    standing: dict[UUID, Event] = {}
    for event in events:
        if event.kind in UNDOABLE:
            standing[event.id] = event
        elif event.undoes is not None:
            standing.pop(event.undoes, None)
    return next(reversed(standing.values()), None)
