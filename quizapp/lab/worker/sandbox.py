"""What a run may do to the machine, level `basic`: resource limits, and no more than that.

`confine` is called in the spare, before it waits for code. Stronger levels belong here too, behind the same call.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path

LEVEL = "basic"
FILE_BYTES = 1 << 30
PROCESSES = 256
"""How many more processes and threads of this user there may be than when the spare was forked."""


def confine(memory: int | None) -> None:
    """Limit this process and all it starts; `memory` is the bytes of address space it may add, None for no limit."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    _limit(resource.RLIMIT_NPROC, _tasks_of_user() + PROCESSES)
    if memory is not None:
        _limit(resource.RLIMIT_AS, _address_space() + memory)


def _limit(what: int, most: int) -> None:
    """Lower a limit for good; one that is lower already stays."""
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _address_space() -> int:
    """Bytes of address space this process has mapped."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _tasks_of_user() -> int:
    """Threads, in all processes, that run as this user."""
    tasks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "task").stat()
            except OSError:
                continue  # it ended meanwhile
            tasks += status.st_nlink - 2 if status.st_uid == os.getuid() else 0
    return tasks
