from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import mkdtemp

import pytest

from quizapp.errors import StoreError
from quizapp.store.log import DATABASE, Log, open_log, open_reader
from tests.store.children import answer_of, child
from tests.store.making import CARD, NOW, a_review


def test_where_there_is_no_database_the_log_is_empty_and_none_is_made(folder: Path):
    reader = open_reader(folder)
    assert reader.states() == {}
    assert reader.events() == []
    assert reader.last_undoable() is None
    assert reader.verify_states() == []
    assert not folder.exists()


def test_a_reader_sees_what_was_written_after_it_was_opened(folder: Path):
    reader = open_reader(folder)
    log = open_log(folder, NOW)
    for number in range(3):
        log.append(event := a_review(CARD, before=log.states().get(CARD), reps=number))
        assert reader.events()[-1] == event
        assert reader.states() == {CARD: event.after}
    log.close()
    assert len(reader.events()) == 3


def test_reading_leaves_the_writers_pages_where_they_are(log: Log, folder: Path):
    log.append(a_review())
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".db", ".db-wal"}}
    reader = open_reader(folder)
    reader.events()
    reader.states()
    assert {name: (folder / name).read_bytes() for name in before} == before
    with reader._reading.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM card_state")


def write_then_die(folder: Path, connection: Connection) -> None:
    log = open_log(folder, NOW)
    event = a_review()
    log.append(event)
    connection.send(event)
    connection.recv()


def test_a_reader_sees_what_a_killed_writer_left_in_its_journal_and_leaves_it_there(folder: Path):
    with child(write_then_die, folder) as (process, connection):
        event = connection.recv()
        process.kill()
        process.join()
    journal = folder / f"{DATABASE}-wal"
    size = journal.stat().st_size
    assert size > 0
    assert open_reader(folder).events() == [event]
    assert journal.stat().st_size == size


def test_a_writer_that_checkpoints_does_not_wait_for_readers(log: Log, folder: Path):
    log.append(a_review())
    reader = open_reader(folder)
    with reader._reading.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT count(*) FROM event").all()
        for number in range(2, 7):
            log.append(a_review(reps=number))
        assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar_one() == 1
    assert len(reader.events()) == 6


@pytest.fixture
def shared() -> Iterator[Path]:
    """A data folder that other users can get at."""
    folder = Path(mkdtemp())
    folder.chmod(0o755)
    yield folder / "data"
    (folder / "data").chmod(0o755)
    shutil.rmtree(folder)


def read_without_rights(folder: Path, connection: Connection) -> None:
    """Read as somebody who may write nothing there."""
    if os.geteuid() == 0:
        os.setuid(65534)
    reader = open_reader(folder)
    try:
        connection.send((reader.events(), reader.states()))
    except StoreError as error:
        connection.send(str(error))


def without_write_permission(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)


def test_a_closed_log_in_a_read_only_folder_is_read(shared: Path):
    log = open_log(shared, NOW)
    log.append(event := a_review())
    log.close()
    shutil.rmtree(shared / "backups")
    without_write_permission(shared)
    assert answer_of(read_without_rights, shared) == ([event], {CARD: event.after})


def test_a_folder_that_may_not_be_entered_is_told_of(shared: Path):
    log = open_log(shared, NOW)
    log.append(a_review())
    log.close()
    shared.chmod(0o000)
    assert "Check who owns" in answer_of(read_without_rights, shared)


def test_a_file_name_with_signs_that_mean_something_in_an_address_is_read(tmp_path: Path):
    folder = tmp_path / "what? 100% #1"
    log = open_log(folder, NOW)
    log.append(event := a_review())
    assert open_reader(folder).events() == [event]
    log.close()


def test_text_that_is_no_utf_8_is_told_of(log: Log, folder: Path):
    log.append(a_review())
    connection = sqlite3.connect(folder / DATABASE)
    connection.execute("UPDATE card_state SET due_on = CAST(x'ff80' AS TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="could not be used"):
        log.states()
