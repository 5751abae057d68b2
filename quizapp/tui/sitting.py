"""One sitting: a session over one reading of the decks, and the log that it is written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from quizapp.cards.card import Card, Deck, Library
from quizapp.errors import QuizappError
from quizapp.study.disputes import Dispute
from quizapp.study.events import Event
from quizapp.study.ports import AsyncLog
from quizapp.study.session import Prompt, Session


@dataclass(slots=True)
class Sitting:
    """What the study and summary screens share. Decks that change on disk meanwhile change nothing here."""

    session: Session
    library: Library
    """As read when the sitting began, so that what is asked, allowed and run is one and the same."""
    decks: tuple[Deck, ...]
    """Those of the library that this sitting is over."""
    log: AsyncLog
    disputes: Mapping[str, Dispute] = field(default_factory=dict)
    """By `deck/card`: of which claims it must be said that they are in doubt."""
    unwritten: Event | None = None
    """An event of which the log said no, or could not say; writing it again is always safe."""

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
