"""The folder that holds the working folders of a worker's runs."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SCRATCH = "quizapp-lab-"


@dataclass(frozen=True, slots=True)
class Scratch:
    """Such a folder, which other workers leave alone while a process has its lock open."""

    path: Path
    lock: int

    def or_new(self) -> Scratch:
        """This one; where a snippet removed it, or put something else there, a new one of another name."""
        os.fchmod(self.lock, 0o700)  # a snippet can have changed that too
        with suppress(OSError):
            if os.path.samestat(os.fstat(self.lock), self.path.lstat()):
                return self
        remove(self.path)
        os.close(self.lock)
        return make_scratch(self.path.parent)


def make_scratch(parent: Path) -> Scratch:
    """A folder for the runs' working folders, locked while this process lives."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=parent))
        if (lock := lock_folder(path)) is not None:
            if path.exists():
                return Scratch(path, lock)
            os.close(lock)  # another worker, which starts or ends, has just taken it for one that was left


def remove_left(parent: Path) -> None:
    """Remove the folders whose workers, or roles, were killed."""
    for left in parent.glob(f"{SCRATCH}*"):
        _open_own(left)
        if (lock := lock_folder(left)) is not None:
            remove(left)
            os.close(lock)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as it can be."""
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.lexists(folder):  # Python runs out of stack, or of descriptors, a thousand folders deep; these do not
        open_up = ["find", str(folder), "-type", "d", "-exec", "chmod", "u+rwx", "{}", ";"]  # not what has hard links
        for command in (open_up, ["rm", "-rf", str(folder)]):
            with suppress(OSError):
                subprocess.run(command, stderr=subprocess.DEVNULL, check=False)


def _open_own(folder: Path) -> None:
    """Let this user into a folder of theirs that a snippet closed; what is another's, or a link, stays as it is."""
    with suppress(OSError):
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & stat.S_IRUSR:
            folder.chmod(0o700)


def lock_folder(folder: Path) -> int | None:
    """Lock a folder for as long as the descriptor is open; None where another process has it, or it is not ours."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
