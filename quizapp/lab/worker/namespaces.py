"""A place of its own for each spare: process ids, mounts, IPC and user shared with nobody (Linux namespaces)."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quizapp.lab.kin import kill
from quizapp.lab.worker import linux
from quizapp.lab.worker.processes import live
from quizapp.lab.worker.wire import keep_only

HOLD_MB = 1024
"""What a snippet may write into its folder, and into its shared memory, in MiB."""
HOLD_FILES = 20_000
"""And how many files: to remove a million of them takes longer than a run may take to stop."""
INSIDE_ID = 1000
"""The user and group that a snippet sees itself as."""
OWN = ("/tmp/", "/dev/shm/")  # noqa: S108
"""Folders that are new and empty for each spare."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """The first process of a PID namespace: when it ends, the kernel ends all that is in there."""

    pid: int
    lifeline: int
    """It lives as long as this descriptor is open."""

    def kill(self) -> None:
        """End whatever lives in the namespace, at once."""
        kill(self.pid)

    def bury(self) -> None:
        """Wait until nothing is left of it. Children of this process in there must have been waited for before."""
        kill(self.pid)
        os.close(self.lifeline)
        os.waitpid(self.pid, 0)


@contextmanager
def new_pids() -> Iterator[Keeper]:
    """Within it, what this process forks is in a new PID namespace.

    Raises:
        OSError: this process may not do that.
    """
    home = os.open("/proc/self/ns/pid", os.O_RDONLY)
    try:
        linux.call("unshare", linux.CLONE_NEWPID)
        try:
            yield _keeper()
        finally:
            linux.call("setns", home, linux.CLONE_NEWPID)
    finally:
        os.close(home)


def _keeper() -> Keeper:
    end, lifeline = os.pipe()
    pid = os.fork()
    if pid == 0:
        live(_keep, end)
    os.close(end)
    return Keeper(pid, lifeline)


def _keep(end: int) -> None:
    """Reap what is left to it, until the lifeline is cut."""
    keep_only({end})
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.read(end, 1)


def move_in(visible: Iterable[str]) -> None:
    """Own mounts, IPC and user for this process, which the PID namespace is new for; and no privilege over any of it.

    Args:
        visible: what must stay in sight of that which lies where the new folders are.

    Raises:
        OSError: the kernel refuses.
    """
    user, group = os.geteuid(), os.getegid()
    linux.call("unshare", linux.CLONE_NEWNS | linux.CLONE_NEWIPC)
    linux.keep_mounts_apart()
    _mount(visible)
    linux.call("unshare", linux.CLONE_NEWUSER | linux.CLONE_NEWNS | linux.CLONE_NEWNET)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INSIDE_ID} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{INSIDE_ID} {group} 1")
    Path("/proc/sys/user/max_user_namespaces").write_text("0")  # or it could be root of one of its own
    linux.raise_loopback()
    for path in _of_the_machine():
        linux.make_readonly(path)
    linux.drop_capabilities()
    linux.gain_no_privileges()


def _mount(visible: Iterable[str]) -> None:
    """Processes, terminals and folders that are this namespace's own."""
    plain = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("proc", "/proc", plain | linux.MS_NOEXEC)
    linux.mount("devpts", "/dev/pts", linux.MS_NOSUID | linux.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    kept = [(path, os.open(path, os.O_PATH | os.O_NOFOLLOW)) for path in visible if path.startswith(OWN)]
    for folder in OWN:
        linux.mount("tmpfs", folder, plain, f"size={HOLD_MB}m,nr_inodes={HOLD_FILES},mode=1777")
    for path, held in kept:
        _show(held, path)


def _of_the_machine() -> Iterator[str]:
    """What the kernel shows of itself, and the device files: their user is the one outside, who may be root."""
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit() and not entry.is_symlink():
            yield entry.path
    for entry in os.scandir("/dev"):
        if stat.S_ISCHR(entry.stat(follow_symlinks=False).st_mode):
            yield entry.path


def _show(held: int, path: str) -> None:
    """Make the file, folder or link that a descriptor stands for visible at a path, and close it."""
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    mode = os.fstat(held).st_mode
    if stat.S_ISLNK(mode):
        place.symlink_to(os.readlink("", dir_fd=held))
    else:
        place.mkdir(exist_ok=True) if stat.S_ISDIR(mode) else place.touch()
        linux.bind(f"/proc/self/fd/{held}", path)
    os.close(held)
