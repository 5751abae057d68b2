"""The folder that holds the working folders of a worker's runs."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

SCRATCH = "quizapp-lab-"


def make_scratch() -> Path:
    """A folder for the runs' working folders, locked while this process lives; those of killed workers are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        if (lock := lock_folder(left)) is not None:
            remove(left)
            os.close(lock)
    while True:
        scratch = Path(tempfile.mkdtemp(prefix=SCRATCH))
        if lock_folder(scratch) is not None and scratch.exists():  # the descriptor stays open to the end
            return scratch  # else another worker, which starts too, has just taken it for one that was left


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as it can be."""
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # Python runs out of stack, or of descriptors, in folders a thousand deep; `rm` does not
        with suppress(OSError):
            subprocess.run(["rm", "-rf", folder], stderr=subprocess.DEVNULL, check=False)


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
