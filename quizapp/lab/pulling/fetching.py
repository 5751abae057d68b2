"""A file of the hub: fetched from where an earlier try stopped, and checked before it counts."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from httpx2 import Response, codes
from huggingface_hub import constants, get_session, hf_raise_for_status

from quizapp.errors import PullError, Unreachable
from quizapp.lab.pulling.asked import Asked
from quizapp.lab.pulling.hub import Listing, RemoteFile
from quizapp.lab.pulling.requesting import asking, headers

TRIES = 3
"""How often it is tried again without one byte more."""
PAUSE = 1.0
"""Seconds before that."""
UNFINISHED = ".part"


def have(file: RemoteFile, folder: Path) -> int:
    """How many bytes of a file are there already."""
    for path in (folder / file.path, _part(file, folder)):
        if path.is_file():
            return min(path.stat().st_size, file.size)
    return 0


def fetch(file: RemoteFile, listing: Listing, folder: Path, came: Callable[[int], None]) -> Path:
    """Have a file in a folder, whole and checked.

    Args:
        file: What to fetch.
        listing: The model it is of.
        folder: What is there of it counts; what came stays there if the rest does not.
        came: Told how many bytes of it are there.

    Raises:
        PullError: it does not come, or is not what the hub says it is.
    """
    target, part = folder / file.path, _part(file, folder)
    if target.is_file():
        return target
    part.parent.mkdir(parents=True, exist_ok=True)
    tries = TRIES
    while (before := _size(part)) < file.size or not part.exists():
        said = _go_on(file, listing, part, came)
        tries = TRIES if _size(part) > before else tries - 1
        if said and (tries == 0 or not isinstance(said, Unreachable)):
            raise said
        if said:
            time.sleep(PAUSE)
        elif tries == 0:
            break  # nothing more comes, and nothing is said to be wrong
    _see_that_it_is(file, part)
    part.rename(target)
    return target


def _go_on(file: RemoteFile, listing: Listing, part: Path, came: Callable[[int], None]) -> PullError | None:
    """Ask for what is missing, and add what comes; what is said where not all of it does."""
    try:
        with asking(Asked(listing.name, listing.commit)):
            _add(file, listing, part, came)
    except PullError as said:
        return said
    return None


def _add(file: RemoteFile, listing: Listing, part: Path, came: Callable[[int], None]) -> None:
    there = _size(part)
    sent = headers() | ({"Range": f"bytes={there}-"} if there else {})
    address, patience = listing.address(file.path), constants.HF_HUB_DOWNLOAD_TIMEOUT
    with get_session().stream("GET", address, headers=sent, timeout=patience) as response:
        hf_raise_for_status(response)
        there = there if response.status_code == codes.PARTIAL_CONTENT else 0
        _see_that_it_can_be(file.size - there, response)
        with part.open("ab") as opened:
            opened.truncate(there)  # to nothing, where all of it comes again
            for piece in response.iter_bytes():
                opened.write(piece[: file.size - there])
                there += len(piece)
                came(min(there, file.size))
                if there > file.size:
                    break
            opened.flush()
            os.fsync(opened.fileno())


def _see_that_it_can_be(size: int, response: Response) -> None:
    """Refuse what cannot be so many bytes of a file, such as a page to log in, before what came is given up for it."""
    packed = "Content-Encoding" in response.headers
    length = str(size) if packed else response.headers.get("Content-Length", str(size))
    if response.status_code not in {codes.OK, codes.PARTIAL_CONTENT} or length != str(size):
        raise ValueError("not the file")


def _see_that_it_is(file: RemoteFile, part: Path) -> None:
    """Remove what is not the file that was asked for."""
    known = file.sha256 or file.git_hash
    if (sha256_of(part) if file.sha256 else _git_hash(part)) != known:
        part.unlink()
        raise PullError(
            f"{file.path} came damaged: it is not what the hub says it is. It was removed; pull again, and if that "
            "goes on, see what HF_ENDPOINT and proxies are."
        )


def sha256_of(path: Path) -> str:
    """The hash of a file, in hexadecimal digits."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _git_hash(path: Path) -> str:
    """The hash that git gives a file: of its length and its bytes."""
    begun = hashlib.sha1(b"blob %d\0" % _size(path), usedforsecurity=False)
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: begun).hexdigest()


def _part(file: RemoteFile, folder: Path) -> Path:
    return folder / f"{file.path}{UNFINISHED}"


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
