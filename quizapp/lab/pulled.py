"""Models that were pulled: a folder each in the data folder, there whole or not at all; and what names mean."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

from quizapp.lab.naming import RECORD, SLASH, is_file, is_folder, located, place_in_cache, short_name
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings

SHIPPED_NAME = "shipped"
"""What the shipped model of a role is called."""


def folder_of(models: Path, name: str) -> Path:
    """Where the model of that name is kept, or would be.

    Args:
        models: The folder of all pulled models.
        name: An id such as `HuggingFaceTB/SmolLM2-135M`, or a name without a slash.
    """
    return models / name.replace("/", SLASH)


def names(models: Path) -> list[str]:
    """Those that are there, in alphabetical order; what is being pulled begins with a dot and does not count."""
    try:
        folders = [path for path in models.iterdir() if is_file(path / RECORD) and not path.name.startswith(".")]
    except OSError:  # there is none, or nothing in it can be read, so nothing can be loaded from it
        return []
    return sorted(path.name.replace(SLASH, "/") for path in folders)


def resolved(settings: LabSettings, models: Path) -> LabSettings:
    """The settings with a folder, or the id of a model, for whatever they name a model by."""
    meant = {role: folder_or_id(model, role, settings, models) for role, model in settings.models.items()}
    return settings.model_copy(update={"models": meant})


def folder_or_id(model: str, role: str, settings: LabSettings, models: Path) -> str:
    """What a model's name stands for. A worker elsewhere knows better, but for what is shipped with it.

    Args:
        model: `shipped`, the name of a pulled model, a folder, or the id of one in the cache of Hugging Face.
        role: The role that it is for.
        settings: They say where the worker runs.
        models: The folder of all pulled models.
    """
    if model == SHIPPED_NAME:
        return str(SHIPPED_MODELS / role)
    if settings.command:
        return model
    if model in names(models):
        return str(folder_of(models.resolve(), model))  # the sandbox need not know of links on the way
    return located(model)


def called(model: str, role: str) -> str:
    """What a role's model is called where it is told, in a word that `quizapp models use` takes or a folder's name.

    Args:
        model: As `folder_or_id` gives it.
        role: The role that has it.
    """
    return SHIPPED_NAME if model == str(SHIPPED_MODELS / role) else short_name(model)


def files_of(model: str) -> Path | None:
    """The folder with a model's files; None where there is none, or no such id in the cache of Hugging Face.

    Args:
        model: As `folder_or_id` gives it, for a worker of this machine.
    """
    if Path(model).is_absolute():
        return Path(model) if is_folder(model) else None
    cached = place_in_cache(model, os.environ)
    try:
        commit = (cached / "refs/main").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    snapshot = cached / "snapshots" / commit
    return snapshot if commit.isalnum() and is_folder(snapshot) else None


def alike(name: str, known: Iterable[str]) -> list[str]:
    """Names that are written in other capitals, or where one has an owner before the slash and the other has none."""
    low = name.casefold()
    return [other for other in known if low == other.casefold() or _differ_by_owner(low, other.casefold())]


def _differ_by_owner(one: str, other: str) -> bool:
    return ("/" in one) != ("/" in other) and one.rpartition("/")[2] == other.rpartition("/")[2]


def near(name: str, known: Iterable[str]) -> list[str]:
    """Names that may have been meant, the likeliest first."""
    by_low = {other.casefold(): other for other in known}
    close = difflib.get_close_matches(name.casefold(), by_low, n=3, cutoff=0.6)
    return list(dict.fromkeys([*alike(name, by_low.values()), *(by_low[low] for low in close)]))
