"""A model of the Hugging Face hub, from its listing to its place."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizapp.errors import PullError
from quizapp.lab.anatomy.files import LARGEST
from quizapp.lab.pulling.fetching import fetch, have
from quizapp.lab.pulling.files import INDEX, besides_weights, see_that_it_is_whole, weights
from quizapp.lab.pulling.hub import Listing, RemoteFile
from quizapp.lab.pulling.made import NEW, Pulled, placed, record_for, there_already
from quizapp.lab.pulling.place import Places, discard, disk_told, need_room, working
from quizapp.lab.pulling.watching import Watcher, told

HUB = "the Hugging Face hub"


def from_hub(listing: Listing, places: Places, now: datetime, watch: Watcher) -> Pulled:
    """Fetch it, unless it is there already."""
    with working(places, listing.name) as (parts, work):
        if there := there_already(places, listing.name, listing.commit):
            return there
        came, new = parts / listing.commit, work / NEW
        paths = _fetch_all(listing, came, work, watch)
        _see_or_discard(came)
        watch.begin("taking the model over")
        with disk_told(new):
            for path in paths:
                _link_or_copy(came / path, new / path)
        record = record_for(new, listing.name, HUB, listing.id, listing.commit, listing.licence, now)
        return placed(new, record, places, parts)


def _link_or_copy(source: Path, target: Path) -> None:
    """Have a file twice, so that what came stays until the model has its place; at once where that is on one disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _see_or_discard(came: Path) -> None:
    """See that a model is whole; what is damaged at its source does not get better by going on."""
    try:
        see_that_it_is_whole(came)
    except PullError:
        discard(came)
        raise


def _fetch_all(listing: Listing, folder: Path, work: Path, watch: Watcher) -> list[str]:
    """Have all files of a model in a folder; their paths in it."""
    paths = besides_weights(listing.files)
    _see_that_none_is_huge([listing.files[path] for path in paths])
    first = [INDEX] if INDEX in paths else []
    with disk_told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        held = b"".join(fetch(listing.files[path], listing, folder, lambda _: None).read_bytes() for path in first)
        paths = list(dict.fromkeys([*paths, *weights(listing.files, held)]))
        files = [listing.files[path] for path in paths]
        total = sum(file.size for file in files)
        done = sum(have(file, folder) for file in files)
        need_room(folder, total - done)
        if folder.stat().st_dev != work.stat().st_dev:
            need_room(work, total)
        watch.say(_beginning(listing, len(files), total, done))
        watch.begin(listing.name, total)
        for file in files:
            done -= have(file, folder)
            fetch(file, listing, folder, Count(watch, done))
            done += file.size
            watch.at(done)
    return paths


def _see_that_none_is_huge(files: Sequence[RemoteFile]) -> None:
    """Refuse what would fill the memory of whoever reads it whole."""
    for file in files:
        if file.size > LARGEST:
            raise PullError(
                f"Its {file.path} has {told(file.size)}, far too much for what its name says; name another model."
            )


@dataclass(frozen=True, slots=True)
class Count:
    """Adds what came of a file to what was there before it."""

    watch: Watcher
    before: int

    def __call__(self, came: int) -> None:
        """So many bytes of the file are there."""
        self.watch.at(self.before + came)


def _beginning(listing: Listing, files: int, total: int, done: int) -> str:
    rest = f"; {told(done)} of it are here already" if done else ""
    return f"Pulling {listing.name} at commit {listing.commit}: {files} files, {told(total)}{rest}"
