from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quizapp.errors import StoreError
from quizapp.store.log import DATABASE, Log, open_log
from tests.store.making import CARD, NOW, a_review


def io_error() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    return error


@pytest.fixture
def commits(log: Log, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How the next commits go: `after` or `before` reaching the disk they report an error; then as usual."""
    fates: list[str] = []
    commit = log._writing.dialect.do_commit

    def do_commit(connection: sqlite3.Connection) -> None:
        fate = fates.pop(0) if fates else "well"
        if fate != "before":
            commit(connection)
        if fate != "well":
            raise io_error()

    monkeypatch.setattr(log._writing.dialect, "do_commit", do_commit)
    return fates


def test_a_commit_that_failed_after_it_was_durable_is_accepted_once(log: Log, folder: Path, commits: list[str]):
    commits[:] = ["after"]
    log.append(event := a_review())
    log.append(event)
    assert log.events() == [event]
    assert log.states() == {CARD: event.after}
    log.close()
    again = open_log(folder, NOW)
    assert again.events() == [event]
    again.close()


def test_what_is_accepted_in_doubt_is_in_the_database_file_itself_at_once(log: Log, folder: Path, commits: list[str]):
    log.append(a_review())
    address = (folder / DATABASE).as_uri()
    with closing(sqlite3.connect(f"{address}?mode=ro", uri=True)) as other:  # so that closing is not checkpointing
        other.execute("SELECT count(*) FROM event").fetchall()
        commits[:] = ["after"]
        log.append(a_review(reps=2))
        with closing(sqlite3.connect(f"{address}?immutable=1", uri=True)) as without_journal:
            assert without_journal.execute("SELECT count(*) FROM event").fetchone() == (2,)


def test_a_commit_that_failed_leaves_nothing_and_can_be_tried_again(log: Log, commits: list[str]):
    log.append(first := a_review())
    commits[:] = ["before"]
    event = a_review(reps=2)
    with pytest.raises(StoreError, match=r"disk I/O error.*Make room"):
        log.append(event)
    assert log.events() == [first]
    assert log.states() == {CARD: first.after}
    log.append(event)
    assert log.events() == [first, event]


def test_when_the_log_cannot_be_read_after_a_failed_commit_the_doubt_is_said(
    log: Log, folder: Path, commits: list[str], monkeypatch: pytest.MonkeyPatch
):
    log.append(first := a_review())

    def unreadable(*_: object) -> None:
        raise io_error()

    commits[:] = ["after"]
    event = a_review(reps=2)
    with monkeypatch.context() as patched:
        patched.setattr(log._reading.dialect, "do_execute", unreadable)
        with pytest.raises(StoreError, match=r"cannot be told.*will not record it twice"):
            log.append(event)
    log.append(event)
    assert log.events() == [first, event]
