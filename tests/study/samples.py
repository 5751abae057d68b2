"""Small cards and learners for the study room's tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from quizapp.cards.card import Card, Kind
from quizapp.cards.deck import Entry
from quizapp.cards.identity import CardId
from quizapp.study.clock import Clock
from quizapp.study.events import Event, EventKind, fold, last_undoable
from quizapp.study.memory import CardState, Rating, State
from quizapp.study.scheduler import Scheduler
from quizapp.study.session import Prompt, Session
from quizapp.study.settings import StudySettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BERLIN = ZoneInfo("Europe/Berlin")
CLOCK = Clock(BERLIN)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def card(name: str, deck: str = "deck", cloze: str | None = None) -> Card:
    entry = Entry(id=name, question=f"{name}?", answer="Yes.")
    id_ = CardId(deck, name, cloze)
    return Card(id_, Kind.CLOZE if cloze else Kind.RECALL, f"{name}?", "Yes.", entry, None, Path("deck.yaml"), 1)


def cards(count: int, deck: str = "deck") -> list[Card]:
    return [card(f"c{number:02}", deck) for number in range(count)]


def in_review(due: date, stability: float = 10.0, **changes: object) -> CardState:
    values: dict = {"reviewed_on": due - 10 * DAY, "reps": 3, "difficulty": 5.0} | changes
    return CardState(State.REVIEW, stability=stability, due_on=due, **values)


def in_learning(due: datetime, **changes: object) -> CardState:
    values: dict = {"reviewed_on": CLOCK.day(due), "reps": 1, "difficulty": 5.0, "stability": 1.0} | changes
    return CardState(State.LEARNING, due_at=due, **values)


def scheduler(clock: Clock = CLOCK, **settings: object) -> Scheduler:
    return Scheduler(StudySettings(**settings), clock)


def ids() -> Iterator[UUID]:
    return (UUID(int=number) for number in itertools.count(1))


@dataclass
class Learner:
    """Somebody at the keyboard: keeps a log as the store would, and a session over it."""

    cards: list[Card]
    scheduler: Scheduler
    now: datetime = NOW
    log: list[Event] = field(default_factory=list)
    start: dict[CardId, CardState] = field(default_factory=dict)
    """States that are there without a log."""
    new_ids: Iterator[UUID] = field(default_factory=ids)
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Build the session from the log alone, as after a crash."""
        states = self.start | fold(self.log)
        new_id = lambda: next(self.new_ids)  # noqa: E731
        self.session = Session(
            self.cards, states, self._since_today(), self.scheduler, self.scheduler.settings, new_id, self.now
        )

    def _since_today(self) -> list[Event]:
        """What the store answers when it is asked for the log since this study day."""
        today = self.scheduler.clock.day(self.now)
        return list(itertools.dropwhile(lambda event: event.study_day < today, self.log))

    def ask(self) -> Prompt | None:
        """What is shown, as a sitting asks for it."""
        if not self.session.covers(self.now):
            self.session.reach_back(self._since_today(), self.now)
        return self.session.next(self.now)

    def shown(self) -> CardId | None:
        prompt = self.ask()
        return prompt.card.id if prompt else None

    def take(self, event: Event) -> Event:
        self.log.append(event)
        self.session.apply(event)
        return event

    def rate(self, rating: Rating = Rating.GOOD) -> Event | None:
        prompt = self.ask()
        if prompt is None:
            return None
        return self.take(self.session.rate(prompt, rating, self.now, duration=5 * SECOND))

    def undo(self) -> Event | None:
        last = last_undoable(self.log)
        return self.take(self.session.undo(last, self.now)) if last else None

    def pass_time(self, span: timedelta) -> None:
        self.now += span


def reviews(log: Iterable[Event]) -> list[Event]:
    return [event for event in log if event.kind is EventKind.REVIEW]
