"""The two files that trust is kept in: `trust.json`, what was decided, and `trust.key`, the secret that signs it."""

from __future__ import annotations

import errno
import json
import os
import secrets
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


SECRET_BYTES = 32
VERSION = 3
PATIENCE = 3.0
"""Seconds to wait for another writer, which needs milliseconds."""


@dataclass(slots=True)
class Decisions:
    """What `trust.json` says; nothing of it is allowed before its signature was checked.

    An entry of `allowed` is `{"mac": …, "code": …}`, and `"sandboxed": true` where it counts in a sandbox only;
    version 1 of the file wrote only the mac.
    """

    allowed: dict[str, Any] = field(default_factory=dict)
    """By entry, `deck/card`."""
    never: set[str] = field(default_factory=set)
    """Deck ids; until version 2 each had a mac, which nobody checks: who can write here can take a never away."""


class LaterVersionError(ValueError):
    """A later quizapp wrote what was decided, so this one leaves it alone."""


def read(path: Path) -> Decisions:
    """What was decided; nothing where there is no file.

    Raises:
        OSError: it cannot be read.
        LaterVersionError: a later quizapp wrote it.
        ValueError: it is damaged; the message says so.
    """
    try:
        written = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Decisions()
    except (RecursionError, ValueError) as error:
        raise ValueError(f"{path} is damaged") from error
    match written:
        case {"version": int(version)} if version > VERSION:
            raise LaterVersionError(f"a later quizapp wrote {path}; update this one, or move that file away")
        case {"version": 1 | 2 | 3, "allowed": dict(allowed), **rest} if (
            never := _names(rest.get("never", []))
        ) is not None:
            return Decisions(allowed, never)
    raise ValueError(f"{path} is damaged")


def _names(written: object) -> set[str] | None:
    """Deck ids as any version wrote them; None where these are none."""
    if isinstance(written, dict | list) and all(isinstance(name, str) for name in written):
        return set(written)
    return None


def read_or_put_aside(path: Path) -> tuple[Decisions, Path | None]:
    """What was decided; a damaged file is put aside first, under a name that is free, and nothing is decided.

    Returns:
        The decisions, and where a damaged file lies now.

    Raises:
        OSError: it cannot be read, or not be put aside.
        LaterVersionError: a later quizapp wrote it.
    """
    try:
        return read(path), None
    except LaterVersionError:
        raise
    except ValueError:
        names = (path.with_suffix(f".damaged{number or ''}") for number in range(1000))
        aside = next(name for name in names if not name.exists())
        path.replace(aside)
        return Decisions(), aside


def write(path: Path, decisions: Decisions) -> None:
    """Write what was decided, whole or not at all."""
    content = {"version": VERSION, "allowed": decisions.allowed, "never": sorted(decisions.never)}
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # made for this user only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(json.dumps(content, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file, so that two who read, change and write lose nothing of each other's.

    Raises:
        TimeoutError: another process does not let go of it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        end = time.monotonic() + PATIENCE
        while not _taken(descriptor):
            if time.monotonic() > end:
                raise TimeoutError(errno.ETIMEDOUT, "another process is changing it and does not end", str(path))
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)  # and with it the lock


def _taken(descriptor: int) -> bool:
    try:
        _try_lock(descriptor)
    except (BlockingIOError, PermissionError):
        return False
    return True


def read_secret(path: Path) -> bytes:
    """The learner's secret.

    Raises:
        OSError: it cannot be read.
        PermissionError: it is not the user's alone, so that others may have signed with it.
        ValueError: it is damaged.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with os.fdopen(descriptor, "rb") as file:
        _refuse_shared(os.fstat(descriptor), path)
        secret = file.read(SECRET_BYTES + 1)
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"{path} is damaged")
    return secret


def _refuse_shared(status: os.stat_result, path: Path) -> None:
    """As ssh does with a private key."""
    if sys.platform == "win32":
        return
    if status.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "it belongs to another user; delete it, or set data_dir", str(path))
    if mode := stat.S_IMODE(status.st_mode) & 0o077:
        what = "change" if mode & 0o022 else "read"
        advice = "delete it if others use this machine, else `chmod 600` it"
        raise PermissionError(errno.EPERM, f"other users can {what} it; {advice}", str(path))


def secret_or_new(path: Path) -> bytes:
    """The secret, made once; one that is damaged is replaced, and with it goes all trust.

    Raises:
        OSError: as `read_secret`, and it cannot be made.
    """
    try:
        return read_secret(path)
    except ValueError:
        path.unlink()
    except FileNotFoundError:
        pass
    with tempfile.NamedTemporaryFile(dir=path.parent) as new:  # made for this user only
        new.write(secrets.token_bytes(SECRET_BYTES))
        new.flush()
        os.fsync(new.fileno())
        try:
            os.link(new.name, path)  # whole or not at all, and the first one wins
        except FileExistsError:
            pass
    return read_secret(path)
