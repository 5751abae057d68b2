"""What the log and the states come to: the days ahead, and how well things are remembered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from statistics import fmean

from quizapp.cards.card import Card
from quizapp.cards.identity import CardId
from quizapp.study.clock import DAY, Clock
from quizapp.study.events import Event, standing
from quizapp.study.memory import CardState, Rating, State
from quizapp.study.scheduler import Scheduler


def forecast(states: Mapping[CardId, CardState], clock: Clock, now: datetime, days: int = 7) -> list[int]:
    """How many of the cards fall due on each of the coming study days, today first; what is overdue counts today.

    Args:
        states: Of the cards that are in a deck; leave others out. Suspended ones are not counted.
        clock: The learner's study days.
        now: UTC.
        days: How far to look.
    """
    today = clock.day(now)
    due = Counter(_due_day(state, clock, today) for state in states.values() if not state.suspended)
    return [due[today + ahead * DAY] for ahead in range(days)]


def true_retention(events: Iterable[Event]) -> tuple[int, int]:
    """How many reviews were recalled, of how many.

    Counted is the first review of a card on a study day, if it was in review then; not what was undone. Reviews in
    learning say nothing of memory over days.
    """
    firsts: dict[tuple[CardId | None, date], Event] = {}
    for event in standing(events):
        firsts.setdefault((event.card, event.study_day), event)
    ratings = [
        event.review.rating
        for event in firsts.values()
        if event.review is not None and event.before is not None and event.before.state is State.REVIEW
    ]
    return sum(rating is not Rating.AGAIN for rating in ratings), len(ratings)


def remembered(
    cards: Iterable[Card], states: Mapping[CardId, CardState], scheduler: Scheduler, now: datetime
) -> float | None:
    """The mean chance (0–1) that one of the cards is recalled now; None when none was ever reviewed."""
    chances = (scheduler.retrievability(states[card.id], now) for card in cards if card.id in states)
    known = [chance for chance in chances if chance is not None]
    return fmean(known) if known else None


def misses(events: Iterable[Event]) -> dict[CardId, int]:
    """How often each card was rated Again, most often first; what was undone does not count."""
    again = Counter(
        event.card
        for event in standing(events)
        if event.card is not None and event.review is not None and event.review.rating is Rating.AGAIN
    )
    return dict(again.most_common())


def _due_day(state: CardState, clock: Clock, today: date) -> date | None:
    """The study day a card will be served on, as far as is known now; None when New."""
    due = clock.day(state.due_at) if state.due_at is not None else state.due_on
    first = today + DAY if state.buried_on == today else today
    return max(due, first) if due is not None else None
