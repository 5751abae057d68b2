"""The review log for writing: what happened, in order, and the card states that it comes to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import DBAPIError

from quizapp.cards.proof import Proof
from quizapp.errors import StoreError
from quizapp.store import backup
from quizapp.store.database import WAIT, writing_engine
from quizapp.store.folder import MOUNTS, prepare_folder
from quizapp.store.lock import WriterLock
from quizapp.store.migrations import migrate, newest
from quizapp.store.reader import FOLDED, Reader, plain
from quizapp.store.refusals import read, refusal, told
from quizapp.store.rows import Row, event_values, proof_values, read_event, read_state, state_values
from quizapp.store.tables import CARD_STATE, EVENT, PROOF
from quizapp.study.events import Event, fold
from quizapp.study.memory import CardState

DATABASE = "quizapp.db"
LOCK = "quizapp.lock"
BACKUPS = "backups"

_STATE = select(CARD_STATE)
_KNOWN_BY = ("entry", "claim", "environment", "verdict", "trial")
_FORGET = delete(PROOF).where(*(PROOF.c[name] == bindparam(name) for name in _KNOWN_BY))
_LAST = select(EVENT.c.seq, EVENT.c.study_day).order_by(EVENT.c.seq.desc()).limit(1)


def open_log(data_dir: Path, now: datetime, *, wait: float = WAIT, patience: float = 0.0, mounts: Path = MOUNTS) -> Log:
    """Open the log for writing, making the data folder and the database where they are missing.

    Args:
        data_dir: The learner's data folder.
        now: For the lock's note of since when it is held.
        wait: Seconds to wait for a foreign program that holds the database.
        patience: Seconds to wait for another writer of ours.
        mounts: See `folder.prepare_folder`.

    Raises:
        StoreError: as `Log`; or the folder is on a network drive or cannot be made.
    """
    return Log(prepare_folder(data_dir, mounts), now, wait, patience)


def open_reader(data_dir: Path, *, wait: float = WAIT) -> Reader:
    """The log for reading only, also while another process writes; the database is never made or changed."""
    return Reader(data_dir / DATABASE, wait)


class Log(Reader):
    """The log for writing; holds the writer's lock from construction until `close`. One thread at a time.

    Raises:
        StoreError: it cannot be opened, brought up to date or written.
        StoreLocked: another process is writing.
        StoreTooNew: a later version wrote it.
    """

    def __init__(self, folder: Path, now: datetime, wait: float = WAIT, patience: float = 0.0) -> None:
        super().__init__(folder / DATABASE, wait)
        self._backups = folder / BACKUPS
        self._lock = WriterLock(folder / LOCK, now, patience)
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
            StoreError: nothing of the event is in the log, unless the message says that this cannot be told. One
                reason is that the card's present state is not the one `before` which the event was made.
        """
        values = event_values(event)
        try:
            self._write(event, values)
        except (DBAPIError, sqlite3.Error) as error:
            if not self._found_after_all(event, error):
                raise refusal(self._path, error) from error
        except OverflowError as error:
            raise StoreError(
                f"A number of this event has more than 64 bits ({error}); nothing was recorded."
            ) from error

    def record(self, proofs: Iterable[Proof]) -> None:
        """Keep proofs, in their order, in one transaction; the same verdict of before goes.

        Raises:
            StoreError: none was recorded.
        """
        rows = [proof_values(proof) for proof in proofs]
        with told(self._path), self._writing.begin() as connection:
            for values in rows:
                connection.execute(_FORGET, {name: values[name] for name in _KNOWN_BY})
                connection.execute(insert(PROOF), values)

    def rebuild(self) -> None:
        """Make the cache of card states anew from the log, in one transaction.

        Raises:
            StoreError: the cache is as it was.
        """
        with read(self._path), self._writing.begin() as connection:
            rows = list(plain(connection.execute(FOLDED)))
            seqs = {row["card"]: row["seq"] for row in rows}
            states = fold(map(read_event, rows))
            connection.execute(delete(CARD_STATE))
            if states:
                connection.execute(
                    insert(CARD_STATE),
                    [
                        {"card": str(card), "seq": seqs[str(card)], **state_values(state)}
                        for card, state in states.items()
                    ],
                )

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

    def _write(self, event: Event, values: Row) -> None:
        with self._writing.begin() as connection:
            known = list(plain(connection.execute(select(EVENT).where(EVENT.c.id == values["id"]))))
            if known:
                _refuse_other(known[0], values)
                return
            if event.card is not None:
                _refuse_stale(event, list(plain(connection.execute(_STATE.where(CARD_STATE.c.card == values["card"])))))
            seq = connection.execute(insert(EVENT), values).lastrowid
            if event.card is not None and event.after is not None:
                state = {"card": values["card"], "seq": seq, **state_values(event.after)}
                connection.execute(insert(CARD_STATE).prefix_with("OR REPLACE"), state)

    def _found_after_all(self, event: Event, error: DBAPIError | sqlite3.Error) -> bool:
        """After a write that failed: whether the event is in the log nevertheless, seen by a fresh connection.

        A commit may report an error after its bytes have reached the disk. Moving them into the database
        (a checkpoint) makes sure of them.
        """
        try:
            with told(self._path):
                self._writing.dispose()
                found = bool(list(self._rows(select(EVENT.c.seq).where(EVENT.c.id == str(event.id)))))
                if found:
                    self._checkpoint()
                return found
        except StoreError as second:
            raise StoreError(
                f"{refusal(self._path, error)} Whether this was recorded cannot be told before the log can be read "
                f"again ({second}); doing it once more will not record it twice."
            ) from second

    def _checkpoint(self) -> None:
        """Move committed pages into the database file, flushed; SQLAlchemy would begin a transaction first."""
        with self._writing.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("PRAGMA wal_checkpoint(FULL)").fetchall()

    def _bring_up_to_date(self) -> None:
        with told(self._path), self._writing.connect() as connection:
            version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            connection.rollback()
            if 0 < version < newest():
                backup.copy_checked(self._path, self._backups / f"before-format-{version + 1}.db")
            migrate(connection)
        with suppress(StoreError):  # no reason to refuse to study; `close` tries again and tells
            self._back_up_if_owed()

    def _back_up_if_owed(self) -> None:
        for day, seq in self._read(
            lambda row: (date.fromisoformat(row["study_day"]), row["seq"]), _LAST
        ):  # or none yet
            if backup.owed(self._path, self._backups, day, seq):
                backup.back_up(self._path, self._backups, day, seq)

    def _let_go(self) -> None:
        self._writing.dispose()
        self._lock.release()


def _refuse_other(known: Row, values: Row) -> None:
    """Raise where the log has another event under this id: nothing may be taken for recorded that is not."""
    if any(known[name] != value for name, value in values.items()):
        raise StoreError(f"Another event is in the log as {values['id']}; this one was not recorded.")


def _refuse_stale(event: Event, cached: list[Row]) -> None:
    """Raise where the card has changed since the event was made: logging it would take that change back unseen."""
    present = read_state(cached[0]) if cached else CardState()
    if present != (event.before or CardState()):
        raise StoreError(
            f"{event.card} was changed meanwhile, in another sitting perhaps; nothing was recorded. "
            "Go back to the decks and study on: the card comes as it is now."
        )
