"""Whose child a process is (Linux), and signals to it. Both sides use this, so it needs only the standard library."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path


def processes() -> Iterator[Path]:
    """The folder of each process in `/proc`; it may be gone as soon as it is named."""
    return (entry for entry in Path("/proc").iterdir() if entry.name.isdigit())


def descendants(of: int, spared: Collection[int] = ()) -> set[int]:
    """Process ids of everything that a process started, directly or not, without the `spared` and what is theirs."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in processes():
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
