from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from quizapp.cards.identity import CardId
from quizapp.store.log import DATABASE, open_log, open_reader
from quizapp.study.events import fold
from tests.store.children import child
from tests.store.making import NOW, a_review, undoing


def rate_for_ever(folder: Path, accepted: Connection) -> None:
    """Rate and undo without end, telling each event once it is accepted."""
    log = open_log(folder, NOW)
    states = log.states()
    rated = 0
    while True:
        card = CardId("deck", f"card-{rated % 7}")
        event = a_review(card, before=states.get(card), reps=rated, response="x" * (rated % 50) * 100)
        events = [event, undoing(event)] if rated % 5 == 0 else [event]
        for one in events:
            log.append(one)
            states[card] = one.after
            accepted.send_bytes(one.id.bytes)
        rated += 1


def what_was_accepted(connection: Connection) -> list[UUID]:
    """Everything the child told before it was killed."""
    accepted = []
    try:
        while True:
            accepted.append(UUID(bytes=connection.recv_bytes()))
    except (EOFError, ConnectionResetError):
        return accepted


def assert_whole(folder: Path, accepted: list[UUID]) -> None:
    log = open_log(folder, NOW)
    events = log.events()
    logged = [event.id for event in events]
    assert [identity for identity in logged if identity in set(accepted)] == accepted  # each one, once, in order
    assert log.states() == fold(events)
    assert log.verify_states() == []
    log.close()
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_every_accepted_rating_survives_being_killed_at_any_moment(folder: Path):
    moments = random.Random(20260301)
    accepted: list[UUID] = []
    for _ in range(25):
        with child(rate_for_ever, folder) as (process, connection):
            assert connection.poll(60)
            time.sleep(moments.uniform(0, 0.03))
            process.kill()
            process.join()
            accepted += what_was_accepted(connection)
        assert_whole(folder, accepted)
    assert len(accepted) >= 25


def test_being_killed_while_the_database_is_made_leaves_one_that_opens(tmp_path: Path):
    moments = random.Random(20260302)
    for life in range(15):
        folder = tmp_path / str(life)
        with child(rate_for_ever, folder) as (process, connection):
            while not folder.exists() and process.is_alive():
                time.sleep(0.0005)
            time.sleep(moments.uniform(0, 0.02))
            assert open_reader(folder).states() is not None  # whatever there is, reading it is no error
            process.kill()
            process.join()
            accepted = what_was_accepted(connection)
        assert_whole(folder, accepted)
