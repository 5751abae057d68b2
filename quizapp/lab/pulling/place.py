"""Where a pull works, and how what it made gets its place: by a rename, never by writing over what may be mapped."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from quizapp.errors import PullError
from quizapp.lab.pulled import folder_of
from quizapp.lab.pulling.watching import told

LOCK = "lock"
OLD = "old"
SPARE_ROOM = 16_000_000
"""Bytes that are left free: a disk that is full to the last is no use to anybody."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folder of all models, and one for what is half fetched, which may be deleted at any time."""

    models: Path
    cache: Path

    def model(self, name: str) -> Path:
        """Where a model is kept, or will be."""
        return folder_of(self.models, name)

    def work(self, name: str) -> Path:
        """Where it is made: on the same disk, hidden, gone once it has its place."""
        return self.models / f".{self.model(name).name}"

    def parts(self, name: str) -> Path:
        """Where is what came of it so far, so that a later pull can go on from there."""
        return self.cache / self.model(name).name


@contextmanager
def claimed(folder: Path, name: str) -> Iterator[Path]:
    """Make a folder, and be the only one that works in it; the claim ends with the process, however that ends.

    Raises:
        PullError: another process has it, or it cannot be made.
    """
    with disk_told(folder):
        descriptor = _lock(folder)
    if descriptor is None:
        raise PullError(f"Another quizapp is pulling {name} already; wait until it is done, or stop it.")
    try:
        yield folder
    finally:
        if _is_there(descriptor, folder / LOCK) and not kept(folder):  # it is ours still, with nothing to go on from
            discard(folder)
        os.close(descriptor)


@contextmanager
def working(places: Places, name: str) -> Iterator[tuple[Path, Path]]:
    """The folders for what came of a model and for making it, both claimed; the second is cleared at the end.

    Raises:
        PullError: another process has them, or they cannot be made.
    """
    with claimed(places.parts(name), name) as parts, claimed(places.work(name), name) as work:
        try:
            yield parts, work
        finally:
            clear(work)


def _lock(folder: Path) -> int | None:
    """The open lock file of a folder, which is made; None where another process has it."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            continue  # who had it took the folder away meanwhile
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        if _is_there(descriptor, folder / LOCK):
            return descriptor
        os.close(descriptor)


def _is_there(descriptor: int, path: Path) -> bool:
    """Whether an open file still has its name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def discard(folder: Path) -> None:
    """Remove a folder that one has claimed, its lock last: what is left of it is for the next sweep."""
    for path in folder.glob("*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != LOCK:
            with suppress(OSError):
                path.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def clear(work: Path) -> None:
    """Remove where a model was made. One that was about to be replaced, and was not, gets its place again."""
    old, target = work / OLD, work.with_name(work.name.removeprefix("."))
    if os.path.lexists(old) and not os.path.lexists(target):  # it may be a link that leads nowhere now
        old.rename(target)
    discard(work)


def sweep(models: Path) -> None:
    """Clear what killed pulls left."""
    for folder in [path for path in models.glob(".*") if (path / LOCK).is_file()]:
        descriptor = _lock(folder)
        if descriptor is not None:
            clear(folder)
            os.close(descriptor)


def put_in_place(new: Path, target: Path) -> None:
    """Give a model that is whole its name. One that has it keeps its files for whoever has them open or mapped.

    Whatever stops it between the two renames, `clear` undoes the first.
    """
    for path in new.rglob("*"):
        if path.is_file():
            _to_disk(path)
    if os.path.lexists(target):
        target.rename(new.parent / OLD)
    new.rename(target)
    _to_disk(target.parent)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def need_room(folder: Path, size: int) -> None:
    """See that so many bytes more can be written.

    Raises:
        PullError: they cannot.
    """
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free, needed = shutil.disk_usage(there).free, size + SPARE_ROOM
    if free < needed:
        raise PullError(
            f"{told(needed)} are needed in {folder.parent}, and {told(free)} are free there; make room and try again."
        )


def kept(folder: Path) -> int:
    """Bytes of what is half fetched there."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != LOCK)


@contextmanager
def disk_told(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into a sentence.

    Raises:
        PullError: it is full, or not to be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None:  # it came from no disk
            raise
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        advice = "make room and try again" if full else "see who owns it, and whether it can be written"
        raise PullError(f"{error.filename or folder} cannot be written: {error.strerror}; {advice}.") from error
