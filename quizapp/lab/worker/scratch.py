"""The folder that holds the working folders of a worker's runs."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

SCRATCH = "quizapp-lab-"


def make_scratch() -> Path:
    """A folder for the runs' working folders, locked while this process lives; those of killed workers are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        if (lock := lock_folder(left)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)
    scratch = Path(tempfile.mkdtemp(prefix=SCRATCH))
    lock_folder(scratch)  # its descriptor stays open to the end
    return scratch


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
