"""One writer at a time: a lock file beside the database, held for life, that names its holder."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from datetime import datetime
from pathlib import Path

from quizapp.errors import StoreError, StoreLocked

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        """Lock one byte far behind the content: a locked region cannot be read by others."""
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    HELD = PermissionError
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        """Lock the open file: the kernel lets go when the process ends, however it ends."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    HELD = BlockingIOError


PATIENCE = 2.0
"""Seconds after which a writer is no longer about to let go: proofs are written in milliseconds."""
_AGAIN = 0.02


class WriterLock:
    """The right to write, from construction until `release` or the end of the process.

    Args:
        path: The lock file.
        now: For its note of since when it is held.
        patience: Seconds to wait for another process that has it.

    Raises:
        StoreLocked: another process has it; the message says which.
        StoreError: the file cannot be made or locked.
    """

    def __init__(self, path: Path, now: datetime, patience: float = 0.0) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}. Check who owns its folder.") from error
        try:
            _lock_soon(self._descriptor, patience)
        except OSError as error:
            os.close(self._descriptor)
            raise _refusal(path, error) from error
        self._write(_holder(now))

    @property
    def held(self) -> bool:
        """Whether `release` was not called yet."""
        return self._descriptor >= 0

    def release(self) -> None:
        """Let the next writer in; a second call does nothing."""
        if self.held:
            self._write("")
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, text: str) -> None:
        """Say who holds it, for the message only: a disk too full for that does not matter."""
        try:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, text.encode())
        except OSError:
            return


def _lock_soon(descriptor: int, patience: float) -> None:
    """Lock it as soon as nobody else has it, within so many seconds."""
    for _ in range(int(patience / _AGAIN)):
        try:
            return _lock(descriptor)
        except HELD:
            time.sleep(_AGAIN)
    return _lock(descriptor)


def _holder(now: datetime) -> str:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
    return json.dumps(
        {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": now.isoformat(timespec="seconds"),
            "command": command,
        }
    )


def _refusal(path: Path, error: OSError) -> StoreError:
    if not isinstance(error, HELD):
        return StoreError(
            f"{path} cannot be locked: {error.strerror}. "
            "Set data_dir (or QUIZAPP_DATA_DIR) to a folder on a local disk."
        )
    return StoreLocked(
        f"{_named_holder(path)} is writing to the review log in {path.parent}. "
        "Finish there first; commands that only read, such as `quizapp due`, work meanwhile."
    )


def _named_holder(path: Path) -> str:
    """Who the file names; it may be caught half-written."""
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        return "`{command}` (process {pid} on {host}, since {since})".format(**holder)
    except (OSError, ValueError, KeyError, TypeError):
        return "Another process"
