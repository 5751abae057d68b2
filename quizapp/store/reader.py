"""The review log for reading, as any process may at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, exists, func, select

from quizapp.cards.identity import CardId
from quizapp.cards.proof import Proof
from quizapp.errors import StoreError
from quizapp.store.database import WAIT, reading_engine
from quizapp.store.migrations import PROOFS_SINCE, readable
from quizapp.store.refusals import read
from quizapp.store.rows import Row, read_event, read_proof, read_state
from quizapp.store.tables import CARD_STATE, EVENT, PROOF
from quizapp.study.events import UNDOABLE, Event, fold
from quizapp.study.memory import CardState

Thing = TypeVar("Thing")

_UNDOING = EVENT.alias("undoing")
_LAST_UNDOABLE = (
    select(EVENT)
    .where(EVENT.c.kind.in_([kind.value for kind in UNDOABLE]))
    .where(~exists().where(_UNDOING.c.undoes == EVENT.c.id))
    .order_by(EVENT.c.seq.desc())
    .limit(1)
)
_NEWEST_WITH_STATE = (
    select(func.max(EVENT.c.seq)).where(EVENT.c.card.is_not(None), EVENT.c.after.is_not(None)).group_by(EVENT.c.card)
)
FOLDED = select(EVENT).where(EVENT.c.seq.in_(_NEWEST_WITH_STATE))
"""What is left of the log for `study.events.fold`: the last event of each card that left a state."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A card whose cached state is not what the log comes to."""

    card: CardId
    logged: CardState | None
    cached: CardState | None


class Reader:
    """The log for reading (`study.ports.LogReader`).

    It opens the database for each call and holds nothing in between. Where there is none yet, the log is empty.
    """

    def __init__(self, path: Path, wait: float = WAIT) -> None:
        self._path = path
        self._reading = reading_engine(path, wait)

    def states(self) -> dict[CardId, CardState]:
        """The state of every card with a past."""
        return dict(self._read(lambda row: (CardId.parse(row["card"]), read_state(row)), select(CARD_STATE)))

    def events(self, since: date | None = None) -> list[Event]:
        """See `LogReader.events`."""
        statement = select(EVENT).order_by(EVENT.c.seq)
        if since is not None:
            first = select(func.min(EVENT.c.seq + 0))  # a sum, so that the index of days is used and not row by row
            first = first.where(EVENT.c.study_day >= since.isoformat())
            statement = statement.where(EVENT.c.seq >= first.scalar_subquery())
        return self._read(read_event, statement)

    def last_undoable(self) -> Event | None:
        """The newest action of the learner that was not taken back yet."""
        return next(iter(self._read(read_event, _LAST_UNDOABLE)), None)

    def proofs(self) -> list[Proof]:
        """See `LogReader.proofs`."""
        return self._read(read_proof, select(PROOF).order_by(PROOF.c.seq), PROOFS_SINCE)

    def verify_states(self) -> list[Difference]:
        """Where the cache is not what the log comes to; empty when all is well."""
        logged = fold(self._read(read_event, FOLDED))
        cached = self.states()
        return [
            Difference(card, logged.get(card), cached.get(card))
            for card in sorted(logged.keys() | cached.keys(), key=str)
            if logged.get(card) != cached.get(card)
        ]

    def _read(self, reading: Callable[[Row], Thing], statement: Executable, since: int = 1) -> list[Thing]:
        """What the rows say; none where the store is of a version before `since`, when such rows came."""
        with read(self._path):
            return [reading(row) for row in self._rows(statement, since)]

    def _rows(self, statement: Executable, since: int = 1) -> Iterator[Row]:
        if not self._path.exists():
            return
        with self._reading.connect() as connection:
            version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version == 0:  # its first writer has not finished making it
                return
            if not readable(version):
                raise StoreError(f"{self._path} is of an earlier quizapp; start `quizapp` once to bring it up to date.")
            if version >= since:
                yield from plain(connection.execute(statement))


def plain(result: CursorResult[Any]) -> Iterator[Row]:
    """The rows of a result as dictionaries, one at a time."""
    names = list(result.keys())
    return (dict(zip(names, row, strict=True)) for row in result)
