"""A model of the Hugging Face hub, from its listing to its place."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizapp.errors import PullError
from quizapp.lab.pulling.fetching import fetch, have
from quizapp.lab.pulling.files import INDEX, besides_weights, see_that_it_is_whole, weights
from quizapp.lab.pulling.hub import Listing
from quizapp.lab.pulling.made import NEW, Pulled, placed, record_for, there_already
from quizapp.lab.pulling.place import Places, claimed, discard, disk_told, need_room
from quizapp.lab.pulling.watching import Watcher, told

HUB = "the Hugging Face hub"


def from_hub(listing: Listing, places: Places, now: datetime, watch: Watcher) -> Pulled:
    """Fetch it, unless it is there already."""
    with (
        claimed(places.parts(listing.name), listing.name) as parts,
        claimed(places.work(listing.name), listing.name) as work,
    ):
        try:
            if there := there_already(places, listing.name, listing.commit):
                return there
            came = parts / listing.commit
            _fetch_all(listing, came, work, watch)
            _see_or_discard(came)
            watch.begin("taking the model over")
            record = record_for(came, listing.name, HUB, listing.name, listing.commit, listing.licence, now)
            with disk_told(work):
                shutil.move(came, work / NEW)  # at once, where both are on one disk
            return placed(work / NEW, record, places, parts)
        finally:
            discard(work)


def _see_or_discard(came: Path) -> None:
    """See that a model is whole; what is damaged at its source does not get better by going on."""
    try:
        see_that_it_is_whole(came)
    except PullError:
        discard(came)
        raise


def _fetch_all(listing: Listing, folder: Path, work: Path, watch: Watcher) -> None:
    """Have all files of a model in a folder."""
    paths = besides_weights(listing.files)
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
