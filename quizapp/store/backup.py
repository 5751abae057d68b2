"""Copies of the database that were checked before they count: of the newest seven days, four weeks, twelve months.

One is made whenever the log is closed with something in it that no backup has; it takes the place of the one made
earlier on the same study day. A backup is named for the last event in it, `quizapp-<study day>-<seq>.db`. So the log
itself says whether one is owed, no clock is asked, and a clock that went wrong once cannot push the true ones out.
After the log was put back to an old backup, those of what was given up are kept by the same rule but apart: neither
they nor those of the days since push the others out.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from quizapp.errors import StoreError
from quizapp.store.migrations import APPLICATION_ID

KEPT: tuple[tuple[int, Callable[[date], tuple[int, ...]]], ...] = (
    (7, lambda day: (day.toordinal(),)),
    (4, lambda day: day.isocalendar()[:2]),
    (12, lambda day: (day.year, day.month)),
)
"""How many of which spans keep their newest backup."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One file of the backups folder."""

    path: Path
    study_day: date
    """Of the last event in it."""
    seq: int
    """The number of events in it."""


def backups_in(folder: Path) -> list[Backup]:
    """The backups there, the newest first; other files are not looked at."""
    found = [backup for path in folder.glob("quizapp-*.db") if (backup := _named(path)) is not None]
    return sorted(found, key=lambda backup: backup.seq, reverse=True)


def owed(database: Path, folder: Path, study_day: date, seq: int) -> bool:
    """Whether the last event, of that study day and number, is in no backup yet."""
    return not of_log(database, [Backup(_path(folder, study_day, seq), study_day, seq)])


def back_up(database: Path, folder: Path, study_day: date, seq: int) -> Path:
    """Add a backup and remove those no longer kept.

    Raises:
        StoreError: it could not be written, or did not pass its check; none was added or removed.
    """
    made = copy_checked(database, _path(folder, study_day, seq))
    backups = set(backups_in(folder))
    of_this = of_log(made, backups)
    for backup in backups - kept(of_this) - kept(backups - of_this):
        with suppress(OSError):  # one too many does no harm
            backup.path.unlink()
    return made


def of_log(log: Path, backups: Iterable[Backup]) -> set[Backup]:
    """Those that a log went on from: their last event is in it, under the same number."""
    return {
        backup
        for backup in backups
        if (last := _event_id(backup.path, backup.seq)) and last == _event_id(log, backup.seq)
    }


def kept(backups: Iterable[Backup]) -> set[Backup]:
    """Those that stay: the newest of each of the newest days, weeks and months."""
    newest_first = sorted(backups, key=lambda backup: backup.seq, reverse=True)
    stay: set[Backup] = set()
    for count, span_of in KEPT:
        newest_of: dict[tuple[int, ...], Backup] = {}
        for backup in newest_first:
            newest_of.setdefault(span_of(backup.study_day), backup)
        stay.update(list(newest_of.values())[:count])
    return stay


def copy_checked(database: Path, target: Path) -> Path:
    """Copy a database that may be in use, check the copy, and only then give it its name.

    Raises:
        StoreError: as `back_up`.
    """
    draft = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        draft.unlink(missing_ok=True)
        check(draft, _copy(database, draft))
        _flush(draft)
        draft.replace(target)
        _flush(target.parent)
    except (OSError, sqlite3.Error, StoreError) as error:
        with suppress(OSError):
            draft.unlink()
        raise StoreError(
            f"No backup was made in {target.parent}: {error}. The log itself is as it was; "
            "make room or mend the folder, the next start tries again."
        ) from error
    return target


def check(path: Path, counts: tuple[int, ...] | None = None) -> None:
    """See that a file is a sound database of this program, with as many rows in its tables where that is given.

    Raises:
        StoreError: it is not.
        sqlite3.Error: it cannot even be read.
    """
    with closing(_reading(path)) as copy:
        if copy.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise StoreError(f"{path} is not a review log")
        findings = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
        if findings != ["ok"]:
            raise StoreError(f"{path} is damaged ({'; '.join(findings)})")
        if counts is not None and _counts(copy) != counts:
            raise StoreError(f"{path} has not all the rows")


def _path(folder: Path, study_day: date, seq: int) -> Path:
    return folder / f"quizapp-{study_day.isoformat()}-{seq}.db"


def _named(path: Path) -> Backup | None:
    """The backup that a file is by its name; None for one that we did not name."""
    match = re.fullmatch(r"quizapp-(\d{4}-\d\d-\d\d)-(\d{1,18})\.db", path.name, re.ASCII)
    try:
        return Backup(path, date.fromisoformat(match[1]), int(match[2])) if match else None
    except ValueError:  # no day of any calendar
        return None


def _event_id(path: Path, seq: int) -> str | None:
    """The id of an event in a database; None where it is not there or cannot be read."""
    with suppress(sqlite3.Error), closing(_reading(path)) as connection:
        found: tuple[str] | None = connection.execute("SELECT id FROM event WHERE seq = ?", (seq,)).fetchone()
        return found and found[0]
    return None


def _copy(database: Path, draft: Path) -> tuple[int, ...]:
    """Copy one state of the database, and count its rows."""
    draft.touch(mode=0o600)
    with closing(_reading(database)) as source, closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        source.execute("BEGIN")  # others may write meanwhile: count and copy see the same state
        counts = _counts(source)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, readable anywhere
    return counts


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def _counts(connection: sqlite3.Connection) -> tuple[int, ...]:
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    return tuple(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables)  # noqa: S608


def _flush(path: Path) -> None:
    """Have a file, or the names in a folder, on disk before going on."""
    if os.name == "nt" and path.is_dir():
        return  # there a folder cannot be opened
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
