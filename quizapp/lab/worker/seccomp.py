"""System calls that a snippet may not make (seccomp, a filter in classic BPF).

Everywhere: nothing of the machine's own, no namespaces, no process group of its own, no rings that would go around the
filter. Where Landlock is all there is beside it: no sockets but pairs of streams, no look into other processes, and
nothing that Landlock leaves open about files.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable

from quizapp.lab.worker import landlock, linux
from quizapp.lab.worker import system_calls as calls

PR_SET_SECCOMP, MODE_FILTER = 22, 2
LOAD, EQUAL, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x45, 0x54, 0x06
"""Instructions: load a word, jump where it is equal or has one of these bits, keep these bits, return."""
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Where they are in `struct seccomp_data`."""
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000
STREAM = 1
NEW_NAMESPACES = 0x7E020000
"""Every flag of `clone` for a namespace of its own: mount, cgroup, UTS, IPC, user, PID and network."""

LEASE_AND_NOTIFY = (1024, 1026)
"""Of `fcntl`: F_SETLEASE and F_NOTIFY."""
SET_FLAGS = (0x40086602, 0x401C5820)
"""Of `ioctl`: FS_IOC_SETFLAGS and FS_IOC_FSSETXATTR, for which a file need not be open for writing."""
SET_OWNER, SET_OWNER_IOCTL = (8, 10, 15), (0x8901, 0x8902)
"""F_SETOWN, F_SETSIG and F_SETOWN_EX; FIOSETOWN and SIOCSPGRP: the kernel then signals whom they name."""
O_TRUNC, NEITHER = 0o1000, 0o3
"""Of `open`: empty the file; open it neither for reading nor for writing, which Landlock takes for no access at all."""

Instruction = tuple[int, int, int, int]


def is_known() -> bool:
    """Whether there is a filter for this machine."""
    return platform.machine() in ARCHITECTURES and ctypes.sizeof(ctypes.c_void_p) == 8


def restrict(beside: int | None = None) -> None:
    """Filter the system calls of this process and of all it starts, for good.

    Args:
        beside: the version of Landlock that keeps this process from others; None where it has namespaces of its own,
            in which it may do as it likes.

    Raises:
        OSError: the kernel refuses.
    """
    linux.gain_no_privileges()
    program = b"".join(struct.pack("HBBI", *one) for one in instructions(platform.machine(), beside))
    held = ctypes.create_string_buffer(program)
    count = len(program) // 8
    attributes = struct.pack("HxxxxxxP", count, ctypes.addressof(held))
    linux.call("prctl", PR_SET_SECCOMP, MODE_FILTER, attributes, 0, 0)


def instructions(machine: str, beside: int | None = None) -> list[Instruction]:
    """The filter; a jump counts the instructions it leaves out."""
    which = calls.MACHINES.index(machine)
    program: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, ARCHITECTURES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (ANY_BIT, 0, 1, X32),
        _refuse(errno.ENOSYS),
        *_everywhere(which),
    ]
    if beside is not None:
        program += _among_others(which)
        program += _files(which, beside)
        program += _orders(which, beside)
        program += _signals(which) if beside < landlock.SIGNALS_SINCE else []
    return [*program, (RETURN, 0, 0, ALLOW)]


def _everywhere(which: int) -> list[Instruction]:
    return [
        *_answer(which, calls.NAMESPACES, calls.KERNEL),
        *_answer(which, {"clone3": calls.CLONE3}, error=errno.ENOSYS),  # the C library then uses clone
        *_only_if(calls.CLONE[which], [_argument(0), (ANY_BIT, 0, 1, NEW_NAMESPACES)]),
        # 0: as if it had been done. A spare leads its session; what it starts stays in there, and knows no difference
        *_answer(which, calls.GROUPS, error=0),
    ]


def _among_others(which: int) -> list[Instruction]:
    """What would reach other processes of the same user."""
    return [
        *_answer(which, calls.SOCKETS, calls.PROCESSES, calls.MESSAGES),
        *_only_if(calls.SOCKETPAIR[which], [_argument(1), (AND, 0, 0, 0xF), (EQUAL, 1, 0, STREAM)]),
        *_only_if(calls.SENDTO[which], [_argument(4), (EQUAL, 0, 2, 0), _argument(4, high=True), (EQUAL, 1, 0, 0)]),
        *_only_if(calls.PRLIMIT[which], _one_of(0, os.getpid())),
        *_only_if(calls.SETAFFINITY[which], _one_of(0, os.getpid())),
    ]


def _files(which: int, beside: int) -> list[Instruction]:
    """What Landlock of this version does not govern about files."""
    truncates = beside < landlock.TRUNCATE_SINCE
    opened = (NEITHER, NEITHER | O_TRUNC, *([O_TRUNC] if truncates else []))
    return [
        # 0: as if it had been done, so that those who copy a file with its mode and times can live here
        *_answer(which, calls.MODES, error=0),
        *_answer(which, calls.ATTRIBUTES, {"truncate": calls.TRUNCATE} if truncates else {}),
        *_answer(which, {"openat2": calls.OPENAT2}, error=errno.ENOSYS),  # its flags are out of sight; openat is used
        *_only_if(calls.OPEN[which], _none_of(1, *opened, mask=NEITHER | O_TRUNC)),
        *_only_if(calls.OPENAT[which], _none_of(2, *opened, mask=NEITHER | O_TRUNC)),
    ]


def _orders(which: int, beside: int) -> list[Instruction]:
    """What an open file can be told that Landlock of this version does not govern."""
    signals = beside < landlock.SIGNALS_SINCE
    return [
        *_only_if(calls.FCNTL[which], _none_of(1, *LEASE_AND_NOTIFY, *(SET_OWNER if signals else ()))),
        *_only_if(calls.IOCTL[which], _none_of(1, *SET_FLAGS, *(SET_OWNER_IOCTL if signals else ()))),
    ]


def _signals(which: int) -> list[Instruction]:
    """Leave this process nobody to signal but itself and its group."""
    own = os.getpid()
    program = _answer(which, {"pidfd_send_signal": calls.PIDFD_SEND_SIGNAL})
    for numbers in calls.TO_A_PROCESS:
        program += _only_if(numbers[which], _one_of(own, 0, -own & 0xFFFFFFFF))
    return program


def _answer(which: int, *tables: calls.Calls, error: int = errno.EPERM) -> list[Instruction]:
    """Have calls do nothing and return this error, whatever their arguments; 0 says that they succeeded."""
    numbers = [numbers[which] for table in tables for numbers in table.values()]
    return [one for number in numbers if number is not None for one in ((EQUAL, 0, 1, number), _refuse(error))]


def _refuse(number: int = errno.EPERM) -> Instruction:
    return (RETURN, 0, 0, REFUSE | number)


def _argument(index: int, *, high: bool = False) -> Instruction:
    """Load the lower or the higher half of an argument."""
    return (LOAD, 0, 0, ARGUMENTS + 8 * index + 4 * high)


def _one_of(*values: int) -> list[Instruction]:
    """Whether the first argument is one of these: then the instruction after the next is next."""
    last = len(values) - 1
    return [_argument(0), *((EQUAL, last - i + 1, 0, value) for i, value in enumerate(values))]


def _none_of(index: int, *values: int, mask: int = 0xFFFFFFFF) -> list[Instruction]:
    """Whether these bits of an argument are none of these: then the instruction after the next is next."""
    last = len(values) - 1
    compared = [(EQUAL, last - i, int(i == last), value) for i, value in enumerate(values)]
    return [_argument(index), (AND, 0, 0, mask), *compared]


def _only_if(number: int | None, condition: Iterable[Instruction]) -> list[Instruction]:
    """Refuse a call unless the condition leaves out the instruction that follows it."""
    if number is None:
        return []
    block = [*condition, _refuse(), (RETURN, 0, 0, ALLOW)]
    return [(EQUAL, 0, len(block), number), *block]
