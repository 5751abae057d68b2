"""Files that a process may use, and nothing else it could signal or connect to (Landlock, Linux 5.13 and later).

The structures and numbers are those of `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from quizapp.lab.worker import linux

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""System calls, the same on every architecture."""
VERSION = 1
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = (1 << bit for bit in range(4))
TRUNCATE_SINCE, SIGNALS_SINCE = 3, 6
"""Versions that first govern the length of files, and keep signals within."""
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
READ = EXECUTE | READ_FILE | READ_DIR
ALL_SINCE = ((1, (1 << 13) - 1), (2, 1 << 13), (TRUNCATE_SINCE, TRUNCATE), (5, IOCTL_DEV))
"""Rights on files by the version of Landlock that brought them."""
TCP = 0b11
"""To bind and to connect; since version 4."""
SCOPED = 0b11
"""Abstract Unix sockets and signals stay within; since `SIGNALS_SINCE`."""


def version() -> int:
    """The version of Landlock that this kernel has; 0 for none."""
    try:
        return linux.call("syscall", CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Leave this process, and all it starts, these files and what is beneath these folders.

    Raises:
        OSError: the kernel refuses.
    """
    linux.gain_no_privileges()  # or only the superuser may restrict itself
    have = version()
    rights = sum(right for since, right in ALL_SINCE if have >= since)
    attributes = struct.pack("QQQ", rights, TCP, SCOPED)[: 8 if have < 4 else 16 if have < SIGNALS_SINCE else 24]
    ruleset = linux.call("syscall", CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    try:
        for path in readable:
            _allow(ruleset, path, READ & rights)
        for path in writable:
            _allow(ruleset, path, rights)
        linux.call("syscall", RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Allow what is there; a path that is not there needs no permission."""
    try:
        beneath = os.open(path, os.O_PATH)
    except OSError:
        return
    try:
        allowed = rights if Path(f"/proc/self/fd/{beneath}").is_dir() else rights & OF_FILES
        rule = struct.pack("=Qi", allowed, beneath)
        linux.call("syscall", ADD_RULE, ruleset, PATH_BENEATH, rule, 0)
    finally:
        os.close(beneath)
