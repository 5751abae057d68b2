"""How much of the machine a run may use; at the level `basic` that is all that binds it."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizapp.lab.kin import processes

FILE_BYTES = 1 << 30
PROCESSES = 256
"""How many more processes and threads of this user there may be than when the spare was forked."""


def limit_processes() -> None:
    """Limit what this process and all it starts may start, write, and leave behind when they crash."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    _limit(resource.RLIMIT_NPROC, _tasks_of_user() + PROCESSES)


def limit_memory(most: int) -> None:
    """Limit the bytes of address space that this process, and each that it starts, may add to what it has."""
    _limit(resource.RLIMIT_AS, _address_space() + most)


@contextmanager
def memory_within(most: int) -> Iterator[None]:
    """Limit the bytes of address space that this process may add meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounds = [bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([_address_space() + most, *bounds]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


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
    for entry in processes():
        try:
            status = (entry / "task").stat()
        except OSError:
            continue  # it ended meanwhile
        tasks += status.st_nlink - 2 if status.st_uid == os.getuid() else 0
    return tasks
