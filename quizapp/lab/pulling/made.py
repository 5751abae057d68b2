"""A model that is there, and how one that was made comes to be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizapp.errors import PullError
from quizapp.lab.naming import RECORD
from quizapp.lab.pulling.fetching import sha256_of
from quizapp.lab.pulling.place import Places, discard, disk_told, put_in_place
from quizapp.lab.record import PulledFile, Record, record_of, write_record

COMMIT = re.compile(r"[0-9a-f]{7,64}")
"""One, or its beginning."""
NEW = "new"
"""Where a model is made until it is whole."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is there now."""

    name: str
    folder: Path
    record: Record
    fresh: bool
    """Whether it was fetched just now."""


def there_already(places: Places, name: str, revision: str | None) -> Pulled | None:
    """The model as it is kept already, if it is the one that is meant; a branch or a tag has to be asked for.

    Raises:
        PullError: what has its place was put there by hand, and is not to be replaced.
    """
    folder = places.model(name)
    if not folder.exists():
        return None
    record = record_of(folder)
    if record is None:
        raise PullError(
            f"{folder} is there, but has no {RECORD} that says what it is, so it was not pulled; move it away, or "
            "name it as a folder instead."
        )
    meant = revision is None or (COMMIT.fullmatch(revision) and record.revision.startswith(revision))
    return Pulled(name, folder, record, fresh=False) if meant else None


def record_for(
    new: Path, name: str, source: str, origin: str, revision: str, licence: str | None, now: datetime
) -> Record:
    """What is to be known of a model that is whole."""
    paths = sorted(path for path in new.rglob("*") if path.is_file() and path.name != RECORD)
    files = {
        path.relative_to(new).as_posix(): PulledFile(sha256=sha256_of(path), size=path.stat().st_size) for path in paths
    }
    return Record(name=name, source=source, origin=origin, revision=revision, licence=licence, pulled=now, files=files)


def placed(new: Path, record: Record, places: Places, parts: Path) -> Pulled:
    """Give a whole model its place; nothing is left in the cache."""
    with disk_told(new):
        write_record(new, record)
        put_in_place(new, places.model(record.name))
        discard(parts)
    return Pulled(record.name, places.model(record.name), record, fresh=True)
