"""One sitting: a session over some decks as they are written now, and the log that it is written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from quizapp.cards.card import Card, Deck, Library
from quizapp.cards.proof import Proof
from quizapp.errors import QuizappError
from quizapp.study.disputes import Dispute, disputed
from quizapp.study.events import Event
from quizapp.study.memory import Rating
from quizapp.study.ports import AsyncLog
from quizapp.study.session import Prompt, Session
from quizapp.tui.attempt import Attempt


@dataclass(slots=True)
class Sitting:
    """What the study and summary screens share. What was saved meanwhile is taken in; see `take_in`."""

    session: Session
    library: Library
    """All decks."""
    only: frozenset[str] | None
    """The ids of the decks that this sitting is over; None for all there are."""
    log: AsyncLog
    proofs: Sequence[Proof] = ()
    """What was proved of all claims."""
    disputes: dict[str, Dispute] = field(init=False)
    """By `deck/card`: of which claims it must be said that they are in doubt."""
    unwritten: Event | None = None
    """An event of which the log said no, or could not say; writing it again is always safe."""

    def __post_init__(self) -> None:
        """Find out what is in doubt."""
        self.disputes = disputed(self.proofs, self.cards)

    @property
    def decks(self) -> tuple[Deck, ...]:
        """Those of the library that this sitting is over."""
        return chosen(self.library, self.only)

    @property
    def cards(self) -> list[Card]:
        """Those of its decks."""
        return [card for deck in self.decks for card in deck.cards]

    def take_in(self, library: Library, now: datetime) -> None:
        """Go on with the decks as they are now: the log, the day's counts and what is undone stay."""
        self.library = library
        self.session.replace_cards(self.cards, now)
        self.disputes = disputed(self.proofs, self.cards)

    def deck_of(self, card: Card) -> Deck:
        """The deck a card of this sitting is in."""
        return self.library.deck_of(card.id)

    def dispute_of(self, card: Card) -> Dispute | None:
        """What is to be said of its claim, if that is in doubt."""
        return self.disputes.get(card.id.entry)

    async def ask(self, now: datetime) -> Prompt | None:
        """The card to be asked now; see `Session.next`. A clock that went back to an earlier day is no trouble.

        Raises:
            StoreError: the log of that day cannot be read.
        """
        if not self.session.covers(now):
            self.session.reach_back(await self.log.events(since=self.session.scheduler.clock.day(now)), now)
        return self.session.next(now)

    def rated(self, attempt: Attempt, rating: Rating, now: datetime) -> Event:
        """The event of a rating, with all that the attempt came to."""
        run = attempt.run
        return self.session.rate(
            attempt.prompt,
            rating,
            now,
            duration=now - attempt.shown_at,
            response=attempt.response,
            suggested=attempt.suggested,
            confidence=attempt.confidence,
            observed=run.observed if run else None,
            verdict=run.verdict if run else None,
            environment=run.environment if run else None,
        )

    async def commit(self, event: Event) -> Event:
        """Write an event and take it in; returns what was written.

        That is the event that could not be written before, if there is one: it may be on the disk after all, and
        then another rating of the same card would count twice.

        Raises:
            StoreError: it is not in the log, or that cannot be told.
        """
        self.unwritten = event = self.unwritten or event
        await self.log.append(event)
        self.unwritten = None
        self.session.apply(event)
        return event

    async def take_back(self, now: datetime) -> Event:
        """Undo the learner's last action, of this sitting or an earlier one.

        Raises:
            QuizappError: there is nothing to undo.
            StoreError: as `commit`.
        """
        last = await self.log.last_undoable()
        if last is None:
            raise QuizappError("There is nothing to undo.")
        return await self.commit(self.session.undo(last, now))


def chosen(library: Library, only: frozenset[str] | None) -> tuple[Deck, ...]:
    """The decks of these ids; all of them where `only` is None."""
    return tuple(deck for deck in library.decks if only is None or deck.id in only)
