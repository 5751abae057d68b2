"""What the study room needs from a place that keeps its log."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date
from typing import Protocol

from quizapp.cards.identity import CardId
from quizapp.cards.proof import Proof
from quizapp.study.events import Event
from quizapp.study.memory import CardState


class LogReader(Protocol):
    """The log and its fold, for reading. Any thread may call, one at a time.

    Raises:
        StoreError: the log cannot be read; the message says why and what to do.
    """

    def states(self) -> dict[CardId, CardState]:
        """The state of every card with a past."""

    def events(self, since: date | None = None) -> list[Event]:
        """Events in the order they were logged: all, or from the first one of the study day `since` or a later one on.

        An undo made after the clock went back is thus there with what it takes back.
        """

    def last_undoable(self) -> Event | None:
        """The newest action of the learner that was not taken back yet."""

    def proofs(self) -> list[Proof]:
        """What verifying claims came to, in the order recorded.

        Of each claim, environment and verdict the last; for claims of earlier decks, too.
        """


class AsyncLog(Protocol):
    """The writing log as a screen sees it: each call runs in the store's own thread.

    Raises:
        StoreError: as above.
    """

    def append(self, event: Event) -> Awaitable[None]:
        """Log the event and its card's new state in one transaction; committed to disk when it returns.

        Raises:
            StoreError: it was refused, because `event.before` is not the card's present state, or it could not be
                written. The event is not in the log, unless the message says that this cannot be told; appending
                the same event again is safe always, for it is known by its id.
        """

    def states(self) -> Awaitable[dict[CardId, CardState]]:
        """See `LogReader.states`."""

    def events(self, since: date | None = None) -> Awaitable[list[Event]]:
        """See `LogReader.events`."""

    def last_undoable(self) -> Awaitable[Event | None]:
        """See `LogReader.last_undoable`."""

    def proofs(self) -> Awaitable[list[Proof]]:
        """See `LogReader.proofs`."""

    def close(self) -> Awaitable[None]:
        """Back up if one is owed, release the lock."""
