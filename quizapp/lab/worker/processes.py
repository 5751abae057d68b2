"""The worker's processes: how one lives, and that nothing is left behind (Linux)."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Collection
from typing import Any, NoReturn

from quizapp.lab.kin import descendants, kill

SWEEP_SECONDS = 5.0


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
