"""Working folders are removed, whatever a snippet made of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from quizapp.lab.worker.processes import live
from quizapp.lab.worker.scratch import SCRATCH, remove, remove_left

NOBODY = 65534


def as_an_ordinary_user(act: Callable[[], object]) -> None:
    """Do something in a child without privileges: to the superuser no folder is closed."""
    pid = os.fork()
    if pid == 0:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        live(act)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@pytest.mark.parametrize("closed", [".", "outer", "outer/inner"])
@pytest.mark.parametrize("of_a_killed_worker", [False, True])
def test_a_folder_that_a_snippet_closed_is_removed(closed: str, of_a_killed_worker: bool) -> None:
    def leave() -> None:
        (folder / "outer" / "inner").mkdir(parents=True)
        (folder / "outer" / "inner" / "file").write_text("x")
        (folder / closed).chmod(0)

    with tempfile.TemporaryDirectory() as parent:  # pytest's own is closed to others
        Path(parent).chmod(0o777)
        folder = Path(parent) / f"{SCRATCH}x"
        as_an_ordinary_user(leave)
        as_an_ordinary_user(lambda: remove_left(Path(parent)) if of_a_killed_worker else remove(folder))
        assert not list(Path(parent).iterdir())


def test_what_a_snippet_linked_to_stays_as_it_is() -> None:
    def leave() -> None:
        (folder / "closed").mkdir(parents=True)
        own.write_text("x")
        own.chmod(0o400)
        (folder / "closed" / "hard").hardlink_to(own)
        (folder / "closed" / "soft").symlink_to(own.parent)
        (folder / "closed").chmod(0)

    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o777)
        folder, own = Path(parent) / f"{SCRATCH}x", Path(parent) / "own"
        as_an_ordinary_user(leave)
        as_an_ordinary_user(lambda: remove(folder))
        assert list(Path(parent).iterdir()) == [own]
        assert own.stat().st_mode & 0o777 == 0o400
