"""Models that were pulled: a folder each in the data folder, there whole or not at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

SLASH = "--"
"""Stands for the slash of an id in the name of its folder, as in the cache of Hugging Face."""
RECORD = "quizapp.json"
"""The file beside a model that says where it came from."""


class PulledFile(BaseModel):
    """A file of a model as it came."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    size: int
    """In bytes."""


class Record(BaseModel):
    """Where a pulled model came from."""

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
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())


def models_folder(data_dir: Path) -> Path:
    """Where all pulled models are kept."""
    return data_dir / "models"


def folder_of(models: Path, name: str) -> Path:
    """Where the model of that name is kept, or would be.

    Args:
        models: The folder of all pulled models.
        name: An id such as `HuggingFaceTB/SmolLM2-135M`, or a name without a slash.
    """
    return models / name.replace("/", SLASH)


def names(models: Path) -> list[str]:
    """Those that are there, in alphabetical order; what is being pulled begins with a dot and does not count."""
    if not models.is_dir():
        return []
    folders = [path for path in models.iterdir() if (path / "config.json").is_file() and not path.name.startswith(".")]
    return sorted(path.name.replace(SLASH, "/") for path in folders)


def record_of(folder: Path) -> Record | None:
    """Where the model in a folder came from; None for one that was put there by hand, or whose record is damaged."""
    try:
        return Record.model_validate_json((folder / RECORD).read_bytes())
    except (OSError, ValidationError):
        return None


def write_record(folder: Path, record: Record) -> None:
    """Keep a record beside the model."""
    (folder / RECORD).write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
