"""Where a model came from, under what licence, and what pins its weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quizapp.lab.anatomy.card import ModelCard
from quizapp.lab.naming import short_name
from quizapp.lab.record import record_of
from quizapp.lab.settings import SHIPPED_MODELS
from quizapp.lab.worker.loading import Model
from quizapp.lab.worker.revision import Revision

SNAPSHOTS = "snapshots"
"""The folder in the cache of Hugging Face that has one for each commit."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Of a model's files."""

    source: str
    """In words."""
    licence: str | None
    """As the source or the card names it; None where neither does."""
    revision: str
    """As verdicts have it: the hub's commit, or a hash of the weights. Empty where they cannot be read."""


def origin_of(folder: Path, card: ModelCard | None) -> Origin:
    """Where the model in a folder came from."""
    of_card = card.licence if card else None
    if folder.parent == SHIPPED_MODELS:
        return Origin("ships with quizapp", of_card, revision_of(folder))
    if record := record_of(folder):
        return Origin(record.whence, record.licence or of_card, revision_of(folder))
    if folder.parent.name == SNAPSHOTS:
        return Origin("the cache of Hugging Face", of_card, folder.name)
    return Origin("a folder of yours", of_card, revision_of(folder))


def revision_of(folder: Path) -> str:
    """The hash of the weights in a folder, which takes a second for each gigabyte or two."""
    try:
        return Revision(Model(short_name(str(folder)), "cpu"), str(folder)).value()
    except OSError:
        return ""
