from __future__ import annotations

import json
import resource
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from quizapp.errors import StoreError
from quizapp.store.log import Log, open_log
from quizapp.study.events import Event, fold
from tests.store.children import answer_of
from tests.store.making import NOW, a_review

ROOT = Path(__file__).parents[2]


def append_until_refused(log: Log) -> tuple[list[Event], Event, str]:
    """The events that were accepted, the one that was not, and what was said."""
    accepted: list[Event] = []
    while True:
        event = a_review(reps=len(accepted), response="y" * 3000)
        try:
            log.append(event)
        except StoreError as error:
            return accepted, event, str(error)
        accepted.append(event)


def outcome(log: Log, accepted: list[Event], refused: Event, said: str, make_room: Any) -> dict[str, object]:
    """What is so while the disk is full, and after there is room again."""
    full = log.events()
    whole_when_full = full == accepted and log.states() == fold(full)
    make_room()
    log.append(refused)
    log.append(later := a_review(reps=99))
    return {
        "said": said,
        "accepted": len(accepted),
        "whole when full": whole_when_full,
        "whole again": log.events() == [*accepted, refused, later] and log.verify_states() == [],
    }


def fill_to_the_limit(folder: Path, connection: Connection) -> None:
    """With a limit on the size of files, which no privilege lifts."""
    log = open_log(folder, NOW)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    told = append_until_refused(log)
    connection.send(outcome(log, *told, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))))


def fill_the_disk(folder: Path) -> None:
    """On a file system that has little room."""
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    log = open_log(folder / "data", NOW)
    print(json.dumps(outcome(log, *append_until_refused(log), ballast.unlink)))


def assert_survived(told: dict[str, object]) -> None:
    assert told["accepted"] > 3
    assert told["whole when full"]
    assert told["whole again"]
    assert "Make room" in str(told["said"])


def test_a_limit_on_file_size_loses_nothing_and_is_survived(folder: Path):
    assert_survived(answer_of(fill_to_the_limit, folder))


def test_a_full_disk_loses_nothing_and_is_survived(tmp_path: Path):
    inner = f"from tests.store.test_full_disk import *; fill_the_disk(Path({str(tmp_path)!r}))"
    script = 'mount -t tmpfs -o size=2m none "$1" 2>/dev/null || exit 77; exec "$2" -c "$3"'
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", tmp_path, sys.executable, inner],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77 or "unshare" in done.stderr.splitlines()[:1]:
        pytest.skip("no user namespaces here, so no small file system can be mounted")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert_survived(told)
    assert "is full" in told["said"]


def test_a_database_at_its_largest_loses_nothing_and_is_survived(log: Log):
    with log._writing.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 60").all()
        connection.rollback()
    accepted, refused, said = append_until_refused(log)
    told = outcome(log, accepted, refused, said, lambda: None)  # a fresh connection has the usual limit
    assert_survived(told)
    assert "is full" in str(told["said"])
