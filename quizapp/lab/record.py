"""Where a pulled model came from, kept in its folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from quizapp.lab.naming import RECORD


class PulledFile(BaseModel):
    """A file of a model as it came."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    size: int
    """In bytes."""


class Record(BaseModel):
    """What is known of a pulled model."""

    model_config = ConfigDict(frozen=True)

    name: str
    """What it is kept under."""
    source: str
    """`the Hugging Face hub` or `the package index`."""
    origin: str
    """Its id there, or the package that held it."""
    revision: str
    """The hub's commit, or the version of the package."""
    licence: str | None
    """As its source names it."""
    pulled: datetime
    files: dict[str, PulledFile]

    @property
    def whence(self) -> str:
        """Where it came from, in words; the version of a package is in what names it."""
        revision = "" if self.revision in self.origin else f", {self.revision}"
        return f"{self.source}: {self.origin}{revision}"

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())


def record_of(folder: Path) -> Record | None:
    """Where the model in a folder came from; None for one that was put there by hand, or whose record is damaged."""
    try:
        return Record.model_validate_json((folder / RECORD).read_bytes())
    except (OSError, ValidationError):
        return None


def write_record(folder: Path, record: Record) -> None:
    """Keep a record beside the model."""
    (folder / RECORD).write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
