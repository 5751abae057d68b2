"""How the database came to its present form, step by step. A step that was shipped is never edited."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

APPLICATION_ID = 0x7175697A
"""`quiz` in ASCII: what marks a SQLite file as this program's."""

Migration = Callable[[Connection], None]


def create_log_and_states(connection: Connection) -> None:
    """1: the append-only log and the cache of card states."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in (_EVENT, *_APPEND_ONLY, "CREATE INDEX ix_event_study_day ON event (study_day)", _CARD_STATE):
        connection.exec_driver_sql(statement)


_EVENT = """
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN
        ('review', 'undo', 'suspend', 'unsuspend', 'bury', 'reset', 'reschedule', 'parameters')),
    at INTEGER NOT NULL,
    utc_offset INTEGER NOT NULL,
    study_day TEXT NOT NULL,
    card TEXT,
    before TEXT,
    after TEXT,
    rating INTEGER CHECK (rating BETWEEN 1 AND 4),
    elapsed INTEGER CHECK (elapsed >= 0),
    duration INTEGER,
    scheduler TEXT,
    parameters TEXT,
    seed INTEGER,
    suggested INTEGER CHECK (suggested BETWEEN 1 AND 4),
    response TEXT,
    confidence INTEGER CHECK (confidence BETWEEN 0 AND 100),
    observed TEXT,
    verdict TEXT CHECK (verdict IN ('verified', 'refuted', 'error', 'timeout', 'died', 'unavailable')),
    environment TEXT,
    undoes TEXT UNIQUE REFERENCES event (id),
    weights TEXT,
    CHECK (card IS NOT NULL OR kind = 'parameters'),
    CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
    CHECK ((kind = 'parameters') = (weights IS NOT NULL)),
    CHECK ((kind = 'review') = (rating IS NOT NULL AND elapsed IS NOT NULL AND duration IS NOT NULL
        AND scheduler IS NOT NULL AND parameters IS NOT NULL AND seed IS NOT NULL))
) STRICT
"""

# Without the third, INSERT OR REPLACE would delete a row behind the second's back.
_APPEND_ONLY = (
    """
    CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """,
    """
    CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """,
    """
    CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
    WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR seq = NEW.seq OR undoes = NEW.undoes)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """,
)

_CARD_STATE = """
CREATE TABLE card_state (
    card TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL REFERENCES event (seq),
    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
    step INTEGER NOT NULL,
    stability REAL,
    difficulty REAL,
    due_at INTEGER,
    due_on TEXT,
    reviewed_on TEXT,
    reps INTEGER NOT NULL,
    lapses INTEGER NOT NULL,
    leech INTEGER NOT NULL CHECK (leech IN (0, 1)),
    suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
    buried_on TEXT
) STRICT
"""


def create_proofs(connection: Connection) -> None:
    """2: what verifying claims came to."""
    connection.exec_driver_sql(_PROOF)


_PROOF = """
CREATE TABLE proof (
    seq INTEGER PRIMARY KEY,
    entry TEXT NOT NULL,
    claim TEXT NOT NULL,
    environment TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('verified', 'refuted', 'error', 'timeout', 'died')),
    trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
    at INTEGER NOT NULL,
    UNIQUE (entry, claim, environment, verdict, trial)
) STRICT
"""

MIGRATIONS: tuple[Migration, ...] = (create_log_and_states, create_proofs)
"""In order: the n-th brings a store of version n-1 to version n."""

PROOFS_SINCE = MIGRATIONS.index(create_proofs) + 1
"""The first version with proofs in it."""
READABLE = 1
"""The oldest version that is read as it is; all steps since then only added something."""


def newest() -> int:
    """The version this program writes."""
    return len(MIGRATIONS)


def readable(version: int) -> bool:
    """Whether a store of that version can be read before it is brought up to date."""
    return version >= READABLE


def migrate(connection: Connection) -> None:
    """Bring the store to the newest version, in one transaction: nobody ever sees it half-made.

    Args:
        connection: Of the writing engine, outside a transaction; when a step fails, all are rolled back and it raises.
    """
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.rollback()
    if version < newest():
        with connection.begin():
            for step in MIGRATIONS[version:]:
                step(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {newest()}")
