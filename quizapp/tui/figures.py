"""What the home screen says, worked out from the decks, the log and the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from quizapp.cards.card import Card, Library
from quizapp.cards.identity import CardId
from quizapp.study.events import Event, standing
from quizapp.study.memory import CardState
from quizapp.study.queue import Counts, Today, plan
from quizapp.study.stats import forecast, remembered, true_retention
from quizapp.tui.services import Services
from quizapp.tui.widgets.deck_list import DeckRow

FORECAST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Figures:
    """One look at everything."""

    rows: tuple[DeckRow, ...]
    """All decks together, then each deck."""
    done: int
    """Ratings of this study day that stand."""
    forecast: tuple[int, ...]
    """Cards due on the coming study days, today first."""
    room: int
    """New cards that today's limit still leaves room for."""
    retention: tuple[int, int]
    """Recalled, of how many reviews; over the events given."""
    retention_wanted: float

    @property
    def total(self) -> Counts:
        """What is left today in all decks."""
        everything = self.rows[0]
        return Counts(everything.due, everything.learning, everything.new, everything.held)


def figures(
    library: Library,
    states: Mapping[CardId, CardState],
    events: Sequence[Event],
    services: Services,
    now: datetime,
) -> Figures:
    """Work the figures out; `events` begins before today and reaches as far back as the retention is to look."""

    def row(deck: str | None, title: str, cards: Sequence[Card]) -> DeckRow:
        counts = plan(cards, states, events, services.study, services.scheduler, now).counts
        share = remembered(cards, states, services.scheduler, now)
        return DeckRow(deck, title, counts.due, counts.learning, counts.new, share, counts.held)

    everything = list(library.cards.values())
    current = {card: states[card] for card in library.cards if card in states}
    today = services.clock.day(now)
    return Figures(
        rows=(row(None, "Everything", everything), *(row(d.id, d.title, d.cards) for d in library.decks)),
        done=sum(event.study_day == today for event in standing(events)),
        forecast=tuple(forecast(current, services.clock, now, FORECAST_DAYS)),
        room=max(0, services.study.new_per_day - Today.of(events, today).new),
        retention=true_retention(events),
        retention_wanted=services.study.desired_retention,
    )
