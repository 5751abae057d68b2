"""The worker's processes: how one lives, and that nothing is left behind (Linux)."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NoReturn

SWEEP_SECONDS = 5.0


def descendants(of: int, spared: Collection[int] = ()) -> set[int]:
    """Process ids of everything that a process started, directly or not, without the `spared` and what is theirs."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_bytes()
            except OSError:
                continue  # it ended meanwhile
            children[int(stat[stat.rindex(b")") + 2 :].split()[1])].append(int(entry.name))
    found: set[int] = set()
    unseen = [of]
    while unseen:
        fresh = set(children[unseen.pop()]) - found - set(spared)
        found |= fresh
        unseen += fresh
    return found


def kill(pid: int, number: int = signal.SIGKILL, *, group: bool = False) -> None:
    """Signal a process, or its group; one that is gone, or has become another user's, is no error."""
    try:
        (os.killpg if group else os.kill)(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def sweep(spared: Collection[int] = ()) -> None:
    """Kill and reap every descendant of this process, but the spared children and what is theirs.

    One look may miss a process whose parent ends during it. It is ours by the next, so two must find nothing; where
    nobody is spared it goes on until there is no child.
    """
    give_up = time.monotonic() + SWEEP_SECONDS
    found_none = 0
    while _reap() and not (spared and found_none == 2) and time.monotonic() < give_up:
        others = descendants(os.getpid(), spared)
        found_none = 0 if others else found_none + 1
        for pid in others:
            kill(pid)
        time.sleep(0.001)


def _reap() -> bool:
    """Collect the children that have ended; whether others are left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return False
    return True


def live(life: Callable[..., None], *arguments: Any) -> NoReturn:
    """All that a forked process does: its life, then its end at once, without its parent's exit handlers."""
    code = 1
    try:
        life(*arguments)
        code = 0
    except SystemExit as end:
        code = 0
        if isinstance(end.code, str):
            os.write(2, f"{end.code}\n".encode())
    except BaseException:
        traceback.print_exc()  # the app keeps the end of what the worker says on standard error
    finally:
        os._exit(code)
