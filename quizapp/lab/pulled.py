"""Models that were pulled: a folder each in the data folder, there whole or not at all."""

from __future__ import annotations

from pathlib import Path

SLASH = "--"
"""Stands for the slash of an id in the name of its folder, as in the cache of Hugging Face."""


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
