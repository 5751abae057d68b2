"""Tries to break out of the sandbox, from where a snippet will run. What succeeds is told in words."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NOWHERE = ("192.0.2.1", 53)
"""An address of documentation (RFC 5737): asking for the way to it tells whether there is a network."""
HOST_SOCKETS = 50
CORE_PATTERN = "/proc/sys/kernel/core_pattern"
"""Whoever writes it as root has the whole machine."""
DEVICE = "/dev/full"


@dataclass(frozen=True, slots=True)
class Outside:
    """What there is outside, as seen from there."""

    private: tuple[str, ...]
    """Folders of the learner's own."""
    visible: tuple[str, ...]
    """What may be read."""
    sockets: tuple[str, ...]
    """Names of Unix sockets that processes listen on; an abstract one begins with `@`."""
    network: int
    """The network namespace."""
    hidden: tuple[str, ...] = ()
    """Folders of this program: its log, its secret, its settings."""


def look_around(private: Iterable[str], visible: Iterable[str], hidden: Iterable[str] = ()) -> Outside:
    """What there is for a process that is not locked in."""
    names: list[str] = []
    with suppress(OSError):
        lines = [line.split(maxsplit=7) for line in Path("/proc/net/unix").read_text(errors="replace").splitlines()]
        names = [columns[7] for columns in lines[1:] if len(columns) == 8]
    return Outside(
        tuple(private), tuple(visible), tuple(dict.fromkeys(names))[:HOST_SOCKETS], _network(), tuple(hidden)
    )


def break_out(outside: Outside) -> list[str]:
    """All that could be done and should not be; empty is how it should be."""
    shown = [path for path in outside.visible if not Path(path).is_symlink()]  # a link may lead over its own `/tmp`
    attempts: dict[str, Callable[[], bool]] = {
        "see the learner's files": lambda: any(
            _sees(folder, outside.visible) for folder in (*outside.private, *outside.hidden)
        ),
        "write files of others": lambda: any(map(_writes, ("/", *outside.private, *shown))),
        "change the machine": lambda: _opens(CORE_PATTERN, os.O_WRONLY) or any(map(_dates, (DEVICE, *outside.private))),
        "use the network": lambda: _reaches_network(outside),
        "talk to programs of this machine": lambda: any(_connects(name) for name in outside.sockets),
        "signal the process that watches it": _signals_parent,
        "read another process": lambda: any(_looks_into(pid) for pid in _others()),
    }
    return [what for what, succeeds in attempts.items() if succeeds()]


def _sees(folder: str, visible: Collection[str]) -> bool:
    """Whether there is anything in one of the learner's folders but the way to what is visible."""
    try:
        inside = [entry.path for entry in os.scandir(folder) if entry.path not in visible]
    except OSError:
        return False
    return any(not any(path.startswith(f"{way}/") for path in visible) or _sees(way, visible) for way in inside)


def _opens(path: str, flags: int) -> bool:
    try:
        os.close(os.open(path, flags | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def _dates(path: str) -> bool:
    """Whether the date of a file can be changed, as a sign for its mode and its owner."""
    try:
        known = os.stat(path)  # noqa: PTH116
        os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns + 1))
        changed = os.stat(path).st_mtime_ns != known.st_mtime_ns  # noqa: PTH116
        os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    except OSError:
        return False
    return changed


def _writes(folder: str) -> bool:
    name = Path(folder) / f"quizapp-probe-{os.getpid()}"
    try:
        name.touch(exist_ok=False)
    except OSError:
        return False
    with suppress(OSError):
        name.unlink()
    return True


def _reaches_network(outside: Outside) -> bool:
    """Whether this is the machine's own network, or one with a way out by TCP or UDP (as name servers are asked)."""
    for family in (socket.AF_INET, socket.AF_INET6):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with suppress(OSError), socket.socket(family, kind) as made:
                if _network() == outside.network:
                    return True
                made.setblocking(False)
                if family == socket.AF_INET and made.connect_ex(NOWHERE) in {0, errno.EINPROGRESS}:
                    return True
    return False


def _network() -> int:
    try:
        return Path("/proc/self/ns/net").stat().st_ino
    except OSError:
        return 0  # hidden: then only a way out could tell


def _connects(name: str) -> bool:
    address = f"\0{name[1:]}" if name.startswith("@") else name
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_UNIX, kind) as made:
                made.settimeout(1.0)
                made.connect(address)
                return True
        except (OSError, ValueError):
            continue
    return False


def _signals_parent() -> bool:
    """Whether the process that forked this one is in sight and hears signals."""
    if os.getppid() == 0:
        return False  # it is outside of this PID namespace
    try:
        os.kill(os.getppid(), 0)
    except OSError:
        return False
    return True


def _others() -> list[str]:
    """Processes in sight."""
    mine = {"self", "thread-self", str(os.getpid())}
    try:
        found = {entry for entry in os.listdir("/proc") if entry.isdigit()}  # noqa: PTH208
    except OSError:
        found = set()
    return sorted(found - mine | {"1", str(os.getppid())} - {"0"})


def _looks_into(pid: str) -> bool:
    """Whether its environment, its memory or its pipes can be had."""
    opened = [(f"/proc/{pid}/environ", os.O_RDONLY), (f"/proc/{pid}/mem", os.O_RDWR)]
    with suppress(OSError):
        opened += [(f"/proc/{pid}/fd/{number}", os.O_RDONLY) for number in os.listdir(f"/proc/{pid}/fd")]  # noqa: PTH208
    return any(_opens(path, flags) for path, flags in opened)
