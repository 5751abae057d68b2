"""What SQLite says, in words that say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from quizapp.errors import StoreError


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say no to within, and values that they cannot take, into a `StoreError`."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise refusal(path, error) from error
    except OSError as error:
        raise StoreError(_UNREACHABLE.format(path=path, folder=path.parent, cause=error.strerror)) from error
    except (ValueError, OverflowError) as error:
        raise StoreError(f"{path} cannot take this ({error}); it was not recorded.") from error


@contextmanager
def read(path: Path) -> Iterator[None]:
    """The same where rows are read: values that make no sense are damage there, and only there."""
    with told(path):
        try:
            yield
        except (ValueError, LookupError, OverflowError) as error:
            raise StoreError(_DAMAGED.format(path=path, folder=path.parent, cause=error)) from error


def refusal(path: Path, error: DBAPIError | sqlite3.Error) -> StoreError:
    """The error as a sentence about the database at `path`."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the extended code's lowest byte
    sentence = _SENTENCES.get(code, "{path} could not be used: {cause}.")
    return StoreError(sentence.format(path=path, folder=path.parent, cause=cause))


_UNREACHABLE = (
    "{path} cannot be opened or written ({cause}). Check who owns it and {folder}, and what their permissions are."
)
_DAMAGED = (
    "{path} is damaged ({cause}). Keep it elsewhere, with its -wal and -shm files where there are any, "
    "and put the newest file of {folder}/backups in its place."
)
_SENTENCES = {
    sqlite3.SQLITE_BUSY: (
        "Another program keeps {path} locked ({cause}). Close it there, a database browser maybe, and try again."
    ),
    sqlite3.SQLITE_FULL: (
        "The disk of {path} is full ({cause}). Make room and try again; what was recorded before is safe."
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk of {path} failed or is full ({cause}). Make room, check its health and try again; "
        "what was recorded before is safe."
    ),
    sqlite3.SQLITE_CONSTRAINT: (
        "{path} cannot take this event ({cause}) and recorded nothing. Please report it: quizapp should not have tried."
    ),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: _UNREACHABLE,
    sqlite3.SQLITE_PERM: _UNREACHABLE,
    sqlite3.SQLITE_READONLY: _UNREACHABLE,
}
