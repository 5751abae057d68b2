from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from quizapp.errors import StoreError, StoreLocked
from quizapp.store.lock import WriterLock
from quizapp.store.log import LOCK, open_log, open_reader
from tests.store.children import child
from tests.store.making import NOW, a_review


def hold(folder: Path, connection: Connection) -> None:
    log = open_log(folder, NOW)
    log.append(a_review())
    connection.send(log.events())
    connection.recv()


def test_a_second_writer_is_told_who_holds_the_lock_and_readers_read(folder: Path):
    with child(hold, folder) as (process, connection):
        events = connection.recv()
        with pytest.raises(StoreLocked, match=rf"process {process.pid} on .*, since 2026-03-01T09:30:00\+00:00"):
            open_log(folder, NOW)
        assert open_reader(folder).events() == events
        assert open_reader(folder).last_undoable() == events[0]


def test_a_killed_writer_leaves_no_lock(folder: Path):
    with child(hold, folder) as (process, connection):
        events = connection.recv()
        process.kill()
        process.join()
        assert str(process.pid) in (folder / LOCK).read_text()
        log = open_log(folder, NOW)
        assert log.events() == events
        log.close()


def test_the_lock_is_given_back_and_names_nobody_then(tmp_path: Path):
    lock = WriterLock(tmp_path / "lock", NOW)
    assert lock.held
    lock.release()
    lock.release()
    assert not lock.held
    assert (tmp_path / "lock").read_text() == ""
    WriterLock(tmp_path / "lock", NOW).release()


def test_one_process_cannot_write_twice_either(tmp_path: Path):
    lock = WriterLock(tmp_path / "lock", NOW)
    with pytest.raises(StoreLocked):
        WriterLock(tmp_path / "lock", NOW)
    lock.release()


def test_a_holder_that_cannot_be_read_is_another_process(tmp_path: Path):
    lock = WriterLock(tmp_path / "lock", NOW)
    (tmp_path / "lock").write_text('{"pid": 1')
    with pytest.raises(StoreLocked, match="Another process is writing"):
        WriterLock(tmp_path / "lock", NOW)
    lock.release()


def test_a_lock_that_cannot_be_made_is_told_of(tmp_path: Path):
    (tmp_path / "lock").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        WriterLock(tmp_path / "lock", NOW)
