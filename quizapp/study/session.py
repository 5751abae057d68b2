"""One sitting: which card comes, what a rating makes of it, and how to take it back.

Nothing is kept here that the log does not say, so a session built again from the log goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from quizapp.cards.card import Card
from quizapp.cards.identity import CardId
from quizapp.cards.proof import Environment, Verdict
from quizapp.cards.variation import Drawn, draw, seed_for
from quizapp.study.calibration import LEAST, MOST, Calibration, calibration
from quizapp.study.events import Event, EventKind, Review, standing
from quizapp.study.memory import CardState, Rating
from quizapp.study.queue import Counts, Queue, learnt, plan
from quizapp.study.scheduler import Scheduler
from quizapp.study.settings import StudySettings
from quizapp.study.stats import misses
from quizapp.study.words import interval_words

LONGEST_LOOK = timedelta(minutes=5)
"""A card that was open longer counts this long in the time spent; the log keeps what was measured."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A card as it is asked now."""

    card: Card
    state: CardState
    seed: int
    """What its values, the order of its choices and its fuzz are drawn from."""
    drawn: Drawn
    previews: dict[Rating, CardState]
    """What each rating would make of it."""
    intervals: dict[Rating, str]
    """How long each rating would send it away, in words."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the day's work is; what was undone does not count."""

    done: int
    """Ratings given on this study day, of this session's cards."""
    finished: int
    """Cards among those that do not come again today."""
    counts: Counts
    """What is left of it in this session."""
    misses: int
    """How many of the ratings were Again."""
    spent: timedelta
    """From first sight to rating, at most `LONGEST_LOOK` each, summed."""

    @property
    def remaining(self) -> int:
        """Cards left today."""
        return self.counts.total


class Session:
    """Serves some cards by the log. `next` asks, `rate` and its kin make events, `apply` takes in what was logged."""

    def __init__(
        self,
        cards: Sequence[Card],
        states: dict[CardId, CardState],
        events: Sequence[Event],
        scheduler: Scheduler,
        settings: StudySettings,
        new_id: Callable[[], UUID],
        now: datetime,
    ) -> None:
        """Take up the day where the log left it.

        Args:
            cards: What may be served, in deck order.
            states: The fold of the whole log; copied.
            events: The log, from this study day on or from earlier; copied. See `covers`.
            scheduler: Its clock is the learner's.
            settings: Limits and siblings.
            new_id: Makes the id of each event.
            now: UTC.
        """
        self.scheduler = scheduler
        self.settings = settings
        self._cards = {card.id: card for card in cards}
        self._had = set(self._cards)
        """Of all cards that it ever served, also of those that are in no deck any more."""
        self._states = dict(states)
        self._events = list(events)
        self._new_id = new_id
        self._since = scheduler.clock.day(now)
        self._now = now
        self._planned: Queue | None = None

    def replace_cards(self, cards: Sequence[Card], now: datetime) -> None:
        """Serve these from now on, in their order, as written now; what was done today with others still counts."""
        self._cards = {card.id: card for card in cards}
        self._had |= self._cards.keys()
        self._now, self._planned = now, None

    def covers(self, now: datetime) -> bool:
        """Whether the events at hand reach back to this study day; not so after the clock went back past it."""
        return self.scheduler.clock.day(now) >= self._since

    def reach_back(self, events: Sequence[Event], now: datetime) -> None:
        """Take the log from an earlier study day on, so that what was done on it counts."""
        self._events = list(events)
        self._since = self.scheduler.clock.day(now)
        self._now, self._planned = now, None

    def next(self, now: datetime) -> Prompt | None:
        """The card to be asked now; None when none is left, or `waiting_until` says when one will be.

        Where the session does not cover the study day (`covers`), `reach_back` first.
        """
        self._now, self._planned = now, None
        order = self._queue.order
        if not order:
            return None
        return self._prompt(self._cards[order[0]], now)

    def ask_again(self, prompt: Prompt, now: datetime) -> Prompt | None:
        """The card of a prompt as it is written now, with the same seed; None when it is not among the cards."""
        card = self._cards.get(prompt.card.id)
        return None if card is None else self._prompt(card, now)

    def _prompt(self, card: Card, now: datetime) -> Prompt:
        state = self.state(card.id)
        seed = seed_for(card.id, state.reps)
        previews = self.scheduler.preview(state, now, seed)
        intervals = {r: interval_words(self.scheduler.wait(after, now)) for r, after in previews.items()}
        return Prompt(card, state, seed, draw(card, seed), previews, intervals)

    def state(self, card: CardId) -> CardState:
        """What is known of a card; New when it has no past."""
        return self._states.get(card, CardState())

    def rate(
        self,
        prompt: Prompt,
        rating: Rating,
        now: datetime,
        *,
        duration: timedelta,
        response: str | None = None,
        suggested: Rating | None = None,
        confidence: int | None = None,
        observed: str | None = None,
        verdict: Verdict | None = None,
        environment: Environment | None = None,
    ) -> Event:
        """The event of a rating, to be logged and then applied.

        Raises:
            ValueError: the card has been rated, undone or changed since it was asked, or that is no confidence.
        """
        if confidence is not None and not LEAST <= confidence <= MOST:
            raise ValueError(f"{confidence} % is no confidence; it is {LEAST} to {MOST} %.")
        card, before = prompt.card.id, self.state(prompt.card.id)
        if before != prompt.state:
            raise ValueError(f"{card} has changed since it was asked; ask again.")
        review = Review(
            rating=rating,
            elapsed=self.scheduler.elapsed(before, now),
            duration=max(duration, timedelta()),
            scheduler=self.scheduler.name,
            parameters=self.scheduler.parameters_hash,
            seed=prompt.seed,
            suggested=suggested,
            response=response,
            confidence=confidence,
            observed=observed,
            verdict=verdict,
            environment=environment,
        )
        after = self.scheduler.review(before, rating, now, prompt.seed)
        return replace(self._event(EventKind.REVIEW, card, after, now), review=review)

    def suspend(self, card: Card, now: datetime) -> Event:
        """The event that hides a card until it is unsuspended."""
        return self._event(EventKind.SUSPEND, card.id, replace(self.state(card.id), suspended=True), now)

    def unsuspend(self, card: Card, now: datetime) -> Event:
        """The event that shows a suspended card again."""
        return self._event(EventKind.UNSUSPEND, card.id, replace(self.state(card.id), suspended=False), now)

    def bury(self, card: Card, now: datetime) -> Event:
        """The event that hides a card until the next study day."""
        today = self.scheduler.clock.day(now)
        return self._event(EventKind.BURY, card.id, replace(self.state(card.id), buried_on=today), now)

    def undo(self, last: Event, now: datetime) -> Event:
        """The event that takes back another; `last` is the log's `last_undoable`.

        Raises:
            ValueError: the event is of no card, so it cannot be taken back.
        """
        if last.card is None:
            raise ValueError(f"A {last.kind} event is of no card; only a learner's action on one can be undone.")
        return replace(self._event(EventKind.UNDO, last.card, last.before or CardState(), now), undoes=last.id)

    def apply(self, event: Event) -> None:
        """Take in an event that is in the log now."""
        self._events.append(event)
        if event.card is not None and event.after is not None:
            self._states[event.card] = event.after
        self._now, self._planned = event.at, None

    @property
    def progress(self) -> Progress:
        """How far the day's work is, as of the last `next`, `apply` or `replace_cards`."""
        met = self._met
        reviews = [event.review for event in met if event.review is not None]
        return Progress(
            done=len(reviews),
            finished=len({event.card for event in met} - self._queue.cards),
            counts=self._queue.counts,
            misses=sum(review.rating is Rating.AGAIN for review in reviews),
            spent=sum((min(review.duration, LONGEST_LOOK) for review in reviews), timedelta()),
        )

    @property
    def missed(self) -> dict[CardId, int]:
        """How often each card was rated Again today, most often first."""
        return misses(self._met)

    @property
    def calibration(self) -> Calibration | None:
        """How well the confidence in today's predictions fitted; None when none was given one."""
        return calibration(event.review for event in self._met if event.review is not None)

    @property
    def held_back_by(self) -> tuple[CardId, ...]:
        """The cards, of other sessions perhaps, without which no more new ones come today.

        None where today's limit leaves no room for more.
        """
        queue = self._queue
        if queue.today.new + len(queue.new) >= self.settings.new_per_day:
            return ()
        first = (card for held in queue.held for card in self._cards[held].before)
        return tuple(dict.fromkeys(card for card in first if not learnt(self._states.get(card))))

    @property
    def waiting_until(self) -> datetime | None:
        """When `next` will have a card again, if all that is left today is in learning and not yet due."""
        if self._queue.order or not self._queue.later:
            return None
        due = self.state(self._queue.later[0]).due_at
        return due - self.settings.learn_ahead if due is not None else None

    def behind(self, now: datetime) -> timedelta:
        """How far the clock went back: from the newest event to `now`, 0 when it did not."""
        newest = self._events[-1].at if self._events else now
        return max(newest - now, timedelta())

    @property
    def _met(self) -> list[Event]:
        """The day's ratings of this session's cards that were not taken back, be it on another day."""
        today = self.scheduler.clock.day(self._now)
        return [event for event in standing(self._events) if event.study_day == today and event.card in self._had]

    @property
    def _queue(self) -> Queue:
        """The day's cards as of the last `next`, `apply` or `replace_cards`, sorted when first asked for."""
        if self._planned is None:
            cards = self._cards.values()
            self._planned = plan(cards, self._states, self._events, self.settings, self.scheduler, self._now)
        return self._planned

    def _event(self, kind: EventKind, card: CardId, after: CardState, now: datetime) -> Event:
        clock = self.scheduler.clock
        return Event(
            id=self._new_id(),
            kind=kind,
            at=now,
            offset=clock.offset(now),
            study_day=clock.day(now),
            card=card,
            before=self.state(card),
            after=after,
        )
