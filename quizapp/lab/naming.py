"""Where a model is and what it is called. Both sides use this, so it needs only the standard library."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePath

SLASH = "--"
"""Stands for the slash of an id in the name of a pulled model's folder, as in the cache of Hugging Face."""
RECORD = "quizapp.json"
"""The file in a pulled model's folder that says where it came from."""


def located(model: str) -> str:
    """A folder written out whole, as this machine knows it; the id of a model as it is."""
    model = os.path.expanduser(model)  # noqa: PTH111 - an id with a slash is no path
    is_path = model.startswith((os.sep, ".")) or (model and is_folder(model))
    return os.path.abspath(model) if is_path else model  # noqa: PTH100 - a link keeps its own name


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder; what no path can be, as it is too long, is none."""
    return os.path.isdir(path)  # noqa: PTH112 - where that raises nothing


def is_file(path: str | Path) -> bool:
    """The same of a file."""
    return os.path.isfile(path)  # noqa: PTH113


def weights_in(folder: str | Path) -> list[Path]:
    """The files with weights that are read, as they are sorted for the hash that pins them; no pipe or device."""
    return sorted(file for file in Path(folder).glob("*.safetensors") if is_file(file))


def short_name(model: str) -> str:
    """What a model is called: a pulled one by its name, another folder by its own name, an id as it is.

    Args:
        model: As `located` gives it.
    """
    folder = PurePath(model)
    if not folder.is_absolute():
        return model
    return folder.name.replace(SLASH, "/") if is_file(Path(folder, RECORD)) else folder.name


def hub_cache(environment: Mapping[str, str]) -> Path:
    """Where Hugging Face keeps what was downloaded."""
    home = environment.get("HF_HOME") or str(Path(environment.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface")
    return Path(environment.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()


def place_in_cache(model: str, environment: Mapping[str, str]) -> Path:
    """The folder of a model's id in that cache, should it be there."""
    return hub_cache(environment) / f"models--{model.replace('/', SLASH)}"
