"""The review log: what happened, in order, and the card states that it comes to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, Executable, delete, exists, func, insert, select
from sqlalchemy.exc import DBAPIError

from quizapp.cards.identity import CardId
from quizapp.errors import StoreError
from quizapp.store import backup
from quizapp.store.database import WAIT, reading_engine, writing_engine
from quizapp.store.folder import MOUNTS, prepare_folder
from quizapp.store.lock import WriterLock
from quizapp.store.migrations import migrate, newest
from quizapp.store.refusals import refusal, told
from quizapp.store.rows import Row, Value, event_values, read_event, read_state, state_values
from quizapp.store.tables import CARD_STATE, EVENT
from quizapp.study.events import UNDOABLE, Event
from quizapp.study.memory import CardState

DATABASE = "quizapp.db"
LOCK = "quizapp.lock"
BACKUPS = "backups"

_UNDOING = EVENT.alias("undoing")
_LAST_UNDOABLE = (
    select(EVENT)
    .where(EVENT.c.kind.in_([kind.value for kind in UNDOABLE]))
    .where(~exists().where(_UNDOING.c.undoes == EVENT.c.id))
    .order_by(EVENT.c.seq.desc())
    .limit(1)
)
_LAST = select(EVENT.c.seq, EVENT.c.study_day).order_by(EVENT.c.seq.desc()).limit(1)
_NEWEST_WITH_STATE = select(func.max(EVENT.c.seq)).where(EVENT.c.card.is_not(None), EVENT.c.after.is_not(None))
_FOLDED = select(EVENT).where(EVENT.c.seq.in_(_NEWEST_WITH_STATE.group_by(EVENT.c.card)))
"""The fold of `study.events.fold`, in SQL: the last event of each card that left a state."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A card whose cached state is not what the log comes to."""

    card: CardId
    logged: CardState | None
    cached: CardState | None


class Reader:
    """The log for reading, as any process may at any time (`study.ports.LogReader`).

    It opens the database for each call and holds nothing in between. Where there is none yet, the log is empty.
    """

    def __init__(self, path: Path, wait: float = WAIT) -> None:
        self._path = path
        self._reading = reading_engine(path, wait)

    def states(self) -> dict[CardId, CardState]:
        """The state of every card with a past."""
        return {CardId.parse(row["card"]): read_state(row) for row in self._rows(select(CARD_STATE))}

    def events(self, since: date | None = None) -> list[Event]:
        """Events in the order they were logged, from the study day `since` on, or all."""
        statement = select(EVENT).order_by(EVENT.c.seq)
        if since is not None:
            statement = statement.where(EVENT.c.study_day >= since.isoformat())
        return [read_event(row) for row in self._rows(statement)]

    def last_undoable(self) -> Event | None:
        """The newest action of the learner that was not taken back yet."""
        return next((read_event(row) for row in self._rows(_LAST_UNDOABLE)), None)

    def verify_states(self) -> list[Difference]:
        """Where the cache is not what the log comes to; empty when all is well."""
        logged = {CardId.parse(row["card"]): read_event(row).after for row in self._rows(_FOLDED)}
        cached = self.states()
        return [
            Difference(card, logged.get(card), cached.get(card))
            for card in sorted(logged.keys() | cached.keys())
            if logged.get(card) != cached.get(card)
        ]

    def _rows(self, statement: Executable) -> list[Row]:
        if not self._path.exists():
            return []
        with told(self._path), self._reading.connect() as connection:
            version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version == 0:  # its first writer has not finished making it
                return []
            if version < newest():
                raise StoreError(f"{self._path} is of an earlier quizapp; start `quizapp` once to bring it up to date.")
            return _plain(connection.execute(statement))


class Log(Reader):
    """The log for writing; holds the writer's lock from construction until `close`. One thread at a time.

    Raises:
        StoreError: it cannot be opened, brought up to date or written.
        StoreLocked: another process is writing.
        StoreTooNew: a later version wrote it.
    """

    def __init__(self, folder: Path, now: datetime, wait: float = WAIT) -> None:
        super().__init__(folder / DATABASE, wait)
        self._backups = folder / BACKUPS
        self._lock = WriterLock(folder / LOCK, now)
        self._writing = writing_engine(self._path, wait)
        try:
            self._bring_up_to_date()
        except BaseException:
            self._let_go()
            raise

    def append(self, event: Event) -> None:
        """Log the event and its card's new state in one transaction; committed to disk when this returns.

        An event that is in the log already, by its id, is not written again.

        Raises:
            StoreError: nothing of the event is in the log.
        """
        values = event_values(event)
        try:
            self._write(event, values)
        except (DBAPIError, sqlite3.Error) as error:
            first = refusal(self._path, error)
            if not self._found_after_all(values["id"], first):
                raise first from error

    def rebuild(self) -> None:
        """Make the cache of card states anew from the log, in one transaction.

        Raises:
            StoreError: the cache is as it was.
        """
        with told(self._path), self._writing.begin() as connection:
            folded = _plain(connection.execute(_FOLDED))
            connection.execute(delete(CARD_STATE))
            if states := list(_cached(folded)):
                connection.execute(insert(CARD_STATE), states)

    def close(self) -> None:
        """Back up if one is owed, release the lock; a second call does nothing.

        Raises:
            StoreError: the backup failed; the log is closed and whole.
        """
        if not self._lock.held:
            return
        try:
            self._back_up_if_owed()
        finally:
            self._let_go()

    def _write(self, event: Event, values: dict[str, Value]) -> None:
        with self._writing.begin() as connection:
            known = _plain(connection.execute(select(EVENT).where(EVENT.c.id == values["id"])))
            if known:
                _refuse_other(known[0], values)
                return
            seq = connection.execute(insert(EVENT), values).lastrowid
            if event.card is not None and event.after is not None:
                state = {"card": values["card"], "seq": seq, **state_values(event.after)}
                connection.execute(insert(CARD_STATE).prefix_with("OR REPLACE"), state)

    def _found_after_all(self, identity: Value, first: StoreError) -> bool:
        """After a commit that failed: whether the event is in the log nevertheless, seen by a fresh connection.

        A commit may report an error after its bytes have reached the disk. Moving them into the database
        (a checkpoint) makes sure of them.
        """
        try:
            with told(self._path):
                self._writing.dispose()
                found = bool(self._rows(select(EVENT.c.seq).where(EVENT.c.id == identity)))
                if found:
                    self._checkpoint()
                return found
        except StoreError as second:
            raise StoreError(
                f"{first} Whether this was recorded cannot be told before the log can be read again ({second}); "
                "doing it once more will not record it twice."
            ) from second

    def _checkpoint(self) -> None:
        with self._writing.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(FULL)").fetchall()

    def _bring_up_to_date(self) -> None:
        with told(self._path), self._writing.connect() as connection:
            version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            connection.rollback()
            if 0 < version < newest():
                backup.copy_checked(self._path, self._backups / f"before-format-{version + 1}.db")
            migrate(connection)
        with suppress(StoreError):  # not worth refusing to study; `close` tries again and tells
            self._back_up_if_owed()

    def _back_up_if_owed(self) -> None:
        last = next(iter(self._rows(_LAST)), None)
        day = None if last is None else date.fromisoformat(last["study_day"])
        if last is not None and day is not None and backup.owed(self._backups, day):
            backup.back_up(self._path, self._backups, day, last["seq"])

    def _let_go(self) -> None:
        self._writing.dispose()
        self._lock.release()


def open_log(data_dir: Path, now: datetime, *, wait: float = WAIT, mounts: Path = MOUNTS) -> Log:
    """Open the log for writing, making the data folder and the database where they are missing.

    Args:
        data_dir: The learner's data folder.
        now: For the lock's note of who holds it since when.
        wait: Seconds to wait for a foreign program that holds the database.
        mounts: See `folder.prepare_folder`.

    Raises:
        StoreError: as `Log`; or the folder is on a network drive or cannot be made.
    """
    return Log(prepare_folder(data_dir, mounts), now, wait)


def open_reader(data_dir: Path, *, wait: float = WAIT) -> Reader:
    """The log for reading only, also while another process writes; nothing is made or changed."""
    return Reader(data_dir / DATABASE, wait)


def _refuse_other(known: Row, values: dict[str, Value]) -> None:
    if any(known[name] != value for name, value in values.items()):
        raise StoreError(f"Another event is in the log as {values['id']}; this one was not recorded.")


def _plain(result: CursorResult[Any]) -> list[Row]:
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]


def _cached(folded: Iterable[Row]) -> Iterable[dict[str, Any]]:
    for row in folded:
        state = read_event(row).after
        assert state is not None
        yield {"card": row["card"], "seq": row["seq"], **state_values(state)}
