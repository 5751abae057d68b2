"""The end of a spare with a keeper: step by step, as its processes end, and without waiting for one of them."""

from __future__ import annotations

import os
import select
import signal
import time
from pathlib import Path

import pytest

from quizapp.lab.worker.burial import Burial
from quizapp.lab.worker.namespaces import Keeper
from quizapp.lab.worker.processes import live
from quizapp.lab.worker.spare import Spare
from quizapp.lab.worker.wire import Channel


def sleeper() -> int:
    """A child that does nothing."""
    pid = os.fork()
    if pid == 0:
        live(time.sleep, 600)
    return pid


def end(pid: int, descriptor: int) -> None:
    """Kill a process; the descriptor says that it has ended."""
    os.kill(pid, signal.SIGKILL)
    assert select.select([descriptor], [], [], 20)[0]


def test_a_spare_that_is_long_in_dying_is_buried_when_it_has_ended_and_its_keeper_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Spare, "kill", lambda _: None)  # so that it dies when this test says so
    open_before = set(Path("/proc/self/fd").iterdir())
    pid, keeper = sleeper(), sleeper()
    spare = Spare(pid, os.pidfd_open(pid), Channel(*os.pipe()), os.pipe()[0], tmp_path, Keeper(keeper, os.pipe()[1]))
    burial = Burial(spare)
    assert not burial.over()
    assert not select.select([burial.awaited()], [], [], 0)[0]
    end(pid, burial.awaited())
    assert not burial.over(), "its keeper lives"
    assert not select.select([burial.awaited()], [], [], 0)[0]
    end(keeper, burial.awaited())
    assert burial.over()
    for process in (pid, keeper):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    left = len(set(Path("/proc/self/fd").iterdir()) - open_before)
    assert left == 2, "the ends of two pipes that belong to others"
