"""System calls that Python has no function for (Linux)."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
from typing import Any

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID = 0x20000, 0x08000000, 0x10000000, 0x20000000
CLONE_NEWNET = 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 0x1, 0x2, 0x4, 0x8, 0x20
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_READ, _PR_CAPBSET_DROP = 1, 4, 23, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 36, 38, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_CAPABILITIES = 64
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: Any) -> int:
    """Call a function of the C library that returns -1 for an error.

    Raises:
        OSError: it did.
    """
    result: int = getattr(_libc, name)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def mount(kind: str, target: str, flags: int, options: str = "") -> None:
    """Mount a new file system of a kind (`tmpfs`, `proc`)."""
    call("mount", kind.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def bind(source: str, target: str) -> None:
    """Have what is at one path at another too."""
    call("mount", source.encode(), target.encode(), None, ctypes.c_ulong(MS_BIND | MS_REC), None)


def make_readonly(path: str) -> None:
    """Have what is at a path changed by nobody in this mount namespace; what a device does is not its file."""
    bind(path, path)
    flags = os.statvfs(path).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC) | MS_RDONLY | MS_BIND | MS_REMOUNT
    call("mount", None, path.encode(), None, ctypes.c_ulong(flags), None)


def raise_loopback() -> None:
    """Have a new network namespace's only interface work."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))


def keep_mounts_apart() -> None:
    """What is mounted from here on is mounted for this mount namespace only."""
    call("mount", b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that happens."""
    call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() not in (parent, 0):  # it ended before we asked; 0 is a parent in another PID namespace
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, so that none gets out of sight."""
    call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def set_readable(readable: bool) -> None:
    """Whether other processes of the same user may read the memory, environment and descriptors of this one."""
    call("prctl", _PR_SET_DUMPABLE, int(readable), 0, 0, 0)


def gain_no_privileges() -> None:
    """Nothing this process executes has more rights than it has itself."""
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def drop_capabilities() -> None:
    """Give up every privilege of the superuser for good, here and in all that is executed from here."""
    for number in range(_CAPABILITIES):
        if _libc.prctl(_PR_CAPBSET_READ, number, 0, 0, 0) == 1:
            _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)  # whoever may not has none to lose
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())
