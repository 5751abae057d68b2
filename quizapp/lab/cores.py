"""How many runs at once this machine has room for."""

from __future__ import annotations

import os
from pathlib import Path

MOST = 64
"""Runs at once that anyone may ask for."""
QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Where a container on Linux reads how much of the processors it gets: `200000 100000`, microseconds in each period."""


def cores(quota: Path = QUOTA) -> int:
    """The processors that this process may use, at least one."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, _allotted(quota), MOST))


def _allotted(quota: Path) -> int:
    """Whole processors by the quota; as many as there may be where there is none."""
    try:
        microseconds, period = quota.read_text().split()
        return int(microseconds) // int(period)
    except (OSError, ValueError, ZeroDivisionError):  # "max" among them
        return MOST
