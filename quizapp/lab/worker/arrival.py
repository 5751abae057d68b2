"""What runs first where the worker is sent to: takes the worker from its input, unpacks it, and becomes it.

The text of this file is executed there by a bare Python, so it needs nothing but the standard library.
"""

from __future__ import annotations

import fcntl
import io
import os
import select
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

PIECE = 1 << 20
OLDEST = (3, 11)
"""The Python that the worker is written for."""


def main(size: int) -> None:
    """Take so many bytes of a zip file, which holds the worker; the rest of the input is for that."""
    if sys.version_info[:2] < OLDEST:
        sys.exit(f"{sys.executable} is Python {sys.version.split()[0]}; the worker needs 3.11 or newer.")
    folder = make_folder()
    zipfile.ZipFile(io.BytesIO(take(size))).extractall(folder)
    become_worker(folder)


def take(size: int) -> bytes:
    """So many bytes of the input, and not one more."""
    taken = bytearray()
    while len(taken) < size:
        piece = os.read(0, min(size - len(taken), PIECE))
        if not piece:
            sys.exit(0)  # the app is gone
        taken += piece
    return bytes(taken)


def make_folder() -> Path:
    """A folder that is removed when this process has ended, however that happens.

    A process of its own sees to it. While that lives it has the folder's lock, as other workers expect of such names.
    """
    folder = Path(tempfile.mkdtemp(prefix="quizapp-sent-"))
    fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX)
    folder = folder.rename(folder.with_name(folder.name.replace("sent", "lab", 1)))
    this = os.pidfd_open(os.getpid())
    if child := os.fork():
        os.waitpid(child, 0)
        return folder
    try:
        os.setsid()  # out of reach of what ends the worker's group
        if os.fork() == 0:  # nor a child of the worker's, which ends all of those
            _remove_after(this, folder)
    finally:
        os._exit(0)


def _remove_after(process: int, folder: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):  # or the output would not end with the worker
        os.dup2(nothing, stream)
    select.select([process], [], [])
    shutil.rmtree(folder, ignore_errors=True)


def become_worker(folder: Path) -> None:
    """Start Python anew, in this process, with the environment of a worker."""
    sys.path.insert(0, str(folder))
    from quizapp.lab.protocol import worker_environment

    environment = worker_environment(dict(os.environ))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder), environment.get("PYTHONPATH")]))
    os.execve(sys.executable, [sys.executable, "-P", "-m", "quizapp.lab.worker"], environment)  # noqa: S606


if __name__ == "__main__":
    main(int(sys.argv[-1]))
