"""What is studied next: today's cards in the order in which they come."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from quizapp.cards.card import Card, Library
from quizapp.cards.identity import CardId
from quizapp.study.events import Event, EventKind, standing
from quizapp.study.memory import CardState, State
from quizapp.study.scheduler import Scheduler
from quizapp.study.settings import StudySettings


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cards are left today, limits applied, and how many new ones wait for others."""

    due: int = 0
    """In review and due."""
    learning: int = 0
    """In learning or relearning, due now or later today."""
    new: int = 0
    held: int = 0
    """All new cards that wait until others are learnt, whatever the limit; not part of the total."""

    @property
    def total(self) -> int:
        """All that can be studied."""
        return self.due + self.learning + self.new


@dataclass(frozen=True, slots=True)
class Today:
    """What the log says was done on this study day; what was undone does not count."""

    day: date
    new: int
    reviews: int
    answered: Mapping[str, frozenset[CardId]]
    """By entry, so that siblings find each other."""
    undone: CardId | None
    """The card of the day's newest event, when that was an undo: it comes next."""

    @classmethod
    def of(cls, events: Sequence[Event], day: date) -> Today:
        """Read the log; it may begin before the day."""
        reviews = [event for event in standing(events) if event.study_day == day]
        states = [event.before.state if event.before else State.NEW for event in reviews]
        answered: dict[str, frozenset[CardId]] = {}
        for event in reviews:
            if event.card is not None:
                answered[event.card.entry] = answered.get(event.card.entry, frozenset()) | {event.card}
        newest = next((event for event in reversed(events) if event.study_day == day), None)
        undone = newest.card if newest is not None and newest.kind is EventKind.UNDO else None
        return cls(day, states.count(State.NEW), states.count(State.REVIEW), answered, undone)

    def met_sibling(self, card: CardId) -> bool:
        """Whether another card of the same entry was answered today."""
        return bool(self.answered.get(card.entry, frozenset()) - {card})


@dataclass(frozen=True, slots=True)
class Queue:
    """Today's cards, sorted into those that are due now and those that wait."""

    learning: tuple[CardId, ...]
    """Due now, longest due first."""
    reviews: tuple[CardId, ...]
    """Least likely remembered first."""
    new: tuple[CardId, ...]
    """In deck order."""
    ahead: tuple[CardId, ...]
    """In learning, due soon enough to be shown when nothing else is left."""
    later: tuple[CardId, ...]
    """In learning, due later today."""
    held: tuple[CardId, ...]
    """All new ones that wait until others are learnt, whatever the limit; none of the cards left."""
    today: Today = field(repr=False)

    @property
    def order(self) -> list[CardId]:
        """The cards to be shown, the next one first."""
        order = [*self.learning, *self._interleaved()] or list(self.ahead)
        undone = self.today.undone
        if undone in {*order, *self.ahead, *self.later} and undone is not None:
            order = [undone, *(card for card in order if card != undone)]
        return order

    @property
    def cards(self) -> frozenset[CardId]:
        """All that is left today."""
        return frozenset((*self.learning, *self.reviews, *self.new, *self.ahead, *self.later))

    @property
    def counts(self) -> Counts:
        """What is left today."""
        waiting = len(self.learning) + len(self.ahead) + len(self.later)
        return Counts(len(self.reviews), waiting, len(self.new), len(self.held))

    def _interleaved(self) -> list[CardId]:
        """New cards spread evenly among the reviews of the whole day, those already answered included.

        So the order is the same whether it is made once in the morning or again after every answer.
        """
        places = _spread(self.reviews, self.today.reviews) + _spread(self.new, self.today.new)
        return [card for _, card in sorted(places, key=lambda place: place[0])]


def _spread(cards: Sequence[CardId], done: int) -> list[tuple[float, CardId]]:
    """Each card with its place between 0, the start of the day's work, and 1, its end."""
    return [((done + index + 0.5) / (done + len(cards)), card) for index, card in enumerate(cards)]


def plan(
    cards: Collection[Card],
    states: Mapping[CardId, CardState],
    events: Sequence[Event],
    settings: StudySettings,
    scheduler: Scheduler,
    now: datetime,
) -> Queue:
    """Sort cards into today's queue.

    Args:
        cards: What may be served, in deck order.
        states: The fold of the whole log; of other cards only those matter that come before these.
        events: The log, from this study day on or from earlier.
        settings: Limits and siblings.
        scheduler: Its clock says which day it is; it knows who is likeliest forgotten.
        now: UTC.
    """
    clock = scheduler.clock
    day = clock.day(now)
    today = Today.of(events, day)
    known = {card.id: states.get(card.id, CardState()) for card in cards}
    shown = {id_: state for id_, state in known.items() if not state.suspended and state.buried_on != day}

    waiting = sorted(
        ((state.due_at, _tie(day, id_), id_) for id_, state in shown.items() if state.due_at is not None),
        key=lambda place: place[:2],
    )
    due = [id_ for at, _, id_ in waiting if at <= now]
    ahead = [id_ for at, _, id_ in waiting if now < at <= now + settings.learn_ahead]
    later = [id_ for at, _, id_ in waiting if now + settings.learn_ahead < at and clock.day(at) <= day]

    reviews = [id_ for id_, state in shown.items() if state.due_on is not None and state.due_on <= day]
    reviews.sort(key=lambda id_: (scheduler.retrievability(shown[id_], now) or 0.0, _tie(day, id_)))
    unmet = {card.id for card in cards if not all(learnt(states.get(first)) for first in card.before)}
    new = [id_ for id_, state in shown.items() if state.state is State.NEW and id_ not in unmet]
    held = tuple(id_ for id_, state in shown.items() if state.state is State.NEW and id_ in unmet)
    if settings.bury_siblings:
        taken = {id_.entry for id_ in (*due, *ahead, *later)}
        reviews = _one_of_each(reviews, taken, today)
        new = _one_of_each(new, taken, today)
    return Queue(
        tuple(due),
        tuple(reviews[: max(0, settings.reviews_per_day - today.reviews)]),
        tuple(new[: max(0, settings.new_per_day - today.new)]),
        tuple(ahead),
        tuple(later),
        held,
        today,
    )


def learnt(state: CardState | None) -> bool:
    """Whether a card of this state lets those come that it comes before; a suspended one is in nobody's way."""
    return state is not None and (state.suspended or state.state in {State.REVIEW, State.RELEARNING})


def counts(
    cards: Collection[Card],
    states: Mapping[CardId, CardState],
    events: Sequence[Event],
    settings: StudySettings,
    scheduler: Scheduler,
    now: datetime,
) -> Counts:
    """What studying these cards would serve today; see `plan`."""
    return plan(cards, states, events, settings, scheduler, now).counts


def counts_by_deck(
    library: Library,
    states: Mapping[CardId, CardState],
    events: Sequence[Event],
    settings: StudySettings,
    scheduler: Scheduler,
    now: datetime,
) -> dict[str, Counts]:
    """What studying each deck alone would serve today, by deck id; where a limit bites the sum exceeds the whole."""
    return {deck.id: counts(deck.cards, states, events, settings, scheduler, now) for deck in library.decks}


def _one_of_each(cards: Iterable[CardId], taken: set[str], today: Today) -> list[CardId]:
    """The first card of each entry of which none is taken or was answered today; `taken` grows."""
    chosen = []
    for card in cards:
        if card.entry not in taken and not today.met_sibling(card):
            taken.add(card.entry)
            chosen.append(card)
    return chosen


def _tie(day: date, card: CardId) -> bytes:
    """An order of its own for every study day, the same on every machine."""
    return hashlib.sha256(f"{day} {card}".encode()).digest()
