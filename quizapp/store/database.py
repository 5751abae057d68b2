"""Connections to the database: one that writes, any number that only read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from quizapp.errors import StoreError, StoreTooNew
from quizapp.store.migrations import APPLICATION_ID, newest

WAIT = 5.0
"""Seconds to wait for a foreign program that holds the database."""

LEAST_SQLITE = (3, 37)
"""The first with STRICT tables."""

_WRITING = ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON", "foreign_keys = ON", "trusted_schema = OFF")
"""FULL: a commit is on disk before it returns; fullfsync: on macOS too, where fsync alone does not reach the disk."""


def writing_engine(path: Path, wait: float = WAIT) -> Engine:
    """One connection that makes the database where it is missing; each transaction begins IMMEDIATE.

    Python's own transactions begin late and not at all before DDL, so they are off (`isolation_level=None`) and
    the BEGIN is SQLAlchemy's: https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#enabling-non-legacy-sqlite-transactional-modes-with-the-sqlite3-or-aiosqlite-driver
    """

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
        return _checked(connection, path, _WRITING)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=1, max_overflow=0)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reading_engine(path: Path, wait: float = WAIT) -> Engine:
    """A connection for each use that cannot write, so never moves the writer's log into the database either."""

    def connect() -> sqlite3.Connection:
        return _checked(_open_reading(path, wait), path, ())

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _open_reading(path: Path, wait: float) -> sqlite3.Connection:
    """Open read-only, also in a folder where the reader may write nothing.

    There SQLite cannot make its shared-memory file. Without a `-wal` file nobody has written since the last
    clean close, and the database file is all there is: it can be read as immutable.
    """
    connection = _connect_reading(path, "mode=ro", wait)
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        blocked = (error.sqlite_errorcode & 0xFF) in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
        if not blocked or path.with_name(path.name + "-wal").exists():
            raise
        return _connect_reading(path, "immutable=1", wait)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connect_reading(path: Path, mode: str, wait: float) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)


def _checked(connection: sqlite3.Connection, path: Path, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    """The connection with its settings made, once the file is known to be ours (WAL would change a foreign one)."""
    try:
        _refuse_unfit(connection, path)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_unfit(connection: sqlite3.Connection, path: Path) -> None:
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        raise StoreError(
            f"This Python was built with SQLite {sqlite3.sqlite_version}; the review log needs 3.37 or later. "
            "Run quizapp with a newer Python: those that uv, conda or python.org install bring their own SQLite."
        )
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreError(
            f"{path} is a database of another program. "
            "Move it away, or set data_dir (or QUIZAPP_DATA_DIR) to another folder."
        )
    if version > newest():
        raise StoreTooNew(
            f"{path} was written by a later quizapp (its format is {version}, this one knows {newest()}). "
            "Upgrade quizapp, or set data_dir (or QUIZAPP_DATA_DIR) to another folder."
        )
